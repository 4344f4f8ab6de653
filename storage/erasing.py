"""How is a workspace forgotten, with nobody else kept waiting?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from storage import models
from storage.spool import OF_WORKSPACE
from storage.store import Store
from storage.workspaces import LEAVING


def erase(store: Store, workspace: str, at: datetime) -> None:
    """Remove all that is a workspace's, in slices; what is cut off goes on when it is asked for again."""
    with store.transaction() as tx:
        tx.begin_to_forget(workspace, at)
    _erase_all(store, workspace)


def erase_rest(store: Store, workspace: str, at: datetime) -> bool:
    """Remove what was written there while it was erased. False, and nothing is removed, when golive was
    installed there again since: what is there now is of a workspace nobody wanted forgotten."""
    with store.transaction() as tx:
        standing = tx.standing(workspace)
        if standing is not None and standing.since is not None and standing.state != LEAVING:
            return False
        tx.begin_to_forget(workspace, at)
    _erase_all(store, workspace)
    return True


def erase_removed(store: Store, before: datetime, at: datetime) -> bool:
    """The same for every workspace golive was taken out of before then; tells whether there was one."""
    with store.reading() as tx:
        removed = tx.removed_before(before)
    found = False
    for workspace in removed:
        with store.transaction() as tx:
            if workspace not in tx.removed_before(before):
                continue  # it came back while others were forgotten
            tx.begin_to_forget(workspace, at)
        _erase_all(store, workspace)
        found = True
    return found


def _erase_all(store: Store, workspace: str) -> None:
    more = True
    while more:
        with store.transaction() as tx:
            more = tx.erase(workspace)


def holders(backups: Iterable[Path], workspace: str) -> list[Path]:
    """The copies of a database that still hold something of a workspace, or may: they cannot be read."""
    return [file for file in backups if _holds(file, workspace)]


def _holds(file: Path, workspace: str) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)) as copy:
            named = "SELECT name FROM sqlite_master WHERE type = 'table'"
            tables = {name for (name,) in copy.execute(named)} & _NAMES
            return any(_any_in(copy, table, workspace) for table in sorted(tables))
    except sqlite3.Error:
        return True


def _any_in(copy: sqlite3.Connection, table: str, workspace: str) -> bool:
    column = "id" if table == models.workspaces.name else "workspace"
    names = {row[1] for row in copy.execute(f'PRAGMA table_info("{table}")')}
    if column not in names:
        return False
    found = copy.execute(f'SELECT 1 FROM "{table}" WHERE "{column}" = ? LIMIT 1', (workspace,))
    return found.fetchone() is not None


_NAMES = {table.name for table in models.Row.metadata.sorted_tables}


def spools_of(folder: Path, workspace: str) -> list[Path]:
    """The files of unfinished readings of a workspace's channels."""
    found = []
    for file in sorted(folder.glob("*.db")):
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as db,
        ):
            row = db.execute("SELECT value FROM notes WHERE name = ?", (OF_WORKSPACE,)).fetchone()
            if row is not None and row[0] == workspace:
                found += [file, *file.parent.glob(f"{file.name}-*")]
    return found

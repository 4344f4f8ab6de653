"""What can be run inside a transaction, and until when?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, CursorResult, Executable, Table, UpdateBase
from sqlalchemy.dialects import postgresql, sqlite

# Due whatever the clock says, also one that was put back.
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


class Work:
    """A transaction's hold on its connection. The parts of a Transaction build on it."""

    emitted = False  # whether this transaction has something to send
    stirred = False  # whether it changed something that decides what is due

    def __init__(self, connection: Connection, *, writes: bool) -> None:
        self._connection: Connection | None = connection
        self._on_server = connection.dialect.name == "postgresql"
        self._writes = writes
        self._reading: WeakSet[Any] = WeakSet()

    def run(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None
    ) -> CursorResult[Any]:
        """The statement's result; with rows, it is run once for each of them."""
        if self._connection is None:
            # The connection already works for somebody else: writing now would land in their transaction.
            raise RuntimeError("this transaction has ended; open another one with `with store.transaction()`")
        if isinstance(statement, UpdateBase) and not self._writes:
            raise RuntimeError("a reading cannot write; use `with store.transaction()`")
        found = self._connection.execute(statement, rows)
        if not self._on_server and found.cursor is not None:
            self._reading.add(found.cursor)
        return found

    def insert_new(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that passes over what is already there. Ask it what it stored with RETURNING:
        psycopg's rowcount says -1 either way."""
        return self.insert_or(table).on_conflict_do_nothing()

    def insert_or(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that still has to be told what becomes of what is already there."""
        return postgresql.insert(table) if self._on_server else sqlite.insert(table)

    def end(self) -> None:
        self._connection = None
        # What broke off in the middle, at a damaged row, would keep an SQLite connection at what was there
        # then, for as long as the error is remembered somewhere.
        for cursor in list(self._reading):
            cursor.close()

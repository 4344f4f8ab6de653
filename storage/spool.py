"""How far was a history read, and what was found in it so far?"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.domain.backfill import Thread, Told
from bot.domain.errors import Refused, Unavailable
from storage.guard import clean, clean_json, veiled

_TABLES = """
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS told (ts TEXT NOT NULL, n INTEGER NOT NULL, at REAL NOT NULL, said TEXT NOT NULL,
    PRIMARY KEY (ts, n));
CREATE INDEX IF NOT EXISTS told_at ON told (at, n);
CREATE TABLE IF NOT EXISTS threads (ts TEXT PRIMARY KEY, item TEXT, blocker INTEGER NOT NULL,
    waiting INTEGER NOT NULL, read_to TEXT);
CREATE INDEX IF NOT EXISTS threads_waiting ON threads (waiting) WHERE waiting;
CREATE TABLE IF NOT EXISTS people (id TEXT PRIMARY KEY, name TEXT NOT NULL, tz TEXT, app INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who wrote in a history, or is named in it."""

    id: str
    name: str
    tz: str | None = None
    app: bool = False


class Spool:
    """What one reading found: what was told, never what was merely said. It outlives the end of the process,
    however that comes, and is removed once its findings are written down."""

    def __init__(self, file: Path, *, fresh: bool) -> None:
        self.file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._db = _opened(file)
            if fresh:
                self._clear()
        except sqlite3.OperationalError as cause:
            if "locked" in str(cause):
                raise Refused("This history is being read already: wait for that to end.") from cause
            raise Unavailable(f"{file} cannot be written ({cause}).") from cause
        except sqlite3.DatabaseError as cause:
            raise Unavailable(f"{file} is broken: remove it, and start again without --resume.") from cause
        except OSError as cause:
            raise Unavailable(f"{file} cannot be written: {cause.strerror}.") from cause

    def close(self) -> None:
        self._db.close()

    def remove(self) -> None:
        """It is written down: nothing of it stays here."""
        self._db.close()
        for end in ("", "-wal", "-shm", "-journal"):
            Path(f"{self.file}{end}").unlink(missing_ok=True)

    @contextmanager
    def step(self) -> Iterator[None]:
        """All of what is kept within, or nothing."""
        try:
            with self._db:
                yield
        except sqlite3.OperationalError as cause:
            raise Unavailable(f"{self.file} cannot be written ({cause}); --resume goes on later.") from cause

    # How far it is

    def note(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_note(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, clean(value)))

    def number(self, name: str) -> int:
        return int(self.note(name) or 0)

    def add(self, name: str, more: int) -> None:
        if more:
            self.set_note(name, str(self.number(name) + more))

    # What was told

    def keep(self, ts: str, told: Iterable[Told]) -> None:
        """What a message tells, in the place of what it told before."""
        self.forget(ts)
        rows = ((ts, n, float(ts), json.dumps(clean_json(one.as_json()))) for n, one in enumerate(told))
        self._db.executemany("INSERT INTO told VALUES (?, ?, ?, ?)", rows)

    def forget(self, ts: str) -> None:
        self._db.execute("DELETE FROM told WHERE ts = ?", (ts,))

    def told(self) -> Iterator[Told]:
        """Everything, the oldest first."""
        for (said,) in self._db.execute("SELECT said FROM told ORDER BY at, n"):
            yield Told.from_json(json.loads(said))

    # Threads

    def keep_thread(self, ts: str, thread: Thread, *, waiting: bool) -> None:
        """What a thread is about; `waiting` until its answers are read. What is known of it already stays."""
        self._db.execute(
            "INSERT OR IGNORE INTO threads VALUES (?, ?, ?, ?, NULL)",
            (ts, thread.item and clean(thread.item), thread.blocker, waiting),
        )

    def thread(self, ts: str) -> Thread | None:
        row = self._db.execute("SELECT item, blocker FROM threads WHERE ts = ?", (ts,)).fetchone()
        return None if row is None else Thread(item=row[0], blocker=bool(row[1]))

    def waiting(self) -> tuple[str, str | None] | None:
        """A thread whose answers are not read yet, and the last one that is."""
        row = self._db.execute(
            "SELECT ts, read_to FROM threads WHERE waiting ORDER BY ts DESC LIMIT 1"
        ).fetchone()
        return None if row is None else (str(row[0]), row[1])

    def thread_read(self, ts: str, to: str | None, *, waiting: bool) -> None:
        self._db.execute("UPDATE threads SET read_to = ?, waiting = ? WHERE ts = ?", (to, waiting, ts))

    # People

    def keep_people(self, people: Iterable[Known]) -> None:
        rows = ((one.id, veiled(one.name), one.tz, one.app) for one in people)
        self._db.executemany("INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?)", rows)

    def people(self) -> Iterator[Known]:
        for id, name, tz, app in self._db.execute("SELECT id, name, tz, app FROM people"):
            yield Known(id, name, tz, bool(app))

    def _clear(self) -> None:
        with self._db:
            for table in ("notes", "told", "threads", "people"):
                self._db.execute(f"DELETE FROM {table}")


def _opened(file: Path) -> sqlite3.Connection:
    # Words of a channel are in it: nobody else's to read.
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    db = sqlite3.connect(file, timeout=0.2, check_same_thread=False)
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.executescript(_TABLES)
    with db:
        db.execute("INSERT OR REPLACE INTO notes VALUES ('open', 'yes')")  # takes the lock at once
    return db

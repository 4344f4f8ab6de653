"""Which process is the bot of a database?"""

from __future__ import annotations

import fcntl
import os
import select
from pathlib import Path
from typing import Any, Protocol

import psycopg

from bot.domain.errors import Refused
from storage.databases import Database, telling

# One number means "the bot of this database" to every golive. Advisory locks are per database.
_LOCK = 0x676F6C697665  # "golive"
_ALIVE: Any = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "connect_timeout": 5}


class Claim(Protocol):
    """The right to be the only bot of a database. It ends with the process, however that ends."""

    def check(self) -> None:
        """Refused when the right was lost to another process."""

    def release(self) -> None: ...


def claim(database: Database) -> Claim:
    """Take the right; Refused when another process has it."""
    return FileClaim(database.file) if database.file else ServerClaim(database)


class FileClaim:
    """A lock on a file beside the database: locking the database file itself would disturb SQLite."""

    def __init__(self, database: Path) -> None:
        self._handle = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._handle, 20).decode("ascii", "replace").strip()
            os.close(self._handle)
            raise Refused(
                f"golive already runs on {database}{f' (process {holder})' if holder else ''}. "
                "Stop that one first, or give this one another database."
            ) from error
        os.truncate(self._handle, 0)
        os.write(self._handle, f"{os.getpid()}\n".encode())

    def check(self) -> None:
        """A file lock is lost only with the process."""

    def release(self) -> None:
        os.close(self._handle)


class ServerClaim:
    """An advisory lock, held on a connection of its own: it lasts as long as that connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection = self._taken()
        self._idle = self._watch()

    def check(self) -> None:
        """Notice a lost connection, and take the lock again if nobody else did."""
        if not self._connection.closed and not self._idle.poll(0):
            return  # nothing arrived on a connection on which nothing was asked: it stands
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            self._connection.close()
            self._connection = self._taken()
        self._idle = self._watch()

    def release(self) -> None:
        self._connection.close()

    def _taken(self) -> psycopg.Connection[tuple[bool]]:
        url = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with telling(self._database):
            connection = psycopg.connect(url, autocommit=True, application_name="golive bot", **_ALIVE)
            row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if row and row[0]:
            return connection
        connection.close()
        raise Refused(
            f"golive already runs on the database {self._database.name}. "
            "Stop that one first, or give this one another database."
        )

    def _watch(self) -> select.poll:
        idle = select.poll()
        idle.register(self._connection.fileno(), select.POLLIN)
        return idle

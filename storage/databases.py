"""Which database does a URL name, how is it opened, and how is its trouble told?"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.errors import BotError, Conflict, Invalid, Unavailable

BUSY_SECONDS: float = 5  # how long a writer waits for another program's
READER_KILOBYTES = 512  # of pages in memory, for each connection that reads
_MIGRATION_SECONDS = 60  # how long a start waits for another one that is changing the tables
_CONNECT_SECONDS = 5
_SQLITE = (3, 35)  # the first that says what an insert stored (RETURNING)

_FORMS = "Write DATABASE_URL as sqlite:///path/to/file.db or postgresql://user:password@host/database."


@dataclass(frozen=True)
class Database:
    """A database by name: a file (SQLite) or a server's (PostgreSQL, `file` is None)."""

    url: URL
    file: Path | None

    @property
    def name(self) -> str:
        """What people may see of it: never the password."""
        if self.file:
            return f"file {self.file}"
        host = self.url.host or self.url.query.get("host") or "this machine"
        return f"“{self.url.database or self.url.username}” on {host}"

    def file_identity(self) -> tuple[int, int]:
        """Which file this is, however it is called; raises OSError when it is gone."""
        assert self.file
        found = os.stat(self.file)
        return found.st_dev, found.st_ino


def named(url: str) -> Database:
    """The database a URL names; Invalid when it names none."""
    try:
        parsed = make_url(url.strip())
    except (ArgumentError, ValueError):
        raise Invalid(f"The database URL cannot be read. {_FORMS}") from None  # the URL may hold a password
    kind = parsed.drivername.partition("+")[0]
    if kind == "sqlite":
        if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
            raise Invalid(f"The database URL names no file to keep the data in. {_FORMS}")
        file = Path(parsed.database).expanduser().absolute()
        return Database(URL.create("sqlite", database=str(file)), file)
    if kind in ("postgresql", "postgres"):
        return Database(parsed.set(drivername="postgresql+psycopg"), None)
    raise Invalid(f"golive keeps its data in SQLite or PostgreSQL, not in “{kind}”. {_FORMS}")


def prepare(database: Database) -> None:
    """Have the file (for nobody else's eyes) with write-ahead logging, so that readers never wait."""
    if database.file is None:
        return
    if sqlite3.sqlite_version_info < _SQLITE:
        raise Invalid(
            f"This Python comes with SQLite {sqlite3.sqlite_version}, and golive needs "
            f"{'.'.join(map(str, _SQLITE))} or newer: start it with another Python, or use PostgreSQL."
        )
    try:
        database.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(database.file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise Unavailable(
            f"The database {database.name} cannot be opened for writing ({error.strerror}): give golive a "
            "folder it may write in."
        ) from error
    with telling(database), closing(sqlite3.connect(database.file, timeout=BUSY_SECONDS)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def writing(database: Database) -> Engine:
    """The one connection that writes."""
    if database.file is None:
        engine = _server(database, isolation_level="READ COMMITTED", pool_size=1, max_overflow=0)
        event.listen(engine, "connect", _wait_for_others_a_while)
        return engine
    engine = _file(database, pool_size=1, max_overflow=0)
    event.listen(engine, "connect", _file_writer)
    # Deferred, a transaction that reads and then writes fails at once when somebody wrote in between.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def reading(database: Database) -> Engine:
    """Connections that only read; each transaction sees one state of everything."""
    if database.file is None:
        engine = _server(database, isolation_level="REPEATABLE READ", pool_size=5, max_overflow=15)
        event.listen(engine, "connect", _server_reader)
        return engine
    # Each keeps some 3 MB of pages and statements once it is used: the one used last comes first.
    engine = _file(database, pool_size=32, max_overflow=32, pool_use_lifo=True)
    event.listen(engine, "connect", _file_reader)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def watching(database: Database) -> sqlite3.Connection | None:
    """A connection that only asks whether somebody stored something. A server has no such cheap question."""
    if database.file is None:
        return None
    with telling(database):
        return sqlite3.connect(database.file, timeout=0, isolation_level=None, check_same_thread=False)


def tidy(database: Database) -> None:
    """Write what waits in the log of an SQLite file into it, and empty the log."""
    with telling(database), closing(sqlite3.connect(str(database.file), timeout=BUSY_SECONDS)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def version(connection: sqlite3.Connection) -> int | None:
    """Another number than before when another connection has committed since; None when it cannot be told."""
    try:
        found: int = connection.execute("PRAGMA data_version").fetchone()[0]
    except sqlite3.Error:
        return None
    return found


def migrating(database: Database) -> Engine:
    """A connection to change tables with. Foreign keys are not watched on SQLite: there a table is changed
    by copying it, and dropping the old one would take everything that hangs on it along."""
    if database.file is None:
        return _server(database, isolation_level="READ COMMITTED", pool_size=1)
    engine = _file(database, pool_size=1, patience=_MIGRATION_SECONDS)
    event.listen(engine, "connect", _file_migrator)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def in_transaction(connection: Connection) -> bool:
    """Whether the database still is in the transaction the connection began."""
    if connection.invalidated:
        return False
    raw = connection.connection.dbapi_connection
    if isinstance(raw, psycopg.Connection):
        return raw.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
    return isinstance(raw, sqlite3.Connection) and raw.in_transaction


@contextmanager
def telling(database: Database) -> Iterator[None]:
    """Turn what the database complains of into a sentence for people; our own mistakes pass as they are."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, psycopg.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        told = _clash(cause) or _wait(cause) or _refusal(database, cause) or _absence(database, cause)
        if told is None:
            raise
        raise told from error


def _clash(cause: BaseException | None) -> BotError | None:
    """Two stored the same thing at once."""
    unique = isinstance(cause, psycopg.errors.UniqueViolation)
    if unique or _is(cause, "CONSTRAINT_UNIQUE", "CONSTRAINT_PRIMARYKEY"):
        return Conflict(
            "Somebody else stored the same thing a moment ago: look again, then repeat what still holds."
        )
    return None


def _wait(cause: BaseException | None) -> BotError | None:
    """Somebody else is at it."""
    if isinstance(cause, _HELD) or _is(cause, "BUSY", "LOCKED"):
        return Unavailable(
            f"Another program is writing in the database and did not finish within {BUSY_SECONDS} seconds; "
            "nothing was changed. Try again in a moment."
        )
    if isinstance(cause, PoolTimeout):
        return Unavailable("Too much is being read at once; try again in a moment.")
    return None


def _refusal(database: Database, cause: BaseException | None) -> BotError | None:
    """The database is there and does not take it; trying again will not help."""
    if _is(cause, "FULL"):
        return Unavailable("The disk is full; nothing was changed. Make room, then try again.")
    if _is(cause, "READONLY", "CANTOPEN", "PERM", "AUTH"):
        return Unavailable(
            f"The database {database.name} cannot be written to; nothing was changed. Let golive write in "
            "its folder."
        )
    if _is(cause, "NOTADB", "CORRUPT"):
        return Invalid(f"The {database.name} is no database, or is damaged: name another one, or a backup.")
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return Invalid(
            f"The user “{database.url.username}” may not do that in the database {database.name}: let it "
            "create and change tables there."
        )
    if isinstance(cause, psycopg.OperationalError) and any(word in str(cause) for word in _TURNED_AWAY):
        return Invalid(
            f"The database {database.name} turns golive away: check user, password and database name in "
            "DATABASE_URL."
        )
    return None


def _absence(database: Database, cause: BaseException | None) -> BotError | None:
    """The database does not answer, or no longer."""
    if _is(cause, "ERROR"):
        return None  # the statement is wrong: ours to mend
    if isinstance(cause, sqlite3.OperationalError | psycopg.OperationalError | psycopg.InterfaceError):
        return Unavailable(
            f"The database {database.name} does not answer. What was confirmed is safe; what was not, repeat "
            "in a moment."
        )
    return None


_HELD = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)
# A connection that is refused has no code, only the server's words.
_TURNED_AWAY = ("authentication failed", "does not exist", "no password supplied", "no pg_hba.conf entry")


def _is(error: BaseException | None, *names: str) -> bool:
    known = getattr(error, "sqlite_errorname", "")
    return any(known.startswith(f"SQLITE_{name}") for name in names)


def _server(database: Database, **options: Any) -> Engine:
    # A ping at checkout costs a tenth of a millisecond, and a restarted server is not noticed by people.
    return create_engine(
        database.url,
        hide_parameters=True,  # what people wrote does not belong in a log
        pool_pre_ping=True,
        connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": "golive"},
        **options,
    )


def _file(database: Database, *, patience: float | None = None, **options: Any) -> Engine:
    patience = BUSY_SECONDS if patience is None else patience
    return create_engine(
        database.url,
        hide_parameters=True,
        connect_args={"timeout": patience, "check_same_thread": False},
        **options,
    )


def _file_writer(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged outlives a power cut


def _file_reader(connection: Any, _: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")
    # The system has the file in memory already, and every commit makes what is kept here stale.
    connection.execute(f"PRAGMA cache_size = {-READER_KILOBYTES}")


def _file_migrator(connection: Any, _: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = OFF")


def _server_reader(connection: Any, _: object) -> None:
    connection.read_only = True


def _wait_for_others_a_while(connection: Any, _: object) -> None:
    connection.execute(f"SET lock_timeout = '{BUSY_SECONDS * 1000:.0f}ms'")
    connection.commit()

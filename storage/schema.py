"""Has a database the tables this golive knows, and how does it get them?"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from bot.domain.errors import Invalid, Unavailable
from storage import databases, models
from storage.claim import claim
from storage.databases import Database, telling

_HERE = Path(__file__).parent / "migrations"
_LOCK = 0x6D6967726174  # "migrat": on PostgreSQL, one process migrates at a time

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Schema:
    """The versions a golive knows, oldest first, and the folders with the steps between them. The steps
    know the versions too, but to ask them is to import Alembic, which a start has no time for."""

    versions: tuple[str, ...]
    folders: tuple[Path, ...] = (_HERE / "versions",)

    @property
    def newest(self) -> str:
        return self.versions[-1]


GOLIVE = Schema(versions=("0001", "0002", "0003", "0004", "0005", "0006"))


def bring_up_to_date(database: Database, schema: Schema = GOLIVE) -> None:
    """Give the database the newest tables. Before that, an SQLite file that holds something is backed up
    beside itself. Invalid when it was written by a newer golive, or belongs to something else."""
    with _open(database) as engine:
        with engine.connect() as connection:
            version = _version(connection, database, schema)
        if version == schema.newest:
            return
        if version is None:
            _migrate(engine, database, schema)
        else:
            # A bot that is running knows only the old tables: it must not find new ones under its feet.
            held = claim(database)
            try:
                _migrate(engine, database, schema)
            finally:
                held.release()


@contextmanager
def _open(database: Database) -> Iterator[Engine]:
    engine = databases.migrating(database)
    try:
        with telling(database):
            yield engine
    finally:
        engine.dispose()


def _version(connection: Connection, database: Database, schema: Schema) -> str | None:
    """The version the tables have; None for a database without any."""
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        foreign = tables & set(models.Row.metadata.tables)
        if foreign:
            raise Invalid(
                f"The database {database.name} already holds something else (a table “{min(foreign)}”): "
                "give golive a database of its own."
            )
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version not in schema.versions:
        raise Invalid(
            f"The database {database.name} was written by a newer golive (tables {version}; this one knows "
            f"{schema.newest}). Install that golive again, or name a backup from before."
        )
    return version


def _migrate(engine: Engine, database: Database, schema: Schema) -> None:
    with engine.begin() as connection:
        if database.file is None:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        version = _version(connection, database, schema)
        if version == schema.newest:
            return  # another process was faster
        if version is not None and database.file:
            _back_up(database.file, version)
        _run_steps(connection, schema)
        if database.file:
            _refuse_orphans(connection, database)
    _log.info("the database %s has tables %s now", database.name, schema.newest)


def _run_steps(connection: Connection, schema: Schema) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, schema.folders)))
    config.attributes["connection"] = connection
    command.upgrade(config, schema.newest)


def _back_up(file: Path, version: str) -> Path:
    """A whole copy, also while others read and write; it has its name only once it is complete."""
    at = datetime.now(UTC)
    kept = file.with_name(f"{file.name}.{version}.{at:%Y%m%dT%H%M%SZ}.backup")
    making = kept.with_name(f"{kept.name}.part")
    try:
        os.close(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(making)) as target:
            source.backup(target)
        os.replace(making, kept)
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(
            f"The database could not be backed up to {kept} before its tables are changed ({error}); "
            "nothing was changed. Make room there, then start again."
        ) from error
    _log.info("backed the database up to %s", kept)
    return kept


def _refuse_orphans(connection: Connection, database: Database) -> None:
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphan is not None:
        raise Unavailable(
            f"Changing the tables of {database.name} would have broken a reference in “{orphan[0]}”; "
            "nothing was changed. Please report this; the golive you had before goes on working."
        )

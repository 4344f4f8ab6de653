"""Does a database get the tables this golive knows, without losing what is in it?"""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from bot.domain.errors import Invalid, Refused
from bot.domain.plan import Assumption
from storage import Store, databases, models, schema
from storage.schema import GOLIVE, Schema
from tests.storage.plans import BY_FILE, north

ROOT = Path(__file__).parents[2]

_NEXT = """
import sqlalchemy as sa
from alembic import op
revision = "next"
down_revision = "{newest}"
def upgrade():
    with op.batch_alter_table("items") as items:
        items.add_column(sa.Column("weight", sa.Integer(), server_default="7", nullable=False))
        items.alter_column("title", existing_type=sa.String(), nullable=True)
    {more}
"""


def next_schema(folder: Path, more: str = "") -> Schema:
    """The schema of a golive that does not exist yet: one that changes the table most hangs on."""
    folder.mkdir(exist_ok=True)
    (folder / "next.py").write_text(_NEXT.format(newest=GOLIVE.newest, more=more))
    return Schema(versions=(*GOLIVE.versions, "next"), folders=(*GOLIVE.folders, folder))


def with_a_plan(url: str) -> None:
    store = Store(url)
    with store.transaction() as tx:
        tx.save(None, north(), **BY_FILE)
    store.close()


def counted(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        counts = {
            name: connection.execute(text(f"select count(*) from {name}")).scalar_one()
            for name in models.Row.metadata.tables
        }
    engine.dispose()
    return counts


def backups(url: str) -> list[Path]:
    file = databases.named(url).file
    return sorted(file.parent.glob(f"{file.name}.*.backup*")) if file else []


def test_the_migrations_make_the_tables_the_code_knows(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, models.Row.metadata) == []
    engine.dispose()


def test_the_versions_are_those_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    steps = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(reversed([step.revision for step in steps])) == GOLIVE.versions


def test_a_migration_keeps_everything(database_url: str, tmp_path: Path) -> None:
    with_a_plan(database_url)
    before = counted(database_url)
    schema.bring_up_to_date(databases.named(database_url), next_schema(tmp_path / "steps"))

    assert counted(database_url) == before
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("select distinct weight from items")).scalars().all() == [7]
    engine.dispose()


def test_a_file_is_backed_up_before_it_is_migrated(tmp_path: Path, empty_file: Path) -> None:
    file = tmp_path / "golive.db"
    file.write_bytes(empty_file.read_bytes())
    url = f"sqlite:///{file}"
    with_a_plan(url)
    assert backups(url) == []
    schema.bring_up_to_date(databases.named(url), next_schema(tmp_path / "steps"))

    [backup] = backups(url)
    assert backup.name.startswith(f"golive.db.{GOLIVE.newest}.2")
    assert counted(f"sqlite:///{backup}") == counted(url)
    store = Store(f"sqlite:///{backup}")  # it can be used as it is
    with store.reading() as tx:
        assert tx.plan("local", "north")
    store.close()


def test_a_migration_that_fails_changes_nothing(database_url: str, tmp_path: Path) -> None:
    with_a_plan(database_url)
    before = counted(database_url)
    with pytest.raises(Exception, match="nowhere"):
        schema.bring_up_to_date(
            databases.named(database_url),
            next_schema(tmp_path / "steps", more='op.execute("insert into nowhere values (1)")'),
        )

    store = Store(database_url)
    with store.reading() as tx:
        assert tx.plan("local", "north")
    store.close()
    assert counted(database_url) == before


def test_a_migration_that_would_leave_orphans_is_taken_back(tmp_path: Path, empty_file: Path) -> None:
    file = tmp_path / "golive.db"
    file.write_bytes(empty_file.read_bytes())
    with_a_plan(f"sqlite:///{file}")
    broken = next_schema(tmp_path / "steps", more="op.execute(\"delete from items where key = 'training'\")")
    with pytest.raises(Exception, match="broken a reference"):
        schema.bring_up_to_date(databases.named(f"sqlite:///{file}"), broken)

    store = Store(f"sqlite:///{file}")
    with store.reading() as tx:
        plan = tx.plan("local", "north")
        assert plan
        assert len(plan.items) == 4
    store.close()


def test_a_database_of_a_newer_golive_is_refused(database_url: str, tmp_path: Path) -> None:
    schema.bring_up_to_date(databases.named(database_url), next_schema(tmp_path / "steps"))
    with pytest.raises(Invalid, match="was written by a newer golive"):
        Store(database_url)


def test_a_database_of_something_else_is_left_alone(
    new_postgresql: Callable[..., str], tmp_path: Path
) -> None:
    for url in (new_postgresql(), f"sqlite:///{tmp_path / 'shop.db'}"):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("create table items (price integer)"))
        with pytest.raises(Invalid, match="already holds something else"):
            Store(url)
        with engine.connect() as connection:
            assert connection.execute(text("select price from items")).all() == []
        engine.dispose()


def test_tables_are_not_changed_under_a_running_bot(database_url: str, tmp_path: Path) -> None:
    bot = Store(database_url)
    bot.claim()
    with pytest.raises(Refused, match="already runs on"):
        schema.bring_up_to_date(databases.named(database_url), next_schema(tmp_path / "steps"))
    bot.close()
    schema.bring_up_to_date(databases.named(database_url), next_schema(tmp_path / "steps"))


def _open(url: str) -> None:
    Store(url).close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_many_may_open_a_new_database_at_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("new_postgresql")()
    with multiprocessing.get_context("forkserver").Pool(4) as pool:
        pool.map(_open, [url] * 8, chunksize=1)
    assert set(counted(url).values()) == {0}


def test_a_start_on_up_to_date_tables_does_not_load_alembic(database_url: str) -> None:
    look = "import sys, storage; storage.Store(sys.argv[1]).close(); print('alembic' in sys.modules)"
    assert _printed(sys.executable, "-c", look, database_url) == "False\n"


def _printed(*command: str, **options: Any) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def test_an_installed_golive_has_its_migrations(tmp_path: Path) -> None:
    _printed(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path), cwd=ROOT)
    [wheel] = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(installed)
    look = "import storage; storage.Store('sqlite:///new.db').close(); print(storage.__file__)"
    printed = _printed(sys.executable, "-P", "-c", look, cwd=tmp_path, env={"PYTHONPATH": str(installed)})
    assert printed.startswith(str(installed))
    with sqlite3.connect(tmp_path / "new.db") as database:
        assert database.execute("select version_num from alembic_version").fetchone() == (GOLIVE.newest,)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_of_the_first_golive_gets_all_that_came_since(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("new_postgresql")()
    database = databases.named(url)
    schema.bring_up_to_date(database, Schema(versions=GOLIVE.versions[:1]))
    engine = create_engine(database.url)
    with engine.begin() as connection:
        connection.execute(text("insert into workspaces (id) values ('T1')"))
        connection.execute(
            text(
                "insert into projects "
                "(workspace, key, name, timezone, working_days, holidays, policies, revision) "
                "values ('T1', 'north', 'North', 'UTC', '[\"mon\"]', '[]', '{}', 3)"
            )
        )
        connection.execute(
            text(
                "insert into assumptions (project_id, workspace, id, position, text, verified) "
                "values (1, 'T1', 'A1', 0, 'It holds', false)"
            )
        )
    engine.dispose()

    store = Store(url)
    with store.reading() as tx:
        plan = tx.plan("T1", "north")
        assert plan is not None
        assert plan.project.revision == 3
        assert plan.assumptions == (Assumption(id="A1", text="It holds"),)
        # Nobody has looked yet what is due in it.
        assert [due.key for due in tx.due_projects("T1", datetime.now(UTC), 10)] == ["north"]
    store.close()

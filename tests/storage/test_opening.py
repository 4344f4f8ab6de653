"""Which database is opened, by whom, and what is said when that fails?"""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import Invalid, Refused, Unavailable
from storage import Store, models
from tests.storage.plans import BY_FILE, NOW, north, with_item


def keep(store: Store, event_id: str) -> None:
    with store.transaction() as tx:
        tx.keep(event_id, "C1", {}, NOW)


@pytest.fixture
def server_url(postgresql_template: str, new_postgresql: Callable[..., str]) -> str:
    return new_postgresql(postgresql_template)


def test_what_is_kept_is_there_after_a_restart(database_url: str) -> None:
    store = Store(database_url)
    keep(store, "Ev1")
    store.close()
    store.close()

    store = Store(database_url)
    with store.reading() as tx:
        assert [kept.event_id for kept in tx.unhandled(10)] == ["Ev1"]
    store.close()


def test_a_new_file_is_made_with_its_folder_for_nobody_elses_eyes(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "golive.db"
    store = Store(f"sqlite:///{file}")
    keep(store, "Ev1")

    files = [file, Path(f"{file}-wal")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600, 0o600]
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    with store.transaction() as tx:
        settings = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        assert [tx.run(text(f"pragma {name}")).scalar() for name in settings] == ["wal", 1, 2, 5000]
    store.close()


def test_both_names_of_postgresql_are_understood(server_url: str) -> None:
    for form in ("postgresql://", "postgres://", "postgresql+psycopg://"):
        store = Store(server_url.replace("postgresql://", form))
        keep(store, form)
        store.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "cannot be read"),
        ("golive.db", "cannot be read"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://root:hunter2@db/golive", "not in “mysql”"),
        ("postgresql://golive:hunter2@db:port/golive", "cannot be read"),
    ],
)
def test_a_url_that_names_no_database_is_explained(url: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as told:
        Store(url)
    assert "hunter2" not in str(told.value)
    assert "Write DATABASE_URL as" in str(told.value)


def test_a_server_that_does_not_answer_is_told_without_the_password() -> None:
    with pytest.raises(Unavailable, match=r"“golive” on 127.0.0.1 does not answer") as told:
        Store("postgresql://golive:hunter2@127.0.0.1:1/golive")
    assert "hunter2" not in str(told.value)


def test_a_database_the_server_does_not_have_is_told(postgresql_server: str) -> None:
    url = make_url(postgresql_server).set(database="nowhere", password="hunter2")
    with pytest.raises(Invalid, match="check user, password and database name") as told:
        Store(url.render_as_string(hide_password=False))
    assert "hunter2" not in str(told.value)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear customer, " * 100)
    with pytest.raises(Invalid, match="is no database"):
        Store(f"sqlite:///{file}")
    assert file.read_text() == "Dear customer, " * 100


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be opened"):
        Store(f"sqlite:///{tmp_path}")


def test_an_sqlite_that_is_too_old_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(Invalid, match=r"golive needs 3\.35 or newer"):
        Store(f"sqlite:///{tmp_path / 'golive.db'}")


def test_an_error_shows_nothing_of_what_people_wrote(store: Store) -> None:
    with pytest.raises(IntegrityError) as told, store.transaction() as tx:
        tx.run(
            insert(models.heard), [{"workspace": "T1", "channel": "C1", "ts": "1.2", "kind": "about Mrs. X"}]
        )
    assert "Mrs. X" not in str(told.value).split("DETAIL")[0]


@pytest.mark.parametrize("then", ["gone", "replaced"])
def test_nothing_is_written_into_a_file_that_is_gone(tmp_path: Path, empty_file: Path, then: str) -> None:
    file = tmp_path / "golive.db"
    file.write_bytes(empty_file.read_bytes())
    store = Store(f"sqlite:///{file}")
    keep(store, "Ev1")
    file.unlink()
    if then == "replaced":
        file.write_bytes(empty_file.read_bytes())

    with pytest.raises(Unavailable, match="gone or was replaced"):
        keep(store, "Ev2")
    with pytest.raises(Unavailable, match="gone or was replaced"), store.reading():
        pass
    store.close()


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(Unavailable, match="is stopping"):
        keep(store, "Ev1")
    with pytest.raises(Unavailable, match="is stopping"), store.reading():
        pass


def test_closing_lets_who_writes_finish(store: Store, database_url: str) -> None:
    writing, closing = threading.Event(), threading.Event()

    def write() -> None:
        with store.transaction() as tx:
            tx.keep("Ev1", "C1", {}, NOW)
            writing.set()
            closing.wait(10)

    writer = threading.Thread(target=write)
    writer.start()
    writing.wait(10)
    closer = threading.Thread(target=store.close)
    closer.start()
    closing.set()
    closer.join()
    writer.join()

    again = Store(database_url)
    with again.reading() as tx:
        assert len(tx.unhandled(10)) == 1
    again.close()


def test_a_second_bot_on_a_database_is_refused(store: Store, database_url: str) -> None:
    store.claim()
    store.claim()
    second = Store(database_url)
    keep(second, "a command line verb may still write")
    with pytest.raises(Refused, match="already runs on") as told:
        second.claim()
    assert "Stop that one first" in str(told.value)

    store.close()
    second.claim()
    second.close()


_BOT = """
import sys, time
from storage import Store, models
store = Store(sys.argv[1])
store.claim()
print("claimed", flush=True)
time.sleep(60)
"""


def test_the_claim_ends_with_the_process(store: Store, database_url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", _BOT, database_url], stdout=subprocess.PIPE) as bot:
        assert bot.stdout
        assert bot.stdout.readline() == b"claimed\n"
        with pytest.raises(Refused, match=f"process {bot.pid}" if "sqlite" in database_url else "runs"):
            store.claim()
        bot.kill()
        bot.wait()
    _once_it_is_free(store.claim)


def _once_it_is_free(claim: Callable[[], None]) -> None:
    for _ in range(200):  # PostgreSQL takes a moment to notice that a process is gone
        try:
            return claim()
        except Refused:
            threading.Event().wait(0.01)
    claim()


def _terminate(database_url: str, name: str) -> None:
    """End the connections with that name, as a server does that is restarted."""
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = %s "
            "and datname = current_database()",
            [name],
        )


def test_a_lost_claim_is_taken_again(server_url: str) -> None:
    store, second = Store(server_url), Store(server_url)
    store.claim()
    _terminate(server_url, "golive bot")
    keep(store, "Ev1")

    with pytest.raises(Refused):
        second.claim()
    store.close()
    second.close()


def test_a_bot_whose_claim_another_took_stops_writing(server_url: str) -> None:
    store, second = Store(server_url), Store(server_url)
    store.claim()
    _terminate(server_url, "golive bot")
    second.claim()

    for _ in range(2):
        with pytest.raises(Refused, match="already runs on"):
            keep(store, "Ev1")
    second.close()
    _once_it_is_free(lambda: keep(store, "Ev1"))
    store.close()


def test_a_restarted_server_is_not_noticed(server_url: str) -> None:
    store = Store(server_url)
    keep(store, "Ev1")
    with store.reading():
        pass
    _terminate(server_url, "golive")

    keep(store, "Ev2")
    with store.reading() as tx:
        assert len(tx.unhandled(10)) == 2
    store.close()


def test_a_server_lost_in_mid_sentence_loses_only_what_was_not_confirmed(server_url: str) -> None:
    store = Store(server_url)
    with store.transaction() as tx:
        saved = tx.save(None, north(), **BY_FILE)

    def cut_off() -> None:
        with store.transaction() as tx:
            changed = with_item(saved, "network", title="never confirmed")
            tx.save(saved, changed, actor="U1", act="edit", at=NOW)
            _terminate(server_url, "golive")

    with pytest.raises(Unavailable, match="nothing of this was changed"):
        cut_off()
    with store.transaction() as tx:
        assert tx.plan("local", "north") == saved
    store.close()


def test_a_user_who_may_not_make_tables_is_told(new_postgresql: Callable[..., str]) -> None:
    url = new_postgresql()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("drop role if exists reader")
        server.execute("create role reader login")
    with pytest.raises(Invalid, match="“reader” may not do that"):
        Store(make_url(url).set(username="reader").render_as_string(hide_password=False))


def test_a_place_that_may_not_be_written_is_told() -> None:
    with pytest.raises(Unavailable, match="cannot be opened for writing"):
        Store("sqlite:////dev/null/golive.db")


def test_a_burst_of_readers_does_not_leave_them_all_in_use(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'golive.db'}")
    with ExitStack() as burst:
        for _ in range(8):
            burst.enter_context(store.reading())

    used = set()
    event.listen(store._readers, "checkout", lambda raw, *_: used.add(raw))
    for _ in range(8):
        with store.reading() as tx:
            assert tx.run(text("pragma cache_size")).scalar() == -512  # kilobytes; else it would be 2,000
    assert len(used) == 1
    store.close()

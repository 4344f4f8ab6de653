"""Is what was told to be stored there, and nothing else, when many write at once?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.domain.errors import Conflict, Unavailable
from bot.domain.plan import Plan, Project
from storage import Store, Transaction, databases, writer
from tests.storage.plans import BY_FILE, NOW, north, with_item


class Changed(Exception):
    """Somebody changed their mind inside a transaction."""


def keep_pair(tx: Transaction, n: int) -> None:
    assert tx.keep(f"{n}-a", "C1", {"n": n}, NOW)
    assert tx.emit("T1", "C1", f"{n}-b", "note", {"n": n}, at=NOW)


def pairs(store: Store) -> tuple[set[int], set[int]]:
    with store.reading() as tx:
        kept = tx.run(text("select event_id from inbox")).scalars().all()
        emitted = tx.run(text("select key from outbox")).scalars().all()
    return {int(one.removesuffix("-a")) for one in kept}, {int(one.removesuffix("-b")) for one in emitted}


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "that never came"
        time.sleep(0.001)


def in_threads(*jobs: Callable[[], object]) -> list[Exception | None]:
    """Run the jobs at once; what each of them raised."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> Exception | None:
        start.wait(10)
        try:
            job()
        except Exception as error:
            return error
        return None

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_exactly_what_was_not_taken_back_is_stored(store: Store) -> None:
    seen_halves: list[tuple[set[int], set[int]]] = []
    not_there_when_told: list[int] = []
    done = threading.Event()

    def write(n: int) -> None:
        with store.transaction() as tx:
            keep_pair(tx, n)
            if n % 5 == 0:
                raise Changed
        if n % 20 == 1 and n not in pairs(store)[0]:
            not_there_when_told.append(n)

    def watch() -> None:
        while not done.is_set():
            kept, emitted = pairs(store)
            if kept != emitted or any(n % 5 == 0 for n in kept):
                seen_halves.append((kept, emitted))

    watcher = threading.Thread(target=watch)
    watcher.start()
    errors = in_threads(*[lambda n=n: write(n) for n in range(200)])
    done.set()
    watcher.join()

    good = {n for n in range(200) if n % 5}
    assert [n for n, error in enumerate(errors) if error] == [n for n in range(200) if not n % 5]
    assert all(error is None or isinstance(error, Changed) for error in errors)
    assert pairs(store) == (good, good)
    assert seen_halves == []
    assert not_there_when_told == []


def test_nobody_is_told_stored_before_it_is(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of a group is done with its work, and still waits for the commit the second one makes."""
    monkeypatch.setattr(writer, "_LONGEST", 60.0)  # however slow the machine is, they are one group
    let_second_go = threading.Event()
    told: list[str] = []

    def first() -> None:
        with store.transaction() as tx:
            keep_pair(tx, 1)
            second.start()
            until(lambda: store._writer._waiting == 1)
        told.append("first")

    def work_second() -> None:
        with store.transaction() as tx:
            assert not tx.keep("1-a", "C1", {}, NOW)  # those who come later see it already
            assert let_second_go.wait(10)
            assert told == []
            assert pairs_elsewhere() == (set(), set())
            keep_pair(tx, 2)
        told.append("second")

    def pairs_elsewhere() -> tuple[set[int], set[int]]:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(pairs, store).result()

    second = threading.Thread(target=work_second)
    one = threading.Thread(target=first)
    one.start()
    until(second.is_alive)
    let_second_go.set()
    one.join()
    second.join()

    assert sorted(told) == ["first", "second"]
    assert pairs(store) == ({1, 2}, {1, 2})


def test_a_commit_that_fails_fails_for_everybody_in_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of a group breaks the transaction they share; the third starts a new one."""
    monkeypatch.setattr(writer, "_LONGEST", 60.0)  # however slow the machine is, they are one group

    def first() -> None:
        with store.transaction() as tx:
            keep_pair(tx, 1)
            started.set()
            until(lambda: store._writer._waiting == 1)

    def second() -> None:
        assert started.wait(10)
        with store.transaction() as tx:
            keep_pair(tx, 2)
            end_behind_its_back(tx)

    started = threading.Event()
    errors = in_threads(first, second)

    assert all(isinstance(error, Unavailable) for error in errors), errors
    assert pairs(store) == (set(), set())
    with store.transaction() as tx:
        keep_pair(tx, 3)
    assert pairs(store) == ({3}, {3})


def end_behind_its_back(tx: Transaction) -> None:
    """What a full disk does to SQLite's transaction, and a restarted server to PostgreSQL's."""
    assert tx._connection
    if tx._connection.dialect.name == "sqlite":
        tx.run(text("ROLLBACK"))
    else:
        with pytest.raises(Exception, match="terminat"):
            tx.run(text("select pg_terminate_backend(pg_backend_pid())"))


def test_a_follower_interrupted_while_waiting_leaves_nobody_stuck(store: Store) -> None:
    """Somebody counted as waiting never comes: whoever handed over to it sees to the commit."""
    with store.transaction() as tx:
        keep_pair(tx, 1)
        store._writer._waiting += 1
        undo = threading.Timer(0.05, lambda: setattr(store._writer, "_waiting", 0))
        undo.start()
    undo.join()

    assert pairs(store) == ({1}, {1})


def test_one_verb_is_one_transaction(store: Store) -> None:
    with store.transaction() as tx:
        keep_pair(tx, 1)
        with pytest.raises(RuntimeError, match="inside a transaction already"), store.transaction():
            pass
        with pytest.raises(RuntimeError, match="inside a transaction already"), store.reading():
            pass
        keep_pair(tx, 2)
    assert pairs(store) == ({1, 2}, {1, 2})
    with pytest.raises(RuntimeError, match="has ended"):
        tx.keep("3-a", "C1", {}, NOW)


def test_a_reading_cannot_write(store: Store) -> None:
    with pytest.raises(RuntimeError, match="cannot write"), store.reading() as tx:
        keep_pair(tx, 1)
    assert pairs(store) == (set(), set())


def test_a_reading_sees_one_moment(store: Store) -> None:
    with store.transaction() as tx:
        keep_pair(tx, 1)
    with store.reading() as reading:
        assert reading.message("T1", "1-b")
        in_threads(lambda: write_one(store, 2))
        assert reading.message("T1", "2-b") is None
    with store.reading() as reading:
        assert reading.message("T1", "2-b")


def write_one(store: Store, n: int) -> None:
    with store.transaction() as tx:
        keep_pair(tx, n)


def test_a_plan_taken_back_is_never_seen(store: Store, database_url: str) -> None:
    with store.transaction() as tx:
        saved = tx.save(None, north(), **BY_FILE)
    taken_back = with_item(saved, "network", title="taken back")
    with suppress(Changed), store.transaction() as tx:
        tx.save(saved, taken_back, actor="U1", act="edit", at=NOW)
        raise Changed
    with store.reading() as tx:
        assert tx.plan("local", "north") == saved

    other = Store(database_url)
    with other.transaction() as tx:
        theirs = with_item(saved, "network", title="theirs")
        theirs = tx.save(saved, theirs, actor="U2", act="edit", at=NOW)
    other.close()
    with store.reading() as tx:
        assert tx.plan("local", "north") == theirs


def test_changes_to_one_plan_from_many_threads_all_count(store: Store) -> None:
    with store.transaction() as tx:
        tx.save(None, Plan(project=Project(key="p", name="0")), **BY_FILE)

    def add_one() -> None:
        with store.transaction() as tx:
            plan = tx.plan("local", "p")
            assert plan
            after = replace(plan, project=replace(plan.project, name=str(int(plan.project.name) + 1)))
            tx.save(plan, after, actor="U1", act="edit", at=NOW)

    assert not any(in_threads(*[add_one] * 60))
    with store.reading() as tx:
        plan = tx.plan("local", "p")
        assert plan
        assert (plan.project.name, plan.project.revision) == ("60", 61)
        assert len(tx.events("local", "p")) == 61


def test_two_processes_changing_one_plan_cannot_both_win(store: Store, database_url: str) -> None:
    """Ten writers on two stores; each either counts or is told who was first."""
    with store.transaction() as tx:
        tx.save(None, Plan(project=Project(key="p", name="0")), **BY_FILE)
    other = Store(database_url)

    def add_one(at: Store) -> None:
        with at.transaction() as tx:
            plan = tx.plan("local", "p")
            assert plan
            after = replace(plan, project=replace(plan.project, name=str(int(plan.project.name) + 1)))
            tx.save(plan, after, actor="U1", act="edit", at=NOW)

    errors = in_threads(*[lambda at=at: add_one(at) for at in (store, other) * 5])
    other.close()
    assert all(error is None or isinstance(error, Conflict) for error in errors)
    with store.reading() as tx:
        plan = tx.plan("local", "p")
        assert plan
        assert int(plan.project.name) == errors.count(None) == plan.project.revision - 1


def test_waiting_for_another_program_has_an_end(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0.2)
    store, other = Store(database_url), Store(database_url)
    with store.transaction() as tx:
        saved = tx.save(None, north(), **BY_FILE)
    with other.transaction() as theirs:
        theirs.save(saved, with_item(saved, "network", title="theirs"), actor="U2", act="edit", at=NOW)

        def ours() -> None:
            with store.transaction() as tx:
                changed = with_item(saved, "network", title="ours")
                tx.save(saved, changed, actor="U1", act="edit", at=NOW)

        [error] = in_threads(ours)
    assert isinstance(error, Unavailable)
    assert "Another program is writing" in str(error)
    with store.reading() as tx:
        plan = tx.plan("local", "north")
        assert plan
        assert plan.item["network"].title == "theirs"
    store.close()
    other.close()


def test_something_to_send_is_told_once_it_is_stored(store: Store) -> None:
    told: list[tuple[set[int], set[int]]] = []
    store.on_emit = lambda: told.append(pairs(store))
    with store.transaction() as tx:
        tx.keep("0-a", "C1", {}, NOW)
    assert told == []
    with suppress(Changed), store.transaction() as tx:
        keep_pair(tx, 1)
        raise Changed
    assert told == []
    with store.transaction() as tx:
        keep_pair(tx, 2)
    assert told == [({0, 2}, {2})]

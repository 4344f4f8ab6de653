"""Is what somebody dismissed kept, and is it known when each thing was last spoken of?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.plan import Plan
from bot.domain.signals import Dismissal
from storage import Store
from tests.storage.plans import BY_FILE, NOW, north, with_item

NO = Dismissal(by="U1", why="agreed with the vendor", at=NOW)


def kept(store: Store) -> Plan:
    with store.transaction() as tx:
        return tx.save(None, north(), **BY_FILE)


def test_a_dismissal_is_kept_with_who_why_and_when(store: Store) -> None:
    id = kept(store).project.id or 0
    with store.transaction() as tx:
        tx.dismiss(id, "local", "stale:1", NO)
    with store.reading() as tx:
        assert tx.dismissed(id) == {"stale:1": NO}


def test_the_last_word_on_a_signal_counts(store: Store) -> None:
    id = kept(store).project.id or 0
    other = Dismissal(by="U2", why="it is over", at=NOW + timedelta(days=1))
    with store.transaction() as tx:
        tx.dismiss(id, "local", "stale:1", NO)
        tx.dismiss(id, "local", "stale:1", other)
    with store.reading() as tx:
        assert tx.dismissed(id) == {"stale:1": other}


def test_what_is_brought_back_is_gone_and_says_whether_it_was_there(store: Store) -> None:
    id = kept(store).project.id or 0
    with store.transaction() as tx:
        tx.dismiss(id, "local", "stale:1", NO)
        assert tx.bring_back(id, "stale:1")
        assert not tx.bring_back(id, "stale:1")
        assert tx.dismissed(id) == {}


def test_a_dismissal_belongs_to_one_project(store: Store) -> None:
    id = kept(store).project.id or 0
    with store.transaction() as tx:
        other = replace(north(), project=replace(north().project, key="south", channel="C2"))
        second = tx.save(None, other, **BY_FILE).project.id or 0
        tx.dismiss(id, "local", "stale:1", NO)
        assert tx.dismissed(second) == {}


def test_a_file_touches_everything_but_says_nothing(store: Store) -> None:
    plan = kept(store)
    later = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    with store.transaction() as tx:
        after = with_item(plan, "interface", remaining_days=4)
        tx.save(plan, after, actor="U2", act="edit", at=later)
    with store.reading() as tx:
        words = tx.last_words(plan.project.id or 0)
    assert words["item", "interface"] == (later, later)
    assert words["item", "network"] == (None, NOW)
    assert words["blocker", "B1"] == (None, NOW)

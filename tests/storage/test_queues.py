"""Does what came in wait until it is handled, and what goes out until it is sent?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage import Message, Store, Transaction
from tests.storage.plans import NOW


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    with store.transaction() as tx:
        yield tx


def emit(tx: Transaction, key: str, *, channel: str = "C1", subject: str | None = None) -> Message:
    assert tx.emit("T1", channel, key, "note", {"say": key}, subject=subject, at=NOW)
    message = tx.message("T1", key)
    assert message
    return message


def send(tx: Transaction, message: Message) -> None:
    assert tx.mark(message.id, "waiting", "sending")
    assert tx.mark(message.id, "sending", "sent", ts=f"{message.id}.0001")


def test_an_event_is_kept_once(tx: Transaction) -> None:
    assert tx.keep("Ev1", "C1", {"team_id": "T1", "event": {"text": "hello"}}, NOW)
    assert not tx.keep("Ev1", "C1", {"something": "else"}, NOW)

    [kept] = tx.unhandled(10)
    assert (kept.event_id, kept.lane, kept.attempts) == ("Ev1", "C1", 0)
    assert kept.body == {"team_id": "T1", "event": {"text": "hello"}}


def test_many_events_are_kept_at_once(tx: Transaction) -> None:
    tx.keep("Ev2", "C1", {}, NOW)
    events = ["Ev1", "Ev2", "Ev3", "Ev1"]

    assert tx.keep_many([(event, "C1", {}, NOW) for event in events]) == [True, False, True, False]
    assert [kept.event_id for kept in tx.unhandled(10)] == ["Ev2", "Ev1", "Ev3"]
    assert tx.keep_many([]) == []


def test_five_hundred_events_come_back_in_order(tx: Transaction) -> None:
    names = [f"Ev{n}" for n in range(500)]
    assert all(tx.keep_many([(name, "C1", {"n": name}, NOW) for name in names]))
    assert [kept.event_id for kept in tx.unhandled(1000)] == names
    assert [kept.event_id for kept in tx.unhandled(3)] == names[:3]


def test_a_handled_event_is_known_but_its_words_are_gone(tx: Transaction) -> None:
    tx.keep("Ev1", "C1", {"event": {"text": "about Mrs. X"}}, NOW)
    tx.handled([kept.id for kept in tx.unhandled(10)])

    assert tx.unhandled(10) == []
    assert not tx.keep("Ev1", "C1", {}, NOW)
    assert tx.run(text("select count(*) from inbox where body is not null")).scalar() == 0


def test_an_event_that_keeps_failing_is_set_aside(tx: Transaction, caplog: pytest.LogCaptureFixture) -> None:
    tx.keep_many([("Ev1", "C1", {}, NOW), ("Ev2", "C1", {}, NOW)])
    first = tx.unhandled(1)[0]
    assert [tx.not_handled(first.id, f"boom {n}") for n in range(5)] == [True, True, True, True, False]

    assert [kept.event_id for kept in tx.unhandled(10)] == ["Ev2"]
    assert "Ev1" in caplog.text
    assert "boom 4" in caplog.text
    assert not tx.keep("Ev1", "C1", {}, NOW)


def test_a_failed_try_is_counted(tx: Transaction) -> None:
    tx.keep("Ev1", "C1", {"a": 1}, NOW)
    tx.not_handled(tx.unhandled(1)[0].id, "boom")

    [kept] = tx.unhandled(10)
    assert (kept.attempts, kept.body) == (1, {"a": 1})


def test_old_events_are_forgotten_but_not_those_that_wait(tx: Transaction) -> None:
    tx.keep_many([("old", "C1", {}, NOW), ("waits", "C1", {}, NOW)])
    tx.keep("new", "C1", {}, NOW + timedelta(days=9))
    old, _, new = tx.unhandled(10)
    tx.handled([old.id, new.id])
    tx.forget(NOW + timedelta(days=7))

    names = tx.run(text("select event_id from inbox order by event_id")).scalars().all()
    assert names == ["new", "waits"]


def test_what_is_old_goes_in_slices_and_what_is_young_or_waits_stays(tx: Transaction) -> None:
    for n in range(7):
        tx.keep(f"Ev{n}", "C1", {}, NOW + timedelta(hours=n))
    ids = [kept.id for kept in tx.unhandled(10)]
    tx.handled([*ids[:2], *ids[3:]])
    before = NOW + timedelta(hours=5)

    assert [tx.forget(before, most=2) for _ in range(3)] == [True, True, False]
    left = tx.run(text("select event_id from inbox order by id")).scalars().all()
    assert left == ["Ev2", "Ev5", "Ev6"]


def test_the_same_cause_makes_one_message(tx: Transaction) -> None:
    assert tx.emit("T1", "C1", "cause", "note", {"say": "first"}, at=NOW)
    assert not tx.emit("T1", "C1", "cause", "note", {"say": "second"}, at=NOW)
    assert tx.emit("T2", "C1", "cause", "note", {"say": "elsewhere"}, at=NOW)

    message = tx.message("T1", "cause")
    assert message
    assert message.payload == {"say": "first"}
    send(tx, message)
    assert not tx.emit("T1", "C1", "cause", "note", {"say": "third"}, at=NOW)


def test_a_lane_is_sent_in_order(tx: Transaction) -> None:
    first, second = emit(tx, "1"), emit(tx, "2")
    other = emit(tx, "3", channel="C2")

    assert tx.lanes(NOW) == [("T1", "C1"), ("T1", "C2")]
    assert tx.next_in_lane("T1", "C1", NOW) == first
    send(tx, first)
    assert tx.next_in_lane("T1", "C1", NOW) == second
    send(tx, second)
    assert tx.next_in_lane("T1", "C1", NOW) is None
    assert tx.next_in_lane("T1", "C2", NOW) == other
    assert tx.lanes(NOW) == [("T1", "C2")]


def test_a_message_held_back_holds_its_lane_back(tx: Transaction) -> None:
    first = emit(tx, "1")
    emit(tx, "2")
    later = NOW + timedelta(seconds=30)
    assert tx.next_due(NOW) is None
    assert tx.mark(first.id, "waiting", "sending")
    assert tx.mark(first.id, "sending", "waiting", error="ratelimited", not_before=later)

    assert tx.lanes(NOW) == []
    assert tx.next_in_lane("T1", "C1", NOW) is None
    assert tx.next_due(NOW) == later
    assert tx.next_due(later) is None
    assert tx.lanes(later) == [("T1", "C1")]
    held = tx.next_in_lane("T1", "C1", later)
    assert held
    assert (held.key, held.attempts, held.not_before) == ("1", 1, later)


def test_times_in_other_zones_are_the_same_moment(tx: Transaction) -> None:
    first = emit(tx, "1")
    chicago = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
    tx.mark(first.id, "waiting", "waiting", not_before=chicago)

    assert tx.lanes(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == []
    assert tx.lanes(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == [("T1", "C1")]
    assert tx.next_due(NOW) == chicago


def test_only_one_takes_a_message(tx: Transaction) -> None:
    message = emit(tx, "1")
    assert tx.mark(message.id, "waiting", "sending")
    assert not tx.mark(message.id, "waiting", "sending")
    assert [found.key for found in tx.in_sending()] == ["1"]
    assert tx.mark(message.id, "sending", "sent", ts="1.2")
    assert not tx.mark(message.id, "sending", "waiting")

    sent = tx.message("T1", "1")
    assert sent
    assert (sent.state, sent.ts, sent.attempts) == ("sent", "1.2", 1)
    assert tx.in_sending() == []


def test_a_message_being_sent_stays_first_in_its_lane(tx: Transaction) -> None:
    first = emit(tx, "1")
    emit(tx, "2")
    tx.mark(first.id, "waiting", "sending")

    following = tx.next_in_lane("T1", "C1", NOW)
    assert following
    assert (following.key, following.state) == ("1", "sending")


def test_news_about_the_same_thing_replaces_what_still_waits(tx: Transaction) -> None:
    old, other = emit(tx, "1", subject="B1"), emit(tx, "2", subject="B2")
    elsewhere = emit(tx, "3", channel="C2", subject="B1")
    new = emit(tx, "4", subject="B1")

    states = {key: m.state for key in "1234" if (m := tx.message("T1", key))}
    assert states == {"1": "dropped", "2": "waiting", "3": "waiting", "4": "waiting"}
    assert not tx.mark(old.id, "waiting", "sending")
    assert tx.next_in_lane("T1", "C1", NOW) == other
    assert tx.next_in_lane("T1", "C2", NOW) == elsewhere
    tx.mark(new.id, "waiting", "sending")
    emit(tx, "5", subject="B1")
    sending = tx.message("T1", "4")
    assert sending
    assert sending.state == "sending"


def test_what_is_sent_is_cleaned(tx: Transaction) -> None:
    tx.emit("T1", "C1", "1", "note", {"say": ["a\x00b"]}, at=NOW)
    message = tx.message("T1", "1")
    assert message
    assert message.payload == {"say": ["ab"]}
    assert message.created_at == NOW


def test_there_are_no_other_states(store: Store) -> None:
    with store.transaction() as tx:
        message = emit(tx, "1")
    with pytest.raises(IntegrityError), store.transaction() as tx:
        tx.mark(message.id, "waiting", "lost")

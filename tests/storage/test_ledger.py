"""Is what was to be said kept as what became of it, and is a project looked at when it has to be?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.digest import DigestFacts
from bot.domain.reminders import ledger
from bot.domain.reminders.ledger import Handover, Mute, Promise
from storage import Answer, Due, Entry, Store
from tests.storage.plans import BY_FILE, north

TEAM = "local"
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=4)
OF = ledger.subject("north", "item", "training")


@pytest.fixture
def due(store: Store) -> Due:
    """A stored project, looked at a moment ago."""
    with store.transaction() as tx:
        tx.save(None, north(), **BY_FILE)
        found = tx.due(TEAM, "north")
        assert found is not None
        assert tx.looked(found, LATER)
    return found


def line(due: Due, key: str = "k1", **more: object) -> Entry:
    said = Entry(
        key=key,
        person="U1",
        kind="daily",
        subject=OF,
        fingerprint="due=x",
        words="due",
        at=NOW,
        project=due.id,
    )
    return replace(said, **more)  # type: ignore[arg-type]


def planned(store: Store, due: Due, *entries: Entry, message: str = "m1") -> int:
    """Have these said in one message; its id in the outbox."""
    with store.transaction() as tx:
        tx.emit(TEAM, "U1", message, "nudge", {"user": "U1"}, at=NOW)
        tx.enter(TEAM, [replace(entry, message=message) for entry in entries])
        found = tx.message(TEAM, message)
    assert found is not None
    return found.id


def states(store: Store, due: Due) -> dict[str, str]:
    with store.reading() as tx:
        return {entry.key: entry.state for entry in tx.entries(due.id)}


def is_due(store: Store, at: datetime = NOW) -> bool:
    with store.reading() as tx:
        return bool(tx.due_projects(TEAM, at, 10))


# What became of it


def test_what_goes_out_in_a_message_is_sent_when_that_is(store: Store, due: Due) -> None:
    id = planned(store, due, line(due), line(due, "k2"))
    with store.transaction() as tx:
        tx.mark(id, "waiting", "sending")
    assert set(states(store, due).values()) == {"planned"}
    with store.transaction() as tx:
        tx.mark(id, "sending", "sent", ts="1803891600.000100", conversation="D1")
    with store.reading() as tx:
        [(entry, conversation, ts), _] = tx.history(due.id, 10)
    assert (entry.state, conversation, ts) == ("sent", "D1", "1803891600.000100")
    assert entry.said_at == datetime.fromtimestamp(1803891600.0001, UTC)


@pytest.mark.parametrize(("becomes", "why"), [("failed", "is_archived"), ("dropped", "no longer true")])
def test_what_could_not_be_said_is_so_noted_and_its_project_looked_at_again(
    store: Store, due: Due, becomes: str, why: str
) -> None:
    id = planned(store, due, line(due))
    assert not is_due(store)
    with store.transaction() as tx:
        tx.mark(id, "waiting", becomes, error="is_archived")
    with store.reading() as tx:
        [entry] = tx.entries(due.id)
    assert entry.state == becomes
    assert why in (entry.why or "")
    assert is_due(store)


def test_the_same_cause_is_one_entry_and_what_was_said_stays_said(store: Store, due: Due) -> None:
    id = planned(store, due, line(due))
    with store.transaction() as tx:
        tx.enter(TEAM, [line(due, state="held", why="night")])
    with store.transaction() as tx:
        tx.mark(id, "waiting", "sent", ts="1803891600.000100")
        tx.enter(TEAM, [line(due, state="sent")])
        tx.enter(TEAM, [line(due, state="planned", words="again")])
    assert states(store, due) == {"k1": "sent"}


def test_what_was_held_or_dropped_may_be_planned_again(store: Store, due: Due) -> None:
    for state in ("held", "dropped", "failed", "skipped"):
        with store.transaction() as tx:
            tx.enter(TEAM, [line(due, state, state=state)])
            tx.enter(TEAM, [line(due, state)])
    assert set(states(store, due).values()) == {"planned"}


def test_what_is_given_up_is_dropped_unless_it_was_said(store: Store, due: Due) -> None:
    with store.transaction() as tx:
        tx.enter(TEAM, [line(due), line(due, "k2", state="sent")])
        tx.give_up(TEAM, ["k1", "k2"], "no longer true")
    assert states(store, due) == {"k1": "dropped", "k2": "sent"}


def test_what_another_life_of_the_database_said_is_said(store: Store, due: Due) -> None:
    with store.transaction() as tx:
        tx.enter(TEAM, [line(due), line(due, "k2")])
        tx.was_said(TEAM, {"k1": "1803891600.000100", "unknown": "1803891600.000200"})
    assert states(store, due) == {"k1": "sent", "k2": "planned"}


def test_an_answer_acknowledges_what_was_said_to_whoever_gave_it(store: Store, due: Due) -> None:
    with store.transaction() as tx:
        tx.enter(TEAM, [line(due, state="sent"), line(due, "k2", person="U2", state="sent"), line(due, "k3")])
        tx.acknowledge(due.id, OF, ["U1"])
    assert states(store, due) == {"k1": "acknowledged", "k2": "sent", "k3": "planned"}


def test_what_is_planned_for_somebody_comes_in_order_from_all_projects(store: Store, due: Due) -> None:
    with store.transaction() as tx:
        other = north()
        head = replace(other.project, key="south", channel=None)
        tx.save(None, replace(other, project=head), **BY_FILE)
        south = tx.due(TEAM, "south")
        assert south is not None
        tx.enter(
            TEAM, [line(due), line(south, "k2"), line(due, "k3", person="U2"), line(due, "k4", state="sent")]
        )
    with store.reading() as tx:
        assert [entry.key for entry in tx.planned_for(TEAM, "U1")] == ["k1", "k2"]
        assert {e.key for e in tx.entries_of(TEAM, ["U1", "U2"], NOW)} == {"k1", "k2", "k3", "k4"}
        assert tx.entries_of(TEAM, ["U1"], NOW + timedelta(seconds=1)) == []


def test_an_entry_is_what_the_rules_take_it_for(store: Store, due: Due) -> None:
    entry = line(due, rung=2, critical=True, day=NOW.date(), why="because")
    with store.transaction() as tx:
        tx.enter(TEAM, [entry])
    with store.reading() as tx:
        [found] = tx.entries(due.id)
    assert found.said == entry.said


# When to look


def test_a_new_project_is_looked_at_at_once(store: Store) -> None:
    with store.transaction() as tx:
        tx.save(None, north(), **BY_FILE)
    assert is_due(store, NOW - timedelta(days=1000))


def test_it_is_looked_at_when_its_moment_has_come(store: Store, due: Due) -> None:
    assert not is_due(store, LATER - timedelta(seconds=1))
    assert is_due(store, LATER)
    with store.reading() as tx:
        assert tx.next_look(TEAM) == LATER


def test_a_moment_that_only_a_wrong_clock_can_have_meant_is_now(store: Store, due: Due) -> None:
    assert is_due(store, LATER - timedelta(days=3))


def test_every_change_of_a_project_makes_it_due(store: Store, due: Due) -> None:
    with store.transaction() as tx:
        plan = tx.plan(TEAM, "north")
        assert plan is not None
        tx.save(plan, replace(plan, project=replace(plan.project, name="North")), **BY_FILE)
    assert is_due(store)


def test_a_look_at_what_changed_meanwhile_counts_for_nothing(store: Store, due: Due) -> None:
    with store.transaction() as tx:
        tx.look_again([due.id])
    with store.transaction() as tx:
        assert not tx.looked(due, LATER)
    assert is_due(store)


def test_whoever_waits_for_changes_is_told_of_them(store: Store, due: Due) -> None:
    told: list[str] = []
    store.on_stir = lambda: told.append("stirred")
    with store.transaction() as tx:
        tx.look_again([due.id])
    with store.transaction() as tx:
        tx.enter(TEAM, [line(due)])
    assert told == ["stirred"]


# What people answered


@pytest.mark.parametrize("answer", ["promise", "mute", "quiet", "hand_over", "unreachable"])
def test_every_answer_makes_its_project_due_and_can_be_read_back(store: Store, due: Due, answer: str) -> None:
    person = next(p for p in north().people if p.slack)
    user = person.slack or ""
    promise = Promise(subject=OF, by=user, until=LATER, at=NOW)
    mute = Mute(scope="item", key=OF, until=LATER, person=user)
    quiet = Mute(scope="person", key=user, until=None)
    handover = Handover(subject=OF, to=user, by="U9", at=NOW)
    with store.transaction() as tx:
        {
            "promise": lambda: tx.promise(due, promise),
            "mute": lambda: tx.mute(TEAM, "north", mute, NOW),
            "quiet": lambda: tx.mute(TEAM, "", quiet, NOW),
            "hand_over": lambda: tx.hand_over(due, handover),
            "unreachable": lambda: tx.cannot_reach(TEAM, user, "is deactivated", NOW),
        }[answer]()
    assert is_due(store)
    with store.reading() as tx:
        around = tx.around([due], since=NOW - timedelta(days=1), without=("load",))[due.id]
        silent = tx.unreachable(TEAM, NOW)
    assert around.promises == ([promise] if answer == "promise" else [])
    assert around.mutes == ([mute] if answer == "mute" else [quiet] if answer == "quiet" else [])
    assert around.handovers == ([handover] if answer == "hand_over" else [])
    assert silent == ({user: "is deactivated"} if answer == "unreachable" else {})


def test_the_last_promise_counts(store: Store, due: Due) -> None:
    with store.transaction() as tx:
        tx.promise(due, Promise(subject=OF, by="U1", until=LATER, at=NOW))
        last = Promise(subject=OF, by="U1", until=LATER + timedelta(days=1), at=LATER)
        tx.promise(due, last)
    with store.reading() as tx:
        assert tx.around([due], since=NOW, without=())[due.id].promises == [last]


def test_a_mute_ends_when_it_is_taken_back(store: Store, due: Due) -> None:
    mute = Mute(scope="project", key="north")
    with store.transaction() as tx:
        tx.mute(TEAM, "north", mute, NOW)
        assert tx.unmute(TEAM, "north", mute)
        assert not tx.unmute(TEAM, "north", mute)


def test_who_can_be_reached_again_is(store: Store, due: Due) -> None:
    with store.transaction() as tx:
        assert tx.cannot_reach(TEAM, "U1", "is deactivated", NOW)
        assert not tx.cannot_reach(TEAM, "U1", "is deactivated", LATER)
        assert tx.unreachable(TEAM, LATER) == {"U1": "is deactivated"}
        assert tx.unreachable(TEAM, NOW + timedelta(days=8)) == {}  # then it is tried again
        assert tx.can_reach(TEAM, "U1")
        assert not tx.can_reach(TEAM, "U1")


def test_the_last_news_of_a_day_counts_and_old_news_is_no_news(store: Store, due: Due) -> None:
    first = Answer(person="U1", day=NOW.date(), at=NOW, text="stuck")
    last = replace(first, at=LATER, text="free again")
    with store.transaction() as tx:
        tx.news_came(due, first)
        tx.news_came(due, last)
    with store.reading() as tx:
        assert tx.news(due.id, NOW - timedelta(days=1)) == [last]
        assert tx.news(due.id, LATER) == []


def test_a_digest_that_was_not_posted_is_not_what_the_next_one_compares_with(store: Store, due: Due) -> None:
    monday, tuesday = NOW.date(), NOW.date() + timedelta(days=1)
    for day, state in ((monday, "sent"), (tuesday, "failed")):
        with store.transaction() as tx:
            tx.emit(TEAM, "C1", f"digest {day}", "digest", {}, at=NOW)
            message = tx.message(TEAM, f"digest {day}")
            assert message is not None
            facts = DigestFacts(day=day, revision=3).as_json()
            tx.keep_digest(due, day, facts, NOW, message.key)
            tx.mark(message.id, "waiting", state, error="is_archived")
    with store.reading() as tx:
        before = tx.digest_before(due.id, tuesday + timedelta(days=1))
        assert before is not None
        assert before[1].day == monday
        assert tx.digest_before(due.id, monday) is None


def test_many_messages_are_emitted_at_once_and_each_cause_once(store: Store) -> None:
    wanted = [("U1", "a", "nudge", {"user": "U1"}), ("U2", "b", "nudge", {"user": "U2"})]
    with store.transaction() as tx:
        assert tx.emit_many(TEAM, wanted, NOW) == {"a", "b"}
        assert tx.emit_many(TEAM, [*wanted, ("U1", "c", "nudge", {})], NOW) == {"c"}
    with store.reading() as tx:
        assert tx.lanes(NOW) == [(TEAM, "U1"), (TEAM, "U2")]


def test_somebodys_projects_are_those_that_name_them_or_whose_channel_they_are_in(
    store: Store, due: Due
) -> None:
    plan = north()
    user = next(p.slack for p in plan.people if p.slack)
    with store.transaction() as tx:
        tx.add_member(TEAM, plan.project.channel or "", "U0GUEST")
    with store.reading() as tx:
        assert tx.seen_by(TEAM, user) == ["north"]
        assert tx.seen_by(TEAM, "U0GUEST") == ["north"]
        assert tx.seen_by(TEAM, "U0STRANGER") == []
        assert [each.key for each in tx.projects_of(TEAM, [user, "U0GUEST"])[user]] == ["north"]
        assert "U0GUEST" not in tx.projects_of(TEAM, ["U0GUEST"])

"""What do people from outside, executives and engineers read of the same facts, and what nobody outside?"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain import projectfile
from bot.domain.audience.veil import Veil
from bot.domain.belonging import Belongs
from bot.domain.errors import BotError, Invalid
from bot.domain.pictures import around, timeline
from bot.domain.pictures.values import Sight
from bot.domain.questions import INTENTS
from bot.domain.readers import Audience, flagged, named, taken_off
from bot.domain.readiness import assess
from bot.tracker import Actor, Question, Tracker, Where
from storage import Store
from tests.domain.secrets import MARK, TODAY, made

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SEEDS = range(25)


def customers(store: Store, seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each question to a random plan with internal things, and the answer for the customer."""
    tracker, found = Tracker(store, lambda: NOW), made(seed)
    text = projectfile.write(found.plan)
    tracker.load(text, f"{MARK}.yaml", workspace="T1", actor="file:ZQXplan.yaml")
    _live(tracker, store, seed)
    for question in found.questions:
        answer = tracker.ask(question, workspace="T1", audience=Audience.CUSTOMER, at=NOW)
        yield question, answer.as_json()


def _live(tracker: Tracker, store: Store, seed: int) -> None:
    """Something happens to it: dates move, things go, people join, marks come and go."""
    with store.transaction() as tx:
        plan = tx.plan("T1", "wharf")
        assert plan is not None
        later = tuple(
            replace(i, due=TODAY, evidence=f"{MARK}now" if i.internal else i.evidence, remaining_days=2)
            for i in plan.items
        )
        after = replace(plan, items=later, decisions=plan.decisions[:-1])
        user = next((p.slack for p in plan.people if p.internal), "UOPEN1") or ""
        tx.save(plan, after, actor=user, act="edit", at=NOW)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_internal_is_in_any_answer_to_a_customer(store: Store, seed: int) -> None:
    met = set()
    for question, answer in customers(store, seed):
        told = json.dumps(answer, ensure_ascii=False)
        assert MARK.casefold() not in told.casefold(), (question, _around(told))
        met.add(answer["intent"])
    assert met == set(INTENTS)


GUEST, TEAM_ROOM, SHARED_ROOM = "UGUEST", "CTEAM", "CSHARED"


def told(tracker: Tracker, who: Actor, seed: int) -> Iterator[tuple[str, object]]:
    """Whatever the tracker tells somebody who only looks, of every kind there is."""
    where, plan = Where(project="wharf", direct=True), made(seed).plan
    hidden = [item.key for item in plan.items if item.internal][:2]
    shown = [item.key for item in plan.items if not item.internal][:2]
    for about in ("standing", "before", "all", "blockers", "assumptions", "decisions", "gates", "waiting"):
        yield about, tracker.answer(who, where, Question(about=about)).answer
    for key in (*hidden, *shown):
        yield (
            f"item {key}",
            _or_words(lambda key=key: tracker.answer(who, where, Question(about="item", key=key)).answer),
        )
        yield f"history {key}", _or_words(lambda key=key: tracker.history(who, where, key).reply)
        yield f"block {key}", _or_words(lambda key=key: tracker.block(who, where, key, "a leak").lines)
        yield f"done {key}", _or_words(lambda key=key: tracker.done(who, where, key, "seen").lines)
    for person in plan.people[:3]:
        key = f"@{person.key}"
        yield (
            f"mine {key}",
            _or_words(lambda key=key: tracker.answer(who, where, Question(about="mine", key=key)).answer),
        )
    yield "changes", tracker.changes_since(who, where, None).reply
    yield "portfolio", tracker.portfolio(who)
    yield "roles", tracker.roles(who, where)
    yield "suppose", _or_words(lambda: tracker.supposable(who, where)[1])
    for thing in ("B1", "A1", "D1"):
        yield f"history {thing}", _or_words(lambda thing=thing: tracker.history(who, where, thing).reply)
    for sight in (Sight("timeline"), Sight("burnup"), *(Sight("around", key) for key in shown)):
        yield f"plot {sight}", _or_words(lambda sight=sight: _picture(tracker, who, where, sight))


def _picture(tracker: Tracker, who: Actor, where: Where, sight: Sight) -> object:
    sent = tracker.send_picture(who, where, sight, "1")
    with tracker.store.reading() as tx:
        lane = next(message for message in iter(lambda: tx.next_in_lane("T1", who.user, NOW), None))
    found = tracker.shown_picture(lane)
    assert sent.new
    return found.picture if found else None


def _or_words(do: Callable[[], object]) -> object:
    """What it tells, also when that is why not."""
    try:
        return do()
    except BotError as refusal:
        return f"{refusal} {getattr(refusal, 'near', '')}"


@pytest.mark.parametrize("seed", range(12))
def test_nothing_internal_is_told_to_a_guest_whatever_they_look_at(store: Store, seed: int) -> None:
    tracker = Tracker(store, lambda: NOW)
    plan = made(seed).plan
    text = projectfile.write(replace(plan, project=replace(plan.project, channel=SHARED_ROOM)))
    tracker.load(text, f"{MARK}.yaml", workspace="T1", actor=f"file:{MARK}plan.yaml")
    tracker.met("T1", {GUEST: Belongs.GUEST})
    with store.transaction() as tx:
        tx.set_members("T1", SHARED_ROOM, [GUEST])
    for name, found in told(tracker, Actor("T1", GUEST), seed):
        said = repr(found).replace(name.partition(" ")[2] or "nothing", "what they asked")  # their own word
        assert MARK.casefold() not in said.casefold(), (name, _around(said))


def _around(told: str) -> str:
    at = told.casefold().index(MARK.casefold())
    return told[max(0, at - 80) : at + 80]


@pytest.mark.parametrize("seed", range(200))
def test_the_dates_a_customer_reads_are_the_teams(seed: int) -> None:
    plan = made(seed).plan
    shown = Veil(plan).shown
    try:
        a = assess(plan, TODAY)
    except Invalid:
        return
    b = assess(shown, TODAY)
    assert (b.forecast, b.gap, b.ready, b.counts, b.live) == (a.forecast, a.gap, a.ready, a.counts, a.live)
    assert bool(b.unknown_clear) == bool(a.unknown_clear)
    assert len(b.unknown_clear) == len(a.unknown_clear)
    for item in shown.items:
        assert b.timing.get(item.key) == a.timing.get(item.key)
        assert b.standing[item.key] is a.standing[item.key]


@pytest.mark.parametrize("seed", range(20))
def test_a_picture_for_people_from_outside_gets_to_the_process_that_draws_it(seed: int) -> None:
    a = assess(Veil(made(seed).plan).shown, TODAY)
    for picture in (timeline.timeline(a, None, None), *(around.around(a, item) for item in a.plan.items)):
        order = pickle.dumps(picture)
        assert pickle.loads(order) == picture
        assert MARK.casefold().encode() not in order.lower()


@pytest.mark.parametrize("seed", range(60))
def test_a_chain_through_what_is_internal_is_told_as_internal_work(seed: int) -> None:
    plan = made(seed).plan
    a, b = assess(plan, TODAY), assess(Veil(plan).shown, TODAY)
    hidden = {item.key for item in plan.items if item.internal}
    if len(a.ties) == 0:
        told = ["internal work" if key in hidden else key for key in a.chain]
        once = [key for n, key in enumerate(told) if n == 0 or (key, told[n - 1]) != ("internal work",) * 2]
        assert json.loads(json.dumps(b.chain)) == once


def test_for_whom_is_said_in_many_ways_and_told_when_it_is_none() -> None:
    assert taken_off("all for the customer?") == ("all", Audience.CUSTOMER)
    assert taken_off("for executives") == ("", Audience.EXECUTIVES)
    assert taken_off("what is open for Friday") == ("what is open for Friday", None)
    assert flagged("what is late --audience engineers") == ("what is late", Audience.ENGINEERS)
    assert named(" Execs ") is Audience.EXECUTIVES
    with pytest.raises(BotError, match="executives, customer or engineers"):
        named("pirates")

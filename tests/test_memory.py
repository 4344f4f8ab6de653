"""What of all that people ask, change and are stays in memory?"""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.belonging import Belongs
from bot.domain.commands import parse
from bot.domain.plan import Plan
from bot.domain.readers import Audience
from bot.pacing import POST, Hold, Pace
from bot.tracker import Actor, InWords, Question, Tracker, Where
from handlers import commands
from handlers.answering import Answers
from handlers.people import People
from storage import Store

HARBOR = Path(__file__).parent / "fixtures" / "harbor.yaml"
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TEAM, ANA, BEN = "T0HARBOR", "U0ANA", "U0BEN"
HERE = Where(channel="C0HARBOR")
ASKED = Actor(TEAM, BEN)
LONG = "how is the pier, and what of the quay, " * 500


@pytest.fixture
def harbor(store: Store) -> Tracker:
    tracker = Tracker(store, lambda: NOW)
    tracker.load(HARBOR.read_text(), "harbor.yaml", workspace=TEAM, actor="cli:test")
    tracker.met(TEAM, dict.fromkeys((ANA, BEN), Belongs.HERE))
    tracker.members_are(TEAM, "C0HARBOR", [ANA, BEN], before=frozenset())
    return tracker


@pytest.fixture
def traced() -> Iterator[Callable[[], int]]:
    """How many bytes are held that were not when the test began to look."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()


def looked_at(tracker: Tracker) -> weakref.ref[Plan]:
    """The plan as it is, after people looked at it in every way."""
    for audience in (Audience.TEAM, Audience.CUSTOMER):
        tracker.answer(ASKED, HERE, Question(about="before", audience=audience))
        tracker.say(ASKED, HERE, InWords(text="who owns the vessel feed?", audience=audience))
    return weakref.ref(tracker.plan_for(ASKED, HERE))


def test_of_a_plan_that_changed_nothing_but_the_newest_stays(harbor: Tracker) -> None:
    before = [looked_at(harbor)]
    for words in ("the feed is silent", "the tug is late", "the pier is closed"):
        harbor.block(ASKED, HERE, "feed", words)
        before.append(looked_at(harbor))

    gc.collect()
    assert [plan() is None for plan in before] == [True, True, True, False]


def test_long_questions_are_not_remembered(traced: Callable[[], int]) -> None:
    held = traced()
    for number in range(50):
        commands.asked(parse(f"ask {number} {LONG}"))
    assert traced() - held < 10 * len(LONG)


async def test_nobody_is_expected_to_ask_a_long_thing_again(
    harbor: Tracker, traced: Callable[[], int]
) -> None:
    answers = Answers(harbor)
    await answers.body(ASKED, HERE, Question(about="item", key="feed"))
    held = traced()
    for number in range(50):
        await asyncio.gather(
            answers.body(ASKED, HERE, Question(about="item", key=f"{number} {LONG}")), return_exceptions=True
        )
    assert traced() - held < 20 * len(LONG)


async def test_of_a_person_only_what_is_needed_is_remembered(traced: Callable[[], int]) -> None:
    async def told(_: str, *, user: str) -> dict[str, Any]:
        profile = {"real_name": f"Name {user}", "status_text": f"{user} " * 2_000}
        return {"user": {"id": user, "team_id": TEAM, "profile": profile}}

    people = People(SimpleNamespace(workspace=TEAM, ask=told), lambda: NOW)  # type: ignore[arg-type]
    held = traced()
    for number in range(50):
        assert (await people.colleague(f"U{number:05}")).name == f"Name U{number:05}"
    assert traced() - held < 50 * 2_000


def test_a_channel_that_was_written_to_is_held_in_mind_for_a_second(traced: Callable[[], int]) -> None:
    pace = Pace(posts_per_minute=300)
    now = NOW

    def post(number: int) -> None:
        taken = pace.take(TEAM, f"D{number:05}", POST, now)
        pace.answered(TEAM, f"D{number:05}", POST, taken, now)

    held = traced()
    for number in range(2_000):
        now += timedelta(seconds=1)
        post(number)
    assert traced() - held < 2_000 * 50
    with pytest.raises(Hold):
        post(1_999)

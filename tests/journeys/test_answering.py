"""Answers are kept while nothing changes, and never a moment longer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Mapping

import pytest

from bot.domain.errors import Unavailable
from bot.domain.plan import Plan, Project
from bot.tracker import Actor, Tracker, Where
from handlers.freshness import Newest, Place
from storage import Store
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, World


class Shelf:
    """Plans that can be read slowly, counting how often."""

    def __init__(self) -> None:
        self.open, self.reading = threading.Event(), threading.Event()
        self.revision, self.readings = 1, 0

    def read(self, places: Iterable[Place]) -> Mapping[Place, Plan | None]:
        revision = self.revision
        self.readings += 1
        self.reading.set()
        self.open.wait(5)
        project = Project(key="north", name="North", revision=revision)
        return dict.fromkeys(places, Plan(project=project))


async def test_who_asks_while_a_reading_is_under_way_gets_a_later_one_shared_by_all() -> None:
    shelf = Shelf()
    newest = Newest(shelf.read)
    first = asyncio.create_task(newest.of("T1", "C1"))
    await asyncio.to_thread(shelf.reading.wait, 5)
    shelf.revision = 2
    others = [asyncio.create_task(newest.of("T1", "C1")) for _ in range(50)]
    await asyncio.sleep(0)
    shelf.open.set()
    found = await asyncio.gather(first, *others)
    assert [plan.project.revision for plan in found if plan] == [1] + [2] * 50
    assert shelf.readings == 2


async def test_a_reading_that_fails_is_told_to_all_who_wait_and_the_next_one_works() -> None:
    fails = True

    def read(places: Iterable[Place]) -> Mapping[Place, Plan | None]:
        if fails:
            raise Unavailable("not now")
        return dict.fromkeys(places)

    newest = Newest(read)
    found = await asyncio.gather(*(newest.of("T1", "C1") for _ in range(3)), return_exceptions=True)
    assert [str(each) for each in found] == ["not now"] * 3
    fails = False
    assert await newest.of("T1", "C1") is None


async def test_what_another_process_changed_is_in_the_very_next_answer(
    world: World, database_url: str
) -> None:
    assert "2 no date" in (await world.command(BEN, "before"))["text"]
    elsewhere = Store(database_url)
    try:
        tracker = Tracker(elsewhere, world.slack.clock.now)
        who = Actor(world.slack.state.team.id, ANA)
        await asyncio.to_thread(tracker.due, who, Where(CHANNEL), "training", "this friday")
    finally:
        elsewhere.close()
    assert "1 no date" in (await world.command(BEN, "before"))["text"]


@pytest.mark.parametrize("text", ["before", "mine"])
async def test_the_same_question_twice_has_the_same_answer_and_others_have_theirs(
    world: World, text: str
) -> None:
    first = await world.command(BEN, text)
    assert await world.command(BEN, text) == first
    other = await world.command(CHEN, text)
    assert (other == first) == (text == "before")

"""Is what the clock has said lost, or said twice, when the bot is killed between any two steps?

`make weather` is the long version: every step there is, and 200 kills at random moments, on both databases.
"""

from __future__ import annotations

import os
import random
from asyncio import sleep
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage import Store
from tests.weather import counting
from tests.weather.counting import Count, report
from tests.weather.fleet import Fleet, moment, working_day
from tests.weather.lives import Lives, lives

LONG = os.environ.get("GOLIVE_WEATHER") == "long"
# In portions, each in a workspace of its own: there is more to say every day, and nobody does anything.
DAYS = 20 if LONG else 6
STEPS = range(3 if LONG else 1)  # the first step of each kind, then the second, and so on
KILLED = range(5 if LONG else 1)
KILLS = 40 if LONG else 10  # in each portion
KILLS_A_DAY = 2 if LONG else 5
BOTH = ["sqlite", "postgresql"]

Fine = tuple[frozenset[str], dict[str, int]]
_fine: dict[int, Fine] = {}  # by days


def visits(number: int) -> Iterator[datetime]:
    """One moment of each working day, each a little later than on the day before: what somebody was given a
    day for has then run out for certain, however long the bot took the day before."""
    for day in range(number):
        yield moment(working_day(day), 9, 5 + day % 50)


async def in_fine_weather(days: int, folder: Path) -> Fine:
    """What a bot that is never killed says on these days, and which steps it takes on a day, how often."""
    if days not in _fine:
        most: dict[str, int] = {}
        async with lives(Fleet(days=days), f"sqlite:///{folder / 'fine.db'}") as life:
            for at in visits(days):
                life.now(at)
                steps = await life.to_the_end()
                assert steps is not None
                most = {step: max(most.get(step, 0), steps[step]) for step in {*most, *steps}}
            _fine[days] = counting.read(life.slack).keys, most
    return _fine[days]


def _is_after_planning(death: tuple[int, str]) -> bool:
    return death[1] not in ("update projects", "insert outbox", "insert ledger", "commit")


def counted(life: Lives, expected: frozenset[str]) -> Count:
    store = Store(life.database)
    try:
        return counting.count(life.slack, store, expected=expected)
    finally:
        store.close()


@pytest.mark.parametrize("portion", STEPS)
@pytest.mark.parametrize("database_url", BOTH if LONG else BOTH[:1], indirect=True)
async def test_killed_before_any_step_of_planning_sending_and_recording(
    database_url: str, portion: int, tmp_path: Path
) -> None:
    expected, steps = await in_fine_weather(DAYS, tmp_path)
    every = sorted((nth, step) for step, times in steps.items() for nth in range(1, times + 1))
    deaths = sorted(every[portion * 2 * DAYS : (portion + 1) * 2 * DAYS], key=_is_after_planning)
    died = 0
    async with lives(Fleet(days=DAYS), database_url) as life:
        for day, at in enumerate(visits(DAYS)):
            life.now(at)
            for nth, step in deaths[day::DAYS]:
                died += await life.to_the_end(fatal=(step, nth)) is None
            assert await life.to_the_end() is not None
        found = counted(life, expected)
    report(f"killed before {died} more of {sum(steps.values())} steps: {found}")
    assert found.clean, found
    assert portion or died >= 0.8 * len(deaths)  # what comes late need not come after another death


@pytest.mark.parametrize("portion", KILLED)
@pytest.mark.parametrize("database_url", BOTH if LONG else BOTH[1:], indirect=True)
async def test_killed_at_random_moments_again_and_again(
    database_url: str, portion: int, tmp_path: Path
) -> None:
    days, chance = KILLS // KILLS_A_DAY, random.Random(portion)
    expected, _ = await in_fine_weather(days, tmp_path)
    async with lives(Fleet(days=days), database_url) as life:
        for at in visits(days):
            life.now(at)
            for _ in range(KILLS_A_DAY):
                if chance.random() < 0.5:  # then it dies while it waits, too
                    weather = chance.choice(["slow", "lost_after", "500_after", "500"])
                    life.slack.faults.add({"kind": weather, "method": "chat.postMessage"})
                await life.born()
                await sleep(chance.uniform(0.05, 0.8))
                await life.kill()
            life.slack.faults.clear()
            life.slack.clock.move(advance=timedelta(seconds=30))
            assert await life.to_the_end() is not None
        found = counted(life, expected)
    report(f"killed {KILLS} times at random: {found}")
    assert found.clean, found

"""Is there one view in the channel, pinned once, and is Home true, whenever the bot is killed?"""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.belonging import Belongs
from bot.tracker import Actor, Tracker, Where
from storage import Store
from tests.weather.counting import report
from tests.weather.fleet import FIRST, TEAM, Fleet, moment
from tests.weather.lives import Lives, lives

LONG = os.environ.get("GOLIVE_WEATHER") == "long"
FLEET = Fleet(projects=1, days=1, blockers=1)
CHANNEL, LEAD = FLEET.channel(0), FLEET.user(0)
WHO, WHERE = Actor(TEAM, LEAD), Where(project=FLEET.key(0), direct=True)
# The steps of showing: the others are killed before elsewhere.
SHOWING = ("insert outbox", "update outbox", "update boards", "update homes", "commit", "call ", "answer of ")


def views(life: Lives) -> list[dict[str, Any]]:
    said = life.slack.state.channels[CHANNEL].messages.values()
    return [message for message in said if "Kept up to date" in str(message.get("blocks"))]


def order(life: Lives, number: int) -> None:
    """What is done while no bot lives: the lead wants a view anew, opens Home, and something changes."""
    store = Store(life.database)
    try:
        tracker = Tracker(store, life.slack.clock.now)
        with store.transaction() as tx:
            tx.keep_belonging(TEAM, dict.fromkeys(FLEET.users, Belongs.HERE.value), life.slack.clock.now())
        tracker.board_on(WHO, WHERE)
        tracker.home_opened(WHO, None)
        if number:
            tracker.unblock(WHO, WHERE, f"B{number + 1}")  # the one before: only a few stand in the view
        tracker.block(WHO, WHERE, None, f"gale number {number}")
        tracker.due(WHO, WHERE, "d0-0", due(number).isoformat())
    finally:
        store.close()


def due(number: int) -> date:
    """A day that Home has not shown before."""
    return FIRST + timedelta(days=2 + number)


def is_right(life: Lives, number: int) -> bool:
    shown = views(life)
    home = str(life.slack.state.homes.get(LEAD, {}).get("blocks"))
    whole = len(shown) == 1 and life.slack.state.channels[CHANNEL].pins == [shown[0]["ts"]]
    day = due(number)
    return (
        whole and f"gale number {number};" in shown[0]["text"] and f"due {day:%a} {day.day} {day:%b}" in home
    )


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"] if LONG else ["sqlite"], indirect=True)
async def test_killed_before_any_step_of_showing(database_url: str) -> None:
    async with lives(FLEET, database_url) as life:
        life.now(moment(FIRST, 9))
        order(life, 0)
        steps = await life.to_the_end()
        assert steps is not None
        assert is_right(life, 0)
        every = [(step, nth) for step, times in steps.items() for nth in range(1, times + 1)]
        deaths = [death for death in every if death[0].startswith(SHOWING)]
        died = 0
        for number, death in enumerate(deaths if LONG else deaths[::3], 1):
            life.slack.clock.move(advance=timedelta(minutes=1))
            order(life, number)
            died += await life.to_the_end(fatal=death) is None
            assert await life.to_the_end() is not None
            assert is_right(life, number), (death, [view["text"] for view in views(life)])
    report(f"killed before {died} of {len(deaths)} steps of showing")
    assert died

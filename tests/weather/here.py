"""The bot in this process, in a Slack whose clock can be moved: days pass in moments."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import httpx

from sandbox import Sandbox
from storage import Store
from tests.journeys.world import World, settings_for
from tests.weather import counting
from tests.weather.counting import Count
from tests.weather.fleet import Fleet
from tests.weather.lives import MANIFEST


@asynccontextmanager
async def fleet_at(fleet: Fleet, store: Store, at: datetime) -> AsyncIterator[World]:
    """The projects are known; the bot is not started yet."""
    slack = Sandbox(manifest=MANIFEST, data=None, at=at, port=0)
    fleet.seed(slack)
    fleet.load(store)
    url = await slack.start()
    async with httpx.AsyncClient(base_url=url, timeout=300, trust_env=False, verify=False) as http:
        world = World(slack=slack, store=store, settings=settings_for(slack, url), http=http)
        try:
            yield world
        finally:
            await world.stop()
            await slack.stop()


async def until(world: World, at: datetime) -> None:
    """Let the time pass until then; returns when all that became due has been handled."""
    await world._post("clock", now=at.isoformat())


def counted(world: World, expected: frozenset[str] = frozenset()) -> Count:
    return counting.count(world.slack, world.store, expected=expected)


def shown(world: World, channel: str) -> list[str]:
    """What the bot said in a channel, or to a person, oldest first."""
    here = world.slack.state.channels
    if channel.startswith("U"):
        places = [c for c in here.values() if c.is_direct and channel in c.members]
    else:
        places = [here[channel]]
    return [m["text"] for place in places for m in place.messages.values() if m.get("metadata")]

"""How is golive tried as people use it? A Slack on this machine, the real bot in it, and a clock to move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from copy import deepcopy
from functools import cache
from typing import Any

import httpx
import pytest
import yaml

from bot.tracker import Tracker
from sandbox import Sandbox
from storage import Store
from tests.journeys.world import HARBOR, MONDAY, ROOT, World, seeded, settings_for


@cache
def _manifest() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
    return found


@pytest.fixture
def manifest() -> dict[str, Any]:
    """The app's own, to be changed as a test likes."""
    return deepcopy(_manifest())


@pytest.fixture
async def empty_world(store: Store, manifest: dict[str, Any]) -> AsyncIterator[World]:
    """A workspace with people and channels; golive knows the project and is not started yet."""
    slack = Sandbox(manifest=manifest, data=None, at=MONDAY, port=0)
    seeded(slack)
    url = await slack.start()
    Tracker(store, slack.clock.now).load(
        HARBOR.read_text(), HARBOR.name, workspace=slack.state.team.id, actor="cli:test"
    )
    async with httpx.AsyncClient(base_url=url, timeout=180, trust_env=False, verify=False) as http:
        world = World(slack=slack, store=store, settings=settings_for(slack, url), http=http)
        yield world
        await world.stop()
        await slack.stop()


@pytest.fixture
async def world(empty_world: World) -> World:
    """The same, with golive at work."""
    await empty_world.start()
    return empty_world

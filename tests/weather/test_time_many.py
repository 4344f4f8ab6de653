"""Is it one message each and no burst when very much is due at once?"""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest

from bot.pacing import PER_MINUTE
from storage import Store
from tests.weather.counting import report
from tests.weather.fleet import Fleet, moment, working_day
from tests.weather.here import counted, fleet_at, shown, until

LONG = os.environ.get("GOLIVE_WEATHER") == "long"
THURSDAY, MONDAY = working_day(3), working_day(5)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("people", [25, 4])
async def test_after_a_weekend_down_with_5000_things_due_everybody_gets_one_message(
    store: Store, people: int
) -> None:
    """25 people with 200 each; and 4 with 1,250 each, more than one message of Slack's holds."""
    fleet = Fleet(projects=10, people=people, first=4, days=2, daily=250, blockers=0)
    async with fleet_at(fleet, store, moment(THURSDAY, 15)) as world:
        await world.start()
        await world.stop()
        world.slack.clock.move(now=moment(MONDAY, 9, 30))
        began = time.monotonic()
        await world.start()
        await until(world, moment(MONDAY, 11))
        found = counted(world)
        report(f"{people} people, 5,000 things: {found}; {time.monotonic() - began:.1f} s")
        assert found.clean, found
        assert found.things == (5000 if people == 25 else found.things), "a message can carry so many keys"
        assert {user: len(shown(world, user)) for user in fleet.users} == dict.fromkeys(fleet.users, 1)
        assert {len(shown(world, channel)) for channel in fleet.channels} == {2}, "the digest and its thread"


async def test_a_thousand_digests_at_nine(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long, at Slack's own pace; short, as fast as it goes. What was said before is taken to be read."""
    fleet = Fleet(projects=1000 if LONG else 50, people=20, days=2, blockers=0)
    monkeypatch.setitem(PER_MINUTE, "conversations.history", 100_000)
    at_nine = moment(working_day(0), 9, 0)
    async with fleet_at(fleet, store, at_nine - timedelta(minutes=1)) as world:
        world.slack.slack.pace.limits.tiers = {}
        if not LONG:
            world.slack.slack.pace.limits.workspace_per_minute = None
            world.settings = world.settings.model_copy(update={"golive_posts_per_minute": "100000"})
        await world.start()
        await until(world, at_nine + timedelta(minutes=15))
        found = counted(world)
        posts = [call["at"] for call in world.slack.state.calls if call["method"] == "chat.postMessage"]
        took = posts[-1] - at_nine.timestamp()
        report(f"{fleet.projects:,} digests at 9:00: {found}; the last {took:.0f} s after")
        assert found.clean, found
        assert all(len(shown(world, channel)) == 1 for channel in fleet.channels)

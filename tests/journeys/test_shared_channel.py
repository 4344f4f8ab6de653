"""Two workspaces share a channel: does each see its own, and only its own?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from storage import Store
from tests.journeys.company import PORT_CITY, RIVER_TOWN, Company, company
from tests.journeys.world import ANA, BEN, HARBOR, World

SHARED = "C0SHARED"
RUBY = "U0RUBY"  # works for River Town


@pytest.fixture
async def town(store: Store, manifest: dict[str, Any]) -> AsyncIterator[Company]:
    """One channel of both, and golive in it for both."""
    async with company(store, manifest) as made:
        await made.start()
        for world in made.both:
            await made.install(world)
        await made.river._post("users", id=RUBY, name="ruby", real_name="Ruby Reed")
        await made.port._post("channels", id=SHARED, name="together", members=[ANA, BEN])
        await made.port._post(f"channels/{SHARED}/share", team=RIVER_TOWN)
        for member in (RUBY, made.river.slack.state.app.bot_user):
            await made.river._post(f"channels/{SHARED}/join", user=member)
        await made.port.settle()
        yield made


def project(town: Company, world: World, name: str) -> None:
    people = HARBOR.read_text().replace("C0HARBOR", SHARED).replace("Harbor booking go-live", name)
    town.load(world, people.replace("U0CHEN", RUBY) if world is town.river else people)


async def heard(town: Company, workspace: str) -> list[str]:
    with town.store.reading() as tx:
        plan = tx.plan(workspace, "harbor")
        assert plan is not None
        return [blocker.text for blocker in plan.blockers]


async def test_what_is_said_there_is_heard_for_each_that_has_a_project_in_it(town: Company) -> None:
    project(town, town.port, "Port side")
    project(town, town.river, "River side")
    await town.port.say(BEN, "blocker: the buoy is adrift on feed", channel=SHARED)
    assert len(await heard(town, PORT_CITY)) == len(await heard(town, RIVER_TOWN)) == 1
    bots = [world.slack.state.app.bot_user for world in town.both]
    said = [m for m in await town.port.messages(channel=SHARED) if m.get("user") in bots]
    assert {m["user"] for m in said} == set(bots)
    for world, name in ((town.port, "Port side"), (town.river, "River side")):
        answer = await world.command(ANA if world is town.port else RUBY, "blockers", channel=SHARED)
        assert name in answer["text"]


async def test_one_event_is_for_both_and_its_outer_team_is_not_the_senders(town: Company) -> None:
    project(town, town.river, "River side")
    await town.river.say(RUBY, "blocker: our pump is broken on feed", channel=SHARED)
    assert len(await heard(town, RIVER_TOWN)) == 1
    with town.store.reading() as tx:
        assert tx.projects(PORT_CITY) == []
    assert await town.port.refused() == await town.river.refused() == []


async def test_who_has_no_project_there_is_told_of_none(town: Company) -> None:
    project(town, town.port, "Port side")
    answer = await town.river.command(RUBY, "before", channel=SHARED)
    assert "Port side" not in answer["text"]


async def test_taken_out_of_the_channel_it_hears_nothing_more_for_that_workspace(town: Company) -> None:
    project(town, town.port, "Port side")
    project(town, town.river, "River side")
    await town.river._post(f"channels/{SHARED}/leave", user=town.river.slack.state.app.bot_user)
    await town.river.settle()
    await town.port.say(BEN, "blocker: the winch is broken on feed", channel=SHARED)
    assert len(await heard(town, PORT_CITY)) == 1
    assert await heard(town, RIVER_TOWN) == []


async def test_removed_from_one_workspace_the_other_goes_on_in_the_same_channel(town: Company) -> None:
    project(town, town.port, "Port side")
    project(town, town.river, "River side")
    await town.port._post("uninstall")
    await town.port.settle()
    await town.river.say(RUBY, "blocker: the ferry is late on feed", channel=SHARED)
    assert await heard(town, PORT_CITY) == []
    assert len(await heard(town, RIVER_TOWN)) == 1


async def test_a_private_channel_that_is_shared_gets_another_id_and_keeps_its_project(town: Company) -> None:
    await town.port._post("channels", id="G0PRIVATE", name="quiet", members=[ANA, BEN], is_private=True)
    text = HARBOR.read_text().replace("C0HARBOR", "G0PRIVATE")
    town.load(town.port, text)
    await town.port.settle()
    await town.port._post("channels/G0PRIVATE/share", team=RIVER_TOWN)
    await town.port.settle()
    with town.store.reading() as tx:
        found = next(p for p in tx.projects(PORT_CITY))
    assert found.channel is not None
    assert found.channel != "G0PRIVATE"
    answer = await town.port.command(ANA, "before", channel=found.channel)
    assert "Harbor" in answer["text"]


async def test_what_waits_for_a_channel_goes_along_when_that_gets_another_id(town: Company) -> None:
    project(town, town.port, "Port side")
    await town.port._post("revoke")
    now = town.port.slack.clock.now()
    with town.store.transaction() as tx:
        tx.emit(PORT_CITY, SHARED, "k1", "direct_reply", {"lines": ["later"], "channel": SHARED}, at=now)
    await town.port.settle()
    assert town.app is not None
    town.app.tracker.channel_is_now(PORT_CITY, SHARED, "C0ANOTHER")
    with town.store.reading() as tx:
        message = tx.message(PORT_CITY, "k1")
    assert message is not None
    assert (message.channel, message.payload["channel"]) == ("C0ANOTHER", "C0ANOTHER")
    assert message.state == "waiting"

"""Does golive start, stop, reconnect and refuse as it should?"""

from __future__ import annotations

import asyncio
import time

import pytest
from pydantic import SecretStr

from bot.app import App
from bot.domain.errors import Refused
from storage import Store
from tests.journeys.world import ANA, BEN, CHANNEL, ELI, World


async def test_a_command_is_answered_once_it_is_started(world: World) -> None:
    answer = await world.command(ANA, "before")
    assert "Harbor booking go-live" in answer["text"]
    assert await world.refused() == []


async def test_who_is_in_the_channel_may_see_its_project_and_who_joins_later_too(world: World) -> None:
    with world.store.reading() as tx:
        assert ELI not in tx.members(world.slack.state.team.id, CHANNEL)
    await world._post(f"channels/{CHANNEL}/join", user=ELI)
    await world.settle()
    with world.store.reading() as tx:
        assert ELI in tx.members(world.slack.state.team.id, CHANNEL)
    await world._post(f"channels/{CHANNEL}/leave", user=ELI)
    await world.settle()
    with world.store.reading() as tx:
        assert ELI not in tx.members(world.slack.state.team.id, CHANNEL)


async def test_a_channel_that_gets_another_id_keeps_its_project(world: World) -> None:
    await world._post(f"channels/{CHANNEL}/change_id", id="C0NEWHARBOR")
    await world.settle()
    answer = await world.command(BEN, "", channel="C0NEWHARBOR")
    assert "Harbor booking go-live" in answer["text"]


async def test_it_stops_within_three_seconds_and_starts_again(world: World) -> None:
    started = time.monotonic()
    await world.stop()
    assert time.monotonic() - started < 3
    await world.start()
    assert "Harbor" in (await world.command(ANA, "before"))["text"]


async def test_it_works_on_after_its_socket_was_closed(world: World) -> None:
    await world.fault("socket_close")
    await world.say(BEN, "blocker: no answer from the radar vendor on feed")
    assert len(await world.from_bot()) == 1


@pytest.mark.parametrize("token", ["slack_bot_token", "slack_app_token"])
async def test_a_token_slack_does_not_know_ends_the_start_with_a_sentence(
    empty_world: World, token: str
) -> None:
    wrong = SecretStr("xoxb-wrong" if token == "slack_bot_token" else "xapp-wrong")
    app = App(
        empty_world.settings.model_copy(update={token: wrong}),
        empty_world.store,
        clock=empty_world.slack.clock,
    )
    with pytest.raises(Refused, match=token.upper()):
        await app.start()


async def test_it_keeps_trying_while_slack_cannot_be_reached(empty_world: World) -> None:
    await empty_world.fault("lost_before", method="auth.test", times=2)
    await asyncio.wait_for(empty_world.start(), 20)
    assert "Harbor" in (await empty_world.command(ANA, "before"))["text"]


def test_a_second_bot_on_the_same_database_is_refused(store: Store, database_url: str) -> None:
    store.claim()
    second = Store(database_url)
    with pytest.raises(Refused, match="golive"):
        second.claim()
    second.close()

"""Does golive start, stop, reconnect and refuse as it should?"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import App
from bot.domain.errors import Refused
from bot.settings import secret
from storage import Store
from tests.journeys.world import ANA, BEN, CHANNEL, ELI, ROOT, World

A_HANG = 90  # seconds: longer than any stop takes, shorter than what hangs


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


async def test_it_stops_and_starts_again(world: World) -> None:
    await world.stop()
    await world.start()
    assert "Harbor" in (await world.command(ANA, "before"))["text"]


async def test_it_stops_while_no_call_is_answered(world: World) -> None:
    await world.fault("slow", times=1000, seconds=600)
    for number in range(3):
        await world._post("messages", user=BEN, channel=CHANNEL, text=f"blocker: crane {number} is out")
    await _called(world, "users.info")
    async with asyncio.timeout(A_HANG):
        await world.stop()


@pytest.mark.parametrize("busy", [True, False], ids=["at work", "starting"])
async def test_a_process_whose_slack_hangs_ends_all_the_same(
    empty_world: World, database_url: str, tmp_path: Path, busy: bool
) -> None:
    world = empty_world
    if not busy:
        await world.fault("slow", times=1000, seconds=600)
    process = await _running(world, database_url, tmp_path)
    try:
        await _called(world, "auth.test")
        if busy:
            await _connected(world)
            await world.fault("slow", times=1000, seconds=600)
            await world._post("messages", user=BEN, channel=CHANNEL, text="blocker: crane 1 is out")
            await _called(world, "users.info")
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(A_HANG):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_cannot_be_cancelled_is_cut_off_in_time(number: signal.Signals) -> None:
    program = """
import asyncio, time
from bot.cli.serving import stopping

async def hang():
    async with stopping() as stop:
        print("ready", flush=True)
        await stop.wait()
        await asyncio.to_thread(time.sleep, 600)

asyncio.run(hang())
"""
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert process.wait(A_HANG) == 0
    process.stdout.close()


async def _running(world: World, database_url: str, home: Path) -> asyncio.subprocess.Process:
    """`golive run` in a process of its own, in the same workspace and with the same database."""
    given = world.settings
    environment = {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": secret(given.slack_bot_token),
        "SLACK_APP_TOKEN": secret(given.slack_app_token),
        "SLACK_API_URL": given.api_url,
        "GOLIVE_HOME": str(home),
        "DATABASE_URL": database_url,
        "GOLIVE_LOG": "ERROR",
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment)


async def _called(world: World, method: str) -> None:
    async with asyncio.timeout(120):  # another process calls; Slack's log is the only sign
        while not await world.calls(method):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def _connected(world: World) -> None:
    async with asyncio.timeout(120):
        while not (await world.http.get("/sandbox/health")).json()["connections"]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


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

"""The clock is moved, the app is too fast, and the weather is as bad as ordered."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from sandbox import Limits
from sandbox.clock import Clock
from tests.sandbox.harbor import Ears, Harbor, running

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


# ——— the clock


async def test_the_clock_starts_where_it_is_told_and_runs() -> None:
    clock = Clock(NOON)
    first = clock.now()
    assert timedelta() <= first - NOON < timedelta(seconds=1)
    await asyncio.sleep(0.02)
    assert clock.now() > first


async def test_waiting_ends_at_the_moment_or_when_woken_or_when_moved_past_it() -> None:
    clock = Clock(NOON)
    never, woken = asyncio.Event(), asyncio.Event()
    await asyncio.wait_for(clock.wait(clock.now() + timedelta(seconds=0.03), never), 1)
    waiting = asyncio.create_task(clock.wait(NOON + timedelta(days=3), never))
    called = asyncio.create_task(clock.wait(None, woken))
    await asyncio.sleep(0)
    clock.move(advance=timedelta(days=2))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    clock.move(now=NOON + timedelta(days=4))
    woken.set()
    await asyncio.wait_for(asyncio.gather(waiting, called), 1)


async def test_a_jump_stops_at_every_awaited_moment_in_order() -> None:
    async with running(at=NOON) as harbor:
        clock, seen = harbor.slack.clock, []

        async def daily() -> None:
            for day in (1, 2, 3):
                await clock.wait(NOON + timedelta(days=day), asyncio.Event())
                seen.append((day, clock.now()))

        task = asyncio.create_task(daily())
        await harbor.post("clock", advance="2d12h")
        assert [day for day, _ in seen] == [1, 2]
        for day, at in seen:
            assert abs(at - (NOON + timedelta(days=day))) < timedelta(seconds=5)
        task.cancel()


async def test_whoever_waits_again_and_again_cannot_stop_a_long_jump() -> None:
    async with running(at=NOON) as harbor:
        clock, ticks = harbor.slack.clock, 0
        harbor.slack.settle = lambda: asyncio.sleep(0)

        async def ticking() -> None:
            nonlocal ticks
            while True:
                await clock.wait(clock.now() + timedelta(seconds=1), asyncio.Event())
                ticks += 1

        task = asyncio.create_task(ticking())
        await harbor.post("clock", advance="52w")
        assert 1_000 < ticks <= 2_100
        task.cancel()


async def test_message_ids_follow_the_clock_and_never_repeat() -> None:
    async with running(at=NOON) as harbor:
        say = {"channel": "C0QUAY", "user": "U0ANN", "text": "x"}
        first = (await harbor.post("messages", **say))["ts"]
        assert 0 <= float(first) - NOON.timestamp() < 5
        await harbor.post("clock", advance="-1h")
        second = (await harbor.post("messages", **say))["ts"]
        assert 0 < float(second) - float(first) < 0.001
        await harbor.post("clock", now="2026-11-24T09:00:00-06:00")
        third = (await harbor.post("messages", **say))["ts"]
        assert 0 <= float(third) - datetime(2026, 11, 24, 15, tzinfo=UTC).timestamp() < 5


@pytest.mark.parametrize("ask", [{}, {"now": "soon"}, {"advance": "two days"}, {"now": 1, "advance": 1}])
async def test_a_move_that_cannot_be_understood_is_refused(harbor: Harbor, ask: dict[str, Any]) -> None:
    assert await harbor.refused("clock", **ask)


# ——— pace


async def too_fast(call: Any) -> int:
    """The Retry-After a call is refused with."""
    with pytest.raises(SlackApiError) as refused:
        await call
    assert (refused.value.response.status_code, refused.value.response["error"]) == (429, "ratelimited")
    return int(refused.value.response.headers["retry-after"])


async def test_one_message_a_second_and_channel() -> None:
    async with running(limits=Limits()) as harbor:
        post = harbor.client.chat_postMessage
        await post(channel="C0QUAY", text="one")
        assert await too_fast(post(channel="C0QUAY", text="two")) == 1
        await post(channel="G0CREW", text="elsewhere")
        await harbor.post("clock", advance=1)
        await post(channel="C0QUAY", text="two")
        assert await harbor.said() == ["one", "two"]


async def test_three_hundred_posts_a_minute_and_workspace() -> None:
    async with running(limits=Limits(channel_seconds=None)) as harbor:
        post = harbor.client.chat_postMessage
        for number in range(300):
            await post(channel="C0QUAY", text=str(number))
        assert await too_fast(post(channel="G0CREW", text="over")) > 30
        await harbor.post("clock", advance="1m")
        await post(channel="G0CREW", text="over")


async def test_each_method_has_its_tier() -> None:
    async with running(limits=Limits()) as harbor:
        for _ in range(20):
            await harbor.client.users_list(limit=10)
        assert await too_fast(harbor.client.users_list(limit=10)) > 30
        await harbor.client.users_info(user="U0ANN")
        await harbor.post("limits", tiers={"2": None})
        await harbor.client.users_list(limit=10)


# ——— faults


async def test_a_429_holds_its_method_until_retry_after(harbor: Harbor) -> None:
    post = harbor.client.chat_postMessage
    await harbor.post("faults", method="chat.postMessage", kind=429, retry_after=30)
    assert await too_fast(post(channel="C0QUAY", text="x")) == 30
    assert 28 <= await too_fast(post(channel="G0CREW", text="too early")) <= 30
    await harbor.client.users_info(user="U0ANN")
    await harbor.post("clock", advance=30)
    await post(channel="C0QUAY", text="now")
    assert await harbor.said() == ["now"]


@pytest.mark.parametrize(
    ("kind", "stored"),
    [("500", []), ("500_after", ["x"]), ("connection lost before the message was stored", [])],
)
async def test_a_call_that_fails_stored_its_message_or_not(
    harbor: Harbor, kind: str, stored: list[str]
) -> None:
    await harbor.post("faults", method="chat.postMessage", kind=kind)
    with pytest.raises((SlackApiError, aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await harbor.client.chat_postMessage(channel="C0QUAY", text="x")
    assert await harbor.said() == stored
    assert (await harbor.client.chat_postMessage(channel="G0CREW", text="after"))["ok"]


async def test_an_answer_can_be_lost_after_the_message_was_stored(harbor: Harbor) -> None:
    await harbor.post("faults", method="chat.postMessage", kind="lost_after", times=2)
    for text in ("one", "two"):
        with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
            await harbor.client.chat_postMessage(channel="C0QUAY", text=text)
    assert await harbor.said() == ["one", "two"]
    assert [(one["ok"], one["fault"]) for one in harbor.calls("chat.postMessage")] == [
        (True, "lost_after")
    ] * 2
    assert await harbor.get("faults") == []


async def test_slow_is_slow(harbor: Harbor) -> None:
    await harbor.post("faults", method="users.info", kind="slow", seconds=0.3)
    started = time.perf_counter()
    await harbor.client.users_info(user="U0ANN")
    assert time.perf_counter() - started >= 0.3


async def test_a_response_url_has_weather_too(harbor: Harbor) -> None:
    await harbor.post("faults", method="response_url", kind="500")
    answer = await harbor.http.post("/commands/T0/1/x", json={"text": "x"})
    assert answer.status_code == 500


async def test_events_come_twice_or_out_of_order(harbor: Harbor, ears: Ears) -> None:
    await harbor.post("faults", kind="events twice")
    await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="again")
    await harbor.idle()
    assert [one["event"]["text"] for one in ears.bodies] == ["again", "again"]
    assert len({one["event_id"] for one in ears.bodies}) == 1
    await harbor.post("faults", kind="out of order", method="message")
    for text in ("first", "second"):
        await harbor.post("messages", channel="C0QUAY", user="U0ANN", text=text)
    await harbor.idle()
    assert [one["text"] for one in ears.events][2:] == ["second", "first"]


async def test_a_closed_socket_is_opened_again_and_nothing_is_lost(harbor: Harbor, ears: Ears) -> None:
    await harbor.post("faults", kind="socket closed", method="message")
    await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="one")
    await harbor.idle()
    assert [one["text"] for one in ears.events][-1] == "one"
    await harbor.post("faults", kind="socket_close")
    await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="two")
    await harbor.idle()
    assert [one["text"] for one in ears.events][-1] == "two"
    await harbor.post("faults", kind="refresh_requested")
    await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="three")
    await harbor.idle()
    assert [one["text"] for one in ears.events][-1] == "three"


async def test_faults_can_be_looked_at_and_taken_back(harbor: Harbor) -> None:
    assert "There is no fault" in await harbor.refused("faults", kind="earthquake")
    await harbor.post("faults", method="chat.update", kind="slow", times=3)
    [fault] = await harbor.get("faults")
    assert (fault["kind"], fault["method"], fault["times"]) == ("slow", "chat.update", 3)
    assert (await harbor.http.delete("/sandbox/faults")).status_code == 200
    assert await harbor.get("faults") == []


async def test_idle_says_what_it_waits_for(harbor: Harbor) -> None:
    await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="nobody listens")
    answer = await harbor.http.get("/sandbox/idle?timeout=0.05")
    assert answer.status_code == 408
    assert answer.json()["events"] == 1

"""Is everything said exactly once, in order, and no faster than Slack allows, whatever the weather?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from storage import Message
from tests.journeys.world import BEN, CHANNEL, World

POST = "chat.postMessage"


def emit(
    world: World, *lines: str, channel: str = CHANNEL, kind: str = "direct_reply", **payload: Any
) -> None:
    """Have golive say these, one message each; the line is also the key."""
    with world.store.transaction() as tx:
        for line in lines:
            said = {"lines": [line], "channel": channel, **payload}
            tx.emit(team(world), channel, f"key of {line}", kind, said, at=world.slack.clock.now())


def team(world: World) -> str:
    return world.slack.state.team.id


def stored(world: World, line: str) -> Message:
    with world.store.reading() as tx:
        message = tx.message(team(world), f"key of {line}")
    assert message is not None
    return message


def mark(world: World, line: str, was: str, becomes: str, **more: Any) -> None:
    message = stored(world, line)
    with world.store.transaction() as tx:
        assert tx.mark(message.id, was, becomes, **more)


async def posts(world: World) -> list[dict[str, Any]]:
    """What was posted, or tried to be, in the project's channel."""
    return [call for call in await world.calls(POST) if call["args"]["channel"] == CHANNEL]


async def said(world: World, channel: str = CHANNEL) -> list[str]:
    return [message["text"] for message in await world.from_bot(channel=channel)]


@pytest.mark.parametrize("weather", ["lost_before", "lost_after", "500", "500_after", "429"])
async def test_whatever_becomes_of_the_call_the_message_is_there_once_and_in_order(
    world: World, weather: str
) -> None:
    await world.fault(weather, method=POST)
    emit(world, "one", "two", "three")
    await world.settle()
    assert await said(world) == ["one", "two", "three"]


async def test_a_call_that_takes_long_is_waited_for(world: World) -> None:
    await world.fault("slow", method=POST, seconds=1.5)
    emit(world, "one", "two")
    await world.settle()
    assert await said(world) == ["one", "two"]


async def test_a_reading_back_that_fails_is_no_reason_to_say_it_again(world: World) -> None:
    await world.fault("lost_after", method=POST)
    await world.fault("500", method="conversations.history", times=2)
    emit(world, "one")
    await world.settle()
    assert await said(world) == ["one"]
    assert len(await posts(world)) == 1


async def test_a_pause_slack_asks_for_holds_that_method_in_all_channels_and_no_other(world: World) -> None:
    ts = await world.say(BEN, "hello", channel="C0LOUNGE")
    await world.fault("429", method=POST, retry_after=300)
    emit(world, "one")
    await world.settle()
    emit(world, "eyes", channel="C0LOUNGE", kind="reaction", ts=ts, name="eyes")
    emit(world, "elsewhere", channel="C0LOUNGE")
    await world.settle()
    assert [call["args"]["timestamp"] for call in await world.calls("reactions.add")] == [ts]
    assert await said(world) + await said(world, "C0LOUNGE") == []
    await world.pass_time("301s")
    await world.settle()
    assert await said(world) + await said(world, "C0LOUNGE") == ["one", "elsewhere"]
    assert [call["error"] for call in await world.refused()] == ["ratelimited"]


async def test_one_message_a_second_in_a_channel_and_many_channels_at_once(world: World) -> None:
    channels = ["C0LOUNGE", CHANNEL]
    for channel in channels:
        emit(world, *(f"{channel} {n}" for n in range(4)), channel=channel)
    started = world.slack.clock.now()
    await world.settle()
    took = world.slack.clock.now() - started
    for channel in channels:
        assert await said(world, channel) == [f"{channel} {n}" for n in range(4)]
    assert await world.refused() == []
    assert took >= timedelta(seconds=3)
    posted = [[float(one["ts"]) for one in await world.from_bot(channel=channel)] for channel in channels]
    assert max(times[0] for times in posted) < min(times[-1] for times in posted)


async def test_what_was_being_sent_when_it_crashed_is_looked_up_before_it_is_sent_again(
    empty_world: World,
) -> None:
    world = empty_world
    await world.start()
    emit(world, "said", "more")
    await world.settle()
    await world.stop()
    # As a kill leaves it between the answer and its being noted; and another one before the call.
    forget_answer(world, ["said"])
    emit(world, "not said")
    mark(world, "not said", "waiting", "sending")
    await world.start()
    await world.pass_time("10s")
    await world.settle()
    assert await said(world) == ["said", "more", "not said"]
    assert stored(world, "said").state == "sent"


async def test_a_restored_database_says_nothing_twice(empty_world: World) -> None:
    world = empty_world
    await world.start()
    emit(world, "digest of Monday", "digest of Tuesday")
    await world.settle()
    await world.stop()
    forget_answer(world, ["digest of Monday", "digest of Tuesday"], state="waiting")  # yesterday's copy
    await world.start()
    emit(world, "digest of Wednesday")
    await world.settle()
    assert await said(world) == ["digest of Monday", "digest of Tuesday", "digest of Wednesday"]


async def test_a_restored_database_answers_no_thread_twice(empty_world: World) -> None:
    world = empty_world
    await world.start()
    ts = await world.say(BEN, "hello all")
    emit(world, "an answer", thread=ts)
    await world.settle()
    await world.stop()
    forget_answer(world, ["an answer"], state="waiting")
    await world.start()
    await world.settle()
    assert len(await posts(world)) == 1
    assert stored(world, "an answer").state == "sent"


async def test_what_slack_refuses_for_good_fails_and_the_next_goes_on(world: World) -> None:
    emit(world, "x" * 10, channel="C0NOWHERE")
    emit(world, "one", kind="unheard of")
    emit(world, "two")
    await world.settle()
    assert await said(world) == ["two"]
    assert stored(world, "x" * 10).state == "failed"
    assert stored(world, "one").state == "failed"


async def test_an_archived_channel_fails_its_messages_and_no_others(world: World) -> None:
    await world._post("channels/C0LOUNGE/archive")
    emit(world, "there", channel="C0LOUNGE")
    emit(world, "here")
    await world.settle()
    assert stored(world, "there").state == "failed"
    assert await said(world) == ["here"]


async def test_a_message_only_one_person_sees_is_never_sent_twice(empty_world: World) -> None:
    world = empty_world
    await world.start()
    emit(world, "psst", kind="private_reply", user=BEN)
    await world.settle()
    await world.stop()
    forget_answer(world, ["psst"])
    await world.start()
    await world.pass_time("10s")
    await world.settle()
    assert len(await world.calls("chat.postEphemeral")) == 1
    assert stored(world, "psst").state == "failed"


async def test_a_person_is_a_lane_too(world: World) -> None:
    emit(world, "to you", "and again", channel=BEN)
    await world.settle()
    assert [message["text"] for message in await world.direct(BEN)] == ["to you", "and again"]


async def test_a_reaction_that_is_there_already_counts_as_made(world: World) -> None:
    ts = await world.say(BEN, "hello all")
    for line in ("first", "second"):
        emit(world, line, kind="reaction", ts=ts, name="eyes")
    await world.settle()
    assert stored(world, "second").state == "sent"


async def test_a_clock_put_back_an_hour_silences_nobody(world: World) -> None:
    emit(world, "before")
    await world.settle()
    await world._post("clock", advance="-1h")
    emit(world, "after")
    await world.settle()
    assert await said(world) == ["before", "after"]


def forget_answer(world: World, lines: Iterable[str], state: str = "sending") -> None:
    """Bring the outbox back to how it was before the answers to these came."""
    for line in lines:
        mark(world, line, "sent", state)

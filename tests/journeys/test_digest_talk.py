"""What does the channel read each day, and how do people get their news into it?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.test_reminder_talk import dms, labels, press, whispers
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, World


async def posted(world: World) -> list[dict[str, Any]]:
    return [m for m in await world.from_bot() if not m.get("ephemeral_to")]


async def digests(world: World) -> list[dict[str, Any]]:
    return [m for m in await posted(world) if not m.get("thread_ts") or m["thread_ts"] == m["ts"]]


async def test_the_digest_says_what_moved_and_leads_on(world: World) -> None:
    await world.command(BEN, "done feed 200 positions an hour")
    await world.pass_time("1d")
    digest = (await digests(world))[-1]
    assert "Vessel feed" in digest["text"]
    assert len(digest["text"].split("\n")) <= 12
    assert labels(digest) == ["Before go-live", "Blockers", "My items"]
    await world.press(CHEN, "ask_before", channel=CHANNEL, ts=digest["ts"])
    private = [m for m in await world.messages(user=CHEN) if m.get("ephemeral_to") == CHEN]
    assert "gates open" in private[-1]["text"]
    assert await world.refused() == []


async def test_what_does_not_fit_is_in_its_thread(world: World) -> None:
    for number in range(30):
        await world.command(ANA, f"add step-{number}: Step number {number}")
    await world.pass_time("1d")
    digest = (await digests(world))[-1]
    assert len(digest["text"].split("\n")) <= 12
    assert "in the thread" in digest["text"]
    thread = [m for m in await posted(world) if m.get("thread_ts") == digest["ts"]]
    rest = [m for m in thread if m["ts"] != digest["ts"]]
    assert len(rest) == 1
    assert "Step number 29" in rest[0]["text"]


@pytest.fixture
async def standup(world: World) -> World:
    """People are asked for news when their day begins; Ben was, on Monday and on Tuesday."""
    await world.command(ANA, "settings standup.off no")
    await world.pass_time("1d")
    return world


async def question(world: World, user: str) -> dict[str, Any]:
    return [m for m in await dms(world, user) if "News of" in m["text"]][-1]


async def test_people_are_asked_for_news_once_a_day_and_answer_in_a_form(standup: World) -> None:
    asked = await question(standup, BEN)
    assert labels(asked) == ["Answer"]
    await press(standup, BEN, "Answer", asked)
    form = (await standup.views(BEN))[-1]
    await standup.submit(BEN, form["id"], {"news": "Feed is nearly there", "held": "the radar licence"})
    changed = await question(standup, BEN)
    assert "You said: Feed is nearly there Held up by: the radar licence" in changed["text"]
    assert labels(changed) == ["Change the answer"]
    assert len([m for m in await dms(standup, BEN) if "News of" in m["text"]]) == 2  # one for each day
    await standup.pass_time("1d")
    assert "Ben Okoro: Feed is nearly there" in (await digests(standup))[-1]["text"]
    assert await standup.refused() == []


async def test_people_answer_by_replying(standup: World) -> None:
    asked = await question(standup, BEN)
    await standup.say(
        BEN, "done with the radar, next the failover", channel=asked["channel"], thread=asked["ts"]
    )
    assert "You said: done with the radar" in (await question(standup, BEN))["text"]
    await standup.pass_time("1d")
    assert "done with the radar, next the failover" in (await digests(standup))[-1]["text"]


async def test_a_plain_message_that_is_no_order_is_the_answer_too(standup: World) -> None:
    asked = await question(standup, BEN)
    await standup.say(BEN, "mine", channel=asked["channel"])
    assert "You said" not in (await question(standup, BEN))["text"]
    await standup.say(BEN, "the ships arrive in the test system", channel=asked["channel"])
    assert "You said: the ships arrive" in (await question(standup, BEN))["text"]
    assert "next digest" in (await dms(standup, BEN))[-1]["text"]


async def test_who_was_not_asked_gives_news_with_a_command(world: World) -> None:
    await world.pass_time("1h")
    assert "next digest" in (await world.command(DITA, "standup the council agreed"))["text"]
    await world.pass_time("1d")
    assert "Dita Kova: the council agreed" in (await digests(world))[-1]["text"]


async def test_a_question_of_yesterday_cannot_be_answered_any_more(standup: World) -> None:
    asked = await question(standup, BEN)
    await standup.pass_time("1d")
    await press(standup, BEN, "Answer", asked)
    assert "That day is over" in (await whispers(standup, BEN))[-1]

"""What can people answer to a reminder, what does the message show then, and who else hears of it?"""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.plan import Plan, Status
from tests.journeys.world import ANA, BEN, CHEN, DITA, ELI, World

Element = dict[str, Any]


async def plan(world: World) -> Plan:
    with world.store.reading() as tx:
        found = tx.plan(world.slack.state.team.id, "harbor")
    assert found is not None
    return found


async def dms(world: World, user: str) -> list[dict[str, Any]]:
    """What golive wrote to somebody, oldest first, without what vanishes."""
    return [m for m in await _written_to(world, user) if not m.get("ephemeral_to")]


async def _written_to(world: World, user: str) -> list[dict[str, Any]]:
    channels = (await world.http.get("/sandbox/channels", params={"user": user})).json()
    ids = [one["id"] for one in channels if one.get("is_im")]
    return [{**m, "channel": id} for id in ids for m in await world.from_bot(channel=id, user=user)]


async def whispers(world: World, user: str) -> list[str]:
    return [m["text"] for m in await _written_to(world, user) if m.get("ephemeral_to")]


def elements(message: dict[str, Any]) -> list[tuple[str, Element]]:
    """What can be pressed, with the block it stands in."""
    return [
        (block["block_id"], element)
        for block in message.get("blocks", ())
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def labels(message: dict[str, Any]) -> list[str]:
    return [(e.get("text") or e["placeholder"])["text"] for _, e in elements(message)]


async def press(
    world: World, user: str, label: str, message: dict[str, Any], option: str | None = None
) -> dict[str, Any]:
    block, element = next(
        (block, e) for block, e in elements(message) if (e.get("text") or e["placeholder"])["text"] == label
    )
    value = option or element.get("value")
    return await world.press(
        user,
        element["action_id"],
        channel=message["channel"],
        ts=message["ts"],
        block_id=block,
        value=value,
    )


@pytest.fixture
async def reminded(world: World) -> World:
    """Ben was told on Wednesday morning that his feed is due."""
    await world.pass_time("2d")
    return world


async def test_a_reminder_has_a_button_for_every_answer(reminded: World) -> None:
    message = (await dms(reminded, BEN))[0]
    assert "Vessel feed connected (feed)" in message["text"]
    assert labels(message) == ["On it until …", "Done", "Snooze", "Not mine", "It's blocked"]
    assert await reminded.refused() == []


async def test_a_promise_shows_in_the_message_and_ends_the_reminders(reminded: World) -> None:
    message = (await dms(reminded, BEN))[0]
    await press(reminded, BEN, "On it until …", message, "2027-03-05")
    changed = (await dms(reminded, BEN))[0]
    assert "You are on it until Fri 5 Mar, 17:00" in changed["text"]
    assert changed["ts"] == message["ts"]
    await reminded.pass_time("2d")
    assert len(await dms(reminded, BEN)) == 1
    assert await reminded.refused() == []


async def test_done_is_done_and_the_message_says_so(reminded: World) -> None:
    await press(reminded, BEN, "Done", (await dms(reminded, BEN))[0])
    assert (await plan(reminded)).item["feed"].status is Status.DONE
    changed = (await dms(reminded, BEN))[0]
    assert "Done. It counts once it is confirmed" in changed["text"]
    assert elements(changed) == []
    assert any("`feed`" in said for said in await whispers(reminded, BEN))

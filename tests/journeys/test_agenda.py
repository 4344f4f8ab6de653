"""What does somebody get who asks for the agenda of the next call, and what does the channel?"""

from __future__ import annotations

from typing import Any

from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, ELI, World


async def posted(world: World) -> list[dict[str, Any]]:
    """The agendas that everybody sees."""
    seen = [m for m in await world.from_bot() if not m.get("ephemeral_to")]
    return [m for m in seen if "agenda with Port of Tamsk" in m["text"]]


async def test_the_agenda_is_private_until_it_is_posted(world: World) -> None:
    await world.command(BEN, "block training no room yet, waiting on Chen by Friday")
    answer = await world.command(ANA, "agenda")
    assert answer["response_type"] == "ephemeral"
    assert "agenda with Port of Tamsk" in answer["text"]
    assert "waits on them" in answer["text"]
    assert await posted(world) == []
    mine = [m for m in await world.messages(user=ANA) if m.get("ephemeral_to") == ANA][-1]
    await world.press(ANA, "agenda_post", channel=CHANNEL, ts=mine["ts"])
    [seen] = await posted(world)
    assert "Posted by Ana Duarte" in str(seen["blocks"])
    assert await world.refused() == []


async def test_the_agenda_with_one_person_is_about_them(world: World) -> None:
    text = (await world.command(ANA, f"agenda <@{CHEN}>"))["text"]
    assert "agenda with Chen Wei" in text
    assert "We owe them: Vessel feed connected (feed); Ben Okoro" in text


async def test_a_party_nobody_knows_is_answered_with_those_there_are(world: World) -> None:
    text = (await world.command(ANA, "agenda martians"))["text"]
    assert "Nobody here is called “martians”. There are Port of Tamsk, Quayside Software" in text


async def test_a_stranger_learns_nothing(world: World) -> None:
    text = (await world.command(ELI, "agenda", channel="C0LOUNGE"))["text"]
    assert text.startswith("No project lives in this channel")

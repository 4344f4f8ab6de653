"""Is everybody told what they have to know, in their own morning, once, and no longer than it is true?"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.journeys.world import BEN, CHANNEL, World

# Monday 2027-03-01 09:00 UTC is 09:00 in Lisbon and in London; Ben's feed is due on Wednesday.


def at(world: World, message: dict[str, str]) -> datetime:
    return datetime.fromtimestamp(float(message["ts"]), UTC)


async def test_an_owner_is_told_in_the_morning_of_the_day_it_is_due(world: World) -> None:
    await world.pass_time("2d")
    said = await world.direct(BEN)
    assert len(said) == 1
    assert "Vessel feed connected" in said[0]["text"]
    assert f"{at(world, said[0]):%a %H:%M}" == "Wed 09:00"

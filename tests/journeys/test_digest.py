"""Is the digest posted at the project's hour, once on each working day, and only when it is worth it?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.tracker import Tracker
from tests.journeys.world import ANA, BEN, CHANNEL, HARBOR, World

PIER = "C0LOUNGE"

# The world begins on Monday 2027-03-01 09:00 UTC, which is 09:00 in Lisbon, the project's zone.


async def digests(world: World, channel: str = PIER) -> list[dict[str, Any]]:
    found = await world.from_bot(channel=channel)
    return [m for m in found if "Harbor" in m["text"] and not m.get("ephemeral_to")]


async def posted(world: World, channel: str = PIER, zone: str = "Europe/Lisbon") -> list[str]:
    """When digests were posted, by the clock of the project's zone."""
    return [f"{moment(m).astimezone(ZoneInfo(zone)):%a %d %H:%M}" for m in await digests(world, channel)]


def moment(message: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(float(message["ts"]), UTC)


async def begun(world: World, at: datetime, **head: Any) -> World:
    """golive at work in a project that began at that moment, and is late from its first day."""
    plan = yaml.safe_load(HARBOR.read_text())
    plan["project"] |= {"key": "pier", "name": "Harbor pier", "channel": PIER, **head}
    plan["items"][1]["due"] = "2027-01-04"
    world.hush()  # the other project
    world.slack.clock.move(now=at)
    Tracker(world.store, world.slack.clock.now).load(
        yaml.safe_dump(plan), "pier.yaml", workspace=world.slack.state.team.id, actor="cli:test"
    )
    await world.start()
    return world


async def test_it_comes_at_the_projects_hour_on_its_working_days(empty_world: World) -> None:
    world = await begun(empty_world, datetime(2027, 3, 3, 12, tzinfo=UTC))
    await world.pass_time("6d")
    assert await posted(world) == ["Thu 04 09:00", "Fri 05 09:00", "Mon 08 09:00", "Tue 09 09:00"]


async def test_a_project_that_begins_after_that_hour_has_its_first_on_the_next_day(
    empty_world: World,
) -> None:
    world = await begun(empty_world, datetime(2027, 3, 3, 9, 1, tzinfo=UTC))
    await world.pass_time("20h")
    assert await posted(world) == []
    await world.pass_time("4h")
    assert await posted(world) == ["Thu 04 09:00"]


async def test_an_hour_that_was_over_when_it_was_chosen_begins_on_the_next_day(empty_world: World) -> None:
    world = await begun(
        empty_world, datetime(2027, 3, 3, 8, tzinfo=UTC), policies={"digest": {"at": "16:00"}}
    )
    await world.pass_time("6h")
    await world.command(ANA, "settings digest.at 09:00", channel=PIER)
    await world.pass_time("12h")
    assert await posted(world) == []
    await world.pass_time("8h")
    assert await posted(world) == ["Thu 04 09:00"]


async def test_a_day_on_which_nothing_is_worth_it_has_none_and_the_ledger_says_so(world: World) -> None:
    await world.command(ANA, "done feed it runs")
    await world.command(ANA, "due feed 2027-04-30")
    await world.pass_time("1d")
    before = await posted(world, CHANNEL)
    await world.pass_time("1d")
    assert await posted(world, CHANNEL) == before
    with world.store.reading() as tx:
        due = tx.due(world.slack.state.team.id, "harbor")
        assert due is not None
        found = {e.subject: (e.state, e.why) for e in tx.entries(due.id) if e.kind == "digest"}
    assert found["harbor/digest/2027-03-03"] == ("held", "nothing new")


async def test_a_project_may_want_a_line_on_such_days(empty_world: World) -> None:
    world = empty_world
    await world.start()
    await world.command(ANA, "settings digest.quiet_line yes")
    await world.command(ANA, "due feed 2027-04-30")
    await world.pass_time("2d")
    assert "Nothing new since Tue 2 Mar" in (await digests(world, CHANNEL))[-1]["text"]


async def test_what_was_told_is_not_told_again(world: World) -> None:
    await world.command(BEN, "done feed it runs")
    await world.pass_time("2d")
    texts = [message["text"] for message in await digests(world, CHANNEL)]
    assert "Vessel feed connected: done, not confirmed yet (Ben Okoro)" in texts[0]
    assert not any("not confirmed yet" in text for text in texts[1:])


@pytest.mark.parametrize(
    ("begin", "zone", "hour", "expected"),
    [
        # In Lisbon 2027-03-28 01:30 does not exist: clocks go from 01:00 to 02:00.
        (
            datetime(2027, 3, 26, 12, tzinfo=UTC),
            "Europe/Lisbon",
            "01:30",
            ["Sat 27 01:30", "Sun 28 02:30", "Mon 29 01:30"],
        ),
        # 2027-10-31 01:30 comes twice there; the first one counts.
        (
            datetime(2027, 10, 29, 12, tzinfo=UTC),
            "Europe/Lisbon",
            "01:30",
            ["Sat 30 01:30", "Sun 31 01:30", "Mon 01 01:30"],
        ),
        # In New York 2027-03-14 02:30 does not exist.
        (
            datetime(2027, 3, 12, 18, tzinfo=UTC),
            "America/New_York",
            "02:30",
            ["Sat 13 02:30", "Sun 14 03:30", "Mon 15 02:30"],
        ),
    ],
    ids=["a missing 01:30", "a doubled 01:30", "a missing 02:30"],
)
async def test_on_nights_on_which_clocks_change_it_comes_once(
    empty_world: World, begin: datetime, zone: str, hour: str, expected: list[str]
) -> None:
    everyday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    policies = {"digest": {"at": hour}}
    world = await begun(empty_world, begin, timezone=zone, working_days=everyday, policies=policies)
    await world.pass_time("3d")
    assert await posted(world, zone=zone) == expected


async def test_it_is_posted_once_however_often_golive_starts(empty_world: World) -> None:
    world = await begun(empty_world, datetime(2027, 3, 3, 12, tzinfo=UTC))
    await world.pass_time("21h")
    for _ in range(3):
        await world.stop()
        await world.start()
    assert await posted(world) == ["Thu 04 09:00"]


async def test_one_that_was_missed_comes_late_on_its_day_and_not_on_another(empty_world: World) -> None:
    world = await begun(empty_world, datetime(2027, 3, 3, 12, tzinfo=UTC))
    await world.stop()
    await world.slack.move(datetime(2027, 3, 4, 11, tzinfo=UTC))
    await world.start()
    assert await posted(world) == ["Thu 04 11:00"]
    await world.stop()
    await world.slack.move(datetime(2027, 3, 6, 11, tzinfo=UTC))  # Saturday: Friday's is gone
    await world.start()
    assert await posted(world) == ["Thu 04 11:00"]


async def test_one_that_waited_too_long_is_not_posted_on_the_next_day(empty_world: World) -> None:
    world = await begun(empty_world, datetime(2027, 3, 3, 12, tzinfo=UTC))
    await world.pass_time("20h")
    await world.fault("lost_before", times=100_000)
    await world.pass_time("90m")
    assert await posted(world) == []
    await world.stop()
    await world.http.delete("/sandbox/faults")
    await world.slack.move(world.slack.clock.now() + timedelta(hours=20))
    await world.start()
    assert await posted(world) == []
    await world.pass_time("4h")
    assert await posted(world) == ["Fri 05 09:00"]


async def test_an_archived_channel_gets_none_and_the_lead_is_told_once(empty_world: World) -> None:
    world = await begun(empty_world, datetime(2027, 3, 3, 12, tzinfo=UTC))
    answer = await world.http.post(f"/sandbox/channels/{PIER}/archive", json={"user": ANA})
    assert answer.is_success, answer.text
    await world.pass_time("1d")
    told = [m["text"] for m in await world.direct(ANA) if "archived" in m["text"]]
    assert len(told) == 1

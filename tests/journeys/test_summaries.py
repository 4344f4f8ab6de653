"""Is a week's summary posted at its hour, once, for those it is for, and without what they must not read?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from sqlalchemy import select

from bot.domain import policies
from storage import models
from tests.journeys.test_commands import plan
from tests.journeys.test_outsiders import HIDDEN, SECRET, hide
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, HARBOR, World

LOUNGE = "C0LOUNGE"
FRIDAYS = {"audience": "customer", "channel": LOUNGE, "day": "fri", "at": "15:00"}
LISBON = ZoneInfo("Europe/Lisbon")

# The world begins on Monday 2027-03-01 09:00 UTC, which is 09:00 in Lisbon, the project's zone.


async def summaries(world: World, channel: str = LOUNGE) -> list[dict[str, Any]]:
    found = await world.from_bot(channel=channel)
    return [m for m in found if "week to" in m["text"] and not m.get("ephemeral_to")]


async def posted(world: World, channel: str = LOUNGE) -> list[str]:
    found = await summaries(world, channel)
    moments = [datetime.fromtimestamp(float(m["ts"]), UTC).astimezone(LISBON) for m in found]
    return [f"{moment:%a %d %H:%M}" for moment in moments]


async def load(world: World, **head: Any) -> None:
    said = yaml.safe_load(HARBOR.read_text())
    said["project"] |= head
    assert world.app is not None
    text, team = yaml.safe_dump(said), world.slack.state.team.id
    world.app.tracker.load(text, "harbor.yaml", workspace=team, actor="cli:test")


async def order(world: World, line: str = "customer <#C0LOUNGE|lounge> friday 15:00") -> str:
    text: str = (await world.command(ANA, f"summary {line}"))["text"]
    return text


async def test_it_comes_every_week_at_its_hour_with_what_changed(world: World) -> None:
    assert "A summary for the customer in <#C0LOUNGE>, every Friday at 15:00" in await order(world)
    await world.pass_time("2d")
    await world.command(BEN, "due feed 9 March")
    await world.pass_time("13d")
    assert await posted(world) == ["Fri 05 15:00", "Fri 12 15:00"]
    first, second = await summaries(world)
    assert "For the customer" in first["text"]
    assert "gates open" in first["text"]
    assert "Nothing changed since" in second["text"]
    assert second["text"].count("\n") == 1


async def test_what_changed_in_the_week_is_told_once(world: World) -> None:
    await order(world)
    await world.pass_time("5d")
    await world.command(BEN, "due feed 9 March")
    await world.pass_time("14d")
    _, second, third = await summaries(world)
    assert "Changed this week" in second["text"]
    assert "Vessel feed connected" in second["text"]
    assert "Changed this week" not in third["text"]


async def test_they_are_listed_moved_and_ended(world: World) -> None:
    assert "No summary of Harbor booking go-live is posted" in (await world.command(ANA, "summary"))["text"]
    await order(world)
    await order(world, "executives <#C0LOUNGE|lounge> mon 9am")
    await order(world, "customer <#C0LOUNGE|lounge> thursday 16:30")
    listed = (await world.command(ANA, "summary list"))["text"]
    assert "1. for executives in <#C0LOUNGE>, every Monday at 09:00" in listed
    assert "2. for the customer in <#C0LOUNGE>, every Thursday at 16:30" in listed
    assert "Ended: the summary for the customer" in (await world.command(ANA, "summary off 2"))["text"]
    assert len(policies.of((await plan(world)).project).summaries) == 1
    await world.pass_time("6d")
    assert await posted(world) == []
    await world.pass_time("2d")
    assert await posted(world) == ["Mon 08 09:00"]


async def test_one_that_is_ended_can_be_taken_back(world: World) -> None:
    await order(world)
    await world.command(ANA, "summary off 1")
    message = (await world.from_bot(user=ANA))[-1]
    await world.press(ANA, "undo", channel=CHANNEL, ts=message["ts"])
    await world.pass_time("5d")
    assert await posted(world) == ["Fri 05 15:00"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("customer <#C0LOUNGE|lounge>", "on which day of the week"),
        ("customer <#C0LOUNGE|lounge> friday 25:00", "25:00 is no time of day"),
        ("customer <#C0LOUNGE|lounge> friday monday 15:00", "on which day of the week"),
        ("customer friday 15:00", "in which channel"),
        ("customer #nowhere", "I know no channel #nowhere."),
        ("customer #nowhere friday 15:00", "I know no channel #nowhere."),
        ("<#C0LOUNGE|lounge> friday 15:00", "for whom"),
        ("off 3", "by its number"),
        ("off", "by its number"),
    ],
)
async def test_what_is_said_wrongly_is_told(world: World, line: str, said: str) -> None:
    assert said in await order(world, line)
    assert policies.of((await plan(world)).project).summaries == ()


async def test_only_the_lead_has_one_posted(world: World) -> None:
    answer = await world.command(BEN, "summary customer <#C0LOUNGE|lounge> friday 15:00")
    assert "Ana Duarte" in answer["text"]
    assert policies.of((await plan(world)).project).summaries == ()


async def test_on_a_holiday_it_is_skipped_and_the_ledger_says_why(world: World) -> None:
    await load(world, holidays=["2027-03-05"], policies={"summaries": [FRIDAYS]})
    await world.pass_time("2m")
    await world.pass_time("6d")
    assert await posted(world) == []
    with world.store.reading() as tx:
        rows = tx.run(select(models.ledger).where(models.ledger.c.kind == "summary")).all()
    assert [(row.state, row.why) for row in rows] == [("held", "nobody works that day")]
    await world.pass_time("7d")
    assert await posted(world) == ["Fri 12 15:00"]


async def test_it_is_posted_once_however_often_golive_starts_and_slack_fails(world: World) -> None:
    await order(world)
    await world.pass_time("4d")
    await world.fault("lost_after", times=2)
    await world.pass_time("7h")
    await world.http.delete("/sandbox/faults")
    for _ in range(3):
        await world.stop()
        await world.start()
    await world.pass_time("1h")
    assert await posted(world) == ["Fri 05 15:00"]


async def test_in_a_channel_that_is_archived_it_is_not_said_and_the_lead_is_told_what_to_do(
    world: World,
) -> None:
    await world._post("channels/C0LOUNGE/join", user=world.slack.state.app.bot_user)
    await world.command(ANA, "summary customer <#C0LOUNGE> monday 10:00")
    await world._post("channels/C0LOUNGE/archive")
    await world.pass_time("2h")
    sentence = next(m["text"] for m in await world.direct(ANA) if "archived" in m["text"])
    assert sentence.endswith(
        "it is archived. Open it again, or have it said in another one: `/golive summary`. "
        "This was not said: the weekly summary for the customer"
    )


async def test_one_that_was_missed_comes_late_and_not_days_later(world: World) -> None:
    await order(world)
    await world.stop()
    await world.slack.move(datetime(2027, 3, 5, 18, tzinfo=UTC))
    await world.start()
    assert await posted(world) == ["Fri 05 18:00"]
    await world.stop()
    await world.slack.move(datetime(2027, 3, 13, 18, tzinfo=UTC))  # Saturday: Friday's is gone
    await world.start()
    await world.pass_time("1d")
    assert await posted(world) == ["Fri 05 18:00"]


async def test_one_ordered_after_its_hour_begins_the_next_week(world: World) -> None:
    await world.slack.move(datetime(2027, 3, 5, 15, 30, tzinfo=UTC))
    await order(world)
    await world.pass_time("2d")
    assert await posted(world) == []
    await world.pass_time("6d")
    assert await posted(world) == ["Fri 12 15:00"]


async def test_nothing_internal_is_in_the_customers_wherever_it_is_posted(world: World) -> None:
    await hide(world)
    await order(world)
    await order(world, "executives <#C0LOUNGE|lounge> friday 16:00")
    await world.pass_time("5d")
    customers, executives = await summaries(world)
    for word in ("zebrafinch", "ben okoro"):
        assert word not in json.dumps(customers).casefold()
    assert SECRET[:10] in executives["text"]
    assert "Decisions" in executives["text"]
    assert _forecast(customers["text"]) == _forecast(executives["text"])


async def test_in_a_channel_with_guests_every_summary_is_one_they_may_read(world: World) -> None:
    await hide(world)
    for guest in (DITA, CHEN):
        await world._post(f"users/{guest}", is_restricted=True)
    await world.settle()
    await order(world, f"engineers <#{CHANNEL}|harbor> friday 15:00")
    await world.command(ANA, f"due {HIDDEN} 19 March")
    await world.pass_time("5d")
    (message,) = await summaries(world, CHANNEL)
    assert "zebrafinch" not in json.dumps(message).casefold()


async def test_one_ended_while_it_waits_to_be_sent_is_not_sent(world: World) -> None:
    await order(world)
    await world.pass_time("4d")
    await world.fault("500", method="chat.postMessage", times=100_000)
    await world.pass_time("6h30m")
    await world.command(ANA, "summary off 1")
    await world.http.delete("/sandbox/faults")
    await world.pass_time("2h")
    assert await posted(world) == []


async def test_it_follows_the_clock_of_the_project_when_the_clocks_change(world: World) -> None:
    """In Lisbon the night to Sunday 28 March 2027 is an hour shorter; 15:00 stays 15:00."""
    await order(world)
    await world.slack.move(datetime(2027, 3, 25, 12, tzinfo=UTC))
    await world.settle()
    await world.pass_time("9d")
    assert (await posted(world))[-2:] == ["Fri 26 15:00", "Fri 02 15:00"]
    last = (await summaries(world))[-1]
    assert datetime.fromtimestamp(float(last["ts"]), UTC).hour == 14


async def test_it_is_kept_as_the_project_file_says_it(world: World) -> None:
    await order(world)
    head = (await plan(world)).project
    assert head.policies["summaries"] == [FRIDAYS]


def _forecast(text: str) -> str:
    return text.split("Forecast ")[1].split(",")[0]

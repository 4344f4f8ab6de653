"""What can people say about what golive says by itself: quiet, mute, settings, and what is planned?"""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.plan import Plan
from tests.journeys.test_reminder_talk import dms, labels, press
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, World


async def plan(world: World) -> Plan:
    with world.store.reading() as tx:
        found = tx.plan(world.slack.state.team.id, "harbor")
    assert found is not None
    return found


def links(message: dict[str, Any]) -> str:
    return "\n".join(b["text"]["text"] for b in message["blocks"] if b["type"] == "section")


async def test_the_lead_sees_what_comes_to_whom_and_when(world: World) -> None:
    shown = (await world.command(ANA, "reminders"))["text"]
    assert "Wed 3 Mar, 09:00  Ben Okoro: Vessel feed connected (feed): due today" in shown
    assert "Dita Kova: Berth list agreed (berths): done, waits for your confirmation" in shown


async def test_the_lead_sees_what_was_said_where_and_what_was_answered(world: World) -> None:
    await world.pass_time("2d")
    shown = await world.command(ANA, "reminders")
    assert (
        "Ben Okoro: Vessel feed connected (feed): due today, waits for berths, no slack, sent"
        in shown["text"]
    )
    message = (await dms(world, BEN))[0]
    assert f"/archives/{message['channel']}/p{message['ts'].replace('.', '')}|sent>" in links(shown)
    await press(world, BEN, "On it until …", message, "2027-03-05")
    assert "no slack, answered" in (await world.command(ANA, "reminders"))["text"]


async def test_others_see_only_what_concerns_them(world: World) -> None:
    shown = await world.command(CHEN, "reminders")
    assert "Ben Okoro: Vessel feed connected" not in shown["text"]
    assert "lead sees all" in str(shown["blocks"])
    assert "Vessel feed" in (await world.command(BEN, "reminders"))["text"]


async def test_quiet_until_a_day_is_quiet_until_it_begins(world: World) -> None:
    said = (await world.command(BEN, "quiet until thursday"))["text"]
    assert "until Thu 4 Mar, 09:00" in said
    await world.pass_time("2d")
    assert await dms(world, BEN) == []
    await world.pass_time("1d")
    assert "overdue" in (await dms(world, BEN))[0]["text"]


async def test_quiet_ends_when_told_so(world: World) -> None:
    assert "until you say" in (await world.command(BEN, "quiet"))["text"]
    assert "again" in (await world.command(BEN, "quiet off"))["text"]
    assert "did not ask" in (await world.command(BEN, "quiet off"))["text"]
    await world.pass_time("2d")
    assert len(await dms(world, BEN)) == 1


async def test_a_muted_item_is_not_spoken_of_and_the_ledger_says_why(world: World) -> None:
    said = (await world.command(BEN, "mute feed until 5 Mar"))["text"]
    assert "`feed` Vessel feed connected" in said
    assert "Fri 5 Mar" in said
    await world.pass_time("2d")
    assert await dms(world, BEN) == []
    assert "waits (muted)" in (await world.command(ANA, "reminders"))["text"]
    assert "again" in (await world.command(BEN, "unmute feed"))["text"]
    assert len(await dms(world, BEN)) == 1


async def test_only_the_lead_mutes_the_whole_project(world: World) -> None:
    assert "Only Ana Duarte (lead)" in (await world.command(BEN, "mute"))["text"]
    assert "Harbor booking go-live" in (await world.command(ANA, "mute until friday"))["text"]
    await world.pass_time("2d")
    assert await dms(world, BEN) == []
    assert [m for m in await world.from_bot() if not m.get("ephemeral_to")] == []


async def test_a_misspelt_key_is_offered_for_a_mute(world: World) -> None:
    offered = await world.command(BEN, "mute fed until friday")
    assert "Did you mean `feed`?" in offered["text"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("quiet until yesterday", "in the past"),
        ("quiet until someday", "date"),
        ("settings digest.at 25:00", "25:00"),
        ("settings digest.when 9:00", "Did you mean `digest.at`"),
        ("settings budget many", "budget"),
        ("settings ladder.gate 1d", "ladder.gate"),
        ("settings holidays.country Atlantis", "Atlantis"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_the_reason(world: World, line: str, says: str) -> None:
    revision = (await plan(world)).project.revision
    assert says in (await world.command(ANA, line))["text"]
    assert (await plan(world)).project.revision == revision


async def test_settings_are_shown_with_what_they_mean(world: World) -> None:
    shown = await world.command(BEN, "settings")
    assert "`digest.at` 09:00: when the daily digest is posted" in shown["text"]
    assert "`ladder.critical` 4h 1d 2d" in shown["text"]


async def test_the_lead_changes_a_setting_and_others_cannot(world: World) -> None:
    assert "Only Ana Duarte (lead)" in (await world.command(BEN, "settings digest.at 08:30"))["text"]
    await world.command(ANA, "settings digest.at 08:30")
    assert (await plan(world)).project.policies["digest"]["at"] == "08:30"
    assert "`digest.at` 08:30 (usually 09:00)" in (await world.command(BEN, "settings"))["text"]


async def test_a_setting_is_changed_in_a_form_that_refuses_what_cannot_be(world: World) -> None:
    await world.command(ANA, "settings")
    shown = [m for m in await world.messages(user=ANA) if m.get("ephemeral_to") == ANA][-1]
    await world.press(ANA, "change_setting", channel=CHANNEL, ts=shown["ts"])
    form = (await world.views(ANA))[-1]
    refused = await world.submit(ANA, form["id"], {"name": "budget", "value": "lots"})
    assert "budget" in str(refused)
    await world.submit(ANA, form["id"], {"name": "budget", "value": "3"})
    assert (await plan(world)).project.policies["budget"] == 3
    assert await world.refused() == []


async def test_the_same_can_be_asked_in_a_direct_message(world: World) -> None:
    channel = world.slack.slack.direct([BEN, world.slack.state.app.bot_user])[0].id
    await world.say(BEN, "reminders", channel=channel)
    await world.say(BEN, "settings", channel=channel)
    said = [m["text"] for m in await dms(world, BEN)]
    assert any("Vessel feed connected" in text for text in said)
    assert any("`digest.at` 09:00" in text for text in said)
    assert labels((await dms(world, BEN))[-1]) == ["Digest and hours …", "Change one …"]

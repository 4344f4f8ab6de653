"""What do people say and read about who may do what, what is internal, and who reads what?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.permissions import ACTS
from tests.journeys.test_commands import plan
from tests.journeys.world import ANA, BEN, CHANNEL, DITA, ELI, World


async def said(world: World, user: str, line: str) -> str:
    text: str = (await world.command(user, line))["text"]
    return text


def headings(message: dict[str, Any]) -> list[str]:
    """What stands in bold at the head of its sections."""
    found = [b["text"]["text"].split("\n")[0] for b in message["blocks"] if b["type"] == "section"]
    return [head.strip("*") for head in found if head.startswith("*")]


async def test_everybody_of_the_team_reads_who_may_do_what(world: World) -> None:
    shown = await said(world, BEN, "permissions")
    for act in ACTS:
        assert f"\n`{act}` " in shown
    assert "`waive` decider, lead: waive" in shown
    assert "the same in every project" in shown


async def test_the_lead_changes_a_line_and_it_holds_and_can_be_taken_back(world: World) -> None:
    assert "`may.add` member → lead" in await said(world, ANA, "permissions add lead")
    assert "Ana Duarte" in await said(world, BEN, "add Lamps hung")
    assert "`add` lead (usually member)" in await said(world, BEN, "permissions")
    await said(world, ANA, "permissions add default")
    assert "Lamps hung" in await said(world, BEN, "add Lamps hung")


async def test_only_the_lead_changes_it(world: World) -> None:
    assert "Ana Duarte" in await said(world, BEN, "permissions add member customer")
    assert (await plan(world)).project.policies == {}


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("permissions add", "Say who"),
        ("permissions sing lead", "sing"),
        ("permissions validate owner", "owner"),
        ("permissions decide member", "decide"),
        ("permissions internal customer", "outside"),
        ("permissions add everybody", "everybody"),
    ],
)
async def test_what_cannot_be_is_told(world: World, line: str, answer: str) -> None:
    before = await plan(world)
    assert answer in await said(world, ANA, line)
    assert (await plan(world)).project.policies == before.project.policies


async def test_a_line_is_changed_in_a_form(world: World) -> None:
    await world.command(ANA, "permissions")
    message = (await world.from_bot(user=ANA))[-1]
    opened = await world.press(ANA, "change_permission", channel=CHANNEL, ts=message["ts"])
    view = opened["view"] if "view" in opened else (await world.views(ANA))[-1]
    await world.submit(ANA, view["id"], {"act": "add", "roles": ["lead", "sponsor"]})
    assert list((await plan(world)).project.policies["may"]["add"]) == ["lead", "sponsor"]


async def test_what_was_changed_in_a_form_is_told_even_when_slack_stumbles_and_a_mistake_at_its_field(
    world: World,
) -> None:
    await world.command(ANA, "permissions")
    message = (await world.from_bot(user=ANA))[-1]
    await world.press(ANA, "change_permission", channel=CHANNEL, ts=message["ts"])
    view = (await world.views(ANA))[-1]
    refused = await world.submit(ANA, view["id"], {"act": "settings", "roles": ["customer"]})
    assert list(refused["errors"]) == ["roles"]
    await world.fault("500", method="chat.postMessage")
    await world.submit(ANA, view["id"], {"act": "add", "roles": ["lead"]})
    await world.pass_time("2m")
    told = [m for m in await world.direct(ANA) if "`may.add` member → lead" in m["text"]]
    assert len(told) == 1


async def test_who_may_not_is_not_shown_the_form(world: World) -> None:
    await world.command(BEN, "permissions")
    message = (await world.from_bot(user=BEN))[-1]
    await world.press(BEN, "change_permission", channel=CHANNEL, ts=message["ts"])
    assert await world.views(BEN) == []
    assert "Ana Duarte" in (await world.from_bot(user=BEN))[-1]["text"]


async def test_settings_are_shown_beside_what_has_a_screen_of_its_own(world: World) -> None:
    await world.command(ANA, "permissions add lead")
    await world.command(ANA, "summary customer <#C0LOUNGE|lounge> friday 15:00")
    assert "`digest.at`" in await said(world, ANA, "settings")


async def test_whatever_is_internal_is_marked_listed_and_unmarked(world: World) -> None:
    assert "Nothing of Harbor booking" in await said(world, ANA, "internal")
    await world.command(ANA, "block feed no keys")
    await world.command(ANA, "assume The crane holds under feed")
    await world.command(ANA, "decide We open on a Monday")
    blocker, belief = (await plan(world)).blockers[-1].id, (await plan(world)).assumptions[-1].id
    decision = (await plan(world)).decisions[-1].id
    for what in ("training", blocker, belief, decision, f"<@{BEN}>"):
        assert "People from outside read nothing of it" in await said(world, ANA, f"internal {what}")
    listed = await said(world, ANA, "internal")
    for what in ("Pilots trained", blocker, belief, decision, "Ben Okoro"):
        assert what in listed
    after = await plan(world)
    marked = (after.item["training"], after.blockers[-1], after.assumptions[-1], after.decisions[-1])
    assert all(each.internal for each in marked)
    assert after.by_slack[BEN].internal
    assert "already" in await said(world, ANA, "internal training")
    for what in ("training", blocker, belief, decision, f"<@{BEN}>"):
        assert "from now on" in await said(world, ANA, f"internal {what} off")
    assert "Nothing of Harbor booking" in await said(world, ANA, "internal")


async def test_go_live_itself_cannot_be_internal_and_only_the_lead_says_what_is(world: World) -> None:
    assert "go-live itself" in await said(world, ANA, "internal open-gates")
    assert "Ana Duarte" in await said(world, BEN, "internal training")
    assert not (await plan(world)).item["training"].internal


async def test_each_audience_reads_its_part_of_the_same_facts(world: World) -> None:
    full = await world.command(ANA, "before")
    executives = await world.command(ANA, "before for executives")
    engineers = await world.command(ANA, "before for the engineers")
    customer = await world.command(ANA, "before for customer")
    assert headings(full)[1:] == ["Sets the date", "Do next", "Nobody has it", "Unproven"]
    assert headings(executives)[1:] == ["Sets the date", "Decisions wanted"]
    assert headings(engineers)[1:] == ["Sets the date", "Do next", "Unproven"]
    assert headings(customer) == headings(full)
    for answer in (executives, customer):
        assert _forecast(answer["text"]) == _forecast(full["text"])


async def test_a_question_is_asked_for_an_audience_too(world: World) -> None:
    await world.command(ANA, "internal training")
    answer = await world.command(ANA, "ask what is unowned? --audience customer")
    assert "Pilots trained" not in json.dumps(answer)
    assert "Pilots trained" in (await world.command(ANA, "ask what is unowned?"))["text"]
    wrong = await said(world, ANA, "ask what is unowned? --audience pirates")
    assert "executives, customer or engineers" in wrong


async def test_a_stranger_reads_no_table_either(world: World) -> None:
    answer = await world.command(ELI, "permissions", channel="C0LOUNGE")
    assert "Harbor" not in answer["text"]
    assert DITA not in answer["text"]


def _forecast(text: str) -> str:
    return text.split("Forecast ")[1].split(",")[0]

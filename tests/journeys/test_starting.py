"""How does a team start a project in its channel, and share out what there is to do?"""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.plan import Plan
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, ELI, World

LOUNGE = "C0LOUNGE"
START = "new north North Clinic from ehr target 4 Jun"


async def typed(world: World, text: str, *, user: str = ELI) -> dict[str, Any]:
    return await world.command(user, text, channel=LOUNGE)


async def said(world: World, text: str, *, user: str = ELI) -> str:
    return str((await typed(world, text, user=user))["text"])


def offers(answer: dict[str, Any]) -> list[str]:
    """What the buttons would have golive do."""
    elements = [each for block in answer["blocks"] for each in block.get("elements", [])]
    return [each["value"] for each in elements if each.get("type") == "button"]


def stored(world: World, key: str = "north") -> Plan:
    with world.store.reading() as tx:
        plan = tx.plan(world.slack.state.team.id, key)
    assert plan is not None
    return plan


def nothing_stored(world: World) -> bool:
    with world.store.reading() as tx:
        return [project.key for project in tx.projects(world.slack.state.team.id)] == ["harbor"]


# ——— from a template


async def test_a_project_starts_from_a_template_laid_out_backwards_from_its_date(world: World) -> None:
    answer = await said(world, START)
    assert "North Clinic (`north`) now lives in this channel" in answer
    assert "40 items, 34 of them gates, from `ehr-fhir-hl7`, laid out backwards from Fri 4 Jun 2027" in answer
    assert "Every date fits" in answer
    plan = stored(world)
    assert len(plan.items) == 40
    assert plan.project.go_live_item == "first-live"
    assert plan.project.target_go_live == plan.item["first-live"].due
    assert [a.id for a in plan.assumptions] == ["A1", "A2", "A3", "A4", "A5"]


@pytest.mark.parametrize(
    "words", ["target 4 Jun from ehr", "from ehr target 4 Jun", "template ehr country US target: 4 Jun"]
)
async def test_what_is_said_of_it_may_stand_in_any_order(world: World, words: str) -> None:
    await typed(world, f"new north North Clinic {words}")
    plan = stored(world)
    assert (plan.project.name, str(plan.project.target_go_live)) == ("North Clinic", "2027-06-04")
    assert len(plan.items) == 40


async def test_whoever_starts_it_leads_it_and_has_that_roles_items(world: World) -> None:
    assert "Eli Stone leads it, as Implementation lead with 5 items" in await said(world, START)
    plan = stored(world)
    eli = plan.by_slack[ELI]
    assert plan.project.lead == eli.key
    assert {i.owner_role for i in plan.items if i.owner == eli.key} == {"Implementation lead"}


async def test_a_date_too_near_is_told_at_once_with_what_does_not_fit_and_the_forecast(world: World) -> None:
    answer = await said(world, "new north North Clinic from ehr target 2 Apr")
    assert "dates do not fit any more" in answer
    assert "Forecast Fri 23 Apr 2027, 15 working days after the target." in answer
    assert all(str(item.due) >= "2027-03-01" for item in stored(world).items)


async def test_the_public_holidays_of_a_country_are_free_days(world: World) -> None:
    await typed(world, "new north North Clinic from ehr target 7 Jul country US")
    plan = stored(world)
    assert dict(plan.project.policies["holidays"]) == {"country": "US"}
    assert str(plan.item["go-no-go"].due) == "2027-07-02"  # the 5th is free, as the 4th is a Sunday


async def test_a_free_day_stands_as_it_was_said_and_that_is_told(world: World) -> None:
    answer = await said(world, "new north North Clinic from ehr target 5 Jun")
    assert "Nobody works here on Sat 5 Jun 2027" in answer
    assert "the next working day is Mon 7 Jun 2027" in answer
    assert str(stored(world).project.target_go_live) == "2027-06-05"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("new north North Clinic from ehr", "say on which day"),
        ("new north North Clinic from ehr target", "say on which day"),
        ("new north North Clinic from ehr target 2 Jan 2027", "is in the past"),
        ("new north North Clinic from ehr target someday", "no date"),
        ("new north North Clinic from warehouse target 4 Jun", "There is no template `warehouse`"),
        ("new north North Clinic from ehr target 4 Jun country XX", "no country code"),
        ("new north North Clinic from ehr target 4 Jun country US-ZZ", "no part of US"),
    ],
)
async def test_what_makes_no_sense_is_said_and_nothing_is_started(
    world: World, words: str, sentence: str
) -> None:
    assert sentence in await said(world, words)
    assert nothing_stored(world)


async def test_a_template_that_is_misspelt_is_offered_by_a_button_that_starts_with_it(world: World) -> None:
    answer = await typed(world, "new ehx North Clinic from ehx target 4 Jun")
    assert "Did you mean `ehr-fhir-hl7`?" in answer["text"]
    assert offers(answer) == ["new ehx North Clinic from ehr-fhir-hl7 target 4 Jun"]
    assert nothing_stored(world)


async def test_a_name_in_quotes_may_have_any_words(world: World) -> None:
    await typed(world, 'new move "Move from Oracle" target 4 Jun')
    plan = stored(world, "move")
    assert plan.project.name == "Move from Oracle"
    assert [item.key for item in plan.items] == ["go-live"]


async def test_a_channel_has_one_project_and_saying_it_twice_is_harmless(world: World) -> None:
    await typed(world, START)
    before = stored(world)
    assert "lives in this channel already" in await said(world, START)
    assert "one project" in await said(world, "new south South from payer target 4 Jun")
    assert stored(world) == before


async def test_a_key_that_is_taken_gets_a_number_and_nothing_is_told_of_the_other(world: World) -> None:
    answer = await said(world, "new harbor Harbor two from ehr target 4 Jun")
    assert "Harbor two (`harbor-2`) now lives in this channel" in answer
    assert "another project" not in answer


async def test_what_must_happen_first_is_answered_from_the_first_minute(world: World) -> None:
    await typed(world, "new north North Clinic from ehr target 2 Apr")
    answer = (await said(world, "before")).replace("&gt;", ">")
    assert "34 of 34 gates open. Forecast Fri 23 Apr, 15 working days after Fri 2 Apr." in answer
    assert "Sets the date: scope (can start now) >" in answer
    assert "30 no owner" in answer
    assert len(answer.split("\n")) <= 12


# ——— templates


async def test_the_templates_are_listed_and_one_is_shown(world: World) -> None:
    listed = await said(world, "templates")
    assert listed.count("working days before go-live") == 4
    shown = await said(world, "templates SSO")
    assert "SaaS rollout with single sign-on and data migration (`saas-sso-migration`)" in shown
    assert "Roles: Identity engineer" in shown or "Identity engineer (4)" in shown


async def test_a_template_that_is_not_there_is_told_with_those_that_are(world: World) -> None:
    assert "Did you mean `saas-sso-migration`?" in await said(world, "templates sas")
    assert "There are `ehr-fhir-hl7`" in await said(world, "templates warehouse")


# ——— roles


async def test_a_role_is_given_with_all_of_its_items_that_nobody_has(world: World) -> None:
    await typed(world, START)
    answer = await typed(world, f"role network engineer <@{BEN}>")
    assert (
        "Ben Okoro is Network engineer and has 3 items: `tunnel`, `firewall`, `certificates`."
        in answer["text"]
    )
    plan = stored(world)
    ben = plan.by_slack[BEN]
    assert ben.role == "Network engineer"
    assert [item.key for item in plan.items if item.owner == ben.key] == [
        "tunnel",
        "firewall",
        "certificates",
    ]
    assert "Undo" in str(answer["blocks"])


async def test_giving_a_role_can_be_taken_back(world: World) -> None:
    await typed(world, START)
    await typed(world, f"role network engineer <@{BEN}>")
    seen = (await world.from_bot(channel=LOUNGE, user=ELI))[-1]
    await world.press(ELI, "undo", channel=LOUNGE, ts=seen["ts"])
    plan = stored(world)
    assert plan.item["tunnel"].owner is None
    assert plan.item["tunnel"].owner_role == "Network engineer"


async def test_a_role_is_given_by_name_to_somebody_of_the_project(world: World) -> None:
    await typed(world, START)
    await typed(world, f"role network engineer <@{BEN}>")
    assert "Ben Okoro is Data analyst and has 3 items" in await said(world, "role Data analyst Ben")
    assert "Eli Stone is Test lead and has 3 items" in await said(world, "role Test lead me")


async def test_said_twice_a_role_is_given_once(world: World) -> None:
    await typed(world, START)
    await typed(world, f"role network engineer <@{BEN}>")
    revision = stored(world).project.revision
    assert "has the role “Network engineer” already" in await said(world, f"role network engineer <@{BEN}>")
    assert stored(world).project.revision == revision


async def test_a_second_person_of_a_role_takes_nothing_away_from_the_first(world: World) -> None:
    await typed(world, START)
    await typed(world, f"role network engineer <@{BEN}>")
    answer = await said(world, f"role network engineer <@{CHEN}>")
    assert "No item of it was left over" in answer
    assert "What others have of it stays theirs: `tunnel`" in answer


async def test_a_role_that_only_confirms_finds_its_person(world: World) -> None:
    await typed(world, START)
    await typed(world, f"role Network engineer <@{BEN}>")
    answer = await said(world, f"role customer network team <@{CHEN}>")
    assert "Chen Wei confirms 2 items of others" in answer
    await typed(world, "done tunnel both peers are up", user=BEN)
    await typed(world, "validate tunnel saw traffic on both", user=CHEN)
    assert stored(world).item["tunnel"].status == "validated"


async def test_who_would_confirm_their_own_work_is_told(world: World) -> None:
    await typed(world, START)
    await typed(world, f"role EHR analyst <@{CHEN}>")
    answer = await said(world, f"role Integration engineer <@{CHEN}>")
    assert "`app-registered`: Chen Wei would confirm their own work" in answer
    assert "/golive validator app-registered @person" in answer


async def test_a_role_that_is_misspelt_is_offered(world: World) -> None:
    await typed(world, START)
    answer = await typed(world, f"role Netwrok engineer <@{BEN}>")
    assert "Did you mean “Network engineer”?" in answer["text"]
    assert offers(answer)[0].startswith(f"role Network engineer <@{BEN}")


@pytest.mark.parametrize("words", ["role", "role <@U0BEN>", "role :", "role Cook <@U0BEN>", "role Cook"])
async def test_a_role_that_is_not_there_is_told_and_nothing_changes(world: World, words: str) -> None:
    await typed(world, START)
    revision = stored(world).project.revision
    answer = await said(world, words)
    assert "Say which role" in answer or "There is no role “Cook” here" in answer
    assert stored(world).project.revision == revision


async def test_the_roles_are_listed_with_who_has_them_and_what_waits(world: World) -> None:
    await typed(world, START)
    await typed(world, f"role network engineer <@{BEN}>")
    answer = await said(world, "roles")
    assert "Integration engineer: nobody yet; 10 items wait: `volumes`" in answer
    assert "Network engineer: Ben Okoro; 3 items." in answer
    assert "To confirm only, nobody yet: Customer project manager (3)" in answer


async def test_a_project_without_roles_says_so(world: World) -> None:
    answer = await world.command(ANA, "role Cook me", channel=CHANNEL)
    assert "There is no role “Cook” here" in answer["text"]


async def test_nobody_is_told_the_roles_of_a_project_they_cannot_see(world: World) -> None:
    await typed(world, START)
    answer = await world.command(ELI, "harbor roles", channel=LOUNGE)
    assert "Integration engineer" in answer["text"] or "no" in answer["text"].casefold()
    assert "Harbor" not in answer["text"]


async def test_an_item_that_waits_for_a_role_says_which(world: World) -> None:
    await typed(world, START)
    assert "Owner: nobody yet (role: Network engineer)" in await said(world, "item tunnel")


async def test_a_checklist_can_still_be_laid_out_in_a_project_with_nothing_in_it(world: World) -> None:
    await said(world, "new north North Clinic")
    answer = await said(world, "new north North Clinic from sso target 4 Jun")
    assert "North Clinic (`north`) now lives in this channel" in answer
    assert "no gates yet" not in await said(world, "")


async def test_a_project_with_something_in_it_gets_no_other_checklist(world: World) -> None:
    await said(world, "new north North Clinic")
    await said(world, "add Badge readers tested gate")
    assert "lives in this channel already" in await said(
        world, "new north North Clinic from sso target 4 Jun"
    )

"""What do people learn of what changed, of what looks like trouble, and of all their projects?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.plan import Assumption, Item, Person, Plan, Project, Status
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, ELI, World


def buttons(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What can be pressed in a message, by its label, or by `Dismiss 1` and so on beside a line."""
    found = {}
    for block in message.get("blocks", ()):
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            found[element["text"]["text"]] = element
        if "accessory" in block:
            number = block["accessory"]["action_id"].rpartition("_")[2]
            found[f"{block['accessory']['text']['text']} {number}"] = block["accessory"]
    return found


async def private(world: World, user: str) -> dict[str, Any]:
    return [m for m in await world.messages(user=user) if m.get("ephemeral_to") == user][-1]


async def press(world: World, user: str, label: str, message: dict[str, Any]) -> dict[str, Any]:
    button = buttons(message)[label]
    return await world.press(
        user, button["action_id"], channel=CHANNEL, ts=message["ts"], value=button.get("value")
    )


def keep(world: World, change: Any) -> Plan:
    """Something was done to the project before anybody asks."""
    with world.store.transaction() as tx:
        before = tx.plan(world.slack.state.team.id, "harbor")
        assert before is not None
        return tx.save(before, change(before), actor=ANA, act="edit", at=world.slack.clock.now())


def with_belief(plan: Plan) -> Plan:
    """A gate is validated, and rests on what nobody knows."""
    items = tuple(
        replace(item, status=Status.VALIDATED) if item.key == "berths" else item for item in plan.items
    )
    belief = Assumption(id="A1", text="The old berth numbers stay", item="berths", owner="chen")
    return replace(plan, items=items, assumptions=(belief,))


# What changed


async def test_what_changed_is_told_with_who_did_it_and_what_it_did_to_the_forecast(world: World) -> None:
    await world.pass_time("1d")
    await world.command(BEN, "due feed 9 Mar")
    await world.command(CHEN, "block feed the radio mast is down, waiting on Dita by 12 Mar")
    text = (await world.command(ANA, "changes since yesterday"))["text"]
    assert "Ben Okoro moved the date of Vessel feed connected (feed) from Wed 3 Mar to Tue 9 Mar" in text
    assert "Chen Wei raised B1 on feed: “the radio mast is down" in text
    assert "cli" not in text
    assert await world.refused() == []


async def test_the_forecast_of_then_is_told_when_the_log_reaches_back(world: World) -> None:
    await world.pass_time("2d")
    await world.command(CHEN, "block feed the radio mast is down, waiting on Dita by 12 Mar")
    text = (await world.command(ANA, "changes since today"))["text"]
    assert "The forecast moved from" in text
    assert "later. Open gates: 3, as then" in text


async def test_a_day_that_is_still_to_come_is_refused_with_what_to_say(world: World) -> None:
    text = (await world.command(ANA, "changes since 2027-05-01"))["text"]
    assert "is still to come" in text
    assert "since Friday" in text


async def test_the_history_of_a_waived_gate_says_who_when_and_why(world: World) -> None:
    await world.command(ANA, "waive training the pilots were on the same system until last year until 12 Mar")
    text = (await world.command(BEN, "history training"))["text"]
    assert "waived by Ana Duarte until Fri 12 Mar: the pilots were on the same system" in text
    assert "Mon 1 Mar, 09:00: Ana Duarte waived training until Fri 12 Mar: the pilots were on" in text


async def test_the_history_of_an_item_that_is_gone_can_still_be_read(world: World) -> None:
    await world.command(BEN, "add tugs: Tug rota written")
    keep(world, lambda plan: replace(plan, items=tuple(i for i in plan.items if i.key != "tugs")))
    text = (await world.command(BEN, "history tugs"))["text"]
    assert "what happened to Tug rota written (tugs)" in text
    assert "tugs is not on the list any more" in text
    assert "Ben Okoro added tugs" in text
    assert "Ana Duarte took tugs off the list" in text


async def test_a_blocker_has_a_history_of_its_own_with_links_to_what_was_said(world: World) -> None:
    await world.say(BEN, "blocker: feed is down, waiting on <@U0CHEN> by Friday")
    await world.command(CHEN, "unblock B1 the fuse was replaced")
    answer = await world.command(ANA, "history b1")
    assert "Chen Wei cleared B1 on feed on the same day: the fuse was replaced" in answer["text"]
    drawn = json.dumps(answer["blocks"])
    assert "|said here>" in drawn


async def test_a_word_that_never_named_anything_is_answered_with_where_to_look(world: World) -> None:
    assert "is or was called `zebra`" in (await world.command(ANA, "history zebra"))["text"]


# What looks like trouble


async def test_a_healthy_small_project_is_left_alone(world: World) -> None:
    assert "Nothing looks like trouble" in (await world.command(ANA, "signals"))["text"]


async def test_the_button_under_the_answer_shows_the_signals_with_what_mends_them(world: World) -> None:
    keep(world, with_belief)
    await world.command(BEN, "before")
    await press(world, BEN, "Signals", await private(world, BEN))
    shown = await private(world, BEN)
    assert "A1 (“The old berth numbers stay”) is not verified" in shown["text"]
    assert "`/golive verify A1 what shows it`" in shown["text"]
    assert await world.refused() == []


async def test_a_dismissed_signal_stays_away_until_what_it_says_changes(world: World) -> None:
    keep(world, with_belief)
    done = await world.command(ANA, "dismiss 1 the numbers were confirmed by phone")
    assert "Dismissed until its facts change: A1" in done["text"]
    again = await world.command(BEN, "signals")
    assert "0 signals" in again["text"]
    assert "1 signal dismissed" in again["text"]
    assert "Dismissed by Ana Duarte" in (await world.command(BEN, "signals all"))["text"]
    keep(world, lambda plan: replace(plan, assumptions=(replace(plan.assumptions[0], item="feed"),)))
    keep(
        world,
        lambda p: replace(p, assumptions=(replace(p.assumptions[0], item="berths", also_under=("feed",)),)),
    )
    keep(
        world,
        lambda p: replace(
            p, items=tuple(replace(i, status=Status.VALIDATED) if i.key == "feed" else i for i in p.items)
        ),
    )
    assert "A1" in (await world.command(BEN, "signals"))["text"]


async def test_dismissing_asks_why_in_a_form_and_can_be_taken_back(world: World) -> None:
    keep(world, with_belief)
    await world.command(ANA, "signals")
    await press(world, ANA, "Dismiss 1", await private(world, ANA))
    view = (await world.views(ANA))[-1]
    await world.submit(ANA, view["id"], {"why": {"why": {"value": "confirmed by phone"}}})
    assert "0 signals" in (await world.command(ANA, "signals"))["text"]
    told = (await world.direct(ANA))[-1]
    button = buttons(told)["Show it again"]
    channels = (await world.http.get("/sandbox/channels", params={"user": ANA})).json()
    direct = next(one["id"] for one in channels if one.get("is_im"))
    await world.press(ANA, button["action_id"], channel=direct, ts=told["ts"], value=button["value"])
    assert "1 signal," in (await world.command(ANA, "signals"))["text"]
    assert await world.refused() == []


async def test_a_dismissal_sent_twice_is_done_and_confirmed_once(world: World) -> None:
    keep(world, with_belief)
    await world.command(ANA, "signals")
    await press(world, ANA, "Dismiss 1", await private(world, ANA))
    view = (await world.views(ANA))[-1]
    payload = world.submission(ANA, view, {"why": "confirmed by phone"})
    assert not await world.sent(payload)
    again = await world.sent(payload)
    assert "was sent already" in str(again["errors"])
    assert sum("Dismissed until" in message["text"] for message in await world.direct(ANA)) == 1


async def test_only_the_lead_or_whose_work_it_is_can_dismiss(world: World) -> None:
    keep(world, with_belief)
    assert "Only Ana Duarte (lead)" in (await world.command(BEN, "dismiss 1 it is fine"))["text"]
    assert "Dismissed" in (await world.command(CHEN, "dismiss 1 it is fine"))["text"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("dismiss", "Say which and why"),
        ("dismiss 1", "Say why it is no trouble"),
        ("dismiss 7 it is fine", "from 1 to 1"),
        ("dismiss it is fine", "Say which by its number"),
    ],
)
async def test_what_cannot_be_dismissed_is_said_and_nothing_is_changed(
    world: World, line: str, says: str
) -> None:
    keep(world, with_belief)
    assert says in (await world.command(ANA, line))["text"]
    assert "1 signal," in (await world.command(ANA, "signals"))["text"]


async def test_the_same_can_be_asked_in_a_direct_message(world: World) -> None:
    keep(world, with_belief)
    channel = world.slack.slack.direct([ANA, world.slack.state.app.bot_user])[0].id
    for line in ("signals", "changes since today", "history berths", "portfolio", "dismiss 1 it is fine"):
        await world.say(ANA, line, channel=channel)
    said = [m["text"] for m in await world.from_bot(channel=channel, user=ANA)]
    assert any("A1 (“The old berth numbers stay”) is not verified" in text for text in said)
    assert any("changes since Mon 1 Mar" in text for text in said)
    assert any("what happened to Berth list agreed (berths)" in text for text in said)
    assert any(text.startswith("1 project") for text in said)
    assert any("Dismissed until its facts change" in text for text in said)
    assert await world.refused() == []


# All projects


def more_projects(world: World, number: int, *, seen_by: str) -> None:
    """So many other projects, each a week later than it should be."""
    workspace = world.slack.state.team.id
    person = Person(key="p", name="Petra Lind", slack=seen_by)
    with world.store.transaction() as tx:
        for n in range(number):
            head = Project(
                key=f"pier-{n:02}",
                name=f"Pier {n:02}",
                workspace=workspace,
                go_live_item="live",
                target_go_live=date(2027, 3, 2),
            )
            gate = Item(key="crane", title="Crane tested", owner="p", gate=True, remaining_days=3 + n)
            live = Item(key="live", title="Live", depends_on=("crane",))
            plan = Plan(project=head, people=(person,), items=(gate, live))
            tx.save(None, plan, actor="golive", act="new", at=world.slack.clock.now())


async def test_the_portfolio_has_a_line_for_each_project_the_worst_first(world: World) -> None:
    more_projects(world, 2, seen_by=BEN)
    lines = (await world.command(BEN, "portfolio"))["text"].split("\n")
    assert lines[0].startswith("3 projects, 2 late")
    assert lines[1].startswith("Pier 01: 3 d late (Fri 5 Mar, target Tue 2 Mar), 1 of 1 gates open")
    assert lines[2].startswith("Pier 00: 2 d late")
    assert lines[3].startswith("Harbor booking go-live:")


async def test_nobody_sees_a_project_in_the_portfolio_that_is_not_theirs(world: World) -> None:
    more_projects(world, 2, seen_by=ELI)
    assert "Pier" not in (await world.command(BEN, "portfolio"))["text"]
    assert "Harbor" not in (await world.command(ELI, "portfolio", channel="C0LOUNGE"))["text"]


async def test_many_projects_come_a_page_at_a_time(world: World) -> None:
    more_projects(world, 30, seen_by=BEN)
    await world.command(BEN, "portfolio")
    first = await private(world, BEN)
    assert first["text"].count("Pier") == 20
    await press(world, BEN, "Next 11", first)
    second = await private(world, BEN)
    assert second["text"].count("Pier") == 10
    assert "Harbor booking go-live" in second["text"]
    assert await world.refused() == []


async def test_the_project_itself_is_no_item_that_went(world: World) -> None:
    assert "not on the list any more" not in (await world.command(BEN, "history harbor"))["text"]

"""What people do with /golive, and what they are told."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.domain.plan import Plan, Status
from handlers.views.told import WORKING
from tests.conftest import SQLITE
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, ELI, World


def buttons(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What can be pressed in a message, by its label."""
    rows = [block["elements"] for block in message.get("blocks", ()) if block["type"] == "actions"]
    return {element["text"]["text"]: element for row in rows for element in row}


async def plan(world: World) -> Plan:
    with world.store.reading() as tx:
        found = tx.plan(world.slack.state.team.id, "harbor")
    assert found is not None
    return found


async def private(world: World, user: str) -> dict[str, Any]:
    """The newest message only this person can see."""
    seen = [m for m in await world.messages(user=user) if m.get("ephemeral_to") == user]
    return seen[-1]


async def press(world: World, user: str, label: str, message: dict[str, Any]) -> dict[str, Any]:
    button = buttons(message)[label]
    return await world.press(
        user, button["action_id"], channel=CHANNEL, ts=message["ts"], value=button.get("value")
    )


async def test_the_question_is_answered_privately_with_what_leads_on(world: World) -> None:
    answer = await world.command(BEN, "before")
    assert answer["response_type"] == "ephemeral"
    assert "3 of 3 gates open" in answer["text"]
    assert list(buttons(answer)) == [
        "All gates in order",
        "Waiting on whom",
        "My items",
        "Show everything",
        "Signals",
        "What if …",
        "Picture",
        "Post to channel",
    ]
    assert [m for m in await world.from_bot() if not m.get("ephemeral_to")] == []


@pytest.mark.parametrize(
    ("label", "says"),
    [("All gates in order", "in order"), ("My items", "Ben Okoro"), ("Show everything", "Harbor")],
)
async def test_a_button_under_the_answer_answers_on(world: World, label: str, says: str) -> None:
    await world.command(BEN, "before")
    await press(world, BEN, label, await private(world, BEN))
    assert says in (await private(world, BEN))["text"]
    assert await world.refused() == []


@pytest.mark.parametrize("question", ["what must happen before go-live?", "who has the radar?"])
async def test_a_question_is_answered_alike_with_and_without_ask_before_it(
    world: World, question: str
) -> None:
    typed, asked = await world.command(BEN, question), await world.command(BEN, f"ask {question}")
    assert asked == typed


async def test_an_answer_is_posted_once_however_often_the_button_is_pressed(world: World) -> None:
    await world.command(BEN, "before")
    answer = await private(world, BEN)
    await press(world, BEN, "Post to channel", answer)
    await press(world, BEN, "Post to channel", answer)
    posted = [m for m in await world.from_bot() if not m.get("ephemeral_to")]
    assert len(posted) == 1
    assert "3 of 3 gates open" in posted[0]["text"]
    assert "already" in (await private(world, BEN))["text"]


async def test_a_change_is_confirmed_with_what_changed_and_can_be_undone(world: World) -> None:
    answer = await world.command(ANA, f"own training <@{DITA}>")
    assert "nobody → Dita Kova" in answer["text"]
    assert (await plan(world)).item["training"].owner == "dita"
    await press(world, ANA, "Undo", await private(world, ANA))
    assert (await plan(world)).item["training"].owner is None
    assert "Dita Kova → nobody" in (await private(world, ANA))["text"]
    assert await world.refused() == []


async def test_an_item_goes_from_doing_to_done_to_validated(world: World) -> None:
    assert "owner" in (await world.command(CHEN, "done feed it runs"))["text"]
    done = await world.command(BEN, "done feed 200 positions an hour since 08:00")
    assert "Chen Wei confirms" in done["text"]
    assert "somebody else" in (await world.command(BEN, "validate feed looks fine"))["text"]
    await world.command(CHEN, "validate feed")
    assert (await world.views(CHEN))[-1]["title"]["text"] == "Validate"  # a form asks what shows it
    await world.command(CHEN, "validate feed saw 12 ships on the map")
    feed = (await plan(world)).item["feed"]
    assert feed.status is Status.VALIDATED
    assert feed.validation is not None
    assert feed.validation.evidence == "saw 12 ships on the map"


async def test_what_is_said_twice_changes_nothing_and_says_so(world: World) -> None:
    await world.command(BEN, "done feed it runs")
    before = (await plan(world)).project.revision
    again = await world.command(BEN, "done feed it runs")
    assert "already, by you, 09:00" in again["text"]
    assert "Undo" not in buttons(again)
    assert (await plan(world)).project.revision == before


async def test_a_date_is_read_in_words_and_a_past_one_is_refused(world: World) -> None:
    assert "Fri 5 Mar 2027" in (await world.command(BEN, "due training this friday"))["text"]
    refused = await world.command(BEN, "due training 2027-02-20")
    assert "past" in refused["text"] or "passed" in refused["text"]
    due = (await plan(world)).item["training"].due
    assert due is not None
    assert due.isoformat() == "2027-03-05"


async def test_a_blocker_is_raised_and_cleared(world: World) -> None:
    raised = await world.command(BEN, "block feed radar vendor is silent")
    assert "B1" in raised["text"]
    assert (await plan(world)).item["feed"].status is Status.BLOCKED
    assert "B1" in (await world.command(ANA, "blockers"))["text"]
    assert "already" in (await world.command(BEN, "block feed radar vendor is silent"))["text"]
    await world.command(ANA, "unblock B1")
    assert (await plan(world)).item["feed"].status is Status.DOING


async def test_what_was_understood_of_a_blocker_is_told(world: World) -> None:
    raised = await world.command(BEN, f"block feed no radar, waiting on <@{CHEN}> by 10 March")
    assert "waiting on “Chen Wei”; expected to clear Wed 10 Mar 2027" in raised["text"]


async def test_a_blocker_that_is_not_there_is_not_called_an_item(world: World) -> None:
    for command in ("unblock B99", "own b99 me", "due B99 friday"):
        told = await world.command(BEN, command)
        assert "There is no blocker" in told["text"]
        assert "/golive blockers" in told["text"]


async def test_what_is_said_to_work_is_told_to_have_an_open_blocker(world: World) -> None:
    await world.command(BEN, "done feed it runs")
    await world.command(BEN, "block feed radar vendor is silent")
    told = await world.command(CHEN, "validate feed saw 12 ships on the map")
    assert "Still open on it: B1. If that is over: `/golive unblock feed`." in told["text"]


async def test_who_finishes_what_only_they_could_confirm_is_told_so(world: World) -> None:
    await world.command(ANA, f"add masts: Masts raised gate owner <@{ANA}>")
    told = await world.command(ANA, "done masts they stand")
    assert "nobody but its owner is named to" in told["text"]
    await world.command(ANA, f"add radio: Radios tested gate owner <@{BEN}>")
    assert "Ana Duarte confirms it" in (await world.command(BEN, "done radio heard all"))["text"]


async def test_who_confirms_an_item_is_named_and_can_be_undone(world: World) -> None:
    answer = await world.command(BEN, f"validator training <@{CHEN}>")
    assert "validator Dita Kova → Chen Wei" in answer["text"]
    assert "already, by you" in (await world.command(BEN, "validator training chen wei"))["text"]
    assert "Chen Wei → nobody" in (await world.command(DITA, "validator training none"))["text"]
    await press(world, DITA, "Undo", await private(world, DITA))
    assert (await plan(world)).item["training"].validator == "chen"
    await world.command(BEN, f"validator training <@{ELI}>")
    assert (await plan(world)).item["training"].validator == (await plan(world)).by_slack[ELI].key


async def test_nobody_confirms_their_own_item(world: World) -> None:
    assert "Ben Okoro owns `feed`" in (await world.command(ANA, f"validator feed <@{BEN}>"))["text"]
    told = await world.command(ANA, f"add masts: Masts raised owner <@{BEN}> validator <@{BEN}>")
    assert "somebody else has to confirm" in told["text"]
    assert "masts" not in (await plan(world)).item


async def test_an_item_is_added_with_who_does_and_who_confirms_it_though_both_are_new(world: World) -> None:
    await world._post("users", id="U0FAY", name="fay", real_name="Fay Lund")
    told = await world.command(ANA, f"add masts: Masts raised owner <@{ELI}> validator <@U0FAY>")
    assert "owner Eli Stone; validator Fay Lund" in told["text"]


async def test_mine_lists_what_somebody_may_confirm_by_role_or_as_the_lead(world: World) -> None:
    await world.command(BEN, "validator feed none")
    await world.command(BEN, "done feed it runs")
    assert "To confirm: Vessel feed connected" in (await world.command(ANA, "mine"))["text"]
    assert "feed" not in (await world.command(DITA, "mine"))["text"]


async def test_a_misspelt_key_is_offered_and_never_assumed(world: World) -> None:
    revision = (await plan(world)).project.revision
    offered = await world.command(ANA, f"own fed <@{CHEN}>")
    assert "Did you mean `feed`?" in offered["text"]
    assert (await plan(world)).project.revision == revision
    await press(world, ANA, "feed", await private(world, ANA))
    assert (await plan(world)).item["feed"].owner == "chen"


async def test_what_fits_more_items_than_are_offered_says_how_many_more(world: World) -> None:
    for number in range(5):
        await world.command(BEN, f"add crane-{number}: Lift {number} tested")
    told = await world.command(BEN, "item crane")
    assert told["text"].endswith(" or one of 2 more that fit?")
    assert len(buttons(told)) == 3


async def test_all_times_in_answers_are_on_the_projects_clock(world: World) -> None:
    await world.pass_time("1h")
    await world.command(CHEN, "own training me")  # in Singapore, eight hours on
    assert "already, by you, 10:00" in (await world.command(CHEN, "own training me"))["text"]
    told = (await world.command(CHEN, "item training"))["text"]
    assert "as of Mon 1 Mar, 10:00" in told
    assert "Mon 1 Mar, 10:00, Chen Wei: owner" in told


async def test_a_misspelt_command_is_offered(world: World) -> None:
    offered = await world.command(ANA, "befor")
    assert "/golive before" in buttons(offered)
    await press(world, ANA, "/golive before", await private(world, ANA))
    assert "gates open" in (await private(world, ANA))["text"]


async def test_an_item_is_added_with_its_owner_date_and_what_it_waits_for(world: World) -> None:
    told = await world.command(ANA, f"add radio: Radios tested gate owner <@{BEN}> due 10 Mar after feed")
    assert "owner Ben Okoro; due date Wed 10 Mar 2027; needs `feed`" in told["text"]
    radio = (await plan(world)).item["radio"]
    assert (radio.title, radio.owner, radio.gate, radio.depends_on) == (
        "Radios tested",
        "ben",
        True,
        ("feed",),
    )
    assert "on the list already" in (await world.command(ANA, "add radio: Radios tested"))["text"]


async def test_signs_that_slack_escapes_are_read_as_they_were_typed(world: World) -> None:
    told = await world.command(ANA, f"add R&D signed <off> owner <@{BEN}>")
    assert (await plan(world)).item["r-d-signed-off"].title == "R&D signed <off>"
    assert "R&amp;D signed &lt;off&gt;" in json.dumps(told["blocks"])
    assert "r-d-signed-off" in (await world.command(BEN, "item R&D signed <off>"))["text"]
    await world.command(BEN, "done r-d-signed-off A & B")
    assert (await plan(world)).item["r-d-signed-off"].evidence == "A & B"
    await world.command(ANA, "waive training P&L says no until 1 June")
    waived = (await plan(world)).item["training"].waived
    assert waived is not None
    assert waived.why == "P&L says no"
    await world.command(ELI, "new quay Quay & pier", channel="C0LOUNGE")
    with world.store.reading() as tx:
        quay = tx.plan(world.slack.state.team.id, "quay")
    assert quay is not None
    assert quay.project.name == "Quay & pier"


async def test_a_waiver_is_the_deciders_or_the_leads(world: World) -> None:
    assert "Dita Kova" in (await world.command(BEN, "waive training no pilots yet"))["text"]
    await world.command(DITA, "waive training pilots come in summer until 1 June")
    training = (await plan(world)).item["training"]
    assert training.waived is not None
    assert (training.waived.by, training.waived.why) == ("dita", "pilots come in summer")


async def test_reopening_says_what_it_shakes(world: World) -> None:
    await world.command(BEN, "done feed it runs")
    await world.command(CHEN, "validate feed seen")
    answer = await world.command(ANA, "reopen berths two berths are missing")
    assert "validated → done" in answer["text"]


async def test_a_colleague_named_for_the_first_time_joins_the_project(world: World) -> None:
    answer = await world.command(ANA, f"own training <@{ELI}>")
    assert "Eli Stone is now part of the project" in answer["text"]
    person = (await plan(world)).by_slack[ELI]
    assert (person.name, person.role, person.tz) == ("Eli Stone", None, "Europe/London")


@pytest.mark.parametrize("kind", [{"is_bot": True}, {"deleted": True}, {"team_id": "T0ELSEWHERE"}])
async def test_apps_former_colleagues_and_strangers_own_nothing(world: World, kind: dict[str, Any]) -> None:
    world.slack.seed(users=[{"id": "U0ODD", "real_name": "Odd One", **kind}])
    answer = await world.command(ANA, "own training <@U0ODD>")
    assert "Odd One" in answer["text"]
    assert (await plan(world)).item["training"].owner is None


async def test_somebody_slack_does_not_know_gets_a_sentence(world: World) -> None:
    answer = await world.command(ANA, "own training <@U0NOBODY>")
    assert "choose from the list" in answer["text"]
    assert (await plan(world)).item["training"].owner is None


async def test_a_project_is_started_in_a_channel_and_led_by_who_starts_it(world: World) -> None:
    answer = await world.command(ELI, "new quay Quay repairs target 14 May", channel="C0LOUNGE")
    assert "Eli Stone leads it" in answer["text"]
    assert "Quay repairs" in (await world.command(ANA, "", channel="C0LOUNGE"))["text"]
    assert "already" in (await world.command(ELI, "new quay Quay repairs", channel="C0LOUNGE"))["text"]
    assert "one project" in (await world.command(ELI, "new crane Crane", channel="C0LOUNGE"))["text"]


async def test_who_is_in_no_project_learns_nothing_of_any(world: World) -> None:
    for text in ("before", "harbor before", "item feed", f"own feed <@{ELI}>"):
        answer = await world.command(ELI, text, channel="C0LOUNGE")
        assert "Harbor" not in answer["text"]
        assert "Vessel" not in answer["text"]


async def test_in_a_channel_without_a_project_mine_answers_and_says_so(world: World) -> None:
    answer = await world.command(ANA, "before", channel="C0LOUNGE")
    assert "no project of its own" in answer["text"]
    assert "Harbor booking" in answer["text"]


async def test_a_change_from_elsewhere_says_which_project_it_changed(world: World) -> None:
    here = await world.command(BEN, "due training friday")
    assert not here["text"].startswith("In ")
    away = await world.command(BEN, "due training 11 March", channel="C0LOUNGE")
    assert away["text"].startswith("In Harbor booking go-live:\n`training` Pilots trained: due date")
    undo = buttons(await private_in(world, BEN, "C0LOUNGE"))["Undo"]
    shown = await private_in(world, BEN, "C0LOUNGE")
    where = {"channel": "C0LOUNGE", "ts": shown["ts"], "value": undo["value"]}
    await world.press(BEN, undo["action_id"], **where)
    taken_back = await private_in(world, BEN, "C0LOUNGE")
    assert taken_back["text"].startswith("In Harbor booking go-live:\nTaken back.")


async def private_in(world: World, user: str, channel: str) -> dict[str, Any]:
    return [m for m in await world.messages(channel=channel, user=user) if m.get("ephemeral_to") == user][-1]


async def test_who_is_in_several_projects_is_asked_which(world: World) -> None:
    await world.command(ANA, "new quay Quay repairs", channel="C0LOUNGE")
    world.slack.seed(channels=[{"id": "C0HALL", "name": "hall", "members": [ANA]}])
    asked = await world.command(ANA, "before", channel="C0HALL")
    assert {"harbor", "quay"} <= set(buttons(asked))
    named = await world.command(ANA, "harbor before", channel="C0HALL")
    assert "Harbor booking" in named["text"]


@pytest.mark.parametrize(
    "text",
    [
        "zzz",
        "own",
        "own nosuchthing me",
        "due feed 2027-02-31",
        "due feed",
        "x" * 40_000,
        "add " + "long " * 8_000,
        "item \x00\x01\x02",
        "<!channel>",
        "reopen feed because",
        "validate training yes",
        "new",
        "unblock B99",
        "add Pilots again after open-gates, nothing-like-it",
    ],
)
async def test_bad_input_gets_a_sentence_and_changes_nothing(world: World, text: str) -> None:
    revision = (await plan(world)).project.revision
    answer = await world.command(DITA, text)
    assert 10 < len(answer["text"]) <= 4000
    assert "went wrong" not in answer["text"]
    assert "<!channel>" not in answer["text"]
    assert (await plan(world)).project.revision == revision
    assert await world.refused() == []


async def test_a_cycle_made_by_an_edit_is_refused_by_name(world: World) -> None:
    answer = await world.command(ANA, "add berths: Berth list agreed after feed")
    assert "wait for themselves: `berths` &gt; `feed`" in answer["text"]
    assert (await plan(world)).item["berths"].depends_on == ()


async def test_a_very_long_blocker_is_kept_whole_and_shown_short(world: World) -> None:
    text = "the crane log says " + "error " * 1_500
    answer = await world.command(BEN, f"block feed {text}")
    assert len(answer["text"]) < 600
    assert len((await plan(world)).blocker["B1"].text) > 8_000


async def test_home_shows_my_projects_and_what_is_mine(world: World) -> None:
    await world._post("home", user=BEN)
    await world.settle()
    (call,) = await world.calls("views.publish")
    assert call["ok"]
    shown = str(call["args"]["view"])
    assert "Harbor booking go-live" in shown
    assert "Vessel feed" in shown


async def test_a_channel_i_was_removed_from_is_told_to_who_wanted_to_post(world: World) -> None:
    me = world.slack.state.app.bot_user
    await world.command(BEN, "before")
    answer = await private(world, BEN)
    await world._post(f"channels/{CHANNEL}/leave", user=me)
    await press(world, BEN, "Post to channel", answer)
    (told,) = await world.direct(BEN)
    assert "invite me there with `/invite @golive`" in told["text"]
    await world._post(f"channels/{CHANNEL}/join", user=me)
    await press(world, BEN, "Post to channel", answer)
    posted = [m for m in await world.from_bot() if not m.get("ephemeral_to") and not m.get("subtype")]
    assert len(posted) == 1


async def test_a_project_in_a_channel_i_am_not_in_says_to_invite_me(world: World) -> None:
    me = world.slack.state.app.bot_user
    await world._post("channels/C0LOUNGE/leave", user=me)
    answer = await world.command(ELI, "new quay Quay repairs", channel="C0LOUNGE")
    assert "/invite @golive" in answer["text"]


async def test_what_takes_a_moment_is_answered_below_the_line_that_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found_just_after(*_: object) -> str:
        for _ in range(5):
            await asyncio.sleep(0)
        return json.dumps({"response_type": "ephemeral", "text": "found"})

    monkeypatch.setattr("handlers.commands.PATIENCE", 0.0)
    monkeypatch.setattr("handlers.commands.Orders.carried_out", found_just_after)
    await world.command(BEN, "due training this friday")
    read = [m["text"] for m in await world.messages(user=BEN) if m.get("ephemeral_to") == BEN]
    assert read == [WORKING, "found"]


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)  # it is about a file
async def test_a_locked_database_is_told_and_nothing_is_lost(world: World, database_url: str) -> None:
    path = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "gates open" in (await world.command(BEN, "before"))["text"]
        first = await world.command(BEN, "due training this friday", at_once=True)
        other.execute("ROLLBACK")
    assert "Working on it" in first["text"]
    said = (await private(world, BEN))["text"]
    assert "nothing was changed" in said
    assert "Fri 5 Mar" in (await world.command(BEN, "due training this friday"))["text"]


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)  # it is about a file
async def test_a_database_that_is_gone_is_told_and_golive_keeps_standing(
    world: World, database_url: str
) -> None:
    file = Path(database_url.removeprefix("sqlite:///"))
    away = file.with_name("away.db")
    await world.command(BEN, "before")
    await asyncio.to_thread(file.rename, away)
    for text in ("before", "due training this friday"):
        order = {"command": "/golive", "user": BEN, "channel": CHANNEL, "text": text}
        assert "is gone or was replaced" in (await world._post("commands", **order))["ack"]["text"]
    await asyncio.to_thread(away.rename, file)
    assert "gates open" in (await world.command(BEN, "before"))["text"]


async def test_an_arrow_to_go_live_is_no_reason_to_say_that_go_live_does_not_wait(world: World) -> None:
    await world.command(ANA, "add masts: Masts raised")
    stored = await plan(world)
    told = await world.command(
        ANA, f'add "{stored.item[stored.project.go_live_item or ""].title}" after masts'
    )
    assert "It is go-live itself" in told["text"]
    assert "does not wait" not in told["text"]
    told = await world.command(ANA, f'add "{stored.item["masts"].title}" owner <@{BEN}>')
    assert "go-live waits for it through" in told["text"]

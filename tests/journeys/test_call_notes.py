"""How do the notes of a call get into a project: read, ticked or corrected, and recorded at once?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.errors import NotFound
from bot.domain.plan import Plan
from bot.tracker import Actor, Tracker
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, ELI, World

NOTES = """Harbour call, 1 March 2027
Decisions
- Fax bookings end with go-live
Actions
- Ben to send the radio plan by Friday
- Chen: training by Thu
- Marcus to order the signs
Waiting on the port authority for the mast permit
We assume that the berth numbers stay
"""


def plan_of(world: World) -> Plan:
    with world.store.reading() as tx:
        plan = tx.plan(world.slack.state.team.id, "harbor")
    assert plan is not None
    return plan


async def top(world: World, user: str) -> dict[str, Any]:
    return (await world.views(user))[-1]


def rows(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The lines of a sheet by their words: the block, the one box in it, and whether it is ticked."""
    found = {}
    for block in view["blocks"]:
        boxes = [e for e in block.get("elements", ()) if e.get("type") == "checkboxes"]
        if boxes:
            option = boxes[0]["options"][0]
            ticked = bool(boxes[0].get("initial_options"))
            found[option["text"]["text"]] = {"block": block["block_id"], "option": option, "ticked": ticked}
    return found


async def pasted(world: World, user: str, notes: str, *, channel: str = CHANNEL) -> dict[str, Any]:
    """The sheet that comes of notes pasted into the form."""
    await world.command(user, "notes", channel=channel)
    done = await world.submit(user, (await top(world, user))["id"], {"text": notes})
    assert done.get("response_action") == "update", done
    return await top(world, user)


async def record(world: World, user: str, view: dict[str, Any], *wanted: str) -> dict[str, Any]:
    """Tick the lines that begin so, and no others."""
    values = {
        row["block"]: {"notes_tick": [row["option"]["value"]] if words.startswith(wanted) else []}
        for words, row in rows(view).items()
    }
    return await world.submit(user, view["id"], values)


async def confirmation(world: World) -> dict[str, Any]:
    """The one thing that was said of it in the channel."""
    [found] = [m for m in await world.from_bot() if "notes of the call of" in m["text"]]
    return found


async def test_what_notes_hold_is_proposed_line_by_line_and_what_is_sure_is_ticked(world: World) -> None:
    sheet = rows(await pasted(world, ANA, NOTES))
    assert {words: row["ticked"] for words, row in sheet.items()} == {
        "Decision: Fax bookings end with go-live": True,
        "New item: Send the radio plan": True,
        "Owner of training: Pilots trained": True,
        "New item: Order the signs": False,
        "Blocker: Waiting on the port authority for the mast permit": True,
        "Assumption: The berth numbers stay": True,
    }
    assert (
        sheet["New item: Send the radio plan"]["option"]["description"]["text"]
        == "Ben Okoro, due Fri 5 Mar 2027"
    )
    assert "who “Marcus” is" in sheet["New item: Order the signs"]["option"]["description"]["text"]
    assert plan_of(world).decisions == ()
    assert await world.refused() == []


async def test_what_is_ticked_is_recorded_at_once_with_a_link_and_taken_back_at_once(world: World) -> None:
    before = plan_of(world)
    view = await pasted(world, ANA, NOTES)
    done = await record(world, ANA, view, "Decision", "New item: Send", "Owner", "Blocker", "Assumption")
    assert "Recorded" in json.dumps(done["view"]["blocks"])
    after = plan_of(world)
    assert after.project.revision == before.project.revision + 1
    assert [d.text for d in after.decisions] == ["Fax bookings end with go-live"]
    assert after.item["training"].owner == "chen"
    new = after.item["send-the-radio-plan"]
    assert (new.owner, str(new.due)) == ("ben", "2027-03-05")
    assert [b.waiting_on for b in after.blockers] == ["port authority"]
    assert after.assumptions[0].text == "The berth numbers stay"
    said = await confirmation(world)
    link = after.decisions[0].permalink
    assert link == new.permalink == after.assumptions[0].permalink == after.blockers[0].permalink
    assert link is not None
    assert said["ts"].replace(".", "") in link
    assert "1 decision, 1 item, 1 owner, 1 blocker, 1 assumption" in said["text"]

    await world.press(ANA, "undo", channel=CHANNEL, ts=said["ts"])
    undone = plan_of(world)
    assert (undone.items, undone.decisions, undone.blockers) == (before.items, (), ())
    assert await world.refused() == []


async def test_nothing_is_recorded_that_was_not_ticked(world: World) -> None:
    view = await pasted(world, ANA, NOTES)
    none = await record(world, ANA, view, "nothing begins so")
    assert "Tick at least one line" in json.dumps(none["view"]["blocks"])
    await record(world, ANA, await top(world, ANA), "Decision")
    after = plan_of(world)
    assert len(after.decisions) == 1
    assert (after.blockers, after.assumptions) == ((), ())
    assert "send-the-radio-plan" not in after.item


async def test_a_line_is_corrected_in_a_form_of_its_own_and_is_ticked_then(world: World) -> None:
    view = await pasted(world, ANA, NOTES)
    block = rows(view)["New item: Order the signs"]["block"]
    await world.press(ANA, "notes_edit", view_id=view["id"], block_id=block)
    form = await top(world, ANA)
    assert "In the notes: “Marcus to order the signs”" in json.dumps(form["blocks"], ensure_ascii=False)
    values = {"text": "Order the new signs", "owner": "chen", "day": "2027-03-09"}
    await world.submit(ANA, form["id"], values)
    sheet = await top(world, ANA)
    assert rows(sheet)["New item: Order the new signs"]["ticked"]
    await record(world, ANA, sheet, "New item: Order")
    item = plan_of(world).item["order-the-new-signs"]
    assert (item.owner, str(item.due)) == ("chen", "2027-03-09")
    assert await world.refused() == []


async def test_a_correction_that_cannot_be_is_refused_in_its_form(world: World) -> None:
    view = await pasted(world, ANA, NOTES)
    block = rows(view)["New item: Order the signs"]["block"]
    await world.press(ANA, "notes_edit", view_id=view["id"], block_id=block)
    form = await top(world, ANA)
    refused = await world.submit(ANA, form["id"], {"text": "Order", "day": "2026-01-01"})
    assert "in the past" in refused["errors"]["day"]
    assert (await top(world, ANA))["id"] == form["id"]


async def test_somebody_new_joins_the_project_with_the_line_that_names_them(world: World) -> None:
    view = await pasted(world, ANA, NOTES)
    block = rows(view)["New item: Order the signs"]["block"]
    await world.press(ANA, "notes_edit", view_id=view["id"], block_id=block)
    form = await top(world, ANA)
    await world.submit(ANA, form["id"], {"text": "Order the signs", "user": ELI})
    await record(world, ANA, await top(world, ANA), "New item: Order")
    after = plan_of(world)
    assert after.by_slack[ELI].name == "Eli Stone"
    assert after.item["order-the-signs"].owner == after.by_slack[ELI].key


async def test_notes_in_a_message_are_read_by_its_shortcut_and_keep_its_link(world: World) -> None:
    world.hush()
    ts = await world.say(BEN, NOTES)
    await world.http.post(
        "/sandbox/shortcuts",
        json={"callback_id": "read_call_notes", "user": BEN, "channel": CHANNEL, "ts": ts},
    )
    await world.settle()
    view = await top(world, BEN)
    assert "New item: Send the radio plan" in rows(view)
    await record(world, BEN, view, "Decision", "New item: Send")
    link = plan_of(world).decisions[0].permalink
    assert link is not None
    assert ts.replace(".", "") in link
    mine = [m for m in await world.from_bot() if "Recorded by Ben Okoro" in m["text"]]
    assert [m["thread_ts"] for m in mine] == [ts]
    assert await world.refused() == []


async def test_of_two_who_record_the_same_notes_the_second_is_told_only_what_was_new(world: World) -> None:
    first, second = [await pasted(world, user, NOTES) for user in (ANA, BEN)]
    await record(world, ANA, first, "Decision")
    await record(world, BEN, second, "Decision", "New item: Send")
    said = [m["text"] for m in await world.from_bot() if "Recorded by" in m["text"]]
    assert [text.rpartition(": ")[2] for text in said] == ["1 decision.", "1 item."]
    assert len(plan_of(world).decisions) == 1


async def test_notes_that_hold_nothing_new_can_be_looked_at_and_not_recorded(world: World) -> None:
    text = "Decided: Fax bookings end with go-live"
    await record(world, ANA, await pasted(world, ANA, text), "Decision")
    view = await pasted(world, ANA, text)
    assert "nothing new in the notes" in json.dumps(view["blocks"])
    assert view.get("submit") is None


async def test_notes_in_a_thread_are_confirmed_in_that_thread(world: World) -> None:
    world.hush()
    first = await world.say(BEN, "Notes of the call below")
    ts = await world.say(BEN, NOTES, thread=first)
    shortcut = {"callback_id": "read_call_notes", "user": BEN, "channel": CHANNEL, "ts": ts}
    await world.http.post("/sandbox/shortcuts", json=shortcut)
    await world.settle()
    await record(world, BEN, await top(world, BEN), "Decision")
    assert (await confirmation(world))["thread_ts"] == first


async def test_a_second_press_records_nothing_twice(world: World) -> None:
    view = await pasted(world, ANA, NOTES)
    await record(world, ANA, view, "Decision")
    with world.store.reading() as tx:
        assert tx.draft(world.slack.state.team.id, json.loads(view["private_metadata"])["sheet"]) is None
    again = await pasted(world, ANA, NOTES)
    assert "Decision: Fax bookings end with go-live" not in rows(again)
    assert "D1: Decision: Fax bookings end" in json.dumps(again["blocks"])
    assert len(plan_of(world).decisions) == 1


async def test_notes_that_hold_nothing_stay_in_the_form_with_what_would_be_understood(world: World) -> None:
    await world.command(ANA, "notes")
    form = await top(world, ANA)
    refused = await world.submit(ANA, form["id"], {"text": "- sunny day\n- thanks all"})
    assert "I found nothing to record" in refused["errors"]["text"]
    assert (await top(world, ANA))["id"] == form["id"]


async def test_many_lines_come_in_pages_and_what_is_ticked_on_each_stays(world: World) -> None:
    many = "Actions\n" + "\n".join(f"- Ben to write chapter {n} of the manual" for n in range(1, 48))
    view = await pasted(world, ANA, many)
    assert len(rows(view)) == 20
    first = rows(view)["New item: Write chapter 1 of the manual"]
    await world.press(ANA, "notes_tick", view_id=view["id"], block_id=first["block"], value=[])
    await world.press(ANA, "notes_turn_2", view_id=view["id"])
    second = await top(world, ANA)
    assert "New item: Write chapter 21 of the manual" in rows(second)
    await world.press(ANA, "notes_turn_3", view_id=second["id"])
    last = await top(world, ANA)
    assert len(rows(last)) == 7
    await world.submit(ANA, last["id"], {})
    titles = [item.title for item in plan_of(world).items]
    assert "Write chapter 1 of the manual" not in titles
    assert "Write chapter 2 of the manual" in titles
    assert "Write chapter 47 of the manual" in titles
    assert await world.refused() == []


async def test_a_sheet_is_nobody_elses_to_see_to_correct_or_to_record(world: World) -> None:
    view = await pasted(world, ANA, NOTES)
    sheet = json.loads(view["private_metadata"])["sheet"]
    tracker, ben = Tracker(world.store, world.slack.clock.now), Actor(world.slack.state.team.id, BEN)
    with pytest.raises(NotFound, match="read too long ago"):
        tracker.notes(ben, sheet)
    with pytest.raises(NotFound):
        tracker.record_notes(ben, sheet, [1])
    assert plan_of(world).decisions == ()


async def test_a_channel_that_cannot_be_written_to_costs_the_link_and_nothing_else(world: World) -> None:
    view = await pasted(world, ANA, NOTES)
    await world.http.post(f"/sandbox/channels/{CHANNEL}/archive", json={"user": ANA})
    await record(world, ANA, view, "Decision")
    assert plan_of(world).decisions[0].permalink is None
    told = [m["text"] for m in await world.direct(ANA)]
    assert any("I could not post in the project's channel" in text for text in told)


async def test_text_typed_with_the_command_is_read_at_once(world: World) -> None:
    await world.command(CHEN, "notes Decided: two gates only\nBen to paint them by 10 March")
    sheet = rows(await top(world, CHEN))
    assert set(sheet) == {"Decision: Two gates only", "New item: Paint them"}


@pytest.mark.parametrize("markup", ["<!channel> Tom", "&lt;script&gt;", "*bold* _it_ `x`"])
async def test_markup_in_notes_comes_out_as_text(world: World, markup: str) -> None:
    view = await pasted(world, ANA, f"Decided: {markup} is the rule")
    await record(world, ANA, view, "Decision")
    told = json.dumps([await world.command(BEN, "decisions"), await world.from_bot(), view["blocks"]])
    assert "is the rule" in told
    assert "<!channel>" not in told
    assert "<script>" not in told
    assert await world.refused() == []


async def test_notes_that_say_who_a_patient_is_are_kept_nowhere_and_stay_in_the_form(world: World) -> None:
    await world.command(ANA, "notes")
    form = await top(world, ANA)
    said = "Tom to send the certs\nJohn Smith, MRN 00482913, DOB 03/14/1961, is missing in the feed"
    refused = await world.submit(ANA, form["id"], {"text": said})
    assert "who a patient is" in refused["errors"]["text"]
    assert (await top(world, ANA))["id"] == form["id"]


async def test_a_killed_process_loses_no_sheet(world: World) -> None:
    view = await pasted(world, ANA, NOTES)
    await world.stop()
    await world.start()
    await record(world, ANA, view, "Decision")
    assert len(plan_of(world).decisions) == 1


async def test_a_sheet_that_is_closed_after_it_was_cut_off_leaves_nothing_said(world: World) -> None:
    view = await pasted(world, ANA, NOTES)
    sheet, who = json.loads(view["private_metadata"])["sheet"], Actor(world.slack.state.team.id, ANA)
    assert world.app.tracker.announce_notes(who, sheet, [1]) is not None  # and then the process died
    await world.settle()
    await world.stop()
    await world.start()
    assert "reads the notes" in (await confirmation(world))["text"]
    await world._post("views/close", user=ANA, view_id=view["id"])
    await world.settle()
    assert [m for m in await world.from_bot() if "notes of the call of" in m["text"]] == []
    assert plan_of(world).decisions == ()


async def test_a_sheet_that_is_closed_untouched_says_nothing(world: World) -> None:
    view = await pasted(world, ANA, NOTES)
    await world._post("views/close", user=ANA, view_id=view["id"])
    await world.settle()
    assert [m for m in await world.from_bot() if "notes of the call of" in m["text"]] == []
    assert await world.calls("chat.delete") == []

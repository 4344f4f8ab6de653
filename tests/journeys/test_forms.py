"""Forms: opened from where an item is shown, filled in with what is offered, and sent."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest

from bot.domain import policies
from bot.domain.plan import Plan
from handlers import forms
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, ELI, World


async def plan(world: World) -> Plan:
    with world.store.reading() as tx:
        found = tx.plan(world.slack.state.team.id, "harbor")
    assert found is not None
    return found


async def form(world: World, user: str) -> dict[str, Any]:
    """The form on top of somebody's screen."""
    return (await world.views(user))[-1]


async def opened(world: World, user: str, line: str) -> dict[str, Any]:
    """The form a line opens."""
    done = await world.command(user, line)
    assert done["text"] == "", done
    return await form(world, user)


async def told(world: World, user: str) -> str:
    """What golive said last to somebody, where only they read it."""
    here = [m for m in await world.from_bot(user=user) if m.get("ephemeral_to") == user]
    found = sorted([*here, *await world.direct(user)], key=lambda m: m["ts"])
    return str(found[-1]["text"])


def value_of(view: dict[str, Any], field: str) -> Any:
    (entry,) = view["state"]["values"][field].values()
    chosen = entry.get("selected_option")
    return chosen["value"] if chosen else entry.get("value") or entry.get("selected_date")


async def test_an_item_is_added_in_a_form_when_nothing_is_said_of_it(world: World) -> None:
    view = await opened(world, ANA, "add")
    offered = await world.offered(ANA, view, "owner", "ben")
    assert [one["text"]["text"] for one in offered] == ["Ben Okoro"]
    needs = await world.offered(ANA, view, "depends_on", "berth")
    assert [one["value"] for one in needs] == ["berths"]
    values = {"title": "Crane tested", "owner": BEN, "validator": None, "due": "2027-03-08"}
    sent = await world.submit(ANA, view["id"], {**values, "depends_on": ["berths"]})
    assert sent["response_action"] is None
    item = (await plan(world)).item["crane-tested"]
    assert (item.owner, str(item.due), item.depends_on, item.gate) == ("ben", "2027-03-08", ("berths",), True)
    assert "`crane-tested` Crane tested: added" in await told(world, ANA)
    assert await world.refused() == []


async def test_an_item_is_edited_as_it_stands(world: World) -> None:
    view = await opened(world, ANA, "edit feed")
    assert value_of(view, "title") == "Vessel feed connected"
    assert value_of(view, "owner") == BEN
    await world.submit(ANA, view["id"], {"title": "Vessel feed connected to both quays", "due": "2027-03-05"})
    item = (await plan(world)).item["feed"]
    assert item.title == "Vessel feed connected to both quays"
    assert (item.owner, str(item.due), item.depends_on) == ("ben", "2027-03-05", ("berths",))


async def test_what_others_changed_meanwhile_stays(world: World) -> None:
    view = await opened(world, ANA, "edit feed")
    await world.command(BEN, "due feed 9 Mar")
    await world.submit(ANA, view["id"], {"title": "Vessel feed"})
    item = (await plan(world)).item["feed"]
    assert (item.title, str(item.due)) == ("Vessel feed", "2027-03-09")


async def test_the_same_field_changed_by_two_is_shown_with_both_values(world: World) -> None:
    view = await opened(world, ANA, "edit feed")
    await world.command(BEN, "due feed 9 Mar")
    await world.pass_time("2m")
    sent = await world.submit(ANA, view["id"], {"title": "Vessel feed", "due": "2027-03-10"})
    assert sent["response_action"] == "update"
    again = await form(world, ANA)
    said = str(again["blocks"])
    assert "Ben Okoro made it Tue 9 Mar 2027, two minutes ago. You have Wed 10 Mar 2027." in said
    assert (value_of(again, "title"), value_of(again, "due")) == ("Vessel feed", "2027-03-10")
    assert str((await plan(world)).item["feed"].due) == "2027-03-09"
    await world.submit(ANA, again["id"], {})
    assert str((await plan(world)).item["feed"].due) == "2027-03-10"
    assert await world.refused() == []


async def test_an_item_closed_meanwhile_says_who_closed_it(world: World) -> None:
    view = await opened(world, ANA, "edit berths")
    await world.command(DITA, "validate berths signed by all three")
    await world.pass_time("2m")
    sent = await world.submit(ANA, view["id"], {"title": "Berths"})
    assert "Dita Kova closed this, as validated, two minutes ago." in str(sent["view"]["blocks"])


async def test_a_form_sent_twice_does_it_once_and_says_so(world: World) -> None:
    view = await opened(world, ANA, "block feed")
    payload = world.submission(ANA, view, {"text": "No certificate", "waiting_on": "Port IT"})
    first = await world.sent(payload)
    second = await world.sent(payload)
    assert first in ("", None)
    assert second["response_action"] == "errors"
    assert "sent already" in str(second["errors"])
    assert [b.text for b in (await plan(world)).blockers] == ["No certificate"]


async def test_a_confirmation_comes_with_a_way_back(world: World) -> None:
    view = await opened(world, CHEN, "block feed")
    await world.submit(CHEN, view["id"], {"text": "No certificate"})
    said = [m for m in await world.from_bot(user=CHEN) if m.get("ephemeral_to") == CHEN][-1]
    await world.press(CHEN, "undo", channel=CHANNEL, ts=said["ts"])
    assert (await plan(world)).blockers == ()


async def uploaded(world: World, user: str, name: str, content: str) -> dict[str, Any]:
    """A file somebody has just chosen in a form."""
    answer = await world.http.post(
        "/sandbox/files",
        json={"user": user, "name": name, "content_base64": b64encode(content.encode()).decode()},
    )
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_file_that_proves_it_stays_in_slack_and_its_hash_is_kept(world: World) -> None:
    view = await opened(world, DITA, "validate berths")
    content = "berth list, signed by all three"
    file = await uploaded(world, DITA, "berths.txt", content)
    await world.submit(DITA, view["id"], {"evidence": "I hold the signed list", "files": [file["id"]]})
    proof = (await plan(world)).item["berths"].validation
    assert proof is not None
    assert proof.permalink == file["permalink"]
    assert sha256(content.encode()).hexdigest() in (proof.evidence or "")
    assert "I hold the signed list" in (proof.evidence or "")
    assert content not in str(world.store.__dict__)
    assert await world.refused() == []


async def test_the_link_of_a_file_in_the_projects_channel_will_do(world: World) -> None:
    file = (
        await world._post(
            "messages", user=CHEN, channel=CHANNEL, text="here", files=[{"name": "list.txt", "content": "x"}]
        )
    )["message"]["files"][0]
    view = await opened(world, DITA, "validate berths")
    await world.submit(DITA, view["id"], {"link": file["permalink"]})
    proof = (await plan(world)).item["berths"].validation
    assert proof is not None
    assert sha256(b"x").hexdigest() in (proof.evidence or "")


async def test_a_file_of_others_is_nobodys_to_bring_in(world: World) -> None:
    lounge = await world._post(
        "messages", user=ELI, channel="C0LOUNGE", text="mine", files=[{"name": "secret.txt", "content": "x"}]
    )
    secret = lounge["message"]["files"][0]["id"]
    world.slack.state.channels["C0LOUNGE"].members.append(world.slack.state.app.bot_user)
    view = await opened(world, DITA, "validate berths")
    payload = world.submission(DITA, view, {"evidence": "seen"})
    payload["view"]["state"]["values"]["files"]["files"]["files"] = [{"id": secret}]
    answer = await world.sent(payload)
    assert "uploaded yourself" in answer["errors"]["files"]
    assert (await plan(world)).item["berths"].validation is None


async def test_nothing_that_shows_it_is_refused_at_the_field(world: World) -> None:
    view = await opened(world, DITA, "validate berths")
    sent = await world.submit(DITA, view["id"], {})
    assert sent["errors"] == {"evidence": "Say what you saw, attach a file, or give a link."}


async def test_whoever_may_not_is_told_before_anything_is_typed(world: World) -> None:
    said = await world.command(BEN, "validate berths")
    assert "Only" in said["text"]
    assert await world.views(BEN) == []


async def test_an_item_is_handed_over_to_somebody_who_is_asked_first(world: World) -> None:
    view = await opened(world, BEN, "handover feed")
    await world.submit(BEN, view["id"], {"to": ANA} if await world.offered(BEN, view, "to", "an") else {})
    assert (await plan(world)).item["feed"].owner == "ben"
    assert "I ask Ana Duarte" in await told(world, BEN)
    assert any("feed" in m["text"] for m in await world.direct(ANA))


async def test_somebody_of_the_channel_who_is_new_to_the_project_can_be_chosen(world: World) -> None:
    world.slack.slack.join(world.slack.state.channels[CHANNEL], ELI)
    await world.settle()
    view = await opened(world, ANA, "handover feed")
    offered = await world.offered(ANA, view, "to", "eli")
    assert [one["text"]["text"] for one in offered] == ["Eli Stone"]
    await world.submit(ANA, view["id"], {"to": ELI, "how": "give"})
    now = await plan(world)
    assert now.person[now.item["feed"].owner or ""].slack == ELI


async def test_in_a_large_channel_more_are_found_with_every_letter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MOST_NAMES", 2)
    for n in range(5):
        await world._post("users", id=f"U0NEW{n}", name=f"new{n}", real_name=f"Newcomer {n}")
        world.slack.slack.join(world.slack.state.channels[CHANNEL], f"U0NEW{n}")
    await world.settle()
    view = await opened(world, ANA, "handover feed")
    found = [await world.offered(ANA, view, "to", "newcomer 4"[:letters]) for letters in (3, 8, 10)]
    assert [one["text"]["text"] for one in found[-1]] == ["Newcomer 4"]
    assert len(found[0]) < len(found[1])


async def test_buttons_stand_where_an_item_is_shown(world: World) -> None:
    await world.command(ANA, "item feed")
    shown = [m for m in await world.from_bot(user=ANA) if m.get("ephemeral_to") == ANA][-1]
    await world.press(ANA, "form_open_block", channel=CHANNEL, ts=shown["ts"])
    view = await form(world, ANA)
    assert view["title"]["text"] == "Block"
    await world.submit(
        ANA, view["id"], {"text": "No certificate", "owner": None, "expected_clear": "2027-02-01"}
    )
    sent = await world.submit(
        ANA, (await form(world, ANA))["id"], {"text": "No certificate", "expected_clear": "2027-03-05"}
    )
    assert sent["response_action"] is None
    assert (await plan(world)).blockers[0].item == "feed"


async def test_whom_something_waits_on_is_somebody_where_the_name_leaves_no_doubt(world: World) -> None:
    said = {"certificate": "chen", "licence": "@Ben", "pier": "Chen and Ben", "crane": "Port IT"}
    for text, whom in said.items():
        view = await opened(world, ANA, "block feed")
        await world.submit(ANA, view["id"], {"text": f"No {text}", "waiting_on": whom})
    waits = [blocker.waiting_on for blocker in (await plan(world)).blockers]
    assert waits == ["Chen Wei", "Ben Okoro", "Chen and Ben", "Port IT"]


async def test_the_menu_leads_to_every_form(world: World) -> None:
    await world._post("shortcuts", user=ANA, callback_id="golive_menu")
    await world.settle()
    menu = await form(world, ANA)
    await world.press(ANA, "form_open_edit", view_id=menu["id"])
    which = await form(world, ANA)
    assert which["id"] == menu["id"]
    offered = await world.offered(ANA, which, "item")
    assert offered[0]["value"] in ("open-gates", "feed")
    await world.press(ANA, "form_choose", view_id=which["id"], value=offered[0]["value"])
    assert value_of(await form(world, ANA), "title") == (await plan(world)).item[offered[0]["value"]].title
    assert await world.refused() == []


async def test_a_project_is_planned_with_what_its_date_means(world: World) -> None:
    await world._post("channels/C0LOUNGE/join", user=world.slack.state.app.bot_user)
    done = await world.command(ELI, "new", channel="C0LOUNGE")
    assert done["text"] == ""
    view = await form(world, ELI)
    await world.press(ELI, "new_target", view_id=view["id"], value="2027-06-14")
    said = str((await form(world, ELI))["blocks"])
    assert "Mon 14 Jun 2027" in said
    await world.press(ELI, "new_template", view_id=view["id"], value="ehr-fhir-hl7")
    assert "laid out backwards" in str((await form(world, ELI))["blocks"])
    sent = await world.submit(ELI, view["id"], {"name": "Lounge go-live", "country": "GB"})
    assert sent["response_action"] is None
    with world.store.reading() as tx:
        made = tx.plan_in(world.slack.state.team.id, "C0LOUNGE")
    assert made is not None
    assert (made.project.name, str(made.project.target_go_live)) == ("Lounge go-live", "2027-06-14")
    assert len(made.items) > 20
    assert await world.refused() == []


async def test_when_golive_speaks_is_set_in_a_form(world: World) -> None:
    await world.command(ANA, "settings")
    shown = [m for m in await world.from_bot(user=ANA) if m.get("ephemeral_to") == ANA][-1]
    await world.press(ANA, "change_digest", channel=CHANNEL, ts=shown["ts"])
    view = await form(world, ANA)
    await world.command(ANA, "settings budget 3")
    sent = await world.submit(ANA, view["id"], {"digest.at": "08:15", "ticks": ["digest.off", "standup.off"]})
    assert sent["response_action"] is None
    said = policies.of((await plan(world)).project)
    assert (f"{said.digest.at:%H:%M}", said.digest.off, said.standup.off) == ("08:15", False, False)
    assert (said.reminders.off, said.budget) == (True, 3)


async def test_told_in_a_conversation_the_form_is_a_press_away(world: World) -> None:
    me = world.slack.state.app.bot_user
    await world.say(ANA, f"<@{me}> item feed")
    shown = [m for m in await world.from_bot(user=ANA) if m.get("ephemeral_to") == ANA][-1]
    assert "form_open_edit" in str(shown["blocks"])
    await world.say(ANA, f"<@{me}> add")
    offer = [m for m in await world.from_bot(user=ANA) if m.get("ephemeral_to") == ANA][-1]
    await world.press(ANA, "run_0", channel=CHANNEL, ts=offer["ts"])
    assert (await form(world, ANA))["title"]["text"] == "Add an item"

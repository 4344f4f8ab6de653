"""Forms and buttons that are not what they seem: nothing is changed, and whoever used them is told why."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain import policies
from bot.domain.errors import NotFound
from bot.tracker import Tracker
from handlers import opening
from handlers.views.forms import sentence
from tests.journeys.test_forms import form, opened, plan, told, uploaded, value_of
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, ELI, HARBOR, World

Lie = Callable[[dict[str, Any]], None]


def state(view: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = view["state"]["values"]
    return found


LIES: dict[str, Lie] = {
    "a block is missing": lambda view: state(view).pop("due") and None,
    "all of it is missing": lambda view: view.update(state={}),
    "there is no state": lambda view: view.pop("state") and None,
    "a block is a list": lambda view: state(view).update(title=[1]),
    "a field is of another kind": lambda view: state(view)["title"]["title"].update(type="datepicker"),
    "a text is a number": lambda view: state(view)["title"]["title"].update(value=7),
    "a text is too long": lambda view: state(view)["title"]["title"].update(value="x" * 10_000),
    "a day is none": lambda view: state(view)["due"]["due"].update(selected_date="2027-02-30"),
    "a number is none": lambda view: state(view)["remaining_days"]["remaining_days"].update(value="-4"),
    "somebody is nobody": lambda view: state(view)["owner"]["form_person"].update(
        selected_option={"value": "U0NOBODY"}
    ),
    "somebody is of no project": lambda view: state(view)["owner"]["form_person"].update(
        selected_option={"value": "@nobody"}
    ),
    "a role is none": lambda view: state(view)["validator"]["form_person"].update(
        selected_option={"value": "%king"}
    ),
    "an item is of another project": lambda view: state(view)["depends_on"]["form_items"].update(
        selected_options=[{"value": "elsewhere"}]
    ),
    "a tick is none": lambda view: state(view)["gate"]["gate"].update(selected_options=[{"value": "admin"}]),
    "the project is another": lambda view: view.update(
        private_metadata='{"project": "secret", "key": "feed", "seen": 1, "channel": null}'
    ),
    "the item is none": lambda view: view.update(
        private_metadata='{"project": "harbor", "key": "nothing", "seen": 1, "channel": null}'
    ),
    "what it carries is no JSON": lambda view: view.update(private_metadata="{"),
    "what it carries is a list": lambda view: view.update(private_metadata="[]"),
    "the revision is a word": lambda view: view.update(
        private_metadata='{"project": "harbor", "key": "feed", "seen": "new", "channel": null}'
    ),
    "the form is none": lambda view: view.update(callback_id="form_of_everything"),
    "it has no id": lambda view: view.pop("id") and None,
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_form_that_lies_changes_nothing_and_says_so(world: World, lie: str) -> None:
    view = await opened(world, ANA, "edit feed")
    before = await plan(world)
    payload = world.submission(ANA, view, {"title": "Anything"})
    LIES[lie](payload["view"])
    answer = await world.sent(payload)
    assert answer["response_action"] == "errors", answer
    assert all(len(sentence) > 10 for sentence in answer["errors"].values())
    assert set(answer["errors"]) <= {block["block_id"] for block in view["blocks"]}
    assert await plan(world) == before


async def test_every_mistake_is_told_at_its_own_field(world: World) -> None:
    view = await opened(world, ANA, "edit feed")
    payload = world.submission(ANA, view, {})
    state(payload["view"])["title"]["title"]["value"] = "x" * 400
    state(payload["view"])["remaining_days"]["remaining_days"]["value"] = "0"
    answer = await world.sent(payload)
    assert set(answer["errors"]) == {"title", "remaining_days"}


async def test_a_day_gone_by_is_refused_where_it_was_chosen(world: World) -> None:
    view = await opened(world, ANA, "edit feed")
    sent = await world.submit(ANA, view["id"], {"due": "2027-02-01"})
    assert list(sent["errors"]) == ["due"]
    said = "Mon 1 Feb 2027 is in the past; today is Mon 1 Mar 2027. Choose a later day."
    assert sent["errors"]["due"] == said
    view = await opened(world, ANA, "waive training")
    sent = await world.submit(ANA, view["id"], {"why": "Not before summer", "until": "2027-02-01"})
    assert sent["errors"] == {"until": said}


async def test_what_cannot_be_is_told_of_all_fields_at_once(world: World) -> None:
    view = await opened(world, ANA, "edit berths")
    await world.offered(ANA, view, "depends_on", "feed")
    for field in ("owner", "validator"):
        await world.offered(ANA, view, field, "ana")
    wanted = {"due": "2027-02-01", "depends_on": ["feed"], "owner": ANA, "validator": ANA}
    sent = await world.submit(ANA, view["id"], wanted)
    assert set(sent["errors"]) == {"due", "depends_on", "validator"}
    assert "wait for themselves" in sent["errors"]["depends_on"]
    proof = await opened(world, DITA, "validate berths")
    file = await uploaded(world, ANA, "list.txt", "signed")
    sent = await world.submit(DITA, proof["id"], {"link": "OPS-4411", "files": [file["id"]]})
    assert set(sent["errors"]) == {"link", "files"}


async def test_who_cannot_have_work_is_told_together_with_what_else_is_wrong(world: World) -> None:
    await world._post(f"users/{ELI}", deleted=True)
    await world._post("users", id="U0APP", name="app", real_name="Some App", is_bot=True)
    before, view = await plan(world), await opened(world, ANA, "edit feed")
    payload = world.submission(ANA, view, {"due": "2027-02-01"})
    for field, user in (("owner", ELI), ("validator", "U0APP")):
        state(payload["view"])[field]["form_person"]["selected_option"] = {"value": user}
    sent = await world.sent(payload)
    assert set(sent["errors"]) == {"owner", "validator", "due"}
    assert "Eli Stone is no longer active" in sent["errors"]["owner"]
    assert "is an app" in sent["errors"]["validator"]
    assert await plan(world) == before


async def test_who_left_since_they_joined_the_project_is_refused_where_they_were_chosen(world: World) -> None:
    view = await opened(world, ANA, "edit berths")
    for field in ("owner", "validator"):
        await world.offered(ANA, view, field, "ben")
    await world._post(f"users/{BEN}", deleted=True)
    await world.settle()
    sent = await world.submit(ANA, view["id"], {"owner": BEN, "due": "2027-02-01"})
    assert set(sent["errors"]) == {"owner", "due"}
    view = await opened(world, ANA, "handover berths")
    await world.offered(ANA, view, "to", "ben")
    sent = await world.submit(ANA, view["id"], {"to": BEN, "how": "ask"})
    assert list(sent["errors"]) == ["to"]


async def test_what_is_on_the_list_already_is_told_at_its_title(world: World) -> None:
    view = await opened(world, ANA, "add")
    sent = await world.submit(ANA, view["id"], {"title": "Berth list agreed", "due": "2027-02-01"})
    assert set(sent["errors"]) == {"title", "due"}


@pytest.mark.parametrize("nothing", ["\u200b\u200c", "\u2066", "\u00a0\u00ad", "\ufeff"])
async def test_what_nobody_can_see_is_nothing(world: World, nothing: str) -> None:
    before = await plan(world)
    for line, field in (("add", "title"), ("block feed", "text"), ("waive training", "why")):
        payload = world.submission(ANA, await opened(world, ANA, line), {})
        state(payload["view"])[field][field]["value"] = nothing
        assert (await world.sent(payload))["errors"] == {field: "Please fill this in."}
    assert await plan(world) == before


async def test_no_text_turns_the_words_beside_it_around(world: World) -> None:
    view = await opened(world, ANA, "edit feed")
    await world.submit(ANA, view["id"], {"title": "\u202eVessel\u2066 feed שלום"})
    assert (await plan(world)).item["feed"].title == "Vessel feed שלום"


async def test_who_has_it_already_cannot_be_handed_it(world: World) -> None:
    view = await opened(world, ANA, "handover feed")
    await world.offered(ANA, view, "to", "ben")
    for how in ("ask", "give"):
        sent = await world.submit(ANA, view["id"], {"to": BEN, "how": how})
        assert sent["errors"] == {"to": "Ben Okoro has it already. Choose somebody else."}


async def test_what_is_typed_into_a_form_is_kept_as_it_was_typed(world: World) -> None:
    said = "p95 <200 ms & >99 % up, <b>seen</b> &lt; in *all* of _both_ `a_b` &#42;"
    view = await opened(world, DITA, "validate berths")
    await world.submit(DITA, view["id"], {"evidence": said})
    proof = (await plan(world)).item["berths"].validation
    assert proof is not None
    assert proof.evidence == said


async def test_a_form_slack_is_slow_to_open_is_said_to_be_open(world: World) -> None:
    await world.fault("slow", method="views.open", seconds=2.2)
    assert (await world.command(ANA, "add"))["text"] == "The form is open."


@pytest.mark.parametrize("link", ["not a link", "OPS-4411", "javascript:alert(1)", "https://", "https://a b"])
async def test_what_is_no_link_confirms_nothing(world: World, link: str) -> None:
    view = await opened(world, DITA, "validate berths")
    sent = await world.submit(DITA, view["id"], {"link": link})
    assert list(sent["errors"]) == ["link"]
    assert "begins with https://" in sent["errors"]["link"]
    assert (await plan(world)).item["berths"].validation is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("country", "Atlantis"), ("country", "US-XX"), ("target", "2020-01-01"), ("target", "2199-01-01")],
)
async def test_what_a_new_project_cannot_be_is_told_where_it_was_said(
    world: World, field: str, value: str
) -> None:
    await world._post("channels/C0LOUNGE/join", user=world.slack.state.app.bot_user)
    await world.command(ELI, "new", channel="C0LOUNGE")
    view = await form(world, ELI)
    filled = {"name": "Lounge", "template": "ehr-fhir-hl7", "target": "2027-06-14", field: value}
    sent = await world.submit(ELI, view["id"], filled)
    assert list(sent["errors"]) == [field]


async def test_hours_may_begin_where_they_ended_when_their_end_moves_too(world: World) -> None:
    view = await hours(world)
    sent = await world.submit(ANA, view["id"], {"hours.start": "17:00", "hours.end": "23:00"})
    assert sent["response_action"] is None
    said = policies.of((await plan(world)).project).hours
    assert f"{said.start:%H:%M} {said.end:%H:%M}" == "17:00 23:00"


async def test_hours_that_end_as_they_begin_are_refused_where_they_end(world: World) -> None:
    view = await hours(world)
    sent = await world.submit(ANA, view["id"], {"hours.start": "08:00", "hours.end": "08:00"})
    assert list(sent["errors"]) == ["hours.end"]


async def hours(world: World) -> dict[str, Any]:
    await world.command(ANA, "settings")
    shown = [m for m in await world.from_bot(user=ANA) if m.get("ephemeral_to") == ANA][-1]
    await world.press(ANA, "change_digest", channel=CHANNEL, ts=shown["ts"])
    return await form(world, ANA)


async def test_who_confirms_is_never_who_has_it(world: World) -> None:
    view = await opened(world, ANA, "edit feed")
    await world.offered(ANA, view, "validator", "ben")
    sent = await world.submit(ANA, view["id"], {"validator": BEN})
    assert sent["errors"] == {"validator": "Somebody else has to confirm it: an owner cannot."}


async def test_what_would_wait_for_itself_is_refused(world: World) -> None:
    view = await opened(world, ANA, "edit berths")
    await world.offered(ANA, view, "depends_on", "feed")
    sent = await world.submit(ANA, view["id"], {"depends_on": ["feed"]})
    assert "wait for themselves" in str(sent["errors"])


async def test_a_button_that_was_never_ours_is_answered_in_words(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "golive")
    await world.command(ANA, "item feed")
    shown = [m for m in await world.from_bot(user=ANA) if m.get("ephemeral_to") == ANA][-1]
    channel = world.slack.state.channels[CHANNEL]
    element = {
        "type": "button",
        "action_id": "launch",
        "text": {"type": "plain_text", "text": "x"},
        "value": "1",
    }
    block = {"type": "actions", "block_id": "never", "elements": [element]}
    channel.messages[shown["ts"]]["blocks"].append(block)
    before = await plan(world)
    await world.press(ANA, "launch", channel=CHANNEL, ts=shown["ts"])
    assert "I do not know that button any more" in await told(world, ANA)
    assert "launch" in caplog.text
    assert await plan(world) == before


async def test_a_form_that_was_never_ours_is_answered_in_words(world: World) -> None:
    view = await opened(world, ANA, "edit feed")
    payload = world.submission(ANA, view, {})
    payload["view"]["callback_id"] = "take_over"
    answer = await world.sent(payload)
    assert "I do not know that form any more" in str(answer["errors"])


async def test_a_button_of_last_year_tells_what_has_become_of_its_item(world: World) -> None:
    await world.command(ANA, "item feed")
    shown = [m for m in await world.from_bot(user=ANA) if m.get("ephemeral_to") == ANA][-1]
    for block in world.slack.state.channels[CHANNEL].messages[shown["ts"]]["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id") == "form_open_edit":
                element["value"] = "harbor gone-long-ago"
    await world.press(ANA, "form_open_edit", channel=CHANNEL, ts=shown["ts"])
    assert "There is no item `gone-long-ago` here" in await told(world, ANA)
    assert await world.views(ANA) == []


@pytest.mark.parametrize("error", ["expired_trigger_id", "exchanged_trigger_id"])
async def test_a_form_slack_does_not_open_leaves_a_line_to_type(world: World, error: str) -> None:
    await world.fault("refuse", method="views.open", error=error)
    said = await world.command(DITA, "validate berths")
    assert "Please try again" in said["text"]
    assert "`/golive validate berths what you saw`" in said["text"]


async def test_a_correction_slack_does_not_open_is_said_too(world: World) -> None:
    await world.say(BEN, "blocker: no cable for the feed")
    (shown,) = [m for m in await world.from_bot() if "edit_blocker" in str(m.get("blocks"))]
    await world.fault("refuse", method="views.open", error="expired_trigger_id")
    await world.press(BEN, "edit_blocker", channel=CHANNEL, ts=shown["ts"])
    assert "Slack gave me no time to open the form. Please try again." in await told(world, BEN)


async def test_a_form_that_changed_meanwhile_is_not_written_over(world: World) -> None:
    await world._post("shortcuts", user=ANA, callback_id="golive_menu")
    await world.settle()
    menu = await form(world, ANA)
    await world.fault("refuse", method="views.update", error="hash_conflict")
    await world.press(ANA, "form_open_add", view_id=menu["id"])
    assert "changed since you pressed" in await told(world, ANA)
    assert (await form(world, ANA))["hash"] == menu["hash"]


async def test_nothing_is_offered_to_who_may_not_see_it(world: World) -> None:
    view = await opened(world, ANA, "edit feed")
    view["user"] = ELI
    payload = world.slack.interactions.common("block_suggestion", world.slack.state.users[ELI])
    payload |= {"view": view, "action_id": "form_items", "block_id": "depends_on", "value": ""}
    assert (await world.sent(payload))["options"] == []


async def test_a_form_somebody_else_sends_is_theirs_and_authorised_anew(world: World) -> None:
    view = await opened(world, DITA, "validate berths")
    payload = world.submission(DITA, view, {"evidence": "seen"})
    payload["user"]["id"] = BEN
    answer = await world.sent(payload)
    assert "Only" in str(answer["errors"])
    assert (await plan(world)).item["berths"].validation is None


async def test_what_becomes_of_a_form_just_after_its_moment_is_not_covered_by_the_word_that_it_takes_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found_just_after(*_: object) -> dict[str, Any]:
        for _ in range(5):
            await asyncio.sleep(0)
        return {"response_action": "update", "view": sentence("Here it is")}

    view = await opened(world, ANA, "add")
    monkeypatch.setattr("handlers.forms.PATIENCE", 0.0)
    monkeypatch.setattr("handlers.forms.Forms.outcome", found_just_after)
    await world.submit(ANA, view["id"], {"title": "Lights on the pier"})
    assert "Here it is" in str((await world.views(ANA))[-1]["blocks"])


async def on_screen(world: World) -> dict[str, Any]:
    """The first form that shows."""
    async with asyncio.timeout(120):
        while True:
            if found := await world.views(ANA):
                return found[-1]


async def test_a_form_that_takes_a_while_shows_that_it_comes(world: World) -> None:
    assert world.app is not None
    drawn, slack = threading.Event(), world.app.slack

    def slowly() -> dict[str, Any]:
        drawn.wait(30)
        return sentence("Here it is")

    trigger = world.slack.interactions.trigger(ANA)
    work = asyncio.create_task(opening.opened(slack, trigger, asyncio.to_thread(slowly), "help"))
    shown = await on_screen(world)
    assert shown["blocks"][0]["text"]["text"] == "…"
    drawn.set()
    await work
    assert "Here it is" in str((await form(world, ANA))["blocks"])
    assert await world.refused() == []


async def test_what_cannot_be_shown_in_the_end_is_said_where_it_was_promised(world: World) -> None:
    assert world.app is not None
    refused, slack = threading.Event(), world.app.slack

    def slowly() -> dict[str, Any]:
        refused.wait(30)
        raise NotFound("There is no such thing any more.")

    trigger = world.slack.interactions.trigger(ANA)
    work = asyncio.create_task(opening.opened(slack, trigger, asyncio.to_thread(slowly), "help"))
    await on_screen(world)
    refused.set()
    await work
    assert "no such thing" in str((await form(world, ANA))["blocks"])


async def test_a_file_slack_is_slow_with_is_waited_for_in_the_form(world: World) -> None:
    view = await opened(world, DITA, "validate berths")
    file = await uploaded(world, DITA, "list.txt", "signed")
    await world.fault("slow", method="files.info", seconds=3)
    sent = await world.submit(DITA, view["id"], {"evidence": "I hold it", "files": [file["id"]]})
    assert sent["response_action"] == "update"
    assert "Done." in str((await form(world, DITA))["blocks"])
    assert (await plan(world)).item["berths"].status == "validated"


async def test_what_was_typed_is_still_there_when_it_was_slow_and_then_refused(world: World) -> None:
    view = await opened(world, DITA, "validate berths")
    file = await uploaded(world, DITA, "list.txt", "signed")
    await world.fault("slow", method="files.info", seconds=3)
    world.slack.state.files[file["id"]].info["mode"] = "tombstone"
    await world.submit(DITA, view["id"], {"evidence": "I hold it", "files": [file["id"]]})
    again = await form(world, DITA)
    assert "was deleted" in str(again["blocks"])
    assert value_of(again, "evidence") == "I hold it"
    assert (await plan(world)).item["berths"].validation is None


async def test_what_looks_like_a_patient_is_kept_nowhere_and_told_at_the_form(world: World) -> None:
    view = await opened(world, DITA, "validate berths")
    sent = await world.submit(
        DITA, view["id"], {"evidence": "Patient Maria Lopez, MRN 12345678, DOB 4/5/1961 shows up"}
    )
    assert "looks as if it says who a patient is" in str(sent["errors"])
    assert (await plan(world)).item["berths"].validation is None


async def test_what_people_typed_acts_nowhere(world: World) -> None:
    nasty = "<!channel> *bold* <@U0BEN> & `x`"
    view = await opened(world, ANA, "add")
    await world.submit(ANA, view["id"], {"title": nasty})
    key = next(item.key for item in (await plan(world)).items if "channel" in item.title)
    again = await opened(world, ANA, f"edit {key}")
    assert value_of(again, "title") == nasty
    shown = [b for b in again["blocks"] if b["type"] in ("section", "context")]
    assert "<!channel>" not in str(shown)
    offered = await world.offered(ANA, again, "depends_on", "channel")
    assert {one["text"]["type"] for one in offered} == {"plain_text"}


async def test_what_does_not_fit_into_a_form_is_left_as_it_is(world: World) -> None:
    await world.stop()
    whole = "Every berth is checked. " * 200
    text = HARBOR.read_text().replace(
        "title: Vessel feed connected", f"title: Vessel feed connected\n  description: '{whole}'"
    )
    workspace = world.slack.state.team.id
    Tracker(world.store, world.slack.clock.now).load(
        text, "harbor.yaml", workspace=workspace, actor="cli:test"
    )
    await world.start()
    view = await opened(world, ANA, "edit feed")
    assert "left as it is: What done means" in str(view["blocks"])
    assert "description" not in {block["block_id"] for block in view["blocks"]}
    await world.submit(ANA, view["id"], {"title": "Vessel feed"})
    item = (await plan(world)).item["feed"]
    assert (item.title, (item.description or "").strip()) == ("Vessel feed", whole.strip())


async def test_a_form_that_only_asks_which_item_goes_on_to_the_form_of_that(world: World) -> None:
    which = await opened(world, ANA, "edit")
    await world.offered(ANA, which, "item", "pilots")
    sent = await world.submit(ANA, which["id"], {"item": "training"})
    assert sent["response_action"] == "update"
    assert value_of(await form(world, ANA), "title") == "Pilots trained"


async def test_a_day_nobody_can_mean_is_refused(world: World) -> None:
    view = await opened(world, ANA, "edit feed")
    sent = await world.submit(ANA, view["id"], {"due": "9999-12-31"})
    assert "more than 50 years" in sent["errors"]["due"]


async def test_guests_are_offered_only_what_they_may_read(world: World) -> None:
    await world.command(ANA, "internal training")
    await world.http.post(f"/sandbox/users/{CHEN}", json={"is_restricted": True})
    await world.settle()
    view = await opened(world, CHEN, "block")
    offered = await world.offered(CHEN, view, "item", "")
    assert "training" not in {one["value"] for one in offered}
    assert "feed" in {one["value"] for one in offered}
    payload = world.submission(CHEN, view, {"text": "No certificate"})
    state(payload["view"])["item"]["form_item"]["selected_option"] = {"value": "training"}
    answer = await world.sent(payload)
    assert "There is no item" in answer["errors"]["item"]
    assert (await plan(world)).blockers == ()
    said = await world.command(CHEN, "edit feed")
    assert "members of the team" in said["text"]


async def test_a_form_of_another_workspace_changes_nothing_here(world: World) -> None:
    view = await opened(world, ANA, "edit feed")
    before = await plan(world)
    payload = world.submission(ANA, view, {"title": "Theirs"})
    payload["team"] = {"id": "T0ELSEWHERE", "domain": "elsewhere"}
    payload["view"]["app_installed_team_id"] = "T0ELSEWHERE"
    answer = await world.sent(payload)
    assert "workspace" in str(answer["errors"])
    assert await plan(world) == before


async def test_two_who_press_the_same_at_once_are_both_answered(world: World) -> None:
    views = {user: await opened(world, user, "block feed") for user in (ANA, BEN, CHEN, DITA)}
    sent = [world.submission(user, view, {"text": f"By {user}"}) for user, view in views.items()]
    answers = await asyncio.gather(*(world.sent(payload) for payload in [*sent, *sent]))
    done = [answer for answer in answers if not answer]
    assert (len(done), len(answers)) == (4, 8)
    assert len((await plan(world)).blockers) == 4

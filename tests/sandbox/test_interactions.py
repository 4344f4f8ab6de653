"""People type commands, press, choose and submit, and the app hears exactly what they did."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.errors import SlackApiError

from tests.sandbox.harbor import Ears, Harbor

Json = dict[str, Any]

BUTTONS = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "button", "action_id": "go", "value": "7", "text": {"type": "plain_text", "text": "Go"}},
            {
                "type": "static_select",
                "action_id": "pick",
                "options": [
                    {"text": {"type": "plain_text", "text": "One"}, "value": "1"},
                    {"text": {"type": "plain_text", "text": "Two"}, "value": "2"},
                ],
            },
            {"type": "users_select", "action_id": "who"},
            {"type": "datepicker", "action_id": "when"},
        ],
    }
]


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": "Form"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": list(blocks) or [field("name", {"type": "plain_text_input", "action_id": "text"})],
        **more,
    }


def field(block_id: str, element: Json, **more: Any) -> Json:
    label = {"type": "plain_text", "text": block_id}
    return {"type": "input", "block_id": block_id, "label": label, "element": element, **more}


class Desk:
    """What the app was sent, and how it answers."""

    def __init__(self, ears: Ears) -> None:
        self.bodies: list[Json] = []
        self.answer: Json = {}
        self.client = ears.app.client

        async def noted(ack: AsyncAck, body: Json) -> None:
            self.bodies.append(body)
            await ack(**self.answer)

        app = ears.app
        for word in ("/ferry", "/plain"):
            app.command(word)(noted)
        for action in ("go", "pick", "who", "when", "typed"):
            app.action(action)(noted)
        for shortcut in ("book", "note"):
            app.shortcut(shortcut)(noted)
        app.view("form")(noted)
        app.view_closed("form")(noted)
        app.options("port")(noted)


@pytest.fixture
def desk(ears: Ears) -> Desk:
    return Desk(ears)


async def test_a_command_brings_ids_for_names_when_the_manifest_says_so(harbor: Harbor, desk: Desk) -> None:
    text = "give @ben <@U0ANN> #dock 3 < 4 https://a.example/x"
    await harbor.post("commands", command="/ferry", text=text, user="U0ANN", channel="C0QUAY")
    await harbor.post("commands", command="/plain", text="give <@U0BEN>", user="U0ANN", channel="C0QUAY")
    escaped, plain = desk.bodies
    assert escaped["text"] == "give <@U0BEN|ben> <@U0ANN|ann> <#C0DOCK|dock> 3 &lt; 4 <https://a.example/x>"
    assert plain["text"] == "give @ben"
    assert (escaped["user_id"], escaped["channel_id"], escaped["command"]) == ("U0ANN", "C0QUAY", "/ferry")


async def test_what_a_command_is_acknowledged_with_is_shown_to_who_typed_it(
    harbor: Harbor, desk: Desk
) -> None:
    desk.answer = {"text": "Next at nine"}
    answer = await harbor.post("commands", command="/ferry", user="U0ANN", channel="C0QUAY")
    assert answer["ack"] == {"text": "Next at nine"}
    assert 0 < answer["ms"] < 3000
    assert await harbor.said("C0QUAY", "U0ANN") == ["Next at nine"]
    assert await harbor.said("C0QUAY", "U0BEN") == []
    assert harbor.calls("response_url")[0]["args"] == {"text": "Next at nine"}


async def test_a_command_can_be_answered_for_all_to_see(harbor: Harbor, desk: Desk) -> None:
    desk.answer = {"text": "Cancelled", "response_type": "in_channel"}
    await harbor.post("commands", command="/ferry", user="U0ANN", channel="C0QUAY")
    assert await harbor.said("C0QUAY", "U0BEN") == ["Cancelled"]


async def test_an_answer_slack_would_not_show_is_said_to_be_wrong(harbor: Harbor, desk: Desk) -> None:
    desk.answer = {"blocks": [{"type": "section"}]}
    answer = await harbor.post("commands", command="/ferry", user="U0ANN", channel="C0QUAY")
    assert answer["error"] == "invalid_blocks"
    assert await harbor.said("C0QUAY", "U0ANN") == []


async def test_a_command_nobody_acknowledges_times_out(harbor: Harbor, ears: Ears) -> None:
    harbor.slack.sockets.ack_seconds = 0.05
    answer = await harbor.post("commands", command="/ferry", user="U0ANN", channel="C0QUAY")
    assert (answer["ack"], answer["error"]) == (None, "operation_timeout")


async def test_a_command_without_an_app_fails_at_once(harbor: Harbor) -> None:
    answer = await harbor.post("commands", command="/ferry", user="U0ANN", channel="C0QUAY")
    assert answer["error"] == "dispatch_failed"


async def test_what_people_cannot_do_is_said_in_a_sentence(harbor: Harbor) -> None:
    ask = {"command": "/ferry", "user": "U0ANN", "channel": "C0QUAY"}
    assert "not a valid command" in await harbor.refused("commands", **{**ask, "command": "/raft"})
    assert "no person" in await harbor.refused("commands", **{**ask, "user": "U0NOBODY"})
    assert "is not in #quay" in await harbor.refused("commands", **{**ask, "user": "U0CAT"})
    assert "another organisation" in await harbor.refused("commands", **{**ask, "user": "U0FAR"})
    assert "no channel" in await harbor.refused("messages", channel="C9", user="U0ANN", text="x")
    assert "some text" in await harbor.refused("messages", channel="C0QUAY", user="U0ANN", text=" ")
    assert "Missing: user" in await harbor.refused("messages", channel="C0QUAY", text="x")
    ts = (await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="x"))["ts"]
    assert "only their own" in await harbor.refused(
        "messages/edit", channel="C0QUAY", user="U0BEN", ts=ts, text="y"
    )


async def test_a_press_says_who_where_and_what(harbor: Harbor, desk: Desk) -> None:
    posted = await harbor.client.chat_postMessage(channel="C0QUAY", text="Choose", blocks=BUTTONS)
    where = {"user": "U0BEN", "channel": "C0QUAY", "ts": posted["ts"]}
    await harbor.post("actions", **where, action_id="go")
    await harbor.post("actions", **where, action_id="pick", value="2")
    await harbor.post("actions", **where, action_id="who", value="U0ANN")
    await harbor.post("actions", **where, action_id="when", value="2026-11-30")
    go, pick, who, when = desk.bodies
    assert (go["user"]["id"], go["channel"]["id"], go["message"]["ts"]) == ("U0BEN", "C0QUAY", posted["ts"])
    assert go["container"]["is_ephemeral"] is False
    assert (go["actions"][0]["value"], go["actions"][0]["block_id"]) == ("7", "row")
    assert pick["actions"][0]["selected_option"]["text"]["text"] == "Two"
    assert pick["state"]["values"]["row"]["pick"]["selected_option"]["value"] == "2"
    assert who["actions"][0]["selected_user"] == "U0ANN"
    assert when["actions"][0]["selected_date"] == "2026-11-30"


async def test_only_what_is_there_can_be_pressed(harbor: Harbor, desk: Desk) -> None:
    posted = await harbor.client.chat_postMessage(channel="C0QUAY", text="Choose", blocks=BUTTONS)
    where = {"user": "U0BEN", "channel": "C0QUAY", "ts": posted["ts"]}
    assert "There is no “stop” here" in await harbor.refused("actions", **where, action_id="stop")
    assert "no message" in await harbor.refused("actions", **{**where, "ts": "1.1"}, action_id="go")
    assert "not among" in await harbor.refused("actions", **where, action_id="pick", value="9")
    assert "value is “7”" in await harbor.refused("actions", **where, action_id="go", value="8")
    assert "is no date" in await harbor.refused("actions", **where, action_id="when", value="friday")
    assert desk.bodies == []


async def test_of_two_buttons_with_one_name_the_value_says_which(harbor: Harbor, desk: Desk) -> None:
    rows = [
        {
            "type": "section",
            "text": {"type": "plain_text", "text": value},
            "accessory": {
                "type": "button",
                "action_id": "go",
                "value": value,
                "text": {"type": "plain_text", "text": "Go"},
            },
        }
        for value in ("bow", "stern")
    ]
    posted = await harbor.client.chat_postMessage(channel="C0QUAY", text="Choose", blocks=rows)
    where = {"user": "U0BEN", "channel": "C0QUAY", "ts": posted["ts"], "action_id": "go"}
    await harbor.post("actions", **where, value="stern")
    await harbor.post("actions", **where)
    assert [one["actions"][0]["value"] for one in desk.bodies] == ["stern", "bow"]


async def test_an_ephemeral_message_is_pressed_only_by_its_reader(harbor: Harbor, desk: Desk) -> None:
    shown = await harbor.client.chat_postEphemeral(channel="C0QUAY", user="U0ANN", text="x", blocks=BUTTONS)
    where = {"channel": "C0QUAY", "ts": shown["message_ts"], "action_id": "go"}
    await harbor.refused("actions", user="U0BEN", **where)
    await harbor.post("actions", user="U0ANN", **where)
    assert desk.bodies[0]["container"]["is_ephemeral"] is True
    assert "message" not in desk.bodies[0]


async def test_a_response_url_replaces_deletes_and_wears_out(harbor: Harbor, desk: Desk) -> None:
    posted = await harbor.client.chat_postMessage(channel="C0QUAY", text="before", blocks=BUTTONS)
    await harbor.post("actions", user="U0BEN", channel="C0QUAY", ts=posted["ts"], action_id="go")
    url = desk.bodies[0]["response_url"]
    assert (await harbor.http.post(url, json={"text": "after", "replace_original": True})).text == "ok"
    assert await harbor.said("C0QUAY", "U0ANN") == ["after"]
    await harbor.http.post(url, json={"text": "just for you"})
    await harbor.http.post(url, json={"text": "for all", "response_type": "in_channel"})
    assert await harbor.said("C0QUAY", "U0ANN") == ["after", "for all"]
    assert await harbor.said("C0QUAY", "U0BEN") == ["after", "just for you", "for all"]
    wrong = await harbor.http.post(url, json={"texts": "typo"})
    assert wrong.json()["error"] == "invalid_arguments"
    await harbor.http.post(url, json={"delete_original": True})
    gone = await harbor.http.post(url, json={"text": "x", "replace_original": True})
    assert gone.json()["error"] == "message_not_found"
    await harbor.http.post(url, json={"text": "fifth"})
    worn = await harbor.http.post(url, json={"text": "sixth"})
    assert (worn.status_code, worn.json()["error"]) == (404, "used_url")
    assert [one["ok"] for one in harbor.calls("response_url")] == [True] * 3 + [
        False,
        True,
        False,
        True,
        False,
    ]


async def test_a_response_url_lasts_half_an_hour(harbor: Harbor, desk: Desk) -> None:
    await harbor.post("commands", command="/ferry", user="U0ANN", channel="C0QUAY")
    respond = AsyncRespond(response_url=desk.bodies[0]["response_url"], proxy=None, ssl=None)
    await harbor.post("clock", advance="29m")
    assert (await respond("in time")).status_code == 200
    await harbor.post("clock", advance="2m")
    assert (await respond("too late")).status_code == 404
    assert await harbor.said("C0QUAY", "U0ANN") == ["in time"]


async def test_a_trigger_opens_one_view_within_three_seconds(harbor: Harbor, desk: Desk) -> None:
    await harbor.post("shortcuts", callback_id="book", user="U0ANN")
    await harbor.post("shortcuts", callback_id="book", user="U0ANN")
    first, second = (one["trigger_id"] for one in desk.bodies)
    opened = harbor.client.views_open
    broken = opened(trigger_id=first, view={"type": "modal", "blocks": []})
    assert await harbor.error(broken) == "invalid_arguments"
    await opened(trigger_id=first, view=modal())
    assert await harbor.error(opened(trigger_id=first, view=modal())) == "exchanged_trigger_id"
    assert await harbor.error(opened(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"
    await harbor.post("clock", advance=4)
    assert await harbor.error(opened(trigger_id=second, view=modal())) == "expired_trigger_id"
    [view] = await harbor.get("views?user=U0ANN")
    assert (view["callback_id"], view["state"]["values"]) == (
        "form",
        {"name": {"text": {"type": "plain_text_input", "value": None}}},
    )


async def opened(harbor: Harbor, desk: Desk, view: Json) -> str:
    """Open a modal for Ann, and answer its id."""
    await harbor.post("shortcuts", callback_id="book", user="U0ANN")
    answer = await harbor.client.views_open(trigger_id=desk.bodies.pop()["trigger_id"], view=view)
    return str(answer["view"]["id"])


async def test_a_shortcut_on_a_message_brings_the_message(harbor: Harbor, desk: Desk) -> None:
    ts = (await harbor.post("messages", channel="C0QUAY", user="U0BEN", text="note this"))["ts"]
    assert "used on a message" in await harbor.refused("shortcuts", callback_id="note", user="U0ANN")
    await harbor.post("shortcuts", callback_id="note", user="U0ANN", channel="C0QUAY", ts=ts)
    [body] = desk.bodies
    assert (body["type"], body["message"]["text"], body["channel"]["id"]) == (
        "message_action",
        "note this",
        "C0QUAY",
    )
    assert body["response_url"]


async def test_a_form_is_held_back_until_it_is_complete(harbor: Harbor, desk: Desk) -> None:
    text = {"type": "plain_text_input", "action_id": "text", "min_length": 2, "max_length": 4}
    number = {"type": "number_input", "action_id": "count", "is_decimal_allowed": False, "max_value": "9"}
    mail = {"type": "email_text_input", "action_id": "mail"}
    view_id = await opened(
        harbor,
        desk,
        modal(field("name", text), field("count", number, optional=True), field("mail", mail, optional=True)),
    )
    submit = {"user": "U0ANN", "view_id": view_id}
    empty = await harbor.post("views/submit", **submit, values={})
    assert (empty["sent"], set(empty["errors"])) == (False, {"name"})
    wrong = await harbor.post("views/submit", **submit, values={"name": "x", "count": "12", "mail": "nobody"})
    assert set(wrong["errors"]) == {"name", "count", "mail"}
    assert "There is no block “nome”" in await harbor.refused("views/submit", **submit, values={"nome": "x"})
    assert desk.bodies == []
    right = await harbor.post(
        "views/submit", **submit, values={"name": {"text": "four"}, "count": "9", "mail": "a@b.ch"}
    )
    assert (right["sent"], right["response_action"]) == (True, None)
    values = desk.bodies[0]["view"]["state"]["values"]
    assert values["name"]["text"] == {"type": "plain_text_input", "value": "four"}
    assert values["count"]["count"]["value"] == "9"
    assert await harbor.get("views?user=U0ANN") == []
    assert harbor.calls("ack.view_submission")[0]["args"] == {}


async def test_errors_of_the_app_keep_the_form_open_with_what_was_typed(harbor: Harbor, desk: Desk) -> None:
    view_id = await opened(harbor, desk, modal())
    desk.answer = {"response_action": "errors", "errors": {"name": "Taken"}}
    answer = await harbor.post("views/submit", user="U0ANN", view_id=view_id, values={"name": "Ann"})
    assert (answer["response_action"], answer["errors"]) == ("errors", {"name": "Taken"})
    [view] = await harbor.get("views?user=U0ANN")
    assert view["state"]["values"]["name"]["text"]["value"] == "Ann"
    desk.answer = {"response_action": "errors", "errors": {"nowhere": "x"}}
    lost = await harbor.post("views/submit", user="U0ANN", view_id=view_id, values={})
    assert lost["error"] == "invalid_arguments"
    assert [one["ok"] for one in harbor.calls("ack.view_submission")] == [True, False]


async def test_a_submission_can_update_push_and_clear(harbor: Harbor, desk: Desk) -> None:
    view_id = await opened(harbor, desk, modal())
    desk.answer = {"response_action": "update", "view": modal(title={"type": "plain_text", "text": "Two"})}
    await harbor.post("views/submit", user="U0ANN", view_id=view_id, values={"name": "a"})
    [view] = await harbor.get("views?user=U0ANN")
    assert (view["id"], view["title"]["text"]) == (view_id, "Two")
    assert view["state"]["values"]["name"]["text"]["value"] == "a"
    desk.answer = {"response_action": "push", "view": modal()}
    pushed = await harbor.post("views/submit", user="U0ANN", view_id=view_id, values={})
    top = pushed["view"]
    assert (top["root_view_id"], top["previous_view_id"]) == (view_id, view_id)
    assert "lies under" in await harbor.refused("views/submit", user="U0ANN", view_id=view_id, values={})
    desk.answer = {"response_action": "clear"}
    await harbor.post("views/submit", user="U0ANN", view_id=top["id"], values={"name": "a"})
    assert await harbor.get("views?user=U0ANN") == []


async def test_views_go_three_deep_and_close_one_by_one(harbor: Harbor, desk: Desk) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Deeper"}}
    view = modal({"type": "actions", "elements": [button]}, notify_on_close=True)
    top = await opened(harbor, desk, view)
    for _ in range(2):
        await harbor.post("actions", user="U0ANN", view_id=top, action_id="go")
        pushed = await harbor.client.views_push(trigger_id=desk.bodies.pop()["trigger_id"], view=view)
        top = pushed["view"]["id"]
    await harbor.post("actions", user="U0ANN", view_id=top, action_id="go")
    trigger = desk.bodies.pop()["trigger_id"]
    assert await harbor.error(harbor.client.views_push(trigger_id=trigger, view=view)) == "push_limit_reached"
    await harbor.post("views/close", user="U0ANN", view_id=top)
    assert (desk.bodies[0]["type"], desk.bodies[0]["is_cleared"]) == ("view_closed", False)
    views = await harbor.get("views?user=U0ANN")
    assert len(views) == 2
    await harbor.post("views/close", user="U0ANN", view_id=views[-1]["id"], all=True)
    assert [one["is_cleared"] for one in desk.bodies[1:]] == [True, True]
    late = harbor.client.views_update(view_id=top, view=view)
    assert await harbor.error(late) == "not_found"


async def test_a_view_is_not_overwritten_by_who_saw_an_older_one(harbor: Harbor, desk: Desk) -> None:
    view_id = await opened(harbor, desk, modal(external_id="mine"))
    [view] = await harbor.get("views?user=U0ANN")
    update = harbor.client.views_update
    await update(external_id="mine", view=modal(external_id="mine"), hash=view["hash"])
    stale = update(view_id=view_id, view=modal(), hash=view["hash"])
    assert await harbor.error(stale) == "hash_conflict"
    await harbor.post("shortcuts", callback_id="book", user="U0BEN")
    twin = harbor.client.views_open(
        trigger_id=desk.bodies.pop()["trigger_id"], view=modal(external_id="mine")
    )
    assert await harbor.error(twin) == "duplicate_external_id"


async def test_a_view_can_be_too_large(harbor: Harbor) -> None:
    block = {"type": "section", "text": {"type": "plain_text", "text": "é" * 1500}}
    view = {"type": "home", "blocks": [block] * 81}
    assert (await harbor.client.views_publish(user_id="U0ANN", view=view))["ok"]
    over = harbor.client.views_publish(user_id="U0ANN", view={"type": "home", "blocks": [block] * 82})
    assert await harbor.error(over) == "view_too_large"


async def test_a_home_is_opened_published_and_used(harbor: Harbor, ears: Ears, desk: Desk) -> None:
    await harbor.post("home", user="U0ANN")
    await harbor.idle()
    assert "view" not in ears.events[0]
    home = await harbor.client.views_publish(user_id="U0ANN", view={"type": "home", "blocks": BUTTONS})
    await harbor.post("home", user="U0ANN")
    await harbor.idle()
    assert ears.events[1]["view"]["id"] == home["view"]["id"]
    await harbor.post("actions", user="U0ANN", view_id=home["view"]["id"], action_id="pick", value="1")
    [body] = desk.bodies
    assert body["container"] == {"type": "view", "view_id": home["view"]["id"]}
    assert body["view"]["state"]["values"]["row"]["pick"]["selected_option"]["value"] == "1"
    assert "response_url" not in body
    await harbor.refused("actions", user="U0BEN", view_id=home["view"]["id"], action_id="go")


async def test_an_external_select_offers_what_the_app_says(harbor: Harbor, desk: Desk) -> None:
    port = {"type": "external_select", "action_id": "port", "min_query_length": 2}
    view_id = await opened(harbor, desk, modal(field("port", port)))
    option = {"text": {"type": "plain_text", "text": "Oslo"}, "value": "osl"}
    desk.answer = {"options": [option]}
    where = {"user": "U0ANN", "view_id": view_id, "action_id": "port"}
    assert await harbor.post("options", **where, value="o") == []
    assert "not among" in await harbor.refused(
        "views/submit", user="U0ANN", view_id=view_id, values={"port": "osl"}
    )
    assert await harbor.post("options", **where, value="os") == [option]
    assert (desk.bodies[0]["type"], desk.bodies[0]["value"]) == ("block_suggestion", "os")
    desk.answer = {}
    await harbor.post("views/submit", user="U0ANN", view_id=view_id, values={"port": "osl"})
    assert desk.bodies[1]["view"]["state"]["values"]["port"]["port"]["selected_option"]["value"] == "osl"


@pytest.mark.parametrize(
    "offered",
    [
        {"text": {"type": "plain_text", "text": "x" * 76}, "value": "osl"},
        {"text": {"type": "plain_text", "text": "Oslo"}, "value": "o" * 151},
        {"text": {"type": "mrkdwn", "text": "Oslo"}, "value": "osl"},
        {"text": {"type": "plain_text", "text": "Oslo"}},
    ],
)
async def test_what_slack_would_not_show_is_no_offer(
    harbor: Harbor, desk: Desk, offered: dict[str, Any]
) -> None:
    port = {"type": "external_select", "action_id": "port", "min_query_length": 0}
    view_id = await opened(harbor, desk, modal(field("port", port)))
    desk.answer = {"options": [offered]}
    where = {"user": "U0ANN", "view_id": view_id, "action_id": "port", "value": ""}
    answer = await harbor.http.post("/sandbox/options", json=where)
    assert (answer.status_code, "would not show" in answer.text) == (502, True)


async def test_a_file_is_the_apps_to_see_once_it_is_given_to_it(harbor: Harbor, desk: Desk) -> None:
    view_id = await opened(harbor, desk, modal(field("proof", {"type": "file_input", "action_id": "proof"})))
    info = await harbor.post("files", user="U0ANN", name="log.txt", content="up since 9")
    with pytest.raises(SlackApiError, match="file_not_found"):
        await harbor.client.files_info(file=info["id"])
    await harbor.post("views/submit", user="U0ANN", view_id=view_id, values={"proof": [info["id"]]})
    entry = desk.bodies[0]["view"]["state"]["values"]["proof"]["proof"]
    assert [one["id"] for one in entry["files"]] == [info["id"]]
    assert (await harbor.client.files_info(file=info["id"]))["file"]["permalink"] == info["permalink"]


async def test_an_input_speaks_before_the_submit_only_when_it_dispatches(harbor: Harbor, desk: Desk) -> None:
    quiet = field("quiet", {"type": "plain_text_input", "action_id": "kept"})
    loud = field("loud", {"type": "plain_text_input", "action_id": "typed"}, dispatch_action=True)
    view_id = await opened(harbor, desk, modal(quiet, loud))
    await harbor.post("actions", user="U0ANN", view_id=view_id, action_id="kept", value="a")
    await harbor.post("actions", user="U0ANN", view_id=view_id, action_id="typed", value="b")
    [body] = desk.bodies
    assert body["actions"][0]["value"] == "b"
    assert body["view"]["state"]["values"]["quiet"]["kept"]["value"] == "a"


async def test_two_people_act_at_once_and_each_is_answered(harbor: Harbor, desk: Desk) -> None:
    ask = {"command": "/ferry", "channel": "C0QUAY"}
    answers = await asyncio.gather(
        *(harbor.post("commands", **ask, user=user, text=user) for user in ["U0ANN", "U0BEN"] * 10)
    )
    assert not any("error" in one for one in answers)
    assert sorted(one["user_id"] for one in desk.bodies) == ["U0ANN"] * 10 + ["U0BEN"] * 10

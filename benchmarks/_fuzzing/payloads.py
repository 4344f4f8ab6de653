"""Which payloads are there to begin with: one of every kind Slack knows, and how each of them travels?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from benchmarks._fuzzing import events
from benchmarks._fuzzing.events import (
    ANA,
    APP,
    BEN,
    BOT,
    CHANNEL,
    CHEN,
    DIRECT,
    LATER,
    MESSAGES,
    ORG,
    OTHERS,
    STRANGER,
    TEAM,
    THREAD,
    TS,
    Json,
)

EVENT, PRESS, COMMAND = "events_api", "interactive", "slash_commands"
TRIGGER = "1803900000.1.f0f0"
RESPONSE = "http://127.0.0.1:9/response/T0HARBOR/1/none"


@dataclass(frozen=True)
class Payload:
    """A body, what it is, and by which of Slack's three ways it comes."""

    name: str
    way: str
    body: Json


LINES = (
    "",
    "before",
    "before all",
    "mine",
    "item feed",
    "blockers",
    "assumptions",
    "what blocks feed?",
    "ask who owns the training?",
    "what if feed slips by 3 days?",
    "help",
    "help due",
    "own training <@U0BEN|ben>",
    "own training <@U0AGENT|agent>",
    "due feed 2027-03-10",
    "due feed next friday",
    "start training",
    "block feed no antenna, waiting on <@U0CHEN>",
    "unblock feed",
    "done feed it works: https://proof.invalid",
    "validate berths signed <https://proof.invalid|proof>",
    "reopen berths the list was wrong",
    "waive training not needed until 2027-04-01",
    "add Tugs are ordered owner <@U0BEN> due 2027-03-11 after feed",
    "assume the tide tables are right",
    "verify A1 yes",
    "refute A1 no",
    "role feed-lead <@U0BEN>",
    "roles",
    "templates",
    "settings",
    "settings digest off",
    "reminders",
    "reminders all",
    "quiet 2h",
    "mute feed 1d",
    "unmute feed",
    "standup all is well",
    "poll 2027-03-12",
    "poll cancel",
    "changes monday",
    "history feed",
    "signals",
    "dismiss 1 agreed with the harbour",
    "portfolio",
    "harbor before",
    "new pier7 Pier seven",
    "nonsense <@U0BEN> &amp; <!channel>",
)


def command(text: str) -> Json:
    return {
        "token": "own-words",
        "team_id": TEAM,
        "team_domain": "harbor",
        "enterprise_id": ORG,
        "enterprise_name": "Ports",
        "channel_id": CHANNEL,
        "channel_name": "harbor-go-live",
        "user_id": BEN,
        "user_name": "ben",
        "command": "/golive",
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": RESPONSE,
        "trigger_id": TRIGGER,
    }


def _acted(kind: str, **more: Any) -> Json:
    """Somebody did something."""
    return {
        "type": kind,
        "user": {"id": BEN, "username": "ben", "name": "ben", "team_id": TEAM},
        "api_app_id": APP,
        "token": "own-words",
        "trigger_id": TRIGGER,
        "team": {"id": TEAM, "domain": "harbor"},
        "enterprise": None,
        "is_enterprise_install": False,
        **more,
    }


def _message(**more: Any) -> Json:
    said = {
        "bot_id": "B0GOLIVE",
        "type": "message",
        "user": BOT,
        "team": TEAM,
        "ts": TS,
        "text": "B1 on feed",
    }
    return {**said, "blocks": [], **more}


def press(action: Json, **more: Any) -> Json:
    """A press in a message."""
    place = {"type": "message", "message_ts": TS, "channel_id": CHANNEL, "is_ephemeral": False}
    where: Json = {
        "container": place,
        "channel": {"id": CHANNEL, "name": "harbor-go-live"},
        "message": _message(),
    }
    where |= {"response_url": RESPONSE, "state": {"values": {}}}
    whole = {"block_id": "b1", "type": "button", "action_ts": LATER, **action}
    return _acted("block_actions", **{**where, "actions": [whole], **more})


def view(callback_id: str, private: Json, values: Json, **more: Any) -> Json:
    return {
        "id": "V0FORM",
        "team_id": TEAM,
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": json.dumps(private),
        "state": {"values": values},
        "hash": "1803900000.h",
        "title": {"type": "plain_text", "text": "A form"},
        "submit": {"type": "plain_text", "text": "Save"},
        "close": None,
        "blocks": [
            {
                "type": "input",
                "block_id": name,
                "label": {"type": "plain_text", "text": name},
                "element": {"type": "plain_text_input", "action_id": name},
            }
            for name in values
        ],
        "previous_view_id": None,
        "root_view_id": "V0FORM",
        "app_installed_team_id": TEAM,
        "bot_id": "B0GOLIVE",
        **more,
    }


def _typed(name: str, value: str) -> Json:
    return {name: {name: {"type": "plain_text_input", "value": value}}}


BLOCKER_FORM = view(
    "blocker_form",
    {"project": "harbor", "blocker": "B1", "channel": CHANNEL, "seen": 1},
    {
        **_typed("text", "no antenna"),
        **_typed("waiting_on", "the radar vendor"),
        "owner": {"owner": {"type": "users_select", "selected_user": CHEN}},
        "expected_clear": {"expected_clear": {"type": "datepicker", "selected_date": "2027-03-09"}},
    },
)
HOME = {
    "id": "V0HOME",
    "team_id": TEAM,
    "type": "home",
    "callback_id": "",
    "private_metadata": "",
    "blocks": [],
}
_ITEM = {"text": {"type": "plain_text", "text": "feed"}, "value": "feed"}

PRESSES: dict[str, Json] = {
    "block_actions in a message": press({"action_id": "edit_blocker", "value": "harbor B1"}),
    "block_actions of nobody": press({"action_id": "of_an_older_version", "value": "x"}),
    "block_actions of a stranger": press(
        {"action_id": "not_a_blocker", "value": "harbor B1"}, user={"id": STRANGER, "team_id": "T0AGENCY"}
    ),
    "block_actions in a private message": press(
        {"action_id": "post_answer", "value": "harbor before"},
        container={"type": "message", "message_ts": TS, "channel_id": CHANNEL, "is_ephemeral": True},
        message=None,
    ),
    "block_actions of a select": press(
        {
            "action_id": "owner_item",
            "block_id": "owner:U0DITA",
            "type": "static_select",
            "selected_option": _ITEM,
        }
    ),
    "block_actions of a menu": press(
        {"action_id": "nudge_more", "block_id": "k:e:1", "type": "overflow", "selected_option": _ITEM}
    ),
    "block_actions of a date": press(
        {
            "action_id": "day",
            "type": "datepicker",
            "selected_date": "2027-03-09",
            "initial_date": "2027-03-01",
        }
    ),
    "block_actions of people": press(
        {"action_id": "who", "type": "multi_users_select", "selected_users": [BEN, CHEN]}
    ),
    "block_actions in a view": _acted(
        "block_actions",
        container={"type": "view", "view_id": "V0FORM"},
        view=BLOCKER_FORM,
        actions=[
            {
                "action_id": "gonogo_more",
                "block_id": "more",
                "type": "button",
                "value": "x",
                "action_ts": LATER,
            }
        ],
    ),
    "block_actions at home": _acted(
        "block_actions",
        container={"type": "view", "view_id": "V0HOME"},
        view=HOME,
        actions=[{"action_id": "ask_before", "block_id": "b", "type": "button", "value": "harbor before"}],
    ),
    "block_actions of a function": press(
        {"action_id": "undo", "value": "harbor 1"},
        bot_access_token="xwfp-own-words",
        function_data={"execution_id": "Fx0", "function": {"callback_id": "ask_the_tide"}, "inputs": {}},
        interactivity={"interactivity_pointer": "1.2.3", "interactor": {"id": BEN, "secret": "x"}},
    ),
    "block_actions in an organisation": press(
        {"action_id": "undo", "value": "harbor 1"},
        team=None,
        enterprise={"id": ORG, "name": "Ports"},
        is_enterprise_install=True,
    ),
    "block_suggestion": _acted(
        "block_suggestion",
        view=BLOCKER_FORM,
        container={"type": "view", "view_id": "V0FORM"},
        action_id="blocker_item",
        block_id="item",
        value="fe",
    ),
    "block_suggestion in a message": _acted(
        "block_suggestion",
        container={"type": "message", "message_ts": TS, "channel_id": CHANNEL},
        channel={"id": CHANNEL, "name": "harbor-go-live"},
        action_id="owner_item",
        block_id="owner:U0DITA",
        value="",
    ),
    "view_submission": _acted("view_submission", view=BLOCKER_FORM, response_urls=[]),
    "view_submission with a way to answer": _acted(
        "view_submission",
        view=BLOCKER_FORM,
        response_urls=[{"response_url": RESPONSE, "channel_id": CHANNEL, "block_id": "c", "action_id": "c"}],
    ),
    "view_submission of nobody": _acted("view_submission", view=view("of_nobody", {}, _typed("x", "y"))),
    "view_closed": _acted("view_closed", view=BLOCKER_FORM, is_cleared=True),
    "message_action": _acted(
        "message_action",
        callback_id="track_message",
        action_ts=LATER,
        message_ts=TS,
        response_url=RESPONSE,
        channel={"id": CHANNEL, "name": "harbor-go-live"},
        message=events.written("we wait for the port authority", CHEN),
    ),
    "message_action on an app's": _acted(
        "message_action",
        callback_id="track_message",
        action_ts=LATER,
        message_ts=TS,
        response_url=RESPONSE,
        channel={"id": DIRECT, "name": "directmessage"},
        message=_message(thread_ts=THREAD),
    ),
    "shortcut": _acted("shortcut", callback_id="new_item", action_ts=LATER),
    "interactive_message": _acted(
        "interactive_message",
        actions=[{"name": "moor", "type": "button", "value": "now"}],
        callback_id="moor_ship",
        channel={"id": CHANNEL, "name": "harbor-go-live"},
        action_ts=LATER,
        message_ts=TS,
        attachment_id="1",
        is_app_unfurl=False,
        original_message=_message(attachments=[{"id": 1, "callback_id": "moor_ship", "actions": []}]),
        response_url=RESPONSE,
    ),
    "dialog_submission": _acted(
        "dialog_submission",
        submission={"name": "Ben", "berth": None},
        callback_id="berth_form",
        state="s",
        action_ts=LATER,
        channel={"id": CHANNEL, "name": "harbor-go-live"},
        response_url=RESPONSE,
    ),
    "dialog_suggestion": _acted(
        "dialog_suggestion",
        name="berth",
        value="4",
        callback_id="berth_form",
        state="s",
        action_ts=LATER,
        channel={"id": CHANNEL, "name": "harbor-go-live"},
    ),
    "dialog_cancellation": _acted("dialog_cancellation", callback_id="berth_form", state="s"),
    "workflow_step_edit": _acted(
        "workflow_step_edit",
        callback_id="moor",
        action_ts=LATER,
        workflow_step={"workflow_id": "1", "step_id": "2", "inputs": {}, "outputs": []},
    ),
}
BESIDES: dict[str, Json] = {
    "url_verification": {"type": "url_verification", "token": "own-words", "challenge": "who goes there"},
    "app_rate_limited": {
        "type": "app_rate_limited",
        "token": "own-words",
        "team_id": TEAM,
        "minute_rate_limited": 1803900000,
        "api_app_id": APP,
    },
    "a type of tomorrow": {"type": "tide_callback", "user": {"id": ANA}, "team": {"id": TEAM}},
}


def every(bot_user: str) -> list[Payload]:
    """One of every kind, and of some of them one for every way they differ."""
    inner = {**MESSAGES, **OTHERS}
    found = [Payload(name, EVENT, events.called_back(event)) for name, event in inner.items()]
    for name, event in inner.items():
        found.append(Payload(f"{name} (organisation)", EVENT, events.of_an_organisation(event)))
        found.append(Payload(f"{name} (shared channel)", EVENT, events.of_a_shared_channel(event)))
    found += [Payload(name, PRESS, body) for name, body in PRESSES.items()]
    found += [Payload(f"/golive {line}", COMMAND, command(line)) for line in LINES]
    found.append(Payload("a command that is not ours", COMMAND, {**command("x"), "command": "/moor"}))
    found.append(Payload("ssl_check", COMMAND, {"ssl_check": "1", "token": "own-words"}))
    found += [Payload(name, EVENT, body) for name, body in BESIDES.items()]
    return [Payload(each.name, each.way, _placed(each.body, bot_user)) for each in found]


def _placed(body: Json, bot_user: str) -> Json:
    placed: Json = json.loads(json.dumps(body).replace(BOT, bot_user))
    return placed

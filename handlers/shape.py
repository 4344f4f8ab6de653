"""Does what came in carry what its kind always carries? If not it is left alone: no later try mends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

_ID = re.compile(
    r"[\w.-]{1,64}", re.ASCII
)  # longer than any of Slack's: what is asked about must fit into an address
_TS = re.compile(r"\d{1,12}(\.\d{1,9})?")
DEEPEST = 100  # a message in a message in a list in a table is not a tenth of that
_WORDS = {
    "message": ("channel",),
    "app_mention": ("channel",),
    "app_home_opened": ("user",),
    "member_joined_channel": ("channel", "user"),
    "member_left_channel": ("channel", "user"),
    "reaction_added": ("user",),
    "channel_id_changed": ("old_channel_id", "new_channel_id"),
}


# What somebody did, and the text by which it finds its listener.
_NAMED_BY = {
    "block_suggestion": "action_id",
    "shortcut": "callback_id",
    "message_action": "callback_id",
}
_VIEWS = frozenset({"view_submission", "view_closed"})
_BOLTS = frozenset({"url_verification", "app_rate_limited"})


class Payload(Enum):
    """What a body is to us."""

    OURS = "ours"
    NOT_OURS = "not ours"  # of a kind nobody here listens to: Slack has more of them every year
    TORN = "torn"


def payload_of(body: Mapping[str, Any]) -> Payload:
    """Whether a body is one that Bolt can hand to a listener."""
    if _is_deep(body):
        return Payload.TORN
    kind = body.get("type")
    if "command" in body and kind is None:
        return _whole(isinstance(body["command"], str))
    if kind is None:
        return _whole(body.get("ssl_check") == "1")
    if not isinstance(kind, str) or not isinstance(body.get("view") or {}, dict):
        return Payload.TORN
    if kind == "event_callback":
        event = body.get("event")
        if isinstance(event, dict) and not isinstance(event.get("type"), str):
            return Payload.NOT_OURS
        return _whole(isinstance(event, dict))
    if kind == "block_actions":
        return _whole(_is_pressed(body.get("actions")))
    if kind in _VIEWS:
        view = body.get("view")
        named = isinstance(view, dict) and all(
            isinstance(view.get(word), str) for word in ("type", "callback_id")
        )
        return _whole(named)
    if kind in _NAMED_BY:
        return _whole(isinstance(body.get(_NAMED_BY[kind]), str))
    return Payload.OURS if kind in _BOLTS else Payload.NOT_OURS


def _is_deep(body: Mapping[str, Any]) -> bool:
    """Whether things stand within things so far down that looking at all of them would never end."""
    level: list[Any] = [body]
    for _ in range(DEEPEST):
        within = [value.values() if isinstance(value, dict) else value for value in level]
        level = [inner for values in within for inner in values if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _whole(is_it: bool) -> Payload:
    return Payload.OURS if is_it else Payload.TORN


def _is_pressed(actions: object) -> bool:
    first = actions[0] if isinstance(actions, list) and actions else None
    return isinstance(first, dict) and isinstance(first.get("action_id"), str)


def is_whole(event: Mapping[str, Any]) -> bool:
    """Whether an event of a kind we listen to can be understood at all."""
    kind = event.get("type")
    if not isinstance(kind, str):
        return False
    words = _WORDS.get(kind, ())
    if not all(is_id(event.get(word)) for word in words):
        return False
    if not all(isinstance(event.get(word) or {}, dict) for word in ("message", "previous_message")):
        return False
    if kind == "reaction_added":
        return _is_reaction(event)
    return kind not in ("message", "app_mention") or _is_whole_message(event)


def _is_whole_message(event: Mapping[str, Any]) -> bool:
    """Which message it is must be clear; who wrote what may be missing, for those are not for us."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    subtype = event.get("subtype")
    said = (subtype, event.get("event_ts"), before.get("text"), before.get("user"))
    if not all(_is_text_or_none(word) for word in said):
        return False
    if subtype == "message_deleted":
        return _is_ts(event.get("deleted_ts") or now.get("ts"))
    if subtype == "message_changed":
        return _is_written(now)
    return _is_written(event)


def _is_written(said: Mapping[str, Any]) -> bool:
    edited, thread, author = said.get("edited"), said.get("thread_ts"), said.get("user")
    known = author is None or is_id(author)
    words = _is_text_or_none(said.get("subtype"))
    when = edited is None or (isinstance(edited, dict) and _is_ts(edited.get("ts", "1")))
    return known and words and when and _is_ts(said.get("ts")) and (thread is None or _is_ts(thread))


def _is_reaction(event: Mapping[str, Any]) -> bool:
    """To a message, or to something else, which is nothing to us."""
    item = event.get("item")
    where = item if isinstance(item, dict) and item.get("type", "message") == "message" else {}
    return isinstance(event.get("reaction"), str) and is_id(where.get("channel")) and _is_ts(where.get("ts"))


def is_id(value: object) -> bool:
    """Whether this may be the id of somebody or something in Slack."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_ts(value: object) -> bool:
    return isinstance(value, str) and _TS.fullmatch(value) is not None

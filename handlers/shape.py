"""Does an event carry what its kind always carries? If not it is left alone: no later try mends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TS = re.compile(r"\d{1,12}(\.\d{1,9})?")
_WORDS = {
    "message": ("channel",),
    "app_mention": ("channel",),
    "app_home_opened": ("user",),
    "member_joined_channel": ("channel", "user"),
    "member_left_channel": ("channel", "user"),
    "channel_id_changed": ("old_channel_id", "new_channel_id"),
}


def is_whole(event: Mapping[str, Any]) -> bool:
    """Whether an event of a kind we listen to can be understood at all."""
    kind = event.get("type")
    if not isinstance(kind, str):
        return False
    words = _WORDS.get(kind, ())
    if not all(isinstance(event.get(word), str) and event[word] for word in words):
        return False
    return kind not in ("message", "app_mention") or _is_whole_message(event)


def _is_whole_message(event: Mapping[str, Any]) -> bool:
    """Which message it is must be clear; who wrote what may be missing, for those are not for us."""
    now, before = event.get("message"), event.get("previous_message")
    if not all(inner is None or isinstance(inner, dict) for inner in (now, before)):
        return False
    subtype = event.get("subtype")
    if subtype == "message_deleted":
        return _is_ts(event.get("deleted_ts") or (now or {}).get("ts"))
    if subtype == "message_changed":
        return _is_written(now or {})
    return _is_written(event)


def _is_written(said: Mapping[str, Any]) -> bool:
    author, edited = said.get("user"), said.get("edited")
    known = author is None or isinstance(author, str)
    return known and _is_ts(said.get("ts")) and (edited is None or isinstance(edited, dict))


def _is_ts(value: object) -> bool:
    return isinstance(value, str) and _TS.fullmatch(value) is not None

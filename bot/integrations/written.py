"""What did a person write, in Slack's own form of a message? Apps, joins and hidden entries wrote nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.backfill import Message, is_id, is_ts

OF_PEOPLE = (None, "thread_broadcast", "file_share")
TICKS = frozenset({"white_check_mark", "heavy_check_mark", "ballot_box_with_check"})
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that was deleted, or is about to be told anew as it was edited."""

    ts: str


def written(raw: Any) -> Iterator[Message | Gone]:
    """What one entry of a history says."""
    if not isinstance(raw, Mapping):
        return
    subtype = raw.get("subtype")
    if subtype == "message_changed":
        now = raw.get("message")
        if isinstance(now, Mapping) and is_ts(now.get("ts")):
            yield Gone(str(now["ts"]))
            if now.get("subtype") != "message_changed":
                yield from written(now)
    elif subtype == "message_deleted":
        gone = raw.get("deleted_ts")
        if is_ts(gone):
            yield Gone(str(gone))
    elif (message := _message(raw, subtype)) is not None:
        yield message


def _message(raw: Mapping[str, Any], subtype: object) -> Message | None:
    ts, user, text, thread_ts = (raw.get(name) for name in ("ts", "user", "text", "thread_ts"))
    if raw.get("type", "message") != "message" or subtype not in OF_PEOPLE or raw.get("hidden"):
        return None
    if any(raw.get(name) for name in ("bot_id", "bot_profile", "app_id")) or user == SLACKBOT:
        return None
    if not is_ts(ts) or not is_id(user) or not isinstance(text, str):
        return None
    return Message(
        ts=str(ts),
        user=str(user),
        text=text,
        thread_ts=str(thread_ts) if is_ts(thread_ts) else None,
        answered=bool(raw.get("reply_count") or raw.get("replies")),
        ticked=_ticked(raw.get("reactions")),
    )


def _ticked(reactions: object) -> bool:
    if not isinstance(reactions, list):
        return False
    return any(isinstance(one, Mapping) and one.get("name") in TICKS for one in reactions)

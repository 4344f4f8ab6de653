"""What of an event may be kept, and what may be typed or filled in, when it says who a patient is?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain import patientdata
from bot.domain.patientdata import Finding, PatientData

MARK = "withheld"  # in the body of an event: what was found in it, without it
_MESSAGES = frozenset({"message", "app_mention"})
# What tells which message it is, who wrote it and when; all else of it may say what it says.
_KEPT = frozenset(
    {
        *("type", "subtype", "channel", "channel_type", "user", "bot_id", "ts", "thread_ts", "event_ts"),
        *("deleted_ts", "edited", "message", "previous_message"),
    }
)
# Ids, times and names of shapes: no words of anybody's.
_MACHINE = frozenset(
    {
        *("type", "subtype", "channel", "channel_type", "user", "team", "ts", "thread_ts", "event_ts"),
        "edited",
        *("deleted_ts", "client_msg_id", "block_id", "action_id", "bot_id", "app_id", "user_team", "id"),
        *(
            "source_team",
            "parent_user_id",
            "latest_reply",
            "user_profile",
            "bot_profile",
            "style",
            "verbatim",
        ),
    }
)
_BELONGING = ("id", "team_id", "deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
_STYLED = frozenset({"text", "link", "user", "emoji", "channel", "usergroup", "broadcast", "date", "color"})
_LONGEST_ID = 100


def keepable(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an event as it may be kept: a message that says who a patient is keeps only its place."""
    event = body.get("event")
    if isinstance(event, dict) and event.get("type") == "user_change" and isinstance(event["user"], dict):
        return {**body, "event": {**event, "user": _belonging(event["user"])}}
    if not isinstance(event, dict) or str(event.get("type")) not in _MESSAGES:
        return dict(body)
    before = event.get("previous_message")
    finding = _found({**event, "previous_message": None})
    if finding is not None:
        kept = {name: text for name, text in body.items() if _is_id(text)}
        mark = {"found": finding.kind, "line": finding.where}
        return {**kept, "event": _place(event), MARK: mark}
    if isinstance(before, dict) and _found(before) is not None:
        return {**body, "event": {**event, "previous_message": _place(before)}}
    return dict(body)


def _belonging(user: Mapping[str, Any]) -> dict[str, Any]:
    """What tells who somebody is to the workspace, without their profile."""
    kept = {name: user[name] for name in _BELONGING if isinstance(user.get(name), str | bool)}
    organisation = user.get("enterprise_user")
    teams = organisation.get("teams") if isinstance(organisation, Mapping) else None
    return {**kept, "enterprise_user": {"teams": teams}} if isinstance(teams, list) else kept


def finding_in(body: Mapping[str, Any]) -> Finding | None:
    """What was found in an event before it was kept, if anything was."""
    mark = body.get(MARK)
    if not isinstance(mark, Mapping):
        return None
    line = mark.get("line")
    return Finding(str(mark.get("found")), line if isinstance(line, int) else 1)


def refuse(body: Mapping[str, Any]) -> None:
    """PatientData when what somebody typed, filled in or pointed at says who a patient is."""
    for field, text in _typed(body):
        finding = patientdata.found(text)
        if finding is not None:
            raise PatientData(finding, field=field)


def _typed(body: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    """The texts of a request, and the field each stands in if it is one of a form."""
    if isinstance(body.get("command"), str) and isinstance(body.get("text"), str):
        yield None, body["text"]
    kind = body.get("type")
    if kind == "message_action":
        yield from ((None, text) for text in _texts(body.get("message")))
    if kind in ("view_submission", "block_actions"):
        holder = body.get("view") if kind == "view_submission" else body
        state = holder.get("state") if isinstance(holder, Mapping) else None
        values = state.get("values") if isinstance(state, Mapping) else None
        for field, inner in values.items() if isinstance(values, Mapping) else ():
            yield from ((str(field), text) for text in _texts(inner))
    if kind == "block_actions":
        yield from ((None, text) for text in _texts(body.get("actions")))


def _found(value: Mapping[str, Any]) -> Finding | None:
    # Blocks say again what the text says; a name may stand in one cell or field, and its number in the next.
    for text in dict.fromkeys((*_texts(value), *_together(value))):
        finding = patientdata.found(text)
        if finding is not None:
            return finding
    return None


def _texts(value: object) -> Iterator[str]:
    """What people wrote, wherever it stands; a line in several styles as the one line it is."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        elements = value.get("elements")
        if isinstance(elements, list) and any(map(_is_styled, elements)):
            yield "".join(map(_as_typed, elements))
            elements = [each for each in elements if not _is_styled(each)]
            value = {**value, "elements": elements}
        for name, inner in value.items():
            if name not in _MACHINE:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _together(value: Mapping[str, Any]) -> Iterator[str]:
    """What stands in several pieces side by side, as it is read: what people see in one look is looked at as
    one text. A message that was forwarded, or its edited self, has its own."""
    for name in ("blocks", "attachments", "message_blocks"):
        inner = value.get(name)
        for part in ([inner] if name == "blocks" else inner) if isinstance(inner, list) else ():
            pieces = list(_pieces(part))
            if len(pieces) > 1:
                yield "\n".join(pieces)
            if isinstance(part, Mapping):
                yield from _together(part)
    for name in ("message", "root"):
        if isinstance(said := value.get(name), Mapping):
            yield from _together(said)


def _pieces(value: object) -> Iterator[str]:
    """The lines of a part of a message; the cells of a row stand in one."""
    if isinstance(value, Mapping) and isinstance(rows := value.get("rows"), list):
        yield from (" | ".join(_texts(row)) for row in rows)
    elif isinstance(value, list):
        for inner in value:
            yield from _pieces(inner)
    else:
        yield from _texts(value)


def _is_styled(element: object) -> bool:
    kind = element.get("type") if isinstance(element, Mapping) else None
    return isinstance(kind, str) and kind in _STYLED


def _as_typed(element: object) -> str:
    """A piece of a line, as the text of the message has it: so both are the same, and looked at once."""
    if not isinstance(element, Mapping):
        return ""
    text, url = element.get("text"), element.get("url")
    if isinstance(url, str):
        return f"<{url}|{text}>" if text else f"<{url}>"
    if isinstance(text, str):
        return text
    user = element.get("user_id")
    return f"<@{user}>" if isinstance(user, str) else " "


def _place(event: Mapping[str, Any]) -> dict[str, Any]:
    """Where a message stands, with nothing of what it says."""
    kept: dict[str, Any] = {}
    for name, value in event.items():
        if name not in _KEPT:
            continue
        if name in ("message", "previous_message", "edited") and isinstance(value, Mapping):
            kept[name] = _place(value)
        elif _is_id(value):
            kept[name] = value
    return kept


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_ID and patientdata.found(value) is None
    return value is None or isinstance(value, bool | int | float)

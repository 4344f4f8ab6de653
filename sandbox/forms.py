"""What may be put into an element of a form, and what does Slack say about it?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any

from sandbox.blocks import all_blocks, elements_of
from sandbox.errors import Impossible
from sandbox.kit import options_of
from sandbox.state import Json, State

# What an element's value is called in payloads, and with which field it starts.
_FIELDS: dict[str, tuple[str, str]] = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "checkboxes": ("selected_options", "initial_options"),
    "radio_buttons": ("selected_option", "initial_option"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "initial_files"),
}
_MANY = {"selected_options", "selected_users", "selected_conversations", "selected_channels", "files"}
_WITHOUT_STATE = {"button", "workflow_button", "overflow", "feedback_buttons", "icon_button"}


def parts(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every block that can be acted on, with each of its elements."""
    for block in all_blocks(blocks):
        for _, element in elements_of(block):
            yield block, element


def find(blocks: list[Json], action_id: str, block_id: str | None, value: Any = None) -> tuple[Json, Json]:
    """The one element a person means; Impossible when it is not there.

    Buttons of several blocks may share their action_id: then the value says which of them is meant.
    """
    found = [
        (block, element)
        for block, element in parts(blocks)
        if element.get("action_id") == action_id and block_id in (None, block.get("block_id"))
    ]
    if not found:
        there = sorted({str(element.get("action_id")) for _, element in parts(blocks)})
        offered = f"There are {', '.join(there)}." if there else "There is nothing to press here."
        raise Impossible(f"There is no “{action_id}” here. {offered}", 404)
    return next((one for one in found if value is not None and one[1].get("value") == value), found[0])


def initial_state(blocks: list[Json]) -> Json:
    """`state.values` of a form nobody has touched yet."""
    values: Json = {}
    for block, element in parts(blocks):
        if element["type"] in _FIELDS:
            key, initial = _FIELDS[element["type"]]
            start = element.get(initial, [] if key in _MANY else None)
            entry = {"type": element["type"], key: start}
            values.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return values


def chosen(element: Json, value: Any, state: State, options: list[Json] | None = None) -> Json:
    """What a press, a choice or a typed text adds to the payload; Impossible when it cannot be chosen here.

    `options` are those the app offered for an external select.
    """
    kind = element["type"]
    if kind in ("button", "workflow_button", "icon_button"):
        return _pressed(element, value)
    if kind == "overflow":
        return {"selected_option": _option(element, value, options)}
    if kind == "feedback_buttons":
        return {"value": value if value is not None else element["positive_button"]["value"]}
    key = _FIELDS[kind][0]
    if key in _MANY:
        return {key: _several(element, value, state, options)}
    if value is None or value == "":
        return {key: None}
    return {key: _CHECKS[key](element, value, state, options)}


def state_entry(element: Json, taken: Json) -> Json | None:
    """The entry of `state.values` for what was chosen; None for elements that have no state."""
    return None if element["type"] in _WITHOUT_STATE else {"type": element["type"], **taken}


def complaints(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's client says about a form before it is sent, per block: required, too short, too long."""
    found: dict[str, str] = {}
    for block, element in parts(blocks):
        if block["type"] != "input":
            continue
        entry = values.get(block["block_id"], {}).get(element["action_id"], {})
        complaint = _complaint(block, element, entry.get(_FIELDS[element["type"]][0]))
        if complaint:
            found[block["block_id"]] = complaint
    return found


def _complaint(block: Json, element: Json, value: Any) -> str | None:
    if value in (None, "", []):
        return None if block.get("optional") else "Please complete this required field."
    if element["type"] == "plain_text_input":
        low, high = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < low:
            return f"This field needs at least {low} characters."
        if len(value) > high:
            return f"This field takes no more than {high} characters."
    test = _FORMATS.get(element["type"])
    return test(element, value) if test else None


def _email(element: Json, value: str) -> str | None:
    return None if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) else "Enter a valid email address."


def _url(element: Json, value: str) -> str | None:
    return None if re.fullmatch(r"https?://\S+", value) else "Enter a valid URL."


def _number(element: Json, value: str) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Enter a number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(value) < float(low):
        return f"Enter a number of at least {low}."
    if high is not None and float(value) > float(high):
        return f"Enter a number of at most {high}."
    return None


_FORMATS: dict[str, Callable[[Json, str], str | None]] = {
    "email_text_input": _email,
    "url_text_input": _url,
    "number_input": _number,
}


def _pressed(element: Json, value: Any) -> Json:
    own = element.get("value")
    if value is not None and value != own:
        raise Impossible(f"This button's value is “{own}”, and a press cannot send another.", 404)
    return {} if own is None else {"value": own}


def _option(element: Json, value: Any, options: list[Json] | None) -> Json:
    wanted = value.get("value") if isinstance(value, dict) else value
    known = list(options_of(element)) if options is None else options
    for one in known:
        if one.get("value") == wanted:
            return one
    offered = ", ".join(str(one.get("value")) for one in known)
    raise Impossible(f"“{wanted}” is not among the options. There are {offered or 'none'}.", 404)


def _several(element: Json, value: Any, state: State, options: list[Json] | None) -> list[Any]:
    key = _FIELDS[element["type"]][0]
    chosen_ones = value if isinstance(value, list) else [] if value in (None, "") else [value]
    most = element.get("max_selected_items") or element.get("max_files")
    if most is not None and len(chosen_ones) > most:
        raise Impossible(f"No more than {most} can be chosen here.")
    single = {"selected_users": "selected_user", "selected_options": "selected_option"}.get(key)
    check = _CHECKS[single or "selected_conversation"] if key != "files" else _file
    return [check(element, one, state, options) for one in chosen_ones]


def _file(element: Json, value: Any, state: State, options: list[Json] | None) -> Json:
    if value not in state.files:
        raise Impossible(f"There is no file {value} here.", 404)
    file = state.files[value]
    kinds = element.get("filetypes")
    if kinds and file.info["filetype"] not in kinds:
        raise Impossible(f"Only files of these kinds can be attached here: {', '.join(kinds)}.")
    file.given = True
    state.put_file(file)
    return file.info


def _user(element: Json, value: Any, state: State, options: list[Json] | None) -> str:
    if value not in state.users:
        raise Impossible(f"There is no person {value} here.", 404)
    return str(value)


def _conversation(element: Json, value: Any, state: State, options: list[Json] | None) -> str:
    if value not in state.channels:
        raise Impossible(f"There is no channel {value} here.", 404)
    return str(value)


def _date(element: Json, value: Any, state: State, options: list[Json] | None) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise Impossible(f"“{value}” is no date; write it like 2026-11-30.") from None


def _time(element: Json, value: Any, state: State, options: list[Json] | None) -> str:
    try:
        return time.fromisoformat(str(value)).strftime("%H:%M")
    except ValueError:
        raise Impossible(f"“{value}” is no time; write it like 09:30.") from None


def _moment(element: Json, value: Any, state: State, options: list[Json] | None) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Impossible(f"“{value}” is no moment; give seconds since 1970.") from None


def _words(element: Json, value: Any, state: State, options: list[Json] | None) -> str:
    return str(value)


def _rich(element: Json, value: Any, state: State, options: list[Json] | None) -> Json:
    if isinstance(value, dict):
        return value
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(value)}]}
    return {"type": "rich_text", "elements": [section]}


def _choice(element: Json, value: Any, state: State, options: list[Json] | None) -> Json:
    return _option(element, value, options)


_CHECKS: dict[str, Callable[[Json, Any, State, list[Json] | None], Any]] = {
    "selected_option": _choice,
    "selected_user": _user,
    "selected_conversation": _conversation,
    "selected_channel": _conversation,
    "selected_date": _date,
    "selected_time": _time,
    "selected_date_time": _moment,
    "value": _words,
    "rich_text_value": _rich,
}

"""What does each part of Block Kit look like, and how long may it be?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.shapes import (
    Findings,
    Rule,
    anything,
    boolean,
    items,
    listed,
    number,
    one_of,
    quantity,
    shape,
    string,
    typed,
)
from sandbox.state import Json

MARKDOWN = 12_000  # characters over all markdown blocks of a payload


# ——— composition objects


def text(high: int, *kinds: str, low: int = 1) -> Rule:
    """A text object of one of these kinds (any, when none is named)."""
    kinds = kinds or ("plain_text", "mrkdwn")
    words = string(low, high)
    table = {
        "plain_text": shape({"type": anything, "text": words}, {"emoji": boolean}),
        "mrkdwn": shape({"type": anything, "text": words}, {"verbatim": boolean}),
    }
    return typed(table, kinds)


def plain(high: int) -> Rule:
    return text(high, "plain_text")


CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)


def option(*kinds: str, url: bool = False) -> Rule:
    more: dict[str, Rule] = {"description": text(75, *kinds)}
    if url:
        more["url"] = string(1, 3000)
    return shape({"text": text(75, *kinds), "value": string(1, 150)}, more)


_CHOICE = option("plain_text")
_BOX = option("plain_text", "mrkdwn")
_GROUP = shape({"label": plain(75), "options": items(_CHOICE, 1, 100)}, {})
OFFER = shape({}, {"options": items(_CHOICE, 0, 100), "option_groups": items(_GROUP, 1, 100)})
_DISPATCH = shape({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}, {})
_FILE = shape({}, {"id": string(1), "url": string(1)})


def _matching(pattern: str, what: str) -> Rule:
    compiled = re.compile(pattern)

    def check(found: Findings, value: Any, at: str) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            found.add(f"must be {what}", at, "invalid_format")

    return check


_DATE = _matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "a date in the format YYYY-MM-DD")
_TIME = _matching(r"([01]\d|2[0-3]):[0-5]\d", "a time in the format HH:mm")
_LINK = string(1, 3000)
_HTTPS = _matching(r"https://\S+", "an https URL")


# ——— rules about a whole element or block


def _choices(found: Findings, value: Json, at: str) -> None:
    """Options or option groups, never both; the values unique; the initial ones among them."""
    if (value.get("options") is None) == (value.get("option_groups") is None):
        found.add("must provide exactly one of options, option_groups", at, "exclusive_fields")
    _options(found, value, at)


def _options(found: Findings, value: Json, at: str) -> None:
    known = list(options_of(value))
    values = [one.get("value") for one in known]
    if len(set(map(str, values))) != len(values):
        found.add("must have unique option values", at, "duplicate_value")
    initial = value.get("initial_options") or [value.get("initial_option")]
    for one in filter(None, initial if isinstance(initial, list) else []):
        if not any(_same_option(one, each) for each in known):
            found.add("initial option must match one of the options", at, "invalid_initial_option")


def _same_option(one: Any, other: Any) -> bool:
    """Do two options say the same, whatever defaults one of them leaves out?"""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    texts = [option.get("text") for option in (one, other)]
    words = [text.get("text") if isinstance(text, dict) else text for text in texts]
    return one.get("value") == other.get("value") and words[0] == words[1]


def options_of(element: Json) -> Iterator[Json]:
    """The options of a select, menu or box list, whether in groups or not."""
    groups = [one for one in listed(element.get("option_groups")) if isinstance(one, dict)]
    lists = [listed(element.get("options")), *(listed(one.get("options")) for one in groups)]
    for options in lists:
        yield from (one for one in options if isinstance(one, dict))


def _lengths(found: Findings, value: Json, at: str) -> None:
    low, high = value.get("min_length"), value.get("max_length")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        found.add("min_length must be less than or equal to max_length", at, "invalid_range")


def _picture(found: Findings, value: Json, at: str) -> None:
    if (value.get("image_url") is None) == (value.get("slack_file") is None):
        found.add("must provide exactly one of image_url, slack_file", at, "exclusive_fields")


def _text_or_fields(found: Findings, value: Json, at: str) -> None:
    if value.get("text") is None and not value.get("fields"):
        found.add("missing required field: text", at, "missing_field", {"field": "text"})


def _no_dispatch_of_files(found: Findings, value: Json, at: str) -> None:
    element = value.get("element")
    if value.get("dispatch_action") and isinstance(element, dict) and element.get("type") == "file_input":
        found.add("dispatch_action is not supported for file_input", f"{at}/dispatch_action", "unsupported")


def _something_to_show(found: Findings, value: Json, at: str) -> None:
    if not any(value.get(part) for part in ("hero_image", "title", "actions", "body")):
        found.add("must provide at least one of hero_image, title, actions, body", at, "missing_field")


def _even_rows(found: Findings, value: Json, at: str) -> None:
    rows = [row for row in listed(value.get("rows")) if isinstance(row, list)]
    if len({len(row) for row in rows}) > 1:
        found.add("all rows must have the same number of cells", f"{at}/rows", "uneven_rows")
    for index, cell in enumerate(rows[0] if rows else []):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            found.add("unsupported type: rich_text", f"{at}/rows/0/{index}/type", "unsupported_type")


# ——— elements


def _element(required: dict[str, Rule], optional: dict[str, Rule], *also: Rule) -> Rule:
    common: dict[str, Rule] = {"action_id": string(1, 255), "confirm": CONFIRM, "focus_on_load": boolean}
    return shape({"type": anything, **required}, {**common, **optional}, *also)


def _select(optional: dict[str, Rule], *also: Rule) -> Rule:
    return _element({}, {"placeholder": plain(150), **optional}, *also)


def _input(optional: dict[str, Rule], *also: Rule) -> Rule:
    return _select({"dispatch_action_config": _DISPATCH, **optional}, *also)


_LISTS: dict[str, Rule] = {"options": items(_CHOICE, 1, 100), "option_groups": items(_GROUP, 1, 100)}
_MANY: dict[str, Rule] = {"max_selected_items": number(1)}
_IDS = items(string(1))
_FILTER = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
_ANSWERABLE: dict[str, Rule] = {"response_url_enabled": boolean}
_PICTURE = shape(
    {"type": anything, "alt_text": string(1, 2000)}, {"image_url": _LINK, "slack_file": _FILE}, _picture
)
_BUTTON = _element(
    {"text": plain(75)},
    {
        "value": string(0, 2000),
        "url": _LINK,
        "style": one_of("primary", "danger"),
        "accessibility_label": string(0, 75),
        "agent_prompt": string(1, 4000),
        "agent_prompt_display": anything,
        "visible_to_user_ids": _IDS,
    },
)
_FEEDBACK = shape({"text": plain(75), "value": string(1, 2000)}, {"accessibility_label": string(0, 75)})
ELEMENTS: dict[str, Rule] = {
    "button": _BUTTON,
    "workflow_button": _element(
        {"text": plain(75), "workflow": anything},
        {"style": one_of("primary", "danger"), "accessibility_label": string(0, 75)},
    ),
    "overflow": _element({"options": items(option("plain_text", url=True), 1, 5)}, {}, _options),
    "static_select": _select({**_LISTS, "initial_option": _CHOICE}, _choices),
    "multi_static_select": _select({**_LISTS, **_MANY, "initial_options": items(_CHOICE, 1)}, _choices),
    "external_select": _select({"min_query_length": number(0), "initial_option": _CHOICE}),
    "multi_external_select": _select(
        {"min_query_length": number(0), **_MANY, "initial_options": items(_CHOICE, 1)}
    ),
    "users_select": _select({"initial_user": string(1)}),
    "multi_users_select": _select({**_MANY, "initial_users": _IDS}),
    "conversations_select": _select(
        {
            **_ANSWERABLE,
            "initial_conversation": string(1),
            "default_to_current_conversation": boolean,
            "filter": _FILTER,
        }
    ),
    "multi_conversations_select": _select(
        {
            **_MANY,
            "initial_conversations": _IDS,
            "default_to_current_conversation": boolean,
            "filter": _FILTER,
        }
    ),
    "channels_select": _select({**_ANSWERABLE, "initial_channel": string(1)}),
    "multi_channels_select": _select({**_MANY, "initial_channels": _IDS}),
    "datepicker": _select({"initial_date": _DATE}),
    "timepicker": _select({"initial_time": _TIME, "timezone": string(1)}),
    "datetimepicker": _element({}, {"initial_date_time": number(1_000_000_000, 9_999_999_999)}),
    "checkboxes": _element({"options": items(_BOX, 1, 10)}, {"initial_options": items(_BOX, 1)}, _options),
    "radio_buttons": _element({"options": items(_BOX, 1, 10)}, {"initial_option": _BOX}, _options),
    "image": _PICTURE,
    "plain_text_input": _input(
        {
            "initial_value": string(),
            "multiline": boolean,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        },
        _lengths,
    ),
    "email_text_input": _input({"initial_value": string()}),
    "url_text_input": _input({"initial_value": string()}),
    "number_input": _input(
        {
            "is_decimal_allowed": boolean,
            "initial_value": string(),
            "min_value": string(),
            "max_value": string(),
        }
    ),
    "rich_text_input": _input({"initial_value": anything, "min_lines": number(1), "max_lines": number(1)}),
    "file_input": _element({}, {"filetypes": items(string(1), 1), "max_files": number(1, 10)}),
    "feedback_buttons": _element({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {}),
    "icon_button": _element(
        {"icon": one_of("trash"), "text": plain(75)},
        {"value": string(0, 2000), "accessibility_label": string(0, 75), "visible_to_user_ids": _IDS},
    ),
}

_SELECTS = [kind for kind in ELEMENTS if kind.endswith("_select")]
_PICKERS = ["datepicker", "timepicker"]
_ACTIONS = [
    "button", "workflow_button", "overflow", "checkboxes", "radio_buttons", "datetimepicker",
    "rich_text_input", *_PICKERS, *_SELECTS,
]  # fmt: skip
_ACCESSORIES = [
    "button", "workflow_button", "overflow", "checkboxes", "radio_buttons", "image", *_PICKERS, *_SELECTS,
]  # fmt: skip
_INPUTS = [
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input",
    "checkboxes", "radio_buttons", "datetimepicker", *_PICKERS, *_SELECTS,
]  # fmt: skip
_IN_CONTEXT = {**{kind: text(3000, kind) for kind in ("plain_text", "mrkdwn")}, "image": _PICTURE}


# ——— blocks


def _block(required: dict[str, Rule], optional: dict[str, Rule], *also: Rule) -> Rule:
    return shape({"type": anything, **required}, {"block_id": string(1, 255), **optional}, *also)


_RICH_PARTS: dict[str, Rule] = {
    "rich_text_section": shape({"type": anything, "elements": items(anything)}, {}),
    "rich_text_quote": shape({"type": anything, "elements": items(anything)}, {"border": number(0)}),
    "rich_text_preformatted": shape(
        {"type": anything, "elements": items(anything)}, {"border": number(0), "language": string()}
    ),
    "rich_text_list": shape(
        {"type": anything, "elements": items(anything), "style": one_of("bullet", "ordered")},
        {"indent": number(0), "offset": number(0), "border": number(0)},
    ),
}
_RICH_TEXT = _block({"elements": items(typed(_RICH_PARTS))}, {})
_CELLS: dict[str, Rule] = {
    "raw_text": shape({"type": anything, "text": string(0)}, {}),
    "raw_number": shape({"type": anything, "value": quantity}, {"text": string()}),
    "rich_text": _RICH_TEXT,
}
COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
_SLICE = shape({"label": string(1, 20), "value": quantity}, {})
_SERIES = shape({"name": string(1, 20), "data": items(_SLICE, 1, 20)}, {})
_AXES = shape(
    {"categories": items(string(1, 20), 1, 20)}, {"x_label": string(0, 50), "y_label": string(0, 50)}
)
_PLOT = shape({"type": anything, "series": items(_SERIES, 1, 12), "axis_config": _AXES}, {})
_CHARTS: dict[str, Rule] = {
    "pie": shape({"type": anything, "segments": items(_SLICE, 1, 12)}, {}),
    "bar": _PLOT,
    "line": _PLOT,
    "area": _PLOT,
}
_TASK: dict[str, Rule] = {
    "task_id": string(1),
    "title": string(1),
    "status": one_of("pending", "in_progress", "complete", "error"),
    "details": _RICH_TEXT,
    "output": _RICH_TEXT,
    "sources": items(anything),
}
_CARD = _block(
    {},
    {
        "hero_image": typed({"image": _PICTURE}),
        "icon": typed({"image": _PICTURE}),
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": items(typed({"button": _BUTTON}), 1, 3),
    },
    _something_to_show,
)
BLOCKS: dict[str, Rule] = {
    "section": _block(
        {},
        {
            "text": text(3000),
            "fields": items(text(2000), 1, 10),
            "accessory": typed(ELEMENTS, _ACCESSORIES),
            "expand": boolean,
        },
        _text_or_fields,
    ),
    "divider": _block({}, {}),
    "header": _block({"text": plain(150)}, {"level": number(1, 6)}),
    "image": _block(
        {"alt_text": string(1, 2000)},
        {"title": plain(2000), "image_url": _LINK, "slack_file": _FILE},
        _picture,
    ),
    "actions": _block({"elements": items(typed(ELEMENTS, _ACTIONS), 1, 25)}, {}),
    "context": _block({"elements": items(typed(_IN_CONTEXT), 1, 10)}, {}),
    "context_actions": _block(
        {"elements": items(typed(ELEMENTS, ["feedback_buttons", "icon_button"]), 1, 5)}, {}
    ),
    "input": _block(
        {"label": plain(2000), "element": typed(ELEMENTS, _INPUTS)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        _no_dispatch_of_files,
    ),
    "rich_text": _RICH_TEXT,
    "markdown": _block({"text": string(1, MARKDOWN)}, {}),
    "table": _block(
        {"rows": items(items(typed(_CELLS), 1, 20), 1, 100)}, {"column_settings": items(anything, 0, 20)}
    ),
    "data_table": _block(
        {"rows": items(items(typed(_CELLS), 1, 20), 2, 101), "caption": string(1)},
        {"page_size": number(1, 100), "row_header_column_index": number(0)},
        _even_rows,
    ),
    "data_visualization": _block({"title": string(1, 50), "chart": typed(_CHARTS)}, {}),
    "video": _block(
        {
            "alt_text": string(1),
            "title": plain(199),
            "thumbnail_url": _HTTPS,
            "video_url": _HTTPS,
        },
        {
            "title_url": _HTTPS,
            "author_name": string(1, 49),
            "provider_name": string(1),
            "provider_icon_url": string(1),
            "description": plain(200),
        },
    ),
    "alert": _block({"text": text(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "card": _CARD,
    "carousel": _block({"elements": items(typed({"card": _CARD}), 1, 10)}, {}),
    "container": _block(
        {"child_blocks": items(anything, 1, 10)},
        {
            "title": plain(150),
            "rich_text_title": _RICH_TEXT,
            "subtitle": text(150),
            "icon": anything,
            "width": anything,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
    ),
    "task_card": _block({"task_id": _TASK["task_id"], "title": _TASK["title"]}, _TASK),
    "plan": _block({"title": string(1)}, {"tasks": items(shape({}, {"type": anything, **_TASK}), 0, 50)}),
    "file": _block({"external_id": string(1), "source": one_of("remote")}, {}),
    "call": _block({"call_id": string(1)}, {"call": anything, "api_decoration_available": boolean}),
}

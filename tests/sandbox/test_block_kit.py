"""Every limit of Block Kit: what is at the limit is taken, what is one over it is refused, with the place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sandbox.blocks import MOST_BLOCKS, Surface, check_blocks, check_view, completed_blocks
from tests.sandbox.harbor import Harbor

Json = dict[str, Any]


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(1), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(2), **more}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(3), "element": element, **more}


def choices(count: int) -> list[Json]:
    return [{"text": plain(1), "value": str(number)} for number in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": choices(2), **more}


def confirm(**more: Any) -> Json:
    whole = {"title": plain(1), "text": plain(1), "confirm": plain(1), "deny": plain(1)}
    return {"type": "button", "text": plain(1), "confirm": {**whole, **more}}


def picture(**more: Any) -> Json:
    return {"type": "image", "alt_text": "a", "image_url": "https://x/y.png", **more}


def table(rows: int = 1, cells: int = 1, length: int = 1) -> Json:
    cell = {"type": "raw_text", "text": "x" * length}
    return {"type": "table", "rows": [[cell] * cells] * rows}


def data_table(rows: int = 2, cells: int = 1, **more: Any) -> Json:
    row = [{"type": "raw_text", "text": "x"}] * cells
    return {"type": "data_table", "caption": "c", "rows": [row] * rows, **more}


def chart(series: int = 1, categories: int = 1, label: int = 1, title: int = 1) -> Json:
    data = [{"label": "l", "value": 1}]
    return {
        "type": "data_visualization",
        "title": "t" * title,
        "chart": {
            "type": "line",
            "series": [{"name": f"{number}", "data": data} for number in range(series)],
            "axis_config": {"categories": ["c" * label] * categories},
        },
    }


def slices(count: int) -> Json:
    segments = [{"label": str(number), "value": number} for number in range(count)]
    return {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": segments}}


def card(**more: Any) -> Json:
    return {"type": "card", "title": plain(1), **more}


def text_input(**more: Any) -> Json:
    return {"type": "plain_text_input", **more}


# name, at the limit, one over it, the pointer to what is over
LIMITS: list[tuple[str, list[Json], list[Json], str]] = [
    ("blocks in a message", [section()] * 50, [section()] * 51, "/blocks"),
    (
        "section text",
        [{"type": "section", "text": mrkdwn(3000)}],
        [{"type": "section", "text": mrkdwn(3001)}],
        "/blocks/0/text/text",
    ),
    ("section text of nothing", [section()], [{"type": "section", "text": mrkdwn(0)}], "/blocks/0/text/text"),
    (
        "section fields",
        [section(fields=[mrkdwn(1)] * 10)],
        [section(fields=[mrkdwn(1)] * 11)],
        "/blocks/0/fields",
    ),
    (
        "section field text",
        [section(fields=[mrkdwn(2000)])],
        [section(fields=[mrkdwn(2001)])],
        "/blocks/0/fields/0/text",
    ),
    ("block id", [section(block_id="b" * 255)], [section(block_id="b" * 256)], "/blocks/0/block_id"),
    (
        "action id",
        [actions(button(action_id="a" * 255))],
        [actions(button(action_id="a" * 256))],
        "/blocks/0/elements/0/action_id",
    ),
    (
        "header",
        [{"type": "header", "text": plain(150)}],
        [{"type": "header", "text": plain(151)}],
        "/blocks/0/text/text",
    ),
    (
        "context elements",
        [{"type": "context", "elements": [mrkdwn(1)] * 10}],
        [{"type": "context", "elements": [mrkdwn(1)] * 11}],
        "/blocks/0/elements",
    ),
    ("actions", [actions(*[button()] * 25)], [actions(*[button()] * 26)], "/blocks/0/elements"),
    (
        "context actions",
        [
            {
                "type": "context_actions",
                "elements": [{"type": "icon_button", "icon": "trash", "text": plain(1)}] * 5,
            }
        ],
        [
            {
                "type": "context_actions",
                "elements": [{"type": "icon_button", "icon": "trash", "text": plain(1)}] * 6,
            }
        ],
        "/blocks/0/elements",
    ),
    ("image alt text", [picture(alt_text="a" * 2000)], [picture(alt_text="a" * 2001)], "/blocks/0/alt_text"),
    ("image title", [picture(title=plain(2000))], [picture(title=plain(2001))], "/blocks/0/title/text"),
    (
        "image address",
        [picture(image_url="h" * 3000)],
        [picture(image_url="h" * 3001)],
        "/blocks/0/image_url",
    ),
    (
        "input label",
        [field(text_input(), label=plain(2000))],
        [field(text_input(), label=plain(2001))],
        "/blocks/0/label/text",
    ),
    (
        "input hint",
        [field(text_input(), hint=plain(2000))],
        [field(text_input(), hint=plain(2001))],
        "/blocks/0/hint/text",
    ),
    (
        "button text",
        [actions(button(text=plain(75)))],
        [actions(button(text=plain(76)))],
        "/blocks/0/elements/0/text/text",
    ),
    (
        "button value",
        [actions(button(value="v" * 2000))],
        [actions(button(value="v" * 2001))],
        "/blocks/0/elements/0/value",
    ),
    (
        "button address",
        [actions(button(url="u" * 3000))],
        [actions(button(url="u" * 3001))],
        "/blocks/0/elements/0/url",
    ),
    (
        "button label",
        [actions(button(accessibility_label="l" * 75))],
        [actions(button(accessibility_label="l" * 76))],
        "/blocks/0/elements/0/accessibility_label",
    ),
    (
        "button prompt",
        [actions(button(agent_prompt="p" * 4000))],
        [actions(button(agent_prompt="p" * 4001))],
        "/blocks/0/elements/0/agent_prompt",
    ),
    (
        "option text",
        [actions(select(options=[{"text": plain(75), "value": "1"}]))],
        [actions(select(options=[{"text": plain(76), "value": "1"}]))],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "option value",
        [actions(select(options=[{"text": plain(1), "value": "v" * 150}]))],
        [actions(select(options=[{"text": plain(1), "value": "v" * 151}]))],
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "option description",
        [actions(select(options=[{"text": plain(1), "value": "1", "description": plain(75)}]))],
        [actions(select(options=[{"text": plain(1), "value": "1", "description": plain(76)}]))],
        "/blocks/0/elements/0/options/0/description/text",
    ),
    (
        "options",
        [actions(select(options=choices(100)))],
        [actions(select(options=choices(101)))],
        "/blocks/0/elements/0/options",
    ),
    (
        "no options",
        [actions(select(options=choices(1)))],
        [actions(select(options=[]))],
        "/blocks/0/elements/0/options",
    ),
    (
        "option groups",
        [
            actions(
                {
                    "type": "static_select",
                    "option_groups": [
                        {"label": plain(1), "options": [{"text": plain(1), "value": str(n)}]}
                        for n in range(100)
                    ],
                }
            )
        ],
        [
            actions(
                {
                    "type": "static_select",
                    "option_groups": [
                        {"label": plain(1), "options": [{"text": plain(1), "value": str(n)}]}
                        for n in range(101)
                    ],
                }
            )
        ],
        "/blocks/0/elements/0/option_groups",
    ),
    (
        "group label",
        [actions({"type": "static_select", "option_groups": [{"label": plain(75), "options": choices(1)}]})],
        [actions({"type": "static_select", "option_groups": [{"label": plain(76), "options": choices(1)}]})],
        "/blocks/0/elements/0/option_groups/0/label/text",
    ),
    (
        "placeholder",
        [actions(select(placeholder=plain(150)))],
        [actions(select(placeholder=plain(151)))],
        "/blocks/0/elements/0/placeholder/text",
    ),
    (
        "overflow",
        [actions({"type": "overflow", "options": choices(5)})],
        [actions({"type": "overflow", "options": choices(6)})],
        "/blocks/0/elements/0/options",
    ),
    (
        "checkboxes",
        [actions({"type": "checkboxes", "options": choices(10)})],
        [actions({"type": "checkboxes", "options": choices(11)})],
        "/blocks/0/elements/0/options",
    ),
    (
        "radio buttons",
        [actions({"type": "radio_buttons", "options": choices(10)})],
        [actions({"type": "radio_buttons", "options": choices(11)})],
        "/blocks/0/elements/0/options",
    ),
    (
        "shortest text",
        [field(text_input(min_length=3000))],
        [field(text_input(min_length=3001))],
        "/blocks/0/element/min_length",
    ),
    (
        "longest text",
        [field(text_input(max_length=3000))],
        [field(text_input(max_length=3001))],
        "/blocks/0/element/max_length",
    ),
    (
        "longest text of nothing",
        [field(text_input(max_length=1))],
        [field(text_input(max_length=0))],
        "/blocks/0/element/max_length",
    ),
    (
        "files",
        [field({"type": "file_input", "max_files": 10})],
        [field({"type": "file_input", "max_files": 11})],
        "/blocks/0/element/max_files",
    ),
    (
        "confirm title",
        [actions(confirm(title=plain(100)))],
        [actions(confirm(title=plain(101)))],
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        "confirm text",
        [actions(confirm(text=plain(300)))],
        [actions(confirm(text=plain(301)))],
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        "confirm yes",
        [actions(confirm(confirm=plain(30)))],
        [actions(confirm(confirm=plain(31)))],
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    (
        "confirm no",
        [actions(confirm(deny=plain(30)))],
        [actions(confirm(deny=plain(31)))],
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    ("table rows", [table(rows=100)], [table(rows=101)], "/blocks/0/rows"),
    ("table cells", [table(cells=20)], [table(cells=21)], "/blocks/0/rows/0"),
    (
        "table columns",
        [{**table(), "column_settings": [None] * 20}],
        [{**table(), "column_settings": [None] * 21}],
        "/blocks/0/column_settings",
    ),
    (
        "table text",
        [table(length=5000), table(length=5000)],
        [table(length=5000), table(length=5001)],
        "/blocks",
    ),
    ("data table rows", [data_table(rows=101)], [data_table(rows=102)], "/blocks/0/rows"),
    ("data table header alone", [data_table(rows=2)], [data_table(rows=1)], "/blocks/0/rows"),
    ("data table cells", [data_table(cells=20)], [data_table(cells=21)], "/blocks/0/rows/0"),
    ("data table page", [data_table(page_size=100)], [data_table(page_size=101)], "/blocks/0/page_size"),
    (
        "markdown",
        [{"type": "markdown", "text": "x" * 12_000}],
        [{"type": "markdown", "text": "x" * 12_001}],
        "/blocks/0/text",
    ),
    (
        "markdown in all",
        [{"type": "markdown", "text": "x" * 6_000}] * 2,
        [{"type": "markdown", "text": "x" * 6_000}, {"type": "markdown", "text": "x" * 6_001}],
        "/blocks",
    ),
    ("card title", [card(title=plain(150))], [card(title=plain(151))], "/blocks/0/title/text"),
    ("card subtitle", [card(subtitle=plain(150))], [card(subtitle=plain(151))], "/blocks/0/subtitle/text"),
    ("card body", [card(body=mrkdwn(200))], [card(body=mrkdwn(201))], "/blocks/0/body/text"),
    ("card subtext", [card(subtext=mrkdwn(200))], [card(subtext=mrkdwn(201))], "/blocks/0/subtext/text"),
    ("card buttons", [card(actions=[button()] * 3)], [card(actions=[button()] * 4)], "/blocks/0/actions"),
    (
        "carousel",
        [{"type": "carousel", "elements": [card()] * 10}],
        [{"type": "carousel", "elements": [card()] * 11}],
        "/blocks/0/elements",
    ),
    (
        "container",
        [{"type": "container", "child_blocks": [{"type": "divider"}] * 10}],
        [{"type": "container", "child_blocks": [{"type": "divider"}] * 11}],
        "/blocks/0/child_blocks",
    ),
    (
        "container title",
        [{"type": "container", "title": plain(150), "child_blocks": [section()]}],
        [{"type": "container", "title": plain(151), "child_blocks": [section()]}],
        "/blocks/0/title/text",
    ),
    ("chart title", [chart(title=50)], [chart(title=51)], "/blocks/0/title"),
    ("chart series", [chart(series=12)], [chart(series=13)], "/blocks/0/chart/series"),
    ("chart segments", [slices(12)], [slices(13)], "/blocks/0/chart/segments"),
    (
        "chart categories",
        [chart(categories=20)],
        [chart(categories=21)],
        "/blocks/0/chart/axis_config/categories",
    ),
    ("chart labels", [chart(label=20)], [chart(label=21)], "/blocks/0/chart/axis_config/categories/0"),
    ("charts", [chart()] * 2, [chart()] * 3, "/blocks"),
    (
        "plan",
        [{"type": "plan", "title": "p", "tasks": [{"task_id": "1", "title": "t"}] * 50}],
        [{"type": "plan", "title": "p", "tasks": [{"task_id": "1", "title": "t"}] * 51}],
        "/blocks/0/tasks",
    ),
]

MISTAKES: list[tuple[str, list[Any], str, str]] = [
    ("a type there is not", [{"type": "sektion"}], "unsupported type: sektion", "/blocks/0/type"),
    ("no type", [{}], "missing required field: type", "/blocks/0"),
    ("no object", ["text"], "must provide an object", "/blocks/0"),
    ("a section without words", [{"type": "section"}], "missing required field: text", "/blocks/0"),
    ("a field there is not", [section(colour="red")], "invalid additional property: colour", "/blocks/0"),
    (
        "emoji with mrkdwn",
        [{"type": "section", "text": {**mrkdwn(1), "emoji": True}}],
        "invalid additional property: emoji",
        "/blocks/0/text",
    ),
    (
        "verbatim with plain text",
        [{"type": "section", "text": {**plain(1), "verbatim": True}}],
        "invalid additional property: verbatim",
        "/blocks/0/text",
    ),
    (
        "mrkdwn in a header",
        [{"type": "header", "text": mrkdwn(1)}],
        "unsupported type: mrkdwn",
        "/blocks/0/text/type",
    ),
    (
        "mrkdwn in a select",
        [actions(select(options=[{"text": mrkdwn(1), "value": "1"}]))],
        "unsupported type: mrkdwn",
        "/blocks/0/elements/0/options/0/text/type",
    ),
    (
        "a style there is not",
        [actions(button(style="loud"))],
        "must be a valid enum value",
        "/blocks/0/elements/0/style",
    ),
    (
        "two blocks of one id",
        [section(block_id="b"), section(block_id="b")],
        "`block_id` b already exists",
        "/blocks/1/block_id",
    ),
    (
        "two actions of one id",
        [actions(button(action_id="a"), button(action_id="a"))],
        "`action_id` a already exists for block",
        "/blocks/0/elements/1/action_id",
    ),
    (
        "options and groups",
        [actions(select(option_groups=[{"label": plain(1), "options": choices(1)}]))],
        "must provide exactly one of options, option_groups",
        "/blocks/0/elements/0",
    ),
    (
        "two options of one value",
        [actions(select(options=[*choices(1), *choices(1)]))],
        "must have unique option values",
        "/blocks/0/elements/0",
    ),
    (
        "an initial option of its own",
        [actions(select(initial_option={"text": plain(1), "value": "9"}))],
        "initial option must match one of the options",
        "/blocks/0/elements/0",
    ),
    (
        "an address outside an overflow",
        [actions(select(options=[{**choices(1)[0], "url": "https://x"}]))],
        "invalid additional property: url",
        "/blocks/0/elements/0/options/0",
    ),
    (
        "an input among actions",
        [actions(text_input())],
        "unsupported type: plain_text_input",
        "/blocks/0/elements/0/type",
    ),
    ("a button among inputs", [field(button())], "unsupported type: button", "/blocks/0/element/type"),
    (
        "an image without words",
        [{"type": "image", "image_url": "https://x/y.png"}],
        "missing required field: alt_text",
        "/blocks/0",
    ),
    (
        "files that dispatch",
        [field({"type": "file_input"}, dispatch_action=True)],
        "dispatch_action is not supported for file_input",
        "/blocks/0/dispatch_action",
    ),
    (
        "a date that is none",
        [actions({"type": "datepicker", "initial_date": "30 Nov"})],
        "must be a date in the format YYYY-MM-DD",
        "/blocks/0/elements/0/initial_date",
    ),
    (
        "rows of unequal length",
        [
            {
                "type": "data_table",
                "caption": "c",
                "rows": [[{"type": "raw_text", "text": "a"}], [{"type": "raw_text", "text": "a"}] * 2],
            }
        ],
        "all rows must have the same number of cells",
        "/blocks/0/rows",
    ),
    (
        "rich text in a header row",
        [
            {
                "type": "data_table",
                "caption": "c",
                "rows": [[{"type": "rich_text", "elements": []}], [{"type": "raw_text", "text": "a"}]],
            }
        ],
        "unsupported type: rich_text",
        "/blocks/0/rows/0/0/type",
    ),
    (
        "an empty card",
        [{"type": "card", "subtitle": plain(1)}],
        "must provide at least one of hero_image, title, actions, body",
        "/blocks/0",
    ),
    (
        "a mistake inside a container",
        [{"type": "container", "child_blocks": [{"type": "section"}]}],
        "missing required field: text",
        "/blocks/0/child_blocks/0",
    ),
    (
        "an alert outside a modal",
        [{"type": "alert", "text": plain(1)}],
        "unsupported type: alert",
        "/blocks/0/type",
    ),
    (
        "two elements in focus",
        [field(text_input(focus_on_load=True)), field(text_input(focus_on_load=True))],
        "only one element can be set to focus_on_load",
        "/blocks",
    ),
]


@pytest.mark.parametrize(("name", "at", "over", "pointer"), LIMITS, ids=[one[0] for one in LIMITS])
def test_a_limit_is_kept_to_the_last_character(
    name: str, at: list[Json], over: list[Json], pointer: str
) -> None:
    assert check_blocks(at, "message") == []
    assert check_blocks(over, "message")[0].pointer == pointer


@pytest.mark.parametrize(("name", "blocks", "message", "pointer"), MISTAKES, ids=[one[0] for one in MISTAKES])
def test_a_mistake_is_named_with_its_place(name: str, blocks: list[Any], message: str, pointer: str) -> None:
    assert f"{message} [json-pointer:{pointer}]" in [str(one) for one in check_blocks(blocks, "message")]


@pytest.mark.parametrize("surface", ["modal", "home"])
def test_a_view_holds_a_hundred_blocks(surface: Surface) -> None:
    assert MOST_BLOCKS[surface] == 100
    assert check_blocks([section()] * 100, surface) == []
    assert [one.pointer for one in check_blocks([section()] * 101, surface)] == ["/blocks"]


@pytest.mark.parametrize(
    ("kind", "surfaces"),
    [
        ("markdown", {"message"}),
        ("table", {"message", "home"}),
        ("data_table", {"message", "home"}),
        ("data_visualization", {"message", "home"}),
        ("alert", {"modal"}),
        ("context", {"message", "modal", "home"}),
        ("carousel", {"message", "home"}),
    ],
)
def test_a_block_stands_only_where_slack_shows_it(kind: str, surfaces: set[str]) -> None:
    samples: dict[str, Json] = {
        "markdown": {"type": "markdown", "text": "x"},
        "table": table(),
        "data_table": data_table(),
        "data_visualization": chart(),
        "alert": {"type": "alert", "text": plain(1)},
        "context": {"type": "context", "elements": [mrkdwn(1)]},
        "carousel": {"type": "carousel", "elements": [card()]},
    }
    every: tuple[Surface, ...] = ("message", "modal", "home")
    assert {one for one in every if not check_blocks([samples[kind]], one)} == surfaces


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain(3), "blocks": [section()], **more}


@pytest.mark.parametrize(
    ("at", "over", "pointer"),
    [
        ({"title": plain(24)}, {"title": plain(25)}, "/view/title/text"),
        ({"submit": plain(24)}, {"submit": plain(25)}, "/view/submit/text"),
        ({"close": plain(24)}, {"close": plain(25)}, "/view/close/text"),
        ({"private_metadata": "p" * 3000}, {"private_metadata": "p" * 3001}, "/view/private_metadata"),
        ({"callback_id": "c" * 255}, {"callback_id": "c" * 256}, "/view/callback_id"),
        ({"external_id": "e" * 255}, {"external_id": "e" * 256}, "/view/external_id"),
        ({"blocks": [section()]}, {"blocks": [{"type": "section"}]}, "/view/blocks/0"),
        ({"submit": plain(1), "blocks": [field(text_input())]}, {"blocks": [field(text_input())]}, "/view"),
    ],
)
def test_a_modal_has_limits_of_its_own(at: Json, over: Json, pointer: str) -> None:
    assert check_view(modal(**at)) == []
    assert [one.pointer for one in check_view(modal(**over))] == [pointer]


def test_defaults_and_ids_are_filled_in() -> None:
    [done] = completed_blocks([actions(button(), select())])
    assert done["block_id"]
    assert all(one["action_id"] for one in done["elements"])
    assert done["elements"][0]["text"]["emoji"] is True


async def test_refused_blocks_are_answered_in_slacks_words(harbor: Harbor) -> None:
    answer = await harbor.http.post(
        "/api/chat.postMessage",
        json={"channel": "C0QUAY", "blocks": [{"type": "section", "text": mrkdwn(3001)}]},
        headers={"authorization": f"Bearer {harbor.slack.bot_token}"},
    )
    wrong = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert answer.json() == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [wrong],
        "response_metadata": {"messages": [f"[ERROR] {wrong}"]},
    }


async def test_blocks_can_be_checked_without_posting_them(harbor: Harbor) -> None:
    assert (await harbor.client.blocks_validate(blocks=[section()]))["ok"]
    answer = await harbor.http.post(
        "/api/blocks.validate",
        data={"view": '{"type": "modal", "title": {"type": "plain_text", "text": "t"}, "blocks": [{}]}'},
        headers={"authorization": f"Bearer {harbor.slack.bot_token}"},
    )
    assert answer.json()["error"] == "invalid_view"
    assert answer.json()["errors"][0]["pointer"] == "/blocks/0"


WORDS = some.sampled_from(
    [
        "actions", "accessory", "block_id", "blocks", "button", "child_blocks", "column_settings",
        "container",
        "context", "data_table", "element", "elements", "fields", "focus_on_load", "home", "initial_option",
        "initial_options", "input", "modal", "mrkdwn", "option_groups", "options", "plain_text",
        "plain_text_input", "rows", "section", "static_select", "table", "text", "type", "value",
    ]
)  # fmt: skip
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=3) | WORDS,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(WORDS, inner, max_size=5),
    max_leaves=30,
)


@given(VALUES)
def test_whatever_is_sent_is_judged_and_never_breaks_the_judge(value: Any) -> None:
    for surface in ("message", "modal", "home"):
        check_blocks(value, surface)
        check_blocks([value], surface)
    check_view(value)
    for kind in ("modal", "home"):
        check_view({"type": kind, "title": plain(1), "blocks": value})

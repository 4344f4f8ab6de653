"""Every kind of block and text the page must be able to draw, for looking at and for testing."""

from __future__ import annotations

from typing import Any

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def option(text: str, value: str, description: str = "") -> Block:
    made: Block = {"text": plain(text), "value": value}
    return made | ({"description": plain(description)} if description else {})


def button(text: str, action: str, **more: Any) -> Block:
    return {"type": "button", "text": plain(text), "action_id": action, "value": action, **more}


SHIFTS = [
    option("Early shift", "early", "06:00 to 14:00"),
    option("Late shift", "late"),
    option("Night :zzz:", "night"),
]


def words(text: str, **style: bool) -> Block:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def sections(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


TEXTS: list[Block] = [
    {"type": "header", "text": plain("Ward round :hospital: Tuesday")},
    {
        "type": "section",
        "text": mrkdwn(
            "*Not ready.* 12 of 20 gates open, _2 of them blocked_, ~1 dropped~. "
            "See <https://example.org/a_b|the plan> or ask <@U2>.\n• First the `VPN`\n• then the firewall\n"
            "> A quoted line\n```ssh ward-7 --check\nok```"
        ),
    },
    {
        "type": "section",
        "fields": [
            mrkdwn(f"*{name}*\n{value}")
            for name, value in (
                ("Owner", "<@U1>"),
                ("Due", "Fri 4 Dec"),
                ("Slack", "0 d"),
                ("Waits on", "Network team"),
            )
        ],
    },
    {
        "type": "section",
        "text": mrkdwn("Printer queue for *Radiology* is not mapped yet."),
        "accessory": button("Take it", "take", style="primary"),
    },
    {"type": "divider"},
    {
        "type": "context",
        "elements": [mrkdwn(":clock3: as of 10:15"), mrkdwn("revision 14"), plain("nothing is guessed")],
    },
    {
        "type": "rich_text",
        "elements": [
            sections(
                words("Bold", bold=True),
                words(", "),
                words("italic", italic=True),
                words(", "),
                words("code", code=True),
                words(" and "),
                {"type": "user", "user_id": "U2"},
                words(" "),
                {"type": "emoji", "name": "tada"},
            ),
            {
                "type": "rich_text_list",
                "style": "ordered",
                "indent": 0,
                "elements": [sections(words("One")), sections(words("Two"))],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 1,
                "elements": [sections(words("under two"))],
            },
            {"type": "rich_text_quote", "elements": [words("Said by somebody")]},
            {"type": "rich_text_preformatted", "elements": [words("MSH|^~\\&|LAB")]},
        ],
    },
    {
        "type": "markdown",
        "text": "### Standard Markdown\n\n**Bold**, *italic*, [a link](https://example.org) and\n\n"
        "1. one\n2. two\n\n"
        "| Area | Open |\n|---|---:|\n| Network | 3 |\n| Lab | 1 |",
    },
]

FIELDS: list[Block] = [
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            button("All gates in order", "gates"),
            button("Start", "start", style="primary"),
            button(
                "Remove",
                "remove",
                style="danger",
                confirm={
                    "title": plain("Remove it?"),
                    "text": plain("It cannot be undone."),
                    "confirm": plain("Remove"),
                    "deny": plain("Keep"),
                    "style": "danger",
                },
            ),
            {
                "type": "static_select",
                "action_id": "shift",
                "placeholder": plain("Choose a shift"),
                "options": SHIFTS,
            },
            {
                "type": "overflow",
                "action_id": "more",
                "options": [option("Copy", "copy"), option("Archive", "archive")],
            },
        ],
    },
    {
        "type": "actions",
        "block_id": "acts2",
        "elements": [
            {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-30"},
            {"type": "timepicker", "action_id": "hour", "initial_time": "09:30"},
            {"type": "users_select", "action_id": "person", "placeholder": plain("Choose a person")},
            {"type": "conversations_select", "action_id": "place", "placeholder": plain("Choose a channel")},
        ],
    },
    {
        "type": "section",
        "block_id": "ticks",
        "text": mrkdwn("What is done?"),
        "accessory": {
            "type": "checkboxes",
            "action_id": "done",
            "options": SHIFTS,
            "initial_options": [SHIFTS[1]],
        },
    },
    {
        "type": "section",
        "block_id": "multi",
        "text": mrkdwn("Who is on duty?"),
        "accessory": {
            "type": "multi_static_select",
            "action_id": "duty",
            "placeholder": plain("Nobody yet"),
            "options": SHIFTS,
        },
    },
    {
        "type": "input",
        "block_id": "why",
        "label": plain("Why"),
        "hint": plain("A sentence is enough."),
        "optional": True,
        "element": {
            "type": "plain_text_input",
            "action_id": "text",
            "multiline": True,
            "placeholder": plain("Because…"),
        },
    },
    {
        "type": "input",
        "block_id": "pick",
        "label": plain("When"),
        "element": {
            "type": "radio_buttons",
            "action_id": "radio",
            "options": SHIFTS,
            "initial_option": SHIFTS[0],
        },
    },
]

TABLES: list[Block] = [
    {
        "type": "table",
        "column_settings": [{"is_wrapped": True}, {"align": "right"}],
        "rows": [
            [{"type": "raw_text", "text": "Area"}, {"type": "raw_text", "text": "Open"}],
            [{"type": "raw_text", "text": "Network"}, {"type": "raw_number", "value": 3}],
            [
                {"type": "rich_text", "elements": [sections(words("Lab", bold=True))]},
                {"type": "raw_text", "text": "1"},
            ],
        ],
    },
    {
        "type": "data_table",
        "caption": "Gates by owner",
        "page_size": 3,
        "rows": [[{"type": "raw_text", "text": "Owner"}, {"type": "raw_text", "text": "Gates"}]]
        + [
            [{"type": "raw_text", "text": f"Person {number}"}, {"type": "raw_number", "value": number * 3}]
            for number in range(1, 6)
        ],
    },
    {
        "type": "data_visualization",
        "title": "Open gates by week",
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": "Open",
                    "data": [{"label": f"W{week}", "value": 30 - 4 * week} for week in range(1, 7)],
                },
                {
                    "name": "Blocked",
                    "data": [{"label": f"W{week}", "value": 7 - week} for week in range(1, 7)],
                },
            ],
            "axis_config": {
                "categories": [f"W{week}" for week in range(1, 7)],
                "x_label": "Week",
                "y_label": "Gates",
            },
        },
    },
    {
        "type": "data_visualization",
        "title": "Where they stand",
        "chart": {
            "type": "pie",
            "segments": [
                {"label": "Open", "value": 42},
                {"label": "Blocked", "value": 7},
                {"label": "Validated", "value": 12},
            ],
        },
    },
    {
        "type": "data_visualization",
        "title": "Burn-down",
        "chart": {
            "type": "area",
            "series": [
                {
                    "name": "Left",
                    "data": [{"label": str(day), "value": 40 - day * day / 4} for day in range(12)],
                }
            ],
            "axis_config": {"categories": [str(day) for day in range(12)]},
        },
    },
]

CARDS: list[Block] = [
    {
        "type": "card",
        "title": mrkdwn("Firewall rule"),
        "subtitle": mrkdwn("Network"),
        "body": mrkdwn("Open port *2575* to the engine."),
        "actions": [button("Open", "open_card")],
    },
    {
        "type": "carousel",
        "elements": [
            {
                "type": "card",
                "title": mrkdwn(f"Card {number}"),
                "body": mrkdwn("A few words on it."),
                "actions": [button("Look", f"look{number}")],
            }
            for number in range(1, 5)
        ],
    },
    {
        "type": "container",
        "title": plain("Validated, with evidence"),
        "subtitle": plain("7 gates"),
        "is_collapsible": True,
        "child_blocks": [{"type": "section", "text": mrkdwn("*DNS*: resolved from ward 7")}],
    },
    {
        "type": "task_card",
        "task_id": "t1",
        "title": "Read the checklist",
        "status": "complete",
        "sources": [{"type": "url", "url": "https://example.org", "text": "the file"}],
    },
    {
        "type": "plan",
        "title": "Three steps",
        "tasks": [
            {"task_id": "a", "title": "Load", "status": "complete"},
            {"task_id": "b", "title": "Check", "status": "in_progress"},
            {"task_id": "c", "title": "Answer", "status": "pending"},
        ],
    },
    {
        "type": "image",
        "image_url": "https://example.org/plan.png",
        "alt_text": "The floor plan of ward 7",
        "title": plain("Floor plan"),
    },
    {
        "type": "video",
        "title": plain("How to validate"),
        "video_url": "https://example.org/v",
        "thumbnail_url": "https://example.org/t.png",
        "alt_text": "A two-minute video",
        "author_name": "Training",
    },
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "fb",
                "positive_button": {"text": plain("Good"), "value": "good"},
                "negative_button": {"text": plain("Bad"), "value": "bad"},
            }
        ],
    },
    {"type": "hologram", "shape": "cube"},
]

FORM: list[Block] = [
    {
        "type": "section",
        "text": mrkdwn("*Firewall rule*, owned by <@U2>. All that is asked for can be changed later."),
    },
    {
        "type": "input",
        "block_id": "what",
        "label": plain("What is in the way?"),
        "element": {
            "type": "plain_text_input",
            "action_id": "text",
            "min_length": 5,
            "max_length": 300,
            "placeholder": plain("In a sentence"),
        },
    },
    {
        "type": "input",
        "block_id": "who",
        "label": plain("Who can clear it?"),
        "element": {"type": "users_select", "action_id": "user", "placeholder": plain("Choose somebody")},
    },
    {
        "type": "input",
        "block_id": "item",
        "label": plain("Which step?"),
        "hint": plain("Type a few letters of its name."),
        "element": {
            "type": "external_select",
            "action_id": "lookup",
            "min_query_length": 1,
            "placeholder": plain("Search the checklist"),
        },
    },
    {
        "type": "input",
        "block_id": "day",
        "label": plain("Expected clear"),
        "optional": True,
        "element": {"type": "datepicker", "action_id": "date"},
    },
    {
        "type": "input",
        "block_id": "moment",
        "label": plain("Next call"),
        "optional": True,
        "element": {"type": "datetimepicker", "action_id": "at"},
    },
    {
        "type": "input",
        "block_id": "mail",
        "label": plain("Tell by mail"),
        "optional": True,
        "element": {"type": "email_text_input", "action_id": "mail"},
    },
    {
        "type": "input",
        "block_id": "count",
        "label": plain("Beds affected"),
        "optional": True,
        "element": {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "0"},
    },
    {
        "type": "input",
        "block_id": "ways",
        "label": plain("Ways round it"),
        "optional": True,
        "element": {"type": "checkboxes", "action_id": "ways", "options": SHIFTS},
    },
]

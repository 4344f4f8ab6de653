"""Which keys has each part of a template file, in which order, and what do they mean?"""

from __future__ import annotations

import re

from bot.domain import roles
from bot.domain.projectfile import kinds
from bot.domain.projectfile.fields import Field, Fields, table
from bot.domain.projectfile.kinds import Context, Kind
from bot.domain.projectfile.marked import Mapping, Node, Scalar, Sequence
from bot.domain.projectfile.problems import quoted

FURTHEST = 1_000  # working days before or after go-live
LONGEST = 250  # working days of one item

_WHOLE = re.compile(r"[-+]?(0|[1-9]\d{0,8})", re.ASCII)


def _whole(least: int, most: int, node: Node, context: Context) -> int | None:
    if isinstance(node, Mapping | Sequence):
        context.say(node.line, "has to be a whole number of working days")
    if not isinstance(node, Scalar):
        return None
    if not (node.plain and _WHOLE.fullmatch(node.text)):
        context.say(node.line, f"has to be a whole number of working days, not {quoted(node.text)}")
        return None
    number = int(node.text)
    if not least <= number <= most:
        context.say(node.line, f"is {number}; it has to be from {least:,} to {most:,}")
    return max(least, min(most, number))


def _role(node: Node, context: Context) -> str | None:
    found: str | None = kinds.TEXT.read(node, context)
    return " ".join(found.split()) or None if found else None


def _confirming_role(node: Node, context: Context) -> str | None:
    """What a project takes for the id or the name of a person is no role there."""
    role = _role(node, context)
    if role is not None and not roles.reads_like_one(role):
        like = role if role.isupper() else role.casefold()
        better = quoted(f"the {like} team")
        context.say(node.line, f"{quoted(role)} would be taken for somebody's name; write it like {better}")
    return role


OFFSET = Kind(
    lambda node, context: _whole(-FURTHEST, FURTHEST, node, context),
    {"type": "integer", "minimum": -FURTHEST, "maximum": FURTHEST},
)
DAYS = Kind(
    lambda node, context: _whole(1, LONGEST, node, context),
    {"type": "integer", "minimum": 1, "maximum": LONGEST},
)
ROLE = Kind(_role, {"type": "string"})
CONFIRMING_ROLE = Kind(_confirming_role, {"type": "string"})
# What a template is called; it has the shape of the list of keys an item depends on.
WORDS = kinds.ITEMS

TEMPLATE: Fields = table(
    Field("key", kinds.WORD, "a short word the template goes by", required=True),
    Field("name", kinds.FILLED, "what people call it", required=True),
    Field("about", kinds.TEXT, "for which projects it is", always=False),
    Field("also_called", WORDS, "other words it may be asked for by", always=False),
    Field("go_live_item", kinds.ITEM, "the key of the item that is going live", required=True),
)

STEP: Fields = table(
    Field("key", kinds.WORD, "a short word the item goes by", required=True),
    Field("title", kinds.FILLED, "what it is, in a line", required=True),
    Field("area", kinds.TEXT, "the part of the work it belongs to; hypercare is after go-live"),
    Field(
        "offset",
        OFFSET,
        "the working days before go-live by which it is to be done; negative: after it",
        required=True,
    ),
    Field("days", DAYS, "working days of work; 1 unless said"),
    Field("depends_on", kinds.ITEMS, "keys of the items that have to be closed first", always=False),
    Field("gate", kinds.FLAG, "whether go-live waits for it; false unless said"),
    Field("owner_role", ROLE, "the role of who does it"),
    Field("validator_role", CONFIRMING_ROLE, "the role of who confirms it; never the owner's"),
    Field("description", kinds.TEXT, "what done means: the evidence its validator looks for", always=False),
    Field("internal", kinds.FLAG, "whether the customer is not shown it", always=False),
)

BELIEF: Fields = table(
    Field("text", kinds.FILLED, "what is believed", required=True),
    Field("item", kinds.ITEM, "the key of the item that rests on it"),
    Field("offset", OFFSET, "the working days before go-live by which it has to be known", always=False),
)

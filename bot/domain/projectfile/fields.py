"""Which keys has each part of a project file, in which order, and what do they mean?

The one table behind reading, writing, the JSON Schema and the documentation of the format.
"""

from __future__ import annotations

from collections.abc import Mapping as Mapped
from dataclasses import dataclass
from typing import Any

from bot.domain.plan import Finding, Validation, Waiver
from bot.domain.projectfile import kinds
from bot.domain.projectfile.kinds import Context, Kind
from bot.domain.projectfile.marked import Mapping, Node, Scalar, Sequence
from bot.domain.projectfile.problems import quoted


@dataclass(frozen=True, slots=True)
class Field:
    """One key: what may stand there, and whether an export writes it even when there is nothing to say."""

    key: str
    kind: Kind
    means: str
    required: bool = False
    always: bool = True
    attribute: str = ""  # what the plan calls it, where that differs

    @property
    def name(self) -> str:
        return self.attribute or self.key


Fields = Mapped[str, Field]


def table(*fields: Field) -> Fields:
    return {field.key: field for field in fields}


def values(node: Mapping, fields: Fields, what: str, context: Context) -> dict[str, Any]:
    """What the mapping says, by attribute; keys that say nothing are left out, for the defaults to hold."""
    found: dict[str, Any] = {}
    for key, (line, value) in node.entries.items():
        field = fields.get(key)
        if field is None:
            guess = context.guesses.offer(key, fields)
            context.say(
                line, f"the key {quoted(key)} is unknown{guess or '; known are ' + ', '.join(fields)}"
            )
        elif not kinds.is_null(value):
            read = field.kind.read(value, _within(context, key))
            if read is not None:
                found[field.name] = read
    for field in fields.values():
        if field.required and _missing(node, field.key):
            context.say(node.line, f"{field.key} is missing; {what} needs {field.means}")
    return found


def said(stored: Mapped[str, Any], fields: Fields) -> dict[str, Any]:
    """What the file says of a thing that is stored so, in the order of the format."""
    found = {}
    for field in fields.values():
        value = stored[field.name]
        # 0 says something, though Python takes it for False.
        if field.always or (value is not False and value not in (None, [], {})):
            found[field.key] = field.kind.write(value) if field.kind.write and value else value
    return found


def _missing(node: Mapping, key: str) -> bool:
    return key not in node.entries or kinds.is_null(node.entries[key][1])


def _within(context: Context, key: str) -> Context:
    return Context(lambda line, said: context.say(line, f"{key} {said}"), context.guesses, context.zone)


def _waiver(node: Node, context: Context) -> Waiver | None:
    if not isinstance(node, Mapping):
        if isinstance(node, Scalar | Sequence):
            context.say(
                node.line, "has to be a mapping, like {by: dana, why: not used here, until: 2026-12-31}"
            )
        return None
    return Waiver(**{"by": None, "why": "", **values(node, WAIVER, "a waiver", context)})


def _validation(node: Node, context: Context) -> Validation | None:
    if not isinstance(node, Mapping):
        if isinstance(node, Scalar | Sequence):
            context.say(node.line, "has to be a mapping, like {by: dana, evidence: report read}")
        return None
    nothing = {"by": None, "at": None, "evidence": None}
    return Validation(**{**nothing, **values(node, VALIDATION, "a validation", context)})


def _finding(node: Node, context: Context) -> Finding | None:
    if not isinstance(node, Mapping):
        if isinstance(node, Scalar | Sequence):
            context.say(node.line, "has to be a mapping, like {true: false, by: dana, evidence: their mail}")
        return None
    nothing = {"true": False, "by": None, "at": None}
    return Finding(**{**nothing, **values(node, FINDING, "a finding", context)})


def object_schema(fields: Fields) -> dict[str, Any]:
    """The JSON Schema of a mapping with these keys."""
    required = [field.key for field in fields.values() if field.required]
    return {
        "type": "object",
        "properties": {field.key: _schema(field) for field in fields.values()},
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _schema(field: Field) -> dict[str, Any]:
    described = {"description": field.means, **field.kind.schema}
    if field.required:
        return described
    if "type" in described:
        return {**described, "type": [described["type"], "null"]}
    if "enum" in described:
        return {**described, "enum": [*described["enum"], None]}
    return {**described, "anyOf": [*described["anyOf"], {"type": "null"}]}


WAIVER = table(
    Field("by", kinds.PERSON, "who decided it", always=False),
    Field("why", kinds.FILLED, "why the gate is let through", required=True),
    Field("until", kinds.DAY, "the last day it holds; none: for good", always=False),
)

VALIDATION = table(
    Field("by", kinds.PERSON, "who confirmed it", always=False),
    Field("at", kinds.MOMENT, "when", always=False),
    Field("evidence", kinds.TEXT, "what proves it", always=False),
    Field("permalink", kinds.TEXT, "where it was said", always=False),
)

FINDING = table(
    Field("true", kinds.FLAG, "whether it turned out true", required=True),
    Field("by", kinds.PERSON, "who found out", always=False),
    Field("at", kinds.MOMENT, "when", always=False),
    Field("evidence", kinds.TEXT, "what shows it", always=False),
    Field("permalink", kinds.TEXT, "where it was said", always=False),
)

WAIVED = Kind(_waiver, object_schema(WAIVER), lambda stored: said(stored, WAIVER))
VALIDATED = Kind(_validation, object_schema(VALIDATION), lambda stored: said(stored, VALIDATION))
FOUND = Kind(_finding, object_schema(FINDING), lambda stored: said(stored, FINDING))

PROJECT = table(
    Field("key", kinds.WORD, "a short word the project goes by", required=True),
    Field("name", kinds.FILLED, "what people call it", required=True),
    Field("channel", kinds.TEXT, "the id of its Slack channel"),
    Field("customer", kinds.TEXT, "for whom"),
    Field("vendor", kinds.TEXT, "by whom"),
    Field("timezone", kinds.ZONE, "the zone its days are counted in; UTC unless said"),
    Field("working_days", kinds.WEEK, "the weekdays worked; Monday to Friday unless said"),
    Field("holidays", kinds.DAYS, "days nobody works"),
    Field("target_go_live", kinds.DAY, "the day that was promised"),
    Field("go_live_item", kinds.ITEM, "the key of the item that is going live"),
    Field("lead", kinds.PERSON, "who runs it; else the one whose role says so", always=False),
    Field("sponsor", kinds.PERSON, "who stands for it at the customer", always=False),
    Field("decider", kinds.PERSON, "who says go or no-go, and may waive; else the sponsor", always=False),
    Field("policies", kinds.POLICIES, "its settings: hours, digest, ladder, noise", always=False),
    Field(
        "revision", kinds.REVISION, "written by an export: the state this file was made from", always=False
    ),
)

PERSON = table(
    Field("id", kinds.WORD, "a short word this person goes by", required=True, attribute="key"),
    Field("name", kinds.FILLED, "their name", required=True),
    Field("role", kinds.TEXT, "what they do; an item may name a role as its validator"),
    Field("org", kinds.TEXT, "for whom they work"),
    Field("tz", kinds.ZONE, "their time zone; the project's unless said"),
    Field("slack", kinds.TEXT, "their Slack user id"),
    Field("away", kinds.AWAY, "days they are not there, first and last included", always=False),
    Field("hours", kinds.HOURS, "their working hours, in their own zone", always=False),
    Field("deputy", kinds.PERSON, "who acts for them while they are away", always=False),
    Field("backup", kinds.PERSON, "who could take over", always=False),
)

ITEM = table(
    Field("key", kinds.WORD, "a short word the item goes by", required=True),
    Field("title", kinds.FILLED, "what it is, in a line", required=True),
    Field("area", kinds.TEXT, "the part of the work it belongs to; hypercare is after go-live"),
    Field("owner", kinds.PERSON, "the id of who does it"),
    Field("validator", kinds.PERSON, "the id of who confirms it, or a role people here have"),
    Field("status", kinds.STATUS, "where it stands; todo unless said"),
    Field("due", kinds.DAY, "when it was promised"),
    Field("remaining_days", kinds.NUMBER_OF_DAYS, "working days of work left; 1 unless said"),
    Field("depends_on", kinds.ITEMS, "keys of the items that have to be closed first"),
    Field("gate", kinds.FLAG, "whether go-live waits for it; false unless said"),
    Field("evidence", kinds.TEXT, "what proves that it is done"),
    Field("done_on", kinds.DAY, "when its owner said it was done"),
    Field("waived", WAIVED, "who let it through, why and until when", always=False),
    Field("validation", VALIDATED, "who confirmed it, and how", always=False),
    Field("internal", kinds.FLAG, "whether the customer is not shown it", always=False),
    Field("description", kinds.TEXT, "what done means", always=False),
    Field("earlier_status", kinds.STATUS, "what a block or a waiver hides", always=False),
    Field("permalink", kinds.TEXT, "where it was said", always=False),
    Field("owner_role", kinds.TEXT, "the role that is to do it, as long as nobody has it", always=False),
    Field("planned_days", kinds.NUMBER_OF_DAYS, "working days it was planned to take", always=False),
    Field("started_on", kinds.DAY, "the day work on it began", always=False),
    Field(
        "actual_days",
        kinds.NUMBER_OF_DAYS,
        "working days it took, from the first to the one its owner said done",
        always=False,
    ),
)

BLOCKER = table(
    Field("id", kinds.WORD, "a short word it goes by, like B1", required=True),
    Field("item", kinds.ITEM, "the key of the item it holds up; none: the whole project"),
    Field("text", kinds.FILLED, "what holds it up", required=True),
    Field("waiting_on", kinds.TEXT, "on whom it waits, in words"),
    Field("raised", kinds.DAY, "the day it was said", required=True),
    Field("expected_clear", kinds.DAY, "when it should be gone"),
    Field("owner", kinds.PERSON, "the id of who chases it"),
    Field("status", kinds.BLOCKER_STATUS, "open unless said"),
    Field("cleared_on", kinds.DAY, "when it was gone", always=False),
    Field("raised_by", kinds.TEXT, "the Slack id of who said it", always=False),
    Field("channel", kinds.TEXT, "the channel it was said in", always=False),
    Field("ts", kinds.TEXT, "the message it was said in", always=False),
    Field("permalink", kinds.TEXT, "a link to that message", always=False),
)

ASSUMPTION = table(
    Field("id", kinds.WORD, "a short word it goes by, like A1", required=True),
    Field("text", kinds.FILLED, "what is believed", required=True),
    Field("item", kinds.ITEM, "the key of the item that rests on it"),
    Field("owner", kinds.PERSON, "the id of who finds out"),
    Field("verified", kinds.FLAG, "whether it turned out true; false unless said"),
    Field("verify_by", kinds.DAY, "when that has to be known"),
    Field("made", kinds.DAY, "the day it was made"),
    Field("permalink", kinds.TEXT, "where it was said", always=False),
    Field("also_under", kinds.ITEMS, "keys of further items that rest on it", always=False),
    Field("relied_on_by", kinds.PERSON, "the id of whose work rests on it", always=False),
    Field("proven_by", kinds.ITEM, "the key of the item that shows whether it is true", always=False),
    Field("finding", FOUND, "what came out, and what shows it", always=False),
)


DECISION = table(
    Field("id", kinds.WORD, "a short word it goes by, like D1", required=True),
    Field("text", kinds.FILLED, "what was decided", required=True),
    Field("item", kinds.ITEM, "the key of the item it is about"),
    Field("by", kinds.PERSON, "the id of who decided"),
    # Not `on`, which older readers of YAML take for true.
    Field("decided_on", kinds.DAY, "the day it was decided", required=True, attribute="on"),
    Field("permalink", kinds.TEXT, "where it was said", always=False),
    Field("channel", kinds.TEXT, "the channel it was said in", always=False),
    Field("ts", kinds.TEXT, "the message it was said in", always=False),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A list of things in the file."""

    place: str  # its key in the file, and in a Plan
    entity: str
    fields: Fields
    means: str

    @property
    def label(self) -> str:
        """The key that says which thing it is: always the first."""
        return next(iter(self.fields))


PARTS = (
    Part("people", "person", PERSON, "everybody the rest of the file names"),
    Part("items", "item", ITEM, "the checklist"),
    Part("blockers", "blocker", BLOCKER, "what holds items up, and on whom that waits"),
    Part("assumptions", "assumption", ASSUMPTION, "beliefs that items rest on"),
    Part("decisions", "decision", DECISION, "what was decided, by whom and where"),
)

"""What may stand behind a key of a project file, and how is it read from the text that was written?

A reader is given a node and says what is wrong with it; what it returns then is only there to go on with.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from collections.abc import Mapping as Mapped
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot.domain import policies, policyschema
from bot.domain.plan import WEEKDAYS, Away, Hours, Status
from bot.domain.projectfile.marked import Mapping, Node, Scalar, Sequence
from bot.domain.projectfile.problems import Guesses, listed, quoted

LONGEST_TEXT = 40_000  # what is stored of a text; a longer one would come back different
LONGEST_KEY = 80
MOST_DAYS = 9_999

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]+\d", re.ASCII)
_TIME = re.compile(r"(\d\d?):(\d\d)(?::(\d\d))?", re.ASCII)
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d+)?([eE][-+]?\d{1,3})?", re.ASCII)
_WORD = re.compile(r"[\w.-]+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_YEARS = range(1900, 2200)

_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})

JsonSchema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader needs besides the node: where to complain, and the project's zone."""

    say: Callable[[int, str], None]
    guesses: Guesses
    zone: ZoneInfo


Reader = Callable[[Node, Context], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of value: how it is read, how JSON Schema describes it, and how a stored value is written."""

    read: Reader
    schema: JsonSchema
    write: Callable[[Any], Any] | None = None


def is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.null


def _scalar(node: Node, context: Context, wanted: str) -> str | None:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        context.say(node.line, f"has to be {wanted}, not a list")
    elif isinstance(node, Mapping):
        context.say(node.line, f"has to be {wanted}, not a mapping")
    return None


def _text(node: Node, context: Context) -> str | None:
    text = _scalar(node, context, "a text")
    if text is None:
        return None
    if len(text) > LONGEST_TEXT:
        context.say(node.line, f"has {len(text):,} characters; a text has at most {LONGEST_TEXT:,}")
        return ""
    strange = _CONTROL.search(text)
    if strange:
        context.say(node.line, f"has a control character (U+{ord(strange[0]):04X}) in it; take it out")
    return text


def _filled(node: Node, context: Context) -> str | None:
    text = _text(node, context)
    if text is not None and not text.strip():
        context.say(node.line, "is empty")
    return text


def _reference(node: Node, context: Context) -> str | None:
    return _text(node, context) or None


def _word(node: Node, context: Context) -> str | None:
    text = _scalar(node, context, "a word")
    if text is not None and (len(text) > LONGEST_KEY or not _WORD.fullmatch(text)):
        context.say(
            node.line,
            f"{quoted(text)} is no key: use letters, digits, “-”, “_” and “.”, at most {LONGEST_KEY} of them",
        )
    return text


def _day(node: Node, context: Context) -> date | None:
    text = _scalar(node, context, "a date, like 2026-12-14")
    if not text:
        return None
    return _as_day(text, node.line, context)


def _as_day(text: str, line: int, context: Context) -> date | None:
    if _MOMENT.match(text):
        context.say(line, f"{quoted(text)} has a time; a date alone belongs here, like {text[:10]}")
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        context.say(line, f"{quoted(text)} is no date; write it like 2026-12-14")
    elif day.year not in _YEARS:
        context.say(line, f"{quoted(text)} is too far away: the year has to be from 1900 to 2199")
    return day


def _moment(node: Node, context: Context) -> datetime | None:
    text = _scalar(node, context, "a moment, like 2026-11-20T14:30:00+00:00")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text) if _MOMENT.match(text) else None
        if moment is not None:
            return moment.replace(tzinfo=moment.tzinfo or context.zone).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    context.say(node.line, f"{quoted(text)} is no moment; write it like 2026-11-20T14:30:00+00:00")
    return None


def _yes_or_no(node: Node, context: Context) -> bool:
    text = _scalar(node, context, "true or false")
    if text is None:
        return False
    word = text.lower() if isinstance(node, Scalar) and node.plain else ""
    if word not in _TRUE | _FALSE:
        context.say(node.line, f"has to be true or false, not {quoted(text)}")
    return word in _TRUE


def _count(most: int, node: Node, context: Context) -> int:
    text = _scalar(node, context, "a whole number")
    if text is None:
        return 0
    if not (isinstance(node, Scalar) and node.plain and _WHOLE.fullmatch(text)):
        context.say(node.line, f"has to be a whole number, not {quoted(text)}")
        return 0
    number = int(text)
    if number < 0:
        context.say(node.line, f"is {number}; it cannot be less than 0")
    elif number > most:
        context.say(node.line, f"is {number}; it can be at most {most:,}")
    return number


def _one_of(allowed: tuple[str, ...], node: Node, context: Context) -> str | None:
    text = _scalar(node, context, f"one of {listed(allowed)}")
    if text is None or text in allowed:
        return text
    guess = context.guesses.offer(text, allowed)
    context.say(node.line, f"{quoted(text)} is unknown{guess or f'; it is one of {listed(allowed)}'}")
    return None


def _status(node: Node, context: Context) -> Status | None:
    text = _one_of(tuple(Status), node, context)
    return Status(text) if text is not None else None


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True


def _zone(node: Node, context: Context) -> str | None:
    text = _scalar(node, context, "a time zone, like America/Chicago")
    if not text or _is_zone(text):
        return text or None
    guess = context.guesses.offer(text, available_timezones())
    context.say(node.line, f"{quoted(text)} is no time zone{guess or '; write it like America/Chicago'}")
    return None


def _weekday(node: Node, context: Context) -> str | None:
    text = _scalar(node, context, "a weekday")
    if text is None:
        return None
    if text.lower() in _WEEKDAYS:
        return _WEEKDAYS[text.lower()]
    context.say(node.line, f"{quoted(text)} is no weekday; it is one of {listed(WEEKDAYS)}")
    return None


_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS = dict(zip((*WEEKDAYS, *_LONG), WEEKDAYS * 2, strict=True))


def _list(read: Reader, example: str, node: Node, context: Context) -> tuple[Any, ...]:
    if not isinstance(node, Sequence):
        if isinstance(node, Scalar | Mapping):
            context.say(node.line, f"has to be a list, like {example}")
        return ()
    found = []
    for each in node.values:
        if is_null(each):
            context.say(each.line, "has an empty entry")
        elif (value := read(each, context)) is not None:
            found.append(value)
    return tuple(found)


def _references(node: Node, context: Context) -> tuple[str, ...]:
    # Naming the same thing twice says nothing more, and a store keeps each arrow once.
    return tuple(dict.fromkeys(_list(_reference, "[vpn, firewall]", node, context)))


def _working_days(node: Node, context: Context) -> tuple[str, ...]:
    days: tuple[str, ...] = _list(_weekday, "[mon, tue, wed, thu, fri]", node, context)
    if isinstance(node, Sequence) and not node.values:
        context.say(node.line, "is empty; a project needs at least one working day")
    for day in sorted({day for day in days if days.count(day) > 1}):
        context.say(node.line, f"has {day} twice")
    return days


def _one_away(node: Node, context: Context) -> Away | None:
    if isinstance(node, Mapping):
        return _away_from_to(node, context)
    text = _scalar(node, context, "days, like {from: 2026-12-21, to: 2026-12-31}")
    if text is None:
        return None
    start, dots, end = text.partition("..")
    return _span(
        _as_day(start.strip(), node.line, context),
        _as_day(end.strip(), node.line, context) if dots else None,
        node.line,
        context,
    )


def _away_from_to(node: Mapping, context: Context) -> Away | None:
    names = {"from": "from", "start": "from", "to": "to", "end": "to"}
    found: dict[str, date | None] = {}
    for key, (line, value) in node.entries.items():
        if key not in names:
            context.say(line, f"{quoted(key)} is unknown in days away; they have from and to")
        elif names[key] in found:
            context.say(line, f"{quoted(key)} says once more what is said already; keep from and to")
        else:
            found[names[key]] = None if is_null(value) else _day(value, context)
    if "from" not in found:
        context.say(node.line, "needs the first day away: {from: 2026-12-21, to: 2026-12-31}")
        return None
    return _span(found["from"], found.get("to"), node.line, context)


def _span(start: date | None, end: date | None, line: int, context: Context) -> Away | None:
    if start is None:
        return None
    if end is not None and end < start:
        context.say(line, f"ends on {end}, before it begins on {start}")
        return None
    return Away(start=start, end=end or start)


def _away(node: Node, context: Context) -> tuple[Away, ...]:
    if isinstance(node, Scalar | Mapping):
        node = Sequence(node.line, [node])
    return _list(_one_away, "[{from: 2026-12-21, to: 2026-12-31}]", node, context)


def _hours(node: Node, context: Context) -> Hours | None:
    if isinstance(node, Mapping):
        start, end = (_end_of_hours(node, key, context) for key in ("start", "end"))
        for key in node.entries.keys() - {"start", "end"}:
            context.say(node.entries[key][0], f"{quoted(key)} is unknown in hours; they have start and end")
    else:
        text = _scalar(node, context, "hours, like 09:00-17:00")
        if text is None:
            return None
        first, _, last = text.partition("-")
        start, end = _as_time(first.strip()), _as_time(last.strip())
    if start is None or end is None or start == end:
        context.say(node.line, "has to say from when to when, like 09:00-17:00")
        return None
    return Hours(start=start, end=end)


def _end_of_hours(node: Mapping, key: str, context: Context) -> time | None:
    _, value = node.entries.get(key, (node.line, None))
    text = None if value is None else _scalar(value, context, "a time, like 09:00")
    return _as_time(text) if text else None


def _as_time(text: str) -> time | None:
    match = _TIME.fullmatch(text)
    try:
        return time(int(match[1]), int(match[2]), int(match[3] or 0)) if match else None
    except ValueError:
        return None


def _anything(node: Node, context: Context) -> Any:
    """A JSON value; only what JSON writes without quotes is no text, so `no` stays the word."""
    if isinstance(node, Mapping):
        for key, (line, _) in node.entries.items():
            if len(key) > LONGEST_KEY:
                context.say(line, f"has a key of {len(key):,} characters; a key has at most {LONGEST_KEY}")
        return {key: _anything(value, context) for key, (_, value) in node.entries.items()}
    if isinstance(node, Sequence):
        return [_anything(value, context) for value in node.values]
    if not isinstance(node, Scalar) or node.null:
        return None
    text = _text(node, context) or ""
    if not node.plain or not (text.lower() in ("true", "false") or _NUMBER.fullmatch(text)):
        return text
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if math.isfinite(float(text)) else text


def _policies(node: Node, context: Context) -> Mapped[str, Any]:
    if not isinstance(node, Mapping):
        if isinstance(node, Scalar | Sequence):
            context.say(node.line, "has to be a mapping of keys to values")
        return MappingProxyType({})
    said = _anything(node, context)
    for where, wrong in policies.problems(said):
        context.say(_line(node, where), f"{'.'.join(where)} {wrong}" if where else wrong)
    return MappingProxyType(said)


def _line(node: Node, where: tuple[str, ...]) -> int:
    """The line of a key within keys."""
    line = node.line
    for key in where:
        if isinstance(node, Mapping) and key in node.entries:
            line, node = node.entries[key]
    return line


def _enum(*values: str) -> JsonSchema:
    return {"enum": list(values)}


_TEXT_SCHEMA: JsonSchema = {"type": "string", "maxLength": LONGEST_TEXT}
_DAY_SCHEMA: JsonSchema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_TIME_SCHEMA: JsonSchema = {"type": "string", "pattern": r"^\d{1,2}:\d{2}(:\d{2})?$"}
_AWAY_SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {"from": _DAY_SCHEMA, "to": _DAY_SCHEMA},
    "required": ["from"],
    "additionalProperties": False,
}
_HOURS_SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {"start": _TIME_SCHEMA, "end": _TIME_SCHEMA},
    "required": ["start", "end"],
    "additionalProperties": False,
}
_SPAN_SCHEMA: JsonSchema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?$"}

BLOCKER_STATES = ("open", "cleared", "retracted")

TEXT = Kind(_text, _TEXT_SCHEMA)
FILLED = Kind(_filled, {**_TEXT_SCHEMA, "pattern": r"\S"})
WORD = Kind(_word, {"type": "string", "maxLength": LONGEST_KEY, "pattern": r"^[\w.-]+$"})
PERSON = Kind(_reference, {"type": "string"})
ITEM = Kind(_reference, {"type": "string"})
ITEMS = Kind(_references, {"type": "array", "items": {"type": "string"}})
DAY = Kind(_day, _DAY_SCHEMA)
DAYS = Kind(partial(_list, _day, "['2026-12-25']"), {"type": "array", "items": _DAY_SCHEMA})
MOMENT = Kind(_moment, {"type": "string", "format": "date-time"})
FLAG = Kind(_yes_or_no, {"type": "boolean"})
NUMBER_OF_DAYS = Kind(partial(_count, MOST_DAYS), {"type": "integer", "minimum": 0, "maximum": MOST_DAYS})
REVISION = Kind(partial(_count, 2**31 - 1), {"type": "integer", "minimum": 0})
STATUS = Kind(_status, _enum(*Status))
BLOCKER_STATUS = Kind(partial(_one_of, BLOCKER_STATES), _enum(*BLOCKER_STATES))
ZONE = Kind(_zone, {"type": "string"})
WEEK = Kind(_working_days, {"type": "array", "items": _enum(*WEEKDAYS), "minItems": 1, "uniqueItems": True})
AWAY = Kind(
    _away,
    {"type": "array", "items": {"anyOf": [_AWAY_SCHEMA, _SPAN_SCHEMA]}},
    lambda spans: [{"from": span["start"], "to": span["end"]} for span in spans],
)
HOURS = Kind(
    _hours,
    {"anyOf": [_HOURS_SCHEMA, {"type": "string", "pattern": r"^\d{1,2}:\d{2} *- *\d{1,2}:\d{2}$"}]},
    lambda hours: f"{hours['start']}-{hours['end']}",
)
POLICIES = Kind(_policies, policyschema.schema())

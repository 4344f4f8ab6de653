"""How do two states of a plan differ, as plain JSON values that can be kept, applied again and taken back?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

from bot.domain.errors import Conflict, Invalid, NotFound
from bot.domain.plan import (
    Assumption,
    Away,
    Blocker,
    Change,
    Decision,
    Finding,
    Hours,
    Item,
    Person,
    Plan,
    Project,
    Status,
    Validation,
    Waiver,
)

Thing = Person | Item | Blocker | Assumption | Decision | Project
T = TypeVar("T", Person, Item, Blocker, Assumption, Decision)

# Where the row is and how many changes it has had belong to storage, not to what the project says.
_NOT_SAID = frozenset({"id", "workspace", "revision"})


def as_json(value: Thing) -> dict[str, Any]:
    """Every field as a plain JSON value; a project without its id, workspace and revision."""
    return {name: _plain(getattr(value, name)) for name in _NAMES[type(value)]}


def from_json(entity: str, data: Mapping[str, Any]) -> Any:
    """The thing `as_json` was given. A field this version does not know (yet, or any more) is passed over."""
    kind, decoders = _KINDS[entity]
    known = {name: _decoded(decoders, name, data[name]) for name in _NAMES[kind] if name in data}
    return kind(**known)


def diff(before: Plan | None, after: Plan) -> tuple[Change, ...]:
    """What leads from `before` to `after`, in the order of `after`; what goes comes last of its kind."""
    return tuple(_diff(before, after))


def apply(plan: Plan, changes: Iterable[Change]) -> Plan:
    """The plan with the changes made to it; what appears goes last. The order of other things stays."""
    project = plan.project
    things: dict[str, dict[str, Any]] = {name: {} for name in _PLACES}
    for entity, place in _PLACES.items():
        things[entity] = {key_of(thing): thing for thing in getattr(plan, place)}
    edits: dict[tuple[str, str], dict[str, Any]] = {}
    for change in changes:
        if change.entity == "project":
            project = _applied_to_project(project, change)
        elif change.field == "":
            _settle(things[change.entity], edits, change.entity, change.key)
            _come_or_go(things[change.entity], change)
        else:
            _must_be_there(things[change.entity], change)
            decoded = _decoded(_KINDS[change.entity][1], change.field, change.after)
            edits.setdefault((change.entity, change.key), {})[change.field] = decoded
    for entity, key in list(edits):
        _settle(things[entity], edits, entity, key)
    made = {place: tuple(things[entity].values()) for entity, place in _PLACES.items()}
    return Plan(project=project, **made)


def invert(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that take these back, last first."""
    backwards = reversed(tuple(changes))
    return tuple(replace(change, before=change.after, after=change.before) for change in backwards)


def key_of(thing: Thing) -> str:
    """The word a thing is known by within its project."""
    return thing.id if isinstance(thing, Blocker | Assumption | Decision) else thing.key


def _diff(before: Plan | None, after: Plan) -> Iterator[Change]:
    yield from _compared("project", before.project if before else None, after.project)
    for entity, place in _PLACES.items():
        now = getattr(after, place)
        pairs = replaced(getattr(before, place), now) if before is not None else None
        if pairs is not None:
            for old, new in pairs:
                yield from _compared(entity, old, new)
            continue
        was = {key_of(thing): thing for thing in getattr(before, place)} if before else {}
        for thing in now:
            yield from _compared(entity, was.pop(key_of(thing), None), thing)
        for key, thing in was.items():
            yield Change(entity=entity, key=key, field="", before=as_json(thing), after=None)


def replaced(was: Sequence[T], now: Sequence[T]) -> list[tuple[T, T]] | None:
    """What stands in the place of what, where the things and their order stayed, as nearly always; else None.
    Found out without an index of thousands of things for the sake of one."""
    if len(was) != len(now):
        return None
    pairs = [(old, new) for old, new in zip(was, now, strict=True) if old is not new]
    return pairs if all(key_of(old) == key_of(new) for old, new in pairs) else None


def _compared(entity: str, was: Thing | None, now: Thing) -> Iterator[Change]:
    if was is now:
        return
    key = key_of(now)
    if was is None:
        yield Change(entity=entity, key=key, field="", before=None, after=as_json(now))
        return
    for name in _NAMES[type(now)]:
        old, new = getattr(was, name), getattr(now, name)
        if old != new:
            yield Change(entity=entity, key=key, field=name, before=_plain(old), after=_plain(new))


def _applied_to_project(project: Project, change: Change) -> Project:
    if change.field:
        decoded = _decoded(_KINDS["project"][1], change.field, change.after)
        return replace(project, **{change.field: decoded})
    if change.after is None:
        raise Invalid("A project cannot be taken back as a whole; take back what was changed in it.")
    said: Project = from_json("project", change.after)
    return replace(said, id=project.id, workspace=project.workspace, revision=project.revision)


def _come_or_go(there: dict[str, Any], change: Change) -> None:
    if change.after is None:
        _must_be_there(there, change)
        del there[change.key]
    elif change.key in there:
        raise Conflict(f"There is already a {change.entity} “{change.key}”.")
    else:
        there[change.key] = from_json(change.entity, change.after)


def _must_be_there(there: Mapping[str, Any], change: Change) -> None:
    if change.key not in there:
        raise NotFound(f"There is no {change.entity} “{change.key}” any more.")


def _settle(
    there: dict[str, Any], edits: dict[tuple[str, str], dict[str, Any]], entity: str, key: str
) -> None:
    """Make the edits collected for one thing in one go: a copy per field is slow for thousands of changes."""
    edit = edits.pop((entity, key), None)
    if edit:
        there[key] = replace(there[key], **edit)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "auto")
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}


Decoder = Callable[[Any], Any]


def _decoded(decoders: Mapping[str, Decoder], name: str, value: Any) -> Any:
    decoder = decoders.get(name)
    return value if decoder is None or value is None else decoder(value)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _dates(values: Iterable[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(value) for value in values)


def _away(values: Iterable[Mapping[str, str]]) -> tuple[Away, ...]:
    return tuple(
        Away(start=date.fromisoformat(each["start"]), end=date.fromisoformat(each["end"])) for each in values
    )


def _hours(value: Mapping[str, str]) -> Hours:
    return Hours(start=time.fromisoformat(value["start"]), end=time.fromisoformat(value["end"]))


def _waiver(value: Mapping[str, Any]) -> Waiver:
    until = value.get("until")
    return Waiver(
        by=value.get("by"), why=value["why"], until=None if until is None else date.fromisoformat(until)
    )


def _validation(value: Mapping[str, Any]) -> Validation:
    at = value.get("at")
    return Validation(
        by=value.get("by"),
        at=None if at is None else _moment(at),
        evidence=value.get("evidence"),
        permalink=value.get("permalink"),
    )


def _finding(value: Mapping[str, Any]) -> Finding:
    at = value.get("at")
    return Finding(
        true=value["true"],
        by=value.get("by"),
        at=None if at is None else _moment(at),
        evidence=value.get("evidence"),
        permalink=value.get("permalink"),
    )


def _policies(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(value))


_day = date.fromisoformat

_KINDS: Mapping[str, tuple[type[Any], Mapping[str, Decoder]]] = {
    "project": (
        Project,
        {"working_days": tuple, "holidays": _dates, "target_go_live": _day, "policies": _policies},
    ),
    "person": (Person, {"away": _away, "hours": _hours}),
    "item": (
        Item,
        {
            "status": Status,
            "due": _day,
            "depends_on": tuple,
            "done_on": _day,
            "waived": _waiver,
            "validation": _validation,
            "earlier_status": Status,
            "started_on": _day,
        },
    ),
    "blocker": (Blocker, {"raised": _day, "expected_clear": _day, "cleared_on": _day}),
    "assumption": (Assumption, {"verify_by": _day, "made": _day, "also_under": tuple, "finding": _finding}),
    "decision": (Decision, {"on": _day}),
}

_NAMES: Mapping[type[Any], tuple[str, ...]] = {
    kind: tuple(each.name for each in fields(kind) if kind is not Project or each.name not in _NOT_SAID)
    for kind, _ in _KINDS.values()
}

# Where the things of a kind stand in a plan; people first, because the rest names them.
_PLACES: Mapping[str, str] = {
    "person": "people",
    "item": "items",
    "blocker": "blockers",
    "assumption": "assumptions",
    "decision": "decisions",
}

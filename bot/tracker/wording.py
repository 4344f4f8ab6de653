"""What changed between two states of a plan, in sentences a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.domain import changes, permissions, policies, states
from bot.domain.plan import Change, Plan, Status

_FIELDS = {
    "due": "due date",
    "target_go_live": "target date",
    "go_live_item": "go-live item",
    "depends_on": "needs",
    "remaining_days": "days of work left",
    "expected_clear": "expected to clear",
    "waiting_on": "waiting on",
    "earlier_status": "",
    "done_on": "",
    "validation": "",
    "cleared_on": "",
    "waived": "waiver",
    "permalink": "",
    "verify_by": "to be verified by",
    "also_under": "also under",
    "relied_on_by": "relied on by",
    "proven_by": "proven by",
    "by": "decided by",
    "hours": "working hours",
    "away": "days away",
    "on": "decided",
    "verified": "",
    "started_on": "",
    "planned_days": "",
    "actual_days": "",
}
# Said by the status line, which names the same fact.
_SILENT = frozenset(name for name, words in _FIELDS.items() if not words)
_PEOPLE = frozenset(
    {"owner", "validator", "lead", "sponsor", "decider", "relied_on_by", "by", "deputy", "backup"}
)
# More would not fit a screen; the rest is counted.
MANY = 12


def changed(before: Plan | None, after: Plan) -> tuple[str, ...]:
    """One sentence for every change somebody would want to know of."""
    lines = [line for change in changes.diff(before, after) for line in _line(change, before, after)]
    if len(lines) > MANY:
        lines[MANY - 1 :] = [f"And {len(lines) - MANY + 1} more changes."]
    return tuple(lines)


def day(value: date | None) -> str:
    return f"{value:%a} {value.day} {value:%b %Y}" if value else "no date"


def titled(plan: Plan, key: str) -> str:
    item = plan.item.get(key)
    return f"`{key}` {item.title}" if item else f"`{key}`"


def _line(change: Change, before: Plan | None, after: Plan) -> Iterator[str]:
    if change.field == "":
        yield from _came_or_went(change, after)
    elif change.field == "finding":
        yield _found(change)
    elif change.field == "policies":
        yield from _settings(before, after)
    elif change.field not in _SILENT:
        was = _value(change.field, change.before, before or after)
        now = _value(change.field, change.after, after)
        yield f"{_subject(change, after)}: {_FIELDS.get(change.field, change.field)} {was} → {now}."


def _came_or_went(change: Change, after: Plan) -> Iterator[str]:
    said = change.after or change.before
    happened = "added" if change.after else "taken away"
    if change.entity == "blocker":
        told = _told(change, after, ("owner", "waiting_on", "expected_clear"))
        yield f"{change.key} {happened}{_on(said, after)}: “{_short(said['text'])}”{told}."
    elif change.entity == "item":
        told = _told(change, after, ("owner", "validator", "due", "depends_on"))
        yield f"`{change.key}` {said['title']}: {happened}{told}."
    elif change.entity == "assumption":
        under = [key for key in (said.get("item"), *said.get("also_under", ())) if key]
        on = f" under {', '.join(f'`{key}`' for key in under)}" if under else ""
        told = _told(change, after, ("owner", "verify_by", "relied_on_by", "proven_by"))
        yield f"{change.key} {happened}{on}: “{_short(said['text'])}”{told}."
    elif change.entity == "decision":
        told = _told(change, after, ("by", "on"))
        word = "recorded" if change.after else "taken away"
        yield f"{change.key} {word}{_on(said, after)}: “{_short(said['text'])}”{told}."
    elif change.entity == "person":
        yield f"{said['name']} {'is now part of the project' if change.after else 'is no longer part of it'}."
    else:
        yield f"{change.entity.capitalize()} {change.key} {happened}."


def _settings(before: Plan | None, after: Plan) -> Iterator[str]:
    """Each setting that is another now, by the name it is typed by."""
    was, now = (_set(plan) if plan is not None else {} for plan in (before, after))
    for name in dict.fromkeys((*was, *now)):
        values = [_as_set(name, plan, said) for plan, said in ((before or after, was), (after, now))]
        if values[0] != values[1]:
            yield f"{after.project.name}: `{name}` {values[0]} → {values[1]}."


def _set(plan: Plan) -> Mapping[str, Any]:
    return dict(_flat("", policies.of(plan.project).as_mapping()))


def _flat(group: str, mapping: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in mapping.items():
        name = f"{group}.{key}" if group else key
        if isinstance(value, Mapping):
            yield from _flat(name, value)
        else:
            yield name, value


def _as_set(name: str, plan: Plan, said: Mapping[str, Any]) -> str:
    group, _, act = name.partition(".")
    if group == "may":
        return ", ".join(permissions.allowed(plan.project, act))
    value = said.get(name)
    if isinstance(value, list | tuple):
        return str(len(value)) if name == "summaries" else " ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _found(change: Change) -> str:
    if change.after is None:
        return f"{change.key}: nobody knows any more whether it is true."
    word = "true" if change.after["true"] else "false"
    return f"{change.key} is {word}: “{_short(change.after.get('evidence') or 'nobody says what shows it')}”."


def _told(change: Change, plan: Plan, fields: tuple[str, ...]) -> str:
    """What was understood of a thing that is new; words read as a name or a date are to be seen as such."""
    said = change.after or {}
    return "".join(
        f"; {_FIELDS.get(name, name)} {_value(name, said[name], plan)}" for name in fields if said.get(name)
    )


def _on(said: dict[str, Any], plan: Plan) -> str:
    return f" on {titled(plan, said['item'])}" if said.get("item") else ""


def _subject(change: Change, plan: Plan) -> str:
    if change.entity == "item":
        return titled(plan, change.key)
    if change.entity == "person" and change.key in plan.person:
        return plan.person[change.key].name
    if change.entity == "project":
        return plan.project.name
    return change.key


def _value(name: str, value: Any, plan: Plan) -> str:
    if name == "hours":
        return f"{value['start']} to {value['end']}" if value else "as the project"
    if value is None or value in ("", []):
        return "nobody" if name in _PEOPLE else "none"
    if name == "status":
        return states.WORDS[Status(value)] if value in set(Status) else str(value)
    if name in _PEOPLE and value in plan.person:
        return plan.person[value].name
    if name in ("due", "expected_clear", "target_go_live", "verify_by", "on"):
        return day(date.fromisoformat(value))
    if name == "waived":
        until = f", until {day(date.fromisoformat(value['until']))}" if value.get("until") else ""
        return f"“{_short(value['why'])}”{until}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "away":
        spans = [tuple(day(date.fromisoformat(each[end])) for end in ("start", "end")) for each in value]
        return ", ".join(first if first == last else f"{first} to {last}" for first, last in spans)
    if isinstance(value, list):
        return ", ".join(f"`{each}`" for each in value)
    return f"“{_short(str(value))}”"


def _short(text: str, limit: int = 160) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= limit else one_line[: limit - 1].rstrip() + "…"

"""What becomes of an item that somebody edits in a form while others change it too?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain import changes
from bot.domain.plan import Event, Item, Plan, Status

FIELDS = ("title", "description", "owner", "validator", "due", "remaining_days", "depends_on", "gate")
LABELS = {
    "title": "What has to happen",
    "description": "What done means",
    "owner": "Who has it",
    "validator": "Who confirms it",
    "due": "Due",
    "remaining_days": "Days of work left",
    "depends_on": "What it needs first",
    "gate": "Gate",
}
_CLOSED = {
    Status.DONE.value: "said that this is done",
    Status.VALIDATED.value: "closed this, as validated,",
    Status.WAIVED.value: "closed this, as waived,",
}
_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One field that two people set differently: how it is now, and how somebody else wants it."""

    field: str
    now: Any
    wanted: Any
    event: Event | None  # what made it so, if that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The item with what was changed in the form, and what cannot be both."""

    item: Item
    clashes: tuple[Clash, ...]


def as_of(item: Item, since: Sequence[Event]) -> Item:
    """The item as it was before these events, which are all of it since then, the oldest first."""
    known = {changed.change.field for changed in since}
    if not known or "" in known:  # it came meanwhile, so whoever saw it saw it as it is
        return item
    was = changes.as_json(item)
    for event in reversed(since):
        was[event.change.field] = event.change.before
    found: Item = changes.from_json("item", was)
    return found


def merged(seen: Item, now: Item, wanted: Mapping[str, Any], since: Sequence[Event] = ()) -> Merged:
    """What differs from what somebody saw is what they want; the rest stays as it is by now."""
    taken: dict[str, Any] = {}
    clashes = []
    for name, value in wanted.items():
        was, stands = getattr(seen, name), getattr(now, name)
        if _same(value, was) or _same(value, stands):
            continue
        if not _same(was, stands):
            last = next((event for event in reversed(since) if event.change.field == name), None)
            clashes.append(Clash(field=name, now=stands, wanted=value, event=last))
        taken[name] = value
    return Merged(item=replace(now, **taken), clashes=tuple(clashes))


def closed_by(since: Iterable[Event], user: str) -> Event | None:
    """What somebody else did last that closed it."""
    moves = [event for event in since if event.change.field == "status"]
    last = moves[-1] if moves else None
    return last if last is not None and last.change.after in _CLOSED and last.actor != user else None


def closing_said(plan: Plan, event: Event, now: datetime) -> str:
    """ "Dana closed this, as validated, two minutes ago." """
    return f"{doer(plan, event)} {_CLOSED[str(event.change.after)]} {ago(event.at, now)}."


def doer(plan: Plan, event: Event) -> str:
    """Who did it, by name."""
    person = plan.by_slack.get(event.actor)
    return person.name if person else event.actor.partition(":")[2] or "Somebody"


def ago(at: datetime, now: datetime) -> str:
    """How long ago, as it is said."""
    minutes = int((now - at).total_seconds()) // 60
    if minutes < 1:
        return "just now"
    for size, unit in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            number = minutes // size
            said = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
            return f"{said} {unit}{'' if number == 1 else 's'} ago"
    raise AssertionError("unreachable")


def _same(one: Any, other: Any) -> bool:
    """A list of what is needed has no order, and nothing said is as good as said to be nothing."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return set(one) == set(other)
    return (one or None) == (other or None)

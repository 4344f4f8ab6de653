"""What of a project's past may people from outside read?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.audience.veil import Veil
from bot.domain.plan import Change, Event

_PEOPLE = frozenset(
    {"owner", "validator", "lead", "sponsor", "decider", "relied_on_by", "by", "deputy", "backup"}
)
_KEYS = frozenset({"item", "proven_by"})
_LISTS = frozenset({"depends_on", "also_under"})
_OURS = frozenset({"internal", "policies", "channel", "ts", "permalink", "slack", "raised_by"})
_BY_FILE = "file"


def events(veil: Veil, past: Iterable[Event]) -> tuple[Event, ...]:
    """The events they may read, in other words where those name what they may not."""
    past = tuple(past)
    known = _Known(veil, past)
    return tuple(event for each in past for event in known.shown(each))


class _Known:
    """What is hidden of things that are there, and of those that are gone."""

    def __init__(self, veil: Veil, past: Sequence[Event]) -> None:
        self._veil = veil
        plan = veil.plan
        self._there = {("item", item.key) for item in plan.items}
        self._there |= {("blocker", each.id) for each in plan.blockers}
        self._there |= {("assumption", each.id) for each in plan.assumptions}
        self._there |= {("decision", each.id) for each in plan.decisions}
        self._there |= {("person", each.key) for each in plan.people}
        self._there.add(("project", plan.project.key))
        self._unnamed = {each.key for each in plan.people if each.internal}
        self._users = {each.slack for each in plan.people if each.internal and each.slack}
        self._gone = {
            (event.change.entity, event.change.key): said
            for event in past
            if event.change.field == ""
            and isinstance(said := event.change.after or event.change.before, Mapping)
        }

    def shown(self, event: Event) -> Iterator[Event]:
        change = event.change
        if self._hides(change.entity, change.key) or change.field in _OURS:
            return
        if change.entity == "person" and change.key in self._unnamed:
            return
        scrub = self._veil.scrubber
        kind, _, name = event.actor.partition(":")
        actor = (
            f"{kind}:" if kind == _BY_FILE else "" if event.actor in self._users else scrub.text(event.actor)
        )
        yield replace(
            event,
            actor=actor if name or actor else "somebody",
            act=scrub.text(event.act),
            change=self._change(change),
            permalink=scrub.link(event.permalink),
        )

    def _hides(self, entity: str, key: str) -> bool:
        if (entity, key) in self._there:
            return self._veil.hides(entity, key)
        said = self._gone.get((entity, key))
        if said is None:
            return True  # nothing says what it was, so nothing says that it may be read
        items = [said.get("item"), *(said.get("also_under") or ())]
        named = [key for key in items if key]
        hidden = [self._hides("item", key) for key in named]
        return bool(said.get("internal")) or (bool(hidden) and all(hidden))

    def _change(self, change: Change) -> Change:
        return replace(
            change,
            before=self._value(change.field, change.before),
            after=self._value(change.field, change.after),
        )

    def _value(self, field: str, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            whole = {name: self._value(name, inner) for name, inner in value.items() if name not in _OURS}
            return (
                whole if field == "" else {**whole, **({"permalink": None} if "permalink" in value else {})}
            )
        if field in _PEOPLE and isinstance(value, str):
            return self._veil.person_key(value)
        if field in _KEYS and isinstance(value, str):
            return self._item(value)
        if isinstance(value, list | tuple):
            return [self._item(each) if field in _LISTS else self._value(field, each) for each in value]
        return self._veil.scrubber.text(value) if isinstance(value, str) else value

    def _item(self, key: str) -> str:
        """A hidden one, also one that is gone, by no name."""
        known = self._veil.hidden.get(key)
        if known is not None:
            return known
        return str(self._veil.scrubber.text(key)) if not self._hides("item", key) else "internal work"

"""What kinds of fields do forms have, and what did somebody put into them? Whoever draws one reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from bot.domain.errors import EveryMistake, Invalid
from handlers.views import blocks as b
from handlers.views import given

Choice = tuple[str, str]  # what it is called, and its value
ITEM, ITEMS, PERSON = "form_item", "form_items", "form_person"  # action ids: what is offered comes from us
LONGEST_VALUE = 150  # of an option
MOST_CHOSEN = 100  # Slack takes no more to begin with
REQUIRED = "Please fill this in."


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field: its `id` names its block, and mistakes in it."""

    id: str
    label: str
    optional: bool = True
    hint: str | None = None
    at_once: bool = False  # we hear of a choice as it is made
    action: str | None = None  # its action id where that is not its own id

    kind = ""

    def drawn(self, value: Any, *, focus: bool = False) -> b.Block:
        """The field, with this value in it."""
        element = {"type": self.kind, "action_id": self.action or self.id, **self.element(value)}
        if focus:
            element["focus_on_load"] = True
        found = b.field(self.id, self.label, element, optional=self.optional, hint=self.hint)
        return found | ({"dispatch_action": True} if self.at_once else {})

    def read(self, values: Mapping[str, Any]) -> Any:
        """What was put in; Invalid for what this field cannot hold."""
        inner = values.get(self.id)
        entry = inner.get(self.action or self.id) if isinstance(inner, Mapping) else None
        if not isinstance(entry, Mapping) or entry.get("type") != self.kind:
            raise Invalid(given.FORM)
        found = self.value(entry)
        if not self.optional and found in (None, "", ()):
            raise Invalid(REQUIRED, field=self.id)
        return found

    def element(self, value: Any) -> b.Block:
        raise NotImplementedError

    def value(self, entry: Mapping[str, Any]) -> Any:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Words(Field):
    """A text; None when it is empty."""

    most: int = 3000
    lines: bool = False
    placeholder: str | None = None

    kind = "plain_text_input"

    def element(self, value: Any) -> b.Block:
        found: b.Block = {"multiline": self.lines, "max_length": self.most}
        if self.placeholder:
            found["placeholder"] = b.plain(self.placeholder, 150)
        return found | ({"initial_value": value[: self.most]} if value else {})

    def value(self, entry: Mapping[str, Any]) -> str | None:
        said = entry.get("value")
        if said is None:
            return None
        if not isinstance(said, str):
            raise Invalid(given.FORM)
        if len(said) > self.most:
            raise Invalid(
                f"That has {len(said):,} characters, and at most {self.most:,} fit here.", field=self.id
            )
        return given.readable(said) or None


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A whole number."""

    least: int = 0
    most: int = 9999

    kind = "number_input"

    def element(self, value: Any) -> b.Block:
        found: b.Block = {
            "is_decimal_allowed": False,
            "min_value": str(self.least),
            "max_value": str(self.most),
        }
        return found | ({"initial_value": str(value)} if value is not None else {})

    def value(self, entry: Mapping[str, Any]) -> int | None:
        said = entry.get("value")
        if said in (None, ""):
            return None
        try:
            number = given.number(said, given.FORM)
        except Invalid:
            number = -1
        if not self.least <= number <= self.most:
            raise Invalid(f"Give a whole number from {self.least} to {self.most:,}.", field=self.id)
        return number


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    kind = "datepicker"

    def element(self, value: Any) -> b.Block:
        return {"initial_date": value.isoformat()} if value is not None else {}

    def value(self, entry: Mapping[str, Any]) -> date | None:
        said = entry.get("selected_date")
        if said in (None, ""):
            return None
        try:
            return date.fromisoformat(said) if isinstance(said, str) else _never()
        except ValueError:
            raise Invalid("That is no day: choose one.", field=self.id) from None


@dataclass(frozen=True, kw_only=True)
class Clock(Field):
    kind = "timepicker"

    def element(self, value: Any) -> b.Block:
        return {"initial_time": f"{value:%H:%M}"} if value is not None else {}

    def value(self, entry: Mapping[str, Any]) -> time | None:
        said = entry.get("selected_time")
        if said in (None, ""):
            return None
        try:
            return time.fromisoformat(said) if isinstance(said, str) else _never()
        except ValueError:
            raise Invalid("That is no time of day: choose one.", field=self.id) from None


@dataclass(frozen=True, kw_only=True)
class OneOf(Field):
    """A choice of a few; None when nothing is chosen."""

    choices: Sequence[Choice] = ()
    details: Mapping[str, str] = field(default_factory=dict)  # by value
    open: bool = False  # all of them are seen at once

    @property
    def kind(self) -> str:  # type: ignore[override]
        return "radio_buttons" if self.open else "static_select"

    def element(self, value: Any) -> b.Block:
        options = {said: b.option(name, said, self.details.get(said)) for name, said in self.choices}
        found: b.Block = {"options": list(options.values())}
        return found | ({"initial_option": options[value]} if value in options else {})

    def value(self, entry: Mapping[str, Any]) -> str | None:
        said = given.choice(entry, "selected_option", "value")
        if said is not None and said not in [value for _, value in self.choices]:
            raise Invalid(given.FORM)
        return said


@dataclass(frozen=True, kw_only=True)
class Ticks(Field):
    """What is ticked, of a few."""

    choices: Sequence[Choice] = ()

    kind = "checkboxes"

    def element(self, value: Any) -> b.Block:
        options = {said: b.option(name, said) for name, said in self.choices}
        ticked = [options[said] for said in options if said in (value or ())]
        return {"options": list(options.values())} | ({"initial_options": ticked} if ticked else {})

    def value(self, entry: Mapping[str, Any]) -> tuple[str, ...]:
        said = _listed(entry.get("selected_options"))
        known = [value for _, value in self.choices]
        found = tuple(given.word(one, "value") or "" for one in said)
        if not set(found) <= set(known):
            raise Invalid(given.FORM)
        return found


@dataclass(frozen=True, kw_only=True)
class Lookup(Field):
    """A choice of what we offer while somebody types. Its value is (name, value) as it is drawn, and the
    value alone as it is read."""

    placeholder: str = "Type a name …"

    kind = "external_select"

    def element(self, value: Any) -> b.Block:
        found: b.Block = {"min_query_length": 0, "placeholder": b.plain(self.placeholder, 150)}
        fits = value is not None and len(value[1]) <= LONGEST_VALUE
        return found | ({"initial_option": b.option(*value)} if fits else {})

    def value(self, entry: Mapping[str, Any]) -> str | None:
        return given.choice(entry, "selected_option", "value")


@dataclass(frozen=True, kw_only=True)
class Lookups(Field):
    """The same for several."""

    placeholder: str = "Type a name …"

    kind = "multi_external_select"

    def element(self, value: Any) -> b.Block:
        found: b.Block = {"min_query_length": 0, "placeholder": b.plain(self.placeholder, 150)}
        found["max_selected_items"] = MOST_CHOSEN
        chosen = [b.option(*one) for one in value or () if len(one[1]) <= LONGEST_VALUE][:MOST_CHOSEN]
        return found | ({"initial_options": chosen} if chosen else {})

    def value(self, entry: Mapping[str, Any]) -> tuple[str, ...]:
        said = [given.choice(one, "value") for one in _listed(entry.get("selected_options"))]
        return tuple(dict.fromkeys(one for one in said if one is not None))


@dataclass(frozen=True, kw_only=True)
class Channel(Field):
    """A channel the person is in."""

    kind = "conversations_select"

    def element(self, value: Any) -> b.Block:
        kinds = {"include": ["public", "private"], "exclude_bot_users": True}
        return {"filter": kinds, "default_to_current_conversation": True}

    def value(self, entry: Mapping[str, Any]) -> str | None:
        return given.choice(entry, "selected_conversation")


@dataclass(frozen=True, kw_only=True)
class Files(Field):
    """Ids of the files somebody attached; they stay in Slack."""

    most: int = 3

    kind = "file_input"

    def element(self, value: Any) -> b.Block:
        return {"max_files": self.most}

    def value(self, entry: Mapping[str, Any]) -> tuple[str, ...]:
        found = [given.word(one, "id") for one in _listed(entry.get("files"))]
        ids = tuple(dict.fromkeys(one for one in found if one is not None))
        if len(ids) != len(found) or len(ids) > self.most or not all(given.is_file(one) for one in ids):
            raise Invalid(f"I can take at most {self.most} files here. Attach them again.", field=self.id)
        return ids


def drawn(fields: Iterable[Field], values: Mapping[str, Any]) -> list[b.Block]:
    """The fields with these values; the first that has to be filled in is where one begins to type."""
    found, focused = [], False
    for each in fields:
        focus = not focused and not each.optional and values.get(each.id) in (None, "", ())
        found.append(each.drawn(values.get(each.id), focus=focus))
        focused = focused or focus
    return found


def read(fields: Iterable[Field], view: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, by field. Mistakes are all told at once; a form that is not as we drew it is none
    of ours."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    if not isinstance(values, Mapping):
        raise Invalid(given.FORM)
    found: dict[str, Any] = {}
    every = EveryMistake()
    for each in fields:
        with every.part():
            found[each.id] = each.read(values)
    every.told()
    return found


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 10 * MOST_CHOSEN:
        raise Invalid(given.FORM)
    return value


def _never() -> Any:
    raise ValueError

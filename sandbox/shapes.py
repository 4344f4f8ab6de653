"""How is a JSON value held against a rule, so that every fault is found with the place it is in?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in Slack's words, and the JSON pointer to it; blocks.validate also shows the rest."""

    message: str
    pointer: str
    code: str = "invalid"
    constraint: Any = None

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


@dataclass(slots=True)
class Findings:
    problems: list[Problem] = field(default_factory=list)

    def add(self, message: str, pointer: str, code: str = "invalid", constraint: Any = None) -> None:
        self.problems.append(Problem(message, pointer or "/", code, constraint))


Rule = Callable[[Findings, Any, str], None]


def string(low: int = 0, high: int | None = None) -> Rule:
    def check(found: Findings, value: Any, at: str) -> None:
        if not isinstance(value, str):
            found.add("must be a string", at, "type_mismatch", {"expected": "string"})
        elif len(value) < low:
            found.add(f"must be more than {low - 1} characters", at, "too_short", {"min_length": low})
        elif high is not None and len(value) > high:
            found.add(f"must be less than {high + 1} characters", at, "too_long", {"max_length": high})

    return check


def number(low: int | None = None, high: int | None = None) -> Rule:
    def check(found: Findings, value: Any, at: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            found.add("must be an integer", at, "type_mismatch", {"expected": "integer"})
        elif low is not None and value < low:
            found.add(f"must be at least {low}", at, "too_small", {"minimum": low})
        elif high is not None and value > high:
            found.add(f"must be no more than {high}", at, "too_large", {"maximum": high})

    return check


def quantity(found: Findings, value: Any, at: str) -> None:
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        found.add("must be a number", at, "type_mismatch", {"expected": "number"})


def boolean(found: Findings, value: Any, at: str) -> None:
    if not isinstance(value, bool):
        found.add("must be a boolean", at, "type_mismatch", {"expected": "boolean"})


def listed(value: Any) -> list[Any]:
    """The value if it is a list; nothing, if it is something else that a rule complains of elsewhere."""
    return value if isinstance(value, list) else []


def anything(found: Findings, value: Any, at: str) -> None:
    """A part of Block Kit that is not looked into."""


def one_of(*words: str) -> Rule:
    def check(found: Findings, value: Any, at: str) -> None:
        if value not in words:
            found.add(
                "must be a valid enum value", at, "invalid_enum", {"expected": list(words), "got": value}
            )

    return check


def items(rule: Rule, low: int = 0, high: int | None = None) -> Rule:
    def check(found: Findings, value: Any, at: str) -> None:
        if not isinstance(value, list):
            found.add("must be an array", at, "type_mismatch", {"expected": "array"})
            return
        if len(value) < low:
            found.add(f"no fewer than {low} items allowed", at, "too_few_items", {"min_items": low})
        if high is not None and len(value) > high:
            found.add(f"no more than {high} items allowed", at, "too_many_items", {"max_items": high})
        for index, one in enumerate(value):
            rule(found, one, f"{at}/{index}")

    return check


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule], *also: Rule) -> Rule:
    """An object with these fields and no others; `also` are rules about the whole."""
    fields = {**required, **optional}

    def check(found: Findings, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            found.add("must provide an object", at, "type_mismatch", {"expected": "object"})
            return
        for name in required:
            if value.get(name) is None:
                found.add(f"missing required field: {name}", at, "missing_field", {"field": name})
        for name, one in value.items():
            if name not in fields:
                found.add(f"invalid additional property: {name}", at, "additional_property", {"field": name})
            elif one is not None:
                fields[name](found, one, f"{at}/{name}")
        for rule in also:
            rule(found, value, at)

    return check


def typed(table: Mapping[str, Rule], only: Sequence[str] | None = None) -> Rule:
    """An object whose `type` says which rule holds; `only` narrows what is allowed here."""
    allowed = set(table if only is None else only)

    def check(found: Findings, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            found.add("must provide an object", at, "type_mismatch", {"expected": "object"})
            return
        kind = value.get("type")
        if kind is None:
            found.add("missing required field: type", at, "missing_field", {"field": "type"})
        elif not isinstance(kind, str) or kind not in allowed:
            expected = {"expected": sorted(allowed), "got": kind}
            found.add(f"unsupported type: {kind}", f"{at}/type", "unsupported_type", expected)
        else:
            table[kind](found, value, at)

    return check

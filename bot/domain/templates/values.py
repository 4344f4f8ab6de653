"""What is a template made of, and how long does it take?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.domain.templates.essentials import Essential, shown_in

HYPERCARE = "hypercare"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An item to be: `offset` counts working days before go-live, negative ones after it."""

    key: str
    title: str
    area: str | None = None
    offset: int = 0  # the day by which it is to be done
    days: int = 1  # working days of work
    depends_on: tuple[str, ...] = ()
    gate: bool = False
    owner_role: str | None = None
    validator_role: str | None = None
    description: str | None = None  # what done means: the evidence its validator looks for
    internal: bool = False

    @property
    def hypercare(self) -> bool:
        return (self.area or "").strip().casefold() == HYPERCARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """An assumption such projects usually make, and how long before go-live it has to be looked into."""

    text: str
    item: str | None = None
    offset: int | None = None


@dataclass(frozen=True, kw_only=True)
class Template:
    """A checklist without people and dates."""

    key: str
    name: str
    about: str | None = None
    also_called: tuple[str, ...] = ()
    go_live_item: str
    items: tuple[Step, ...] = ()
    assumptions: tuple[Belief, ...] = ()

    @cached_property
    def item(self) -> Mapping[str, Step]:
        return {step.key: step for step in self.items}

    @cached_property
    def length(self) -> int:
        """The working days before go-live on which the work begins."""
        return max((step.offset + step.days - 1 for step in self.items), default=0)

    @cached_property
    def after(self) -> int:
        """The working days it goes on after go-live."""
        return max((-step.offset for step in self.items), default=0)

    @cached_property
    def gates(self) -> tuple[Step, ...]:
        """What go-live waits for; the go-live item itself is not among it."""
        return tuple(s for s in self.items if s.gate and s.key != self.go_live_item and not s.hypercare)

    @cached_property
    def areas(self) -> Mapping[str, tuple[Step, ...]]:
        """The items of each area, in the template's order."""
        found: dict[str, list[Step]] = {}
        for step in self.items:
            found.setdefault(step.area or "", []).append(step)
        return {area: tuple(steps) for area, steps in found.items()}

    @cached_property
    def roles(self) -> Mapping[str, tuple[Step, ...]]:
        """The items each role is to own, roles with most items first."""
        found: dict[str, list[Step]] = {}
        for step in self.items:
            if step.owner_role:
                found.setdefault(step.owner_role, []).append(step)
        return {role: tuple(steps) for role, steps in sorted(found.items(), key=lambda each: -len(each[1]))}

    @cached_property
    def validator_roles(self) -> tuple[str, ...]:
        """The roles that confirm items, in the template's order."""
        return tuple(dict.fromkeys(step.validator_role for step in self.items if step.validator_role))

    @cached_property
    def essentials(self) -> tuple[Essential, ...]:
        """What hardly any go-live does without, as far as this template has it."""
        return shown_in(self.items)

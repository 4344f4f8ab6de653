"""What can be supposed of this plan on this day, and what is refused, with what to write instead?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from bot.domain.errors import Invalid
from bot.domain.plan import Plan
from bot.domain.readiness import Assessment, assess


@dataclass(frozen=True)
class Subject:
    """Of whom and what a clause speaks, in the plan; `unknown` are words that name nothing there."""

    items: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """The plan that is asked about, at the moment of asking."""

    plan: Plan
    as_of: datetime

    @cached_property
    def today(self) -> date:
        return self.as_of.astimezone(self.plan.project.zone).date()

    @cached_property
    def a(self) -> Assessment:
        return assess(self.plan, self.today)

    def name(self, key: str) -> str:
        person = self.plan.person.get(key)
        return person.name if person else key

    def ways(self) -> str:
        """What can be written, with names of this very project."""
        keys = {item.key for item in self.plan.items}  # those its reader knows
        key = next((key for key in (*self.a.chain, *self.a.timing) if key in keys), "KEY")
        person = self.plan.people[0].name.split()[0] if self.plan.people else "NAME"
        first, last = self.a.calendar.add(self.today, 5), self.a.calendar.add(self.today, 9)
        run = f"{first.day} {first:%b} to {last.day} {last:%b}"
        return (
            f"Write for instance “what if {key} slips 3 days”, “what if {key} is finished on "
            f"{last.day} {last:%b}”, “what if we drop {key}” or “what if {person} is away {run}”. "
            "Nothing was changed."
        )

    def open(self, subject: Subject, verb: str) -> tuple[str, ...]:
        """The open ones of the items; refused when none is, or go-live itself."""
        keys = tuple(key for key in dict.fromkeys(subject.items) if key in self.a.timing)
        if subject.items and not keys and not subject.blockers:
            key = subject.items[0]
            raise Invalid(
                f"{key} is {self.a.standing[key].value} already, so it cannot {verb}. Nothing was changed."
            )
        return keys

    def blockers(self, subject: Subject) -> tuple[str, ...]:
        found = [self.plan.blocker[id] for id in subject.blockers]
        if found and not any(b.open for b in found):
            raise Invalid(f"{found[0].id} is {found[0].status} already. Nothing was changed.")
        return tuple(b.id for b in found if b.open)

    def to_come(self, day: date) -> date:
        if day < self.today:
            raise Invalid(
                f"{day} is in the past; today is {self.today}. Suppose a day from today on, with its year "
                "if need be. Nothing was changed."
            )
        return day

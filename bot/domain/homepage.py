"""What stands in App Home for one person: their day, their projects, and when they are left alone?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.domain.hours import WorkingHours, zone_of
from bot.domain.myday import Day
from bot.domain.plan import Hours, Person, Plan
from bot.domain.portfolio import Row
from bot.domain.reminders.asking import moment_words
from bot.domain.reminders.situation import day_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLine:
    """How one project stands, in words."""

    key: str
    name: str
    verdict: str
    leads: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """When golive leaves somebody alone, and who acts for them; in words, and as forms show it."""

    hours: str
    quiet: str | None
    stand_in: tuple[str, ...]
    at: Hours | None = None  # their own hours, where they are the same everywhere
    is_quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """All that App Home shows to one person now."""

    user: str
    as_of: datetime  # where they are
    projects: tuple[ProjectLine, ...] = ()
    day: Day = field(default_factory=Day)
    wishes: Wishes | None = None  # None for somebody who is named nowhere
    led: tuple[Row, ...] = ()  # for who leads a project: how all they can see stand
    page: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    told: Mapping[str, Any] | None = None
    closed: str = ""  # why they see nothing of all this
    outside: bool = False  # they start no project


def wishes(
    plans: Sequence[Plan], user: str, until: datetime | None, quiet: bool, now: datetime
) -> Wishes | None:
    """How golive leaves somebody alone in the projects they are named in; None where there are none."""
    if not plans:
        return None
    people = [(plan, plan.by_slack[user]) for plan in plans]
    zone = zone_of(people[0][1], plans[0])
    till = f"until {moment_words(until, zone, now)}" if until else "until you say otherwise"
    own = {person.hours for _, person in people}
    return Wishes(
        hours="; ".join(_apart([(plan, _hours(plan, person)) for plan, person in people])),
        quiet=f"I tell you nothing by myself {till}." if quiet else None,
        stand_in=tuple(_apart([(plan, _stand_in(plan, person, now)) for plan, person in people])),
        at=own.pop() if len(own) == 1 else None,
        is_quiet=quiet,
    )


def _apart(said: Sequence[tuple[Plan, str]]) -> list[str]:
    """What is the same everywhere, said once; else project by project."""
    by_words: dict[str, list[str]] = {}
    for plan, words in said:
        by_words.setdefault(words, []).append(plan.project.name)
    if len(by_words) == 1:
        return list(by_words)
    return [f"{words} ({', '.join(names[:3])}{_more(names)})" for words, names in by_words.items()]


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - 3:,} more" if len(names) > 3 else ""


def _hours(plan: Plan, person: Person) -> str:
    hours = WorkingHours(plan, person)
    whose = "" if person.hours else ", as the project"
    return f"{hours.hours.start:%H:%M} to {hours.hours.end:%H:%M} {hours.zone.key.replace('_', ' ')}{whose}"


def _stand_in(plan: Plan, person: Person, now: datetime) -> str:
    deputy = plan.person.get(person.deputy or "")
    today = now.astimezone(zone_of(person, plan)).date()
    ahead = [gap for gap in person.away if gap.end >= today]
    days = "; ".join(f"away {day_words(g.start, today)} to {day_words(g.end, today)}" for g in ahead[:2])
    who = (
        f"{deputy.name} acts for you while you are away"
        if deputy
        else "nobody acts for you while you are away"
    )
    return f"{who}{f' ({days})' if days else ''}"

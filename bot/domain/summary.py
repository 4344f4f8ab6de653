"""What does the weekly summary of a project say to those it is for?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain import answers
from bot.domain.plan import Event, Plan
from bot.domain.readers import Audience
from bot.domain.readiness import Assessment
from bot.domain.story import recounting
from bot.domain.wording import Section, Words, sections

MOST_CHANGES = 5
HEADINGS = {
    Audience.EXECUTIVES: "For those who decide",
    Audience.CUSTOMER: "For the customer",
    Audience.ENGINEERS: "For the engineers",
    Audience.TEAM: "For the team",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summed:
    """The summary as it is posted; `quiet` when nothing changed since the last one."""

    title: str
    sections: tuple[Section, ...]
    quiet: bool


def weekly(
    plan: Plan,
    a: Assessment,
    events: Sequence[Event],
    since: datetime,
    as_of: datetime,
    audience: Audience,
    *,
    first: bool,
) -> Summed:
    """The summary for an audience: what changed since the last one, and how the project stands; in one line
    when nothing changed."""
    w = Words(a, 44)
    title = f"{w.project()}, week to {w.day(as_of.date())}"
    changed = _changes(plan, events, since, as_of)
    if not changed and not first:
        said = f"Nothing changed since {w.day(_day(plan, since))}. {_where(plan, a, as_of, audience)}"
        return Summed(title=title, sections=sections((None, [said])), quiet=True)
    now = answers.before(plan, a, as_of, audience=audience)
    stands, *rest = now.sections if now.sections else (Section(None, ()),)
    return Summed(
        title=f"{title}. {HEADINGS[audience]}",
        sections=(stands, *sections(("Changed this week", changed)), *rest),
        quiet=False,
    )


def _changes(plan: Plan, events: Sequence[Event], since: datetime, as_of: datetime) -> list[str]:
    """The most important first, without when: all of it was this week."""
    told = recounting.lines(plan, events, since, as_of)
    more = len(told) - MOST_CHANGES
    return [*told[:MOST_CHANGES], *([f"And {more:,} more."] if more > 0 else [])]


def _where(plan: Plan, a: Assessment, as_of: datetime, audience: Audience) -> str:
    """How it stands, in a sentence."""
    standing = answers.standing(plan, a, as_of)
    first = next((section for section in standing.sections if section.lines), None)
    return first.lines[0] if first else ""


def _day(plan: Plan, moment: datetime) -> date:
    return moment.astimezone(plan.project.zone).date()

"""Which assumption has somebody to find out about by now, in what words, and what rests on it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.beliefs.truth import proven_now
from bot.domain.hours import WorkingHours
from bot.domain.plan import Assumption, Person
from bot.domain.reminders.asking import moment_words
from bot.domain.reminders.ledger import Promise
from bot.domain.reminders.situation import Situation, day_words
from bot.domain.wording import count, listed

SOON = 2  # working days before it has to be known that this is said, once
A_WEEK = 5  # working days after which one that is overdue is said again


@dataclass(frozen=True, slots=True)
class Doubt:
    """One assumption that is to be spoken of: the facts that make it news, and the words."""

    belief: Assumption
    facts: Mapping[str, str]
    reason: str
    stake: str


def doubt(
    s: Situation, belief: Assumption, whose: Person, promise: Promise | None, today: date
) -> Doubt | None:
    """What there is to say of an open assumption to who is to find out; None when it can wait."""
    hours = s.hours(whose)
    facts: dict[str, str] = {}
    said = ["assumed" if belief.owner == whose.key else "assumed, and nobody is to find out"]
    if promise is not None:
        facts["promised"] = promise.until.isoformat()
        said.append(f"promised by {moment_words(promise.until, hours.zone, s.now)}")
    since = hours.today(promise.until) if promise is not None else None
    for found, words in (
        _of_its_date(s, belief, hours, today, since),
        _of_its_proof(s, belief),
        _given(s, belief, whose),
    ):
        facts |= found
        said += [words] if words else []
    return Doubt(belief, facts, ", ".join(said), _stake(s, belief)) if facts else None


def speaks_on(belief: Assumption, hours: WorkingHours) -> date | None:
    """The first day on which its date is spoken of."""
    if belief.verify_by is None:
        return None
    day = belief.verify_by
    for _ in range(SOON):
        day = hours.day_before(day)
    return day


def _of_its_date(
    s: Situation, belief: Assumption, hours: WorkingHours, today: date, since: date | None
) -> tuple[dict[str, str], str]:
    """`since` is the day up to which somebody was on it."""
    by, soon = belief.verify_by, speaks_on(belief, hours)
    if by is None or soon is None or today < soon:
        return {}, ""
    on = day_words(by, today)
    if by >= today:
        return {"verify": by.isoformat()}, f"to be known {'today' if by == today else f'by {on}'}"
    calendar = s.assessment.calendar
    weeks = calendar.count(max(by, min(since or by, today)), today) // A_WEEK
    if not weeks:
        return {"overdue": by.isoformat()}, f"overdue since {on}"
    ago = count(calendar.count(by, today), "working day")
    return {"overdue": by.isoformat(), "weeks": f"{weeks:03}"}, f"overdue since {on}, {ago} ago"


def _of_its_proof(s: Situation, belief: Assumption) -> tuple[dict[str, str], str]:
    if not proven_now(s.plan, belief):
        return {}, ""
    return {"proven": belief.proven_by or ""}, f"{belief.proven_by}, which shows it, is validated"


def _given(s: Situation, belief: Assumption, whose: Person) -> tuple[dict[str, str], str]:
    """Somebody else said that it is theirs to find out."""
    given = s.deeds.entrusted.get(belief.id)
    if given is None or belief.owner != whose.key or given[1] != whose.key or given[0] == whose.slack:
        return {}, ""
    giver = s.plan.by_slack.get(given[0])
    return {"yours": given[2].isoformat()}, f"asked by {giver.name}" if giver else "yours to find out"


def _stake(s: Situation, belief: Assumption) -> str:
    fallen = s.assessment.under_validated(belief)
    if fallen:
        return f"{listed(fallen, 3, str)} {'is' if len(fallen) == 1 else 'are'} validated on it"
    keys = belief.items
    return f"{listed(keys, 3, str)} {'rests' if len(keys) == 1 else 'rest'} on it" if keys else ""


def first_day(s: Situation, person: Person) -> Iterator[date]:
    """The days on which something may have to be said to somebody of what they are to find out."""
    hours = s.hours(person)
    for belief in s.to_find_out(person.key):
        if proven_now(s.plan, belief) or belief.id in s.deeds.entrusted:
            yield hours.today(s.now)
        for promise in s.promised(s.of_belief(belief.id)):
            yield hours.today(promise.until)
        if (day := speaks_on(belief, hours)) is not None:
            yield day

"""In which words is somebody asked about a blocker, and which decision is wanted of them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.causes import Case
from bot.domain.plan import Blocker, Person
from bot.domain.reminders.ledger import RUNG, SAID, Said, State
from bot.domain.reminders.situation import JUST_ACTED, Situation, day_words, gates_words
from bot.domain.wording import count, cut, listed

NAMED, WAITED_ON, LEAD, SPONSOR = 1, 2, 3, 4
ASKED = "was asked already"


def headline(s: Situation, blocker: Blocker) -> str:
    """The blocker by its id, what it holds up and what is in the way."""
    item = s.plan.item.get(blocker.item or "")
    on = f" on {cut(item.title, 60)} ({item.key})" if item else f" on {cut(s.plan.project.name, 60)}"
    return f"{blocker.id}{on}: {cut(blocker.text, 200)}"


def reason(s: Situation, blocker: Blocker) -> str:
    """Since when, and on whom it waits."""
    age = s.assessment.age(blocker.raised)
    since = f"open since {day_words(blocker.raised, s.today)}"
    said = [f"{since} ({count(age, 'working day')})" if age else since]
    said.append(
        f"waits on {cut(blocker.waiting_on, 80)}" if blocker.waiting_on else "nobody says on whom it waits"
    )
    clear = blocker.expected_clear
    if clear is not None:
        verb = "should have cleared" if clear < s.today else "expected to clear"
        said.append(f"{verb} {day_words(clear, s.today)}")
    return ", ".join(said)


def stake(s: Situation, case: Case) -> str:
    """What this costs while it is open."""
    a, key = s.assessment, case.blocker.item or ""
    said = []
    if case.critical:
        said.append(
            f"it has no slack: each day moves go-live, now forecast for {day_words(a.forecast, s.today)}"
        )
    elif key in a.timing and a.timing[key].slack is not None:
        said.append(f"{count(a.timing[key].slack or 0, 'working day')} of slack left")
    gates = gates_words(a.downstream.get(key, 0)) if key in a.timing else ""
    if gates:
        said.append(gates)
    if case.behind:
        others = listed(case.behind, 3, lambda b: f"{b.id} ({b.item})")
        said.append(f"{others} {'waits' if len(case.behind) == 1 else 'wait'} behind it")
    return "; ".join(said)


def asked(s: Situation, rows: Iterable[Said], zone: ZoneInfo) -> Iterator[str]:
    """Who was asked when, and who could not be, in order."""
    told: set[str] = set()
    for row in sorted(rows, key=lambda row: row.at):
        line = ""
        if row.kind == RUNG and row.state in SAID:
            name = s.plan.by_slack[row.person].name if row.person in s.plan.by_slack else "somebody"
            line = f"{name} was asked {moment_words(row.at, zone, s.now)}"
        elif row.kind == RUNG and row.state is State.FAILED and row.person in s.plan.by_slack:
            line = f"{s.plan.by_slack[row.person].name} could not be written to"
        elif row.state is State.SKIPPED and row.why and ASKED not in row.why:
            knows = s.plan.person.get(row.person) if row.why == JUST_ACTED else None
            line = f"{knows.name} knows of it, having reported or changed it" if knows else row.why
        if line and line not in told:
            told.add(line)
            yield line


def decision(s: Situation, case: Case, number: int, person: Person, needs_lead: bool) -> str:
    """What is wanted of whoever is asked."""
    if needs_lead:
        whom = f"{person.name}{f' ({person.org})' if person.org else ''}"
        return f"Decide whether {whom} is to be asked: press Escalate, or get it cleared another way."
    if number == SPONSOR:
        return f"Decide: put somebody on it who can clear it, or {_accept(s)}."
    if number == LEAD:
        sponsor = (
            f", or whether {s.sponsor.name} has to decide" if s.sponsor and s.sponsor is not person else ""
        )
        return f"Decide who clears this and by when{sponsor}."
    if number == WAITED_ON:
        return "It waits on you or your people. Say until when you are on it, or who has to decide it."
    return "Say until when you are on it, that it is cleared, or that somebody else has to chase it."


def _accept(s: Situation) -> str:
    """What follows when nobody decides."""
    forecast, target = s.assessment.forecast, s.plan.project.target_go_live
    said = f"accept go-live on {day_words(forecast, s.today)} or later"
    late = target is not None and forecast > target
    return f"{said} instead of {day_words(target, s.today)}" if late and target else said


def moment_words(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`Mon 23 Nov, 09:00` where the reader is."""
    local: date = at.astimezone(zone).date()
    return f"{day_words(local, now.astimezone(zone).date())}, {at.astimezone(zone):%H:%M}"

"""What exactly does a statement suppose, once its kind is known and of whom and what it speaks?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.errors import Invalid
from bot.domain.plan import Status
from bot.domain.whatif.clauses import Clause
from bot.domain.whatif.days import MOST_DAYS, folded
from bot.domain.whatif.kinds import times
from bot.domain.whatif.scenario import Kind, Supposition
from bot.domain.whatif.setting import Setting, Subject
from bot.domain.whatif.verbs import Verb
from bot.domain.whatif.vocabulary import DAYS

DAY = timedelta(days=1)


def made(kind: Kind, setting: Setting, clause: Clause, subject: Subject) -> Supposition:
    """The supposition, still without its words; Invalid where it cannot be."""
    return _MAKERS[kind](setting, clause, subject)


def _day(r: Setting, clause: Clause) -> date:
    """The day a clause names; of several, "from 25 to 30 Nov", the last."""
    return r.to_come(clause.days[0].last)


def _is_sooner(clause: Clause) -> bool:
    said = clause.verbs
    return clause.amounts[0].sooner or (Verb.SOON in said and Verb.LATE not in said)


def _slips(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    amount = clause.amounts[0]
    if amount.days > MOST_DAYS:
        raise Invalid(
            f"{amount.days:,} days are more than a what-if can say anything about. Suppose a year at most."
        )
    sooner = _is_sooner(clause)
    if r.plan.project.go_live_item in subject.items and not subject.blockers:
        return _target(r, clause, subject)
    return Supposition(
        kind=Kind.SLIPS,
        words="",
        items=r.open(subject, "slip"),
        blockers=r.blockers(subject),
        days=-amount.days if sooner else amount.days,
        calendar_days=amount.calendar,
    )


def _takes(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    items = r.open(subject, "take longer")
    if (ratio := times(clause)) is not None and not clause.amounts:
        days = max(1, round(ratio * max(1, r.plan.item[items[0]].remaining_days)))
    else:
        days = clause.amounts[0].days
    if not items:
        return _slips(r, clause, subject)
    done = [key for key in items if r.a.standing[key] is Status.DONE]
    if done:
        raise Invalid(
            f"{done[0]} is done and waits to be confirmed. Ask what if it slips. Nothing was changed."
        )
    return Supposition(kind=Kind.TAKES, words="", items=items, days=min(days, MOST_DAYS))


def _clears(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    """An item without a blocker is finished on that day instead."""
    items, blockers = r.open(subject, "be cleared"), r.blockers(subject)
    held = tuple(key for key in items if r.plan.open_blockers.get(key))
    if not held and not blockers:
        later = clause.days and clause.days[0].last > r.today
        made = _finishes(r, clause, subject) if later else _closed(r, clause, subject)
        remark = f"{', '.join(items)} has no open blocker, so it is taken as finished then."
        return replace(made, remark=remark)
    left = [key for key in items if key not in held]
    remark = f"{', '.join(left)}: no blocker is open on it, so nothing clears there." if left else ""
    day = _day(r, clause) if clause.days else None
    return Supposition(kind=Kind.CLEARS, words="", items=held, blockers=blockers, start=day, remark=remark)


def _held(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    items = r.open(subject, "be blocked")
    if subject.blockers or any(r.plan.open_blockers.get(key) for key in items):
        return _clears(r, clause, subject)
    return Supposition(kind=Kind.HELD, words="", items=items, end=_day(r, clause))


def _starts(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    if r.plan.project.go_live_item in subject.items:
        return _target(r, clause, subject)
    return Supposition(kind=Kind.STARTS, words="", items=r.open(subject, "start"), start=_day(r, clause))


def _finishes(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    if r.plan.project.go_live_item in subject.items:
        return _target(r, clause, subject)
    return Supposition(
        kind=Kind.FINISHES, words="", items=r.open(subject, "be finished"), start=_day(r, clause)
    )


def _closed(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    status = Status.VALIDATED if Verb.VALIDATE in clause.verbs else Status.DONE
    items = r.open(subject, "be done")
    if status is Status.DONE and all(r.a.standing[key] is Status.DONE for key in items):
        raise Invalid(
            f"{items[0]} is done already and waits to be confirmed. "
            f"Ask “what if {items[0]} is validated today”. Nothing was changed."
        )
    return Supposition(kind=Kind.CLOSED, words="", items=items, status=status)


def _dropped(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    items = r.open(subject, "be dropped")
    live = r.plan.project.go_live_item
    if items == (live,):
        raise Invalid(
            f"{live} is go-live itself; there is nothing to forecast without it. Nothing was changed."
        )
    if not items:
        raise Invalid(f"Say which item is dropped. {r.ways()}")
    return Supposition(kind=Kind.DROPPED, words="", items=tuple(key for key in items if key != live))


def _away(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    first, last = _run(r, clause)
    r.to_come(last)
    apart = clause.days[0].listed if clause.days and not clause.amounts and not clause.days[0].closes else ()
    if len(apart) == (last - first).days + 1:
        apart = ()
    return Supposition(kind=Kind.AWAY, words="", people=subject.people, start=first, end=last, dates=apart)


def _run(r: Setting, clause: Clause) -> tuple[date, date]:
    """From when until when: a run of days, so many days from one, or until one."""
    calendar = r.a.calendar
    if clause.amounts:
        amount = clause.amounts[0]
        first = clause.days[0].first if clause.days else r.today
        if amount.calendar:
            return first, first + (amount.days - 1) * DAY
        return first, calendar.add(first, max(0, amount.days - 1))
    if not clause.days:
        raise Invalid(f"Say from when until when. {r.ways()}")
    named = clause.days[0]
    if named.closes:
        return r.today, named.last if not _back_on(clause) else named.last - DAY
    if named.opens:
        raise Invalid(f"Say until when as well, or that they leave. {r.ways()}")
    return named.first, named.last


def _back_on(clause: Clause) -> bool:
    return re.search(r"\bback(?: on)?\s*$", clause.masked[: clause.masked.index(DAYS)]) is not None


def _leaves(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    day = r.to_come(clause.days[0].first) if clause.days else None
    return Supposition(kind=Kind.LEAVES, words="", people=subject.people, start=day)


def _taken_over(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    items = r.open(subject, "be taken over")
    new = subject.people[-1:] if re.search(r"\bto\b|\ban\b|\ba\b", clause.masked) else subject.people[:1]
    return Supposition(kind=Kind.TAKEN_OVER, words="", items=items, people=new)


def _holiday(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    days = tuple(dict.fromkeys(day for named in clause.days for day in named.listed))
    r.to_come(max(days))
    to_come = tuple(day for day in days if day >= r.today)
    if not any(r.a.calendar.works(day) for day in to_come):
        raise Invalid("Nobody works on these days as it is, so nothing would change. Name working days.")
    return Supposition(kind=Kind.HOLIDAY, words="", start=min(to_come), end=max(to_come), dates=to_come)


def _worked(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    said = folded(clause.text)
    both = re.search(r"weekend|week-end|wochenend|fines? de semana", said) is not None
    days = {"sat": r"saturday|sabado|samedi|samstag", "sun": r"sunday|domingo|dimanche|sonntag"}
    added = tuple(day for day, words in days.items() if both or re.search(words, said))
    if set(added) <= set(r.plan.project.working_days):
        raise Invalid("These days are worked as it is, so nothing would change.")
    return Supposition(kind=Kind.WORKED, words="", weekdays=added)


def _target(r: Setting, clause: Clause, subject: Subject) -> Supposition:
    if clause.days:
        return Supposition(kind=Kind.TARGET, words="", start=_day(r, clause))
    amount = clause.amounts[0]
    if r.plan.project.target_go_live is None:
        raise Invalid(
            "This project has no target date that could move. Write “what if we go live on” and the day."
        )
    sooner = _is_sooner(clause)
    days = -amount.days if sooner else amount.days
    return Supposition(kind=Kind.TARGET, words="", days=days, calendar_days=amount.calendar)


_MAKERS: dict[Kind, Callable[[Setting, Clause, Subject], Supposition]] = {
    Kind.SLIPS: _slips,
    Kind.TAKES: _takes,
    Kind.CLEARS: _clears,
    Kind.HELD: _held,
    Kind.STARTS: _starts,
    Kind.FINISHES: _finishes,
    Kind.CLOSED: _closed,
    Kind.DROPPED: _dropped,
    Kind.AWAY: _away,
    Kind.LEAVES: _leaves,
    Kind.TAKEN_OVER: _taken_over,
    Kind.HOLIDAY: _holiday,
    Kind.WORKED: _worked,
    Kind.TARGET: _target,
}

"""Who is away when, and who could stand in?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from bot.domain.answers.inquiry import Inquiry
from bot.domain.plan import Away, Person, Status
from bot.domain.wording import Reply, listed


def away(q: Inquiry) -> Reply:
    """The days away that are still to come, or those that fall on the days asked about."""
    gone = [
        (p, gap) for p in _asked_about(q) for gap in sorted(p.away, key=lambda g: g.start) if _falls(q, gap)
    ]
    gone.sort(key=lambda each: each[1].start)
    free = [day for day in q.a.holidays if _falls(q, Away(start=day, end=day))]
    data = {
        "away": [_data(person, gap) for person, gap in gone],
        "holidays": [day.isoformat() for day in free],
    }
    days = f" ({q.days(window)})" if (window := q.meaning.window) else ""
    return q.reply(
        f"who is away{f', {q.who()}' if q.of_somebody else ''}{days}",
        data,
        (
            None,
            q.lines(gone, lambda each: _line(q, *each), lambda each: q.w.person(each[0].key))
            if gone
            else _none(q),
        ),
        ("Nobody works", [listed(free, 6, q.w.day)] if free else []),
    )


def _asked_about(q: Inquiry) -> Sequence[Person]:
    return [person for person in q.plan.people if not q.of_somebody or person.key in q.people]


def _falls(q: Inquiry, gap: Away) -> bool:
    """On one of the days asked about; without any, today or later."""
    window = q.meaning.window
    first = (window.start if window else q.today) or (q.today if window is None else date.min)
    last = (window.end if window else None) or date.max
    return gap.start <= last and gap.end >= first


def _line(q: Inquiry, person: Person, gap: Away) -> str:
    """From when until when, who stands in, and what of theirs falls into it."""
    deputy = q.plan.person.get(person.deputy or "")
    instead = f"{q.w.person(deputy.key)} stands in" if deputy else "nobody stands in"
    theirs = [
        key
        for key, timing in q.a.timing.items()
        if q.a.doer(q.plan.item[key]) == person.key and timing.slack == 0 and gap in q.a.kept_from(key)
    ]
    costs = f"; puts off {listed(theirs, 3, q.w.key)}, which has no slack" if theirs else ""
    return f"{q.w.person(person.key)}: away {q.w.span(gap.start, gap.end)}, {instead}{costs}"


def _none(q: Inquiry) -> list[str]:
    if q.of_somebody:
        return [f"{q.who()} is not known to be away then; the project file says who is (away: FROM..TO)."]
    return ["Nobody is known to be away then; the project file says who is (away: FROM..TO)."]


def _data(person: Person, gap: Away) -> dict[str, Any]:
    return {
        "person": person.key,
        "from": gap.start.isoformat(),
        "to": gap.end.isoformat(),
        "deputy": person.deputy,
    }


def stand_in(q: Inquiry) -> Reply:
    """Who is named to take over, who only stands in, and what there is to take."""
    people = _asked_about(q) if q.of_somebody else [p for p in q.plan.people if p.backup or p.deputy]
    data = {
        "items": [],
        "people": [{"person": p.key, "backup": p.backup, "deputy": p.deputy} for p in people],
    }
    lacking = [p for p in people if not p.backup]
    named = q.who() if q.of_somebody else "whom"
    return q.reply(
        f"who could stand in for {named}",
        data,
        (
            None,
            [line for person in people for line in _covers(q, person)] or ["Nobody is named for anybody."],
        ),
        (
            "To mend it",
            [f"name who takes over in the project file: `backup: ID` beside {lacking[0].key}"]
            if lacking
            else [],
        ),
    )


def _covers(q: Inquiry, person: Person) -> Iterator[str]:
    name = q.w.person(person.key)
    backup, deputy = (q.plan.person.get(key or "") for key in (person.backup, person.deputy))
    takes = f"{q.w.person(backup.key)} is named to take over" if backup else "nobody is named to take over"
    while_away = (
        f"{q.w.person(deputy.key)} stands in on days away" if deputy else "nobody stands in on days away"
    )
    yield f"{name}: {takes}; {while_away}."
    theirs = [i for i in q.a.in_order(q.open_items) if i.owner == person.key]
    confirms = [i for i in q.open_items if q.a.standing[i.key] is Status.DONE and i.validator == person.key]
    if theirs or confirms:
        has = f"owns {listed(theirs, 6, q.w.key)}" if theirs else ""
        asked = f"is to confirm {listed(confirms, 4, q.w.key)}" if confirms else ""
        yield f"{name} {' and '.join(filter(None, [has, asked]))}."

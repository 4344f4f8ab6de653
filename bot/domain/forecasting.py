"""By when does a project go live half of the time, and by when four times in five, going by its own slips?"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.plan import Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.schedule import Schedule

LEAST_ITEMS = 20
RESAMPLES = 2_000
MOST_STEPS = 400_000  # items times resamples: a large project is resampled less often
LEAST_RESAMPLES = 100
STEPS_AT_ONCE = 200_000  # what is held in memory at a time
PARTS = 8  # into so many parts a day is cut, so that a third of a day more is a day more one time in three

Slip = tuple[int, int]  # working days planned, and taken
# How long work of so many days takes, were it to slip as each of these did.
Lengths = Callable[[int, Sequence[Slip]], list[float]]


@dataclass(frozen=True, slots=True)
class Spread:
    """Go-live by `p50` in half of the resamples, by `p80` in four of five; from so many past items."""

    p50: date
    p80: date
    from_items: int
    resamples: int
    stated: bool  # else it is no earlier than that: something that holds go-live up has no clear date

    def as_json(self) -> dict[str, Any]:
        return {"p50": self.p50.isoformat(), "p80": self.p80.isoformat(), "from_items": self.from_items}


def history(plan: Plan) -> tuple[Slip, ...]:
    """Of every item of which it is known: how long it was to take, and how long it took."""
    return tuple(
        (max(1, item.planned_days), max(1, item.actual_days))
        for item in plan.whole.items
        if item.planned_days is not None and item.actual_days is not None
    )


def why_not(plan: Plan, a: Assessment) -> str | None:
    """Why no range can be given; None when it can."""
    known = len(history(plan))
    if a.live:
        return "It is live already."
    if known < LEAST_ITEMS:
        return (
            f"A range needs {LEAST_ITEMS} items of which it is known how long they were to take and took; "
            f"here are {known}."
        )
    return None


def spread(
    plan: Plan, a: Assessment, resamples: int = RESAMPLES, *, slipped: Lengths | None = None
) -> Spread | None:
    """The range that the project's own slips promise; None where `why_not` says why.

    `slipped` is another way to carry a slip over, to compare with.
    """
    if why_not(plan, a) is not None:
        return None
    slips = history(plan)
    schedule = Schedule(plan.whole, a.today, a.standing)
    runs = max(min(resamples, LEAST_RESAMPLES), min(resamples, MOST_STEPS // max(1, len(schedule.order))))
    # The same plan on the same day gives the same range: the seed is made of what goes into it.
    facts = (schedule.order, schedule.days, schedule.floor, schedule.needs, slips, runs)
    ends = sorted(_ends(schedule, a, slips, runs, random.Random(repr(facts)), slipped or lengths))
    return Spread(
        p50=_day(schedule, ends[-(-runs * 50 // 100) - 1]),
        p80=_day(schedule, ends[-(-runs * 80 // 100) - 1]),
        from_items=len(slips),
        resamples=runs,
        stated=not a.unknown_clear,
    )


def _day(schedule: Schedule, position: int) -> date:
    calendar = schedule.calendars.project
    return calendar.day(min(position, calendar.position(date.max) - 1))


def lengths(days: int, slips: Sequence[Slip]) -> list[float]:
    """How long work of so many days would take, were it to slip as each of the past items did.

    A slip is carried over in proportion, but for the part that every item takes whatever its length.
    """
    fixed = fixed_part(slips)
    return [fixed + (took - fixed) * days / planned for planned, took in slips]


def fixed_part(slips: Sequence[Slip]) -> float:
    """Days that every item takes whatever its length: the line through the slips where no day is planned.

    Longer items stray more, so they weigh less in it. Without this a one-day item that took two would double
    every long one: in the benchmark go-live then comes by P50 in seven of ten projects, not in five or six.
    """
    weight = sum(1 / planned for planned, _ in slips)
    planned_mean = len(slips) / weight
    took_mean = sum(took / planned for planned, took in slips) / weight
    strays = sum((planned - planned_mean) ** 2 / planned for planned, _ in slips)
    if not strays:
        return 0.0
    together = sum((planned - planned_mean) * (took - took_mean) / planned for planned, took in slips)
    at_zero = took_mean - together / strays * planned_mean
    return max(0.0, at_zero)


def _ends(
    schedule: Schedule,
    a: Assessment,
    slips: Sequence[Slip],
    runs: int,
    chance: random.Random,
    slipped: Lengths,
) -> list[int]:
    """The position of go-live in each resample."""
    at_once = max(1, min(runs, STEPS_AT_ONCE // max(1, len(schedule.order))))
    found: list[int] = []
    while len(found) < runs:
        found += _pass(schedule, a, slips, min(at_once, runs - len(found)), chance, slipped)
    return found


def _pass(
    schedule: Schedule,
    a: Assessment,
    slips: Sequence[Slip],
    runs: int,
    chance: random.Random,
    slipped: Lengths,
) -> list[int]:
    """One flat pass over the items in order; each holds its finish in every resample, side by side.

    A resample first draws a history of its own from the slips, with repetition, and then each item's slip
    from that: with a few dozen slips, not knowing how a project really slips matters as much as chance does.
    """
    known = len(slips)
    histories = chance.choices(range(known), k=known * runs)
    bases = range(0, known * runs, known)
    finish: list[list[int]] = [[] for _ in schedule.needs]
    tables: dict[int, list[int]] = {}
    for number in schedule.order:
        if schedule.slack(number) is None and number != schedule.goal:
            continue  # go-live does not wait for it
        begins = _begins(schedule, number, finish, runs)
        if number == schedule.goal:
            return begins
        days = schedule.days[number]
        if a.standing[schedule.items[number].key] is Status.DONE:
            finish[number] = _finishes(schedule, number, begins, [days] * runs)
            continue
        if days not in tables:
            tables[days] = _in_parts(slipped(days, slips))
        table, drawn = tables[days], chance.choices(range(known), k=runs)
        parts = chance.choices(range(PARTS), k=runs)
        took = [
            table[histories[base + slip] * PARTS + part]
            for base, slip, part in zip(bases, drawn, parts, strict=True)
        ]
        finish[number] = _finishes(schedule, number, begins, took)
    return _begins(schedule, schedule.goal, finish, runs)


def _in_parts(found: Sequence[float]) -> list[int]:
    """Whole days for each length, in parts that together make up the broken day."""
    return [max(1, int(length + (part + 0.5) / PARTS)) for length in found for part in range(PARTS)]


def _begins(schedule: Schedule, number: int, finish: Sequence[Sequence[int]], runs: int) -> list[int]:
    needs, floor = [finish[need] for need in schedule.needs[number]], schedule.floor[number]
    if not needs:
        return [floor] * runs
    ready = needs[0] if len(needs) == 1 else map(max, *needs)
    calendar = schedule.calendar[number]
    if calendar.gapless_from(floor):
        return [end + 1 if end >= floor else floor for end in ready]
    free = calendar.at_or_after
    return [free(end + 1) if end >= floor else floor for end in ready]


def _finishes(schedule: Schedule, number: int, begins: Sequence[int], took: Sequence[int]) -> list[int]:
    calendar = schedule.calendar[number]
    if calendar.gapless_from(schedule.floor[number]):
        return [begin + days - 1 for begin, days in zip(begins, took, strict=True)]
    nth, worked = calendar.nth, calendar.worked
    return [nth(worked(begin) + days - 1) for begin, days in zip(begins, took, strict=True)]

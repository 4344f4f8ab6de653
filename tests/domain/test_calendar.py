"""Which days are worked, for a project and for one person of it?"""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from bot.domain.calendar import WorkCalendar, both_away
from bot.domain.errors import Invalid
from bot.domain.plan import WEEKDAYS, Away

MONDAY = date(2027, 3, 1)
WEEK = WEEKDAYS[:5]


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def away(first: int, last: int) -> Away:
    return Away(start=day(first), end=day(last))


def test_work_goes_on_after_the_weekend() -> None:
    assert WorkCalendar(WEEK).next(day(5)) == day(7)
    assert WorkCalendar(WEEK).add(day(4), 1) == day(7)


def test_a_project_may_work_on_the_weekend_only() -> None:
    calendar = WorkCalendar(["sat", "sun"])
    assert calendar.next(MONDAY) == day(5)
    assert calendar.add(day(6), 1) == day(12)


def test_a_holiday_is_skipped_and_one_on_a_free_day_costs_nothing() -> None:
    assert WorkCalendar(WEEK, [day(1), day(5), day(1)]).add(MONDAY, 4) == day(7)


def test_somebody_away_for_weeks_starts_on_the_day_they_are_back() -> None:
    calendar = WorkCalendar(WEEK, [day(21)], [away(0, 10), away(9, 20)])
    assert calendar.next(MONDAY) == day(22)
    assert not calendar.works(day(21))


def test_days_away_that_end_before_they_begin_are_none() -> None:
    assert WorkCalendar(WEEK, [], [away(3, 1)]).add(MONDAY, 4) == day(4)


def test_somebody_away_until_the_end_of_time_is_refused_only_when_they_are_waited_for() -> None:
    calendar = WorkCalendar(WEEK, [], [Away(start=day(2), end=date.max)])
    assert calendar.add(MONDAY, 1) == day(1)
    with pytest.raises(Invalid, match="after the year 9999"):
        calendar.add(MONDAY, 2)


def test_a_week_without_a_working_day_is_refused() -> None:
    with pytest.raises(Invalid, match="working day"):
        WorkCalendar([])


def test_two_people_are_both_away_only_where_their_days_meet() -> None:
    assert both_away([away(0, 4), away(9, 9)], [away(3, 6), away(8, 10)]) == (away(3, 4), away(9, 9))


@pytest.mark.parametrize("seed", range(40))
def test_counting_adding_and_finding_days_agree_with_looking_at_each_day(seed: int) -> None:
    r = random.Random(seed)
    week = r.sample(WEEKDAYS, r.randint(1, 7))
    free = {day(r.randint(-30, 60)) for _ in range(r.randint(0, 12))}
    gone = [away(start, start + r.randint(-1, 15)) for start in (r.randint(-30, 60) for _ in range(3))]
    calendar = WorkCalendar(week, free, gone)
    worked = [
        now
        for now in map(day, range(-60, 200))
        if WEEKDAYS[now.weekday()] in week
        and now not in free
        and not any(g.start <= now <= g.end for g in gone)
    ]
    for _ in range(30):
        one, other = day(r.randint(-40, 70)), day(r.randint(-40, 70))
        first = next(n for n, now in enumerate(worked) if now >= one)
        assert calendar.works(one) == (one in worked)
        assert calendar.next(one) == worked[first]
        assert calendar.add(one, 3) == worked[first + 3]
        assert calendar.count(one, other) == sum(one < d <= other for d in worked) - sum(
            other < d <= one for d in worked
        )

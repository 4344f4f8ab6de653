"""When somebody works: nights, weekends, holidays, days away, and nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.hours import WorkingHours, instant
from bot.domain.plan import Away, Hours, Person, Plan, Project

HOUR = timedelta(hours=1)


def hours(
    tz: str | None = "Europe/Rome", project: dict[str, Any] | None = None, **fields: Any
) -> WorkingHours:
    person = Person(key="mia", name="Mia", tz=tz, **fields)
    return WorkingHours(Plan(project=Project(key="p", name="P", **(project or {})), people=(person,)), person)


def at(words: str, zone: str = "Europe/Rome") -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "why", "comes"),
    [
        ("2027-03-05 08:59", "night", "2027-03-05 09:00"),
        ("2027-03-05 09:00", None, "2027-03-05 09:00"),
        ("2027-03-05 16:59", None, "2027-03-05 16:59"),
        ("2027-03-05 17:00", "night", "2027-03-08 09:00"),
        ("2027-03-06 12:00", "weekend", "2027-03-08 09:00"),
        ("2027-03-10 12:00", "holiday", "2027-03-11 09:00"),
        ("2027-03-16 12:00", "away", "2027-03-18 09:00"),
        ("2027-03-17 23:00", "away", "2027-03-18 09:00"),
    ],
)
def test_a_moment_outside_somebodys_hours_waits_for_the_next_one_inside(
    moment: str, why: str | None, comes: str
) -> None:
    mia = hours(
        project={"holidays": (date(2027, 3, 10),)},
        away=(Away(start=date(2027, 3, 16), end=date(2027, 3, 17)),),
    )

    assert mia.why_not(at(moment)) == why
    assert mia.works(at(moment)) is (why is None)
    assert mia.next(at(moment)) == at(comes)
    assert mia.next(at(moment)).tzinfo is UTC


def test_somebody_without_a_zone_lives_in_the_projects() -> None:
    ward = {"timezone": "Asia/Kolkata"}

    assert hours(None, ward).morning(at("2027-03-05 12:00")) == at("2027-03-08 09:00", "Asia/Kolkata")
    assert hours("Mars/Olympus", ward).morning(at("2027-03-05 12:00")) == at(
        "2027-03-08 09:00", "Asia/Kolkata"
    )


def test_own_hours_go_before_the_projects_which_go_before_nine_to_five() -> None:
    early = {"policies": {"hours": {"start": "06:00", "end": "14:00"}}}

    assert hours().morning(at("2027-03-05 00:00")) == at("2027-03-05 09:00")
    assert hours(project=early).morning(at("2027-03-05 00:00")) == at("2027-03-05 06:00")
    own = Hours(start=time(10), end=time(18, 30))
    assert hours(project=early, hours=own).morning(at("2027-03-05 00:00")) == at("2027-03-05 10:00")
    assert hours(project=early, hours=own).length == 8.5 * HOUR


def test_four_hours_from_friday_half_past_four_are_monday_half_past_twelve() -> None:
    assert hours().add(at("2027-03-05 16:30"), 4 * HOUR) == at("2027-03-08 12:30")


def test_hours_asked_for_at_night_count_from_the_morning() -> None:
    assert hours().add(at("2027-03-05 22:00"), 4 * HOUR) == at("2027-03-08 13:00")


def test_hours_pass_over_a_holiday_and_days_away() -> None:
    mia = hours(
        project={"holidays": (date(2027, 3, 8),)}, away=(Away(start=date(2027, 3, 9), end=date(2027, 3, 9)),)
    )

    assert mia.add(at("2027-03-05 16:30"), 4 * HOUR) == at("2027-03-10 12:30")


def test_public_holidays_of_the_projects_country_are_free() -> None:
    us = hours("America/Chicago", {"policies": {"holidays": {"country": "US"}}})
    thanksgiving = at("2026-11-26 12:00", "America/Chicago")

    assert us.why_not(thanksgiving) == "holiday"
    assert us.next(thanksgiving) == at("2026-11-27 09:00", "America/Chicago")


def test_a_week_may_run_from_sunday_to_thursday() -> None:
    riyadh = hours("Asia/Riyadh", {"working_days": ("sun", "mon", "tue", "wed", "thu")})

    assert riyadh.why_not(at("2027-03-05 12:00", "Asia/Riyadh")) == "weekend"
    assert riyadh.add(at("2027-03-04 16:00", "Asia/Riyadh"), 2 * HOUR) == at(
        "2027-03-07 10:00", "Asia/Riyadh"
    )


def test_the_working_time_between_two_moments_leaves_out_all_that_is_free() -> None:
    assert hours().worked(at("2027-03-05 16:30"), at("2027-03-08 10:00")) == 1.5 * HOUR
    assert hours().worked(at("2027-03-06 10:00"), at("2027-03-07 10:00")) == timedelta()
    assert hours().worked(at("2027-03-08 10:00"), at("2027-03-05 10:00")) == timedelta()


def test_adding_hours_and_counting_them_agree() -> None:
    mia = hours(away=(Away(start=date(2027, 3, 31), end=date(2027, 4, 6)),))
    start = at("2027-03-25 03:00")
    for half_hours in range(1, 120):
        end = mia.add(start, half_hours * HOUR / 2)
        assert mia.worked(start, end) == half_hours * HOUR / 2


# Nights on which clocks change: in Rome on 28 March 2027 and 31 October 2027, at night


def test_a_weekend_with_a_change_of_clocks_takes_no_working_hours_and_gives_none() -> None:
    assert hours().add(at("2027-03-26 16:30"), 4 * HOUR) == at("2027-03-29 12:30")
    assert hours().add(at("2027-10-29 16:30"), 4 * HOUR) == at("2027-11-01 12:30")


@pytest.mark.parametrize(("day", "length"), [("2027-03-27", 7), ("2027-10-30", 9), ("2027-03-20", 8)])
def test_a_night_shift_over_a_change_of_clocks_is_as_long_as_it_is(day: str, length: int) -> None:
    nurse = hours(project={"working_days": ("sat",)}, hours=Hours(start=time(22), end=time(6)))
    shift = nurse.of_day(date.fromisoformat(day))

    assert shift.end - shift.start == length * HOUR
    assert nurse.works(shift.end - HOUR)
    assert not nurse.works(shift.end)
    assert nurse.why_not(shift.start - HOUR) == "night"


def test_the_small_hours_of_a_night_shift_belong_to_the_day_it_began() -> None:
    nurse = hours(hours=Hours(start=time(22), end=time(6)))

    assert nurse.works(at("2027-03-06 05:00"))  # Saturday, of Friday's shift
    assert nurse.why_not(at("2027-03-07 05:00")) == "weekend"
    assert nurse.why_not(at("2027-03-08 05:00")) == "weekend"  # Monday, of Sunday's
    found = nurse.shift(at("2027-03-06 05:00"))
    assert found is not None
    assert found.day == date(2027, 3, 5)


def test_half_past_two_comes_once_on_the_night_that_leaves_it_out() -> None:
    rome = ZoneInfo("Europe/Rome")

    assert instant(date(2027, 3, 28), time(2, 30), rome) == at("2027-03-28 03:30")
    assert instant(date(2027, 3, 27), time(2, 30), rome) == at("2027-03-27 02:30")


def test_half_past_two_is_the_first_of_the_two_on_the_night_that_has_it_twice() -> None:
    rome = ZoneInfo("Europe/Rome")
    first = instant(date(2027, 10, 31), time(2, 30), rome)

    assert first == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert (first + HOUR).astimezone(rome).time() == time(2, 30)


@pytest.mark.parametrize("start", [time(2, 30), time(1, 30)])
@pytest.mark.parametrize("zone", ["Europe/Rome", "America/Chicago", "Australia/Lord_Howe", "UTC"])
def test_every_working_day_of_a_year_has_one_morning(start: time, zone: str) -> None:
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    early = hours(zone, {"working_days": week}, hours=Hours(start=start, end=time(10)))
    moment, days = at("2027-01-01 00:00", zone), []
    while (moment := early.morning(moment)) < at("2028-01-01 00:00", zone):
        days.append(moment.astimezone(ZoneInfo(zone)).date())
        moment += timedelta(seconds=1)

    assert days == [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]


def test_a_clock_that_is_set_back_finds_the_same_morning_again() -> None:
    nine = at("2027-03-08 09:00")

    assert hours().morning(nine - timedelta(minutes=1)) == nine
    assert hours().morning(nine) == nine
    assert hours().morning(nine - HOUR) == nine

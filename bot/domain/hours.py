"""When does one person work, and when have so many of their hours passed?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain import policies
from bot.domain.calendar import WorkCalendar
from bot.domain.plan import WEEKDAYS, Away, Person, Plan

_DAY = timedelta(days=1)
NIGHT, WEEKEND, HOLIDAY, AWAY = "night", "weekend", "holiday", "away"


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The one moment, in UTC, at which the clocks of a zone show this on this day.

    A time that the clocks show twice is the first of the two; one that they leave out is as long after the
    last moment before the gap as it would have been, so that 02:30 is 03:30 and still comes once.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def zone_of(person: Person | None, plan: Plan) -> ZoneInfo:
    """The zone a person lives in; the project's where that is not known."""
    if person is not None and person.tz:
        try:
            return ZoneInfo(person.tz)
        except (ZoneInfoNotFoundError, ValueError):
            pass
    return plan.project.zone


@dataclass(frozen=True, slots=True)
class Shift:
    """The hours worked from one working day on; `day` is the day they begin, in the person's zone."""

    day: date
    start: datetime
    end: datetime


class WorkingHours:
    """The working hours of a person in a project, or of the project itself; every answer is in UTC.

    Shifts are counted in UTC between the moments at which local clocks show their ends: a night on which
    clocks change is as long as it is.
    """

    def __init__(self, plan: Plan, person: Person | None = None) -> None:
        rules = policies.of(plan.project)
        self.zone = zone_of(person, plan)
        self.hours = (person.hours if person else None) or rules.hours
        self._project = plan.project
        self._away = person.away if person else ()
        self._free = policies.Holidays() if rules.holidays.country is None else rules.holidays
        self._calendars: dict[int, tuple[WorkCalendar, WorkCalendar]] = {}

    @cached_property
    def length(self) -> timedelta:
        """How long an ordinary working day of theirs is."""
        start, end = (timedelta(hours=t.hour, minutes=t.minute) for t in (self.hours.start, self.hours.end))
        return end - start if end > start else end - start + _DAY

    def works(self, at: datetime) -> bool:
        return self.next(at) == at

    def next(self, at: datetime) -> datetime:
        """The first moment from this one on inside working hours."""
        at = at.astimezone(UTC)
        return max(at, next(self._shifts(at)).start)

    def add(self, at: datetime, hours: timedelta) -> datetime:
        """The moment at which so much working time has passed since."""
        at = at.astimezone(UTC)
        for shift in self._shifts(at):
            begin = max(at, shift.start)
            if shift.end - begin >= hours:
                return begin + hours
            hours -= shift.end - begin
        raise AssertionError  # there is always another working day

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """How much working time lies between two moments; none when the second is not later."""
        since, until = since.astimezone(UTC), until.astimezone(UTC)
        total = timedelta()
        for shift in self._shifts(since):
            if shift.start >= until:
                return total
            total += max(timedelta(), min(until, shift.end) - max(since, shift.start))
        raise AssertionError

    def morning(self, at: datetime) -> datetime:
        """The first start of a working day from this moment on."""
        at = at.astimezone(UTC)
        return next(shift.start for shift in self._shifts(at) if shift.start >= at)

    def shift(self, at: datetime) -> Shift | None:
        """The working day this moment is in, while it is worked."""
        at = at.astimezone(UTC)
        found = next(self._shifts(at))
        return found if found.start <= at else None

    def today(self, at: datetime) -> date:
        """The date where they are."""
        return at.astimezone(self.zone).date()

    def why_not(self, at: datetime) -> str | None:
        """Why they are not at work: night, weekend, holiday or away; None when they are."""
        if self.works(at):
            return None
        day = self._shift_day(at)
        if any(gap.start <= day <= gap.end for gap in self._away):
            return AWAY
        if WEEKDAYS[day.weekday()] not in self._project.working_days:
            return WEEKEND
        return NIGHT if self._calendar(day)[0].works(day) else HOLIDAY

    def away_on(self, day: date) -> Away | None:
        return next((gap for gap in self._away if gap.start <= day <= gap.end), None)

    def works_on(self, day: date) -> bool:
        return self._calendar(day)[1].works(day)

    def working_day(self, day: date) -> date:
        """This day, or the first one after it that they work."""
        return self._calendar(day)[1].next(day)

    def day_before(self, day: date) -> date:
        """The last day they work before this one."""
        return self._calendar(day)[1].add(day, -1)

    def of_day(self, day: date) -> Shift:
        """The hours that begin on this day, were it worked."""
        start, end = self.hours.start, self.hours.end
        last = day if end > start else day + _DAY
        begin = instant(day, start, self.zone)
        return Shift(day, begin, max(begin, instant(last, end, self.zone)))

    def _shift_day(self, at: datetime) -> date:
        """The day whose hours this moment would be in: of a night shift's small hours, the day before."""
        local = at.astimezone(self.zone)
        overnight = self.hours.end <= self.hours.start
        return local.date() - _DAY if overnight and local.time() < self.hours.end else local.date()

    def _shifts(self, at: datetime) -> Iterator[Shift]:
        """Those not over yet, in order."""
        day = at.astimezone(self.zone).date() - _DAY
        while True:
            day = self.working_day(day)
            shift = self.of_day(day)
            if shift.end > at and shift.end > shift.start:
                yield shift
            day += _DAY

    def _calendar(self, day: date) -> tuple[WorkCalendar, WorkCalendar]:
        """The project's and the person's; holidays of a country are looked up a few years at a time."""
        span = day.year // 4
        if span not in self._calendars:
            years = range(span * 4 - 1, span * 4 + 6)
            off = (*self._project.holidays, *days_off(self._free.country, self._free.subdivision, years))
            week = self._project.working_days
            self._calendars[span] = (_calendar(week, off, ()), _calendar(week, off, self._away))
        return self._calendars[span]


@lru_cache(maxsize=1024)
def _calendar(week: tuple[str, ...], off: tuple[date, ...], away: tuple[Away, ...]) -> WorkCalendar:
    return WorkCalendar(week, off, away)


@lru_cache(maxsize=256)
def days_off(country: str | None, subdivision: str | None, years: range) -> tuple[date, ...]:
    """The public holidays of a country, or of a part of it, in these years."""
    if country is None:
        return ()
    import holidays  # 0.2 s: for projects that name a country

    return tuple(sorted(holidays.country_holidays(country, subdiv=subdivision, years=years)))

"""When does one person work, and when have so many of their hours passed?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain import policies
from bot.domain.calendar import WorkCalendar, days_off
from bot.domain.plan import WEEKDAYS, Away, Hours, Person, Plan

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
        self._overnight = self.hours.end <= self.hours.start
        self._known = _known(
            self.zone.key,
            self.hours,
            plan.project.working_days,
            plan.project.holidays,
            rules.holidays,
            self._away,
        )

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
        known = self._known.shifts.get(day)
        if known is None:
            last = day + _DAY if self._overnight else day
            begin = instant(day, self.hours.start, self.zone)
            known = Shift(day, begin, max(begin, instant(last, self.hours.end, self.zone)))
            self._known.shifts[day] = known
        return known

    def _shift_day(self, at: datetime) -> date:
        """The day whose hours this moment would be in: of a night shift's small hours, the day before."""
        local = at.astimezone(self.zone)
        small = self._overnight and local.time() < self.hours.end
        return local.date() - _DAY if small else local.date()

    def _shifts(self, at: datetime) -> Iterator[Shift]:
        """Those not over yet, in order."""
        day = at.astimezone(self.zone).date()
        if self._overnight:
            day -= _DAY
        while True:
            day = self.working_day(day)
            shift = self.of_day(day)
            if shift.end > at and shift.end > shift.start:
                yield shift
            day += _DAY

    def _calendar(self, day: date) -> tuple[WorkCalendar, WorkCalendar]:
        """The project's and the person's; holidays of a country are looked up a few years at a time."""
        span = day.year // 4
        if span not in self._known.calendars:
            years = range(span * 4 - 1, span * 4 + 6)
            free = self._known.free
            off = (*self._project.holidays, *days_off(free.country, free.subdivision, years))
            week = self._project.working_days
            self._known.calendars[span] = (WorkCalendar(week, off), WorkCalendar(week, off, self._away))
        return self._known.calendars[span]


@dataclass(slots=True)
class _Known:
    """What was worked out for people with the same hours, days and absences: most are alike."""

    free: policies.Holidays
    shifts: dict[date, Shift] = field(default_factory=dict)
    calendars: dict[int, tuple[WorkCalendar, WorkCalendar]] = field(default_factory=dict)


@lru_cache(maxsize=4096)
def _known(
    zone: str,
    hours: Hours,
    week: tuple[str, ...],
    holidays: tuple[date, ...],
    free: policies.Holidays,
    away: tuple[Away, ...],
) -> _Known:
    return _Known(free)

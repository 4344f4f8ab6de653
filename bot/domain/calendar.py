"""Which days are worked in a project, and by one person of it?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate

from bot.domain.errors import Invalid
from bot.domain.plan import WEEKDAYS, Away


class WorkCalendar:
    """The working days of a project or, with days away, of one person in it.

    Days are counted as *positions*: the weekdays the project works, numbered since year 1 whoever is off.
    Positions of two people of one project therefore compare, and adding days is arithmetic; holidays and
    days away are gaps in that line, found by bisection, so a calendar costs its gaps and not its years.
    """

    def __init__(self, working_days: Iterable[str], holidays: Iterable[date] = (), away: Iterable[Away] = ()):
        self._week = tuple(sorted({WEEKDAYS.index(day) for day in working_days}))
        if not self._week:
            raise Invalid("A project needs a working day in the week: write working_days: [mon, tue, wed].")
        # How many worked weekdays a week has before each of its days; index 7 is the whole week.
        self._before = tuple(sum(worked < day for worked in self._week) for day in range(8))
        days = [*((day, day) for day in holidays), *((gap.start, gap.end) for gap in away)]
        gaps = merged((self.position(first), self.position_after(last)) for first, last in days)
        self._starts = [first for first, _ in gaps]
        self._ends = [end for _, end in gaps]
        # Positions lost before each gap (and, one more, after the last); days worked before each gap.
        self._lost = list(accumulate((end - first for first, end in gaps), initial=0))
        self._worked = [first - lost for first, lost in zip(self._starts, self._lost, strict=False)]

    # Positions

    def position(self, day: date) -> int:
        """The position of `day`, or of the first weekday worked after it."""
        weeks, weekday = divmod(day.toordinal() - 1, 7)  # 1 January of year 1 was a Monday
        return weeks * len(self._week) + self._before[weekday]

    def position_after(self, day: date) -> int:
        """The position of the first weekday worked after `day`."""
        weeks, weekday = divmod(day.toordinal() - 1, 7)
        return weeks * len(self._week) + self._before[weekday + 1]

    def day(self, position: int) -> date:
        """The date at a position."""
        weeks, nth = divmod(position, len(self._week))
        try:
            return date.fromordinal(weeks * 7 + self._week[nth] + 1)
        except (ValueError, OverflowError):
            raise Invalid(
                "This plan ends after the year 9999: look for a huge remaining_days, a far expected_clear, "
                "or somebody away for ever."
            ) from None

    def at_or_after(self, position: int) -> int:
        """The first position worked, from `position` on."""
        gap = bisect_right(self._starts, position) - 1
        return position if gap < 0 else max(position, self._ends[gap])

    def worked(self, position: int) -> int:
        """How many days are worked before `position`: differences of it count working days."""
        gap = bisect_right(self._starts, position) - 1
        return position if gap < 0 else max(position, self._ends[gap]) - self._lost[gap + 1]

    def nth(self, worked: int) -> int:
        """The working position before which `worked` days are worked: `worked`, read backwards."""
        return worked + self._lost[bisect_right(self._worked, worked)]

    def gapless_from(self, position: int) -> bool:
        """Nothing is lost from `position` on: adding days there is adding numbers."""
        return not self._ends or position >= self._ends[-1]

    # Dates

    def works(self, day: date) -> bool:
        return self.next(day) == day

    def next(self, day: date) -> date:
        """`day` itself when it is worked, else the first working day after it."""
        return self.day(self.at_or_after(self.position(day)))

    def add(self, day: date, days: int) -> date:
        """The working day `days` after `day` (negative: before it); a free day counts as the next one."""
        return self.day(self.nth(self.worked(self.position(day)) + days))

    def count(self, after: date, until: date) -> int:
        """Working days after the one, up to and with the other; negative when the other is earlier."""
        return self.worked(self.position_after(until)) - self.worked(self.position_after(after))


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Half-open spans as few, apart and in order; empty ones are gone."""
    found: list[tuple[int, int]] = []
    for first, end in sorted(span for span in spans if span[0] < span[1]):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((first, end))
    return found


def both_away(one: Sequence[Away], other: Sequence[Away]) -> tuple[Away, ...]:
    """The days on which both are away."""
    pairs = ((max(a.start, b.start), min(a.end, b.end)) for a in one for b in other)
    return tuple(Away(start=start, end=end) for start, end in pairs if start <= end)


@lru_cache(maxsize=256)
def days_off(country: str | None, subdivision: str | None, years: range) -> tuple[date, ...]:
    """The public holidays of a country, or of a part of it, in these years."""
    if country is None:
        return ()
    import holidays  # 0.2 s: for projects that name a country

    return tuple(sorted(holidays.country_holidays(country, subdiv=subdivision, years=years)))

"""Where is a day on a picture, and which days are written under it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MOST_TICKS = 5
_STEPS = (1, 2, 7, 14)  # days
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)


@dataclass(frozen=True, slots=True)
class Scale:
    """Days from the first to the last, both included, over so many pixels."""

    first: date
    last: date
    left: float
    right: float

    def at(self, day: date) -> float:
        """The beginning of a day; what lies outside is at the edge."""
        days = (min(max(day, self.first), self.last + timedelta(days=1)) - self.first).days
        return self.left + (self.right - self.left) * days / ((self.last - self.first).days + 1)

    def middle(self, day: date) -> float:
        inside = min(max(day, self.first), self.last)
        return (self.at(inside) + self.at(inside + timedelta(days=1))) / 2

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def ticks(self) -> Iterator[date]:
        """At most a handful of days, at even distances: days, Mondays, or firsts of a month."""
        length = (self.last - self.first).days + 1
        for step in _STEPS:
            if length / step <= MOST_TICKS:
                start = self.first
                if step >= 7:
                    start += timedelta(days=-start.weekday() % 7)
                day = start
                while day <= self.last:
                    yield day
                    day += timedelta(days=step)
                return
        yield from self._months(length)

    def _months(self, length: int) -> Iterator[date]:
        step = next((n for n in _MONTHS if length / (30 * n) <= MOST_TICKS), _MONTHS[-1])
        number = self.first.year * 12 + self.first.month - 1 + (self.first.day > 1)
        number += -number % step
        while (day := _first_of(number)) is not None and day <= self.last:
            yield day
            number += step


def _first_of(month: int) -> date | None:
    year, number = divmod(month, 12)
    return date(year, number + 1, 1) if year <= date.max.year else None


def around(days: Sequence[date], marked: Sequence[date]) -> tuple[date, date]:
    """From which day to which to draw: all of `days`, and those of `marked` that are not so far off that
    everything else would be squeezed."""
    first, last = min(days), max(days)
    reach = max((last - first).days, 10)
    near = [day for day in marked if -reach * 0.6 <= (day - first).days <= reach * 2.5]
    return min([first, *near]), max([last, *near])

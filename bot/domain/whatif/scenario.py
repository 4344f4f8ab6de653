"""What does somebody suppose who asks "what if"?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bot.domain.plan import Status


class Kind(StrEnum):
    """What is supposed to happen."""

    SLIPS = "slips"  # later by some working days; earlier when negative
    TAKES = "takes"  # so many working days from when it can start
    CLEARS = "clears"  # its blocker, on a day; without one: now
    HELD = "held"  # nothing can be done on it until a day
    STARTS = "starts"
    FINISHES = "finishes"
    CLOSED = "closed"  # done or validated as of today
    DROPPED = "dropped"
    AWAY = "away"
    LEAVES = "leaves"  # for good, from a day on
    TAKEN_OVER = "taken_over"  # somebody else gets it
    HOLIDAY = "holiday"  # for everybody
    WORKED = "worked"  # on further days of the week
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposition:
    """One thing that is supposed; `remark` says what its words were taken to mean where that was a choice."""

    kind: Kind
    words: str
    items: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    days: int | None = None
    calendar_days: bool = False
    start: date | None = None
    end: date | None = None
    dates: tuple[date, ...] = ()  # days that do not follow each other
    status: Status | None = None  # done or validated
    weekdays: tuple[str, ...] = ()
    remark: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "words": self.words,
            "items": list(self.items),
            "blockers": list(self.blockers),
            "people": list(self.people),
            "days": self.days,
            "calendar_days": self.calendar_days,
            "from": self.start.isoformat() if self.start else None,
            "to": self.end.isoformat() if self.end else None,
            "status": self.status.value if self.status else None,
            "remark": self.remark or None,
        }


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that one question supposes, in the order it was said."""

    words: str
    suppositions: tuple[Supposition, ...]

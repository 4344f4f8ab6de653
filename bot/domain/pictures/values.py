"""What is a picture made of, before anybody draws it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FILE = "FILE"  # stands in a message where the id of the picture's file belongs, once that is known
TIMELINE, BURNUP, AROUND = "timeline", "burnup", "around"
NAMES = {TIMELINE: "timeline", BURNUP: "burn-up", AROUND: "picture of what is left around it"}
LONGEST_ALT = 1900  # Slack takes 2000 characters in an image block


@dataclass(frozen=True, slots=True)
class Sight:
    """What is to be seen: `timeline`, `burnup`, or `around` an item. A `key` with one of the first two is
    what was said besides, and means nothing."""

    about: str = TIMELINE
    key: str = ""

    @property
    def line(self) -> str:
        """As it is typed after `plot`, and stands in buttons."""
        return f"{self.about} {self.key}".strip()


def read(words: str) -> Sight:
    """The sight a line like `burn-up` or `around vpn` asks for; a lone key asks for what is around it."""
    said = words.split()
    first = next((n for n, word in enumerate(said) if _bare(word) not in _BEFORE), len(said))
    word, rest = _bare(" ".join(said[first : first + 1])), said[first + 1 :]
    about = _CALLED.get(word) if word else TIMELINE
    if about is None:
        return Sight(AROUND, words.strip(_AROUND_IT))
    if about == AROUND:
        # `dependency graph of vpn`; what follows `around` is an item, whatever it is called.
        while word != AROUND and rest[1:] and (_bare(rest[0]) in _BEFORE or _called_around(rest[0])):
            word, rest = _bare(rest[0]), rest[1:]
    else:
        rest = [word for word in rest if _bare(word) not in _BESIDES]
    return Sight(about, " ".join(rest).strip(_AROUND_IT))


def _called_around(word: str) -> bool:
    return _CALLED.get(_bare(word)) == AROUND


def _bare(word: str) -> str:
    return word.casefold().strip("`:,.")


_CALLED = {
    **dict.fromkeys(("timeline", "gantt", "plan", "schedule", "chain"), TIMELINE),
    **dict.fromkeys(("burnup", "burn-up", "burn", "burndown", "burn-down", "gates", "progress"), BURNUP),
    **dict.fromkeys(("around", "graph", "dependency", "dependencies", "item"), AROUND),
}
_AROUND_IT = " `'\"“”"
_BEFORE = frozenset({"a", "an", "the", "of", "for"})
_BESIDES = _BEFORE | {"please", "chart", "picture", "up", "down", "view", "this", "project"}


class Mark(StrEnum):
    """How a thing stands. Each has a pattern and a word of its own, so that no colour has to say it."""

    TODO = "not started"
    DOING = "under way"
    BLOCKED = "blocked"
    DONE = "done, not confirmed"
    CLOSED = "closed"
    SEVERAL = "several items"
    GOAL = "go-live"


class Moment(StrEnum):
    """A day that is marked across the whole picture."""

    TODAY = "today"
    TARGET = "target"
    FORECAST = "forecast"
    P50 = "P50"
    P80 = "P80"


@dataclass(frozen=True, slots=True)
class Line:
    """A marked day, and how it is called: `target Mon 14 Dec`."""

    moment: Moment
    day: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Work from one day to another, both included. From the day `waits` on it waits for a blocker."""

    title: str
    note: str
    start: date
    finish: date
    mark: Mark
    driving: bool = False
    waits: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Bars under a heading; `more` says what is left out."""

    heading: str
    bars: tuple[Bar, ...]
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The plan from today to go-live."""

    title: str
    lead: str
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """How many gates there were at the end of a day, how many of them closed, and how many done besides."""

    day: date
    total: int
    closed: int
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Burnup:
    """Closed gates day by day, towards all of them."""

    title: str
    lead: str
    points: tuple[Point, ...]
    lines: tuple[Line, ...]
    foot: str = ""

    def to_reach(self) -> tuple[Line, ...]:
        """The days to which the count has to rise, drawn from today on."""
        ahead, last = (Moment.TARGET, Moment.FORECAST), self.points[-1]
        if last.closed >= last.total:
            return ()
        return tuple(line for line in self.lines if line.moment in ahead and line.day > last.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One item among those around another. `row` is negative for what it needs, positive for what waits."""

    key: str
    title: str
    note: str
    mark: Mark
    row: int
    driving: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """The second cannot start before the first is closed."""

    first: str
    then: str
    driving: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is left around one item: what it needs above, what waits for it below."""

    title: str
    lead: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    more: tuple[tuple[int, int], ...]  # row, and how many more belong there
    above: str = ""
    below: str = ""
    foot: str = ""


Figure = Timeline | Burnup | Around


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What to draw, what it is called, and the same facts in words."""

    name: str  # of a file, without its ending
    figure: Figure
    alt: str
    facts: tuple[str, ...]  # all that the alt text has room for, one by one

    @property
    def title(self) -> str:
        return self.figure.title


def told(name: str, figure: Figure, facts: Sequence[str]) -> Picture:
    """The picture, and beside it what it shows."""
    return Picture(name=name, figure=figure, alt=fitted(facts), facts=tuple(facts))


def fitted(sentences: Sequence[str]) -> str:
    """The sentences as one alt text: as many as fit, and how many do not."""
    kept: list[str] = []
    length = 0
    for sentence in sentences:
        if length + len(sentence) > LONGEST_ALT - 60:
            return " ".join([*kept, f"And {len(sentences) - len(kept):,} more facts, which do not fit here."])
        kept.append(sentence)
        length += len(sentence) + 1
    return " ".join(kept)

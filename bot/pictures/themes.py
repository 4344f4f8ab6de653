"""Which colours, patterns and lines is a picture drawn with, on a light ground and on a dark one?"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.pictures.values import Mark, Moment


@dataclass(frozen=True, slots=True)
class Fill:
    """How a bar or box is filled: the colour is never alone, a pattern or its absence goes with it."""

    face: str
    edge: str
    hatch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours that people who see red and green alike can tell apart (Okabe and Ito)."""

    name: str
    ground: str
    ink: str
    quiet: str
    grid: str
    driving: str
    fills: dict[Mark, Fill]
    moments: dict[Moment, str]


LIGHT = Theme(
    name="light",
    ground="#ffffff",
    ink="#1d1c1d",
    quiet="#55565a",
    grid="#d9d9dc",
    driving="#1d1c1d",
    fills={
        Mark.TODO: Fill("#ffffff", "#55565a"),
        Mark.DOING: Fill("#0072b2", "#004f7c"),
        Mark.BLOCKED: Fill("#f7d9c6", "#b34700", "xx"),
        Mark.DONE: Fill("#cdeee3", "#00644a", ".."),
        Mark.CLOSED: Fill("#009e73", "#00644a"),
        Mark.SEVERAL: Fill("#c9cbd0", "#55565a", "||"),
        Mark.GOAL: Fill("#1d1c1d", "#1d1c1d"),
    },
    moments={
        Moment.TODAY: "#1d1c1d",
        Moment.TARGET: "#00644a",
        Moment.FORECAST: "#b34700",
        Moment.P50: "#0072b2",
        Moment.P80: "#0072b2",
    },
)
DARK = Theme(
    name="dark",
    ground="#1a1d21",
    ink="#f2f2f3",
    quiet="#b9bbbe",
    grid="#3a3e44",
    driving="#f2f2f3",
    fills={
        Mark.TODO: Fill("#1a1d21", "#b9bbbe"),
        Mark.DOING: Fill("#56b4e9", "#a5d8f5"),
        Mark.BLOCKED: Fill("#5b2c10", "#f0a070", "xx"),
        Mark.DONE: Fill("#0d4436", "#66d3b2", ".."),
        Mark.CLOSED: Fill("#2fbf93", "#8fe3c9"),
        Mark.SEVERAL: Fill("#4a4e55", "#b9bbbe", "||"),
        Mark.GOAL: Fill("#f2f2f3", "#f2f2f3"),
    },
    moments={
        Moment.TODAY: "#f2f2f3",
        Moment.TARGET: "#66d3b2",
        Moment.FORECAST: "#f0a070",
        Moment.P50: "#56b4e9",
        Moment.P80: "#56b4e9",
    },
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}

# Each marked day has a line and a sign of its own.
STROKES: dict[Moment, tuple[float, tuple[float, ...]]] = {  # width, and dashes in pixels
    Moment.TODAY: (3, ()),
    Moment.TARGET: (4, (14, 9)),
    Moment.FORECAST: (4, (20, 6, 4, 6)),
    Moment.P50: (3, (4, 7)),
    Moment.P80: (3, (9, 5)),
}
SIGNS = {
    Moment.TODAY: "v",
    Moment.TARGET: "s",
    Moment.FORECAST: "o",
    Moment.P50: "^",
    Moment.P80: "p",
}

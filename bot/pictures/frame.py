"""What do all pictures have around what they show: a title, the verdict, what the marks mean?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.pictures.values import Line, Mark
from bot.pictures.canvas import BODY, LEADING, MARGIN, SMALL, TITLE, WIDTH, Canvas
from bot.pictures.scale import Scale
from bot.pictures.themes import SIGNS, STROKES, Fill

INNER = WIDTH - 2 * MARGIN
GAP = 18
SWATCH = 56
SIGN = 26
BOXED = "A box stands for each letter that no font on golive's machine has."


def head(c: Canvas, title: str, lead: str) -> float:
    """Title and verdict; where the rest begins."""
    y = c.lines(MARGIN, MARGIN, c.wrapped(title, INNER, TITLE, bold=True, most=2), size=TITLE, bold=True)
    lines = c.wrapped(lead, INNER, BODY, most=5)
    return c.lines(MARGIN, y + 8, lines, size=BODY, color=c.theme.quiet) + GAP


def foot(c: Canvas, y: float, text: str) -> float:
    """What else there is to say; where the picture ends."""
    text = f"{text} {BOXED}".strip() if c.boxed else text
    if text:
        y = c.lines(MARGIN, y, c.wrapped(text, INNER, SMALL, most=5), size=SMALL, color=c.theme.quiet)
    return y + MARGIN


def key_of_days(c: Canvas, y: float, lines: Sequence[Line], scale: Scale) -> float:
    """The marked days in words, each beside its own line and sign."""
    x = float(MARGIN)
    for line in lines:
        words = line.words
        if not scale.holds(line.day):
            words += " ◂" if line.day < scale.first else " ▸"
        width = 44 + c.width_of(words, SMALL) + 30
        if x > MARGIN and x + width - 30 > WIDTH - MARGIN:
            x, y = float(MARGIN), y + SMALL * LEADING + 6
        color, (stroke, dashes) = c.theme.moments[line.moment], STROKES[line.moment]
        middle = y + SMALL * LEADING / 2
        c.line([(x + 16, middle - 20), (x + 16, middle + 20)], color, stroke=stroke, dashes=dashes)
        c.sign(x + 16, middle, SIGNS[line.moment], color)
        c.text(x + 44, middle, c.fitted(words, INNER - 44, SMALL), size=SMALL)
        x += width
    return y + SMALL * LEADING + GAP


def key_of_marks(c: Canvas, y: float, marks: Iterable[Mark], *, driving: bool) -> float:
    """What the patterns mean, of those that occur."""
    x = float(MARGIN)
    entries: list[tuple[str, Fill, float]] = [(mark.value, c.theme.fills[mark], 2) for mark in marks]
    if driving:
        entries.append(("sets the date", Fill(c.theme.ground, c.theme.driving), 6))
    for words, fill, stroke in entries:
        width = SWATCH + 14 + c.width_of(words, SMALL) + 30
        if x > MARGIN and x + width - 30 > WIDTH - MARGIN:
            x, y = float(MARGIN), y + SMALL * LEADING + 6
        middle = y + SMALL * LEADING / 2
        c.box(x + 3, middle - 13, SWATCH - 6, 26, fill, stroke=stroke)
        c.text(x + SWATCH + 10, middle, words, size=SMALL)
        x += width
    return y + SMALL * LEADING + GAP


def days_across(c: Canvas, top: float, bottom: float, lines: Sequence[Line], scale: Scale) -> None:
    """The marked days as lines over the whole picture; signs that would meet are one under another."""
    for line, level in zip(lines, _levels(lines, scale), strict=True):
        color, (stroke, dashes) = c.theme.moments[line.moment], STROKES[line.moment]
        x = scale.middle(line.day)
        c.line([(x, top), (x, bottom)], color, stroke=stroke, dashes=dashes, z=2.5)
        shape = SIGNS[line.moment]
        if not scale.holds(line.day):
            shape = "<" if line.day < scale.first else ">"
        c.sign(x, top + 14 + SIGN * level, shape, color, size=24)


def room_for_signs(lines: Sequence[Line], scale: Scale) -> float:
    """How much room the signs need above what is drawn."""
    return 16 + SIGN * (1 + max(_levels(lines, scale), default=0))


def _levels(lines: Sequence[Line], scale: Scale) -> list[int]:
    found: list[tuple[float, int]] = []
    for line in lines:
        x = scale.middle(line.day)
        taken = {level for at, level in found if abs(at - x) < SIGN + 4}
        found.append((x, next(level for level in range(len(lines)) if level not in taken)))
    return [level for _, level in found]


def dates_under(c: Canvas, top: float, bottom: float, scale: Scale) -> float:
    """Thin lines for a few days, and their dates below."""
    for day in scale.ticks():
        x = scale.at(day)
        c.line([(x, top), (x, bottom)], c.theme.grid, stroke=2, z=1)
        year = f" {day.year}" if (scale.last - scale.first).days > 400 else ""
        words = f"{day:%b}{year}" if year else f"{day.day} {day:%b}"
        half = c.width_of(words, SMALL) / 2
        x = min(max(x, MARGIN + half), WIDTH - MARGIN - half)
        c.text(x, bottom + SMALL * LEADING / 2 + 12, words, size=SMALL, color=c.theme.quiet, align="center")
    return bottom + SMALL * LEADING + 8 + GAP

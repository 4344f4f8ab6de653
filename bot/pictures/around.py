"""How is what is left around an item drawn: rows of boxes, and arrows from what is needed to what waits?"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.pictures.values import Around, Arrow, Box, Mark
from bot.pictures import frame
from bot.pictures.canvas import LEADING, MARGIN, SMALL, WIDTH, Canvas
from bot.pictures.themes import Fill, Theme

GUTTER = 26
MORE = 96  # how wide "+ 12" is
BETWEEN = 78
WIDEST = 460.0
PAD = 12
STRIPE = 22  # at the left of a box: how it stands
TITLE_LINES, NOTE_LINES = 3, 2
NOTE = 25
FAR = 0.22  # how far an arrow past other boxes goes round


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box stands, and its words in lines."""

    x: float
    y: float
    width: float
    height: float
    title: list[str]
    note: list[str]


def draw(figure: Around, theme: Theme) -> Canvas:
    c = Canvas(theme, 400)
    y = frame.head(c, figure.title, figure.lead)
    marks = [mark for mark in Mark if any(box.mark is mark for box in figure.boxes)]
    y = frame.key_of_marks(c, y, marks, driving=any(box.driving for box in figure.boxes))
    if figure.above:
        y = c.lines(MARGIN, y, [f"↑ {figure.above}"], color=theme.quiet) + 12
    places, y = _places(c, y, figure)
    for box in figure.boxes:
        _box(c, box, places[box.key])
    for arrow in figure.arrows:
        _arrow(c, arrow, places, figure)
    if figure.below:
        y = c.lines(MARGIN, y + 12, [f"↓ {figure.below}"], color=theme.quiet)
    c.resize(frame.foot(c, y + frame.GAP, figure.foot))
    return c


def _places(c: Canvas, y: float, figure: Around) -> tuple[dict[str, Place], float]:
    """Where each box stands; and where the rows end."""
    found: dict[str, Place] = {}
    more = dict(figure.more)
    for row in sorted({box.row for box in figure.boxes}):
        boxes = [box for box in figure.boxes if box.row == row]
        room = WIDTH - 2 * MARGIN - (MORE + GUTTER if row in more else 0)
        width = min(WIDEST, (room - GUTTER * (len(boxes) - 1)) / len(boxes))
        said = [_said(c, box, width) for box in boxes]
        tall = max(len(title) * SMALL + len(note) * NOTE for title, note in said) * LEADING + 2 * PAD
        x = MARGIN + (room - width * len(boxes) - GUTTER * (len(boxes) - 1)) / 2
        for box, (title, note) in zip(boxes, said, strict=True):
            found[box.key] = Place(x, y, width, tall, title, note)
            x += width + GUTTER
        if row in more:
            _more(c, y + tall / 2, more[row])
        y += tall + BETWEEN
    return found, y - BETWEEN


def _said(c: Canvas, box: Box, width: float) -> tuple[list[str], list[str]]:
    inner = width - STRIPE - 2 * PAD
    title = c.wrapped(box.title, inner, SMALL, bold=box.row == 0, most=TITLE_LINES)
    return title, c.wrapped(box.note, inner, NOTE, most=NOTE_LINES)


def _more(c: Canvas, middle: float, count: int) -> None:
    left = WIDTH - MARGIN - MORE
    c.box(left, middle - 46, MORE, 92, Fill(c.theme.ground, c.theme.grid))
    c.text(left + MORE / 2, middle - 18, f"+{count:,}", align="center")
    c.text(left + MORE / 2, middle + 18, "more", size=NOTE, color=c.theme.quiet, align="center")


def _box(c: Canvas, box: Box, at: Place) -> None:
    fill = c.theme.fills[box.mark]
    c.box(at.x, at.y, at.width, at.height, Fill(c.theme.ground, fill.edge), stroke=3, z=3)
    c.box(at.x, at.y, STRIPE, at.height, fill, stroke=2, z=3.5)
    if box.driving:
        c.box(at.x, at.y, at.width, at.height, Fill("none", c.theme.driving), stroke=7, z=4)
    y = at.y + (at.height - (len(at.title) * SMALL + len(at.note) * NOTE) * LEADING) / 2
    left = at.x + STRIPE + PAD
    y = c.lines(left, y, at.title, size=SMALL, bold=box.row == 0)
    c.lines(left, y, at.note, size=NOTE, color=c.theme.quiet)


def _arrow(c: Canvas, arrow: Arrow, places: dict[str, Place], figure: Around) -> None:
    """From under one box to above another; past a row that lies between, in a bow."""
    rows = {box.key: box.row for box in figure.boxes}
    order = sorted(set(rows.values()))
    far = order.index(rows[arrow.then]) - order.index(rows[arrow.first]) > 1
    first, then = places[arrow.first], places[arrow.then]
    start = (first.x + first.width / 2, first.y + first.height)
    end = (then.x + then.width / 2, then.y)
    bend = (FAR if start[0] < WIDTH / 2 else -FAR) if far else 0.0
    color = c.theme.driving if arrow.driving else c.theme.quiet
    dashed = far and not arrow.driving
    c.arrow(start, end, color, stroke=6 if arrow.driving else 3, bend=bend, dashed=dashed, z=2)

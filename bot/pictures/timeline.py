"""How is the plan drawn as bars from day to day, with the driving chain from one to the next?"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.pictures.values import Bar, Mark, Moment, Timeline
from bot.pictures import frame
from bot.pictures.canvas import BODY, LEADING, MARGIN, SMALL, WIDTH, Canvas
from bot.pictures.scale import Scale, around
from bot.pictures.themes import Fill, Theme

LABEL = BODY * LEADING
BAR = 28
STEP = LABEL + BAR + 14
HEADING = SMALL * LEADING + 14
BEYOND = 40  # room at the right for what reaches over the last day


def draw(figure: Timeline, theme: Theme) -> Canvas:
    bars = [bar for part in figure.parts for bar in part.bars]
    c = Canvas(theme, 400)
    y = frame.head(c, figure.title, figure.lead)
    scale = _scale(figure, bars)
    y = frame.key_of_days(c, y, figure.lines, scale)
    marks = [mark for mark in Mark if mark is not Mark.GOAL and any(bar.mark is mark for bar in bars)]
    y = frame.key_of_marks(c, y, marks, driving=any(bar.driving for bar in bars))
    top = y
    y += frame.room_for_signs(figure.lines, scale)
    for part in figure.parts:
        c.text(MARGIN, y + HEADING / 2, part.heading, size=SMALL, color=theme.quiet, bold=True, cleared=True)
        y = _bars(c, y + HEADING, part.bars, scale)
        if not part.bars:
            y = c.lines(MARGIN, y, ["Nothing is left to do."], cleared=True)
        if part.more:
            lines = c.wrapped(part.more, WIDTH - 2 * MARGIN, BODY, most=2)
            y = c.lines(MARGIN, y, lines, color=theme.quiet, cleared=True) + 8
    bottom = y + 4
    frame.days_across(c, top, bottom, figure.lines, scale)
    y = frame.dates_under(c, top, bottom, scale)
    c.resize(frame.foot(c, y, figure.foot))
    return c


def _scale(figure: Timeline, bars: list[Bar]) -> Scale:
    """Today and all of the chain; what goes on much longer besides must not squeeze it."""
    marked = [line.day for line in figure.lines]
    today = [line.day for line in figure.lines if line.moment is Moment.TODAY]
    worked = [day for bar in bars for day in (bar.start, bar.finish)]
    chain = [day for bar in bars if bar.driving for day in (bar.start, bar.finish)]
    first, last = around([*today, *(chain or worked or marked)], [*marked, *worked])
    return Scale(first, last + timedelta(days=1), MARGIN, WIDTH - MARGIN - BEYOND)


def _bars(c: Canvas, y: float, bars: tuple[Bar, ...], scale: Scale) -> float:
    before: tuple[float, float] | None = None  # where the bar before it in the chain ends
    for bar in bars:
        _label(c, y, bar, scale)
        middle = y + LABEL + BAR / 2
        start, end = scale.at(bar.start), scale.at(bar.finish + timedelta(days=1))
        if bar.waits is not None:
            _wait(c, scale.at(bar.waits), start, middle)
        if bar.mark is Mark.GOAL:
            middle_of_day = scale.middle(bar.start)
            c.sign(middle_of_day, middle, "*", c.theme.fills[Mark.GOAL].face, size=46)
            start, end = middle_of_day - 20, middle_of_day + 20
        else:
            _bar(c, start, end, middle, bar)
        if not scale.holds(bar.finish):
            c.sign(scale.right + 18, middle, ">", c.theme.fills[bar.mark].edge, size=24)
        if bar.driving and before is not None:
            _joint(c, before, (start, middle))
        before = (end, middle) if bar.driving else None
        y += STEP
    return y


def _label(c: Canvas, y: float, bar: Bar, scale: Scale) -> None:
    """The title, and at the right how it stands: that is never cut for the title's sake."""
    room = WIDTH - 2 * MARGIN
    beyond = "" if scale.holds(bar.finish) else f", to {bar.finish.day} {bar.finish:%b %Y}"
    note = c.fitted(bar.note, room * 0.55 - c.width_of(beyond, SMALL), SMALL) + beyond
    taken = c.width_of(note, SMALL)
    title = c.fitted(bar.title, room - taken - 24, BODY, bold=bar.driving)
    middle = y + LABEL / 2
    c.text(MARGIN, middle, title, bold=bar.driving, cleared=True)
    c.text(WIDTH - MARGIN, middle, note, size=SMALL, color=c.theme.quiet, align="right", cleared=True)


def _bar(c: Canvas, start: float, end: float, middle: float, bar: Bar) -> None:
    fill = c.theme.fills[bar.mark]
    edge = Fill(fill.face, c.theme.driving if bar.driving else fill.edge, fill.hatch)
    height = BAR * 0.6 if bar.mark is Mark.SEVERAL else BAR
    width = max(end - start, 10)
    c.box(start, middle - height / 2, width, height, fill, stroke=2)
    if bar.driving:
        frame_only = Fill("none", edge.edge)
        c.box(start, middle - height / 2, width, height, frame_only, stroke=6, z=4)


def _wait(c: Canvas, start: float, end: float, middle: float) -> None:
    """The days on which nothing can be done but wait for a blocker."""
    color = c.theme.fills[Mark.BLOCKED].edge
    c.line([(start, middle), (end, middle)], color, stroke=4, dashes=(4, 8), z=3)
    c.line([(start, middle - 12), (start, middle + 12)], color, stroke=4, z=3)


def _joint(c: Canvas, before: tuple[float, float], to: tuple[float, float]) -> None:
    """From the end of one bar of the chain down to the beginning of the next."""
    x = min(before[0] + 12, WIDTH - 8) if to[0] <= before[0] + 12 else (before[0] + to[0]) / 2
    turn = before[1] + BAR / 2 + 10
    color = c.theme.driving
    if to[0] > before[0]:
        c.line([before, (x, before[1]), (x, to[1])], color, stroke=3, z=2.2)
        c.arrow((x, to[1]), (to[0], to[1]), color, stroke=3, z=2.2)
        return
    side = to[0] - 14
    c.line([before, (x, before[1]), (x, turn), (side, turn), (side, to[1])], color, stroke=3, z=2.2)
    c.arrow((side, to[1]), (to[0], to[1]), color, stroke=3, z=2.2)

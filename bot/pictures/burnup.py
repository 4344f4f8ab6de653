"""How are the closed gates drawn as steps that rise towards all of them?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain.pictures.values import Burnup, Mark, Moment
from bot.pictures import frame
from bot.pictures.canvas import LEADING, MARGIN, SMALL, WIDTH, Canvas
from bot.pictures.scale import Scale, around
from bot.pictures.themes import STROKES, Fill, Theme

TALL = 760
LEFT = 110


def draw(figure: Burnup, theme: Theme) -> Canvas:
    c = Canvas(theme, 400)
    y = frame.head(c, figure.title, figure.lead)
    scale = _scale(figure)
    y = frame.key_of_days(c, y, figure.lines, scale)
    y = _key_of_courses(c, y, figure)
    top = y
    field = top + frame.room_for_signs(figure.lines, scale)
    bottom = field + TALL
    heights = _Heights(max(1, *(point.total for point in figure.points)), field, bottom)
    _counts(c, heights, scale)
    _courses(c, figure, scale, heights)
    frame.days_across(c, top, bottom, figure.lines, scale)
    y = frame.dates_under(c, top, bottom, scale)
    c.resize(frame.foot(c, y, figure.foot))
    return c


def _scale(figure: Burnup) -> Scale:
    """From the first day known to the target and the forecast, unless they are years away."""
    days = [point.day for point in figure.points]
    ahead = [line.day for line in figure.lines if line.moment in (Moment.TARGET, Moment.FORECAST)]
    days += [day for day in ahead if 0 <= (day - days[0]).days < 400]
    first, last = around(days, [line.day for line in figure.lines])
    return Scale(first, last + timedelta(days=1), LEFT, WIDTH - MARGIN - 20)


class _Heights:
    """How high so many gates are."""

    def __init__(self, most: int, top: float, bottom: float) -> None:
        self.most, self.top, self.bottom = most, top, bottom

    def at(self, count: float) -> float:
        return self.bottom - (self.bottom - self.top) * count / self.most

    def ticks(self) -> list[int]:
        step = next(
            unit * nice
            for unit in (1, 10, 100, 1_000, 10_000)
            for nice in (1, 2, 5)
            if self.most <= unit * nice * 6
        )
        return [*range(0, self.most + 1, step)]


def _counts(c: Canvas, heights: _Heights, scale: Scale) -> None:
    for count in heights.ticks():
        y = heights.at(count)
        c.line([(scale.left, y), (scale.right, y)], c.theme.grid, stroke=2, z=1)
        c.text(scale.left - 14, y, f"{count:,}", size=SMALL, color=c.theme.quiet, align="right")


def _courses(c: Canvas, figure: Burnup, scale: Scale, heights: _Heights) -> None:
    points = figure.points
    done = [(point.day, point.closed + point.done) for point in points]
    closed = [(point.day, point.closed) for point in points]
    low, high = _steps(closed, scale, heights), _steps(done, scale, heights)
    fill = c.theme.fills[Mark.DONE]
    if any(point.done for point in points):
        c.area([x for x, _ in low], [y for _, y in low], [y for _, y in high], fill)
    base = [heights.bottom] * len(low)
    c.area([x for x, _ in low], base, [y for _, y in low], Fill(c.theme.fills[Mark.CLOSED].face, "none"))
    c.line(low, c.theme.fills[Mark.CLOSED].edge, stroke=6, z=4)
    c.line(
        _steps([(p.day, p.total) for p in points], scale, heights), c.theme.ink, stroke=4, dashes=(3, 6), z=4
    )
    _ahead(c, figure, scale, heights)
    last = points[-1]
    x, y = scale.middle(last.day), heights.at(last.closed)
    c.sign(x, y, "o", c.theme.fills[Mark.CLOSED].edge, size=24)
    goal = heights.at(last.total)
    c.line([(x, goal), (scale.right, goal)], c.theme.quiet, stroke=2, dashes=(3, 8), z=1.5)


def _steps(course: Sequence[tuple[date, int]], scale: Scale, heights: _Heights) -> list[tuple[float, float]]:
    """A count holds until the day it changes."""
    found: list[tuple[float, float]] = []
    for day, count in course:
        x, y = scale.middle(day), heights.at(count)
        if found:
            found.append((x, found[-1][1]))
        found.append((x, y))
    if len(course) == 1:  # one day is a step, not a point
        found = [(scale.at(course[0][0]), found[0][1]), *found]
    return found


def _ahead(c: Canvas, figure: Burnup, scale: Scale, heights: _Heights) -> None:
    """From where it stands to all gates, by the target and by the forecast; as far as the edge towards a
    day that is not on the picture."""
    last = figure.points[-1]
    start = (scale.middle(last.day), heights.at(last.closed))
    for line in figure.to_reach():
        stroke, dashes = STROKES[line.moment]
        part = (min(line.day, scale.last) - last.day).days / (line.day - last.day).days
        end = (scale.middle(line.day), heights.at(last.closed + (last.total - last.closed) * part))
        c.line([start, end], c.theme.moments[line.moment], stroke=stroke, dashes=dashes, z=3.5)


def _key_of_courses(c: Canvas, y: float, figure: Burnup) -> float:
    """What the courses mean, and how high they are today."""
    fills, last = c.theme.fills, figure.points[-1]
    entries = [(f"{last.closed:,} closed", Fill(fills[Mark.CLOSED].face, fills[Mark.CLOSED].edge))]
    if any(point.done for point in figure.points):
        entries.append((f"{last.done:,} done, not confirmed", fills[Mark.DONE]))
    x, middle = float(MARGIN), y + SMALL * LEADING / 2
    for words, fill in entries:
        c.box(x + 3, middle - 13, 50, 26, fill)
        c.text(x + 64, middle, words, size=SMALL)
        x += 64 + c.width_of(words, SMALL) + 30
    c.line([(x, middle), (x + 52, middle)], c.theme.ink, stroke=4, dashes=(3, 6))
    c.text(x + 64, middle, f"all {last.total:,} gates", size=SMALL)
    return y + SMALL * LEADING + frame.GAP

"""What does a data_visualization block look like: a drawing for the eye, and the same numbers as a table?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

WIDTH, HEIGHT = 560, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 28
_STEPS = 4  # of the axis
_HUES = 6  # classes hue-0 … hue-5 in the style sheet


@dataclass(frozen=True)
class Line:
    """One series: its name and a value for each category (None: no value)."""

    name: str
    values: tuple[float | None, ...]


def render(chart: Mapping[str, Any]) -> Markup:
    if chart.get("type") == "pie":
        segments = [
            (str(one.get("label", "")), _number(one.get("value"))) for one in chart.get("segments", ())
        ]
        names = [name for name, _ in segments]
        return _figure(_pie(segments), names, [Line("Value", tuple(value for _, value in segments))], names)
    categories = _categories(chart)
    lines = [_line(series, categories) for series in chart.get("series", ())]
    draw = _bars if chart.get("type") == "bar" else _lines
    drawing = draw(lines, categories, _ticks(lines), filled=chart.get("type") == "area")
    return _figure(drawing, categories, lines, [line.name for line in lines])


def _figure(
    drawing: Markup, categories: Sequence[str], lines: Sequence[Line], legend: Sequence[str]
) -> Markup:
    """The drawing is hidden from those who hear the page: they get the numbers."""
    swatches = Markup("").join(
        Markup(
            '<li><svg class="swatch" viewBox="0 0 10 10"><rect class="hue-{}" width="10" height="10"/></svg>'
            "{}</li>"
        ).format(index % _HUES, name)
        for index, name in enumerate(legend)
    )
    return Markup(
        '<svg class="plot" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>'
        '<ul class="legend" aria-hidden="true">{}</ul>'
        "<details><summary>As a table</summary>{}</details>"
    ).format(WIDTH, HEIGHT, drawing, swatches, _table(categories, lines))


def _table(categories: Sequence[str], lines: Sequence[Line]) -> Markup:
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(line.name) for line in lines)
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            name,
            Markup("").join(
                Markup('<td class="align-right">{}</td>').format("" if value is None else _short(value))
                for value in (line.values[index] for line in lines)
            ),
        )
        for index, name in enumerate(categories)
    )
    return Markup("<table><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table>").format(head, rows)


def _categories(chart: Mapping[str, Any]) -> list[str]:
    named = (chart.get("axis_config") or {}).get("categories")
    if named:
        return [str(name) for name in named]
    return list(
        dict.fromkeys(str(p.get("label", "")) for s in chart.get("series", ()) for p in s.get("data", ()))
    )


def _line(series: Mapping[str, Any], categories: Sequence[str]) -> Line:
    points = {str(point.get("label", "")): _number(point.get("value")) for point in series.get("data", ())}
    return Line(str(series.get("name", "")), tuple(points.get(name) for name in categories))


def _number(value: Any) -> float:
    number = float(value or 0)
    return number if math.isfinite(number) else 0.0


def _short(value: float) -> str:
    return f"{value:,.10g}"


def _ticks(lines: Sequence[Line]) -> list[float]:
    """The marks of the value axis: round numbers from below the lowest to above the highest."""
    values = [value for line in lines for value in line.values if value is not None]
    high, low = max([0.0, *values]), min([0.0, *values])
    rough = ((high - low) or 1) / _STEPS
    unit = 10 ** math.floor(math.log10(rough))
    step = next((unit * nice for nice in (1, 2, 2.5, 5) if unit * nice >= rough * 0.999), unit * 10)
    first, last = math.floor(low / step), max(math.ceil(high / step), 1)
    return [number * step for number in range(first, last + 1)]


def _grid(ticks: Sequence[float]) -> Markup:
    def line(value: float) -> Markup:
        y = _y(value, ticks)
        return Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
            '<text x="{}" y="{:.1f}" text-anchor="end">{}</text>'
        ).format(_LEFT, WIDTH - _RIGHT, y, y, _LEFT - 6, y + 4, _short(value))

    return Markup("").join(line(value) for value in ticks)


def _y(value: float, ticks: Sequence[float]) -> float:
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (ticks[-1] - value) / (ticks[-1] - ticks[0])


def _names(categories: Sequence[str]) -> Markup:
    """Names under the axis; where there is no room for all, every second or third."""
    room = (WIDTH - _LEFT - _RIGHT) / max(len(categories), 1)
    widest = max((len(name) for name in categories), default=1) * 6.5
    every = max(1, math.ceil(widest / room))
    return Markup("").join(
        Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            _LEFT + room * (index + 0.5), HEIGHT - 8, name
        )
        for index, name in enumerate(categories)
        if index % every == 0
    )


def _bars(lines: Sequence[Line], categories: Sequence[str], ticks: Sequence[float], filled: bool) -> Markup:
    room = (WIDTH - _LEFT - _RIGHT) / max(len(categories), 1)
    width = room * 0.7 / max(len(lines), 1)
    out = [_grid(ticks), _names(categories)]
    for number, line in enumerate(lines):
        for index, value in enumerate(line.values):
            top, bottom = sorted((_y(value or 0, ticks), _y(0, ticks)))
            x = _LEFT + room * (index + 0.15) + width * number
            out.append(
                Markup(
                    '<rect class="hue-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2"/>'
                ).format(number % _HUES, x, top, max(width - 2, 1), bottom - top)
            )
    return Markup("").join(out)


def _lines(lines: Sequence[Line], categories: Sequence[str], ticks: Sequence[float], filled: bool) -> Markup:
    room = (WIDTH - _LEFT - _RIGHT) / max(len(categories), 1)
    out = [_grid(ticks), _names(categories)]
    for number, line in enumerate(lines):
        points = [
            (_LEFT + room * (index + 0.5), _y(value, ticks))
            for index, value in enumerate(line.values)
            if value is not None
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        if filled and points:
            base = _y(0, ticks)
            area = f"{points[0][0]:.1f},{base:.1f} {path} {points[-1][0]:.1f},{base:.1f}"
            out.append(Markup('<polygon class="hue-{} area" points="{}"/>').format(number % _HUES, area))
        out.append(Markup('<polyline class="line-{}" points="{}"/>').format(number % _HUES, path))
    return Markup("").join(out)


def _pie(segments: Sequence[tuple[str, float]]) -> Markup:
    total = sum(max(value, 0) for _, value in segments)
    radius, x, y = (HEIGHT - 20) / 2, WIDTH / 2, HEIGHT / 2
    if total <= 0:
        return Markup('<circle class="grid" cx="{}" cy="{}" r="{}"/>').format(x, y, radius)
    out, turned = [], 0.0
    for index, (_, value) in enumerate(segments):
        part = max(value, 0) / total
        # A whole circle cannot be an arc from a point to itself: stop a hair before it.
        start, end = turned * math.tau, (turned + min(part, 0.9999)) * math.tau
        out.append(
            Markup(
                '<path class="hue-{} slice" d="M{:.1f} {:.1f} L{:.2f} {:.2f} '
                'A{:.1f} {:.1f} 0 {} 1 {:.2f} {:.2f} Z"/>'
            ).format(
                index % _HUES,
                x,
                y,
                x + radius * math.sin(start),
                y - radius * math.cos(start),
                radius,
                radius,
                int(part > 0.5),
                x + radius * math.sin(end),
                y - radius * math.cos(end),
            )
        )
        turned += part
    return Markup("").join(out)

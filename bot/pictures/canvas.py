"""How are words, bars and lines put on a picture whose measures are pixels, from the top left corner?"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from bot.pictures.themes import Fill, Theme

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

WIDTH = 1080  # as wide as the screen of a phone
MARGIN = 36
DPI = 150
TITLE, BODY, SMALL = 42, 30, 27  # pixels: a phone shows them at about a third
LEADING = 1.35
# The library brings DejaVu Sans. Where a machine has one of these, it helps out for what that one lacks.
OTHERS = (
    *("Noto Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans JP", "Noto Sans SC", "Noto Sans KR"),
    *("Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Thai"),
    *("WenQuanYi Zen Hei", "Microsoft YaHei", "Malgun Gothic", "Hiragino Sans", "Arial Unicode MS"),
    *("Noto Emoji", "Segoe UI Symbol", "Apple Symbols", "Symbola"),
)
_RC: Any = {
    "hatch.linewidth": 1.2,
    "svg.fonttype": "path",
    "svg.hashsalt": "golive",
    "text.usetex": False,
    "text.parse_math": False,
    "axes.formatter.use_mathtext": False,
}


@cache
def _family() -> list[str]:
    from matplotlib import font_manager

    known = set(font_manager.get_font_names())
    return ["DejaVu Sans", *(name for name in OTHERS if name in known)]


@cache
def _font(size: float, bold: bool) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    weight = "bold" if bold else "normal"
    return FontProperties(family=_family(), size=size * 72 / DPI, weight=weight)


class Canvas:
    """A picture in the making. No text is ever read as a formula, and nothing of it is kept between two."""

    def __init__(self, theme: Theme, height: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        logging.getLogger("matplotlib").setLevel(logging.ERROR)
        self.theme, self.height = theme, height
        self.boxed = False  # whether a box had to stand for a letter that no font here has
        self._figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=theme.ground)
        self._renderer: Any = FigureCanvasAgg(self._figure).get_renderer()  # type: ignore[no-untyped-call]
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)

    def resize(self, height: float) -> None:
        """Once all is laid out, it is known how tall the picture is."""
        self.height = height
        self._figure.set_size_inches(WIDTH / DPI, height / DPI)
        self._axes.set_ylim(height, 0)

    def width_of(self, text: str, size: float = BODY, *, bold: bool = False) -> float:
        """How wide a text will be."""
        with warnings.catch_warnings(record=True) as missing:
            warnings.simplefilter("always")
            width: float = self._renderer.get_text_width_height_descent(text, _font(size, bold), False)[0]
        self.boxed = self.boxed or any("missing from font" in str(each.message) for each in missing)
        return width

    def fitted(self, text: str, width: float, size: float = BODY, *, bold: bool = False) -> str:
        """As much of a text as there is room for; an ellipsis says that there was more."""
        if self.width_of(text, size, bold=bold) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width_of(text[:middle].rstrip() + "…", size, bold=bold) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…"

    def wrapped(
        self, text: str, width: float, size: float = BODY, *, bold: bool = False, most: int = 4
    ) -> list[str]:
        """A text in lines of that width; the last one takes what is left, as far as it fits."""
        lines: list[str] = []
        left = text.split()
        while left and len(lines) < most - 1:
            taken = 1
            while taken < len(left) and self.width_of(" ".join(left[: taken + 1]), size, bold=bold) <= width:
                taken += 1
            lines.append(self.fitted(" ".join(left[:taken]), width, size, bold=bold))
            left = left[taken:]
        return [*lines, self.fitted(" ".join(left), width, size, bold=bold)] if left else lines

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = BODY,
        color: str | None = None,
        bold: bool = False,
        align: str = "left",
        z: float = 5,
        cleared: bool = False,
    ) -> None:
        """One line; `y` is its middle. `cleared`: no line of the picture runs through it."""
        if cleared:
            width = self.width_of(text, size, bold=bold) + 12
            left = x - 6 - (width - 12) * {"left": 0.0, "center": 0.5, "right": 1.0}[align]
            ground = Fill(self.theme.ground, "none")
            self.box(left, y - size * LEADING / 2, width, size * LEADING, ground, stroke=0, z=z - 0.1)
        self._axes.text(
            x,
            y,
            text,
            fontproperties=_font(size, bold),
            color=color or self.theme.ink,
            ha=align,
            va="center_baseline",
            parse_math=False,
            zorder=z,
        )

    def lines(self, x: float, y: float, lines: Iterable[str], *, size: float = BODY, **how: Any) -> float:
        """Several lines, the first one's top at `y`; where the next would begin."""
        for line in lines:
            self.text(x, y + size * LEADING / 2, line, size=size, **how)
            y += size * LEADING
        return y

    def box(
        self, x: float, y: float, width: float, height: float, fill: Fill, *, stroke: float = 2, z: float = 3
    ) -> None:
        from matplotlib.patches import Rectangle

        self._axes.add_patch(
            Rectangle(
                (x, y),
                width,
                height,
                facecolor=fill.face,
                edgecolor=fill.edge,
                hatch=fill.hatch or None,
                linewidth=_points(stroke),
                zorder=z,
            )
        )

    def line(
        self,
        points: Sequence[tuple[float, float]],
        color: str,
        *,
        stroke: float = 3,
        dashes: Sequence[float] = (),
        z: float = 2,
    ) -> None:
        from matplotlib.lines import Line2D

        style: Any = (0, [_points(each) for each in dashes]) if dashes else "solid"
        xs, ys = zip(*points, strict=True)
        drawn = Line2D(xs, ys, color=color, linewidth=_points(stroke), linestyle=style, zorder=z)
        drawn.set_solid_joinstyle("miter")
        # Dashes are given in pixels, and not in widths of the line.
        if dashes:
            drawn.set_linestyle((0, [_points(each) / max(_points(stroke), 0.1) for each in dashes]))
        self._axes.add_line(drawn)

    def sign(self, x: float, y: float, shape: str, color: str, *, size: float = 20, z: float = 6) -> None:
        from matplotlib.lines import Line2D

        self._axes.add_line(
            Line2D(
                [x],
                [y],
                marker=shape,
                markersize=_points(size),
                markerfacecolor=color,
                markeredgecolor=self.theme.ground,
                markeredgewidth=_points(2),
                linestyle="none",
                zorder=z,
            )
        )

    def arrow(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        color: str,
        *,
        stroke: float = 3,
        bend: float = 0.0,
        dashed: bool = False,
        z: float = 2,
    ) -> None:
        from matplotlib.patches import FancyArrowPatch

        self._axes.add_patch(
            FancyArrowPatch(
                start,
                end,
                arrowstyle="-|>",
                mutation_scale=_points(16 + 4 * stroke),
                connectionstyle=f"arc3,rad={bend}",
                color=color,
                linewidth=_points(stroke),
                linestyle="dashed" if dashed else "solid",
                shrinkA=0,
                shrinkB=0,
                zorder=z,
            )
        )

    def area(self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], fill: Fill) -> None:
        """The room between two courses."""
        self._axes.fill_between(
            xs, low, high, facecolor=fill.face, edgecolor=fill.edge, hatch=fill.hatch or None, linewidth=0
        )

    def saved(self, ending: str, title: str, alt: str) -> bytes:
        """The picture as a PNG or an SVG, with its words in it."""
        import matplotlib

        out = io.BytesIO()
        told = {"Title": _plain(title), "Description": _plain(alt)}
        if ending == "svg":
            told |= {"Date": None, "Creator": "golive"}  # type: ignore[dict-item]
        else:
            told |= {"Software": "golive"}
        with warnings.catch_warnings(), matplotlib.rc_context(_RC):
            warnings.simplefilter("ignore")  # about glyphs that no font here has: a box stands for them
            self._figure.savefig(out, format=ending, metadata=told)
        return _described(out.getvalue(), _plain(alt)) if ending == "svg" else out.getvalue()


def _plain(text: str) -> str:
    """Without what no XML may hold."""
    return "".join(c for c in text if c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")


def _described(svg: bytes, alt: str) -> bytes:
    """The words where those look for them who cannot see the picture."""
    found = svg.replace(b"</title>", f"</title>\n <desc>{escape(alt)}</desc>".encode(), 1)
    return found.replace(b"<svg ", b'<svg role="img" ', 1)


def _points(pixels: float) -> float:
    return pixels * 72 / DPI

"""Which picture becomes which file?"""

from __future__ import annotations

from bot.domain.errors import Invalid
from bot.domain.pictures.values import Around, Burnup, Picture, Timeline
from bot.pictures import around, burnup, timeline
from bot.pictures.themes import THEMES

VERSION = 5  # of how things are drawn: what was drawn otherwise before is drawn anew
ENDINGS = ("png", "svg")


def drawn(picture: Picture, theme: str, ending: str) -> bytes:
    """The file. The first call loads the drawing library, which takes a moment and about 80 MB."""
    if theme not in THEMES or ending not in ENDINGS:
        raise Invalid(f"A picture is light or dark, and a .png or an .svg; not {theme} and .{ending}.")
    figure, colours = picture.figure, THEMES[theme]
    if isinstance(figure, Timeline):
        canvas = timeline.draw(figure, colours)
    elif isinstance(figure, Burnup):
        canvas = burnup.draw(figure, colours)
    else:
        assert isinstance(figure, Around)
        canvas = around.draw(figure, colours)
    return canvas.saved(ending, picture.title, picture.alt)

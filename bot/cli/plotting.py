"""Draw the pictures that Slack shows, as files, on the command line."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import settings
from bot.cli import files
from bot.cli.terminal import answers
from bot.domain.errors import Invalid
from bot.domain.pictures import values
from bot.pictures.drawing import ENDINGS, drawn
from bot.pictures.themes import THEMES
from bot.tracker import Tracker

BOTH = "both"


def plot(
    project: Annotated[str, typer.Argument(metavar="KEY", help="The project's key.")],
    what: Annotated[
        list[str] | None, typer.Argument(metavar="[timeline|burnup|around ITEM]", help="Which picture.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A .png or an .svg; KEY-timeline.png without it.")
    ] = None,
    theme: Annotated[str, typer.Option(help="light, dark, or both: then in two files.")] = "light",
    at: Annotated[
        str | None, typer.Option(help="As of this moment: 2030-01-07T09:00, the project's time.")
    ] = None,
    workspace: files.Workspace = None,
) -> None:
    """Draw the way to go-live, the closed gates day by day, or what is left around an item."""
    themes = tuple(THEMES) if theme.casefold() == BOTH else (theme.casefold(),)
    if not set(themes) <= set(THEMES):
        raise Invalid(f"There is no theme “{theme[:40]}”: it is light, dark or both.")
    ending = _ending(out)
    with files.store_open() as store:
        where = files.workspace_of(store, workspace)
        moment = files.moment_in(at, files.zone_for(store, where, project)) if at else None
        sight = values.read(" ".join(what or ()))
        _, picture = Tracker(store, _now).plot(where, project, sight, moment)
    # The library looks up once which fonts there are, and keeps that where golive keeps its things.
    os.environ.setdefault("MPLCONFIGDIR", str(settings.read().folder / "matplotlib"))
    file = out or Path(f"{picture.name}.{ending}")
    for each in themes:
        named = file if len(themes) == 1 else file.with_stem(f"{file.stem}-{each}")
        _write(named, drawn(picture, each, ending))
        answers.print(str(named), markup=False)
    answers.print(picture.alt, markup=False)


def _ending(out: Path | None) -> str:
    ending = out.suffix.removeprefix(".").casefold() if out is not None else ENDINGS[0]
    if ending not in ENDINGS:
        raise Invalid(f"{out} ends in neither .png nor .svg: say which it is to be.")
    return ending


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as cause:
        raise Invalid(f"{file} cannot be written: {cause.strerror}.") from cause


def _now() -> datetime:
    return datetime.now(UTC)

"""How is a file gone through, one JSON object a line, so that a bad line does not stop the others?"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bot.cli.terminal import errors
from bot.domain.errors import BotError, Invalid

log = logging.getLogger("golive.lines")

LONGEST_LINE = 64 * 1024  # bytes
SOME_BAD = 1


def each(
    file: Path,
    made: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    doing: str,
    like: str,
    longest: int = LONGEST_LINE,
) -> None:
    """Write what is made of each line as soon as it is there; exit 1 at the end if some could not be used.

    `like` shows how a line is written, `doing` says on the progress bar what is going on.
    """
    bad = 0
    with _opened(file, doing, longest) as (lines, went_on):
        for line in lines:
            found = _one(line, made, like, longest)
            bad += "error" in found
            typer.echo(json.dumps(found, ensure_ascii=False))
            went_on(len(line or b""))
    if bad:
        raise typer.Exit(SOME_BAD)


def whole(text: str) -> str:
    """Without halves of characters: JSON and a terminal can spell them, but they can be written nowhere."""
    return text.encode("utf-8", "replace").decode("utf-8")


def word(given: dict[str, Any], name: str) -> str | None:
    """A word that a line may have."""
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise Invalid(f'"{name}" is no text.')
    return value


def _one(
    line: bytes | None, made: Callable[[dict[str, Any]], dict[str, Any]], like: str, longest: int
) -> dict[str, Any]:
    told: Any = None
    try:
        if line is None:
            raise Invalid(f"This line is longer than {longest:,} bytes.")
        given = _object(line, like)
        told = given.get("id")
        return {"id": told, **made(given)}
    except BotError as refusal:
        return {"id": told, "error": str(refusal)}
    except Exception as cause:
        log.exception("A line could not be used; the others go on")
        return {"id": told, "error": f"That went wrong on golive's side ({type(cause).__name__})."}


def _object(line: bytes, like: str) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as cause:
        raise Invalid("This line is no JSON.") from cause
    if not isinstance(found, dict):
        raise Invalid(f"This line is no object: write {like}.")
    if not isinstance(found.get("id"), str | int | None):
        found["id"] = None
    return {name: whole(value) if isinstance(value, str) else value for name, value in found.items()}


@contextmanager
def _opened(
    file: Path, doing: str, longest: int
) -> Iterator[tuple[Iterator[bytes | None], Callable[[int], None]]]:
    """The lines of a file or of stdin, and a way to say how far one is."""
    if str(file) == "-":
        with _progress(None, doing) as went_on:
            yield _lines(sys.stdin.buffer, longest), went_on
        return
    try:
        source = file.open("rb")
        size = file.stat().st_size
    except OSError as cause:
        raise Invalid(f"{file} cannot be read: {cause.strerror}.") from cause
    with source, _progress(size, doing) as went_on:
        yield _lines(source, longest), went_on


def _lines(source: BinaryIO, longest: int) -> Iterator[bytes | None]:
    """Line by line, blank ones left out; None for one that is too long to be held."""
    while line := source.readline(longest + 1):
        if len(line) > longest:
            while line and not line.endswith(b"\n"):
                line = source.readline(longest)
            yield None
        elif line.strip():
            yield line


@contextmanager
def _progress(size: int | None, doing: str) -> Iterator[Callable[[int], None]]:
    """How far a long file is, for whoever watches."""
    if not errors.is_terminal:
        yield lambda read: None
        return
    columns = (TextColumn(doing), BarColumn(), TaskProgressColumn(show_speed=True), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task(doing, total=size)
        yield lambda read: progress.update(task, advance=read)

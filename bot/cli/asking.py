"""Ask a project in your own words on the command line: one question, or a file of them."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bot.cli import files
from bot.cli.terminal import answers, errors
from bot.domain.errors import BotError, Invalid, NotFound
from bot.tracker import Tracker, Understood
from storage import Store

log = logging.getLogger("golive.ask")

LONGEST_LINE = 64 * 1024  # bytes; a question is far shorter
SOME_BAD = 1


def ask(
    question: Annotated[str | None, typer.Argument(help="For example: what is overdue?")] = None,
    project: Annotated[str | None, typer.Option("--project", "-p", help="The project's key.")] = None,
    at: Annotated[
        str | None, typer.Option(help="As of this moment: 2030-01-07T09:00, the project's time.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The answer as data.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Also what was understood, and why.")] = False,
    file: Annotated[
        Path | None,
        typer.Option(help='Questions, one JSON object a line: {"id": …, "text": …}. - reads from stdin.'),
    ] = None,
    workspace: files.Workspace = None,
) -> None:
    """Answer a question about a project, or a file of questions."""
    if (question is None) == (file is None):
        raise Invalid("Ask one question, or give a file of them with --file.")
    with files.store_open() as store:
        desk = _Desk(store, files.workspace_of(store, workspace))
        if file is not None:
            if explain:
                raise Invalid("--explain is for one question; in a file every answer is data.")
            desk.answer_all(file, project, at)
        else:
            _tell(desk.answer(_whole(question or ""), project, at), as_json=as_json, explain=explain)


def _tell(found: Understood, *, as_json: bool, explain: bool) -> None:
    if explain and not as_json:
        for line in (*found.explained(), ""):
            answers.print(line, markup=False)
    if as_json:
        data = found.as_json() | ({"explained": list(found.explained())} if explain else {})
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    elif found.lost:
        raise NotFound(found.answer.text)
    else:
        typer.echo(found.answer.text)


class _Desk:
    """One store, asked again and again."""

    def __init__(self, store: Store, workspace: str) -> None:
        self._store, self._workspace = store, workspace
        self._tracker = Tracker(store, _now)

    def answer(self, question: str, project: str | None, at: str | None) -> Understood:
        moment = files.moment_in(at, files.zone_for(self._store, self._workspace, project)) if at else None
        return self._tracker.ask(question, workspace=self._workspace, project=project, at=moment)

    def answer_all(self, file: Path, project: str | None, at: str | None) -> None:
        """A line for each line, as soon as it is there. What cannot be answered does not stop the others."""
        bad = 0
        with _opened(file) as (lines, went_on):
            for line in lines:
                found = self._line(line, project, at)
                bad += "error" in found
                typer.echo(json.dumps(found, ensure_ascii=False))
                went_on(len(line or b""))
        if bad:
            raise typer.Exit(SOME_BAD)

    def _line(self, line: bytes | None, project: str | None, at: str | None) -> dict[str, Any]:
        told: Any = None
        try:
            if line is None:
                raise Invalid(f"This line is longer than {LONGEST_LINE:,} bytes.")
            asked = _object(line)
            told = asked.get("id")
            project, at = _word(asked, "project") or project, _word(asked, "at") or at
            return {"id": told, **self.answer(_text(asked), project, at).as_json()}
        except BotError as refusal:
            return {"id": told, "error": str(refusal)}
        except Exception as cause:
            log.exception("A question could not be answered; the others go on")
            return {"id": told, "error": f"That went wrong on golive's side ({type(cause).__name__})."}


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as cause:
        raise Invalid("This line is no JSON.") from cause
    if not isinstance(found, dict):
        raise Invalid('This line is no object: write {"id": "q1", "text": "what is overdue?"}.')
    if not isinstance(found.get("id"), str | int | None):
        found["id"] = None
    return {name: _whole(word) if isinstance(word, str) else word for name, word in found.items()}


def _whole(text: str) -> str:
    """Without halves of characters: JSON and a terminal can spell them, but they can be written nowhere."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _text(asked: dict[str, Any]) -> str:
    text = asked.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Invalid('This line has no question: add "text".')
    return text


def _word(asked: dict[str, Any], name: str) -> str | None:
    word = asked.get(name)
    if word is not None and not isinstance(word, str):
        raise Invalid(f'"{name}" is no text.')
    return word


@contextmanager
def _opened(file: Path) -> Iterator[tuple[Iterator[bytes | None], Callable[[int], None]]]:
    """The lines of a file or of stdin, and a way to say how far one is."""
    if str(file) == "-":
        with _progress(None) as went_on:
            yield _lines(sys.stdin.buffer), went_on
        return
    try:
        source = file.open("rb")
        size = file.stat().st_size
    except OSError as cause:
        raise Invalid(f"{file} cannot be read: {cause.strerror}.") from cause
    with source, _progress(size) as went_on:
        yield _lines(source), went_on


def _lines(source: BinaryIO) -> Iterator[bytes | None]:
    """Line by line, blank ones left out; None for one that is too long to be held."""
    while line := source.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = source.readline(LONGEST_LINE)
            yield None
        elif line.strip():
            yield line


@contextmanager
def _progress(size: int | None) -> Iterator[Callable[[int], None]]:
    """How far a long file is, for whoever watches."""
    if not errors.is_terminal:
        yield lambda read: None
        return
    columns = (TextColumn("Answering"), BarColumn(), TaskProgressColumn(show_speed=True), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task("answer", total=size)
        yield lambda read: progress.update(task, advance=read)


def _now() -> datetime:
    return datetime.now(UTC)

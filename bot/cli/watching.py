"""What changed, what looks like trouble, and how do all projects stand, on the command line?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bot.cli import files
from bot.cli.terminal import answers
from bot.domain import portfolio as projects
from bot.domain.wording import Reply
from bot.tracker import Tracker
from storage import Store

Project = Annotated[str | None, typer.Option("--project", "-p", help="The project's key.")]
At = Annotated[str | None, typer.Option(help="As of this moment: 2030-01-07T09:00, the project's time.")]
Whole = Annotated[bool, typer.Option("--all", help="All lines, however many.")]
Json = Annotated[bool, typer.Option("--json", help="As data.")]


def changes(
    since: Annotated[str | None, typer.Option(help="A day, in words or as 2030-01-07.")] = None,
    project: Project = None,
    at: At = None,
    whole: Whole = False,
    as_json: Json = False,
    workspace: files.Workspace = None,
) -> None:
    """What changed in a project, the most important first."""
    with files.store_open() as store:
        tracker, where = Tracker(store, _now), files.workspace_of(store, workspace)
        moment = _moment(store, where, project, at)
        found = tracker.changes_of(where, project, since, moment, whole=whole)
    _print(found.reply, as_json)


def history(
    key: Annotated[str, typer.Argument(help="An item, a blocker (B3), an assumption (A2); also a gone one.")],
    project: Project = None,
    at: At = None,
    whole: Whole = False,
    as_json: Json = False,
    workspace: files.Workspace = None,
) -> None:
    """What happened to one thing, the newest first."""
    with files.store_open() as store:
        tracker, where = Tracker(store, _now), files.workspace_of(store, workspace)
        moment = _moment(store, where, project, at)
        found = tracker.history_of(where, project, key, moment, whole=whole)
    _print(found.reply, as_json)


def signals(
    project: Project = None,
    at: At = None,
    whole: Whole = False,
    as_json: Json = False,
    workspace: files.Workspace = None,
) -> None:
    """What looks like trouble in a project, why, and what mends it."""
    with files.store_open() as store:
        tracker, where = Tracker(store, _now), files.workspace_of(store, workspace)
        found = tracker.signals_of(where, project, _moment(store, where, project, at))
    _print(found.reply(whole=whole), as_json)


def portfolio(
    at: Annotated[str | None, typer.Option(help="As of this moment: 2030-01-07T09:00, UTC.")] = None,
    as_json: Json = False,
    workspace: files.Workspace = None,
) -> None:
    """How all projects stand, the worst first, each with its biggest risk."""
    moment = files.moment_in(at, UTC) if at else _now()
    with files.store_open() as store:
        rows = Tracker(store, _now).portfolio_of(files.workspace_of(store, workspace), moment)
    _print(projects.reply(rows, moment, whole=True), as_json)


def _print(found: Reply, as_json: bool) -> None:
    if as_json:
        data: dict[str, Any] = {"text": found.answer.text, **found.data}
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        answers.print(found.answer.text, markup=False)


def _moment(store: Store, workspace: str, key: str | None, words: str | None) -> datetime | None:
    return files.moment_in(words, files.zone_for(store, workspace, key)) if words is not None else None


def _now() -> datetime:
    return datetime.now(UTC)

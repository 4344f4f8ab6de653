"""What would be said now, or at another moment, to whom and why; or have it said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli import files
from bot.cli.terminal import answers
from bot.domain.errors import Invalid, NotFound
from bot.tracker import Expected, Tracker

_STATES = {"planned": "to", "held": "not now to", "skipped": "not to"}


def tick(
    at: Annotated[
        str | None, typer.Option(help="As if it were this moment: 2030-01-07T09:00, the project's time.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be said.")] = False,
    project: Annotated[str | None, typer.Option("--project", "-p", help="Only this one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As data.")] = False,
    workspace: files.Workspace = None,
) -> None:
    """Work out what is due. With --dry-run nothing is stored and nobody is told."""
    if at is not None and not dry_run:
        raise Invalid("Another moment can only be looked at: add --dry-run.")
    with files.store_open() as store:
        tracker, where = Tracker(store, _now), files.workspace_of(store, workspace)
        if not dry_run:
            tracker.plan(where)
            answers.print("What is due is planned; the bot sends it.")
            return
        with store.reading() as tx:
            known = {one.key: one for one in tx.projects(where)}
        if project is not None and project not in known:
            raise NotFound(f"There is no project {project!r}. There are: {', '.join(sorted(known))}.")
        zone = known[project].zone if project else next((one.zone for one in known.values()), UTC)
        moment = files.moment_in(at, zone) if at else _now()
        found = [e for e in tracker.would_say(where, moment) if project in (None, e.project)]
    if as_json:
        typer.echo(json.dumps([_data(each) for each in found], ensure_ascii=False, indent=2))
    else:
        _show(found, moment.astimezone(zone))


def _show(found: Sequence[Expected], moment: datetime) -> None:
    answers.print(f"At {moment:%a} {moment.day} {moment:%b %Y, %H:%M} ({moment.tzname()}):", markup=False)
    for each in found:
        why = f" ({each.why})" if each.why else ""
        line = f"{each.project}: {_STATES[each.state]} {each.name}{why}, {each.kind}: {each.words}"
        answers.print(line, markup=False)
    if not found:
        answers.print("Nothing would be said.")


def _data(each: Expected) -> dict[str, str | None]:
    return {**asdict(each), "at": each.at.astimezone(UTC).isoformat()}


def _now() -> datetime:
    return datetime.now(UTC)

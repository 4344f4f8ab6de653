"""What do the notes of a call hold, and what is to be talked about in the next one, without Slack?"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import files
from bot.cli.terminal import answers
from bot.domain import callnotes
from bot.domain.errors import Invalid
from bot.domain.plan import Plan
from bot.tracker import Actor, Tracker

Key = Annotated[str, typer.Option("--project", "-p", help="The project's key.")]
Json = Annotated[bool, typer.Option("--json", help="As data.")]


def notes(
    file: Annotated[Path, typer.Argument(help="The notes, as text. - reads from stdin.")],
    project: Key,
    at: Annotated[
        str | None, typer.Option(help="As of this day, which is that of the call unless the notes name one.")
    ] = None,
    take: Annotated[
        str | None, typer.Option(help="Record the lines with these numbers: 1,3,5. Without it nothing is.")
    ] = None,
    as_json: Json = False,
    workspace: files.Workspace = None,
) -> None:
    """Show what the notes of a call hold for a project; record of it what is named."""
    text = _text(file)
    with files.store_open() as store:
        tracker, space = Tracker(store, _now), files.workspace_of(store, workspace)
        moment = _moment(at, files.zone_for(store, space, project)) if at else None
        plan, found = tracker.notes_of(space, project, text, moment)
        done = None
        if take is not None:
            who = Actor(space, f"cli:{files.user()}")
            done = tracker.take_notes(who, plan, found, _numbers(take))
    if as_json:
        lines = [_as_json(n, each) for n, each in enumerate(found.proposals, 1)]
        data = {"day": found.day.isoformat(), "dated": found.dated, "proposals": lines}
        recorded = {} if done is None else {"recorded": list(done.lines), "revision": done.undo}
        typer.echo(json.dumps({**data, **recorded}, ensure_ascii=False, indent=2))
        return
    if done is not None:
        for line in done.lines:
            answers.print(line, markup=False)
        return
    _show(plan.project.name, plan, found)


def agenda(
    whom: Annotated[str | None, typer.Argument(help="A party or a person; else the customer.")] = None,
    project: Annotated[str | None, typer.Option("--project", "-p", help="The project's key.")] = None,
    at: Annotated[
        str | None, typer.Option(help="As of this moment: 2030-01-07T09:00, the project's time.")
    ] = None,
    as_json: Json = False,
    workspace: files.Workspace = None,
) -> None:
    """What to talk about in the next call with the customer, or with somebody else, in ten lines."""
    with files.store_open() as store:
        tracker, space = Tracker(store, _now), files.workspace_of(store, workspace)
        moment = files.moment_in(at, files.zone_for(store, space, project)) if at else None
        reply = tracker.agenda_of(space, project, whom or "", moment)
    if as_json:
        typer.echo(json.dumps({"text": reply.answer.text, **reply.data}, ensure_ascii=False, indent=2))
    else:
        answers.print(reply.answer.text, markup=False)


def _show(name: str, plan: Plan, found: callnotes.CallNotes) -> None:
    how = "as they say" if found.dated else "today, as they name no day"
    answers.print(f"{name}: the notes of the call of {callnotes.day(found.day)} ({how})", markup=False)
    for number, each in enumerate(found.proposals, 1):
        answers.print(f"{number:>3}  {callnotes.line(each, plan)}", markup=False)
    new = [str(n) for n, each in enumerate(found.proposals, 1) if each.sure]
    if not found.proposals:
        answers.print("Nothing to record.")
    elif new:
        answers.print(f"To record those without a doubt: --take {','.join(new)}", markup=False)


def _as_json(number: int, proposal: callnotes.Proposal) -> dict[str, object]:
    said = callnotes.as_json(proposal)
    names = {"text": "words", "day": "date"}
    return {"number": number, **{names.get(name, name): value for name, value in said.items()}}


def _numbers(words: str) -> list[int]:
    parts = [part.strip() for part in words.split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise Invalid("Say the numbers of the lines, for example --take 1,3,5.")
    return [int(part) for part in parts]


def _moment(words: str, zone: tzinfo) -> datetime:
    """A day at nine in the morning, or the moment itself where a time is given."""
    moment = files.moment_in(words, zone)
    return moment if "T" in words or ":" in words else moment + timedelta(hours=9)


def _text(file: Path) -> str:
    found = sys.stdin.buffer.read() if str(file) == "-" else files.file_bytes(file)
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise Invalid(f"{file} is no text in UTF-8.") from cause


def _now() -> datetime:
    return datetime.now(UTC)

"""Bring project files in and out, and list what is stored, without Slack."""

from __future__ import annotations

import getpass
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot import settings
from bot.cli.terminal import answers, errors
from bot.domain.errors import Invalid
from bot.domain.plan import Change
from bot.tracker import LoadReport, Tracker
from storage import Store

LOCAL = "local"  # the workspace of what is loaded before Slack is known
BIG_FILE = 100_000  # bytes from which on loading takes long enough to show how far it is
MOST_SHOWN = 30
PLURAL = {
    "project": "projects",
    "person": "people",
    "item": "items",
    "blocker": "blockers",
    "assumption": "assumptions",
    "decision": "decisions",
}

Workspace = Annotated[str | None, typer.Option(help="Slack's team id; needed only when there are several.")]


@contextmanager
def store_open() -> Iterator[Store]:
    store = Store(settings.read().database)
    try:
        yield store
    finally:
        store.close()


def load(
    file: Annotated[Path, typer.Argument(help="A project file (YAML).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Also undo what was changed since the file was exported.")
    ] = False,
    workspace: Workspace = None,
) -> None:
    """Bring a project file in: all of it, or nothing."""
    text = file_bytes(file)
    with store_open() as store, _progress(len(text)) as progress:
        report = Tracker(store, _now).load(
            text,
            file.name,
            workspace=workspace_of(store, workspace),
            actor=f"cli:{user()}",
            dry_run=dry_run,
            overwrite=overwrite,
            progress=progress,
        )
    for line in _told(report):
        answers.print(line, markup=False)
    for warning in report.warnings:
        errors.print(f"Warning: {warning}", markup=False)


def export(
    project: Annotated[str, typer.Argument(help="The project's key.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it there, not to stdout.")
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Write a project as a file that can be loaded again."""
    with store_open() as store:
        text = Tracker(store, _now).export(workspace_of(store, workspace), project)
    written(text, output)


def projects(workspace: Workspace = None) -> None:
    """List the projects there are."""
    with store_open() as store, store.reading() as tx:
        spaces = [workspace] if workspace else sorted({*tx.workspaces(), LOCAL})
        found = [(space, project) for space in spaces for project in tx.projects(space)]
    for space, project in found:
        channel = f", channel {project.channel}" if project.channel else ", no channel yet"
        inside = "" if space == LOCAL else f", workspace {space}"
        answers.print(f"{project.key}: {project.name}{channel}{inside}", markup=False)
    if not found:
        errors.print("There is no project yet: `golive load FILE.yaml`, or `/golive new NAME` in a channel.")


def workspace_of(store: Store, named: str | None) -> str:
    """The workspace a verb works on: the one there is, unless there are several."""
    if named:
        return named
    with store.reading() as tx:
        known = [space for space in tx.workspaces() if space != LOCAL]
    if len(known) > 1:
        raise Invalid(
            f"There are several workspaces: add --workspace with one of {', '.join(sorted(known))}."
        )
    return known[0] if known else LOCAL


def moment_in(words: str, zone: tzinfo) -> datetime:
    """A moment written as ISO 8601; without an offset it is meant in this zone."""
    try:
        moment = datetime.fromisoformat(words.strip())
    except ValueError as cause:
        raise Invalid(
            f"“{words}” is no moment: write it like 2030-01-07T09:00, or with an offset."
        ) from cause
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as cause:
        raise Invalid(f"“{words}” is too far away to count with.") from cause


def written(text: str, output: Path | None) -> None:
    """A file, or stdout where none is named."""
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as cause:
        raise Invalid(f"{output} cannot be written: {cause.strerror}.") from cause


def file_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as cause:
        raise Invalid(f"{file} cannot be read: {cause.strerror}.") from cause


def zone_for(store: Store, workspace: str, key: str | None) -> tzinfo:
    """The zone a moment is written in: the project's, where it is clear which one."""
    with store.reading() as tx:
        zones = [project.zone for project in tx.projects(workspace) if key in (None, project.key)]
    return zones[0] if len(zones) == 1 else UTC


def _now() -> datetime:
    return datetime.now(UTC)


def user() -> str:
    """Whoever is at the keyboard."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without a name for its user
        return "unknown"


@contextmanager
def _progress(size: int) -> Iterator[Callable[[float], None] | None]:
    """How far a long file is, for whoever watches."""
    if size < BIG_FILE or not errors.is_terminal:
        yield None
        return
    columns = (TextColumn("Loading"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task("load", total=1.0)
        yield lambda share: progress.update(task, completed=share)


def _told(report: LoadReport) -> Iterator[str]:
    verb = "would be" if report.dry_run else "is"
    if not report.changes:
        yield f"{report.name} ({report.project}): nothing to change, it says what is stored already."
    elif report.is_new:
        yield f"{report.name} ({report.project}) {verb} loaded: {report.items:,} items."
    else:
        yield f"{report.name} ({report.project}) {verb} changed: {_counted(report.changes)}."
        yield from (f"  {_change(change)}" for change in report.changes[:MOST_SHOWN])
        if len(report.changes) > MOST_SHOWN:
            yield f"  … and {len(report.changes) - MOST_SHOWN:,} more"
    if report.kept:
        yield "Kept as it is, because it was changed since the file was written (--overwrite to insist):"
        yield from (f"  {kept}" for kept in report.kept)


def _counted(changes: tuple[Change, ...]) -> str:
    things = Counter(entity for entity, _ in {(change.entity, change.key) for change in changes})
    return ", ".join(
        f"{count:,} {PLURAL[name] if count > 1 else name}" for name, count in sorted(things.items())
    )


def _change(change: Change) -> str:
    if not change.field:
        return f"{change.entity} {change.key}: {'gone' if change.after is None else 'new'}"
    before, after = (json.dumps(value, ensure_ascii=False) for value in (change.before, change.after))
    return f"{change.entity} {change.key}: {change.field} {before} -> {after}"

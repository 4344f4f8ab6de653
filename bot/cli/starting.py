"""Start a project on the command line, and look at, export and make templates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.files import (
    Workspace,
    file_bytes,
    store_open,
    user,
    workspace_of,
    written,
)
from bot.cli.terminal import answers, errors
from bot.domain import templates
from bot.domain.templates import Made, Template, showing
from bot.domain.wording import count
from bot.tracker import Beginning, Tracker

MOST_SHOWN = 20
_ONE = {
    "people": "person",
    "Slack ids": "Slack id",
    "blockers": "blocker",
    "pieces of evidence": "piece of evidence",
    "waivers": "waiver",
    "links": "link",
    "assumptions that proved false": "assumption that proved false",
    "statuses": "status",
}
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write it there, not to stdout.")]
Named = Annotated[str, typer.Argument(help="A template's key, or a template file (YAML).")]

template_verbs = typer.Typer(
    name="templates",
    help="The checklists a project can start from.",
    invoke_without_command=True,
    add_completion=False,
)


def new(
    key: Annotated[str, typer.Argument(help="A short word the project goes by.")],
    name: Annotated[str, typer.Argument(help="What people call it.")],
    template: Annotated[
        str | None, typer.Option("--template", "-t", help="A template's key, or a template file (YAML).")
    ] = None,
    target: Annotated[str | None, typer.Option(help="The day of go-live: 2027-03-01, or in words.")] = None,
    channel: Annotated[str | None, typer.Option(help="The id of its Slack channel (C0123ABCD).")] = None,
    zone: Annotated[str | None, typer.Option(help="Its time zone, like America/Chicago; else UTC.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Whose public holidays are free: US, or US-IL for a part of it.")
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            help="Who has a role: “Network engineer=Tom Okafor”, with a Slack id behind the name or not."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show how it would be laid out.")] = False,
    workspace: Workspace = None,
) -> None:
    """Start a project, from a template laid out backwards from its date."""
    beginning = Beginning(
        key=key,
        name=name,
        template=_template(template) if template is not None else None,
        target=target,
        channel=channel,
        zone=zone,
        country=country,
        roles=tuple(role or ()),
    )
    with store_open() as store:
        where = workspace_of(store, workspace)
        begun = Tracker(store, _now).begin(beginning, workspace=where, actor=f"cli:{user()}", dry_run=dry_run)
    project = begun.plan.project
    verb = "would be" if dry_run else "is"
    answers.print(
        f"{project.name} ({project.key}) {verb} started: {count(len(begun.plan.items), 'item')}.",
        markup=False,
    )
    for line in begun.lines:
        answers.print(line, markup=False)


@template_verbs.callback()
def listed(context: typer.Context) -> None:
    """List the templates there are."""
    if context.invoked_subcommand is None:
        list_()


@template_verbs.command("list")
def list_() -> None:
    """List the templates there are."""
    for template in templates.shipped().values():
        answers.print(f"{template.key}: {template.name}; {showing.size(template)}", markup=False)


@template_verbs.command()
def show(template: Named) -> None:
    """What is in a template: its areas, roles and length. A file is checked line by line."""
    for line in showing.shown(_template(template)):
        answers.print(line, markup=False)


@template_verbs.command()
def export(template: Named, output: Output = None) -> None:
    """Write a template as a file, to change and to start from."""
    written(templates.write(_template(template)), output)


@template_verbs.command("from")
def made_from(
    project: Annotated[str, typer.Argument(help="The project's key.")],
    key: Annotated[str, typer.Option(help="What the template goes by.")] = "checklist",
    name: Annotated[str, typer.Option(help="What people call it.")] = "A checklist made of a project",
    output: Output = None,
    workspace: Workspace = None,
) -> None:
    """Make a template of a project: its work and days, and nothing of whose they were."""
    with store_open() as store:
        made = Tracker(store, _now).template_from(workspace_of(store, workspace), project, key, name)
    written(templates.write(made.template), output)
    for line in _told(made):
        errors.print(line, markup=False)


def _template(word: str) -> Template:
    """A template that golive brings along, or the one in a file."""
    file = Path(word)
    if file.suffix.lower() in (".yaml", ".yml") or file.name != word:
        read = templates.parse(file_bytes(file), file.name)
        for warning in read.warnings:
            errors.print(f"Warning: {warning}", markup=False)
        return read.template
    return templates.find(word)


def _told(made: Made) -> Iterator[str]:
    """What was left behind, and what somebody should look at before passing it on."""
    template = made.template
    yield f"{count(len(template.items), 'item')}, {showing.days(template)}."
    taken = ", ".join(count(number, _ONE[what], what) for what, number in made.taken_out.items())
    if taken:
        yield f"Left behind: {taken}."
    if made.renamed:
        yield f"Names taken out of {count(len(made.renamed), 'text')}:"
        yield from _first(f"  “{before}” is now “{after}”" for before, after in made.renamed)
    if made.doubtful:
        yield "Look whether these words tell whose project it was; they are in names, too:"
        yield from _first(f"  {word}: “{text}”" for word, text in made.doubtful)
    if made.guessed:
        yield f"Without a date in the project, so placed before what needs them: {', '.join(made.guessed)}."
    if made.unassigned:
        yield f"Without a role, as their owners have none: {', '.join(made.unassigned)}."


def _first(lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    yield from found[:MOST_SHOWN]
    if len(found) > MOST_SHOWN:
        yield f"  … and {len(found) - MOST_SHOWN:,} more"


def _now() -> datetime:
    return datetime.now(UTC)

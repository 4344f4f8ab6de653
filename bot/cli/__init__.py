"""What can be said to golive on the command line?"""

from __future__ import annotations

import logging
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli import asking, backfill, deciding, files, reading, serving, starting, talking, ticking, watching
from bot.cli.doctor import doctor
from bot.cli.terminal import errors
from bot.domain.errors import BotError

REFUSED = 1

cli = typer.Typer(
    name="golive",
    help="Knows what must still happen before go-live, who owes it, and what holds it up.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.command("try")(serving.sandbox)
cli.command()(serving.run)
cli.command()(files.load)
cli.command()(files.export)
cli.command()(asking.ask)
cli.command()(reading.read)
cli.command()(files.projects)
cli.command()(backfill.backfill)
cli.command()(starting.new)
cli.add_typer(starting.template_verbs)
cli.command()(deciding.decision)
cli.command()(watching.changes)
cli.command()(watching.history)
cli.command()(watching.signals)
cli.command()(watching.portfolio)
cli.command()(talking.notes)
cli.command()(talking.agenda)
cli.command()(ticking.tick)
cli.command()(doctor)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"golive {version('golive-bot')}")
        raise typer.Exit


@cli.callback()
def _golive(
    show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options that come before the verb."""


def main() -> None:
    """Run one verb. Whatever goes wrong is a sentence on stderr, and exit 1; a wrong command line, exit 2."""
    try:
        cli()
    except BotError as refusal:
        errors.print(str(refusal), markup=False, highlight=False, soft_wrap=True)
        sys.exit(REFUSED)
    except Exception as cause:
        if logging.getLogger("golive").isEnabledFor(logging.DEBUG):
            raise
        what = f"{type(cause).__name__}: {cause}".rstrip(": ")
        errors.print(
            f"That went wrong on golive's side ({what}). With GOLIVE_LOG=DEBUG it says more.", markup=False
        )
        sys.exit(REFUSED)

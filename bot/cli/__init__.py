"""What can be said to golive on the command line?"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli.terminal import errors
from bot.domain.errors import BotError

REFUSED = 1
# Where each verb is. Only the one that is called is imported: `golive ask` waits for no web server.
VERBS: Mapping[str, str] = {
    "try": "trying:sandbox",
    "run": "serving:run",
    "load": "files:load",
    "export": "files:export",
    "ask": "asking:ask",
    "read": "reading:read",
    "projects": "files:projects",
    "backfill": "backfill:backfill",
    "new": "starting:new",
    "templates": "starting:template_verbs",
    "decision": "deciding:decision",
    "changes": "watching:changes",
    "history": "watching:history",
    "signals": "watching:signals",
    "portfolio": "watching:portfolio",
    "plot": "plotting:plot",
    "notes": "talking:notes",
    "agenda": "talking:agenda",
    "tick": "ticking:tick",
    "forget": "forgetting:forget",
    "keys": "keys:key_verbs",
    "doctor": "doctor:doctor",
}


class _Imported(Mapping[str, Any]):
    """The verbs, each imported when it is looked at."""

    def __getitem__(self, name: str) -> Any:
        module, member = VERBS[name].split(":")
        verb = getattr(import_module(f"bot.cli.{module}"), member)
        if isinstance(verb, typer.Typer):
            return get_command(verb)
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name)(verb)
        return get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(VERBS)

    def __len__(self) -> int:
        return len(VERBS)


class _Verbs(TyperGroup):
    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = _Imported()  # type: ignore[assignment]


cli = typer.Typer(
    name="golive",
    cls=_Verbs,
    help="Knows what must still happen before go-live, who owes it, and what holds it up.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


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

"""Make the keys that stored tokens are locked with, and lock everything with the newest one."""

from __future__ import annotations

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot import settings
from bot.cli import files, tokens
from bot.cli.terminal import answers
from bot.domain.errors import Unavailable
from bot.domain.wording import count
from bot.integrations.vault import new_key

key_verbs = typer.Typer(
    name="keys",
    help="The keys that Slack's tokens are locked with.",
    no_args_is_help=True,
    add_completion=False,
)


@key_verbs.command()
def new() -> None:
    """Make a key. Put it first in GOLIVE_TOKEN_KEYS, before the ones that are there."""
    typer.echo(new_key())


@key_verbs.command()
def rotate() -> None:
    """Lock every stored token with the newest key; then the older ones can go."""
    given = settings.read()
    with files.store_open() as store, tokens.installations(given, store) as installed:
        try:
            seen, renewed = installed.relock()
        except SQLAlchemyError as cause:
            raise Unavailable("The database does not answer; nothing was changed. Try again soon.") from cause
    answers.print(
        f"{count(seen, 'token')} stored, {renewed:,} of them locked anew with the newest key. "
        "The other keys in GOLIVE_TOKEN_KEYS are not needed any more."
    )

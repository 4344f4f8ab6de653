"""Make the keys that stored tokens are locked with, and lock everything with the newest one."""

from __future__ import annotations

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot import settings
from bot.cli import files, tokens
from bot.cli.terminal import answers
from bot.domain.errors import Refused, Unavailable
from bot.domain.wording import count
from bot.integrations.vault import new_key
from storage import Store

OVER = "The other keys in GOLIVE_TOKEN_KEYS are not needed any more."
STILL_IN_USE = (
    "golive runs. If it was started since the newest key was put first, the other keys are not needed any "
    "more. If not, it locks what it renews with the key it knows: start it again, then run this again."
)

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
        works = _is_at_work(store)
        try:
            seen, renewed = installed.relock()
        except SQLAlchemyError as cause:
            raise Unavailable("The database does not answer; nothing was changed. Try again soon.") from cause
    answers.print(
        f"{count(seen, 'token')} stored, {renewed:,} of them locked anew with the newest key. "
        f"{STILL_IN_USE if works else OVER}"
    )


def _is_at_work(store: Store) -> bool:
    """Whether golive runs. While it does not, it is kept from starting until this is done."""
    try:
        store.claim()
    except Refused:
        return True
    return False

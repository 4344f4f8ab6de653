"""Forget a workspace: everything of it, at once, counted before and after."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot import settings
from bot.cli import files
from bot.cli.terminal import answers, errors
from bot.domain.errors import BotError, Invalid, NotFound, Refused, Unavailable
from bot.domain.wording import count
from bot.pictures import album
from bot.pictures.album import Album
from bot.workspaces import SEEN_FOR
from storage import Standing, Store, erase, erase_rest, holders, spools_of

TRIES = 5
Counts = dict[str, int]


def forget(
    workspace: Annotated[str, typer.Argument(help="Its name, or Slack's team id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the name once more.")] = False,
) -> None:
    """Remove all data of a workspace for good."""
    folder = settings.read().folder / "backfill"
    with files.store_open() as store:
        standing = _meant(store, workspace)
        before = _belongings(store, standing.id)
        _agreed(standing, before, yes=yes)
        after, is_back = _forgotten(store, standing.id)
        _shown(before, after)
        readings = spools_of(folder, standing.id)
        for file in readings:
            file.unlink(missing_ok=True)
        drawn = Album(settings.read().folder / album.FOLDER).clear()
        if drawn:
            answers.print(f"{count(drawn, 'drawn picture')}: removed, as none says whose it is.")
        if readings:
            answers.print(f"{count(len(readings), 'unfinished reading')} of its channels: removed.")
        if is_back:
            answers.print(f"{_called(standing)} is forgotten. Somebody installed golive again: that stays.")
        elif any(after.values()):
            raise Unavailable("Something still writes there: uninstall golive in Slack, then forget again.")
        else:
            answers.print(f"{_called(standing)} is forgotten: nothing of it is left in the {store.name}.")
        _copies(store, standing.id)


def _meant(store: Store, word: str) -> Standing:
    with store.reading() as tx:
        known = tx.standings()
    found = [one for one in known if word in (one.id, one.name)]
    found = found or [
        one for one in known if word.casefold() in (one.id.casefold(), (one.name or "").casefold())
    ]
    if len(found) > 1:
        raise Invalid(f"Several are called so: {', '.join(one.id for one in found)}. Name one of these.")
    if not found:
        listed = ", ".join(_called(one) for one in known) or "none"
        raise NotFound(f"I know no workspace “{word}”. There are: {listed}.")
    return found[0]


def _agreed(standing: Standing, before: Counts, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Refused("Nobody is here to be asked: add --yes to forget it without.")
    rows = f"{sum(before.values()):,} rows"
    errors.print(f"This removes all of {_called(standing)}, {rows}, for good. There is no way back.")
    typed = typer.prompt(
        f"Type {standing.name or standing.id} to go on", err=True, default="", show_default=False
    )
    if typed.strip() not in (standing.id, standing.name):
        raise Refused("That is not its name, so nothing was removed.")


def _forgotten(store: Store, workspace: str) -> tuple[Counts, bool]:
    """What is left of it in the end, as a bot that runs may have been writing still when it began; and
    whether golive was installed there again meanwhile."""
    erase(store, workspace, _now())
    is_back = False
    for _ in range(TRIES):
        if _is_running(store):
            time.sleep(SEEN_FOR * 1.5)
        after = _belongings(store, workspace)
        if not any(after.values()):
            break
        if is_back := not erase_rest(store, workspace, _now()):
            break
    store.tidy()
    return after, is_back


def _is_running(store: Store) -> bool:
    try:
        store.claim()
    except BotError:
        return True
    return False


def _belongings(store: Store, workspace: str) -> Counts:
    with store.reading() as tx:
        return tx.belongings(workspace)


def _shown(before: Counts, after: Counts) -> None:
    table = Table("table", "before", "after", box=None)
    for name in sorted(before):
        if before[name] or after[name]:
            table.add_row(name, f"{before[name]:,}", f"{after[name]:,}")
    table.add_row("all", f"{sum(before.values()):,}", f"{sum(after.values()):,}")
    answers.print(table)


def _copies(store: Store, workspace: str) -> None:
    """Backups hold what was true when they were made; only their keeper can throw them away."""
    held: list[Path] = holders(store.backups(), workspace)
    if held:
        answers.print(f"{count(len(held), 'backup')} golive made still hold it; remove them, or keep them:")
        for file in held:
            answers.print(f"  {file}", markup=False)
    answers.print("Copies that others made, of the database or of exported files, golive cannot know.")


def _called(standing: Standing) -> str:
    return f"{standing.name} ({standing.id})" if standing.name else standing.id


def _now() -> datetime:
    return datetime.now(UTC)

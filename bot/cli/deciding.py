"""Print the page of a go/no-go decision, without Slack."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.files import Workspace, store_open, workspace_of
from bot.domain.errors import Invalid
from bot.tracker import Tracker


def decision(
    project: Annotated[str, typer.Argument(help="The project's key.")],
    number: Annotated[int | None, typer.Argument(help="Which go/no-go; the last decided one.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it there, not to stdout.")
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Write what was decided, and everything it rested on, as a page of Markdown."""
    with store_open() as store:
        page = Tracker(store, _now).decision(workspace_of(store, workspace), project, number)
    if output is None:
        typer.echo(page, nl=False)
        return
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as cause:
        raise Invalid(f"{output} cannot be written: {cause.strerror}.") from cause


def _now() -> datetime:
    return datetime.now(UTC)

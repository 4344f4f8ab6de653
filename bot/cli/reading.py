"""What does golive make of messages? A file of them is read without Slack, and without a database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.cli import files, linewise
from bot.domain import patientdata
from bot.domain.errors import Invalid, NotFound
from bot.domain.hearing import SELF, Heard, hear
from bot.domain.plan import Item, Person, Plan

LIKE = '{"id": "m1", "text": "still waiting for the certificate"}'
LONGEST_LINE = 512 * 1024  # a message of 40,000 characters, each of them spelt out as in \u00e9
_WITHHELD = "It looks as if it says who a patient is, so it is kept nowhere."
ANYWHERE = ZoneInfo("UTC")


def read(
    file: Annotated[
        Path,
        typer.Argument(help='Messages, one JSON object a line: {"id": …, "text": …}. - reads from stdin.'),
    ],
    at: Annotated[
        str | None, typer.Option(help="When they were said: 2030-01-07T09:00, the project's time.")
    ] = None,
    project: Annotated[
        str | None, typer.Option("--project", "-p", help="The project whose items they may be about.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Also why.")] = False,
    workspace: files.Workspace = None,
) -> None:
    """Say what golive makes of each message of a file: what it would record, offer, or leave alone."""
    room = _Room(_plan(project, workspace) if project else None)
    moment = room.moment(at) if at else datetime.now(UTC)
    linewise.each(file, _reader(room, moment, explain), doing="Reading", like=LIKE, longest=LONGEST_LINE)


class _Room:
    """Where the messages were said: in a project's channel, or nowhere in particular."""

    def __init__(self, plan: Plan | None) -> None:
        self.zone = plan.project.zone if plan else ANYWHERE
        self.items: Sequence[Item] = plan.items if plan else ()
        self.people: Sequence[Person] = plan.people if plan else ()
        self.names = {person.slack: person.name for person in self.people if person.slack}

    def moment(self, words: str) -> datetime:
        return files.moment_in(words, self.zone)


def _reader(room: _Room, moment: datetime, explain: bool) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def made(message: dict[str, Any]) -> dict[str, Any]:
        text, at = message.get("text"), linewise.word(message, "at")
        if not isinstance(text, str):
            raise Invalid('This line has no message: add "text".')
        if patientdata.found(text) is not None:
            return _left_out() | ({"because": [_WITHHELD]} if explain else {})
        author = linewise.word(message, "user")
        heard = hear(
            text,
            now=room.moment(at) if at else moment,
            zone=room.zone,
            author=author,
            names=room.names,
            items=room.items,
            people=room.people,
        )
        return _as_json(heard, author) | ({"because": list(heard.because)} if explain else {})

    return made


def _left_out() -> dict[str, Any]:
    """What is made of a message that is kept nowhere: nothing, and nothing of it is repeated."""
    nothing: dict[str, Any] = dict.fromkeys(("owner", "waiting_on", "due_date", "item"))
    return {"intent": "none", "explicit": False, **nothing, "act": "ignore"}


def _as_json(heard: Heard, author: str | None) -> dict[str, Any]:
    return {
        "intent": heard.intent,
        "explicit": heard.explicit,
        "owner": _owner(heard.owner, author),
        "waiting_on": heard.waiting_on,
        "due_date": heard.due_date.isoformat() if heard.due_date else None,
        "item": heard.item,
        "act": heard.act,
    }


def _owner(owner: str | None, author: str | None) -> str | None:
    if owner is None or owner in (SELF, author):
        return owner and SELF
    return f"<@{owner}>"


def _plan(key: str, workspace: str | None) -> Plan:
    with files.store_open() as store, store.reading() as tx:
        plan = tx.plan(files.workspace_of(store, workspace), key)
    if plan is None:
        raise NotFound(f"There is no project “{key}”. `golive projects` lists those there are.")
    return plan

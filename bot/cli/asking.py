"""Ask a project in your own words on the command line: one question, or a file of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import files, linewise
from bot.cli.terminal import answers
from bot.domain import patientdata
from bot.domain.errors import Invalid, NotFound
from bot.domain.patientdata import PatientData
from bot.domain.readers import Audience, named
from bot.tracker import Tracker, Understood
from storage import Store

LIKE = '{"id": "q1", "text": "what is overdue?"}'


def ask(
    question: Annotated[str | None, typer.Argument(help="For example: what is overdue?")] = None,
    project: Annotated[str | None, typer.Option("--project", "-p", help="The project's key.")] = None,
    at: Annotated[
        str | None, typer.Option(help="As of this moment: 2030-01-07T09:00, the project's time.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The answer as data.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Also what was understood, and why.")] = False,
    file: Annotated[
        Path | None,
        typer.Option(help='Questions, one JSON object a line: {"id": …, "text": …}. - reads from stdin.'),
    ] = None,
    audience: Annotated[
        str | None, typer.Option(help="For whom: executives, customer or engineers; else for the team.")
    ] = None,
    workspace: files.Workspace = None,
) -> None:
    """Answer a question about a project, or a file of questions."""
    if (question is None) == (file is None):
        raise Invalid("Ask one question, or give a file of them with --file.")
    with files.store_open() as store:
        whom = named(audience) if audience is not None else None
        desk = _Desk(store, files.workspace_of(store, workspace), whom)
        if file is not None:
            if explain:
                raise Invalid("--explain is for one question; in a file every answer is data.")
            desk.answer_all(file, project, at)
        else:
            _tell(desk.answer(linewise.whole(question or ""), project, at), as_json=as_json, explain=explain)


def _tell(found: Understood, *, as_json: bool, explain: bool) -> None:
    if explain and not as_json:
        for line in (*found.explained(), ""):
            answers.print(line, markup=False)
    if as_json:
        data = found.as_json() | ({"explained": list(found.explained())} if explain else {})
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    elif found.lost:
        raise NotFound(found.answer.text)
    else:
        typer.echo(found.answer.text)


class _Desk:
    """One store, asked again and again."""

    def __init__(self, store: Store, workspace: str, audience: Audience | None) -> None:
        self._store, self._workspace, self._audience = store, workspace, audience
        self._tracker = Tracker(store, _now)

    def answer(self, question: str, project: str | None, at: str | None) -> Understood:
        finding = patientdata.found(question)
        if finding is not None:
            raise PatientData(finding)  # as Slack's door does: the answer would repeat it
        moment = files.moment_in(at, files.zone_for(self._store, self._workspace, project)) if at else None
        return self._tracker.ask(
            question, workspace=self._workspace, project=project, at=moment, audience=self._audience
        )

    def answer_all(self, file: Path, project: str | None, at: str | None) -> None:
        """A line for each line, as soon as it is there. What cannot be answered does not stop the others."""

        def answered(asked: dict[str, Any]) -> dict[str, Any]:
            key, moment = linewise.word(asked, "project") or project, linewise.word(asked, "at") or at
            return self.answer(_text(asked), key, moment).as_json()

        linewise.each(file, answered, doing="Answering", like=LIKE)


def _text(asked: dict[str, Any]) -> str:
    text = asked.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Invalid('This line has no question: add "text".')
    return text


def _now() -> datetime:
    return datetime.now(UTC)

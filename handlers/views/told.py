"""What a person is told privately: what was changed, what went wrong, what was perhaps meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.domain.plan import Project
from handlers.views import blocks as b
from handlers.views import given

UNDO = "undo"
RUN = "run_"  # action ids: run_0, run_1, …
MOST_OFFERED = 5


def done(lines: Sequence[str], project: str, undo: int | None) -> b.Message:
    """A confirmation, with the way back when something was changed."""
    blocks = b.sections(None, lines)
    if undo is not None:
        blocks.append(b.actions(b.button("Undo", UNDO, f"{project} {undo}", spoken="Take this change back")))
    return b.message("\n".join(lines), blocks)


def placed(lines: Sequence[str], project: Project, channel: str | None) -> tuple[str, ...]:
    """The lines, after the name of the project where the channel does not tell which it is."""
    return tuple(lines) if project.channel == channel else (f"In {project.name}:", *lines)


def undo_of(action: Mapping[str, Any]) -> tuple[str, int]:
    """The project and the revision of a press on Undo."""
    project, _, revision = given.pressed(action).rpartition(" ")
    return project, given.number(revision, given.BUTTON)


def sentence(text: str) -> b.Message:
    return b.message(text, b.sections(None, text.split("\n")))


def perhaps(text: str, lines: Sequence[tuple[str, str]]) -> b.Message:
    """A sentence, and the commands that may have been meant, each to be had by a press: (label, command)."""
    fitting = [(label, line) for label, line in lines if len(line) <= b.LONGEST_VALUE][:MOST_OFFERED]
    blocks = b.sections(None, text.split("\n"))
    if fitting:
        blocks.append(
            b.actions(*(b.button(label, f"{RUN}{n}", line) for n, (label, line) in enumerate(fitting)))
        )
    return b.message(text, blocks)


def in_the_modal(
    view: Mapping[str, Any], text: str, at_fields: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """What answers a form that could not be taken: said at its fields, or its first one, or in its place."""
    shown = view.get("blocks")
    blocks = [block for block in (shown if isinstance(shown, list) else ()) if isinstance(block, dict)]
    fields = [
        word for block in blocks if block.get("type") == "input" and (word := given.word(block, "block_id"))
    ]
    if fields:
        there = {field: said for field, said in at_fields.items() if field in fields}
        told = there if len(there) == len(at_fields) and there else {fields[0]: text}
        return {
            "response_action": "errors",
            "errors": {field: b.cut(said, 1000) for field, said in told.items()},
        }
    said = {
        "type": "modal",
        "title": view.get("title") or b.plain("golive", 24),
        "blocks": b.sections(None, text.split("\n")),
    }
    return {"response_action": "update", "view": said}


def typed(line: str) -> str:
    """A line of help with what is typed set apart."""
    command, gap, meaning = line.partition("  ")
    return f"`{command}` {meaning}" if gap else line


WORKING = "Working on it …"
OPENED = "The form is open."

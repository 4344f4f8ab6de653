"""What will be said to whom, what was, and what was not: how a lead reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.views import blocks as b

FEW = 10  # of the future and of the past, unless all is wanted
_STATES = {
    "planned": "",
    "held": "waits",
    "sent": "sent",
    "acknowledged": "answered",
    "skipped": "left out",
    "dropped": "not sent",
    "failed": "refused by Slack",
}
_WHY = {
    "night": "it is night there",
    "weekend": "it is their weekend",
    "holiday": "it is a holiday there",
    "away": "they are away",
    "budget": "they had their message of the day",
    "just acted": "they just did something about it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of it: `at` in words, `link` where it can be read."""

    at: str
    name: str
    words: str
    state: str
    why: str | None = None
    link: str | None = None


def ledger(
    project: str, ahead: Sequence[Row], past: Sequence[Row], *, everything: bool, note: str | None
) -> b.Message:
    """`note` says what is left out for whoever does not lead the project."""
    shown, said = (ahead, past) if everything else (ahead[:FEW], past[:FEW])
    parts = (
        (f"What comes, {project}", shown, len(ahead) - len(shown), "Nothing is planned for the next days."),
        ("What was", said, len(past) - len(said), "Nothing was said yet."),
    )
    blocks: list[b.Block] = []
    text: list[str] = []
    for heading, rows, hidden, none in parts:
        lines = [_linked(row) for row in rows] or [none]
        more = [f"… and {hidden:,} more: `/golive reminders all`."] if hidden else []
        blocks += _sections(heading, [*lines, *more])
        text += [f"{heading}:", *([_plain(row) for row in rows] or [none]), *more]
    if note:
        blocks.append(b.context(b.escaped(note)))
    return b.message("\n".join(text), blocks)


def _sections(heading: str, lines: Sequence[str]) -> list[b.Block]:
    """Like `blocks.sections`, of lines that are mrkdwn already."""
    chunks: list[list[str]] = [[f"*{b.escaped(heading)}*"]]
    for line in lines:
        if sum(len(each) + 1 for each in chunks[-1]) + len(line) > b.LONGEST_SECTION:
            chunks.append([])
        chunks[-1].append(line)
    return [b.section("\n".join(chunk)) for chunk in chunks]


def _linked(row: Row) -> str:
    state = _state(row)
    if row.link and state:
        state = f"<{row.link}|{state}>"
    said = b.cut_escaped(f"{row.name}: {row.words}", 500)
    why = f" ({b.cut_escaped(_why(row.why), 200)})" if row.why else ""
    return f"{row.at}  {said}{f' · {state}' if state else ''}{why}"


def _plain(row: Row) -> str:
    state = f", {_state(row)}" if _state(row) else ""
    return f"{row.at}  {row.name}: {row.words}{state}{f' ({_why(row.why)})' if row.why else ''}"


def _state(row: Row) -> str:
    return _STATES[row.state]


def _why(why: str | None) -> str:
    return _WHY.get(why or "", why or "")

"""Which questions are there to read, and what do they ask?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain.questions import ASKER, Asked, Slots

DATA = Path(__file__).parent / "data"
TUNED, HELD_OUT = DATA / "questions.txt", DATA / "questions-held-out.txt"
_MARK = re.compile(r"\{([iopw]):([^}]*)\}")
_SLOT = {"i": "item", "o": "owner", "p": "project", "w": "window"}
_OVERDUE = " =overdue"


@dataclass(frozen=True, slots=True)
class Written:
    """A question, and what careful readers say that it asks."""

    text: str
    intent: str
    slots: Slots


def questions(path: Path) -> Iterator[Written]:
    intent = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            intent = line.strip("[]")
        elif line and not line.startswith("#"):
            yield _written(line, intent)


def _written(line: str, intent: str) -> Written:
    slots = {_SLOT[m[1]]: m[2] for m in _MARK.finditer(line)}
    text = _MARK.sub(lambda m: m[2], line)
    if text.endswith(_OVERDUE):
        text, slots["window"] = text.removesuffix(_OVERDUE), "overdue"
    if slots.get("owner", "").casefold() in ASKER:
        slots["owner"] = "me"
    return Written(text, intent, Slots(**slots))


def same_slots(asked: Asked, wanted: Slots) -> int:
    """How many of the four slots are right, whatever their casing."""
    found, right = asked.slots.as_json(), wanted.as_json()
    return sum((found[name] or "").casefold() == (words or "").casefold() for name, words in right.items())

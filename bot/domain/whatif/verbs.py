"""Which kind of thing do the words of a clause suppose?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA

from bot.domain.whatif.vocabulary import whole, words


class Verb(StrEnum):
    """What the words say, before it is known of what they say it."""

    DROP = "drop"
    LOSE = "lose"
    WITHOUT = "without"
    FREE = "free"  # nobody works
    AWAY = "away"
    TAKE_OVER = "take over"
    MOVE = "move"  # to a day, or by some days
    LATE = "late"
    SOON = "soon"
    TAKE = "take"
    HOLD = "hold"  # blocked, stuck
    START = "start"
    CLEAR = "clear"
    FINISH = "finish"
    VALIDATE = "validate"


_LETTERS = re.compile(r"\b[A-Za-z]{4,}\b")


@dataclass(frozen=True, slots=True)
class Hit:
    """A verb at a place of a clause."""

    verb: Verb
    start: int
    end: int


def hits(clause: str) -> list[Hit]:
    """All verbs of a folded clause, in order; of two that share letters the longer."""
    found = [
        Hit(verb, m.start(), m.end())
        for verb in Verb
        for m in whole(verb.value).finditer(clause)
        if m.end() > m.start()
    ]
    order = list(Verb)
    found.sort(key=lambda hit: (hit.start, -hit.end, order.index(hit.verb)))
    kept: list[Hit] = []
    for hit in found:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def mended(text: str, names: frozenset[str]) -> str:
    """The text with slips of the keyboard in its verbs mended; the words of names stay."""

    good = words("mended") | words("filler")

    def mend(m: re.Match[str]) -> str:
        word = m.group().lower()
        known = any(whole(verb.value).fullmatch(word) for verb in Verb)
        if known or word in names or word in good:
            return m.group()
        slips = 1 if len(word) < 8 else 2
        near = [(OSA.distance(word, known), known) for known in words("mended") if known[0] == word[0]]
        best = min(near, default=(9, word))
        return best[1] if best[0] <= slips else m.group()

    return _LETTERS.sub(mend, text)

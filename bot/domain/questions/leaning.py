"""Towards which intents do the words of a question lean, going by the questions that are kept as examples?

Learned, not guessed: a logistic regression over words, two words in a row and parts of words. Names do not
count, only that something of their kind is named. `leanings.txt` holds what every one of these shapes speaks
for, and how much; `python -m benchmarks._learning` makes it from the examples.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise

from bot.domain.questions.asked import INTENTS
from bot.domain.questions.names import PROJECT, UNKNOWN, Names, kind
from bot.domain.questions.slots import is_plain
from bot.domain.questions.words import Said

# So far apart and no further: one odd word must not rule an intent out.
FURTHEST = 6.0
# Parts of words of these lengths: they see through endings, compounds and slips of the keyboard.
PARTS = (3, 4)
# How much all shapes of a question together weigh, whether it is long or short.
SCALE = 3.0
# What speaks for each intent without a word being said.
ALWAYS = "*"
_LETTERS = "zyxwvutsrqponmlkjihgfedcba.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MIDDLE = _LETTERS.index(".")


class Leanings:
    """How much each shape speaks for each intent, in tenths."""

    def __init__(self, weights: Mapping[str, str], learned_from: str) -> None:
        self._weights = {shape: _tenths(row) for shape, row in weights.items()}
        self.learned_from = learned_from

    def knows(self, shape: str) -> bool:
        return shape in self._weights

    def lean(self, shapes: Iterable[str]) -> dict[str, float]:
        """How far each intent is behind the one that the shapes speak for most; that one is 0."""
        found = set(shapes)
        rows = [self._weights[shape] for shape in found if shape in self._weights]
        share = SCALE / math.sqrt(max(1, len(rows))) / 10
        always = [weight / 10 for weight in self._weights[ALWAYS]]
        spoken = [sum(each) for each in zip(*rows, strict=True)] if rows else [0] * len(always)
        scores = [alone + share * said for alone, said in zip(always, spoken, strict=True)]
        most = max(scores)
        return {intent: max(-FURTHEST, score - most) for intent, score in zip(INTENTS, scores, strict=True)}


def written(weights: Sequence[float]) -> str:
    """One letter for each intent: A speaks for it by a tenth, B by two, a against it by a tenth."""
    tenths = (max(-_MIDDLE, min(_MIDDLE, round(weight * 10))) for weight in weights)
    return "".join(_LETTERS[_MIDDLE + n] for n in tenths)


def _tenths(row: str) -> tuple[int, ...]:
    return tuple(_LETTERS.index(letter) - _MIDDLE for letter in row)


@cache
def leanings() -> Leanings:
    """What was learned and kept."""
    text = resources.files(__package__).joinpath("leanings.txt").read_text(encoding="utf-8")
    first, *lines = text.splitlines()
    rows = (line.partition(" ") for line in lines if not line.startswith("# "))
    return Leanings({shape: row for shape, _, row in rows}, first.rpartition(" ")[2])


def words_of(question: Said, known: Names) -> list[str]:
    """Its words, with what is named as one word for its kind."""
    words: list[str] = []
    for n, word in enumerate(question.words):
        plain = word.plain
        if is_plain(word):
            looks = kind(question.written(n, n + 1), known)
            plain = "NAMED" if looks in (UNKNOWN, PROJECT) else f"NAMED_{looks}"
        if not (plain.startswith("NAMED") and words[-1:] == [plain]):
            words.append(plain)
    return words


def shapes(words: Sequence[str]) -> list[str]:
    """The words, each two in a row, and the parts of each."""
    pairs = [f"{one}_{two}" for one, two in pairwise(["^", *words, "$"])]
    return [*words, *pairs, *(part for word in words if word.islower() for part in _parts(word))]


def _parts(word: str) -> list[str]:
    whole = f"<{word}>"
    return [f"#{whole[n : n + size]}" for size in PARTS for n in range(len(whole) - size + 1)]

"""Towards which intents do the words of a question lean, going by the questions that are kept as examples?

Counted, not guessed: how many examples of each intent have a word, or two words in a row. Names do not count,
only that something of their kind is named. `leanings.txt` holds the counts; `python -m benchmarks._learning`
makes it from the examples.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib import resources
from itertools import pairwise

from bot.domain.questions.names import ITEM, UNKNOWN, Names, kind
from bot.domain.questions.slots import is_plain
from bot.domain.questions.words import Said

# Words of fewer examples than this tell nothing.
SEEN_TWICE = 2
# So far apart and no further: one odd word must not rule an intent out.
FURTHEST = 6.0
# As if every word had been seen this often in every intent.
_UNSEEN = 0.15
_PLAIN_WEIGHT = 0.5


class Counts:
    """In how many examples of each intent a shape stands."""

    def __init__(self, examples: Counter[str], shapes: dict[str, Counter[str]]) -> None:
        self.examples, self.shapes = examples, shapes
        total = sum(examples.values())
        self._often = {intent: _PLAIN_WEIGHT * math.log(n / total) for intent, n in examples.items()}

    def lean(self, shapes: Iterable[str]) -> dict[str, float]:
        """How far each intent is behind the one that the shapes speak for most; that one is 0."""
        scores = dict(self._often)
        for seen in (self.shapes[shape] for shape in set(shapes) if shape in self.shapes):
            for intent, n in self.examples.items():
                scores[intent] += math.log((seen[intent] + _UNSEEN) / (n + 2 * _UNSEEN))
        most = max(scores.values())
        return {intent: max(-FURTHEST, score - most) for intent, score in scores.items()}

    def as_text(self) -> str:
        """One line for the examples, then one for each shape: its counts by intent."""
        rows = [("*", self.examples), *sorted(self.shapes.items())]
        return "".join(f"{shape} {' '.join(f'{i}:{n}' for i, n in sorted(c.items()))}\n" for shape, c in rows)


def counted(examples: Iterable[tuple[str, Iterable[str]]]) -> Counts:
    """The counts of examples, each an intent and its shapes."""
    intents: Counter[str] = Counter()
    found: dict[str, Counter[str]] = {}
    for intent, shapes in examples:
        intents[intent] += 1
        for shape in set(shapes):
            found.setdefault(shape, Counter())[intent] += 1
    return Counts(intents, {s: c for s, c in found.items() if sum(c.values()) >= SEEN_TWICE})


@cache
def counts() -> Counts:
    """The counts that were kept."""
    rows: dict[str, Counter[str]] = {}
    text = resources.files(__package__).joinpath("leanings.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        shape, *each = line.split(" ")
        rows[shape] = Counter({intent: int(n) for intent, _, n in (pair.partition(":") for pair in each)})
    examples = rows.pop("*")
    return Counts(examples, rows)


def shapes(question: Said, known: Names) -> list[str]:
    """Its words, and each two in a row, with what is named as one word for its kind."""
    words: list[str] = []
    for n, word in enumerate(question.words):
        plain = word.plain
        if is_plain(word):
            looks = kind(question.written(n, n + 1), known)
            plain = "NAMED" if looks in (ITEM, UNKNOWN, "project") else f"NAMED_{looks}"
        if not (plain == "NAMED" and words[-1:] == ["NAMED"]):
            words.append(plain)
    return words + [f"{one}_{two}" for one, two in pairwise(["^", *words, "$"])]

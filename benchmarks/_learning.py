"""What do the example questions teach about the words of each intent? Run it after changing them."""

from __future__ import annotations

import hashlib
import math
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import bot.domain.questions
from benchmarks._questions import TUNED, Written, questions
from bot.domain.questions import INTENTS, Known
from bot.domain.questions.deciding import spoken_words
from bot.domain.questions.leaning import ALWAYS, SCALE, Leanings, shapes, words_of, written
from bot.domain.questions.names import names

KEPT = Path(bot.domain.questions.__file__).parent / "leanings.txt"
# A shape of fewer examples tells nothing; a weight below this says nothing.
SEEN, TELLING = 3, 0.05
ROUNDS, STEP, KEPT_SMALL = 20, 0.2, 0.0003
_NOTHING = names(Known())
_ABOUT = """# How much each word, two words in a row (one_two) and part of a word (#part) speaks for each
# intent, in this order: {intents}.
# A is a tenth for, Z twenty-six; a is a tenth against. Made by python -m benchmarks._learning.
"""


def learned(examples: Iterable[Written]) -> Leanings:
    return Leanings(_weights(list(examples)), "")


def as_text(examples: Sequence[Written]) -> str:
    rows = sorted(_weights(examples).items())
    about = _ABOUT.format(intents=" ".join(INTENTS))
    lines = (f"{shape} {row}\n" for shape, row in rows)
    return f"# learned from {fingerprint(examples)}\n{about}{''.join(lines)}"


def fingerprint(examples: Iterable[Written]) -> str:
    """Tells whether the examples are those that were learned from."""
    said = "\n".join(f"{q.intent}: {q.text}" for q in examples)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _weights(examples: Sequence[Written]) -> dict[str, str]:
    """Logistic regression by small steps, in an order that is always the same."""
    seen = [sorted(set(shapes(words_of(spoken_words(q.text, _NOTHING), _NOTHING)))) for q in examples]
    often = Counter(shape for each in seen for shape in each)
    taught = [
        ([shape for shape in each if often[shape] >= SEEN], INTENTS.index(q.intent))
        for each, q in zip(seen, examples, strict=True)
    ]
    count, told = len(INTENTS), [shape for shape, n in often.items() if n >= SEEN]
    weights = {shape: [0.0] * count for shape in (ALWAYS, *told)}
    pace = {shape: [1e-8] * count for shape in weights}
    order = random.Random(1)
    for _ in range(ROUNDS):
        order.shuffle(taught)
        for each, right in taught:
            _step(weights, pace, each, right)
    rows = {shape: written([w if abs(w) >= TELLING else 0.0 for w in row]) for shape, row in weights.items()}
    return {shape: row for shape, row in rows.items() if set(row) != {"."} or shape == ALWAYS}


def _step(
    weights: dict[str, list[float]], pace: dict[str, list[float]], each: Sequence[str], right: int
) -> None:
    share = SCALE / math.sqrt(max(1, len(each)))
    rows = [weights[shape] for shape in each]
    scores = [always + share * sum(w) for always, w in zip(weights[ALWAYS], _columns(rows), strict=True)]
    most = max(scores)
    likely = [math.exp(score - most) for score in scores]
    total = sum(likely)
    off = [(each_likely / total) - (n == right) for n, each_likely in enumerate(likely)]
    for shape, by in [(ALWAYS, 1.0), *((shape, share) for shape in each)]:
        row, slowing = weights[shape], pace[shape]
        for n, gap in enumerate(off):
            slope = gap * by + KEPT_SMALL * row[n]
            slowing[n] += slope * slope
            row[n] -= STEP * slope / math.sqrt(slowing[n])


def _columns(rows: Sequence[Sequence[float]]) -> Iterable[Sequence[float]]:
    return zip(*rows, strict=True) if rows else [[0.0]] * len(INTENTS)


if __name__ == "__main__":
    kept = as_text(list(questions(TUNED)))
    KEPT.write_text(kept, encoding="utf-8")
    sys.stdout.write(f"{kept.count(chr(10)):,} shapes, {len(kept):,} characters\n")

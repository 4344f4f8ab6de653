"""How does a linear model learn from labelled examples, with the standard library alone?

Multinomial logistic regression by stochastic gradient descent with a quadratic penalty. The penalty is
one factor over all weights, so that a step costs no more than the features of its example.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SEEN_AT_LEAST = 3  # a feature seldomer than this says more about one author than about the language


@dataclass(frozen=True, slots=True)
class Example:
    """The features of a message, its class, and how much it counts."""

    features: Mapping[str, float]
    label: str
    counts: float = 1.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """The weights of each feature, one for each class."""

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often everything is gone through, how large the steps are, how strongly weights are held down."""

    rounds: int = 20
    first_step: float = 0.1
    penalty: float = 5e-4


def learn(examples: Sequence[Example], classes: Sequence[str], pace: Pace = Pace(), seed: int = 5) -> Learnt:
    """The same examples give the same weights, whenever and wherever it is run."""
    seen = Counter(name for example in examples for name in example.features)
    names = [name for name, times in sorted(seen.items()) if times >= SEEN_AT_LEAST]
    row = {name: at for at, name in enumerate(names)}
    rows = [[(row[n], v) for n, v in e.features.items() if n in row] for e in examples]
    slopes = _Slopes(len(names), len(classes))
    order, chance, step_no = list(range(len(examples))), random.Random(seed), 0
    for turn in range(pace.rounds):
        chance.shuffle(order)
        for at in order:
            step = pace.first_step / (1 + 4 * step_no / (pace.rounds * len(order)))
            slopes.learn(
                rows[at], classes.index(examples[at].label), step * examples[at].counts, pace.penalty
            )
            step_no += 1
        if turn >= pace.rounds // 2:
            slopes.count_in()
    return Learnt(tuple(classes), *slopes.mean(names))


class _Slopes:
    """Weights as numbers times one common factor."""

    def __init__(self, wide: int, classes: int) -> None:
        self.bias = [0.0] * classes
        self._of = [[0.0] * wide for _ in range(classes)]
        self._counted = 0
        self._bias_sum = [0.0] * classes
        self._sum = [[0.0] * wide for _ in range(classes)]
        self._factor = 1.0

    def learn(self, row: Sequence[tuple[int, float]], right: int, step: float, penalty: float) -> None:
        factor = self._factor
        scores = [
            sum([of[at] * value for at, value in row]) * factor + bias
            for of, bias in zip(self._of, self.bias, strict=True)
        ]
        top = max(scores)
        powers = [math.exp(score - top) for score in scores]
        whole = sum(powers)
        self._factor = factor = factor * (1 - step * penalty)
        for c, power in enumerate(powers):
            wrong = power / whole - (c == right)
            if abs(wrong) < 1e-3:
                continue
            self.bias[c] -= step * wrong
            of, change = self._of[c], step * wrong / factor
            for at, value in row:
                of[at] -= change * value

    def count_in(self) -> None:
        """What is learnt hangs on the order of the last examples; the mean of many rounds does not."""
        self._counted += 1
        self._bias_sum = [s + b for s, b in zip(self._bias_sum, self.bias, strict=True)]
        self._sum = [
            [s + w * self._factor for s, w in zip(sums, of, strict=True)]
            for sums, of in zip(self._sum, self._of, strict=True)
        ]

    def mean(self, names: Sequence[str]) -> tuple[tuple[float, ...], dict[str, list[float]]]:
        """The bias of each class, and the weights of each feature."""
        rows = ([w / self._counted for w in column] for column in zip(*self._sum, strict=True))
        return tuple(b / self._counted for b in self._bias_sum), dict(zip(names, rows, strict=True))

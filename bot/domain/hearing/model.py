"""How likely is each intent, going by what was learnt from labelled messages?

The weights are one small file, written by `python -m benchmarks.training` and read on first use.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

FILE = "weights.json.gz"
HIGHEST = 127


@dataclass(frozen=True, slots=True)
class Model:
    """A linear model: a row of small whole numbers for each feature, one for each class."""

    classes: tuple[str, ...]
    step: float  # what a weight of 1 stands for
    bias: tuple[float, ...]
    row: Mapping[str, int]
    weights: array[int]

    def likely(self, features: Mapping[str, float]) -> dict[str, float]:
        """How likely each class is, all together 1."""
        wide = len(self.classes)
        scores = [0.0] * wide
        for name, value in features.items():
            at = self.row.get(name)
            if at is not None:
                for c, weight in enumerate(self.weights[at * wide : at * wide + wide]):
                    scores[c] += value * weight
        return dict(zip(self.classes, _softmax(scores, self.step, self.bias), strict=True))


@cache
def model() -> Model:
    """The model that ships with golive."""
    return unpacked(resources.files(__package__).joinpath(FILE).read_bytes())


def packed(classes: Sequence[str], bias: Sequence[float], weights: Mapping[str, Sequence[float]]) -> bytes:
    """A model as a file: weights rounded to a 127th of the greatest, features that weigh nothing left out."""
    step = max(abs(w) for row in weights.values() for w in row) / HIGHEST
    rounded = {name: [round(w / step) for w in row] for name, row in sorted(weights.items())}
    kept = {name: row for name, row in rounded.items() if any(row)}
    numbers = array("b", [w for row in kept.values() for w in row]).tobytes()
    data = {
        "classes": list(classes),
        "step": step,
        "bias": [round(b, 4) for b in bias],
        "features": list(kept),
        "weights": base64.b64encode(numbers).decode("ascii"),
    }
    return gzip.compress(json.dumps(data, ensure_ascii=False).encode("utf-8"), mtime=0)


def unpacked(file: bytes) -> Model:
    """The model that a file holds."""
    data = json.loads(gzip.decompress(file))
    return Model(
        classes=tuple(data["classes"]),
        step=data["step"],
        bias=tuple(data["bias"]),
        row={name: at for at, name in enumerate(data["features"])},
        weights=array("b", base64.b64decode(data["weights"])),
    )


def _softmax(scores: Sequence[float], step: float, bias: Sequence[float]) -> list[float]:
    logits = [score * step + b for score, b in zip(scores, bias, strict=True)]
    top = max(logits)
    powers = [math.exp(logit - top) for logit in logits]
    whole = sum(powers)
    return [power / whole for power in powers]

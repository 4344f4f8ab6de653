"""Learn anew how talk is read, from benchmarks/data, and write the weights that golive ships.

`python -m benchmarks.training` takes some seconds, needs nothing but golive, and never looks at a test split.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bot.domain.hearing
from benchmarks.training.learning import Example, learn
from bot.domain.hearing import INTENTS, features, model, rules, words

DATA = Path(__file__).parent.parent / "data"
WEIGHTS = Path(bot.domain.hearing.__file__).parent / model.FILE
TALK_COUNTS = 0.5  # ordinary talk is one class of ten, and there is much of it


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line]


def examples() -> list[Example]:
    said = [row for row in lines("messages.train.jsonl") if not row["ambiguous"]]
    return [
        *(_example(row["text"], row["intent"], 1.0) for row in said),
        *(_example(text, intent, 1.0) for intent, text in _more()),
        *(_example(row["text"], "none", TALK_COUNTS) for row in lines("talk.train.jsonl")),
    ]


def _more() -> Iterator[tuple[str, str]]:
    """Turns of phrase with nothing but their intent, one a line below it."""
    intent = ""
    for line in (DATA / "more.train.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            intent = line.strip("[]")
        elif line.strip():
            yield intent, line


def _example(text: str, intent: str, counts: float) -> Example:
    found = features.features(rules.looked_at(words.sentences(text)), text)
    return Example(found, intent, counts)


def main() -> None:
    learnt = learn(examples(), INTENTS)
    file = model.packed(learnt.classes, learnt.bias, learnt.weights)
    WEIGHTS.write_bytes(file)
    sys.stdout.write(f"{WEIGHTS.name}: {len(model.unpacked(file).row)} features, {len(file):,} bytes\n")


if __name__ == "__main__":
    main()

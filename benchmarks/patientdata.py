"""How much of what says who a patient is does the guard find, and how often is it wrong about ordinary talk?

All of it is made up: benchmarks/data/patients.txt and ordinary.txt, their gaps filled in, and the talk that
the reading of messages is measured with. Beside the guard stand the few patterns one would write first.
Targets: at least 0.95 found, at most one false alarm in 500, under 0.2 ms for a message in the median. Other
files of messages can be named (lines of JSON with a "text", or plain lines): what is found there is printed.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks._filling import DATA, Message, messages
from bot.domain import patientdata

TALK = ("talk.train.jsonl", "talk.test.jsonl", "messages.train.jsonl", "messages.test.jsonl")
KEPT_BACK = ("kept back", "kept back again", "kept back to the last")
RECALL, ALARMS, MILLISECONDS, LONG_MILLISECONDS = 0.95, 1 / 500, 0.2, 500

Finds = Callable[[str], object]

# What one writes first: each identifier by its look, and nothing about what stands around it.
_FIRST = re.compile(
    r"\b\d{3}-\d{2}-\d{4}\b|\bMRN\b|\bPID\||\bDOB\b|\"resourceType\"\s*:\s*\"Patient\"|"
    r"\bpatient\b.*\d|\b\d{8}\b",
    re.I,
)


def first_patterns(text: str) -> object:
    return _FIRST.search(text)


def texts_of(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    if file.suffix == ".jsonl":
        return [json.loads(line)["text"] for line in lines if line.strip()]
    return [line for line in lines if line.strip()]


def share(hits: int, all_of: int) -> str:
    return f"{hits} of {all_of} ({hits / all_of:.4f})"


def recall(kinds: Sequence[Message], finds: Finds) -> float:
    return sum(finds(each.text) is not None for each in kinds) / len(kinds)


def missed(console: Console, positives: Sequence[Message]) -> None:
    """What is found, by kind; and every message that is not."""
    table = Table(title="Of messages that say who a patient is, found")
    for heading in ("kind", "the guard", "first patterns"):
        table.add_column(heading)
    groups = {"all but those kept back": [m for m in positives if m.group not in KEPT_BACK]}
    groups |= {
        name: [m for m in positives if m.group == name] for name in dict.fromkeys(m.group for m in positives)
    }
    for name, kinds in groups.items():
        if kinds:
            found = [
                sum(finds(m.text) is not None for m in kinds) for finds in (patientdata.found, first_patterns)
            ]
            table.add_row(name, *(share(hits, len(kinds)) for hits in found))
    console.print(table)
    for each in positives:
        if patientdata.found(each.text) is None:
            console.print(f"  missed ({each.group}): {each.text!r}", markup=False)


def alarms(console: Console, sets: dict[str, Sequence[str]]) -> None:
    """False alarms in each set of ordinary messages; and every one of them."""
    table = Table(title="False alarms in ordinary messages")
    for heading in ("messages", "the guard", "first patterns"):
        table.add_column(heading)
    for name, texts in sets.items():
        found = [
            sum(finds(text) is not None for text in texts) for finds in (patientdata.found, first_patterns)
        ]
        table.add_row(name, *(share(hits, len(texts)) for hits in found))
    console.print(table)
    for name, texts in sets.items():
        for text in texts:
            finding = patientdata.found(text)
            if finding is not None:
                console.print(f"  {name}: {finding.kind}: {text!r}", markup=False)


def speed(console: Console, texts: Sequence[str], heading: str) -> float:
    """Milliseconds for one message in the median."""
    took = []
    for text in texts:
        begun = time.perf_counter()
        patientdata.found(text)
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    median, worst = statistics.median(took), took[int(len(took) * 0.99)]
    console.print(f"{heading}: {median:.4f} ms in the median, {worst:.3f} ms for the slowest in a hundred")
    return median


def longest(console: Console, texts: Sequence[str]) -> float:
    """The same of 40,000 characters, of ordinary talk and of nothing but what the rules look for."""
    talk = " ".join(texts)
    long = [" ".join([talk] * (40_000 // len(talk) + 1))[:40_000]]
    long += [
        (word * 40_000)[:40_000]
        for word in ("patient ", "MRN ", "Jane Roe ", "1 ", "3/4 ", "PID|1|", "12-34-", ",a", '{"')
    ]
    begun = time.perf_counter()
    for text in long:
        patientdata.found(text)
    each = (time.perf_counter() - begun) * 1000 / len(long)
    console.print(f"40,000 characters: {each:.1f} ms on average over {len(long)} of them")
    return each


def main(others: Sequence[str] = ()) -> int:
    console = Console(width=160)
    positives, ordinary = messages("patients"), messages("ordinary")
    sets: dict[str, Sequence[str]] = {
        "ordinary messages near the subject": [m.text for m in ordinary if m.group not in KEPT_BACK],
        "those kept back": [m.text for m in ordinary if m.group in KEPT_BACK],
    }
    sets |= {name: texts_of(DATA / name) for name in TALK if (DATA / name).exists()}
    sets = {name: texts for name, texts in sets.items() if texts}
    own = dict(sets)
    sets |= {name: texts_of(Path(name)) for name in others}
    missed(console, positives)
    alarms(console, sets)
    kinds = Counter(found.kind for m in positives if (found := patientdata.found(m.text)) is not None)
    console.print(", ".join(f"{kind}: {number}" for kind, number in kinds.most_common()))
    everything = [text for texts in own.values() for text in texts]
    wrong = sum(patientdata.found(text) is not None for text in everything) / len(everything)
    right = recall(positives, patientdata.found)
    median = speed(console, everything, "an ordinary message")
    speed(console, [m.text for m in positives], "one with patient data")
    long = longest(console, everything)
    console.print(f"recall {right:.4f} of {len(positives)}, false alarms {wrong:.5f} of {len(everything)}")
    return int(right < RECALL or wrong > ALARMS or median > MILLISECONDS or long > LONG_MILLISECONDS)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

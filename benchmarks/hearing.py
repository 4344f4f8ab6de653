"""How well is talk read, by which approach, and how fast? Measured on messages that nothing was learnt from.

Targets: 95 % of the blockers recorded are some, 85 % of those said outright are recorded, macro-F1 of all
that is stored is 0.75, 90 % of the dates are right, at most one wrong offer in 100 messages of ordinary
talk, and 3 ms a message in the median.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from benchmarks.training.__main__ import examples, lines
from benchmarks.training.learning import learn
from bot.domain.hearing import INTENTS, STORED, Heard, hear, model, ready, rules, words
from bot.domain.hearing.features import features

ZONE = ZoneInfo("America/New_York")
SAID = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)  # what benchmarks/data/README.md says of all messages
OF_CUES = ("c:",)
OF_WORDS = ("w:", "p:")
SILENT = ("none", "question")


@dataclass(frozen=True, slots=True)
class Case:
    """A message, what its label says, and what golive made of it in how many seconds."""

    row: dict[str, Any]
    heard: Heard
    took: float


def cases(name: str) -> list[Case]:
    """Every message of a file that careful readers would label alike."""
    found = []
    for row in lines(name):
        if not row.get("ambiguous"):
            begun = time.perf_counter()
            heard = hear(row["text"], now=SAID, zone=ZONE)
            found.append(Case(row, heard, time.perf_counter() - begun))
    return found


# ---- how right it is ----------------------------------------------------------------------------------


def macro_f1(told: Sequence[str], made: Sequence[str]) -> float:
    """The mean over all that is stored, so that a rare intent counts as much as a frequent one."""
    return statistics.mean(_f1(intent, told, made) for intent in STORED)


def _f1(intent: str, told: Sequence[str], made: Sequence[str]) -> float:
    both = sum(t == m == intent for t, m in zip(told, made, strict=True))
    return 2 * both / max(1, told.count(intent) + made.count(intent)) if both else 0.0


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.1%}" if whole else "-"


def figures(messages: Sequence[Case], talk: Sequence[Case]) -> dict[str, str]:
    """Every figure with a target, on these messages and this talk."""
    recorded = [c for c in messages if c.heard.act == "record" and c.heard.intent == "blocker"]
    outright = [c for c in messages if c.row["intent"] == "blocker" and c.row["explicit"]]
    dated = [c for c in messages if c.row["due_date"]]
    told, made = [c.row["intent"] for c in messages], [c.heard.intent for c in messages]
    spoken = [c for c in talk if c.heard.act != "ignore"]
    wrong = [c for c in messages if c.row["intent"] in SILENT and c.heard.act != "ignore"]
    return {
        "recorded blockers that are blockers": _share(
            sum(c.row["intent"] == "blocker" for c in recorded), len(recorded)
        ),
        "blockers said outright that are recorded": _share(
            sum(c in recorded for c in outright), len(outright)
        ),
        "macro-F1 of all that is stored": f"{macro_f1(told, made):.3f}",
        "intents right": _share(sum(t == m for t, m in zip(told, made, strict=True)), len(told)),
        "dates right": _share(sum(_day(c) == c.row["due_date"] for c in dated), len(dated)),
        "owners right, where the intent is": _share(*_owners(messages)),
        "messages that mean nothing and are taken up": _share(
            len(wrong), sum(c.row["intent"] in SILENT for c in messages)
        ),
        "ordinary talk that is taken up": _share(len(spoken), len(talk)),
    }


def _day(case: Case) -> str | None:
    return case.heard.due_date.isoformat() if case.heard.due_date else None


def _owners(messages: Sequence[Case]) -> tuple[int, int]:
    known = [c for c in messages if c.row["intent"] in STORED and c.heard.intent == c.row["intent"]]
    said = [(f"<@{o}>" if (o := c.heard.owner) and o != "self" else o, c.row["owner"]) for c in known]
    return sum(made == told for made, told in said), len(known)


# ---- the approaches side by side ----------------------------------------------------------------------


def approaches() -> dict[str, Callable[[str], str]]:
    """Turns of phrase alone; a model of words and pieces of words; all features; and both, as it ships."""
    all_features = examples()

    def learnt(of: Callable[[str], bool]) -> Callable[[str], str]:
        some = [replace(e, features={n: v for n, v in e.features.items() if of(n)}) for e in all_features]
        found = learn(some, INTENTS)
        made = model.unpacked(model.packed(found.classes, found.bias, found.weights))
        return lambda text: _likeliest(made, text)

    return {
        "turns of phrase alone": lambda text: rules.ruling(rules.looked_at(words.sentences(text))).intent,
        "model of words alone": learnt(lambda name: name.startswith(OF_WORDS)),
        "model of words and their kinds": learnt(lambda name: not name.startswith(OF_CUES)),
        "model of all, turns of phrase among them": learnt(lambda name: True),
        "both together (ships)": lambda text: hear(text, now=SAID, zone=ZONE).intent,
    }


def _likeliest(made: model.Model, text: str) -> str:
    likely = made.likely(features(rules.looked_at(words.sentences(text)), text))
    return max(likely, key=lambda intent: likely[intent])


def main() -> int:
    ready()
    console = Console()
    messages, talk = cases("messages.test.jsonl"), cases("talk.test.jsonl")
    table = Table(
        "figure", "on unseen messages", title=f"{len(messages)} messages, {len(talk)} of ordinary talk"
    )
    for name, value in figures(messages, talk).items():
        table.add_row(name, value)
    took = sorted(c.took * 1000 for c in (*messages, *talk))
    table.add_row(
        "a message takes", f"{statistics.median(took):.2f} ms in the median, {took[-1]:.0f} ms at most"
    )
    console.print(table)
    side = Table(
        "approach", "macro-F1", "intents right", "talk read as something to store", title="approaches"
    )
    for name, read in approaches().items():
        told = [c.row["intent"] for c in messages]
        made = [read(c.row["text"]) for c in messages]
        alarms = sum(read(c.row["text"]) in STORED for c in talk)
        side.add_row(
            name,
            f"{macro_f1(told, made):.3f}",
            _share(sum(t == m for t, m in zip(told, made, strict=True)), len(told)),
            _share(alarms, len(talk)),
        )
    console.print(side)
    return 0


if __name__ == "__main__":
    sys.exit(main())

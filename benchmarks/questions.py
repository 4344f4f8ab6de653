"""How often is a question in somebody's own words understood, and how long does reading it take?

Right intents and slots, of the questions the cues were written with and of those held out. Then the time for
one question, against dateparser alone on the words that say when; without such words a question should take
under 2 ms.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks._questions import HELD_OUT, TUNED, Written, questions, same_slots
from bot.domain.questions import Known, read

ROUNDS = 3
# A project to speak of: who and what is known sharpens slots, and makes reading no quicker.
KNOWN = Known(
    projects=("Halden", "Brightwater"),
    people=("Priya Rao", "Jonas Weber", "Marta Ruiz", "Tom Adler"),
    items=tuple(f"item-{n}" for n in range(200)),
)


def accuracy(console: Console) -> None:
    table = Table(
        "", "questions", "intents right", "all four slots right", "slots right", "also in second sense"
    )
    for name, path in (("written with", TUNED), ("held out", HELD_OUT)):
        table.add_row(name, *_row(path))
    console.print(table)


def _row(path: Path) -> Sequence[str]:
    asked = [(q, read(q.text)) for q in questions(path)]
    right = [a.intent == q.intent for q, a in asked]
    either = [a.intent == q.intent or (a.other is not None and a.other.intent == q.intent) for q, a in asked]
    slots = [same_slots(a, q.slots) for q, a in asked]
    whole = [count == 4 for count in slots]
    count = len(asked)
    shares = (sum(right) / count, sum(whole) / count, sum(slots) / 4 / count, sum(either) / count)
    return [str(count), *(f"{share:.1%}" for share in shares)]


def times(console: Console) -> None:
    from dateparser import parse  # its own import is not what is measured

    every = [*questions(TUNED), *questions(HELD_OUT)]
    undated = [q for q in every if q.slots.window is None]
    dated = [q for q in every if q.slots.window is not None and q.slots.window != "overdue"]
    _read_all(every)
    plain = _median(undated, lambda q: read(q.text, KNOWN))
    when = _median(dated, lambda q: read(q.text, KNOWN))
    words = _median(dated, lambda q: parse(q.slots.window or ""))
    table = Table("median for one question", "ms", "ratio to dateparser alone")
    table.add_row("read, of those without a window", f"{plain:.2f}", f"{plain / words:.2f}")
    table.add_row("read, of those with a window", f"{when:.2f}", f"{when / words:.2f}")
    table.add_row("dateparser alone, on the window's words", f"{words:.2f}", "1.00")
    console.print(table)


def _read_all(every: Sequence[Written]) -> None:
    """Once over, so that compiling patterns is not counted."""
    for q in every:
        read(q.text, KNOWN)


def _median(asked: Sequence[Written], what: Callable[[Written], object]) -> float:
    return min(statistics.median(_ms(what, q) for q in asked) for _ in range(ROUNDS))


def _ms(what: Callable[[Written], object], question: Written) -> float:
    begun = time.perf_counter()
    what(question)
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    console = Console(width=110)
    accuracy(console)
    times(console)


if __name__ == "__main__":
    main()

"""Does memory grow with the history that is read, and how fast is it read?

The same export, of 20,000 and of 200,000 messages, each read by the command in a process of its own. What is
compared is the most memory each had; the larger may have at most a tenth more.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
HARBOR = ROOT / "tests" / "fixtures" / "harbor.yaml"
TALK = ROOT / "benchmarks" / "data" / "ordinary.txt"
SIZES = (20_000, 200_000)
BEGIN = datetime(2016, 1, 4, 8, tzinfo=UTC)
MOST_MORE = 1.10
MATTERS = (
    "blocker: the radar vendor is silent about the vessel feed",
    "still waiting on the port for the pilot roster",
    "owner: <@U0BEN> for training",
    "Decision: we cut over on a Saturday night, for the vessel feed",
    "the vessel feed is back up",
    "TODO: order badge printer number {0} for quay {1}",
)
# Run by the process that is measured: the command, then the most memory it had, in kB.
MEASURED = """
import resource, sys
from bot.cli import cli
cli(sys.argv[1:], standalone_mode=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def messages(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The day and the message; one in fifty means something. Ten years, whatever their number."""
    r = random.Random(5)
    talk = [line for line in TALK.read_text(encoding="utf-8").splitlines() if line.strip()]
    apart = timedelta(days=3_650) / number
    for n in range(number):
        at = BEGIN + apart * n
        matters = n % 50 == 0
        text = r.choice(MATTERS).format(r.randint(1, 400), r.randint(1, 9)) if matters else r.choice(talk)
        user = r.choice(("U0ANA", "U0BEN", "U0CHEN", "U0DITA"))
        yield f"{at:%Y-%m-%d}", {"type": "message", "ts": f"{at.timestamp():.6f}", "user": user, "text": text}


def export(folder: Path, number: int) -> None:
    (folder / "harbor-go-live").mkdir(parents=True)
    (folder / "channels.json").write_text(json.dumps([{"id": "C0HARBOR", "name": "harbor-go-live"}]))
    (folder / "users.json").write_text("[]")
    for day, said in groupby(messages(number), key=lambda each: each[0]):
        file = folder / "harbor-go-live" / f"{day}.json"
        file.write_text(json.dumps([message for _, message in said]))


def measured(number: int) -> tuple[float, float, int]:
    """Seconds, megabytes and proposals."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "GOLIVE_HOME": home, "PYTHONPATH": str(ROOT)}
        export(Path(home) / "export", number)
        load = [sys.executable, "-m", "bot", "load", str(HARBOR)]
        subprocess.run(load, env=env, check=True, capture_output=True)
        sheet = Path(home) / "p.txt"
        words = ["backfill", str(Path(home) / "export"), "-p", "harbor", "-o", str(sheet)]
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *words], env=env, check=True, capture_output=True, text=True
        )
        took = time.perf_counter() - start
        return took, int(done.stdout.split()[-1]) / 1024, sheet.read_text().count("\n[ ]")


def main(sizes: tuple[int, ...] = SIZES) -> int:
    table = Table("messages", "seconds", "a second", "most memory", "proposals", "against the first")
    first = 0.0
    ratio = 1.0
    for number in sizes:
        took, memory, proposals = measured(number)
        first = first or memory
        ratio = memory / first
        shown = (f"{took:.0f}", f"{number / took:,.0f}", f"{memory:.0f} MB", f"{proposals:,}", f"{ratio:.2f}")
        table.add_row(f"{number:,}", *shown)
    Console().print(table)
    if ratio > MOST_MORE:
        print(
            f"Memory grows with the history: {ratio:.2f} times as much, and at most {MOST_MORE} is allowed."
        )
    return int(ratio > MOST_MORE)


if __name__ == "__main__":
    raise SystemExit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))

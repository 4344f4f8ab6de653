"""Does anything that can come in break golive? Payloads of every kind, each with something wrong with it.

`make fuzz` sends 100,000, `make fuzz ARGS=5000` so many: half of them over signed HTTP, half over the socket,
each to a golive in a process of its own. Case number so-and-so is always the same: `make fuzz ARGS=@4711`
sends it alone. Any promise that is broken is named, and makes this fail. `make fuzz ARGS="5000 FOLDER"` keeps
the databases and the logs.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks._fuzzing.mutations import HTTP, SOCKET
from benchmarks._fuzzing.payloads import every
from benchmarks._fuzzing.promises import Report, Trial
from benchmarks._fuzzing.subject import ACK_SECONDS, running

CASES = 100_000
SHOWN = 60


async def main(first: int, last: int, folder: Path) -> bool:
    with Progress() as progress:
        started = time.perf_counter()
        shown = progress.add_task("cases", total=last - first)
        reports = await asyncio.gather(
            *(
                trial(over, folder / over, first, last, lambda: progress.advance(shown))
                for over in (HTTP, SOCKET)
            )
        )
        took = time.perf_counter() - started
    Console(width=150).print(_table(reports))
    print(f"{sum(r.sent for r in reports):,} cases in {took:,.0f} s")
    broken = sorted(line for report in reports for line in report.broken)
    for line in broken[:SHOWN]:
        print(f"BROKEN  {line}")
    if len(broken) > SHOWN:
        print(f"… and {len(broken) - SHOWN:,} more")
    return not broken


async def trial(
    over: str,
    home: Path,
    first: int,
    last: int,
    done: Callable[[], None],
    *,
    database: str | None = None,
    late: float = ACK_SECONDS,
) -> Report:
    """Send these cases to a golive that listens in this way."""
    async with running(over, home, database) as subject:
        seeds = [*every(subject.sandbox.state.app.bot_user), *await subject.recorded()]
        return await Trial(subject, seeds, done, late).run(first, last)


def _table(reports: list[Report]) -> Table:
    table = Table(
        "over", "cases", "kinds", "answered", "slowest", "memory (at 20 %, at the end)", "kept", "broken"
    )
    for report in reports:
        early = report.memory[len(report.memory) // 5]
        statuses = ", ".join(f"{status}: {count:,}" for status, count in sorted(report.statuses.items()))
        kept = ", ".join(f"{name} {rows:,}" for name, rows in report.kept.items())
        table.add_row(
            report.over,
            f"{report.sent:,}",
            str(len(report.kinds)),
            statuses,
            f"{report.slowest:.2f} s",
            f"{early:.0f} → {report.memory[-1]:.0f} MB",
            kept,
            str(len(report.broken)),
        )
    return table


def _asked(words: list[str]) -> tuple[int, int]:
    """The first case, and the one after the last."""
    asked = words[0] if words else str(CASES)
    number = int(asked.removeprefix("@").replace(",", ""))
    return (number, number + 1) if asked.startswith("@") else (0, number)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="golive-fuzz-") as given:
        kept = Path(sys.argv[2] if len(sys.argv) > 2 else given)
        raise SystemExit(not asyncio.run(main(*_asked(sys.argv[1:]), kept)))

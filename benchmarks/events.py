"""How does golive bear busy channels: is each message acknowledged at once, and does it cost no memory?

Fifty messages a second are sent for half a minute, in a project's channel and in others, over signed HTTP and
timed. Then as many as go through, in turn with a bare AsyncApp that does nothing with them: the ratio is the
median of the rounds. Then 200,000 messages (`python -m benchmarks.events 50000` sends fewer): memory after
all of them, against memory after the first tenth. Targets: p99 under 200 ms, memory within 10 %.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks._harbor import CHANNEL, PROJECT, TEAM, python, settings, slack
from benchmarks._load import Body, Measured, measure
from benchmarks.requests import JSON, _answers, _free_port, _idle
from sandbox import Sandbox

MESSAGES = 200_000
PER_SECOND, SECONDS = 50, 30
ROUNDS, IN_A_ROUND = 5, 1500
BUSY = (CHANNEL, *(f"C0BUSY{n}" for n in range(9)))
PEOPLE = ("U0ANA", "U0BEN", "U0CHEN", "U0DITA")
TALK = """
the crane test went fine see you at noon who has the key for berth four thanks looks good to me can somebody
open the gate please rain again tomorrow coffee is ready meeting moved the ferry is late nice one done already
let us talk after lunch is the printer broken has anybody seen the list I am on the quay for an hour
"""


class Talk:
    """What people say all day: always something else, now and then in a thread, edited or taken back."""

    def __init__(self) -> None:
        self._chance = random.Random(2027)
        self._words = TALK.split()
        self._sent = 0

    def next(self, _: int = 0) -> Body:
        self._sent += 1
        chance, ts = self._chance, f"18{self._sent:08d}.000100"
        text = " ".join(chance.choices(self._words, k=chance.randint(2, 25))) + f" {self._sent}"
        said = {"type": "message", "user": chance.choice(PEOPLE), "team": TEAM, "text": text, "ts": ts}
        event = {**said, "channel": chance.choice(BUSY), "channel_type": "channel", "event_ts": ts}
        turn = chance.random()
        if turn < 0.2:
            event["thread_ts"] = f"18{max(1, self._sent - 5):08d}.000100"
        elif turn < 0.22:
            now = {**said, "text": f"{text} (edited)", "edited": {"user": said["user"], "ts": ts}}
            event |= {"subtype": "message_changed", "message": now, "previous_message": said}
        elif turn < 0.23:
            event |= {"subtype": "message_deleted", "deleted_ts": ts, "previous_message": said}
        envelope = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0BENCH", "event_time": 1}
        body = {**envelope, "event_id": f"EvTALK{self._sent}", "event": event}
        return JSON, json.dumps(body).encode()


async def _steady(port: int, secret: str, talk: Talk) -> Measured:
    """Fifty a second, each on time whether or not the one before was answered."""
    begun = time.perf_counter()
    sending = []
    for n in range(PER_SECOND * SECONDS):
        await asyncio.sleep(max(0.0, begun + n / PER_SECOND - time.perf_counter()))
        sending.append(asyncio.create_task(measure(port, secret, talk.next, count=1, connections=1)))
    answered = await asyncio.gather(*sending)
    times = sorted(one.p50_ms for one in answered)
    wrong = sum(one.wrong for one in answered)
    return Measured(PER_SECOND, times[len(times) // 2], times[int(len(times) * 0.99)], wrong)


async def _at_full_speed(plain: int, ours: int, secret: str, talk: Talk) -> list[float]:
    ratios = []
    for _ in range(ROUNDS + 1):  # one to warm up
        base = await measure(plain, secret, talk.next, count=IN_A_ROUND)
        mine = await measure(ours, secret, talk.next, count=IN_A_ROUND)
        await _idle(ours)
        ratios.append(mine.per_second / base.per_second)
    return ratios[1:]


async def _memory_of(pid: int, port: int, secret: str, talk: Talk, messages: int) -> tuple[float, float]:
    """Megabytes after a tenth of so many messages, and after all of them."""
    found = []
    for tenth in track(range(10), "messages"):
        for _ in range(20):  # its queue is not what is measured
            await measure(port, secret, talk.next, count=messages // 200)
            await _idle(port)
        if tenth in (0, 9):
            status = Path(f"/proc/{pid}/status").read_text()  # noqa: ASYNC240
            resident = re.search(r"VmRSS:\s+(\d+)", status)
            assert resident is not None
            found.append(int(resident[1]) / 1024)
    return found[0], found[1]


def _rows(home: Path) -> str:
    with closing(sqlite3.connect(home / "golive.db")) as database:
        counts = {
            table: database.execute(f"select count(*) from {table}").fetchone()[0]
            for table in ("inbox", "heard", "outbox", "blockers")
        }
        kept = database.execute("select count(*) from inbox where body is not null").fetchone()[0]
    size = (home / "golive.db").stat().st_size / 2**20
    rows = ", ".join(f"{table} {count:,}" for table, count in counts.items())
    return f"{rows}; {kept} with what was said; {size:.0f} MB"


async def _golive(sandbox: Sandbox, home: Path, port: int, secret: str) -> asyncio.subprocess.Process:
    over_http = {"SLACK_SIGNING_SECRET": secret, "GOLIVE_MODE": "http", "GOLIVE_HTTP_PORT": str(port)}
    environment = {**settings(sandbox, home), **over_http}
    loading = await python("-m", "bot", "load", str(PROJECT), **environment)
    if await loading.wait():
        raise SystemExit("the project could not be loaded")
    return await python("-m", "bot", "run", **environment)


async def main(messages: int) -> bool:
    secret, talk, workspace = "benchmark-secret", Talk(), await slack()
    plain, ours = _free_port(), _free_port()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        golive = await _golive(workspace, home, ours, secret)
        baseline = await python("-m", "benchmarks.baseline", str(plain), secret)
        try:
            await asyncio.gather(_answers(plain), _answers(ours))
            await measure(ours, secret, talk.next, count=200)
            steady = await _steady(ours, secret, talk)
            ratios = await _at_full_speed(plain, ours, secret, talk)
            early, late = await _memory_of(golive.pid, ours, secret, talk, messages)
            rows = _rows(home)
        finally:
            for server in (golive, baseline):
                server.terminate()
                await server.wait()
            await workspace.stop()
    table = Table("what", "measured", "target")
    table.add_row(
        f"acknowledged at {PER_SECOND}/s",
        f"p50 {steady.p50_ms:.1f} ms, p99 {steady.p99_ms:.1f} ms",
        "< 200 ms",
    )
    table.add_row("not answered 200", str(steady.wrong), "0")
    spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
    table.add_row("throughput, of a bare AsyncApp's", spread, "≥ 0.4")
    grown = late / early - 1
    table.add_row(
        f"memory after {messages // 10:,} and {messages:,}",
        f"{early:.0f} and {late:.0f} MB ({grown:+.1%})",
        "< +10 %",
    )
    table.add_row("what is stored", rows, "")
    Console(width=140).print(table)
    return steady.p99_ms < 200 and not steady.wrong and grown < 0.1


if __name__ == "__main__":
    raise SystemExit(not asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES)))

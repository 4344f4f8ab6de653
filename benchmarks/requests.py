"""How many requests a second does golive acknowledge over signed HTTP, beside a bare AsyncApp?

The baseline does nothing. Both are measured in turn, round by round, each in a process of its own; the ratio
is the median of the rounds. A sandbox in this process is golive's Slack. Targets: a reading command's ack at
least 0.8 of the baseline; a writing command (committed before its ack) and a message event (in the durable
inbox before its ack) at least 0.4.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks._harbor import CHANNEL, PROJECT, TEAM, USER, python, settings, slack
from benchmarks._load import Body, Measured, measure
from sandbox import Sandbox

ROUNDS, REQUESTS = 5, 1500
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
FIRST_DAY = date(2030, 1, 1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(text: str) -> Body:
    fields = {
        "command": "/golive",
        "text": text,
        "user_id": USER,
        "channel_id": CHANNEL,
        "team_id": TEAM,
        "api_app_id": "A0BENCH",
        "trigger_id": "1.2.3",
        "response_url": "http://127.0.0.1:9/never-called",
    }
    return FORM, urlencode(fields).encode()


class Requests:
    """Bodies that differ from one request to the next, so that nothing is answered from a repetition."""

    def __init__(self) -> None:
        self.sent = 0

    def reading(self, _: int) -> Body:
        return _command("before")

    def writing(self, _: int) -> Body:
        self.sent += 1
        return _command(f"due feed {FIRST_DAY + timedelta(days=self.sent % 9000)}")

    def event(self, _: int) -> Body:
        self.sent += 1
        ts = f"18{self.sent:08d}.{os.getpid() % 1000000:06d}"
        event = {
            "type": "message",
            "channel": CHANNEL,
            "channel_type": "channel",
            "user": USER,
            "team": TEAM,
            "ts": ts,
            "event_ts": ts,
            "text": f"the crane test went fine, number {self.sent}",
        }
        body = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0BENCH", "event": event}
        return JSON, json.dumps({**body, "event_id": f"Ev{os.getpid()}{self.sent}", "event_time": 1}).encode()


async def _answers(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)


async def _golive(sandbox: Sandbox, home: Path, port: int, secret: str) -> asyncio.subprocess.Process:
    over_http = {"SLACK_SIGNING_SECRET": secret, "GOLIVE_MODE": "http", "GOLIVE_HTTP_PORT": str(port)}
    environment = {**settings(sandbox, home), **over_http}
    loading = await python("-m", "bot", "load", str(PROJECT), **environment)
    if await loading.wait():
        raise SystemExit("the project could not be loaded")
    return await python("-m", "bot", "run", **environment)


async def _idle(port: int) -> None:
    """Let what is done after the ack be done, so that one measurement does not pay for another."""
    async with httpx.AsyncClient() as http, asyncio.timeout(60):
        while (await http.get(f"http://127.0.0.1:{port}/healthz")).json()["backlog"]["events"]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def _row(table: Table, what: str, target: str, base: list[Measured], ours: list[Measured]) -> None:
    ratios = [o.per_second / b.per_second for b, o in zip(base, ours, strict=True)]
    middle = sorted(ours, key=lambda m: m.per_second)[len(ours) // 2]
    wrong = sum(m.wrong for m in (*base, *ours))
    table.add_row(
        what,
        f"{statistics.median(b.per_second for b in base):,.0f}/s",
        f"{middle.per_second:,.0f}/s",
        f"{middle.p50_ms:.1f} / {middle.p99_ms:.1f} ms",
        f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})",
        target,
        str(wrong),
    )


async def main() -> None:
    secret = "benchmark-secret"
    plain, ours = _free_port(), _free_port()
    workspace, bodies = await slack(), Requests()
    kinds: list[tuple[str, str, Callable[[int], Body]]] = [
        ("reading command (before)", "≥ 0.8", bodies.reading),
        ("writing command (due)", "≥ 0.4", bodies.writing),
        ("message event", "≥ 0.4", bodies.event),
    ]
    table = Table("request", "bare AsyncApp", "golive", "p50 / p99", "ratio (min–max)", "target", "not 200")
    with tempfile.TemporaryDirectory() as folder:
        servers = [
            await python("-m", "benchmarks.baseline", str(plain), secret),
            await _golive(workspace, Path(folder), ours, secret),
        ]
        try:
            await asyncio.gather(_answers(plain), _answers(ours))
            for what, target, body in kinds:
                pairs = [await _pair(plain, ours, secret, body) for _ in range(ROUNDS + 1)][
                    1:
                ]  # one to warm up
                _row(table, what, target, [b for b, _ in pairs], [o for _, o in pairs])
        finally:
            for server in servers:
                server.terminate()
                await server.wait()
            await workspace.stop()
    Console(width=130).print(table)


async def _pair(plain: int, ours: int, secret: str, body: Callable[[int], Body]) -> tuple[Measured, Measured]:
    base = await measure(plain, secret, body, count=REQUESTS)
    mine = await measure(ours, secret, body, count=REQUESTS)
    await _idle(ours)
    return base, mine


if __name__ == "__main__":
    asyncio.run(main())

"""How long from start to the first acknowledged command, and how much memory does golive take at rest?

Against a bare Bolt app that does nothing, started the same way beside the same sandbox, round by round.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks._harbor import CHANNEL, USER, python, settings, slack
from sandbox import Sandbox

ROUNDS = 5
REST_SECONDS = 2.0
BARE = """
import asyncio, os
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

async def main():
    app = AsyncApp(client=AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]))

    @app.command("/golive")
    async def nothing(ack):
        await ack()

    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()

asyncio.run(main())
"""


async def _first_ack(http: httpx.AsyncClient) -> None:
    body = {"command": "/golive", "text": "", "user": USER, "channel": CHANNEL}
    async with asyncio.timeout(60):
        while True:
            if (await http.get("/sandbox/health")).json()["connections"]:
                done = (await http.post("/sandbox/commands", json=body)).json()
                if not done.get("error"):
                    return
            await asyncio.sleep(0.01)


def _memory(pid: int) -> float:
    """Megabytes that only this process holds."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


async def _round(sandbox: Sandbox, home: Path, *command: str) -> tuple[float, float]:
    begun = time.perf_counter()
    process = await python(*command, **settings(sandbox, home))
    async with httpx.AsyncClient(base_url=sandbox.url, timeout=30) as http:
        await _first_ack(http)
        took = time.perf_counter() - begun
        await asyncio.sleep(REST_SECONDS)
        memory = _memory(process.pid)
        process.terminate()
        await process.wait()
        async with asyncio.timeout(30):
            while (await http.get("/sandbox/health")).json()["connections"]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    return took, memory


async def main() -> None:
    workspace = await slack()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        bare, ours = [], []
        for _ in range(ROUNDS + 1):
            bare.append(await _round(workspace, home, "-c", BARE))
            ours.append(await _round(workspace, home, "-m", "bot", "run"))
    await workspace.stop()
    table = Table("", "bare Bolt app", "golive", "ratio")
    for what, unit, column in (("start to first acknowledged command", "s", 0), ("memory at rest", "MB", 1)):
        base, mine = (statistics.median(one[column] for one in rounds[1:]) for rounds in (bare, ours))
        table.add_row(what, f"{base:.2f} {unit}", f"{mine:.2f} {unit}", f"{mine / base:.2f}")
    Console(width=110).print(table)


if __name__ == "__main__":
    asyncio.run(main())

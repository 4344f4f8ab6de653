"""One workspace in which the bot dies again and again, and time passes: how is that brought about?"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from sandbox import Sandbox
from storage import Store
from tests.weather.fleet import FIRST, Fleet, moment

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
A_LIFE_SECONDS = 120


@dataclass
class Lives:
    """A Slack here, and one bot after the other in a process of its own."""

    slack: Sandbox
    url: str
    database: str
    process: asyncio.subprocess.Process
    pid: int | None = None

    def now(self, at: datetime) -> None:
        self.slack.clock.move(now=at)

    async def born(self, fatal: tuple[str, int] | None = None) -> None:
        """A bot starts; `fatal` names the step before which it ends, and which time."""
        order = {
            "url": f"{self.url}/api/",
            "bot_token": self.slack.bot_token,
            "app_token": self.slack.app_token,
            "database": self.database,
            "ahead": self.slack.clock.time() - time.time(),
            "fatal": fatal,
        }
        assert self.process.stdin is not None
        self.process.stdin.write(f"{json.dumps(order)}\n".encode())
        self.pid = int((await self._hear())["pid"])

    async def settled_or_dead(self) -> Counter[str] | None:
        """Wait until it has done all there is to do; None when it dies first. Its steps are counted."""
        async with asyncio.timeout(A_LIFE_SECONDS):
            said = await self._hear()
        if "ended" in said:
            self.pid = None
            return None
        return Counter(said["steps"])

    async def kill(self) -> None:
        if self.pid is None:
            return
        os.kill(self.pid, signal.SIGKILL)
        while "ended" not in await self._hear():
            pass
        self.pid = None
        # What was on its way when it died arrives, or never will, before the next one lives.
        self.slack.clock.move(advance=timedelta(seconds=5))

    async def to_the_end(self, fatal: tuple[str, int] | None = None) -> Counter[str] | None:
        """A whole life: until it has settled, or dies before."""
        await self.born(fatal)
        steps = await self.settled_or_dead()
        await self.kill()
        self.slack.clock.move(advance=timedelta(seconds=5))
        return steps

    async def _hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        assert line, "the process that makes bots has ended"
        found: dict[str, Any] = json.loads(line)
        return found


@asynccontextmanager
async def lives(fleet: Fleet, database: str) -> AsyncIterator[Lives]:
    slack = Sandbox(manifest=MANIFEST, data=None, at=moment(FIRST, 9), port=0)
    fleet.seed(slack)
    store = Store(database)
    fleet.load(store)
    store.close()
    url = await slack.start()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.weather.mortal",
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    found = Lives(slack, url, database, process)
    try:
        yield found
    finally:
        await found.kill()
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await slack.stop()

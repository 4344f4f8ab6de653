"""Is anything lost or said twice when the bot is killed at random moments of loading, hearing and commanding?

`GOLIVE_KILLS=100 make test ARGS=tests/weather` is the long version.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from sandbox import Limits, Sandbox
from storage import Store

ROOT = Path(__file__).parents[2]
HARBOR = ROOT / "tests" / "fixtures" / "harbor.yaml"
CHANNEL, ANA, BEN = "C0HARBOR", "U0ANA", "U0BEN"
KILLS = int(os.environ.get("GOLIVE_KILLS", "4"))
FIRST_DUE = date(2031, 1, 1)  # every command sets a date of its own, so that its event tells which it was
ALIVE_SECONDS = 90


@dataclass
class Life:
    """One workspace, a bot that is killed again and again, and what people were told meanwhile."""

    slack: Sandbox
    url: str
    home: Path
    database: str
    process: asyncio.subprocess.Process | None = None
    posted: dict[str, str] = field(default_factory=dict)  # ts -> text
    asked: int = 0
    confirmed: set[str] = field(default_factory=set)  # dates whose change was confirmed

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": f"{self.url}/api/",
            "GOLIVE_HOME": str(self.home),
            "DATABASE_URL": self.database,
            "GOLIVE_LOG": "ERROR",
            "GOLIVE_POSTS_PER_MINUTE": "100000",
        }

    async def golive(self, *words: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *words,
            cwd=ROOT,
            env=self.environment,
            stdout=asyncio.subprocess.DEVNULL,
        )

    async def start(self) -> None:
        self.process = await self.golive("run")

    async def connected(self) -> None:
        async with httpx.AsyncClient(base_url=self.url, verify=False) as http, asyncio.timeout(ALIVE_SECONDS):
            while not (await http.get("/sandbox/health")).json()["connections"]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)  # the bot's own start has no event to wait for

    async def kill(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def say(self, number: int) -> None:
        text = f"blocker: crane {number} does not answer"
        said = await self._post("messages", channel=CHANNEL, user=BEN, text=text)
        self.posted[said["ts"]] = text

    async def command(self) -> None:
        day = (FIRST_DUE + timedelta(days=self.asked)).isoformat()
        self.asked += 1
        done = await self._post(
            "commands", command="/golive", text=f"due feed {day}", user=ANA, channel=CHANNEL
        )
        ack = done["ack"]
        if isinstance(ack, dict) and "feed" in ack.get("text", ""):
            self.confirmed.add(day)

    async def load(self, number: int) -> None:
        """Bring in a changed file while the bot works; the loading is killed at some moment too."""
        file = yaml.safe_load(HARBOR.read_text())
        file["project"]["customer"] = f"Port no. {number}"
        path = self.home / f"harbor-{number}.yaml"
        path.write_text(yaml.safe_dump(file, sort_keys=False))
        loading = await self.golive("load", str(path))
        try:
            async with asyncio.timeout(random.uniform(0.3, 1.5)):
                await loading.wait()
        except TimeoutError:
            loading.kill()
            await loading.wait()

    async def _post(self, path: str, **body: Any) -> dict[str, Any]:
        async with httpx.AsyncClient(base_url=self.url, timeout=90, verify=False) as http:
            answer = await http.post(f"/sandbox/{path}", json=body)
            assert answer.status_code == 200, answer.text
            return dict(answer.json())

    async def replies(self) -> Counter[str]:
        """How often the bot answered in each thread."""
        messages = self.slack.state.channels[CHANNEL].messages
        return Counter(
            m["thread_ts"]
            for m in messages.values()
            if m.get("bot_id") and m.get("thread_ts") and m["thread_ts"] != m["ts"]
        )


@pytest.fixture
async def life(tmp_path: Path, database_url: str) -> Any:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    people = yaml.safe_load(HARBOR.read_text())["people"]
    slack = Sandbox(
        manifest=manifest,
        limits=Limits(channel_seconds=None, workspace_per_minute=None, tiers={}),
        ack_seconds=0.5,
    )
    slack.seed(
        team={"id": "T0HARBOR", "name": "Harbor"},
        users=[{"id": p["slack"], "name": p["id"], "real_name": p["name"], "tz": p["tz"]} for p in people],
        channels=[{"id": CHANNEL, "name": "harbor", "members": [p["slack"] for p in people]}],
        history=[],
    )
    life = Life(slack, await slack.start(), tmp_path, database_url)
    loading = await life.golive("load", str(HARBOR))
    assert await loading.wait() == 0
    yield life
    await life.kill()
    await slack.stop()


async def test_killed_at_random_moments_the_bot_loses_nothing_and_says_nothing_twice(life: Life) -> None:
    chance = random.Random(KILLS)
    for number in range(KILLS):
        await life.start()
        if chance.random() < 0.8:  # else it may die while it starts
            await life.connected()
        acts = [life.say(number * 2), life.command(), life.say(number * 2 + 1), life.command()]
        if number % 4 == 0:
            acts.append(life.load(number))
        doing = [asyncio.ensure_future(act) for act in acts]
        await asyncio.sleep(chance.uniform(0, 0.5))
        await life.kill()
        await asyncio.gather(*doing)
    await _recover(life)

    store = Store(life.database)
    with store.reading() as tx:
        (workspace,) = {ws for ws in tx.workspaces() if tx.projects(ws)}
        plan = tx.plan(workspace, "harbor")
        events = tx.events(workspace, "harbor", entity="item", entity_key="feed")
    store.close()
    assert plan is not None
    heard = Counter(b.ts for b in plan.blockers if b.ts)
    assert heard == Counter(dict.fromkeys(life.posted, 1)), "each message is one blocker"
    assert await life.replies() == Counter(dict.fromkeys(life.posted, 1)), "each is answered once"
    dates = Counter(e.change.after for e in events if e.change.field == "due")
    assert life.confirmed <= set(dates), "what was confirmed is stored"
    assert all(count == 1 for count in dates.values()), "nothing happened twice"
    refused = [c for c in life.slack.state.calls if c["error"] and not c.get("fault")]
    assert not [c for c in refused if c["error"] not in {"already_reacted"}], refused


async def _recover(life: Life) -> None:
    """Start once more, and wait until everything that was said has been answered."""
    await life.start()
    await life.connected()
    # Events that the dead bot did not acknowledge come again by Slack's own timetable.
    await life.slack.move(life.slack.clock.now() + timedelta(minutes=7))
    async with asyncio.timeout(60 + 1.5 * len(life.posted)):  # a channel takes one post a second
        while len(await life.replies()) < len(life.posted):  # noqa: ASYNC110
            await asyncio.sleep(0.1)  # another process answers; its posts are the only sign

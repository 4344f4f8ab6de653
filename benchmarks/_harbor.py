"""The small project and the Slack that the benchmarks of the whole bot run in."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import yaml

from sandbox import Limits, Sandbox

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "tests" / "fixtures" / "harbor.yaml"
TEAM, CHANNEL, USER = "T0HARBOR", "C0HARBOR", "U0ANA"


async def slack() -> Sandbox:
    """A started sandbox without rate limits, with the project's people in its channel."""
    people = yaml.safe_load(PROJECT.read_text())["people"]
    made = Sandbox(
        manifest=yaml.safe_load((ROOT / "manifest.yml").read_text()),
        limits=Limits(channel_seconds=None, workspace_per_minute=None, tiers={}),
    )
    made.seed(
        team={"id": TEAM, "name": "Harbor"},
        users=[{"id": p["slack"], "name": p["id"], "real_name": p["name"], "tz": p["tz"]} for p in people],
        channels=[{"id": CHANNEL, "name": "harbor", "members": [p["slack"] for p in people]}],
        history=[],
    )
    await made.start()
    return made


async def python(*command: str, **environment: str) -> asyncio.subprocess.Process:
    """A Python process of its own with no more of this environment than it needs."""
    env = {"PATH": os.environ["PATH"], **environment}
    return await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT, env=env)


def settings(sandbox: Sandbox, home: Path) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "SLACK_API_URL": f"{sandbox.url}/api/",
        "GOLIVE_HOME": str(home),
        "GOLIVE_LOG": "ERROR",
    }

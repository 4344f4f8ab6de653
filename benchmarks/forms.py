"""How long from a press to the form, at 20 presses a second, beside a bare AsyncApp?

Each press is a signed block_actions request over HTTP; the form has come when `views.open` reaches the
sandbox, which is the Slack of both. golive authorises the press, reads the project and draws the form filled
in; the bare app sends the same JSON every time. Measured in turn, round by round. Target: p99 under 300 ms.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from rich.console import Console
from rich.table import Table

from benchmarks._harbor import CHANNEL, TEAM, USER, python, slack
from benchmarks.requests import _answers, _free_port, _golive, _idle
from sandbox import Sandbox

A_SECOND, SECONDS, ROUNDS = 20, 10, 3
ACTIONS = ("form_open_edit", "form_open_block", "form_open_handover")


def _press(workspace: Sandbox, number: int) -> tuple[str, bytes]:
    """A press and the trigger it carries."""
    trigger = workspace.interactions.trigger(USER)
    action = {"type": "button", "action_id": ACTIONS[number % len(ACTIONS)], "block_id": "b"}
    payload = {
        **workspace.interactions.common("block_actions", workspace.state.users[USER]),
        "trigger_id": trigger,
        "channel": {"id": CHANNEL, "name": "harbor"},
        "container": {"type": "message", "message_ts": "1.2", "channel_id": CHANNEL, "is_ephemeral": True},
        "response_url": "http://127.0.0.1:9/never-called",
        "actions": [{**action, "value": "harbor feed", "action_ts": "1.2"}],
    }
    return trigger, urlencode({"payload": json.dumps(payload)}).encode()


def _signed(secret: str, body: bytes) -> dict[str, str]:
    now = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": now,
        "x-slack-signature": f"v0={digest}",
    }


async def _measured(workspace: Sandbox, port: int, secret: str) -> tuple[list[float], int]:
    """Milliseconds from each press to its form, and how many never came."""
    pressed: dict[str, float] = {}
    seen = len(workspace.state.calls)
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession() as http:

        async def press(number: int) -> None:
            trigger, body = _press(workspace, number)
            pressed[trigger] = workspace.clock.time()
            async with http.post(
                f"http://127.0.0.1:{port}/slack/events", data=body, headers=_signed(secret, body)
            ) as answer:
                await answer.read()

        started, tasks = loop.time(), []
        for number in range(A_SECOND * SECONDS):
            await asyncio.sleep(max(0.0, started + number / A_SECOND - loop.time()))
            tasks.append(asyncio.create_task(press(number)))
        await asyncio.gather(*tasks)
        for _ in range(100):
            calls = [one for one in workspace.state.calls[seen:] if one["method"] == "views.open"]
            if len(calls) >= len(pressed):
                break
            await asyncio.sleep(0.05)
    opened = {one["args"]["trigger_id"]: one["at"] for one in calls if one["ok"]}
    took = [1e3 * (opened[trigger] - at) for trigger, at in pressed.items() if trigger in opened]
    return took, len(pressed) - len(took)


def _row(table: Table, what: str, rounds: Sequence[tuple[list[float], int]]) -> float:
    took = sorted(ms for found, _ in rounds for ms in found)
    at = {share: took[min(len(took) - 1, int(len(took) * share))] for share in (0.5, 0.95, 0.99)}
    table.add_row(
        what,
        f"{len(took):,}",
        *(f"{at[share]:.1f} ms" for share in (0.5, 0.95, 0.99)),
        f"{took[-1]:.1f} ms",
        str(sum(lost for _, lost in rounds)),
    )
    return at[0.99]


async def main() -> None:
    secret, plain, ours = "benchmark-secret", _free_port(), _free_port()
    workspace = await slack()
    table = Table("press to views.open", "presses", "p50", "p95", "p99", "slowest", "never came")
    with tempfile.TemporaryDirectory() as folder:
        api = {"SLACK_API_URL": f"{workspace.url}/api/", "SLACK_BOT_TOKEN": workspace.bot_token}
        servers = [
            await python("-m", "benchmarks.baseline", str(plain), secret, **api),
            await _golive(workspace, Path(folder), ours, secret),
        ]
        try:
            await asyncio.gather(_answers(plain), _answers(ours))
            bare, golive = [], []
            for number in range(ROUNDS + 1):
                found = await _measured(workspace, plain, secret), await _measured(workspace, ours, secret)
                await _idle(ours)
                if number:  # the first one warms up
                    bare.append(found[0])
                    golive.append(found[1])
        finally:
            for server in servers:
                server.terminate()
                await server.wait()
            await workspace.stop()
    base, mine = (
        _row(table, "bare AsyncApp, constant view", bare),
        _row(table, "golive, form filled in", golive),
    )
    console = Console(width=130)
    console.print(f"{A_SECOND} presses a second for {SECONDS} s, {ROUNDS} rounds, in workspace {TEAM}")
    console.print(table)
    console.print(f"p99: {mine / base:.1f} times the bare app's; target under 300 ms, here {mine:.0f} ms")


if __name__ == "__main__":
    asyncio.run(main())

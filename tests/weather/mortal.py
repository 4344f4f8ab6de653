"""The real bot in a process that can be killed at any moment, or that ends itself right before a given step.

Run as a program it reads one order (a line of JSON) after the other, and for each becomes a fork with a life
of its own, so that a new life costs no new imports.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlalchemy import Engine, event

from bot.app import App
from bot.settings import Settings
from sandbox.clock import Clock
from storage import Store

# The tables of planning, sending and recording.
_WRITES = re.compile(r"(INSERT INTO|UPDATE) (projects|ledger|outbox|digests|uploads|homes|boards)\b")
_CALLS = re.compile(
    r"/(chat\.\w+|pins\.\w+|views\.publish|conversations\.(?:open|history|replies)|files\.\w+|upload)"
    r"(?:/v1/\w+)?$"
)


class Steps:
    """Every step of planning, sending and recording, in order; before the given one the process ends."""

    def __init__(self, fatal: tuple[str, int] | None) -> None:
        self.taken: Counter[str] = Counter()
        self._fatal = fatal
        self._dirty = False

    def watch(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", self._commit)
        request = aiohttp.ClientSession._request

        async def watched(session: Any, method: str, url: Any, **more: Any) -> Any:
            call = _CALLS.search(str(url).partition("?")[0])
            if call is None:
                return await request(session, method, url, **more)
            self.step(f"call {call[1]}")
            answer = await request(session, method, url, **more)
            self.step(f"answer of {call[1]}")
            return answer

        aiohttp.ClientSession._request = watched  # type: ignore[method-assign]

    def step(self, name: str) -> None:
        self.taken[name] += 1
        if self._fatal == (name, self.taken[name]):
            os.kill(os.getpid(), signal.SIGKILL)

    def _statement(self, _c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if found := _WRITES.match(statement):
            self._dirty = True
            self.step(f"{found[1].split()[0].lower()} {found[2]}")

    def _commit(self, _connection: Any) -> None:
        if self._dirty:
            self._dirty = False
            self.step("commit")


async def live(order: dict[str, Any], store: Store, steps: Steps) -> None:
    settings = Settings(
        _env_file=None,
        slack_bot_token=SecretStr(order["bot_token"]),
        slack_app_token=SecretStr(order["app_token"]),
        slack_api_url=order["url"],
        golive_mode="socket",
    )
    clock = Clock(datetime.fromtimestamp(time.time() + order["ahead"], UTC))
    app = App(settings, store, clock=clock)
    await app.start()
    await app.settle()
    _tell(settled=True, steps=dict(steps.taken))
    await asyncio.Event().wait()


def _be_born(order: dict[str, Any]) -> None:
    steps = Steps(tuple(order["fatal"]) if order.get("fatal") else None)  # type: ignore[arg-type]
    steps.watch()
    store = Store(order["database"])
    store.claim()
    asyncio.run(live(order, store, steps))


def _tell(**said: Any) -> None:
    os.write(1, f"{json.dumps(said)}\n".encode())


def main() -> None:
    logging.disable(logging.ERROR)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                _be_born(json.loads(line))
            finally:
                os._exit(1)
        _tell(pid=pid)
        _, status = os.waitpid(pid, 0)
        _tell(ended=status)


if __name__ == "__main__":
    main()

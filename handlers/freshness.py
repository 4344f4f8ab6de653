"""How do a hundred people who ask at once get the newest plan from one look at the database?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from bot.domain.plan import Plan

Place = tuple[str, str]  # workspace and channel


class Newest:
    """The plan of a channel as stored at the moment of asking, or later. Whoever asks while a reading is
    under way waits for the next one, and shares it: no answer is older than its question."""

    def __init__(self, read: Callable[[Iterable[Place]], Mapping[Place, Plan | None]]) -> None:
        self._read = read
        self._waiting: dict[Place, list[asyncio.Future[Plan | None]]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def of(self, workspace: str, channel: str) -> Plan | None:
        answer: asyncio.Future[Plan | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault((workspace, channel), []).append(answer)
        if self._reading is None:
            self._reading = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, {}
                try:
                    found = await asyncio.to_thread(self._read, list(batch))
                except Exception as trouble:  # belongs to those who wait, not to this task
                    for answer in (each for waiting in batch.values() for each in waiting):
                        if not answer.done():
                            answer.set_exception(trouble)
                    continue
                for place, waiting in batch.items():
                    for answer in waiting:
                        if not answer.done():
                            answer.set_result(found[place])
        finally:
            self._reading = None

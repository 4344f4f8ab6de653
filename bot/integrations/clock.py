"""What time is it, and who wakes me later? The machine's clock, or one that can be moved."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the bot needs of a clock; the sandbox's movable one fits as well."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...

    async def wait(self, until: datetime | None, wake: asyncio.Event) -> None:
        """Return at `until` by this clock, or as soon as `wake` is set."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def wait(self, until: datetime | None, wake: asyncio.Event) -> None:
        seconds = None if until is None else max(0.0, (until - self.now()).total_seconds())
        try:
            async with asyncio.timeout(seconds):
                await wake.wait()
        except TimeoutError:
            return


async def sleep(clock: Clock, until: datetime) -> None:
    """Wait for a moment that nothing brings forward but the clock itself."""
    await clock.wait(until, asyncio.Event())

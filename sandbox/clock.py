"""What time is it in this Slack, and who waits for which moment?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

# A jump wakes every waiter at its own moment. Somebody who waits again and again for "one minute from now"
# would make a jump of months endless, so a jump has at most about this many steps.
STEPS = 2_000


class Clock:
    """Starts at `at` (or now), runs at real speed, and can be moved."""

    def __init__(self, at: datetime | None = None) -> None:
        self._offset = at.timestamp() - time.time() if at else 0.0
        self._zero = time.time() - time.monotonic()
        self._waiters: dict[object, float] = {}
        self._moved = asyncio.Event()
        self.on_move: Callable[[], None] = lambda: None

    def time(self) -> float:
        """Seconds since 1970; the machine's clock being set has no part in it."""
        return time.monotonic() + self._zero + self._offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time(), UTC)

    def move(self, now: datetime | None = None, advance: timedelta | float | None = None) -> None:
        """Set the clock, or move it by so much; whoever waited for a moment that is now past is woken."""
        if now is not None:
            self._offset += now.timestamp() - self.time()
        if advance is not None:
            self._offset += advance.total_seconds() if isinstance(advance, timedelta) else advance
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
        self.on_move()

    async def pass_until(self, target: datetime, settled: Callable[[], Awaitable[None]]) -> None:
        """Let the time up to `target` pass quickly, stopping at each awaited moment until all has settled."""
        end = target.timestamp()
        earliest, stride = self.time(), (end - self.time()) / STEPS
        while stride > 0 and (due := self._next_due()) is not None and due <= end:
            moment = max(due, earliest, self.time())
            if moment >= end:
                break
            self.move(datetime.fromtimestamp(moment, UTC))
            await self._everybody_awake()
            await settled()
            earliest = self.time() + stride
        if stride <= 0 or self.time() < end:
            self.move(target)
        await self._everybody_awake()
        await settled()

    async def wait(self, until: datetime | None, wake: asyncio.Event) -> None:
        """Return at `until` by this clock (at once when it is moved past it), or when `wake` is set."""
        waiter = object()
        if until is not None:
            self._waiters[waiter] = until.timestamp()
        try:
            await self._wait(until.timestamp() if until else None, wake)
        finally:
            self._waiters.pop(waiter, None)

    async def _wait(self, until: float | None, wake: asyncio.Event) -> None:
        while not wake.is_set():
            left = None if until is None else until - self.time()
            if left is not None and left <= 0:
                return
            either = [asyncio.ensure_future(wake.wait()), asyncio.ensure_future(self._moved.wait())]
            try:
                await asyncio.wait(either, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in either:
                    one.cancel()

    async def _everybody_awake(self) -> None:
        """Let those whose moment has come begin, so that they count as busy."""
        for _ in range(20):
            await asyncio.sleep(0)
            due = self._next_due()
            if due is None or due > self.time():
                break

    def _next_due(self) -> float | None:
        return min(self._waiters.values(), default=None)

"""When does the bot look again? At the next due moment, when something is committed, and once a minute."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.domain.errors import Unavailable
from bot.integrations.clock import Clock, SystemClock

log = logging.getLogger("golive.runner")

FLOOR_SECONDS = 60  # a wake-up that got lost, or a clock that was set, costs no more than this
AFTER_TROUBLE = timedelta(seconds=2)
Sweep = Callable[[], Awaitable[datetime | None]]


class Embedded:
    """One process that wakes itself. What is due follows from the database; nothing is remembered here."""

    def __init__(self, clock: Clock, sweep: Sweep, wake: asyncio.Event) -> None:
        self._clock = clock
        self._sweep = sweep
        self._wake = wake
        # A clock that can be moved wakes those who wait for it; only the machine's own needs an alarm.
        self._alarm = _alarm() if isinstance(clock, SystemClock) else None

    async def run(self) -> None:
        """Sweep and rest, until cancelled."""
        if self._alarm is not None:
            self._alarm.add_job(self._ring, IntervalTrigger(seconds=FLOOR_SECONDS), id="floor")
            self._alarm.start()
        try:
            while True:
                self._wake.clear()
                await self._rest(await self._swept())
        finally:
            if self._alarm is not None:
                self._alarm.shutdown(wait=False)

    async def _swept(self) -> datetime | None:
        try:
            return await self._sweep()
        except Unavailable as trouble:
            log.warning("%s", trouble)
        except Exception:
            log.exception("A sweep stumbled; the next one comes soon")
        return self._clock.now() + AFTER_TROUBLE

    async def _rest(self, until: datetime | None) -> None:
        if self._alarm is None:
            await self._clock.wait(until, self._wake)
            return
        if until is not None:
            self._alarm.add_job(self._ring, DateTrigger(until), id="due", replace_existing=True)
        else:
            _forget(self._alarm)
        await self._wake.wait()

    async def _ring(self) -> None:
        # A coroutine, because APScheduler would run a plain function in a thread.
        self._wake.set()


def _alarm() -> AsyncIOScheduler:
    # By default APScheduler skips what it is a second late for.
    defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    return AsyncIOScheduler(timezone=UTC, job_defaults=defaults)


def _forget(alarm: AsyncIOScheduler) -> None:
    try:
        alarm.remove_job("due")
    except JobLookupError:
        return

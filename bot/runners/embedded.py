"""When does the bot look again? At the next due moment, when something is committed, and once a minute."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

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


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do whenever it is due: `sweep` does it and tells when it is next; `wake` calls earlier."""

    name: str
    sweep: Sweep
    wake: asyncio.Event
    resting: asyncio.Event = field(default_factory=asyncio.Event)  # it waits for its next moment


class Embedded:
    """One process that wakes itself. What is due follows from the database; nothing is remembered here."""

    def __init__(self, clock: Clock, *duties: Duty) -> None:
        self._clock = clock
        self._duties = duties
        # A clock that can be moved wakes those who wait for it; only the machine's own needs an alarm.
        self._alarm = _alarm() if isinstance(clock, SystemClock) else None

    async def run(self) -> None:
        """Sweep and rest, until cancelled."""
        if self._alarm is not None:
            self._alarm.add_job(self._ring_all, IntervalTrigger(seconds=FLOOR_SECONDS), id="floor")
            self._alarm.start()
        try:
            async with asyncio.TaskGroup() as group:
                for duty in self._duties:
                    group.create_task(self._do(duty))
        finally:
            if self._alarm is not None:
                self._alarm.shutdown(wait=False)

    async def at_rest(self) -> None:
        """Return once every duty waits for its next moment, and so is woken when the clock is moved there."""
        for duty in self._duties:
            await duty.resting.wait()

    async def _do(self, duty: Duty) -> None:
        try:
            while True:
                duty.resting.clear()
                duty.wake.clear()
                await self._rest(duty, await self._swept(duty))
        finally:
            duty.resting.set()  # nobody waits for what has ended

    async def _swept(self, duty: Duty) -> datetime | None:
        try:
            return await duty.sweep()
        except Unavailable as trouble:
            log.warning("%s", trouble)
        except Exception:
            log.exception("To %s stumbled; the next try comes soon", duty.name)
        return self._clock.now() + AFTER_TROUBLE

    async def _rest(self, duty: Duty, until: datetime | None) -> None:
        duty.resting.set()
        if self._alarm is None:
            await self._clock.wait(until, duty.wake)
            return
        if until is not None:
            ring = partial(_ring, duty)
            self._alarm.add_job(ring, DateTrigger(until), id=duty.name, replace_existing=True)
        else:
            _forget(self._alarm, duty.name)
        await duty.wake.wait()

    async def _ring_all(self) -> None:
        for duty in self._duties:
            duty.wake.set()


async def _ring(duty: Duty) -> None:
    # A coroutine, because APScheduler would run a plain function in a thread.
    duty.wake.set()


def _alarm() -> AsyncIOScheduler:
    # By default APScheduler skips what it is a second late for.
    defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    return AsyncIOScheduler(timezone=UTC, job_defaults=defaults)


def _forget(alarm: AsyncIOScheduler, name: str) -> None:
    try:
        alarm.remove_job(name)
    except JobLookupError:
        return

"""When is it worked out what is due, and is that done for now?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.integrations.clock import Clock

log = logging.getLogger("golive.runner")

Plan = Callable[[], datetime | None]


class Planning:
    """Wakes the verb that works out what is due, one at a time, and knows whether it has caught up."""

    def __init__(self, clock: Clock, plan: Plan) -> None:
        self._clock = clock
        self._plan = plan
        self._begun = asyncio.Event()
        self._turn = asyncio.Lock()
        self.wake = asyncio.Event()  # whoever commits something that may change what is due sets this

    def begin(self) -> None:
        """From now on; a start has more urgent things to do."""
        self._begun.set()

    @property
    def begun(self) -> bool:
        return self._begun.is_set()

    async def sweep(self) -> datetime | None:
        """Work out what is due; tells when something is due again."""
        await self._begun.wait()
        async with self._turn:
            return await asyncio.to_thread(self._plan)

    async def idle(self) -> None:
        """Return once nothing is due by now that was not looked at, or it cannot be looked at now."""
        while self._begun.is_set():
            try:
                again = await self.sweep()
            except Exception as trouble:
                log.warning("What is due cannot be worked out now: %s", trouble)
                return
            if again is None or again > self._clock.now():
                return

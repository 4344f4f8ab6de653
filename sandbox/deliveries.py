"""How does an event get to the app, and what happens when the app does not acknowledge it?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from sandbox.clock import Clock
from sandbox.errors import Gone, NoAnswer
from sandbox.faults import Faults
from sandbox.state import Delivery, Json, State

log = logging.getLogger(__name__)

RETRY_AFTER = (0.0, 60.0, 300.0)  # seconds by this Slack's clock: at once, after a minute, after five more
OVERTAKE = 1.0  # real seconds an event that shall come late waits for another one to overtake it


class Transport(Protocol):
    """The way to the app: its websockets, or its request URL."""

    ready: asyncio.Event  # set while there is a way

    async def send(self, kind: str, payload: Json, *, attempt: int = 0, reason: str | None = None) -> Any:
        """Hand over and return what the app answered (None: an empty answer); NoAnswer when it did not."""


class Deliveries:
    """Events on their way. Each is kept until it was acknowledged, or refused for good."""

    def __init__(self, state: State, clock: Clock, faults: Faults, save: Callable[[], None]) -> None:
        self._state = state
        self._clock = clock
        self._faults = faults
        self._save = save
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._later: set[str] = set()  # waiting for a retry that is not due yet
        self._late: asyncio.Event | None = None  # an event that waits to be overtaken
        self._never = asyncio.Event()
        self.transport: Transport | None = None
        self.dropped: list[str] = []

    @property
    def pending(self) -> int:
        """How many events could be acknowledged now and are not."""
        return len(self._state.deliveries) - len(self._later)

    def start(self, transport: Transport) -> None:
        self.transport = transport
        for delivery in list(self._state.deliveries.values()):  # what a killed process left behind
            self._launch(delivery)

    def submit(self, event_id: str, body: Json) -> None:
        delivery = Delivery(id=event_id, body=body)
        self._state.put_delivery(delivery)
        if self.transport:
            self._launch(delivery)

    async def stop(self) -> None:
        self.transport = None
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _launch(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._deliver(delivery), name=f"deliver {delivery.id}")
        self._tasks[delivery.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(delivery.id, None))

    async def _deliver(self, delivery: Delivery) -> None:
        kind = str(delivery.body.get("event", {}).get("type", delivery.body["type"]))
        await self._perhaps_late(kind)
        while not await self._attempt(delivery):
            await self._until_due(delivery)
        if self._faults.take(["twice"], kind) and self.transport:
            await self._again(delivery)
        self._state.drop_delivery(delivery.id)
        self._save()
        if self._late:
            self._late.set()

    async def _attempt(self, delivery: Delivery) -> bool:
        """Try once; True when there is nothing more to do, delivered or given up."""
        transport = self.transport
        assert transport is not None
        await transport.ready.wait()
        self._save()  # nothing leaves the house that a restart would not know of
        try:
            await transport.send(
                "events_api", delivery.body, attempt=delivery.attempt, reason=delivery.reason
            )
        except Gone:
            delivery.attempt += 1
            delivery.reason = "timeout"
        except NoAnswer as failed:
            return not failed.retry or self._failed(delivery, failed.reason)
        else:
            return True
        self._state.put_delivery(delivery)
        return False

    def _failed(self, delivery: Delivery, reason: str) -> bool:
        """Note a failed attempt; True when it was the last one."""
        if delivery.failures >= len(RETRY_AFTER):
            log.warning("Event %s was not acknowledged (%s) and is given up.", delivery.id, reason)
            self.dropped.append(delivery.id)
            return True
        delivery.due = self._clock.time() + RETRY_AFTER[delivery.failures]
        delivery.failures += 1
        delivery.attempt += 1
        delivery.reason = reason
        self._state.put_delivery(delivery)
        return False

    async def _until_due(self, delivery: Delivery) -> None:
        if delivery.due <= self._clock.time():
            return
        self._later.add(delivery.id)
        try:
            await self._clock.wait(datetime.fromtimestamp(delivery.due, UTC), self._never)
        finally:
            self._later.discard(delivery.id)

    async def _again(self, delivery: Delivery) -> None:
        """Deliver what was acknowledged once more, as Slack does when the acknowledgement got lost."""
        assert self.transport is not None
        try:
            await self.transport.send("events_api", delivery.body, attempt=1, reason="timeout")
        except NoAnswer as failed:
            log.info("The second delivery of %s was not acknowledged: %s", delivery.id, failed.reason)

    async def _perhaps_late(self, kind: str) -> None:
        """Hold an event back until the next one has overtaken it, when that fault was asked for."""
        if self._late is not None or not self._faults.take(["out_of_order"], kind):
            return
        self._late = asyncio.Event()
        try:
            await asyncio.wait_for(self._late.wait(), OVERTAKE)
        except TimeoutError:
            log.debug("Nothing came to overtake an event of kind %s.", kind)
        finally:
            self._late = None

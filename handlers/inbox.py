"""How does no event get lost, and none handled twice? Kept before Slack is answered, handled after."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.errors import BotError, Unavailable
from bot.domain.patientdata import Finding
from bot.integrations.clock import Clock, sleep
from bot.integrations.slack import within
from bot.workspaces import Workspaces
from bot.workspaces.routing import GONE, OF_AN_ORGANISATION
from handlers.arriving import HOMES
from handlers.keepable import finding_in, keepable
from handlers.shape import is_whole
from storage import Kept, Store
from storage.guard import veiled_object

log = logging.getLogger("golive.inbox")

Event = dict[str, Any]
Handler = Callable[[Event, dict[str, Any]], Awaitable[None]]
OnKeptOut = Callable[[Event, Finding], Awaitable[None]]
Tell = Callable[[Exception, Event], Awaitable[None]]
Arrival = tuple[dict[str, Any], asyncio.Future[bool]]

WHEREVER = GONE | OF_AN_ORGANISATION  # what says that golive is somewhere, or no longer
A_GROUP = 200  # events written in one commit, or read back at once
MANY_LANES = 16
MOST_TAKEN = 2_000  # events in memory; more of them wait on disk
FIRST_PAUSE = timedelta(seconds=0.5)
SOON = timedelta(seconds=5)


class Inbox:
    """Every event Slack sends, kept under its id until its handlers have returned."""

    def __init__(self, store: Store, clock: Clock, workspaces: Workspaces, tell: Tell) -> None:
        self._store = store
        self._workspaces = workspaces
        self._clock = clock
        self._tell = tell
        self._handlers: dict[str, list[Handler]] = {}
        self._kept_out: OnKeptOut | None = None
        self._arrived: deque[Arrival] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._taken: set[int] = set()  # what is being handled, or about to be noted as handled
        self._newest = 0  # the last of what was taken up
        self._more = False  # whether the last reading left something behind
        self._lanes: dict[str, deque[Kept]] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._stuck: set[str] = set()  # lanes that wait for something that takes long
        self._pausing: dict[str, asyncio.Event] = {}  # by lane: set when it need not wait any more
        self._slots = asyncio.Semaphore(MANY_LANES)
        self._wake = asyncio.Event()
        self._changed = asyncio.Event()
        self._drain: asyncio.Task[None] | None = None
        self._settled_ids: list[int] = []
        self._noting: asyncio.Task[None] | None = None
        self._looked = False  # whether everything kept so far has been taken up

    def on(self, event_type: str, handler: Handler) -> None:
        """Call `handler(event, body)` for each event of a type: in order per lane, again until it returns."""
        self._handlers.setdefault(event_type, []).append(handler)

    def on_kept_out(self, handler: OnKeptOut) -> None:
        """Call `handler(event, finding)` for a message that says who a patient is, instead of the others: of
        what it said nothing is left."""
        self._kept_out = handler

    @property
    def heard(self) -> frozenset[str]:
        """The event types somebody listens to."""
        return frozenset(self._handlers)

    async def keep(self, req: AsyncBoltRequest, next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """Bolt's global middleware: an event is answered here, once it is on disk; the rest goes on."""
        kind = req.body.get("type")
        if kind == "app_rate_limited":
            log.warning("Slack sends this app more events than it lets through: some are missing")
            return BoltResponse(status=200, body="")
        if kind != "event_callback":
            await next_()
            return None
        if self._worth_keeping(req.body):
            homes: tuple[str, ...] = req.context[HOMES]
            await asyncio.gather(*(self._kept(self._workspaces.addressed(req.body, home)) for home in homes))
        return BoltResponse(status=200, body="")

    async def read_back(self, home: str, channel: str, messages: Iterable[Mapping[str, Any]]) -> None:
        """Keep messages that Slack's history tells of, in its order, as if they had just come, each once."""
        bodies: list[dict[str, Any]] = []
        for said in messages:
            event = {**said, "type": "message", "channel": channel}
            which = f"read back {channel} {said['ts']} {home}"
            bodies.append({"event": event, "event_id": which})
            if (edited := said.get("edited")) is not None:
                now = {"type": "message", "subtype": "message_changed", "channel": channel, "message": said}
                bodies.append({"event": now, "event_id": f"{which} {edited}"})
        kept = ({**body, "type": "event_callback", "team_id": home} for body in bodies)
        await asyncio.gather(*(self._kept(body) for body in kept if self._worth_keeping(body)))

    def _worth_keeping(self, body: Mapping[str, Any]) -> bool:
        event = body.get("event")
        if not isinstance(event, dict) or not body.get("event_id"):
            return False
        if not is_whole(event):
            log.info("Event %s is not whole, so I leave it alone", body["event_id"])
            return False
        inner = event.get("message") or event
        other_bot = bool(inner.get("bot_id")) or inner.get("subtype") == "bot_message"
        return event.get("type") in self._handlers and not other_bot

    async def _kept(self, body: dict[str, Any]) -> bool:
        """Whether the event was new. What arrives together is committed together."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._looked = False
        self._arrived.append((body, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        while self._arrived:
            group = [self._arrived.popleft() for _ in range(min(A_GROUP, len(self._arrived)))]
            if not await self._write_group(group):
                for one in group:  # one that cannot be stored must not keep the others out
                    await self._write_group([one], last=True)
            self._wake.set()

    async def _write_group(self, group: list[Arrival], *, last: bool = False) -> bool:
        try:
            new = await asyncio.to_thread(self._commit, [body for body, _ in group])
        except Exception as cause:
            if not (last or len(group) == 1 or isinstance(cause, Unavailable)):
                return False
            for _, done in group:
                if not done.done():
                    done.set_exception(cause)  # refused, so that Slack sends it again
            return True
        for (_, done), fresh in zip(group, new, strict=True):
            if not done.done():
                done.set_result(fresh)
        return True

    def _commit(self, bodies: list[dict[str, Any]]) -> list[bool]:
        now = self._clock.now()
        kept = [(str(body["event_id"]), lane_of(body), veiled_object(keepable(body)), now) for body in bodies]
        with self._store.transaction() as tx:
            return tx.keep_many(kept)

    def start(self) -> None:
        """Begin handling what is kept, what a crash left over first."""
        self._wake.set()
        self._drain = asyncio.create_task(self._forever())

    async def _forever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if len(self._taken) >= MOST_TAKEN:
                self._more = True  # noting what is done wakes us
                continue
            try:
                kept = await asyncio.to_thread(self._unhandled)
            except Exception as trouble:  # the tick goes on, whatever one round met
                log.warning("The inbox cannot be read (%s); I will try again", trouble)
                await sleep(self._clock, self._clock.now() + FIRST_PAUSE)
                self._wake.set()
                continue
            self._take(kept)
            self._more = len(kept) == A_GROUP
            if self._more:
                self._wake.set()
            self._looked = not (self._arrived or self._wake.is_set())
            self._changed.set()

    def _unhandled(self) -> list[Kept]:
        with self._store.reading() as tx:
            return tx.unhandled(A_GROUP, after=self._newest)

    def look_again(self, workspace: str) -> None:
        """Go on with what waits for a workspace that is back, on disk or for its next try."""
        for lane, back in self._pausing.items():
            if lane.startswith(f"{workspace}/"):
                self._stuck.discard(lane)
                back.set()
        self._newest = 0
        self._looked = False
        self._wake.set()

    def _take(self, kept: list[Kept]) -> None:
        for one in kept:
            self._newest = one.id
            if one.id in self._taken:
                continue
            self._taken.add(one.id)
            if one.lane in self._lanes:
                self._lanes[one.lane].append(one)
            else:
                self._lanes[one.lane] = deque([one])
                task = asyncio.create_task(self._work(one.lane))
                self._working.add(task)
                task.add_done_callback(self._working.discard)

    async def _work(self, lane: str) -> None:
        """Handle one lane's events in order; a stubborn one is tried again before the next."""
        waiting = self._lanes[lane]
        tries = 0
        try:
            while waiting:
                kept = waiting[0]
                async with self._slots:
                    settled = await self._settled(kept, again=tries > 0)
                if settled:
                    waiting.popleft()
                    tries = 0
                else:
                    await self._pause(lane, tries)
                    tries += 1
        finally:
            self._lanes.pop(lane, None)
            self._changed.set()

    async def _settled(self, kept: Kept, *, again: bool) -> bool:
        """Handle one event, perhaps not for the first time; False when it must be tried again."""
        home, event = self._workspaces.home_of(kept.body), kept.body["event"]
        slack = self._workspaces.slack_in(home)
        if event.get("type") in WHEREVER:
            return await self._handled_in(kept, event, again=again)
        if slack is None or not self._workspaces.serves(home):
            log.info("Event %s waits until golive is back in %s", kept.event_id, home)
            self._taken.discard(kept.id)
            return True
        with within(slack):
            return await self._handled_in(kept, event, again=again)

    async def _handled_in(self, kept: Kept, event: Event, *, again: bool) -> bool:
        try:
            finding = finding_in(kept.body)
            if finding is not None and self._kept_out is not None:
                await self._kept_out(event, finding)
            else:
                for handler in self._handlers.get(event["type"], ()):
                    await handler(event, dict(kept.body))
            self._done(kept)
            return True
        except Unavailable as trouble:  # nobody's fault and bound to pass, however long it takes
            log.log(logging.DEBUG if again else logging.WARNING, "Event %s waits: %s", kept.event_id, trouble)
            return False
        except BotError as refusal:
            await self._tell(refusal, event)
            self._done(kept)
            return True
        except Exception as cause:
            log.exception("Event %s could not be handled", kept.event_id)
            return await self._failed(kept, event, cause)

    def _done(self, kept: Kept) -> None:
        """Have it noted. The next event need not wait for that: one handled twice does no harm."""
        self._settled_ids.append(kept.id)
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._note())

    async def _note(self) -> None:
        while self._settled_ids:
            ids = self._settled_ids[:A_GROUP]
            try:
                await asyncio.to_thread(self._handled, ids)
            except Unavailable as trouble:
                log.warning("%s", trouble)
                await sleep(self._clock, self._clock.now() + FIRST_PAUSE)
                continue
            del self._settled_ids[: len(ids)]
            self._taken.difference_update(ids)
            if self._more:
                self._wake.set()
        self._changed.set()

    def _handled(self, ids: list[int]) -> None:
        with self._store.transaction() as tx:
            tx.handled(ids)

    async def _failed(self, kept: Kept, event: Event, cause: Exception) -> bool:
        """Count an attempt; True when it was the last and the event is set aside."""

        def mark() -> bool:
            with self._store.transaction() as tx:
                return tx.not_handled(kept.id, f"{type(cause).__name__}: {cause}")

        try:
            again = await asyncio.to_thread(mark)
        except Unavailable:
            return False
        if not again:
            self._taken.discard(kept.id)
            await self._tell(cause, event)
        return not again

    async def _pause(self, lane: str, tries: int) -> None:
        pause = FIRST_PAUSE * 2 ** min(tries, 7)
        if pause > SOON:
            self._stuck.add(lane)
            self._changed.set()
        back = self._pausing[lane] = asyncio.Event()
        await self._clock.wait(self._clock.now() + pause, back)
        del self._pausing[lane]
        self._stuck.discard(lane)

    @property
    def backlog(self) -> int:
        """How many events have been taken up and not handled yet."""
        return len(self._taken) + len(self._arrived)

    @property
    def is_idle(self) -> bool:
        under_way = self._arrived or self._settled_ids or set(self._lanes) - self._stuck
        return self._looked and not under_way

    async def idle(self) -> None:
        """Return once every event kept so far has been handled (or waits for something that takes long)."""
        while not self.is_idle:
            self._changed.clear()
            await self._changed.wait()

    async def stop(self, grace: float) -> None:
        """Let handlers under way finish; what is cut off is handled again at the next start."""
        if self._drain is not None:
            self._drain.cancel()
        tasks = [*self._working, *(task for task in (self._writing, self._noting) if task)]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def lane_of(body: Mapping[str, Any]) -> str:
    """What must stay in order: a channel's events in one workspace; without one a person's, or the
    workspace's."""
    event = body["event"]
    item = event.get("item")
    channel = event.get("channel") or (item.get("channel") if isinstance(item, dict) else None)
    if isinstance(channel, dict):
        channel = channel.get("id")
    user = event.get("user")
    user = user.get("id") if isinstance(user, dict) else user
    return f"{body.get('team_id')}/{channel or user or 'workspace'}"

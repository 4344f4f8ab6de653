"""What is said to Slack next, in which order, how fast, and was it really said?"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain.errors import Unavailable
from bot.integrations.clock import Clock
from bot.integrations.slack import Declined, LockedOut, NotSent, Slack, SlackTrouble, TooFast, Unclear
from storage import Message, Store, Transaction

log = logging.getLogger("golive.delivery")

Lane = tuple[str, str]  # workspace, and a channel or a person's direct messages

POST = "chat.postMessage"
ONCE_AT_MOST = frozenset({"chat.postEphemeral"})  # cannot be read back, so never repeated when in doubt
POSTING = frozenset({POST, "chat.postEphemeral"})
AS_WISHED = {  # refusals that say things already are as they should be
    "reactions.add": frozenset({"already_reacted"}),
    "reactions.remove": frozenset({"no_reaction"}),
    "chat.delete": frozenset({"message_not_found"}),
}
PER_MINUTE = {  # Slack's tiers; it lets a little more through, and does not say how much
    "reactions.add": 50,
    "reactions.remove": 20,
    "chat.update": 50,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "conversations.open": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
}
MINUTE = timedelta(minutes=1)
ALLOWANCE = timedelta(seconds=60.5)  # Slack's minute, and what the way there may shorten
BETWEEN_POSTS = timedelta(seconds=1)  # in one channel, from one answer to the next call
MANY_LANES = 60  # calls under way at once
IN_FLIGHT = timedelta(seconds=3)  # how long a call cut off by a crash may still be on its way
LOOK_AGAIN = timedelta(seconds=1)
AFTER_A_TIMEOUT = timedelta(seconds=30)  # a server that slow may still be about to store it
LONGEST_PAUSE = timedelta(minutes=5)
GIVE_UP_AFTER = 15  # unclear or failing attempts of one message, about an hour
LOOK_BACK = timedelta(days=3)  # how far a restored copy of the database may be behind
MOST_METADATA = 7_000  # characters; Slack does not say how many it takes
SOON = timedelta(seconds=5)  # what is held back no longer than this counts as about to be said


@dataclass(frozen=True, slots=True)
class Call:
    """A Web API call a message stands for. `says` are the keys of the single things it says, where these are
    told apart; `note` is stored together with the sending, so that what was said and what is known of it
    never differ."""

    method: str
    args: Mapping[str, Any]
    says: tuple[str, ...] = ()
    note: Callable[[Transaction], None] | None = None


class _Otherwise(Exception):
    """The message is not, or no longer, in the state it was taken to be in: nothing is stored."""


Render = Callable[[Message], Call | None]  # None: no longer true, so not said
# Told of what Slack refuses for good: its word, and the sentence that says why, if there is one.
Refusal = Callable[[Transaction, Message, str, str | None], None]


def _left_at_that(tx: Transaction, message: Message, error: str, sentence: str | None) -> None:
    """What the log says is all there is to say."""


class Hold(Exception):
    """This lane must be silent until then; `pacing` when only for Slack's ordinary speed limit."""

    def __init__(self, until: datetime, *, pacing: bool = False) -> None:
        super().__init__(until)
        self.until = until
        self.pacing = pacing


@dataclass(slots=True)
class _Workspace:
    """How fast one workspace has been spoken to, and what it asked us to wait for."""

    said: dict[str, deque[datetime]] = field(default_factory=dict)
    last_post: dict[str, datetime] = field(default_factory=dict)
    held: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)


class Pace:
    """Slack's speed limits: a post a second per channel, so many calls a minute per method and workspace."""

    def __init__(self, posts_per_minute: int) -> None:
        self._limits = {**PER_MINUTE, POST: posts_per_minute}
        self._spaces: dict[str, _Workspace] = {}

    def take(self, workspace: str, channel: str, method: str, now: datetime) -> datetime:
        """Use one slot for this call, or raise Hold until there is one."""
        space = self._spaces.setdefault(workspace, _Workspace())
        self.asked_to_wait(workspace, method, now)
        last = space.last_post.get(channel) if method in POSTING else None
        # A clock that was put back must not silence a channel until it catches up.
        if last is not None and timedelta(0) <= now - last < BETWEEN_POSTS:
            raise Hold(last + BETWEEN_POSTS, pacing=True)
        free = self.free_at(workspace, method, now)
        if free > now:
            raise Hold(free, pacing=True)
        self._window(space, method).append(now)
        if method in POSTING:
            space.last_post[channel] = now
        return now

    def asked_to_wait(self, workspace: str, method: str, now: datetime) -> None:
        """Raise Hold while the pause lasts that Slack asked for."""
        until = self._held_until(self._spaces.setdefault(workspace, _Workspace()), method, now)
        if until is not None:
            raise Hold(until)

    def answered(self, workspace: str, channel: str, method: str, taken: datetime, now: datetime) -> None:
        """Count from the answer, the second between posts and the minute of all, so that no delay on the way
        can shorten it."""
        window = self._window(self._spaces[workspace], method)
        if method in self._limits and taken in window:
            window.remove(taken)
            window.append(now)
        if method in POSTING:
            self._spaces[workspace].last_post[channel] = now

    def slow_down(self, workspace: str, method: str, now: datetime, seconds: float) -> datetime:
        """Slack asked for a pause: it holds for this method in all lanes of the workspace."""
        space = self._spaces.setdefault(workspace, _Workspace())
        pause = timedelta(seconds=seconds)
        space.held[method] = (now, pause)
        return now + pause

    def free_at(self, workspace: str, method: str, now: datetime, *, promised: int = 0) -> datetime:
        """When the minute's allowance of a method has room for one more, besides those already promised."""
        limit = self._limits.get(method)
        if limit is None:
            return now
        window = self._window(self._spaces.setdefault(workspace, _Workspace()), method)
        while window and not timedelta(0) <= now - window[0] < ALLOWANCE:
            window.popleft()
        over = len(window) + promised - limit
        return now if over < 0 or not window else window[min(over, len(window) - 1)] + ALLOWANCE

    @staticmethod
    def _window(space: _Workspace, method: str) -> deque[datetime]:
        return space.said.setdefault(method, deque())

    @staticmethod
    def _held_until(space: _Workspace, method: str, now: datetime) -> datetime | None:
        since, pause = space.held.get(method, (now, timedelta(0)))
        if timedelta(0) <= now - since < pause:
            return since + pause
        space.held.pop(method, None)
        return None


class Delivery:
    """The outbox pump. One lane says one thing at a time, in order; many lanes speak at once."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        slack_for: Callable[[str], Slack | None],
        render: Render,
        *,
        posts_per_minute: int = 300,
        refused: Refusal = _left_at_that,
    ) -> None:
        self._store = store
        self._refused = refused
        self._clock = clock
        self._slack_for = slack_for
        self._render = render
        self._pace = Pace(posts_per_minute)
        self._started = clock.now()
        self._busy: dict[Lane, asyncio.Task[None]] = {}
        self._deciding: set[Lane] = set()  # those of them that have not used a slot of the allowance yet
        self._holds: dict[Lane, tuple[datetime, Hold]] = {}  # since when, and until when
        self._read: dict[tuple[str, str, str | None], dict[str, str]] = {}
        self._troubles: Counter[int] = Counter()  # by message, of this life of the process
        self._doubts: Counter[int] = Counter()
        self._changed = asyncio.Event()
        self._stopping = asyncio.Event()
        self.wake = asyncio.Event()  # whoever commits something to say sets this
        self.last_sent: datetime | None = None

    async def sweep(self) -> datetime | None:
        """Let every lane speak that has something to say and may; tells when to look again."""
        now = self._clock.now()
        later: list[datetime] = []
        for lane in await asyncio.to_thread(self._lanes, now):
            if lane in self._busy or self._slack_for(lane[0]) is None:
                continue
            if (until := self._silent_until(lane, now)) is not None:
                later.append(until)
            elif len(self._busy) >= MANY_LANES:
                break  # a lane that finishes wakes us
            elif not self._stopping.is_set():
                self._deciding.add(lane)
                self._busy[lane] = asyncio.create_task(self._run(lane))
        due = await asyncio.to_thread(self._next_due, now)
        return min([*later, *([due] if due else [])], default=None)

    def _silent_until(self, lane: Lane, now: datetime) -> datetime | None:
        if lane in self._holds:
            since, hold = self._holds[lane]
            if since <= now < hold.until:  # a clock that was put back ends a pause
                return hold.until
            del self._holds[lane]
        # Without this a thousand lanes would all draw up what they have to say for one free slot.
        promised = sum(1 for workspace, _ in self._deciding if workspace == lane[0])
        free = self._pace.free_at(lane[0], POST, now, promised=promised)
        if free > now:
            self._hold(lane, Hold(free, pacing=True))
            return free
        return None

    def _hold(self, lane: Lane, hold: Hold) -> None:
        self._holds[lane] = (self._clock.now(), hold)

    async def _run(self, lane: Lane) -> None:
        try:
            await self.deliver(*lane)
        finally:
            del self._busy[lane]
            self._deciding.discard(lane)
            self._changed.set()
            self.wake.set()

    async def deliver(self, workspace: str, channel: str) -> None:
        """Say what this lane has to say, oldest first, until it is silent or must pause."""
        lane = (workspace, channel)
        try:
            while await self._say_next_paced(lane):
                pass
        except Hold as hold:
            self._hold(lane, hold)
        except Unavailable as trouble:
            log.warning("%s: %s", channel, trouble)
            self._hold(lane, Hold(self._clock.now() + LOOK_AGAIN))
        except Exception:
            log.exception("Delivery to %s stumbled; it goes on in a moment", channel)
            self._hold(lane, Hold(self._clock.now() + LOOK_AGAIN))

    async def _say_next_paced(self, lane: Lane) -> bool:
        try:
            return await self._say_next(lane)
        except Hold as hold:
            # The second between two posts is sat out here: if the sweep woke all lanes that wait for theirs
            # at once, they would stay in step, and each be late by all the others.
            if not hold.pacing or hold.until > self._clock.now() + BETWEEN_POSTS:
                raise
            with suppress(TimeoutError):  # by the machine's time, should the clock be put back meanwhile
                async with asyncio.timeout(SOON.total_seconds()):
                    await self._clock.wait(hold.until, self._stopping)
            return not self._stopping.is_set()

    async def _say_next(self, lane: Lane) -> bool:
        slack = self._slack_for(lane[0])
        message = await asyncio.to_thread(self._oldest, lane)
        if message is None or slack is None:
            return False
        if message.state == "sending" and not await self._resolved(slack, message):
            return True
        call = await self._drawn_up(message)
        if call is None:
            return True
        channel = await self._conversation(slack, message)
        if channel is None or (call.method == POST and await self._known(slack, message, channel, call)):
            return True
        taken = self._pace.take(message.workspace, channel, call.method, self._clock.now())
        self._deciding.discard(lane)
        cut_off = self._clock.now() + IN_FLIGHT
        if await self._mark(message, "waiting", "sending", note=call.note, not_before=cut_off):
            await self._send(slack, message, channel, call, taken)
        return True

    async def _drawn_up(self, message: Message) -> Call | None:
        """The call a message stands for; None when it is settled that it will not be said."""
        try:
            call = await asyncio.to_thread(self._render, message)
        except Unavailable:
            raise
        except Exception as cause:
            log.exception("Message %s (%s) cannot be drawn up and is not sent", message.id, message.kind)
            await self._fail(message, f"could not be drawn up: {type(cause).__name__}")
            return None
        if call is None:
            await self._mark(message, message.state, "dropped")
        return call

    async def _as_far_as_known(self, message: Message) -> Call | None:
        try:
            return await asyncio.to_thread(self._render, message)
        except Unavailable:
            raise
        except Exception:  # told when it is its turn to be sent
            return None

    async def _conversation(self, slack: Slack, message: Message) -> str | None:
        try:
            return await slack.conversation(message.channel)
        except Declined as refusal:
            await self._fail(message, refusal.error, str(refusal))
            return None
        except SlackTrouble as trouble:
            raise self._pause(message, "conversations.open", trouble) from trouble

    async def _send(self, slack: Slack, message: Message, channel: str, call: Call, taken: datetime) -> None:
        try:
            # Another lane may have been asked for a pause while this one noted what it is about to do.
            self._pace.asked_to_wait(message.workspace, call.method, self._clock.now())
            answer = await slack.call(call.method, **_arguments(message, channel, call))
        except Hold as hold:
            await self._mark(message, "sending", "waiting", not_before=hold.until)
            raise
        except Declined as refusal:
            if refusal.error not in AS_WISHED.get(call.method, ()):
                await self._fail(message, refusal.error, str(refusal))
                return
            answer = {}
        except SlackTrouble as trouble:
            await self._troubled(message, call, trouble)
            return
        finally:
            self._pace.answered(message.workspace, channel, call.method, taken, self._clock.now())
        await self._mark(message, "sending", "sent", ts=answer.get("ts"), conversation=channel)
        self.last_sent = self._clock.now()

    async def _troubled(self, message: Message, call: Call, trouble: SlackTrouble) -> None:
        hold = self._pause(message, call.method, trouble)
        self._doubts[message.id] += isinstance(trouble, Unclear)
        if not isinstance(trouble, Unclear):  # known not to have been stored
            await self._mark(message, "sending", "waiting", error=str(trouble), not_before=hold.until)
        elif call.method in ONCE_AT_MOST:
            await self._fail(message, "nobody knows whether it was shown; it is not sent twice")
            return
        elif self._doubts[message.id] >= GIVE_UP_AFTER:
            await self._fail(message, str(trouble))
            return
        else:
            becomes = "sending" if call.method == POST else "waiting"
            await self._mark(message, "sending", becomes, error=str(trouble), not_before=hold.until)
        raise hold

    def _pause(self, message: Message, method: str, trouble: SlackTrouble) -> Hold:
        now = self._clock.now()
        if isinstance(trouble, TooFast):
            log.warning("Slack asks to pause %s for %.0f s", method, trouble.retry_after)
            return Hold(self._pace.slow_down(message.workspace, method, now, trouble.retry_after))
        log.warning("%s to %s: %s", method, message.channel, trouble)
        if isinstance(trouble, LockedOut):
            return Hold(now + MINUTE)
        patience = LOOK_AGAIN * 2 ** min(self._troubles[message.id], 9)
        self._troubles[message.id] += 1
        if isinstance(trouble, Unclear) and trouble.timed_out:
            patience = max(patience, AFTER_A_TIMEOUT)
        return Hold(now + min(patience, MINUTE if isinstance(trouble, NotSent) else LONGEST_PAUSE))

    async def _resolved(self, slack: Slack, message: Message) -> bool:
        """A message found in *sending*: find out what became of it. True when it is waiting again."""
        call = await self._as_far_as_known(message)
        if call is not None and call.method in ONCE_AT_MOST:
            await self._fail(message, "nobody knows whether it was shown; it is not sent twice")
            return False
        # One that is no longer true may have been said all the same, and then its place must be known.
        if call is None or call.method == POST:
            channel = await self._conversation(slack, message)
            thread = message.payload.get("thread") if call is None else call.args.get("thread_ts")
            if channel is None or await self._found(slack, message, channel, thread):
                return False
        return await self._mark(message, "sending", "waiting")

    async def _found(self, slack: Slack, message: Message, channel: str, thread: str | None) -> bool:
        """Whether a message is in the channel already, read afresh; unreadable is not the same as absent."""
        self._read.pop((message.workspace, channel, thread), None)
        try:
            return await self._said(slack, message, channel, thread)
        except Declined as refusal:
            await self._fail(message, refusal.error)
            return True

    async def _known(self, slack: Slack, message: Message, channel: str, call: Call) -> bool:
        """Whether it, or some of what it says, turns out to be said already: then all is thought over."""
        if await self._said_before(slack, message, channel, call):
            return True
        return bool(call.says) and await self._partly_said(message, channel, call)

    async def _said_before(self, slack: Slack, message: Message, channel: str, call: Call) -> bool:
        """Whether it was said by a life of this database that a restored copy knows nothing of."""
        thread = call.args.get("thread_ts")
        if thread is not None and float(thread) > self._started.timestamp():
            return False  # nobody can have answered in it before we were here
        try:
            return await self._said(slack, message, channel, thread, call)
        except Declined:
            self._read[message.workspace, channel, thread] = {}  # the post itself will say what is wrong
            return False

    async def _said(
        self, slack: Slack, message: Message, channel: str, thread: str | None, call: Call | None = None
    ) -> bool:
        place = (message.workspace, channel, thread)
        if place not in self._read:
            method = "conversations.replies" if thread else "conversations.history"
            self._pace.take(message.workspace, channel, method, self._clock.now())
            try:
                since = min(message.created_at, self._clock.now()) - LOOK_BACK
                self._read[place] = await slack.keys_posted(channel, since=since, thread=thread)
            except SlackTrouble as trouble:
                raise self._pause(message, method, trouble) from trouble
        read = self._read[place]
        ts = read.get(message.key)
        if ts is None:
            return False

        def note(tx: Transaction) -> None:
            if call is not None and call.note is not None:
                call.note(tx)
                # It was said by another life of this database, which may have known less or more.
                unsaid = [key for key in call.says if key not in read]
                if len(_told_apart(call.says)) == len(call.says):
                    tx.give_up(message.workspace, unsaid, "not said then")

        return await self._mark(message, message.state, "sent", note=note, ts=ts, conversation=channel)

    async def _partly_said(self, message: Message, channel: str, call: Call) -> bool:
        """Whether single things it says are in the channel already, in other messages of a life of this
        database that a restored copy knows nothing of. They are noted, and it is drawn up without them."""
        read = self._read.get((message.workspace, channel, call.args.get("thread_ts")), {})
        said = {key: read.pop(key) for key in call.says if key in read}
        if not said:
            return False

        def noted() -> None:
            with self._store.transaction() as tx:
                if call.note is not None:
                    call.note(tx)
                tx.was_said(message.workspace, said)

        await asyncio.to_thread(noted)
        return True

    async def _fail(self, message: Message, error: str, sentence: str | None = None) -> None:
        log.error(
            "Message %s (%s) to %s failed for good: %s", message.id, message.kind, message.channel, error
        )

        def told(tx: Transaction) -> None:
            self._refused(tx, message, error, sentence)

        if not await self._mark(message, "sending", "failed", note=told, error=error):
            await self._mark(message, "waiting", "failed", note=told, error=error)

    async def _mark(
        self,
        message: Message,
        was: str,
        becomes: str,
        *,
        note: Callable[[Transaction], None] | None = None,
        **more: Any,
    ) -> bool:
        def now() -> bool:
            with suppress(_Otherwise), self._store.transaction() as tx:
                if note is not None:
                    note(tx)
                if not tx.mark(message.id, was, becomes, **more):
                    raise _Otherwise
                return True
            return False

        marked = await asyncio.to_thread(now)
        if marked and becomes in ("sent", "failed", "dropped"):
            self._troubles.pop(message.id, None)
            self._doubts.pop(message.id, None)
        return marked

    def _lanes(self, now: datetime) -> list[Lane]:
        with self._store.reading() as tx:
            return tx.lanes(now)

    def _next_due(self, now: datetime) -> datetime | None:
        with self._store.reading() as tx:
            return tx.next_due(now)

    def _oldest(self, lane: Lane) -> Message | None:
        with self._store.reading() as tx:
            return tx.next_in_lane(*lane, self._clock.now())

    @property
    def is_speaking(self) -> bool:
        """Is something being said in any lane?"""
        return bool(self._busy)

    async def idle(self) -> None:
        """Return once nothing is left that could be said now or within a few seconds."""
        while await self._outstanding():
            self._changed.clear()
            await self._clock.wait(self._clock.now() + LOOK_AGAIN, self._changed)

    async def _outstanding(self) -> bool:
        if self.is_speaking:
            return True
        now = self._clock.now()
        due = await asyncio.to_thread(self._next_due, now)
        if due is not None and due <= now + SOON:
            return True
        lanes = await asyncio.to_thread(self._lanes, now)
        return any(self._slack_for(lane[0]) and self._about_to_speak(lane, now) for lane in lanes)

    def _about_to_speak(self, lane: Lane, now: datetime) -> bool:
        _, hold = self._holds.get(lane, (now, None))
        return hold is None or hold.pacing or hold.until <= now + SOON

    async def stop(self, grace: float) -> None:
        """Let calls under way finish; what is cut off is looked up at the next start."""
        self._stopping.set()
        tasks = list(self._busy.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def _arguments(message: Message, channel: str, call: Call) -> dict[str, Any]:
    args = dict(call.args)
    if (
        call.method.startswith(("chat.", "reactions."))
        and args.get("channel", message.channel) == message.channel
    ):
        args["channel"] = channel
    if call.method == POST:
        says = _told_apart(call.says)
        payload = {"key": message.key} | ({"says": " ".join(says)} if says else {})
        args["metadata"] = {"event_type": "golive", "event_payload": payload}
    return args


def _told_apart(says: tuple[str, ...]) -> tuple[str, ...]:
    """As many of these keys as a message can carry."""
    size = 0
    for number, key in enumerate(says):
        size += len(key) + 1
        if size > MOST_METADATA:
            return says[:number]
    return says

"""What is said to Slack next, in which order, how fast, and was it really said?"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.errors import BotError, Unavailable
from bot.domain.pictures.values import FILE, Picture
from bot.gallery import Gallery
from bot.integrations.clock import Clock
from bot.integrations.slack import (
    NOT_TAKEN,
    Declined,
    LockedOut,
    NotSent,
    Slack,
    SlackTrouble,
    TooFast,
    Unclear,
)
from bot.integrations.slackfiles import Stuck
from bot.pacing import BETWEEN_POSTS, MINUTE, POST, Hold, Pace
from storage import Message, Store, Transaction

log = logging.getLogger("golive.delivery")

Lane = tuple[str, str]  # workspace, and a channel or a person's direct messages

ONCE_AT_MOST = frozenset({"chat.postEphemeral"})  # cannot be read back, so never repeated when in doubt
AS_WISHED = {  # refusals that say things already are as they should be
    "reactions.add": frozenset({"already_reacted"}),
    "reactions.remove": frozenset({"no_reaction"}),
    "chat.delete": frozenset({"message_not_found"}),
    "pins.add": frozenset({"already_pinned"}),
}
MANY_LANES = 60  # calls under way at once
IN_FLIGHT = timedelta(seconds=3)  # how long a call cut off by a crash may still be on its way
LOOK_AGAIN = timedelta(seconds=1)
AFTER_A_TIMEOUT = timedelta(seconds=30)  # a server that slow may still be about to store it
LONGEST_PAUSE = timedelta(minutes=5)
GIVE_UP_AFTER = 15  # unclear or failing attempts of one message, about an hour
LOOK_BACK = timedelta(days=3)  # how far a restored copy of the database may be behind
MOST_METADATA = 7_000  # characters; Slack does not say how many it takes
NOT_READY = 8  # times; Slack looks through what is uploaded, and does not take it in a message before
UPLOADED_ANEW = 4  # times, after which the file is taken to be gone
HARDLY = 3  # tries of a picture that cannot be drawn or uploaded, before it is said in words
SOON = timedelta(seconds=5)  # what is held back no longer than this counts as about to be said


@dataclass(frozen=True, slots=True)
class Call:
    """A Web API call a message stands for. `says` are the keys of the single things it says, where these are
    told apart; `note` is stored together with the sending, so that what was said and what is known of it
    never differ. `picture` is uploaded before, and shown where its blocks say FILE. `plain` says the same
    without the picture, or without the kinds of blocks in `native`, which not every workspace takes."""

    method: str
    args: Mapping[str, Any]
    says: tuple[str, ...] = ()
    note: Callable[[Transaction], None] | None = None
    picture: Picture | None = None
    native: frozenset[str] = frozenset()
    plain: Mapping[str, Any] | None = None


class _Otherwise(Exception):
    """The message is not, or no longer, in the state it was taken to be in: nothing is stored."""


Render = Callable[[Message], Call | None]  # None: no longer true, so not said
# Told of what Slack refuses for good: its word, and the sentence that says why, if there is one.
Refusal = Callable[[Transaction, Message, str, str | None], None]


def _left_at_that(tx: Transaction, message: Message, error: str, sentence: str | None) -> None:
    """What the log says is all there is to say."""


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
        gallery: Gallery | None = None,
    ) -> None:
        self._store = store
        self._gallery = gallery
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
        self._unready: Counter[int] = Counter()  # how often the picture of a message was not there yet
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

    def released(self, workspace: str) -> None:
        """Its lanes need not wait any more for what shut it out."""
        for lane in [lane for lane in self._holds if lane[0] == workspace]:
            del self._holds[lane]
        self.wake.set()

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
        if call.picture is not None:
            call = await self._with_picture(slack, message, channel, call, call.picture)
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

    async def _with_picture(
        self, slack: Slack, message: Message, channel: str, call: Call, picture: Picture
    ) -> Call:
        """The call with its picture, uploaded if it is not there yet; the same in words where there is no
        way to have it."""
        if self._gallery is None or self._unready[message.id] >= NOT_READY:
            return _plain(call)

        def ask(method: str) -> None:
            self._pace.take(message.workspace, channel, method, self._clock.now())

        try:
            file = await self._gallery.hung(slack, message.workspace, picture, ask)
        except Stuck as stuck:
            hold = self._pause(message, stuck.method, stuck.trouble)
            if self._troubles[message.id] > HARDLY:
                return _plain(call)
            raise hold from stuck
        except Unavailable:
            self._unready[message.id] += NOT_READY // HARDLY
            raise
        except BotError as refusal:
            log.warning("The picture of message %s is said in words: %s", message.id, refusal)
            return _plain(call)
        return replace(call, args=_with_file(call.args, file))

    async def _otherwise(self, message: Message, call: Call, refusal: Declined) -> bool:
        """Slack does not take the message as it is: it may do so soon, or without what it does not know."""
        if refusal.error not in NOT_TAKEN or call.plain is None:
            return False
        if call.picture is not None:
            await self._not_ready(message, call.picture)
            return True
        log.warning("Workspace %s does not take %s", message.workspace, ", ".join(sorted(call.native)))

        def unknown(tx: Transaction) -> None:
            tx.note_unshown(message.workspace, call.native, self._clock.now())

        await self._mark(message, "sending", "waiting", note=unknown, error=refusal.error)
        return True

    async def _not_ready(self, message: Message, picture: Picture) -> None:
        """Slack still looks through the file, or somebody took it away."""
        self._unready[message.id] += 1
        tries = self._unready[message.id]
        until = self._clock.now() + LOOK_AGAIN * min(2 ** (tries - 2), 16)

        def anew(tx: Transaction) -> None:
            if tries == UPLOADED_ANEW and self._gallery is not None:
                tx.drop_upload(message.workspace, self._gallery.mark(picture))

        await self._mark(message, "sending", "waiting", note=anew, not_before=until)
        raise Hold(until)

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
            if await self._otherwise(message, call, refusal):
                return
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
            # A workspace that shut us out is held as a whole, and goes on as soon as it lets us in.
            later = None if isinstance(trouble, LockedOut) else hold.until
            await self._mark(message, "sending", "waiting", error=str(trouble), not_before=later)
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
            self._unready.pop(message.id, None)
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


def _plain(call: Call) -> Call:
    """The same without what may not be had."""
    args = {name: each for name, each in call.args.items() if name not in (call.plain or {})}
    return replace(call, args={**args, **(call.plain or {})}, picture=None, native=frozenset(), plain=None)


def _with_file(args: Mapping[str, Any], file: str) -> dict[str, Any]:
    """The blocks with the id of the file where it belongs."""

    def filled(block: dict[str, Any]) -> dict[str, Any]:
        waits = block.get("slack_file") == {"id": FILE}
        return {**block, "slack_file": {"id": file}} if waits else block

    return {**args, "blocks": [filled(block) for block in args.get("blocks", ())]}


def _told_apart(says: tuple[str, ...]) -> tuple[str, ...]:
    """As many of these keys as a message can carry."""
    size = 0
    for number, key in enumerate(says):
        size += len(key) + 1
        if size > MOST_METADATA:
            return says[:number]
    return says

"""What was said in a channel, page by page, as fast as Slack lets it be read?"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.backfill import is_ts
from bot.domain.errors import Unavailable
from bot.integrations.clock import Clock, sleep
from bot.integrations.slack import Answer, Declined, NotSent, Slack, TooFast, Unclear

A_PAGE = 200
# Of the calls a method may have in a minute, the bot itself needs some.
A_MINUTE = {"conversations.history": 40, "conversations.replies": 40, "users.info": 80}
FEW = 30
MOST_FAILURES = 6
Paused = Callable[[float], None]  # told of every pause, in seconds


class History:
    """One channel. Every pause Slack asks for is waited out, however often; trouble, for a while."""

    def __init__(self, slack: Slack, clock: Clock, channel: str, paused: Paused) -> None:
        self._slack, self._clock, self._channel, self._paused = slack, clock, channel, paused
        self._called: dict[str, deque[datetime]] = {}

    async def began(self) -> datetime | None:
        """When the channel was made, as far as Slack says so; a channel that may not be seen is refused."""
        found = (await self._ask("conversations.info", channel=self._channel)).get("channel") or {}
        created = found.get("created")
        return datetime.fromtimestamp(created, UTC) if isinstance(created, int) else None

    async def pages(self, *, before: str | None, after: str | None) -> AsyncIterator[list[Any]]:
        """What was said in the channel itself, the latest page first."""
        async for page in self._pages("conversations.history", latest=before, oldest=after):
            yield page

    async def replies(self, thread: str, after: str | None) -> AsyncIterator[list[Any]]:
        """The answers in a thread, the oldest page first; nothing when the thread is gone."""
        try:
            async for page in self._pages("conversations.replies", ts=thread, oldest=after):
                yield [one for one in page if isinstance(one, dict) and one.get("ts") != thread]
        except Declined as refusal:
            if refusal.error != "thread_not_found":
                raise

    async def person(self, user: str) -> Answer:
        """Slack's words on somebody; nothing when it knows nobody of that id."""
        try:
            found = (await self._ask("users.info", user=user)).get("user")
        except Declined:
            return {}
        return found if isinstance(found, dict) else {}

    async def _pages(self, method: str, **args: Any) -> AsyncIterator[list[Any]]:
        cursor: str | None = None
        while True:
            page = await self._ask(method, channel=self._channel, limit=A_PAGE, cursor=cursor, **args)
            messages = page.get("messages")
            yield messages if isinstance(messages, list) else []
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def _ask(self, method: str, **args: Any) -> Answer:
        failures = 0
        while True:
            await self._in_pace(method)
            try:
                return await self._slack.read(method, args)
            except TooFast as slow:
                await self._pause(slow.retry_after)
            except (NotSent, Unclear) as trouble:
                failures += 1
                if failures == MOST_FAILURES:
                    raise Unavailable(f"{trouble} What was read is kept: --resume goes on.") from trouble
                await self._pause(2**failures / 2)

    async def _in_pace(self, method: str) -> None:
        called = self._called.setdefault(method, deque())
        now = self._clock.now()
        while called and now - called[0] >= timedelta(minutes=1):
            called.popleft()
        if len(called) >= A_MINUTE.get(method, FEW):
            await sleep(self._clock, called.popleft() + timedelta(minutes=1))
        called.append(self._clock.now())

    async def _pause(self, seconds: float) -> None:
        self._paused(seconds)
        await sleep(self._clock, self._clock.now() + timedelta(seconds=seconds))


async def said_since(slack: Slack, channel: str, since: datetime, *, threads: datetime) -> list[Answer]:
    """Every message said or edited since then, also in threads begun since `threads`, the oldest first."""
    first, begun = f"{since.timestamp():.6f}", f"{threads.timestamp():.6f}"
    found: dict[str, Answer] = {}
    async for page in slack.pages("conversations.history", channel=channel, oldest=begun):
        for said in _messages(page):
            edited = said.get("edited")
            if _at(edited.get("ts") if isinstance(edited, dict) else said["ts"]) >= float(first):
                found[said["ts"]] = said
            if _at(said.get("latest_reply")) >= float(first):
                args = {"channel": channel, "ts": said["ts"], "oldest": first}
                async for answers in slack.pages("conversations.replies", **args):
                    found |= {one["ts"]: one for one in _messages(answers) if one["ts"] != said["ts"]}
    return [found[ts] for ts in sorted(found, key=float)]


def _at(ts: object) -> float:
    return float(str(ts)) if is_ts(ts) else 0.0


def _messages(page: Answer) -> list[Answer]:
    listed = page.get("messages")
    them = listed if isinstance(listed, list) else []
    return [one for one in them if isinstance(one, dict) and is_ts(one.get("ts"))]

"""How is a channel read to its beginning, though Slack asks for pauses and the process may end any time?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.domain.backfill import Message, is_ts
from bot.integrations.clock import Clock
from bot.integrations.slack import Slack
from bot.integrations.slackhistory import History
from bot.integrations.written import Gone, written
from bot.tracker.rereading import READ, Rereading
from storage import Known, Spool

POSITION, UNTIL, DONE = "position", "until", "done"
LONG = 10.0  # seconds of pause from which on it is worth telling


class Watcher(Protocol):
    """Whoever looks on."""

    def show(self, share: float, read: int) -> None: ...

    def tell(self, line: str) -> None: ...


class Crawl:
    """Reads backwards from now, and each page's threads after it; what is done is kept at once."""

    def __init__(
        self, slack: Slack, clock: Clock, channel: str, spool: Spool, reading: Rereading, watcher: Watcher
    ) -> None:
        self._history = History(slack, clock, channel, self._paused)
        self._clock, self._spool, self._reading, self._watcher = clock, spool, reading, watcher

    async def run(self, since: date | None, zone: ZoneInfo) -> None:
        """Read what is not read yet."""
        spool = self._spool
        if spool.note(DONE):
            return
        began = await self._history.began()
        if spool.note(UNTIL) is None:
            with spool.step():
                spool.set_note(UNTIL, f"{self._clock.now().timestamp():.6f}")
        until = float(spool.note(UNTIL) or 0)
        first = datetime(since.year, since.month, since.day, tzinfo=zone).timestamp() if since else None
        start = max(began.timestamp() if began else 0.0, first or 0.0)
        await self._threads()
        before, after = spool.note(POSITION), f"{first:.6f}" if first else None
        async for page in self._history.pages(before=before, after=after):
            await self._page(page)
            await self._threads()
            at = float(spool.note(POSITION) or until)
            self._watcher.show((until - at) / max(until - start, 1.0), spool.number(READ))
        with spool.step():
            spool.set_note(DONE, "yes")

    async def _page(self, page: list[Any]) -> None:
        entries = _entries(page[::-1])
        await self._meet(entries)
        oldest = [str(raw["ts"]) for raw in page if isinstance(raw, dict) and is_ts(raw.get("ts"))]
        with self._spool.step():
            self._reading.take(entries, answers_follow=True)
            if oldest:
                self._spool.set_note(POSITION, min(oldest, key=float))

    async def _threads(self) -> None:
        while (waiting := self._spool.waiting()) is not None:
            thread, read_to = waiting
            async for page in self._history.replies(thread, read_to):
                entries = _entries(page)
                await self._meet(entries)
                read_to = next((str(raw["ts"]) for raw in reversed(page) if is_ts(raw.get("ts"))), read_to)
                with self._spool.step():
                    self._reading.take(entries)
                    self._spool.thread_read(thread, read_to, waiting=True)
            with self._spool.step():
                self._spool.thread_read(thread, read_to, waiting=False)

    async def _meet(self, entries: Sequence[Message | Gone]) -> None:
        """Ask Slack who they are that are not known yet."""
        found = [_known(user, await self._history.person(user)) for user in self._reading.strangers(entries)]
        self._reading.meet(found)

    def _paused(self, seconds: float) -> None:
        if seconds >= LONG:
            self._watcher.tell(f"Slack asks for a pause of {seconds:.0f} seconds; I go on after it.")


def _entries(page: list[Any]) -> list[Message | Gone]:
    return [entry for raw in page for entry in written(raw)]


def _known(user: str, words: dict[str, Any]) -> Known:
    """Who somebody is by Slack's words; only an id, if it has none."""
    profile = words.get("profile")
    names = (words.get("real_name"), profile.get("real_name") if isinstance(profile, dict) else None)
    name = next((one.strip() for one in names if isinstance(one, str) and one.strip()), user)
    tz = words.get("tz")
    return Known(user, name[:200], tz if isinstance(tz, str) else None, bool(words.get("is_bot")))

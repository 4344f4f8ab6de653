"""Whose App Home shows what is no longer so, and how is it brought up to date without shouting at Slack?"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.errors import Unavailable
from bot.integrations.clock import Clock
from bot.integrations.slack import Declined, LockedOut, Slack, SlackTrouble, TooFast
from bot.pacing import Hold, Pace
from storage import Home, Store

log = logging.getLogger("golive.publishing")

PUBLISH = "views.publish"
LOOKED_AT = timedelta(minutes=30)  # Slack does not say when it is closed
EVERY = timedelta(seconds=2)  # between two of one person, unless they did something there themselves
SLOT = timedelta(minutes=15)  # how often time alone is a reason to look: days end, promises run out
AT_ONCE = 8  # calls under way
LOOK_AGAIN = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=1)
SOON = timedelta(seconds=5)

Place = tuple[str, str]  # workspace and user


@dataclass(frozen=True, slots=True)
class Drawn:
    """A view, and what tells it from another one with other words."""

    view: Mapping[str, Any]
    mark: str


class Publishing:
    """Keeps App Home fresh for those who opened it lately, and leaves everybody else's alone.

    What is to be drawn follows from what is stored: a home whose state is not that of its projects. So
    nothing is lost when the process ends at any moment, and many changes in a row are one publication.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        slack_for: Callable[[str], Slack | None],
        draw: Callable[[Home], Drawn],
    ) -> None:
        self._store = store
        self._clock = clock
        self._slack_for = slack_for
        self._draw = draw
        self._pace = Pace(posts_per_minute=1)  # it posts nothing: only its own method is counted
        self._busy: dict[Place, asyncio.Task[None]] = {}
        self._held: dict[Place, datetime] = {}
        self._troubles: Counter[Place] = Counter()
        self._stopping = False
        self.wake = asyncio.Event()  # whoever commits something that is shown sets this

    async def sweep(self) -> datetime | None:
        """Begin to publish what is due; tells when to look again."""
        stale, fresh = await asyncio.to_thread(self._stale, self._clock.now())
        now = self._clock.now()
        later = [self._next_slot(now)] if stale or fresh else []
        for home, stamp in stale:
            place = (home.workspace, home.user)
            slack = self._slack_for(home.workspace)
            if place in self._busy or slack is None or self._stopping:
                continue
            if (until := self._not_before(home, now)) > now:
                later.append(until)
            elif len(self._busy) >= AT_ONCE:
                break  # whoever finishes wakes us
            else:
                self._busy[place] = asyncio.create_task(self._run(slack, home, stamp))
        return min(later, default=None)

    def _stale(self, now: datetime) -> tuple[list[tuple[Home, str]], int]:
        """The homes that are looked at and not drawn from the state that is; and how many are."""
        with self._store.reading() as tx:
            looked_at = tx.homes_open(now - LOOKED_AT)
            states = {
                workspace: tx.states_seen(workspace, users) for workspace, users in _users(looked_at).items()
            }
        slot = int(now.timestamp() // SLOT.total_seconds())
        wanted = [(home, f"{states[home.workspace][home.user]}.{slot}") for home in looked_at]
        stale = [(home, stamp) for home, stamp in wanted if home.stamp != stamp]
        return stale, len(looked_at) - len(stale)

    def _not_before(self, home: Home, now: datetime) -> datetime:
        held = self._held.get((home.workspace, home.user), now)
        if held > now + LONGEST_PAUSE * 2:  # by a clock that was put back since
            held = now
        try:
            self._pace.asked_to_wait(home.workspace, PUBLISH, now)
        except Hold as hold:
            held = max(held, hold.until)
        if home.stamp is not None and home.published_at is not None and home.published_at <= now:
            held = max(held, home.published_at + EVERY)
        return max(held, self._pace.free_at(home.workspace, PUBLISH, now, promised=len(self._busy)))

    @staticmethod
    def _next_slot(now: datetime) -> datetime:
        slot = int(now.timestamp() // SLOT.total_seconds()) + 1
        return datetime.fromtimestamp(slot * SLOT.total_seconds(), UTC)

    async def _run(self, slack: Slack, home: Home, stamp: str) -> None:
        place = (home.workspace, home.user)
        try:
            await self._publish(slack, home, stamp)
            self._held.pop(place, None)
            self._troubles.pop(place, None)
        except Hold as hold:
            self._held[place] = hold.until
        except Exception as trouble:
            if not isinstance(trouble, Unavailable):
                log.exception("The Home of %s stumbled; it goes on in a moment", home.user)
            pause = min(LOOK_AGAIN * 2 ** min(self._troubles[place], 6), LONGEST_PAUSE)
            self._troubles[place] += 1
            self._held[place] = self._clock.now() + pause
        finally:
            del self._busy[place]
            self.wake.set()

    async def _publish(self, slack: Slack, home: Home, stamp: str) -> None:
        home = await asyncio.to_thread(self._again, home)
        if home.stamp == stamp:
            return
        drawn = await asyncio.to_thread(self._draw, home)
        if drawn.mark == home.shown:
            await asyncio.to_thread(self._noted, lambda tx: tx.home_looked(home, stamp))
            return
        workspace, now = home.workspace, self._clock.now()
        taken = self._pace.take(workspace, home.user, PUBLISH, now)
        args = {"user_id": home.user, "view": drawn.view, "hash": home.hash}
        try:
            answer = await slack.call(PUBLISH, **args)
        except TooFast as slow:
            log.warning("Slack asks to pause %s for %.0f s", PUBLISH, slow.retry_after)
            until = self._pace.slow_down(workspace, PUBLISH, self._clock.now(), slow.retry_after)
            raise Hold(until) from slow
        except LockedOut as shut:
            raise Hold(self._clock.now() + LONGEST_PAUSE) from shut
        except Declined as refusal:
            await asyncio.to_thread(self._refused, home, stamp, refusal.error)
            return
        except SlackTrouble as trouble:
            log.warning("%s for %s: %s", PUBLISH, home.user, trouble)
            raise
        finally:
            self._pace.answered(workspace, home.user, PUBLISH, taken, self._clock.now())
        view = answer.get("view")
        hash = view.get("hash") if isinstance(view, dict) else None
        at = self._clock.now()
        await asyncio.to_thread(
            self._noted, lambda tx: tx.home_shown(home, stamp, drawn.mark, hash if hash else None, at)
        )

    def _again(self, home: Home) -> Home:
        """As it is by now: another round may just have ended."""
        with self._store.reading() as tx:
            return tx.home(home.workspace, home.user) or home

    def _refused(self, home: Home, stamp: str, error: str) -> None:
        """Somebody else published meanwhile: what is true now takes its place. What Slack refuses for good it
        would refuse again, until something changes or they open it anew."""
        if error == "hash_conflict":
            log.info("The Home of %s is another than the one I published: I publish it anew", home.user)
            self._noted(lambda tx: tx.home_unknown(home))
            return
        log.warning("Slack does not take the Home of %s (%s)", home.user, error)
        self._noted(lambda tx: tx.home_looked(home, stamp))

    def _noted(self, note: Callable[[Any], None]) -> None:
        with self._store.transaction() as tx:
            note(tx)

    async def idle(self) -> None:
        """Return once nothing is left that could be published now or within a few seconds."""
        while True:
            again = await self.sweep()
            tasks = list(self._busy.values())
            if tasks:
                await asyncio.wait(tasks)
            elif again is None or again > self._clock.now() + SOON or not await self._waits():
                return
            else:
                self.wake.clear()
                await self._clock.wait(again, self.wake)

    async def _waits(self) -> bool:
        stale, _ = await asyncio.to_thread(self._stale, self._clock.now())
        return any(self._slack_for(home.workspace) is not None for home, _ in stale)

    async def stop(self) -> None:
        """What is cut off is published at the next start."""
        self._stopping = True
        tasks = list(self._busy.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _users(homes: Iterable[Home]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for home in homes:
        found.setdefault(home.workspace, []).append(home.user)
    return found

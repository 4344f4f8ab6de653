"""In which workspaces does golive work, as whom, and what becomes of one that shuts it out?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.errors import BotError
from bot.integrations.clock import Clock
from bot.integrations.slack import Identity, LockedOut, Slack
from bot.workspaces import routing
from storage import Standing, Store

log = logging.getLogger("golive.workspaces")

WORKING, HELD, REMOVED, LEAVING = "working", "held", "removed", "leaving"
# At a workspace whose token is not accepted: every minute in the first hour, then every quarter of an hour.
LOOK_AGAIN, LOOK_LATER, FRESH = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)
SEEN_FOR = 1.0  # seconds by the loop's clock, until it is looked whether another process changed something
KEPT_FOR = timedelta(days=30)  # the data of a workspace golive was taken out of
LATE = timedelta(minutes=2)  # how far Slack's clock and ours may differ

Body = Mapping[str, Any]


class Watcher(Protocol):
    """Who has to know when a workspace comes back."""

    def __call__(self, workspace: str) -> None: ...


class Workspaces:
    """How golive stands in each workspace. What is stored is what holds: another process may forget one."""

    slack: Slack  # as handlers have it

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.came_back: list[Watcher] = []
        self._standings: dict[str, Standing] = {}
        self._version: int | None = None
        self._looked = float("-inf")
        self._probed: datetime | None = None

    # ——— what there is

    async def start(self) -> None:
        """Find out where golive is; Refused when Slack lets it in nowhere it should be."""
        raise NotImplementedError

    def slack_in(self, workspace: str) -> Slack | None:
        """That workspace through its Web API, whether or not it may be called now."""
        raise NotImplementedError

    async def homes_of(self, body: Body) -> tuple[str, ...]:
        """The workspaces a request or an event is for."""
        raise NotImplementedError

    def home_of(self, body: Body) -> str:
        """The workspace an event was kept for."""
        return str(body.get("team_id") or "")

    def addressed(self, body: Body, home: str) -> dict[str, Any]:
        """The body of an event as it is kept for one workspace: its outer team is the workspace's, which it
        need not be as Slack sends it, and it is known again there by its id."""
        return {**body, "team_id": home}

    @property
    def told(self) -> str:
        """Where golive works, in a few words."""
        names = [self.called(one) for one in self.at_work()]
        more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
        return f"{', '.join(names[:3])}{more}" if names else "no workspace yet"

    @property
    def not_here(self) -> str:
        """What somebody is told where golive is not."""
        return "golive is not in this workspace any more, so nothing was done."

    def of(self, workspace: str) -> Slack | None:
        """The same, where something may be said; None while it may not."""
        return self.slack_in(workspace) if self.state(workspace) == WORKING else None

    def serves(self, workspace: str) -> bool:
        """Whether what people do there is handled: also while the token is not accepted."""
        return self.state(workspace) in (WORKING, HELD) and self.slack_in(workspace) is not None

    def at_work(self) -> list[str]:
        return [one for one in self._standings if self.of(one) is not None]

    def state(self, workspace: str) -> str | None:
        found = self._standings.get(workspace)
        return found.state if found else None

    def called(self, workspace: str) -> str:
        """The workspace as the log names it."""
        found = self._standings.get(workspace)
        return f"{found.name} ({workspace})" if found and found.name else workspace

    async def fresh(self) -> None:
        """Read again how things stand, if anything was stored since."""
        now = asyncio.get_running_loop().time()
        if now - self._looked < SEEN_FOR:
            return
        self._looked, version = now, self.store.version()
        if version is not None and version == self._version:
            return
        await self._read()
        self._version = version  # not before: what could not be read is asked for again

    async def _read(self) -> None:
        found = await asyncio.to_thread(self._stored)
        self._standings = {one.id: one for one in found}

    def _stored(self) -> list[Standing]:
        with self.store.reading() as tx:
            return tx.standings()

    # ——— what becomes of one

    async def arrived(self, who: Identity, *, enterprise: str | None = None, anew: bool = False) -> bool:
        """golive works there from now on; `anew` when it did not so far, whatever is stored: a project may
        have been loaded there before. False while the workspace is being forgotten."""
        before = self.state(who.workspace)

        def arrives() -> bool:
            with self.store.transaction() as tx:
                return tx.arrives(
                    who.workspace,
                    name=who.name or None,
                    url=who.url or None,
                    enterprise=enterprise,
                    at=self.clock.now(),
                )

        here = await asyncio.to_thread(arrives)
        await self._read()
        if here and (anew or before != WORKING):
            self._tell(who.workspace)
        return here

    async def shut_out(self, workspace: str, error: str) -> None:
        """Its token is not accepted: nothing is sent there until it is, and nothing of it is lost."""
        if await self._changed(lambda tx: tx.hold(workspace, error, self.clock.now())):
            log.error(
                "Slack does not accept my token for %s any more (%s). What there is to say there waits. %s",
                *(self.called(workspace), error, self.mend(workspace)),
            )

    async def ended(self, body: Body, why: str) -> None:
        """An event says that golive was removed."""
        await self.taken_out(self.home_of(body), why, routing.moment_of(body))

    async def join(self, organisation: str, workspace: str) -> None:
        """An organisation opened one more of its workspaces to golive."""

    async def withdrawn(self, organisation: str, workspace: str, at: datetime) -> None:
        """An organisation closed one of its workspaces to golive."""

    async def user_left(self, workspace: str, user: str) -> None:
        """Somebody took back the token they gave for themselves."""

    async def taken_out(self, workspace: str, why: str, at: datetime) -> None:
        """Somebody removed golive there. News of that may be older than its coming back."""
        standing = self._standings.get(workspace)
        if standing is None or not await self._is_news(standing, at):
            return
        now = self.clock.now()
        if await self._changed(lambda tx: tx.leaves(workspace, why, now)):
            until = now + KEPT_FOR
            log.warning(
                "golive was removed from %s (%s): all stops there. Its data is kept until %s; "
                "`golive forget %s` removes it now",
                *(self.called(workspace), why, f"{until:%Y-%m-%d}", workspace),
            )
            await self.locked_up(workspace)

    async def _is_news(self, standing: Standing, at: datetime) -> bool:
        since = standing.since
        if standing.state == WORKING and since is not None:
            if at > since + LATE:
                return True
            if at < since - LATE:
                log.info("That golive was removed from %s is old news", self.called(standing.id))
                return False
        return await self._is_shut_out(standing.id)

    async def _is_shut_out(self, workspace: str) -> bool:
        """What Slack itself says, where the clocks cannot tell."""
        slack = self.slack_in(workspace)
        try:
            if slack is not None:
                await self.knock(slack)
                return False
        except LockedOut:
            return True
        return True

    async def knock(self, slack: Slack) -> None:
        """Ask Slack whether golive is let in there; LockedOut when it is not."""
        await slack.identify()

    async def locked_up(self, workspace: str) -> None:
        """Its tokens are of no more use."""

    async def look_after_held(self) -> datetime | None:
        """Try the tokens that were not accepted, now and then; tells when to look again."""
        held = [standing for standing in self._standings.values() if standing.state == HELD]
        if not held:
            return None
        now = self.clock.now()
        fresh = any(one.since is None or now - one.since < FRESH for one in held)
        pause = LOOK_AGAIN if fresh else LOOK_LATER
        if self._probed is None or not timedelta(0) <= now - self._probed < pause:
            self._probed = now
            await asyncio.gather(*(self._probe(one.id) for one in held))
        return self._probed + pause

    async def _probe(self, workspace: str) -> None:
        slack = self.slack_in(workspace)
        if slack is None:
            return
        try:
            await self.knock(slack)
        except BotError:
            return
        await self.let_in_again(workspace)

    async def let_in_again(self, workspace: str) -> None:
        if await self._changed(lambda tx: tx.release(workspace, self.clock.now())):
            log.warning("Slack accepts my token for %s again: what waited goes on", self.called(workspace))
            self._tell(workspace)

    def mend(self, workspace: str) -> str:
        """What to do about a token that is not accepted."""
        raise NotImplementedError

    async def _changed(self, change: Callable[[Any], bool]) -> bool:
        def stored() -> bool:
            with self.store.transaction() as tx:
                return change(tx)

        changed = await asyncio.to_thread(stored)
        await self._read()
        return changed

    def _tell(self, workspace: str) -> None:
        for watcher in self.came_back:
            watcher(workspace)

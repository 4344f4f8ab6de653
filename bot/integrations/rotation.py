"""Which token is an installation's now, when tokens are renewed from time to time?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.domain.errors import Unavailable
from bot.integrations.clock import Clock
from bot.integrations.installations import Installations
from bot.integrations.slack import TROUBLE, LockedOut, NotSent

log = logging.getLogger("golive.tokens")

EARLY = timedelta(hours=2)  # before it runs out; Slack's tokens last twelve
AGAIN = timedelta(minutes=1)  # between two tries, when Slack does not answer
ALWAYS = 10**9  # minutes: whether it is time is decided here, by our clock, and not by the library
RUN_OUT = frozenset({"token_expired", "invalid_auth"})

# What is told of a token that is refused: Slack's word, and in which workspace it was used, if in one.
Refused = Callable[["InstalledToken", str, str | None], Awaitable[None]]


class InstalledToken:
    """The tokens of one installation: renewed two hours before they run out, by one at a time."""

    def __init__(
        self,
        installation: Installation,
        store: Installations,
        rotator: AsyncTokenRotator,
        clock: Clock,
        refused: Refused,
    ) -> None:
        self.installation = installation
        self._store = store
        self._rotator = rotator
        self._clock = clock
        self._refused = refused
        self._turn = asyncio.Lock()
        self._tried: datetime | None = None
        self._lamented: str | None = None
        self._unsaved = False

    @property
    def at_hand(self) -> str:
        """The token as it is, without asking whether it is time for another."""
        return self.installation.bot_token or ""

    async def current(self) -> str:
        """The token to call with, renewed if it is about to run out."""
        if self._is_due() or self._unsaved:
            async with self._turn:
                if self._unsaved:
                    await self._keep()
                if self._is_due():
                    await self._renew()
        return self.at_hand

    async def refused(self, token: str, error: str, workspace: str | None) -> bool:
        """Slack does not take it: True when there is a newer one, or one could be had."""
        async with self._turn:
            if token != self.at_hand:
                return True
            can = error in RUN_OUT and self.installation.bot_refresh_token is not None
            if can and self._may_try() and await self._renewed():
                return True
        await self._refused(self, error, workspace)
        return False

    def _is_due(self) -> bool:
        until, now = self.installation.bot_token_expires_at, self._clock.now()
        return until is not None and now.timestamp() >= until - EARLY.total_seconds() and self._may_try()

    def _may_try(self) -> bool:
        """All who have something to say meet a token that is no good; Slack is not asked by each of them."""
        now = self._clock.now()
        return self._tried is None or not timedelta(0) <= now - self._tried < AGAIN

    def _has_run_out(self) -> bool:
        until = self.installation.bot_token_expires_at
        return until is not None and self._clock.now().timestamp() >= until

    async def _renew(self) -> None:
        """A token that can be had no more is no trouble yet while the old one is good."""
        if not await self._renewed() and self._has_run_out():
            await self._refused(self, "token_expired", None)
            raise LockedOut("The token has run out, and Slack gives no other: run `golive doctor`.")

    async def _renewed(self) -> bool:
        self._tried = self._clock.now()
        try:
            new = await self._rotator.perform_token_rotation(
                installation=self.installation, minutes_before_expiration=ALWAYS
            )
        except SlackTokenRotationError as refusal:
            self._lament(_word(refusal))
            return False
        except TROUBLE as cause:
            if self._has_run_out():
                raise NotSent("Slack did not answer when asked for a new token; I will try again.") from cause
            log.warning("The token of %s could not be renewed yet (%s)", self._place, type(cause).__name__)
            return False
        if new is None:
            return False
        off = (self._clock.now() - datetime.now(UTC)).total_seconds()
        for name in ("bot_token_expires_at", "user_token_expires_at"):
            before, after = getattr(self.installation, name), getattr(new, name)
            if after is not None and after != before:
                setattr(new, name, round(after + off))
        self.installation, self._lamented = new, None
        await self._keep()
        log.info("The tokens of %s are renewed", self._place)
        return True

    @property
    def _place(self) -> str:
        one = self.installation
        named = one.team_name or one.enterprise_name
        where = one.team_id or one.enterprise_id
        return f"{named} ({where})" if named else str(where)

    def _lament(self, why: str) -> None:
        """Said once, with what it leads to; it is tried again every minute."""
        if why == self._lamented:
            return
        self._lamented = why
        until = datetime.fromtimestamp(self.installation.bot_token_expires_at or 0, UTC)
        good = "of no use any more" if self._has_run_out() else f"good until {until:%H:%M} UTC"
        log.error(
            "The token of %s could not be renewed (%s). The one at hand is %s; if this stays so, somebody "
            "there has to install golive again",
            *(self._place, why, good),
        )

    async def _keep(self) -> None:
        """The one before is used up: it must not be lost because the database does not answer just now."""
        try:
            await self._store.save_as_is(self.installation)
            self._unsaved = False
        except Unavailable as trouble:
            self._unsaved = True
            log.error("A renewed token could not be kept yet: %s", trouble)


def _word(refusal: SlackTokenRotationError) -> str:
    data = getattr(refusal.api_error.response, "data", None)
    return str(data.get("error")) if isinstance(data, dict) else "no answer that can be read"

"""What is answered to whatever Slack, or something that looks like it, hands us? The same at every door."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.errors import BotError
from bot.integrations.slack import RespondOnce, within
from bot.workspaces import Workspaces
from handlers.shape import Payload, payload_of
from handlers.views import told

log = logging.getLogger("golive.arriving")

HOMES = "homes"  # in the context of a request: the workspaces it is for
SENT = "sent"  # there too: set once Slack has been given the answer
SENDING = 1.0  # seconds that may take, before what follows it is said all the same
NOBODYS = frozenset({"url_verification", "ssl_check", "app_rate_limited"})
NO_SENSE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack is given, and what to set when it has been."""

    response: BoltResponse
    sent: asyncio.Event = field(default_factory=asyncio.Event)

    async def is_sent(self) -> None:
        """To be told by whoever gave it to Slack."""
        self.sent.set()


class Acknowledgement(AsyncAck):
    """One that stays given, and that can be waited for.

    Bolt looks for it every 10 ms, and forgets it when the handler fails before that look: the person who
    pressed would wait three seconds for an error, beside the sentence that says what was wrong.
    """

    def __init__(self, context: AsyncBoltContext) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._sent: asyncio.Event = context.get(SENT) or asyncio.Event()

    def __setattr__(self, name: str, value: object) -> None:
        if name != "response" or value is not None or getattr(self, "response", None) is None:
            super().__setattr__(name, value)

    async def ahead(self, **said: Any) -> None:
        """Acknowledge, and wait until Slack has been sent that: what follows and came first would stand above
        it, or be replaced by it."""
        await self(**said)
        with suppress(TimeoutError):
            async with asyncio.timeout(SENDING):
                await self._sent.wait()


class Door:
    """Bolt, and before it what finds out for which workspace something came."""

    def __init__(self, bolt: AsyncApp, workspaces: Workspaces, session: aiohttp.ClientSession) -> None:
        self.bolt = bolt
        self._workspaces = workspaces
        self._session = session
        self._telling: set[asyncio.Task[None]] = set()

    async def answered(self, read: Callable[[], AsyncBoltRequest]) -> Answer:
        """Bolt's answer. Bolt itself would fail on what is no payload, or keep Slack waiting for what nobody
        here listens to; and would write either into the log."""
        try:
            request = read()
            kind = payload_of(request.body)
        except NO_SENSE as cause:
            log.warning("What came in made no sense (%s)", type(cause).__name__)
            return Answer(BoltResponse(status=400, body="not understood"))
        if kind is Payload.TORN:
            log.warning("A payload was not whole, so I left it alone")
            return Answer(BoltResponse(status=400, body="not understood"))
        if kind is Payload.NOT_OURS:
            return Answer(BoltResponse(status=200, body=""))
        request.context[SENT] = asyncio.Event()
        answer = await self._at_home(request)
        if answer.status >= 500 and request.body.get("type") != "event_callback":
            # A listener failed so late that nobody waits any more. Only an event is worth sending again.
            answer = BoltResponse(status=408, body="too late")
        return Answer(answer, request.context[SENT])

    async def _at_home(self, request: AsyncBoltRequest) -> BoltResponse:
        """Bolt's answer, in the workspace this came for."""
        body = request.body
        if body.get("type") in NOBODYS or body.get("ssl_check"):
            return await self.bolt.async_dispatch(request)
        try:
            homes = await self._workspaces.homes_of(body)
        except BotError as trouble:
            log.warning("Something came in that waits: %s", trouble)
            return BoltResponse(status=503, body="")
        if not homes:
            return await self._turned_away(request)
        request.context[HOMES] = homes
        slack = self._workspaces.slack_in(homes[0])
        if slack is None:  # it is gone, and this says so
            return await self.bolt.async_dispatch(request)
        with within(slack):
            return await self.bolt.async_dispatch(request)

    async def _turned_away(self, request: AsyncBoltRequest) -> BoltResponse:
        """golive is not, or no longer, where this came from: a person is told how it comes back."""
        body = request.body
        log.info("A %s of a workspace that golive does not serve was left alone", body.get("type", "command"))
        if body.get("type") == "event_callback":
            return BoltResponse(status=200, body="")
        sentence = self._workspaces.not_here
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", **told.sentence(sentence)})
        if body.get("type") == "view_submission":
            return BoltResponse(status=200, body=told.in_the_modal(body.get("view") or {}, sentence))
        if body.get("type") == "block_suggestion":
            return BoltResponse(status=200, body={"options": []})
        self._tell_beside(body.get("response_url"), sentence)
        return BoltResponse(status=200, body="")

    def _tell_beside(self, url: object, sentence: str) -> None:
        """Who pressed something reads it where they pressed; Slack has its acknowledgement before."""
        if not isinstance(url, str) or not url:
            return
        task = asyncio.create_task(self._tell(url, sentence))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, url: str, sentence: str) -> None:
        respond = RespondOnce(url, self._session)
        try:
            await respond(response_type="ephemeral", replace_original=False, **told.sentence(sentence))
        except BotError as trouble:
            log.info("Somebody could not be told: %s", trouble)

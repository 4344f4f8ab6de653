"""How does Slack's Socket Mode come in? Every envelope is acknowledged, whatever is in it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging import Logger
from time import time
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from handlers.arriving import Door

log = logging.getLogger("golive.socket")


class Socket(AsyncSocketModeHandler):
    """The connection to Slack, and Bolt behind it."""

    def __init__(
        self,
        door: Door,
        app_token: str,
        *,
        logger: Logger,
        web_client: AsyncWebClient,
        ping_interval: float,
    ) -> None:
        self.app = door.bolt
        self._door = door
        self.app_token = app_token
        self.client = _Client(app_token, logger=logger, web_client=web_client, ping_interval=ping_interval)
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        def read() -> AsyncBoltRequest:
            return AsyncBoltRequest(mode="socket_mode", body=req.payload, headers=build_headers(req))

        started = time()
        answer = await self._door.answered(read)
        response = answer.response
        if response.status == 400:  # sent again it would make no more sense
            response = BoltResponse(status=200, body="")
        with _while_it_lasts():
            await send_async_response(client, req, response, started)
        await answer.is_sent()


@contextmanager
def _while_it_lasts() -> Iterator[None]:
    try:
        yield
    except ConnectionError:
        log.info("The connection ended before an acknowledgement was sent; Slack sends its events again")


class _Client(SocketModeClient):
    """The SDK's own, which would write a frame that is none into the log, and leave it unanswered."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._at_work: set[asyncio.Task[None]] = set()

    async def process_message(self) -> None:
        raw = await self.message_queue.get()
        frame = _read(raw)
        if frame is None:
            return
        if "envelope_id" in frame and not isinstance(frame.get("payload"), dict):
            log.warning("An envelope without a payload was left alone")
            with _while_it_lasts():
                await self.send_socket_mode_response(SocketModeResponse(envelope_id=frame["envelope_id"]))
            return
        task = asyncio.create_task(self.run_message_listeners(frame, raw))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)


def _read(raw: object) -> dict[str, Any] | None:
    """A frame, if it is one."""
    try:
        frame = json.loads(raw) if isinstance(raw, str) else None
    except (ValueError, RecursionError) as cause:
        log.warning("A frame made no sense (%s)", type(cause).__name__)
        return None
    return frame if isinstance(frame, dict) else None

"""How do Slack's requests come in over HTTP, and how is everybody else's kept out?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.domain.errors import Unavailable
from bot.integrations.clock import Clock
from handlers.arriving import Door

log = logging.getLogger("golive.http")

LARGEST_BODY = 2_000_000  # a full form of 250 kB, percent-encoded, and then some
BODY_SECONDS = 10
Health = Callable[[], Awaitable[dict[str, Any]]]


class _AsOf(SignatureClock):
    """The clock signatures are judged by."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


def application(
    door: Door, signing_secret: str, clock: Clock, health: Health, besides: Sequence[BaseRoute] = ()
) -> Starlette:
    """Signed requests at /slack/events, the state of things at /healthz, `besides`, and nothing else."""
    verifier = SignatureVerifier(signing_secret, _AsOf(clock))

    async def events(request: Request) -> Response:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        if body is None:
            return Response("too large", status_code=413)
        # Bolt would write a stranger's body and signature into the log, and fail on an odd timestamp.
        if not _is_slacks(verifier, request, body):
            log.warning("A request without a valid signature was refused")
            return Response("invalid signature", status_code=401)
        answer = await door.answered(lambda: to_async_bolt_request(request, body))
        response = to_starlette_response(answer.response)
        response.background = BackgroundTask(answer.is_sent)
        return response

    async def healthz(request: Request) -> Response:
        state = await health()
        return JSONResponse(state, status_code=200 if state["database"] == "ok" else 503)

    routes = [Route("/slack/events", events, methods=["POST"]), Route("/healthz", healthz, methods=["GET"])]
    return Starlette(routes=[*routes, *besides])


async def _body(request: Request) -> bytes | None:
    """The whole body; None when it is larger than anything Slack sends, and before it fills the memory."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _is_slacks(verifier: SignatureVerifier, request: Request, body: bytes) -> bool:
    timestamp = request.headers.get("x-slack-request-timestamp")
    signature = request.headers.get("x-slack-signature")
    try:
        return verifier.is_valid(body, timestamp, signature)
    except (ValueError, TypeError, OverflowError):  # a timestamp that is no number, a body that is no text
        return False


class Server:
    """uvicorn, started and stopped by us: signals are the command line's business."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self._socket = _bound(host, port)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_keep_alive=15,
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._server = _Quiet(config)
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        host, port = self._socket.getsockname()[:2]
        return f"http://{host}:{port}"

    async def start(self) -> None:
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving
        self._socket.close()


class _Quiet(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay of 40 ms off only for sockets that are TCP by name.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(2048)
    except OSError as cause:
        sock.close()
        why = cause.strerror or str(cause)
        raise Unavailable(
            f"I cannot listen on {host}:{port} ({why}): choose another GOLIVE_HTTP_PORT or GOLIVE_HTTP_HOST."
        ) from cause
    return sock

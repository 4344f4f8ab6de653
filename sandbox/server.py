"""Who may talk to this Slack, and how does it start and stop in the middle of another program?"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.control import Control

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox

STOP_SECONDS = 2
TICK_SECONDS = 0.5
Transports = dict[Any, asyncio.Transport]


def application(sandbox: Sandbox, transports: Transports, page: list[BaseRoute]) -> ASGIApp:
    """Everything this Slack answers, behind its door."""
    web = sandbox.web

    async def call(request: Request) -> Response:
        """Slack's Web API is one for all workspaces: the token says which is meant."""
        header = request.headers.get("authorization", "")
        said = header[7:].strip() if header.startswith("Bearer ") else request.query_params.get("token")
        return await sandbox.speaks_for(said).call(request)

    app = Starlette(
        routes=[
            *sandbox.oauth.routes(),
            Route("/api/{method}", call, methods=["GET", "POST"]),
            *(
                Route(f"/{kind}/{{ident:path}}", web.respond, methods=["POST"])
                for kind in ("commands", "actions", "app")
            ),
            Route("/upload/v1/{file_id}", web.upload, methods=["POST", "PUT"]),
            Route("/files-pri/{name}/{rest:path}", web.download),
            WebSocketRoute("/link", sandbox.link),
            *Control(sandbox).routes(),
            *page,
        ]
    )
    app.state.sandbox = sandbox
    app.state.transports = transports
    return Door(app, lambda: sandbox.hosts)


class Door:
    """Lets in who comes from this machine and means this Slack."""

    def __init__(self, app: ASGIApp, hosts: Callable[[], set[str]]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal:
            await _refuse(refusal, scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        headers = {key.decode().lower(): value.decode("latin-1") for key, value in scope["headers"]}
        # Another site's page can make this browser send requests here under a name that leads to 127.0.0.1.
        if headers.get("host", "").lower() not in self._hosts():
            return "This is a Slack for this machine only: ask for it as 127.0.0.1 or localhost."
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        origin = headers.get("origin")
        foreign = origin is not None and origin.partition("://")[2].lower() not in self._hosts()
        if changes and (foreign or headers.get("sec-fetch-site") in ("cross-site", "same-site")):
            return "Pages of other sites may not act here."
        return None


async def _refuse(sentence: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).close(code=4403)
        return
    await PlainTextResponse(sentence, 403)(scope, receive, send)


class Server(uvicorn.Server):
    """A uvicorn that lives in somebody else's event loop and leaves the signals alone."""

    def __init__(self, app: ASGIApp, transports: Transports) -> None:
        class Line(H11Protocol):
            """A connection that can be found again, to be cut."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                transports[transport.get_extra_info("peername")[:2]] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self.transport.get_extra_info("peername")[:2], None)
                super().connection_lost(exc)

        super().__init__(
            uvicorn.Config(
                app,
                http=Line,
                ws="websockets-sansio",
                ws_max_size=4 * 1024 * 1024,
                log_level="warning",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )
        self._running: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._down = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._up.set()

    async def main_loop(self) -> None:
        tick = 0
        while not self._down.is_set() and not await self.on_tick(tick):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._down.wait(), TICK_SECONDS)
            tick += 1

    async def open(self, host: str, port: int) -> int:
        """Listen, and return the port (a free one for port 0)."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # asyncio turns Nagle's delay of 40 ms off only for sockets that are TCP by name.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        self._running = asyncio.create_task(self.serve([listener]), name="sandbox")
        up = asyncio.create_task(self._up.wait())
        await asyncio.wait([up, self._running], return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if self._running.done():
            self._running.result()
        return int(listener.getsockname()[1])

    async def close(self) -> None:
        self._down.set()
        if self._running:
            await self._running

"""How does Socket Mode speak: hello, envelopes, acknowledgements, goodbye?"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from typing import Any
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.clock import Clock
from sandbox.errors import Gone, NoAnswer
from sandbox.faults import Faults
from sandbox.state import App, Json

CONNECTIONS = 10
REFRESH_GRACE = 10.0  # real seconds between "please reconnect" and the end
ANSWERED = {"slash_commands", "interactive:view_submission", "interactive:block_suggestion"}


class Connection:
    """One open websocket, and what it has not acknowledged yet."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self.waiting: dict[str, asyncio.Future[Any]] = {}

    def gone(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(Gone("connection_failed"))

    async def close(self) -> None:
        self.gone()
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await self.websocket.close()


class Sockets:
    """All connections of the app; each envelope goes to one of them, in turn."""

    def __init__(self, app: App, clock: Clock, faults: Faults, ack_seconds: float) -> None:
        self._app = app
        self._clock = clock
        self._down_until = 0.0
        self._faults = faults
        self._turn = 0
        self._tickets: set[str] = set()
        self._goodbyes: set[asyncio.Task[None]] = set()
        self.ack_seconds = ack_seconds
        self.ready = asyncio.Event()
        self.connections: list[Connection] = []

    def ticket(self) -> str:
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        """One connection, from hello to goodbye."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets or self._clock.time() < self._down_until:
            await websocket.close(code=4401)
            return
        self._tickets.discard(ticket)
        await websocket.accept()
        if len(self.connections) >= CONNECTIONS:
            await websocket.send_text(json.dumps(self._goodbye("too_many_websockets")))
            await websocket.close()
            return
        await self._serve(Connection(websocket))

    async def _serve(self, connection: Connection) -> None:
        self.connections.append(connection)
        try:
            await connection.websocket.send_text(json.dumps(self._hello()))
            self.ready.set()
            while True:
                self._heard(connection, await connection.websocket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._forget(connection)

    async def send(self, kind: str, payload: Json, *, attempt: int = 0, reason: str | None = None) -> Any:
        if not self.connections:
            raise Gone("connection_failed")
        self._turn += 1
        connection = self.connections[self._turn % len(self.connections)]
        envelope_id = str(uuid4())
        envelope: Json = {"envelope_id": envelope_id, "payload": payload, "type": kind}
        inner = payload.get("event", {}).get("type") or payload.get("type")
        accepts = kind in ANSWERED or f"{kind}:{inner}" in ANSWERED
        envelope["accepts_response_payload"] = accepts
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason or ""}
        future = connection.waiting[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await self._write(connection, envelope)
            if self._faults.take(["socket_close"], kind, str(inner)):
                await self._cut(connection)
            answer = await asyncio.wait_for(future, self.ack_seconds)
        except TimeoutError:
            raise NoAnswer("timeout") from None
        finally:
            connection.waiting.pop(envelope_id, None)
        return answer if accepts else None

    async def cut(self, down_until: float = 0.0) -> None:
        """Close every connection, as when the network goes; none opens again before that moment."""
        self._down_until = down_until
        for connection in list(self.connections):
            await self._cut(connection)

    async def ask_to_leave(self, reason: str) -> None:
        """Say that the connections end soon (`warning`), or should be renewed now (`refresh_requested`)."""
        for connection in list(self.connections):
            await self._write(connection, self._goodbye(reason))
            task = asyncio.create_task(self._leave(connection))
            self._goodbyes.add(task)
            task.add_done_callback(self._goodbyes.discard)

    async def stop(self) -> None:
        for task in list(self._goodbyes):
            task.cancel()
        await self.cut()

    async def _leave(self, connection: Connection) -> None:
        await asyncio.sleep(REFRESH_GRACE)
        await self._cut(connection)

    async def _cut(self, connection: Connection) -> None:
        self._forget(connection)
        await connection.close()

    async def _write(self, connection: Connection, frame: Json) -> None:
        try:
            await connection.websocket.send_text(json.dumps(frame))
        except (RuntimeError, WebSocketDisconnect):
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        if not self.connections:
            self.ready.clear()
        connection.gone()

    def _heard(self, connection: Connection, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        future = connection.waiting.get(str(frame.get("envelope_id"))) if isinstance(frame, dict) else None
        if future and not future.done():
            future.set_result(frame.get("payload"))

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._app.id},
        }

    def _goodbye(self, reason: str) -> Json:
        return {
            "type": "disconnect",
            "reason": reason,
            "num_connections": len(self.connections),
            "debug_info": {"host": "applink-sandbox"},
            "connection_info": {"app_id": self._app.id},
        }

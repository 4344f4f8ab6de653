"""A whole Slack in one object: seeded, started, looked at, moved in time, stopped."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from starlette.websockets import WebSocket

from sandbox import page
from sandbox.clock import Clock
from sandbox.disk import Disk
from sandbox.faults import Fault, Faults
from sandbox.interactions import Interactions
from sandbox.limits import Limits, Pace
from sandbox.people import People
from sandbox.screens import Screens
from sandbox.seeds import Seeds
from sandbox.server import Server, Transports, application
from sandbox.signed import Signed
from sandbox.slack import Slack
from sandbox.sockets import Sockets
from sandbox.state import App, Json, State
from sandbox.views import Views
from sandbox.webapi import WebApi

ACK_SECONDS = 3.0
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Sandbox:
    """A strict Slack on this machine. See docs/sandbox.md."""

    def __init__(
        self,
        *,
        manifest: Json,
        data: Path | None = None,
        at: datetime | None = None,
        port: int = 0,
        host: str = "127.0.0.1",
        delivery: str = "socket",
        request_url: str | None = None,
        signed_with: str = "sandbox",
        limits: Limits | None = None,
        ack_seconds: float = ACK_SECONDS,
        hints: list[str] | None = None,
    ) -> None:
        if host not in LOOPBACK:
            raise ValueError("The sandbox listens on this machine only: host is 127.0.0.1, ::1 or localhost.")
        if delivery not in ("socket", "http") or (delivery == "http") != bool(request_url):
            raise ValueError('delivery is "socket", or "http" with the request_url of the app.')
        self._address = (host, port)
        self.hints = list(hints or [])  # what the page proposes to try first
        self._server: Server | None = None
        self._disk = Disk(data) if data else None
        self.clock = Clock(at)
        self.state = State(_app(manifest))
        if self._disk:
            self._disk.load(self.state)
        self._stopped_at = self.state.last_seen
        self._make_secrets()
        self.faults = Faults()
        self.slack = Slack(self.state, self.clock, self.faults, Pace(limits or Limits()), self.save)
        self.clock.on_move = lambda: self.state.say("clock")
        self.interactions = Interactions(self.slack)
        self.views = Views(self.slack)
        self.people = People(self.slack, self.interactions)
        self.sockets = (
            Sockets(self.state.app, self.clock, self.faults, ack_seconds) if delivery == "socket" else None
        )
        now = time.time if signed_with == "machine" else self.clock.time
        self.signed = Signed(request_url, self.signing_secret, now, ack_seconds) if request_url else None
        self.web = WebApi(self.slack, self.interactions, self.views, self.sockets)
        self.hosts: set[str] = set()
        self.seeds = Seeds(self.slack)
        self.screens = Screens(self.slack, self.people, self.interactions, self.views)

    @property
    def bot_token(self) -> str:
        return self.state.secrets["bot_token"]

    @property
    def app_token(self) -> str:
        return self.state.secrets["app_token"]

    @property
    def signing_secret(self) -> str:
        return self.state.secrets["signing_secret"]

    @property
    def url(self) -> str:
        return self.slack.url

    @property
    def connected(self) -> bool:
        """Is there a way to the app?"""
        return self.sockets is None or bool(self.sockets.connections)

    @property
    def settle(self) -> Callable[[], Awaitable[None]] | None:
        """Given by whoever runs the app beside this Slack: returns when the app has handled everything."""
        return self.slack.settle

    @settle.setter
    def settle(self, settle: Callable[[], Awaitable[None]] | None) -> None:
        self.slack.settle = settle

    def seed(
        self,
        team: Json | None = None,
        users: list[Json] | None = None,
        channels: list[Json] | None = None,
        history: list[Json] | None = None,
    ) -> None:
        """Put people, channels and what was said into this Slack; what is there already stays as it is."""
        self.seeds.sow(team, users or [], channels or [], history or [])
        self.save()

    # ——— running

    async def start(self) -> str:
        """Listen, and return the address."""
        transports: Transports = {}
        self._server = Server(application(self, transports, page.routes(self)), transports)
        host, wanted = self._address
        port = await self._server.open(host, wanted)
        self.hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        self.slack.url = f"http://{'[::1]' if host == '::1' else host}:{port}"
        transport = self.sockets or self.signed
        assert transport is not None
        self.slack.deliveries.start(transport)
        return self.slack.url

    async def stop(self) -> None:
        self.state.say("stop")  # whoever watches goes home
        await self.slack.deliveries.stop()
        if self.sockets:
            await self.sockets.stop()
        if self.signed:
            await self.signed.stop()
        if self._server:
            await self._server.close()
        self.save()
        if self._disk:
            self._disk.close()

    def save(self) -> None:
        """Write what changed to the disk, if there is one."""
        if self._disk and self.state.journal:
            self.state.keep_time(self.clock.time())
            self._disk.save(self.state)

    async def link(self, websocket: WebSocket) -> None:
        if self.sockets is None:
            await websocket.close(code=4404)
            return
        await self.sockets.serve(websocket)

    # ——— time and weather

    async def move(self, target: datetime) -> None:
        """Move the clock; returns when everything that became due has been handled."""
        await self.clock.pass_until(target, self._settled)
        self.state.keep_time(self.clock.time())
        self.save()

    def resume(self) -> None:
        """Let the clock go on from what it showed the last time, if that is later than what it shows now."""
        if self._stopped_at > self.clock.time():
            self.clock.move(datetime.fromtimestamp(self._stopped_at, UTC))

    async def strike(self, fault: Fault) -> None:
        """Let a fault of the connections happen now; the others wait for the call or event they fit."""
        if self.sockets is None or not fault.kind.startswith("socket_") or fault.method != "*":
            return
        if not self.sockets.connections:
            return
        self.faults.take([fault.kind], fault.method)
        if fault.kind == "socket_close":
            await self.sockets.cut(
                down_until=self.clock.time() + fault.retry_after if fault.retry_after > 1 else 0
            )
        else:
            await self.sockets.ask_to_leave(
                {"socket_warning": "warning"}.get(fault.kind, "refresh_requested")
            )

    def pending(self) -> Json:
        """What is not done yet."""
        return {
            "events": self.slack.deliveries.pending,
            "calls": self.slack.busy,
            "connections": len(self.sockets.connections) if self.sockets else None,
            "dropped": len(self.slack.deliveries.dropped),
        }

    async def _settled(self) -> None:
        await self.slack.quiet(need_connection=False)

    def _make_secrets(self) -> None:
        made = {
            "bot_token": f"xoxb-sandbox-{secrets.token_hex(12)}",
            "app_token": f"xapp-1-{self.state.app.id}-{secrets.token_hex(12)}",
            "signing_secret": secrets.token_hex(16),
        }
        for name, value in made.items():
            if name not in self.state.secrets:
                self.state.put_secret(name, value)


def _app(manifest: Json) -> App:
    name = manifest.get("features", {}).get("bot_user", {}).get("display_name")
    return App(manifest=manifest, name=str(name or manifest["display_information"]["name"]))

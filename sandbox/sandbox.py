"""A whole Slack in one object: seeded, started, looked at, moved in time, stopped."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from starlette.websockets import WebSocket

from sandbox import page
from sandbox.agents import Agents
from sandbox.clock import Clock
from sandbox.disk import Disk
from sandbox.faults import Fault, Faults
from sandbox.installs import Install
from sandbox.interactions import Interactions
from sandbox.limits import Limits, Pace
from sandbox.oauth import OAuth
from sandbox.people import People
from sandbox.screens import Screens
from sandbox.seeds import Seeds
from sandbox.server import Server, Transports, application
from sandbox.signed import Signed
from sandbox.slack import Slack
from sandbox.sockets import Sockets
from sandbox.state import App, Json, State, Team
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
        installed: bool = True,
        team: Json | None = None,
        beside: Sandbox | None = None,
    ) -> None:
        """`beside` another one: a further workspace of the same Slack, with the same app, clock, weather and
        way to the app, and with a page and a control API of its own."""
        _check(host, delivery, request_url)
        self._address = (host, port)
        self._ack_seconds = ack_seconds
        self.hints = list(hints or [])  # what the page proposes to try first
        self._server: Server | None = None
        self._disk = Disk(data) if data else None
        self._share(beside, at)
        self.state = State(_app(manifest, len(self.workspaces)))
        if self._disk:
            self._disk.load(self.state)
        self._stopped_at = self.state.last_seen
        self._make_secrets(installed=installed)
        self.slack = Slack(self.state, self.clock, self.faults, Pace(limits or Limits()), self.save)
        self.clock.on_move = self._moved
        self.interactions = Interactions(self.slack)
        self.views = Views(self.slack)
        self.people = People(self.slack, self.interactions)
        self.sockets: Sockets | None = beside.sockets if beside else None
        self.signed: Signed | None = beside.signed if beside else None
        if beside is None:
            self._find_a_way(delivery, request_url, signed_with)
        self.web = WebApi(self.slack, self.interactions, self.views, self.sockets)
        self.hosts: set[str] = set()
        self.install_url = ""  # where the app begins its installation, if it can be installed
        self.oauth: OAuth = beside.oauth if beside else OAuth(self)
        self.seeds = Seeds(self.slack)
        self.screens = Screens(self.slack, self.people, self.interactions, self.views)
        self._call(team)
        self._meet()

    def _share(self, beside: Sandbox | None, at: datetime | None) -> None:
        """What all workspaces of one Slack have in common."""
        self.clock: Clock = beside.clock if beside else Clock(at)
        self._first: Sandbox = beside._first if beside else self
        self.workspaces: list[Sandbox] = beside.workspaces if beside else []
        self.faults: Faults = beside.faults if beside else Faults()

    def _find_a_way(self, delivery: str, request_url: str | None, signed_with: str) -> None:
        """To the app: over websockets it opens, or to its request URL once that is known."""
        if delivery == "socket":
            self.sockets = Sockets(self.state.app, self.clock, self.faults, self._ack_seconds)
        elif request_url:
            now = time.time if signed_with == "machine" else self.clock.time
            self.signed = Signed(request_url, self.signing_secret, now, self._ack_seconds)

    def _call(self, team: Json | None) -> None:
        """Give the workspace its name, unless it has one already."""
        if team is not None and self.state.team == Team():
            name = str(team.get("name") or "Sandbox")
            self.state.put_team(Team(str(team["id"]), name, str(team.get("domain") or name.lower())))

    def _meet(self) -> None:
        """Know the workspaces that were here before, and the channels this one shares with them."""
        for other in self.workspaces:
            for one, two in ((self, other), (other, self)):
                one.slack.beside.append(two.slack)
                one.state.beside.append(two.state)
            for channel in list(other.state.channels.values()):
                if self.state.team.id in channel.shared_by:
                    self.state.channels[channel.id] = channel
        self.workspaces.append(self)

    def workspace(self, team: str) -> Sandbox | None:
        """The workspace of this Slack with that id."""
        return next((one for one in self.workspaces if one.state.team.id == team), None)

    def somebody(self) -> str:
        """Whoever installs an app here: the first who is no bot."""
        people = (one["id"] for one in self.state.users.values() if not one["is_bot"])
        return next(people, self.state.app.bot_user)

    def speaks_for(self, token: str | None) -> WebApi:
        """The workspace a token is of; this one when it is of none."""
        return next((one.web for one in self.workspaces if token and one.web.takes(token)), self.web)

    @property
    def install(self) -> Install:
        return self.slack.install

    @property
    def bot_token(self) -> str:
        return str(self.state.secrets["bot_token"])

    @property
    def app_token(self) -> str:
        return str(self.state.secrets["app_token"])

    @property
    def signing_secret(self) -> str:
        return str(self.state.secrets["signing_secret"])

    @property
    def client_id(self) -> str:
        return str(self._first.state.secrets["client_id"])

    @property
    def client_secret(self) -> str:
        return str(self._first.state.secrets["client_secret"])

    @property
    def url(self) -> str:
        return self.slack.url

    @property
    def connected(self) -> bool:
        """Is there a way to the app?"""
        return self.sockets is None or bool(self.sockets.connections)

    @property
    def neighbours(self) -> list[tuple[str, str, bool]]:
        """The workspaces of this Slack, for a page that leads from one to the other."""
        return [(one.state.team.name, one.url, one is self) for one in self.workspaces]

    @property
    def invitation(self) -> str:
        """Where somebody adds the app to this workspace."""
        return f"{self.install_url}?team={self.state.team.id}" if self.install_url else ""

    @property
    def agents(self) -> Agents:
        return self.slack.agents

    @property
    def has_app(self) -> bool:
        return self.install.is_there

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
        if transport is not None:
            self.slack.deliveries.start(transport)
        return self.slack.url

    def deliver_to(self, request_url: str, install_url: str = "") -> None:
        """The app is there now: where its events go, for all workspaces, and where it is installed from."""
        signed = Signed(request_url, self._first.signing_secret, self.clock.time, self._ack_seconds)
        for one in self.workspaces:
            one.signed, one.install_url = signed, install_url
            one.slack.deliveries.start(signed)

    async def stop(self) -> None:
        self.state.say("stop")  # whoever watches goes home
        await self.slack.deliveries.stop()
        if self.sockets and self is self._first:
            await self.sockets.stop()
        if self.signed and self is self._first:
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

    def _moved(self) -> None:
        for one in self.workspaces:
            one.state.say("clock")

    def _make_secrets(self, *, installed: bool) -> None:
        app = {
            "app_token": f"xapp-1-{self.state.app.id}-{secrets.token_hex(12)}",
            "signing_secret": secrets.token_hex(16),
            "client_id": f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}",
            "client_secret": secrets.token_hex(16),
        }
        if self is not self._first:  # the app is the same in every workspace
            app = {name: str(self._first.state.secrets[name]) for name in app}
        made = {"bot_token": f"xoxb-sandbox-{secrets.token_hex(12)}" if installed else "", **app}
        for name, value in made.items():
            if name not in self.state.secrets:
                self.state.put_secret(name, value)


def _check(host: str, delivery: str, request_url: str | None) -> None:
    if host not in LOOPBACK:
        raise ValueError("The sandbox listens on this machine only: host is 127.0.0.1, ::1 or localhost.")
    if delivery not in ("socket", "http") or (delivery == "socket" and request_url):
        raise ValueError('delivery is "socket", or "http" with the request_url of the app, now or later.')


def _app(manifest: Json, number: int) -> App:
    """The app; in a further workspace it has another bot."""
    name = manifest.get("features", {}).get("bot_user", {}).get("display_name")
    app = App(manifest=manifest, name=str(name or manifest["display_information"]["name"]))
    if number:
        app.bot_user, app.bot_id = f"{app.bot_user[:-1]}{number + 1}", f"{app.bot_id[:-1]}{number + 1}"
    return app

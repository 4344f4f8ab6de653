"""How is the page of this Slack served: the window itself, its style and script, and word of every change?"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from sandbox.page import emoji
from sandbox.page.blocks import environment
from sandbox.page.mrkdwn import page_address
from sandbox.page.window import Asked, Reads, Window
from sandbox.state import Channel, Json, State

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_STATIC = Path(__file__).parent / "static"
_PAUSE = 0.1  # seconds after word of a change, in which further changes are gathered
_LOOK = 1.0  # seconds between looks at whether the app is connected
_UNSEEN = {"calls", "deliveries"}  # changes that nothing on the page shows


class Clock(Protocol):
    def now(self) -> datetime: ...


class Conversations(Protocol):
    """What an agent shows beside its messages."""

    @property
    def is_agent(self) -> bool: ...
    def prompts_of(self, channel: Channel, thread: str) -> Json: ...
    def title_of(self, channel: Channel, thread: str) -> str: ...
    def status_of(self, channel: Channel, thread: str) -> str: ...


class Host(Protocol):
    """What the page needs of the sandbox it belongs to."""

    @property
    def state(self) -> State: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def url(self) -> str: ...
    @property
    def connected(self) -> bool: ...
    @property
    def hints(self) -> list[str]: ...
    @property
    def neighbours(self) -> list[tuple[str, str, bool]]: ...  # name, address, whether it is this one
    @property
    def invitation(self) -> str: ...  # where the app is added; empty where it cannot be
    @property
    def has_app(self) -> bool: ...
    @property
    def agents(self) -> Conversations: ...


def routes(sandbox: Host) -> list[BaseRoute]:
    """The page and what it is made of; everything people do on it goes to the control API."""
    page = Page(sandbox)
    return [
        Route("/", page.window),
        Route("/page/events", page.events),
        Route("/page/{name:str}", page.static),
        Route("/archives/{channel:str}", page.permalink),
        Route("/archives/{channel:str}/{message:str}", page.permalink),
    ]


class Page:
    def __init__(self, sandbox: Host) -> None:
        self._sandbox = sandbox
        self._reads: Reads | None = None
        self._stamp = f"{zlib.crc32(b''.join(path.read_bytes() for path in sorted(_STATIC.iterdir()))):x}"

    async def window(self, request: Request) -> Response:
        asked = self._asked(request)
        if asked is None:
            return HTMLResponse("<p>This workspace has no people yet.</p>", headers=HEADERS)
        if request.query_params.get("as") != asked.user or (
            asked.channel and not request.query_params.get("channel")
        ):
            return RedirectResponse(asked.address(), headers=HEADERS)
        window = Window(
            self._sandbox.state, self._sandbox.clock.now(), self._sandbox.url, self._read(), asked
        )
        return HTMLResponse(
            environment().get_template("page.html").render(self._told(window)), headers=HEADERS
        )

    async def static(self, request: Request) -> Response:
        path = _STATIC / request.path_params["name"]
        if path.parent != _STATIC or not path.is_file():
            return Response("Not found", 404)
        return FileResponse(path, headers=HEADERS | {"Cache-Control": "max-age=31536000, immutable"})

    async def permalink(self, request: Request) -> Response:
        """A copied link to a message, opened by whoever the page would be for."""
        asked = self._asked(request)
        number = request.path_params.get("message", "").removeprefix("p")
        ts = f"{number[:-6]}.{number[-6:]}" if number else ""
        thread = request.query_params.get("thread_ts", "")
        user = asked.user if asked else ""
        return RedirectResponse(
            page_address(user, request.path_params["channel"], thread, ts), headers=HEADERS
        )

    async def events(self, request: Request) -> Response:
        """Server-sent events: a line whenever something changed; what it was, the page fetches."""
        return StreamingResponse(
            self._changes(), media_type="text/event-stream", headers=HEADERS | {"X-Accel-Buffering": "no"}
        )

    async def _changes(self) -> AsyncIterator[str]:
        """Also tells of the app's coming and going, which is no change of the state."""
        yield "retry: 1000\n\n"
        connected = self._sandbox.connected
        changes = self._sandbox.state.changes()
        upcoming = asyncio.ensure_future(anext(changes))
        try:
            while True:
                await asyncio.wait([upcoming], timeout=_LOOK)
                changed = connected != (connected := self._sandbox.connected)
                if upcoming.done():
                    topics = upcoming.result()
                    if "stop" in topics:
                        return
                    changed = bool(topics - _UNSEEN) or changed
                    upcoming = asyncio.ensure_future(anext(changes))
                yield "event: changed\ndata: \n\n" if changed else ": still here\n\n"
                await asyncio.sleep(_PAUSE if changed else 0)
        finally:
            upcoming.cancel()

    def _asked(self, request: Request) -> Asked | None:
        """Who and what the address means, with the first person and channel where it says nothing."""
        state = self._sandbox.state
        asked = request.query_params
        people = [
            one["id"] for one in state.users.values() if not one.get("is_bot") and not one.get("deleted")
        ]
        user = asked.get("as", "")
        if user not in people:
            user = next(iter(people), "")
        if not user:
            return None
        home = asked.get("tab") == "home"
        channel = asked.get("channel", "")
        mine = [one.id for one in state.channels_of(user)]
        if channel not in mine:
            channel = "" if home else next((one for one in mine if not state.channels[one].is_direct), "")
        thread = asked.get("thread", "") if state.message(channel, asked.get("thread", "")) else ""
        return Asked(user, channel, thread, home, "all" in asked)

    def _read(self) -> Reads:
        if self._reads is None:
            self._reads = Reads(since=f"{self._sandbox.clock.now().timestamp():.6f}")
        return self._reads

    def _told(self, window: Window) -> dict[str, Any]:
        """Everything the template asks for."""
        asked, channel, now = window.asked, window.channel, window.reader.now
        app_channel = window.app_channel()
        name = window.app().label if asked.home else window.title(channel) if channel else ""
        sign = "#" if channel and not channel.is_direct and not asked.home else ""
        agents, thread = self._sandbox.agents, asked.thread
        with_app = channel is not None and window.is_app(channel) and not asked.home
        return {
            "w": window,
            "agent": agents.is_agent,
            "prompts": agents.prompts_of(channel, thread) if channel and with_app else {},
            "titles": {ts: agents.title_of(channel, ts) for ts in channel.messages} if channel else {},
            "working": {ts: agents.status_of(channel, ts) for ts in channel.messages} if channel else {},
            "team": self._sandbox.state.team.name,
            "title": name,
            "heading": sign + name or "Nowhere yet",
            "pane": "side" if asked.thread else "main",
            "connected": self._sandbox.connected,
            "hints": self._sandbox.hints,
            "neighbours": self._sandbox.neighbours,
            "invitation": self._sandbox.invitation,
            "has_app": self._sandbox.has_app,
            "known": json.dumps(self._known(window)),
            "stamp": self._stamp,
            "now_ms": int(now.timestamp() * 1000),
            "now_iso": now.isoformat(timespec="seconds"),
            "home_href": page_address(asked.user, app_channel.id if app_channel else "") + "&tab=home",
            "messages_href": page_address(asked.user, app_channel.id) if app_channel else "",
            "channel_href": page_address(asked.user, asked.channel),
        }

    def _known(self, window: Window) -> Json:
        """What the script may suggest."""
        return {
            "commands": [
                {key: one.get(key, "") for key in ("command", "usage_hint", "description")}
                for one in window.commands()
            ],
            "people": [
                {"id": user, "name": name, "handle": self._sandbox.state.users[user].get("name", "")}
                for user, name in window.reader.users.items()
            ],
            "emoji": list(emoji.PICTURES.items()),
            "offered": [(name, emoji.PICTURES[name]) for name in emoji.OFFERED],
            "shortcuts": window.shortcuts("message"),
            "global_shortcuts": window.shortcuts("global"),
        }

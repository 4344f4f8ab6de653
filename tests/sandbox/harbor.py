"""A running sandbox for a test, a hand on its control API, and a real Bolt app that listens to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Limits, Sandbox

Json = dict[str, Any]

SCOPES = [
    "app_mentions:read", "bookmarks:read", "bookmarks:write", "channels:history", "channels:join",
    "channels:read", "chat:write", "commands", "files:read", "files:write", "groups:history", "groups:read",
    "im:history", "im:read",
    "im:write", "mpim:history", "mpim:read", "mpim:write", "pins:read", "pins:write", "reactions:read",
    "reactions:write", "team:read", "users:read", "users:read.email",
]  # fmt: skip
EVENTS = [
    "app_home_opened", "app_mention", "channel_archive", "channel_id_changed", "channel_rename",
    "channel_unarchive",
    "member_joined_channel", "member_left_channel", "message.channels", "message.groups", "message.im",
    "message.mpim", "reaction_added", "reaction_removed", "team_join", "user_change",
]  # fmt: skip
MANIFEST: Json = {
    "display_information": {"name": "Ferry"},
    "features": {
        "bot_user": {"display_name": "ferry"},
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [
            {"command": "/ferry", "description": "Ask the ferry", "should_escape": True},
            {"command": "/plain", "description": "The same, as typed"},
        ],
        "shortcuts": [
            {"name": "Book", "type": "global", "callback_id": "book", "description": "Book a crossing"},
            {"name": "Note", "type": "message", "callback_id": "note", "description": "Note this"},
        ],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {
        "event_subscriptions": {"bot_events": EVENTS},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
TEAM = {"id": "T0HARBOR", "name": "Harbor"}
USERS = [
    {"id": "U0ANN", "name": "ann", "real_name": "Ann Berg", "tz": "America/Chicago"},
    {"id": "U0BEN", "name": "ben", "real_name": "Ben Holt", "tz": "Europe/Berlin"},
    {"id": "U0CAT", "name": "cat", "real_name": "Cat Iversen"},
    {"id": "U0FAR", "name": "far", "real_name": "Far Away", "team_id": "T0OTHER"},
    {"id": "U0BOT", "name": "otherbot", "real_name": "Other Bot", "is_bot": True},
]
CHANNELS = [
    {"id": "C0QUAY", "name": "quay", "members": ["U0ANN", "U0BEN"]},
    {"id": "C0DOCK", "name": "dock", "members": ["U0ANN"], "bot": False},
    {"id": "G0CREW", "name": "crew", "members": ["U0ANN"], "is_private": True},
    {"id": "G0VIPS", "name": "vips", "members": ["U0BEN"], "is_private": True, "bot": False},
]
NO_LIMITS = {"channel_seconds": None, "workspace_per_minute": None, "tiers": {}}


class Harbor:
    """A running sandbox, and what tests do with it."""

    def __init__(self, slack: Sandbox, http: httpx.AsyncClient) -> None:
        self.slack = slack
        self.http = http
        self.client = AsyncWebClient(slack.bot_token, base_url=f"{slack.url}/api/", retry_handlers=[])

    async def post(self, path: str, **ask: Any) -> Json:
        """Ask the control API for something that it must not refuse."""
        answer = await self.http.post(f"/sandbox/{path}", json=ask)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refused(self, path: str, **ask: Any) -> str:
        """The sentence the control API refuses something with."""
        answer = await self.http.post(f"/sandbox/{path}", json=ask)
        assert 400 <= answer.status_code < 500, answer.text
        return str(answer.json()["error"])

    async def get(self, path: str) -> Any:
        answer = await self.http.get(f"/sandbox/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def said(self, channel: str = "C0QUAY", user: str | None = None) -> list[str]:
        query = f"?user={user}" if user else ""
        return [one["text"] for one in await self.get(f"channels/{channel}/messages{query}")]

    async def error(self, call: Awaitable[Any]) -> str:
        """The word a Web API call is refused with."""
        with pytest.raises(SlackApiError) as refused:
            await call
        return str(refused.value.response["error"])

    async def idle(self) -> None:
        assert (await self.http.get("/sandbox/idle?timeout=60")).status_code == 200

    def calls(self, method: str) -> list[Json]:
        return [one for one in self.slack.state.calls if one["method"] == method]


@asynccontextmanager
async def running(**how: Any) -> AsyncIterator[Harbor]:
    """A seeded sandbox, without rate limits unless the test is about them."""
    how.setdefault("limits", Limits(**NO_LIMITS))
    slack = Sandbox(manifest=how.pop("manifest", MANIFEST), **how)
    slack.seed(team=TEAM, users=USERS, channels=CHANNELS)
    await slack.start()
    try:
        async with httpx.AsyncClient(base_url=slack.url, trust_env=False, verify=False) as http:
            yield Harbor(slack, http)
    finally:
        await slack.stop()


class Ears:
    """A Bolt app over Socket Mode that notes the events it hears."""

    def __init__(self, harbor: Harbor) -> None:
        known = harbor.slack.state.app

        async def authorize(**_: Any) -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None,
                team_id=harbor.slack.state.team.id,
                bot_token=harbor.slack.bot_token,
                bot_id=known.bot_id,
                bot_user_id=known.bot_user,
            )

        # Acknowledged only once it was noted, so that nothing is still on its way when the sandbox is idle;
        # and asking nobody who it is, so that nothing overtakes meanwhile.
        self.app = AsyncApp(
            client=harbor.client,
            authorize=authorize,
            process_before_response=True,
            ignoring_self_events_enabled=False,
        )
        self.events: list[Json] = []
        self.bodies: list[Json] = []
        self.handler = AsyncSocketModeHandler(self.app, harbor.slack.app_token)
        self.heard = asyncio.Event()

        @self.app.event("message")
        async def message(body: Json) -> None:
            self.note(body)

        for name in EVENTS:
            if not name.startswith("message."):
                self.app.event(name)(self.other)

    async def other(self, body: Json) -> None:
        self.note(body)

    def note(self, body: Json) -> None:
        self.bodies.append(body)
        self.events.append(body["event"])
        self.heard.set()

    def kinds(self) -> list[str]:
        return [one.get("subtype") or one["type"] for one in self.events]

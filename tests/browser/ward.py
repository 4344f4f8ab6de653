"""A small Slack app with one of everything a person can meet: a command, buttons, a form, a Home."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from tests.browser import gallery
from tests.browser.gallery import button, mrkdwn, option, plain

STEPS = {"vpn": "VPN to the ward", "firewall": "Firewall rule", "printer": "Printer queue"}

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "ward"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "ward"},
        "slash_commands": [
            {
                "command": "/ward",
                "description": "Ask the ward",
                "usage_hint": "status | form",
                "should_escape": True,
            }
        ],
        "shortcuts": [
            {"name": "Keep this", "type": "message", "callback_id": "keep", "description": "Keep a message"}
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                *("chat:write", "commands", "reactions:read", "reactions:write", "users:read", "im:history"),
                *("channels:history", "groups:history", "app_mentions:read", "channels:read", "im:write"),
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                *("message.channels", "message.im", "reaction_added", "app_home_opened", "app_mention"),
                *("member_joined_channel",),
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}

FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "report",
    "title": plain("Report a blocker"),
    "submit": plain("Report"),
    "close": plain("Cancel"),
    "blocks": gallery.FORM,
}


class Ward:
    """The app, connected to a sandbox over Socket Mode as it would be to Slack."""

    def __init__(self, sandbox: Sandbox) -> None:
        client = AsyncWebClient(sandbox.bot_token, base_url=f"{sandbox.url}/api/")
        self._sandbox = sandbox
        self.app = AsyncApp(client=client)
        self.heard: asyncio.Queue[dict[str, Any]] = (
            asyncio.Queue()
        )  # actions nobody else takes, and filled forms
        self._handler = AsyncSocketModeHandler(self.app, sandbox.app_token)
        self._reminders: set[asyncio.Task[None]] = set()
        self._listen()

    async def connect(self) -> None:
        await self._handler.connect_async()

    async def close(self) -> None:
        for reminder in self._reminders:
            reminder.cancel()
        await self._handler.close_async()

    def _listen(self) -> None:
        self.app.command("/ward")(self._command)
        self.app.action("take")(self._take)
        self.app.action("details")(self._details)
        self.app.action(re.compile(""))(self._other)
        self.app.options("lookup")(self._look_up)
        self.app.view("report")(self._report)
        self.app.view("details")(self._back)
        self.app.shortcut("keep")(self._keep)
        self.app.event("app_home_opened")(self._home)
        self.app.event("reaction_added")(self._reacted)
        self.app.event("message")(self._message)
        for quiet in ("app_mention", "member_joined_channel"):
            self.app.event(quiet)(self._quiet)

    async def _command(self, ack: Any, respond: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        word = body["text"].split(" ")[0]
        if word == "form":
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        elif word == "show":
            everything = {"blocks": gallery.TEXTS, "text": "Everything"}
            await client.chat_postMessage(channel=body["channel_id"], **everything)
        elif word == "say":
            await client.chat_postMessage(channel=body["channel_id"], text=body["text"].removeprefix("say "))
        else:
            await respond(
                text="Three steps are open.",
                blocks=[
                    {"type": "section", "text": mrkdwn("*Three* steps are open.")},
                    {
                        "type": "actions",
                        "block_id": "answer",
                        "elements": [
                            button("Take the first", "take", style="primary"),
                            button("Details", "details"),
                            button(
                                "Drop it",
                                "drop",
                                style="danger",
                                confirm={
                                    "title": plain("Drop it?"),
                                    "text": plain("Nobody will do it then."),
                                    "confirm": plain("Drop"),
                                    "deny": plain("Keep"),
                                    "style": "danger",
                                },
                            ),
                        ],
                    },
                ],
            )

    async def _take(self, ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        await respond(text=f"Taken by <@{body['user']['id']}>.", replace_original=True)

    async def _details(self, ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        view = {"type": "modal", "callback_id": "details", "title": plain("First"), "blocks": []}
        view["blocks"] = [
            {"type": "section", "text": mrkdwn("The first step.")},
            {"type": "actions", "elements": [button("Deeper", "deeper")]},
        ]
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _other(self, ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        action = body["actions"][0]
        self.heard.put_nowait(action)
        if action["action_id"] == "deeper":
            view = {"type": "modal", "title": plain("Second"), "blocks": [gallery.TEXTS[0]]}
            await client.views_push(trigger_id=body["trigger_id"], view=view)

    async def _look_up(self, ack: Any, body: dict[str, Any]) -> None:
        word = body["value"].lower()
        found = [option(title, key) for key, title in STEPS.items() if word in title.lower()]
        await ack(options=found)

    async def _report(self, ack: Any, client: Any, body: dict[str, Any]) -> None:
        values = body["view"]["state"]["values"]
        what = values["what"]["text"]["value"]
        if "?" in what:
            await ack(
                response_action="errors", errors={"what": "That is a question. Say what is in the way."}
            )
            return
        await ack()
        self.heard.put_nowait(values)
        who = values["who"]["user"]["selected_user"]
        step = values["item"]["lookup"]["selected_option"]["value"]
        await client.chat_postMessage(
            channel="C1", text=f"{STEPS[step]} is blocked: {what} (<@{who}> can clear it)"
        )

    async def _back(self, ack: Any) -> None:
        await ack()

    async def _keep(self, ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        where = {"channel": body["channel"]["id"], "user": body["user"]["id"]}
        await client.chat_postEphemeral(**where, text=f"Kept: {body['message']['text']}")

    async def _home(self, client: Any, event: dict[str, Any]) -> None:
        if event["tab"] == "home":
            view = {"type": "home", "blocks": [gallery.TEXTS[0], gallery.FIELDS[0]]}
            await client.views_publish(user_id=event["user"], view=view)

    async def _reacted(self, client: Any, event: dict[str, Any]) -> None:
        if event["reaction"] == "construction":
            where = {"channel": event["item"]["channel"], "thread_ts": event["item"]["ts"]}
            await client.chat_postMessage(**where, text="Noted as a blocker.")

    async def _message(self, client: Any, event: dict[str, Any]) -> None:
        if event.get("text") == "remind me":
            task = asyncio.create_task(self._remind(client, event["channel"]))
            self._reminders.add(task)

    async def _remind(self, client: Any, channel: str) -> None:
        due = self._sandbox.clock.now() + timedelta(minutes=45)
        await self._sandbox.clock.wait(due, asyncio.Event())
        await client.chat_postMessage(channel=channel, text="You asked to be reminded.")

    async def _quiet(self) -> None:
        return None

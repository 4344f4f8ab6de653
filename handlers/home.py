"""App Home: my projects and what is mine to do in them, drawn when it is opened."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.integrations.slack import Slack
from bot.tracker import Actor, Tracker
from handlers.inbox import Inbox
from handlers.views import home as views


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    async def opened(event: dict[str, Any], body: dict[str, Any]) -> None:
        if event.get("tab") != "home":
            return
        user = event["user"]
        found = await asyncio.to_thread(tracker.mine_everywhere, Actor(slack.workspace, user))
        await slack.call("views.publish", user_id=user, view=views.home(found))

    inbox.on("app_home_opened", opened)

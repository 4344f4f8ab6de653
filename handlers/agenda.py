"""`/golive agenda`: the agenda of the next call, for who asks; and for the channel, if they say so."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.commands import Command
from bot.integrations.slack import Slack
from bot.tracker import Actor, Tracker, Where
from handlers.inbox import Inbox
from handlers.readiness import Post, posts
from handlers.views import agenda as views
from handlers.views import blocks


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    def to_post(action: Mapping[str, Any]) -> tuple[str, Post]:
        project, words = views.pressed(action)
        return project, lambda who, where, pressed: tracker.post_agenda(who, where, words, pressed)

    posts(app, slack, views.POST, to_post)


async def shown(tracker: Tracker, who: Actor, where: Where, command: Command) -> blocks.Message:
    """The agenda for the party, the person or the customer."""
    plan, reply = await asyncio.to_thread(tracker.agenda, who, where, command.rest)
    return views.shown(plan, reply, command.rest)

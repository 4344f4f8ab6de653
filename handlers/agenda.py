"""`/golive agenda`: the agenda of the next call, for who asks; and for the channel, if they say so."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.domain.commands import Command
from bot.integrations.slack import Slack
from bot.tracker import Actor, Tracker, Where
from handlers.inbox import Inbox
from handlers.readiness import pressed_by
from handlers.views import agenda as views
from handlers.views import blocks, given, told


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    @app.action(views.POST)
    async def post(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        project, words = views.pressed(action)
        who, where = pressed_by(slack, body, project)
        pressed = given.word(body, "container", "message_ts") or given.trigger(body)
        new = await asyncio.to_thread(tracker.post_agenda, who, where, words, pressed)
        sentence = "It goes to the project's channel now." if new else "It was posted already."
        await respond(response_type="ephemeral", replace_original=False, **told.sentence(sentence))


async def shown(tracker: Tracker, who: Actor, where: Where, command: Command) -> blocks.Message:
    """The agenda for the party, the person or the customer."""
    plan, reply = await asyncio.to_thread(tracker.agenda, who, where, command.rest)
    return views.shown(plan, reply, command.rest)

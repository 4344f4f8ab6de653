"""How a project's settings are, and a form that changes one of them."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain import policies
from bot.domain.errors import BotError, Unavailable
from bot.integrations.slack import Slack
from bot.tracker import Actor, Tracker, Where
from handlers import opening
from handlers.inbox import Inbox
from handlers.readiness import pressed_by
from handlers.views import blocks, given, told
from handlers.views import settings as views


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    def drawn(who: Actor, where: Where) -> blocks.Block:
        plan = tracker.plan_to_set(who, where)
        return views.form(plan, policies.of(plan.project))

    @app.action(views.CHANGE)
    async def open_form(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        who, where = pressed_by(slack, body, given.pressed(action))
        await opening.opened(slack, given.trigger(body), asyncio.to_thread(drawn, who, where), "settings")

    @app.view(views.FORM)
    async def save(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        project, name, value = views.read_form(view)
        try:
            done = await asyncio.to_thread(
                tracker.set_policy, who, Where(project=project, direct=True), name, value
            )
        except Unavailable:
            raise
        except BotError as mistake:
            await ack(**views.refused(str(mistake)))
            return
        await ack()
        message = told.done(done.lines, done.project, done.undo)
        await slack.call("chat.postMessage", channel=await slack.conversation(who.user), **message)


async def shown(tracker: Tracker, who: Actor, where: Where) -> blocks.Message:
    """All settings of a project, for the team."""
    plan = await asyncio.to_thread(tracker.rules_of, who, where)
    return views.settings(plan, policies.of(plan.project))

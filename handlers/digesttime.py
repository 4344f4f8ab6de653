"""When golive speaks by itself: the form that says so."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain import policies
from bot.integrations.slack import Slack
from bot.tracker import Actor, Overtaken, Tracker, Where
from handlers import opening
from handlers.arriving import Acknowledgement
from handlers.forms import answered
from handlers.inbox import Inbox
from handlers.readiness import pressed_by
from handlers.views import blocks, given
from handlers.views import digesttime as views
from handlers.views import forms as form_views

TYPED = "settings digest.at 08:30"


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    def drawn(who: Actor, where: Where) -> blocks.Block:
        plan = tracker.plan_to_set(who, where)
        return views.form(plan, policies.of(plan.project))

    @app.action(views.CHANGE)
    async def pressed(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        who, where = pressed_by(slack, body, given.pressed(action))
        if given.word(body, "view", "type") == "modal":
            form = await asyncio.to_thread(drawn, who, where)
            await opening.turned(slack, body["view"], form)
            return
        await opening.opened(slack, given.trigger(body), asyncio.to_thread(drawn, who, where), TYPED)

    @app.view(views.FORM)
    async def sent(ack: Acknowledgement, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        await answered(slack, ack, view, _outcome(tracker, who, view))


async def _outcome(tracker: Tracker, who: Actor, view: Mapping[str, Any]) -> dict[str, Any]:
    project, seen, values = views.read(view)
    where, form = Where(project=project, direct=True), given.word(view, "id") or ""
    wanted = views.settings(values)
    try:
        await asyncio.to_thread(
            tracker.once, who, where, form, lambda: tracker.set_policies(who, where, wanted, seen=seen)
        )
    except Overtaken as faster:
        note = form_views.overtaken(str(faster), faster.plan, faster.clashes, faster.now)
        plan = await asyncio.to_thread(tracker.plan_to_set, who, where)
        return {
            "response_action": "update",
            "view": views.form(plan, policies.of(plan.project), values, note),
        }
    return {}

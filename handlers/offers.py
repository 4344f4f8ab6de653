"""Yes, Edit, No and Never here: the answers to what somebody was offered."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.domain.errors import Conflict, NotFound
from bot.integrations.slack import Slack
from bot.tracker import Actor, Tracker
from handlers import opening
from handlers.inbox import Inbox
from handlers.views import blocks, given, told
from handlers.views import capturing as forms
from handlers.views import offers as views

_TAKE = re.compile(f"^(?:{views.YES}|{views.CHOOSE}\\d)$")
_LEAVE = re.compile(f"^(?:{views.NO}|{views.NEVER})$")


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    @app.action(_TAKE)
    async def take(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        who, pressed = Actor(slack.workspace, given.person(body)), views.pressed(action)
        try:
            done = await asyncio.to_thread(tracker.take_offer, who, pressed.offer, pressed.choice)
        except (Conflict, NotFound) as over:
            await respond(replace_original=True, **told.sentence(str(over)))
            return
        container = body.get("container")
        if done.in_thread and isinstance(container, dict) and container.get("is_ephemeral") is True:
            await respond(delete_original=True)  # the thread says it to everybody, with the way back
            return
        await respond(replace_original=True, **told.done(done.lines, done.project, done.undo))

    @app.action(_LEAVE)
    async def leave(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        who, pressed = Actor(slack.workspace, given.person(body)), views.pressed(action)
        never = given.word(action, "action_id") == views.NEVER
        try:
            lines = await asyncio.to_thread(tracker.refuse_offer, who, pressed.offer, everything=never)
        except NotFound as over:
            lines = (str(over),)
        await respond(replace_original=True, **told.sentence("\n".join(lines)))

    @app.action(views.EDIT)
    async def correct(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        who, pressed = Actor(slack.workspace, given.person(body)), views.pressed(action)
        drawing = asyncio.to_thread(_form, tracker, who, pressed.offer)
        await opening.opened(slack, given.trigger(body), drawing)


def _form(tracker: Tracker, who: Actor, offer: int) -> blocks.Block:
    found = tracker.offer_form(who, offer)
    return forms.form(found.plan, found.proposal, found.source, offer=found.id)

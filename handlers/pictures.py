"""`/golive plot` and the buttons that lead to a picture: for whoever asks; for the channel if they say so."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.domain.pictures.values import Sight
from bot.integrations.slack import Slack
from bot.tracker import Actor, Tracker, Where
from handlers.inbox import Inbox
from handlers.readiness import Post, posts, pressed_by
from handlers.views import blocks, given
from handlers.views import pictures as views


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    @app.action(re.compile(f"^{views.SEND}"))
    async def send(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        project, sight = views.sight(action)
        who, where = pressed_by(slack, body, project)
        pressed = given.word(body, "container", "message_ts") or given.trigger(body)
        shown = await sent(tracker, who, where, sight, pressed)
        if body.get("response_url"):
            await respond(response_type="ephemeral", replace_original=False, **shown)

    def to_post(action: Mapping[str, Any]) -> tuple[str, Post]:
        project, sight = views.sight(action)
        return project, lambda who, where, _: tracker.post_picture(who, where, sight)

    posts(app, slack, views.POST, to_post)


async def sent(tracker: Tracker, who: Actor, where: Where, sight: Sight, pressed: str) -> blocks.Message:
    """The picture is on its way to one person; what they read meanwhile."""
    found = await asyncio.to_thread(tracker.send_picture, who, where, sight, pressed)
    here = where.channel is not None and where.channel == found.plan.project.channel
    to_post = here and found.to_post
    return views.on_its_way(found.plan, found.sight, new=found.new, to_post=to_post, direct=where.direct)

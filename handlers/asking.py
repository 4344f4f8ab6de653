"""A question in somebody's own words: how is it answered, taken in its other sense, and what if?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.domain.readers import Audience
from bot.integrations.slack import Slack
from bot.tracker import Actor, InWords, Tracker, Understood, Where
from handlers import opening
from handlers.inbox import Inbox
from handlers.readiness import Post, posts, pressed_by
from handlers.views import asking as views
from handlers.views import blocks, given, readiness


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    @app.action(re.compile(f"^{views.SAY}"))
    async def say(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        project, words, second, whole = views.question(action)
        who, where = pressed_by(slack, body, project)
        internally = Audience.TEAM if given.word(action, "action_id") == views.INTERNALLY else None
        question = InWords(text=words, second=second, whole=whole, audience=internally)
        found = await asyncio.to_thread(tracker.say, who, where, question)
        await respond(response_type="ephemeral", replace_original=False, **drawn(found))

    def to_post(action: Mapping[str, Any]) -> tuple[str, Post]:
        project, words, second, _ = views.question(action)
        question = InWords(text=words, second=second)
        return project, lambda who, where, pressed: tracker.post_said(who, where, question, pressed)

    posts(app, slack, views.POST, to_post)

    @app.action(readiness.SUPPOSE)
    async def suppose(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        who, where = pressed_by(slack, body, given.pressed(action))
        drawing = asyncio.to_thread(_suppose_form, tracker, who, where)
        await opening.opened(slack, given.trigger(body), drawing, "what if …")

    @app.view(views.FORM)
    async def supposed(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        project, words = views.supposed(view)
        who, where = Actor(slack.workspace, given.person(body)), Where(project=project, direct=True)
        found = await asyncio.to_thread(tracker.suppose, who, where, given.as_in_a_message(words))
        await ack(response_action="update", view=readiness.opened(found.answer))


def _suppose_form(tracker: Tracker, who: Actor, where: Where) -> blocks.Block:
    plan, example = tracker.supposable(who, where)
    return views.suppose_form(plan.project, example)


def drawn(found: Understood) -> blocks.Message:
    """The answer as only the one who asked sees it."""
    if found.plan is None:
        return views.of_no_project(found.answer)
    asked = found.question
    return views.answered(
        found.answer,
        found.plan.project,
        found.asked,
        asked.text,
        second=asked.second,
        whole=asked.whole,
        personal=found.personal,
        elsewhere=found.elsewhere,
        alongside=found.alongside,
        may=found.may,
    )


def kept(found: Understood) -> dict[str, Any]:
    """The same as a message keeps it until it is sent: then it is answered afresh."""
    if found.plan is None:
        return {"shown": views.of_no_project(found.answer)}
    asked = found.question
    return {
        "project": found.plan.project.key,
        "words": asked.text,
        "second": asked.second,
        "elsewhere": found.elsewhere,
        "audience": asked.audience,
    }


def words_of(said: Mapping[str, Any]) -> InWords:
    """The question that a message keeps."""
    return InWords(text=str(said["words"]), second=bool(said.get("second")))

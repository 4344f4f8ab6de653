"""The buttons under an answer: ask on, or show it to the channel."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.domain import tables
from bot.integrations.slack import Slack
from bot.tracker import Actor, Answered, Question, Tracker, Where
from handlers import opening
from handlers.answering import dressed
from handlers.inbox import Inbox
from handlers.views import blocks, given, told
from handlers.views import readiness as views

Post = Callable[[Actor, Where, str], bool]  # who, where and in what they pressed: whether it is new there


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    def drawn(who: Actor, where: Where, question: Question) -> blocks.Block:
        return views.opened(tracker.answer(who, where, question).answer)

    @app.action(re.compile(f"^(?:{views.ASK}|{views.INTERNALLY})"))
    async def ask_on(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        project, about, key = views.question(action)
        who, where = pressed_by(slack, body, project)
        question = Question(about=about, key=key, audience=views.for_whom(action))
        if body.get("response_url"):
            answered = await asyncio.to_thread(tracker.answer, who, where, question)
            await _told(tracker, slack.workspace, respond, answered)
        else:  # in App Home there is no conversation to answer in
            drawing = asyncio.to_thread(drawn, who, where, question)
            await opening.opened(slack, given.trigger(body), drawing)

    def to_post(action: Mapping[str, Any]) -> tuple[str, Post]:
        project, about, key = views.question(action)
        question = Question(about=about, key=key, audience=views.for_whom(action))
        return project, lambda who, where, pressed: tracker.post(who, where, question, pressed)

    posts(app, slack, views.POST, to_post)


def posts(
    app: AsyncApp, slack: Slack, button: str, to_post: Callable[[Mapping[str, Any]], tuple[str, Post]]
) -> None:
    """A button that puts what it is about into its project's channel: once, however often it is pressed."""

    @app.action(button)
    async def post(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        project, put = to_post(action)
        who, where = pressed_by(slack, body, project)
        pressed = given.word(body, "container", "message_ts") or given.trigger(body)
        new = await asyncio.to_thread(put, who, where, pressed)
        sentence = "It goes to the project's channel now." if new else "It was posted already."
        await respond(response_type="ephemeral", replace_original=False, **told.sentence(sentence))


async def _told(tracker: Tracker, workspace: str, respond: AsyncRespond, answered: Answered) -> None:
    """The answer, as a table where that is clearer and the workspace takes one."""
    if answered.table is not None and await asyncio.to_thread(tracker.takes, workspace, tables.TABLE):
        taken = await respond(replace_original=False, **dressed(answered, tabled=True))
        if taken.status_code == 200 or "invalid_blocks" not in str(taken.body):
            return
        await asyncio.to_thread(tracker.refuses, workspace, [tables.TABLE])
    await respond(replace_original=False, **dressed(answered))


def pressed_by(slack: Slack, body: dict[str, Any], project: str | None) -> tuple[Actor, Where]:
    """Who pressed, and where: the project is the one the button names, if they may see it."""
    channel = given.word(body, "channel", "id")
    direct = given.word(body, "channel", "name") == "directmessage" or channel is None
    return Actor(slack.workspace, given.person(body)), Where(channel=channel, project=project, direct=direct)

"""Hear a blocker or an owner in a message, follow what becomes of the message, and correct what was heard."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.integrations.slack import Slack
from bot.tracker import Actor, Tracker, Where
from handlers import opening
from handlers.inbox import Inbox
from handlers.messages import Listening
from handlers.people import People
from handlers.readiness import pressed_by
from handlers.views import blockers as views
from handlers.views import blocks, given, told


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    people = People(slack, tracker.now)
    listening = Listening(tracker, people, slack)
    inbox.on("message", listening.message)
    inbox.on("app_mention", listening.message)
    _take_back(app, tracker, slack)
    _correct(app, tracker, slack, people)
    _name_an_item(app, tracker, slack)


def _take_back(app: AsyncApp, tracker: Tracker, slack: Slack) -> None:
    @app.action(views.NOT_ONE)
    async def not_a_blocker(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        project, id = views.pressed(action)
        who, where = pressed_by(slack, body, project)
        done = await asyncio.to_thread(tracker.not_a_blocker, who, where, id)
        message = told.done(done.lines, done.project, done.undo)
        await respond(response_type="ephemeral", replace_original=False, **message)


def _correct(app: AsyncApp, tracker: Tracker, slack: Slack, people: People) -> None:
    def drawn(who: Actor, where: Where, id: str) -> blocks.Block:
        plan, blocker = tracker.blocker_form(who, where, id)
        return views.form(plan, blocker, where.channel or "")

    @app.action(views.EDIT)
    async def open_form(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        project, id = views.pressed(action)
        who, where = pressed_by(slack, body, project)
        await opening.opened(slack, given.trigger(body), asyncio.to_thread(drawn, who, where, id))

    @app.view(views.FORM)
    async def save_form(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        await _save(tracker, people, who, views.read_form(view))
        await ack()

    @app.options(views.ITEM)
    async def items_of_form(ack: AsyncAck, body: dict[str, Any]) -> None:
        project, channel = views.project_of_form(body.get("view") or {})
        where = Where(channel=channel, project=project, proven=False)
        await ack(options=await _offered(tracker, slack, body, where))


def _name_an_item(app: AsyncApp, tracker: Tracker, slack: Slack) -> None:
    @app.options(views.CHOOSE_ITEM)
    async def items_to_own(ack: AsyncAck, body: dict[str, Any]) -> None:
        channel = given.word(body, "channel", "id") or given.word(body, "container", "channel_id")
        await ack(options=await _offered(tracker, slack, body, Where(channel=channel)))

    @app.action(views.CHOOSE_ITEM)
    async def own_chosen(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        who, where = pressed_by(slack, body, None)
        user, ts, key = views.owner_of_choice(action), given.message(body), given.chosen(action)
        done = await asyncio.to_thread(tracker.own_as_asked, who, where, ts, key, user)
        message = told.done(done.lines, done.project, done.undo)
        await respond(response_type="ephemeral", replace_original=False, **message)


async def _save(tracker: Tracker, people: People, who: Actor, filled: views.Filled) -> None:
    where = Where(channel=filled.channel, project=filled.project, proven=False)
    colleague = None
    if filled.owner and not await asyncio.to_thread(tracker.knows, who, where, filled.owner):
        colleague = await people.colleague(filled.owner)
    await asyncio.to_thread(
        tracker.edit_blocker,
        who,
        where,
        filled.blocker,
        filled.form,
        seen=filled.seen,
        owner=filled.owner,
        colleague=colleague,
    )


async def _offered(
    tracker: Tracker, slack: Slack, body: dict[str, Any], where: Where
) -> list[dict[str, Any]]:
    who = Actor(slack.workspace, given.person(body))
    plan = await asyncio.to_thread(tracker.plan_for, who, where)
    return views.options(plan, given.word(body, "value") or "")

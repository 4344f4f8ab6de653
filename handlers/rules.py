"""`/golive permissions`, `internal` and `summary`: who may what, who reads what, what is posted weekly."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot.domain.commands import ME, NONE, Command
from bot.domain.errors import Invalid
from bot.integrations.slack import Slack
from bot.tracker import Actor, Done, Tracker, Where
from handlers import channels, settings
from handlers.inbox import Inbox
from handlers.views import blocks, summary, told
from handlers.views import rules as views

VERBS = frozenset({"permissions", "internal", "summary"})
NOT_IN = "I am not in <#{channel}> yet: `/invite @golive` there, or I cannot post in it."


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    def drawn(who: Actor, where: Where) -> blocks.Block:
        return views.form(tracker.plan_to_set(who, where, "permissions"))

    settings.changeable(app, tracker, slack, views, drawn, "permissions")


async def typed(tracker: Tracker, slack: Slack, who: Actor, where: Where, command: Command) -> blocks.Message:
    """What was ordered, or how it is."""
    if command.verb == "permissions":
        return await _permissions(tracker, who, where, command)
    if command.verb == "internal":
        user = who.user if command.user == ME else command.user
        done = await asyncio.to_thread(
            tracker.internal, who, where, command.key, user, on=command.until != NONE
        )
        return _told(done, where)
    return await _summary(tracker, slack, who, where, command)


async def _permissions(tracker: Tracker, who: Actor, where: Where, command: Command) -> blocks.Message:
    if command.key is None:
        plan = await asyncio.to_thread(tracker.rules_of, who, where)
        return views.permissions_of(plan)
    if not command.rest:
        raise Invalid(
            f"Say who: `/golive permissions {command.key} member lead`, or `default` for what is usual."
        )
    done = await asyncio.to_thread(tracker.set_policy, who, where, f"may.{command.key}", command.rest)
    return _told(done, where)


async def _summary(
    tracker: Tracker, slack: Slack, who: Actor, where: Where, command: Command
) -> blocks.Message:
    if command.key == "list":
        done = await asyncio.to_thread(tracker.summaries, who, where)
        return summary.naming_channels(_told(done, where))
    if command.key == "off":
        done = await asyncio.to_thread(tracker.end_summary, who, where, command.rest)
        return summary.naming_channels(_told(done, where))
    channel = command.channel
    done = await asyncio.to_thread(tracker.add_summary, who, where, command.audience, channel, command.rest)
    is_there = channel is not None and await channels.joined(channel, tracker, slack)
    lines = done.lines if is_there else (*done.lines, NOT_IN.format(channel=channel))
    return summary.naming_channels(_told(replace(done, lines=lines), where))


def _told(done: Done, where: Where) -> blocks.Message:
    lines = told.placed(done.lines, done.plan.project, where.channel)
    return told.done(lines, done.project, done.undo)

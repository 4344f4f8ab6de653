"""Who is in a project's channel, and what happens to the channel itself?"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.errors import BotError, Unavailable
from bot.integrations.slack import Declined, Slack
from bot.integrations.slackhistory import said_since
from bot.tracker import Tracker
from bot.workspaces.routing import moment_of
from handlers.inbox import Inbox
from handlers.meeting import meet

log = logging.getLogger("golive.channels")

LONGEST_GAP = timedelta(days=1)  # Slack gives up telling of something before that
ON_THE_WAY = timedelta(minutes=10)  # an event may come this much late: Slack tries again after five
OLDER_THREADS = timedelta(days=7)  # answers are looked for in threads begun this much earlier


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    async def joined(event: dict[str, Any], body: dict[str, Any]) -> None:
        # One who is known where nobody else is would pass for all who are there.
        unknown = not await asyncio.to_thread(tracker.members, slack.workspace, event["channel"])
        if event["user"] == slack.bot_user or unknown:
            await sync(event["channel"], tracker, slack)
            await asyncio.to_thread(tracker.read_along, slack.workspace, event["channel"])
        else:
            await asyncio.to_thread(tracker.joined, slack.workspace, event["channel"], event["user"])
            await meet(tracker, slack, [event["user"]])
            await asyncio.to_thread(tracker.read_along, slack.workspace, event["channel"])

    async def left(event: dict[str, Any], body: dict[str, Any]) -> None:
        await asyncio.to_thread(tracker.left, slack.workspace, event["channel"], event["user"])

    async def renumbered(event: dict[str, Any], body: dict[str, Any]) -> None:
        # A private channel gets a new id when it is first shared with another company.
        old, new = event["old_channel_id"], event["new_channel_id"]
        await asyncio.to_thread(tracker.channel_is_now, slack.workspace, old, new)
        await sync(new, tracker, slack)
        await asyncio.to_thread(tracker.read_along, slack.workspace, new)
        if await asyncio.to_thread(tracker.has_project, slack.workspace, new):
            await _heard_since(_began(body, tracker.now()), new, inbox, slack)

    inbox.on("member_joined_channel", joined)
    inbox.on("member_left_channel", left)
    inbox.on("channel_id_changed", renumbered)


async def sync(channel: str, tracker: Tracker, slack: Slack) -> None:
    """Learn who is in a channel; when Slack will not say, those known before stay."""
    try:
        await learn(channel, tracker, slack)
    except Declined as refusal:
        log.warning(
            "I cannot see who is in %s (%s): invite me there with /invite @golive", channel, refusal.error
        )
        return
    await meet_there(channel, tracker, slack)


def _began(body: dict[str, Any], now: datetime) -> datetime:
    """From when on something may have been said in a channel whose new id we did not know."""
    return min(max(moment_of(body), now - LONGEST_GAP), now) - ON_THE_WAY


async def _heard_since(since: datetime, channel: str, inbox: Inbox, slack: Slack) -> None:
    """Hear what came under the new id before we knew it, or under the old one after; what was heard stays."""
    try:
        found = await said_since(slack, channel, since, threads=since - OLDER_THREADS)
    except Declined as refusal:
        log.warning("What was just said in %s cannot be read back (%s)", channel, refusal.error)
        return
    await inbox.read_back(slack.workspace, channel, found)


async def joined(channel: str, tracker: Tracker, slack: Slack) -> bool:
    """Learn who is in a channel; whether I am."""
    try:
        members = await learn(channel, tracker, slack)
    except BotError as trouble:
        log.warning("I cannot see who is in %s (%s)", channel, type(trouble).__name__)
        return False
    await meet_there(channel, tracker, slack)
    return slack.bot_user in members


async def learn(channel: str, tracker: Tracker, slack: Slack) -> frozenset[str]:
    """Who is in a channel, as Slack says; what events tell while it is asked is kept."""
    before = await asyncio.to_thread(tracker.members, slack.workspace, channel)
    found = await slack.members(channel)
    await asyncio.to_thread(tracker.members_are, slack.workspace, channel, found, before=before)
    return found


async def meet_there(channel: str, tracker: Tracker, slack: Slack) -> None:
    """Learn who they are who are there."""
    await meet(tracker, slack, await asyncio.to_thread(tracker.to_meet, slack.workspace, channel))


async def sync_all(tracker: Tracker, slack: Slack) -> set[str]:
    """Learn who is in each project's channel: what changed while nobody listened. Tells of which Slack did
    not answer."""
    missed = set()
    for channel in await asyncio.to_thread(tracker.channels, slack.workspace):
        try:
            await sync(channel, tracker, slack)
        except Unavailable as trouble:
            log.warning("The members of %s are those known before: %s", channel, trouble)
            missed.add(channel)
    return missed

"""Who is told, and how, that something was kept nowhere because it says who a patient is?"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.domain.errors import BotError
from bot.domain.patientdata import Finding
from bot.integrations.slack import Slack
from bot.tracker import Actor, Tracker, Where
from bot.tracker.withholding import KeptOut
from handlers.inbox import Inbox

log = logging.getLogger("golive.withholding")


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    async def kept_out(event: dict[str, Any], finding: Finding) -> None:
        said = event.get("message") if event.get("subtype") == "message_changed" else event
        if not isinstance(said, dict) or not _is_a_persons(said, slack):
            return
        channel = event["channel"]
        direct = event.get("channel_type") == "im" or channel.startswith("D")
        edited = (said.get("edited") or {}).get("ts")
        message = KeptOut(
            workspace=slack.workspace,
            channel=channel,
            user=said["user"],
            ts=said["ts"],
            finding=finding,
            thread_ts=said.get("thread_ts"),
            edited_ts=event.get("event_ts", edited) if edited else None,
            permalink=None if direct else await slack.permalink(channel, said["ts"]),
            direct=direct,
            to_us=event.get("type") == "app_mention",
        )
        await asyncio.to_thread(tracker.kept_out, message)

    inbox.on_kept_out(kept_out)


async def noted(tracker: Tracker, slack: Slack, context: AsyncBoltContext) -> None:
    """Something typed or filled in was refused: its author reads so at once, the lead once a day."""
    user, channel = context.user_id, context.channel_id
    if not user:
        return
    direct = channel is None or channel.startswith("D")
    who, where = Actor(slack.workspace, user), Where(channel=channel, direct=direct)
    try:
        await asyncio.to_thread(tracker.refused_to_keep, who, where)
    except BotError as trouble:
        log.warning("That something was refused could not be noted: %s", trouble)


def _is_a_persons(said: dict[str, Any], slack: Slack) -> bool:
    user = said.get("user")
    return isinstance(user, str) and user not in (slack.bot_user, "USLACKBOT") and not said.get("bot_id")

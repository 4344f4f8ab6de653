"""golive as an agent: prompts when it is opened, a thread for each question, and what is in view."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.integrations.slack import Declined, Slack, SlackTrouble
from bot.tracker import Actor, Tracker
from handlers.inbox import Inbox
from handlers.shape import is_id
from handlers.views import agent as views
from handlers.views import given

log = logging.getLogger("golive.agent")

# Slack's words for a workspace, or an app, that has none of this.
LACKING = frozenset(
    {
        *("unknown_method", "not_allowed", "missing_scope", "not_allowed_token_type", "method_deprecated"),
        *("access_denied", "no_permission", "not_enabled", "feature_not_enabled", "team_access_not_granted"),
    }
)
PATIENCE = 1.5  # seconds for what only decorates an answer
ALL_THREADS = ""
_CHANNEL = "slack#/types/channel_id"
_MESSAGE = "slack#/types/message_context"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to answer somebody who writes to golive directly: the thread, and the channel they look at."""

    thread: str | None
    beside: str | None = None


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    agent = Agent(tracker, slack)
    inbox.on("app_home_opened", agent.opened)
    inbox.on("app_context_changed", agent.looked)
    inbox.on("assistant_thread_started", agent.started)
    inbox.on("assistant_thread_context_changed", agent.looked_from_thread)


class Agent:
    """What Slack offers to agents. Whatever of it a workspace lacks is tried once, and then left alone."""

    def __init__(self, tracker: Tracker, slack: Slack) -> None:
        self._tracker = tracker
        self._slack = slack

    # ——— what people open and look at

    async def opened(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """The messages with golive were opened; there are no threads to begin with."""
        if event.get("tab") != "messages" or not is_id(event.get("channel")):
            return
        who = self._who(event["user"])
        channel = channel_in(event.get("context"))
        if "context" in event:
            await asyncio.to_thread(self._tracker.looks_at, who, ALL_THREADS, channel)
        await self._suggest(who, event["channel"], None, channel)

    async def looked(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """They look at something else beside it."""
        user = event.get("user") or _behind(body)
        if not is_id(user):
            return
        who, channel = self._who(str(user)), channel_in(event.get("context"))
        other = await asyncio.to_thread(self._tracker.looks_at, who, ALL_THREADS, channel)
        if other and is_id(event.get("channel")):
            await self._suggest(who, str(event["channel"]), None, channel)

    async def started(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """A thread of the assistant that Slack had before agents."""
        if (found := _thread_of(event)) is None:
            return
        user, direct, thread, channel = found
        who = self._who(user)
        await asyncio.to_thread(self._tracker.looks_at, who, thread, channel)
        await self._suggest(who, direct, thread, channel)

    async def looked_from_thread(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        if (found := _thread_of(event)) is not None:
            user, _, thread, channel = found
            await asyncio.to_thread(self._tracker.looks_at, self._who(user), thread, channel)

    async def _suggest(self, who: Actor, direct: str, thread: str | None, channel: str | None) -> None:
        project = await asyncio.to_thread(self._tracker.prompts_for, who, channel)
        title, prompts = views.prompts(project)
        # With the thread an agent's prompts would not be shown, and Slack would not say so.
        args = {"channel_id": direct, "prompts": prompts, "title": title, "thread_ts": thread}
        if await self._try("assistant.threads.setSuggestedPrompts", args):
            await asyncio.to_thread(self._tracker.agent_is, who.workspace, True)

    # ——— what they ask

    async def place(self, event: Mapping[str, Any], text: str) -> Place:
        """Where a direct message is answered, and beside which channel it was written."""
        who, thread = self._who(event["user"]), event.get("thread_ts")
        seen = channel_in(event.get("app_context"))
        threads = (ALL_THREADS, thread) if thread else (ALL_THREADS,)
        beside = await asyncio.to_thread(self._tracker.meant_beside, who, threads, seen)
        if not await asyncio.to_thread(self._tracker.is_agent, who.workspace):
            return Place(thread, beside)
        root = thread or event["ts"]
        of = {"channel_id": event["channel"], "thread_ts": root}
        await self._try("assistant.threads.setStatus", {**of, "status": views.STATUS})
        if thread is None and text.strip():
            await self._try("assistant.threads.setTitle", {**of, "title": views.title(text)})
        return Place(root, beside)

    async def _try(self, method: str, args: Mapping[str, Any]) -> bool:
        """Ask for something that is nice to have; False when it cannot be had."""
        workspace = self._slack.workspace
        if not await asyncio.to_thread(self._tracker.may_be_agent, workspace):
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                await self._slack.call(method, **args)
        except Declined as refusal:
            if refusal.error in LACKING:
                if await asyncio.to_thread(self._tracker.agent_is, workspace, False, refusal.error):
                    log.info("No agent conversations in %s (%s): plain messages do", workspace, refusal.error)
            else:
                log.info("%s: %s", method, refusal.error)
            return False
        except (SlackTrouble, TimeoutError) as trouble:
            log.info("%s came to nothing: %s", method, type(trouble).__name__)
            return False
        return True

    def _who(self, user: str) -> Actor:
        return Actor(self._slack.workspace, user)


def channel_in(context: object) -> str | None:
    """The channel among what somebody looks at, the most relevant first."""
    entities = context.get("entities") if isinstance(context, Mapping) else None
    for one in entities if isinstance(entities, list) else ():
        if not isinstance(one, Mapping):
            continue
        value = one.get("value")
        if one.get("type") == _MESSAGE:
            value = value.get("channel_id") if isinstance(value, Mapping) else None
        elif one.get("type") != _CHANNEL:
            continue
        if is_id(value):
            return str(value)
    return None


def _thread_of(event: Mapping[str, Any]) -> tuple[str, str, str, str | None] | None:
    """The person, the conversation, the thread and the channel beside it."""
    words = [given.word(event, "assistant_thread", name) for name in ("user_id", "channel_id", "thread_ts")]
    user, direct, thread = words
    if user is None or direct is None or thread is None or not (is_id(user) and is_id(direct)):
        return None
    beside = given.word(event, "assistant_thread", "context", "channel_id")
    return user, direct, thread, beside if is_id(beside) else None


def _behind(body: Mapping[str, Any]) -> str | None:
    """Whose event it is, where only the authorization says so."""
    known = body.get("authorizations")
    first = known[0] if isinstance(known, list) and known and isinstance(known[0], Mapping) else {}
    return None if first.get("is_bot") else given.word(first, "user_id")

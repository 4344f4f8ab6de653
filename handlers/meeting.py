"""Who acts, as Slack itself says? Nothing is done while that cannot be found out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from bot.domain import permissions
from bot.domain.belonging import Belongs, as_said
from bot.domain.errors import Invalid, Refused, Unavailable
from bot.integrations.slack import Declined, LockedOut, Slack
from bot.tracker import Tracker, refusal
from handlers.doors import acts_of
from handlers.inbox import Inbox
from handlers.shape import is_id

log = logging.getLogger("golive.meeting")

PATIENCE = 1.8  # seconds; Slack waits three for an answer to a press
AT_ONCE = 20  # people asked about before they are noted
CANNOT_ASK = "I cannot ask Slack who you are just now, so I left everything as it is. Please try again soon."
NOBODY = "Slack does not say who did that, so I left everything as it is."
NOT_FOR_GUESTS = "That is for members of the team, and to this workspace you are a guest."
# Slack's words for somebody it does not show us; any other word of refusal says nothing of who they are.
NOT_SHOWN = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
ACTED = ("message", "app_mention", "reaction_added", "app_home_opened")


class Meeting:
    """Who somebody is to the workspace, asked once and kept in the database alone: another process may have
    heard of a change, or forgotten the workspace."""

    def __init__(self, tracker: Tracker, slack: Slack) -> None:
        self._tracker = tracker
        self._slack = slack

    async def known(self, user: str, *, within: float | None = None) -> Belongs:
        """Who they are; Unavailable when Slack cannot be asked about somebody new."""
        workspace = self._slack.workspace
        lately = await asyncio.to_thread(self._tracker.known_lately, workspace, user)
        if lately is not None:
            return lately
        refused = await self._ask(workspace, user, within)
        found = await asyncio.to_thread(self._tracker.belongs, workspace, user)
        if found is None:
            raise Refused(CANNOT_ASK) if refused else Unavailable(CANNOT_ASK)
        return found

    async def _ask(self, workspace: str, user: str, within: float | None) -> bool:
        """Ask Slack; True when it refuses to say, so that waiting does not help. Somebody known before stays
        what they were."""
        try:
            async with asyncio.timeout(within):
                said = await asked(self._slack, user)
        except LockedOut:
            return False  # said of the whole workspace, and once
        except Declined as refusal:
            log.warning("Slack does not say who %s is (%s)", user, refusal.error)
            return True
        except (Unavailable, TimeoutError) as trouble:
            log.warning("Slack does not say who %s is (%s)", user, type(trouble).__name__)
            return False
        await asyncio.to_thread(self._tracker.met, workspace, {user: said})
        return False


class Entrance(AsyncMiddleware):
    """Before every listener: who pressed, typed or sent it is known, and still somebody here. A class,
    because Bolt draws up forty arguments for each call of a middleware that is a function."""

    def __init__(self, meeting: Meeting) -> None:
        self._meeting = meeting

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Any
    ) -> BoltResponse | None:
        body = req.body
        if "command" in body or body.get("type") in _BY_SOMEBODY:
            await self._admit(body)
        await next()
        return None

    async def _admit(self, body: dict[str, Any]) -> None:
        user = _user(body)
        if user is None or user == "":
            return  # whoever listens says what is missing
        if not is_id(user) or not isinstance(user, str):
            raise Invalid(NOBODY)
        found = await self._meeting.known(user, within=PATIENCE)
        if not found.acts:
            raise Refused(refusal(found))
        acts = acts_of(body)
        if found.outside and not any(permissions.ever(act, outside=True) for act in acts):
            raise Refused(NOT_FOR_GUESTS)


_BY_SOMEBODY = frozenset(
    {"block_actions", "block_suggestion", "view_submission", "view_closed", "shortcut", "message_action"}
)


def _user(body: dict[str, Any]) -> object:
    if "command" in body:
        return body.get("user_id")
    user = body.get("user")
    return user.get("id") if isinstance(user, dict) else None


async def asked(slack: Slack, user: str) -> Belongs:
    """What Slack says of somebody; whom it does not show us is from outside. Declined where it refuses to
    say: whoever is taken for somebody else by that stays it for a day."""
    if user == slack.bot_user:
        return Belongs.APP
    try:
        found = (await slack.ask("users.info", user=user)).get("user")
    except Declined as refusal:
        if refusal.error not in NOT_SHOWN:
            raise
        log.info("Slack does not show us %s (%s)", user, refusal.error)
        return Belongs.ELSEWHERE
    if not isinstance(found, dict):
        raise Declined("users.info", "no_user")
    return as_said(found, slack.workspace)


async def meet(tracker: Tracker, slack: Slack, users: Iterable[str]) -> None:
    """Learn who these are, a few at a time."""
    waiting = list(users)
    while waiting:
        some, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        said = {}
        for user in filter(is_id, some):
            try:
                said[user] = await asked(slack, user)
            except Declined as refusal:
                log.warning("Slack does not say who %s is (%s)", user, refusal.error)
        await asyncio.to_thread(tracker.met, slack.workspace, said)


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    """To be registered before all others."""
    meeting = Meeting(tracker, slack)
    app.use(Entrance(meeting))

    async def acted(event: dict[str, Any], body: dict[str, Any]) -> None:
        user = event.get("user")
        if isinstance(user, str) and user not in (slack.bot_user, "USLACKBOT"):
            await meeting.known(user)

    async def changed(event: dict[str, Any], body: dict[str, Any]) -> None:
        # Most changes are of a status, or of people we never met; the others Slack is asked about.
        user, word = event["user"]["id"], as_said(event["user"], slack.workspace)
        known = await asyncio.to_thread(tracker.belongs, slack.workspace, user)
        if known is not None and known is not word:
            await meet(tracker, slack, [user])

    for kind in ACTED:
        inbox.on(kind, acted)
    inbox.on("user_change", changed)

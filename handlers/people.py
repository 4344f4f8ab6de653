"""Who is a Slack user: a colleague who can own something, or somebody who cannot, and why?"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.belonging import is_of_elsewhere
from bot.domain.errors import BotError, Invalid, Refused, Unavailable
from bot.integrations.slack import Declined, Slack
from bot.tracker import Colleague
from handlers.shape import is_id

KEPT = 2000
FRESH = timedelta(hours=1)
# Of the fifty fields Slack sends.
READ = ("deleted", "is_bot", "is_stranger", "team_id", "enterprise_user", "tz")


class People:
    """users.info, remembered for an hour and for so many people at most, by workspace."""

    def __init__(self, slack: Slack, now: Any) -> None:
        self._slack = slack
        self._now = now
        self._known: OrderedDict[tuple[str, str], tuple[datetime, dict[str, Any]]] = OrderedDict()

    async def colleague(self, user: str) -> Colleague:
        """The person, if they belong to this workspace; otherwise a sentence that says what to do."""
        try:
            found = await self._user(user)
        except Declined as refusal:
            raise Invalid(
                "I cannot find that person in this workspace. Type “@” and choose from the list Slack offers."
            ) from refusal
        name = found["name"]
        if found.get("is_bot") or user == "USLACKBOT":
            raise Refused(f"{name} is an app, and work needs a person. Name somebody of your team.")
        if found.get("deleted"):
            raise Refused(f"{name} is no longer active in this workspace. Name somebody who is.")
        if is_of_elsewhere(found, self._slack.workspace):
            raise Refused(
                f"{name} belongs to another workspace, so I cannot reach them. Name the colleague here who "
                "answers for it, and put them in as whom it waits on."
            )
        return Colleague(id=user, name=name, tz=found.get("tz"))

    async def chosen(self, user: str) -> Colleague:
        """Whoever was chosen in a form; that they cannot be is said with what else is wrong in it."""
        try:
            return await self.colleague(user)
        except Unavailable:
            raise
        except BotError as refusal:
            return Colleague(id=user, name=user, refused=str(refusal))

    def is_known(self, user: str) -> bool:
        """Whether Slack need not be asked about them now."""
        known = self._known.get((self._slack.workspace, user))
        return known is not None and timedelta(0) <= self._now() - known[0] < FRESH

    async def colleagues(self, users: Iterable[str]) -> Mapping[str, Colleague]:
        """Those of them who are colleagues; the others are left out."""
        found = {}
        for user in dict.fromkeys(users):
            try:
                found[user] = await self.colleague(user)
            except Unavailable:
                raise
            except BotError:
                continue
        return found

    async def _user(self, user: str) -> dict[str, Any]:
        now, who = self._now(), (self._slack.workspace, user)
        if self.is_known(user):
            self._known.move_to_end(who)
            return self._known[who][1]
        if not is_id(user):  # nobody Slack could be asked about
            raise Declined("users.info", "user_not_found")
        said = (await self._slack.ask("users.info", user=user))["user"]
        found = {field: said[field] for field in READ if field in said} | {"name": _name(said, user)}
        self._known[who] = (now, found)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return found


def _name(user: dict[str, Any], id: str) -> str:
    profile = user.get("profile") or {}
    return str(profile.get("real_name") or user.get("real_name") or user.get("name") or id)

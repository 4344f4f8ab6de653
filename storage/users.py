"""Who is a Slack user to the workspace, and does anybody from outside read in a channel?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from storage import models
from storage.timing import Timing

OF_THE_TEAM = ("here", "app")  # who reads there without being from outside
LEFT = "gone"
DEACTIVATED = "is deactivated"


@dataclass(frozen=True, slots=True)
class Met:
    """What Slack said of somebody, and when it was asked."""

    belongs: str
    asked_at: datetime


class Users(Timing):
    """The part of a Transaction that knows who is who."""

    def belonging(self, workspace: str, user: str) -> Met | None:
        table = models.users
        same = (table.c.workspace == workspace, table.c.user == user)
        row = self.run(select(table.c.belongs, table.c.asked_at).where(*same)).first()
        return Met(row.belongs, row.asked_at) if row else None

    def keep_belonging(self, workspace: str, said: Mapping[str, str], at: datetime) -> None:
        """By user, what Slack says of them now. What is theirs who left is nobody's from now on, and not
        only once a message to them comes back."""
        before = self.known_users(workspace, said)
        for user, word in said.items():
            if word == LEFT:
                self.cannot_reach(workspace, user, DEACTIVATED, at)
            elif user in before and before[user].belongs == LEFT:
                self.can_reach(workspace, user)
        new = self.insert_or(models.users)
        now = {"belongs": new.excluded.belongs, "asked_at": new.excluded.asked_at}
        put = new.on_conflict_do_update(index_elements=["workspace", "user"], set_=now)
        rows = [
            {"workspace": workspace, "user": user, "belongs": word, "asked_at": at}
            for user, word in said.items()
        ]
        if rows:
            self.run(put, rows)

    def unknown_members(self, workspace: str, channel: str) -> list[str]:
        """Those in a channel of whom nobody asked yet who they are."""
        members, users = models.members, models.users
        there = and_(users.c.workspace == members.c.workspace, users.c.user == members.c.user)
        found = select(members.c.user).select_from(members.outerjoin(users, there))
        here = (members.c.workspace == workspace, members.c.channel == channel)
        return list(self.run(found.where(*here, users.c.user.is_(None)).order_by(members.c.user)).scalars())

    def outsiders(self, workspace: str, channel: str) -> list[str]:
        """Those in a channel who are known to be from outside."""
        return self._counted(workspace, channel, unknown=False)

    def is_for_the_team(self, workspace: str, channel: str) -> bool:
        """Whether nobody from outside reads there, which is only so once everybody there is known."""
        members = models.members
        here = (members.c.workspace == workspace, members.c.channel == channel)
        known = self.run(select(func.count()).select_from(members).where(*here)).scalar_one()
        return bool(known) and not self._counted(workspace, channel, unknown=True)

    def _counted(self, workspace: str, channel: str, *, unknown: bool) -> list[str]:
        members, users = models.members, models.users
        there = and_(users.c.workspace == members.c.workspace, users.c.user == members.c.user)
        outside = users.c.belongs.not_in((*OF_THE_TEAM, LEFT))
        wanted = or_(users.c.user.is_(None), outside) if unknown else outside
        found = select(members.c.user).select_from(members.outerjoin(users, there))
        here = (members.c.workspace == workspace, members.c.channel == channel)
        return list(self.run(found.where(*here, wanted).order_by(members.c.user)).scalars())

    def known_users(self, workspace: str, users: Iterable[str]) -> Mapping[str, Met]:
        table = models.users
        wanted = list(dict.fromkeys(users))
        found = select(table).where(table.c.workspace == workspace, table.c.user.in_(wanted))
        return {row.user: Met(row.belongs, row.asked_at) for row in self.run(found)} if wanted else {}

"""What can the Slack of a workspace do, and what does somebody look at beside their talk with golive?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from storage import models
from storage.guard import veiled
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Ability:
    """Whether a workspace has something, since when that is known, and in Slack's word why not."""

    has: bool
    why: str | None
    at: datetime


class Abilities(Work):
    """The part of a Transaction that knows what a workspace offers beyond the usual."""

    def ability(self, workspace: str, name: str) -> Ability | None:
        """None where it was never tried."""
        table = models.abilities
        row = self.run(select(table).where(table.c.workspace == workspace, table.c.name == name)).first()
        return Ability(row.has, row.why, row.at) if row is not None else None

    def note_ability(self, workspace: str, name: str, ability: Ability) -> None:
        table = models.abilities
        kept = {"has": ability.has, "why": ability.why and veiled(ability.why), "at": ability.at}
        put = self.insert_or(table).on_conflict_do_update(
            index_elements=[table.c.workspace, table.c.name], set_=kept
        )
        self.run(put, [{"workspace": workspace, "name": name, **kept}])

    def glanced(self, workspace: str, user: str, thread: str, channel: str | None, at: datetime) -> None:
        """They look at this channel now; None: at nothing that is one. `thread` is "" for all they say."""
        table = models.glances
        kept = {"channel": channel and veiled(channel), "at": at}
        put = self.insert_or(table).on_conflict_do_update(
            index_elements=[table.c.workspace, table.c.user, table.c.thread], set_=kept
        )
        self.run(put, [{"workspace": workspace, "user": user, "thread": veiled(thread), **kept}])

    def glance(self, workspace: str, user: str, *threads: str) -> str | None:
        """The channel they looked at last in one of these threads, the newest."""
        table = models.glances
        mine = (table.c.workspace == workspace, table.c.user == user, table.c.thread.in_(threads))
        wanted = select(table.c.channel).where(*mine).order_by(table.c.at.desc()).limit(1)
        channel: str | None = self.run(wanted).scalar()
        return channel

    def forget_glances(self, before: datetime) -> None:
        """What somebody looked at long ago says nothing about what they mean now."""
        table = models.glances
        self.run(delete(table).where(table.c.at < before))

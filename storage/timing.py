"""When is a project looked at again, and what did people answer: promises, mutes, handovers, news?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from bot.domain.digest import DigestFacts
from storage import models
from storage.guard import clean
from storage.ledger import Ledger

# Nothing is put off for longer, so what is further away was written by a clock that was wrong.
FURTHEST = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A project to look at. `stirred` is to be given back: it tells whether something changed meanwhile."""

    id: int
    workspace: str
    key: str
    stirred: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody who was, or is to be, asked for news, and what they answered."""

    person: str
    asked_at: datetime | None
    answered_at: datetime | None = None
    answer: str | None = None


class Timing(Ledger):
    """The part of a Transaction that knows time."""

    def due_projects(self, workspace: str, now: datetime, limit: int) -> list[Due]:
        """Those to look at now, the longest due first."""
        table = models.projects
        due = or_(table.c.next_due <= now, table.c.next_due > now + FURTHEST)
        wanted = select(table.c.id, table.c.workspace, table.c.key, table.c.stirred)
        wanted = wanted.where(due, table.c.workspace == workspace).order_by(table.c.next_due, table.c.id)
        return [
            Due(id=row.id, workspace=row.workspace, key=row.key, stirred=row.stirred)
            for row in self.run(wanted.limit(limit))
        ]

    def due(self, workspace: str, key: str) -> Due | None:
        table = models.projects
        wanted = select(table.c.id, table.c.workspace, table.c.key, table.c.stirred)
        row = self.run(wanted.where(table.c.workspace == workspace, table.c.key == key)).first()
        return row and Due(id=row.id, workspace=row.workspace, key=row.key, stirred=row.stirred)

    def next_look(self, workspace: str) -> datetime | None:
        """When the next project is to be looked at; None when there is nothing to look at ever."""
        table = models.projects
        soonest: datetime | None = self.run(
            select(func.min(table.c.next_due)).where(table.c.workspace == workspace)
        ).scalar()
        return soonest

    def looked(self, due: Due, again: datetime | None) -> bool:
        """It was looked at, as it was; False, and nothing is noted, when it is no longer so."""
        table = models.projects
        same = update(table).where(table.c.id == due.id, table.c.stirred == due.stirred)
        return self.run(same.values(next_due=again).returning(table.c.id)).first() is not None

    def projects_of(self, workspace: str, user: str) -> list[str]:
        """The keys of the projects somebody is named in."""
        people, heads = models.people, models.projects
        wanted = select(heads.c.key).join(people, people.c.project_id == heads.c.id)
        mine = (people.c.workspace == workspace, people.c.slack == user)
        return list(self.run(wanted.where(*mine).distinct().order_by(heads.c.key)).scalars())

    def look_again_at_all_of(self, workspace: str, user: str) -> None:
        people = models.people
        mine = (people.c.workspace == workspace, people.c.slack == user)
        self.look_again(self.run(select(people.c.project_id).where(*mine)).scalars().all())

    # ——— who cannot be told anything

    def cannot_reach(self, workspace: str, user: str, why: str, at: datetime) -> bool:
        """Messages to this user are refused; False when that is known."""
        table = models.unreachable
        new = self.insert_new(table).values(workspace=workspace, user=user, why=clean(why), at=at)
        if self.run(new.returning(table.c.user)).first() is None:
            return False
        self.look_again_at_all_of(workspace, user)
        return True

    def can_reach(self, workspace: str, user: str) -> bool:
        """They can be told things again; False when that never was in doubt."""
        table = models.unreachable
        gone = delete(table).where(table.c.workspace == workspace, table.c.user == user)
        if self.run(gone.returning(table.c.user)).first() is None:
            return False
        self.look_again_at_all_of(workspace, user)
        return True

    def unreachable(self, workspace: str) -> Mapping[str, str]:
        """Slack users that cannot be told anything, and why."""
        table = models.unreachable
        found = self.run(select(table.c.user, table.c.why).where(table.c.workspace == workspace))
        return {row.user: row.why for row in found}

    # ——— news

    def ask_for_news(self, due: Due, day: date, people: Iterable[str], at: datetime) -> None:
        """Note that these are asked, once a day."""
        self._news(due, day, [{"person": person, "asked_at": at} for person in people])

    def news_came(self, due: Due, day: date, person: str, text: str, at: datetime) -> None:
        """What somebody answered; the last answer of a day is the one that counts."""
        self._news(due, day, [{"person": person}])
        table = models.standups
        theirs = (table.c.project_id == due.id, table.c.day == day, table.c.person == person)
        self.run(update(table).where(*theirs).values(answer=clean(text), answered_at=at))

    def news(self, project_id: int, day: date) -> list[Asked]:
        table = models.standups
        wanted = select(table).where(table.c.project_id == project_id, table.c.day == day)
        return [
            Asked(person=r.person, asked_at=r.asked_at, answered_at=r.answered_at, answer=r.answer)
            for r in self.run(wanted.order_by(table.c.person))
        ]

    def _news(self, due: Due, day: date, rows: Sequence[Mapping[str, Any]]) -> None:
        of = {"project_id": due.id, "workspace": due.workspace, "day": day, "asked_at": None}
        if rows:
            self.run(self.insert_new(models.standups), [{**of, **row} for row in rows])

    # ——— digests

    def digest_before(self, project_id: int, day: date) -> tuple[datetime, DigestFacts] | None:
        """When the last digest before this day was, and what it stood on."""
        table = models.digests
        wanted = select(table).where(table.c.project_id == project_id, table.c.day < day)
        row = self.run(wanted.order_by(table.c.day.desc()).limit(1)).first()
        return (row.at, DigestFacts.from_json(row.facts)) if row else None

    def digest_of(self, project_id: int, day: date) -> Mapping[str, Any] | None:
        """What was kept with the digest of this day."""
        table = models.digests
        wanted = select(table.c.facts).where(table.c.project_id == project_id, table.c.day == day)
        facts: Mapping[str, Any] | None = self.run(wanted).scalar()
        return facts

    def keep_digest(
        self, due: Due, day: date, facts: Mapping[str, Any], at: datetime, message: str | None
    ) -> None:
        """What the digest of this day says, and what the next one compares with."""
        table = models.digests
        new = self.insert_or(table)
        kept = {name: new.excluded[name] for name in ("at", "facts", "message")}
        put = new.on_conflict_do_update(index_elements=[table.c.project_id, table.c.day], set_=kept)
        of = {"project_id": due.id, "workspace": due.workspace, "day": day}
        self.run(put, [{**of, "at": at, "facts": dict(facts), "message": message}])

"""When is a project looked at again, and what did people answer: promises, mutes, handovers, news?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update

from bot.domain.digest import DigestFacts
from bot.domain.reminders.ledger import Handover, Mute, Promise
from storage import models
from storage.guard import clean, veiled, veiled_json
from storage.ledger import Ledger, portions

# Nothing is put off for longer, so what is further away was written by a clock that was wrong.
FURTHEST = timedelta(days=2)
BELIEVED = timedelta(days=7)  # how long somebody counts as unreachable before it is tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A project to look at. `stirred` is to be given back: it tells whether something changed meanwhile."""

    id: int
    workspace: str
    key: str
    revision: int
    stirred: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody (a Slack id) said when asked for news on a day."""

    person: str
    day: date
    at: datetime
    text: str


class Timing(Ledger):
    """The part of a Transaction that knows time."""

    def due_projects(self, workspace: str, now: datetime, limit: int) -> list[Due]:
        """Those to look at now, the longest due first."""
        table = models.projects
        due = or_(table.c.next_due <= now, table.c.next_due > now + FURTHEST)
        wanted = select(*_DUE).where(due, table.c.workspace == workspace)
        wanted = wanted.order_by(table.c.next_due, table.c.id).limit(limit)
        return [_due(row) for row in self.run(wanted)]

    def due(self, workspace: str, key: str) -> Due | None:
        table = models.projects
        wanted = select(*_DUE).where(table.c.workspace == workspace, table.c.key == key)
        row = self.run(wanted).first()
        return row and _due(row)

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

    def as_seen(self, due: Iterable[Due]) -> set[int]:
        """Those of them in which nothing changed since."""
        table = models.projects
        seen = {each.id: each.stirred for each in due}
        found: set[int] = set()
        for some in portions(list(seen)):
            rows = self.run(select(table.c.id, table.c.stirred).where(table.c.id.in_(some)))
            found |= {row.id for row in rows if row.stirred == seen[row.id]}
        return found

    def projects_of(self, workspace: str, users: Iterable[str]) -> dict[str, list[Due]]:
        """The projects each of these is named in."""
        people, heads = models.people, models.projects
        found: dict[str, list[Due]] = {}
        for some in portions(list(users)):
            wanted = select(people.c.slack, *_DUE).join(people, people.c.project_id == heads.c.id)
            theirs = (people.c.workspace == workspace, people.c.slack.in_(some))
            for row in self.run(wanted.where(*theirs).distinct().order_by(heads.c.key)):
                found.setdefault(row.slack, []).append(_due(row))
        return found

    def look_again_at_all_of(self, workspace: str, user: str) -> None:
        people = models.people
        mine = (people.c.workspace == workspace, people.c.slack == user)
        self.look_again(self.run(select(people.c.project_id).where(*mine)).scalars().all())

    # ——— who cannot be told anything

    def cannot_reach(self, workspace: str, user: str, why: str, at: datetime) -> bool:
        """Messages to this user are refused; False when that is known, and still fresh."""
        table = models.unreachable
        new = self.insert_or(table).values(workspace=workspace, user=user, why=veiled(why), at=at)
        again = new.on_conflict_do_update(
            index_elements=[table.c.workspace, table.c.user],
            set_={"why": new.excluded.why, "at": new.excluded.at},
            where=(table.c.at <= at - BELIEVED) | (table.c.why != new.excluded.why),
        )
        if self.run(again.returning(table.c.user)).first() is None:
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

    def unreachable(self, workspace: str, now: datetime) -> Mapping[str, str]:
        """Slack users that cannot be told anything, and why; after a while it is tried again."""
        table = models.unreachable
        fresh = (table.c.workspace == workspace, table.c.at > now - BELIEVED)
        found = self.run(select(table.c.user, table.c.why).where(*fresh))
        return {row.user: row.why for row in found}

    # ——— what people answered

    def promise(self, due: Due, promise: Promise) -> None:
        """They are on it until then; it takes the place of what they promised before."""
        new = self.insert_or(models.promises)
        table = models.promises
        same = [table.c.project_id, table.c.subject, table.c.by]
        put = new.on_conflict_do_update(
            index_elements=same, set_={"until": new.excluded.until, "at": new.excluded.at}
        )
        self.run(put, [{"project_id": due.id, "workspace": due.workspace, **asdict(promise)}])
        self.look_again([due.id])

    def mute(self, workspace: str, project: str, mute: Mute, at: datetime) -> None:
        """Say nothing of this, or to this person, until then; `project` is "" for a person's quiet."""
        new = self.insert_or(models.mutes)
        table = models.mutes
        same = [table.c.workspace, table.c.scope, table.c.project, table.c.key, table.c.person]
        put = new.on_conflict_do_update(
            index_elements=same, set_={"until": new.excluded.until, "at": new.excluded.at}
        )
        of = {"workspace": workspace, "project": project, "at": at}
        self.run(put, [{**of, **asdict(mute), "person": mute.person or ""}])
        self._look_after_mute(workspace, project, mute)

    def unmute(self, workspace: str, project: str, mute: Mute) -> bool:
        """False when it was not muted."""
        table = models.mutes
        same = (table.c.workspace == workspace, table.c.scope == mute.scope, table.c.project == project)
        who = (table.c.key == mute.key, table.c.person == (mute.person or ""))
        if self.run(delete(table).where(*same, *who).returning(table.c.key)).first() is None:
            return False
        self._look_after_mute(workspace, project, mute)
        return True

    def _look_after_mute(self, workspace: str, project: str, mute: Mute) -> None:
        if mute.scope == "person":
            self.look_again_at_all_of(workspace, mute.key)
        elif (due := self.due(workspace, project)) is not None:
            self.look_again([due.id])

    def handovers(self, project_id: int) -> list[Handover]:
        """Those that wait for an answer."""
        table = models.handovers
        found = self.run(select(table).where(table.c.project_id == project_id))
        return [Handover(subject=row.subject, to=row.to, by=row.by, at=row.at) for row in found]

    def hand_over(self, due: Due, handover: Handover) -> None:
        """Somebody is asked to take a thing; whoever was asked before is not any more."""
        self.handed_over(due, handover.subject)
        row = {"project_id": due.id, "workspace": due.workspace, **asdict(handover)}
        self.run(insert(models.handovers), [row])

    def handed_over(self, due: Due, subject: str) -> None:
        """The question is answered, or moot."""
        table = models.handovers
        self.run(delete(table).where(table.c.project_id == due.id, table.c.subject == subject))
        self.look_again([due.id])

    # ——— news

    def news_came(self, due: Due, answer: Answer) -> None:
        """What somebody answered; the last answer of a day is the one that counts."""
        table = models.news
        new = self.insert_or(table)
        said = {name: new.excluded[name] for name in ("at", "text")}
        put = new.on_conflict_do_update(
            index_elements=[table.c.project_id, table.c.day, table.c.person], set_=said
        )
        of = {"project_id": due.id, "workspace": due.workspace}
        self.run(put, [{**of, **asdict(answer), "text": clean(answer.text)}])

    def news(self, project_id: int, since: datetime) -> list[Answer]:
        """What was answered after that moment, in the order it came."""
        table = models.news
        wanted = select(table).where(table.c.project_id == project_id, table.c.at > since)
        return [
            Answer(person=row.person, day=row.day, at=row.at, text=row.text)
            for row in self.run(wanted.order_by(table.c.at))
        ]

    # ——— digests

    def digest_before(self, project_id: int, day: date) -> tuple[datetime, DigestFacts] | None:
        """When the last digest before this day was, and what it stood on."""
        table = models.digests
        box = models.outbox
        refused = select(box.c.key).where(box.c.workspace == table.c.workspace, box.c.key == table.c.message)
        refused = refused.where(box.c.state.in_(("failed", "dropped")))
        wanted = select(table).where(table.c.project_id == project_id, table.c.day < day, ~refused.exists())
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
        self.run(put, [{**of, "at": at, "facts": veiled_json(facts), "message": message}])


_heads = models.projects.c
_DUE = (_heads.id, _heads.workspace, _heads.key, _heads.revision, _heads.stirred)


def _due(row: Row[Any]) -> Due:
    return Due(id=row.id, workspace=row.workspace, key=row.key, revision=row.revision, stirred=row.stirred)

"""What was to be said to whom and why, and what became of it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.reminders.ledger import ESCALATE, Said, State
from storage import models
from storage.guard import veiled
from storage.models import NOT_SAID, PLANNED
from storage.queues import Queues
from storage.work import AT_ONCE

T = TypeVar("T")
_AT_A_TIME = 500  # keys in one question


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to say to one person (or, with `person` "", to the project's channel). `key` is a hash of
    the cause, so that the same cause is one entry however often it is planned.

    planned: to be said · held: not now, and why · skipped: nobody to say it to, and why · sent · acknowledged
    · dropped: no longer true · failed: refused for good.
    """

    key: str
    person: str  # Slack id; of a rung nobody was asked on, the key of who was meant
    kind: str
    subject: str
    fingerprint: str
    words: str
    at: datetime
    state: str = "planned"
    rung: int = 0
    critical: bool = False
    day: date | None = None  # it stands in the message of that day
    why: str | None = None
    message: str | None = None  # the outbox key it goes, or went, with
    said_at: datetime | None = None
    project: int | None = None  # the row it belongs to

    @property
    def said(self) -> Said:
        """As the rules take it. What went out together was said at one moment."""
        return Said(
            person=self.person,
            kind=self.kind,
            subject=self.subject,
            fingerprint=self.fingerprint,
            at=self.said_at or self.at,
            state=State(self.state),
            rung=self.rung,
            day=self.day,
            critical=self.critical,
            why=self.why,
        )


class Ledger(Queues):
    """The part of a Transaction that knows what was said. It follows the outbox by itself."""

    def enter(self, workspace: str, entries: Sequence[Entry]) -> None:
        """Note these; what was noted before and not said is now this. What was said stays said."""
        if not entries:
            return
        noted = _noted(self._on_server)
        self.run(noted, [_columns(workspace, entry) for entry in entries])

    def entries(
        self,
        project_id: int,
        *,
        states: Iterable[str] = (),
        since: datetime | None = None,
        limit: int | None = None,
    ) -> list[Entry]:
        """What is noted of a project, newest first."""
        table = models.ledger
        wanted = select(table).where(table.c.project_id == project_id)
        if states:
            wanted = wanted.where(table.c.state.in_(tuple(states)))
        if since is not None:
            wanted = wanted.where(table.c.at >= since)
        wanted = wanted.order_by(table.c.at.desc(), table.c.id.desc())
        return [entry_of(row) for row in self.run(wanted.limit(limit) if limit else wanted)]

    def entries_of(self, workspace: str, people: Iterable[str], since: datetime) -> list[Entry]:
        """What is noted of these people since then, in whatever project."""
        table = models.ledger
        found: list[Entry] = []
        for some in portions(list(people)):
            theirs = (table.c.workspace == workspace, table.c.person.in_(some), table.c.at >= since)
            found += [entry_of(row) for row in self.run(select(table).where(*theirs))]
        return found

    def history(self, project_id: int, limit: int) -> list[tuple[Entry, str | None, str | None]]:
        """What is noted of a project, newest first, with the conversation and the ts it was said under."""
        table, box = models.ledger, models.outbox
        same = (box.c.workspace == table.c.workspace) & (box.c.key == table.c.message)
        wanted = select(table, box.c.conversation, box.c.ts).outerjoin(box, same)
        wanted = wanted.where(table.c.project_id == project_id)
        rows = self.run(wanted.order_by(table.c.at.desc(), table.c.id.desc()).limit(limit))
        return [(entry_of(row), row.conversation, row.ts) for row in rows]

    def planned_for(self, workspace: str, person: str) -> list[Entry]:
        """What is to be said to somebody and was not yet; oldest first."""
        table = models.ledger
        mine = (PLANNED, table.c.workspace == workspace, table.c.person == person)
        return [entry_of(row) for row in self.run(select(table).where(*mine).order_by(table.c.id))]

    def said_with(self, workspace: str, message: str) -> list[Entry]:
        """What went, or goes, with one message."""
        table = models.ledger
        with_it = (table.c.workspace == workspace, table.c.message == message)
        return [entry_of(row) for row in self.run(select(table).where(*with_it).order_by(table.c.id))]

    def give_up(self, workspace: str, keys: Sequence[str], why: str) -> None:
        """These were planned and will not be said."""
        table = models.ledger
        for some in portions(keys):
            ours = (PLANNED, table.c.workspace == workspace, table.c.key.in_(some))
            self.run(update(table).where(*ours).values(state="dropped", why=why, message=None))

    def was_said(self, workspace: str, said: Mapping[str, str]) -> None:
        """These (keys) were said at those moments (ts), by a life of this database that this copy knows
        nothing of."""
        table = models.ledger
        for key, ts in said.items():
            ours = (table.c.workspace == workspace, table.c.key == key)
            self.run(update(table).where(*ours, NOT_SAID).values(state="sent", said_at=_moment(ts)))

    def acknowledge(self, project_id: int, subject: str, people: Iterable[str]) -> None:
        """Somebody answered what was said about this."""
        table = models.ledger
        about = (table.c.project_id == project_id, table.c.subject == subject, table.c.state == "sent")
        answered = table.c.kind != ESCALATE  # there it would be leave to ask somebody else
        self.run(
            update(table)
            .where(*about, answered, table.c.person.in_(tuple(people)))
            .values(state="acknowledged")
        )

    def grant(self, project_id: int, subject: str, kind: str, fingerprint: str) -> bool:
        """What somebody was asked to allow is allowed; False when it is already, or nobody was asked."""
        table = models.ledger
        it = (table.c.project_id == project_id, table.c.subject == subject, table.c.kind == kind)
        # Whoever said "not now" may think better of it.
        asked = (table.c.fingerprint == fingerprint, table.c.state.in_(("sent", "dropped", "held")))
        allowed = update(table).where(*it, *asked).values(state="acknowledged").returning(table.c.id)
        if self.run(allowed).first() is None:
            return False
        self.look_again([project_id])
        return True

    def withdraw(self, project_id: int, subject: str, kind: str, fingerprint: str, why: str) -> None:
        """What somebody was asked they do not want now: it counts as not said, so it may be said again."""
        table = models.ledger
        it = (table.c.project_id == project_id, table.c.subject == subject, table.c.kind == kind)
        asked = (table.c.fingerprint == fingerprint, table.c.state == "sent")
        self.run(update(table).where(*it, *asked).values(state="dropped", why=why))
        self.look_again([project_id])

    def mark(self, id: int, was: str, becomes: str, **more: Any) -> bool:
        """As the outbox does; what the message says goes along."""
        if not super().mark(id, was, becomes, **more):
            return False
        if becomes in ("sent", "dropped", "failed"):
            self._follow(id, becomes, more.get("ts"), more.get("error"))
        return True

    def _follow(self, id: int, becomes: str, ts: str | None, error: str | None) -> None:
        box, table = models.outbox, models.ledger
        message = self.run(select(box.c.workspace, box.c.key).where(box.c.id == id)).one()
        ours = (PLANNED, table.c.workspace == message.workspace, table.c.message == message.key)
        columns: dict[str, Any] = {"state": becomes}
        if becomes == "sent" and ts is not None:
            columns["said_at"] = _moment(ts)
        if becomes == "failed":
            columns["why"] = error
        if becomes == "dropped":
            columns |= {"why": "no longer true when it could be said", "message": None}
        moved = self.run(update(table).where(*ours).values(columns).returning(table.c.project_id))
        projects = set(moved.scalars())
        if projects and becomes != "sent":
            self.look_again(projects)

    def look_again(self, projects: Iterable[int]) -> None:
        """What is due in these projects may have changed: look at once."""
        table = models.projects
        found = update(table).where(table.c.id.in_(tuple(projects)))
        self.run(found.values(next_due=AT_ONCE, stirred=table.c.stirred + 1))
        self.stirred = True


@cache  # building it takes as long as running it
def _noted(on_server: bool) -> Any:
    """A new entry; one that was not said yet is what it now says."""
    table = models.ledger
    new = (postgresql.insert if on_server else sqlite.insert)(table)
    fresh: dict[str, Any] = {n: new.excluded[n] for n in ("at", "state", "why", "words", "day")}
    # What was said once and is held now still stands in the message it was said with.
    fresh["message"] = func.coalesce(new.excluded.message, table.c.message)
    same = [table.c.workspace, table.c.key]
    return new.on_conflict_do_update(index_elements=same, set_=fresh, where=NOT_SAID)


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def portions(keys: Sequence[T]) -> list[Sequence[T]]:
    """As many at a time as a question may name."""
    return [keys[at : at + _AT_A_TIME] for at in range(0, len(keys), _AT_A_TIME)]


def _columns(workspace: str, entry: Entry) -> dict[str, Any]:
    # By hand: thousands of these may be noted at once, and `asdict` copies deeply.
    return {
        "project_id": entry.project,
        "workspace": workspace,
        "key": entry.key,
        "person": entry.person,
        "kind": entry.kind,
        "subject": entry.subject,
        "fingerprint": entry.fingerprint,
        "rung": entry.rung,
        "critical": entry.critical,
        "day": entry.day,
        "words": veiled(entry.words),
        "at": entry.at,
        "state": entry.state,
        "why": entry.why and veiled(entry.why),
        "message": entry.message,
        "said_at": entry.said_at,
    }


def entry_of(row: Row[Any]) -> Entry:
    return Entry(
        key=row.key,
        person=row.person,
        kind=row.kind,
        subject=row.subject,
        fingerprint=row.fingerprint,
        words=row.words,
        at=row.at,
        state=row.state,
        rung=row.rung,
        critical=row.critical,
        day=row.day,
        why=row.why,
        message=row.message,
        said_at=row.said_at,
        project=row.project_id,
    )

"""Which polls does a project have, what was answered, and what was decided for good?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, func, insert, select, update

from bot.domain.errors import Conflict
from bot.domain.gonogo import voting
from bot.domain.gonogo.voting import Poll, Vote, Word
from storage import models
from storage.guard import clean, clean_json, veiled_json
from storage.ledger import portions
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Watched:
    """The last poll of a project; once it is decided, the gates it rests on and since which revision."""

    poll: Poll
    gates: tuple[str, ...] = ()
    revision: int = 0


class Polls(Work):
    """The part of a Transaction that knows polls. What is decided is never altered: no method does so, and
    the database refuses it besides."""

    def poll(self, project_id: int, number: int | None = None) -> Poll | None:
        """One poll with its answers; the last one when no number is given."""
        table = models.polls
        wanted = select(*_COLUMNS).where(table.c.project_id == project_id)
        if number is not None:
            wanted = wanted.where(table.c.number == number)
        row = self.run(wanted.order_by(table.c.number.desc()).limit(1)).first()
        return self._with_votes([row])[0] if row is not None else None

    def open_poll(self, workspace: str, project_id: int, poll: Poll) -> Poll:
        """The poll under the next number; Conflict while another one is open."""
        table = models.polls
        last = self.poll(project_id)
        if last is not None and last.state == "open":
            raise Conflict(f"Go/no-go {last.number} is open already.")
        number = (last.number if last else 0) + 1
        asked = {"seats": [voting.seat_json(seat) for seat in poll.seats], "not_asked": list(poll.not_asked)}
        columns = {
            "project_id": project_id,
            "workspace": workspace,
            "number": number,
            "state": "open",
            "opened_by": clean(poll.opened_by),
            "opened_at": poll.opened_at,
            "closes_at": poll.closes_at,
            "asked": clean_json(asked),
            "revision": poll.revision,
        }
        self.run(insert(table), [columns])
        found = self.poll(project_id, number)
        assert found is not None
        return found

    def vote(self, workspace: str, project_id: int, number: int, vote: Vote) -> bool:
        """Keep an answer, in the place of an earlier one for the role; False when the poll is over."""
        table = models.votes
        if not self._is_open(project_id, number):
            return False
        said = {
            "person": vote.person,
            "user": clean(vote.user),
            "vote": vote.word.value,
            "why": vote.why and clean(vote.why),
            "conditions": clean_json([voting.condition_json(each) for each in vote.conditions]),
            "at": vote.at,
        }
        new = self.insert_or(table).values(
            project_id=project_id, workspace=workspace, number=number, role=clean(vote.role), **said
        )
        same = [table.c.project_id, table.c.number, table.c.role]
        self.run(new.on_conflict_do_update(index_elements=same, set_={n: new.excluded[n] for n in said}))
        return True

    def decide(
        self,
        project_id: int,
        number: int,
        decision: Word,
        *,
        by: str,
        at: datetime,
        why: str | None,
        record: Mapping[str, Any],
    ) -> bool:
        """Settle it, with the record that stays; False when it was settled before."""
        said = {"decision": decision.value, "record": veiled_json(record)}
        return self._end(project_id, number, "decided", by, at, why, said)

    def cancel(self, project_id: int, number: int, *, by: str, at: datetime, why: str) -> bool:
        """End it without a decision; False when it had ended before."""
        return self._end(project_id, number, "cancelled", by, at, why, {})

    def record(self, project_id: int, number: int) -> dict[str, Any] | None:
        """What was kept of a decision."""
        table = models.polls
        one = (table.c.project_id == project_id, table.c.number == number)
        found: dict[str, Any] | None = self.run(select(table.c.record).where(*one)).scalar()
        return found

    def last_decided(self, project_id: int) -> int | None:
        """The number of the last poll that was decided."""
        table = models.polls
        decided = (table.c.project_id == project_id, table.c.state == "decided")
        found: int | None = self.run(select(func.max(table.c.number)).where(*decided)).scalar()
        return found

    def watched(self, projects: Iterable[int]) -> dict[int, Watched]:
        """By project, its last poll that was not cancelled."""
        table = models.polls
        found: dict[int, Watched] = {}
        for some in portions(list(projects)):
            last = select(table.c.project_id, func.max(table.c.number).label("number"))
            last = last.where(table.c.project_id.in_(some), table.c.state != "cancelled")
            newest = last.group_by(table.c.project_id).subquery()
            same = (newest.c.project_id == table.c.project_id) & (newest.c.number == table.c.number)
            wanted = select(*_COLUMNS, table.c.record["watch"].label("watch")).join(newest, same)
            rows = self.run(wanted).all()
            for row, poll in zip(rows, self._with_votes(rows), strict=True):
                watch = row.watch or {}
                gates, revision = tuple(watch.get("gates", ())), watch.get("revision", 0)
                found[row.project_id] = Watched(poll, gates, revision)
        return found

    def _is_open(self, project_id: int, number: int) -> bool:
        table = models.polls
        one = (table.c.project_id == project_id, table.c.number == number)
        return self.run(select(table.c.state).where(*one)).scalar() == "open"

    def _end(
        self,
        project_id: int,
        number: int,
        state: str,
        by: str,
        at: datetime,
        why: str | None,
        besides: Mapping[str, Any],
    ) -> bool:
        table = models.polls
        ours = (table.c.project_id == project_id, table.c.number == number, table.c.state == "open")
        said = {"state": state, "decided_by": clean(by), "decided_at": at, "why": why and clean(why)}
        ended = update(table).where(*ours).values({**said, **besides}).returning(table.c.number)
        return self.run(ended).first() is not None

    def _with_votes(self, rows: Iterable[Row[Any]]) -> list[Poll]:
        table = models.votes
        found = list(rows)
        votes: dict[tuple[int, int], list[Vote]] = {}
        for some in portions([row.project_id for row in found]):
            for row in self.run(select(table).where(table.c.project_id.in_(some)).order_by(table.c.at)):
                votes.setdefault((row.project_id, row.number), []).append(_vote(row))
        return [_poll(row, votes.get((row.project_id, row.number), ())) for row in found]


def _all_but(table: Table, *names: str) -> list[Any]:
    return [column for column in table.c if column.name not in names]


# The record holds a whole plan: it is read only when it is wanted.
_COLUMNS = _all_but(models.polls, "record")


def _poll(row: Row[Any], votes: Iterable[Vote]) -> Poll:
    return Poll(
        number=row.number,
        state=row.state,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        seats=tuple(voting.seat_from(each) for each in row.asked["seats"]),
        not_asked=tuple(row.asked["not_asked"]),
        revision=row.revision,
        votes=tuple(votes),
        decision=Word(row.decision) if row.decision else None,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        why=row.why,
    )


def _vote(row: Row[Any]) -> Vote:
    return Vote(
        role=row.role,
        person=row.person,
        user=row.user,
        word=Word(row.vote),
        at=row.at,
        why=row.why,
        conditions=tuple(voting.condition_from(each) for each in row.conditions),
    )

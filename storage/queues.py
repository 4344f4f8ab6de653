"""What came in and still has to be handled, and what goes out and still has to be sent?"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update

from storage import models
from storage.guard import veiled, veiled_json, veiled_object
from storage.models import UNSENT, WAITING
from storage.work import Work

ATTEMPTS = 5  # how often something kept is tried before it is set aside
A_SLICE = 5_000  # rows deleted in one transaction

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Something that came in and is not handled yet. Things of one lane are handled in order."""

    id: int
    event_id: str
    lane: str
    body: Mapping[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to send. A lane is a channel of a workspace; `key` is a hash of the cause."""

    id: int
    workspace: str
    channel: str
    key: str
    kind: str
    payload: Mapping[str, Any]
    subject: str | None
    state: str  # waiting | sending | sent | dropped | failed
    attempts: int
    not_before: datetime | None
    ts: str | None
    created_at: datetime


Arrival = tuple[str, str, Mapping[str, Any], datetime]  # event id, lane, body, when
Outgoing = tuple[str, str, str, Mapping[str, Any]]  # channel, key, kind, payload


class Queues(Work):
    """The part of a Transaction that knows the inbox and the outbox."""

    def keep(self, event_id: str, lane: str, body: Mapping[str, Any], at: datetime) -> bool:
        """Keep what came in until it is handled; False when it is already known."""
        return self.keep_many([(event_id, lane, body, at)])[0]

    def keep_many(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """The same for many: which of them are new."""
        if not arrivals:
            return []
        table = models.inbox
        new = self.insert_new(table).returning(table.c.event_id)
        stored = set(self.run(new, [_inbox_columns(*arrival) for arrival in arrivals]).scalars())
        answers = []
        for event_id, *_ in arrivals:
            answers.append(veiled(event_id) in stored)
            stored.discard(veiled(event_id))  # the same event twice in one group is new once
        return answers

    def unhandled(self, limit: int, *, after: int = 0) -> list[Kept]:
        """What waits to be handled, oldest first; `after` an id, what came later than that."""
        table = models.inbox
        return [
            Kept(id=row.id, event_id=row.event_id, lane=row.lane, body=row.body, attempts=row.attempts)
            for row in self.run(
                select(table).where(WAITING, table.c.id > after).order_by(table.c.id).limit(limit)
            )
        ]

    def handled(self, ids: Sequence[int]) -> None:
        """These are done with. Their ids stay, to know them again; what they said goes."""
        table = models.inbox
        self.run(update(table).where(table.c.id.in_(ids)).values(state="handled", body=None))

    def not_handled(self, id: int, error: str) -> bool:
        """Count a try that failed. After ATTEMPTS of them it is set aside, so that what came later gets its
        turn: False then."""
        table = models.inbox
        tried = update(table).where(table.c.id == id, WAITING)
        tried = tried.values(attempts=table.c.attempts + 1, error=veiled(error))
        row = self.run(tried.returning(table.c.attempts, table.c.event_id)).first()
        if row is None or row.attempts < ATTEMPTS:
            return row is not None
        self.run(update(table).where(table.c.id == id).values(state="aside"))
        _log.error("set %s aside after %d tries: %s", row.event_id, row.attempts, veiled(error))
        return False

    def forget(self, before: datetime, most: int = A_SLICE) -> bool:
        """What came in and was handled before then cannot come again: its ids go too. Tells whether there are
        more of them, as a million at once would keep everybody else from writing for seconds."""
        table = models.inbox
        # Ids rise with time, so the first that is young enough ends the search.
        young = select(table.c.id).where(table.c.kept_at >= before).order_by(table.c.id).limit(1)
        first = self.run(young).scalar()
        old = [table.c.kept_at < before, table.c.state != "waiting"]
        old += [table.c.id < first] if first is not None else []
        slice = select(table.c.id).where(*old).order_by(table.c.id).limit(most)
        gone = self.run(delete(table).where(table.c.id.in_(slice)).returning(table.c.id)).all()
        return len(gone) == most

    def emit(
        self,
        workspace: str,
        channel: str,
        key: str,
        kind: str,
        payload: Mapping[str, Any],
        *,
        subject: str | None = None,
        at: datetime,
    ) -> bool:
        """Have this sent once the transaction is stored; False when the same cause already made a message.
        It takes the place of what still waits in the lane with the same kind and subject."""
        table = models.outbox
        columns = {"workspace": workspace, "channel": channel, "key": key, "kind": kind, "created_at": at}
        columns |= {"payload": veiled_json(payload), "subject": subject, "state": "waiting", "attempts": 0}
        new = self.insert_new(table).values(columns).returning(table.c.id)
        made = self.run(new).scalar()
        if made is None:
            return False
        self.emitted = True
        if subject is not None:
            lane = (UNSENT, table.c.workspace == workspace, table.c.channel == channel)
            older = (table.c.kind == kind, table.c.subject == subject, table.c.state == "waiting")
            stale = update(table).where(*lane, *older, table.c.id != made)
            self.run(stale.values(state="dropped"))
        return True

    def emit_many(self, workspace: str, wanted: Sequence[Outgoing], at: datetime) -> set[str]:
        """The same for many that take nobody's place: the keys of those that are new."""
        if not wanted:
            return set()
        table = models.outbox
        of = {"workspace": workspace, "subject": None, "state": "waiting", "attempts": 0, "created_at": at}
        columns = [
            {**of, "channel": channel, "key": key, "kind": kind, "payload": veiled_json(payload)}
            for channel, key, kind, payload in wanted
        ]
        made = set(self.run(self.insert_new(table).returning(table.c.key), columns).scalars())
        self.emitted = self.emitted or bool(made)
        return made

    def lanes(self, now: datetime) -> list[tuple[str, str]]:
        """The lanes whose oldest unsent message may go now."""
        heads = _heads()
        ready = or_(heads.c.not_before.is_(None), heads.c.not_before <= now)
        found = self.run(select(heads.c.workspace, heads.c.channel).where(ready).order_by(heads.c.id))
        return [(row.workspace, row.channel) for row in found]

    def next_due(self, now: datetime) -> datetime | None:
        """When the first of the lanes that are held back now may go on; None when none is held back."""
        heads = _heads()
        soonest: datetime | None = self.run(
            select(func.min(heads.c.not_before)).where(heads.c.not_before > now)
        ).scalar()
        return soonest

    def next_in_lane(self, workspace: str, channel: str, now: datetime) -> Message | None:
        """The oldest unsent message of a lane; None when there is none, or it is held back."""
        table = models.outbox
        lane = (UNSENT, table.c.workspace == workspace, table.c.channel == channel)
        row = self.run(select(table).where(*lane).order_by(table.c.id).limit(1)).first()
        message = _message(row) if row else None
        if message and message.not_before and message.not_before > now:
            return None
        return message

    def mark(
        self,
        id: int,
        was: str,
        becomes: str,
        *,
        ts: str | None = None,
        conversation: str | None = None,
        error: str | None = None,
        not_before: datetime | None = None,
    ) -> bool:
        """Move a message from one state to another; False when it was not, or no longer, in the first.
        `conversation` is where it went: a person's lane is their own id, not that of their messages."""
        table = models.outbox
        columns: dict[str, Any] = {"state": becomes, "not_before": not_before}
        if becomes == "sending":
            columns["attempts"] = table.c.attempts + 1
        if ts is not None:
            columns |= {"ts": ts, "conversation": conversation}
        if error is not None:
            columns["error"] = veiled(error)
        ours = update(table).where(table.c.id == id, table.c.state == was)
        return self.run(ours.values(columns).returning(table.c.id)).first() is not None

    def message(self, workspace: str, key: str) -> Message | None:
        table = models.outbox
        wanted = select(table).where(table.c.workspace == workspace, table.c.key == key)
        row = self.run(wanted).first()
        return _message(row) if row else None

    def in_sending(self) -> list[Message]:
        """What was being sent when the process ended, or is being sent now; oldest first."""
        table = models.outbox
        wanted = select(table).where(UNSENT, table.c.state == "sending").order_by(table.c.id)
        return [_message(row) for row in self.run(wanted)]


def _inbox_columns(event_id: str, lane: str, body: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "workspace": veiled(str(body.get("team_id") or "")),
        "event_id": veiled(event_id),
        "lane": veiled(lane),
        "body": veiled_object(body),
        "kept_at": at,
        "state": "waiting",
        "attempts": 0,
    }


def _heads() -> Any:
    """The oldest unsent message of each lane."""
    table = models.outbox
    oldest = select(func.min(table.c.id)).where(UNSENT).group_by(table.c.workspace, table.c.channel)
    return select(table).where(table.c.id.in_(oldest.scalar_subquery())).subquery()


def _message(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        workspace=row.workspace,
        channel=row.channel,
        key=row.key,
        kind=row.kind,
        payload=row.payload,
        subject=row.subject,
        state=row.state,
        attempts=row.attempts,
        not_before=row.not_before,
        ts=row.ts,
        created_at=row.created_at,
    )

"""Which message speaks of what, what was offered to whom, and what do they not want to be offered?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update

from storage import models
from storage.guard import clean, clean_json
from storage.work import Work

EVERYTHING = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A message somebody had tracked, and the thing it speaks of."""

    workspace: str
    channel: str
    ts: str
    entity: str  # item | blocker | assumption | decision
    key: str
    project: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What somebody was offered. `slot` tells apart what may be offered once in a thread."""

    id: int
    workspace: str
    project: str
    channel: str
    thread: str
    slot: str
    ts: str
    user: str
    kind: str
    state: str  # open | taken | refused | void
    said: Mapping[str, Any]  # empty once it is answered
    at: datetime


class Talk(Work):
    """The part of a Transaction that knows what is made of talk."""

    # Tracked messages

    def track(self, track: Track) -> bool:
        """False, and nothing is changed, when the message speaks of such a thing already."""
        table = models.tracked
        columns = {name: clean(getattr(track, name)) for name in ("entity", "key", "project", "by")}
        columns |= {"workspace": track.workspace, "channel": clean(track.channel), "ts": clean(track.ts)}
        new = self.insert_new(table).values({**columns, "at": track.at}).returning(table.c.ts)
        return self.run(new).first() is not None

    def tracked(self, workspace: str, channel: str, ts: str) -> list[Track]:
        """What a message speaks of, the latest first."""
        table = models.tracked
        same = (table.c.workspace == workspace, table.c.channel == channel, table.c.ts == ts)
        wanted = select(table).where(*same).order_by(table.c.at.desc(), table.c.entity)
        return [Track(**dict(row._mapping)) for row in self.run(wanted)]

    def untrack(self, workspace: str, channel: str, ts: str, entity: str) -> None:
        """The thing it spoke of is gone: the message may be tracked anew."""
        table = models.tracked
        same = (table.c.workspace == workspace, table.c.channel == channel, table.c.ts == ts)
        self.run(delete(table).where(*same, table.c.entity == entity))

    def talk_moved(self, workspace: str, old: str, new: str) -> None:
        """A channel has another id now."""
        for table in (models.tracked, models.offers, models.refusals):
            there = update(table).where(table.c.workspace == workspace, table.c.channel == old)
            self.run(there.values(channel=new))

    # Offers

    def offer(
        self,
        workspace: str,
        project: str,
        *,
        channel: str,
        thread: str,
        slot: str,
        ts: str,
        user: str,
        kind: str,
        said: Mapping[str, Any],
        at: datetime,
    ) -> int | None:
        """Note an offer; None when something was offered there already."""
        table = models.offers
        columns = {"workspace": workspace, "project": project, "channel": channel, "thread": thread}
        columns |= {"slot": slot, "ts": ts, "user": user, "kind": kind, "state": "open"}
        new = self.insert_new(table).values({**columns, "said": clean_json(said), "at": at})
        found: int | None = self.run(new.returning(table.c.id)).scalar()
        return found

    def offered(self, workspace: str, id: int) -> Offer | None:
        table = models.offers
        row = self.run(select(table).where(table.c.workspace == workspace, table.c.id == id)).first()
        return _offer(row) if row else None

    def offers_on(self, workspace: str, channel: str, ts: str) -> list[Offer]:
        """What is still offered on a message."""
        table = models.offers
        same = (table.c.workspace == workspace, table.c.channel == channel, table.c.ts == ts)
        return [_offer(row) for row in self.run(select(table).where(*same, table.c.state == "open"))]

    def is_offered_in(self, workspace: str, channel: str, thread: str, user: str) -> bool:
        """Whether somebody was offered something in a thread and has not answered."""
        table = models.offers
        there = (table.c.workspace == workspace, table.c.channel == channel, table.c.thread == thread)
        wanted = select(table.c.id).where(*there, table.c.user == user, table.c.state == "open")
        return self.run(wanted.limit(1)).first() is not None

    def offers_since(self, workspace: str, user: str, since: datetime, *, besides: str) -> int:
        """How many somebody got since a moment, in all projects together; not those in slots called so."""
        table = models.offers
        theirs = (table.c.workspace == workspace, table.c.user == user, table.c.at >= since)
        own = table.c.slot.not_like(f"{besides}:%")
        found: int = self.run(select(func.count()).select_from(table).where(*theirs, own)).scalar_one()
        return found

    def answer_offer(self, id: int, state: str) -> bool:
        """Close an offer, with what it said; False when it is closed already."""
        table = models.offers
        closing = update(table).where(table.c.id == id, table.c.state == "open")
        return self.run(closing.values(state=state, said=None).returning(table.c.id)).first() is not None

    def change_offer(self, id: int, kind: str, said: Mapping[str, Any]) -> None:
        """The message was edited: this is what it says now."""
        table = models.offers
        same = update(table).where(table.c.id == id, table.c.state == "open")
        self.run(same.values(kind=kind, said=clean_json(said)))

    def forget_offers(self, before: datetime) -> None:
        """Nobody answers what is so old: what it said goes. That it was offered stays."""
        table = models.offers
        old = update(table).where(table.c.at < before, table.c.state == "open")
        self.run(old.values(state="void", said=None))

    def is_quiet(self, workspace: str, project: str, user: str, now: datetime) -> bool:
        """Whether somebody wants to hear nothing by itself, or nothing is to be said of the project."""
        table = models.mutes
        of_person = and_(table.c.scope == "person", table.c.key == user)
        of_project = and_(table.c.scope == "project", table.c.key == project)
        lasting = or_(table.c.until.is_(None), table.c.until > now)
        wanted = select(table.c.key).where(table.c.workspace == workspace, lasting)
        return self.run(wanted.where(or_(of_person, of_project)).limit(1)).first() is not None

    # Refusals

    def refuse_offers(self, workspace: str, channel: str, user: str, kind: str, at: datetime) -> None:
        one = {"workspace": workspace, "channel": channel, "user": user, "kind": kind, "at": at}
        self.run(self.insert_new(models.refusals), [one])

    def refuses(self, workspace: str, channel: str, user: str, kind: str) -> bool:
        """Whether somebody does not want this, or anything, to be offered there."""
        table = models.refusals
        theirs = (table.c.workspace == workspace, table.c.channel == channel, table.c.user == user)
        meant = or_(table.c.kind == kind, table.c.kind == EVERYTHING)
        return self.run(select(table.c.kind).where(*theirs, meant).limit(1)).first() is not None

    def refused(self, workspace: str, channel: str, user: str) -> list[str]:
        table = models.refusals
        theirs = (table.c.workspace == workspace, table.c.channel == channel, table.c.user == user)
        return list(self.run(select(table.c.kind).where(*theirs).order_by(table.c.kind)).scalars())

    def take_offers_again(self, workspace: str, channel: str, user: str) -> bool:
        """Forget what somebody refused there; False when it was nothing."""
        table = models.refusals
        theirs = (table.c.workspace == workspace, table.c.channel == channel, table.c.user == user)
        return self.run(delete(table).where(*theirs).returning(table.c.kind)).first() is not None


def _offer(row: Any) -> Offer:
    return Offer(
        id=row.id,
        workspace=row.workspace,
        project=row.project,
        channel=row.channel,
        thread=row.thread,
        slot=row.slot,
        ts=row.ts,
        user=row.user,
        kind=row.kind,
        state=row.state,
        said=row.said or {},
        at=row.at,
    )

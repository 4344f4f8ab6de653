"""What has to be known to look at many projects at once, in few questions?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Table, bindparam, or_, select

from bot.domain.plan import Event
from bot.domain.reminders.ledger import Handover, Mute, Promise
from storage import models, rows
from storage.ledger import Entry, entry_of, portions
from storage.timing import Due, Timing

REMEMBERED = timedelta(days=120)  # what was said longer ago may be said again
EVERYWHERE = ""  # the project of a mute that holds in all of them


@dataclass(slots=True)
class Around:
    """What is known of a project besides its plan."""

    entries: list[Entry] = field(default_factory=list)  # newest first
    events: list[Event] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    mutes: list[Mute] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)


class Looking(Timing):
    """The part of a Transaction that looks at projects as the clock does."""

    def around(self, due: Sequence[Due], *, since: datetime, without: Sequence[str]) -> dict[int, Around]:
        """By project; of what happened, what did since then and by other acts than these."""
        found = {each.id: Around() for each in due}
        for some in portions(list(found)):
            for row in self.run(_said_of_these(), {"ids": list(some), "since": since - REMEMBERED}):
                found[row.project_id].entries.append(entry_of(row))
            for row in self._happened(some, since, without):
                found[row.project_id].events.append(rows.event(row))
            for row in self._rows(models.promises, some):
                promise = Promise(subject=row.subject, by=row.by, until=row.until, at=row.at)
                found[row.project_id].promises.append(promise)
            for row in self._rows(models.handovers, some):
                handover = Handover(subject=row.subject, to=row.to, by=row.by, at=row.at)
                found[row.project_id].handovers.append(handover)
        for workspace in {each.workspace for each in due}:
            self._mutes(workspace, [each for each in due if each.workspace == workspace], found)
        return found

    def _mutes(self, workspace: str, due: Sequence[Due], found: dict[int, Around]) -> None:
        table = models.mutes
        by_key = {each.key: each.id for each in due}
        everywhere: list[Mute] = []
        for some in portions([EVERYWHERE, *by_key]):
            wanted = select(table).where(table.c.workspace == workspace, table.c.project.in_(some))
            for row in self.run(wanted):
                mute = Mute(scope=row.scope, key=row.key, until=row.until, person=row.person or None)
                mine = found[by_key[row.project]].mutes if row.project in by_key else everywhere
                mine.append(mute)
        for each in due:
            found[each.id].mutes += everywhere

    def _happened(self, ids: Sequence[int], since: datetime, without: Sequence[str]) -> Iterator[Row[Any]]:
        table = models.events
        of_plan = table.c.revision > 0  # what was withheld changed nothing
        wanted = select(table).where(table.c.project_id.in_(ids), table.c.at >= since, of_plan)
        yield from self.run(wanted.where(table.c.act.not_in(without)).order_by(table.c.id))

    def _rows(self, table: Table, ids: Sequence[int]) -> Iterable[Row[Any]]:
        return self.run(_of_these(table), {"ids": list(ids)})


# Building a question takes longer than asking it.
@cache
def _of_these(table: Table) -> Select[Any]:
    return select(table).where(table.c.project_id.in_(bindparam("ids", expanding=True)))


@cache
def _said_of_these() -> Select[Any]:
    table = models.ledger
    lasting = table.c.rung > 0  # who was asked about a blocker counts for as long as it is open
    recent = or_(lasting, table.c.at >= bindparam("since", type_=table.c.at.type))
    return _of_these(table).where(recent).order_by(table.c.at.desc(), table.c.id.desc())

"""What is known of projects at one moment, for those who decide what is to be said?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from bot.domain.ledger import Deeds, Said
from bot.domain.plan import Plan
from bot.domain.readiness import Assessment
from bot.domain.situation import Situation
from bot.tracker.desk import cause
from bot.tracker.questions import Questions
from storage import Due, Entry, Transaction

# What somebody did longer ago is no reason to leave them alone; what a file brought nobody did.
LATELY = timedelta(days=60)
BY_FILE = ("load", "new")
A_DAY_OR_TWO = timedelta(days=2)  # how far back a person's day can have begun


@dataclass(frozen=True, eq=False)
class View:
    """One project as it is now, and what its ledger says."""

    due: Due
    s: Situation
    said: tuple[Said, ...]

    @property
    def plan(self) -> Plan:
        return self.s.plan

    def said_to(self, person: str) -> Sequence[Said]:
        return self._by_person.get(person, ())

    @cached_property
    def _by_person(self) -> Mapping[str, Sequence[Said]]:
        found: dict[str, list[Said]] = {}
        for row in self.said:
            found.setdefault(row.person, []).append(row)
        return found


class Outlook(Questions):
    """How a project is seen by the clock."""

    def _view(self, tx: Transaction, due: Due, now: datetime, imagined: Iterable[Entry] = ()) -> View | None:
        """None when the project is gone. `imagined` are entries of the ledger that are only thought of."""
        plan = tx.plan(due.workspace, due.key)
        if plan is None:
            return None
        thought = {entry.key: entry for entry in imagined if entry.project == due.id}
        known = [entry for entry in tx.entries(due.id) if entry.key not in thought]
        return View(due, self._situation(tx, due, plan, now), _said([*known, *thought.values()]))

    def _view_of(self, tx: Transaction, workspace: str, key: str, now: datetime) -> View | None:
        due = tx.due(workspace, key)
        return None if due is None else self._view(tx, due, now)

    def _situation(self, tx: Transaction, due: Due, plan: Plan, now: datetime) -> Situation:
        events = tx.events(due.workspace, due.key, since=now - LATELY, without=BY_FILE)
        return Situation(
            plan,
            self._assessed_now(plan, now),
            now,
            deeds=Deeds.of(events),
            promises=tx.promises(due.id),
            mutes=tx.mutes(due.workspace, due.key),
            handovers=tx.handovers(due.id),
            unreachable=tx.unreachable(due.workspace),
        )

    def _assessed_now(self, plan: Plan, now: datetime) -> Assessment:
        return self._assessment(plan, now.astimezone(plan.project.zone).date())


def _said(entries: Iterable[Entry]) -> tuple[Said, ...]:
    return tuple(entry.said for entry in entries)


def entry_key(workspace: str, person: str, kind: str, subject: str, fingerprint: str) -> str:
    """The same thing said to the same person has the same key, in every copy of the database."""
    return cause("say", workspace, person, kind, subject, fingerprint)[:16]

"""What is known of projects at one moment, for those who decide what is to be said?"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from bot.domain.errors import Unavailable
from bot.domain.plan import Plan
from bot.domain.readiness import Assessment
from bot.domain.reminders.ledger import TOLD, Deeds, Said, State
from bot.domain.reminders.situation import Situation
from bot.tracker.desk import cause
from bot.tracker.questions import Questions
from storage import Around, Due, Entry, Store, Transaction

log = logging.getLogger("golive.plan")

# What somebody did longer ago is no reason to leave them alone; what a file brought nobody did.
LATELY = timedelta(days=60)
BY_FILE = ("load", "new")
A_DAY = timedelta(days=1)
A_DAY_OR_TWO = timedelta(days=2)  # how far back a person's day can have begun


@dataclass(frozen=True, eq=False)
class View:
    """One project as it is now, and what its ledger says."""

    due: Due
    s: Situation
    said: tuple[Said, ...]
    told: tuple[Entry, ...] = ()  # what is still to be told, once
    shown: tuple[Entry, ...] = ()  # what stands in messages of the last day

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
    """How projects are seen by the clock."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(store, clock)
        self._ending = threading.Event()

    def end(self) -> None:
        """Stop looking, before anything of a look that is under way is stored: the next start looks again."""
        self._ending.set()

    def _go_on(self) -> None:
        if self._ending.is_set():
            raise Unavailable("golive is stopping; what is due is planned when it is back.")

    def _views(
        self, tx: Transaction, due: Sequence[Due], now: datetime, imagined: Iterable[Entry] = ()
    ) -> dict[str, View]:
        """By project key, those that can be seen; the others are logged, and nobody waits for them.
        `imagined` are entries of the ledger that are only thought of."""
        around = tx.around(due, since=now - LATELY, without=BY_FILE)
        silent = tx.unreachable(due[0].workspace, now) if due else {}
        thought: dict[int | None, dict[str, Entry]] = {}
        for entry in imagined:
            thought.setdefault(entry.project, {})[entry.key] = entry
        found: dict[str, View] = {}
        for each in due:
            self._go_on()
            try:
                plan = tx.plan_at(each.id, each.workspace, each.key, each.revision)
                if plan is not None:
                    entries, imagine = around[each.id].entries, thought.get(each.id)
                    s = self._situation(plan, around[each.id], silent, now)
                    told, shown = _to_tell(entries, imagine), _shown(entries, now)
                    found[each.key] = View(each, s, _with(entries, imagine), told, shown)
            except Unavailable:
                raise
            except Exception:
                log.exception("The project %s cannot be looked at now; the others go on", each.key)
        return found

    def _view_of(self, tx: Transaction, workspace: str, key: str, now: datetime) -> View | None:
        due = tx.due(workspace, key)
        return self._views(tx, [due], now).get(key) if due is not None else None

    def _situation(
        self, plan: Plan, around: Around, unreachable: Mapping[str, str], now: datetime
    ) -> Situation:
        return Situation(
            plan,
            self._assessed_now(plan, now),
            now,
            deeds=Deeds.of(around.events),
            promises=around.promises,
            mutes=around.mutes,
            handovers=around.handovers,
            unreachable=unreachable,
        )

    def _assessed_now(self, plan: Plan, now: datetime) -> Assessment:
        return self._assessment(plan, now.astimezone(plan.project.zone).date())


def _with(entries: Iterable[Entry], thought: Mapping[str, Entry] | None) -> tuple[Said, ...]:
    if thought:
        entries = [*(entry for entry in entries if entry.key not in thought), *thought.values()]
    return tuple(entry.said for entry in entries)


def _to_tell(entries: Iterable[Entry], thought: Mapping[str, Entry] | None) -> tuple[Entry, ...]:
    waiting = (each for each in entries if each.kind == TOLD and each.state == State.PLANNED)
    return tuple(each for each in waiting if each.key not in (thought or {}))


def _shown(entries: Iterable[Entry], now: datetime) -> tuple[Entry, ...]:
    return tuple(
        each
        for each in entries
        if each.message is not None
        and each.state in (State.SENT, State.ACKNOWLEDGED)
        and each.said_at is not None
        and each.said_at > now - A_DAY
    )


def entry_key(workspace: str, person: str, kind: str, subject: str, fingerprint: str) -> str:
    """The same thing said to the same person has the same key, in every copy of the database."""
    return cause("say", workspace, person, kind, subject, fingerprint)[:16]

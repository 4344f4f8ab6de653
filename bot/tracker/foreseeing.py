"""What will be said to whom and why, what was said, and what was not?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import states
from bot.domain.plan import Plan
from bot.domain.reminders import ledger
from bot.tracker.timing import Findings, Timing
from bot.tracker.values import Actor, Where
from storage import Due, Entry

AHEAD = timedelta(days=7)
MOST_STEPS = 200  # moments looked at
MOST_PAST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Something that will be said, or will not and why, as things are now."""

    at: datetime
    project: str
    user: str  # Slack id; "" for the project's channel; the key of who was meant where nobody can be asked
    name: str
    kind: str
    subject: str
    words: str
    state: str  # planned | held | skipped
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An entry of the ledger. `conversation` and `ts` are where it can be read, once it was sent."""

    entry: Entry
    name: str
    conversation: str | None
    ts: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The past of a project's reminders, newest first, and their future, next first."""

    plan: Plan
    past: tuple[Noted, ...]
    ahead: tuple[Expected, ...]
    whole: bool = True  # else only what concerns who asks


class Foreseeing(Timing):
    """The future and the past, for the lead and the command line; nothing is stored."""

    def reminders(self, who: Actor, where: Where, *, ahead: timedelta = AHEAD) -> Ledger:
        """What was and what will be said in a project, if nobody does anything."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where)
            due = tx.due(who.workspace, plan.project.key)
            assert due is not None
            past = tx.history(due.id, MOST_PAST)
        noted = (
            Noted(entry=entry, name=_name(plan, entry.person), conversation=conversation, ts=ts)
            for entry, conversation, ts in past
        )
        coming: Iterator[Expected] = self._ahead(due, plan, ahead)
        head, person = states.lead(plan), plan.by_slack.get(who.user)
        whole = head is None or (person is not None and person.key == head)
        if not whole:  # what is said to others is theirs, and the lead's
            noted = (each for each in noted if each.entry.person in ("", who.user))
            coming = (each for each in coming if each.user in ("", who.user))
        return Ledger(plan=plan, past=tuple(noted), ahead=tuple(coming), whole=whole)

    def would_say(self, workspace: str, at: datetime) -> tuple[Expected, ...]:
        """What would be said in all projects, were it that moment now."""
        with self.store.reading() as tx:
            keys = [project.key for project in tx.projects(workspace)]
            due = [each for key in keys if (each := tx.due(workspace, key)) is not None]
            plans = {each.id: tx.plan(workspace, each.key) for each in due}
        found = self.findings(workspace, due, at, whole=True)
        said = (expected for plan in plans.values() if plan for expected in _expected(found, plan, at))
        return tuple(sorted(said, key=lambda each: (each.state != "planned", each.project, each.name)))

    def _ahead(self, due: Due, plan: Plan, ahead: timedelta) -> Iterator[Expected]:
        """Moment by moment: what is said at one has been said at the next."""
        now = self.now()
        moment, told = now, dict[str, Entry]()
        for _ in range(MOST_STEPS):
            if moment > now + ahead:
                return
            found = self.findings(due.workspace, [due], moment, tuple(told.values()), whole=moment == now)
            yield from (each for each in _expected(found, plan, moment) if _is_new(each, told, found))
            for entry in _entries(found):
                sent = entry.state == "planned"
                told[entry.key] = replace(entry, state="sent", said_at=moment) if sent else entry
            moment = max(found.again.get(due.id, now + ahead), moment + timedelta(seconds=1))


def _entries(found: Findings) -> Sequence[Entry]:
    return [*(entry for message in found.messages for entry in message.entries), *found.entries]


def _expected(found: Findings, plan: Plan, at: datetime) -> Iterator[Expected]:
    for entry in _entries(found):
        if ledger.parts(entry.subject)[0] == plan.project.key:
            yield Expected(
                at=at,
                project=plan.project.key,
                user=entry.person,
                name=_name(plan, entry.person),
                kind=entry.kind,
                subject=entry.subject,
                words=entry.words,
                state=entry.state,
                why=entry.why,
            )


def _is_new(each: Expected, told: dict[str, Entry], found: Findings) -> bool:
    """What is held for the same reason as before needs no second line."""
    if each.state == "planned":
        return True
    same = (entry for entry in told.values() if (entry.person, entry.words) == (each.user, each.words))
    return all((entry.state, entry.why) != (each.state, each.why) for entry in same)


def _name(plan: Plan, person: str) -> str:
    known = plan.by_slack.get(person) or plan.person.get(person)
    return known.name if known else person or plan.project.name

"""What is there for one person to do today, to confirm and to keep their word on, in all their projects?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.hours import WorkingHours
from bot.domain.plan import Assumption, Blocker, Item, Person, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.reminders import ledger
from bot.domain.reminders.asking import moment_words
from bot.domain.reminders.ledger import Handover, Promise
from bot.domain.reminders.situation import Situation
from bot.domain.wording import Words, cut, listed

DAYS_OFFERED = 5  # until when one may be on something
WIDTH = 44
_FREE = 10_000  # more than any slack: what go-live does not wait for


class Kind(StrEnum):
    """What a thing asks of a person."""

    ITEM = "item"
    BLOCKER = "blocker"
    BELIEF = "assumption"
    CONFIRM = "confirm"
    OFFERED = "offered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing that waits for a person. Plain text."""

    kind: Kind
    project: str
    project_name: str
    key: str
    title: str
    line: str
    can_end: bool = True  # it makes sense to say that it is done
    promised: str = ""  # until when they are on it, in words
    evidence: str = ""  # what its owner showed
    days: tuple[date, ...] = ()
    rank: tuple[int, int, bool, date, str] = (0, 0, False, date.max, "")

    @property
    def subject(self) -> str:
        """What reminders call it."""
        entity = "item" if self.kind in (Kind.CONFIRM, Kind.OFFERED) else self.kind.value
        return ledger.subject(self.project, entity, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """All that waits for a person, the most pressing first; what they promised stands apart."""

    to_do: tuple[Task, ...] = ()
    to_confirm: tuple[Task, ...] = ()
    promised: tuple[Task, ...] = ()
    offered: tuple[Task, ...] = ()
    unconfirmed: int = 0  # theirs, done, and waiting for others


@dataclass(frozen=True, slots=True)
class Mine:
    """A project somebody is named in, and what they answered there."""

    plan: Plan
    assessment: Assessment
    person: Person
    promises: Sequence[Promise] = ()
    handovers: Sequence[Handover] = ()


def day(projects: Iterable[Mine], now: datetime) -> Day:
    """A person's day over all the projects they are named in."""
    whole = Day()
    for mine in projects:
        found = _Desk(mine, now).day()
        whole = Day(
            to_do=whole.to_do + found.to_do,
            to_confirm=whole.to_confirm + found.to_confirm,
            promised=whole.promised + found.promised,
            offered=whole.offered + found.offered,
            unconfirmed=whole.unconfirmed + found.unconfirmed,
        )
    return replace(whole, to_do=_ranked(whole.to_do), to_confirm=_ranked(whole.to_confirm))


def _ranked(tasks: Iterable[Task]) -> tuple[Task, ...]:
    return tuple(sorted(tasks, key=lambda task: (task.rank, task.project)))


class _Desk:
    """What one project has for one person."""

    def __init__(self, mine: Mine, now: datetime) -> None:
        self.plan, self.a, self.person, self.now = mine.plan, mine.assessment, mine.person, now
        self.w = Words(mine.assessment, WIDTH)
        self.s = Situation(mine.plan, mine.assessment, now, promises=mine.promises, handovers=mine.handovers)
        self.hours = WorkingHours(mine.plan, mine.person)

    def day(self) -> Day:
        owned = self.s.owned(self.person.key)
        open_ = [item for item in owned if self.a.standing[item.key] is not Status.DONE]
        chased = [b for b in self.plan.blockers if b.open and b.owner == self.person.key]
        beliefs = [b for b in self.plan.assumptions if b.open and b.owner == self.person.key]
        to_do = [
            *map(self._item, open_),
            *map(self._blocker, chased),
            *filter(None, map(self._belief, beliefs)),
        ]
        to_confirm = [self._confirm(item) for item in self.s.to_validate(self.person.key)]
        given = [each for each in (*to_do, *to_confirm) if each.promised]
        return Day(
            to_do=tuple(each for each in to_do if not each.promised),
            to_confirm=tuple(each for each in to_confirm if not each.promised),
            promised=tuple(given),
            offered=tuple(self._offered()),
            unconfirmed=len(owned) - len(open_),
        )

    def _item(self, item: Item) -> Task:
        a, late = self.a, self.a.late(item)
        now = late or a.startable(item)
        group = 0 if now else 1 if a.standing[item.key] is Status.BLOCKED else 2
        said = [self._stands(item), "" if late else self.w.due(item), self._cost(item)]
        if late and item.due:
            said[0] = f"late since {self.w.day(item.due)}, {said[0]}"
        rank = (group, self._slack(item.key), not late, item.due or date.max, item.key)
        return self._task(Kind.ITEM, item.key, item.title or item.key, said, rank)

    def _stands(self, item: Item) -> str:
        """Its state, and what has to happen first."""
        state = self.w.state(item)
        needs = [key for key in item.depends_on if key in self.a.timing]
        if self.a.standing[item.key] is Status.BLOCKED or not needs:
            return state
        return f"{state}, waits for {listed(needs, 2, self.w.key)}"

    def _blocker(self, blocker: Blocker) -> Task:
        item = self.plan.item.get(blocker.item or "")
        on = f"holds up {self.w.named(item)}" if item else "holds up the project"
        said = [on, self.w.waits(blocker), self._clear(blocker)]
        slack = self._slack(item.key) if item else 0
        rank = (0, slack, True, blocker.expected_clear or blocker.raised, blocker.id)
        return self._task(Kind.BLOCKER, blocker.id, blocker.text, said, rank)

    def _belief(self, belief: Assumption) -> Task | None:
        if belief.verify_by is None:
            return None  # nobody asked for it by a day
        late = belief.verify_by < self.a.today
        when = f"{'was to be known' if late else 'to be known'} by {self.w.day(belief.verify_by)}"
        group = 0 if late or belief.verify_by <= self.a.today + timedelta(days=2) else 2
        rank = (group, 0 if late else _FREE, not late, belief.verify_by, belief.id)
        said = ["nobody knows whether it is so", when]
        return self._task(Kind.BELIEF, belief.id, belief.text, said, rank)

    def _confirm(self, item: Item) -> Task:
        since = f"done since {self.w.day(item.done_on)}" if item.done_on else "done"
        by = f"by {self.w.person(item.owner)}" if item.owner else ""
        proof = "" if item.evidence else "without evidence"
        rank = (0, self._slack(item.key), True, item.due or date.max, item.key)
        said = [f"{since} {by}".strip(), proof, self._cost(item)]
        task = self._task(Kind.CONFIRM, item.key, item.title or item.key, said, rank)
        return replace(task, evidence=cut(item.evidence, 300) if item.evidence else "")

    def _offered(self) -> Iterator[Task]:
        for handover in self.s.handovers:
            _, _, key = ledger.parts(handover.subject)
            item = self.plan.item.get(key)
            if item is not None and handover.to == self.person.slack:
                giver = self.plan.by_slack.get(handover.by)
                asks = f"{giver.name if giver else 'Its owner'} asks you to take it"
                said = [asks, self.w.due(item)]
                yield self._task(Kind.OFFERED, key, item.title or key, said, (0, 0, True, date.max, key))

    def _task(
        self, kind: Kind, key: str, title: str, said: Sequence[str], rank: tuple[int, int, bool, date, str]
    ) -> Task:
        task = Task(
            kind=kind,
            project=self.plan.project.key,
            project_name=self.plan.project.name,
            key=key,
            title=cut(title, 120),
            line=" · ".join(filter(None, said)),
            days=self._days if kind is not Kind.OFFERED else (),
            rank=rank,
        )
        until = self._promised(task.subject)
        return replace(task, promised=moment_words(until, self.hours.zone, self.now)) if until else task

    def _promised(self, subject: str) -> datetime | None:
        made = [p for p in self.s.promised(subject) if p.by == self.person.slack and p.until > self.now]
        return max((promise.until for promise in made), default=None)

    def _slack(self, key: str) -> int:
        timing = self.a.timing.get(key)
        return _FREE if timing is None or timing.slack is None else timing.slack

    def _cost(self, item: Item) -> str:
        gates = self.a.downstream.get(item.key, 0)
        slack = self._slack(item.key)
        room = "no slack" if not slack else f"{slack} d of slack" if slack < DAYS_OFFERED else ""
        behind = f"{gates:,} gate{'' if gates == 1 else 's'} behind it" if gates else ""
        return ", ".join(filter(None, (room, behind)))

    def _clear(self, blocker: Blocker) -> str:
        clear = blocker.expected_clear
        if clear is None:
            return "no clear date"
        return f"{'should have cleared' if clear < self.a.today else 'clears'} {self.w.day(clear)}"

    @property
    def _days(self) -> tuple[date, ...]:
        """The next days the person works, today while it lasts."""
        if self._offered_days is None:
            self._offered_days = tuple(_next_days(self.hours, self.now))
        return self._offered_days

    _offered_days: tuple[date, ...] | None = None


def _next_days(hours: WorkingHours, now: datetime) -> Iterator[date]:
    day, left = hours.today(now), DAYS_OFFERED
    if hours.works_on(day) and hours.of_day(day).end > now:
        yield day
        left -= 1
    for _ in range(left):
        day = hours.working_day(day + timedelta(days=1))
        yield day

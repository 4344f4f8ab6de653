"""What is there to say to one person today, across their projects, and what of it would only be repeated?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain import contacts, states
from bot.domain.hours import Shift, WorkingHours
from bot.domain.plan import Assumption, Item, Person, Status
from bot.domain.reminders import doubts, ledger
from bot.domain.reminders.asking import moment_words
from bot.domain.reminders.ladder import Climb, Rung
from bot.domain.reminders.ledger import (
    DAILY,
    ESCALATE,
    OVER,
    RUNG,
    SAID,
    Handover,
    Mute,
    Promise,
    Said,
    State,
)
from bot.domain.reminders.situation import BUDGET, JUST_ACTED, MUTED, Situation, day_words, gates_words
from bot.domain.wording import cut, listed

__all__ = [
    "Daily",
    "Handover",
    "Line",
    "Mute",
    "Promise",
    "Said",
    "State",
    "agenda",
    "daily",
    "fits_budget",
    "next_moment",
    "people",
    "put_off",
    "sayable",
]

# What becomes true later than this after somebody's day began is told the next morning.
MORNING = timedelta(hours=2)
# Whoever did something to an item so shortly ago need not be told of it.
JUST = timedelta(hours=4)
NEAR = 2  # working days of slack that are worth saying

PROMISED, OVERDUE, DUE, VALIDATE = "promised", "overdue", "due", "validate"
VERIFY, OFFERED, YOURS, NOBODY = "verify", "offered", "yours", "nobody"
_ORDER = (PROMISED, OVERDUE, DUE, VALIDATE, VERIFY, OFFERED, YOURS, NOBODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to say to one person: of an item (`key`), of an assumption (kind `verify`), or of a person
    nobody can reach (kind `nobody`)."""

    kind: str  # promised | overdue | due | validate | verify | offered | yours | nobody
    project: str
    key: str
    subject: str
    title: str
    reason: str  # "overdue since Thu 12 Nov"
    stake: str = ""  # "two gates wait on this"
    instead_of: str | None = None  # the name of who is away
    critical: bool = False
    fingerprint: str = ""
    why: str | None = None  # it is held
    until: datetime | None = None  # until then, if that is known
    weight: tuple[int, date, str] = (0, date.max, "")  # how lines are sorted within their kind

    @property
    def text(self) -> str:
        said = [self.reason, self.stake, f"for {self.instead_of}, who is away" if self.instead_of else ""]
        return f"{self.title} ({self.key}): {', '.join(filter(None, said))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """The one message a person gets on a day; `held` is what it leaves out, and why."""

    user: str
    day: date  # where they are: with the workspace and the user, the message's key
    at: datetime
    lines: tuple[Line, ...] = ()
    rungs: tuple[Rung, ...] = ()
    held: tuple[Line, ...] = ()
    why: str | None = None  # the whole message has to wait: night, weekend, holiday, away, budget, muted


def daily(
    user: str,
    situations: Sequence[Situation],
    said: Iterable[Said],
    now: datetime,
    rungs: Sequence[Rung] = (),
) -> Daily | None:
    """The message a person is to get now, or None: nothing is news, it is not their morning, they had it.

    `situations` are all the projects they are in, `said` their rows of the ledger, `rungs` those that are due
    for them now: they come with it.
    """
    found = agenda(user, situations, said, now, rungs)
    return found if found is not None and not found.why and (found.lines or found.rungs) else None


def agenda(
    user: str,
    situations: Sequence[Situation],
    said: Iterable[Said],
    now: datetime,
    rungs: Sequence[Rung] = (),
) -> Daily | None:
    """The same with what is held and why, for whoever wants to see it; None for somebody in no project."""
    rows = [row for row in said if row.person == user]
    day = _day(user, situations, now)
    if day is None:
        return None
    empty = Daily(user=user, day=day.date, at=now)
    if not day.begun:
        return replace(empty, why=day.why)
    if any(row.day == day.date and row.state in OVER for row in rows):
        return replace(empty, why=BUDGET)
    lines: list[Line] = []
    for situation, shift in day.begun:
        lines += _Desk(situation, user, shift).lines(rows)
    kept = sorted((line for line in lines if line.why is None), key=_rank)
    held = tuple(line for line in lines if line.why is not None)
    found = replace(empty, lines=tuple(kept), rungs=tuple(rungs), held=held)
    if (kept or rungs) and not _has_room(user, situations, rows, now):
        return replace(found, why=BUDGET)
    return found


def put_off(
    user: str, situations: Sequence[Situation], said: Iterable[Said], now: datetime, why: str
) -> tuple[Line, ...]:
    """What there would be to say to somebody on their day, were it not for this (`Daily.why`)."""
    rows = [row for row in said if row.person == user]
    found: list[Line] = []
    for s in situations:
        person = s.plan.by_slack.get(user)
        if person is not None and user not in s.unreachable:
            hours = s.hours(person)
            shift = hours.shift(now) or hours.of_day(hours.today(now))
            lines = _Desk(s, user, shift).lines(rows)
            found += [line if line.why else replace(line, why=why) for line in lines]
    return tuple(sorted(found, key=_rank))


def sayable(user: str, s: Situation) -> Mapping[str, Line]:
    """By subject, all that could be said to a person of a project now, said before or not: what a message
    that was planned earlier is checked against when it is sent."""
    person = s.plan.by_slack.get(user)
    shift = s.hours(person).shift(s.now) if person else None
    if shift is None:
        return {}
    return {line.subject: line for line in _Desk(s, user, shift).lines(()) if line.why is None}


def fits_budget(
    rung: Rung, situations: Sequence[Situation], said: Iterable[Said], now: datetime
) -> str | None:
    """None when a rung may be a message of its own now; else why it waits for the next daily one."""
    if rung.critical or rung.user is None:
        return None
    rows = [row for row in said if row.person == rung.user]
    return None if _has_room(rung.user, situations, rows, now) else BUDGET


def people(s: Situation) -> frozenset[str]:
    """The Slack ids of everybody to whom something of a project might have to be said."""
    busy = (s.owned, s.to_validate, s.to_find_out)
    wanted = {person.key for person in s.plan.people if any(of(person.key) for of in busy)}
    if s.lead is not None and any(True for _ in _unreachable(s)):
        wanted.add(s.lead.key)
    deputies = {s.stand_in(person).person for person in s.away if person.key in wanted and person.deputy}
    found = {s.plan.person[key].slack for key in wanted} | {p.slack for p in deputies if p is not None}
    found |= {handover.to for handover in s.handovers}
    return frozenset(user for user in found if user and user not in s.unreachable)


def next_moment(s: Situation, climb: Climb | None = None, waiting: Iterable[str] = ()) -> datetime | None:
    """When a project has to be looked at again, at the latest: somebody's morning, or a rung that is due.

    `waiting` are Slack users for whom something waits for their next message, having used up their budget.
    """
    moments = [climb.next] if climb is not None and climb.next is not None else []
    if not s.policies.reminders.off:
        moments += [at for user in people(s) if (at := _morning_for(s, user)) is not None]
    moments += [next_morning(s, user) for user in waiting if user in s.plan.by_slack]
    return min(moments, default=None)


def next_morning(s: Situation, user: str) -> datetime:
    """When a person's next working day begins; somebody else's is the project's."""
    person = s.plan.by_slack.get(user)
    hours = s.hours(person) if person else WorkingHours(s.plan)
    return hours.morning(s.now + timedelta(seconds=1))


# When


@dataclass(frozen=True, slots=True)
class _Day:
    """A person's day: the projects in which it has begun, or why nothing is to be said now."""

    date: date
    begun: tuple[tuple[Situation, Shift], ...] = ()
    why: str | None = None


def _day(user: str, situations: Iterable[Situation], now: datetime) -> _Day | None:
    """Where one day begins at different hours in different projects, the last of them counts: what there is
    to say of all comes in one message."""
    mine = [(s, s.plan.by_slack[user]) for s in situations if user in s.plan.by_slack]
    mine = sorted(
        ((s, p) for s, p in mine if user not in s.unreachable), key=lambda m: (m[1].tz is None, m[0].key)
    )
    if not mine:
        return None
    today = mine[0][0].hours(mine[0][1]).today(now)
    if any(s.muted_person(user) for s, _ in mine):
        return _Day(today, why=MUTED)
    begun: list[tuple[Situation, Shift]] = []
    at_work, whys = None, []
    for s, person in mine:
        hours = s.hours(person)
        current = hours.shift(now)
        shift = current or hours.of_day(hours.today(now))
        if current is None:
            whys.append(hours.why_not(now))
        at_work = at_work or current
        if not hours.works_on(shift.day):
            continue
        if shift.start > now:
            return _Day(today, why=hours.why_not(now))
        begun.append((s, shift))
    return _Day(at_work.day, tuple(begun)) if at_work else _Day(today, why=whys[0])


def _morning_for(s: Situation, user: str) -> datetime | None:
    """The first morning on which there may be something to say to a person."""
    person = s.plan.by_slack.get(user)
    if person is None:
        return None
    hours = s.hours(person)
    first = next_morning(s, user)
    if s.to_validate(person.key) or any(handover.to == user for handover in s.handovers):
        return first
    if s.lead is person and any(True for _ in _unreachable(s)):
        return first
    if any(gap.end >= s.today for whom in s.deputy_for(person) for gap in whom.away):
        return first
    days = list(doubts.first_day(s, person))
    for item in s.owned(person.key):
        given = s.deeds.owner_given(item.key)
        if given is not None and given[1] == person.key and given[0] != user:
            return first
        days += [item.due] if item.due else []
        days += [hours.today(promise.until) for promise in s.promised(s.of_item(item.key))]
    if not days:
        return None
    day = min(days)
    last = day if hours.works_on(day) else hours.day_before(day)
    return max(first, hours.of_day(last).start)


def _has_room(user: str, situations: Iterable[Situation], rows: Iterable[Said], now: datetime) -> bool:
    """Whether one more message today is within what the person's projects allow."""
    mine = [(s, s.plan.by_slack[user]) for s in situations if user in s.plan.by_slack]
    budget = min((s.policies.budget for s, _ in mine), default=0)
    if not budget:
        return False
    hours = mine[0][0].hours(mine[0][1])
    today = hours.today(now)
    sent = {
        row.day or row.at
        for row in rows
        if row.state in SAID
        and not row.critical
        and row.kind in (DAILY, RUNG, ESCALATE)
        and today in (row.day, hours.today(row.at))
    }
    return len(sent) < budget


# What


class _Desk:
    """What there is to say to one person of one project on one day."""

    def __init__(self, s: Situation, user: str, shift: Shift) -> None:
        self._s, self._user = s, user
        self._person = s.plan.by_slack[user]
        self._hours = s.hours(self._person)
        self._today = shift.day
        self._begun = shift.start  # who is asked while they work is told at once
        self._latest = shift.start + MORNING
        # Due before the next day they work is due today.
        self._next_day = self._hours.working_day(shift.day + timedelta(days=1))

    def lines(self, rows: Iterable[Said]) -> Iterator[Line]:
        """Those that are news; what keeps one of them from being said now is told with it."""
        said: dict[str, list[str]] = {}
        for row in rows:
            if row.state in OVER and row.kind == DAILY:
                said.setdefault(row.subject, []).append(row.fingerprint)
        for line in self._all():
            if ledger.news(ledger.facts(line.fingerprint), said.get(line.subject, ())):
                yield line

    def _all(self) -> Iterator[Line]:
        s, person = self._s, self._person
        if s.policies.reminders.off:
            return
        for whose in (person, *s.acting_for(person)):
            owned = filter(self._matters, s.owned(whose.key))
            yield from filter(None, (self._of_owner(item, whose) for item in owned))
            yield from filter(None, (self._of_validator(item, whose) for item in s.to_validate(whose.key)))
            yield from filter(None, (self._of_belief(each, whose) for each in s.to_find_out(whose.key)))
        yield from filter(None, map(self._offered, s.handovers))
        if s.lead is not None and s.stand_in(s.lead).person is person:
            yield from self._nobody_has_it()

    # Items

    def _matters(self, item: Item) -> bool:
        """Most items are neither near their date nor in anybody's mind."""
        s = self._s
        dated = item.due is not None and item.due < self._next_day
        return dated or bool(s.promises) or s.deeds.owner_given(item.key) is not None

    def _of_owner(self, item: Item, owner: Person) -> Line | None:
        """The most pressing thing to say of an open item to its owner, or to who acts for them."""
        s = self._s
        if s.assessment.standing[item.key] is Status.DONE:
            return None
        promise = self._promise(s.of_item(item.key), owner)
        if promise is not None and promise.until > min(s.now, self._latest):
            return None
        said: dict[str, tuple[str, str]] = {}  # kind: the fact it rests on, and the words
        if promise is not None:
            until = moment_words(promise.until, self._hours.zone, s.now)
            said[PROMISED] = (promise.until.isoformat(), f"promised by {until}")
        said |= self._of_its_date(item)
        given = self._given(item, owner)
        if given is not None:
            said[YOURS] = given
        return self._line(item, owner, said) if said else None

    def _of_its_date(self, item: Item) -> dict[str, tuple[str, str]]:
        if item.due is None or item.due >= self._next_day:
            return {}
        on = day_words(item.due, self._today)
        if item.due < self._today:
            return {OVERDUE: (item.due.isoformat(), f"overdue since {on}")}
        return {DUE: (item.due.isoformat(), "due today" if item.due == self._today else f"due {on}")}

    def _given(self, item: Item, owner: Person) -> tuple[str, str] | None:
        """It is theirs since somebody else said so."""
        given = self._s.deeds.owner_given(item.key)
        if given is None or given[1] != owner.key or given[0] in (self._user, owner.slack):
            return None
        actor, _, at = given
        giver = self._s.plan.by_slack.get(actor)
        since = day_words(at.astimezone(self._hours.zone).date(), self._today)
        return at.isoformat(), f"yours since {since}{f', from {giver.name}' if giver else ''}"

    def _of_validator(self, item: Item, validator: Person) -> Line | None:
        promise = self._promise(self._s.of_item(item.key), validator)
        if promise is not None and promise.until > min(self._s.now, self._latest):
            return None
        since = f" since {day_words(item.done_on, self._today)}" if item.done_on else ""
        bare = "" if item.evidence else ", without evidence"
        nobody = states.why_nobody_confirms(self._s.plan, item)
        wanted = "waits for your confirmation" if nobody is None else f"and nobody can confirm it: {nobody}"
        words = f"done{since}{bare}, {wanted}"
        return self._line(item, validator, {VALIDATE: (f"{item.done_on or ''}", words)})

    def _promise(self, subject: str, whose: Person) -> Promise | None:
        """The last one by whoever has to do it; somebody else's does not free them of it."""
        made = self._s.promised(subject)
        return next((p for p in reversed(made) if p.by in (whose.slack, self._user)), None)

    def _line(self, item: Item, whose: Person, said: Mapping[str, tuple[str, str]]) -> Line | None:
        kinds = [kind for kind in _ORDER if kind in said]
        kind, just = kinds[0], self._just_acted("item", item.key)
        if self._too_late("item", item.key) and not just:
            return None
        # A date said together with a promise that has passed, or a new owner, needs no line of its own.
        words = [said[each][1] for each in kinds if each is kind or each in (OVERDUE, DUE)]
        handover = self._s.handed_over(self._s.of_item(item.key))
        taker = self._s.plan.by_slack.get(handover.to) if handover and kind != VALIDATE else None
        words += [f"{taker.name} was asked to take it"] if taker else []
        stakes, costs = self._stakes(item, kind)
        identity = {each: fact for each, (fact, _) in said.items()}
        if (ended := self._s.snooze_ended(self._user, self._s.of_item(item.key))) is not None:
            identity["snoozed"] = ended.isoformat()  # they asked to hear of it again, changed or not
        return self._held(
            Line(
                kind=kind,
                project=self._s.key,
                key=item.key,
                subject=self._s.of_item(item.key),
                title=cut(item.title, 80),
                reason=", ".join(words),
                stake=", ".join(stakes),
                instead_of=None if whose is self._person else whose.name,
                critical="near" in costs and costs["near"] == f"{NEAR + 1}",
                fingerprint=ledger.fingerprint({**identity, **costs}),
                why=JUST_ACTED if just else None,
                weight=(-int(costs.get("near", "0")), item.due or date.max, item.key),
            )
        )

    def _stakes(self, item: Item, kind: str) -> tuple[list[str], dict[str, str]]:
        """What waits for an item, in words and as facts that are news when they get worse."""
        a = self._s.assessment
        timing = a.timing.get(item.key)
        if timing is None:
            return [], {}
        words, costs = self._in_its_way(item), {}
        gates = a.downstream.get(item.key, 0)
        if gates:
            words.append(gates_words(gates))
            costs["gates"] = f"{gates:05}"
        if timing.slack is not None and timing.slack <= NEAR:
            costs["near"] = f"{NEAR + 1 - timing.slack}"
            left = f"{timing.slack} working day{'' if timing.slack == 1 else 's'} of slack left"
            words.append(left if timing.slack else "no slack")
        if timing.slack == 0 and kind in (OVERDUE, PROMISED):
            costs["forecast"] = a.forecast.isoformat()
            words[-1] = f"no slack: go-live moves with it, now to {day_words(a.forecast, self._today)}"
        return words, costs

    def _in_its_way(self, item: Item) -> list[str]:
        a, blockers = self._s.assessment, self._s.plan.open_blockers.get(item.key, ())
        if blockers:
            return [f"blocked by {listed(blockers, 2, lambda b: b.id)}"]
        needs = [key for key in item.depends_on if key in a.timing]
        return [f"waits for {listed(needs, 2, str)}"] if needs else []

    # Other things

    def _of_belief(self, belief: Assumption, whose: Person) -> Line | None:
        """What is to be found out, when its date comes near or is past, or what shows it is there."""
        s, subject = self._s, self._s.of_belief(belief.id)
        promise = self._promise(subject, whose)
        if promise is not None and promise.until > min(s.now, self._latest):
            return None
        doubt = doubts.doubt(s, belief, whose, promise, self._today)
        just = self._just_acted("assumption", belief.id)
        if doubt is None or (self._too_late("assumption", belief.id) and not just):
            return None
        facts = dict(doubt.facts)
        if (ended := s.snooze_ended(self._user, subject)) is not None:
            facts["snoozed"] = ended.isoformat()
        return self._held(
            Line(
                kind=VERIFY,
                project=s.key,
                key=belief.id,
                subject=subject,
                title=cut(belief.text, 80),
                reason=doubt.reason,
                stake=doubt.stake,
                instead_of=None if whose is self._person else whose.name,
                fingerprint=ledger.fingerprint(facts),
                why=JUST_ACTED if just else None,
                weight=(0, belief.verify_by or date.max, belief.id),
            )
        )

    def _just_acted(self, entity: str, key: str) -> bool:
        """They did something to it so shortly ago that they need not be told."""
        acted = self._s.deeds.last(entity, key, self._user)
        return acted is not None and (acted > self._s.now - JUST or acted > self._latest)

    def _too_late(self, entity: str, key: str) -> bool:
        """It became so after their morning: they are told in the next one."""
        born = self._s.deeds.changed(entity, key)
        return born is not None and born > self._latest

    def _offered(self, handover: Handover) -> Line | None:
        project, _, key = ledger.parts(handover.subject)
        item = self._s.plan.item.get(key)
        if handover.to != self._user or project != self._s.key or item is None or handover.at >= self._begun:
            return None
        giver = self._s.plan.by_slack.get(handover.by)
        return self._held(
            Line(
                kind=OFFERED,
                project=project,
                key=key,
                subject=handover.subject,
                title=cut(item.title, 80),
                reason=f"{giver.name if giver else 'Its owner'} asks you to take it",
                fingerprint=ledger.fingerprint({OFFERED: handover.at.isoformat()}),
            )
        )

    def _nobody_has_it(self) -> Iterator[Line]:
        """Whose work nobody has, because they cannot be written to."""
        for person, why, held in _unreachable(self._s):
            yield self._held(
                Line(
                    kind=NOBODY,
                    project=self._s.key,
                    key=person.key,
                    subject=ledger.subject(self._s.key, "person", person.key),
                    title=person.name,
                    reason=f"{why}: nobody has {listed(held, 5, str)}",
                    fingerprint=ledger.fingerprint(
                        {NOBODY: "".join(c for c in why if c.isalnum()), "gates": f"{len(held):05}"}
                    ),
                )
            )

    def _held(self, line: Line) -> Line:
        mute = self._s.muted(self._user, line.subject)
        return replace(line, why=MUTED, until=mute.until) if mute is not None else line


def _unreachable(s: Situation) -> Iterator[tuple[Person, str, tuple[str, ...]]]:
    """Who cannot be written to though they have gates or blockers: why, and which."""
    for person in s.plan.people:
        why = contacts.cannot(person, s.unreachable)
        if why is None or person is s.lead:
            continue
        gates = [
            i.key for i in s.owned(person.key) if i.gate and s.assessment.standing[i.key] is not Status.DONE
        ]
        chased = [b.id for b in s.plan.blockers if b.open and b.owner == person.key]
        doubtful = [belief.id for belief in s.to_find_out(person.key)]
        if gates or chased or doubtful:
            yield person, why, (*gates, *chased, *doubtful)


def _rank(line: Line) -> tuple[int, tuple[int, date, str], str]:
    return _ORDER.index(line.kind), line.weight, line.project

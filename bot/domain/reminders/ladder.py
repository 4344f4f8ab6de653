"""Whom is a blocker to be put to now, and when to whom next?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.domain import contacts
from bot.domain.causes import Case, cases
from bot.domain.contacts import Reached
from bot.domain.hours import WorkingHours, instant
from bot.domain.plan import Person
from bot.domain.policies import FREE, RUNGS
from bot.domain.reminders import asking
from bot.domain.reminders.asking import ASKED, LEAD, NAMED, SPONSOR, WAITED_ON
from bot.domain.reminders.ledger import ESCALATE, RUNG, SAID, Mute, Said, State
from bot.domain.reminders.situation import JUST_ACTED, MUTED, Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a blocker's climb: whom it is put to, and in which words.

    `person` is the key of who is meant, `user` the Slack id of who is written to: themselves, who stands in,
    or the project's lead, who is asked first where `needs_lead`.
    """

    project: str
    blocker: str
    number: int  # 1 named, 2 waited on or their lead, 3 the project's lead, 4 the sponsor
    person: str | None
    user: str | None
    stands_in: bool = False
    needs_lead: bool = False
    critical: bool = False
    at: datetime  # when it is due, or can be said at last
    state: State = State.PLANNED  # planned (when `at` has come: now) | held | skipped
    why: str | None = None  # it is held or skipped
    subject: str
    fingerprint: str
    headline: str = ""
    reason: str = ""
    stake: str = ""
    asked: tuple[str, ...] = ()  # who was asked before and when, and who could not be
    decision: str = ""

    @property
    def kind(self) -> str:
        return ESCALATE if self.needs_lead else RUNG


@dataclass(frozen=True, slots=True)
class Climb:
    """What follows now for all ladders of a project, and when to look again at the latest.

    A skipped rung is told until the ledger has it.
    """

    due: tuple[Rung, ...] = ()
    held: tuple[Rung, ...] = ()
    skipped: tuple[Rung, ...] = ()
    ahead: tuple[Rung, ...] = ()
    next: datetime | None = None


def climb(s: Situation, said: Iterable[Said]) -> Climb:
    """All that is due of a project's blockers. `said` are the ledger's rows about them, in any order."""
    if s.policies.reminders.off or not any(blocker.open for blocker in s.plan.blockers):
        return Climb()
    rows: dict[str, list[Said]] = {}
    for row in said:
        rows.setdefault(row.subject, []).append(row)
    ladders = [
        _Ladder(s, case, rows.get(s.of_blocker(case.blocker.id), ())) for case in cases(s.plan, s.assessment)
    ]
    steps = [rung for ladder in ladders for rung in ladder.steps()]
    planned = [rung for rung in steps if rung.state is State.PLANNED]
    held = tuple(rung for rung in steps if rung.state is State.HELD)
    ahead = tuple(rung for rung in planned if rung.at > s.now)
    looks = [ladder.look for ladder in ladders if ladder.look is not None]
    return Climb(
        due=tuple(rung for rung in planned if rung.at <= s.now),
        held=held,
        skipped=tuple(rung for rung in steps if rung.state is State.SKIPPED),
        ahead=ahead,
        next=min([*looks, *(rung.at for rung in (*held, *ahead))], default=None),
    )


def again(s: Situation, said: Iterable[Said], rung: Said) -> Rung | None:
    """What a planned row of the ledger says now; None when it need not be said any more."""
    case = next((c for c in cases(s.plan, s.assessment) if s.of_blocker(c.blocker.id) == rung.subject), None)
    if case is None or s.policies.reminders.off:
        return None
    same = (rung.fingerprint, rung.person)
    others = [r for r in said if r.subject == rung.subject and (r.fingerprint, r.person) != same]
    return _Ladder(s, case, others).again(rung)


class _Ladder:
    """One blocker's ladder: what the ledger says of it, and what follows from that now."""

    def __init__(self, s: Situation, case: Case, rows: Sequence[Said]) -> None:
        self.look: datetime | None = None  # when there may be more to do than the rungs say
        self._passed: list[str] = []
        self._s, self._case, self._blocker = s, case, case.blocker
        ladder = s.policies.ladder
        self._waits = ladder.critical if case.critical else ladder.gate
        self._rows = [row for row in rows if row.kind in (RUNG, ESCALATE)]
        self._said = sorted((row for row in self._rows if row.state in SAID), key=lambda row: row.at)
        self._granted = [r for r in self._said if r.kind == ESCALATE and r.state is State.ACKNOWLEDGED]
        # A lead who let somebody be asked was not asked to see to it themselves.
        self._asked = {row.person for row in self._said if row not in self._granted}
        self._settled = {r.fingerprint for r in self._rows if r.state not in (State.HELD, State.DROPPED)}
        self._failed = {r.fingerprint for r in self._rows if r.state is State.FAILED}

    def steps(self) -> Iterator[Rung]:
        """The next rung, due or not, after those that are skipped on the way to it."""
        unasked = self._granted_now() or self._newly_named()
        if unasked is not None:
            self._look_after(unasked)
            yield unasked
            return
        if not self._said and self._knows() is not None:
            yield from self._skip(NAMED, self._people(NAMED)[0].key, JUST_ACTED)
        number, due = self._next()
        if due > self._s.now:
            yield from self._coming(number, due)
        else:
            yield from self._walk(number)

    def again(self, row: Said) -> Rung | None:
        number, meant, *ask = row.fingerprint.split(":")
        person = self._s.plan.person.get(meant)
        if person is None or person not in self._people(int(number)):
            return None
        reached = self._s.stand_in(person)
        if reached.person is None or (self._promised_until() and not self._is_granted(int(number), meant)):
            return None
        rung = self._put(int(number), person, reached)
        same = rung.user == row.person and rung.needs_lead == bool(ask)
        return rung if same and rung.state is State.PLANNED else None

    # Where the climb is

    def _next(self) -> tuple[int, datetime]:
        """The next rung, and when whoever was asked last has had their time."""
        if self._said:
            number, last = 1 + max(row.rung for row in self._said), self._said[-1]
            since, hours = last.at, self._hours_of(last.person)
        elif (knows := self._knows()) is not None:
            number, since, hours = WAITED_ON, knows, self._s.hours(self._people(NAMED)[0])
        else:
            return NAMED, self._promised_until() or self._s.now
        if number > RUNGS:
            return number, self._s.now
        deeds = self._s.deeds
        acted = deeds.last("blocker", self._blocker.id, *self._asked)
        since = max(since, acted) if acted else since
        due = self._waited(since, self._waits[number - 2].of(hours.length), hours)
        return number, max(due, self._promised_until() or due)

    def _waited(self, since: datetime, wait: timedelta, hours: WorkingHours) -> datetime:
        """When so much working time has passed that nobody had promised."""
        for promise in self._s.promised(self._s.of_blocker(self._blocker.id)):
            if promise.until <= since:
                continue
            worked = hours.worked(since, promise.at)
            if worked >= wait:
                break
            wait -= worked
            since = promise.until
        return hours.add(since, wait)

    def _promised_until(self, after: datetime | None = None) -> datetime | None:
        """Until when somebody is on it."""
        now = self._s.now
        made = self._s.promised(self._s.of_blocker(self._blocker.id))
        return max(
            (p.until for p in made if p.until > now and (after is None or p.at >= after)), default=None
        )

    def _knows(self) -> datetime | None:
        """When the person named last said something of it themselves, or reported it."""
        named = self._people(NAMED)
        user = named[0].slack if named else None
        if not user:
            return None
        acted = self._s.deeds.last("blocker", self._blocker.id, user)
        if acted is None and self._blocker.raised_by == user:
            return self._raised()
        return acted

    def _raised(self) -> datetime:
        try:
            return datetime.fromtimestamp(float(self._blocker.ts or ""), tz=UTC)
        except (ValueError, OverflowError):
            return instant(self._blocker.raised, time(), self._s.plan.project.zone)

    # Who is asked besides the climb

    def _granted_now(self) -> Rung | None:
        """Whom the lead wants asked, at once."""
        for row in self._granted:
            person = self._s.plan.person.get(row.fingerprint.split(":")[1])
            if person is None or _fingerprint(row.rung, person.key) in self._settled:
                continue
            reached = self._s.stand_in(person)
            asked = {r.person for r in self._said if r.kind == RUNG}
            if reached.person is not None and reached.person.slack not in asked:
                return None if self._promised_until(row.at) else self._put(row.rung, person, reached)
        return None

    def _newly_named(self) -> Rung | None:
        """Somebody else is named since others were asked: they are asked at once, and have their time."""
        named = self._people(NAMED)
        if not self._said or not named or self._promised_until():
            return None
        person, reached = named[0], self._s.stand_in(named[0])
        known = {_fingerprint(NAMED, person.key), _fingerprint(NAMED, person.key, ask=True)} & self._settled
        if known or reached.person is None or reached.person.slack in self._asked or self._knows():
            return None
        return self._put(NAMED, person, reached)

    # Going up

    def _walk(self, number: int) -> Iterator[Rung]:
        """From this rung on, the first at which somebody can be asked."""
        for each in range(number, RUNGS + 1):
            found, why = self._whom(each)
            if found is None:
                yield from self._skip(each, self._meant(each), why)
                continue
            rung = self._put(each, *found)
            if rung.state is not State.SKIPPED:
                self._look_after(rung)
                yield rung
                return
            yield from self._skip(each, rung.person, rung.why or "")
        if number <= RUNGS:  # nobody is there now: perhaps tomorrow
            self.look = WorkingHours(self._s.plan).morning(self._s.now + timedelta(seconds=1))

    def _look_after(self, rung: Rung) -> None:
        """When whoever is asked now has had their time."""
        if rung.user and rung.at <= self._s.now and rung.number < RUNGS:
            hours = self._hours_of(rung.user)
            self.look = hours.add(self._s.now, self._waits[rung.number - 1].of(hours.length))

    def _coming(self, number: int, due: datetime) -> Iterator[Rung]:
        """Who comes next, as things are."""
        for each in range(number, RUNGS + 1):
            found, _ = self._whom(each)
            rung = self._put(each, *found, due) if found else None
            if rung is not None and rung.state is not State.SKIPPED:
                yield replace(rung, state=State.PLANNED, why=None)
                return
        if number <= RUNGS:
            self.look = due

    def _whom(self, number: int) -> tuple[tuple[Person, Reached] | None, str]:
        """Who can be asked at a rung and was not yet; else why nobody."""
        whys = []
        for person in self._people(number):
            reached = self._s.stand_in(person)
            if {_fingerprint(number, person.key), _fingerprint(number, person.key, ask=True)} & self._failed:
                whys.append(f"{person.name} could not be written to")
            elif reached.person is None:
                whys.append(reached.why or "")
            elif reached.person.slack in self._asked:
                whys.append(f"{reached.person.name} {ASKED}")
            elif self._is_with_the_lead(person):
                whys.append(f"the lead {ASKED} about {person.name}")
            else:
                return (person, reached), ""
        return None, ", ".join(whys) or self._nobody(number)

    def _people(self, number: int) -> Sequence[Person]:
        """Who is meant at a rung, the one to ask first."""
        s = self._s
        if number == WAITED_ON:
            return contacts.waited_on(s.plan, self._blocker)
        item = s.plan.item.get(self._blocker.item or "")
        named = self._blocker.owner or (item.owner if item else None)
        person = {NAMED: s.plan.person.get(named or ""), LEAD: s.lead, SPONSOR: s.sponsor}[number]
        return (person,) if person is not None else ()

    def _meant(self, number: int) -> str | None:
        people = self._people(number)
        return people[0].key if people else None

    def _nobody(self, number: int) -> str:
        words = self._blocker.waiting_on
        return {
            NAMED: "nobody is named for it",
            WAITED_ON: f"“{words}” is nobody in the project" if words else "nobody says on whom it waits",
            LEAD: "nobody leads the project",
            SPONSOR: "nobody is its sponsor",
        }[number]

    # One rung

    def _put(self, number: int, person: Person, reached: Reached, due: datetime | None = None) -> Rung:
        """The rung as it can be said now, or why it cannot; with `due`, when that moment has come."""
        s, now = self._s, due or self._s.now
        needs_lead = reached.person is not None and self._needs_lead(number, person, reached.person)
        to = reached.person
        if needs_lead:
            to = s.stand_in(s.lead).person if s.lead else None
        if to is None:
            nobody = f"{person.name} is asked only when the lead says so, who cannot be asked"
            return self._rung(number, person.key, None, now, State.SKIPPED, nobody)
        state, why, at = self._when(number, to, now)
        rung = self._rung(number, person.key, to, at, state, why, needs_lead)
        if state is State.SKIPPED:
            return rung
        zone = s.hours(to).zone
        return replace(
            rung,
            stands_in=not needs_lead and reached.instead_of is not None,
            headline=asking.headline(s, self._blocker),
            reason=asking.reason(s, self._blocker),
            stake=asking.stake(s, self._case),
            asked=(*asking.asked(s, self._rows, zone), *self._passed),
            decision=asking.decision(s, self._case, number, person, needs_lead),
        )

    def _when(self, number: int, to: Person, now: datetime) -> tuple[State, str | None, datetime]:
        """Whether somebody may be written to: yes, in a while, or not on this rung."""
        s, hours = self._s, self._s.hours(to)
        subjects = [s.of_blocker(self._blocker.id)]
        subjects += [s.of_item(self._blocker.item)] if self._blocker.item else []
        mute = s.muted(to.slack, *subjects)
        wait = self._waits[min(number, RUNGS - 1) - 1].of(hours.length)
        if mute is not None:
            return self._muted(mute, to, hours, hours.add(now, wait))
        acted = s.deeds.last("blocker", self._blocker.id, to.slack)
        if acted is not None and not self._is_granted(number) and (rests := hours.add(acted, wait)) > now:
            return State.HELD, JUST_ACTED, hours.next(rests)
        at = hours.next(now)
        return (State.PLANNED, None, at) if at <= now else (State.HELD, hours.why_not(now), at)

    def _muted(
        self, mute: Mute, to: Person, hours: WorkingHours, latest: datetime
    ) -> tuple[State, str | None, datetime]:
        """What is muted for all waits; who wants quiet is waited for only as long as for an answer."""
        personal = mute.scope == "person" or mute.person is not None
        if mute.until is not None and (not personal or mute.until <= latest):
            return State.HELD, MUTED, hours.next(mute.until)
        if personal:
            return State.SKIPPED, f"{to.name} wants quiet", latest
        return State.HELD, MUTED, hours.morning(self._s.now + timedelta(seconds=1))

    def _needs_lead(self, number: int, meant: Person, person: Person) -> bool:
        """The sponsor, and people of other companies, are asked once the lead says so."""
        s = self._s
        if s.policies.outside == FREE or person is s.lead or self._is_granted(number, meant.key):
            return False
        return number == SPONSOR or person is s.sponsor or contacts.outside(s.plan, person)

    def _is_granted(self, number: int, key: str | None = None) -> bool:
        return any(
            row.rung == number and key in (None, row.fingerprint.split(":")[1]) for row in self._granted
        )

    def _is_with_the_lead(self, person: Person) -> bool:
        return any(r.kind == ESCALATE and r.fingerprint.split(":")[1] == person.key for r in self._said)

    def _skip(self, number: int, key: str | None, why: str) -> Iterator[Rung]:
        rung = self._rung(number, key, None, self._s.now, State.SKIPPED, why)
        if rung.fingerprint not in self._settled:
            if ASKED not in why and why != JUST_ACTED:
                self._passed.append(why)
            yield rung

    def _rung(
        self,
        number: int,
        key: str | None,
        to: Person | None,
        at: datetime,
        state: State,
        why: str | None,
        needs_lead: bool = False,
    ) -> Rung:
        return Rung(
            project=self._s.key,
            blocker=self._blocker.id,
            number=number,
            person=key,
            user=to.slack if to else None,
            needs_lead=needs_lead,
            critical=self._case.critical,
            at=at,
            state=state,
            why=why,
            subject=self._s.of_blocker(self._blocker.id),
            fingerprint=_fingerprint(number, key or "", ask=needs_lead),
        )

    def _hours_of(self, user: str) -> WorkingHours:
        person = self._s.plan.by_slack.get(user)
        return self._s.hours(person) if person else WorkingHours(self._s.plan)


def _fingerprint(number: int, key: str, *, ask: bool = False) -> str:
    return f"{number}:{key}{':ask' if ask else ''}"

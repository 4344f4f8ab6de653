"""What is a go/no-go poll: who may open it, until when are answers taken, and what does a decision do?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from bot.domain import contacts, dates, holders, permissions, policies, states
from bot.domain.errors import EveryMistake, Invalid, Refused
from bot.domain.hours import WorkingHours, instant, zone_of
from bot.domain.permissions import About, Asking, Role
from bot.domain.plan import Event, Item, Person, Plan, Status, Waiver
from bot.domain.readiness import Assessment
from bot.domain.schedule import CLOSED
from bot.domain.wording import count, listed

HARDLY_ANY = timedelta(hours=1)  # with less than this left of a working day, the next one is meant
FURTHEST = timedelta(days=30)
REMIND = timedelta(hours=2)  # of their working time, or half of it when there is less
AREA = "Go/no-go conditions"
LONGEST_TITLE = 300
MOST_NAMED = 6


class Word(StrEnum):
    """What somebody answers, and what is decided."""

    GO = "go"
    CONDITIONS = "conditions"
    NO_GO = "no-go"


WORDS = {Word.GO: "Go", Word.CONDITIONS: "Go with conditions", Word.NO_GO: "No-go"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A role that is asked, and who answers for it. `people` are the keys of all who have the role."""

    role: str
    person: str  # key of who is asked
    name: str
    user: str  # their Slack id
    people: tuple[str, ...]
    instead_of: str | None = None  # key of who is away, and for whom they answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What has to be true besides; it becomes a gate when the poll is decided."""

    text: str
    owner: str  # Slack id
    name: str
    due: date
    tz: str | None = None
    permalink: str | None = None  # where it was said


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What was answered for a role."""

    role: str
    person: str | None  # key
    user: str
    word: Word
    at: datetime
    why: str | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One question of go or no-go. `number` counts within the project."""

    number: int
    state: str = "open"  # open | decided | cancelled
    opened_by: str  # Slack id
    opened_at: datetime
    closes_at: datetime
    seats: tuple[Seat, ...] = ()
    not_asked: tuple[str, ...] = ()  # which roles, and why, in sentences
    revision: int = 0  # of the plan it was opened on
    votes: tuple[Vote, ...] = ()
    decision: Word | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    why: str | None = None  # of the decision, or of its end without one

    def vote(self, role: str) -> Vote | None:
        return next((vote for vote in self.votes if vote.role == role), None)

    @property
    def missing(self) -> tuple[Seat, ...]:
        """The roles that did not answer."""
        answered = {vote.role for vote in self.votes}
        return tuple(seat for seat in self.seats if seat.role not in answered)

    @property
    def against(self) -> tuple[Seat, ...]:
        """No-go, said or by silence."""
        no = {vote.role for vote in self.votes if vote.word is Word.NO_GO}
        silent = {seat.role for seat in self.missing}
        return tuple(seat for seat in self.seats if seat.role in no | silent)

    @property
    def conditions(self) -> tuple[tuple[Vote, Condition], ...]:
        """What the answers ask for besides, and whose answer that was."""
        return tuple((vote, condition) for vote in self.votes for condition in vote.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the decider says. `by` is who says it, `decider` for whom, who may be away."""

    word: Word
    by: Person
    decider: Person
    at: datetime
    why: str | None = None
    until: date | None = None  # how long open gates are let through
    conditions: tuple[Condition, ...] = ()  # of their own


# Who may


def decider_now(plan: Plan, now: datetime) -> tuple[Person, Person]:
    """The decider, and who decides now: the same, or who stands in while they are away."""
    person = plan.person.get(holders.decider(plan) or "")
    if person is None:
        raise Refused(
            "Nobody is named who decides. Name the `decider` (or a `sponsor`) in the project file, and load "
            "it again."
        )
    reached = contacts.stand_in(plan, person, {}, _days(plan, now))
    if reached.person is None:
        raise Refused(f"{person.name} decides, but {reached.why}. Say so in the project file, and load it.")
    return person, reached.person


def refuse_opening(plan: Plan, a: Assessment, by: Asking, now: datetime) -> None:
    """A poll is opened by who may, on a project that has something to decide."""
    refuse_others(plan, by, now)
    decider_now(plan, now)
    if a.live:
        raise Refused(f"{plan.project.name} is live already, so there is nothing to decide.")
    if not a.all_gates:
        raise Refused(
            "No item is a gate yet, so nothing says what a go would rest on. Add the gates first: "
            "`/golive add Firewall rules approved gate`."
        )
    if plan.project.channel is None:
        raise Refused(f"{plan.project.name} has no channel yet, and the poll is held in it.")


def refuse_others(plan: Plan, by: Asking, now: datetime) -> None:
    """Polls are for the lead and the decider, or who stands in for them while they are away."""
    allowed = permissions.allowed(plan.project, "poll")
    if not any(holders.name_of(plan, key) for key in _heads(plan).values()) and Role.MEMBER not in allowed:
        raise Refused(
            "Only the lead and the decider can do that, and this project names neither. Name them in the "
            "project file, and load it again."
        )
    permissions.refuse(plan, "poll", by, About(roles=standing_in(plan, by.person, now)))


def standing_in(plan: Plan, by: Person | None, now: datetime) -> frozenset[Role]:
    """What somebody is while others are away, whose deputy they are."""
    days = _days(plan, now)
    people = {role: plan.person.get(key or "") for role, key in _heads(plan).items()}
    there = {r: contacts.stand_in(plan, p, {}, days).person for r, p in people.items() if p is not None}
    return frozenset(role for role, person in there.items() if by is not None and person == by)


def _heads(plan: Plan) -> Mapping[Role, str | None]:
    return {Role.LEAD: holders.lead(plan), Role.DECIDER: holders.decider(plan)}


def _days(plan: Plan, now: datetime) -> Mapping[str, date]:
    return {person.key: zone_day(plan, person, now) for person in plan.people}


def zone_day(plan: Plan, person: Person, now: datetime) -> date:
    return now.astimezone(zone_of(person, plan)).date()


def seat_of(poll: Poll, plan: Plan, number: int, user: str) -> Seat | None:
    """The role somebody answers for: who was asked, or for whom they stand in, or who stands in for them."""
    if not 0 <= number < len(poll.seats):
        return None
    seat = poll.seats[number]
    others = (plan.person.get(seat.instead_of or ""), deputy_of(plan, poll, seat))
    return seat if user in {seat.user, *(other.slack for other in others if other)} else None


def deputy_of(plan: Plan, poll: Poll, seat: Seat) -> Person | None:
    """Who stands in for whoever is away when the poll closes; never the decider, who does not answer."""
    person = plan.person.get(seat.person)
    if person is None:
        return None
    found = contacts.stand_in(plan, person, {}, _days(plan, poll.closes_at)).person
    return found if found is not None and found.key not in (person.key, holders.decider(plan)) else None


# Until when

_CLOCK = re.compile(
    r"(?<![\d:.-])(?:at\s+)?(?:(?P<hour>[01]?\d|2[0-3])[:h](?P<minute>[0-5]\d)\s*(?P<half>[ap]\.?m\.?)?"
    r"|(?P<hour12>1[0-2]|0?[1-9])\s*(?P<half12>[ap]\.?m\.?)|(?P<noon>noon))(?![\w:])",
    re.IGNORECASE,
)
# What speaks of a time and is none that is understood: the day alone would be another answer.
_NO_CLOCK = re.compile(
    r"\d\s*:\s*\d|\d\s*h\b|\d\s*[ap]\.?m\b|\bat\s+\d|\b\d{1,2}\.(?:00|1[3-9]|[2-5]\d)\b(?![.\d])"
    r"|\b(?!19|20)\d{3,4}\b(?!-)|\b(?:hours?|minutes?|mins?|o['’]?clock|uhr|midnight|morning|afternoon|evening"
    r"|night|tonight)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:by|until|till|closes?|at|on)\b", re.IGNORECASE)


def closing(plan: Plan, words: str | None, now: datetime) -> datetime:
    """The moment after which silence counts: said in the lead's zone, or else when the project's day ends."""
    if not words:
        return end_of_day(plan, now)
    zone = zone_of(plan.person.get(holders.lead(plan) or ""), plan)
    said = " ".join(words.replace("T", " ").split()) if re.match(r"\d{4}-\d\d-\d\dT", words) else words
    found = _CLOCK.search(said)
    rest = f"{said[: found.start()]} {said[found.end() :]}" if found else said
    while (bare := _LEADING.sub("", rest.strip(" ,."), count=1).strip(" ,.")) != rest:
        rest = bare
    if _NO_CLOCK.search(rest):
        raise Invalid(
            f"I cannot read the time in “{rest[:60]}”. Write it like `Friday 15:00` or `tomorrow 3pm`.",
            field="time",
        )
    day = dates.parse_date(rest, now, zone) if rest else now.astimezone(zone).date()
    at = _clock(found) if found else _evening(plan)
    return checked(instant(day, at, zone), now)


def checked(moment: datetime, now: datetime) -> datetime:
    """The moment, if answers can be given until then."""
    if moment <= now:
        raise Invalid("That has passed already, so nobody could answer: say a later moment.", field="time")
    if moment > now + FURTHEST:
        raise Invalid(f"That is more than {FURTHEST.days} days away: say an earlier one.", field="day")
    return moment


def end_of_day(plan: Plan, now: datetime) -> datetime:
    """When the project's working day ends; the next one's, when hardly anything is left of this."""
    hours = WorkingHours(plan)
    shift = hours.shift(now)
    if shift is None or shift.end - now < HARDLY_ANY:
        begins = hours.morning(now)
        shift = hours.shift(begins)
        assert shift is not None
    return shift.end


def _evening(plan: Plan) -> time:
    hours = policies.of(plan.project).hours
    return hours.end if hours.end > hours.start else time(23, 59)


def _clock(found: re.Match[str]) -> time:
    if found["noon"]:
        return time(12)
    hour, minute = int(found["hour"] or found["hour12"]), int(found["minute"] or 0)
    half = (found["half"] or found["half12"] or "").casefold()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, minute)


def reminded(plan: Plan, poll: Poll, seat: Seat, now: datetime) -> tuple[Person, datetime] | None:
    """Who is reminded that a role has not answered, and when: whoever was asked, or who stands in where they
    are away until it closes; None when neither has working hours left."""
    for person in (plan.person.get(seat.person), deputy_of(plan, poll, seat)):
        at = _remind_at(plan, poll, person) if person is not None else None
        if person is not None and at is not None:
            moment = max(at, WorkingHours(plan, person).next(now))
            if moment < poll.closes_at:
                return person, moment
    return None


def _remind_at(plan: Plan, poll: Poll, person: Person) -> datetime | None:
    """In their hours, with some of them left; None without any."""
    hours = WorkingHours(plan, person)
    there_is = hours.worked(poll.opened_at, poll.closes_at)
    if there_is < HARDLY_ANY:
        return None
    moment = hours.next(hours.add(poll.opened_at, there_is - min(REMIND, there_is / 2)))
    return moment if moment < poll.closes_at else None


# Deciding


def seen(poll: Poll, a: Assessment) -> str:
    """What a decider looks at, in a word: another one as soon as an answer or an open gate changes."""
    facts = [f"{vote.role}={vote.word}@{vote.at.isoformat()}" for vote in poll.votes]
    facts += [f"{gate.key}:{a.standing[gate.key]}" for gate in a.open_gates]
    return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()[:16]


def refuse_decision(plan: Plan, a: Assessment, poll: Poll, decision: Decision) -> None:
    """A decision against what is known needs its reason, and for each open gate what becomes of it."""
    gates = a.open_gates
    if decision.word is Word.NO_GO:
        if not decision.why:
            raise Invalid("Say why not, so that everybody knows what has to change.", field="why")
        return
    every = EveryMistake()
    with every.part():
        if not decision.why and (gates or poll.against):
            against = [count(len(gates), "gate is open", "gates are open")] if gates else []
            against += [f"{count(len(poll.against), 'role')} did not say go"] if poll.against else []
            raise Invalid(f"Say why it is a go all the same: {' and '.join(against)}.", field="why")
    with every.part():
        if decision.word is Word.GO and gates:
            _refuse_endless(decision.until, a.today)
    every.told()
    if decision.word is Word.CONDITIONS:
        if not (gates or decision.conditions or poll.conditions):
            raise Invalid("There is no condition: name one, or decide Go.", field="c1_text")
        _refuse_loose(gates, a)


def _refuse_endless(until: date | None, today: date) -> None:
    if until is None:
        raise Invalid("Say until when the open gates are let through.", field="until")
    dates.refuse_past(until, today, field="until")


def _refuse_loose(gates: Sequence[Item], a: Assessment) -> None:
    """An open gate is a condition only with somebody and a day that is still to come."""
    loose = [(gate, lacks) for gate in gates if (lacks := _lacks(gate, a.today))]
    if loose:
        said = listed(loose, MOST_NAMED, lambda each: f"`{each[0].key}` ({each[1]})")
        raise Invalid(
            f"An open gate is a condition only with an owner and a date to come: {said}. Give them "
            "(`/golive own`, `/golive due`), let it through (`/golive waive`), or decide Go until a day.",
            field="why",
        )


def _lacks(gate: Item, today: date) -> str:
    lacks = [] if gate.owner else ["no owner"]
    if gate.due is None:
        lacks.append("no date")
    elif gate.due < today:
        lacks.append(f"was due {gate.due}")
    return ", ".join(lacks)


def let_through(plan: Plan, a: Assessment, number: int, decision: Decision) -> tuple[Plan, tuple[str, ...]]:
    """The plan in which a Go lets every open gate through until its day, and their keys."""
    if decision.word is not Word.GO or not a.open_gates:
        return plan, ()
    waiver = Waiver(
        by=decision.by.key, why=f"Go/no-go {number}: {decision.why or ''}".strip(), until=decision.until
    )
    now = [states.current(gate, a.today) for gate in a.open_gates]
    waived = [replace(g, status=Status.WAIVED, waived=waiver, earlier_status=g.status) for g in now]
    return states.with_items(plan, waived), tuple(gate.key for gate in a.open_gates)


def as_gate(plan: Plan, key: str, number: int, condition: Condition, owner: Person, by: Person) -> Item:
    """The gate a condition becomes: confirmed by who asked for it, who is not its owner."""
    confirm = (by.key, holders.lead(plan), holders.decider(plan))
    title = " ".join(condition.text.split())
    return Item(
        key=key,
        title=title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…",
        area=AREA,
        owner=owner.key,
        validator=next((who for who in confirm if who and who != owner.key), None),
        due=condition.due,
        gate=True,
        description=f"A condition of go/no-go {number}, asked for by {by.name}.",
        permalink=condition.permalink,
    )


# What falls back afterwards


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallen:
    """A gate that was closed when a go was decided, or since, and is open now. `at` tells its falls apart."""

    key: str
    at: str
    event: Event | None  # None: its waiver ran out

    @property
    def fingerprint(self) -> str:
        return f"{self.key}@{self.at}"


def fallen(plan: Plan, a: Assessment, closed: Iterable[str], events: Sequence[Event]) -> tuple[Fallen, ...]:
    """The gates that a go no longer rests on. `closed` are those closed then, `events` what came since."""
    if a.live:
        return ()
    fell: dict[str, Event] = {}
    stood = set(closed)
    for event in events:
        change = event.change
        if change.entity == "item" and change.field == "status":
            if change.after in CLOSED:
                stood.add(change.key)
            elif change.before in CLOSED:
                stood.add(change.key)
                fell[change.key] = event
    found = []
    for gate in (gate for gate in a.open_gates if gate.key in stood):
        if gate.status is Status.WAIVED and gate.waived is not None:
            found.append(Fallen(key=gate.key, at=f"{gate.waived.until}", event=None))
        else:
            last = fell.get(gate.key)
            found.append(Fallen(key=gate.key, at=str(last.revision) if last else "", event=last))
    return tuple(found)


def next_end(plan: Plan, a: Assessment) -> date | None:
    """The first day on which a gate is open again because its waiver has run out."""
    ends = [
        gate.waived.until + timedelta(days=1)
        for gate in a.all_gates
        if a.standing[gate.key] is Status.WAIVED and gate.waived and gate.waived.until
    ]
    return min(ends, default=None)


# As data


def seat_json(seat: Seat) -> dict[str, Any]:
    return {
        "role": seat.role,
        "person": seat.person,
        "name": seat.name,
        "user": seat.user,
        "people": list(seat.people),
        "instead_of": seat.instead_of,
    }


def seat_from(data: Mapping[str, Any]) -> Seat:
    return Seat(**{**data, "people": tuple(data["people"])})


def condition_json(condition: Condition) -> dict[str, Any]:
    return {
        "text": condition.text,
        "owner": condition.owner,
        "name": condition.name,
        "due": condition.due.isoformat(),
        "tz": condition.tz,
        "permalink": condition.permalink,
    }


def condition_of(made: Mapping[str, Any]) -> Condition:
    """The condition of an entry in a record."""
    return condition_from({name: made[name] for name in ("text", "owner", "name", "due", "tz", "permalink")})


def condition_from(data: Mapping[str, Any]) -> Condition:
    return Condition(**{**data, "due": date.fromisoformat(data["due"])})

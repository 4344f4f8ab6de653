"""What is known of one project at one moment, for those who decide whom to ask and whom to leave alone?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from bot.domain import contacts, policies, states
from bot.domain.contacts import Reached
from bot.domain.hours import WorkingHours
from bot.domain.plan import Assumption, Item, Person, Plan, Status
from bot.domain.policies import Policies
from bot.domain.readiness import Assessment, standing
from bot.domain.reminders import ledger
from bot.domain.reminders.ledger import Deeds, Handover, Mute, Promise
from bot.domain.schedule import CLOSED

# Why something is held that is not said; the others are hours' night, weekend, holiday and away.
JUST_ACTED, MUTED, BUDGET = "just acted", "muted", "budget"

_NUMBER_WORDS = "no one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = tuple(_NUMBER_WORDS.split(" "))


@dataclass(frozen=True, eq=False)
class Situation:
    """One project now. The assessment may be a fresh `Assessment(plan, today)`: it is computed when needed.

    `promises`, `mutes` and `handovers` are those of the project, and the mutes of people in it; `unreachable`
    says by Slack id why somebody cannot be written to ("is deactivated").
    """

    plan: Plan
    assessment: Assessment
    now: datetime
    deeds: Deeds = field(default_factory=Deeds)
    promises: Collection[Promise] = ()
    mutes: Collection[Mute] = ()
    handovers: Collection[Handover] = ()
    unreachable: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def policies(self) -> Policies:
        return policies.of(self.plan.project)

    @property
    def key(self) -> str:
        return self.plan.project.key

    @property
    def today(self) -> date:
        return self.assessment.today

    # People

    @cached_property
    def _hours(self) -> dict[str, WorkingHours]:
        return {}

    def hours(self, person: Person) -> WorkingHours:
        if person.key not in self._hours:
            self._hours[person.key] = WorkingHours(self.plan, person)
        return self._hours[person.key]

    @cached_property
    def lead(self) -> Person | None:
        return self.plan.person.get(states.lead(self.plan) or "")

    @cached_property
    def sponsor(self) -> Person | None:
        return self.plan.person.get(states.sponsor(self.plan) or "")

    def stand_in(self, person: Person) -> Reached:
        """Who is to be written to for somebody now."""
        return contacts.stand_in(self.plan, person, self.unreachable, self._days)

    @cached_property
    def _days(self) -> Mapping[str, date]:
        """By person: the date where they are."""
        return {person.key: self.hours(person).today(self.now) for person in self.plan.people}

    @cached_property
    def away(self) -> tuple[Person, ...]:
        """Everybody who is away today."""
        return tuple(p for p in self.plan.people if p.away and contacts.away_until(p, self._days[p.key]))

    def deputy_for(self, person: Person) -> Sequence[Person]:
        """Whom this person stands in for, whenever they are away."""
        return self._deputies.get(person.key, ())

    @cached_property
    def _deputies(self) -> Mapping[str, Sequence[Person]]:
        found: dict[str, list[Person]] = {}
        for person in self.plan.people:
            if person.deputy:
                found.setdefault(person.deputy, []).append(person)
        return found

    def acting_for(self, person: Person) -> tuple[Person, ...]:
        """The people whom this person stands in for now."""
        absent = [other for other in self.away if other.deputy]
        return tuple(other for other in absent if self.stand_in(other).person is person)

    # Things

    @cached_property
    def _items(self) -> tuple[dict[str, list[Item]], dict[str, list[Item]]]:
        owned: dict[str, list[Item]] = {}
        named: dict[str, list[Item]] = {}
        today = self.today
        for item in self.plan.items:
            status = standing(item, today)
            if status in CLOSED:
                continue
            if item.owner:
                owned.setdefault(item.owner, []).append(item)
            if status is Status.DONE:
                for person in self._validators(item):
                    named.setdefault(person, []).append(item)
        return owned, named

    def owned(self, person: str) -> Sequence[Item]:
        """Their open items, done ones among them."""
        return self._items[0].get(person, ())

    def to_validate(self, person: str) -> Sequence[Item]:
        """What is done and waits for their confirmation."""
        return self._items[1].get(person, ())

    @cached_property
    def _by_role(self) -> Mapping[str, tuple[Person, ...]]:
        found: dict[str, tuple[Person, ...]] = {}
        for person in self.plan.people:
            role = (person.role or "").strip().casefold()
            found[role] = (*found.get(role, ()), person)
        return found

    def _validators(self, item: Item) -> Iterable[str]:
        """Who is asked to confirm it: the person named, one who has the role named, or else the lead."""
        named = self.plan.person.get(item.validator or "")
        if named is not None and named.key != item.owner:
            return (named.key,)
        role = named.role if named is not None else item.validator
        holders = self._by_role.get((role or "").strip().casefold(), ()) if role else ()
        others = [person for person in holders if person.key != item.owner]
        if others:
            # Of several only one is asked, so that nobody waits for the others; any of them may do it.
            return (next((person for person in others if self._is_there(person)), others[0]).key,)
        lead = self.lead.key if self.lead is not None and self.lead.key != item.owner else None
        return (lead,) if lead else ()

    def _is_there(self, person: Person) -> bool:
        return contacts.cannot(person, self.unreachable) is None and person not in self.away

    @cached_property
    def _doubtful(self) -> Mapping[str, Sequence[Assumption]]:
        found: dict[str, list[Assumption]] = {}
        lead = self.lead.key if self.lead is not None else None
        for belief in self.plan.assumptions:
            who = belief.owner if belief.owner in self.plan.person else lead
            if belief.open and who is not None:
                found.setdefault(who, []).append(belief)
        return found

    def to_find_out(self, person: str) -> Sequence[Assumption]:
        """The open assumptions that are theirs to find out about; the lead's are also those of nobody."""
        return self._doubtful.get(person, ())

    # What people answered

    @cached_property
    def _promised(self) -> Mapping[str, tuple[Promise, ...]]:
        found: dict[str, list[Promise]] = {}
        for promise in sorted(self.promises, key=lambda promise: promise.at):
            if promise.until > promise.at:  # until a moment already past is no promise
                found.setdefault(promise.subject, []).append(promise)
        return {subject: tuple(made) for subject, made in found.items()}

    def promised(self, subject: str) -> tuple[Promise, ...]:
        """The promises on a thing by people who can still be asked, oldest first."""
        return tuple(p for p in self._promised.get(subject, ()) if p.by not in self.unreachable)

    @cached_property
    def _muted(self) -> Mapping[tuple[str, str], tuple[Mute, ...]]:
        found: dict[tuple[str, str], list[Mute]] = {}
        for mute in self.mutes:
            if mute.until is None or mute.until > self.now:
                found.setdefault((mute.scope, mute.key), []).append(mute)
        return {key: tuple(mutes) for key, mutes in found.items()}

    def muted(self, user: str | None, *subjects: str) -> Mute | None:
        """What keeps from telling this person (None: anybody) of these things: the mute that ends last."""
        if not self.mutes:
            return None
        keys = [("project", self.key), *(("item", subject) for subject in subjects)]
        found = [m for key in keys for m in self._muted.get(key, ()) if m.person in (None, user)]
        if user is not None:
            found += self._muted.get(("person", user), ())
        return max(found, key=lambda m: (m.until is None, m.until or self.now), default=None)

    @cached_property
    def _ended(self) -> Mapping[tuple[str, str], datetime]:
        found: dict[tuple[str, str], datetime] = {}
        for mute in self.mutes:
            if mute.scope == "item" and mute.person and mute.until is not None and mute.until <= self.now:
                found[mute.person, mute.key] = mute.until
        return found

    def snooze_ended(self, user: str, subject: str) -> datetime | None:
        """When this person wanted to hear of it again, if that has come."""
        return self._ended.get((user, subject))

    def muted_person(self, user: str) -> Mute | None:
        """The quiet this person asked for, if it lasts."""
        return max(
            self._muted.get(("person", user), ()),
            key=lambda m: (m.until is None, m.until or self.now),
            default=None,
        )

    def handed_over(self, subject: str) -> Handover | None:
        return next((h for h in self.handovers if h.subject == subject), None)

    def of_item(self, key: str) -> str:
        return ledger.subject(self.key, "item", key)

    def of_blocker(self, id: str) -> str:
        return ledger.subject(self.key, "blocker", id)

    def of_belief(self, id: str) -> str:
        return ledger.subject(self.key, "assumption", id)


def day_words(day: date, today: date) -> str:
    """`Thu 12 Nov`, with the year when it is another one."""
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else "")


def number_words(number: int) -> str:
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else f"{number:,}"


def gates_words(number: int) -> str:
    """`two gates wait on this`; nothing for none."""
    if not number:
        return ""
    return f"{number_words(number)} gate{' waits' if number == 1 else 's wait'} on this"

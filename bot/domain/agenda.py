"""What is to be talked about in the next call with a customer or a party, in ten lines?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from bot.domain.answers.parties import OWN_ITEMS, Parties, plain
from bot.domain.contacts import outside
from bot.domain.errors import Invalid, NotFound
from bot.domain.gonogo.voting import Poll
from bot.domain.plan import Assumption, Blocker, Item, Plan, Status
from bot.domain.questions.whom import Whom, whom
from bot.domain.readiness import Assessment
from bot.domain.schedule import CLOSED
from bot.domain.wording import Answer, Reply, Words, count, cut, listed, sections

MOST_LINES = 10  # the title is one of them
WIDTH = 44
SOON = timedelta(days=14)  # a waiver that ends so soon is to be talked about
MOST_NAMED = 4
MOST_PARTIES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class With:
    """Whom the call is with: a party as the plan spells it, or people; `words` name it."""

    words: str
    party: str | None = None
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Point:
    """One thing to talk about: its line, and the name it has where there is no room for a line."""

    line: str
    name: str


def with_whom(plan: Plan, words: str, asker: str | None = None) -> With:
    """Whom the words mean; the customer without any. Raises with a sentence that says who there is."""
    said = words.strip().strip("“”\"'")
    if not said:
        if not plan.project.customer:
            raise Invalid(f"Say with whom: `/golive agenda NAME`. {_there_are(plan)}")
        return With(words=plan.project.customer, party=plan.project.customer)
    if plan.project.customer and plain(said) == plain(plan.project.customer):
        return With(words=plan.project.customer, party=plan.project.customer)
    found = whom(said, plan, asker)
    if not found and (party := _spoken_of(plan, said)):
        found = Whom(party=party)
    if not found and (meant := _perhaps(plan, said, found)):
        raise NotFound(f"“{cut(said, 60)}” may be {' or '.join(meant)}: say which.")
    if not found:
        raise NotFound(f"Nobody here is called “{cut(said, 60)}”. {_there_are(plan)}")
    if found.party is not None:
        return With(words=found.party, party=found.party)
    names = listed(found.people, 3, lambda key: plan.person[key].name)
    return With(words=names, people=found.people)


def make(plan: Plan, a: Assessment, call: With, as_of: datetime, poll: Poll | None = None) -> Reply:
    """The agenda: what waits on them first, the most costly of it first; nothing that is internal."""
    found = _Agenda(plan, a, call, poll)
    parts: dict[str, list[_Point]] = {
        "waits": [found.waiting(b) for b in found.blockers],
        "to_do": [found.to_do(item) for item in found.theirs],
        "validates": [found.to_confirm(item) for item in found.to_validate],
        "decisions": list(found.to_decide()),
        "unowned": [found.nobodys(item) for item in found.unowned],
        "assumptions": [found.believed(belief) for belief in found.beliefs],
        "owed": [found.owed_to_them(item) for item in found.owed],
    }
    w = found.w
    title = f"{w.project()}: agenda with {cut(call.words, 60)}, as of {w.moment(as_of)}"
    lines = _in_room(list(parts.values()), MOST_LINES - 1)
    nothing = [f"Nothing waits on {cut(call.words, 60)}, and we owe them nothing."]
    data: dict[str, Any] = {"with": call.party or list(call.people)}
    data |= {name: [point.name for point in points] for name, points in parts.items()}
    return Reply(Answer(title, sections((None, lines or nothing))), data)


def _in_room(parts: Sequence[Sequence[_Point]], room: int) -> list[str]:
    """A line for the first of each part, then for more of the first parts; what is left out is named."""
    given = [min(1, len(points)) for points in parts]
    while sum(given) < room:
        short = [n for n, points in enumerate(parts) if given[n] < len(points)]
        if not short:
            break
        fewest = min(given[n] for n in short)
        given[next(n for n in short if given[n] == fewest)] += 1
    lines = []
    for points, number in zip(parts, given, strict=True):
        lines += [point.line for point in points[:number]]
        rest = points[number:]
        if rest:
            names = listed([point.name for point in rest], MOST_NAMED, str)
            lines[-1] += f"; also {names}"
    return lines


class _Agenda:
    """One call, one plan, one day."""

    def __init__(self, plan: Plan, a: Assessment, call: With, poll: Poll | None) -> None:
        self.plan, self.a, self.call = plan, a, call
        self.w = Words(a, WIDTH)
        self._parties = Parties(plan)
        self._poll = poll if poll is not None and poll.state == "open" else None

    @cached_property
    def people(self) -> frozenset[str]:
        party = self.call.party
        return frozenset(self.call.people) | (self._parties.people_of(party) if party else frozenset())

    @cached_property
    def of_customer(self) -> bool:
        return bool(self.call.party) and plain(self.call.party) == plain(self.plan.project.customer)

    @cached_property
    def _open(self) -> tuple[Item, ...]:
        """What may be shown to people outside."""
        return tuple(item for item in self.plan.items if item.key in self.a.timing and not item.internal)

    # What waits on them

    @cached_property
    def blockers(self) -> list[Blocker]:
        found = [b for b in self.plan.blockers if b.open and self._is_shown(b.item) and self._waits(b)]
        return sorted(found, key=lambda b: (self._slack(b.item), b.raised, b.id))

    def _waits(self, blocker: Blocker) -> bool:
        if self._parties.organisation(blocker) == OWN_ITEMS:
            return False
        if self.call.party:
            return self._parties.waits_on_party(blocker, self.call.party)
        people = (self.plan.person[key] for key in self.call.people)
        return any(self._parties.waits_on_person(blocker, person) for person in people)

    @cached_property
    def _told(self) -> frozenset[str]:
        """Items that are spoken of with the blocker that waits on them."""
        return frozenset(blocker.item for blocker in self.blockers if blocker.item)

    @cached_property
    def theirs(self) -> list[Item]:
        """What they have to do that is late, that they could do now, or that something else holds up."""
        open_ = (i for i in self._open if i.owner in self.people and i.key not in self._told)
        mine = [i for i in open_ if self.a.standing[i.key] is not Status.DONE]
        held = set(self.plan.open_blockers)
        now = [i for i in mine if self.a.late(i) or self.a.startable(i) or i.key in held]
        return sorted(now, key=lambda i: (not self.a.late(i), self._slack(i.key), i.due or self.a.forecast))

    @cached_property
    def to_validate(self) -> list[Item]:
        done = [i for i in self._open if self.a.standing[i.key] is Status.DONE and self._confirms(i)]
        return sorted(done, key=lambda i: (self._slack(i.key), i.done_on or self.a.today))

    def _confirms(self, item: Item) -> bool:
        return item.validator in self.people or (item.validator or "-").casefold() in self._roles

    @cached_property
    def _roles(self) -> frozenset[str]:
        held = (self.plan.person[key].role for key in self.people if key in self.plan.person)
        return frozenset(role.casefold() for role in held if role)

    # What nobody has, knows or decided

    @cached_property
    def unowned(self) -> list[Item]:
        """What nobody has that is on their side: meant for a role of theirs, or confirmed by them."""
        free = [i for i in self._open if i.owner is None and i.key != self.plan.project.go_live_item]
        on_their_side = (
            i for i in free if (i.owner_role or "-").casefold() in self._roles or self._confirms(i)
        )
        return sorted(on_their_side, key=lambda i: (not i.gate, self._slack(i.key), i.key))

    @cached_property
    def beliefs(self) -> list[Assumption]:
        found = [
            belief
            for belief in self.plan.assumptions
            if belief.open and all(self._is_shown(key) for key in belief.items) and self._is_theirs(belief)
        ]
        return sorted(found, key=lambda b: (b.verify_by is None, b.verify_by or self.a.today, b.id))

    def _is_theirs(self, belief: Assumption) -> bool:
        if {belief.owner, belief.relied_on_by} & self.people:
            return True
        rests = [self.plan.item[key] for key in belief.items if key in self.plan.item]
        return any(item.owner in self.people or self._confirms(item) for item in rests)

    def to_decide(self) -> Iterator[_Point]:
        if self._poll is not None:
            silent = [seat for seat in self._poll.missing if {seat.person, *seat.people} & self.people]
            if silent:
                until = self.w.moment(self._poll.closes_at)
                roles = listed(silent, 3, lambda seat: f"{seat.name} ({seat.role})")
                number = self._poll.number
                yield _Point(
                    f"To decide: go or no-go, open until {until}; to answer: {roles}", f"go/no-go {number}"
                )
        for item in self._waivers:
            assert item.waived is not None
            assert item.waived.until is not None
            until = self.w.day(item.waived.until)
            yield _Point(f"To decide: {self.w.named(item)} is let through only until {until}", item.key)

    @cached_property
    def _waivers(self) -> list[Item]:
        ending = []
        for item in self.plan.items:
            until = item.waived.until if item.waived else None
            if item.internal or until is None or self.a.standing[item.key] is not Status.WAIVED:
                continue
            theirs = item.owner in self.people or self._confirms(item) or self.of_customer
            if until <= self.a.today + SOON and theirs:
                ending.append((until, item.key, item))
        return [item for _, _, item in sorted(ending, key=lambda each: each[:2])]

    # What we owe them

    @cached_property
    def owed(self) -> list[Item]:
        """Work of ours that theirs waits for: they confirm it, or something they have depends on it."""
        needed = {key for item in self._open if item.owner in self.people for key in item.depends_on}
        ours = [
            i
            for i in self._open
            if self._is_ours(i)
            and i.key not in self._told
            and self.a.standing[i.key] is not Status.DONE
            and (i.key in needed or self._confirms(i))
        ]
        return sorted(ours, key=lambda i: (not self.a.late(i), self._slack(i.key), i.due or self.a.forecast))

    def _is_ours(self, item: Item) -> bool:
        owner = self.plan.person.get(item.owner or "")
        return owner is not None and owner.key not in self.people and not outside(self.plan, owner)

    # In words

    def waiting(self, blocker: Blocker) -> _Point:
        item = self.plan.item.get(blocker.item or "")
        said = [f"waits on them {count(self.a.age(blocker.raised), 'working day')}"]
        if item is not None:
            said += [self.w.slack(item), self._behind(item.key)]
        clear = blocker.expected_clear
        if clear is None:
            said.append("no date said")
        elif clear < self.a.today:
            said.append(f"should have cleared {self.w.day(clear)}")
        else:
            said.append(f"clears {self.w.day(clear)}")
        on = f" on {self.w.named(item)}" if item else ""
        return _Point(f"{blocker.id}{on}: {cut(blocker.text, 80)}; {_joined(said)}", blocker.id)

    def to_do(self, item: Item) -> _Point:
        blocker = self.w.blocker(item)
        held = f"held by {blocker.id}, {self.w.waits(blocker)}" if blocker is not None else ""
        said = [self.w.owner(item), held, self.w.due(item), self.w.slack(item), self._behind(item.key)]
        return _Point(f"Theirs to do: {self.w.named(item)}; {_joined(said)}", self.w.key(item))

    def to_confirm(self, item: Item) -> _Point:
        who = self.w.person(item.validator)
        since = f"done {count(self.a.age(item.done_on), 'working day')} ago" if item.done_on else "done"
        return _Point(f"To confirm: {self.w.named(item)}, {who}; {since}", self.w.key(item))

    def nobodys(self, item: Item) -> _Point:
        role = f", meant for {cut(item.owner_role, 40)}" if item.owner_role else ""
        return _Point(f"Who takes it: {self.w.named(item)}{role}; {self.w.due(item)}", self.w.key(item))

    def believed(self, belief: Assumption) -> _Point:
        by = f"by {self.w.day(belief.verify_by)}" if belief.verify_by else "no date"
        who = self.w.person(belief.owner)
        return _Point(f"Is it so? {belief.id}: {cut(belief.text, 90)}; {who} finds out, {by}", belief.id)

    def owed_to_them(self, item: Item) -> _Point:
        said = [self.w.owner(item), self.w.due(item), self.w.slack(item)]
        return _Point(f"We owe them: {self.w.named(item)}; {_joined(said)}", self.w.key(item))

    # What they share

    def _is_shown(self, key: str | None) -> bool:
        item = self.plan.item.get(key or "")
        if key is None:
            return True
        return item is not None and not item.internal and self.a.standing[item.key] not in CLOSED

    def _slack(self, key: str | None) -> int:
        timing = self.a.timing.get(key or "")
        return timing.slack if timing is not None and timing.slack is not None else 10_000

    def _behind(self, key: str) -> str:
        gates = self.a.downstream.get(key, 0)
        return f"{count(gates, 'gate')} behind it" if gates else ""


def _joined(said: Sequence[str]) -> str:
    return ", ".join(filter(None, said))


def _spoken_of(plan: Plan, said: str) -> str | None:
    """A party that is only known from what waits on it."""
    wanted = f" {plain(said)} "
    names = (b.waiting_on for b in plan.blockers if b.open and b.waiting_on)
    return next((name for name in names if wanted.strip() and wanted in f" {plain(name)} "), None)


def parties(plan: Plan) -> tuple[str, ...]:
    """With whom there can be a call: organisations, and those that only blockers know; our own side last."""
    known = Parties(plan)
    ours = plain(plan.project.vendor)
    names: Mapping[str, str] = {}
    found = [plan.project.customer, *map(known.org, plan.people)]
    found += [known.organisation(b) for b in plan.blockers if b.open]
    names = {plain(name): name for name in reversed(found) if name and name != OWN_ITEMS}
    return tuple(sorted(names.values(), key=lambda name: (plain(name) == ours, name.casefold())))


def _perhaps(plan: Plan, said: str, found: Whom) -> list[str]:
    """Who has a name like that, or which party is nearly spelt so."""
    near = {plain(name): name for name in parties(plan)}
    alike = [near[name] for name in get_close_matches(plain(said), near, n=2, cutoff=0.75)]
    return [plan.person[key].name for key in found.near] + [cut(name, 40) for name in alike]


def _there_are(plan: Plan) -> str:
    names = parties(plan)
    if not names:
        return "The project knows no organisation yet."
    return f"There are {listed(names, MOST_PARTIES, lambda name: cut(name, 40))}, and each person by name."

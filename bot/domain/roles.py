"""Which roles has a project, who has them, and what do they hold once somebody gets one?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.errors import NotFound
from bot.domain.plan import Assumption, Item, Person, Plan
from bot.domain.schedule import CLOSED

_JOINT = re.compile(r"^(?:(?:goes\s+)?(?:to|is|for)\b|[:=,–-])?[\s:=]*", re.IGNORECASE)
_NEAR = 74  # per cent alike; “Netwrok engineer” is 94, “QA lead” and “UAT lead” are 67
_AS_NEAR = 10  # not so near as the best one is none
MOST_OFFERED = 3
MOST_NAMED = 6


# What the last word of a role often is, when all its words are written large.
_NOUN_WORDS = """
administrator admins analyst architect board chief clerk committee contact contacts coordinator department
desk developer director engineer executive expert finance group head it lead leader leads leadership legal
manager managers management nurse nurses office officer operations owner owners partner pharmacist physician
physicians planner representative security specialist sponsor staff stewards supervisor support team teams
technician tester testers trainer user users vendor writer
"""
_NOUNS = frozenset(_NOUN_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role of a project: who has it, what is meant for it, and what it confirms."""

    name: str
    holders: tuple[Person, ...] = ()
    waiting: tuple[Item, ...] = ()  # meant for it, and nobody has them
    owned: tuple[Item, ...] = ()  # meant for it, and somebody has them
    confirms: tuple[Item, ...] = ()  # open items that somebody of this role confirms

    @property
    def vacant(self) -> bool:
        """Nobody has it, and something waits for it."""
        return bool(self.waiting) or (not self.holders and bool(self.confirms))


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody got with a role."""

    plan: Plan
    role: str
    person: Person
    items: tuple[str, ...]
    confirms: tuple[str, ...]
    assumptions: tuple[str, ...]
    unconfirmed: tuple[str, ...]  # theirs, and nobody but they could confirm them
    others: tuple[Item, ...]  # items of the role that somebody else has and keeps


class UnknownRole(NotFound):
    """No role is called so; `near` are roles that may have been meant, best first."""

    def __init__(self, word: str, near: tuple[str, ...], known: Sequence[str]) -> None:
        self.word, self.near = word, near
        shown = " ".join(word.replace("“", "").replace("”", "").split())[:60]
        listed = " or ".join(f"“{role}”" for role in near)
        there = f"There are {some(known)}." if known else "Nothing here is meant for a role."
        super().__init__(f"There is no role “{shown}” here. {f'Did you mean {listed}?' if near else there}")


def some(known: Sequence[str]) -> str:
    """The first few roles, and how many more there are."""
    named = [f"“{role}”" for role in known[:MOST_NAMED]]
    more = len(known) - len(named)
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")


def folded(role: str | None) -> str:
    """A role as it is compared: case and spacing say nothing."""
    return " ".join((role or "").split()).casefold()


def reads_like_one(words: str) -> bool:
    """Whether words can only be a role: a single one may be somebody's id, and “Jane Doe” is somebody."""
    said = words.split()
    if len(said) < 2:
        return False
    return any(word[0].islower() for word in said) or said[-1].casefold() in _NOUNS


def of(plan: Plan) -> tuple[Role, ...]:
    """Every role, those that most waits for first; then in the plan's order."""
    names: dict[str, str] = {}
    waiting: dict[str, list[Item]] = {}
    owned: dict[str, list[Item]] = {}
    confirms: dict[str, list[Item]] = {}
    for item in plan.items:
        if role := folded(item.owner_role):
            names.setdefault(role, " ".join((item.owner_role or "").split()))
            (owned if item.owner else waiting).setdefault(role, []).append(item)
    for item in plan.items:
        if item.validator and item.validator not in plan.person:
            names.setdefault(folded(item.validator), " ".join(item.validator.split()))
            if item.status not in CLOSED:
                confirms.setdefault(folded(item.validator), []).append(item)
    for person in plan.people:
        if role := folded(person.role):
            names.setdefault(role, " ".join((person.role or "").split()))
    found = [
        Role(
            name=name,
            holders=tuple(holders(plan, name, owned.get(role, ()))),
            waiting=tuple(waiting.get(role, ())),
            owned=tuple(owned.get(role, ())),
            confirms=tuple(confirms.get(role, ())),
        )
        for role, name in names.items()
    ]
    return tuple(sorted(found, key=lambda role: (-len(role.waiting), not role.owned)))


def holders(plan: Plan, role: str, owned: Sequence[Item] = ()) -> Iterator[Person]:
    """Whose role it is, and who has what was meant for it."""
    keys = {person.key for person in plan.people if folded(person.role) == folded(role)}
    keys |= {item.owner for item in owned if item.owner}
    return (person for person in plan.people if person.key in keys)


def find(word: str, known: Sequence[str]) -> str:
    """The role called so; UnknownRole with what may have been meant."""
    asked = folded(word)
    by_name = {folded(role): role for role in known}
    if asked in by_name:
        return by_name[asked]
    raise UnknownRole(word, _near(asked, by_name), known)


def leading(words: str, known: Sequence[str]) -> tuple[str, str] | None:
    """The role that the first words name, and the words after it: “Network engineer Tom” needs no commas."""
    said = words.split()
    by_name = {folded(role): role for role in known}
    for count in range(min(len(said), 12), 0, -1):
        role = by_name.get(folded(" ".join(said[:count]).rstrip(":=,")))
        if role is not None:
            return role, _JOINT.sub("", " ".join(said[count:])).strip()
    return None


def _near(asked: str, by_name: Mapping[str, str]) -> tuple[str, ...]:
    if not asked:
        return ()
    begun = [name for name in by_name if set(asked.split()) <= set(name.split()) or name.startswith(asked)]
    if not begun:
        from rapidfuzz import fuzz, process

        alike = process.extract(asked[:100], list(by_name), scorer=fuzz.ratio, score_cutoff=_NEAR)
        begun = [name for name, score, _ in alike if score >= alike[0][1] - _AS_NEAR]
    return tuple(by_name[name] for name in begun[:MOST_OFFERED])


def give(plan: Plan, role: str, person: Person) -> Given:
    """The role's items that nobody has become this person's, and what it confirms waits for them.

    What confirms by role finds whoever has it; somebody with another role of their own is named instead.
    """
    wanted = folded(role)
    holder = person if person.role else replace(person, role=role)
    others_have_it = any(p for p in plan.people if p.key != person.key and folded(p.role) == wanted)
    items, got, confirms = [], [], []
    for item in plan.items:
        if item.owner is None and folded(item.owner_role) == wanted:
            item = replace(item, owner=person.key)
            got.append(item.key)
        if folded(item.validator) == wanted and item.validator not in plan.person:
            theirs = item.owner == person.key
            if folded(holder.role) != wanted and not others_have_it and not theirs:
                item = replace(item, validator=person.key)
            if not theirs and item.status not in CLOSED:
                confirms.append(item.key)
        items.append(item)
    beliefs, looked_into = _beliefs(plan, frozenset(got), person)
    after = replace(plan, people=_with(plan, holder), items=tuple(items), assumptions=beliefs)
    return Given(
        plan=after,
        role=role,
        person=holder,
        items=tuple(got),
        confirms=tuple(confirms),
        assumptions=looked_into,
        unconfirmed=tuple(key for key in got if _confirms_own(after, after.item[key], holder)),
        others=tuple(
            i for i in items if folded(i.owner_role) == wanted and i.owner not in (None, person.key)
        ),
    )


def _beliefs(
    plan: Plan, items: frozenset[str], person: Person
) -> tuple[tuple[Assumption, ...], tuple[str, ...]]:
    """What the items rest on and nobody finds out about goes along with them."""
    theirs = tuple(a.id for a in plan.assumptions if a.open and a.owner is None and a.item in items)
    after = tuple(replace(a, owner=person.key) if a.id in theirs else a for a in plan.assumptions)
    return after, theirs


def _with(plan: Plan, person: Person) -> tuple[Person, ...]:
    if person.key not in plan.person:
        return (*plan.people, person)
    return tuple(person if p.key == person.key else p for p in plan.people)


def _confirms_own(plan: Plan, item: Item, owner: Person) -> bool:
    """Whether the one who is to confirm an item is its owner, and nobody else."""
    if item.validator == owner.key:
        return True
    wanted = folded(item.validator)
    if not wanted or item.validator in plan.person or folded(owner.role) != wanted:
        return False
    return not any(p for p in plan.people if p.key != owner.key and folded(p.role) == wanted)

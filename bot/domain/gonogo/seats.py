"""Which roles are asked for go or no-go, who answers for each, and what of theirs is at stake?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain import contacts, policies, states
from bot.domain.gonogo import voting
from bot.domain.gonogo.voting import Seat
from bot.domain.plan import Assumption, Blocker, Item, Person, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.wording import listed

MOST = 12
LEAD, SPONSOR = "Lead", "Sponsor"


@dataclass
class _Role:
    """A role on its way to a seat: who has it, the one to ask first, and how many gates hang on them."""

    name: str
    people: list[Person] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=dict)  # open gates by person
    total: int = 0
    first: str | None = None  # the named lead or sponsor


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """What of a role's own is not settled."""

    gates: tuple[Item, ...]
    blockers: tuple[Blocker, ...]
    beliefs: tuple[Assumption, ...]
    waived: tuple[Item, ...]


def asked(
    plan: Plan, a: Assessment, unreachable: Mapping[str, str], now: datetime
) -> tuple[tuple[Seat, ...], tuple[str, ...]]:
    """The seats, in the order they are asked, and in sentences which roles are not asked and why.

    The lead, the sponsor and every role that owns or confirms a gate are asked; with the policy
    `gonogo.roles`, those named there. The decider is not: the decision is their answer.
    """
    wanted = policies.of(plan.project).gonogo.roles
    roles = _roles(plan, a)
    not_asked: list[str] = []
    if wanted is not None:
        roles, not_asked = _narrowed(plan, roles, wanted)
    elif len(roles) > MOST:
        rest = [role.name for role in roles[MOST:]]
        not_asked.append(f"More than {MOST} roles have gates; not asked: {listed(rest, 8, str)}.")
        roles = roles[:MOST]
    days = {person.key: voting.zone_day(plan, person, now) for person in plan.people}
    seats = []
    for role in roles:
        seat, why = _seat(plan, role, unreachable, days)
        if seat is not None:
            seats.append(seat)
        else:
            not_asked.append(f"{role.name} is not asked: {why}.")
    return tuple(seats), tuple(not_asked)


def stake(plan: Plan, a: Assessment, people: Iterable[str]) -> Stake:
    """What of these people's own is open; to the lead belongs also what nobody has."""
    keys = set(people)
    roles = {_folded(plan.person[key].role) for key in keys if key in plan.person and plan.person[key].role}
    leads = states.lead(plan) in keys

    def theirs(item: Item) -> bool:
        if item.owner in keys or item.validator in keys or (leads and item.owner is None):
            return True
        return item.validator not in plan.person and _folded(item.validator) in roles

    mine = {gate.key for gate in a.all_gates if theirs(gate)}
    return Stake(
        gates=tuple(gate for gate in a.open_gates if gate.key in mine),
        blockers=tuple(b for b in plan.blockers if b.open and (b.owner in keys or b.item in mine)),
        beliefs=tuple(x for x in plan.assumptions if x.open and (x.owner in keys or mine & set(x.items))),
        waived=tuple(g for g in a.all_gates if g.key in mine and a.standing[g.key] is Status.WAIVED),
    )


def concerned(plan: Plan, seats: Sequence[Seat], keys: Iterable[str]) -> tuple[Seat, ...]:
    """The seats whose people own or confirm one of these items."""
    people: set[str] = set()
    roles: set[str] = set()
    for item in (plan.item[key] for key in keys if key in plan.item):
        people |= {who for who in (item.owner, item.validator) if who}
        if item.validator and item.validator not in plan.person:
            roles.add(_folded(item.validator))
    return tuple(seat for seat in seats if people & set(seat.people) or _folded(seat.role) in roles)


def _roles(plan: Plan, a: Assessment) -> list[_Role]:
    """Lead and sponsor first, then who has most open gates."""
    found: dict[str, _Role] = {}
    decides = states.decider(plan)
    for key, called in ((states.lead(plan), LEAD), (states.sponsor(plan), SPONSOR)):
        person = plan.person.get(key or "")
        if person is not None and person.key != decides:
            role = _of(found, person, called)
            role.first = role.first or person.key
    open_now = {gate.key for gate in a.open_gates}
    holders = _by_role(plan)
    for gate in a.all_gates:
        named = [plan.person[key] for key in (gate.owner, gate.validator) if key and key in plan.person]
        if gate.validator and gate.validator not in plan.person:
            named += holders.get(_folded(gate.validator), [])
        for person in dict.fromkeys(named):
            if person.key != decides:
                role = _of(found, person, person.name)
                role.open[person.key] += gate.key in open_now
                role.total += 1
    ranked = list(found.values())
    return sorted(ranked, key=lambda role: (role.first is None, -sum(role.open.values()), -role.total))


def _by_role(plan: Plan) -> Mapping[str, list[Person]]:
    found: dict[str, list[Person]] = {}
    for person in plan.people:
        if person.role:
            found.setdefault(_folded(person.role), []).append(person)
    return found


def _of(found: dict[str, _Role], person: Person, otherwise: str) -> _Role:
    name = " ".join((person.role or otherwise).split())
    role = found.setdefault(_folded(name), _Role(name))
    if person not in role.people:
        role.people.append(person)
        role.open[person.key] = 0
    return role


def _narrowed(plan: Plan, roles: list[_Role], wanted: Sequence[str]) -> tuple[list[_Role], list[str]]:
    """The roles a policy names, in its order; who decides is never among them."""
    found: list[_Role] = []
    nobody: list[str] = []
    decides, by_name = states.decider(plan), {_folded(role.name): role for role in roles}
    special = {"lead": states.lead(plan), "sponsor": states.sponsor(plan)}
    for name in wanted:
        person = plan.person.get(special.get(_folded(name)) or "")
        role = by_name.get(_folded((person.role or name) if person else name)) or _Role(name)
        held = [person] if person else [p for p in plan.people if _folded(p.role) == _folded(name)]
        for one in held:
            if one.key != decides and one not in role.people:
                role.people.append(one)
                role.open.setdefault(one.key, 0)
        if not role.people:
            if not any(one.key == decides for one in held):
                nobody.append(f"{name} is not asked: nobody has that role.")
        elif role not in found:
            found.append(role)
    return found, nobody


def _seat(
    plan: Plan, role: _Role, unreachable: Mapping[str, str], days: Mapping[str, date]
) -> tuple[Seat | None, str]:
    """Who is asked for a role: the lead or sponsor, else who has most open gates; or a deputy of theirs."""
    order = sorted(role.people, key=lambda person: (person.key != role.first, -role.open[person.key]))
    decides, why = states.decider(plan), ""
    for person in order:
        reached = contacts.stand_in(plan, person, unreachable, days)
        answers = reached.person
        if answers is None or answers.slack is None or answers.key == decides:
            why = why or reached.why or f"{person.name} is away, and the decider stands in"
            continue
        seat = Seat(
            role=role.name,
            person=answers.key,
            name=answers.name,
            user=answers.slack,
            people=tuple(one.key for one in role.people),
            instead_of=person.key if reached.instead_of is not None else None,
        )
        return seat, ""
    return None, why


def _folded(role: str | None) -> str:
    return " ".join((role or "").split()).casefold()

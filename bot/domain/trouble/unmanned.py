"""What hangs on too few people, or on nobody; and what that hardly any go-live does without is missing?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.domain.plan import Item
from bot.domain.trouble.look import Look, Trouble, folded
from bot.domain.wording import count, cut, listed

AT_ONCE = 4  # gates one person would have to do side by side, a critical one among them
ROLES = 3  # more vacant ones are one signal
ALONE = 2  # critical items of one person whom nobody could stand in for
TO_CONFIRM, SHARE = 6, 4  # open gates one person is to confirm, and at least one in so many of all
# Without these there is no way to decide, or no way back.
_SERIOUS = MappingProxyType({"rollback": 10, "decision": 10, "downtime": 8, "end-to-end": 8, "acceptance": 6})


def _alone(look: Look) -> Iterator[Trouble]:
    """Several critical items are one person's, and nobody is named who could take over."""
    theirs: dict[str, list[str]] = {}
    for key in look.a.critical if look.large else ():
        who = look.a.doer(look.plan.item[key])
        person = look.plan.person.get(who or "")
        if person is not None and not person.backup and not person.deputy:
            theirs.setdefault(person.key, []).append(key)
    for who, keys in theirs.items():
        if len(keys) < ALONE:
            continue
        name = look.w.person(who)
        yield Trouble(
            kind="no_backup",
            keys=tuple(keys),
            reason=f"{name} has {count(len(keys), 'item')} without slack ({look.keys(keys)}), and nobody is "
            "named who could take over",
            act=f"Ask {name} who could, and write `backup: ID` beside {who} in the project file",
            stake=len(keys) * 2,
            facts=(who, *keys),
            people=(who,),
        )


def _overloaded(look: Look) -> Iterator[Trouble]:
    """More gates at once, or more to confirm, than one person is likely to manage."""
    if not look.large:
        return
    at_once = {who: n for who, n in look.a.overloaded if n >= AT_ONCE}
    confirms: dict[str, list[Item]] = {}
    for gate in look.a.open_gates:
        if gate.validator:
            confirms.setdefault(gate.validator, []).append(gate)
    many = {
        who: gates
        for who, gates in confirms.items()
        if len(gates) >= TO_CONFIRM and len(gates) * SHARE >= len(look.a.open_gates)
    }
    for who in sorted({*at_once, *many}):
        yield _load(look, who, at_once.get(who, 0), many.get(who, []))


def _load(look: Look, who: str, at_once: int, confirms: Sequence[Item]) -> Trouble:
    name, said = look.w.person(who), []
    spare = [gate for gate in look.a.open_gates if look.a.doer(gate) == who and gate.key not in look.critical]
    act = f"`/golive own {spare[-1].key} @person`" if spare else "`/golive own KEY @person`"
    if at_once:
        said.append(
            f"would have to do {count(at_once, 'gate')} at once, which the forecast takes for granted"
        )
    if confirms:
        gates = len(look.a.open_gates)
        said.append(f"is to confirm {len(confirms):,} of {count(gates, 'open gate')}")
        act = f"`/golive validator {confirms[-1].key} @person`"
    return Trouble(
        kind="overloaded",
        keys=tuple(gate.key for gate in (confirms or spare)),
        reason=f"{name} {', and '.join(said)}",
        act=f"Give some of it to somebody else, after asking {name}: {act}",
        stake=min(16, at_once * 2 + len(confirms)),
        facts=(who, str(at_once), str(len(confirms))),
        people=(who,) if who in look.plan.person else (),
    )


def _vacant(look: Look) -> Iterator[Trouble]:
    """A role that is to do or confirm something open, and that nobody of the project has."""
    held = {folded(person.role) for person in look.plan.people if person.role}
    wanted: dict[str, list[Item]] = {}
    spelt: dict[str, str] = {}
    for item in look.open_items:
        roles = [item.owner_role if not item.owner else None]
        roles.append(item.validator if item.validator not in look.plan.person else None)
        for role in filter(None, roles):
            if folded(role) not in held:
                wanted.setdefault(folded(role), []).append(item)
                spelt.setdefault(folded(role), role)
    keys = {same: list(dict.fromkeys(item.key for item in items)) for same, items in wanted.items()}
    if len(keys) > ROLES:
        yield _vacant_roles(look, keys, spelt)
        return
    for same, theirs in keys.items():
        role = cut(spelt[same], 60)
        yield Trouble(
            kind="vacant_role",
            keys=tuple(theirs),
            reason=f"Nobody has the role “{role}”, on which {look.keys(theirs)} "
            f"{'depends' if len(theirs) == 1 else 'depend'}",
            act=f"Name somebody: `/golive role {role} @person`",
            stake=look.most(theirs),
            facts=(same, *theirs),
        )


def _vacant_roles(look: Look, keys: Mapping[str, Sequence[str]], spelt: Mapping[str, str]) -> Trouble:
    """Many at once, as on the first day of a project: one signal, the role with most to do first."""
    roles = sorted(keys, key=lambda same: (-len(keys[same]), same))
    every = tuple(dict.fromkeys(key for same in roles for key in keys[same]))
    named = listed(roles, 3, lambda same: f"“{cut(spelt[same], 40)}” ({count(len(keys[same]), 'item')})")
    return Trouble(
        kind="vacant_role",
        keys=every,
        reason=f"{len(roles):,} roles are nobody's: {named}",
        act=f"Name somebody for each: `/golive role {cut(spelt[roles[0]], 60)} @person`",
        stake=look.most(every),
        facts=tuple(roles),
    )


def _missing(look: Look) -> Iterator[Trouble]:
    """Something hardly any go-live does without, that the nearest template has and the plan has not."""
    for lack in look.known.lacks if look.large else ():
        essential = lack.essential
        title = lack.step.title.replace('"', "'")
        yield Trouble(
            kind="missing",
            keys=(),
            reason=f"There is no {essential.name}: {essential.why}",
            act=f'Put it on the list: `/golive add "{cut(title, 80)}" gate`',
            stake=_SERIOUS.get(essential.key, 0),
            facts=(essential.key,),
        )


RULES = (_vacant, _overloaded, _alone, _missing)

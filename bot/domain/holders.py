"""Who leads a project, sponsors it, decides it, and who confirms an item?"""

from __future__ import annotations

from bot.domain.plan import Item, Person, Plan

LEAD_ROLES = frozenset({"implementation lead", "project lead", "go-live lead"})


def lead(plan: Plan) -> str | None:
    """The key of the person who leads the project: the named one, else by role."""
    if plan.project.lead:
        return plan.project.lead
    return next((p.key for p in plan.people if (p.role or "").casefold() in LEAD_ROLES), None)


def sponsor(plan: Plan) -> str | None:
    """The named sponsor, else the one person whose role says so."""
    if plan.project.sponsor:
        return plan.project.sponsor
    found = [p.key for p in plan.people if "sponsor" in (p.role or "").casefold()]
    return found[0] if len(found) == 1 else None


def decider(plan: Plan) -> str | None:
    """Who decides go or no-go: the named one, else the sponsor."""
    return plan.project.decider or sponsor(plan)


def may_validate(plan: Plan, item: Item, by: Person) -> bool:
    """The named validator or somebody with that role; the lead where nobody is named; never the owner."""
    if item.owner == by.key:
        return False
    if item.validator is None:
        return lead(plan) == by.key
    if item.validator == by.key:
        return True
    return by in confirming(plan, item)


def confirming(plan: Plan, item: Item) -> tuple[Person, ...]:
    """Everybody who has the role of who is named to confirm it, or the role that is named; not its owner."""
    named = plan.person.get(item.validator or "")
    role = _folded(named.role if named else item.validator)
    return tuple(p for p in plan.people if role and _folded(p.role) == role and p.key != item.owner)


def who_confirms(plan: Plan, item: Item) -> str | None:
    """In words, who may validate it; None while nobody can (`why_nobody_confirms`)."""
    if why_nobody_confirms(plan, item) is not None:
        return None
    if item.validator is None:
        return name_of(plan, lead(plan))
    named = plan.person.get(item.validator)
    if named is not None and named.key != item.owner:
        return named.name
    found, role = confirming(plan, item), named.role if named else item.validator
    return found[0].name if len(found) == 1 else f"somebody{' else' if named else ''} with the role “{role}”"


def why_nobody_confirms(plan: Plan, item: Item) -> str | None:
    """What stands in the way of its ever being validated; None when somebody may."""
    if item.validator is None:
        head = lead(plan)
        if head is None:
            return "nobody is named to, and the project names no lead"
        return "nobody but its owner is named to" if head == item.owner else None
    named = plan.person.get(item.validator)
    if (named is not None and named.key != item.owner) or confirming(plan, item):
        return None
    if named is not None:
        return "nobody but its owner is named to"
    holders = [p for p in plan.people if _folded(p.role) == _folded(item.validator)]
    return f"{'only its owner' if holders else 'nobody here'} has the role “{item.validator}”"


def name_of(plan: Plan, key: str | None) -> str | None:
    """What somebody is called; a key nobody has stands for itself."""
    person = plan.person.get(key) if key else None
    return person.name if person else key


def _folded(text: str | None) -> str:
    return (text or "").strip().casefold()

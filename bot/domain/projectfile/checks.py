"""Does a plan hold together: is all that it names there, and can its items be done in some order?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from rapidfuzz.distance import OSA

from bot.domain import roles
from bot.domain.beliefs import truth
from bot.domain.plan import Item, Person, Plan, Status
from bot.domain.projectfile.problems import Guesses, quoted
from bot.domain.readiness import Contradiction, arrows, contradictions, find_cycle

_USER = re.compile("[UW][A-Z0-9]+")
_CHANNEL = re.compile("[CGD][A-Z0-9]+")
_MOST_RINGS = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and with which field of what: whoever read a file knows the line."""

    entity: str
    key: str
    field: str
    message: str
    nth: int | None = None  # the entry, where the field is a list


def faults(plan: Plan, guesses: Guesses | None = None) -> Iterator[Finding]:
    """What must never get into a store: everything that is wrong, not only the first thing."""
    guesses = guesses or Guesses()
    yield from _unknown_people(plan, guesses)
    yield from _unknown_items(plan, guesses)
    yield from _shared(plan)
    yield from _own_dependency(plan)
    yield from _rings(plan)
    yield from _waivers(plan)
    yield from _findings(plan)


def doubts(plan: Plan, today: date) -> Iterator[Finding]:
    """What may be meant but reads like a slip."""
    yield from (_contradicting(found, plan) for found in contradictions(plan, today))
    yield from _vacant_roles(plan)
    for person in plan.people:
        if person.slack and not _USER.fullmatch(person.slack):
            said = f"slack {quoted(person.slack)} does not look like a Slack user id (U0123ABCD)"
            yield Finding("person", person.key, "slack", said)
    channel = plan.project.channel
    if channel and not _CHANNEL.fullmatch(channel):
        said = f"channel {quoted(channel)} does not look like a Slack channel id (C0123ABCD)"
        yield Finding("project", plan.project.key, "channel", said)
    if plan.items and plan.project.go_live_item is None:
        said = "go_live_item is not said, so there is no forecast; name the item that is going live"
        yield Finding("project", plan.project.key, "go_live_item", said)


def _people_named(plan: Plan) -> Iterator[tuple[str, str, str, str | None]]:
    """Who is named where: entity, key, field, person."""
    project = plan.project
    for name in ("lead", "sponsor", "decider"):
        yield "project", project.key, name, getattr(project, name)
    for person in plan.people:
        yield "person", person.key, "deputy", person.deputy
        yield "person", person.key, "backup", person.backup
    for item in plan.items:
        yield "item", item.key, "owner", item.owner
        if item.waived is not None:
            yield "item", item.key, "waived", item.waived.by
        if item.validation is not None:
            yield "item", item.key, "validation", item.validation.by
    for blocker in plan.blockers:
        yield "blocker", blocker.id, "owner", blocker.owner
    for assumption in plan.assumptions:
        yield "assumption", assumption.id, "owner", assumption.owner
        yield "assumption", assumption.id, "relied_on_by", assumption.relied_on_by
        if assumption.finding is not None:
            yield "assumption", assumption.id, "finding", assumption.finding.by
    for decision in plan.decisions:
        yield "decision", decision.id, "by", decision.by


def _unknown_people(plan: Plan, guesses: Guesses) -> Iterator[Finding]:
    known = plan.person
    other_names = {word: p.key for p in plan.people for word in (p.name, p.slack) if word}
    for entity, key, field, name in _people_named(plan):
        if name is not None and name not in known:
            guess = _meant(name, plan, other_names, guesses)
            yield Finding(entity, key, field, f"{field} names {quoted(name)}, who is not among people{guess}")
    yield from _unknown_validators(plan, other_names, guesses)


def _unknown_validators(plan: Plan, other_names: Mapping[str, str], guesses: Guesses) -> Iterator[Finding]:
    known, held, spelt = plan.person, _roles_held(plan), {roles.folded(p.role): p.role for p in plan.people}
    for item in plan.items:
        validator = item.validator
        if validator is None or validator in known or roles.folded(validator) in held:
            continue
        slip = _slip(roles.folded(validator), spelt)
        if slip is None and validator not in other_names and roles.reads_like_one(validator):
            continue  # a role that somebody has yet to get
        guess = f"; did you mean {quoted(slip)}?" if slip else _meant(validator, plan, other_names, guesses)
        said = f"validator {quoted(validator)} is neither the id nor the role of anybody among people{guess}"
        yield Finding("item", item.key, "validator", said)


def _roles_held(plan: Plan) -> frozenset[str]:
    return frozenset(roles.folded(person.role) for person in plan.people)


def _slip(role: str, spelt: Mapping[str, str | None]) -> str | None:
    """The role of somebody that differs by a letter or two: one typed wrong, and not another one."""
    near = (
        name
        for name in islice(spelt, 500)
        if name and OSA.distance(role[:100], name[:100], score_cutoff=2) <= 2
    )
    return spelt.get(next(near, ""))


def _vacant_roles(plan: Plan) -> Iterator[Finding]:
    """Validators nobody is yet: once for each role, on the first item that names it."""
    held = _roles_held(plan)
    said: set[str] = set()
    for item in plan.items:
        role = roles.folded(item.validator)
        if role and item.validator not in plan.person and role not in held and role not in said:
            said.add(role)
            named = quoted(item.validator or "")
            words = f"nobody among people has the role {named} yet, so nobody can confirm it"
            yield Finding("item", item.key, "validator", words)


def _meant(word: str, plan: Plan, other_names: Mapping[str, str], guesses: Guesses) -> str:
    key = other_names.get(word)
    return f"; did you mean {quoted(key)}?" if key else guesses.offer(word, plan.person)


def _unknown_items(plan: Plan, guesses: Guesses) -> Iterator[Finding]:
    known = plan.item
    goal = plan.project.go_live_item
    if goal is not None and goal not in known:
        said = f"go_live_item {quoted(goal)} is not among items{guesses.offer(goal, known)}"
        yield Finding("project", plan.project.key, "go_live_item", said)
    for item in plan.items:
        for nth, key in enumerate(item.depends_on):
            if key not in known:
                said = f"depends_on names {quoted(key)}, which is not among items{guesses.offer(key, known)}"
                yield Finding("item", item.key, "depends_on", said, nth)
    for entity, key, field, named, entry in _items_named(plan):
        if named not in known:
            said = f"{field} {quoted(named)} is not among items{guesses.offer(named, known)}"
            yield Finding(entity, key, field, said, entry)


def _items_named(plan: Plan) -> Iterator[tuple[str, str, str, str, int | None]]:
    """Which items the rest names where: entity, key, field, item, entry."""
    for blocker in plan.blockers:
        if blocker.item is not None:
            yield "blocker", blocker.id, "item", blocker.item, None
    for assumption in plan.assumptions:
        for field in ("item", "proven_by"):
            if (named := getattr(assumption, field)) is not None:
                yield "assumption", assumption.id, field, named, None
        for nth, key in enumerate(assumption.also_under):
            yield "assumption", assumption.id, "also_under", key, nth
    for decision in plan.decisions:
        if decision.item is not None:
            yield "decision", decision.id, "item", decision.item, None


def _shared(plan: Plan) -> Iterator[Finding]:
    """Slack knows each person, and each message, by one id."""
    holders: dict[str, Person] = {}
    for person in plan.people:
        if not person.slack:
            continue
        first = holders.setdefault(person.slack, person)
        if first is not person:
            said = f"slack {quoted(person.slack)} belongs to {quoted(first.key)} already"
            yield Finding("person", person.key, "slack", said)
    heard: dict[tuple[str, str], str] = {}
    for blocker in plan.blockers:
        if blocker.channel and blocker.ts:
            first_id = heard.setdefault((blocker.channel, blocker.ts), blocker.id)
            if first_id != blocker.id:
                said = f"ts {quoted(blocker.ts)} is the message of {quoted(first_id)} already"
                yield Finding("blocker", blocker.id, "ts", said)


def _own_dependency(plan: Plan) -> Iterator[Finding]:
    for item in plan.items:
        if item.key in item.depends_on:
            nth = item.depends_on.index(item.key)
            yield Finding("item", item.key, "depends_on", "depends_on names the item itself", nth)


def _rings(plan: Plan) -> Iterator[Finding]:
    """Every ring of items that wait for each other: one is cut open to find the next."""
    waits = {key: [need for need in needs if need != key] for key, needs in arrows(plan).items()}
    for nth in range(_MOST_RINGS):
        ring = find_cycle(waits)
        if ring is None:
            if nth == 0:
                yield from _proof_rings(plan)
            return
        first, last = ring[0], ring[-1]
        waits[last] = [need for need in waits[last] if need != first]
        yield Finding("item", _blamed(ring, plan), "depends_on", ring_said(ring, plan))


def _proof_rings(plan: Plan) -> Iterator[Finding]:
    ring = truth.proof_ring(plan)
    if ring is not None:
        said = f"what rests on it and what proves it wait for each other: {truth.proof_ring_said(ring, plan)}"
        yield Finding("assumption", truth.in_ring(ring, plan).id, "proven_by", said)


def _blamed(ring: tuple[str, ...], plan: Plan) -> str:
    """An item whose own depends_on makes part of the ring."""
    return next((key for key, need in _steps(ring) if need in plan.item[key].depends_on), ring[0])


def _steps(ring: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def ring_said(ring: Iterable[str], plan: Plan) -> str:
    """The ring item by item, with the arrow nobody drew explained."""
    keys = tuple(ring)
    said = f"items wait for each other in a ring: {' → '.join((*keys, keys[0]))}"
    for key, need in _steps(keys):
        if need not in plan.item[key].depends_on:
            said += f"; {key} waits for {need} because {need} is a gate before go-live"
    return said


def _waivers(plan: Plan) -> Iterator[Finding]:
    for item in plan.items:
        if item.status is Status.WAIVED and item.waived is None:
            said = "status is waived, but not why; write waived: {by: …, why: …, until: …}"
            yield Finding("item", item.key, "status", said)
        elif item.status is not Status.WAIVED and item.waived is not None:
            said = (
                f"has a waiver, but its status is {item.status}; write status: waived, or take the waiver out"
            )
            yield Finding("item", item.key, "waived", said)


def _findings(plan: Plan) -> Iterator[Finding]:
    for assumption in plan.assumptions:
        found = assumption.finding
        if found is not None and found.true is not assumption.verified:
            said = (
                f"verified is {str(assumption.verified).lower()}, but the finding says "
                f"{str(found.true).lower()}; write one of them"
            )
            yield Finding("assumption", assumption.id, "verified", said)


def _contradicting(found: Contradiction, plan: Plan) -> Finding:
    item = plan.item[found.keys[0]]
    other = found.keys[1] if len(found.keys) > 1 else ""
    field, said = _SLIPS[found.kind]
    return Finding("item", item.key, field, said.format(**_words(item, plan.item.get(other), plan)))


def _words(item: Item, other: Item | None, plan: Plan) -> dict[str, str]:
    blockers = plan.open_blockers.get(item.key, ())
    return {
        "status": item.status.value,
        "due": str(item.due),
        "owner": item.owner or "nobody",
        "blockers": ", ".join(blocker.id for blocker in blockers),
        "other": other.key if other else "",
        "other_status": other.status.value if other else "",
        "other_due": str(other.due) if other else "",
    }


_SLIPS = {
    "open_blocker_not_blocked": ("status", "status is {status}, but {blockers} is open on it"),
    "done_before_dependency": (
        "status",
        "status is {status}, but {other}, which it depends on, is {other_status}",
    ),
    "due_before_dependency": ("due", "due on {due}, before {other}, which it depends on ({other_due})"),
    "owner_is_validator": ("validator", "owner and validator are the same person, {owner}"),
}

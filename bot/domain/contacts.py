"""Who of a project's people is meant, leads them, can be reached, or acts for somebody who is away?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain import states
from bot.domain.naming import find_person
from bot.domain.plan import Blocker, Person, Plan

NO_SLACK = "is not in Slack, as far as I know"

# Words of teams and roles that do not tell one from another.
_PLAIN_WORDS = """
a an and at contact department engineer for from group head it lead leads manager of office officer on our
project side staff team teams the their to with
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
_MANAGES = frozenset({"manager", "head", "director"})
_LEADS = _MANAGES | {"lead", "leader", "owner"}
_OWN_SIDE = "vendor"
_NO_NAMES = frozenset({"vendor", "customer", "partner", "client", "us", "internal", "external"})
_WORD = re.compile(r"[^\W_]+")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Reached:
    """Who is to be written to (None: nobody, and `why`), and instead of whom, if not themselves."""

    person: Person | None
    instead_of: Person | None = None
    why: str | None = None


def stand_in(plan: Plan, person: Person, unreachable: Mapping[str, str], days: Mapping[str, date]) -> Reached:
    """The person, or while they are away their deputy, or while that one is away too the deputy's.

    `unreachable` says by Slack id why somebody cannot be written to, `days` by person key what date it is.
    """
    seen: set[str] = set()
    now: Person | None = person
    while now is not None and now.key not in seen:
        seen.add(now.key)
        why = cannot(now, unreachable)
        if why is not None:
            return Reached(
                None, None, f"{now.name} {why}" if now is person else _without(person, days, now, why)
            )
        if away_until(now, days[now.key]) is None:
            return Reached(now, None if now is person else person)
        now = plan.person.get(now.deputy or "")
    return Reached(None, None, _without(person, days))


def cannot(person: Person, unreachable: Mapping[str, str]) -> str | None:
    """Why this person can never be written to, as things are."""
    return NO_SLACK if not person.slack else unreachable.get(person.slack)


def away_until(person: Person, day: date) -> date | None:
    """The last day in a row that they are away, if they are on this one."""
    until = None
    for gap in sorted(person.away, key=lambda gap: gap.start):
        if gap.start <= day <= gap.end:
            until, day = gap.end, date.fromordinal(gap.end.toordinal() + 1)
    return until


def _without(person: Person, days: Mapping[str, date], deputy: Person | None = None, why: str = "") -> str:
    until = away_until(person, days[person.key])
    year = f" {until.year}" if until and until.year != days[person.key].year else ""
    said = f"{person.name} is away" + (f" until {until:%a} {until.day} {until:%b}{year}" if until else "")
    if deputy is not None:
        return f"{said}, and {deputy.name}, who stands in, {why}"
    return f"{said}, and so is who stands in" if person.deputy else f"{said}, and nobody stands in"


# Sides


def outside(plan: Plan, person: Person) -> bool:
    """Whether somebody works for another company than the project's vendor; unknown is taken for inside."""
    org = (person.org or "").strip().casefold()
    if not org or org == _OWN_SIDE:
        return False
    vendor = (plan.project.vendor or "").strip().casefold()
    head = plan.person.get(states.lead(plan) or "")
    return org != (vendor or ((head.org or "").strip().casefold() if head else ""))


def lead_of(plan: Plan, person: Person) -> Person | None:
    """Who leads this person's people: the project's lead on the vendor's side."""
    if not outside(plan, person):
        return plan.person.get(states.lead(plan) or "")
    return _head([p for p in plan.people if _same(p.org, person.org) and p is not person])


# On whom a blocker waits


def waited_on(plan: Plan, blocker: Blocker) -> tuple[Person, ...]:
    """The people a blocker's words wait on, the one to ask first: somebody named, their lead."""
    words = (blocker.waiting_on or "").strip()
    if not words:
        return ()
    named = _named(plan, words)
    if named is None:
        head = _of_team(plan, words)
        return (head,) if head else ()
    head = lead_of(plan, named)
    return (named, head) if head is not None and head is not named else (named,)


def _named(plan: Plan, words: str) -> Person | None:
    for user in _MENTION.findall(words):
        if user in plan.by_slack:
            return plan.by_slack[user]
    exact = find_person(words, plan.people).exact
    if exact is not None:
        return exact
    said = f" {' '.join(_words(words))} "
    whole = [(said.find(f" {name} "), p) for p in plan.people if (name := " ".join(_words(p.name)))]
    found = [(at, p) for at, p in whole if at >= 0]
    if found:
        return min(found, key=lambda each: each[0])[1]
    roles = [p for p in plan.people if p.role and _words(p.role) == _words(words)]
    return roles[0] if len(roles) == 1 else _by_part(plan, words)


def _by_part(plan: Plan, words: str) -> Person | None:
    """Somebody called by a part of the name that only they have, written like a name."""
    said = {word.casefold() for word in _WORD.findall(words) if word[0].isupper() and len(word) > 2}
    found = [p for p in plan.people if said & (set(_words(p.name)) - _PLAIN - {"dr", "prof"})]
    firms = {word for p in plan.people for word in _words(p.org or "")}
    firms |= set(_words(plan.project.customer or "")) | set(_words(plan.project.vendor or ""))
    sure = [p for p in found if (said & set(_words(p.name))) - firms]
    return sure[0] if len(sure) == 1 else None


def _of_team(plan: Plan, words: str) -> Person | None:
    """Who speaks for a team that is named by its company: the one with that subject, else who leads there."""
    said = _words(words)
    orgs = {p.org or "" for p in plan.people if _is_in(_words(p.org or ""), said)}
    if plan.project.customer and _is_in(_words(plan.project.customer), said):
        orgs |= {p.org or "" for p in plan.people if _same(p.org, plan.project.customer)}
    if len({org.casefold() for org in orgs}) != 1:
        return None
    org = next(iter(orgs))
    people = [p for p in plan.people if _same(p.org, org)]
    about = set(said) - set(_words(org)) - _PLAIN
    close = [p for p in people if about & (set(_words(p.role or "")) - _PLAIN)]
    return close[0] if len(close) == 1 else _head(people)


def _head(people: list[Person]) -> Person | None:
    """The one who leads these people, if their roles leave no doubt."""
    if len(people) == 1:
        return people[0]
    roles = [(set(_words(person.role or "")), person) for person in people]
    for leads in (
        [person for role, person in roles if "project" in role and role & _LEADS],
        [person for role, person in roles if role & _MANAGES],
        [person for role, person in roles if role & _LEADS],
    ):
        if len(leads) == 1:
            return leads[0]
    return None


def _is_in(name: list[str], said: list[str]) -> bool:
    if not name or (len(name) == 1 and name[0] in _NO_NAMES and said != name):
        return False
    return any(said[at : at + len(name)] == name for at in range(len(said)))


def _same(one: str | None, other: str | None) -> bool:
    return bool(one) and _words(one or "") == _words(other or "")


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]

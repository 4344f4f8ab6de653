"""Which people, or which party, do an asker's words mean?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.naming import find_person
from bot.domain.plan import Person, Plan
from bot.domain.questions.asked import ASKER
from bot.domain.questions.words import plain
from bot.domain.states import LEAD_ROLES, decider, lead, sponsor

_WORD = re.compile(r"[^\W_]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LITTLE = _set(
    """
    the a an our their of at in for el la los las de del le les l du der die das den dem beim bei vom s
    """
)
# People together; whose they are is said by the words beside.
_TOGETHER = _set(
    """
    team teams guy guys folk folks people group office desk department dept side crew lot staff engineers
    admins equipo departamento equipe abteilung
    """
)
_CUSTOMER = _set("customer client hospital clinic cliente kunde kunden customers clients")
_VENDOR = _set("vendor supplier us proveedor fournisseur lieferant")
_PLACES = (
    (lead, _set("lead") | {"project lead", "project manager", "golive lead", "go live lead", *LEAD_ROLES}),
    (sponsor, frozenset({"sponsor", "executive sponsor", "exec sponsor"})),
    (decider, frozenset({"decider", "decision maker"})),
)


@dataclass(frozen=True, slots=True)
class Whom:
    """Person keys; or a party's name as the plan spells it, with those of its people that are known."""

    people: tuple[str, ...] = ()
    party: str | None = None
    near: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.party)


def whom(words: str, plan: Plan, asker: str | None) -> Whom:
    """Whoever is meant: by name, by place in the project, organisation, what blockers wait on, or role."""
    said = plain(words).strip(" @.,!?")
    if said in ASKER:
        return Whom((asker,)) if asker else Whom()
    named = find_person(re.sub(r"^<@(\w+).*>$", r"\1", words.strip()), plan.people)
    if named.exact is not None:
        return Whom((named.exact.key,))
    tokens = [word for word in _WORD.findall(said) if word not in _LITTLE]
    if not tokens:
        return Whom()
    found = (
        _whole_name(tokens, plan)
        or _place(" ".join(tokens), plan)
        or _organisation(tokens, plan)
        or _waited_on(tokens, plan)
        or _role(tokens, plan)
    )
    if found:
        return found
    if len(named.near) == 1:
        return Whom((named.near[0].key,))
    return Whom(near=tuple(person.key for person in named.near))


def _whole_name(tokens: list[str], plan: Plan) -> Whom:
    """ "Dr. Hale": every word of it in one person's name."""
    fits = [p.key for p in plan.people if set(tokens) <= set(_WORD.findall(plain(p.name)))]
    return Whom((fits[0],)) if len(fits) == 1 else Whom()


def _place(said: str, plan: Plan) -> Whom:
    """ "The project lead" is whoever leads this project, also where it does not name them."""
    holder = next((holds(plan) for holds, names in _PLACES if said in names), None)
    return Whom((holder,)) if holder else Whom()


def _organisation(tokens: list[str], plan: Plan) -> Whom:
    core = [word for word in tokens if word not in _TOGETHER] or tokens
    project = plan.project
    orgs = {plain(p.org): p.org for p in plan.people if p.org}
    for name in (project.customer, project.vendor):
        if name:
            orgs.setdefault(plain(name), name)
    wanted = set(core)
    if len(core) == 1 and core[0] in _CUSTOMER and project.customer:
        return _all_of(project.customer, plan)
    if len(core) == 1 and core[0] in _VENDOR and project.vendor:
        return _all_of(project.vendor, plan)
    if tokens != core and len(core) == 1 and not any(core[0] == org for org in orgs):
        return Whom()
    fits = [name for org, name in orgs.items() if name and wanted <= set(_WORD.findall(org))]
    return _all_of(fits[0], plan) if len(fits) == 1 else Whom()


def _all_of(name: str, plan: Plan) -> Whom:
    """An organisation; when only one person speaks for it, that person."""
    project, alias = plan.project, {plain(name)}
    if plain(name) == plain(project.customer or "-"):
        alias |= {"customer", "client"}
    if plain(name) == plain(project.vendor or "-"):
        alias.add("vendor")
    people = tuple(p.key for p in plan.people if p.org and plain(p.org) in alias)
    return Whom(people) if len(people) == 1 else Whom(people, name)


def _waited_on(tokens: list[str], plan: Plan) -> Whom:
    """A party in the words of the blockers: "legal" of "Mercy legal"; a person where those name one."""
    core = {word for word in tokens if word not in _TOGETHER} or set(tokens)
    fits = dict.fromkeys(
        b.waiting_on
        for b in plan.blockers
        if b.open and b.waiting_on and core <= set(_WORD.findall(plain(b.waiting_on)))
    )
    if not fits:
        return Whom()
    named = [person for text in fits for person in _people_in(text, plan.people)]
    if named:
        return Whom(tuple(dict.fromkeys(p.key for p in named)))
    names = list(fits)
    return Whom(party=names[0] if len(names) == 1 else " ".join(tokens))


def _people_in(text: str, people: Iterable[Person]) -> list[Person]:
    words = plain(text)
    return [p for p in people if plain(p.name) in words or (p.slack and f"<@{p.slack.casefold()}" in words)]


def _role(tokens: list[str], plan: Plan) -> Whom:
    core = {word for word in tokens if word not in _TOGETHER} or set(tokens)
    fits = [p.key for p in plan.people if p.role and _fits_role(core, set(_WORD.findall(plain(p.role))))]
    return Whom(tuple(fits))


def _fits_role(asked: set[str], role: set[str]) -> bool:
    return all(
        any(word == each or (len(word) >= 5 and each.startswith(word[:-1])) for each in role)
        for word in asked
    )

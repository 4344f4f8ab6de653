"""Which items, or which people, does somebody mean who is still typing?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain import naming
from bot.domain.plan import Item, Person, Plan, Status

MOST = 100
LONGEST_TYPED = 100
# What is chosen is a Slack user; or, behind one of these, somebody's key in the project, or a role.
PERSON, ROLE = "@", "%"
_CLOSED = (Status.VALIDATED, Status.WAIVED)
_WORD = re.compile(r"[^\W_]+")
_NO = 9  # no fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who can be chosen; `user` is None for who is named in the project only."""

    name: str
    detail: str = ""
    user: str | None = None
    key: str | None = None  # in the project, once they are part of it


def items(plan: Plan, typed: str, user: str) -> list[Item]:
    """The items that fit, best first; before anything is typed, what is most likely meant."""
    me = plan.by_slack.get(user)
    key = me.key if me else None
    asked = _plain(typed[:LONGEST_TYPED])
    ranked = []
    for item in plan.items:
        fit = _fit(asked, _plain(item.key), _plain(item.title), _plain(item.area or "")) if asked else 0
        if fit != _NO:
            ranked.append((fit, *_likely(item, key), item.key, item))
    if not ranked and asked:
        return list(naming.find(typed[:LONGEST_TYPED], plan.items).near)
    ranked.sort(key=lambda one: one[:-1])
    return [one[-1] for one in ranked[:MOST]]


def people(plan: Plan, typed: str, others: Mapping[str, str]) -> list[Candidate]:
    """Those of the project first, then others who could join it: {Slack user: name}."""
    asked = _plain(typed[:LONGEST_TYPED].lstrip("@"))
    ranked = []
    for order, one in enumerate([*_of_project(plan), *_besides(plan, others)]):
        fit = _fit(asked, "", _plain(one.name), _plain(one.detail)) if asked else 0
        if fit != _NO:
            ranked.append((fit, one.key is None, order, one))
    if not ranked and asked:
        near = {person.key for person in naming.find_person(typed[:LONGEST_TYPED], plan.people).near}
        return [one for one in _of_project(plan) if one.key in near]
    ranked.sort(key=lambda one: one[:-1])
    return [one[-1] for one in ranked[:MOST]]


def _of_project(plan: Plan) -> list[Candidate]:
    known: Iterable[Person] = (person for person in plan.people if person.slack)
    return [
        Candidate(name=person.name, detail=person.role or person.org or "", user=person.slack, key=person.key)
        for person in known
    ]


def _besides(plan: Plan, others: Mapping[str, str]) -> list[Candidate]:
    new = sorted((name.casefold(), user, name) for user, name in others.items() if user not in plan.by_slack)
    return [Candidate(name=name, user=user, detail="not in the project yet") for _, user, name in new]


def _likely(item: Item, me: str | None) -> tuple[bool, bool, bool, date]:
    """What is open comes first, then one's own, then gates, then what is due soonest."""
    mine = me is not None and me in (item.owner, item.validator)
    return item.status in _CLOSED, not mine, not item.gate, item.due or date.max


def _fit(asked: str, key: str, name: str, besides: str) -> int:
    """How well: 0 is best. Every word typed has to be found."""
    if asked in (key, name):
        return 0
    if key and key.startswith(asked):
        return 1
    if name.startswith(asked):
        return 2
    words = _WORD.findall(asked)
    if not words:
        return _NO
    there = _WORD.findall(f"{key} {name} {besides}")
    if all(any(one.startswith(word) for one in there) for word in words):
        return 3
    return 4 if _holds(words, (key, name)) else _NO


def _holds(words: Sequence[str], names: Sequence[str]) -> bool:
    whole = " ".join(names)
    return all(len(word) > 1 and word in whole for word in words)


def _plain(text: str) -> str:
    """Without accents and casing, so that “jose” finds José."""
    if text.isascii():
        return text.casefold().strip()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold().strip()

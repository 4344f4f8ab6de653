"""What is left of a text once nothing in it says whose project it came from?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.plan import Person, Plan

# Words of names that say nothing about whose they are: taken alone, they stay (and are pointed out).
_PLAIN_WORDS = """
academy account admin agency analytics and associates authority bank billing board bureau business care center
centre central city claims clearing clearinghouse clinic clinical clinics cloud college communications
community company connect consulting consultants corp corporation council county customer cutover data day
department design desk digital division east edi education eds ehr emr engineering enterprise enterprises
fhir field finance financial first foundation from general global go go-live golive government group health
healthcare help hl7 home hospital hospitals house identity inc industries information insurance integration
interface international internet it lab labs laboratories laboratory limited live llc ltd management medical
medicine memorial migration ministry mobile national network networks new north northern of office one online
operations our partner partners payer pharmacy phase physicians plan platform portal practice practices
program project public region regional rollout school security service services site social software
solutions south sso st state states system systems team teams tech technologies technology test testing the
trust union united university vendor vpn west wing works world
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
_SIDES = {"vendor": "vendor", "customer": "customer", "client": "customer", "partner": "partner"}
_TITLES = frozenset(
    {"dr", "prof", "mr", "mrs", "ms", "mx", "sir", "van", "von", "der", "den", "del", "las", "los"}
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_SHORTEST = 3

# What tells who or where without being anybody's name; first come, first served.
_TELLING = (
    (re.compile(r"<@[UW][A-Z0-9]+(?:\|[^<>]*)?>"), "somebody"),
    (re.compile(r"<#C[A-Z0-9]+(?:\|[^<>]*)?>"), "the channel"),
    (re.compile(r"<?(?:https?|ftp|mailto|tel|sftp)://?[^\s<>|]+(?:\|[^<>]*)?>?", re.IGNORECASE), "(link)"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "(address)"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?\b"), "(address)"),
    (
        re.compile(
            r"\b(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|health|local|internal|int|eu|us|uk|ca|de|fr|es|it|nl|ch|at)\b",
            re.IGNORECASE,
        ),
        "(host)",
    ),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "(day)"),
    (re.compile(r"\b[A-Z]{2,6}-?\d{4,}\b|\b\d{6,}\b|\+\d[\d ()-]{6,}\d"), "(number)"),
    (re.compile(r"\b[UWCGDT](?=[A-Z]*\d)[A-Z0-9]{8,}\b"), "(id)"),
)


@dataclass(frozen=True, slots=True)
class _Name:
    """Words that give somebody away, and what is said instead."""

    words: str
    instead: str
    exact: bool  # only as it is written, or in capitals: the word is an ordinary one, too


class Nameless:
    """Takes the names of one project out of texts, and remembers where a word of one is left."""

    def __init__(self, plan: Plan) -> None:
        firms = tuple(_firms(plan))
        # A role says for whom, too: “Mercy network lead” is no better than a name.
        roles = _Words(firms)
        self._words = _Words((*firms, *_people(plan, roles)))
        names = [name.words for name in self._words.names]
        self._left = frozenset(word for text in (*names, *_all_names(plan)) for word in _WORD.findall(text))

    def text(self, text: str) -> str:
        """A sentence without names: “the customer” stands for them."""
        return self._cleaned(text, articles=True)

    def label(self, text: str) -> str:
        """The name of a role or an area, where no article belongs."""
        return self._cleaned(text, articles=False)

    def key(self, key: str) -> str:
        """A key of words joined by hyphens; a name within one of them goes, too."""
        parts = re.split(r"([-_.])", key)
        cleaned = "".join(self._part(part) for part in parts)
        return cleaned if re.search(r"[^\W_]", cleaned) else "item"

    def left(self, text: str) -> tuple[str, ...]:
        """Words of names that are in the text still, written like names, though not as its first word."""
        words = [(match.start(), match.group()) for match in _WORD.finditer(text)]
        return tuple(word for at, word in words if at and word[:1].isupper() and word in self._left)

    def _cleaned(self, text: str, *, articles: bool) -> str:
        found = text
        for pattern, instead in _TELLING:
            found = pattern.sub(instead, found)
        found = self._words.out_of(found, "the " if articles else "")
        if found == text:
            return text
        found = re.sub(r"\b(the|a|an|our|their) the\b", "the", found, flags=re.IGNORECASE)
        found = re.sub(r"\b(the \w+) \1\b", r"\1", found)
        return found if text[:1].islower() else found[:1].upper() + found[1:]

    def _part(self, part: str) -> str:
        known = self._words.by_words.get(part.casefold())
        if known is not None:
            return _slug(known.instead)
        for name in self._words.names:
            word = name.words.casefold()
            if len(word) > _SHORTEST and not name.exact and word.isalnum() and word in part.casefold():
                return re.sub(re.escape(word), _slug(name.instead), part, flags=re.IGNORECASE)
        return part


class _Words:
    """Names looked for all at once, the longest first."""

    def __init__(self, names: Iterable[_Name]) -> None:
        found = sorted(
            {name for name in names if name.words}, key=lambda n: (-len(n.words), n.words, n.instead)
        )
        self.by_words: dict[str, _Name] = {}
        for name in found:
            self.by_words.setdefault(name.words.casefold(), name)
        self.names = tuple(self.by_words.values())
        loose = [_spelt(name.words) for name in self.names if not name.exact]
        exact = [_spelt(word) for n in self.names if n.exact for word in (n.words, n.words.upper())]
        self._patterns = [
            re.compile(rf"(?<!\w)(?:{'|'.join(spelt)})(?!\w)", flags)
            for spelt, flags in ((loose, re.IGNORECASE), (exact, 0))
            if spelt
        ]

    def out_of(self, text: str, article: str) -> str:
        for pattern in self._patterns:
            text = pattern.sub(lambda match: article + self._instead(match[0]), text)
        return text

    def _instead(self, said: str) -> str:
        known = self.by_words.get(" ".join(re.split(r"[\s_-]+", said)).casefold())
        known = known or self.by_words.get(said.casefold())
        return known.instead if known else "somebody"


def _spelt(words: str) -> str:
    return r"[\s_-]+".join(re.escape(word) for word in words.split())


def _firms(plan: Plan) -> Iterator[_Name]:
    project = plan.project
    yield from _of_a_firm(project.customer, "customer")
    yield from _of_a_firm(project.vendor, "vendor")
    yield _Name(" ".join(project.name.split()), "customer", False)
    ordinary = _ordinary(plan)
    for word in _telling(f"{project.name} {project.key}"):
        if word.casefold() not in ordinary:
            yield _Name(word, "customer", False)
    for person in plan.people:
        yield from _of_a_firm(person.org, _side(person.org, plan))


def _people(plan: Plan, roles: _Words) -> Iterator[_Name]:
    for person in plan.people:
        role = " ".join((person.role or "").split())
        yield from _of_a_person(person, roles.out_of(role, "") or "person responsible")


def _all_names(plan: Plan) -> Iterable[str]:
    project = plan.project
    people = (text for p in plan.people for text in (p.name, p.org or ""))
    return (project.customer or "", project.vendor or "", project.name, *people)


def _ordinary(plan: Plan) -> frozenset[str]:
    """Words that the plan itself writes small: a project may be called after what it is about."""
    texts = (text for item in plan.items for text in (item.title, item.description or ""))
    return frozenset(word for text in texts for word in _WORD.findall(text) if word.islower())


def _telling(name: str) -> list[str]:
    """The words of a name that are nobody else's."""
    words = _WORD.findall(name)
    return [w for w in words if w.casefold() not in _PLAIN and len(w) >= _SHORTEST and not w.isdigit()]


def _of_a_firm(name: str | None, instead: str) -> Iterator[_Name]:
    """The whole name, and each word of it that is nobody else's."""
    if not name or name.strip().casefold() in _SIDES:
        return
    words, telling = _WORD.findall(name), _telling(name)
    if telling:
        yield _Name(" ".join(name.split()), instead, False)
    for word in telling:
        yield _Name(word, instead, False)
    initials = "".join(word[0] for word in words if word[0].isupper())
    if len(words) > 2 and len(initials) > 2:
        yield _Name(initials, instead, True)


def _of_a_person(person: Person, instead: str) -> Iterator[_Name]:
    yield _Name(" ".join(person.name.split()), instead, False)
    for word in _WORD.findall(person.name):
        if len(word) >= _SHORTEST - 1 and word.casefold() not in _TITLES:
            yield _Name(word, instead, True)
    if person.slack:
        yield _Name(person.slack, instead, True)


def _side(org: str | None, plan: Plan) -> str:
    said = (org or "").strip().casefold()
    if said and said == (plan.project.vendor or "").strip().casefold():
        return "vendor"
    return "customer" if said and said == (plan.project.customer or "").strip().casefold() else "partner"


def _slug(words: str) -> str:
    return "-".join(_WORD.findall(words.casefold()))

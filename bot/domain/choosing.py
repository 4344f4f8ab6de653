"""Which of the projects that somebody can see do their words mean?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from rapidfuzz.distance import OSA

from bot.domain import naming
from bot.domain.plan import Plan, Project

# Words that any project may be called by, so that none is meant in particular.
_ANY = frozenset(
    re.findall(
        r"\w+",
        "a an the this that our my your its here s of for at in on and de la le les el los das der die den "
        "dem project projects projekt proyecto projet plan go live golive launch cutover rollout release "
        "team side implementation site program programme pilot channel one all everything customer client",
    )
)
_LONGEST = 120


def meant(words: str, projects: Iterable[Project]) -> tuple[Project, ...] | None:
    """The projects called so: exactly, else by some of their words, else misspelt a little. All that are as
    near as the nearest; None when the words are no name at all ("our project")."""
    asked = _words(words)
    telling = [word for word in asked if word not in _ANY]
    names = [(project, _names(project)) for project in projects]
    whole = [project for project, names_of in names if asked in names_of or telling in names_of]
    if whole or not telling:
        return tuple(whole) or None
    for alike in (_is_part, _is_misspelt):
        found = tuple(project for project, names_of in names if _has(telling, names_of, alike))
        if found:
            return found
    return ()


def speaks_of(words: str, plan: Plan) -> bool:
    """Is something within a project called so: an item, an area, somebody, an organisation?"""
    telling = [word for word in _words(words) if word not in _ANY]
    if naming.find(words, plan.items).exact or naming.find_person(words, plan.people).exact:
        return True
    around = [text for person in plan.people for text in (person.org, person.role)]
    around += [text for item in plan.items for text in (item.title, item.area)]
    around += [blocker.waiting_on for blocker in plan.blockers]
    return any(set(telling) <= set(_words(name)) for name in dict.fromkeys(around) if name)


def _names(project: Project) -> list[list[str]]:
    found = (_words(name) for name in (project.key, project.name, project.customer) if name)
    return [words for words in found if words]


def _has(asked: Sequence[str], names: Iterable[Sequence[str]], alike: Callable[[str, str], bool]) -> bool:
    """Every word asked for is one of a name; words that any project may have do not count."""
    return any(
        all(any(alike(word, part) for part in name if part not in _ANY) for word in asked) for name in names
    )


def _is_part(word: str, of: str) -> bool:
    return word == of or (len(word) >= 4 and of.startswith(word))


def _is_misspelt(word: str, of: str) -> bool:
    if _is_part(word, of):
        return True
    shorter = min(len(word), len(of))
    slips = 0 if shorter < 4 else 1 if shorter < 7 else 2
    return bool(slips) and OSA.distance(word, of, score_cutoff=slips) <= slips


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text[:_LONGEST]) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain.casefold())

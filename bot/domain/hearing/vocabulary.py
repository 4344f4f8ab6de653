"""What is a word said of: waiting, somebody's approval, a fault, a day, work, everyday life?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

MOST_KNOWN = 20_000  # words looked up before are remembered
_ALSO_WORK = frozenset(("@ref", "@link", "@code", "@channel"))


@lru_cache(MOST_KNOWN)
def kinds(word: str) -> tuple[str, ...]:
    """The headings of vocabulary.words under which a word stands."""
    found = [kind for kind, pattern in _patterns().items() if pattern.fullmatch(word)]
    return (*found, "work") if word in _ALSO_WORK else tuple(found)


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    text = resources.files(__package__).joinpath("vocabulary.words").read_text(encoding="utf-8")
    found = {}
    for part in re.split(r"^\[", text, flags=re.MULTILINE)[1:]:
        kind, _, words = part.partition("]")
        found[kind] = re.compile("|".join(_pattern(word) for word in words.split()))
    return found


def _pattern(word: str) -> str:
    return re.escape(word).replace(r"\*", "[a-z]{0,5}").replace(r"\?", "[a-z]")

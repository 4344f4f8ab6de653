"""Which turns of phrase ask what, and how telling is each of them?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.domain.cuefiles import entries, spelt_out

LANGUAGES = {"en": "english", "es": "spanish", "fr": "french", "de": "german"}
PACKAGE = "bot.domain.questions"
_SLOT = re.compile(r"\(\?P<(item|owner|project)>")


@dataclass(frozen=True, slots=True)
class Cue:
    """A turn of phrase: the intent (and topic) it asks for, and how strongly.

    A hint asks for nothing by itself; several of one intent together do.
    """

    intent: str
    topic: str
    weight: float
    pattern: re.Pattern[str]
    language: str
    hint: bool = False


@cache
def cues() -> tuple[Cue, ...]:
    """Every cue of every language; the files say how they are written."""
    return tuple(cue for cue in _all() if not cue.hint)


@cache
def hints() -> tuple[Cue, ...]:
    """What leans towards an intent, where no cue says it."""
    return tuple(cue for cue in _all() if cue.hint)


@cache
def _all() -> tuple[Cue, ...]:
    return tuple(cue for language in LANGUAGES for cue in _of(language))


@cache
def cue_words() -> frozenset[str]:
    """Every word of the cues: none of them is a slip in another."""
    text = " ".join(entry for language in LANGUAGES for _, entry in entries(PACKAGE, LANGUAGES[language]))
    return frozenset(re.findall(r"[a-z]{3,}", text.replace("?", "")))


def _of(language: str) -> Iterator[Cue]:
    parts: dict[str, str] = {}
    for heading, entry in entries(PACKAGE, LANGUAGES[language]):
        first, _, words = entry.partition(" ")
        if heading == "parts":
            parts[first] = words
            continue
        weight, _, topic = first.partition(":")
        pattern = re.compile(r"(?<!\S)(?:" + _numbered(spelt_out(words, parts)) + r")(?!\S)")
        yield Cue(heading, topic, float(weight), pattern, language, weight.startswith("+"))


def _numbered(pattern: str) -> str:
    """A slot that several branches of a pattern catch needs a name of its own in each."""
    count = 0

    def named(m: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"(?P<{m[1]}_{count}>"

    return _SLOT.sub(named, pattern)

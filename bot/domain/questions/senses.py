"""Which senses does a question have, and how well does each fit?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.questions import slots as slotting
from bot.domain.questions.before import is_before_question
from bot.domain.questions.cues import Cue, cue_words, cues, hints
from bot.domain.questions.names import (
    ITEM,
    NOTHING,
    PARTY,
    PERSON,
    PROJECT,
    UNKNOWN,
    Names,
    kind,
    like_a_name,
)
from bot.domain.questions.slots import Span
from bot.domain.questions.words import Said, languages

# What an intent wants to know, for people.
WANTS = {
    "before_golive": "what must happen before go-live",
    "readiness": "whether the date holds",
    "blockers": "what is blocked, and by what",
    "owner_of": "who has something",
    "items_of": "what somebody has to do",
    "overdue": "what is late",
    "due_window": "what is due",
    "waiting_on": "on whom things wait",
    "assumptions": "what is believed and not proven",
    "changes": "what has changed",
    "critical_path": "what sets the date",
    "whatif": "what would happen if",
    "unowned": "what nobody has taken, dated or is to confirm",
    "unverified": "what is done but not confirmed",
    "history_of": "how something came to be as it is",
    "status_of": "how something stands",
    "help": "what can be asked",
    "out_of_scope": "nothing that a plan can answer",
}
# A cue that catches an item asks about that item: it is nothing without one.
_NEEDS_ITEM = frozenset(["status_of"])
# A cue that catches an owner has caught a name, and no ordinary word.
_NAMES_SOMEBODY = frozenset(["items_of", "owner_of", "whatif"])
# Hints never outweigh a turn of phrase.
MOST_OF_HINTS = 4.8


@dataclass(frozen=True, slots=True)
class Sense:
    """One sense of a question: how well it fits, and which words of it fill which slot."""

    intent: str
    topic: str
    fits: float
    language: str
    words: str
    because: str
    spans: dict[str, Span]


def senses(question: Said, text: str, known: Names) -> Iterator[Sense]:
    spoken = languages(question.plain)
    for cue in cues():
        if spoken and cue.language not in {"en", *spoken}:
            continue
        if (m := cue.pattern.search(question.plain)) and (sense := _sense(cue, m, question, known, spoken)):
            yield sense
    if is_before_question(text):
        yield Sense(
            "before_golive", "", 9.5, "en", question.plain, "it asks what must happen before go-live", {}
        )
    yield from _terse(question, known)
    yield from _hinted(question, known)


def _sense(cue: Cue, m: re.Match[str], question: Said, known: Names, spoken: frozenset[str]) -> Sense | None:
    """What a cue makes of a question; None when the words that it takes for a slot cannot fill it."""
    spans: dict[str, Span] = {}
    # Without a word that tells the language, a foreign word is more likely an English name.
    fits = cue.weight if spoken or cue.language == "en" else cue.weight - 4
    for name, caught in m.groupdict().items():
        if caught is None:
            continue
        slot = name.partition("_")[0]
        span = slotting.trimmed(question, *question.span(*m.span(name)))
        looks = kind(question.written(*span), known)
        if slotting.is_clause(question, span) or not _may_be(slot, looks, cue.intent):
            return None
        if slot == "project" and looks == UNKNOWN and not like_a_name(question.written(*span), cue_words()):
            return None
        if (
            slot == "owner"
            and looks == UNKNOWN
            and cue.intent in _NAMES_SOMEBODY
            and slotting.is_ordinary(question, span)
        ):
            return None
        if slot == "item" and looks == NOTHING:
            front = slotting.fronted(question, m.start(), known)
            if front is None and cue.intent in _NEEDS_ITEM:
                return None
            fits += 3.5 if front else -3
            spans |= {"item": front} if front else {}
            continue
        spans[slot] = span
        fits += _likeliness(cue.intent, slot, looks)
    words = question.written(*question.span(m.start(), m.end()))
    return Sense(
        cue.intent, cue.topic, fits, cue.language, m.group(), f"“{words}” asks {WANTS[cue.intent]}", spans
    )


def _may_be(slot: str, looks: str, intent: str) -> bool:
    """Can words that look so fill this slot at all?"""
    if slot == "project":
        return looks in (PROJECT, UNKNOWN)
    if slot == "owner":
        if intent == "history_of":
            return looks == PERSON
        return looks != NOTHING and not (intent == "items_of" and looks in (ITEM, PROJECT))
    return True


def _likeliness(intent: str, slot: str, looks: str) -> float:
    """A party is waited on, a person has items; an item is more likely one when it looks so."""
    if slot == "owner":
        if intent == "waiting_on" and looks == ITEM:
            return -1.5
        liked = {"items_of": PERSON, "waiting_on": PARTY}.get(intent)
        sure = 1.2 if looks == PERSON else 0.6
        return sure if looks == liked else -2.0 if intent == "items_of" and looks == UNKNOWN else 0.0
    if slot == "project":
        return 0.5 if looks == PROJECT else -1.5
    if intent == "whatif":
        return 0.3
    return {ITEM: 0.3, PERSON: -2.0, PARTY: -0.3}.get(looks, 0.0)


def _terse(question: Said, known: Names) -> Iterator[Sense]:
    """A name and hardly more: "SSO?", "mercy?"."""
    span = slotting.trimmed(question, 0, len(question.words))
    if not 0 < span[1] - span[0] <= 4 or any(w.plain == "|" for w in question.words[span[0] : span[1]]):
        return
    if slotting.is_clause(question, span):
        return
    looks = kind(question.written(*span), known)
    intent = {ITEM: "status_of", PERSON: "items_of", PROJECT: "readiness", PARTY: "waiting_on"}.get(looks)
    slot = {ITEM: "item", PERSON: "owner", PROJECT: "project", PARTY: "owner"}.get(looks)
    if intent and slot:
        why = f"“{question.written(*span)}” by itself looks like {'an' if looks == ITEM else 'a'} {looks}"
        yield Sense(intent, "", 4.0, "en", "", why, {slot: span})


def _hinted(question: Said, known: Names) -> Iterator[Sense]:
    """Where no turn of phrase is known: the intent that the single words lean towards."""
    named = {looks: slotting.mention(question, looks, known) for looks in (ITEM, PERSON, PARTY)}
    plain = " ".join([question.plain, *(f"HAS_{looks.upper()}" for looks, span in named.items() if span)])
    leaning: dict[str, list[Cue]] = {}
    for hint in hints():
        if hint.pattern.search(plain):
            leaning.setdefault(hint.intent, []).append(hint)
    for intent, found in leaning.items():
        fits = min(MOST_OF_HINTS, sum(hint.weight for hint in found))
        words = [m.group() for hint in found if (m := hint.pattern.search(question.plain))]
        span = named[PERSON] if intent == "items_of" else named[PARTY] if intent == "waiting_on" else None
        slot = {"owner": span} if span else {}
        why = f"{', '.join(f'“{w}”' for w in words)} may ask {WANTS[intent]}"
        yield Sense(intent, "", fits, "en", "", why, slot)

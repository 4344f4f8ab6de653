"""Which of the things it can answer does a question ask?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.questions import slots as slotting
from bot.domain.questions.asked import Asked, Known
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
    names,
)
from bot.domain.questions.slots import Span
from bot.domain.questions.windows import timed
from bot.domain.questions.words import Said, languages, said

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
# Asked about a whole project, these are other questions.
_OF_A_PROJECT = {"status_of": "readiness", "history_of": "changes", "owner_of": "owner_of"}
# A cue that catches an item asks about that item: it is nothing without one.
_NEEDS_ITEM = frozenset(["status_of"])
# They may name one elsewhere in the sentence.
_OF_AN_ITEM = frozenset({"owner_of", "status_of", "history_of", "whatif", "critical_path", "blockers"})
# Two senses this close are both worth naming.
CLOSE = 1.0
# Of these pairs the second is often meant as well: it may fit less.
_OFTEN_BOTH = {
    ("items_of", "overdue"): 4.0,
    ("items_of", "due_window"): 4.0,
    ("items_of", "unverified"): 4.0,
    ("assumptions", "whatif"): 4.0,
    ("assumptions", "unverified"): 2.0,
    ("blockers", "changes"): 3.0,
    ("blockers", "waiting_on"): 2.0,
    ("changes", "history_of"): 4.0,
    ("due_window", "before_golive"): 3.0,
    ("changes", "overdue"): 3.0,
}
# Less than this is nothing that was asked.
ENOUGH = 3.2
# Hints never outweigh a turn of phrase.
MOST_OF_HINTS = 4.8
WORTH_NAMING = 6.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One sense of a question: how well it fits, and which words of it fill which slot."""

    intent: str
    topic: str
    fits: float
    language: str
    words: str
    because: str
    spans: dict[str, Span]


def read(text: str, known: Known = Known()) -> Asked:  # noqa: B008 (frozen)
    """What a question asks; out_of_scope when it asks nothing that a plan can answer."""
    known_names = names(known)
    question = _words(text, known_names)
    if not question.words:
        nothing = "it has no words that can be read" if text.strip() else "it asks nothing"
        return Asked("out_of_scope" if text.strip() else "help", because=(nothing,))
    found = sorted(
        _readings(question, text, known_names), key=lambda r: (-r.fits, -len(r.spans), -len(r.words))
    )
    if not found or found[0].fits < ENOUGH:
        return Asked("out_of_scope", because=("none of its words ask about a go-live",))
    first = _asked(found[0], question, known_names)
    return replace(first, other=_second_sense(found, question, known_names))


def _words(text: str, known: Names) -> Said:
    """The words of a question, its windows and possessives marked, its politeness gone."""
    words = timed(said(text, known.all | cue_words()))
    return slotting.without_chatter(slotting.with_possessives(words, known))


def _readings(question: Said, text: str, known: Names) -> Iterator[Reading]:
    spoken = languages(question.plain)
    for cue in cues():
        if spoken and cue.language not in {"en", *spoken}:
            continue
        if (m := cue.pattern.search(question.plain)) and (
            reading := _reading(cue, m, question, known, spoken)
        ):
            yield reading
    if is_before_question(text):
        yield Reading(
            "before_golive", "", 9.5, "en", question.plain, "it asks what must happen before go-live", {}
        )
    yield from _terse(question, known)
    yield from _hinted(question, known)


def _reading(
    cue: Cue, m: re.Match[str], question: Said, known: Names, spoken: frozenset[str]
) -> Reading | None:
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
            and cue.intent == "items_of"
            and slotting.is_ordinary(question, span)
        ):
            return None
        if slot == "item" and looks == NOTHING:
            front = slotting.fronted(question, m.start(), known)
            if front is None and cue.intent in _NEEDS_ITEM:
                return None
            fits += 2.5 if front else -3
            spans |= {"item": front} if front else {}
            continue
        spans[slot] = span
        fits += _likeliness(cue.intent, slot, looks)
    words = question.written(*question.span(m.start(), m.end()))
    return Reading(
        cue.intent, cue.topic, fits, cue.language, m.group(), f"“{words}” asks {WANTS[cue.intent]}", spans
    )


def _may_be(slot: str, looks: str, intent: str) -> bool:
    """Can words that look so fill this slot at all?"""
    if slot == "project":
        return looks in (PROJECT, UNKNOWN)
    if slot == "owner":
        return looks != NOTHING and not (intent == "items_of" and looks in (ITEM, PROJECT))
    return True


def _likeliness(intent: str, slot: str, looks: str) -> float:
    """A party is waited on, a person has items; an item is more likely one when it looks so."""
    if slot == "owner":
        liked = {"items_of": PERSON, "waiting_on": PARTY}.get(intent)
        return 0.6 if looks == liked else -2.0 if intent == "items_of" and looks == UNKNOWN else 0.0
    if slot == "project":
        return 0.5 if looks == PROJECT else -1.5
    if intent == "whatif":
        return 0.3
    return {ITEM: 0.3, PERSON: -2.0, PARTY: -0.3}.get(looks, 0.0)


def _terse(question: Said, known: Names) -> Iterator[Reading]:
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
        yield Reading(intent, "", 4.0, "en", "", why, {slot: span})


def _hinted(question: Said, known: Names) -> Iterator[Reading]:
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
        yield Reading(intent, "", fits, "en", "", why, slot)


def _asked(reading: Reading, question: Said, known: Names) -> Asked:
    intent, spans = reading.intent, dict(reading.spans)
    if intent in ("help", "out_of_scope"):
        return Asked(intent, because=(reading.because,), language=reading.language)
    because = [reading.because]
    if "owner" in spans and (place := slotting.place_in(question, *spans["owner"], known)):
        spans["project"] = (place + 1, spans["owner"][1])
        spans["owner"] = slotting.trimmed(question, spans["owner"][0], place)
    if "item" not in spans and intent in _OF_AN_ITEM and (item := slotting.mention(question, ITEM, known)):
        spans |= {} if set(range(*item)) & {n for s in spans.values() for n in range(*s)} else {"item": item}
    if "item" in spans:
        intent = _settle_item(intent, spans, question, known)
    slots = slotting.filled(intent, spans, question, known)
    if intent == "whatif" and slots.owner is None and "item" in spans:
        slots = slotting.with_person_away(slots, spans, question, known)
    because += [f"{name}: “{words}”" for name, words in slots.as_json().items() if words]
    return Asked(
        intent,
        slots,
        reading.topic if intent == reading.intent else "",
        None,
        tuple(because),
        reading.language,
    )


def _settle_item(intent: str, spans: dict[str, Span], question: Said, known: Names) -> str:
    """An item's words may end in a project ("SSO at Mercy"), or be one, or be a person."""
    first, end = spans["item"]
    if place := slotting.place_in(question, first, end, known):
        spans["project"] = (place + 1, end)
        spans["item"] = slotting.trimmed(question, first, place)
        return intent
    looks = kind(question.written(first, end), known)
    if looks == PROJECT and slotting.behind_article(question, first):
        looks = UNKNOWN
    placed = first > 0 and question.words[first - 1].plain in ("on", "for", "at", "in", "with")
    if (
        looks == UNKNOWN
        and placed
        and end == first + 1
        and like_a_name(question.written(first, end), cue_words())
    ):
        looks = PROJECT
    if looks == PROJECT and intent not in ("owner_of", "whatif", "assumptions"):
        spans["project"] = spans.pop("item")
        return _OF_A_PROJECT.get(intent, intent)
    if looks == PERSON and intent in ("status_of", "blockers", "waiting_on", "history_of"):
        spans["owner"] = spans.pop("item")
        return "items_of" if intent == "status_of" else intent
    return intent


def _second_sense(found: list[Reading], question: Said, known: Names) -> Asked | None:
    best = found[0]
    for reading in found[1:]:
        short = best.fits - reading.fits
        close = (
            short <= _OFTEN_BOTH.get((best.intent, reading.intent), CLOSE) and reading.fits >= WORTH_NAMING
        )
        if close and reading.intent not in (best.intent, "out_of_scope", "help"):
            other = _asked(reading, question, known)
            return other if other.intent != best.intent else None
    return None

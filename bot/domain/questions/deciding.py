"""Which of the things it can answer does a question ask?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.questions import slots as slotting
from bot.domain.questions.asked import Asked, Known
from bot.domain.questions.cues import cue_words
from bot.domain.questions.leaning import leanings, shapes, words_of
from bot.domain.questions.names import ITEM, PARTY, PERSON, PROJECT, UNKNOWN, Names, kind, like_a_name, names
from bot.domain.questions.senses import WANTS, Sense, senses
from bot.domain.questions.slots import Span
from bot.domain.questions.windows import timed
from bot.domain.questions.words import Said, said

# Asked about a whole project, these are other questions.
_OF_A_PROJECT = {"status_of": "readiness", "history_of": "changes", "owner_of": "owner_of"}
# They may name one elsewhere in the sentence.
_OF_AN_ITEM = frozenset({"owner_of", "status_of", "history_of", "whatif", "critical_path", "blockers"})
# These may be of the plan as a whole.
_OF_A_WHOLE = frozenset({"assumptions", "blockers", "critical_path", "waiting_on"})
# Who is named somewhere is whom these are about.
_NAMED_FOR = {"items_of": PERSON, "waiting_on": PARTY}
# Two senses this close are both worth naming.
CLOSE = 1.0
# Of these pairs the second is often meant as well: it may fit less.
_OFTEN_BOTH = {
    ("items_of", "overdue"): 4.8,
    ("items_of", "due_window"): 4.8,
    ("items_of", "unverified"): 4.8,
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
WORTH_NAMING = 6.0
# How much the leaning of single words counts beside a turn of phrase.
LEANING = 0.4
# A guess by the words alone counts as much as a weak turn of phrase. It needs so many familiar words, and
# such a share of them; where nothing else speaks, more of them and so much more for one intent than for
# the next.
GUESS, FEWEST, FAMILIAR = 5.5, 3, 0.5
FAMILIAR_ALONE, LIKELIER = 0.8, 1.5


def read(text: str, known: Known = Known()) -> Asked:  # noqa: B008 (frozen)
    """What a question asks; out_of_scope when it asks nothing that a plan can answer."""
    known_names = names(known)
    question = spoken_words(text, known_names)
    if not any(word.plain[0].isalnum() for word in question.words):
        return _without_words(text)
    words = words_of(question, known_names)
    lean = leanings().lean(shapes(words))
    found = [s for s in senses(question, text, known_names) if s.fits >= ENOUGH]
    found = _ranked(_with_guess(found, words, lean), lean)
    if not found:
        return Asked("out_of_scope", because=("none of its words ask about a go-live",))
    first = _asked(_completed(found), question, known_names)
    return replace(first, other=_second_sense(found, question, known_names))


def _without_words(text: str) -> Asked:
    if text.strip(" \t\r\n?!.…"):
        return Asked("out_of_scope", because=("it has no words that can be read",))
    return Asked("help", because=("it asks nothing",))


def spoken_words(text: str, known: Names) -> Said:
    """The words of a question, its windows and possessives marked, its politeness gone."""
    words = timed(said(text, known.all | cue_words()))
    return slotting.without_chatter(slotting.with_possessives(words, known))


def _ranked(found: list[Sense], lean: Mapping[str, float]) -> list[Sense]:
    """The best sense first: by its turn of phrase, and by what its words lean to."""
    return sorted(found, key=lambda s: (-s.fits - LEANING * lean[s.intent], -len(s.spans), -len(s.words)))


def _with_guess(found: Sequence[Sense], words: Sequence[str], lean: Mapping[str, float]) -> list[Sense]:
    """And what the words are most like, whatever their turn of phrase, if they are familiar. Where nothing
    else speaks they must be like nothing else."""
    own = {word for word in words if not word.startswith("NAMED")}
    familiar = [word for word in own if leanings().knows(word)]
    first, second = sorted(lean, key=lambda intent: -lean[intent])[:2]
    share, apart = (FAMILIAR, 0.0) if found else (FAMILIAR_ALONE, LIKELIER)
    if len(familiar) < FEWEST or len(familiar) < share * len(own) or lean[second] > -apart:
        return list(found)
    if any(sense.intent == first for sense in found):
        return [replace(s, fits=max(s.fits, GUESS)) if s.intent == first else s for s in found]
    if first in ("out_of_scope", "help") and not found:
        return []
    why = f"its words are most like those of questions that ask {WANTS[first]}"
    return [*found, Sense(first, "", GUESS, "en", "", why, {})]


def _completed(found: list[Sense]) -> Sense:
    """The best sense, with the slots that a weaker cue of the same intent has caught."""
    best = found[0]
    for sense in found[1:]:
        if sense.intent == best.intent and sense.fits >= best.fits - CLOSE and not best.spans:
            best = replace(best, spans=sense.spans)
    return best


def _asked(sense: Sense, question: Said, known: Names) -> Asked:
    intent, spans = sense.intent, dict(sense.spans)
    if intent in ("help", "out_of_scope"):
        return Asked(intent, topic=sense.topic, because=(sense.because,), language=sense.language)
    because = [sense.because]
    if "owner" in spans and (place := slotting.place_in(question, *spans["owner"], known)):
        spans["project"] = (place + 1, spans["owner"][1])
        spans["owner"] = slotting.trimmed(question, spans["owner"][0], place)
    if "item" not in spans and intent in _OF_AN_ITEM and (item := slotting.mention(question, ITEM, known)):
        spans |= {} if set(range(*item)) & {n for s in spans.values() for n in range(*s)} else {"item": item}
    if not spans and (named := _NAMED_FOR.get(intent)) and (span := slotting.mention(question, named, known)):
        spans["owner"] = span
    if "item" in spans:
        intent = _settle_item(intent, spans, question, known)
    slots = slotting.filled(intent, spans, question, known)
    if intent == "whatif" and slots.owner is None and "item" in spans:
        slots = slotting.with_person_away(slots, spans, question, known)
    because += [f"{name}: “{words}”" for name, words in slots.as_json().items() if words]
    return Asked(
        intent,
        slots,
        sense.topic if intent == sense.intent else "",
        None,
        tuple(because),
        sense.language,
    )


def _settle_item(intent: str, spans: dict[str, Span], question: Said, known: Names) -> str:
    """An item's words may end in a project ("SSO at Mercy"), or be one, or be a person."""
    first, end = spans["item"]
    if place := slotting.place_in(question, first, end, known):
        spans["project"] = (place + 1, end)
        spans["item"] = slotting.trimmed(question, first, place)
        return intent
    looks = kind(question.written(first, end), known)
    if intent in _OF_A_WHOLE and (rest := slotting.speaks_of_project(question, spans["item"])):
        named = kind(question.written(*rest), known) == PROJECT
        if named or rest[0] == rest[1]:
            spans.pop("item")
            return intent if not named else _placed(intent, spans, rest)
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
    if looks == PROJECT and (
        intent not in ("owner_of", "whatif", "assumptions") or (placed and intent == "assumptions")
    ):
        spans["project"] = spans.pop("item")
        return _OF_A_PROJECT.get(intent, intent)
    if looks == PERSON and intent in ("status_of", "blockers", "waiting_on", "history_of"):
        spans["owner"] = spans.pop("item")
        return "items_of" if intent == "status_of" else intent
    return intent


def _placed(intent: str, spans: dict[str, Span], project: Span) -> str:
    spans["project"] = project
    return intent


def _second_sense(found: list[Sense], question: Said, known: Names) -> Asked | None:
    best = found[0]
    for sense in found[1:]:
        short = best.fits - sense.fits
        close = short <= _OFTEN_BOTH.get((best.intent, sense.intent), CLOSE) and sense.fits >= WORTH_NAMING
        if close and sense.intent not in (best.intent, "out_of_scope", "help"):
            other = _asked(sense, question, known)
            return other if other.intent != best.intent else None
    return None

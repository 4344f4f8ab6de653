"""What do the turns of phrase alone say that a message means?"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.hearing.cues import IMPLIED, OUTRIGHT, Hit, hits
from bot.domain.hearing.heard import INTENTS
from bot.domain.hearing.words import Sentence


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and the cues it has."""

    sentence: Sentence
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The intent the cues point at, the sentence that has it, and the cue that decided."""

    intent: str
    said: Said | None = None
    hit: Hit | None = None


def looked_at(sentences: tuple[Sentence, ...]) -> tuple[Said, ...]:
    return tuple(Said(sentence, hits(sentence)) for sentence in sentences)


def ruling(all_said: tuple[Said, ...]) -> Ruling:
    """By priority: what is said outright before what is implied, then a question, else nothing."""
    for weight in (OUTRIGHT, IMPLIED):
        for intent in INTENTS[:8]:
            for said in all_said:
                for hit in said.hits:
                    if hit.intent == intent and hit.weight == weight and not hit.frame:
                        return Ruling(intent, said, hit)
    asked = next((said for said in all_said if said.sentence.asked), None)
    return Ruling("question", asked) if asked else Ruling("none")

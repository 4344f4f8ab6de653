"""Given what its words say, is a message recorded, offered to its author, or left alone?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import reading
from bot.domain.hearing import slots, words
from bot.domain.hearing.cues import IMPLIED, OUTRIGHT, Hit
from bot.domain.hearing.features import features
from bot.domain.hearing.heard import SELF, STORED, Heard
from bot.domain.hearing.model import model
from bot.domain.hearing.rules import Said, looked_at, ruling
from bot.domain.plan import Item, Person

# How much the turn of phrase that would decide alone adds to what was learnt (to the logarithm of the odds).
RULE_ADDS = {OUTRIGHT: 1.5, IMPLIED: 0.75}
# From what likelihood on a message is recorded or offered: the more telling its words, the lower.
RECORDED = {OUTRIGHT: 0.5, IMPLIED: 0.8}
OFFERED = {OUTRIGHT: 0.5, IMPLIED: 0.6, 0: 0.75}
NAMES_AN_ITEM = 0.2  # so much less is enough for an offer when it is clear what it is about


@dataclass(frozen=True, slots=True)
class _Reading:
    """The intent of a message, how sure that is, and the sentence and turn of phrase that show it."""

    intent: str
    sure: float
    said: Said | None
    hit: Hit | None

    @property
    def weight(self) -> int:
        return self.hit.weight if self.hit else 0


def hear(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    author: str | None = None,
    names: Mapping[str, str] | None = None,
    items: Sequence[Item] = (),
    people: Sequence[Person] = (),
    in_thread_of: str | None = None,
) -> Heard:
    """What golive makes of a message: `in_thread_of` is the item that its thread is about."""
    text = text[: words.LONGEST_TEXT]
    all_said = looked_at(words.sentences(text))
    if not all_said:
        return Heard(because=("It has no words of the author's own.",), sure=1.0)
    found = _read(all_said, text)
    if found.intent not in STORED:
        return Heard(intent=found.intent, because=_because(found), sure=found.sure)
    said = found.said.sentence.said if found.said else text
    due_words, due_date = slots.due(found.intent, said, text, now, zone)
    about = slots.item(reading.plain(text, names or {}), items, in_thread_of)
    return Heard(
        intent=found.intent,
        explicit=found.weight == OUTRIGHT,
        owner=slots.owner(found.intent, said, text, author),
        waiting_on=slots.waiting_on(said) if found.intent == "blocker" else None,
        due_words=due_words,
        due_date=due_date,
        item=about,
        act=_act(found, about),
        because=_because(found),
        sure=found.sure,
    )


def _read(all_said: tuple[Said, ...], text: str) -> _Reading:
    """What was learnt, with a push from the turn of phrase that would decide alone."""
    likely = model().likely(features(all_said, text))
    ruled = ruling(all_said)
    push = math.exp(RULE_ADDS.get(ruled.hit.weight, 0.0)) if ruled.hit else 1.0
    pushed = {intent: p * (push if intent == ruled.intent else 1.0) for intent, p in likely.items()}
    intent = max(pushed, key=lambda i: pushed[i])
    sure = pushed[intent] / sum(pushed.values())
    said, hit = _shown_by(all_said, intent)
    return _Reading(intent, sure, said, hit)


def _shown_by(all_said: tuple[Said, ...], intent: str) -> tuple[Said | None, Hit | None]:
    """The most telling turn of phrase for this intent, and its sentence."""
    best: tuple[Said | None, Hit | None] = (all_said[0] if len(all_said) == 1 else None, None)
    for said in all_said:
        for hit in said.hits:
            if hit.intent == intent and not hit.frame and hit.weight >= IMPLIED:
                if best[1] is None or hit.weight > best[1].weight:
                    best = said, hit
    return best


def _act(found: _Reading, about: str | None) -> str:
    if found.sure >= RECORDED.get(found.weight, 2.0):
        return "record"
    enough = OFFERED[found.weight] - (NAMES_AN_ITEM if about else 0.0)
    return "offer" if found.sure >= enough else "ignore"


def _because(found: _Reading) -> tuple[str, ...]:
    shown = f"“{found.hit.words}”" if found.hit else "its words as a whole"
    return (f"{shown} reads as {found.intent}", f"{found.sure:.0%} sure")

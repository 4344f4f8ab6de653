"""Given what its words say, is a message recorded, offered to its author, or left alone?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import passing, reading
from bot.domain.hearing import slots, words
from bot.domain.hearing.cues import IMPLIED, OUTRIGHT, UNSHOWN, Hit
from bot.domain.hearing.features import features
from bot.domain.hearing.heard import SELF, STORED, Heard
from bot.domain.hearing.model import model
from bot.domain.hearing.rules import Said, looked_at, ruling
from bot.domain.hearing.vocabulary import kinds
from bot.domain.hearing.waits import waiting_on
from bot.domain.plan import Item, Person
from bot.domain.reading import Report

# How much the turn of phrase that would decide alone adds to what was learnt (to the logarithm of the odds).
RULE_ADDS = {OUTRIGHT: 1.0, IMPLIED: 0.5}
# From what likelihood on a message is recorded or offered: the more telling its words, the lower.
RECORDED = {OUTRIGHT: 0.75, IMPLIED: 0.8, UNSHOWN: 0.8}
OFFERED = {OUTRIGHT: 0.7, IMPLIED: 0.7, UNSHOWN: 0.75}
# Everything else is said of everyday life as well ("I'll get the coffee"), and has to be so much surer.
SURER = {"blocker": 0.0, "unblock": 0.25}
SURER_ELSE = 0.35
SUREST = 0.97
OF_WORK = frozenset(("work", "grant", "party"))
KNOWS_NO_WORD = 0.1  # "waiting on PIV": nobody knows every word that a project has
NAMES_AN_ITEM = 0.45  # so much less is enough when it is clear what it is about
LEAST_SURE = 0.5


@dataclass(frozen=True, slots=True)
class _Reading:
    """The intent of a message, how sure that is, and the sentence and turn of phrase that show it."""

    intent: str
    sure: float
    said: Said | None
    hit: Hit | None

    @property
    def shown(self) -> str:
        return self.hit.words if self.hit else ""

    @property
    def weight(self) -> int:
        return self.hit.weight if self.hit else UNSHOWN


def ready() -> None:
    """What reading needs is made once: half a second that nobody should wait for."""
    features(looked_at(words.sentences("ready")), "ready")
    model()


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
    report = reading.read(text, now=now, zone=zone, author=author or SELF)
    if report is not None and report.kind in ("blocker", "owner"):
        return _outright(
            report, author or SELF, text, slots.item(reading.plain(text, names or {}), items, in_thread_of)
        )
    all_said = looked_at(words.sentences(text))
    if not all_said:
        return Heard(because=("It has no words of the author's own.",), sure=1.0)
    found = _read(all_said, text)
    if found.intent == "blocker" and passing.waits_for_nothing(text):
        return Heard(because=("It says that nothing holds it up.",), sure=found.sure)
    if found.intent not in STORED:
        return Heard(intent=found.intent, because=_because(found), sure=found.sure)
    sentence = (found.said or all_said[0]).sentence
    due_words, due_date = slots.due(found.intent, sentence.said, text, now, zone)
    about = slots.item(reading.plain(text, names or {}), items, in_thread_of)
    return Heard(
        intent=found.intent,
        explicit=found.weight == OUTRIGHT,
        owner=slots.owner(found.intent, sentence, found.shown, text, author, people),
        waiting_on=waiting_on(sentence.said, text) if found.intent == "blocker" else None,
        due_words=due_words,
        due_date=due_date,
        item=about,
        act=_act(found, all_said, about),
        because=_because(found),
        sure=found.sure,
    )


def _outright(report: Report, author: str, text: str, about: str | None) -> Heard:
    """What a post says that begins with "blocker:", 🚧 or "owner:"."""
    owned = "own" if report.owner == author else "handoff"
    return Heard(
        intent="blocker" if report.kind == "blocker" else owned,
        explicit=True,
        owner=report.owner,
        waiting_on=report.waiting_on or (waiting_on(text, text) if report.kind == "blocker" else None),
        due_words=report.due_words,
        due_date=report.due,
        item=about,
        act="record",
        because=("It is written as a report.",),
        sure=1.0,
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
            shows = hit.intent == intent and not hit.frame and hit.weight >= IMPLIED
            if shows and (best[1] is None or hit.weight > best[1].weight):
                best = said, hit
    return best


def _act(found: _Reading, all_said: tuple[Said, ...], about: str | None) -> str:
    more = SURER.get(found.intent, SURER_ELSE)
    if about:
        more -= NAMES_AN_ITEM
    elif (work := _works(all_said)) <= 0:
        if found.intent != "blocker" or work < 0:
            return "ignore"
        more += KNOWS_NO_WORD
    if found.sure >= _within(RECORDED[found.weight] + more):
        return "record"
    return "offer" if found.sure >= _within(OFFERED[found.weight] + more) else "ignore"


def _within(enough: float) -> float:
    return min(max(enough, LEAST_SURE), SUREST)


def _works(all_said: tuple[Said, ...]) -> int:
    """How many words more does it have for what a project has than for what people have at home?"""
    spoken = [kind for said in all_said for word in said.sentence.words.split() for kind in kinds(word)]
    return sum(kind in OF_WORK for kind in spoken) - spoken.count("everyday")


def _because(found: _Reading) -> tuple[str, ...]:
    shown = f"“{found.hit.words}”" if found.hit else "its words as a whole"
    return (f"{shown} reads as {found.intent}", f"{found.sure:.0%} sure")

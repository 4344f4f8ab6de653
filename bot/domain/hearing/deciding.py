"""Given what its words say, is a message recorded, offered to its author, or left alone?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import reading
from bot.domain.hearing import rules, slots, words
from bot.domain.hearing.cues import OUTRIGHT
from bot.domain.hearing.heard import STORED, Heard
from bot.domain.plan import Item, Person


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
    found = rules.ruling(rules.looked_at(words.sentences(text)))
    if found.intent not in STORED or found.said is None or found.hit is None:
        return Heard(intent=found.intent)
    said = found.said.sentence.said
    due_words, due_date = slots.due(found.intent, said, text, now, zone)
    explicit = found.hit.weight == OUTRIGHT
    return Heard(
        intent=found.intent,
        explicit=explicit,
        owner=slots.owner(found.intent, said, text, author),
        waiting_on=slots.waiting_on(said) if found.intent == "blocker" else None,
        due_words=due_words,
        due_date=due_date,
        item=slots.item(reading.plain(text, names or {}), items, in_thread_of),
        act="record" if explicit else "offer",
        because=(f"“{found.hit.words}”",),
        sure=0.9 if explicit else 0.6,
    )

"""Which day do these words mean, said now, in the speaker's zone?

The rules a reader may want to know (docs/commands.md says them to people):
- A bare weekday is its next date; on that weekday itself, a week later. "This Friday" on Friday is today.
- "Next Wednesday" is the one in next week; weeks begin on Monday. "Next week" and "end of week": its Friday.
- A date without a year is the next one, unless it passed within the last 30 days: then that day is meant.
- In 3/4 the only possible reading wins, or the one on the weekday named; else the month comes first in the
  Americas (not in Latin America), and where a zone tells no place, as UTC, the nearer day to come is meant.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.dates.forms import Today
from bot.domain.dates.mentions import is_meant, mentions, with_lead
from bot.domain.dates.tongues import in_another_tongue, month_first
from bot.domain.errors import Invalid

LONGEST_TEXT = 6000
FAR_YEARS = 10
WAYS = "Write a day such as `2026-12-04`, `4 Dec`, `next Friday`, `tomorrow`, `in 3 days` or `end of month`."


@dataclass(frozen=True, slots=True)
class Dated:
    """A day found in a text; `words` are the text at `span`, with what leads to the date ("by Friday")."""

    day: date
    words: str
    span: tuple[int, int]


def find_date(text: str, now: datetime, zone: ZoneInfo) -> Dated | None:
    """The day by which a sentence says something will be; None when it names none for certain."""
    text = text[:LONGEST_TEXT]
    today = _today(now, zone, alone=False)
    counted = [hit for hit in mentions(text, today) if hit.day is not None and is_meant(text, hit)]
    if not counted:
        return None
    # "By 20 Nov, now by 4 Dec": what is still to come holds.
    best = max(counted, key=lambda hit: (hit.lead, hit.day is not None and hit.day >= today.day, -hit.start))
    start = with_lead(text, best.start)
    assert best.day is not None
    return Dated(best.day, text[start : best.end].strip(" ("), (start, best.end))


def parse_date(words: str, now: datetime, zone: ZoneInfo, *, allow_past: bool = False) -> date:
    """The day somebody typed as a date. Raises Invalid with what to write instead."""
    said = " ".join(words.split()).strip(" .,;:!?`'\"“”()*_")
    if not said:
        raise Invalid(f"Say the day. {WAYS}")
    today = _today(now, zone, alone=True)
    hits = mentions(said[:200], today)
    days = list(dict.fromkeys(hit.day for hit in hits if hit.day is not None))
    quoted = f"“{said if len(said) <= 60 else said[:59] + '…'}”"
    if len(days) > 1:
        named = " and ".join(day.isoformat() for day in days[:2])
        raise Invalid(f"{quoted} names {named}. Write one day.")
    day = days[0] if days else None if hits else in_another_tongue(said, today)
    if day is None and hits:
        raise Invalid(f"There is no such day as {quoted}. {WAYS}")
    if day is None:
        raise Invalid(f"I found no date in {quoted}. {WAYS}")
    if not allow_past:
        refuse_past(day, today.day)
    if day.year > today.day.year + FAR_YEARS:
        raise Invalid(f"{day} is more than {FAR_YEARS} years away. Check the year.")
    return day


def every_day(text: str, now: datetime, zone: ZoneInfo) -> tuple[Dated, ...]:
    """Every day that words name which speak of nothing but days and what happens on them, in order.

    Unlike `find_date` it does not ask whether something will be by then, and it knows days gone by.
    """
    today = _today(now, zone, alone=True)
    hits = mentions(text[:LONGEST_TEXT], today)
    return tuple(
        Dated(hit.day, text[hit.start : hit.end], (hit.start, hit.end)) for hit in hits if hit.day is not None
    )


def _today(now: datetime, zone: ZoneInfo, *, alone: bool) -> Today:
    return Today(now.astimezone(zone).date(), month_first(zone), alone, "/" not in (zone.key or ""))


def refuse_past(day: date, today: date, *, field: str | None = None) -> None:
    """What is still to come is not on a day gone by; `field` says where that day was given."""
    if day < today:
        later = "Choose a later day." if field else "Say a later day, with its year if need be."
        raise Invalid(f"{_said(day)} is in the past; today is {_said(today)}. {later}", field=field)


def _said(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def ready_for(words: str, now: datetime) -> None:
    """Have at hand what reading these words as a date takes: a second, the first time they are of a language
    without forms of its own here. To be called where nobody waits, before they are read where others do."""
    with suppress(Invalid):
        parse_date(words, now, ZoneInfo("UTC"))

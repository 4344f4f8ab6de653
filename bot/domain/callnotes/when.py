"""On which day was the call, and which day does a line of its notes name?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain import dates

HEAD_LINES = 8
LONGEST_AGO = timedelta(days=200)
_SPLITS = re.compile(r"\s+[-–—|]\s+|\s*[|;→]\s*|\s*->\s*|,\s+|[()\[\]]")
_DATE_LABEL = re.compile(r"^\W*(?:date|when|fecha|datum|le)\b\s*:?", re.IGNORECASE)
_OTHER_DAY = re.compile(
    r"\b(?:go-?live|target|next|due|deadline|cut-?over|by|until|before|pr[oó]xim|prochain|n[aä]chst)\w*",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b20\d\d\b")
_GONE = re.compile(
    r"\b(?:since|from|after|of|last|past|every|each|was|were|sent|until now|on last|seit|depuis|desde)"
    r"\s*(?:the\s*)?$",
    re.IGNORECASE,
)
_WEEK = re.compile(
    r"(?:\b(?:by|in|until|bis|bis ende|ende)\s+)?\b(?:KW|CW|Kalenderwoche|"
    r"calendar week)\s?(?P<week>[0-5]?\d)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"(?:\b(?:by|due|until|till|before|on|bis|antes del?|para el|avant|d['’]ici)\s*:?\s*)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day a line names, and the line without it."""

    day: date | None
    rest: str


def of_call(text: str, now: datetime, zone: ZoneInfo) -> date | None:
    """The day that the head of the notes says the call was on; never one that is still to come."""
    today = now.astimezone(zone).date()
    bare = (re.sub(r"(?<!\w)[*_]+|[*_]+(?!\w)", "", line) for line in text.splitlines())
    head = [line for line in bare if line.strip()][:HEAD_LINES]
    labelled = [line for line in head if _DATE_LABEL.match(line)]
    for line in (*labelled, *head[:3]):
        if line not in labelled and _OTHER_DAY.search(line):
            continue
        found = [day for each in dates.every_day(line, now, zone) for day in _meant(each, today)]
        fitting = [day for day in found if today - LONGEST_AGO <= day <= today]
        if fitting:
            return max(fitting)
    return None


def _meant(found: dates.Dated, today: date) -> Iterator[date]:
    """The day of words with a number in them, with the year they leave out; 3/9 in both orders."""
    if not re.search(r"\d", found.words):
        return
    days = [found.day]
    if re.fullmatch(r"\d{1,2}/\d{1,2}(?:/\d{2,4})?", found.words) and found.day.day <= 12:
        days.append(found.day.replace(month=found.day.day, day=found.day.month))
    for day in days:
        yield _year_before(day) if day > today and not _YEAR.search(found.words) else day


def named(text: str, on: date, zone: ZoneInfo, *, loosely: bool) -> Day:
    """The day by which a line says something will be, counted from the day of the call.

    `loosely`: a part of the line that is nothing but a day counts too ("Tom - certs - Thu").
    """
    now = datetime.combine(on, time(9), zone)
    if (week := _WEEK.search(text)) and (friday := _friday_of(int(week["week"]), on)):
        return Day(friday, _without(text, *week.span()))
    found = dates.find_date(text, now, zone)
    if found is not None:
        start, end = found.span
        return Day(found.day, _without(text, start, end))
    last = _at_the_end(text, now, zone)
    if last is not None:
        return last
    if loosely:
        for start, end in reversed(_parts(text)):
            part = text[start:end]
            lead = re.match(r"\s*(?:(?:due|by|on|eta|deadline|bis)\b[:\s]*)?", part, re.IGNORECASE)
            bare = part[lead.end() if lead else 0 :].strip(" .")
            days = dates.every_day(bare, now, zone) if 0 < len(bare) <= 30 else ()
            if len(days) == 1 and len(days[0].words) >= len(bare) - 2:
                return Day(days[0].day, _without(text, start, end))
    return Day(None, text)


def _friday_of(week: int, on: date) -> date | None:
    """The Friday of the next calendar week of that number."""
    for year in (on.year, on.year + 1):
        try:
            friday = date.fromisocalendar(year, week, 5)
        except ValueError:
            continue
        if friday >= on:
            return friday
    return None


def _at_the_end(text: str, now: datetime, zone: ZoneInfo) -> Day | None:
    """ "Send the diagram tomorrow": a day that the line ends with, and nothing that makes it one gone by."""
    found = [each for each in dates.every_day(text, now, zone) if each.span[1] >= len(text.rstrip(" .!)"))]
    if not found or _GONE.search(text[: found[-1].span[0]]):
        return None
    start, end = found[-1].span
    if re.search(r"\d\s*(?:and|or|to|&|,|-|–|und|et|y)\s*$", text[:start]):
        return None  # one of several days, so none by itself
    return Day(found[-1].day, _without(text, start, end))


def _parts(text: str) -> list[tuple[int, int]]:
    found, at = [], 0
    for split in _SPLITS.finditer(text):
        found.append((at, split.start()))
        at = split.end()
    return [(a, b) for a, b in (*found, (at, len(text))) if text[a:b].strip()]


def _without(text: str, start: int, end: int) -> str:
    """The line less these words, and what only joined them to the rest."""
    before = _LEADING.sub("", text[:start]).rstrip(" -–—,;:|(→[")
    after = text[end:].lstrip(" -–—,;:|).]")
    before += ")" if before.count("(") > before.count(")") else ""
    return f"{before} {after}".strip() if after else before


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day - timedelta(days=365)

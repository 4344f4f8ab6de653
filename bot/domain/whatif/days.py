"""Which days, and how many days, do the words of a supposition name?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from bot.domain.dates import Dated, every_day
from bot.domain.dates.words import COUNT
from bot.domain.plan import Project
from bot.domain.questions.days import days as window_days
from bot.domain.questions.windows import HOLIDAYS

DAY = timedelta(days=1)
MOST_DAYS = 366  # that a list of free days may name, and that something may slip

_NUMBER = {
    **COUNT,
    **dict.fromkeys(("einen", "another", "otro", "otra"), 1),
    "few": 3,
    **dict.fromkeys(("eleven", "once", "onze", "elf"), 11),
    **dict.fromkeys(("twelve", "doce", "douze", "zwolf"), 12),
    **dict.fromkeys(("fifteen", "quince", "quinze", "funfzehn"), 15),
    "twenty": 20,
    "thirty": 30,
}
_UNITS = {
    "day": "days day d dys dias dia jours jour tagen tages tage tag",
    "week": "weeks week wks wk w wek semanas semana semaines semaine wochen woche",
    "fortnight": "fortnight fortnights",
    "sprint": "sprint sprints",
    "month": "months month mos meses mes mois monaten monate monat",
    "hour": "hours hour hrs hr h horas hora heures heure stunden stunde",
}
_UNIT = {word: unit for unit, row in _UNITS.items() for word in row.split()}
_MORE = (
    r"(?:more|extra|additional|further|other|full|whole|good|mas|adicionales|de plus|weitere[nrs]?|"
    r"zusatzliche[nrs]?)"
)
_WORKING = "working|business|work|arbeits|werk"
_CALENDAR = "calendar|kalender"
_AMOUNT = re.compile(
    r"(?<![\w.,/:-])(?:(?P<sign>[+-])\s?)?"
    r"(?:(?P<half>half (?:a|an)|medio|media|un demi|une demi|ein halber)|"
    rf"(?P<n>\d{{1,4}}(?:[.,]\d)?|a couple(?: of)?|a few|un par de|ein paar|quelques|{'|'.join(_NUMBER)}))"
    rf"(?P<and>\s+and a half)?"
    rf"[\s-]*(?:{_MORE}[\s-]+)?(?:(?P<what>{_WORKING}|{_CALENDAR})[\s-]*)?"
    rf"(?P<unit>{'|'.join(sorted(_UNIT, key=len, reverse=True))})\b(?!')(?:'s?\b)?"
    rf"(?P<after>\s+(?:ouvres|ouvrables|habiles|laborables|naturales|calendaires|calendario))?(?:\s+{_MORE}\b)?"
)
# "in 3 days" is a day, and "3 days ago" is one gone by.
_MAKES_A_DAY = re.compile(r"\b(?:in|within|en|dans|dentro de|binnen|innerhalb von)\s+(?:the next\s+)?$")
_FROM_NOW = re.compile(r"\s+(?:from (?:now|today)|hence)\b")
_AGO = re.compile(r"\s+ago\b")
_JOIN_SPAN = re.compile(
    r"\s*,?\s*(?:-|to|till?|until|thru|through|up to|bis(?: zum)?|al?|au|jusqu'?au|hasta(?: el)?|/|\.\.+)"
    r"\s*(?:and including\s+)?(?:the|el|le|den|dem)?\s*"
)
_JOIN_LIST = re.compile(
    r"\s*(?:,|and|or|&|\+|y|e|et|und|,\s*(?:and|y|et|und))\s*(?:on|also|the|el|le|den|am)?\s*"
)
_NTH = r"\d{1,2}(?:st|nd|rd|th|er|\.)?"
_AHEAD = re.compile(
    rf"(?:(?<=\s)|^)(?:{_NTH}\s*(?:-|to|through|thru|bis|al|au|a|and|&|,|y|et|und|/)\s*(?:the|el|le|den)?\s*)+$"
)
_BEHIND = re.compile(
    r"(?:\s*(?:-|to|through|thru|and|&|,|/)\s*(?:the\s+)?\d{1,2}(?:st|nd|rd|th)?(?![\w/:.-]*\d|\w|\s*(?:d|days?|"
    r"weeks?|working|business)\b))+"
)
_SPANNING = re.compile(r"-|to\b|thr|bis|\bau?l?\b|\ba\b")
_WEEK = re.compile(
    r"(?:(?:the )?(?P<span>rest|remainder|whole|all|first half|second half) of )?"
    r"(?:(?P<next>(?:the )?(?:next|following|coming) week|nachste[rn]? woche|kommende[rn]? woche|"
    r"(?:la )?semaine prochaine|(?:la )?(?:proxima semana|semana (?:que viene|proxima)))|"
    r"(?P<this>this week|diese[rn]? woche|cette semaine|esta semana)|"
    r"(?P<after>(?:the )?week after(?: next)?|ubernachste[rn]? woche)|"
    r"(?P<many>the next (?:2|two) weeks|(?:2|two) weeks from now|die nachsten zwei wochen))(?!\w)"
)
_WEEK_OF = re.compile(r"(?:the )?(?:week|woche|semaine|semana) (?:of|vom|du|del?)\s+(?:the\s+)?$")
_THE = r"\s*(?:the|on|el|le|den|dem)?\s*$"
_FIRST_OF = re.compile(
    r"\b(?:from|starting|beginning|as of|ab|vom?|desde|a partir del?|du|des|depuis|after)" + _THE
)
_LAST_OF = re.compile(
    r"\b(?:until|till?|through|thru|up to|bis(?: zum)?|hasta(?: el)?|jusqu'?(?:au|a)?|back(?: on)?)" + _THE
)
_INSTEAD = re.compile(
    r"\b(?:instead of|rather than|not|vs\.?|versus|statt|en lugar del?|en vez del?|au lieu du?|from)" + _THE
)


_FEAST = re.compile(rf"(?<!\w)(?:{HOLIDAYS})(?!\w)")
# A dash between two numbers, but not inside 2026-12-04 or 04-12-2026.
_BARE_RUN = re.compile(r"(?<![\d-]\d\d-\d\d)(?<!\d{4})(?<=[\d.])-(?=\d{1,2}(?:\D|$))(?!\d{1,2}-\d)")


@dataclass(frozen=True, slots=True)
class Days:
    """Days named at a place of the text: one, a run of them, or several that do not follow each other."""

    start: int
    end: int
    first: date
    last: date
    listed: tuple[date, ...]
    opens: bool = False  # "from …": a first day without a last one
    closes: bool = False  # "until …": a last day without a first one

    @property
    def single(self) -> bool:
        return len(self.listed) == 1


@dataclass(frozen=True, slots=True)
class Amount:
    """So many days, working days of the project unless said otherwise."""

    start: int
    end: int
    days: int
    calendar: bool = False
    sooner: bool = False  # written with a minus
    more: bool = False  # "3 more days", "another week"
    half: bool = False  # was no whole number of days


def folded(text: str) -> str:
    """The text without case and accents, letter by letter, so that places stay what they are."""
    plain = text.lower() if text.isascii() else "".join(_letter(c) for c in text)
    return plain.translate({0x2019: "'", 0x2018: "'", 0x60: "'", 0xB4: "'"})


def _letter(c: str) -> str:
    if c.isascii():
        return c.lower()
    bare = unicodedata.normalize("NFKD", c)[:1].lower()
    return bare if len(bare) == 1 else c


def tidied(text: str) -> str:
    """One kind of dash, with room around those that stand between two days."""
    text = re.sub(r"[–—−‐‑]", "-", " ".join(text.split()))
    text = re.sub(r"(?<=[A-Za-z]{3}\s\d)-(?=[A-Za-z])|(?<=[A-Za-z]{3}\s\d\d)-(?=[A-Za-z])", " - ", text)
    text = re.sub(r"(?<=\d\s[A-Za-z]{3})-(?=\d)|(?<=\d[a-z]\s[A-Za-z]{3})-(?=\d)", " - ", text)
    text = re.sub(r"(?<=\d{4}-\d\d-\d\d)\s*(?:-|/|\.\.+)\s*(?=\d{4}-)", " - ", text)
    return _BARE_RUN.sub(" - ", text)


def find(text: str, now: datetime, project: Project) -> list[Days | Amount]:
    """All that a tidied text says of when and how long, in order."""
    plain, zone = folded(text), project.zone
    amounts = list(_amounts(plain, len(set(project.working_days))))
    masked = _masked(plain, [(a.start, a.end) for a in amounts])
    today = now.astimezone(zone).date()
    weeks = [*_weeks(masked, today), *_feasts(masked, now, project)]
    masked = _masked(masked, [(w.start, w.end) for w in weeks])
    single = [
        d
        for d in every_day(masked, now, zone)
        if not _INSTEAD.search(masked[: d.span[0]]) or _from(masked, d)
    ]
    found: list[Days | Amount] = [*amounts, *weeks, *_runs(masked, single)]
    return sorted(found, key=lambda f: f.start)


def _from(text: str, day: Dated) -> bool:
    """ "From 30 Nov to 4 Dec", not "moves from 25 Nov"."""
    return re.search(r"\bfrom\s*(?:the)?\s*$", text[: day.span[0]]) is not None


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "~" * (end - start) + text[end:]
    return text


def _amounts(text: str, week: int) -> Iterator[Amount]:
    for m in _AMOUNT.finditer(text):
        before, after = text[max(0, m.start() - 24) : m.start()], text[m.end() :]
        if _MAKES_A_DAY.search(before) or _FROM_NOW.match(after) or _AGO.match(after):
            continue
        unit, short = _UNIT[m["unit"]], len(m["unit"]) == 1
        if short and not (m["n"] or "")[:1].isdigit():
            continue  # "a d", "un h"
        number = _number(m)
        kind = m["what"] or m["after"] or ""
        calendar = bool(re.search(r"calendar|kalender|naturales|calendaires|calendario", kind))
        days = _in_days(number, unit, 7 if calendar else week)
        if unit == "month":
            days, calendar = round(number * 30), True
        more = re.search(rf"\b(?:another|otro|otra)\b|\b{_MORE}\b", m.group()) is not None
        whole = -(-days // 1)
        yield Amount(m.start(), m.end(), int(whole), calendar, m["sign"] == "-", more, whole != days)


def _number(m: re.Match[str]) -> float:
    if m["half"]:
        return 0.5
    said = m["n"].split()
    word = said[-1] if said[-1] not in ("of", "de") else said[-2]
    if word in ("par", "paar"):
        number = 2.0
    elif word == "quelques":
        number = 3.0
    else:
        number = float(word.replace(",", ".")) if word[0].isdigit() else float(_NUMBER[word])
    return number + 0.5 * bool(m["and"])


def _in_days(number: float, unit: str, week: int) -> float:
    return number * {"day": 1, "week": week, "fortnight": 2 * week, "sprint": 2 * week, "hour": 1 / 8}.get(
        unit, 1
    )


def _weeks(text: str, today: date) -> Iterator[Days]:
    monday = today - timedelta(days=today.weekday())
    for m in _WEEK.finditer(text):
        if re.search(r"(?:mon|tue|wed|thu|fri|sat|sun)\w*\.?\s*(?:of\s+)?$", text[: m.start()]):
            continue  # "Tuesday next week" is a day
        ahead = 0 if m["this"] else 2 if m["after"] else 1
        first, last = monday + ahead * 7 * DAY, monday + (ahead * 7 + 6) * DAY
        if m["many"]:
            first, last = today, today + 13 * DAY
        if m["this"]:
            first = max(first, today)
        yield Days(m.start(), m.end(), first, last, _each(first, last))


def _feasts(text: str, now: datetime, project: Project) -> Iterator[Days]:
    """Holidays that are called by their names."""
    for m in _FEAST.finditer(text):
        found = window_days(m.group(), project, now, looks_back=False)
        if found is not None and found.start is not None and found.end is not None:
            yield Days(m.start(), m.end(), found.start, found.end, _each(found.start, found.end))


def _each(first: date, last: date) -> tuple[date, ...]:
    count = min((last - first).days, MOST_DAYS)
    return tuple(first + n * DAY for n in range(count + 1))


def _runs(text: str, found: Sequence[Dated]) -> Iterator[Days]:
    """Days that are written together, as one."""
    at = 0
    while at < len(found):
        group = [found[at]]
        while at + 1 < len(found) and _joined(text, found[at], found[at + 1]):
            at += 1
            group.append(found[at])
        at += 1
        yield _run(text, group)


def _joined(text: str, one: Dated, other: Dated) -> bool:
    between = text[one.span[1] : other.span[0]]
    return bool(_JOIN_SPAN.fullmatch(between) or _JOIN_LIST.fullmatch(between))


def _spans(text: str, one: Dated, other: Dated) -> bool:
    """From the one to the other, and not only on these two."""
    between, before = text[one.span[1] : other.span[0]], text[max(0, one.span[0] - 16) : one.span[0]]
    return bool(
        _JOIN_SPAN.fullmatch(between)
        or re.search(r"\b(?:between|zwischen|entre)\s+(?:el|le|dem)?\s*$", before)
    )


def _run(text: str, group: Sequence[Dated]) -> Days:
    start, end = group[0].span[0], group[-1].span[1]
    days: list[date] = []
    if ahead := _ahead(text, group[0]):
        start = ahead[0]
        days += ahead[1]
    days.append(group[0].day)
    for one, other in pairwise(group):
        last = _after(other.day, one.day)
        days += _each(one.day + DAY, last) if _spans(text, one, other) and last > one.day else [last]
    if behind := _behind(text, group[-1]):
        end = behind[0]
        days += behind[1]
    listed = tuple(sorted(dict.fromkeys(days)))
    before = text[max(0, start - 30) : start]
    if week := _WEEK_OF.search(before):
        monday = listed[0] - timedelta(days=listed[0].weekday())
        return Days(start - len(week.group()), end, monday, monday + 6 * DAY, _each(monday, monday + 6 * DAY))
    opens, closes = _FIRST_OF.search(before), _LAST_OF.search(before)
    single = len(listed) == 1
    return Days(start, end, listed[0], listed[-1], listed, single and bool(opens), single and bool(closes))


def _after(day: date, first: date) -> date:
    """The end of a run that would end before it began: a weekday of the week after, a day of next year."""
    if day >= first:
        return day
    if (first - day).days <= 7:
        return day + 7 * DAY
    try:
        later = day.replace(year=day.year + 1)
    except ValueError:
        return day
    return later if (later - first).days < MOST_DAYS else day


def _ahead(text: str, day: Dated) -> tuple[int, list[date]] | None:
    """Bare days of the month before a whole date: "26 and 27 Nov", "24.-31. Dez."."""
    if not text[day.span[0]].isdigit() or re.match(r"\d{4}|\d+[/]", text[day.span[0] :]):
        return None
    m = _AHEAD.search(text[: day.span[0]])
    return (m.start(), _in_month(m.group(), day.day, ends=day.day)) if m else None


def _behind(text: str, day: Dated) -> tuple[int, list[date]] | None:
    """Bare days of the month after a whole date: "Dec 1-3"."""
    if not re.match(r"[a-z]", text[day.span[0]]) or not re.search(r"[a-z].*\d(?:st|nd|rd|th)?$", day.words):
        return None
    m = _BEHIND.match(text, day.span[1])
    return (m.end(), _in_month(m.group(), day.day, begins=day.day)) if m else None


def _in_month(words: str, month: date, *, begins: date | None = None, ends: date | None = None) -> list[date]:
    """The days of a month that bare numbers name, with those between where the words say so."""
    found = [day for n in re.findall(r"\d+", words) if (day := _nth(month, int(n)))]
    whole = [*([begins] if begins else []), *found, *([ends] if ends else [])]
    marks = re.findall(r"\D+", re.sub(r"(?<=\d)(?:st|nd|rd|th|er|\.)", "", words))
    days: list[date] = list(found)
    for mark, (one, other) in zip(marks, pairwise(whole), strict=False):
        if _SPANNING.search(mark) and one < other:
            days += _each(one, other)
    return days


def _nth(month: date, day: int) -> date | None:
    try:
        return month.replace(day=day)
    except ValueError:
        return None

"""Which day do these words mean, said now, in the speaker's zone?

The rules a reader may want to know (docs/commands.md says them to people):
- A bare weekday is its next date; on that weekday itself, a week later. "This Friday" on Friday is today.
- "Next Wednesday" is the one in next week; weeks begin on Monday. "Next week" and "end of week": its Friday.
- A date without a year is the next one, unless it passed within the last 30 days: then that day is meant.
- In 3/4 the only possible reading wins, or the one on the weekday named; else the month comes first in the
  Americas (not in Latin America), and where a zone tells no place, as UTC, the nearer day to come is meant.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.errors import Invalid

LONGEST_TEXT = 6000
PAST_DAYS = 30
FAR_YEARS = 10
WAYS = "Write a day such as `2026-12-04`, `4 Dec`, `next Friday`, `tomorrow`, `in 3 days` or `end of month`."


@dataclass(frozen=True, slots=True)
class Dated:
    """A day found in a text; `words` are the text at `span`, with what leads to the date ("by Friday")."""

    day: date
    words: str
    span: tuple[int, int]


class Lead(IntEnum):
    """What the words before a date say about it."""

    AGAINST = 0  # "since", "last", "after": not when something is to be
    BARE = 1
    ON = 2
    BY = 3
    CLEARS = 4  # "eta", "due", "expected": said of this very thing


@dataclass(frozen=True, slots=True)
class _Today:
    day: date
    month_first: bool
    alone: bool  # the words are meant to be a date, not a sentence that may have one
    placeless: bool = False  # the zone says nothing of which number people write first


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    day: date | None
    lead: Lead


def find_date(text: str, now: datetime, zone: ZoneInfo) -> Dated | None:
    """The day by which a sentence says something will be; None when it names none for certain."""
    text = text[:LONGEST_TEXT]
    today = _today(now, zone, alone=False)
    counted = [hit for hit in _hits(text, today) if hit.day is not None and _counts(text, hit)]
    if not counted:
        return None
    # "By 20 Nov, now by 4 Dec": what is still to come holds.
    best = max(counted, key=lambda hit: (hit.lead, hit.day is not None and hit.day >= today.day, -hit.start))
    start = _with_lead(text, best.start)
    assert best.day is not None
    return Dated(best.day, text[start : best.end].strip(" ("), (start, best.end))


def parse_date(words: str, now: datetime, zone: ZoneInfo, *, allow_past: bool = False) -> date:
    """The day somebody typed as a date. Raises Invalid with what to write instead."""
    said = " ".join(words.split()).strip(" .,;:!?`'\"“”()*_")
    if not said:
        raise Invalid(f"Say the day. {WAYS}")
    today = _today(now, zone, alone=True)
    hits = _hits(said[:200], today)
    days = list(dict.fromkeys(hit.day for hit in hits if hit.day is not None))
    quoted = f"“{said if len(said) <= 60 else said[:59] + '…'}”"
    if len(days) > 1:
        named = " and ".join(day.isoformat() for day in days[:2])
        raise Invalid(f"{quoted} names {named}. Write one day.")
    day = days[0] if days else None if hits else _in_another_tongue(said, today)
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
    hits = _hits(text[:LONGEST_TEXT], today)
    return tuple(
        Dated(hit.day, text[hit.start : hit.end], (hit.start, hit.end)) for hit in hits if hit.day is not None
    )


def _today(now: datetime, zone: ZoneInfo, *, alone: bool) -> _Today:
    return _Today(now.astimezone(zone).date(), _month_first(zone), alone, "/" not in (zone.key or ""))


def refuse_past(day: date, today: date, *, field: str | None = None) -> None:
    """What is still to come is not on a day gone by; `field` says where that day was given."""
    if day < today:
        later = "Choose a later day." if field else "Say a later day, with its year if need be."
        raise Invalid(f"{_said(day)} is in the past; today is {_said(today)}. {later}", field=field)


def _said(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


# ---- what the parts of a date are called -------------------------------------------------------------

_WEEKDAYS = (
    "monday mon lunes lundi montag",
    "tuesday tue tues martes mardi dienstag",
    "wednesday wed weds miercoles mercredi mittwoch",
    "thursday thu thur thurs jueves jeudi donnerstag",
    "friday fri viernes vendredi freitag",
    "saturday sat sabado samedi samstag sonnabend",
    "sunday sun domingo dimanche sonntag",
)
_MONTHS = (
    "january jan enero ene janvier janv januar janner",
    "february feb febrero fevrier fevr februar",
    "march mar marzo mars marz mrz",
    "april apr abril abr avril avr",
    "may mayo mai",
    "june jun junio juin juni",
    "july jul julio juillet juil juli",
    "august aug agosto aout",
    "september sept sep septiembre setiembre septembre",
    "october oct octubre octobre oktober okt",
    "november nov noviembre novembre",
    "december dec diciembre dic decembre dezember dez",
)
_COUNTS = (
    "a an one un una une ein einem einer eine",
    "two dos deux zwei couple",
    "three tres trois drei",
    "four cuatro quatre vier",
    "five cinco cinq funf",
    "six seis sechs",
    "seven siete sept sieben",
    "eight ocho huit acht",
    "nine nueve neuf neun",
    "ten diez dix zehn",
)
_UNITS = {
    "day": "days day d dias dia jours jour tagen tage tag arbeitstagen arbeitstage werktagen werktage",
    "week": "weeks week wks wk w semanas semana semaines semaine wochen woche",
    "fortnight": "fortnights fortnight",
    "month": "months month mos meses mes mois monaten monate monat",
    "hour": "hours hour hrs hr h horas hora heures heure stunden stunde",
}


def _numbered(rows: tuple[str, ...], first: int) -> dict[str, int]:
    return {word: n for n, row in enumerate(rows, first) for word in row.split()}


_WEEKDAY = _numbered(_WEEKDAYS, 0)
_MONTH = _numbered(_MONTHS, 1)
_COUNT = _numbered(_COUNTS, 1)
_UNIT = {word: unit for unit, row in _UNITS.items() for word in row.split()}
_ACCENTS = {"a": "aàáâä", "c": "cç", "e": "eèéêë", "i": "iíî", "n": "nñ", "o": "oóôö", "u": "uùúûü"}


def _any_of(words: Iterator[str] | dict[str, int] | dict[str, str]) -> str:
    """An alternation of words, with or without their accents, the longest first."""
    return "|".join(
        "".join(f"[{_ACCENTS[c]}]" if c in _ACCENTS else c for c in word)
        for word in sorted(words, key=len, reverse=True)
    )


_WD, _MON, _NUM, _OF = _any_of(_WEEKDAY), _any_of(_MONTH), _any_of(_COUNT), _any_of(_UNIT)
_BEGIN = r"(?<![\w@#/.:$€+-])"
_TAIL = re.compile(
    r"(?:,?\s+(?:(?:in the\s+)?(?:morning|afternoon|evening)|night|noon|midnight|eod|eob|cob|"
    r"end of (?:the )?day|"
    r"close of business|fr[üu]h|vormittag|nachmittag|abend|matin|soir|midi|por la (?:ma[nñ]ana|tarde|"
    r"noche)|"
    r"(?:at the )?latest|at the earliest)\b)?"
    r"(?:,?\s+(?:(?:at|um|a las|à)\s+)?(?:\d{1,2}:\d{2}(?:\s?[ap]m)?|\d{1,2}\s?(?:[ap]m|h|uhr)\b)"
    r"(?:\s(?:[ECMP][SD]?T|UTC|GMT|CES?T|BST|IST|local)\b)?)?",
    re.IGNORECASE,
)


def _plain(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word)
    return "".join(c for c in bare if not unicodedata.combining(c)).casefold()


# ---- the forms, each with the day it means -----------------------------------------------------------


def _ymd(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(today: date, month: int, day: int) -> date | None:
    """The next such date, or the one that passed in the last 30 days; 29 February may be years away."""
    years = range(today.year - 1, today.year + 9)
    days = (_ymd(year, month, day) for year in years)
    return next((d for d in days if d is not None and d >= today - timedelta(days=PAST_DAYS)), None)


def _on(today: _Today, month: int, day: int, year: str | None) -> date | None:
    if year is None:
        return _coming(today.day, month, day)
    return _ymd(int(year) + (2000 if len(year) == 2 else 0), month, day)


def _last_of_month(year: int, month: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def _friday(today: date, weeks: int) -> date:
    friday = today + timedelta(days=4 - today.weekday() + 7 * weeks)
    return friday if friday >= today else friday + timedelta(days=7)


def _iso(m: re.Match[str], today: _Today) -> date | None:
    return _ymd(int(m["y"]), int(m["m"]), int(m["d"]))


def _day_month(m: re.Match[str], today: _Today) -> date | None:
    return _on(today, _MONTH[_plain(m["mon"])], int(m["d"]), m["y"])


def _numbers(m: re.Match[str], today: _Today) -> date | None:
    first, second = int(m["a"]), int(m["b"])
    orders = ((second, first), (first, second)) if today.month_first else ((first, second), (second, first))
    days = [day for d, month in orders if month <= 12 and (day := _on(today, month, d, m["y"])) is not None]
    if named := re.match(rf"(?:{_WD})\b", m.group(), re.IGNORECASE):
        that_day = [day for day in days if day.weekday() == _WEEKDAY[_plain(named.group())]]
        days = that_day or days
    if today.placeless:
        days.sort(key=lambda day: (day < today.day, abs(day - today.day)))
    return days[0] if days else None


def _dotted(m: re.Match[str], today: _Today) -> date | None:
    parts = m.groupdict()
    return _on(today, int(m["b"]), int(m["a"]), parts.get("y") or parts.get("yy"))


def _nth(m: re.Match[str], today: _Today) -> date | None:
    months = (
        (today.day.year + (today.day.month - 1 + n) // 12, (today.day.month - 1 + n) % 12 + 1)
        for n in range(3)
    )
    days = (_ymd(year, month, int(m["d"])) for year, month in months)
    return next((d for d in days if d is not None and d >= today.day), None)


def _weekday(m: re.Match[str], today: _Today) -> date | None:
    wanted, said = _WEEKDAY[_plain(m["wd"])], _plain(f"{m['which'] or ''} {m['then'] or ''}")
    ahead = (wanted - today.day.weekday()) % 7
    if re.search(r"last|past|letzt|dernier|pasado", said):
        return today.day - timedelta(days=7 - ahead if ahead else 7)
    if re.search(r"next|nachst|(?<!this )week|woche|semaine|semana", said):
        return today.day + timedelta(days=7 - today.day.weekday() + wanted)
    if re.search(r"\b(?:this|dies\w*|este|ce)\b", said):
        return today.day + timedelta(days=ahead)
    return today.day + timedelta(days=ahead or 7)


def _later(m: re.Match[str], today: _Today) -> date | None:
    amount, word = _plain(m["n"]), _plain(m["unit"])
    count = int(amount) if amount.isdigit() else _COUNT[amount.removesuffix(" of").split()[-1]]
    unit = _UNIT[word]
    if count > 1000:
        return None
    if unit == "month":
        month = today.day.month + count
        last = _last_of_month(today.day.year, month)
        return last.replace(day=min(today.day.day, last.day))
    if unit == "day" and (m["work"] or m["worked"] or word.startswith(("arbeits", "werk"))):
        return _working_days_later(today.day, count)
    days = {"day": 1, "week": 7, "fortnight": 14, "hour": 1 / 24}[unit] * count
    return today.day + timedelta(days=-(-days // 1))


def _weeks_from(m: re.Match[str], today: _Today) -> date | None:
    """ "A week from Wednesday": seven days after what "Wednesday" alone means."""
    parts = {name: _plain(word) for name, word in m.groupdict().items() if word}
    amount = parts.get("n", "one")
    weeks = int(amount) if amount.isdigit() else _COUNT[amount.removesuffix(" of").split()[-1]]
    near = {"today": 0, "tomorrow": 1}.get(parts["wd"])
    if near is None:
        near = (_WEEKDAY[parts["wd"]] - today.day.weekday()) % 7 or 7
    return today.day + timedelta(days=near + 7 * weeks * (2 if "two" in parts else 1))


def _working_days_later(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _days(ahead: int) -> Callable[[re.Match[str], _Today], date]:
    return lambda m, today: today.day + timedelta(days=ahead)


def _week(ahead: int) -> Callable[[re.Match[str], _Today], date]:
    return lambda m, today: _friday(today.day, ahead)


def _month_end(ahead: int) -> Callable[[re.Match[str], _Today], date]:
    return lambda m, today: _last_of_month(today.day.year, today.day.month + ahead)


def _quarter_end(m: re.Match[str], today: _Today) -> date:
    return _last_of_month(today.day.year, (today.day.month + 2) // 3 * 3)


def _year_end(m: re.Match[str], today: _Today) -> date:
    return date(today.day.year, 12, 31)


def _named_month_end(m: re.Match[str], today: _Today) -> date:
    month = _MONTH[_plain(m["mon"])]
    if m["y"]:
        return _last_of_month(int(m["y"]), month)
    return next(d for y in (0, 1) if (d := _last_of_month(today.day.year + y, month)) >= today.day)


@dataclass(frozen=True, slots=True)
class _Form:
    pattern: re.Pattern[str]
    day: Callable[[re.Match[str], _Today], date | None]
    lead: Lead = Lead.BARE  # what the form says by itself
    needs: Lead = Lead.BARE  # what must stand before it in a sentence, because it may be something else
    only_alone: bool = False


def _form(
    pattern: str,
    day: Callable[[re.Match[str], _Today], date | None],
    *,
    lead: Lead = Lead.BARE,
    needs: Lead = Lead.BARE,
    only_alone: bool = False,
) -> _Form:
    return _Form(re.compile(_BEGIN + pattern, re.IGNORECASE), day, lead, needs, only_alone)


_ON = r"(?:(?:the|den|le|el)\s+)?"
_DAYNAME = rf"(?:(?:{_WD})\.?,?\s+{_ON})?"
_YEAR = r"(?:(?:-|,?\s+(?:(?:de|del|of)\s+)?)(?P<y>20\d{2}))?"
_NOT_COUNTED = (
    r"(?!\s*(?:of|done|passed|failed|complete|sites?|gates?|items?|tests?|messages?|users?|support)\b)"
)
_NTH_ENDS = (
    r"(?=\s*(?:$|[,.;:!?)\n–—])|"
    r"\s(?:at|so|but|and|to|or|if|when|latest|eod|cob|morning|then|because|we|it|is)\b)"
)
_WHICH = (
    r"(?:this|next) week|this|next|coming|upcoming|following|last|past|every|each|"
    r"dies\w{1,2}|n[aä]chste\w?|kommende\w?|"
    r"letzte\w?|"
    r"jede\w?|este|(?:el )?pr[oó]ximo|ce|chaque|cada"
)
_THEN = (
    r"(?:of\s+)?next week|n[aä]chste woche|de la semaine prochaine|de la semana que viene|prochain|"
    r"que viene|"
    r"pr[oó]ximo|dernier|pasado"
)
_AMOUNT = (
    rf"(?P<n>\d{{1,4}}|a couple(?: of)?|{_NUM})\s*-?\s*(?P<work>(?:working|business|"
    rf"work)\s+)?(?P<unit>{_OF})\b"
    r"(?P<worked>\s+(?:ouvr[eé]s|h[aá]biles|laborables))?"
)
_FORMS = (
    _form(
        rf"{_DAYNAME}(?P<y>20\d{{2}})(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?:T[\d:.]+Z?)?(?!\d)",
        _iso,
    ),
    _form(r"(?P<y>20\d{2})(?P<m>\d{2})(?P<d>\d{2})(?!\d)", _iso, only_alone=True),
    _form(
        rf"{_DAYNAME}(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?(?:\s+(?:of|de|del)\s+|\s*-\s*|\s*)"
        rf"(?P<mon>{_MON})\b\.?{_YEAR}(?!['’]s)",
        _day_month,
    ),
    _form(
        rf"{_DAYNAME}(?P<mon>{_MON})\.?\s*(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\w@]|[/-]\w|"
        rf"[.:]\d|\s?%)"
        rf"{_YEAR}",
        _day_month,
    ),
    _form(
        rf"{_DAYNAME}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y>20\d{{2}}|\d{{2}}))?(?![\w/%]|"
        rf"\.\d){_NOT_COUNTED}",
        _numbers,
        needs=Lead.ON,
    ),
    _form(
        rf"{_DAYNAME}(?P<a>\d{{1,2}})\.\s?(?P<b>\d{{1,2}})\.(?:\s?(?P<y>20\d{{2}})|"
        rf"(?P<yy>\d{{2}})(?![\d.]))?(?!\w)",
        _dotted,
        needs=Lead.ON,
    ),
    _form(r"(?P<a>\d{1,2})\.(?P<b>\d{1,2})$", _dotted, only_alone=True),
    _form(r"(?P<a>\d{1,2})-(?P<b>\d{1,2})-(?P<y>20\d{2})(?!\d)", _numbers),
    _form(
        rf"{_DAYNAME}(?:the|el|le)\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º)?{_NTH_ENDS}", _nth, needs=Lead.ON
    ),
    _form(r"(?P<d>\d{1,2})(?:st|nd|rd|th)$", _nth, only_alone=True),
    _form(
        rf"(?P<n>\d{{1,2}}|a couple(?: of)?|{_NUM})\s+(?:weeks?|(?P<two>fortnights?))\s+"
        rf"(?:(?:from|on|after|starting)\s+)?(?P<wd>{_WD}|today|tomorrow)\b(?!['’]s)",
        _weeks_from,
        lead=Lead.ON,
    ),
    _form(
        rf"(?P<wd>{_WD})\s+(?:week|fortnight|en huit|in einer woche)\b(?!['’]s)", _weeks_from, lead=Lead.ON
    ),
    _form(rf"(?:(?P<which>{_WHICH})\s+)?(?P<wd>{_WD})\b\.?(?!['’]s)(?P<then>\s+(?:{_THEN})\b)?", _weekday),
    _form(
        rf"(?:in|within|inside|en|dans|sous|dentro de|innerhalb von|binnen)\s+(?:the next\s+|about\s+|"
        rf"max\s+)?{_AMOUNT}",
        _later,
        lead=Lead.ON,
    ),
    _form(rf"{_AMOUNT}\s+from\s+(?:now|today)\b", _later, lead=Lead.ON),
    _form(rf"{_AMOUNT}$", _later, only_alone=True),
    _form(
        r"(?:today|heute(?: abend)?|hoy|aujourd['’]hui|tonight|ce soir|esta (?:noche|tarde)|"
        r"this (?:morning|afternoon|evening))\b(?!['’]s)",
        _days(0),
    ),
    _form(r"(?:noon|midnight)\b", _days(0), needs=Lead.BY),
    _form(r"(?:after|before|over) lunch\b", _days(0)),
    _form(
        r"(?:eod|eob|cob|close of (?:business|play)|end of (?:play|(?:the )?(?:business )?day))\b",
        _days(0),
        lead=Lead.ON,
    ),
    _form(
        r"(?:tomm?orr?ow|tomorro|tmr?r?w|tmr|2mor(?:o|row)|demain|(?<!la )(?<!esta )(?<!cada )ma[nñ]ana|"
        r"(?<!guten )(?<!am )(?<!jeden )(?<!heute )morgen)\b(?!['’]s)",
        _days(1),
    ),
    _form(r"(?:the )?(?:day after tomorrow|[uü]bermorgen|apr[eè]s-demain|pasado ma[nñ]ana)\b", _days(2)),
    _form(r"(?:yesterday|gestern|hier|ayer)\b", _days(-1), only_alone=True),
    _form(
        r"(?:eow|(?:the )?end of (?:the |this )?(?:(?:business|work|working) ?)?week|week['’]?s end|"
        r"ende der woche|"
        r"(?:la )?fin de (?:la )?semaine|(?:el )?fin(?:al)? de la semana)\b",
        _week(0),
        lead=Lead.ON,
    ),
    _form(r"(?:this week|diese woche|cette semaine|esta semana)\b(?!['’]s)", _week(0)),
    _form(
        r"(?:(?:the )?end of )?(?:next week|n[aä]chste woche|(?:la )?semaine prochaine|"
        r"(?:la )?(?:pr[oó]xima semana|"
        r"semana que viene))\b(?!['’]s)",
        _week(1),
    ),
    _form(r"(?:the )?week after next\b", _week(2)),
    _form(
        r"(?:eom|(?:the )?end of (?:the |this )?month|month[- ]?end|(?:la )?fin du mois|"
        r"(?:el )?fin(?:al|ales)? de(?:l)? mes|"
        r"fin de mes|monatsende|ende des monats)\b",
        _month_end(0),
        lead=Lead.ON,
    ),
    _form(r"(?:(?:the )?end of )?(?:next month|n[aä]chsten monat|(?:le )?mois prochain)\b", _month_end(1)),
    _form(r"(?:eoq|(?:the )?end of (?:the |this )?quarter|quarter[- ]?end)\b", _quarter_end, lead=Lead.ON),
    _form(
        r"(?:eoy|(?:the )?end of (?:the |this )?year|year[- ]?end|fin de (?:l['’])?ann[eé]e|"
        r"fin de a[nñ]o|jahresende)\b",
        _year_end,
        lead=Lead.ON,
    ),
    _form(
        rf"(?:(?:the )?end (?:of )?|ende |fin |(?:a )?fin(?:es|"
        rf"ales)? de )(?P<mon>{_MON})\b\.?(?:\s+(?P<y>20\d{{2}}))?"
        r"(?!\.?\s*\d)",
        _named_month_end,
        lead=Lead.ON,
    ),
)


# ---- what stands before a date, and whether it makes it the day something will be ---------------------

_LINK = (
    r"(?:\W{0,3}\b(?:\d{1,2}(?::\d{2})?\s?(?:[ap]m)?|by|on|for|the|is|at|around|about|in|to|till|until|it|this|"
    r"back|le|el|am|den|zum|date|be|clear|cleared|resolved|resolution|fixed|fix|done|ready|delivery|completion|"
    r"now|still|approx)\b){0,4}\W{0,3}$"
)
_AGAINST = re.compile(
    r"\b(?:since|after|from|starting|as of|last|past|every|each|early|mid|middle of|beginning of|start of|"
    r"week of|weeks? ending|sent|raised|opened|requested|submitted|escalated|asked|reported|"
    r"(?:was|were) (?:due|expected|supposed|planned|scheduled)(?: (?:by|for))?|"
    r"depuis|apr[eè]s|seit|nach|ab|anfang|mitte|desde|"
    r"despu[eé]s del?|principios de|d[eé]but|mi)\b"
    r"(?:\s+(?:on|the|le|el|dem|del|in|about|sometime))?[\s(:-]*$",
    re.IGNORECASE,
)
_LEADS = (
    (
        Lead.CLEARS,
        re.compile(
            r"\b(?:(?:you|everyone|everybody|all)(?:['’]ve| have)(?: time)? (?:until|till)|"
            r"etas?|clears?|clearing|expect(?:ed|s|ing)?|resolves?|due(?!\s+to\b)|target(?:ed|ing)?|"
            r"deadline|promised|"
            r"scheduled|planned|estimated?|pr[eé]vue?|previst[oa]|erwartet|voraussichtlich|f[aä]llig|"
            r"geplant|vence)\b" + _LINK,
            re.IGNORECASE,
        ),
    ),
    (
        Lead.BY,
        re.compile(
            r"(?:\b(?:by|before|until|till|no later than|not later than|latest|through|thru|antes del?|"
            r"hasta|para|"
            r"d['’]ici|avant|jusqu['’]aux?|bis|sp[äa]testens|vor|(?:pushed|moved|slipped|postponed|"
            r"delayed) (?:out )?to)"
            r"|\b['’]?til)\b" + _LINK,
            re.IGNORECASE,
        ),
    ),
    (
        Lead.ON,
        re.compile(
            r"(?:\b(?:on|for|is|le|el|am|den|around|about|back|lands|arrives|arriving|returns|returning|"
            r"comes|coming|"
            r"first thing(?: on)?|\d{1,2}(?::\d{2})?\s?[ap]m|"
            r"not before|no earlier than|earliest)\b|~)" + _LINK,
            re.IGNORECASE,
        ),
    ),
)
_VERSION = re.compile(
    r"\b(?:v|ver|version|release|rel|build|rev|revision|java|node|python|tls|stage|phase|wave|step|"
    r"section|part|"
    r"chapter|item|no|nr|port|room|level|tier|round)\.?\s*$",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:will|won['’]?t|shall|should(?! have)|going to|to be|may|might|must|expects?|expecting|hopes?|"
    r"hoping|plans?|"
    r"planning|aims?|aiming|comes|coming|lands|arrives|arriving|returns|returning|back|ships|ready|"
    r"available|needed|"
    r"required|gets|up|wird|kommt|werden|soll(?:te)?|sera|devrait|arrive|llega|estar[aá]|deber[ií]a)\b|"
    r"['’]ll\b",
    re.IGNORECASE,
)
_GONE_BY = re.compile(
    r"\b(?:went|was|were|told|said|sent|fell|broke|began|got|lost|met|left|had|did|since|ago|"
    r"(?!need|expect|schedul|plann|promis|requir|estimat)[^\W\d_]{3,}ed)\b",
    re.IGNORECASE,
)
_END_OF_DAY = re.compile(
    r"(?:eod|eob|cob|close of (?:business|play)|end of (?:play|(?:the )?(?:business )?day)|noon|"
    r"midnight),?\s+(?:on\s+|of\s+)?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;!?\n–—(]|,\s|\s-\s|\s(?:but|so|aber|mais|pero)\s")


def _counts(text: str, hit: _Hit) -> bool:
    """Is this the day by which something will be, and not one that is told of?"""
    if hit.lead in (Lead.AGAINST, Lead.CLEARS, Lead.BY):
        return hit.lead is not Lead.AGAINST
    before = text[max(0, hit.start - 160) : hit.start]
    clause = before[max((m.end() for m in _CLAUSE.finditer(before)), default=0) :]
    if _TO_COME.search(clause):
        return True
    if _GONE_BY.search(clause):
        return False
    if hit.lead is Lead.ON:
        return True
    # A bare date only counts where it stands by itself: "waiting for legal, Friday", not "the Friday demo".
    return (
        not clause.strip(" \t*_:[")
        and re.match(r"[\s*_]*(?:$|[.,;!?)\]\n–—]|-\s)", text[hit.end :]) is not None
    )


def _hits(text: str, today: _Today) -> list[_Hit]:
    """Every date in the text, in order; of two that share words only the longer, "EOD Wednesday" as one."""
    found = [
        hit for form in _FORMS for m in form.pattern.finditer(text) if (hit := _hit(text, m, form, today))
    ]
    found.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[_Hit] = []
    for hit in found:
        if kept and hit.start < kept[-1].end:
            continue
        if kept and _END_OF_DAY.fullmatch(text[kept[-1].start : hit.start]):
            eod = kept.pop()
            hit = _Hit(eod.start, hit.end, hit.day, max(eod.lead, hit.lead))
        kept.append(hit)
    return kept


def _hit(text: str, m: re.Match[str], form: _Form, today: _Today) -> _Hit | None:
    parts = m.groupdict()
    lead, _ = _lead(text, m.start())
    if today.alone:
        return _Hit(m.start(), m.end(), form.day(m, today), Lead.BY)
    if form.only_alone or _is_something_else(text, m, parts, lead):
        return None
    if re.match(r"last|past|every|each|letzt|jede|chaque|cada", parts.get("which") or "", re.IGNORECASE):
        lead = Lead.AGAINST
    if lead is not Lead.AGAINST:
        named = bool(re.match(rf"(?:{_WD})\b", m.group(), re.IGNORECASE)) and ("a" in parts or "d" in parts)
        if max(lead, Lead.ON if named else Lead.BARE) < form.needs:
            return None
        lead = max(lead, form.lead)
    tail = _TAIL.match(text, m.end())
    return _Hit(m.start(), tail.end() if tail else m.end(), form.day(m, today), lead)


def _is_something_else(text: str, m: re.Match[str], parts: dict[str, str | None], lead: Lead) -> bool:
    """A verb, a version or a fraction that only looks like a date."""
    number = "a" in parts or ("mon" not in parts and "d" in parts)
    if number and (
        m.group() in ("24/7", "7/24") or _VERSION.search(text[max(0, m.start() - 16) : m.start()])
    ):
        return True
    month, day = parts.get("mon") or "", parts.get("wd") or ""
    if month in ("may", "march", "mar", "mars", "mai") and lead < Lead.ON:
        return True  # "we may 2 …", "march 4 people": months are written large, or after "on" and "by"
    short = day.islower() and len(day) <= 3 and not parts.get("which")
    return short and lead < (Lead.BY if day in ("sat", "sun", "mon", "wed") else Lead.ON)


def _lead(text: str, start: int) -> tuple[Lead, int]:
    """What leads to the date that starts here, and where that begins."""
    floor = max(0, start - 48)
    before = text[floor:start]
    if _AGAINST.search(before):
        return Lead.AGAINST, start
    for lead, pattern in _LEADS:
        if m := pattern.search(before):
            return lead, floor + m.start()
    return Lead.BARE, start


def _with_lead(text: str, start: int) -> int:
    return _lead(text, start)[1]


# ---- other languages, and which number is the month --------------------------------------------------

# Zones of the Americas where people write the day first.
_DAY_FIRST = re.compile(
    r"America/(?:Argentina/|(?:Sao_Paulo|Bahia|Fortaleza|Recife|Belem|Manaus|Cuiaba|Porto_Velho|"
    r"Bogota|Lima|Caracas|Santiago|Mexico_City|Monterrey|Cancun|Merida|Tijuana|Hermosillo|Chihuahua|"
    r"Mazatlan|La_Paz|"
    r"Montevideo|Asuncion|Guayaquil|Havana|Buenos_Aires|Costa_Rica|Guatemala|El_Salvador|Tegucigalpa|"
    r"Managua|"
    r"Santo_Domingo|Jamaica|Barbados|Martinique|Guadeloupe|Cayenne|Paramaribo|Guyana)$)"
)


def _month_first(zone: ZoneInfo) -> bool:
    key = zone.key or ""
    return key.startswith(("America/", "US/", "Pacific/Honolulu")) and not _DAY_FIRST.match(key)


def ready_for(words: str, now: datetime) -> None:
    """Have at hand what reading these words as a date takes: a second, the first time they are of a language
    without forms of its own here. To be called where nobody waits, before they are read where others do."""
    with suppress(Invalid):
        parse_date(words, now, ZoneInfo("UTC"))


@cache
def _tongues() -> Any:
    import dateparser  # a second and 40 MB with its languages, and most people never need it

    dateparser.parse("no date 1", settings={"REQUIRE_PARTS": ["day", "month"]})
    return dateparser


def _in_another_tongue(words: str, today: _Today) -> date | None:
    """A written-out date in a language that has no form here."""
    if len(words) > 40 or not re.search(r"\d", words) or not re.search(r"[^\W\d_]{3}", words):
        return None
    found = _tongues().parse(
        words,
        settings={
            "REQUIRE_PARTS": ["day", "month"],
            "PREFER_DATES_FROM": "future",
            "RELATIVE_BASE": datetime.combine(today.day, datetime.min.time()),
            "DATE_ORDER": "MDY" if today.month_first else "DMY",
        },
    )
    return found.date() if found else None

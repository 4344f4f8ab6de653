"""How is a day written, and which day does each way of writing it mean?"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from bot.domain.dates.words import (
    BEGIN,
    COUNT,
    COUNTS,
    MONTH,
    MONTHS,
    UNIT,
    UNITS,
    WEEKDAY,
    WEEKDAYS,
    plain,
)

PAST_DAYS = 30


class Lead(IntEnum):
    """What the words before a date say about it."""

    AGAINST = 0  # "since", "last", "after": not when something is to be
    BARE = 1
    ON = 2
    BY = 3
    CLEARS = 4  # "eta", "due", "expected": said of this very thing


@dataclass(frozen=True, slots=True)
class Today:
    """When and where something is read."""

    day: date
    month_first: bool
    alone: bool  # the words are meant to be a date, not a sentence that may have one
    placeless: bool = False  # the zone says nothing of which number people write first


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


def _on(today: Today, month: int, day: int, year: str | None) -> date | None:
    if year is None:
        return _coming(today.day, month, day)
    return _ymd(int(year) + (2000 if len(year) == 2 else 0), month, day)


def _last_of_month(year: int, month: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def _friday(today: date, weeks: int) -> date:
    friday = today + timedelta(days=4 - today.weekday() + 7 * weeks)
    return friday if friday >= today else friday + timedelta(days=7)


def _iso(m: re.Match[str], today: Today) -> date | None:
    return _ymd(int(m["y"]), int(m["m"]), int(m["d"]))


def _day_month(m: re.Match[str], today: Today) -> date | None:
    return _on(today, MONTH[plain(m["mon"])], int(m["d"]), m["y"])


def _numbers(m: re.Match[str], today: Today) -> date | None:
    first, second = int(m["a"]), int(m["b"])
    orders = ((second, first), (first, second)) if today.month_first else ((first, second), (second, first))
    days = [day for d, month in orders if month <= 12 and (day := _on(today, month, d, m["y"])) is not None]
    if named := re.match(rf"(?:{WEEKDAYS})\b", m.group(), re.IGNORECASE):
        that_day = [day for day in days if day.weekday() == WEEKDAY[plain(named.group())]]
        days = that_day or days
    if today.placeless:
        days.sort(key=lambda day: (day < today.day, abs(day - today.day)))
    return days[0] if days else None


def _dotted(m: re.Match[str], today: Today) -> date | None:
    parts = m.groupdict()
    return _on(today, int(m["b"]), int(m["a"]), parts.get("y") or parts.get("yy"))


def _nth(m: re.Match[str], today: Today) -> date | None:
    months = (
        (today.day.year + (today.day.month - 1 + n) // 12, (today.day.month - 1 + n) % 12 + 1)
        for n in range(3)
    )
    days = (_ymd(year, month, int(m["d"])) for year, month in months)
    return next((d for d in days if d is not None and d >= today.day), None)


def _weekday(m: re.Match[str], today: Today) -> date | None:
    wanted, said = WEEKDAY[plain(m["wd"])], plain(f"{m['which'] or ''} {m['then'] or ''}")
    ahead = (wanted - today.day.weekday()) % 7
    if re.search(r"last|past|letzt|dernier|pasado", said):
        return today.day - timedelta(days=7 - ahead if ahead else 7)
    if re.search(r"next|nachst|(?<!this )week|woche|semaine|semana", said):
        return today.day + timedelta(days=7 - today.day.weekday() + wanted)
    if re.search(r"\b(?:this|dies\w*|este|ce)\b", said):
        return today.day + timedelta(days=ahead)
    return today.day + timedelta(days=ahead or 7)


def _later(m: re.Match[str], today: Today) -> date | None:
    amount, word = plain(m["n"]), plain(m["unit"])
    count = int(amount) if amount.isdigit() else COUNT[amount.removesuffix(" of").split()[-1]]
    unit = UNIT[word]
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


def _weeks_from(m: re.Match[str], today: Today) -> date | None:
    """ "A week from Wednesday": seven days after what "Wednesday" alone means."""
    parts = {name: plain(word) for name, word in m.groupdict().items() if word}
    amount = parts.get("n", "one")
    weeks = int(amount) if amount.isdigit() else COUNT[amount.removesuffix(" of").split()[-1]]
    near = {"today": 0, "tomorrow": 1}.get(parts["wd"])
    if near is None:
        near = (WEEKDAY[parts["wd"]] - today.day.weekday()) % 7 or 7
    return today.day + timedelta(days=near + 7 * weeks * (2 if "two" in parts else 1))


def _working_days_later(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _days(ahead: int) -> Callable[[re.Match[str], Today], date]:
    return lambda m, today: today.day + timedelta(days=ahead)


def _week(ahead: int) -> Callable[[re.Match[str], Today], date]:
    return lambda m, today: _friday(today.day, ahead)


def _month_end(ahead: int) -> Callable[[re.Match[str], Today], date]:
    return lambda m, today: _last_of_month(today.day.year, today.day.month + ahead)


def _quarter_end(m: re.Match[str], today: Today) -> date:
    return _last_of_month(today.day.year, (today.day.month + 2) // 3 * 3)


def _year_end(m: re.Match[str], today: Today) -> date:
    return date(today.day.year, 12, 31)


def _named_month_end(m: re.Match[str], today: Today) -> date:
    month = MONTH[plain(m["mon"])]
    if m["y"]:
        return _last_of_month(int(m["y"]), month)
    return next(d for y in (0, 1) if (d := _last_of_month(today.day.year + y, month)) >= today.day)


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing a day."""

    pattern: re.Pattern[str]
    day: Callable[[re.Match[str], Today], date | None]
    lead: Lead = Lead.BARE  # what the form says by itself
    needs: Lead = Lead.BARE  # what must stand before it in a sentence, because it may be something else
    only_alone: bool = False


def _form(
    pattern: str,
    day: Callable[[re.Match[str], Today], date | None],
    *,
    lead: Lead = Lead.BARE,
    needs: Lead = Lead.BARE,
    only_alone: bool = False,
) -> Form:
    return Form(re.compile(BEGIN + pattern, re.IGNORECASE), day, lead, needs, only_alone)


_ON = r"(?:(?:the|den|le|el)\s+)?"
_DAYNAME = rf"(?:(?:{WEEKDAYS})\.?,?\s+{_ON})?"
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
    rf"(?P<n>\d{{1,4}}|a couple(?: of)?|{COUNTS})\s*-?\s*(?P<work>(?:working|business|"
    rf"work)\s+)?(?P<unit>{UNITS})\b"
    r"(?P<worked>\s+(?:ouvr[eé]s|h[aá]biles|laborables))?"
)
FORMS = (
    _form(
        rf"{_DAYNAME}(?P<y>20\d{{2}})(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?:T[\d:.]+Z?)?(?!\d)",
        _iso,
    ),
    _form(r"(?P<y>20\d{2})(?P<m>\d{2})(?P<d>\d{2})(?!\d)", _iso, only_alone=True),
    _form(
        rf"{_DAYNAME}(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?(?:\s+(?:of|de|del)\s+|\s*-\s*|\s*)"
        rf"(?P<mon>{MONTHS})\b\.?{_YEAR}(?!['’]s)",
        _day_month,
    ),
    _form(
        rf"{_DAYNAME}(?P<mon>{MONTHS})\.?\s*(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\w@]|[/-]\w|"
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
        rf"(?P<n>\d{{1,2}}|a couple(?: of)?|{COUNTS})\s+(?:weeks?|(?P<two>fortnights?))\s+"
        rf"(?:(?:from|on|after|starting)\s+)?(?P<wd>{WEEKDAYS}|today|tomorrow)\b(?!['’]s)",
        _weeks_from,
        lead=Lead.ON,
    ),
    _form(
        rf"(?P<wd>{WEEKDAYS})\s+(?:week|fortnight|en huit|in einer woche)\b(?!['’]s)",
        _weeks_from,
        lead=Lead.ON,
    ),
    _form(
        rf"(?:(?P<which>{_WHICH})\s+)?(?P<wd>{WEEKDAYS})\b\.?(?!['’]s)(?P<then>\s+(?:{_THEN})\b)?",
        _weekday,
    ),
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
        rf"ales)? de )(?P<mon>{MONTHS})\b\.?(?:\s+(?P<y>20\d{{2}}))?"
        r"(?!\.?\s*\d)",
        _named_month_end,
        lead=Lead.ON,
    ),
)

"""Which days of a project does a window of a question mean?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.dates import parse_date
from bot.domain.errors import Invalid
from bot.domain.plan import WEEKDAYS, Project
from bot.domain.questions.windows import HOLIDAYS, MONTHS, NUMBERS, SINCE, THIS, UNITS, UNTIL
from bot.domain.questions.words import said

_COUNTS = (
    ("a", "an", "one", "another", "un", "una", "une", "ein", "eine", "einen", "einer"),
    ("two", "couple", "dos", "deux", "zwei"),
    ("three", "few", "several", "tres", "trois", "drei"),
    ("four", "cuatro", "quatre", "vier"),
    ("five", "cinco", "cinq", "funf"),
    ("six",),
    ("seven",),
    ("eight",),
    ("nine",),
    ("ten",),
)
_COUNT = {word: n for n, row in enumerate(_COUNTS, 1) for word in row} | {"fourteen": 14, "thirty": 30}
_NEXT = re.compile(r"next|coming|following|upcoming|proxim|que viene|prochain|nachst|kommend")
_LAST = re.compile(r"last|past|previous|prior|ultim|pasad|dernier|letzt|vergangen")
_WEEK, _MONTH = re.compile(r"week|wk|semana|semaine|woche|sprint"), re.compile(r"month|\bmes\b|mois|monat")
_DAYS_OF = ((_MONTH, 30), (_WEEK, 7), (re.compile("fortnight"), 14))
_OF_WEEK = re.compile(
    r"(?:(?:the )?week of|(?:la )?semaine du|(?:la )?semana del?|(?:die |der )?woche (?:vom|ab)) "
    r"(?:the )?(.+)"
)
_BEFORE = re.compile(r"before|prior|ahead|antes|avant|vor\b")
_AMOUNT = re.compile(rf"(?P<n>{NUMBERS}) (?P<unit>{UNITS})")
_AGO = re.compile(rf"(?:the )?{_AMOUNT.pattern} ago|(?:vor|hace|il y a) (?P<n2>{NUMBERS}) (?P<unit2>{UNITS})")
_PERIOD = re.compile(
    rf"(?:the |la |el |le )?(?:(?P<which>{THIS}) )?(?:(?P<n>{NUMBERS}) )?"
    rf"(?P<unit>{UNITS}|weekend|quarter|year)(?P<then> (?:que viene|pasada|pasado|proxim[ao]|"
    rf"prochaine?|derniere?))?"
)
_RUN = re.compile(
    r"^(?:from |between |del? |du |von |vom |entre )?(.+?) (?:-|to|until|till|through|thru|and|al?|"
    r"au|bis|y|et|und) (.+)$"
)
_DAYS_OF_MONTH = re.compile(
    rf"^(?:(\d{{1,2}})[-–](\d{{1,2}}) (?:de )?({MONTHS})|({MONTHS}) (\d{{1,2}})[-–](\d{{1,2}}))$"
)


@dataclass(frozen=True, slots=True)
class Days:
    """Both ends included; None where the words set no end."""

    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """When and about which times somebody asks."""

    today: date
    now: datetime
    project: Project
    looks_back: bool


def days(words: str, project: Project, as_of: datetime, *, looks_back: bool) -> Days | None:
    """The days that a window means, asked at this moment; None when it names none that can be known."""
    now = as_of.astimezone(project.zone)
    asked = _Asked(now.date(), now, project, looks_back)
    text = said(words).plain.replace(" | ", " ").strip(" |,")
    text = re.sub(r"^(?:in|on|over|during|for|within) (?=the (?:next|last|past|coming))", "", text)
    if m := re.match(rf"(?:{SINCE}) (.+)$", text):
        return _since(text, m[1], asked)
    if m := re.match(rf"(?:{UNTIL}) (.+)$", text):
        return _until(text, m[1], asked)
    return _during(text, asked)


def _since(text: str, rest: str, asked: _Asked) -> Days | None:
    found = _during(rest, _Asked(asked.today, asked.now, asked.project, looks_back=True))
    if found is None or found.start is None:
        return None
    after = re.match(r"after|despues|apres|nach", text)
    if after and not asked.looks_back and (ahead := _during(rest, asked)) and ahead.end:
        return Days(ahead.end + timedelta(days=1), None)
    return Days(found.start, None)


def _until(text: str, rest: str, asked: _Asked) -> Days | None:
    found = _during(rest, asked) or _within(rest, asked)
    if found is None or found.end is None:
        return None
    end = found.end
    if _BEFORE.match(text) and found.start is not None:
        end = found.start - timedelta(days=1)
    return Days(min(asked.today, end), end)


def _within(rest: str, asked: _Asked) -> Days | None:
    m = _AMOUNT.fullmatch(rest.removeprefix("the "))
    return Days(asked.today, asked.today + _length(m["n"], m["unit"])) if m else None


def _during(text: str, asked: _Asked) -> Days | None:
    """The days of a window that no word opens at an end."""
    return (
        _some_days_of_a_month(text, asked)
        or _period(text, asked)
        or _holiday(text, asked)
        or _month(text, asked)
        or _ago(text, asked)
        or _run(text, asked)
        or _one_day(text, asked)
    )


def _one_day(text: str, asked: _Asked) -> Days | None:
    if text in ("overnight", "tonight"):
        return Days(asked.today - timedelta(days=text == "overnight"), asked.today)
    if _AMOUNT.fullmatch(text):
        return None  # how long something takes names no day
    if text in ("yesterday", "ayer", "hier", "gestern"):
        return Days(*[asked.today - timedelta(days=1)] * 2)
    text = re.sub(
        r"^(?:the )?(?:month|quarter|year|week)[ -]end$",
        lambda m: f"end of {m[0].split()[0].split('-')[0]}",
        text,
    )
    if of_week := _OF_WEEK.match(text):
        day = _parsed(of_week[1], asked)
        return Days(_monday(day), _monday(day) + timedelta(days=6)) if day else None
    day = _parsed(text, asked)
    return Days(day, day) if day else None


def _parsed(text: str, asked: _Asked) -> date | None:
    try:
        day = parse_date(text, asked.now, asked.project.zone, allow_past=True)
    except Invalid:
        return None
    if not asked.looks_back or day <= asked.today or re.search(r"\b20\d\d\b", text):
        return day
    if not re.search(r"\d", text) and day - asked.today <= timedelta(days=7):
        return day - timedelta(days=7 if day - timedelta(days=7) < asked.today else 14)
    return _a_year_before(day)


def _a_year_before(day: date) -> date:
    return day if day.month == 2 and day.day == 29 else day.replace(year=day.year - 1)


def _run(text: str, asked: _Asked) -> Days | None:
    """ "30 Nov to 4 Dec", "26 and 27 Nov"; the month may stand only once."""
    m = _RUN.match(text)
    if not m:
        return None
    first, last = m[1], m[2]
    month = re.search(rf"\b({MONTHS})\b", last) or re.search(rf"\b({MONTHS})\b", first)
    ends = [part if not part.isdigit() or not month else f"{part} {month[1]}" for part in (first, last)]
    start, end = (_parsed(part, asked) for part in ends)
    if start is None or end is None:
        return None
    return Days(start, end if end >= start else end + timedelta(days=7))


def _some_days_of_a_month(text: str, asked: _Asked) -> Days | None:
    if not (m := _DAYS_OF_MONTH.match(text)):
        return None
    first, last, month = (m[1], m[2], m[3]) if m[1] else (m[5], m[6], m[4])
    start, end = _parsed(f"{first} {month}", asked), _parsed(f"{last} {month}", asked)
    return Days(start, end) if start and end else None


# ---- periods -----------------------------------------------------------------------------------------


def _period(text: str, asked: _Asked) -> Days | None:
    """ "this week", "next 3 days", "the last two weeks"."""
    m = _PERIOD.fullmatch(text)
    if not m or not (m["which"] or m["then"] or m["unit"] == "weekend"):
        return None
    which = f"{m['which'] or ''}{m['then'] or ''}"
    ahead = 1 if _NEXT.search(which) else -1 if _LAST.search(which) else 0
    if (
        m["n"]
        or m["which"] in ("past", "ultimos", "ultimas")
        or m["unit"].endswith(("days", "dias", "jours", "tage"))
    ):
        length = _length(m["n"] or "a", m["unit"])
        return (
            Days(asked.today - length, asked.today) if ahead < 0 else Days(asked.today, asked.today + length)
        )
    if m["unit"] in ("quarter", "year"):
        return _long_period(m["unit"], ahead, asked)
    if m["unit"] == "weekend":
        saturday = _monday(asked.today) + timedelta(days=5 + 7 * ahead)
        return Days(saturday, saturday + timedelta(days=1))
    return _whole_month(asked, ahead) if _MONTH.search(m["unit"]) else _week(asked, ahead)


def _week(asked: _Asked, ahead: int) -> Days:
    """A week ends with its last working day, unless that has passed."""
    monday = _monday(asked.today) + timedelta(days=7 * ahead)
    if ahead < 0:
        return Days(monday, monday + timedelta(days=6))
    if asked.looks_back:
        return Days(monday, asked.today)
    worked = monday + timedelta(days=max(WEEKDAYS.index(day) for day in asked.project.working_days))
    start = max(monday, asked.today)
    return Days(start, worked if worked >= start else monday + timedelta(days=6))


def _whole_month(asked: _Asked, ahead: int) -> Days:
    months = asked.today.year * 12 + asked.today.month - 1 + ahead
    first = date(months // 12, months % 12 + 1, 1)
    return _open_on_our_side(
        first, date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(days=1), asked
    )


def _long_period(unit: str, ahead: int, asked: _Asked) -> Days:
    if unit == "year":
        year = asked.today.year + ahead
        return _open_on_our_side(date(year, 1, 1), date(year, 12, 31), asked)
    quarter = asked.today.year * 4 + (asked.today.month - 1) // 3 + ahead
    ends = date((quarter + 1) // 4, (quarter + 1) % 4 * 3 + 1, 1) - timedelta(days=1)
    return _open_on_our_side(date(quarter // 4, quarter % 4 * 3 + 1, 1), ends, asked)


def _open_on_our_side(first: date, last: date, asked: _Asked) -> Days:
    """Of the period that today is in, only what has been, or what is to come."""
    if not first <= asked.today <= last:
        return Days(first, last)
    return Days(first, asked.today) if asked.looks_back else Days(asked.today, last)


def _month(text: str, asked: _Asked) -> Days | None:
    """ "December" by itself: all of it."""
    if not re.fullmatch(MONTHS, text):
        return None
    day = _parsed(f"15 {text}", asked)
    if day is None:
        return None
    first = day.replace(day=1)
    return _open_on_our_side(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1), asked)


def _ago(text: str, asked: _Asked) -> Days | None:
    m = _AGO.fullmatch(text)
    if not m:
        return None
    day = asked.today - _length(m["n"] or m["n2"], m["unit"] or m["unit2"])
    return Days(day, day)


def _length(amount: str, unit: str) -> timedelta:
    words = [word for word in amount.split() if word != "of"]
    count = int(words[-1]) if words[-1].isdigit() else _COUNT.get(words[-1], 1)
    if unit.startswith("h"):
        return timedelta(days=-(-count // 24))
    each = next((days for form, days in _DAYS_OF if form.search(unit)), 1)
    return timedelta(days=each * count)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# ---- holidays ----------------------------------------------------------------------------------------

_FIXED = {
    **dict.fromkeys(("christmas", "navidad", "noel", "weihnachten"), (12, 25)),
    **dict.fromkeys(("christmas eve", "heiligabend", "the holidays"), (12, 24)),
    **dict.fromkeys(("new year", "ano nuevo", "neujahr"), (1, 1)),
    **dict.fromkeys(("new year eve", "silvester"), (12, 31)),
    "boxing day": (12, 26),
    "juneteenth": (6, 19),
}
_MOVING = {
    "thanksgiving": ("US", "thanksgiving"),
    "labor day": ("US", "labor day"),
    "labour day": ("US", "labor day"),
    "memorial day": ("US", "memorial day"),
    "independence day": ("US", "independence day"),
    "veterans day": ("US", "veterans day"),
    "columbus day": ("US", "columbus day"),
    "martin luther king day": ("US", "martin luther king"),
    "mlk day": ("US", "martin luther king"),
    "presidents day": ("US", "washington"),
    "good friday": ("GB", "good friday"),
    "easter": ("GB", "good friday"),
    "ostern": ("GB", "good friday"),
}


def _holiday(text: str, asked: _Asked) -> Days | None:
    if not re.fullmatch(HOLIDAYS, text):
        return None
    name = re.sub(r"(?<=year)(?: 's|s)\b", "", text)
    name = name.removesuffix(" day") if name.startswith(("new year", "christmas")) else name
    years = range(asked.today.year - 1, asked.today.year + 2)
    if name in _FIXED:
        candidates = [date(year, *_FIXED[name]) for year in years]
    elif name in _MOVING:
        candidates = _moving(*_MOVING[name], years)
        candidates = (
            [day + timedelta(days=2) for day in candidates] if name in ("easter", "ostern") else candidates
        )
    else:
        return None
    past = [day for day in candidates if day < asked.today]
    coming = [day for day in candidates if day >= asked.today]
    found = past[-1:] if asked.looks_back else coming[:1]
    return Days(found[0], found[0]) if found else None


def _moving(country: str, name: str, years: range) -> list[date]:
    import holidays  # 0.2 s: for who speaks of one

    known = holidays.country_holidays(
        country, years=years, language="en_US", subdiv="ENG" if country == "GB" else None
    )
    return sorted(day for day, called in known.items() if name in called.casefold())

"""Since which day, when somebody says it in words: the last such day, never one to come?"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import dates
from bot.domain.errors import Invalid

_OPENING = re.compile(r"^(?:(?:ever )?since|from|after|as of)\s+", re.IGNORECASE)
_AGO = re.compile(
    r"(?:the )?(?:last|past)?\s*(\d{1,3}|an?|one|two|three|four|five|six|seven|ten)?\s*"
    r"(day|week|month)s?(?: ago)?",
    re.IGNORECASE,
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_DAYS = {"day": 1, "week": 7, "month": 30}
_WEEKDAY = re.compile(r"^(?:last |this |on )?(mon|tue|wed|thu|fri|sat|sun)[a-z]*$", re.IGNORECASE)
_NTH = re.compile(r"(?:the )?(\d{1,2})(?:st|nd|rd|th)")
_INDEX = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def since(words: str, now: datetime, zone: ZoneInfo) -> date:
    """The day meant. Raises Invalid with what to write instead."""
    today = now.astimezone(zone).date()
    said = _OPENING.sub("", " ".join(words.split())).strip(" .?!,").casefold()
    found = _past(said, today)
    if found is None:
        found = dates.parse_date(said, now, zone, allow_past=True)
        found = found if found <= today else _a_year_before(found, said)
    if found > today:
        raise Invalid(
            f"{words.strip()} is still to come. Say a day that has been, for example `since Friday`."
        )
    return found


def _past(said: str, today: date) -> date | None:
    if said in ("today", "this morning"):
        return today
    if said == "yesterday":
        return today - timedelta(days=1)
    if said in ("this week", "monday this week"):
        return today - timedelta(days=today.weekday())
    if said in ("last week",):
        return today - timedelta(days=today.weekday() + 7)
    if match := _WEEKDAY.match(said):
        back = (today.weekday() - _INDEX.index(match[1].casefold())) % 7
        return today - timedelta(days=back or 7)
    if match := _NTH.fullmatch(said):
        return _last_nth(int(match[1]), today)
    match = _AGO.fullmatch(said)
    if match and (match[1] or said.startswith(("last", "past", "the "))):
        number = match[1] or "1"
        days = int(number) if number.isdigit() else _NUMBERS.get(number.casefold(), 1)
        return today - timedelta(days=days * _DAYS[match[2].casefold()])
    return None


def _last_nth(nth: int, today: date) -> date | None:
    """The last day of that number, this month or before."""
    month = today.replace(day=1)
    for _ in range(12):
        try:
            found = month.replace(day=nth)
        except ValueError:
            found = None
        if found is not None and found <= today:
            return found
        month = (month - timedelta(days=1)).replace(day=1)
    return None


def _a_year_before(day: date, said: str) -> date:
    """A day and month without a year, that would be the next one, is the last one."""
    if re.search(r"\d{4}", said):
        return day
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day - timedelta(days=366)

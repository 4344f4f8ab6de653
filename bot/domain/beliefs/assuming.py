"""What is believed, what rests on it and who finds out by when, in the words of who records it?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain import dates
from bot.domain.errors import Invalid

ME = "me"
_WHO = r"(?:<@([UW][A-Z0-9]{1,30})(?:\|[^<>]{0,200})?>|(me|@[\w.-]{1,80}))"
_KEYS = r"([\w.-]{1,80}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)[\w.-]{1,80}){0,30})"
_AT = r"(?:^|[\s,;(])"
_END = r"[\s).;]*$"
_UNDER = re.compile(rf"{_AT}(?:also\s+)?under[:=]?\s+{_KEYS}{_END}", re.IGNORECASE)
_OWNER = re.compile(
    rf"{_AT}(?:owner|owned by|verifier|verified by|checked by)[:=]?\s+{_WHO}{_END}", re.IGNORECASE
)
_RELIED = re.compile(rf"{_AT}relied on by[:=]?\s+{_WHO}{_END}", re.IGNORECASE)
_PROOF = re.compile(rf"{_AT}(?:proven|proved|shown) by[:=]?\s+([\w.-]{{1,80}}){_END}", re.IGNORECASE)
_BY = re.compile(
    rf"{_AT}(?:(?:by|due)|(?:to\s+)?(?:be\s+)?(?:verify|verified|check|checked|known)\s+(?:by|until|before))[:=]?\s+"
    rf"([^<>,;:\"]{{2,30}}){_END}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """People are Slack ids, `@name` or ME; items are words that should name one."""

    text: str
    under: tuple[str, ...] = ()
    owner: str | None = None
    by: date | None = None
    relied_on_by: str | None = None
    proven_by: str | None = None


def read(words: str, *, now: datetime, zone: ZoneInfo, today: date) -> Assumed:
    """The options taken off the end, in whatever order they stand; a text in quotes is none of them."""
    quoted = re.match(r'\s*["“”]([^"“”]+)["“”]', words)
    rest = words[quoted.end() :] if quoted else words
    told = Assumed(text="")
    while True:
        rest = rest.rstrip(" ,;")
        tail = rest[-400:]
        if not told.under and (match := _UNDER.search(tail)):
            told = replace(told, under=tuple(re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", match[1])))
        elif told.owner is None and (match := _OWNER.search(tail)):
            told = replace(told, owner=_who(match))
        elif told.relied_on_by is None and (match := _RELIED.search(tail)):
            told = replace(told, relied_on_by=_who(match))
        elif told.proven_by is None and (match := _PROOF.search(tail)):
            told = replace(told, proven_by=match[1])
        elif told.by is None and (match := _BY.search(tail)) and (day := _day(match[1], now, zone)):
            dates.refuse_past(day, today)
            told = replace(told, by=day)
        else:
            return replace(told, text=quoted[1] if quoted else rest.strip())
        rest = rest[: len(rest) - len(match.group())]


def _who(match: re.Match[str]) -> str:
    user = match[1] or match[2]
    return ME if user.casefold() == ME else user


def _day(words: str, now: datetime, zone: ZoneInfo) -> date | None:
    """The day, where the words are one; "by the vendor" is part of what is believed."""
    try:
        return dates.parse_date(words, now, zone, allow_past=True)
    except Invalid:
        return None

"""Is this a whole date, and could somebody have been born on it?"""

from __future__ import annotations

import re
from calendar import monthrange

_MONTHS = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[ée]v(?:rier)?|mar(?:ch|s|zo)?|m[äa]rz|apr(?:il)?|"
    r"avr(?:il)?|may|mai|"
    r"mayo|june?|juni|juin|junio|july?|juli|juillet|julio|aug(?:ust)?|ao[ûu]t|agosto|sep(?:t|tember|"
    r"tembre)?|"
    r"septiembre|o[ck]t(?:ober|obre)?|octubre|nov(?:ember|embre)?|noviembre|de[cz](?:ember)?|"
    r"d[ée]cembre|diciembre|"
    r"enero|febrero|abril)"
)
_YEAR = r"(?:(?:18|19|20)\d{2}|'?\d{2})"
_NUMERIC = rf"\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\s?[/.-]\s?{_YEAR}"
_ISO = r"(?:18|19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?:T[\d:.]+Z?)?"
_COMPACT = r"(?:19|20)(?:\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_AMERICAN = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d\d"
_WORDS = (
    rf"{_MONTHS}\b\.?[\s-]{{0,2}}\d{{1,2}}(?:st|nd|rd|th)?,?[\s-]{{1,2}}{_YEAR}|"
    rf"\d{{1,2}}(?:st|nd|rd|th|\.|er)?[\s-]{{0,2}}(?:of\s|de\s)?{_MONTHS}\.?,?[\s-]{{0,2}}(?:de\s)?{_YEAR}"
)
DATE = rf"(?:{_ISO}|{_NUMERIC}|{_WORDS})(?!\d)"
LABELLED = (
    rf"(?:{_ISO}|{_NUMERIC}|{_WORDS}|{_COMPACT}|{_AMERICAN}|\d{{6}})(?![\d/])"  # where only a date can stand
)

# Dates that stand on their own, far enough back that no plan of today speaks of them.
_OLD_YEAR = r"(?:19\d{2}|200\d|201[0-2])"
OLD = re.compile(
    rf"(?<![\w/.-])(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:{_OLD_YEAR}|[3-9]\d)|"
    rf"{_OLD_YEAR}[-/]\d{{1,2}}[-/]\d{{1,2}}|"
    rf"[0-3]\d[0-3]\d{_OLD_YEAR}|"
    rf"{_OLD_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?![\w/]|[.-]\d)"
)
# What stands where no date is known.
_NOBODYS = re.compile(
    r"\d{1,2}[/.-]\d{1,2}[/.-](?:1[78]\d\d|1900|0001|9999)|(?:1[78]\d\d|1900|0001|"
    r"9999)(?:[-/.]?\d\d){2}|1970-01-01"
)
_NUMBERS = re.compile(r"\d+")
_YEARS = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?=\D|$|(?:0[1-9]|1[0-2])[0-3]\d(?!\d))")
_OURS = 2025  # the first year that a date of a project may still be of


def is_birthday(text: str) -> bool:
    """Whether a text of the shape of a date is one, and not what stands where no date is known."""
    if _NOBODYS.match(text):
        return False
    found = [int(number) for number in _NUMBERS.findall(text)]
    if len(found) == 1:
        digits = _NUMBERS.search(text)
        assert digits is not None
        return len(digits[0]) == 8 or _is_short(digits[0])
    if len(found) == 2:  # the month is a word
        return any(1 <= number <= 31 for number in found)
    if found[0] > 31:
        return 1 <= found[1] <= 12 and 1 <= found[2] <= monthrange(2000, found[1])[1]
    return min(found[0], found[1]) in range(1, 13) and max(found[0], found[1]) <= 31


def is_past(text: str) -> bool:
    """Whether it is of a year that nobody plans in any more: 2025 and the next ones are a project's own."""
    found = _YEARS.search(text)
    if found is not None:
        return int(found[0]) < _OURS
    short = int(_NUMBERS.findall(text)[-1][-2:])
    return not _OURS % 100 <= short < _OURS % 100 + 10


def _is_short(six: str) -> bool:
    month, day = int(six[:2]), int(six[2:4])
    return (1 <= month <= 12 and 1 <= day <= 31) or (1 <= day <= 12 and 1 <= month <= 31)

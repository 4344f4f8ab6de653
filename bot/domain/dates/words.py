"""What are the parts of a date called, in the languages that are read without help?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

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


WEEKDAY = _numbered(_WEEKDAYS, 0)
MONTH = _numbered(_MONTHS, 1)
COUNT = _numbered(_COUNTS, 1)
UNIT = {word: unit for unit, row in _UNITS.items() for word in row.split()}
_ACCENTS = {"a": "aàáâä", "c": "cç", "e": "eèéêë", "i": "iíî", "n": "nñ", "o": "oóôö", "u": "uùúûü"}


def _any_of(words: Iterable[str]) -> str:
    """An alternation of words, with or without their accents, the longest first."""
    return "|".join(
        "".join(f"[{_ACCENTS[c]}]" if c in _ACCENTS else c for c in word)
        for word in sorted(words, key=len, reverse=True)
    )


# What matches any of them, in a pattern.
WEEKDAYS, MONTHS, COUNTS, UNITS = (_any_of(words) for words in (WEEKDAY, MONTH, COUNT, UNIT))
BEGIN = r"(?<![\w@#/.:$€+-])"
TAIL = re.compile(
    r"(?:,?\s+(?:(?:in the\s+)?(?:morning|afternoon|evening)|night|noon|midnight|eod|eob|cob|"
    r"end of (?:the )?day|"
    r"close of business|fr[üu]h|vormittag|nachmittag|abend|matin|soir|midi|por la (?:ma[nñ]ana|tarde|"
    r"noche)|"
    r"(?:at the )?latest|at the earliest)\b)?"
    r"(?:,?\s+(?:(?:at|um|a las|à)\s+)?(?:\d{1,2}:\d{2}(?:\s?[ap]m)?|\d{1,2}\s?(?:[ap]m|h|uhr)\b)"
    r"(?:\s(?:[ECMP][SD]?T|UTC|GMT|CES?T|BST|IST|local)\b)?)?",
    re.IGNORECASE,
)


def plain(word: str) -> str:
    """A word as the tables have it: in small letters, without accents."""
    bare = unicodedata.normalize("NFKD", word)
    return "".join(c for c in bare if not unicodedata.combining(c)).casefold()

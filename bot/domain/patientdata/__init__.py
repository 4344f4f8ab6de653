"""Does a text say who a patient is? Then it may be stored nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.patientdata import formats, rows, talk
from bot.domain.patientdata.text import bare, read

SEGMENT = "a segment of a message about a patient"
RESOURCE = "a patient's resource"
TABLE = "rows of patients"
WITHHELD = "[withheld: it looked like patient data]"


INSTEAD = "Say it without: “the test patient in the ticket”, or the number of the ticket."


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, in words that repeat nothing of it, and on which line (from 1)."""

    kind: str
    where: int

    def __str__(self) -> str:
        return f"{self.kind}, line {self.where}" if self.where > 1 else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """That something was kept out: by whom it was said, where and when. `ts` is that of its message."""

    user: str
    channel: str | None
    ts: str | None
    at: datetime
    permalink: str | None


class PatientData(Invalid):
    """Something that was to be stored says who a patient is. Nothing of it is kept, or repeated."""

    def __init__(self, finding: Finding, *, field: str | None = None) -> None:
        sentence = f"I kept nothing of that: it looks as if it says who a patient is ({finding}). {INSTEAD}"
        super().__init__(sentence, field=field)
        self.finding = finding


def found(text: str) -> Finding | None:
    """The first thing in a text that says who a patient is; None for nearly every text, and then fast."""
    if not _may_hold(text):
        return None
    plain = bare(text)
    place = formats.segment(plain)
    if place is not None:
        return Finding(SEGMENT, _line(plain, place))
    place = formats.resource(plain)
    if place is not None:
        return Finding(RESOURCE, _line(plain, place))
    plain = read(plain)
    place = rows.of_patients(plain)
    if place is not None:
        return Finding(TABLE, _line(plain, place))
    said = talk.said(plain)
    return None if said is None else Finding(said[0], _line(plain, said[1]))


def found_in(value: Any) -> Finding | None:
    """The same for every text in a JSON value, each by itself."""
    return next((finding for text in texts(value) if (finding := found(text)) is not None), None)


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, names of fields too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


# ---- nearly every text is passed over here -----------------------------------------------------------

# A few figures say nothing without one of these words; five in a row, a date or an age may.
_WITHOUT_FIGURES = (
    *(
        "patient",
        "paciente",
        "pid|",
        "nk1|",
        "in1|",
        "gt1|",
        "family",
        "given",
        "nm1",
        "charged",
        "admitted",
        "^",
    ),
)
_WORDS = (
    *_WITHOUT_FIGURES,
    *(
        "mrn",
        "m.r.n",
        "record",
        "chart",
        "dossier",
        "d.o.b",
        "birth",
        "born",
        "naci",
        "gebor",
        "ssn",
        "social",
    ),
    *("resourcetype", "subject", "dmg", "in2|", "mrg|", "pd1|"),
)
_SHORT_WORDS = re.compile(
    r"\b(?:pts?|pat|dob|geb|née?|bed|bett|lit|cama|zimmer|chambre|a[0-6]\d)\b", re.IGNORECASE
)
# All of them begin with a figure, so that nothing else is looked at.
_FIGURES = re.compile(
    r"\d(?:\d{4}|\d{1,3}[ .-]\d{2,4}[ .-]\d|\d{0,1}[/.-]\d{1,2}[/.-]\d|\d{3}-\d\d-\d|"
    r"\d{0,2}[ -]?(?:[MFmf]\b|yo\b|y/o|y\.o|y(?:ea)?rs?\b|jahr|ans\b|a[nñ]os)|"
    r"[A-Za-z][A-Za-z\d]\d-?[A-Za-z]|(?<=[A-Za-z][ .]\d)\d?,? '?\d\d|(?<=[A-Za-z]{6}\d)\d)"
)
_DIGIT = re.compile(r"\d")
# Ids, times and tokens as Slack has them, and single days as plans do: events and files are full of them.
_ID = re.compile(
    r"(?!DOB|SSN|MRN)[A-Z][A-Z0-9]{7,13}|Ev[A-Z0-9]{8,14}|\d{10}\.\d{1,6}|\d-[A-Za-z0-9]{20,200}|"
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?"
)


def _may_hold(text: str) -> bool:
    if len(text) < 8 or (len(text) <= 200 and " " not in text and _ID.fullmatch(text)):
        return False
    if _FIGURES.search(text):
        return True
    lower = text.casefold()
    words = _WORDS if _DIGIT.search(text) else _WITHOUT_FIGURES
    return any(word in lower for word in words) or _SHORT_WORDS.search(text) is not None

"""Does a text say who a patient is? Then it may be stored nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.patientdata import formats, rows, talk
from bot.domain.patientdata.numbers import MBI
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

# A few figures say nothing without one of these words; four in a row, a date or an age may.
_WORDS = (
    *("mrn", "m.r.n", "record", "med rec", "mr #", "mr#", "mpi", "patient", "paciente", "pt", "pat", "chart"),
    *("dossier", "historia", "birth", "born", "geb", "naiss", "né", "nac", "dob", "d.o.b", "ssn", "social"),
    *(
        "member",
        "subscr",
        "insur",
        "medic",
        "benef",
        "mbi",
        "hic",
        "nhs",
        "kvnr",
        "versich",
        "yo",
        "y/o",
        "y.o",
    ),
    *("year", "jahr", "ans", "años", "resourcetype", "nm1", "dmg", "pid", "nk1", "in1", "in2", "gt1", "mrg"),
    *("pd1", "subject", "admitted", "discharged", "fiscale", "hetu", "pps"),
)
_FIGURES = re.compile(
    r"\d{4}|\d{3}-\d{2}-\d|\d[/.-]\d{1,2}[/.-]\d\d|\d{3}[ .-]\d{2,3}[ .-]\d|\d\s?[MF]\b|" + MBI.pattern,
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_WITHOUT_FIGURES = (
    "patient",
    "pt",
    "pid|",
    "nk1|",
    "gt1|",
    "in1|",
    "family",
    "nm1",
    "given",
    "paciente",
    "^",
)
_OF_THE_WARD = ("admitted", "discharged")


def _may_hold(text: str) -> bool:
    if len(text) < 8:
        return False
    lower = text.casefold()
    if not _DIGIT.search(text):
        return any(word in lower for word in (*_WITHOUT_FIGURES, *_OF_THE_WARD))
    return _FIGURES.search(text) is not None or any(word in lower for word in _WORDS)

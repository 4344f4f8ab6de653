"""Are these lines of a table of patients?"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Sequence

from bot.domain.patientdata import names
from bot.domain.patientdata.dates import DATE, OLD, is_birthday

_LINES = re.compile(r"[\n\r]")
_MARKS = ",;\t|"
_BORN = re.compile(
    r"dob|d\.o\.b|birth ?date|date of birth|birth|birth\w{0,4}|bdate|geb\.? ?dat\w*|geburtsdatum|"
    r"fecha (?:de )?nac\w*|f\.? ?nac\w*|(?:date de )?naissance|ddn",
    re.IGNORECASE,
)
_NUMBER_OF = re.compile(
    r"mrn|pat(?:ient)? ?(?:id|no|number|#)|medical record(?: number)?|ssn|member ?(?:id|no)|"
    r"subscriber ?id|nhs(?: number)?|empi|"
    r"chart(?: ?(?:no|#|number))?|acct|account ?(?:no|number|#)?|hospital ?(?:no|number)|mbi|"
    r"patientennummer",
    re.IGNORECASE,
)
_NAME_OF = re.compile(
    r"(?:pat(?:ient)?|last|first|sur|family|given|full|fore|l|f|nach|vor) ?names?|name|last|first|"
    r"patient|nachname|vorname|nom|"
    r"pr[ée]nom|nombre|apellidos?",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"\s*[A-Z][A-Z0-9]{2}\|")  # of a message, which is looked at as one
_COUNTED = re.compile(
    r"^\s*(?:row|line|rec(?:ord)?|zeile|fila|ligne)\s?#?\d+\s?[:=>-]\s*|^.{0,200}?\bvalues\s?\(",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_SEX = re.compile(r"m|f|male|female|u|unk", re.IGNORECASE)
_DIGITS = re.compile(r"[A-Z]{0,3}\d[\d-]{4,13}", re.IGNORECASE)
_WHOLE_DATE = re.compile(rf"(?:{DATE}|(?:19|20)\d{{6}})(?:[ T][\d:.]+)?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*(?:,? [^\W\d_][\w'’.-]*){0,3}")


def of_patients(text: str) -> int | None:
    """Where the first line of a patient stands; None where there is none."""
    place = 0
    heads: Sequence[str] | None = None
    lines = _LINES.split(text)
    for nth, line in enumerate(lines):
        fields = _fields(line)
        if not fields and _is_patient(_card(lines[nth : nth + 3])):
            return place
        if len(fields) >= 3:
            told = _DIGIT.search(line) is not None
            if not told and _is_head(fields):
                heads = fields
            elif told and ((heads is not None and _fits(heads, fields)) or _is_patient(fields)):
                return place
        elif heads is not None and line.strip() and len(fields) < 2:
            heads = None
        place += len(line) + 1
    return None


def _fields(line: str) -> Sequence[str]:
    mark = max(_MARKS, key=line.count)
    if line.count(mark) < 2 or len(line) > 4000:
        return ()
    line = _COUNTED.sub("", line)
    if mark == "|":
        if _SEGMENT.match(line):
            return ()
        return [field.strip() for field in line.strip().strip("|").split("|")]
    try:
        return [
            field.strip(" '()") for field in next(csv.reader([line], delimiter=mark, skipinitialspace=True))
        ]
    except csv.Error:
        return ()


def _card(lines: Sequence[str]) -> Sequence[str]:
    """A label read by a machine, or typed off a screen: each field on a line of its own."""
    short = [line.strip() for line in lines]
    return short if len(short) == 3 and all(2 <= len(line) <= 30 for line in short) else ()


def _is_head(fields: Sequence[str]) -> bool:
    said = [" ".join(field.replace("-", " ").split()) for field in fields]
    told = [any(kind.fullmatch(field) for field in said) for kind in (_BORN, _NUMBER_OF, _NAME_OF)]
    return sum(told) >= 2


def _fits(heads: Sequence[str], fields: Sequence[str]) -> bool:
    """Whether a line below such a head says of somebody who they are."""
    told = set()
    for head, field in zip(heads, fields, strict=False):
        if not field or names.of_a_test(field, named=True):
            continue
        if _BORN.fullmatch(head) and _WHOLE_DATE.fullmatch(field):
            told.add("born")
        elif _NUMBER_OF.fullmatch(head) and _DIGITS.fullmatch(field):
            told.add("number")
        elif _NAME_OF.fullmatch(head) and _WORD.fullmatch(field):
            told.add("name")
    return len(told) >= 2 and not any(names.of_a_test(field, named=True) for field in fields)


def _is_patient(fields: Sequence[str]) -> bool:
    """A line without a head: a name, the day of a birth, and a number or a sex."""
    born = [f for f in fields if _WHOLE_DATE.fullmatch(f) and OLD.match(f) and is_birthday(f)]
    rest = [f for f in fields if f not in born]
    sexed = any(_SEX.fullmatch(f) for f in rest)
    numbered = any(_DIGITS.fullmatch(f) and sum(c.isdigit() for c in f) >= 5 for f in rest)
    if not (sexed or numbered) or not (born or (sexed and numbered)):
        return False
    if any(names.of_a_test(field, named=True) for field in fields):
        return False
    words = [f for f in rest if _WORD.fullmatch(f) and not _SEX.fullmatch(f)]
    known = any(names.is_given(w) for f in words for w in re.split(r"[ ,]+", f))
    return known or _in_capitals(words) or _may_be_names(words)


def _in_capitals(words: Sequence[str]) -> bool:
    """Two fields side by side, all in capitals, as systems write names."""
    return any(a.isupper() and b.isupper() and len(a) > 2 < len(b) for a, b in itertools.pairwise(words))


def _may_be_names(words: Sequence[str]) -> bool:
    pairs = itertools.pairwise(words)
    return any(names.perhaps(f.replace(",", " ")) for f in words) or any(
        names.perhaps(f"{a} {b}") for a, b in pairs
    )

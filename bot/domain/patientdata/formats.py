"""Is a patient written down here as systems write them: HL7 v2, X12, FHIR, CDA?"""

from __future__ import annotations

import re

from bot.domain.patientdata.around import beneath
from bot.domain.patientdata.cues import EXAMPLE

# HL7 v2: the segments that say who somebody is. `\\r` and `\\n` may be written out in a log.
_SEGMENT = re.compile(r"(?:(?<![\w.-])|(?<=\\[rn]))(PID|NK1|IN1|IN2|GT1|MRG|PD1)\|([^\n\r]{0,4000})")
_END = re.compile(r"\\[rn]|(?:\s|\\[rn])(?=[A-Z][A-Z0-9]{2}\|)")
_ENOUGH = {
    "PID": (2, 3, 4, 5, 7, 11, 13, 19),
    "NK1": (2, 4, 5),
    "IN1": (16, 18, 19, 36, 49),
    "IN2": (2, 6, 8),
}
_ENOUGH |= {"GT1": (3, 5, 6, 8, 12), "MRG": (1, 2, 3, 4, 7), "PD1": (4,)}
_OF_NUMBERS = {("PID", n) for n in (2, 3, 4, 19)} | {
    ("IN1", 36),
    ("IN1", 49),
    ("IN2", 2),
    ("IN2", 6),
    ("IN2", 8),
}
_OF_NUMBERS |= {("MRG", n) for n in (1, 2, 3, 4)} | {("GT1", 12)}
# What stands in a specification where something would stand in a message.
_STANDS_FOR = re.compile(
    r"[<{\[(%$].*|.*[>}\])]|x{2,}[\dx^-]*|(?:\.{2,}|…).*|\"\"|n/?a|null|string|value|text|"
    r"(?:patient|pat|last|first|middle|family|given|sur|fore|full)?[ _-]?(?:names?|id|identifier|mrn|"
    r"ssn|dob|list)"
    r"|(?:last|family|surname|given|first|street|address|phone|city|account|number|cx|xpn|xad|xtn|st|"
    r"ts|dtm)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w'’ .-]*\^[^\W\d_]")
_TEST = re.compile(r"\bzz|test", re.IGNORECASE)
# Who everybody is in a specification: an example only where it is called one.
_NOBODY = re.compile(r"\|(?:DOE\^J(?:OHN|ANE)|SMITH\^J(?:OHN|ANE)|EVERYMAN\^ADAM)\b", re.IGNORECASE)
_X12_NAME = re.compile(r"\bNM1[*|](?:IL|QC|03|74|1P0)[*|]1[*|]([^*|~\n]{1,60})[*|]([^*|~\n]{1,60})")
_X12_BIRTH = re.compile(r"\bDMG[*|]D8[*|](?:18|19|20)\d{6}")

# FHIR as JSON (also escaped within a string, or as Python prints it) and as XML.
_QUOTE = r"\\*[\"']"
_RESOURCE = re.compile(
    rf"{_QUOTE}?resourceType{_QUOTE}?\s*:\s*(?:{_QUOTE})?(?:Patient|RelatedPerson|Person|Coverage)\b|"
    r"<(?:Patient|RelatedPerson)\s+xmlns|<patientRole\b|<patientPatient\b|<recordTarget\b|<patient>\s*<name\b|"
    r"<birthTime\s+value=\"(?:18|19|20)\d"
)
_SUBJECT = re.compile(rf"{_QUOTE}(?:subject|patient|beneficiary|individual){_QUOTE}\s*:\s*\{{")
_VALUE = (
    rf"(?:{_QUOTE})?\s*:\s*(?:\[\s*)?"
    rf"(?:{_QUOTE}([^\"'\\\n\]{{}}]{{1,80}})|([^\"'\\\n,\]{{}}]{{1,80}}))"
)
_SAYS_WHO = re.compile(
    rf"\b(family|given|birthDate|text|display){_VALUE}|\b(birthDate) value=\"([^\"]+)|"
    rf"<(birthTime) value=\"([^\"]+)|"
    r"<(family|given|name)(?:\s[^>]{0,80})?>([^<]{1,60})<|<(family|given) value=\"([^\"]+)"
)
_IDENTIFIER = re.compile(
    rf"identifier{_QUOTE}?.{{0,400}}?\bvalue{_VALUE}|extension=\"(\d[\w-]{{4,}})", re.DOTALL
)
_REFERENCE = re.compile(rf"reference{_QUOTE}\s*:\s*{_QUOTE}Patient/")
_BACK, _ON = 1500, 6000  # characters of a resource before and after what names it
_BORN = re.compile(r"(?:18|19|20)\d{2}(?:-?\d{2}){0,2}")


def segment(text: str) -> int | None:
    """Where an HL7 or X12 segment begins that says who somebody is; None for one of a specification."""
    for found in _SEGMENT.finditer(text):
        rest = _END.split(found[2], maxsplit=1)[0]
        shown = _NOBODY.search(rest) and EXAMPLE.search(beneath(text, *found.span()))
        if _is_somebodys(found[1], rest) and not shown:
            return found.start()
    for found in _X12_NAME.finditer(text):
        names = (found[1].strip(), found[2].strip())
        if not any(_STANDS_FOR.fullmatch(name) or _TEST.search(name) for name in names):
            return found.start()
    born = _X12_BIRTH.search(text)
    return born.start() if born else None


def _is_somebodys(kind: str, rest: str) -> bool:
    fields = ["", *rest.split("|")]
    said = {n: fields[n].strip() for n in _ENOUGH[kind] if n < len(fields)}
    if any(_TEST.search(text) for text in said.values()):
        return False
    return any(_says(kind, n, text) for n, text in said.items() if text)


def _says(kind: str, n: int, text: str) -> bool:
    first = text.split("^")[0].split("~")[0].strip()
    parts = [part for part in text.split("^") if part.strip()]
    if (
        not parts
        or all(_STANDS_FOR.fullmatch(part.strip()) for part in parts)
        or _STANDS_FOR.fullmatch(first)
    ):
        return False
    digits = sum(c.isdigit() for c in first)
    if (kind, n) in _OF_NUMBERS:
        return digits >= 4
    if (kind, n) in (("PID", 7), ("GT1", 8), ("IN1", 18)):
        return digits >= 8
    if (kind, n) in (("PID", 13), ("GT1", 6), ("NK1", 5)):
        return digits >= 7
    if (kind, n) in (("PID", 11), ("GT1", 5), ("NK1", 4), ("IN1", 19)):
        return digits >= 1 and len(parts) >= 3
    return _NAME.search(text) is not None


def resource(text: str) -> int | None:
    """Where a resource begins that says who a patient is; None for one with nothing filled in."""
    place = 0
    while (found := _RESOURCE.search(text, place)) is not None:
        if _tells(text[max(0, found.start() - _BACK) : found.end() + _ON]):
            return found.start()
        place = found.end() + _ON - _BACK
    place = 0
    while (found := _SUBJECT.search(text, place)) is not None:
        around = text[found.start() : found.end() + _ON]
        said = {kind for kind, _ in _said(around)}
        if "display" in said and (said & {"birthDate", "family", "given"} or _REFERENCE.search(around)):
            return found.start()
        place = found.end() + _ON // 2
    return None


def _tells(text: str) -> bool:
    if _TEST.search("".join(value for _, value in _said(text))):
        return False
    if _said(text):
        return True
    number = _IDENTIFIER.search(text)
    return number is not None and _is_filled(next(filter(None, number.groups()), "").strip(), digits=True)


def _said(text: str) -> list[tuple[str, str]]:
    """What tells who it is: which element, and what it says."""
    found = []
    for each in _SAYS_WHO.finditer(text):
        kind, value = (group for group in each.groups() if group is not None)
        if kind in ("birthDate", "birthTime"):
            if _BORN.match(value):
                found.append(("birthDate", value))
        elif kind in ("text", "display"):
            if re.fullmatch(r"[^\W\d_][\w'’.-]+,? [^\W\d_][\w'’. -]+", value):
                found.append((kind, value))
        elif _is_filled(value):
            found.append((kind, value))
    return found


def _is_filled(value: str, *, digits: bool = False) -> bool:
    value = value.strip()
    if len(value) < 2 or _STANDS_FOR.fullmatch(value):
        return False
    return not digits or sum(c.isdigit() for c in value) >= 4

"""Does a sentence say who a patient is: a number, a birth date or a name beside what makes it theirs?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.domain.patientdata import cues, names
from bot.domain.patientdata.around import around, beneath, excused
from bot.domain.patientdata.dates import OLD, is_birthday, is_past
from bot.domain.patientdata.numbers import (
    BORN_ON,
    LABELLED_SSN,
    LAST_FOUR,
    MBI,
    SSN,
    is_ssn,
    national,
    of_a_state,
)

Found = tuple[str, int]  # which kind, and where
Find = Callable[[str], Iterator[Found]]

MRN = "a medical record number"
BIRTH = "a birth date"
NAME = "a patient's name"
INSURED = "an insurance number"
STATE = "a national number"
SSN_KIND = "a social security number"

_DIGITS = "0123456789"
_OF_BEDS = ("bed", "bett", "lit", "cama", "room", "rm", "zimmer", "chambre", "habit", "patient in", "pt in")
_OF_PATIENTS = (
    *("labs ", "meds ", "allergies ", "mar ", "encounter", "band", "a0", "a1", "a2", "a3", "a4"),
    *("patient", "pt", "paciente", "pat", "^", "admitted", "discharged"),
)


def said(text: str) -> Found | None:
    """What in the text says who a patient is; None when nothing does."""
    for find in _worth_trying(text):
        for kind, start in find(text):
            return kind, start
    return None


def _worth_trying(text: str) -> Iterator[Find]:
    """The rules that may find anything: most texts lack the figures for one and the words for another."""
    lower = text.casefold()
    figures = sum(map(text.count, _DIGITS))
    if figures >= 7 or "ssn" in lower or "social" in lower or "mrn" in lower:
        yield _social
    if figures >= 5:
        yield _medicare
    dated = cues.DATED.search(text) is not None
    if dated:
        yield _records
        yield _births
    if figures >= 5:
        yield _insured
    if any(word in lower for word in _OF_PATIENTS):
        yield _named
    yield _aged
    if figures and any(word in lower for word in _OF_BEDS):
        yield _in_bed
    if figures >= 6:
        yield _files
        yield _in_line
        yield _beside


def _social(text: str) -> Iterator[Found]:
    for found in LABELLED_SSN.finditer(text):
        number = (found[1] or found[2]).replace(".", "-").replace(" ", "-")
        named = names.perhaps(around(text, *found.span())) is not None
        if (is_ssn(number) or (named and number[:3] not in ("000", "xxx"))) and not _shown(text, found):
            yield SSN_KIND, found.start()
    for found in SSN.finditer(text):
        if is_ssn(found[0]) and not _shown(text, found):
            yield SSN_KIND, found.start()
    for found in LAST_FOUR.finditer(text):
        whose = re.search(r"[A-Z][^\W\d_]+'s $", text[: found.start()])
        if (whose or names.perhaps(around(text, *found.span()))) and not excused(
            text, *found.span(), named=True
        ):
            yield SSN_KIND, found.start()
    for found in of_a_state(text):
        if names.perhaps(around(text, *found.span())) and not excused(text, *found.span(), named=True):
            yield STATE, found.start()
    if cues.CLINICAL.search(text):
        for found in BORN_ON.finditer(text):
            near = text[max(0, found.start() - 34) : found.end() + 34]
            if names.perhaps(near) and not excused(text, *found.span(), named=True):
                yield STATE, found.start()
    for found in national(text):
        if not cues.EXAMPLE.search(beneath(text, *found.span())):
            yield STATE, found.start()


def _medicare(text: str) -> Iterator[Found]:
    for found in MBI.finditer(text):
        sure = "-" in found[0] or cues.MEDICARE.search(around(text, *found.span()))
        if sure and not excused(text, *found.span(), named=False):
            yield INSURED, found.start()


def _shown(text: str, found: re.Match[str]) -> bool:
    """Whether a number is there to show what such numbers look like."""
    return cues.EXAMPLE.search(beneath(text, *found.span())) is not None


def _records(text: str) -> Iterator[Found]:
    for pattern in (
        cues.MRN_NEAR,
        cues.PATIENT_NUMBER,
        cues.PATIENT_PATH,
        cues.MERGED,
        cues.MERGED_FAR,
        cues.MR_ALONE,
        cues.MRN_FAR,
        cues.MRN_AFTER,
    ):
        for found in pattern.finditer(text):
            if _is_record(text, found):
                yield MRN, found.start()


def _is_record(text: str, found: re.Match[str]) -> bool:
    number = found["number"]
    digits = sum(c.isdigit() for c in number)
    near = around(text, *found.span(), before=50, after=50)
    named = (names.perhaps if found.re is cues.MR_ALONE else names.surely)(near) is not None
    if found.re in (cues.MR_ALONE, cues.MERGED_FAR) and not (named or _of_charts(text, found)):
        return False
    if digits < 4 or (digits == 4 and not named) or cues.NO_NUMBER.match(text, found.end("number")):
        return False
    if cues.COMPARED.search(found[0]):
        return False
    if "between" in found.groupdict() and (
        cues.OTHER_NUMBER.search(found["between"]) or OLD.fullmatch(number)
    ):
        return False
    if re.fullmatch(
        r"20[23]\d[01]\d[0-3]\d|20[23]\d-\d\d-\d\d|\d{5,}-\d{5,}|(?:1|\d{1,9}0)-\d{3,}|[A-Z]{2,3}-\d{1,5}",
        number,
        re.IGNORECASE,
    ):
        return False  # a day of the project, a range, somebody's ticket
    return not excused(text, *found.span(), named=named)


def _of_charts(text: str, found: re.Match[str]) -> bool:
    if found.re is cues.MR_ALONE:
        return False
    return (
        re.search(r"\b(?:charts?|patients?|mrns?|dup\w*)\b", beneath(text, *found.span()), re.I) is not None
    )


def _births(text: str) -> Iterator[Found]:
    for pattern in (cues.DOB, cues.DOB_AFTER):
        for found in pattern.finditer(text):
            named = names.perhaps(around(text, *found.span(), before=50, after=40)) is not None
            told = is_birthday(found["date"]) and not cues.COMPARED.search(found[0])
            if told and not excused(text, *found.span(), named=named):
                yield BIRTH, found.start()
    for found in cues.DOB_FAR.finditer(text):
        named = names.perhaps(around(text, *found.span(), before=50, after=40)) is not None
        told = is_birthday(found["date"]) and not cues.NO_BIRTH.search(found["between"])
        if told and not excused(text, *found.span(), named=named):
            yield BIRTH, found.start()
    for found in cues.BORN.finditer(text):
        near = around(text, *found.span(), before=60, after=40)
        whose = names.perhaps(near) or re.search(
            r"\b(?:patient\w*|pt|he|she|baby|newborn|girl|boy|male|female)\b", near, re.IGNORECASE
        )
        if whose and is_birthday(found["date"]) and not excused(text, *found.span(), named=True):
            yield BIRTH, found.start()
    yield from _old(text)


def _old(text: str) -> Iterator[Found]:
    """A whole date of long ago right beside a name; of any year beside a name as systems write them."""
    for found in cues.WHOLE.finditer(text):
        near = text[max(found.start() - 34, text.rfind("\n", 0, found.start()) + 1) : found.start()]
        after = text[found.end() : found.end() + 30].split("\n")[0]
        if not is_birthday(found[0]) or cues.NO_BIRTH.search(near):
            continue
        if OLD.match(found[0]):
            name = names.surely(near) or names.surely(after)
            name = name or _right_before(names.perhaps(near), near) or _right_after(names.perhaps(after))
            name = name or _right_before(names.INITIALLED.search(near), near)
            if cues.CLINICAL.search(beneath(text, *found.span())):
                name = name or _right_before(names.SHORTENED.search(near), near)
            name = name or re.search(r"\b(?:[Pp]at\.|pt|[Pp]atient(?:in)?)\s[A-Z][^\W\d_]+,?\s$", near)
        else:
            name = _right_before(names.in_a_system(near), near)
        if name and not excused(text, *found.span(), named=True):
            yield BIRTH, found.start()


def _right_before(name: re.Match[str] | None, near: str) -> re.Match[str] | None:
    return name if name and len(near) - name.end() <= 3 else None


def _right_after(name: re.Match[str] | None) -> re.Match[str] | None:
    return name if name and name.start() <= 3 else None


def _insured(text: str) -> Iterator[Found]:
    for found in cues.WEAK.finditer(text):
        if sum(c.isdigit() for c in found["number"]) < 5 or cues.NO_NUMBER.match(text, found.end("number")):
            continue
        if found["what"].casefold() == "id" and cues.OF_STAFF.search(beneath(text, *found.span())):
            continue
        near = around(text, *found.span(), before=80, after=80)
        clinical = re.search(
            r"\b(?:patients?|pts?|dob|station \d|insured|subscriber|member|admit\w*|discharg\w*)\b",
            near.replace(found[0], " "),
            re.IGNORECASE,
        )
        loosely = clinical or not cues.ASKS_MORE.match(found["what"]) or names.in_a_system(near)
        name = names.perhaps(near.replace(found[0], " , ")) if loosely else None
        if name and not excused(text, *found.span(), named=True):
            yield (INSURED if cues.INSURED.match(found["what"]) else MRN), found.start()


def _named(text: str) -> Iterator[Found]:
    """“patient John Smith”, “John Smith (patient)”."""
    for found in cues.PATIENT.finditer(text):
        rest = text[found.end() : found.end() + 60].split("\n")[0]
        name = names.surely(rest)
        other = found["before"] and (found["before"].strip().casefold() != "for" or name is None)
        if other or found["word"] == "PT":
            continue
        if name is None or name.start() > 0:
            name = names.perhaps(rest) if _is_told_of(text, found, rest) else None
        if name is not None and name.start() == 0 and not excused(text, *found.span(), named=True):
            yield NAME, found.start()
    for found in cues.WROTE.finditer(text):
        if _is_written_name(text, found) and not excused(text, *found.span(), named=True):
            yield NAME, found.start()
    for found in cues.ADMITTED.finditer(text):
        near = text[max(0, found.start() - 40) : found.start()].rsplit("\n", 1)[-1]
        name = names.surely(near)
        if name and len(near) - name.end() <= 2 and not excused(text, *found.span(), named=True):
            yield NAME, found.start()
    yield from _of_a_patient(text)
    yield from _at_home(text)
    for place in cues.THE_PATIENT.finditer(text):
        near = cues.PHONE.sub("", text[max(0, place.start() - 60) : place.start()].rsplit("\n", 1)[-1])
        name = names.perhaps(near)
        if (
            name
            and cues.JUST_BEFORE.fullmatch(near[name.end() :])
            and not excused(text, *place.span(), named=True)
        ):
            yield NAME, place.start()


def _is_written_name(text: str, found: re.Match[str]) -> bool:
    """SMITH^JOHN; beside a number and a word of patients also a name that is not known."""
    if found[1].casefold() in names.no_names() or len(found[1]) < 3:
        return False
    if re.search(r"\w\^$", text[max(0, found.start() - 2) : found.start()]):
        return False  # a number stands before it: somebody who works there
    if cues.EXAMPLE.search(around(text, *found.span())) and not re.search(r"\d{6}", text):
        return False
    if names.is_given(found[2]):
        return True
    near = around(text, *found.span(), before=60, after=60)
    told = re.search(r"\bpid\b|\bpatient", near, re.IGNORECASE) and re.search(r"(?<!\d)\d{6,10}(?!\d)", near)
    return told is not None and found[2].casefold() not in names.no_names() and len(found[2]) > 2


def _in_bed(text: str) -> Iterator[Found]:
    """“room 12 bed 2, Mrs. Alvarez”, “pt in 412B, Jane Roe”."""
    for found in cues.IN_BED.finditer(text):
        line = beneath(text, *found.span())
        lies = found["bed"] or found["alone"] or re.match(r"p", found[0], re.IGNORECASE)
        title = re.match(r"chambre|zimmer|habitaci|zi", found[0], re.IGNORECASE)
        if cues.NO_BED.search(line) or not (lies or title):
            continue
        after = text[found.end() : found.end() + 26].split("\n")[0]
        before = text[max(0, found.start() - 26) : found.start()].rsplit("\n", 1)[-1]
        told = re.search(r"\b(?:patient\w*|pts?)\b", line, re.IGNORECASE)
        find = names.surely if lies and (told or not title) else names.TITLED.search
        if (find(after) or find(before)) and not excused(text, *found.span(), named=True):
            yield NAME, found.start()


def _of_a_patient(text: str) -> Iterator[Found]:
    """“A08 for Jane Roe”; “pt Roe” and how they are reached."""
    for found in cues.HAS.finditer(text):
        name = names.surely(text[found.end() : found.end() + 40].split("\n")[0])
        if name and name.start() == 0 and not excused(text, *found.span(), named=True):
            yield NAME, found.start()
    for found in re.finditer(r"\b(?:pt|patient)\s([A-Z][a-z][^\W\d_]+)\b", text):
        if (
            names.may_be(found[1])
            and _reached(text, found.end())
            and not excused(text, *found.span(), named=True)
        ):
            yield NAME, found.start()


def _files(text: str) -> Iterator[Found]:
    """“Roe_Jane_00482913.pdf”, once the marks between the words are off."""
    for found in cues.FILE.finditer(text):
        words = [found[group] for group in "abcd" if found[group]]
        number = found["number"] or found["number2"]
        if (
            any(map(names.is_given, words))
            and not re.match(r"(?:19|20)\d\d[01]\d[0-3]\d", number)
            and not excused(text, *found.span(), named=True)
        ):
            yield MRN, found.start()


def _at_home(text: str) -> Iterator[Found]:
    """A name and where they live, in a line that speaks of a patient."""
    for found in cues.STREET.finditer(text):
        near = beneath(text, found.start(), found.end())
        if re.search(r"\b(?:patient|pt)(?:'s)?\b", near, re.IGNORECASE):
            name = names.surely(text[max(0, found.start() - 40) : found.start()].rsplit("\n", 1)[-1])
            if name and not excused(text, *found.span(), named=True):
                yield NAME, found.start()


def _is_told_of(text: str, found: re.Match[str], rest: str) -> bool:
    """Whether two words after “patient” are taken for a name though neither is known as one."""
    return found["word"].islower() or cues.DOES.match(rest) is not None or _reached(text, found.end())


def _reached(text: str, start: int) -> bool:
    near = text[start : start + 110]
    return bool(cues.PHONE.search(near) or cues.STREET.search(near))


def _aged(text: str) -> Iterator[Found]:
    """“Smith, John 62yo M”: a name, an age and a sex, or a word of the ward."""
    for found in cues.AGED.finditer(text):
        near = text[max(0, found.start() - 34) : found.start()].rsplit("\n", 1)[-1]
        after = text[found.start() : found.end() + 40]
        name = names.surely(near) or (names.perhaps(near) if _ward(after) else None)
        ward = cues.CLINICAL.search(f"{after} {_ward(after)} {near}")
        close = name is not None and len(near) - name.end() <= 6
        beyond = names.surely(text[found.end() : found.end() + 40].split("\n")[0])
        sexed = re.search(r"\b(?:fe)?male\b|\b(?:wo)?man\b|\blady\b", after)
        close = close or (beyond is not None and beyond.start() <= (20 if sexed else 4))
        if ward and close and not excused(text, *found.span(), named=True):
            yield NAME, found.start()


def _ward(after: str) -> str:
    return "patient" if re.search(r"\d\s?-?(?:yo|y/o|y\.o\.|[MF]\b)|\b(?:[MF]|(?:fe)?male)\b", after) else ""


def _in_line(text: str) -> Iterator[Found]:
    """Two words that may be a name, a number and a whole date, one right after the other, in any order."""
    for found in cues.NUMBER_ALONE.finditer(text):
        near = text[max(found.start() - 44, text.rfind("\n", 0, found.start()) + 1) : found.end() + 44]
        near = near.replace(found["number"], " ").split("\n")[0]
        date = next((d for d in cues.BIRTH.finditer(near) if is_birthday(d[0]) and is_past(d[0])), None)
        rest = near.replace(date[0], " ") if date else ""
        name = names.perhaps(rest) or names.SHORTENED.search(rest)
        close = date and name and len(near) - len(date[0]) - len(name[0]) <= 26
        if close and not cues.NO_BIRTH.search(near) and not excused(text, *found.span(), named=True):
            yield BIRTH, found.start()


def _beside(text: str) -> Iterator[Found]:
    """A bare number right beside a name, where the talk is of patients: “SMITH, JOHN 00482913”."""
    clinical = cues.CLINICAL.search(text) is not None
    for found in cues.NUMBER_ALONE.finditer(text):
        if not (clinical or re.match(r"0\d{6}", found["number"])):
            continue
        if cues.OF_STAFF.search(beneath(text, *found.span())):
            continue
        if re.match(r"20[23]\d[01]\d", found["number"]) or cues.NO_NUMBER.match(text, found.end()):
            continue
        near = text[max(0, found.start() - 34) : found.start()].rsplit("\n", 1)[-1]
        name = names.perhaps(near)
        close = name is not None and re.fullmatch(r"[\s(,:#|/-]{1,5}", near[name.end() :])
        after = re.match(r"[\s(),:|/\]-]{1,4}(?:for\s|of\s)?", text[found.end() : found.end() + 8])
        follows = names.surely(text[found.end() + after.end() : found.end() + 40]) if after else None
        if (close or (follows and follows.start() == 0)) and not excused(text, *found.span(), named=True):
            yield MRN, found.start()

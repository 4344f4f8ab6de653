"""Is this a person's name, and is it one that test patients are given?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_WORD = r"[^\W\d_][^\W\d_]*(?:['’-][^\W\d_]+)*"
_CAPITAL = r"(?:[A-Z]|[À-ÖØ-ÞĀ-Ž])[^\W\d_]*(?:['’-][^\W\d_]+)*"
_INITIAL = r"(?:\s+[A-Z]\b\.?)?"
_PARTICLE = r"(?:(?:van|von|de|del|della|di|da|dos|el|al|la|le|bin|ibn|st\.?)\s+){0,3}"
# A given name in front of a family name, as people write them.
FULL = re.compile(rf"\b({_CAPITAL}){_INITIAL}\s+{_PARTICLE}({_CAPITAL})\b")
# The family name first, as systems write them: SMITH, JOHN · Smith, John A. · SMITH^JOHN
SURNAME_FIRST = re.compile(rf"\b({_CAPITAL})\s?[,^]\s?({_CAPITAL})\b")
# Only the first letter of the given name: Smith, J. · J. Smith
INITIALLED = re.compile(rf"\b{_CAPITAL},\s?[A-Z]\b\.?|\b[A-Z]\.\s?{_CAPITAL}\b")
SHORTENED = re.compile(rf"\b{_CAPITAL}\s[A-Z]\b(?!\s?[\w'’.]\w)")  # Smith J
TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mister|Mme|Mlle|Herr|Frau|Sra?|Señora?|Monsieur|Madame)\b\.?\s+"
    rf"{_PARTICLE}{_CAPITAL}"
)
LOWER = re.compile(rf"\b({_WORD})\s+({_WORD})\b")
INITIALS = re.compile(r"\b[A-Z]\.?\s?[A-Z]\.?(?=[\s,(/])")

# … and by their ends, of words that are things.
_NO_ENDING = re.compile(
    r"(?:tion|ments?|ings?|ics|ity|ances?|ences?|ness|ware|ship|ices?|ports?|ables?|ive|ology)$",
    re.IGNORECASE,
)
# … but these are family names.
_NAMES_SO_ENDING = re.compile(
    r"(?:king|price|rice|pryce|manning|browning|harding|fleming|jennings|hastings|spence|lawrence|"
    r"vance|sterling|cummings|dowling|keating|downing|pickering|hemming|hemmings|billings|"
    r"rawlings|bunting|whiting|golding|goulding|darling|starling|spalding|schilling|lansing|"
    r"torrance|terrance|pence|clarence|florence|clemence|clement)",
    re.IGNORECASE,
)
# How test patients are called: ZZTEST, PATIENT · TEST, JANE · Smith^Test · Test Patient · Zzz Anna
_NAMED_TEST = re.compile(
    r"\b(?:[Zz][Zz]+[a-z]*|ZZ[A-Z]*|(?:[Tt]est|TEST)\s?[,^]\s?\w+|\w+\s?[,^]\s?(?:[Tt]est|TEST)[a-z]*|"
    r"T(?:est|EST) P(?:atient|ATIENT)|P(?:atient|ATIENT) T(?:est|EST)|Mickey Mouse|Donald Duck|"
    r"TEST ?PATIENT\w*|J(?:ohn|ane|OHN|ANE) Q\.? P(?:ublic|UBLIC)|"
    r"EVERY(?:MAN|WOMAN|BODY|PERSON)\s?[,^]\s?\w+)\b"
)
# … and how they are spoken of: "the test patient", "a dummy MRN". Not "please test patient …".
_KIND = r"(?:test|dummy|fake|fictional|fictitious|sample|synthetic|made-?up|demo|mock)"
_THING = r"(?:patients?|pts?|mrns?|ssns?|members?|records?|persons?|people|data|dobs?|ids?|charts?|cases?)"
_BEFORE = (
    r"(?:\b(?:an?|the|our|my|your|this|that|these|those|use|used|using|with|on|for|from|of|new|only|"
    r"both|same|"
    r"is|are|was|as|one|two|create|created|load|loaded|add|added|via|by|just|and)|[:(\[=-]|'s)"
)
_SPOKEN_TEST = re.compile(
    rf"{_BEFORE}\s*(?:\w+\s+)?{_KIND}[- ](?:\w+\s+)?{_THING}\b|\b(?!test){_KIND}[- ]{_THING}\b", re.IGNORECASE
)
_BARE_TEST = re.compile(rf"\b{_KIND}[- ]?(?:\w+\s+)?{_THING}\b", re.IGNORECASE)


@cache
def no_surnames() -> frozenset[str]:
    """Not a family name, whatever stands before it."""
    return _words("surnames.not")


@cache
def no_names() -> frozenset[str]:
    """Words that with a capital begin, or end, a phrase of two, and are in nobody's name."""
    return no_surnames() | _words("names.not")


@cache
def given_names() -> frozenset[str]:
    """The given names that are told from other words by themselves."""
    return _words("given.names")


def is_given(word: str) -> bool:
    lower = word.casefold()
    return lower in given_names() or lower.partition("-")[0] in given_names()


def _pairs(text: str) -> Iterator[re.Match[str]]:
    """Every two words with a capital, also those that begin with the second of the two before."""
    place = 0
    while (found := FULL.search(text, place)) is not None:
        yield found
        place = found.end(1)


def in_a_system(text: str) -> re.Match[str] | None:
    """A name as systems write them: SMITH, JOHN."""
    for found in SURNAME_FIRST.finditer(text):
        if found[0].isupper() and not {found[1].casefold(), found[2].casefold()} & no_names():
            return found
    return None


def _may_be_one(first: str, second: str) -> bool:
    """Two words with a capital that nothing speaks against. Abbreviations are nobody's name."""
    said = (first, second)
    if any(word.casefold() in no_names() or _ends_as_a_thing(word) or len(word) < 2 for word in said):
        return False
    return not (first.isupper() or second.isupper()) or (
        first.isupper() and second.isupper() and min(map(len, said)) > 3
    )


def may_be(word: str) -> bool:
    """Whether one word with a capital can be somebody's name."""
    return word.casefold() not in no_names() and not _ends_as_a_thing(word)


def _ends_as_a_thing(word: str) -> bool:
    return _NO_ENDING.search(word) is not None and _NAMES_SO_ENDING.fullmatch(word) is None


def surely(text: str) -> re.Match[str] | None:
    """The first name of a person that can hardly be anything else."""
    for found in _pairs(text):
        if is_given(found[1]) and found[2].casefold() not in no_surnames():
            return found
    for found in SURNAME_FIRST.finditer(text):
        if is_given(found[2]) and found[1].casefold() not in no_names() and not is_given(found[1]):
            return found
    return in_a_system(text) or TITLED.search(text)


def perhaps(text: str) -> re.Match[str] | None:
    """The first two words that look like a person's name where one is expected."""
    sure = surely(text)
    if sure is not None:
        return sure
    for found in _pairs(text):
        if _may_be_one(found[1], found[2]):
            return found
    for found in SURNAME_FIRST.finditer(text):
        if _may_be_one(found[1], found[2]):
            return found
    for found in INITIALLED.finditer(text):
        if not {word.casefold() for word in re.findall(r"\w+", found[0])} & no_names():
            return found
    for found in LOWER.finditer(text):
        if is_given(found[1]) and found[2].casefold() not in no_names() and len(found[2]) > 2:
            return found
    return None


def of_a_test(text: str, *, named: bool) -> bool:
    """Whether it speaks of a test patient who is called one. Beside somebody's name, "test patient" alone
    may also ask to test something with a patient."""
    if _NAMED_TEST.search(text) or _SPOKEN_TEST.search(text):
        return True
    return not named and _BARE_TEST.search(text) is not None


def _words(file: str) -> frozenset[str]:
    return frozenset(Path(__file__).with_name(file).read_text(encoding="utf-8").split())

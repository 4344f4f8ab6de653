"""Is this number one that a state or an insurance gives to one person?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module

# A number of this shape is hardly anything else.
SSN = re.compile(r"(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w]|-\d)")
_L, _N = "AC-HJKMNP-RT-Y", "AC-HJKMNP-RT-Y0-9"
MBI = re.compile(
    rf"(?<![\w-])[1-9][{_L}][{_N}]\d(?:-[{_L}][{_N}]\d-|[{_L}][{_N}]\d)[{_L}]{{2}}\d{{2}}(?![\w-])",
    re.IGNORECASE,
)
_SEP = (
    r"[\s\"':=#.,(|-]{0,5}(?:(?:is|no|nr|num|number|of|on file|card|id|(?:de (?:la|el)|del) paciente)\b"
    r"[\s\"':=#.]{0,4}){0,3}"
)
LABELLED_SSN = re.compile(
    r"\b(?:ssn?|pid[-.]19|soc(?:ial)?\.?\s?sec(?:urity)?(?:\s?(?:no|num(?:ber)?|#)\b\.?)?|social)\b[\"']?"
    rf"{_SEP}(\d{{3}}[-\s.]?\d{{2}}[-\s.]?\d{{4}})(?![\w-])|(?<![\w-])(\d{{9}})(?:\s?\(?ssn\b|"
    rf"\s(?:is|was)\s(?:the|her|his|their)\s(?:ssn|social)\b)",
    re.IGNORECASE,
)
LAST_FOUR = re.compile(
    r"\b(?:last\s?(?:4|four)\s?(?:of\s(?:the\s)?)?(?:ssn|social|mrn)|(?:ssn|"
    r"social|mrn)\b.{0,12}?(?:end(?:ing|s)(?:\sin)?|last\s?(?:4|four)|"
    r"xxx-?xx-?|\*{3}-?\*{2}-?))[\s:=#]{0,4}\d{4}\b",
    re.IGNORECASE,
)
# A birthday and four more figures, as in the north of Europe.
BORN_ON = re.compile(
    r"(?<![\w-])(?:[0-3]\d[01]\d\d\d|(?:19|20)?\d\d[01]\d[0-3]\d)[-+]\d{4}(?![\w-])",
)
# National numbers with a check digit, by what people call them: label, shape, stdnum's module.
_NATIONAL = (
    (r"nhs(?:\s?(?:no|number|num|#|id)\b)?", r"\d{3}[\s-]?\d{3}[\s-]?\d{4}", "gb.nhs"),
    (r"chi(?:\s?(?:no|number|#))?", r"\d{3}[\s-]?\d{3}[\s-]?\d{4}", "gb.nhs"),
    (r"(?:bsn|burgerservicenummer)", r"\d{4}[\s.]?\d{2}[\s.]?\d{3}", "nl.bsn"),
    (
        r"(?:nir|n(?:um[ée]ro|°|o)\s?(?:de\s)?s[ée]cu(?:rit[ée]\ssociale)?|carte vitale)",
        r"[12]\s?\d{2}\s?\d{2}\s?\d[\dab]\s?\d{3}\s?\d{3}(?:\s?\d{2})",
        "fr.nir",
    ),
    (r"(?:phn|personal health n(?:o|umber))", r"9\d{3}[\s-]?\d{3}[\s-]?\d{3}", "ca.bc_phn"),
    (r"(?:sin|social insurance)", r"\d{3}[\s-]?\d{3}[\s-]?\d{3}", "ca.sin"),
    (r"(?:ahv(?:-?(?:nr|nummer))?|avs)", r"756\.?\d{4}\.?\d{4}\.?\d{2}", "ch.ssn"),
    (r"(?:cpr(?:-?(?:nr|nummer))?)", r"\d{6}-?\d{4}", "dk.cpr"),
    (r"(?:personnummer|pnr)", r"(?:19|20)?\d{6}[-+]?\d{4}", "se.personnummer"),
    (r"(?:f[øo]dselsnummer|fnr)", r"\d{6}\s?\d{5}", "no.fodselsnummer"),
    (r"(?:hetu|henkil[öo]tunnus)", r"\d{6}[-+a]\d{3}[\da-z]", "fi.hetu"),
    (r"(?:pps(?:n|\s?(?:no|number))?)", r"\d{7}[a-w][a-i]?", "ie.pps"),
    (r"(?:codice fiscale|c\.?f\.?)", r"[a-z]{6}\d{2}[a-z]\d{2}[a-z]\d{3}[a-z]", "it.codicefiscale"),
    (r"(?:dni)", r"\d{8}-?[a-z]", "es.dni"),
    (r"(?:nie)", r"[xyz]-?\d{7}-?[a-z]", "es.nie"),
    (r"(?:cpf)", r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", "br.cpf"),
    (r"(?:ihi)", r"8003\s?6\d{3}\s?\d{4}\s?\d{4}", "luhn"),
    (r"(?:rijksregisternummer|niss|insz)", r"\d{2}\.?\d{2}\.?\d{2}-?\d{3}\.?\d{2}", "be.nn"),
)
_LABELLED = tuple(
    (re.compile(rf"\b{label}[\"']?{_SEP}({shape})(?!\w)", re.IGNORECASE), module)
    for label, shape, module in _NATIONAL
)
_ANY_LABEL = re.compile("|".join(rf"\b{label}" for label, _, _ in _NATIONAL), re.IGNORECASE)
# Those without a module are told by their label and their shape: Germany's of health insurance, Spain's
# of social security and of health cards, Mexico's CURP, which needs no label.
_SHAPED = re.compile(
    rf"\b(?:(?:n[uú]mero\s)?(?:de\s)?(?:la\s)?seguridad social|nass|nuss|naf)\b\.?{_SEP}"
    rf"(\d{{2}}[\s/]?\d{{7,8}}[\s/]?\d{{2}})\b|"
    rf"\b(?:nir|n(?:um[ée]ro|°|o)\s?(?:de\s)?s[ée]cu\w*)\b\.?{_SEP}"
    rf"([12]\s?\d{{2}}\s?[01]\d\s?\d[\dab]\s?\d{{3}}\s?\d{{3}}\s?\d{{2}})\b|"
    rf"\b(?:tarjeta sanitaria|cip|tsi)\b\.?{_SEP}([a-z]{{4}}\s?\d{{6}}\d{{0,10}})\b|"
    r"\b([a-z]{4}\d{2}[01]\d[0-3]\d[hmx][a-z]{5}[a-z\d]\d)\b|"
    rf"\b(?:kvnr|kv-?nr|krankenversicherten-?(?:nr|nummer)|versicherten-?(?:nr|nummer)|"
    rf"egk)\b\.?{_SEP}([a-z]\d{{9}})\b",
    re.IGNORECASE,
)


def is_ssn(text: str) -> bool:
    """Whether such a number can have been given out; 078-05-1120 and the like never were to anybody."""
    from stdnum.us import ssn  # needed only once a number of the shape is there

    return bool(ssn.is_valid(text.replace(".", "-").replace(" ", "-")))


def of_a_state(text: str) -> Iterator[re.Match[str]]:
    """The same numbers with a slip in them: beside a name even those tell who it is."""
    if _ANY_LABEL.search(text):
        for label, _ in _LABELLED:
            yield from label.finditer(text)


def national(text: str) -> Iterator[re.Match[str]]:
    """The national numbers that bear their name and whose check digits are right."""
    if not _ANY_LABEL.search(text):
        yield from _SHAPED.finditer(text)
        return
    for label, module in _LABELLED:
        for found in label.finditer(text):
            if import_module(f"stdnum.{module}").is_valid(found[1]):
                yield found
    yield from _SHAPED.finditer(text)

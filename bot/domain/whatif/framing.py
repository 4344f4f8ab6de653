"""Which words of a question are what is supposed, and which only ask what comes of it?"""

from __future__ import annotations

import re

from bot.domain.whatif.vocabulary import any_of

_MARK = re.compile(rf"(?<![\w']){any_of('what if')}(?!\w)")
# Names of a change instead of a sentence: "impact of a 3 day VPN slip".
_NOMINAL = re.compile(rf"^(?:.{{0,40}}?\b)?{any_of('impact of')}(?!\w)\s*")
# After a comma any such word asks; without one only what cannot be part of the supposition.
_MAIN = re.compile(rf"\s*(?:[,;:?!]|\s-)+\s*(?:(?:and|then|so|y|et|und|dann)\s+)?{any_of('asks')}(?!\w).*$")
_MAIN_BARE = re.compile(rf"\s{any_of('asks at once')}(?!\w).*$")
_TAIL = re.compile(r"[\s?!.;:,]+$")
_PARENTHESES = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_OPENING = re.compile(rf"(?:{any_of('opening')}\b[\s,:!-]*)+")


def supposed(folded: str) -> tuple[int, int]:
    """Where in a folded question the supposition stands."""
    start = 0
    marks = list(_MARK.finditer(folded))
    first = next((m for m in marks if re.search(r"[a-z0-9]{2}", _without_question(folded[m.end() :]))), None)
    if first is not None:
        start = first.end()
    elif marks:  # "vpn slips 3 days, what if?"
        return _trimmed(folded, 0, marks[0].start())
    elif nominal := _NOMINAL.search(folded):
        start = nominal.end()
    end = start + len(_without_question(folded[start:]))
    return _trimmed(folded, start, end)


def _without_question(text: str) -> str:
    """The text up to where it goes on to ask."""
    for pattern in (_MAIN, _MAIN_BARE):
        if (m := pattern.search(text)) and re.search(r"[a-z0-9\ue000-\uefff]{2}", text[: m.start()]):
            text = text[: m.start()]
    return text


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " ,:;-":
        start += 1
    if opening := _OPENING.match(text, start, end):
        start = opening.end()
    if tail := _TAIL.search(text[start:end]):
        end = start + tail.start()
    return start, max(start, end)


def without_asides(text: str) -> str:
    """The text without what stands in brackets, letter for letter as long."""
    return _PARENTHESES.sub(lambda m: " " * len(m.group()), text)

"""Whose words are the lines of a transcript, and what of them was only said in passing?"""

from __future__ import annotations

import re

LONGEST_NAME = 60

_NAME = r"[^\W\d_][\w.'’-]*(?: [^\W\d_(][\w.'’-]*){0,3}(?: \([^()]{1,40}\))?"
_TIME = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?[Mm]\.?)?[\])]?"
# "Ana Ruiz  0:21" above what she says, and "[00:00:21] Ana Ruiz: …" in one line with it.
_ABOVE = (
    re.compile(rf"^\s*(?P<who>{_NAME})\s+{_TIME}\s*:?\s*$"),
    re.compile(rf"^\s*{_TIME}\s+(?P<who>{_NAME})\s*:?\s*$"),
)
_BEFORE = (
    re.compile(rf"^\s*{_TIME}\s*[-–—|]?\s*(?P<who>{_NAME})\s*:\s*(?P<said>\S.*)$"),
    re.compile(rf"^\s*(?P<who>{_NAME})\s*{_TIME}\s*:\s*(?P<said>\S.*)$"),
    re.compile(r"^\s*<v(?:\.[\w.]+)?\s+(?P<who>[^<>]{1,60})>\s*(?P<said>.*?)\s*(?:</v>)?\s*$"),
)
_CLOCK = re.compile(rf"^\s*(?:{_TIME}\s*-->\s*{_TIME}.*|{_TIME}|WEBVTT.*)\s*$")
_OPENING = re.compile(
    r"^(?:(?:and|so|then|okay|ok|alright|all right|great|perfect|good|yes|yeah|yep|sure|right|well|"
    r"thanks(?: \w+)?|thank you)\b[,.!]?\s+(?!to\b))+",
    re.IGNORECASE,
)
_TAG = re.compile(r",?\s*\b(?:right|correct|ok|okay|yes|agreed|no)\s*\?\s*$", re.IGNORECASE)
_SELF = re.compile(
    r"^(?:I['’]ll|I will|I can|I shall|I['’]m (?:going to|gonna)|I am going to|let me)\s+(?:also |"
    r"then |just )?"
    r"(?P<what>\S.*)$",
    re.IGNORECASE,
)
# What one says of the call itself, and of oneself.
_IN_PASSING = re.compile(
    r"^(?:be|stop|mute|unmute|drop|jump|hop|run|leave|go|wait|see|think|say|admit|repeat|start|stay|try to|"
    r"assume|guess|need|have|let|share (?:my|the) screen|pull (?:it|this|that) up|hand (?:it )?over|"
    r"turn|just|come back|get back|pass|add that|know|remember|keep (?:it|this) (?:short|brief|quick)|"
    r"give (?:you|everyone|everybody) (?:\w+ ){0,3}back|take (?:a look|questions)|show you|ask)\b",
    re.IGNORECASE,
)


def announced(row: str) -> tuple[str, str] | None:
    """Who speaks from here on, and what of it stands in the same line."""
    for pattern in _BEFORE:
        found = pattern.match(row)
        if found is not None:
            return found["who"].strip(), found["said"].strip()
    for pattern in _ABOVE:
        found = pattern.match(row)
        if found is not None and len(found["who"]) <= LONGEST_NAME and found["who"][:1].isupper():
            return found["who"].strip(), ""
    return None


def is_clock(row: str) -> bool:
    """Nothing but the time at which something was said."""
    return _CLOCK.match(row) is not None


def bare(text: str) -> tuple[str, bool]:
    """A sentence without what only opens it, and whether it ends by asking for assent."""
    found = _TAG.search(text)
    said = text[: found.start()] + "." if found else text
    return _OPENING.sub("", said, count=1), found is not None


def promised(text: str) -> str | None:
    """ "I'll send the codes": what somebody who speaks says they will do; not what they say in passing."""
    found = _SELF.match(text)
    return None if found is None or _IN_PASSING.match(found["what"]) else found["what"].strip()


def is_of_oneself(text: str) -> bool:
    return _SELF.match(text) is not None

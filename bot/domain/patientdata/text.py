"""What does a text say once Slack's marks, entities and invisible characters are off?"""

from __future__ import annotations

import re
import unicodedata

_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#39;": "'", "&#x27;": "'"}
_ENTITY = re.compile("|".join(_ENTITIES))
_TOKEN = re.compile(r"<([^<>|\n]{1,2000})\|([^<>\n]{0,2000})>|<[@#!][^<>\n]{1,200}>")
# Soft hyphens, zero-width characters, marks of direction: they would hide one character from the next.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_WRITTEN_OUT = re.compile(r"\\+(?:([rnt\"'/])|u([0-9a-fA-F]{4}))")  # as in JSON, or in a line of a log
_PERCENT = re.compile(r"%(2[0-9A-Fa-f]|3[0-9A-Fa-f]|[4-6][0-9A-Fa-f]|7[0-9A-Ea-e])")  # as in an address
_MARKS = str.maketrans("*_~`\u201c\u201d\u2018\u2019\t", "    \"\"'' ")


def bare(text: str) -> str:
    """The text with its entities and odd characters as they are read; its lines stay where they are."""
    for _ in range(2):  # what was forwarded is escaped twice
        if "&" in text:
            text = _ENTITY.sub(lambda found: _ENTITIES[found.group()], text)
    if "%" in text:
        text = _PERCENT.sub(lambda found: chr(int(found[1], 16)), text)
    if "\\" in text:
        text = _WRITTEN_OUT.sub(_meant, text)
    if text.isascii():
        return text
    return _DASHES.sub("-", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))


def _meant(found: re.Match[str]) -> str:
    """An end of a line becomes one that is not counted as a line of the text itself."""
    if found[2]:
        return chr(int(found[2], 16))
    return {"r": "\r", "n": "\r", "t": "\t"}.get(found[1], found[1])


def read(text: str) -> str:
    """A bare text as a person reads it: links by their label and address, nobody's id, no marks."""
    if "<" in text:
        text = _TOKEN.sub(_shown, text)
    return text.translate(_MARKS)


def _shown(found: re.Match[str]) -> str:
    address, label = found.groups()
    if address is None or address[0] in "@#!":
        return " @ "
    return f"{label} {address}" if label not in address else address

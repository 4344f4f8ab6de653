"""For whom is an answer meant?"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.domain.errors import Invalid


class Audience(StrEnum):
    """Who reads it. The team reads everything; the others their own part of the same facts."""

    TEAM = "team"
    EXECUTIVES = "executives"
    CUSTOMER = "customer"
    ENGINEERS = "engineers"


OFFERED = (Audience.EXECUTIVES, Audience.CUSTOMER, Audience.ENGINEERS)
_WORDS = {
    Audience.TEAM: ("team", "us", "me", "everybody"),
    Audience.EXECUTIVES: ("executives", "executive", "execs", "exec", "management", "sponsors", "sponsor"),
    Audience.CUSTOMER: ("customer", "customers", "client", "clients", "guests", "outsiders"),
    Audience.ENGINEERS: ("engineers", "engineer", "engineering", "technicians", "techs"),
}
_BY_WORD = {word: audience for audience, words in _WORDS.items() for word in words}
_FOR = re.compile(
    rf"(?:^|(?<=\s))for\s+(?:the\s+|our\s+)?({'|'.join(_BY_WORD)})(?:\s+to\s+read)?[\s.?!]*$", re.IGNORECASE
)
_FLAG = re.compile(r"(?:^|(?<=\s))(?:--|—|–)audience(?:\s+|=)(\S+)", re.IGNORECASE)


def named(word: str) -> Audience:
    """The audience called so; Invalid with those there are."""
    found = _BY_WORD.get(word.strip().strip("`*_.,:").casefold())
    if found is None:
        raise Invalid(f"Say for whom: {', '.join(OFFERED[:-1])} or {OFFERED[-1]}.")
    return found


def taken_off(words: str) -> tuple[str, Audience | None]:
    """The words without the “for executives” that may end them, and whom that means."""
    match = _FOR.search(words)
    if match is None:
        return words, None
    return words[: match.start()].rstrip(" ,;"), _BY_WORD[match[1].casefold()]


def flagged(words: str) -> tuple[str, Audience | None]:
    """The same for a question, where “for the customer” may be what is asked: `--audience customer`."""
    match = _FLAG.search(words)
    if match is None:
        return words, None
    return " ".join((words[: match.start()] + " " + words[match.end() :]).split()), named(match[1])

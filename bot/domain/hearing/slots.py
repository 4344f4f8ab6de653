"""Of a message already understood: whose is it, what does it wait on, by which day, and which item is it about?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain import dates, naming, reading
from bot.domain.hearing.heard import SELF
from bot.domain.plan import Item

LONGEST_PHRASE = 160
_USER = re.compile(r"<@(?P<id>[UW][A-Z0-9]{1,30})(?:\|[^<>\n]{0,200})?>")
_TOKEN = re.compile(r"<[^<>\n]{1,2000}>")
_FIRST_PERSON = re.compile(r"\b(?:i|i['’](?:m|ll|ve|d)|me|my|mine|myself|im|ive)\b", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"(?:\b(?:to|over to|for|cc|tagging|asked|need|owner:?|owned by|dri:?)\s*(?:the\s+)?)"
    r"<@(?P<id>[UW][A-Z0-9]{1,30})(?:\|[^<>\n]{0,200})?>",
    re.IGNORECASE,
)


def owner(intent: str, said: str, text: str, author: str | None) -> str | None:
    """A Slack user id, "self" for the author, or nobody."""
    if intent == "handoff":
        return _handed_to(said) or _handed_to(text)
    if intent == "own":
        return author or SELF
    if intent in ("blocker", "unblock", "due", "assumption", "decision", "status"):
        named = re.search(r"\b(?:owner|owned by|assignee|assigned to|dri)\b[\s:=*_-]{0,4}" + _USER.pattern, said, re.IGNORECASE)
        if named:
            return named["id"]
        return (author or SELF) if _FIRST_PERSON.search(_TOKEN.sub(" ", said)) else None
    return None


def _handed_to(said: str) -> str | None:
    found = _ASSIGNED.search(said) or _USER.search(said)
    return found["id"] if found else None


# ---- what it waits on ---------------------------------------------------------------------------------

_WAITS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:waiting|wait)\s+(?:up)?(?:on|for|to hear(?: back)? from)\b\s*:?\s*|\bawait(?:ing)?\b\s*|\bpending\b\s*(?:on\s+)?"
        r"|\bwarte[nt]?\s+(?:noch\s+|immer noch\s+|weiter\s+)?auf\s+|\ben attente d(?:e\s+|u\s+|['’]\s*)"
        r"|\battend(?:ons|s)?\s+(?:toujours\s+|encore\s+)?|\besperando\s+(?:a\s+|por\s+)?|\ba la espera de\s+"
        r"|\bw[aä]rte\s+(?:noch\s+)?auf\s+",
        r"\bblocked\s+(?:on|by|pending|until)\b\s*:?\s*|\bblockiert\s+(?:durch|von|wegen)\s+|\bbloqu[eé]e?s?\s+par\s+"
        r"|\bbloquead[oa]s?\s+por\s+",
        r"\b(?:depend(?:s|ing|ent)?\s+(?:up)?on|held up (?:by|on|at)|gated (?:by|on)|stuck (?:on|with|behind|at)|hinges on|h[aä]ngt an"
        r"|on hold (?:until|due to|because of|for|pending)|hold off until|paused until|parked until|rests? with|sits with|sitting with"
        r"|chasing|still missing|missing)\b\s*:?\s*",
        r"\b(?:no (?:response|reply|answer|word|news|feedback|update|updates|sign)|heard (?:back |anything )?|hear (?:back )?)\s*"
        r"(?:yet\s+|back\s+|so far\s+)?(?:from|of)\s+",
        r"\b(?:can(?:['’]?t|not| not)|unable to|not able to|won['’]t)\b[^.;!?\n]{1,80}?\b(?:until|without|before|unless)\s+",
        r"\b(?:still\s+)?(?:needs?|require[sd]?|lack(?:s|ing)?)\s+(?:to have\s+|to get\s+)?(?=\S)",
        r"\b(?:have|has|had)(?:n['’]t| not)\s+(?:yet\s+)?(?:received|gotten|got|seen)\s+",
        r"\b(?:still )?(?:no|without)\s+(?=(?:access|credentials?|licen[sc]es?|approval|sign-?off|vpn|certs?|certificates?|keys?)\b)",
        r"\bblocker\b[^:\n]{0,40}(?::|\bis\b)\s+",
    )
)
_DENIED = re.compile(r"(?:\b(?:not|no longer|never)|n['’]t)\s+(?:\w+\s+)?$", re.IGNORECASE)
_PHRASE_END = re.compile(
    r"[.;!?](?=\s|$)|\n|\s[-–—]+\s|[–—(]|"
    r"\s+(?:so|but|because|since|until|till|before|and (?:we|i|then|it|they|can|need|cannot|can['’]t)|"
    r"which|in order|atm|to (?:proceed|continue|start|finish|go|move|enable|complete|be able)|for reasons|"
    r"right now|at the moment|unfortunately|please|eta|due|expected|owner|owned|thanks|hopefully|again|"
    r"for (?:the )?(?:last|past|\d+|over|almost|about|a)|as of|anyway|though|also|still|yet|toujours|depuis|desde|seit)\b|,",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"^(?:(?:the|a|an|our|some|any|still|on|for|from|le|la|les|un|une|el|los|las|der|die|das|den|dem|de)\s+|l['’])+",
    re.IGNORECASE,
)
_NOBODY = frozenset(
    ("it", "this", "that", "them", "him", "her", "something", "someone", "you", "me", "us", "everything", "to")
)


def waiting_on(said: str) -> str | None:
    """What or whom it waits on, in the words of the message; mentions stay as Slack writes them."""
    for pattern in _WAITS:
        for m in pattern.finditer(said):
            if _DENIED.search(said[max(0, m.start() - 30) : m.start()]):
                continue
            end = _PHRASE_END.search(said, m.end(), m.end() + 400)
            phrase = said[m.end() : end.start() if end else m.end() + 400].strip(" *_,:.!?…")
            phrase = _ARTICLE.sub("", phrase).strip()
            if phrase and phrase.casefold() not in _NOBODY:
                return reading.unescape(phrase)[:LONGEST_PHRASE]
    return None


# ---- the day and the item -----------------------------------------------------------------------------


def due(intent: str, said: str, text: str, now: datetime, zone: ZoneInfo) -> tuple[str | None, date | None]:
    """The words of the day and the day, from the sentence that decided or else from the whole message."""
    for scope in (said, text):
        blank = _TOKEN.sub(lambda m: "·" * len(m.group()), scope)
        if found := dates.find_date(blank, now, zone):
            return found.words, found.day
    return None, None


def item(text: str, items: Sequence[Item], in_thread_of: str | None) -> str | None:
    """The key of the one item the message speaks of; else of the one its thread is about."""
    named = naming.mentioned(text, items) if items else None
    return named.key if named else in_thread_of

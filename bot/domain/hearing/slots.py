"""Of a message already understood: whose is it, by which day, and which item is it about?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain import dates, naming
from bot.domain.hearing.heard import SELF
from bot.domain.hearing.words import Sentence
from bot.domain.plan import Item, Person

USER = r"<@(?P<{0}>[UW][A-Z0-9]{{1,30}})(?:\|[^<>\n]{{0,200}})?>"
_TOKEN = re.compile(r"<[^<>\n]{1,2000}>")

# ---- whose it is --------------------------------------------------------------------------------------

_GIVEN = re.compile(
    r"\b(?:to|over to|for|tagging|ask(?:ed)?|need|want|"
    r"would like)\s*(?:the\s+)?" + USER.format("id"),
    re.IGNORECASE,
)
_ADDRESSED = re.compile(USER.format("id"))
_NAMED = re.compile(
    r"\b(?:owner|owned by|assignee|assigned to|dri)\b[\s:=*_-]{0,4}" + USER.format("id"), re.IGNORECASE
)
_HEDGE = re.compile(
    r"\b(?:i (?:think|believe|guess|suppose|am afraid|heard|see|hear)|my (?:impression|understanding|"
    r"guess)(?: is)?|"
    r"for me|if you ask me|let me know|so i will.*|tell me)\b"
)
_MINE = re.compile(
    r"\b(?:i|me|my|mine|myself|ich|mir|mich|je|moi|yo|me)\b|\bj'|\b(?:lo tengo|"
    r"lo acabo|te lo paso|estoy|sigo|puedo|necesito)\b"
)
_WITHOUT_SUBJECT = re.compile(
    r"(?:@u [,:] )?(?:still |currently |completely |totally |hard |hung |am |gonna |going to |will |"
    r"should |hopefully |to |working on it )*"
    r"(?:stuck|blocked|waiting (?:on|for) @u|can not|unable|not able|can do|hung up|be done|"
    r"will be done|done by|need till|"
    r"need until|have not heard|have not received|awaiting @u|warte|bloqueado|bloque)\b"
)


def owner(
    intent: str, sentence: Sentence, shown: str, text: str, author: str | None, people: Sequence[Person]
) -> str | None:
    """A Slack user id, "self" for the author, or nobody. `shown` are the words that show the intent."""
    me = author or SELF
    if intent == "handoff":
        return _handed_to(sentence.said, people) or _handed_to(text, people)
    if intent == "own":
        return me
    if named := _NAMED.search(sentence.said):
        return named["id"]
    return me if intent != "decision" and _is_of_the_author(sentence.words, shown) else None


def _is_of_the_author(words: str, shown: str) -> bool:
    """Is the one who speaks what the sentence is about, up to the words that show what it means?"""
    words = _HEDGE.sub(" ", words).strip()
    at = words.find(shown) if shown else -1
    upto = words[: at + len(shown)] if at >= 0 else words
    return _MINE.search(upto[-120:]) is not None or _WITHOUT_SUBJECT.match(words) is not None


def _handed_to(said: str, people: Sequence[Person]) -> str | None:
    found = _GIVEN.search(said) or _ADDRESSED.search(said)
    return found["id"] if found else _called_by_name(said, people)


def _called_by_name(said: str, people: Sequence[Person]) -> str | None:
    """The one person of the project whose name is in the sentence; a first name will do."""
    spoken = set(re.findall(r"[^\W\d_]{2,}", said.casefold()))
    found = [p.slack for p in people if p.slack and p.name and p.name.split()[0].casefold() in spoken]
    return found[0] if len(found) == 1 else None


# ---- by which day -------------------------------------------------------------------------------------

_DATED = ("blocker", "unblock", "own", "handoff", "due")
# Trouble and its end tell many days: asked on, out since, came today. Only these say when something will be.
_TELL_MANY = ("blocker", "unblock")
_PLANNED = re.compile(r"\b(?:on track|scheduled|planned) for\b", re.IGNORECASE)
_AWAY = r"(?:^\W*|\b(?:am|is|are|be|was)\s|['’](?:m|s|re)\s)out\b(?!\s(?:till?|until)\b)"
_FROM_NOW = re.compile(rf"\b(?:as of|effective|starting|leaving|since|on-?call)\b|{_AWAY}", re.IGNORECASE)
_ENDS = re.compile(
    r"\W*(?:by|before|until|till|'?til|eta|due|expect\w*|no later|not before|back|promised|scheduled|"
    r"planned|clears?|"
    r"bis|avant|d['’]ici|hasta|para|antes)\b",
    re.IGNORECASE,
)
_NO_ONE_DAY = re.compile(
    r"(?<!end of )(?<!of )\b(?:next week|next month|n[aä]chste woche|n[aä]chsten monat|"
    r"(?:la )?semaine prochaine|"
    r"(?:la )?pr[oó]xima semana|(?:la )?semana que viene|(?:le )?mois prochain)\W*$",
    re.IGNORECASE,
)
_SOON = re.compile(
    r"\b(?:\d{1,3}|a few|a couple of|twenty|ten|thirty) ?(?:min|mins|minutes|"
    r"minuten)\b|\bthis aft\w*|\bcet apr\w*",
    re.IGNORECASE,
)
_HOURS = re.compile(r"\bin (?:an?|one|two|three|[1-9]) (?:h|hrs?|hours?)\b", re.IGNORECASE)
_MOVED = re.compile(r"\b(?:from|was|instead of|moved|pushed|not)\b", re.IGNORECASE)
_GONE = re.compile(
    r"\b(?:since|quit|left|sent|asked|opened|on leave|leaving|pto|vacation|"
    r"yesterday|last|as of|effective|starting|on-?call)\b|"
    rf"{_AWAY}|\b(?:after|from)\s$",
    re.IGNORECASE,
)
# "For Monday's meeting" is for Monday.
_MEETING = re.compile(
    r"(?<=day)['’]s(?= (?:\w+ ){0,2}(?:meeting|call|session|workshop|stand-?up|sync|agenda|demo)\b)"
)


def due(intent: str, said: str, text: str, now: datetime, zone: ZoneInfo) -> tuple[str | None, date | None]:
    """The words of the day and the day, from the sentence that decided or else from the whole message."""
    if intent not in _DATED:
        return None, None
    for scope in dict.fromkeys((said, text)):
        blank = _MEETING.sub("  ", _TOKEN.sub(lambda m: "·" * len(m.group()), scope))
        if intent in ("due", "own") and (hours := _HOURS.search(blank) or _SOON.search(blank)):
            return hours.group(), now.astimezone(zone).date()
        found = dates.find_date(blank, now, zone) if intent == "due" or not _FROM_NOW.search(blank) else None
        if found and intent in _TELL_MANY and not _ENDS.match(found.words):
            found = None
        if found is None and (intent not in _TELL_MANY or _PLANNED.search(blank)):
            found = _told(intent, blank, now, zone)
        if found:
            return found.words, None if _NO_ONE_DAY.search(found.words) else found.day
    return None, None


def _told(intent: str, said: str, now: datetime, zone: ZoneInfo) -> dates.Dated | None:
    """The day a sentence tells that is about little but days, as "cutover: 12 Dec" or "today, please"."""
    today = now.astimezone(zone).date()
    found = [day for day in dates.every_day(said, now, zone) if day.day >= today]
    if not found or (intent != "due" and (len(found) > 1 or _GONE.search(said[: found[0].span[0]]))):
        return None
    return found[-1] if _MOVED.search(said) else found[0]


# ---- what it is about ---------------------------------------------------------------------------------


def item(text: str, items: Sequence[Item], in_thread_of: str | None) -> str | None:
    """The key of the one item the message speaks of; else of the one its thread is about."""
    named = naming.mentioned(text, items) if items else None
    return named.key if named else in_thread_of

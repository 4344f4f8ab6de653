"""Which dates does a text name, and which of them is the day by which something will be?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.domain.dates.forms import FORMS, Form, Lead, Today
from bot.domain.dates.words import TAIL, WEEKDAYS


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a date stands in a text, the day it means (None: there is no such day), and what leads to it."""

    start: int
    end: int
    day: date | None
    lead: Lead


_LINK = (
    r"(?:\W{0,3}\b(?:\d{1,2}(?::\d{2})?\s?(?:[ap]m)?|by|on|for|the|is|at|around|about|in|to|till|until|it|this|"
    r"back|le|el|am|den|zum|date|be|clear|cleared|resolved|resolution|fixed|fix|done|ready|delivery|completion|"
    r"now|still|approx)\b){0,4}\W{0,3}$"
)
_AGAINST = re.compile(
    r"\b(?:since|after|from|starting|as of|last|past|every|each|early|mid|middle of|beginning of|start of|"
    r"week of|weeks? ending|sent|raised|opened|requested|submitted|escalated|asked|reported|"
    r"(?:was|were) (?:due|expected|supposed|planned|scheduled)(?: (?:by|for))?|"
    r"depuis|apr[eè]s|seit|nach|ab|anfang|mitte|desde|"
    r"despu[eé]s del?|principios de|d[eé]but|mi)\b"
    r"(?:\s+(?:on|the|le|el|dem|del|in|about|sometime))?[\s(:-]*$",
    re.IGNORECASE,
)
_LEADS = (
    (
        Lead.CLEARS,
        re.compile(
            r"\b(?:(?:you|everyone|everybody|all)(?:['’]ve| have)(?: time)? (?:until|till)|"
            r"etas?|clears?|clearing|expect(?:ed|s|ing)?|resolves?|due(?!\s+to\b)|target(?:ed|ing)?|"
            r"deadline|promised|"
            r"scheduled|planned|estimated?|pr[eé]vue?|previst[oa]|erwartet|voraussichtlich|f[aä]llig|"
            r"geplant|vence)\b" + _LINK,
            re.IGNORECASE,
        ),
    ),
    (
        Lead.BY,
        re.compile(
            r"(?:\b(?:by|before|until|till|no later than|not later than|latest|through|thru|antes del?|"
            r"hasta|para|"
            r"d['’]ici|avant|jusqu['’]aux?|bis|sp[äa]testens|vor|(?:pushed|moved|slipped|postponed|"
            r"delayed) (?:out )?to)"
            r"|\b['’]?til)\b" + _LINK,
            re.IGNORECASE,
        ),
    ),
    (
        Lead.ON,
        re.compile(
            r"(?:\b(?:on|for|is|le|el|am|den|around|about|back|lands|arrives|arriving|returns|returning|"
            r"comes|coming|"
            r"first thing(?: on)?|\d{1,2}(?::\d{2})?\s?[ap]m|"
            r"not before|no earlier than|earliest)\b|~)" + _LINK,
            re.IGNORECASE,
        ),
    ),
)
_VERSION = re.compile(
    r"\b(?:v|ver|version|release|rel|build|rev|revision|java|node|python|tls|stage|phase|wave|step|"
    r"section|part|"
    r"chapter|item|no|nr|port|room|level|tier|round)\.?\s*$",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:will|won['’]?t|shall|should(?! have)|going to|to be|may|might|must|expects?|expecting|hopes?|"
    r"hoping|plans?|"
    r"planning|aims?|aiming|comes|coming|lands|arrives|arriving|returns|returning|back|ships|ready|"
    r"available|needed|"
    r"required|gets|up|wird|kommt|werden|soll(?:te)?|sera|devrait|arrive|llega|estar[aá]|deber[ií]a)\b|"
    r"['’]ll\b",
    re.IGNORECASE,
)
_GONE_BY = re.compile(
    r"\b(?:went|was|were|told|said|sent|fell|broke|began|got|lost|met|left|had|did|since|ago|"
    r"(?!need|expect|schedul|plann|promis|requir|estimat)[^\W\d_]{3,}ed)\b",
    re.IGNORECASE,
)
_END_OF_DAY = re.compile(
    r"(?:eod|eob|cob|close of (?:business|play)|end of (?:play|(?:the )?(?:business )?day)|noon|"
    r"midnight),?\s+(?:on\s+|of\s+)?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;!?\n–—(]|,\s|\s-\s|\s(?:but|so|aber|mais|pero)\s")


def is_meant(text: str, hit: Mention) -> bool:
    """Is this the day by which something will be, and not one that is told of?"""
    if hit.lead in (Lead.AGAINST, Lead.CLEARS, Lead.BY):
        return hit.lead is not Lead.AGAINST
    before = text[max(0, hit.start - 160) : hit.start]
    clause = before[max((m.end() for m in _CLAUSE.finditer(before)), default=0) :]
    if _TO_COME.search(clause):
        return True
    if _GONE_BY.search(clause):
        return False
    if hit.lead is Lead.ON:
        return True
    # A bare date only counts where it stands by itself: "waiting for legal, Friday", not "the Friday demo".
    return (
        not clause.strip(" \t*_:[")
        and re.match(r"[\s*_]*(?:$|[.,;!?)\]\n–—]|-\s)", text[hit.end :]) is not None
    )


def mentions(text: str, today: Today) -> list[Mention]:
    """Every date in the text, in order; of two that share words only the longer, "EOD Wednesday" as one."""
    found = [
        hit for form in FORMS for m in form.pattern.finditer(text) if (hit := _mention(text, m, form, today))
    ]
    found.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[Mention] = []
    for hit in found:
        if kept and hit.start < kept[-1].end:
            continue
        if kept and _END_OF_DAY.fullmatch(text[kept[-1].start : hit.start]):
            eod = kept.pop()
            hit = Mention(eod.start, hit.end, hit.day, max(eod.lead, hit.lead))
        kept.append(hit)
    return kept


def _mention(text: str, m: re.Match[str], form: Form, today: Today) -> Mention | None:
    parts = m.groupdict()
    lead, _ = _lead(text, m.start())
    if today.alone:
        return Mention(m.start(), m.end(), form.day(m, today), Lead.BY)
    if form.only_alone or _is_something_else(text, m, parts, lead):
        return None
    if re.match(r"last|past|every|each|letzt|jede|chaque|cada", parts.get("which") or "", re.IGNORECASE):
        lead = Lead.AGAINST
    if lead is not Lead.AGAINST:
        named = bool(re.match(rf"(?:{WEEKDAYS})\b", m.group(), re.IGNORECASE)) and (
            "a" in parts or "d" in parts
        )
        if max(lead, Lead.ON if named else Lead.BARE) < form.needs:
            return None
        lead = max(lead, form.lead)
    tail = TAIL.match(text, m.end())
    return Mention(m.start(), tail.end() if tail else m.end(), form.day(m, today), lead)


def _is_something_else(text: str, m: re.Match[str], parts: dict[str, str | None], lead: Lead) -> bool:
    """A verb, a version or a fraction that only looks like a date."""
    number = "a" in parts or ("mon" not in parts and "d" in parts)
    if number and (
        m.group() in ("24/7", "7/24") or _VERSION.search(text[max(0, m.start() - 16) : m.start()])
    ):
        return True
    month, day = parts.get("mon") or "", parts.get("wd") or ""
    if month in ("may", "march", "mar", "mars", "mai") and lead < Lead.ON:
        return True  # "we may 2 …", "march 4 people": months are written large, or after "on" and "by"
    short = day.islower() and len(day) <= 3 and not parts.get("which")
    return short and lead < (Lead.BY if day in ("sat", "sun", "mon", "wed") else Lead.ON)


def _lead(text: str, start: int) -> tuple[Lead, int]:
    """What leads to the date that starts here, and where that begins."""
    floor = max(0, start - 48)
    before = text[floor:start]
    if _AGAINST.search(before):
        return Lead.AGAINST, start
    for lead, pattern in _LEADS:
        if m := pattern.search(before):
            return lead, floor + m.start()
    return Lead.BARE, start


def with_lead(text: str, start: int) -> int:
    """Where a date begins, with the words that lead to it."""
    return _lead(text, start)[1]

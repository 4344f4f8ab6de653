"""Which turns of phrase mean what, how telling is each, and does the sentence say it, ask it or deny it?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.domain.cuefiles import entries, spelt_out
from bot.domain.hearing.words import Sentence

LANGUAGES = ("english", "spanish", "french", "german")
OUTRIGHT, IMPLIED, HINT, UNSHOWN = 3, 2, 1, 0
PACKAGE = "bot.domain.hearing"


@dataclass(frozen=True, slots=True)
class Cue:
    """A turn of phrase: the intent it speaks of, and how telling it is."""

    intent: str
    weight: int
    pattern: re.Pattern[str]
    name: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue in a sentence. `frame`: "" said; else "asked", "supposed", "denied", "told", "technical"."""

    intent: str
    weight: int
    frame: str
    words: str
    cue: str


@cache
def cues() -> tuple[Cue, ...]:
    """Every cue of every language; the files say how they are written."""
    return tuple(cue for language in LANGUAGES for cue in _of(language))


def hits(sentence: Sentence) -> tuple[Hit, ...]:
    """Every cue that a sentence has, each with what the sentence does with it."""
    words = sentence.words
    found = []
    for cue in cues():
        if m := cue.pattern.search(words):
            said = m.group().strip(" ,:-")
            found.append(Hit(cue.intent, cue.weight, _frame(cue.intent, sentence, m), said[:80], cue.name))
    return tuple(found)


def _of(language: str) -> Iterator[Cue]:
    parts: dict[str, str] = {}
    count = 0
    for heading, entry in entries(PACKAGE, language):
        first, _, words = entry.partition(" ")
        if heading == "parts":
            parts[first] = words
        else:
            count += 1
            pattern = re.compile(rf"(?<!\S)(?:{spelt_out(words, parts)})(?!\S)")
            yield Cue(heading, int(first), pattern, f"{language[:2]}{count}")


# ---- what the sentence does with it -------------------------------------------------------------------

_REPORTS = ("blocker", "unblock", "decision", "assumption", "status")
_SUPPOSED = re.compile(
    r"\b(?:if|unless|whether|in case|suppose|supposing|would|could|might|lest|imagine|whenever|"
    r"hypothetically|"
    r"as if|ever|pretend|e\.g|for example|for instance|should|in general|usually|normally|generally|"
    r"wenn|falls|si|ob)\b"
)
_DENIED = re.compile(
    r"\b(?:(?:do|did|does|is|are|am|was|would|should|will|has|have) not|not|never|nobody|no one|"
    r"hardly|doubt|"
    r"no longer)(?: (?:[a-z]+)){0,4} $"
)
_TOLD = re.compile(
    r"\b(?:said|says|told|wrote|heard that|impression|you can(?: also)? get|claims?|asked (?:if|"
    r"whether|what|why)|explains?|means?|called|named|"
    r"reads|word|term|phrase|concept of|definition|renovate|dependabot)\b"
)
_OVER = re.compile(
    r"\b(?:was|were|had|used to|back then|previously|in the past|last project|lesson|"
    r"years? ago)\b"
)
# What software does, as its release notes and commits tell it.
_DESCRIBED = re.compile(
    r"(?:[-*•] )?(?:adds|implements|introduces|provides|allows|enables|makes|describes|documents|"
    r"supports|removes|shows|returns) "
)
_OVER_BEFORE = re.compile(
    r"\b(?:which|that|what) (?:was|were|had been) (?:\w+ ){0,3}$|"
    r"\b(?:last|previous|old) (?:project|job|company|hospital|place|year|time|go-?live)\b"
)
_OVER_AFTER = re.compile(
    r"\b(?:yesterday|last (?:year|time|project|month|sprint|release|go-?live)|in the (?:last|"
    r"previous|old) \w+|years? ago|"
    r"lesson learned|back then|back in|but (?:now |it )?(?:is )?(?:fixed|resolved|works|sorted|"
    r"solved|fine)|"
    r"all good now|no longer|not any ?more|never ?mind|nvm)\b"
)
_TECHNICAL = re.compile(
    r"\b(?:threads|mutex|semaphore|async|coroutines?|event loop|i/o|non-?blocking|goroutines?|"
    r"syscalls?|cors|ad-? ?block\w*|u-?block|pop-?ups?|cookies?|captcha|spam|main loop|"
    r"stdin|code block|blockquote|blockchain|sunscreen|twitter|facebook|youtube|"
    r"vacation mode|traffic|construction|plugin|calendar|mechanism|acceptance criteria|steps to reproduce|"
    r"(?:by|as) design(?:ed)?|(?:expected|intended) behaviou?r|(?:working )?as intended)\b"
)
_GENERIC = re.compile(
    r"\b(?:you (?:can|could|may|might|must|need|have|get|are|will|would|should)|"
    r"people|everybody who|one) "
)
_OURS = re.compile(r"\b(?:i|we|our|us|my|me)\b")
_MACHINE = re.compile(
    r"(?:\W )*(?:(?:fix|feat|chore|perf|docs|refactor|test|tests|ci|build|style|"
    r"revert)(?: \( [\w ./-]+ \))? ?!? ?: |"
    r"changelog\b|release [0-9.]+ ?:|(?:[a-z-]+ )?\[? ?bot ?\]? ?:|[a-z]+ ?bot ?:|:robot_face:|"
    r"jira \W|jira:? @ref|"
    r"(?:pagerduty|renovate|dependabot|sentry|github|gitlab|jenkins|circleci|datadog|grafana|"
    r"opsgenie|statuspage|"
    r"github actions|nagios|zabbix|reminder|daily digest|workflow)\b[^:]{0,20}:|merge (?:branch|"
    r"pull request)\b)"
)
_THEN_ASKS = re.compile(
    r"[,;–—-] (?:and |so |but )?(?:can|could|any|anyone|who|please|would|is there|what|how|do|did|"
    r"should|when|where|"
    r"right|ok|thoughts|no|have you|are you|is|@u)\b"
)


def _frame(intent: str, sentence: Sentence, m: re.Match[str]) -> str:
    words = sentence.words
    if _MACHINE.match(words):
        return "machine"
    before = words[: m.start()]
    if _is_asked(intent, sentence, m):
        return "asked"
    if intent == "handoff" and before.endswith("already "):
        return "told"
    if intent == "due" or intent == "handoff":
        return "supposed" if re.search(r"\b(?:if|whether|unless|in case)\b", before) else ""
    if intent == "own":
        return "denied" if re.search(r"\b(?:not|never|if) (?:\w+ ){0,2}$", before) else ""
    if _SUPPOSED.search(before):
        return "supposed"
    if _DENIED.search(before):
        return "denied"
    if _TOLD.search(before):
        return "told"
    if intent in ("blocker", "unblock"):
        if _TECHNICAL.search(words) or _DESCRIBED.match(words):
            return "technical"
        if _GENERIC.search(before) and not _OURS.search(before):
            return "told"
        if intent == "blocker" and _is_over(words, m):
            return "over"
    return ""


def _is_over(words: str, m: re.Match[str]) -> bool:
    return bool(
        _OVER.search(m.group())
        or _OVER_BEFORE.search(words[: m.start()])
        or _OVER_AFTER.search(words, m.start())
    )


def _is_asked(intent: str, sentence: Sentence, m: re.Match[str]) -> bool:
    """A question; but "blocked on certificates, can anyone help?" states first and asks then."""
    if intent == "handoff" or not sentence.asked:
        return False
    then = _THEN_ASKS.search(sentence.words, m.start() + 4)
    return then is None or then.start() < m.end() - 4

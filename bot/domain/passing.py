"""Do words that sound like news say none: a list, a stand-up line, a small step, no harm done?"""

from __future__ import annotations

import re

MOST_LINES = 6  # what has more is pasted, and for `/golive notes` to read line by line
FEWEST_POINTS = 2
_POINT = re.compile(r"\s*(?:[-*•▪◦‣–]|\d{1,2}[.)]|\[[ xX]?\])\s+\S")
_LABEL = re.compile(
    r"(?:^|(?<=[\s/|.,;(]))(?:[*_]{0,2})"
    r"(yesterday|today|tomorrow|y|t|done|did|doing|next|now|todo|blocked|blockers?|blocking|impediments?)"
    r"[*_]{0,2}\s?[:=]",
    re.IGNORECASE,
)
_STANDUP = re.compile(r"\W*(?:(?:daily|my|async)\s)?stand-?up\b[^:\n]{0,20}:", re.IGNORECASE)
_AND_NO_MORE = (
    r"(?:\s+(?:so far|today|here|yet|for (?:now|me)|from me|(?:on|from) my (?:side|end)|really|atm|right now|"
    r"at the moment|but the \w+))?\s*(?:$|[^\w\s]|\n)"
)
_NONE = re.compile(  # "Blockers: nope"; never "blocked: no VPN yet"
    r"\b(?:blocked|blockers?|blocking|impediments?|obstacles?|roadblocks?)[*_]{0,2}\s*[:=–—-]?\s*"
    r"(?:no|none|nope|nah|nothing|nada|nil|zero|0|n/?a)" + _AND_NO_MORE,
    re.IGNORECASE,
)
_BY_NOTHING = re.compile(  # "stuck on: nothing"; never "blocked by nothing but the contract"
    r"\b(?:blocked|stuck|held up|hung up|waiting|waits?|blockiert|bloqu[eé]e?|bloquead[oa])\s*"
    r"(?:up\s+)?(?:by|on|for|at|von|durch|par|por)?\s*[:=–—-]?\s*"
    r"(?:nothing|nobody|no[ -]?one|none|nada|nadie|nichts|niemande[mn]|rien|personne|n/a)"
    + _AND_NO_MORE
    + r"|\bnothing(?:['’]s|\s+(?:is|that))?\s+(?:(?:currently|really)\s+)?"
    r"(?:stop|block|hold|keep|delay)(?:s|ping|ing)\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\b(?:no (?:harm|impact|effect|big deal|drama)|not (?:for us|(?:y?our|my) (?:problem|issue)|"
    r"a (?:problem|blocker|big deal|crisis|show-?stopper)|blocking)|just venting|nothing to worry|"
    r"(?:does|do|will|would|did)(?:n['’]t| not) (?:matter|affect|hurt|delay|block)|won['’]t "
    r"(?:matter|affect|hurt|delay|block))\b",
    re.IGNORECASE,
)
# What is made on the way to a thing, or for it: whoever does it does not do the thing by that.
_PIECE = re.compile(
    r"\b(drafts?|outlines?|lists?|forms?|matrix|templates?|samples?|examples?|slides?|decks?|screenshots?|"
    r"photos?|invites?|invitations?|summary|notes|minutes|agenda|quotes?|sheets?|spreadsheets?|letters?|"
    r"logs?|copy|copies|numbers?|figures|names|questions?|tickets?|files?|exports?|sections?|chapters?|"
    r"versions?|plans?|overview|diagrams?|memos?|e?-?mails?|feedback|estimates?)\b",
    re.IGNORECASE,
)


def is_list(text: str) -> bool:
    """Several points, or more lines than anybody writes about one thing."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > MOST_LINES or sum(bool(_POINT.match(line)) for line in lines) >= FEWEST_POINTS


def is_standup(text: str) -> bool:
    """What somebody did, does and is kept by, each after its label."""
    labels = {found[1].casefold() for found in _LABEL.finditer(text)}
    return len(labels) > 1 or _STANDUP.match(text) is not None


def waits_for_nothing(text: str) -> bool:
    """Said to be held up by nothing."""
    return _NONE.search(text) is not None or _BY_NOTHING.search(text) is not None


def holds_nothing_up(text: str) -> bool:
    """Said to be held up by nothing, or to hold nothing up."""
    return waits_for_nothing(text) or _HARMLESS.search(text) is not None


def speaks_of_a_piece(text: str, name: str) -> bool:
    """Of a draft, a list or a form for something, where that is not what the thing itself is called."""
    return any(not _is_called(piece[1], name) for piece in _PIECE.finditer(text))


def _is_called(word: str, name: str) -> bool:
    return word.casefold().rstrip("s") in name.casefold()

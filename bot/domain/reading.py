"""What does a message report, when it says so outright: a blocker, an owner, or a word to the bot?

Only explicit posts count: "blocker: …", "blocked on …", "🚧 …", "owner: @x", a mention of the bot. What is
quoted, struck through, code, asked, denied, supposed or over is left alone: a bot that speaks up wrongly
is muted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain import dates, passing

LONGEST_TEXT = 12_000
LONGEST_REPORT = 2000
LONGEST_PHRASE = 160

_USER = r"<@(?P<{0}>[UW][A-Z0-9]{{1,30}})(?:\|[^<>\n]{{0,200}})?>"
_TOKEN = re.compile(r"<([@#!]?)([^<>|\n]{1,2000})(?:\|([^<>\n]{0,2000}))?>")
_ENTITY = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&#42;": "*", "&#95;": "_", "&#96;": "`"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a message says outright. Without `names`, people stay `<@U1>` in the words."""

    kind: str  # blocker | owner | mention
    text: str
    owner: str | None = None  # Slack user id
    waiting_on: str | None = None
    waiting_on_user: str | None = None  # Slack user id
    due: date | None = None  # the day it is expected to clear, or the item to be done
    due_words: str | None = None
    item_words: str | None = None  # where the item it is about is named: never in what it waits on
    about: str | None = None  # what stands before the colon: "blocker for vpn: …"; not in `text`
    explicit: bool = True


def read(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    author: str,
    bot: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Report | None:
    """The report a channel message makes; None for everything that is not said outright."""
    speaker = _Speaker(now, zone, author, names)
    text = _tidy(text[:LONGEST_TEXT])
    called = re.compile(rf"<@{re.escape(bot)}[|>]") if bot else None
    lines = list(_lines(text, bot))
    report = _blocker_in(lines, speaker) or _owner_in(lines, speaker)
    if report is not None:
        return report
    if called and any(called.search(line.bare) for line in _lines(text, None)):
        said = "\n".join(line.said.strip() for line in lines)
        return Report(kind="mention", text=_shorten(_readable(said, names)))
    return None


def details(
    text: str, *, now: datetime, zone: ZoneInfo, author: str, names: Mapping[str, str] | None = None
) -> Report:
    """The parts of a text already known to be a blocker, as typed after `/golive block`."""
    text = _tidy(text[:LONGEST_TEXT]).strip()
    return _blocker(text, text, None, _Speaker(now, zone, author, names))


def unescape(text: str) -> str:
    """The three characters that Slack escapes, and the marks that a form writes in their way."""
    return re.sub("&(?:lt|gt|amp|#42|#95|#96);", lambda m: _ENTITY[m.group()], text)


def own_lines(text: str) -> tuple[str, ...]:
    """The lines that are the author's own words: no quotes, no blocks of code."""
    return tuple(line.said for line in _lines(_tidy(text), None))


def plain(text: str, names: Mapping[str, str]) -> str:
    """Slack's text as a person reads it: names for mentions, labels for links, no marks of formatting."""
    return _readable(_tidy(text), names)


# ---- Slack's text ------------------------------------------------------------------------------------

# Control characters, soft hyphens, zero-width characters, marks of direction, variation selectors.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff]"
)
_CODE = re.compile(r"`[^`\n]{1,400}`")
_HIDDEN = re.compile(
    r"`[^`\n]{1,400}`|\"[^\"\n]{1,400}\"|“[^”\n]{1,400}”|«[^»\n]{1,400}»|„[^“”\n]{1,400}[“”]|"
    r"(?<!\w)~[^~\n]{1,400}~(?!\w)|<https?:[^<>\n]{1,2000}>"
)
_MARKS = re.compile(
    r"(?<![\w*])\*(?=\S)([^*\n]{1,1000}?)(?<=\S)\*(?![\w*])|"
    r"(?<![\w_])_(?=\S)([^_\n]{1,1000}?)(?<=\S)_(?![\w_])"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line a person wrote. `bare` is as long as `said`, quotes, code, links and struck words blanked."""

    said: str
    bare: str


@dataclass(frozen=True, slots=True)
class _Speaker:
    now: datetime
    zone: ZoneInfo
    author: str
    names: Mapping[str, str] | None


def _tidy(text: str) -> str:
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("：", ":")


def _lines(text: str, bot: str | None) -> Iterator[_Line]:
    """The lines that are the author's own words: no quotes, no blocks of code."""
    own = "\n".join(text.split("```")[::2])
    if bot:
        own = re.sub(rf"<@{re.escape(bot)}(?:\|[^<>\n]{{0,200}})?>[ ,:]*", "", own)
    for said in own.split("\n"):
        start = said.lstrip()
        if start.startswith(("&gt;&gt;&gt;", ">>>")):
            return
        if not start.startswith(("&gt;", ">")):
            yield _Line(said, _HIDDEN.sub(lambda m: "·" * len(m.group()), said))


def _readable(text: str, names: Mapping[str, str] | None) -> str:
    text = _TOKEN.sub(lambda m: _spoken(m[1], m[2], m[3], names), text)
    text = _CODE.sub(lambda m: m.group()[1:-1], text.replace("```", " "))
    text = _MARKS.sub(lambda m: m[1] or m[2], text)
    return "\n".join(" ".join(line.split()) for line in unescape(text).split("\n")).strip()


def _spoken(sign: str, value: str, label: str | None, names: Mapping[str, str] | None) -> str:
    if sign == "@":
        return f"<@{value}>" if names is None else f"@{names.get(value) or label or value}"
    if sign == "#":
        return f"#{label or value}"
    if sign == "!":
        return label or f"@{value.split('^')[0]}"
    address = re.sub(r"^(?:mailto|tel):", "", value)
    if not label or label in (value, address) or address.removeprefix("https://").startswith(label):
        return address
    return f"{label} ({address})"


def _shorten(text: str, longest: int = LONGEST_REPORT) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


# ---- a blocker ---------------------------------------------------------------------------------------

_EMOJI = r"(?::[a-z0-9_+'-]{1,40}:|[\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff])"
_OPENING = re.compile(
    rf"(?:\s*(?:[-–—+•◦▪●*]\s+|\d{{1,3}}[.)]\s+|\[[ x]?\]\s+))*\s*(?P<decor>(?:[*_]?{_EMOJI}[*_]?\s*)*)"
    r"(?:(?:(?:hi|hey|hello|morning|good morning|fyi|update|heads[- ]up|status|all|team|folks|everyone|"
    r"so|ok|also|and|"
    r"btw|unfortunately|today)\b|<@[UW]\w+(?:\|[^<>\n]*)?>|<![a-z]+(?:\|[^<>\n]*)?>)[\s,:!–—-]*){0,5}",
    re.IGNORECASE,
)
_SIGN = re.compile(r"🚧|:construction:", re.IGNORECASE)
_CHECKED = re.compile(r"✅|✔|☑|:white_check_mark:|:heavy_check_mark:|:tada:|🎉", re.IGNORECASE)
_LABEL = re.compile(
    r"[*_]{0,3}(?:(?:new|another|one|main|biggest|big|current|only|hard|our|my|the|next|second|first|"
    r"urgent|critical|"
    r"major|go-?live)\s+){0,3}"
    r"(?:#?block(?:er|ers|ed)|\[block(?:er|ed)\]|bloqueo|bloqueante|bloqueado|bloquant|point bloquant|"
    r"bloqu[eé]|blocage|"
    r"blockiert|blockade)"
    r"(?:\s*#\d{1,3})?"
    r"(?:\s+(?:for|on|with|f[uü]r|para|pour)\s+(?P<item>[^:\n]{1,80}?)|\s*\((?P<beside>[^)\n]{1,80})\))?"
    r"[*_]{0,3}\s*(?::|(?<=\])|(?<=\s)[-–—]+(?=\s)|–|—|=>|-&gt;|→)[*_:]{0,3}\s*",
    re.IGNORECASE,
)
_NO_BLOCKER = re.compile(
    r"[\W_]*(?:(?:none|no|nope|nil|n/?a|zero|0|x|tbd|tbc|keine?r?|aucun|ninguno|nada|rien|nichts|"
    r"not really|"
    r"nothing)\W*$|"
    r"(?:none\b(?! of)|no (?:more |new |real |other |open |current )?blockers?\b|not a blocker|n/a\b|"
    r"nothing (?:from|on|at|today|new|for|right|atm|currently|yet|blocking|major|else|to report|here|"
    r"so far)\b)|"
    r"(?:now )?(?:cleared|resolved|fixed|solved|gone|removed|closed|lifted|unblocked)\b"
    r"(?:\W*$|[.!,:]|\s+(?:by|now|today|yesterday|thanks|this|already|as of|since)\b))",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\bunblocked\b|\bno longer (?:a )?(?:block|an issue)|\bnever ?mind\b|\bnvm\b|\ball (?:good|sorted|"
    r"clear) now\b|"
    r"\b(?:is|are|got|now|been) (?:now )?(?:resolved|sorted|unblocked)\b(?! by)|\bnot (?:a )?block(?:er|"
    r"ed|ing)\b",
    re.IGNORECASE,
)
_ENDS_OVER = re.compile(
    r"(?P<before>(?:[\w'’]+[\s,–—-]+){0,3})\b(?:resolved|cleared|fixed|solved)\W*(?::[a-z_]+:\W*)*$",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:not|be|get|gets|until|till|if|when|once|never|needs?|must|yet)\b|n['’]t\b", re.IGNORECASE
)

_ADVERB = (
    r"(?:(?:still|currently|now|again|also|completely|totally|fully|really|kind of|kinda|a bit|mostly|"
    r"hard|both|all|"
    r"already|just|officially|actually|at the moment|today|effectively|basically),?\s+)*"
)
_BLOCKED = re.compile(
    r"\bblocked(?:\s+(?P<how>on|by|waiting\s+(?:on|for))\b|\s*[,:–-]?\s+(?:still\s+|"
    r"and\s+)?waiting\s+(?:on|for)\b)"
    r"\s*:?\s*(?P<what>\S[^\n]*)",
    re.IGNORECASE,
)
_WE = re.compile(
    rf"{_ADVERB}(?:i['’]?m|i am|am|we['’]re|we are|i['’]ve been|we['’]ve been|i have been|we have been|"
    rf"i remain|we remain|(?:my|our|the) team is)\s+{_ADVERB}",
    re.IGNORECASE,
)
_THING = re.compile(
    rf"(?P<thing>[^\s,]+(?:\s+[^\s,]+){{0,7}}?)(?:(?:\s+(?:is|are|remains?|has been|have been)|['’]s|"
    rf"['’]re)\s+{_ADVERB}|"
    rf"\s*(?::|\s[-–—])\s+{_ADVERB})",
    re.IGNORECASE,
)
_THING_ALONE = re.compile(rf"(?P<thing>[^\s,]+(?:\s+[^\s,]+){{0,2}}?)\s+{_ADVERB}", re.IGNORECASE)
_NO_SUBJECT = re.compile(
    r"\b(?:not|no|nobody|nothing|never|if|when|unless|whether|should|could|would|might|may|think|believe|"
    r"guess|"
    r"suppose|assume|seems?|looks?|maybe|perhaps|probably|possibly|who|what|which|that|anyone|anything|"
    r"anybody|someone|"
    r"something|is|are|was|were|be|been|get|gets|got|getting|being|said|says|told|asked|why|how|where|"
    r"than|to|until|"
    r"some|many|most|few|several|other|others|often|usually|always|sometimes|every|each|threads?|"
    r"handlers?|goroutines?|"
    r"coroutines?|writes?|reads?|requests?|ads|pop-?ups?|cookies|like|hope|do|does|did|will|can|you|your|"
    r"i|we|been|hear|heard|impression|because|case|non|un)\b|"
    r"n['’]t\b|·",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|whether|in case|suppose|assuming|imagine|said|says|wrote|told|asked|wonder(?:ing)?|"
    r"when(?:ever)?|"
    r"would|instead of|rather than|pretend|for example|e\.g)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r",\s+|\s[-–—]+\s|:\s+|\(|\b(?:but|and|so|because|since|while|therefore)\s+", re.IGNORECASE
)
_NO_OBJECT = re.compile(
    r"(?:(?:(?:the|a|some)\s+)?(?:i/?o|locks?|mutex|semaphore|futex|stdin|socket|syscall|recv|"
    r"main thread|event loop)|"
    r"purpose|(?:my|our|their) end|twitter|facebook|linkedin|weekends?|weekdays?|(?:mon|tues?|"
    r"wed(?:nes)?|thur?s?|fri|"
    r"satur|sun)(?:day)?s?)\b|[?.!…)]*$",
    re.IGNORECASE,
)
_BULLET = r"(?:[-–—+•*]|\d{1,3}[.)])\s+"
_POINT = re.compile(rf"([ \t]*){_BULLET}")
_MORE = re.compile(r"\bblock(?:ed|ers?|ing)\b", re.IGNORECASE)


def _blocker_in(lines: list[_Line], speaker: _Speaker) -> Report | None:
    for at, line in enumerate(lines):
        if passing.waits_for_nothing(line.bare):
            continue
        opening = _OPENING.match(line.bare)
        start = opening.end() if opening else 0
        decor = opening["decor"] if opening else ""
        label = _LABEL.match(line.bare, start) or _LABEL.match(
            line.bare, opening.start("decor") if opening else 0
        )
        if label or _SIGN.search(decor):
            body = label.end() if label else opening.end("decor") if opening else 0
            if report := _labelled(lines, at, body, label, bool(_CHECKED.search(decor)), speaker):
                return report
        elif report := _asserted(lines, at, start, speaker):
            return report
    return None


def _labelled(
    lines: list[_Line], at: int, body: int, label: re.Match[str] | None, checked: bool, speaker: _Speaker
) -> Report | None:
    """The blocker after "blocker:" or 🚧, unless what follows says there is none."""
    while not lines[at].bare[body:].strip(" *_") and at + 1 < len(lines):
        at, body = at + 1, 0  # "Blockers:" with the blocker on the next line
        if _LABEL.match(lines[at].bare.lstrip()):
            return None
    words = re.sub(rf"^\s*(?:{_BULLET})?", "", lines[at].bare[body:])
    if checked or not re.search(r"\w|·", words) or _NO_BLOCKER.match(words) or _is_over(words):
        return None
    item = (label["item"] or label["beside"]) if label else None
    body = len(lines[at].bare) - len(words)
    return _blocker(_from(lines, at, body), _scope(lines, at, body), item, speaker)


def _is_over(words: str) -> bool:
    sentence = re.split(r"(?<=[.!?])\s", words, maxsplit=1)[0]
    if _OVER.search(sentence) or _CHECKED.search(words):
        return True
    ended = _ENDS_OVER.search(sentence[-200:])
    return ended is not None and not _NOT_YET.search(ended["before"])


def _asserted(lines: list[_Line], at: int, start: int, speaker: _Speaker) -> Report | None:
    """The blocker somebody states of their own work: "we're blocked on …", "UAT is blocked on …"."""
    line = lines[at].bare
    if "blocked" not in line.casefold():
        return None
    for sentence in re.finditer(r"\S(?:[^.!?;]|[.!?;](?!\s|$)){0,1500}[.!?;]*", line[start:]):
        begin = start + sentence.start()
        said = _BLOCKED.search(line[: start + sentence.end()], begin)
        if said is None or _is_over(line[said.start() + 7 :]) or _asks(sentence.group(), said["what"]):
            continue
        subject = _subject(line[begin : said.start()], said)
        if subject is None or _NO_OBJECT.match(said["what"]):
            continue
        thing = (
            subject if subject.casefold() not in ("", "it", "this", "they", "he", "she", "these") else None
        )
        point = lines[: _end_of_point(lines, at)]
        text, scope = _from(point, at, begin), _scope(point, at, begin)
        return _blocker(text, scope, thing, speaker, stated=thing is not None)
    return None


def _end_of_point(lines: list[_Line], at: int) -> int:
    """Where what one point of a list says ends: at the next point, unless more of them are blocked."""
    point = _POINT.match(lines[at].bare)
    if point is None or any(_MORE.search(line.bare) for line in lines[at + 1 :]):
        return len(lines)
    others = ((n, _POINT.match(lines[n].bare)) for n in range(at + 1, len(lines)))
    return next((n for n, other in others if other and len(other[1]) <= len(point[1])), len(lines))


def _asks(sentence: str, what: str) -> bool:
    """A question; but "blocked on certs, can anyone help?" states first and asks then."""
    asked = sentence.rstrip().endswith("?")
    return asked and not re.search(r",\s+(?:can|could|any|who|please|would)\b", what, re.IGNORECASE)


def _subject(before: str, said: re.Match[str]) -> str | None:
    """Who or what is blocked: "" for the speaker, None when this is no plain statement."""
    cuts = [m.end() for m in _CLAUSE.finditer(before)]
    for cut in (0, *cuts):
        clause = before[cut:]
        if _SUPPOSED.search(before[:cut]):
            return None
        if _WE.fullmatch(clause) or re.fullmatch(_ADVERB, clause, re.IGNORECASE):
            return _named_before(before[:cut]) if cut else ""
        thing = _THING.fullmatch(clause) or (_THING_ALONE.fullmatch(clause) if cut == 0 else None)
        if thing and not _may_be_technical(clause, said) and not _NO_SUBJECT.search(thing["thing"]):
            return thing["thing"].strip("*_·: ")
    return None


def _may_be_technical(clause: str, said: re.Match[str]) -> bool:
    """ "Pop-ups are blocked by the browser" reports nothing; "UAT is still blocked by @tom" does."""
    by = said["how"] is not None and said["how"].casefold() == "by"
    return by and not said["what"].startswith("<@") and not re.search(r"\b(?:still|currently|now)\b", clause)


def _named_before(words: str) -> str:
    """In "vpn: blocked on …" and "vpn - still blocked on …" what stands before names the item."""
    name = re.fullmatch(r"[*_`\[]*([\w][\w ./-]{0,60}?)[*_`\]]*\s*(?::|\s[-–—]+)\s+", words)
    return name[1] if name and not _NO_SUBJECT.search(name[1]) else ""


def _from(lines: list[_Line], at: int, start: int) -> str:
    return "\n".join([lines[at].said[start:], *(line.said for line in lines[at + 1 :])])


def _scope(lines: list[_Line], at: int, start: int) -> str:
    """Where the parts of this blocker are looked for: up to the next blocker."""
    scope = [lines[at].said[start:]]
    for line in lines[at + 1 :]:
        opening = _OPENING.match(line.bare)
        if _LABEL.match(line.bare, opening.end() if opening else 0):
            break
        scope.append(line.said)
    return "\n".join(scope)


# ---- the parts of a blocker --------------------------------------------------------------------------

_WAITS = (
    re.compile(
        r"(?:\b(?:waiting|wait)\s+(?:up)?(?:on|for|to hear(?: back)? from)|\bawaiting|\bpending|"
        r"\bwarte[nt]? auf|"
        r"\ben attente d[eu']|\b(?:on )?attend(?:ons|s)?(?: toujours)?|\besperando(?: a)?|"
        r"\ba la espera de)\b\s*:?\s*",
        re.IGNORECASE,
    ),
    re.compile(r"\bblocked\s+(?:on|by)\b\s*:?\s*", re.IGNORECASE),
    re.compile(r"\b(?:depend(?:s|ing|ent)?\s+(?:up)?on|held up by|h[aä]ngt an)\b\s*:?\s*", re.IGNORECASE),
    re.compile(r"\bneeds?\s+(?=[^.;!?\n,]{1,80}?\sfrom\s)", re.IGNORECASE),
)
_DENIED = re.compile(r"(?:\b(?:not|no longer|never|without)|n['’]t)\s+(?:\w+\s+)?$", re.IGNORECASE)
_PHRASE_END = re.compile(
    r"[.;!?](?=\s|$)|\n|\s[-–—]+\s|[–—(]|"
    r"\s+(?:so|but|because|since|until|till|before|and (?:we|i|then|it|they|can|need|cannot|can['’]t)|"
    r"which|in order|atm|"
    r"right now|at the moment|unfortunately|please|eta|due|expected|owner|owned|thanks|"
    r"for (?:the )?(?:last|past|\d+)|"
    r"for reasons|hopefully|again)\b|"
    r",(?!\s*(?:<@|&amp;|and\s+<@|[A-Z][\w-]*(?:\s[A-Z][\w-]*)?\s+(?:and|&amp;)\s))",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"^(?:(?:the|a|an|our|some|any|still|le|la|les|l'|un|une|el|los|las|der|die|das|den)\s+)+", re.IGNORECASE
)
_NOBODY = frozenset(
    ("it", "this", "that", "them", "him", "her", "something", "someone", "you", "me", "us", "everything")
)
_OWNS = re.compile(
    r"\b(?:owner|owned by|assignee|assigned to|dri)\b[*_]{0,2}\s*(?:is\b|[:=–—→-])?\s*[*_]{0,2}\s*"
    rf"(?:{_USER.format('named')}|(?P<me>me)\b)|"
    rf"{_USER.format('owning')}\s+(?:owns|is (?:the )?owner|will own|is on (?:it|this))\b|"
    r"\b(?P<mine>i own (?:this|it)|i['’]ll own (?:this|it)|i am the owner)\b",
    re.IGNORECASE,
)


def _blocker(text: str, scope: str, item: str | None, speaker: _Speaker, *, stated: bool = False) -> Report:
    """`item`: words that name what is held up; `stated`: they alone, as in "UAT is blocked on the VPN"."""
    owner_at, owner = _owner(scope, speaker)
    dated = dates.find_date(_blanked(scope), speaker.now, speaker.zone)
    start, end = _waiting(
        scope, [at for at in (owner_at, dated.span[0] if dated else None) if at is not None]
    )
    phrase = _ARTICLE.sub("", scope[start:end].strip(" *_,:.")).strip()
    somebody = re.search(_USER.format("id"), phrase)
    rest = f"{scope[:start]} … {scope[end:]}"[:LONGEST_REPORT] if end else scope[:LONGEST_REPORT]
    item = (item or "").strip("*_`[]()# ")
    named = item if stated else f"{item}: {rest}" if item else rest
    return Report(
        kind="blocker",
        text=_shorten(_readable(text, speaker.names)),
        owner=owner,
        waiting_on=_shorten(_readable(phrase, speaker.names), LONGEST_PHRASE) or None,
        waiting_on_user=somebody["id"] if somebody else None,
        due=dated.day if dated else None,
        due_words=dated.words if dated else None,
        item_words=_readable(named, speaker.names) or None,
        about=_shorten(_readable(item, speaker.names), LONGEST_PHRASE) or None if not stated else None,
    )


def _blanked(text: str) -> str:
    """Mentions and links hold no dates."""
    return _TOKEN.sub(lambda m: "·" * len(m.group()), text)


def _owner(scope: str, speaker: _Speaker) -> tuple[int | None, str | None]:
    m = _OWNS.search(scope)
    if m is None:
        return None, None
    return m.start(), m["named"] or m["owning"] or speaker.author


def _waiting(scope: str, ends: list[int]) -> tuple[int, int]:
    """Where it says whom or what it waits on: up to the end of the clause, the date or the owner."""
    for pattern in _WAITS:
        for m in pattern.finditer(scope):
            if _DENIED.search(scope[max(0, m.start() - 30) : m.start()]):
                continue
            stop = min(min((end for end in ends if end >= m.end()), default=len(scope)), m.end() + 400)
            if end := _PHRASE_END.search(scope[m.end() : stop]):
                stop = m.end() + end.start()
            phrase = _ARTICLE.sub("", scope[m.end() : stop].strip(" *_,:."))
            if phrase and phrase.casefold() not in _NOBODY:
                return m.end(), stop
    return 0, 0


# ---- an owner ----------------------------------------------------------------------------------------

_OWNER_LINE = re.compile(
    r"[*_]{0,2}(?:(?P<before>[^:\n<?]{1,60}?)\s+)?owner[*_]{0,2}(?:\s+(?:of|for|"
    r"on)\s+(?P<item>[^:\n<]{1,60}?))?[*_]{0,2}\s*"
    rf"(?P<sign>[:=→]|[-–—](?=\s))?[*_]{{0,2}}\s*(?:{_USER.format('who')}|"
    rf"(?P<me>me)\b)[*_]{{0,2}}(?P<rest>[^\n]*)",
    re.IGNORECASE,
)


def _owner_in(lines: list[_Line], speaker: _Speaker) -> Report | None:
    for line in lines:
        opening = _OPENING.match(line.bare)
        m = _OWNER_LINE.match(line.bare, opening.end() if opening else 0)
        if m is None or line.bare.rstrip().endswith("?") or (m["before"] and not m["sign"]):
            continue
        if m["before"] and _NO_SUBJECT.search(m["before"]):
            continue
        rest = line.said[m.start("rest") : m.end("rest")]
        dated = dates.find_date(_blanked(rest), speaker.now, speaker.zone)
        about = m["item"] or m["before"] or rest[: dated.span[0] if dated else None]
        return Report(
            kind="owner",
            text=_shorten(_readable(line.said[m.start() :], speaker.names)),
            owner=m["who"] or speaker.author,
            due=dated.day if dated else None,
            due_words=dated.words if dated else None,
            item_words=_item_of_owner(about),
        )
    return None


def _item_of_owner(words: str) -> str | None:
    words = re.sub(r"^[\s,;:.(\[–—-]*(?:(?:for|of|on|owns|is|the)\s+)*", "", words, flags=re.IGNORECASE)
    words = re.split(r"[,;.!?)\]\n<–—]", words, maxsplit=1)[0].strip("*_`# ")
    words = re.sub(r"^(?:new|current|the|our|\s)+\s*$|^(?:the|our)\s+", "", words, flags=re.IGNORECASE)
    return words if words and len(words.split()) <= 6 else None

"""Which sentences are the author's own, and how do they read once every way of writing is made one?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain import reading

LONGEST_TEXT = 6000  # what comes after is a pasted log or a document, not something said
MOST_SENTENCES = 40
LONGEST_SENTENCE = 600


@dataclass(frozen=True, slots=True)
class Sentence:
    """`said` as it was written; `words` in small letters, spelt out, with `@u` for a person and the like."""

    said: str
    words: str

    @property
    def asked(self) -> bool:
        return _ASKED.search(self.words) is not None


def sentences(text: str) -> tuple[Sentence, ...]:
    """The author's own sentences: no quotes, no code, nothing struck out; the first few of a long text."""
    found: list[Sentence] = []
    for line in reading.own_lines(text[:LONGEST_TEXT]):
        for said in _split(line):
            words = spelt_out(said)
            if words:
                found.append(Sentence(said, words))
                if len(found) == MOST_SENTENCES:
                    return tuple(found)
    return tuple(found)


def spelt_out(said: str) -> str:
    """The words of a sentence, with a space between any two and every mark."""
    said = _CALLED.sub(lambda m: " @all " if m[1] else " @u ", said)
    said = _TOKEN.sub(_named, said)
    for pattern, instead in _HIDDEN:
        said = pattern.sub(instead, said)
    said = reading.unescape(said).translate(_APOSTROPHES).casefold()
    said = _folded(said)
    said = _CONTRACTED.sub(lambda m: _FULL[m[1]], said)
    for pattern, instead in _SPELLINGS:
        said = pattern.sub(instead, said)
    said = _DAY.sub(" @day ", said)
    return _REPEATED.sub(r"\1", " ".join(m.group() for m in _WORD.finditer(said)))[:LONGEST_SENTENCE].strip()


# ---- sentences ---------------------------------------------------------------------------------------

_END = re.compile(
    r"(?<=[.!?…])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)(?<!\bapprox\.)[\"')*_]*\s+|;\s"
)


def _split(line: str) -> Iterator[str]:
    for part in _END.split(line):
        if part.strip():
            yield part.strip()[: 2 * LONGEST_SENTENCE]


# ---- one way of writing ------------------------------------------------------------------------------

_TOKEN = re.compile(r"<([@#!]?)[^<>|\n]{1,2000}(?:\|([^<>\n]{0,2000}))?>")
_HIDDEN = (
    (re.compile(r"`[^`\n]{1,400}`"), " @code "),
    (re.compile(r"(?<!\w)~[^~\n]{1,400}~(?!\w)"), " "),
    (re.compile(r"[\"“”«»„]([^\s\"“”«»„]+(?:\s[^\s\"“”«»„]+){0,1})[\"“”«»„]"), r" \1 "),
    (re.compile(r"[\"“„«][^\"“”«»„\n]{1,400}[\"”“»]"), " @quote "),
    (re.compile(r"\b(?:https?|ftp)://\S+|\bwww\.\S+"), " @link "),
)
_CALLED = re.compile(r"(?<!\S)@(here\b|channel\b|everyone\b)?[A-Za-z]?[\w.-]{0,30}(?<!@)")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"})


def _named(m: re.Match[str]) -> str:
    if m[1] == "@":
        return " @u "
    if m[1] == "#":
        return " @channel "
    return " @all " if m[1] == "!" else " @link "


def _folded(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


_FULL = {
    "can't": "can not", "cannot": "can not", "cant": "can not", "won't": "will not", "wont": "will not",
    "shan't": "shall not", "let's": "let us", "lets": "let us", "im": "i am", "ive": "i have",
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not",
    "wasnt": "was not", "werent": "were not", "havent": "have not", "hasnt": "has not", "hadnt": "had not",
    "wouldnt": "would not", "couldnt": "could not", "shouldnt": "should not", "thats": "that is",
    "whats": "what is", "youre": "you are", "theyre": "they are", "weve": "we have", "youve": "you have",
    "gonna": "going to", "gotta": "got to", "wanna": "want to", "imma": "i will", "pls": "please",
    "plz": "please", "plse": "please", "u": "you", "ur": "your", "thx": "thanks", "ty": "thanks",
    "rn": "right now", "atm": "at the moment", "b/c": "because", "bc": "because", "cuz": "because",
    "cos": "because", "w/o": "without", "tho": "though", "ppl": "people", "wip": "in progress",
    "afaik": "as far as i know", "afaict": "as far as i can tell", "iirc": "if i remember",
    "idk": "i do not know", "y'all": "you all", "signoff": "sign-off", "creds": "credentials",
    "cert": "certificate", "certs": "certificates", "prod": "production", "eta's": "eta", "etas": "eta",
}  # fmt: skip
_CONTRACTED = re.compile(
    rf"(?<![\w@'-])({'|'.join(re.escape(w) for w in sorted(_FULL, key=len, reverse=True))})(?![\w'/-])"
)
_SPELLINGS = (
    (re.compile(r"(?<=[a-z])n't\b"), " not"),
    (re.compile(r"(?<=[a-z])'ll\b"), " will"),
    (re.compile(r"(?<=[a-z])'re\b"), " are"),
    (re.compile(r"(?<=[a-z])'ve\b"), " have"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"(?<=[a-z])'d\b"), " would"),
    (
        re.compile(
            r"\b(it|that|there|here|what|who|he|she|where|how|everything|nothing|"
            r"everyone)'s\b"
        ),
        r"\1 is",
    ),
    (
        re.compile(
            r"(?<=[a-z0-9])'s (?=(?:still|now|not|up|down|blocked|stuck|waiting|been|back|live|"
            r"done|ready|working|pending|on|in|due|going|also|just|gone|out|sorted|fixed|finally)\b)"
        ),
        " is ",
    ),
    (
        re.compile(
            r"\bill (?=(?:take|do|have|get|be|send|look|check|fix|own|try|handle|ask|add|make|"
            r"let)\b)"
        ),
        "i will ",
    ),
    (re.compile(r"\bw/ ?(?=[a-z@])"), "with "),
    (re.compile(r"\b(?:sign|signed|signing) off\b"), "sign-off"),
    (re.compile(r"(?<![\w@])#\d+\b|\b[a-z][a-z0-9]{1,9}-\d+\b|\b[a-z]\w*#\d+\b"), " @ref "),
)
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|junio|julio|agosto|septiembre|octubre|noviembre|"
    "diciembre|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|januar|"
    "februar|marz|juni|juli|oktober|dezember"
)
_WEEKDAYS = (
    "mon|tues?|wed|weds|thu|thurs?|fri|(?:mon|tues|wednes|thurs|fri|satur|sun)day|lunes|martes|miercoles|jueves|"
    "viernes|lundi|mardi|mercredi|jeudi|vendredi|montag|dienstag|mittwoch|donnerstag|freitag"
)
_COUNTS = r"\d{1,3}|an?|one|two|three|four|five|six|a couple(?: of)?|a few|deux|trois|dos|tres|zwei|drei"
_DAY = re.compile(
    r"(?<![\w@/#.-])(?:"
    r"20\d\d-\d\d-\d\d(?:t[\d:]+z?)?|\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\d/])|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?|"
    rf"(?:(?:{_WEEKDAYS})\.?,? )?\d{{1,2}}(?:st|nd|rd|th|er|\.)?[ -](?:of |"
    rf"de )?(?:{_MONTHS})\b(?:,? 20\d\d)?|"
    rf"(?:(?:{_WEEKDAYS})\.?,? )?(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? 20\d\d)?|"
    rf"(?:(?:this|next|coming) )?(?:{_WEEKDAYS})\b(?! (?:at )?\d)(?: (?:morning|afternoon|evening|"
    rf"eod|night|noon))?|"
    rf"(?:(?:this|next|coming) )?(?:{_WEEKDAYS})\b(?: (?:at )?\d{{1,2}}(?::\d\d)?(?: ?[ap]m)?)?|"
    r"(?:today|tomorrow|tmrw?|tmr|tonight|demain|manana|morgen|heute|hoy|aujourd'hui|ubermorgen|"
    r"day after tomorrow)\b"
    r"(?: (?:morning|afternoon|evening|eod|night|noon))?|"
    r"(?:eod|eow|eom|cob|eob|eoq)\b(?: (?:today|tomorrow))?|"
    r"(?:the )?(?:end|close|beginning|start|middle) of (?:the |this |next )?(?:business |work(?:ing)? )?"
    rf"(?:day|week|month|quarter|year|sprint|business|{_MONTHS})\b|"
    r"(?:this|next|early next|late next|later this|early this) (?:week|month|quarter|sprint|"
    r"afternoon|morning|evening)\b|"
    rf"(?:in|within) (?:the next |about |max )?(?:{_COUNTS})[ -](?:more |working |business |work )?"
    r"(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|jours|semaines|dias|semanas|tagen|wochen)\b|"
    r"(?:la )?semaine prochaine|(?:la )?(?:proxima semana|semana que viene)|nachste woche|"
    r"fin de (?:la )?semaine|"
    r"(?:mid|early|late)[ -](?:" + _MONTHS + r"|week|month)\b"
    r")"
)
_WORD = re.compile(r"@[a-z]+|:[a-z0-9_+-]{2,40}:|[^\W_]+(?:[-'./_][^\W_]+)*|[^\w\s]")
_REPEATED = re.compile(r"(?<!\S)([^\w\s])(?: \1)+(?!\S)")
_ASKED = re.compile(
    r"\? ?(?:[):@.!?]|:[a-z_]+:| )*$|"
    r"^(?:(?:hi|hey|hello|so|and|but|ok|also|btw|quick question|question|@u|@all|folks|all|team|"
    r"please) [,:-]? ?)*"
    r"(?:(?:what|who|whose|which|where|why|how)\b(?! (?:about|ever))(?! (?:a|an) )|"
    r"(?:is|are|was|were|do|does|did|has|have) (?:there|we|you|it|this|that|they|anyone|anybody|"
    r"someone|any|the|i)\b|"
    r"(?:can|could|should|shall|may) (?:i|we|it|this|that|anyone|anybody|someone|somebody)\b|"
    r"any (?:eta|update|updates|news|idea|ideas|progress|luck|word|chance|thoughts)\b|anyone\b|anybody\b)"
)

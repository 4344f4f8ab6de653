"""Does a question ask what must happen before go-live?"""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.distance import OSA

# A question is short. In more words than this somebody tells a story.
LONGEST_QUESTION = 300
MOST_WORDS = 32

_GOLIVE = re.compile(
    r"\b(?:go(?:ing|es)? (?:live|liv|lve|lvie|leve)|golives?|cut ?over|launch(?:ing|es)?|"
    r"(?:prod|live) traffic|(?:production|prod|prd)(?: traffic)?|day (?:1|one)|"
    r"mise en (?:production|prod|service|ligne)|mep|demarrage|passage en prod(?:uction)?|"
    r"mettre en prod(?:uction)?|lancement|bascule|live gehen|livegang|inbetriebnahme|"
    r"produktiv(?:start|setzung|betrieb|gang)|echtbetrieb|"
    r"(?:salir|salida|entrar|ir) (?:en|a) (?:vivo|produccion)|"
    r"puesta en (?:marcha|produccion|vivo)|produccion|lanzamiento|arranque)\b"
)
_SLIPS = {
    **dict.fromkeys(("waht", "wat", "wht", "whta", "wath", "wot"), "what"),
    **dict.fromkeys(("wats", "wahts"), "whats"),
    **dict.fromkeys(("b4", "bfore"), "before"),
    **dict.fromkeys(("mst", "msut", "muts"), "must"),
    **dict.fromkeys(("lft", "letf"), "left"),
    **dict.fromkeys(("gats", "gaets"), "gates"),
    **dict.fromkeys(("todo", "todos"), "do"),
    "nede": "need",
    "hapn": "happen",
    "2": "to",
}
_MEANT = ("happen", "before", "remaining", "outstanding", "production", "needs")
_NO_SLIPS = frozenset({"happened", "happens", "needed", "reminding"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPENING = _words(
    "hey hi hello ok okay so and also please pls plz quick question remind tell show give list me us "
    "can could you do know team all exactly again just now then the hola bonjour salut hallo bitte "
    "dime dis moi sag mir y et und mal"
)
# Whoever says one of these asks something else.
_OTHER = _words(
    "who whose whos why when if unless after not overdue late due blocked blocking blocker blockers "
    "assumption assumptions assume own owns owner owners mine my i since changed happened unowned "
    "unassigned waiting qui quand pourquoi wer wann warum wem quien cuando si wenn falls waived "
    "validated evidence risk risks"
)
_ASKED = _words(
    "what whats which everything anything how gate gates items steps tasks things stuff work checklist"
)
_NEEDED = _words(
    "must has have need needs needed left remain remains remaining missing outstanding open happen "
    "happens required stands do done unfinished finish close complete pending between gate gates "
    "checklist lacking"
)
_FILL = (
    _ASKED
    | _NEEDED
    | _words(
        "we still to be doing finished completed closed get in place is are there else all yet true ready "
        "sorted us the that should on our list s stand and team actually really exactly everyone much "
        "many does of it fixed resolved item step task thing golive hard absolutely now today prep"
    )
)
# "left before go-live?", but not "we need to …", which tells.
_SHORT = _words(
    "left remaining remains open outstanding missing unfinished pending still must to needed required do"
)
_BRIDGE = _words("before prior until till for ahead between to by and")
_ACROSS = _words(
    "we you they can could are may the our a to hit reach get do take send first real any start "
    "starting turn switch on open going allowed of us now and be it s"
)
_BEHIND = _words(
    "please pls plz thanks thx team guys folks all now again exactly happens happen can then today at "
    "for in with of on a en de bei im para pour dans the our la le el les dem der there still we"
)
# Other languages, each: words that ask, words that say what is missing, words that lead to go-live.
_ABROAD = (
    (
        _words("que qu quoi quelles quels combien"),
        _words("reste restent faut faudra doit doivent manque manquent devons regler faire"),
        _words("avant pour jusqu d"),
    ),
    (
        _words("was welche welches wieviel wie"),
        _words(
            "muss mussen fehlt fehlen offen bleibt ubrig noch erledigt passieren tun geschehen steht stehen"
        ),
        _words("vor bis fur zum zur vorm"),
    ),
    (
        _words("que cuanto cuales cual"),
        _words("falta faltan queda quedan debe deben hay tiene tenemos necesitamos pendiente pasar hacer"),
        _words("antes para hasta por"),
    ),
)

# All words that this question itself is made of.
_OWN = frozenset({"golive"}).union(
    _OPENING, _FILL, _SHORT, _BRIDGE, _ACROSS, _BEHIND, *(words for tongue in _ABROAD for words in tongue)
)


def is_before_question(text: str) -> bool:
    """Does this ask what must happen before go-live?"""
    sentences = re.split(r"[.!?;\n]+", text[: LONGEST_QUESTION * 4])
    return any(_asks(_tokens(s)) for s in sentences if 0 < len(s.strip()) <= LONGEST_QUESTION)


def is_plain_before(text: str) -> bool:
    """The same question, without a word more than it needs: no project, nobody and nothing is named."""
    return is_before_question(text) and _OWN.issuperset(_tokens(text))


def _tokens(text: str) -> list[str]:
    """Plain words, with slips of the keyboard mended and every way to say go-live made one."""
    text = re.sub(r"<[^<>]*>|[*_`~]", " ", text)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    text = re.sub(r"(?<=\w)['’](?=(?:s|re|ll|ve|d)\b)", "", text)
    text = " ".join(re.findall(r"[a-z0-9]+", text))
    return _GOLIVE.sub("golive", " ".join(_mended(word) for word in text.split())).split()


def _mended(word: str) -> str:
    if word in _SLIPS:
        return _SLIPS[word]
    if len(word) < 5 or word in _NO_SLIPS or word in _FILL:
        return word
    slips = 1 if len(word) < 8 else 2
    return next(
        (m for m in _MEANT if m[0] == word[0] and OSA.distance(word, m, score_cutoff=slips) <= slips), word
    )


def _asks(words: list[str]) -> bool:
    if len(words) > MOST_WORDS or _OTHER.intersection(words):
        return False
    start = 0
    while start < len(words) and words[start] in _OPENING:
        start += 1
    words = words[start:] or words
    if "golive" not in words:
        return _asks_what_is_left(words)
    at = len(words) - 1 - words[::-1].index("golive")
    return _asks_in_english(words, at) or any(_asks_abroad(words, at, *tongue) for tongue in _ABROAD)


def _asks_in_english(words: list[str], at: int) -> bool:
    if words[0] in ("before", "until") and "golive" in words[:8]:
        first = words.index("golive")
        rest = words[first + 1 :]
        turned = (
            _FILL.issuperset(rest) and bool(_ASKED.intersection(rest)) and bool(_NEEDED.intersection(rest))
        )
        return _leads_across(words[1:first]) and (turned or not rest)
    if words[:at] in ([], ["the"]) and words[at + 1 : at + 2] in (["gates"], ["checklist"]):
        return _NEEDED.issuperset(words[at + 1 :])
    return _closes(words[at + 1 :]) and any(
        _says_what_is_needed(words[:bridge]) and _leads_across(words[bridge + 1 : at])
        for bridge in range(at)
        if words[bridge] in _BRIDGE
    )


def _says_what_is_needed(words: list[str]) -> bool:
    """Only words of this question, one that asks or counts and one that says something is missing."""
    asks = bool(words) and (words[0] in _ASKED or words[0] in _SHORT)
    return asks and _FILL.issuperset(words) and bool(_NEEDED.intersection(words))


def _leads_across(words: list[str]) -> bool:
    """What stands between "before" and "go-live": little words, and a project's name of one or two."""
    return len(words) <= 7 and sum(word not in _ACROSS for word in words) <= 2


def _closes(words: list[str]) -> bool:
    """What may follow go-live: "please", "for the north clinic"; not "keys are published"."""
    return not words or (words[0] in _BEHIND and sum(word not in _BEHIND for word in words) <= 3)


def _asks_what_is_left(words: list[str]) -> bool:
    """Without go-live: "what's left?", "remaining gates for north please"."""
    end = next(
        (n for n, word in enumerate(words) if word in ("for", "at", "please", "pls", "plz")), len(words)
    )
    said, rest = words[:end], words[end:]
    left = {"left", "remaining", "remains", "outstanding", "open", "missing", "unfinished"}.intersection(said)
    if not left or not _FILL.issuperset(said) or not _closes(rest):
        return False
    if {"gate", "gates"}.intersection(said):
        return True
    # "What's left for Kim?" asks about Kim, as far as one can tell without knowing the project.
    alone = not rest or rest[0] not in ("for", "at")
    return (
        alone
        and said[0] in ("what", "whats")
        and bool({"left", "remains", "remaining"} & left)
        and len(said) <= 6
    )


def _asks_abroad(
    words: list[str], at: int, asks: frozenset[str], lacks: frozenset[str], leads: frozenset[str]
) -> bool:
    lead = next((n for n in range(at - 1, -1, -1) if words[n] in leads), None)
    before = words[: lead or 0]
    return (
        lead is not None
        and _closes([word for word in words[at + 1 :] if word not in lacks])
        and len(words) <= 20
        and at - lead <= 5
        and bool(asks.intersection(before[:5]) or words[0] in lacks)
        and bool(lacks.intersection([*before, *words[at + 1 :]]))
    )

"""Which plain words does a question have, and where in it does each stand?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

# More of a text than this is never looked at: whoever asks something says so at the beginning.
LONGEST_TEXT = 1200
MOST_WORDS = 120

_TOKEN = re.compile(
    r"<@[A-Za-z0-9]+(?:\|[^<>]*)?>|<[^<>]*>|\b(?:[Ss]t|[DdMm]rs?|Ms|Prof|[Mm]t)\.(?= ?\w)|"
    r"[^\W_]+(?:['’`´_/&+.:-]+[^\W_]+)*|['’]s\b|[-–—]+|,|[.?!;:()\n¿¡…|]"
)
_EMPHASIS = re.compile(r"[*_~`]+(?=\w)|(?<=\w)[*_~`]+(?=\W|$)")
# What an apostrophe, or its absence, hides.
_ENDINGS = {"re": "are", "ll": "will", "ve": "have", "d": "would", "m": "am"}
_IS = frozenset(
    ["what", "who", "where", "when", "how", "why", "that", "there", "here", "it", "he", "she"]
) | {
    "which",
    "everything",
    "everyone",
    "everybody",
}
_ELIDED = frozenset(["l", "d", "qu", "j", "n", "s", "c", "m", "t", "jusqu", "lorsqu", "puisqu", "quelqu"])
# French turns verb and person round: "reste-t-il".
_TURNED = re.compile(r"([^\W\d_]+)(?:-t)?-(il|ils|elle|elles|on|nous|vous|je|tu|ce|moi)")
_WRITTEN_SHORT = {
    **{f"{word}s": (word, "is") for word in ("what", "who", "where", "when", "how", "why", "that", "there")},
    "wats": ("what", "is"),
    "wahts": ("what", "is"),
    "whts": ("what", "is"),
    "whatre": ("what", "are"),
    "isnt": ("is", "not"),
    "arent": ("are", "not"),
    "wasnt": ("was", "not"),
    "hasnt": ("has", "not"),
    "havent": ("have", "not"),
    "didnt": ("did", "not"),
    "dont": ("do", "not"),
    "doesnt": ("does", "not"),
    "cant": ("can", "not"),
    "cannot": ("can", "not"),
    "wont": ("will", "not"),
    "couldnt": ("could", "not"),
    "shouldnt": ("should", "not"),
    "gimme": ("give", "me"),
    "rn": ("now",),
    "im": ("i", "am"),
    "ive": ("i", "have"),
    "weve": ("we", "have"),
    "lets": ("let", "us"),
    "gonna": ("going", "to"),
    "gotta": ("have", "to"),
    "wanna": ("want", "to"),
    "w/o": ("without",),
    "w": ("with",),
    "b4": ("before",),
    "wat": ("what",),
    "wht": ("what",),
    "waht": ("what",),
    "whta": ("what",),
    "wot": ("what",),
    "hwo": ("who",),
    "woh": ("who",),
    "wich": ("which",),
    "whch": ("which",),
    "wehn": ("when",),
    "wehre": ("where",),
    "thsi": ("this",),
    "ownr": ("owner",),
    "onwer": ("owner",),
    "ownes": ("owns",),
    "opne": ("open",),
    "stil": ("still",),
    "hsa": ("has",),
    "aer": ("are",),
    "teh": ("the",),
    "u": ("you",),
    "ur": ("your",),
    "r": ("are",),
    "tmrw": ("tomorrow",),
    "tmr": ("tomorrow",),
    "tomorow": ("tomorrow",),
    "yday": ("yesterday",),
    "thx": ("thanks",),
    "pls": ("please",),
    "plz": ("please",),
    "plse": ("please",),
    "nxt": ("next",),
    "wk": ("week",),
    "bc": ("because",),
    "abt": ("about",),
    "ppl": ("people",),
    "xmas": ("christmas",),
    "eta": ("eta",),
}
_GOLIVE = re.compile(
    r"\b(?:go(?:es|ing|ne)?[ -]?(?:live|liv|lvie|leve)|went live|opening day|golives?|gone live|"
    r"live gehen|livegang|"
    r"mise en (?:production|prod|service|ligne)|mettre en prod(?:uction)?|passage en prod(?:uction)?|"
    r"(?:salir|salida|salimos|entrar|ir) (?:en|a) (?:vivo|produccion)|puesta en (?:marcha|produccion|vivo)|"
    r"inbetriebnahme|produktivstart|produktivsetzung)\b"
)
GOLIVE = "golive"
_HOW_COME = re.compile(r"\bhow come\b")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word without case and accents, its slips mended, and where it stands in the text."""

    plain: str
    start: int
    end: int


class Said:
    """Words in a row. `plain` is all of them with one blank between, and what is matched there is found
    again in the text by its words."""

    def __init__(self, text: str, words: Iterable[Word]) -> None:
        self.text = text
        self.words = tuple(words)
        self.plain = " ".join(word.plain for word in self.words)
        at = 0
        self._starts: dict[int, int] = {}
        for n, word in enumerate(self.words):
            self._starts[at] = n
            at += len(word.plain) + 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The words, first and behind the last, that stand at this place of `plain`."""
        held = [n for at, n in self._starts.items() if start <= at < end]
        return (held[0], held[-1] + 1) if held else (0, 0)

    def written(self, first: int, end: int) -> str:
        """These words as they are written in the text."""
        return self.text[self.words[first].start : self.words[end - 1].end] if first < end else ""

    def merged(self, pattern: re.Pattern[str], name: str) -> Said:
        """The same with everything that the pattern finds made one word of this name."""
        if not pattern.search(self.plain):
            return self
        words: list[Word] = []
        done = 0
        for m in pattern.finditer(self.plain):
            first, end = self.span(m.start(), m.end())
            if first < end:
                words += self.words[done:first]
                words.append(Word(name, self.words[first].start, self.words[end - 1].end))
                done = end
        return Said(self.text, [*words, *self.words[done:]])

    def part(self, first: int, end: int) -> Said:
        return Said(self.text, self.words[first:end])


def plain(text: str) -> str:
    """Letters without case and accents."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text.casefold()


def said(text: str, names: frozenset[str] = frozenset()) -> Said:
    """The words of a text. A word that is nearly one that asks, and no name, is taken for it."""
    text = _EMPHASIS.sub(lambda m: " " * len(m.group()), text[:LONGEST_TEXT])
    words: list[Word] = []
    for m in _TOKEN.finditer(text):
        words += _words(m.group(), m.start(), m.end())
        if len(words) > MOST_WORDS:
            break
    mended = [
        Word(_mended(w.plain), w.start, w.end)
        if w.plain.isalpha() and w.plain not in names and not _is_name(text, w)
        else w
        for w in words
    ]
    return Said(text, mended).merged(_GOLIVE, GOLIVE).merged(_HOW_COME, "why")


def _is_name(text: str, word: Word) -> bool:
    """Written like a name or an abbreviation, and not just the first word of a sentence."""
    written = text[word.start : word.end]
    if not written[:1].isupper() or text.isupper():
        return False
    opens = (
        not text[: word.start].rstrip(" \t\"'“([¿¡").rstrip() or text[: word.start].rstrip()[-1:] in ".?!\n"
    )
    return not opens or (written.isupper() and len(written) > 1)


def _words(token: str, start: int, end: int) -> list[Word]:
    if token[0] == "<":
        return [Word(token.casefold(), start, end)] if token.startswith("<@") else []
    if token[0] in "-–—":
        return [Word("-", start, end)]
    if not (token[0].isalnum() or token[0] in "'’,"):
        return [Word("|", start, end)]
    token = token.rstrip(".")
    word = plain(token).replace("’", "'").replace("`", "'").replace("´", "'")
    if "'" in word and word != "'s":
        return _apart(word, start, end)
    if turned := _TURNED.fullmatch(word):
        cut = start + turned.end(1)
        return [Word(turned[1], start, cut), Word(turned[2], end - len(turned[2]), end)]
    short = _WRITTEN_SHORT.get(word)
    if short is None:
        return [Word(word, start, end)]
    return [Word(short[0], start, end), *(Word(more, end, end) for more in short[1:])]


def _apart(word: str, start: int, end: int) -> list[Word]:
    """The words on both sides of an apostrophe: "who's", "Tom's", "can't", "l'équipe"."""
    left, _, right = word.rpartition("'")
    cut = start + len(left)
    if right == "t" and left.endswith("n"):
        verb = {"ca": "can", "can": "can", "wo": "will", "won": "will"}.get(left, left[:-1])
        return [Word(verb, start, cut), Word("not", cut, end)]
    if left in _ELIDED or (left.split("'")[-1] in _ELIDED and right != "s"):
        return [Word(left.replace("'", ""), start, cut), *_words(right, cut + 1, end)]
    if right == "s":
        return [Word(left, start, cut), Word("is" if left in _IS else "'s", cut, end)]
    if right == "d" and left in _IS:
        return [Word(left, start, cut), Word("did", cut, end)]
    if right in _ENDINGS:
        return [Word(left, start, cut), Word(_ENDINGS[right], cut, end)]
    return [Word(word.replace("'", ""), start, end)]


@lru_cache(maxsize=2_000)
def _mended(word: str) -> str:
    if not 4 < len(word) < 20 or word in _MEANT or word in _NEVER_SLIPS:
        return word
    slips = 1 if len(word) < 8 else 2
    near = [
        (OSA.distance(word, meant, score_cutoff=slips), meant)
        for meant in _MEANT
        if abs(len(meant) - len(word)) <= slips and _begins_alike(word, meant)
    ]
    apart, meant = min(near, default=(slips + 1, word))
    return meant if apart <= slips else word


def _begins_alike(word: str, meant: str) -> bool:
    return word[0] == meant[0] or word[:2] == meant[1::-1]


# Words that ask, which people mistype; and good words that are one slip away from them.
_MEANT = _set(
    """
    what which where before happen happens happened needs remaining remains outstanding production
    everything anything anybody anyone someone nobody everyone everybody checklist status project blocked
    blocking blocker blockers impediments waiting responsible accountable owner owners owned assigned
    unassigned unowned overdue deadline deadlines coming upcoming today tomorrow yesterday thanksgiving
    christmas monday tuesday wednesday thursday friday saturday sunday january february september october
    november december assumption assumptions assume assumed assuming assumes unproven unverified verified
    verify validated validate validation validator waived waiver reopened confirmed evidence proof without
    changed changes moved happening critical driving drives longest bottleneck slack forecast suppose
    supposing slips slipped delayed ready track update updates progress finished complete completed approved
    behind schedule scheduled started history timeline actually open still working items gates tasks since
    until
    should would could please stuck holding supposed because weather password contradictions earliest
    feasible realistic launch validators assignee schedules risks vacation postpone postponed unavailable
    pending
    """
)
_NEVER_SLIPS = _set(
    """
    blocks stick stock struck charged charges chained match stats statue statuses owned other reads witch
    water there these where whose those moves mover movies waiving items times gates dates rates grates task
    tests asks stills working walking spend updated updating lunch started starter stated state states trace
    truck trick rocks disks ricks should stack shack black assumed fished finishes proofs roof tracks open
    opens opened prover proven proves clinical clinic topical vertical tropical medical provider finding
    funding
    """
)
# Little words by which a language is known.
_LITTLE = {
    "es": _set(
        """
        el la los las de del en a su que quien quienes como donde cuando esta estan estamos hay para por con
        sin una un y si se es son nos falta queda cual cuales cuanto algo mi mis hasta antes desde tiene
        tienen al lo ya no muy
        """
    ),
    "fr": _set(
        """
        le les des du est sont qui quoi ou quand comment pour avec sans une un et si on nous vous il elle ce
        cette qu que doit faire encore pas ne reste avant depuis mes mon sur chez sommes quel quelle quels
        quelles a en y la de va
        """
    ),
    "de": _set(
        """
        der die das den dem des ist sind wer was wann wie wo warum wir ihr fur mit ohne noch nicht und wenn
        auf bei beim vom zum zur ein eine einen hat haben gibt muss vor bis seit liegt steht mir meine
        welche es wen
        """
    ),
}
_ENGLISH = _set(
    """
    the is are what who when where why how which to of we our for with and has have any does did it on
    """
)


# So many little words may be one too many.
SURE = 3


def languages(plain_words: str) -> frozenset[str]:
    """The languages whose little words are the most, English in doubt; none without any such word."""
    words = plain_words.split()
    counts = {name: sum(word in little for word in words) for name, little in _LITTLE.items()}
    most = max(counts.values())
    english = sum(word in _ENGLISH for word in words)
    if not english and not most:
        return frozenset()
    # One little word more or less does not settle it: "que", "a" and "le" are of several.
    close = most if most < SURE else most - 1
    return frozenset(name for name in counts if counts[name] >= close and most > english) or frozenset(["en"])

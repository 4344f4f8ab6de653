"""Which features of a message does the model weigh?

The cues that the rules know, the words and pairs of words, pieces of words (so that slips and other forms
of a word still count), and the shape: asked, addressed to somebody, how long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.domain.hearing.rules import Said
from bot.domain.hearing.vocabulary import kinds as kinds_of

LONGEST_WORDS = 1200  # characters of a message that the model reads
PIECE_LONG = 4
LONGEST_LINE = 120  # words of a sentence


def features(all_said: tuple[Said, ...], text: str) -> dict[str, float]:
    """The features of a message, each with its value; words weigh less the more of them there are."""
    found: dict[str, float] = {}
    for name in _cues(all_said):
        found[name] = CUE
    for name in _shape(all_said, text):
        found[name] = SHAPE
    for name in _kinds(all_said):
        found[name] = KIND
    words = list(_words(all_said))
    for name in dict.fromkeys(words):
        found[name] = 1.0
    pieces = dict.fromkeys(_pieces(all_said))
    weight = PIECE
    for name in pieces:
        found[name] = weight
    return found


CUE, SHAPE, KIND, PIECE = 0.75, 1.0, 0.5, 0.35


def _cues(all_said: tuple[Said, ...]) -> Iterator[str]:
    """Each turn of phrase, also with who is spoken of, and with whether work is."""
    for said in all_said:
        words = said.sentence.words.split()
        kinds = {kind for word in words for kind in kinds_of(word)}
        who = next((kind for kind in ("we", "you", "they") if kind in kinds), words[0])
        of = "work" if "work" in kinds else ""
        for hit in said.hits:
            cue = f"c:{hit.intent}{hit.weight}{hit.frame}"
            yield from (cue, f"{cue} {who}", f"{cue} {of}")


def _shape(all_said: tuple[Said, ...], text: str) -> Iterator[str]:
    first = all_said[0].sentence.words if all_said else ""
    yield f"s:sentences{min(len(all_said), 4)}"
    yield f"s:length{min(len(text).bit_length(), 10)}"
    if any(said.sentence.asked for said in all_said):
        yield "s:asked"
        if all_said[-1].sentence.asked:
            yield "s:asks last"
    if first.startswith("@u"):
        yield "s:to somebody"
    if "```" in text or "`" in text:
        yield "s:code"
    if text.startswith((">", "&gt;")):
        yield "s:quotes"
    if not all_said:
        yield "s:empty"
    kinds = Counter(
        kind for said in all_said for word in said.sentence.words.split() for kind in kinds_of(word)
    )
    yield f"s:work{min(kinds['work'], 3)}"
    yield f"s:everyday{min(kinds['everyday'], 2)}"


def _kinds(all_said: tuple[Said, ...]) -> Iterator[str]:
    """What is said of what, whatever the words: "grant come" for "the certificate arrived"."""
    for said in all_said:
        mark = "?" if said.sentence.asked else ""
        line: list[tuple[str, ...]] = [("^",)]
        for word in said.sentence.words.split()[:LONGEST_LINE]:
            told = tuple(kind for kind in kinds_of(word) if kind not in ("work", "everyday"))
            if told:
                line.append(told)
        for at, here in enumerate(line):
            for kind in here:
                yield f"l:{kind}{mark}"
                for before in line[max(0, at - 2) : at]:
                    for first in before:
                        yield f"l:{first} {kind}{mark}"


def _words(all_said: tuple[Said, ...]) -> Iterator[str]:
    left = LONGEST_WORDS
    for said in all_said:
        words = said.sentence.words[: max(left, 0)].split()
        left -= len(said.sentence.words)
        mark = "?" if said.sentence.asked else "."
        line = ["^", *words, mark]
        for at, word in enumerate(line):
            yield f"w:{word}"
            if at:
                yield f"w:{line[at - 1]} {word}"


def _pieces(all_said: tuple[Said, ...]) -> Iterator[str]:
    left = LONGEST_WORDS
    for said in all_said:
        text = f" {said.sentence.words[: max(left, 0)]} "
        left -= len(said.sentence.words)
        for at in range(len(text) - PIECE_LONG + 1):
            yield f"p:{text[at : at + PIECE_LONG]}"

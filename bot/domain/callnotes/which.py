"""Which item of the plan does a piece of work in the notes mean, if any?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain import naming
from bot.domain.callnotes.structure import folded
from bot.domain.plan import Item, Plan

_LITTLE_WORDS = """
a an the of for to in on at by with and or our your their its this that all any both new old final first
from into as is are be been will up out it el la los las de del para con le les des du pour avec der die
das den dem des fur mit zum zur und et y un una une ein eine remaining rest still back get got
"""
_LITTLE = frozenset(_LITTLE_WORDS.split())
# They say that it is work, hardly which.
_WEAK_WORDS = """
item items task tasks step thing things work stuff part gate project status team side open
"""
_PERHAPS_TELLING = frozenset({"gate", "side", "part"})
_WEAK = frozenset(_WEAK_WORDS.split())
# What one does to an item until it is done, so that the rest of the words say which item that is.
_DOES_WORDS = """
finish complete do close deliver drive lead run perform execute set setup configure build install
implement own take takes handle get land wrap sort test migrate obtain secure validate approve sign
conduct enable stand bring make provide finalize finalise fix resolve continue start begin kick terminar
completar cerrar hacer probar finir terminer faire tester abschliessen fertigstellen machen erledigen
testen
"""
_DOES = frozenset(_DOES_WORDS.split())


@dataclass(frozen=True, slots=True)
class Match:
    """`sure` when nothing else can be meant."""

    item: Item
    sure: bool


class Items:
    """The items of a plan by the words they are called by, made ready once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._words: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._with: dict[str, list[str]] = {}
        self._called: dict[str, set[str]] = {}
        for item in plan.items:
            for name in (item.key, item.title):
                self._called.setdefault(folded(name), set()).add(item.key)
            key, title = _stems(item.key.replace("-", " ")), _stems(item.title)
            self._words[item.key] = key, title
            for word in key | title:
                self._with.setdefault(word, []).append(item.key)

    def spoken_of(self, text: str) -> Item | None:
        """The one item that a sentence names."""
        return naming.mentioned(text, self._plan.items)

    def tells(self, text: str) -> bool:
        """Whether words, less those that any work has, say what it is done to."""
        _, said = _verb_and_words(text)
        return len(said) >= 2

    def same_work(self, work: str) -> Match | None:
        """The item that this very piece of work is; work that is merely about an item is another one."""
        called = self._called.get(folded(work), ())
        if len(called) == 1:
            return Match(self._plan.item[next(iter(called))], sure=True)
        first, said = _verb_and_words(work)
        if not said:
            return None
        found: list[tuple[float, bool, str]] = []
        for key in self._near(said):
            found += self._fit(key, said, first)
        if not found:
            return None
        found.sort(reverse=True)
        best, sure, key = found[0]
        rivals = [each for each in found[1:] if each[0] > best - 0.1]
        item = self._plan.item[key]
        # "The gate insurance" is not the scanners' one, though a gate is mostly golive's own word.
        more = _PERHAPS_TELLING & {*folded(work).split()} - {*folded(f"{item.key} {item.title}").split()}
        return Match(item, sure=sure and not rivals and not more)

    def _fit(self, key: str, said: frozenset[str], verb: str | None) -> Iterable[tuple[float, bool, str]]:
        name, title = self._words[key]
        own, both = name | title, said & (name | title)
        covered = len(both) / len(said)
        with_verb = said | ({verb} if verb else frozenset())
        whole_key = bool(name) and name <= with_verb
        of_title = len(title & with_verb) / len(title) if title else 0.0
        if verb is not None and verb not in _DOES_STEMS and verb not in own:
            return  # to review, chase or send something is not the thing itself
        if covered == 1.0 and (whole_key or of_title >= 0.6):
            yield covered + of_title + whole_key, True, key
        elif (covered >= 0.75 and (whole_key or of_title >= 0.5)) or (covered == 1.0 and of_title >= 0.34):
            yield covered + of_title, False, key

    def _near(self, said: frozenset[str]) -> list[str]:
        """Those that share a word which tells; a word that half of all items have tells nothing."""
        found: dict[str, None] = {}
        for word in said:
            having = self._with.get(word, ())
            if len(having) <= max(12, len(self._words) // 4):
                found.update(dict.fromkeys(having))
        return list(found)[:200]


def alike(one: str, other: str) -> bool:
    """Two texts that say the same in nearly the same words."""
    a, b = _stems(one), _stems(other)
    if not a or not b:
        return folded(one) == folded(other)
    numbers = [{word for word in words if word[:1].isdigit()} for words in (a, b)]
    return numbers[0] == numbers[1] and len(a & b) / max(len(a), len(b)) >= 0.75  # dock 3 is not dock 4


def shared(one: str, other: str) -> tuple[int, bool]:
    """How many telling words two texts share, and whether the shorter has no other ones."""
    a, b = _stems(one), _stems(other)
    both = a & b
    return len(both), bool(both) and len(both) == min(len(a), len(b))


def _verb_and_words(work: str) -> tuple[str | None, frozenset[str]]:
    """The verb that work begins with, if it does, and the words that say what it is done to."""
    words = folded(work).split()
    while words and words[0] in _LITTLE:
        words = words[1:]
    if not words:
        return None, frozenset()
    verb = words[0] if words[0] in _DOES or words[0] in _TALKS else None
    rest = words[1:] if verb else words
    return (_stem(verb) if verb else None), frozenset(_stem(w) for w in rest if w not in _LITTLE | _WEAK)


def is_verb(word: str) -> bool:
    """One of the verbs that work in notes begins with."""
    said = folded(word)
    return said in _DOES or said in _TALKS or said in _MORE


_TALKS_WORDS = """
review send check confirm ask chase schedule share update email call follow talk discuss prepare draft
remind investigate escalate look find clarify document write invite book add create request propose
order verify plan decide tell inform reach contact forward circulate publish upload explain show present
collect gather push ping organise organize arrange submit raise revisit rework extend enviar mandar
revisar confirmar pedir preparar llamar envoyer verifier confirmer demander preparer relancer appeler
senden schicken prufen klaren anfragen vorbereiten anrufen bestatigen
"""
_TALKS = frozenset(_TALKS_WORDS.split())


_DOUBLED = re.compile(r"([bdglmnprt])\1$")
_IRREGULAR = {"written": "write", "built": "build", "held": "hold", "chosen": "choose", "drawn": "draw"}
# They say that somebody does something; what is done to an item by them may be the item itself, or not.
_MORE_VERBS = """
swap replace measure print move update remove disable rename restart upgrade patch configure document record
label count weigh paint repair mount hang cut load unload import compare analyse analyze estimate negotiate
translate rewrite adjust align lock unlock rotate renew cancel return pay hire recruit train brief host attend
join rerun retry replay monitor track scan tidy merge split reset resend restore archive delete purge freeze
announce publish design define list enrol enroll inspect walk arrange deploy roll change clean circulate
"""
_MORE = frozenset(_MORE_VERBS.split())


_ENDING = re.compile(r"(?:ations?|ings?|ions?|ments?|ates?|ated|als?|ed|es|e|s)$")


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in folded(text).split() if word not in _LITTLE | _WEAK)


def _stem(word: str) -> str:
    word = _IRREGULAR.get(word, word)
    if len(word) < 5 or word.isdigit():
        return word[:-1] if len(word) == 4 and word.endswith("s") and not word.endswith("ss") else word
    return _DOUBLED.sub(r"\1", _ENDING.sub("", word))


_DOES_STEMS = frozenset(_stem(word) for word in _DOES)

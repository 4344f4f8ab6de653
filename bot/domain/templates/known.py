"""Which templates does golive bring along, which is meant, and what does a plan lack that one has?"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from rapidfuzz.distance import OSA

from bot.domain.errors import NotFound
from bot.domain.plan import Item, Plan
from bot.domain.templates.essentials import Essential, met_by, shown_in
from bot.domain.templates.reading import parse
from bot.domain.templates.values import Step, Template

_WORD = re.compile(r"[^\W_]{2,}")
# How much of what plan and template say has to be the same words, the telling ones counting most.
_LIKE_ENOUGH = 0.12
_MOST_ITEMS = 2_000  # of a larger plan, enough to know what it is like


@cache
def shipped() -> Mapping[str, Template]:
    """The templates in the package, by key: constants, kept as files that people can read and copy."""
    folder = files("bot") / "templates"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda file: file.name)
    templates = (parse(file.read_bytes(), file.name).template for file in found)
    return MappingProxyType({template.key: template for template in templates})


class UnknownTemplate(NotFound):
    """There is no such template; `near` are keys that may have been meant, best first."""

    def __init__(self, word: str, near: tuple[str, ...]) -> None:
        self.word, self.near = word, near
        shown = " ".join(word.replace("`", "'").split())[:40]
        meant = f"Did you mean {_either(near)}?" if near else f"There are {_either(tuple(shipped()), 'and')}."
        super().__init__(f"There is no template `{shown}`. {meant}")


def find(word: str) -> Template:
    """The template called so, by its key or one of its other words; UnknownTemplate otherwise."""
    known = shipped()
    asked = _plain(word)
    for template in known.values():
        if asked in (_plain(template.key), _plain(template.name)):
            return template
    called = [t for t in known.values() if asked in map(_plain, t.also_called)]
    if len(called) == 1:
        return called[0]
    begun = [t for t in known.values() if len(asked) > 1 and _plain(t.key).startswith(asked)]
    if len(begun) == 1 and not called:
        return begun[0]
    raise UnknownTemplate(word, tuple(t.key for t in called or begun or _misspelt(asked, known.values())))


def nearest(plan: Plan) -> Template | None:
    """The shipped template a plan is most like by the words of its items; None when it is like none."""
    said = _words(plan.items[:_MOST_ITEMS])
    likeness = _likeness(said) if said else {}
    best = max(likeness, key=lambda key: likeness[key], default="")
    return shipped()[best] if best and likeness[best] >= _LIKE_ENOUGH else None


def _likeness(said: frozenset[str]) -> dict[str, float]:
    """From 0 to 1: what they share, against the mean of what each says, so that a small plan counts too."""
    weights, tellers = _telling()
    unknown = max(weights.values())
    own = sum(weights.get(word, unknown) for word in said)
    return {
        key: sum(weights[w] for w in words & said) / math.sqrt(own * sum(weights[w] for w in words))
        for key, words in tellers.items()
    }


@dataclass(frozen=True, slots=True)
class Lack:
    """What the template has and the plan has not, with the template's item that would mend it."""

    essential: Essential
    step: Step


def lacks(plan: Plan, template: Template) -> tuple[Lack, ...]:
    """Whatever it is called there, the plan has no item for it."""
    has, mended = shown_in(plan.items), met_by(template.items)
    wanted = (essential for essential in template.essentials if essential not in has)
    meets = Counter(key for keys in mended.values() for key in keys)
    # "Go/no-go criteria" speaks of the decision as well; what is that and nothing else mends it.
    best = {name: min(keys, key=lambda key: meets[key]) for name, keys in mended.items()}
    return tuple(Lack(each, template.item[best[each.key]]) for each in wanted)


@cache
def _telling() -> tuple[Mapping[str, float], Mapping[str, frozenset[str]]]:
    """How much each word tells one template from the others, and the words of each."""
    words = {key: _words(template.items) for key, template in shipped().items()}
    in_how_many = Counter(word for each in words.values() for word in each)
    return {word: math.log(1.1 * len(words) / count) for word, count in in_how_many.items()}, words


def _words(items: Iterable[Item | Step]) -> frozenset[str]:
    text = " ".join(f"{item.key} {item.title[:200]} {item.area or ''}" for item in items)
    return frozenset(_stem(word) for word in _WORD.findall(text.casefold()))


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _misspelt(asked: str, known: Iterable[Template]) -> list[Template]:
    def far(template: Template) -> int:
        names = (template.key, *template.key.split("-"), *template.also_called)
        return min(OSA.distance(asked[:40], _plain(name)) for name in names)

    within = 1 if len(asked) < 4 else 2
    close = sorted(((far(t), t.key, t) for t in known), key=lambda each: each[:2])
    return [template for distance, _, template in close if distance <= within][:3]


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", "-").strip("`'\"“”*.,:;!? ").split()).replace(" ", "-")


def _either(keys: tuple[str, ...], last: str = "or") -> str:
    *most, final = (f"`{key}`" for key in keys)
    return f"{', '.join(most)} {last} {final}" if most else final

"""Into which statements does a supposition fall, and of whom and what does each speak?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bot.domain.plan import Plan
from bot.domain.whatif import days, verbs
from bot.domain.whatif.days import Amount, Days
from bot.domain.whatif.framing import supposed, without_asides
from bot.domain.whatif.verbs import Hit, Verb
from bot.domain.whatif.vocabulary import (
    AMOUNT,
    BLANK,
    BLOCKER,
    DAYS,
    GOLIVE,
    ITEM,
    PERSON,
    any_of,
    whole,
    words,
)

LONGEST = 600  # more of a question than this is never looked at
_MARKS = f"{DAYS}-{PERSON}"
_THE = r"(?:the |our |el |la |le |den |der |das )?"
_GOLIVE = re.compile(rf"(?<![\w-]){_THE}{any_of('golive')}(?![\w-])")
_EVERYBODY = whole("everybody")
_LIKE_VERBS = frozenset({"will", "may", "mark", "bill", "sue", "rob", "drew", "chase", "pat", "art", "an"})
_AND = r"[,;]|&|\b(?:and|plus|und|et|y|while|as well as|also)\b"
_CONNECT = re.compile(rf"(?:\s*(?:{_AND})\s*)+(?:if\s+)?")


@dataclass(frozen=True)
class Clause:
    """One statement: what it names, with all of it masked in `masked`, and what is left to be understood."""

    text: str  # as it was written
    masked: str  # folded, and everything found made one letter
    days: tuple[Days, ...] = ()
    amounts: tuple[Amount, ...] = ()
    items: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    golive: bool = False
    inherited: tuple[Hit, ...] = field(default=())

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        return tuple(verbs.hits(self.masked))

    @cached_property
    def verbs(self) -> frozenset[Verb]:
        return frozenset(hit.verb for hit in self.hits or self.inherited)

    @cached_property
    def everybody(self) -> bool:
        return _EVERYBODY.search(self.masked) is not None

    @property
    def negated(self) -> bool:
        return re.search(r"\b(?:not|never|no|nicht|kein)\b|n't\b|\bpas\b", self.masked) is not None

    def fragments(self, known: str) -> list[str]:
        """What is left when all that is known is taken out: perhaps names of items or people.

        Where one of the `known` marks stands, the words beside it only say more about that.
        """
        left = self.masked
        for hit in self.hits:
            left = left[: hit.start] + "|" * (hit.end - hit.start) + left[hit.end :]
        found: list[str] = []
        for part in re.split(rf"(?:{_AND})+", left):
            if not re.search(rf"[{known}]", part):
                found += [stripped(piece) for piece in re.split(rf"[|(){_MARKS}]+", part)]
        return [name for name in found if re.search(r"[^\W\d_]", name)]

    def written(self, fragment: str) -> str:
        """A fragment as it stands in the text."""
        at = self.masked.find(fragment)
        return self.text[at : at + len(fragment)] if at >= 0 else fragment


def _filler() -> frozenset[str]:
    return words("filler")


def stripped(piece: str) -> str:
    """A piece of text without the little words on both its sides."""
    said = [word.strip("\"'“”?!.:()[]*_`~") for word in piece.replace(BLANK, " ").split()]
    while said and said[0] in _filler() | {""}:
        said.pop(0)
    while said and said[-1] in _filler() | {""}:
        said.pop()
    return " ".join(said)


def read(question: str, plan: Plan, now: datetime) -> list[Clause]:
    """The statements of the supposition in a question."""
    text = verbs.mended(days.tidied(question[:LONGEST]), _known_words(plan))
    start, end = supposed(days.folded(text))
    whole = text[start:end]
    bare = without_asides(whole)
    found = _clauses(bare, plan, now)
    if any(clause.hits or clause.amounts or clause.days for clause in found):
        return found
    return _clauses(re.sub(r"[()\[\]]", " ", whole), plan, now)


def _clauses(text: str, plan: Plan, now: datetime) -> list[Clause]:
    plain = days.folded(text)
    masked, items, blockers = _things(plain, plan)
    masked, people = _people(masked, text, plan)
    masked = _put(masked, [(m.start(), m.end()) for m in _GOLIVE.finditer(masked)], GOLIVE)
    # Days stand in no name, so names are masked first.
    found = days.find(_unmasked(masked), now, plan.project)
    whens = [f for f in found if isinstance(f, Days)]
    amounts = [f for f in found if isinstance(f, Amount)]
    masked = _put(masked, [(f.start, f.end) for f in whens], DAYS)
    masked = _put(masked, [(f.start, f.end) for f in amounts], AMOUNT)
    return list(_split(text, masked, whens, amounts, items, blockers, people))


def _unmasked(masked: str) -> str:
    """What is masked hides from the search for days."""
    return re.sub(rf"[{_MARKS}{BLANK}]", "~", masked)


def _put(text: str, spans: Sequence[tuple[int, int]], mark: str) -> str:
    for start, end in spans:
        text = text[:start] + mark + BLANK * (end - start - 1) + text[end:]
    return text


def _known_words(plan: Plan) -> frozenset[str]:
    """Words that are no slips of the keyboard, because something in the plan is called so."""
    said = [f"{i.key} {i.title} {i.area or ''}" for i in plan.items]
    said += [f"{p.name} {p.role or ''} {p.org or ''}" for p in plan.people]
    said += [b.waiting_on or "" for b in plan.blockers]
    return frozenset(word for words in said for word in re.findall(r"[a-z]+", days.folded(words)))


@dataclass(frozen=True, slots=True)
class _Named:
    start: int
    key: str


def _things(plain: str, plan: Plan) -> tuple[str, list[_Named], list[_Named]]:
    """Items and blockers that are called by their very keys."""
    items: list[_Named] = []
    blockers: list[_Named] = []
    said = frozenset(re.findall(r"[^\W_]+", plain))
    for parts, key in _keys_within(said, plan):
        spoken = r"[\s_.-]?".join(map(re.escape, parts))
        for m in re.finditer(rf"(?<![\w.@/-])`?{spoken}`?(?![\w@/]|-[a-z0-9])", plain):
            live = key == plan.project.go_live_item and _GOLIVE.fullmatch(plain, m.start(), m.end())
            if live or re.search(rf"[{DAYS}-{BLANK}]", plain[m.start() : m.end()]):
                continue
            items.append(_Named(m.start(), key))
            plain = _put(plain, [(m.start(), m.end())], ITEM)
    for blocker in plan.blockers:
        for m in re.finditer(rf"(?<![\w-]){re.escape(days.folded(blocker.id))}(?![\w-])", plain):
            blockers.append(_Named(m.start(), blocker.id))
            plain = _put(plain, [(m.start(), m.end())], BLOCKER)
    return plain, items, blockers


def _keys_within(said: frozenset[str], plan: Plan) -> list[tuple[list[str], str]]:
    """The keys whose words are among those that were said, together or apart; the longest first."""
    found = [
        (parts, item.key)
        for item in plan.items
        if (parts := re.findall(r"[^\W_]+", days.folded(item.key)))
        and (said.issuperset(parts) or "".join(parts) in said)
    ]
    return sorted(found, key=lambda named: -len(named[1]))


def _people(plain: str, text: str, plan: Plan) -> tuple[str, list[_Named]]:
    """People by whole name, by key, or by the part of a name that only they have."""
    found: list[_Named] = []
    for name, keys in sorted(_names(plan).items(), key=lambda n: -len(n[0])):
        for m in re.finditer(rf"(?<![\w@.-])@?{re.escape(name)}(?!\w|-[a-z])", plain):
            if name in _LIKE_VERBS and text[m.start() : m.start() + 1].islower():
                continue
            found.append(_Named(m.start(), keys[0] if len(keys) == 1 else "|".join(keys)))
            plain = _put(plain, [(m.start(), m.end())], PERSON)
    for person in plan.people:
        if person.slack:
            for m in re.finditer(rf"<@{re.escape(person.slack.casefold())}(?:\|[^<>]*)?>", plain):
                found.append(_Named(m.start(), person.key))
                plain = _put(plain, [(m.start(), m.end())], PERSON)
    return plain, found


def _names(plan: Plan) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for person in plan.people:
        whole = " ".join(days.folded(person.name).split())
        parts = [part for part in re.split(r"[\s.]+", whole) if len(part) > 2]
        titled = re.sub(r"^(?:dr|mr|mrs|ms|prof)\.? ", "", whole)
        last = f"dr {parts[-1]}" if parts and whole.startswith("dr") else whole
        for name in {whole, titled, last, last.replace("dr ", "dr. "), *parts, days.folded(person.key)}:
            if name and name not in ("the", "van", "von", "der", "den", "del"):
                names.setdefault(name, []).append(person.key)
    return {name: list(dict.fromkeys(keys)) for name, keys in names.items()}


def _split(
    text: str,
    masked: str,
    whens: Sequence[Days],
    amounts: Sequence[Amount],
    items: Sequence[_Named],
    blockers: Sequence[_Named],
    people: Sequence[_Named],
) -> Iterator[Clause]:
    def clause(start: int, end: int, inherited: tuple[Hit, ...]) -> Clause:
        def inside(found: Sequence[_Named]) -> tuple[str, ...]:
            return tuple(
                dict.fromkeys(f.key for f in sorted(found, key=lambda f: f.start) if start <= f.start < end)
            )

        return Clause(
            text=text[start:end],
            masked=masked[start:end],
            days=tuple(d for d in whens if start <= d.start < end),
            amounts=tuple(a for a in amounts if start <= a.start < end),
            items=inside(items),
            blockers=inside(blockers),
            people=inside(people),
            golive=GOLIVE in masked[start:end],
            inherited=inherited,
        )

    inherited: tuple[Hit, ...] = ()
    for start, end in _bounds(masked):
        made = clause(start, end, inherited)
        inherited = made.hits or inherited
        yield made


def _bounds(masked: str) -> list[tuple[int, int]]:
    """Where each statement begins and ends: what has no verb belongs to the statement before or behind it."""
    cuts = [(m.start(), m.end()) for m in _CONNECT.finditer(masked)]
    edges = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(masked)]
    found: list[tuple[int, int]] = []
    for start, end in zip(edges, ends, strict=True):
        if found and not (_says(masked[found[-1][0] : found[-1][1]]) and _opens(masked[start:end])):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _says(piece: str) -> bool:
    """It has a verb, or an amount that stands for one."""
    return bool(verbs.hits(piece)) or AMOUNT in piece or DAYS in piece


def _opens(piece: str) -> bool:
    """Does a new statement begin here, with a subject of its own and something said of it?"""
    hits = verbs.hits(piece)
    left = piece
    for hit in hits:
        left = left[: hit.start] + " " * (hit.end - hit.start) + left[hit.end :]
    named = re.search(rf"[{GOLIVE}-{PERSON}]", left) is not None or bool(
        stripped(re.sub(rf"[{DAYS}-{BLANK}]", " ", left))
    )
    verb_alone = any(hit.verb in (Verb.DROP, Verb.LOSE) for hit in hits)
    everybody = _EVERYBODY.search(piece) is not None
    return ((named or everybody) and (bool(hits) or AMOUNT in piece or DAYS in piece)) or (
        verb_alone and named
    )

"""Which items of a plan do an asker's words mean?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.domain.naming import find
from bot.domain.plan import Item, Plan
from bot.domain.questions.words import plain

MOST_MEANT = 12
MOST_NEAR = 3
# Items about as good as the best one are meant as well: "SSO" when there are sso-test and sso-roles.
AS_GOOD = 0.93
# How much of what was said an item must account for.
ENOUGH = 0.52

_WORD = re.compile(r"[^\W_]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LITTLE = _set(
    """
    the a an our your my of for on in to and or with at by is it its this that all any new old whole entire
    el la los las de del le les l du des d der die das den dem vom zum zur und et y
    """
)
# They say that something is an item, hardly which.
_WEAK = _set(
    """
    change changes work task item gate step thing stuff part piece procedure procedures process request
    project team business check setup status plan list issue topic things phase activity testing test tests
    """
)
# Different words for one thing.
_ALIKE = tuple(
    _set(row)
    for row in (
        "uat acceptance",
        "sso saml login signon",
        "cert certs certificate certificates certification zertifikat certificat certificado",
        "renewal renew renewed expiry expiring expire",
        "signoff approval approved approve signed signature",
        "rollback backout fallback revert",
        "key keys schlussel cle cles llave llaves clave claves",
        "training train trained trainings schulung formation formacion capacitacion",
        "mfa 2fa factor",
        "pentest penetration pen",
        "db database",
        "docs documentation document",
        "env environment",
        "prod production",
        "eligibility elig 270 271",
        "remittance remit 835",
        "claims claim 837",
        "auth authentication",
        "monitoring alerts alerting monitor",
        "migration migrate migrated backfill",
        "kickoff charter",
        "rehearsal dress dry run",
        "runbook run sheet",
        "agreement contract terms vertrag contrat contrato",
        "enrolment enrollment enrol enroll",
        "communication comms notices announcement",
        "baa associate",
        "helpdesk desk servicedesk",
        "firewall ports parefeu pare feu cortafuegos",
        "load performance peak volume",
    )
)
_GROUP = {word: n for n, row in enumerate(_ALIKE) for word in row}


@dataclass(frozen=True, slots=True)
class Meant:
    """Keys, the best first; with none, those that come near."""

    keys: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def items_meant(words: str, plan: Plan) -> Meant:
    """The items that words mean: one by its key or title, else all that fit them best."""
    named = find(words, plan.items)
    if named.exact is not None:
        return Meant((named.exact.key,))
    if (key := _by_id(words, plan)) is not None:
        return Meant((key,))
    asked = _asked(words)
    if not asked:
        return Meant()
    scored = sorted(_scored(asked, plan), key=lambda s: (-s[0], -s[1]))
    good = [(score, key) for score, share, key in scored if share >= ENOUGH]
    if not good:
        near = dict.fromkeys([*(i.key for i in named.near), *(key for _, _, key in scored)])
        return Meant(near=tuple(near)[:MOST_NEAR])
    best = good[0][0]
    return Meant(tuple(key for score, key in good if score >= AS_GOOD * best)[:MOST_MEANT])


def _by_id(words: str, plan: Plan) -> str | None:
    """ "B2" is a blocker, and so means the item that it holds up."""
    said = words.strip().upper()
    blocker = plan.blocker.get(said)
    if blocker is not None:
        return blocker.item
    return next((a.item for a in plan.assumptions if a.id == said), None)


def _asked(words: str) -> tuple[str, ...]:
    found = [word for word in _WORD.findall(plain(words)) if word not in _LITTLE]
    return tuple(dict.fromkeys(found[:8]))


def _scored(asked: Sequence[str], plan: Plan) -> Iterator[tuple[float, float, str]]:
    """For every item with some of the words: how well it fits, how much of them it has, and its key."""
    rows = [(item, _named(item)) for item in plan.items]
    hits = [[_best(word, names) for _, names in rows] for word in asked]
    weights = [_weight(word, row) for word, row in zip(asked, hits, strict=True)]
    # Lacking a word that other items have is worse than lacking one that none has.
    costs = [w * (1.0 if any(row) else 0.6) for w, row in zip(weights, hits, strict=True)]
    whole = _initials(asked)
    for at, (item, (key, _, _)) in enumerate(rows):
        found = [row[at] for row in hits]
        if whole and whole in key:
            found = [1.0] * len(asked)
        if not any(found):
            continue
        around = _around(item, plan) if not all(found) else frozenset[str]()
        full = [
            hit or 0.4 * any(_alike(word, w) for w in around) for word, hit in zip(asked, found, strict=True)
        ]
        if not any(
            hit and word not in _WEAK for word, hit in zip(asked, found, strict=True)
        ) and not _only_weak(asked):
            continue
        score = sum(w * hit for w, hit in zip(weights, full, strict=True))
        missed = sum(cost for cost, hit in zip(costs, full, strict=True) if not hit)
        held = sum(w for w, hit in zip(weights, full, strict=True) if hit)
        yield score, held / (held + missed), item.key


def _only_weak(asked: Iterable[str]) -> bool:
    return all(word in _WEAK for word in asked)


def _weight(word: str, hits: Sequence[float]) -> float:
    """Words of few items tell more; words that any item may have tell little."""
    having = sum(1 for hit in hits if hit)
    weight = math.log(1 + len(hits) / max(1, having)) + 0.1
    return 0.25 * weight if word in _WEAK else weight


def _named(item: Item) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    key = tuple(_WORD.findall(plain(item.key)))
    title = tuple(_WORD.findall(plain(item.title)))
    return key, title, "".join(word[0] for word in title)


def _best(word: str, names: tuple[tuple[str, ...], tuple[str, ...], str]) -> float:
    """How well a word fits an item's key or title."""
    key, title, initials = names
    in_key = max((_alike(word, each) for each in key), default=0.0)
    if in_key == 1.0:
        return 1.0
    in_title = max((_alike(word, each) for each in title), default=0.0)
    if not in_title and 3 <= len(word) <= 5 and word in initials:
        in_title = 0.8
    return max(in_key, 0.8 * in_title)


@lru_cache(maxsize=10_000)  # some 8 words of a question, each beside all words of a large plan
def _alike(asked: str, named: str) -> float:
    """1 for the same word, less for a form of it, another word for it, or a slip in it."""
    if asked == named:
        return 1.0
    shorter, longer = sorted((asked, named), key=len)
    if len(shorter) >= 4 and longer.startswith(shorter):
        return 0.9
    if len(shorter) >= 3 and longer == shorter + "s":
        return 0.95
    group = _GROUP.get(asked)
    if group is not None and group == _GROUP.get(named):
        return 0.8
    if len(shorter) >= 5 and asked[0] == named[0] and not asked.isdigit():
        if _stem(asked) == _stem(named):
            return 0.9
        slips = 1 if len(shorter) < 8 else 2
        if OSA.distance(asked, named, score_cutoff=slips) <= slips:
            return 0.5
    return 0.0


def _stem(word: str) -> str:
    return re.sub(r"(?:ations?|ings?|ions?|ments?|ed|es|e|s)$", "", word)


def _initials(asked: Sequence[str]) -> str:
    """ "business associate agreement" may be written as its initials."""
    return "".join(word[0] for word in asked) if len(asked) >= 3 else ""


def _around(item: Item, plan: Plan) -> frozenset[str]:
    """Words of an item's area, description, and of those who have it: "payer cert" is one with the payer."""
    people = [plan.person.get(key or "") for key in (item.owner, item.validator)]
    texts = [item.area, item.description, *(t for p in people if p for t in (p.name, p.role, p.org))]
    if item.validator and item.validator not in plan.person:
        texts.append(item.validator)
    return frozenset(word for text in texts if text for word in _WORD.findall(plain(text)))

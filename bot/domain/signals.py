"""Which few troubles are worth saying now, the costliest first, and which did somebody say no to?"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.plan import Plan
from bot.domain.readiness import Assessment
from bot.domain.trouble import Known, Trouble, troubles
from bot.domain.wording import Answer, Reply, Words, count, cut, sections

__all__ = ["MOST_SHOWN", "Dismissal", "Known", "Signal", "reply", "signals"]

MOST_SHOWN = 5
# What kind of trouble it is; to this comes how much hangs on it, up to 30.
_BASE: Mapping[str, int] = {
    "stale": 24,
    "no_contact": 20,
    "silent": 20,
    "waiver_ending": 20,
    "belief_under_validated": 18,
    "due_impossible": 16,
    "vacant_role": 14,
    "overloaded": 14,
    "owner_is_validator": 14,
    "no_backup": 12,
    "missing": 12,
    "done_before_dependency": 12,
    "open_blocker_not_blocked": 12,
    "due_before_dependency": 8,
    "unlinked": 8,
}
AGAIN = 0.7  # the second of a kind weighs less than the first, so that one kind does not fill the screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A trouble in its rank. `fingerprint` is the same as long as its facts are."""

    kind: str
    keys: tuple[str, ...]
    reason: str
    act: str
    weight: float
    fingerprint: str
    people: tuple[str, ...] = ()

    def as_json(self, number: int) -> dict[str, Any]:
        return {
            "number": number,
            "kind": self.kind,
            "keys": list(self.keys),
            "reason": self.reason,
            "act": self.act,
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissal:
    """Somebody (a Slack id, or `cli:NAME`) said that a signal is none, and why."""

    by: str
    why: str
    at: datetime


def signals(
    plan: Plan, a: Assessment, known: Known | None = None, dismissed: Collection[str] = ()
) -> tuple[Signal, ...]:
    """Every signal that nobody dismissed, the costliest first. `dismissed` are fingerprints."""
    found = sorted(
        troubles(plan, a, known or Known()), key=lambda each: (-_weight(each), each.kind, each.keys)
    )
    seen: Counter[str] = Counter()
    ranked = []
    for trouble in found:
        signal = _signal(trouble, _weight(trouble) * AGAIN ** seen[trouble.kind])
        if signal.fingerprint not in dismissed:
            seen[trouble.kind] += 1
            ranked.append(signal)
    return tuple(sorted(ranked, key=lambda signal: -signal.weight))


def _weight(trouble: Trouble) -> float:
    return _BASE[trouble.kind] + trouble.stake


def _signal(trouble: Trouble, weight: float) -> Signal:
    facts = hashlib.sha256("\x1f".join(trouble.facts).encode()).hexdigest()[:16]
    return Signal(
        kind=trouble.kind,
        keys=trouble.keys,
        reason=trouble.reason,
        act=trouble.act,
        weight=round(weight, 2),
        fingerprint=f"{trouble.kind}:{facts}",
        people=trouble.people,
    )


def reply(
    plan: Plan,
    a: Assessment,
    found: Sequence[Signal],
    as_of: datetime,
    *,
    dismissed: Mapping[str, Dismissal] | None = None,
    whole: bool = False,
) -> Reply:
    """The signals in words, each with what mends it; `dismissed` are those that still hold, to be named."""
    w = Words(a)
    shown = found if whole else found[:MOST_SHOWN]
    lines = [line for number, each in enumerate(shown, 1) for line in told(each, number)]
    title = f"{w.project()}: {count(len(found), 'signal')}, as of {w.moment(as_of)}"
    put_away = _put_away(w, (dismissed or {}).values(), whole=whole)
    answer = Answer(
        title,
        sections(
            (None, lines or ["Nothing looks like trouble."]), (None, more(found, whole)), (None, put_away)
        ),
    )
    data = {
        "signals": [each.as_json(number) for number, each in enumerate(found, 1)],
        "dismissed": sorted(dismissed or ()),
    }
    return Reply(answer, data)


def told(signal: Signal, number: int) -> tuple[str, str]:
    """What it is, and the act that mends it."""
    return f"{number}. {signal.reason}.", f"→ {signal.act}."


def more(found: Sequence[Signal], whole: bool) -> list[str]:
    left = 0 if whole else len(found) - MOST_SHOWN
    return [f"And {left:,} more: `/golive signals all`."] if left > 0 else []


def _put_away(w: Words, dismissed: Iterable[Dismissal], *, whole: bool) -> list[str]:
    found = sorted(dismissed, key=lambda each: each.at)
    if not found:
        return []
    if not whole:
        return [f"{count(len(found), 'signal')} dismissed, until what they say changes."]
    return [
        f"Dismissed by {w.user(each.by) or each.by.partition(':')[2] or 'somebody'} "
        f"({w.day(each.at.date())}): {cut(each.why, 160)}"
        for each in found
    ]

"""What rests on an assumption, what would prove it, and what becomes of both when the truth comes out?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.plan import Assumption, Plan
from bot.domain.schedule import arrows, find_cycle


def proof_ring(plan: Plan) -> tuple[str, ...] | None:
    """Items that wait for each other once what rests on an assumption waits for what proves it. The plan
    itself has no ring."""
    proven = [belief for belief in plan.assumptions if belief.proven_by and belief.items]
    if not proven:
        return None
    waits: dict[str, Sequence[str]] = dict(arrows(plan))
    for belief in proven:
        for key in belief.items:
            waits[key] = (*waits.get(key, ()), belief.proven_by or "")
    return find_cycle(waits)


def proof_ring_said(ring: Sequence[str], plan: Plan) -> str:
    """The ring item by item, with each step that no arrow shows explained."""
    waits = arrows(plan)
    said = [
        f"{key} rests on {belief.id}, which {need} proves"
        for key, need in zip(ring, (*ring[1:], ring[0]), strict=True)
        if need not in waits.get(key, ())
        for belief in list(_proven_so(plan, key, need))[:1]
    ]
    return f"{' → '.join((*ring, ring[0]))} ({'; '.join(said)})"


def in_ring(ring: Sequence[str], plan: Plan) -> Assumption:
    """An assumption that closes the ring."""
    steps = zip(ring, (*ring[1:], ring[0]), strict=True)
    return next(belief for key, need in steps for belief in _proven_so(plan, key, need))


def _proven_so(plan: Plan, key: str, need: str) -> Iterator[Assumption]:
    return (b for b in plan.assumptions if b.proven_by == need and key in b.items)

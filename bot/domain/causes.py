"""Which blockers climb, how fast, and which of them share one first cause?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.plan import Blocker, Plan
from bot.domain.readiness import Assessment
from bot.domain.schedule import CLOSED

CRITICAL, GATE = "critical", "gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A blocker that climbs, how fast, and the blockers that share it as their first cause."""

    blocker: Blocker
    weight: str  # critical | gate
    behind: tuple[Blocker, ...] = ()

    @property
    def critical(self) -> bool:
        return self.weight == CRITICAL


def cases(plan: Plan, a: Assessment) -> tuple[Case, ...]:
    """The blockers that climb, in the plan's order. One behind another blocked item is climbed for by that
    one, which then matters as much as whatever waits behind it."""
    found = [b for b in plan.blockers if b.open and (b.item is None or b.item in plan.item)]
    found = [b for b in found if b.item is None or a.standing[b.item] not in CLOSED]
    if not found:
        return ()
    keys = list(dict.fromkeys(b.item for b in found if b.item is not None))
    causes = _first_causes(a, keys)
    behind: dict[str, list[Blocker]] = {}
    for blocker in found:
        for key in _picked(causes.get(blocker.item or "", 0), keys):
            behind.setdefault(key, []).append(blocker)
    first = [b for b in found if not causes.get(b.item or "", 0)]
    return tuple(_weighed(a, first, behind))


def _weighed(
    a: Assessment, first: Iterable[Blocker], behind: Mapping[str, Sequence[Blocker]]
) -> Iterator[Case]:
    for blocker in first:
        others = tuple(behind.get(blocker.item or "", ()))
        weights = {_weight(a, each) for each in (blocker, *others)}
        if CRITICAL in weights or GATE in weights:
            yield Case(blocker=blocker, weight=CRITICAL if CRITICAL in weights else GATE, behind=others)


def _weight(a: Assessment, blocker: Blocker) -> str | None:
    """How much it matters; what holds up no gate is only for the digest."""
    if blocker.item is None:
        return GATE  # the project as a whole is held up
    if blocker.item == a.plan.project.go_live_item or a.timing[blocker.item].slack == 0:
        return CRITICAL
    return GATE if a.plan.item[blocker.item].gate else None


def _first_causes(a: Assessment, blocked: Sequence[str]) -> dict[str, int]:
    """For each blocked item, a bit for each blocked one that it waits for and that waits for none itself."""
    open_items = a.timing  # computed, it has refused items that wait for each other in a ring
    bit = {key: 1 << nth for nth, key in enumerate(blocked)}
    causes: dict[str, int] = {}
    stack = list(blocked)
    while stack:
        needs = [key for key in a.plan.item[stack[-1]].depends_on if key in open_items]
        waiting = [key for key in needs if key not in causes]
        if waiting:
            stack += waiting
            continue
        found = 0
        for key in needs:
            found |= causes[key] or bit.get(key, 0)
        causes[stack.pop()] = found
    return causes


def _picked(bits: int, keys: Sequence[str]) -> Iterator[str]:
    while bits:
        lowest = bits & -bits
        yield keys[lowest.bit_length() - 1]
        bits ^= lowest

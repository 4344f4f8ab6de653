"""What hangs on an item, when was it last spoken of, and is somebody expected to act on it now?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from bot.domain.plan import Item, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.templates import Lack
from bot.domain.wording import Words, count, listed

LARGE = 12  # items; a smaller plan is not asked for stand-ins, for areas, or how the load is spread
_IN_HAND = frozenset({Status.DOING, Status.BLOCKED, Status.DONE})

Place = tuple[str, str]  # entity and key


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the log and the templates say besides the plan: when somebody last spoke of a thing, when it was
    last touched by anything (a file, too), and which areas it lacks."""

    said: Mapping[Place, date] = field(default_factory=lambda: MappingProxyType({}))
    touched: Mapping[Place, date] = field(default_factory=lambda: MappingProxyType({}))
    lacks: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that may go wrong. `facts` is what would have to change for it to be another trouble."""

    kind: str
    keys: tuple[str, ...]
    reason: str
    act: str
    stake: float
    facts: tuple[str, ...]
    people: tuple[str, ...] = ()  # person keys it is about


class Look:
    """A plan on one day, as the rules look at it."""

    def __init__(self, plan: Plan, a: Assessment, known: Known) -> None:
        self.plan, self.a, self.known = plan, a, known
        self.w = Words(a, 40)
        self.large = len(plan.items) >= LARGE
        self.critical = frozenset(a.critical)

    @cached_property
    def open_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.plan.items if item.key in self.a.timing)

    @cached_property
    def names(self) -> frozenset[str]:
        """The keys of all items, however they are written."""
        return frozenset(key.casefold() for key in self.plan.item)

    @cached_property
    def feeds(self) -> Mapping[str, list[Item]]:
        """By key, the open items that an arrow says wait for it."""
        found: dict[str, list[Item]] = {}
        for item in self.open_items:
            for key in dict.fromkeys(item.depends_on):
                found.setdefault(key, []).append(item)
        return found

    def stake(self, key: str | None) -> float:
        """How much hangs on an item, from 0 to 30: its slack, and the gates that wait for it."""
        timing = self.a.timing.get(key or "")
        if timing is None or not self.a.before_or_go_live(key):
            return 0
        if timing.slack is None:
            return 30
        return max(0, 10 - timing.slack) * 2 + min(20, self.a.downstream.get(key or "", 0)) / 2

    def most(self, keys: Iterable[str]) -> float:
        return max(map(self.stake, keys), default=0)

    def last_word(self, item: Item) -> date | None:
        """When somebody last spoke of an item or of what holds it up."""
        said = self.known.said
        blockers = self.plan.open_blockers.get(item.key, ())
        days = [max(b.raised, said.get(("blocker", b.id), b.raised)) for b in blockers]
        days += [item.done_on] if item.done_on and self.a.standing[item.key] is Status.DONE else []
        days += [day for day in (said.get(("item", item.key)), item.started_on) if day]
        return max(days, default=None)

    def last_touch(self, item: Item) -> date | None:
        """The same, and when a file last brought it."""
        touched = self.known.touched
        places = [("item", item.key), *(("blocker", b.id) for b in self.plan.open_blockers.get(item.key, ()))]
        days = [touched[place] for place in places if place in touched]
        return max((*days, *filter(None, [self.last_word(item)])), default=None) if days else None

    def in_hand(self, item: Item) -> bool:
        """Somebody can be expected to do something about it now."""
        status = self.a.standing[item.key]
        held = any(key in self.a.timing for key in item.depends_on)
        return self.a.startable(item) or (status in _IN_HAND and not (held and status is Status.BLOCKED))

    def stale(self, item: Item) -> date | None:
        """The last word on an item of the driving chain, if it is too old to build on."""
        last = self.last_word(item)
        in_hand = self.a.standing[item.key] in _IN_HAND or item.key in self.plan.open_blockers
        return last if last is not None and in_hand and self.a.old(last) else None

    def ago(self, day: date) -> str:
        return f"{self.w.day(day)}, {count(self.a.age(day), 'working day')} ago"

    def keys(self, keys: Sequence[str], most: int = 3) -> str:
        return listed(list(keys), most, self.w.key)


def people_of(*keys: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in keys if key))


def folded(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()

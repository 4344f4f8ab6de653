"""Is a project ready to go live: what is left, in which order, by when, and what do we not know?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bot.domain.calendar import WorkCalendar
from bot.domain.plan import Assumption, Away, Blocker, Item, Plan, Status
from bot.domain.schedule import CLOSED, Schedule, Timing, arrows, find_cycle, hypercare

__all__ = [
    "Assessment",
    "Contradiction",
    "GateCounts",
    "Timing",
    "arrows",
    "assess",
    "closed",
    "contradictions",
    "evidence",
    "find_cycle",
    "hypercare",
    "standing",
]

_AT_WORK = frozenset({Status.TODO, Status.DOING})
_CLAIMED = frozenset({Status.DONE, Status.VALIDATED})
FRESH_DAYS = 3  # working days after which a fact on the driving chain is stale
MOST_NEXT = 5


def standing(item: Item, today: date) -> Status:
    """Where an item stands on a day: a waiver that has run out shows what it hid."""
    waived = item.waived
    if item.status is not Status.WAIVED or waived is None or waived.until is None or today <= waived.until:
        return item.status
    hidden = item.earlier_status
    return hidden if hidden and hidden not in CLOSED else Status.TODO


def closed(item: Item, today: date) -> bool:
    """Validated, or waived by a waiver that has not run out."""
    return standing(item, today) in CLOSED


def evidence(item: Item) -> str | None:
    """What shows that an item is done, by whoever brought it."""
    return (item.validation.evidence if item.validation else None) or item.evidence


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Statements of a plan that cannot all be meant: an item, and its dependency where one is part of it."""

    kind: str
    keys: tuple[str, ...]


def contradictions(plan: Plan, today: date) -> tuple[Contradiction, ...]:
    """Kind by kind, in the plan's order."""
    stands = {item.key: standing(item, today) for item in plan.items}
    drawn = [(i, plan.item[k]) for i in plan.items for k in dict.fromkeys(i.depends_on) if k in stands]
    blocked = [i for i in plan.items if i.key in plan.open_blockers]
    found: dict[str, list[tuple[Item, ...]]] = {
        "open_blocker_not_blocked": [(i,) for i in blocked if stands[i.key] in _AT_WORK],
        "done_before_dependency": [
            (i, need) for i, need in drawn if stands[i.key] in _CLAIMED and stands[need.key] not in CLOSED
        ],
        "due_before_dependency": [(i, need) for i, need in drawn if i.due and need.due and i.due < need.due],
        "owner_is_validator": [(i,) for i in plan.items if i.owner and i.owner == i.validator],
    }
    return tuple(
        Contradiction(kind, tuple(item.key for item in items))
        for kind, all_ in found.items()
        for items in all_
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCounts:
    """Gates other than go-live itself and hypercare's."""

    total: int
    open: int
    blocked: int
    done_unvalidated: int


@dataclass(frozen=True, eq=False)
class Assessment:
    """All that can be said about a plan on one day, computed when first asked for; every part is linear."""

    plan: Plan
    today: date
    stated: Mapping[str, date] = field(default_factory=dict)

    # The schedule

    @cached_property
    def standing(self) -> Mapping[str, Status]:
        """Of every item."""
        return {item.key: standing(item, self.today) for item in self.plan.whole.items}

    @cached_property
    def _schedule(self) -> Schedule:
        return Schedule(self.plan.whole, self.today, self.standing)

    @cached_property
    def timing(self) -> Mapping[str, Timing]:
        """Of every open item."""
        return self._schedule.timings()

    @property
    def calendar(self) -> WorkCalendar:
        """The project's working days, nobody away."""
        return self._schedule.calendars.project

    @property
    def holidays(self) -> tuple[date, ...]:
        """Days in the working week on which nobody works."""
        calendars = self._schedule.calendars
        free = {day for day in calendars.free if not calendars.project.works(day)}
        return tuple(
            sorted(day for day in free if day.strftime("%a").casefold() in self.plan.project.working_days)
        )

    @property
    def forecast(self) -> date:
        """The earliest start of go-live."""
        return self._schedule.forecast

    @cached_property
    def gap(self) -> int | None:
        """Working days the forecast lies after the target; before it, when negative."""
        target = self.plan.project.target_go_live
        if target is None:
            return None
        if self.forecast >= target:
            return self.calendar.count(target, self.forecast)
        # From the forecast, a working day, up to the day before the target.
        positions = self.calendar.position(self.forecast), self.calendar.position(target)
        return self.calendar.worked(positions[0]) - self.calendar.worked(positions[1])

    @cached_property
    def chain(self) -> tuple[str, ...]:
        """The driving chain, from the first item to the last before go-live; what its reader is not shown
        as one link, however many items that is."""
        return tuple(key for key, _ in self._links)

    @cached_property
    def _links(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found: list[tuple[str, tuple[str, ...]]] = []
        for key, others in self._schedule.chain():
            if not (found and self.is_aside(key) and self.is_aside(found[-1][0])):
                found.append((key, tuple(other for other in others if not self.is_aside(other))))
        return tuple(found)

    def is_aside(self, key: str) -> bool:
        """An item that is reckoned with, and that the plan's reader is not shown."""
        return self.plan is not self.plan.whole and key not in self._shown

    @cached_property
    def _shown(self) -> frozenset[str]:
        return frozenset(item.key for item in self.plan.items)

    @cached_property
    def ties(self) -> Mapping[str, tuple[str, ...]]:
        """What sets the date as much as a key of the chain does."""
        return {key: others for key, others in self._links if others}

    # The gates

    @cached_property
    def go_live(self) -> Item | None:
        return self.plan.item.get(self.plan.project.go_live_item or "")

    @property
    def live(self) -> bool:
        """Go-live itself is closed."""
        return self.go_live is not None and self.standing[self.go_live.key] in CLOSED

    @cached_property
    def all_gates(self) -> tuple[Item, ...]:
        """Open and closed, but go-live itself and hypercare's."""
        return self._gates_of(self.plan)

    def _gates_of(self, plan: Plan) -> tuple[Item, ...]:
        goal = self.go_live.key if self.go_live else None
        return tuple(i for i in plan.items if i.gate and i.key != goal and not hypercare(i))

    @cached_property
    def open_gates(self) -> tuple[Item, ...]:
        """In work order, as every list of gates: earliest start, slack, earliest finish, key."""
        return self.in_order(i for i in self.all_gates if i.key in self.timing)

    def in_order(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """Open items in work order; those that go-live does not wait for come last of their day."""

        def rank(item: Item) -> tuple[date, bool, int, date, str]:
            timing = self.timing[item.key]
            return timing.start, timing.slack is None, timing.slack or 0, timing.finish, item.key

        return tuple(sorted(items, key=rank))

    @cached_property
    def counts(self) -> GateCounts:
        stands = [self.standing[item.key] for item in self._gates_of(self.plan.whole)]
        return GateCounts(
            total=len(stands),
            open=sum(status not in CLOSED for status in stands),
            blocked=stands.count(Status.BLOCKED),
            done_unvalidated=stands.count(Status.DONE),
        )

    @property
    def ready(self) -> bool:
        return not self.counts.open

    # What stands out

    @cached_property
    def critical(self) -> tuple[str, ...]:
        """Every open item before go-live without slack, gate or not, in work order."""
        tight = (i for i in self.plan.items if i.key in self.timing and self.timing[i.key].slack == 0)
        return tuple(item.key for item in self.in_order(tight))

    @cached_property
    def downstream(self) -> Mapping[str, int]:
        """Of each open item before go-live: how many open gates wait for it."""
        return self._schedule.downstream(item.key for item in self.open_gates)

    @cached_property
    def after_go_live(self) -> set[str]:
        """Open items that wait for go-live."""
        return self._schedule.after_go_live()

    @property
    def do_next(self) -> tuple[Item, ...]:
        """The few open gates to start, to unblock or to catch up with, most pressing first."""
        return self.able[:MOST_NEXT]

    @cached_property
    def able(self) -> tuple[Item, ...]:
        """All of them."""
        blocked = {i.key for i in self.open_gates if self.standing[i.key] is Status.BLOCKED}
        # Behind another blocked gate there is nothing to do: chasing the first one frees both.
        causes = blocked - self._schedule.behind(blocked)
        able = [
            i
            for i in self.open_gates
            if i.key in causes or (i.key not in blocked and (self.startable(i) or self.late(i)))
        ]
        return tuple(sorted(able, key=self._urgency))

    def _urgency(self, item: Item) -> tuple[int, int, int, date, str]:
        status, slack = self.standing[item.key], self.timing[item.key].slack or 0
        state = [status is Status.BLOCKED, self.late(item), status is Status.TODO, True].index(True)
        return slack, state, -self.downstream[item.key], item.due or date.max, item.key

    def doer(self, item: Item) -> str | None:
        """Whose work an open item is: its owner's, or its validator's once it is done."""
        return item.validator if self.standing[item.key] is Status.DONE else item.owner

    def startable(self, item: Item) -> bool:
        """Its work can go on now: all it needs is closed, and nothing is known to block it."""
        if item is self.go_live and not self.ready:
            return False  # every open gate holds it, drawn or not
        at_work = self.standing[item.key] in _AT_WORK
        free = all(self.standing.get(key, Status.VALIDATED) in CLOSED for key in item.depends_on)
        return at_work and free and item.key not in self.plan.open_blockers

    def late(self, item: Item) -> bool:
        """Its due date has passed, and not even its owner calls it done."""
        done = self.standing[item.key] in CLOSED | {Status.DONE}
        return not done and item.due is not None and item.due < self.today

    def due_impossible(self, item: Item) -> bool:
        """Due from today on, and yet before it can be finished."""
        timing = self.timing.get(item.key)
        return bool(timing and item.due and self.today <= item.due < timing.finish)

    @cached_property
    def unowned(self) -> tuple[str, ...]:
        return tuple(i.key for i in self.open_gates if not i.owner)

    @cached_property
    def undated(self) -> tuple[str, ...]:
        return tuple(i.key for i in self.open_gates if i.due is None)

    @cached_property
    def without_validator(self) -> tuple[str, ...]:
        return tuple(i.key for i in self.open_gates if not i.validator)

    @cached_property
    def done_unvalidated(self) -> tuple[str, ...]:
        return tuple(i.key for i in self.open_gates if self.standing[i.key] is Status.DONE)

    @cached_property
    def validated_without_evidence(self) -> tuple[str, ...]:
        """Closed gates that nobody can prove."""
        validated = (i for i in self.all_gates if self.standing[i.key] is Status.VALIDATED)
        return tuple(i.key for i in validated if not evidence(i))

    @cached_property
    def waived(self) -> tuple[Item, ...]:
        """Gates let through for now, the waiver that ends first before the others."""
        found = [i for i in self.all_gates if self.standing[i.key] is Status.WAIVED]
        return tuple(sorted(found, key=lambda i: (i.waived and i.waived.until) or date.max))

    @cached_property
    def waivers_ending(self) -> tuple[str, ...]:
        """Gates closed by a waiver that runs out before the forecast."""
        return tuple(
            i.key
            for i in self.all_gates
            if self.standing[i.key] is Status.WAIVED
            and i.waived
            and i.waived.until
            and i.waived.until < self.forecast
        )

    @cached_property
    def overloaded(self) -> tuple[tuple[str, int], ...]:
        """Who would have to do how many gates at once, a critical one among them; the busiest first.

        The schedule lets everybody do all of theirs side by side, so here the forecast may be too early.
        """
        critical = set(self.critical)
        steps: dict[str, list[tuple[date, int, int]]] = {}
        for item in self.open_gates:
            who = self.doer(item)
            timing, tight = self.timing[item.key], int(item.key in critical)
            if who is not None:
                steps.setdefault(who, []).append((timing.start, -1, -tight))
                steps[who].append((timing.finish, 1, tight))
        most = {who: _most_at_once(changes) for who, changes in steps.items()}
        busy = [(who, number) for who, number in most.items() if number > 1]
        return tuple(sorted(busy, key=lambda load: (-load[1], load[0])))

    @cached_property
    def unlinked(self) -> tuple[str, ...]:
        """Open gates from which no drawn arrows lead to go-live, through whatever items."""
        if self.go_live is None:
            return ()
        linked, stack = {self.go_live.key}, [self.go_live]
        while stack:
            for key in stack.pop().depends_on:
                if key in self.plan.item and key not in linked:
                    linked.add(key)
                    stack.append(self.plan.item[key])
        return tuple(item.key for item in self.open_gates if item.key not in linked)

    @cached_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        return contradictions(self.plan, self.today)

    # What we do not know

    @cached_property
    def assumptions(self) -> tuple[str, ...]:
        """Ids of those nobody knows the truth of that a gate rests on, the first to verify first."""
        gates = {i.key for i in self.plan.items if i.gate and not hypercare(i)}
        resting = [a for a in self.plan.assumptions if a.open and not gates.isdisjoint(a.items)]
        return tuple(a.id for a in sorted(resting, key=lambda a: (a.verify_by or date.max, a.id)))

    @cached_property
    def resting(self) -> tuple[Assumption, ...]:
        """The same, worst first: overdue, then those whose falling would reopen a validated gate."""

        def worst(assumption: Assumption) -> tuple[bool, bool]:
            overdue = assumption.verify_by is not None and assumption.verify_by < self.today
            return not overdue, not self.under_validated(assumption)

        named = {a.id: a for a in self.plan.assumptions}
        return tuple(sorted((named[id] for id in self.assumptions), key=worst))

    def under_validated(self, assumption: Assumption) -> tuple[str, ...]:
        """The validated items that rest on it, and would have to be taken up again if it is false."""
        return tuple(k for k in assumption.items if self.standing.get(k) is Status.VALIDATED)

    @cached_property
    def unknown_clear(self) -> tuple[str, ...]:
        """Ids of open blockers that hold go-live up for nobody knows how long."""
        holding = (b for b in self.plan.whole.blockers if b.open and self.before_or_go_live(b.item))
        return tuple(b.id for b in holding if b.expected_clear is None or b.expected_clear < self.today)

    @cached_property
    def unexplained(self) -> tuple[str, ...]:
        """Gates that are called blocked while no open blocker says by what."""
        blocked = (i for i in self.open_gates if self.standing[i.key] is Status.BLOCKED)
        return tuple(i.key for i in blocked if i.key not in self.plan.open_blockers)

    def before_or_go_live(self, key: str | None) -> bool:
        """It is an open item that go-live waits for, or open go-live itself."""
        timing = self.timing.get(key or "")
        return timing is not None and (timing.slack is not None or key == self.plan.project.go_live_item)

    def held_by(self, key: str) -> Blocker | None:
        """The blocker that sets when an item can start, if one does."""
        if key not in self.timing or not self._schedule.held(key):
            return None
        known = [b for b in self.plan.open_blockers.get(key, ()) if b.expected_clear is not None]
        return max(known, key=lambda b: (b.expected_clear or date.min, b.id))

    def said(self, blocker: Blocker) -> date:
        """When a blocker was last spoken of."""
        return max(blocker.raised, self.stated.get(blocker.id, blocker.raised))

    def stale(self, key: str) -> bool:
        """What is known of an open item was last said too long ago to build on."""
        said = [self.said(b) for b in self.plan.open_blockers.get(key, ())]
        if not said:
            day = self.stated.get(key)
            if self.standing[key] is Status.DONE:
                day = day or self.plan.item[key].done_on
            said = [day] if day else []
        return any(self.old(day) for day in said)

    def latest_finish(self, key: str) -> date | None:
        """The last day on which an open item may be finished without moving go-live; None where none is."""
        timing, item = self.timing.get(key), self.plan.item[key]
        if timing is None or timing.slack is None:
            return None
        return self._schedule.calendars.of(item, self.standing[key]).add(timing.finish, timing.slack)

    def unknown_under(self, key: str) -> tuple[Blocker, ...]:
        """Open blockers on an open item, and on all it waits for, of which nobody says when they clear."""
        found, stack, seen = list[Blocker](), [key], {key}
        while stack:
            at = stack.pop()
            if at not in self.timing:
                continue
            known = self.plan.open_blockers.get(at, ())
            found += [b for b in known if b.expected_clear is None or b.expected_clear < self.today]
            new = [need for need in self.plan.item[at].depends_on if need not in seen]
            seen.update(new)
            stack += new
        return tuple(found)

    def kept_from(self, key: str) -> tuple[Away, ...]:
        """The days off of whoever has an open item that put it off, from when all else would let it begin."""
        return self._schedule.kept_from(key)

    def free_days(self, key: str) -> tuple[date, ...]:
        """Holidays of everybody between what an open item waits for and its finish."""
        return self._schedule.free_days(key)

    def old(self, day: date) -> bool:
        """Too long ago for a fact of that day to build on."""
        return self.age(day) > FRESH_DAYS

    def age(self, day: date) -> int:
        """Working days since a day."""
        return max(0, self.calendar.count(day, self.today))


def _most_at_once(steps: list[tuple[date, int, int]]) -> int:
    """The most gates under way on a day that has a critical one; -1 in a step begins a gate, 1 ends it."""
    most = number = critical = 0
    for _, change, tight in sorted(steps):  # on one day the beginnings come first: a finish day is worked
        number, critical = number - change, critical - tight
        if critical:
            most = max(most, number)
    return most


def assess(plan: Plan, today: date, stated: Mapping[str, date] | None = None) -> Assessment:
    """What can be said about a plan on a day; a ring of items that wait for each other is refused, by name.

    `stated` tells when something was last spoken of, by item key or blocker id.
    """
    found = Assessment(plan, today, stated or {})
    _ = found.timing
    return found

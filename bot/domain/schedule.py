"""When can each open item start and finish, and how much longer may it take before go-live moves?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain import policies
from bot.domain.calendar import WorkCalendar, both_away, days_off
from bot.domain.errors import Invalid
from bot.domain.plan import Away, Item, Person, Plan, Status

CLOSED = frozenset({Status.VALIDATED, Status.WAIVED})
HOLIDAYS_BACK, HOLIDAYS_AHEAD = 2, 6  # years for which a country's public holidays are looked up
_NEVER = 1 << 60  # a position no plan reaches: nothing before go-live waits


def hypercare(item: Item) -> bool:
    """Hypercare comes after go-live: its gates do not hold go-live."""
    return (item.area or "").strip().casefold() == "hypercare"


def arrows(plan: Plan) -> dict[str, tuple[str, ...]]:
    """What each item waits for, with the arrow nobody needs to draw: from every gate to go-live."""
    found = {item.key: item.depends_on for item in plan.items}
    goal = plan.project.go_live_item
    if goal in found:
        gates = (i.key for i in plan.items if i.gate and i.key != goal and not hypercare(i))
        found[goal] = tuple(dict.fromkeys((*found[goal], *gates)))
    return found


def find_cycle(depends: Mapping[str, Sequence[str]]) -> tuple[str, ...] | None:
    """Items that wait for each other in a ring: each for the one after it, the last for the first."""
    done: set[str] = set()
    for root in depends:
        path: dict[str, None] = {}  # the way from the root, in order
        stack = [(root, iter(depends[root]))] if root not in done else []
        while stack:
            key, rest = stack[-1]
            path[key] = None
            following = next((other for other in rest if other in depends and other not in done), None)
            if following is None:
                stack.pop()
                path.pop(key)
                done.add(key)
            elif following in path:
                ring = list(path)
                return tuple(ring[ring.index(following) :])
            else:
                stack.append((following, iter(depends[following])))
    return None


def by_role(people: Iterable[Person]) -> dict[str, list[Person]]:
    """Who has which role, however it is written."""
    found: dict[str, list[Person]] = {}
    for person in people:
        found.setdefault((person.role or "").strip().casefold(), []).append(person)
    return found


def days_away(
    who: str | None, people: Mapping[str, Person], roles: Mapping[str, Sequence[Person]]
) -> tuple[Away, ...]:
    """Of a person, or of a role, which is away only while everybody who has it is."""
    if who is None or who in people:
        return people[who].away if who else ()
    holders = roles.get(who.strip().casefold(), ())
    away = holders[0].away if holders else ()
    for holder in holders[1:]:
        away = both_away(away, holder.away)
    return away


class Calendars:
    """The working days that count for an item: its owner's, or its validator's once it is done."""

    def __init__(self, plan: Plan, today: date):
        self._project, self._people = plan.project, plan.person
        free = policies.of(plan.project).holidays
        years = range(today.year - HOLIDAYS_BACK, today.year + HOLIDAYS_AHEAD)
        self._free = (*plan.project.holidays, *days_off(free.country, free.subdivision, years))
        self._made: dict[tuple[Away, ...], WorkCalendar] = {}
        self._of: dict[str | None, WorkCalendar] = {}
        self._roles = by_role(plan.people)
        self.project = self._with(())

    def of(self, item: Item, status: Status) -> WorkCalendar:
        who = item.validator if status is Status.DONE else item.owner
        if who not in self._of:
            self._of[who] = self._with(self._away(who))
        return self._of[who]

    def _away(self, who: str | None) -> tuple[Away, ...]:
        return days_away(who, self._people, self._roles)

    def gaps(self, item: Item, status: Status) -> tuple[Away, ...]:
        """The days away of whoever an item waits for."""
        return self._away(item.validator if status is Status.DONE else item.owner)

    @property
    def free(self) -> tuple[date, ...]:
        """Days on which nobody works."""
        return self._free

    def _with(self, away: tuple[Away, ...]) -> WorkCalendar:
        if away not in self._made:
            self._made[away] = WorkCalendar(self._project.working_days, self._free, away)
        return self._made[away]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The earliest an item can start and finish; `slack` is None when go-live does not wait for it."""

    start: date
    finish: date
    slack: int | None


class Schedule:
    """The open items as numbered nodes, go-live last, and what one pass each way over them tells.

    Go-live is a node even when no item is named or it is closed already: the open gates hold it all the same.
    """

    def __init__(self, plan: Plan, today: date, standing: Mapping[str, Status]):
        self.calendars = Calendars(plan, today)
        self._standing, self._blockers = standing, plan.open_blockers
        self._number(plan, standing)
        self._order(plan)
        self._durations(plan, today, standing)
        self._forward()
        self._backward()

    def _number(self, plan: Plan, standing: Mapping[str, Status]) -> None:
        live = plan.item.get(plan.project.go_live_item or "")
        self.items = [i for i in plan.items if standing[i.key] not in CLOSED and i is not live]
        self.goal = len(self.items)
        if live and standing[live.key] not in CLOSED:
            self.items.append(live)
        self.node = node = {item.key: number for number, item in enumerate(self.items)}
        # Closed items have no node: they pass no wait on.
        self.needs = [[*{node[key]: None for key in item.depends_on if key in node}] for item in self.items]
        if len(self.items) == self.goal:
            self.needs.append([])
        drawn = set(self.needs[-1])
        self.needs[-1] += [
            number
            for number, item in enumerate(self.items[: self.goal])
            if item.gate and number not in drawn and not hypercare(item)
        ]

    def _order(self, plan: Plan) -> None:
        """Every node after all it needs."""
        self.feeds: list[list[int]] = [[] for _ in self.needs]
        for number, needs in enumerate(self.needs):
            for need in needs:
                self.feeds[need].append(number)
        waiting = [len(needs) for needs in self.needs]
        self.order = [number for number, count in enumerate(waiting) if not count]
        for number in self.order:
            for fed in self.feeds[number]:
                waiting[fed] -= 1
                if not waiting[fed]:
                    self.order.append(fed)
        if len(self.order) < len(self.needs):
            ring = find_cycle(arrows(plan)) or ()
            raise Invalid(f"These items wait for each other in a ring: {' > '.join((*ring, *ring[:1]))}.")

    def _durations(self, plan: Plan, today: date, standing: Mapping[str, Status]) -> None:
        """Each node's calendar, working days, and the first position its own state allows."""
        of, blockers = self.calendars.of, plan.open_blockers
        self.calendar = [of(item, standing[item.key]) for item in self.items]
        self.days = [
            1 if standing[item.key] is Status.DONE else max(1, item.remaining_days) for item in self.items
        ]
        if len(self.items) == self.goal:
            self.calendar.append(self.calendars.project)
            self.days.append(1)
        self.now = self.calendars.project.position(today)
        self.floor = [calendar.at_or_after(self.now) for calendar in self.calendar]
        for number, item in enumerate(self.items):
            for blocker in blockers.get(item.key, ()):
                if blocker.expected_clear is not None:
                    calendar = self.calendar[number]
                    held = calendar.at_or_after(calendar.position_after(blocker.expected_clear))
                    self.floor[number] = max(self.floor[number], held)

    def _forward(self) -> None:
        self.start = list(self.floor)
        self.finish = list(self.floor)
        start, finish = self.start, self.finish
        for number in self.order:
            calendar, needs, begin = self.calendar[number], self.needs[number], start[number]
            if needs:
                ready = max([finish[need] for need in needs]) + 1
                if ready > begin:
                    begin = start[number] = calendar.at_or_after(ready)
            days = self.days[number]
            finish[number] = begin if days == 1 else calendar.nth(calendar.worked(begin) + days - 1)

    def _backward(self) -> None:
        """The latest finish of each node that leaves go-live where it is.

        Go-live depends on one item's length only through that item's finish, and never falls when the finish
        rises. So the days the item's own person works between its finish and that latest one are exactly how
        much longer it may take.
        """
        self.latest = [_NEVER] * len(self.needs)
        passed_on = [_NEVER] * len(self.needs)  # the latest finish a node asks of what it needs
        for number in reversed(self.order):
            if number == self.goal:
                passed_on[number] = self.start[number] - 1
                continue
            feeds = self.feeds[number]
            latest = min([passed_on[fed] for fed in feeds]) if feeds else _NEVER
            if latest < _NEVER:
                calendar = self.calendar[number]
                self.latest[number] = latest
                last_start = calendar.nth(calendar.worked(latest + 1) - self.days[number])
                passed_on[number] = last_start - 1

    # What it tells

    def slack(self, number: int) -> int | None:
        if self.latest[number] == _NEVER:
            return None
        calendar = self.calendar[number]
        return calendar.worked(self.latest[number] + 1) - calendar.worked(self.finish[number] + 1)

    def timings(self) -> dict[str, Timing]:
        days: dict[int, date] = {}
        for position in {*self.start, *self.finish}:
            days[position] = self.calendars.project.day(position)
        return {
            item.key: Timing(
                start=days[self.start[number]], finish=days[self.finish[number]], slack=self.slack(number)
            )
            for number, item in enumerate(self.items)
        }

    @property
    def forecast(self) -> date:
        return self.calendars.project.day(self.start[self.goal])

    def held(self, key: str) -> bool:
        """An open blocker, and not today, sets the first day its item can be worked on."""
        number = self.node[key]
        return self.start[number] == self.floor[number] > self.calendar[number].at_or_after(self.now)

    def _open_to(self, key: str) -> tuple[int, int]:
        """Where an item could begin if nobody were off, and where it ends: positions, both included."""
        number = self.node[key]
        ready = [self.finish[need] + 1 for need in self.needs[number]]
        held = [
            self.calendars.project.position_after(b.expected_clear)
            for b in self._blockers.get(key, ())
            if b.expected_clear is not None
        ]
        last = self.start[number] if number == self.goal else self.finish[number]
        return max([self.now, *ready, *held]), last

    def kept_from(self, key: str) -> tuple[Away, ...]:
        """The days away that fall on an item's way, and are no holidays of everybody."""
        first, last = self._open_to(key)
        project, item = self.calendars.project, self.items[self.node[key]]

        def counts(gap: Away) -> bool:
            begin = max(first, project.position(gap.start))
            end = min(last + 1, project.position_after(gap.end))
            return begin < end and project.worked(end) > project.worked(begin)

        return tuple(gap for gap in self.calendars.gaps(item, self._standing[key]) if counts(gap))

    def free_days(self, key: str) -> tuple[date, ...]:
        """The holidays of everybody that fall on an item's way."""
        first, last = self._open_to(key)
        position = self.calendars.project.position

        def counts(day: date) -> bool:
            at = position(day)
            return first <= at <= last and position(day) != self.calendars.project.position_after(day)

        return tuple(sorted({day for day in self.calendars.free if counts(day)}))

    def drivers(self, number: int) -> list[str]:
        """The keys that set a node's start: none when its own blocker or today does, alone or with them."""
        start = self.start[number]
        if start == self.floor[number]:
            return []
        begins = self.calendar[number].at_or_after
        setting = (need for need in self.needs[number] if begins(self.finish[need] + 1) == start)
        return sorted(self.items[need].key for need in setting)

    def chain(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The driving chain, first to last before go-live: each key, and what ties with it."""
        found: list[tuple[str, tuple[str, ...]]] = []
        number = self.goal
        while drivers := self.drivers(number):
            found.append((drivers[0], tuple(drivers[1:])))
            number = self.node[drivers[0]]
        return tuple(reversed(found))

    def downstream(self, counted: Iterable[str]) -> dict[str, int]:
        """For each item that go-live waits for, how many of `counted` wait for it, directly or not."""
        wanted = {self.node[key] for key in counted}
        # One integer a node, one bit a counted node; the last in order have the lowest bits, so that most
        # integers stay short.
        reached, bit, found = [0] * len(self.needs), 1, {}
        for number in reversed(self.order):
            if self.latest[number] == _NEVER:
                continue
            bits = 0
            for fed in self.feeds[number]:
                bits |= reached[fed]
            found[self.items[number].key] = bits.bit_count()
            if number in wanted:
                bits |= bit
                bit <<= 1
            reached[number] = bits
        return found

    def behind(self, causes: Iterable[str]) -> set[str]:
        """Those of `causes` that wait for another of them, directly or not."""
        among = {self.node[key] for key in causes}
        tainted = [False] * len(self.needs)
        for number in self.order:
            tainted[number] = any(tainted[need] or need in among for need in self.needs[number])
        return {self.items[number].key for number in among if tainted[number]}

    def after_go_live(self) -> set[str]:
        """What waits for go-live, directly or not."""
        after = [False] * len(self.needs)
        for number in self.order:
            after[number] = any(need == self.goal or after[need] for need in self.needs[number])
        return {item.key for number, item in enumerate(self.items) if after[number]}

"""What would the plan be if that happened? Nothing is stored: the answer is another plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.calendar import WorkCalendar
from bot.domain.plan import WEEKDAYS, Away, Blocker, Item, Person, Plan, Status, Waiver
from bot.domain.readiness import Assessment, assess
from bot.domain.schedule import CLOSED, Calendars
from bot.domain.states import with_item, with_items
from bot.domain.whatif.scenario import Kind, Scenario, Supposition
from bot.domain.wording import Words, count, listed

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pulled:
    """A start or finish that is sooner than can be: the earliest, and what has to be won for it."""

    item: str
    starts: bool  # else it is the finish that was asked for
    wanted: date
    earliest: date
    to_win: int  # working days
    behind: tuple[str, ...]  # what would have to be finished sooner, the nearest first
    alongside: date | None  # the forecast if it did not wait for them


@dataclass(frozen=True, slots=True)
class Played:
    """The plan after a supposition, and what that came to in this plan."""

    plan: Plan
    said: tuple[str, ...] = ()
    about: tuple[str, ...] = ()  # items that the supposition is about
    pulled: tuple[Pulled, ...] = ()
    unsure: tuple[str, ...] = ()  # why the date that comes out is no date yet
    orphaned: tuple[str, ...] = ()  # items before go-live that nobody has then
    minds: tuple[str, ...] = ()  # what else the date takes for granted


def apply(plan: Plan, scenario: Scenario, today: date) -> Plan:
    """The plan as it would be; the one that is given stays as it is."""
    return play(plan, scenario, today).plan


def play(plan: Plan, scenario: Scenario, today: date) -> Played:
    """One supposition after the other, each on what the ones before it left."""
    whole = Played(plan)
    for supposition in scenario.suppositions:
        step = _STEPS[supposition.kind](_Table(whole.plan, today), supposition)
        whole = Played(
            step.plan,
            (*whole.said, *step.said),
            tuple(dict.fromkeys((*whole.about, *step.about))),
            (*whole.pulled, *step.pulled),
            (*whole.unsure, *step.unsure),
            (*whole.orphaned, *step.orphaned),
            (*whole.minds, *step.minds),
        )
    return whole


class _Table:
    """A plan laid out to play with: its times as they stand, its calendars, and its words."""

    def __init__(self, plan: Plan, today: date):
        self.plan, self.today = plan, today
        self.a: Assessment = assess(plan, today)
        self.w = Words(self.a)
        self.calendars = Calendars(plan, today)
        self.project: WorkCalendar = self.calendars.project

    def calendar(self, item: Item) -> WorkCalendar:
        """The working days of whoever has to act on it."""
        return self.calendars.of(item, self.a.standing[item.key])

    def done(self, item: Item) -> bool:
        return self.a.standing[item.key] is Status.DONE

    def open(self, keys: Iterable[str]) -> list[Item]:
        return [self.plan.item[key] for key in keys if key in self.a.timing]

    def days(self, item: Item) -> int:
        return 1 if self.done(item) else max(1, item.remaining_days)

    def back(self, day: date) -> date:
        """The last working day before a day."""
        return self.project.add(self.project.next(day), -1)

    def on(self, key: str) -> tuple[Blocker, ...]:
        return self.plan.open_blockers.get(key, ())


# ---- items that take longer, or less long ------------------------------------------------------------


def _slips(t: _Table, s: Supposition) -> Played:
    plan, said = t.plan, list[str]()
    for blocker in (t.plan.blocker[id] for id in s.blockers):
        plan, words = _blocker_slips(t, plan, blocker, s)
        said.append(words)
    for item in t.open(s.items):
        if any(b.item == item.key for b in (t.plan.blocker[id] for id in s.blockers)):
            continue
        plan, words = _item_slips(t, plan, item, s)
        said.append(words)
    return Played(plan, tuple(said), _about(t, s))


def _about(t: _Table, s: Supposition) -> tuple[str, ...]:
    held = (t.plan.blocker[id].item for id in s.blockers)
    return tuple(dict.fromkeys((*s.items, *(key for key in held if key))))


def _item_slips(t: _Table, plan: Plan, item: Item, s: Supposition) -> tuple[Plan, str]:
    held = t.a.held_by(item.key)
    if held is not None:
        return _blocker_slips(t, plan, held, s)
    days, name = _worked(t, item, s), t.w.key(item)
    unknown = [b.id for b in t.on(item.key) if b.expected_clear is None]
    since = f", counted from its earliest finish, as {' and '.join(unknown)} has no clear date" * bool(
        unknown
    )
    if t.done(item):
        calendar = t.calendar(item)
        start = calendar.add(t.a.timing[item.key].start, days)
        who = t.w.person(item.validator)
        return _held_until(plan, item, start, t.today), f"{name} is confirmed {_days(days)} by {who}"
    left = max(1, t.days(item) + days)
    clipped = "; it takes a day at least" if left > t.days(item) + days else ""
    changed = replace(item, remaining_days=left)
    return with_item(plan, changed), f"{name} is finished {_days(days)}{since}{clipped}"


def _days(days: int) -> str:
    return f"{count(abs(days), 'working day')} {'later' if days >= 0 else 'sooner'}"


def _worked(t: _Table, item: Item, s: Supposition) -> int:
    """The slip in working days of whoever does it."""
    days = s.days or 0
    if not s.calendar_days:
        return days
    calendar, finish = t.calendar(item), t.a.timing[item.key].finish
    return calendar.count(finish, calendar.next(finish + days * DAY))


def _blocker_slips(t: _Table, plan: Plan, blocker: Blocker, s: Supposition) -> tuple[Plan, str]:
    """The clear date moves, and with it the day on which the work can go on."""
    clear, item = blocker.expected_clear, t.plan.item.get(blocker.item or "")
    if clear is None or clear < t.today:
        return _undated_slips(t, plan, blocker, s)
    days = s.days or 0
    if s.calendar_days:
        moved = clear + days * DAY
    else:
        goes_on = t.project.next(clear + DAY)
        moved = t.project.add(goes_on, days - 1)
    name = f"{blocker.id} on {t.w.key(item)}" if item else blocker.id
    at_once = "; sooner it cannot be" if moved < t.today else ""
    moved = max(moved, t.today)
    changed = [replace(blocker, expected_clear=moved)]
    # What was to clear before it is no reason any more to wait longer than it.
    changed += [
        replace(b, expected_clear=moved)
        for b in (t.on(item.key) if item and days < 0 else ())
        if b.id != blocker.id and b.expected_clear and b.expected_clear > moved
    ]
    words = f"{name} clears {t.w.day(moved)} instead of {t.w.day(clear)}{at_once}"
    return _with_blockers(plan, changed), words


def _undated_slips(t: _Table, plan: Plan, blocker: Blocker, s: Supposition) -> tuple[Plan, str]:
    item = t.plan.item.get(blocker.item or "")
    if item is None or item.key not in t.a.timing:
        return plan, f"{blocker.id} holds no open item, so nothing moves with it"
    days = _worked(t, item, s)
    start = t.calendar(item).add(t.a.timing[item.key].start, days)
    without = "no clear date" if blocker.expected_clear is None else "a clear date that has passed"
    words = f"{blocker.id} on {t.w.key(item)} has {without}: taken as {_days(days)} than the earliest"
    return _held_until(plan, item, start, t.today), words


def _takes(t: _Table, s: Supposition) -> Played:
    days = max(1, s.days or 1)
    open_ = t.open(s.items)
    said = (f"{t.w.key(i)} takes {count(days, 'working day')} instead of {t.days(i):,}" for i in open_)
    plan = with_items(t.plan, [replace(item, remaining_days=days) for item in open_])
    return Played(plan, tuple(said), s.items)


# ---- days on which something is ----------------------------------------------------------------------


def _clears(t: _Table, s: Supposition) -> Played:
    named = [t.plan.blocker[id] for id in s.blockers]
    found = named or [b for item in t.open(s.items) for b in t.on(item.key)]
    about, day = _about(t, s), s.start
    held = [f"{b.id} on {t.w.key(b.item)}" if b.item else b.id for b in found]
    if day is None:
        freed = (t.plan.item[key] for key in about if key in t.a.timing)
        plan = _with_blockers(t.plan, [replace(b, status="cleared", cleared_on=t.today) for b in found])
        plan = with_items(plan, [_unblocked(item) for item in freed])
        return Played(plan, (f"{', '.join(held)}: cleared now",), about)
    before = {b.expected_clear for b in found}
    was = next(iter(before)) if len(before) == 1 else None
    instead = f" instead of {t.w.day(was)}" if was and was != day else ""
    unknown = ", which had no clear date" if before == {None} else ""
    plan = _with_blockers(t.plan, [replace(b, expected_clear=day) for b in found])
    said = f"{', '.join(held)}{unknown}: clears {t.w.day(day)}{instead}, work goes on the working day after"
    return Played(plan, (said,), about)


def _held(t: _Table, s: Supposition) -> Played:
    """Blocked until a day: work goes on the working day after."""
    assert s.end is not None
    plan, open_ = t.plan, t.open(s.items)
    for item in open_:
        plan = _held_until(plan, item, s.end + DAY, t.today)
    names = ", ".join(t.w.key(item) for item in open_)
    return Played(plan, (f"{names}: blocked until {t.w.day(s.end)}",), s.items)


def _starts(t: _Table, s: Supposition) -> Played:
    assert s.start is not None
    whole = Played(t.plan, about=s.items)
    for item in t.open(s.items):
        calendar, timing = t.calendar(item), t.a.timing[item.key]
        day = calendar.next(s.start)
        words = f"{t.w.key(item)} starts {t.w.day(day)}{_not_worked(t, s.start, day)}"
        step = Played(_held_until(whole.plan, item, day, t.today), (words,))
        if day < timing.start:
            step = _pull(t, whole.plan, item, day, t.days(item), starts=True, wanted=day)
        elif day == timing.start:
            step = Played(whole.plan, (f"{t.w.key(item)} starts {t.w.day(day)} anyway",))
        whole = _joined(whole, step)
    return whole


def _finishes(t: _Table, s: Supposition) -> Played:
    assert s.start is not None
    whole = Played(t.plan, about=s.items)
    for item in t.open(s.items):
        calendar, timing = t.calendar(item), t.a.timing[item.key]
        day, name = calendar.next(s.start), t.w.key(item)
        later = calendar.count(timing.finish, day)
        words = f"{name} is finished {t.w.day(day)}{_not_worked(t, s.start, day)}"
        if later < 0:
            step = _finish_sooner(t, whole.plan, item, day)
        elif t.done(item):
            step = Played(_held_until(whole.plan, item, day, t.today), (words,))
        else:
            longer = replace(whole.plan.item[item.key], remaining_days=t.days(item) + later)
            step = Played(with_item(whole.plan, longer), (words + " anyway" * (not later),))
        whole = _joined(whole, step)
    return whole


def _not_worked(t: _Table, asked: date, day: date) -> str:
    return "" if asked == day else f", as nobody works on it {t.w.day(asked)}"


def _finish_sooner(t: _Table, plan: Plan, item: Item, day: date) -> Played:
    calendar = t.calendar(item)
    has = calendar.worked(calendar.position_after(day)) - calendar.worked(calendar.position(t.today))
    days = min(t.days(item), has)
    start = calendar.add(day, 1 - days)
    return _pull(t, plan, item, start, days, starts=False, wanted=day)


def _pull(t: _Table, plan: Plan, item: Item, start: date, days: int, *, starts: bool, wanted: date) -> Played:
    """It begins on that day, and all it waits for is finished by then, however that is brought about."""
    timing, name = t.a.timing[item.key], t.w.key(item)
    earliest = timing.start if starts else timing.finish
    if item.key in t.a.after_go_live:
        stays = f"{name} waits for go-live, so it stays where it is: {t.w.day(earliest)} at the earliest"
        return Played(plan, (stays,))
    late = [x for x in _waits_for(t, item) if t.a.timing[x.key].finish >= start]
    begun = replace(plan.item[item.key], remaining_days=days)
    pulled = Pulled(
        item=item.key,
        starts=starts,
        wanted=wanted,
        earliest=earliest,
        to_win=t.calendar(item).count(wanted, earliest),
        behind=tuple(x.key for x in sorted(late, key=lambda x: t.a.timing[x.key].finish, reverse=True)),
        alongside=assess(_alongside(t, plan, begun, start), t.today).forecast if late else None,
    )
    said = f"{name} {'starts' if starts else 'is finished'} {t.w.day(wanted)}"
    return Played(_in_time_for(t, plan, begun, start, late), (said,), (item.key,), (pulled,))


def _in_time_for(t: _Table, plan: Plan, begun: Item, start: date, late: Sequence[Item]) -> Plan:
    """What would be late for it is finished the working day before it starts."""
    won = with_items(plan, [begun, *(_in_time(t, x, start) for x in late)])
    won = _freed(_cleared(won, {x.key for x in late}, t.today), {begun.key}, start - DAY)
    for x in (x for x in late if won.item[x.key].status not in CLOSED):
        won = _held_until(won, x, _start_in_time(t, x, start), t.today)
    return _held_until(won, begun, start, t.today)


def _alongside(t: _Table, plan: Plan, begun: Item, start: date) -> Plan:
    """It does not wait for what it should wait for; go-live still does."""
    unbound = tuple(key for key in begun.depends_on if key not in t.a.timing)
    apart = _freed(with_item(plan, replace(begun, depends_on=unbound)), {begun.key}, start - DAY)
    return _held_until(apart, begun, start, t.today)


def _waits_for(t: _Table, item: Item) -> list[Item]:
    """The open items it waits for, directly or not."""
    found: dict[str, Item] = {}
    stack = [item]
    while stack:
        for need in t.open(stack.pop().depends_on):
            if need.key not in found:
                found[need.key] = need
                stack.append(need)
    return list(found.values())


def _in_time(t: _Table, item: Item, before: date) -> Item:
    """The item finished on the last working day before a day; closed where there is no such day any more."""
    calendar = t.calendar(item)
    has = calendar.worked(calendar.position(before)) - calendar.worked(calendar.position(t.today))
    if has < 1:
        return replace(item, status=Status.VALIDATED, depends_on=())
    return replace(item, remaining_days=min(t.days(item), has), depends_on=())


def _start_in_time(t: _Table, item: Item, before: date) -> date:
    calendar = t.calendar(item)
    until = calendar.worked(calendar.position(before))
    has = until - calendar.worked(calendar.position(t.today))
    return calendar.day(calendar.nth(until - min(t.days(item), has)))


def _freed(plan: Plan, keys: set[str], until: date) -> Plan:
    """Nothing is known to hold these items longer than until a day."""
    late = (b for key in keys for b in plan.open_blockers.get(key, ()))
    return _with_blockers(
        plan,
        [replace(b, expected_clear=until) for b in late if b.expected_clear and b.expected_clear > until],
    )


def _cleared(plan: Plan, keys: set[str], today: date) -> Plan:
    found = (b for key in keys for b in plan.open_blockers.get(key, ()))
    return _with_blockers(plan, [replace(b, status="cleared", cleared_on=today) for b in found])


# ---- items that are closed or go ---------------------------------------------------------------------


def _closed(t: _Table, s: Supposition) -> Played:
    status = s.status or Status.DONE
    items = t.open(s.items)
    plan = with_items(
        t.plan,
        [replace(i, status=status, done_on=i.done_on or t.today, earlier_status=None) for i in items],
    )
    plan = _cleared(plan, {item.key for item in items}, t.today)
    names = ", ".join(t.w.key(item) for item in items)
    how = "validated today" if status is Status.VALIDATED else "done today, with a day left to confirm it"
    return Played(plan, (f"{names}: {how}",), s.items)


def _dropped(t: _Table, s: Supposition) -> Played:
    waiver = Waiver(by=None, why="what if it were dropped")
    items = t.open(s.items)
    gone = [replace(i, status=Status.WAIVED, waived=waiver, earlier_status=i.status) for i in items]
    names = ", ".join(t.w.key(item) for item in items)
    plan = with_items(t.plan, gone)
    return Played(plan, (f"dropped: {names}",), s.items, minds=_no_longer_waited_for(t, plan, items))


def _no_longer_waited_for(t: _Table, plan: Plan, dropped: Sequence[Item]) -> tuple[str, ...]:
    """What stands behind a dropped item waits only for what else its own arrows name."""
    then, gone, said = _Table(plan, t.today), {item.key for item in dropped}, []
    for item in dropped:
        needed = [x.key for x in t.open(dict.fromkeys(item.depends_on)) if x.key not in gone]
        behind = [i for i in then.a.open_gates if item.key in i.depends_on] if needed else []
        freed = {i.key: _unless_still(needed, _waits_for(then, i)) for i in behind}
        free = [key for key, lost in freed.items() if lost]
        if free:
            lost = [key for key in needed if any(key in freed[other] for other in free)]
            verb = "waits" if len(free) == 1 else "wait"
            said.append(
                f"{listed(free, 3, t.w.key)} no longer {verb} for {listed(lost, 3, t.w.key)}, "
                f"as {t.w.key(item)} did"
            )
    return (f"{'; '.join(said[:3])}. What still needs that has to say so itself.",) if said else ()


def _unless_still(needed: Sequence[str], waits_for: Sequence[Item]) -> list[str]:
    still = {item.key for item in waits_for}
    return [key for key in needed if key not in still]


# ---- people and days ---------------------------------------------------------------------------------


def _away(t: _Table, s: Supposition) -> Played:
    assert s.start is not None
    assert s.end is not None
    gone = tuple(Away(start=day, end=day) for day in s.dates) or (Away(start=s.start, end=s.end),)
    people = [replace(t.plan.person[key], away=(*t.plan.person[key].away, *gone)) for key in s.people]
    names = ", ".join(t.w.person(key) for key in s.people)
    said = f"{names} away {', '.join(t.w.span(away.start, away.end) for away in gone)}"
    about = (i.key for i in t.plan.items if i.key in t.a.timing and t.a.doer(i) in s.people)
    return Played(_with_people(t.plan, people), (said,), tuple(about))


def _leaves(t: _Table, s: Supposition) -> Played:
    """What is theirs goes to their backup; without one, nobody has it."""
    plan, said, about, unsure, orphaned = t.plan, list[str](), list[str](), list[str](), list[str]()
    gone_from = s.start or t.today
    for person in (t.plan.person[key] for key in s.people):
        heir = t.plan.person.get(person.backup or "")
        backup = heir.key if heir and heir.key not in s.people else None
        theirs = [
            i
            for i in t.open(i.key for i in plan.items)
            if person.key in (i.owner, i.validator) and t.a.timing[i.key].finish >= gone_from
        ]
        plan = with_items(plan, [_handed(plan.item[i.key], person.key, backup) for i in theirs])
        about += [i.key for i in theirs]
        when = f" from {t.w.day(gone_from)}" if s.start else ""
        to = f"{t.w.person(backup)}, the backup, takes over" if backup else _nobody_to_take_over(t, person, s)
        said.append(f"{t.w.person(person.key)} is gone{when}; {to}")
        before = [i.key for i in theirs if t.a.timing[i.key].slack is not None]
        if before and backup is None:
            unsure.append(f"it takes somebody to have the work of {t.w.person(person.key)} at once")
            orphaned += [key for key in before if t.plan.item[key].owner == person.key]
    known = tuple(dict.fromkeys(about))
    return Played(plan, tuple(said), known, unsure=tuple(unsure), orphaned=tuple(orphaned))


def _nobody_to_take_over(t: _Table, person: Person, s: Supposition) -> str:
    """A deputy acts for somebody who is away; that makes them nobody's successor."""
    deputy = t.plan.person.get(person.deputy or "")
    if deputy is None or deputy.key in s.people:
        return "nobody is named as backup"
    return f"nobody is named as backup ({t.w.person(deputy.key)} only stands in on days away)"


def _handed(item: Item, gone: str, heir: str | None) -> Item:
    return replace(
        item,
        owner=heir if item.owner == gone else item.owner,
        validator=heir if item.validator == gone else item.validator,
    )


def _taken_over(t: _Table, s: Supposition) -> Played:
    owner, items = s.people[0], t.open(s.items)
    names = ", ".join(t.w.key(item) for item in items)
    plan = with_items(t.plan, [replace(item, owner=owner) for item in items])
    return Played(plan, (f"{t.w.person(owner)} has {names}",), s.items)


def _holiday(t: _Table, s: Supposition) -> Played:
    assert s.dates
    project = replace(t.plan.project, holidays=tuple(sorted({*t.plan.project.holidays, *s.dates})))
    free = [day for day in s.dates if t.project.works(day)]
    days = ", ".join(t.w.day(day) for day in free) or "none of these is a working day as it is"
    return Played(replace(t.plan, project=project), (f"nobody works: {days}",))


def _worked_too(t: _Table, s: Supposition) -> Played:
    week = tuple(day for day in WEEKDAYS if day in {*t.plan.project.working_days, *s.weekdays})
    project = replace(t.plan.project, working_days=week)
    return Played(replace(t.plan, project=project), (f"everybody works {', '.join(week)}",))


def _target(t: _Table, s: Supposition) -> Played:
    was, day = t.plan.project.target_go_live, s.start
    if day is None:
        assert was is not None
        day = was + (s.days or 0) * DAY if s.calendar_days else t.project.add(was, s.days or 0)
    project = replace(t.plan.project, target_go_live=day)
    instead = f" instead of {t.w.day(was)}" if was else ""
    return Played(replace(t.plan, project=project), (f"the target is {t.w.day(day)}{instead}",))


# ---- changing a plan ---------------------------------------------------------------------------------


def _joined(whole: Played, step: Played) -> Played:
    return replace(
        whole, plan=step.plan, said=(*whole.said, *step.said), pulled=(*whole.pulled, *step.pulled)
    )


def _unblocked(item: Item) -> Item:
    return replace(item, status=Status.DOING) if item.status is Status.BLOCKED else item


def _held_until(plan: Plan, item: Item, start: date, today: date) -> Plan:
    """The item cannot be worked on before a day."""
    if start <= today:
        return plan
    id = next(f"what-if-{n}" for n in range(1, len(plan.blockers) + 2) if f"what-if-{n}" not in plan.blocker)
    hold = Blocker(id=id, item=item.key, text="supposed", raised=today, expected_clear=start - DAY)
    return replace(plan, blockers=(*plan.blockers, hold))


def _with_blockers(plan: Plan, changed: Iterable[Blocker]) -> Plan:
    new = {b.id: b for b in changed}
    return replace(plan, blockers=tuple(new.get(b.id, b) for b in plan.blockers))


def _with_people(plan: Plan, changed: Iterable[Person]) -> Plan:
    new = {p.key: p for p in changed}
    return replace(plan, people=tuple(new.get(p.key, p) for p in plan.people))


_STEPS: dict[Kind, Callable[[_Table, Supposition], Played]] = {
    Kind.SLIPS: _slips,
    Kind.TAKES: _takes,
    Kind.CLEARS: _clears,
    Kind.HELD: _held,
    Kind.STARTS: _starts,
    Kind.FINISHES: _finishes,
    Kind.CLOSED: _closed,
    Kind.DROPPED: _dropped,
    Kind.AWAY: _away,
    Kind.LEAVES: _leaves,
    Kind.TAKEN_OVER: _taken_over,
    Kind.HOLIDAY: _holiday,
    Kind.WORKED: _worked_too,
    Kind.TARGET: _target,
}

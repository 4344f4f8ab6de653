"""The same questions answered slowly: every day of the project is lived through, nothing is worked out."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.plan import WEEKDAYS, Item, Plan, Status

CLOSED = (Status.VALIDATED, Status.WAIVED)
NOT_IN_SIGHT = 25  # more days longer than any item of a small project could take without moving go-live


def lived(plan: Plan, today: date, longer: tuple[str, int] = ("", 0)) -> dict[str, tuple[date, date]]:
    """The first and last day of work on every open item; on go-live under "" when no open item is go-live."""
    goal = _goal(plan)
    open_items = {i.key: i for i in plan.items if i.status not in CLOSED}
    open_items.setdefault(goal, Item(key=goal, title="", depends_on=()))
    left = {key: _days(item) + (longer[1] if key == longer[0] else 0) for key, item in open_items.items()}
    needs = {
        key: [n for n in _needs(plan, item, goal) if n in open_items] for key, item in open_items.items()
    }
    there = _Attendance(plan)
    first: dict[str, date] = {}
    last: dict[str, date] = {}
    now = today
    while left:
        assert now < today + timedelta(days=2000), "nobody will ever finish this"
        for key in list(left):
            if any(need not in last or last[need] >= now for need in needs[key]):
                continue
            if not there.works(open_items[key], now) or _held(plan, open_items[key], today, now):
                continue
            first.setdefault(key, now)
            left[key] -= 1
            if not left[key]:
                last[key] = now
                del left[key]
        now += timedelta(days=1)
    return {key: (first[key], last[key]) for key in open_items}


class _Attendance:
    """Who works on which day; asked again and again, so what was found once is kept."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.known: dict[tuple[str | None, date], bool] = {}

    def works(self, item: Item, now: date) -> bool:
        who = item.validator if item.status is Status.DONE else item.owner
        if (who, now) not in self.known:
            self.known[who, now] = _works(self.plan, item, now)
        return self.known[who, now]


def forecast(plan: Plan, today: date, longer: tuple[str, int] = ("", 0)) -> date:
    return lived(plan, today, longer)[_goal(plan)][0]


def slack(plan: Plan, today: date, key: str) -> int | None:
    """How many days longer the item really may take; None if it may take for ever."""
    expected = forecast(plan, today)
    if forecast(plan, today, (key, NOT_IN_SIGHT)) == expected:
        return None
    return next(d - 1 for d in range(1, NOT_IN_SIGHT + 1) if forecast(plan, today, (key, d)) > expected)


def chain(plan: Plan, today: date) -> list[str]:
    """Back from go-live, each time to the first dependency that alone would hold its item as long."""
    goal = _goal(plan)
    times, found = lived(plan, today), []
    items = {**plan.item, goal: plan.item.get(goal) or Item(key=goal, title="")}
    key = goal
    while True:
        item, start = items[key], times[key][0]
        if _free_from(plan, item, today, today) == start:
            return found[::-1]
        needs = [n for n in _needs(plan, item, goal) if n in times]
        alone = {n: _free_from(plan, item, today, times[n][1] + timedelta(days=1)) for n in needs}
        key = min(n for n in needs if alone[n] == start)
        found.append(key)


def waiting_for(plan: Plan, key: str, today: date) -> set[str]:
    """The open items that wait for this one, directly or not."""
    goal, found = _goal(plan), set[str]()
    for item in [i for i in plan.items if i.status not in CLOSED]:
        if key in _needs(plan, item, goal) and item.key not in found:
            found |= {item.key, *waiting_for(plan, item.key, today)}
    return found


def _free_from(plan: Plan, item: Item, today: date, now: date) -> date:
    while not _works(plan, item, now) or _held(plan, item, today, now):
        now += timedelta(days=1)
    return now


def _goal(plan: Plan) -> str:
    live = plan.item.get(plan.project.go_live_item or "")
    return live.key if live and live.status not in CLOSED else ""


def _needs(plan: Plan, item: Item, goal: str) -> list[str]:
    gates = [i.key for i in plan.items if i.gate and i.key != plan.project.go_live_item]
    holding = [key for key in gates if plan.item[key].area != "Hypercare "]
    return [*item.depends_on, *(holding if item.key == goal else [])]


def _days(item: Item) -> int:
    return 1 if item.status is Status.DONE else max(1, item.remaining_days)


def _held(plan: Plan, item: Item, today: date, now: date) -> bool:
    clears = [b.expected_clear for b in plan.open_blockers.get(item.key, ())]
    return any(clear is not None and today <= clear and now <= clear for clear in clears)


def _works(plan: Plan, item: Item, now: date) -> bool:
    if WEEKDAYS[now.weekday()] not in plan.project.working_days or now in plan.project.holidays:
        return False
    who = item.validator if item.status is Status.DONE else item.owner
    people = [p for p in plan.people if who in (p.key, p.role.title() if p.role else "")]
    return not people or any(not any(a.start <= now <= a.end for a in p.away) for p in people)

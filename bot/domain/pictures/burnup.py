"""How many gates were closed, day by day, and does that reach all of them by the target?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.domain.forecasting import Spread
from bot.domain.pictures import facts
from bot.domain.pictures.values import Burnup, Moment, Picture, Point, told
from bot.domain.plan import Event, Item, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.wording import Words, count

ONE_DAY = timedelta(days=1)
# What an item's part in the count depends on.
TELLING = frozenset({"", "status", "gate", "area", "waived"})


def burnup(a: Assessment, events: Sequence[Event], spread: Spread | None, why_not: str | None) -> Picture:
    """Closed gates against all of them, to the target and to the forecast."""
    w = facts.words(a)
    points = history(a, events)
    since = min(_by_day(events, a), default=a.today)
    earlier = (
        f"Before {w.day(since)}: by when they were done, as the file says." if points[0].day < since else ""
    )
    lines = tuple(facts.lines(w, spread))
    figure = Burnup(
        title=f"{w.project()}: closed gates",
        lead=facts.lead(w),
        points=points,
        lines=lines,
        foot=" ".join(filter(None, [earlier, facts.range_said(w, spread, None if a.live else why_not)])),
    )
    return told(f"{a.plan.project.key}-burnup", figure, _facts(w, figure))


@dataclass(frozen=True, slots=True)
class _Stand:
    """Of one item on one day: is it a gate before go-live, and how does it stand?"""

    gate: bool
    area: str
    status: str
    until: date | None  # the last day of its waiver

    def counted(self, day: date) -> tuple[int, int, int]:
        """Its part in total, closed and done."""
        if not self.gate or self.area == "hypercare":
            return 0, 0, 0
        waived = self.status == Status.WAIVED and (self.until is None or day <= self.until)
        return 1, int(self.status == Status.VALIDATED or waived), int(self.status == Status.DONE)


def history(a: Assessment, events: Sequence[Event]) -> tuple[Point, ...]:
    """A point for each day on which the count changed, and today. `events` are of items, oldest first."""
    plan = a.plan
    telling = [event for event in events if event.change.field in TELLING]
    stands = _before(plan, telling)
    by_day = _by_day(telling, a)
    known = min(by_day, default=date.min)  # of the days before, nothing but what the file says
    ends = {stand.until + ONE_DAY for stand in _all_stands(stands, by_day) if stand.until is not None}
    days = sorted({*by_day, *(end for end in ends if known <= end <= a.today), a.today})
    points: list[Point] = []
    for day in days:
        for event in by_day.get(day, ()):
            _step(stands, event)
        points.append(_point(stands, plan.project.go_live_item, day))
    return _changing([*_earlier(points[0], _done_before(plan, telling)), *points])


def _point(stands: Mapping[str, _Stand], goal: str | None, day: date) -> Point:
    counted = [stand.counted(day) for key, stand in stands.items() if key != goal]
    return Point(day, *(sum(part) for part in zip(*counted, strict=True))) if counted else Point(day, 0, 0, 0)


def _earlier(first: Point, done: Sequence[date]) -> Iterator[Point]:
    """What a file says of the days before it came: how many of its gates were done by when."""
    for day in sorted(set(done)):
        if day < first.day:
            yield Point(day, first.total, min(first.closed, sum(each <= day for each in done)), 0)


def _before(plan: Plan, events: Sequence[Event]) -> dict[str, _Stand]:
    """How things stood before the first of the events."""
    stands = {item.key: _stand(item) for item in plan.items}
    for event in reversed(events):
        change = event.change
        _step(stands, replace(event, change=replace(change, before=change.after, after=change.before)))
    return stands


def _stand(item: Item) -> _Stand:
    until = item.waived.until if item.waived else None
    return _Stand(item.gate, (item.area or "").strip().casefold(), item.status, until)


def _step(stands: dict[str, _Stand], event: Event) -> None:
    """Take a change along."""
    change = event.change
    if change.field == "":
        if change.after is None:
            stands.pop(change.key, None)
        else:
            stands[change.key] = _from_json(change.after)
    elif (stand := stands.get(change.key)) is not None:
        stands[change.key] = _changed(stand, change.field, change.after)


def _from_json(said: Mapping[str, Any]) -> _Stand:
    stand = _Stand(bool(said.get("gate")), "", str(said.get("status") or Status.TODO), None)
    return _changed(_changed(stand, "area", said.get("area")), "waived", said.get("waived"))


def _changed(stand: _Stand, field: str, value: Any) -> _Stand:
    if field == "waived":
        until = value.get("until") if isinstance(value, Mapping) else None
        return replace(stand, until=date.fromisoformat(until) if until else None)
    if field == "gate":
        return replace(stand, gate=bool(value))
    if field == "area":
        return replace(stand, area=str(value or "").strip().casefold())
    return replace(stand, status=str(value))


def _by_day(events: Sequence[Event], a: Assessment) -> dict[date, list[Event]]:
    """By the day of the project. Asked as of an earlier day, the plan is still the one it is now: what
    happened since counts as of that day, or the picture would contradict the verdict above it."""
    zone = a.plan.project.zone
    found: dict[date, list[Event]] = {}
    for event in events:
        found.setdefault(min(event.at.astimezone(zone).date(), a.today), []).append(event)
    return found


def _done_before(plan: Plan, events: Sequence[Event]) -> list[date]:
    """When the gates were done that came validated with the project."""
    found, zone = [], plan.project.zone
    began = events[0].revision if events else 0
    for event in events:
        said = event.change.after
        if event.revision != began or event.change.field or not isinstance(said, Mapping):
            continue
        day, came = said.get("done_on"), event.at.astimezone(zone).date()
        stand = _from_json(said)
        if day and stand.status == Status.VALIDATED and stand.counted(came)[0]:
            found.append(date.fromisoformat(day))
    return found


def _all_stands(stands: Mapping[str, _Stand], by_day: Mapping[date, Sequence[Event]]) -> Iterator[_Stand]:
    yield from stands.values()
    for events in by_day.values():
        for event in events:
            change = event.change
            if change.field == "" and isinstance(change.after, Mapping):
                yield _from_json(change.after)
            elif change.field == "waived":
                yield _changed(_Stand(False, "", "", None), "waived", change.after)


def _changing(points: Sequence[Point]) -> tuple[Point, ...]:
    """Without the days on which nothing changed, but for the last."""
    kept: list[Point] = []
    for point in points:
        same = kept and (kept[-1].total, kept[-1].closed, kept[-1].done) == (
            point.total,
            point.closed,
            point.done,
        )
        if not same:
            kept.append(point)
    if points and kept[-1].day != points[-1].day:
        kept.append(points[-1])
    return tuple(kept)


def _facts(w: Words, figure: Burnup) -> list[str]:
    last, first = figure.points[-1], figure.points[0]
    said = [f"Burn-up. {figure.title}.", figure.lead]
    said.append(f"Marked: {', '.join(line.words for line in figure.lines)}.")
    if last.done:
        said.append(f"{count(last.done, 'gate')} besides done, and not confirmed.")
    if first.day != last.day:
        said.append(
            f"On {w.day(first.day)} it was {first.closed:,} of {first.total:,}; "
            f"now it is {last.closed:,} of {last.total:,}."
        )
        shown = figure.points if len(figure.points) <= 12 else figure.points[-12:]
        said.append("By day: " + ", ".join(f"{w.short(p.day)} {p.closed:,}/{p.total:,}" for p in shown) + ".")
    else:
        said.append("Nothing is known of earlier days.")
    return [*said, *filter(None, [_pace(w, figure), figure.foot])]


def _pace(w: Words, figure: Burnup) -> str:
    """How many gates a working day the target asks for."""
    target = next((line.day for line in figure.lines if line.moment is Moment.TARGET), None)
    last = figure.points[-1]
    left = last.total - last.closed
    if target is None or not left or w.a.live:
        return ""
    if target <= last.day:
        reached = "Today is the target" if target == last.day else "The target has passed"
        return f"{reached}, and {count(left, 'gate')} {'is' if left == 1 else 'are'} open."
    days = w.a.calendar.count(last.day, target)
    return f"To the target: {count(left, 'gate')} in {count(days, 'working day')}."

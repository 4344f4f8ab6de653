"""What does the daily summary of a project say: what moved, what is blocked, what is due, what nobody has?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.answers import firstscreen
from bot.domain.plan import Blocker, Event, Item, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.wording import Words, count, cut

MOST_LINES = 12
# Of each part, how many lines the message itself may have; what does not fit is in its thread.
_SHARES = {"moved": 3, "blocked": 3, "due": 2, "late": 1, "nobody": 1, "said": 1}
_STATED = {
    Status.TODO: "back to not started",
    Status.DOING: "under way",
    Status.BLOCKED: "blocked",
    Status.DONE: "done, not confirmed yet",
    Status.VALIDATED: "validated",
    Status.WAIVED: "waived",
}
# What is told first of what moved; the rest as it happened.
_FIRST = (
    *("validated", "cleared", "waived", "done", "new blocker", "back", "blocked", "under way"),
    *("target", "due", "owner", "added", "gone"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestFacts:
    """What a digest stood on, for the next one to compare with."""

    day: date
    revision: int
    forecast: date | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "revision": self.revision,
            "forecast": self.forecast.isoformat() if self.forecast else None,
        }

    @staticmethod
    def from_json(said: Mapping[str, Any]) -> DigestFacts:
        forecast = said.get("forecast")
        return DigestFacts(
            day=date.fromisoformat(said["day"]),
            revision=int(said["revision"]),
            forecast=date.fromisoformat(forecast) if forecast else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What somebody answered when asked for news."""

    person: str  # person key
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The message, at most 12 lines with its title, and what stands in its thread. Plain text."""

    title: str
    lines: tuple[str, ...]
    thread: tuple[str, ...]
    facts: DigestFacts


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    heading: str
    lines: tuple[str, ...]
    worth: bool = True  # whether it alone is a reason to post


def digest(
    plan: Plan,
    a: Assessment,
    previous: DigestFacts | None,
    events: Sequence[Event],
    news: Sequence[News],
    now: datetime,
    *,
    unreachable: Mapping[str, str] | None = None,
    quiet_line: bool = False,
) -> Digest | None:
    """The summary for the day of `a`; None when nothing is worth a post. `events` are those since the
    previous one; `unreachable` are people (by key) who cannot be told anything, and why."""
    w = Words(a, 44)
    live = a.live and not a.open_gates
    facts = DigestFacts(day=a.today, revision=plan.project.revision, forecast=None if live else a.forecast)
    parts = list(_parts(w, previous, events, news, unreachable or {}))
    forecast, changed = _forecast(w, previous)
    title = f"{w.project()}, {w.day(a.today)}"
    if not (changed or any(part.worth and part.lines for part in parts)):
        if not quiet_line:
            return None
        since = f" since {w.day(previous.day)}" if previous else ""
        return Digest(title=title, lines=(f"Nothing new{since}. {forecast}.",), thread=(), facts=facts)
    lines, thread = _laid_out([part for part in parts if part.lines])
    return Digest(title=title, lines=(f"{forecast}.", *lines), thread=thread, facts=facts)


def _parts(
    w: Words,
    previous: DigestFacts | None,
    events: Sequence[Event],
    news: Sequence[News],
    unreachable: Mapping[str, str],
) -> Iterator[_Part]:
    a, tomorrow = w.a, w.a.calendar.next(w.a.today + timedelta(days=1))
    since = f" since {w.day(previous.day)}" if previous and previous.day != a.today else ""
    yield _Part("moved", f"Moved{since}", tuple(_moved(w, events, known=previous is not None)))
    yield _Part("blocked", "Blocked", tuple(_blocked(w)))
    due = [item for item in w.plan.items if item.due and a.today <= item.due <= tomorrow]
    yield _Part("due", "Due", tuple(_due(w, [item for item in due if _to_do(a, item)])))
    late = [item for item in w.plan.items if item.key in a.timing and a.late(item)]
    yield _Part("late", "Late", tuple(_late(w, late)))
    yield _Part("nobody", "Nobody has", tuple(_nobody(w, unreachable)), worth=False)
    yield _Part(
        "said", "People say", tuple(f"{w.person(each.person)}: {cut(each.text, 300)}" for each in news)
    )


def _laid_out(parts: Sequence[_Part]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of the message, and of its thread: there, the parts that do not fit are whole."""
    room = MOST_LINES - 2 - (1 if any(len(part.lines) > _SHARES[part.name] for part in parts) else 0)
    taken = {part.name: min(len(part.lines), _SHARES[part.name]) for part in parts}
    for part in parts:  # what others leave free goes to those who have more to say, in order
        spare = room - sum(taken.values())
        taken[part.name] += max(0, min(len(part.lines) - taken[part.name], spare))
    lines: list[str] = []
    thread: list[str] = []
    for part in parts:
        shown = taken[part.name]
        lines += [f"{part.heading}: {line}" for line in part.lines[:shown]]
        if shown < len(part.lines):
            thread += [f"{part.heading}, all {len(part.lines):,}:", *(f"• {line}" for line in part.lines)]
    if thread:
        left = sum(len(part.lines) - taken[part.name] for part in parts)
        lines.append(f"{count(left, 'more line')} in the thread.")
    return tuple(lines), tuple(thread)


def _forecast(w: Words, previous: DigestFacts | None) -> tuple[str, bool]:
    """When go-live can be, and whether that is news."""
    a = w.a
    if a.live:
        said = "Live" + (f", with {count(a.counts.open, 'gate')} still open" if a.counts.open else "")
        return said, bool(previous and previous.forecast)
    gates = f"{a.counts.open:,} of {count(a.counts.total, 'gate')} open. " if a.counts.total else ""
    said = f"{gates}{firstscreen.forecast(w)}"
    was = previous.forecast if previous else None
    if previous is None or was is None or was == a.forecast:
        return said, False
    days = a.calendar.count(min(was, a.forecast), max(was, a.forecast))
    side = "later" if a.forecast > was else "earlier"
    # Every day on which nobody closes anything moves it by a day: news once there is no room left for that.
    drifted = a.forecast > was and days <= a.calendar.count(previous.day, a.today)
    news = not drifted or a.gap is None or a.gap > 0
    return f"{said}; {count(days, 'working day')} {side} than on {w.day(previous.day)}", news


# What moved


@dataclass(frozen=True, slots=True)
class _Move:
    rank: str
    words: str


def _moved(w: Words, events: Sequence[Event], *, known: bool) -> Iterator[str]:
    """One line for each thing that is otherwise than it was, the best news first. In the first digest of a
    project everything is new, so what a file brought is not told."""
    told = events if known else [event for event in events if event.act not in ("load", "new")]
    merged = _merged(told)
    new = {(e.change.entity, e.change.key) for e in merged if not e.change.field}
    # A blocker that came up and went is one thing to tell.
    merged = [e for e in merged if not (e.change.field and ("blocker", e.change.key) in new)]
    moves = [move for one in merged for move in _move(w, one)]
    for move in sorted(moves, key=lambda move: _FIRST.index(move.rank)):
        yield move.words


def _merged(events: Iterable[Event]) -> list[Event]:
    """From the first value to the last of each field; what went back to what it was is not there."""
    found: dict[tuple[str, str, str], Event] = {}
    for event in sorted(events, key=lambda event: event.revision):
        change = event.change
        place = (change.entity, change.key, change.field)
        first = found.pop(place, None)
        before = first.change.before if first else change.before
        found[place] = replace(event, change=replace(change, before=before))
    return [event for event in found.values() if event.change.before != event.change.after]


def _move(w: Words, event: Event) -> Iterator[_Move]:
    change = event.change
    if change.entity == "item":
        yield from _item_move(w, event)
    elif change.entity == "blocker":
        yield from _blocker_move(w, event)
    elif change.entity == "project" and change.field == "target_go_live":
        yield _Move(
            "target", f"the target is {_date(w, change.after)}, was {_date(w, change.before)}{_by(w, event)}"
        )


def _item_move(w: Words, event: Event) -> Iterator[_Move]:
    change, item = event.change, w.plan.item.get(event.change.key)
    if item is None:
        if change.field == "":
            yield _Move("gone", f"{cut(change.key, 30)} is no longer on the list{_by(w, event)}")
        return
    name = w.title(item)
    if change.field == "":
        yield _Move("added", f"{name} is new on the list{_by(w, event)}")
    elif change.field == "status":
        status = w.a.standing[item.key]
        if status is not Status.BLOCKED or item.key not in w.plan.open_blockers:  # the blocker itself is told
            rank = {Status.TODO: "back", Status.BLOCKED: "blocked", Status.DOING: "under way"}
            stated = "opened again" if _reopened(change.before, status) else _STATED[status]
            yield _Move(rank.get(status, status.value), f"{name}: {stated}{_by(w, event)}")
    elif change.field == "due":
        yield _Move(
            "due", f"{name}: due {_date(w, change.after)}, was {_date(w, change.before)}{_by(w, event)}"
        )
    elif change.field == "owner":
        yield _Move("owner", f"{name}: {w.person(change.after)} has it, before {w.person(change.before)}")


def _blocker_move(w: Words, event: Event) -> Iterator[_Move]:
    change, blocker = event.change, w.plan.blocker.get(event.change.key)
    if blocker is None or blocker.status == "retracted":
        return
    on = _on(w, blocker)
    if change.field == "status" and blocker.status == "cleared":
        days = w.a.calendar.count(blocker.raised, blocker.cleared_on or w.a.today)
        after = f"after {days:,} d" if days > 0 else "on the same day"
        yield _Move("cleared", f"{blocker.id}{on} is over {after}{_by(w, event)}")
    elif change.field == "" and blocker.open:
        yield _Move("new blocker", f"{blocker.id}{on} is new: {cut(blocker.text, 80)}")
    elif change.field == "" and blocker.status == "cleared":
        yield _Move("cleared", f"{blocker.id}{on} came up and is over: {cut(blocker.text, 80)}")
    elif change.field == "expected_clear" and blocker.open:
        was, now = _date(w, change.before), _date(w, change.after)
        yield _Move("due", f"{blocker.id}{on} clears {now}, was {was}")


def _reopened(before: Any, status: Status) -> bool:
    return status in (Status.DOING, Status.BLOCKED) and before in ("done", "validated", "waived")


def _by(w: Words, event: Event) -> str:
    person = w.plan.by_slack.get(event.actor)
    return f" ({cut(person.name, w.width)})" if person else ""


def _date(w: Words, value: Any) -> str:
    return w.day(date.fromisoformat(value)) if value else "no date"


# What stands


def _blocked(w: Words) -> Iterator[str]:
    """On whom it waits and for how long; what go-live waits for most comes first."""
    a = w.a

    def rank(blocker: Blocker) -> tuple[bool, int, date, str]:
        timing = a.timing.get(blocker.item or "")
        slack = timing.slack if timing is not None and timing.slack is not None else 1 << 30
        return not a.before_or_go_live(blocker.item), slack, blocker.raised, blocker.id

    open_ones = [b for b in w.plan.blockers if b.open and (b.item is None or b.item in a.timing)]
    for blocker in sorted(open_ones, key=rank):
        item = w.plan.item.get(blocker.item or "")
        what = w.title(item) if item else cut(blocker.text, 60)
        late = blocker.expected_clear is not None and blocker.expected_clear < a.today
        when = (
            f", should have cleared {w.day(blocker.expected_clear)}"
            if late and blocker.expected_clear
            else ""
        )
        chased = f", {w.person(blocker.owner)} chases it" if blocker.owner else ", nobody chases it"
        yield f"{what} {w.waits(blocker)}{when}{chased} ({blocker.id})"
    for key in a.unexplained:
        yield f"{w.title(w.plan.item[key])}, by what is not recorded"


def _to_do(a: Assessment, item: Item) -> bool:
    return item.key in a.timing and a.standing[item.key] is not Status.DONE


def _due(w: Words, due: Sequence[Item]) -> Iterator[str]:
    days: dict[date, list[Item]] = {}
    for item in sorted(due, key=lambda item: (item.due or date.max, not item.gate)):
        assert item.due is not None
        days.setdefault(item.due, []).append(item)
    for day, items in days.items():
        when = "today" if day == w.a.today else "tomorrow" if (day - w.a.today).days == 1 else w.day(day)
        yield f"{when}: " + _listed([f"{w.title(item)} ({w.person(item.owner)})" for item in items])


def _late(w: Words, late: Sequence[Item]) -> Iterator[str]:
    if late:
        first = sorted(late, key=lambda item: (not item.gate, item.due or date.max))
        yield _listed([f"{w.title(i)} ({w.person(i.owner)}, {w.age(i.due or w.a.today)})" for i in first])


def _nobody(w: Words, unreachable: Mapping[str, str]) -> Iterator[str]:
    """Open gates without an owner, or whose owner cannot be reached; blockers say themselves who chases."""
    found = [w.title(w.plan.item[key]) for key in w.a.unowned]
    lost = [item for item in w.a.open_gates if item.owner in unreachable and _to_do(w.a, item)]
    found += [f"{w.title(i)} ({w.person(i.owner)}: {unreachable[i.owner or '']})" for i in lost]
    if found:
        yield _listed(found)


def _on(w: Words, blocker: Blocker) -> str:
    item = w.plan.item.get(blocker.item or "")
    return f" on {w.title(item)}" if item else ""


def _listed(words: Sequence[str], most: int = 3) -> str:
    if len(words) <= most + 1:
        return ", ".join(words)
    return ", ".join(words[:most]) + f" and {len(words) - most:,} more"

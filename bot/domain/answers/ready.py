"""Are we ready, by when can we be, what is in the way of the date, and what can be worked on today?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from bot.domain.answers.by_day import asked_day, item_by, on_time
from bot.domain.answers.firstscreen import assumed, chain, title, verdict
from bot.domain.answers.inquiry import Inquiry
from bot.domain.answers.overview import before, contradiction
from bot.domain.answers.values import (
    before_data,
    contradiction_data,
    iso,
    item_data,
    items_data,
    verdict_data,
)
from bot.domain.contacts import away_until
from bot.domain.forecasting import why_not
from bot.domain.plan import Blocker, Item, Status
from bot.domain.readiness import hypercare
from bot.domain.wording import Reply, count, listed

MOST_OF_BLOCKERS = 5
MOST_THEIRS = 5


# What must happen before go-live


def before_golive(q: Inquiry) -> Reply:
    """Everything, or the open gates that were asked about in the order they can happen."""
    data = before_data(q.plan, q.a)
    if not (q.items or q.of_somebody or q.window):
        return Reply(before(q.plan, q.a, q.as_of, whole=q.whole, audience=q.facts.audience), data)
    wanted = q.below if len(q.items) == 1 else frozenset(item.key for item in q.items)
    gates = [
        gate
        for gate in q.a.open_gates
        if (not q.items or gate.key in wanted) and q.with_them(gate) and q.within(gate.due)
    ]
    kept = {gate.key for gate in gates}
    for name in ("do_next", "unowned", "undated", "done_unvalidated", "unlinked_gates"):
        data[name] = [key for key in data[name] if key in kept]
    data["gates_in_order"] = [gate for gate in data["gates_in_order"] if gate["key"] in kept]
    what = f"{count(len(gates), 'open gate')}{q.scope()}"
    return q.reply(what, data, (None, q.item_lines(gates, q.w.line) if gates else [_nothing_open(q)]))


def _nothing_open(q: Inquiry) -> str:
    closed = [item for item in q.items if item.key not in q.a.timing]
    if closed:
        return f"Nothing: {'; '.join(q.w.closed(item) for item in closed[:3])}."
    return "No gate that was asked about is open."


def startable(q: Inquiry) -> Reply:
    """What can be worked on today: not blocked, and with nothing unvalidated in front of it."""
    found = [i for i in q.narrowed(q.open_items) if q.a.startable(i) and not _later(q, i)]
    data = before_data(q.plan, q.a) | {"startable": [item.key for item in found]}
    none = ["Nothing: all that is open is blocked or waits."]
    return q.reply(
        f"{count(len(found), 'item')} can be worked on today{q.scope()}",
        data,
        (None, q.item_lines(found, lambda i: _able(q, i)) if found else none),
        ("Waits only for a confirmation", _waits_for_confirmation(q)),
    )


def _able(q: Inquiry, item: Item) -> str:
    """The item, and that its owner is not there to work on it, if so."""
    owner = q.plan.person.get(item.owner or "")
    until = away_until(owner, q.today) if owner else None
    return q.short_line(item) + (
        f", {q.w.person(item.owner)} is away until {q.w.day(until)}" if until else ""
    )


def _later(q: Inquiry, item: Item) -> bool:
    """Go-live itself, and what comes after it."""
    return item is q.a.go_live or hypercare(item) or item.key in q.a.after_go_live


def _waits_for_confirmation(q: Inquiry) -> Iterator[str]:
    """What somebody could start if only others confirmed what is done."""
    done = {i.key for i in q.open_items if q.a.standing[i.key] is Status.DONE}
    asked: dict[str, list[str]] = {}
    for item in q.narrowed(q.open_items):
        needs = [key for key in item.depends_on if key in q.a.timing]
        at_work = q.a.standing[item.key] in (Status.TODO, Status.DOING)
        if needs and at_work and done.issuperset(needs) and item.key not in q.plan.open_blockers:
            for key in needs:
                who = q.w.person(q.plan.item[key].validator)
                asked.setdefault(who, []).append(f"{q.w.key(key)} for {q.w.key(item)}")
    for who, what in list(asked.items())[:5]:
        yield f"{who} confirms {listed(what, 4, str)}"


# Ready or not


def readiness(q: Inquiry) -> Reply:
    """Are we ready, or will we be on a day?"""
    if q.items:
        return _items_by(q)
    return q.reply(
        title(q.w, q.as_of).removeprefix(f"{q.w.project()}: ").split(", as of ")[0],
        _data(q),
        (None, [*_by_the_day(q), verdict(q.w)]),
        ("Sets the date", [] if q.a.live else [chain(q.w)]),
        *_uncertain(q),
        ("First", _first(q)),
        (f"Open gates with {q.who()}", q.item_lines(_theirs(q), q.short_line, MOST_THEIRS)),
    )


def _theirs(q: Inquiry) -> list[Item]:
    """The open gates of those asked about, if anybody was."""
    return [gate for gate in q.a.open_gates if q.with_them(gate)] if q.of_somebody else []


def _data(q: Inquiry) -> dict[str, Any]:
    asked = asked_day(q)
    until = asked or q.plan.project.target_go_live
    return {
        **verdict_data(q.plan, q.a),
        "asked_date": iso(asked),
        "on_time": None if until is None else q.a.live or q.a.forecast <= until,
        "range": q.spread.as_json() if q.spread else None,
    }


def _by_the_day(q: Inquiry) -> list[str]:
    """Yes or no, for the day that was asked about."""
    asked = asked_day(q)
    if asked is None or q.a.live:
        return []
    day, forecast = q.w.day(asked), q.a.forecast
    if forecast <= asked:
        unless = ", if nothing slips" if q.a.open_gates else ""
        return [f"Yes, {day} can be held: go-live can be {_kind(q)}{q.w.day(forecast)}{unless}."]
    late = q.working_days(max(1, q.a.calendar.count(asked, forecast)))
    return [f"No, not {day}: go-live can be {q.w.day(forecast)} at the earliest, {late} later."]


def _kind(q: Inquiry) -> str:
    return "no earlier than " if q.a.unknown_clear else ""


def _by_its_slips(q: Inquiry) -> list[str]:
    """By when, going by what the project's own items took."""
    found = q.spread
    if found is None:
        return []
    least = "" if found.stated else "no earlier than "
    days = f"{least}{q.w.day(found.p50)}, four times in five by {q.w.day(found.p80)}"
    return [f"half of the time by {days}, going by {count(found.from_items, 'item')} that are done"]


def _uncertain(q: Inquiry) -> Iterable[tuple[str | None, Iterable[str]]]:
    """What the date rests on, and the one act that makes it surer."""
    yield "By its own slips", _by_its_slips(q)
    yield None, [] if q.a.live else list(assumed(q.w))
    unknown = [q.plan.blocker[key] for key in q.a.unknown_clear]
    if unknown:
        named = listed(_told_apart(q, unknown), MOST_OF_BLOCKERS, str)
        yield "No clear date", [f"{named}. Taken as clear today; ask for a day, the date may move."]
    if q.a.go_live is None:
        yield "No go-live item", ["none is named, so the date is the day after the last open gate"]


def _told_apart(q: Inquiry, unknown: Sequence[Blocker]) -> list[str]:
    """Each blocker, and who chases it; those of which its reader is told nothing, as one."""
    there = {b.id for b in q.plan.blockers}
    told = [
        f"{b.id} on {q.w.key(b.item or 'go-live')} ({_chaser(q, b)})" if b.id in there else b.text.lower()
        for b in unknown
    ]
    return list(dict.fromkeys(told))


def _chaser(q: Inquiry, blocker: Any) -> str:
    who = f"{q.w.person(blocker.owner)} chases" if blocker.owner else "nobody chases"
    on = f" {blocker.waiting_on}" if blocker.waiting_on else ""
    return f"{who}{on}"


def _first(q: Inquiry) -> list[str]:
    """The most pressing of what can be done."""
    return [f"{q.w.named(i)}: {q.w.owner(i)}, {q.w.state(i)}, {q.w.slack(i)}" for i in q.a.do_next[:1]]


def _items_by(q: Inquiry) -> Reply:
    """Whether items, not the whole project, can be there on a day or by their own due date."""
    asked = asked_day(q)
    rows, lines = [], []
    for item in q.items:
        until = asked or item.due
        rows.append({**item_data(q.a, item), "on_time": on_time(q, item, until)})
        lines.append(item_by(q, item, until))
    judged = [row["on_time"] for row in rows if row["on_time"] is not None]
    data = {**_data(q), "items": rows, "on_time": all(judged) if judged else None}
    return q.reply(
        f"{listed(q.items, 3, q.w.key)}, ready or not",
        data,
        (None, q.lines(lines, str, lambda line: line.partition(":")[0])),
        ("All of go-live", [verdict(q.w)]),
    )


def earliest(q: Inquiry) -> Reply:
    """The earliest day that go-live can be."""
    if q.items:
        return _items_by(q)
    ahead = q.a.calendar.count(q.today, q.a.forecast)
    target = q.plan.project.target_go_live
    until = q.a.calendar.count(q.today, target) if target else None
    data = _data(q) | {"working_days_from_today": ahead, "working_days_to_target": until}
    if q.a.live:
        return q.reply("live already", data, (None, [verdict(q.w)]))
    last = q.plan.item[q.a.chain[-1]] if q.a.chain else None
    before_it = (
        f"{q.w.named(last)} can be finished {q.w.day(q.a.timing[last.key].finish)}, "
        f"go-live the working day after: {q.w.day(q.a.forecast)}."
        if last
        else f"No open gate comes before it: {q.w.day(q.a.forecast)}."
    )
    return q.reply(
        f"go-live {_kind(q)}{q.w.day(q.a.forecast)}",
        data,
        (None, [*_by_the_day(q), f"{before_it} {_distance(q, ahead)}"]),
        ("Sets the date", [chain(q.w)]),
        *_uncertain(q),
        (None, [why_not(q.plan, q.a) or ""] if q.spread is None else []),
    )


def _distance(q: Inquiry, ahead: int) -> str:
    away = f"{q.working_days(ahead)} after today" if ahead > 0 else "That is today"
    target = q.plan.project.target_go_live
    if target is None or q.a.gap is None:
        return f"{away}; no target date is set."
    if not q.a.gap:
        return f"{away}, on target."
    side = "later" if q.a.gap > 0 else "earlier"
    return (
        f"{away}; {q.working_days(abs(q.a.gap))} {side} than the target {q.w.day(target)}{_left(q, target)}."
    )


def _left(q: Inquiry, target: date) -> str:
    """How far off the target is."""
    days = q.a.calendar.count(q.today, target)
    return f", which is {q.working_days(days)} after today" if days > 0 else ""


def recover(q: Inquiry) -> Reply:
    """Which due dates cannot be met any more, and how much is to be won back."""
    late = [i for i in q.narrowed(q.open_items) if q.a.due_impossible(i)]
    late.sort(key=lambda i: (q.a.timing[i.key].finish, i.due or date.max, i.key))
    found = [i for i in late if q.a.before_or_go_live(i.key)]
    besides = [i for i in late if not q.a.before_or_go_live(i.key)]
    data = _data(q) | {
        "impossible": items_data(q.a, found),
        "impossible_besides": [i.key for i in besides],
        "recover_working_days": _to_recover(q),
    }
    return q.reply(
        f"{_cannot(q)}{count(len(found), 'due date')} cannot be met any more{q.scope(days=False)}",
        data,
        (None, [_to_win(q)]),
        ("Sets the date", [] if q.a.live else [chain(q.w)]),
        ("Due before they can be finished", q.item_lines(found, lambda item: _impossible(q, item))),
        ("Also, though go-live does not wait for them", _dates(q, besides)),
    )


def _cannot(q: Inquiry) -> str:
    """That the day asked about is out of reach as things stand."""
    day = asked_day(q)
    if day is None or q.a.live or not _to_recover(q):
        return ""
    return f"{q.w.day(day)} cannot be held, {q.w.day(q.a.forecast)} is the earliest; "


def _to_recover(q: Inquiry) -> int | None:
    """Working days to win back for the day asked about, else for the target."""
    until = asked_day(q) or q.plan.project.target_go_live
    return None if until is None else max(0, q.a.calendar.count(until, q.a.forecast))


def _to_win(q: Inquiry) -> str:
    if q.a.live:
        return verdict(q.w)
    until, forecast = asked_day(q) or q.plan.project.target_go_live, f"{_kind(q)}{q.w.day(q.a.forecast)}"
    days = _to_recover(q)
    if until is None or days is None:
        return f"No target date is set, so nothing is to be won back; the forecast is {forecast}."
    if not days:
        return f"Nothing is to be won back for {q.w.day(until)}: the forecast is {forecast}."
    verb = "is" if days == 1 else "are"
    return (
        f"For {q.w.day(until)}, {q.working_days(days)} {verb} to be won back on the driving chain: "
        f"the forecast is {forecast}."
    )


def _impossible(q: Inquiry, item: Item) -> str:
    timing = q.a.timing[item.key]
    due = q.w.day(item.due) if item.due else ""
    return f"{q.w.named(item)}: due {due}, earliest {q.w.day(timing.finish)}, {q.w.owner(item)}"


def _dates(q: Inquiry, items: Sequence[Item]) -> list[str]:
    said = listed(items, 6, lambda i: f"{q.w.key(i)} ({q.w.day(q.a.timing[i.key].finish)})")
    return [said] if items else []


def contradictions(q: Inquiry) -> Reply:
    """What in the plan cannot all be meant."""
    found = [c for c in q.a.contradictions if not q.items or any(q.about(key) for key in c.keys)]
    unlinked = [key for key in q.a.unlinked if q.about(key)]
    beliefs = [x for x in q.plan.assumptions if x.open and any(map(q.about, q.a.under_validated(x)))]
    number = len(found) + len(unlinked) + len(beliefs)
    data = _data(q) | {
        "contradictions": contradiction_data(q.a)
        if not q.items
        else [{"kind": c.kind, "keys": list(c.keys)} for c in found],
        "unlinked_gates": unlinked,
        "validated_on_belief": [x.id for x in beliefs],
    }
    return q.reply(
        f"{count(number, 'contradiction')} in the plan{q.scope(days=False)}",
        data,
        (None, [] if number else ["Nothing in the plan contradicts itself."]),
        ("Said in two ways", q.lines(found, lambda c: contradiction(q.w, c, q.w.named), lambda c: c.keys[0])),
        (
            "Gates no arrow links to go-live; they count all the same",
            q.lines(unlinked, lambda key: q.w.named(q.plan.item[key]), str),
        ),
        (
            "Validated, though what it rests on is not verified",
            q.lines(beliefs, q.w.belief_in_full, lambda x: x.id),
        ),
        ("Called blocked, by what is not recorded", _unexplained(q)),
        ("In order", _in_order({c.kind for c in found})),
    )


_IN_ORDER = {
    "open_blocker_not_blocked": "Every item with an open blocker is marked blocked",
    "done_before_dependency": "Nothing is done before what it needs",
    "due_before_dependency": "Nothing is due before what it needs",
    "owner_is_validator": "Nobody confirms their own work",
}


def _in_order(kinds: set[str]) -> list[str]:
    """What was looked at and is in order, so that silence is not taken for it."""
    fine = [words for kind, words in _IN_ORDER.items() if kind not in kinds]
    return [". ".join(fine) + "."] if fine else []


def _unexplained(q: Inquiry) -> list[str]:
    keys = [key for key in q.a.unexplained if q.about(key)]
    return [listed(keys, 6, q.w.key)] if keys else []

"""What sets the date, how much slack has the rest, and on which few people does it all hang?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.answers.firstscreen import assumed, chain, forecast, off
from bot.domain.answers.inquiry import Inquiry
from bot.domain.answers.values import forecast_data, items_data
from bot.domain.plan import Item
from bot.domain.wording import Reply, count, listed

NEAR = 2  # working days of slack that are nearly none
MOST_IN_A_LINE = 30
MOST_STEPS = 4  # the next ones: the chain is named in full above them


def critical_path(q: Inquiry) -> Reply:
    """The driving chain, what ties with it, and everything without slack."""
    if q.items:
        return slack(q)
    shown = [q.plan.item[key] for key in q.a.chain if q.with_them(q.plan.item[key])]
    data = _data(q) | {"items": items_data(q.a, shown)}
    if q.a.live:
        return q.reply("live, so nothing sets the date any more", data)
    end = [q.w.key(q.a.go_live)] if q.a.go_live else []
    return q.reply(
        f"what sets the date{q.scope()}",
        data,
        (None, [f"{forecast(q.w)}."]),
        ("Driving chain", [" > ".join([*map(q.w.key, q.a.chain), *end])] if q.a.chain else [chain(q.w)]),
        ("Step by step", q.item_lines(shown, lambda i: _step(q, i), MOST_STEPS)),
        ("Days off that set it too", _days_off(q, shown)),
        ("Without slack, in order", [_keys(q, [*q.a.critical], end)] if q.a.critical else []),
        ("Ties", _ties(q)),
        ("Nearly critical", _near(q)),
        (None, assumed(q.w)),
    )


def _keys(q: Inquiry, keys: list[str], end: list[str]) -> str:
    named = [q.w.key(key) for key in keys[:MOST_IN_A_LINE]]
    rest = [f"{len(keys) - MOST_IN_A_LINE:,} more"] if len(keys) > MOST_IN_A_LINE else []
    return " > ".join([*named, *rest, *end])


def _data(q: Inquiry) -> dict[str, Any]:
    return {
        **forecast_data(q.plan, q.a),
        "driving_chain": list(q.a.chain),
        "ties": {key: list(others) for key, others in q.a.ties.items()},
        "critical": list(q.a.critical),
        "near_critical": [
            {"key": i.key, "slack_working_days": q.a.timing[i.key].slack} for i in _nearly_critical(q)
        ],
    }


def _nearly_critical(q: Inquiry) -> tuple[Item, ...]:
    """Open items before go-live with a day or two of slack."""
    timing = q.a.timing
    near = [i for i in q.open_items if 0 < (timing[i.key].slack or 0) <= NEAR]
    return tuple(sorted(q.a.in_order(near), key=lambda i: timing[i.key].slack or 0))


def _step(q: Inquiry, item: Item) -> str:
    timing = q.a.timing[item.key]
    who = f"{q.w.owner(item)}, {q.w.state(item)}"
    away = off(q.w, item.key)
    return f"{q.w.named(item)}: {who}, {q.w.span(timing.start, timing.finish)}{away and ', ' + away}"


def _days_off(q: Inquiry, shown: Sequence[Item]) -> list[str]:
    """Who is away while the driving chain needs them, and the holidays it runs over."""
    chain = [*shown, *([q.a.go_live] if q.a.go_live else [])]
    said = [f"{off(q.w, i.key)} ({q.w.key(i)})" for i in chain if q.a.kept_from(i.key)]
    free = sorted({day for item in chain for day in q.a.free_days(item.key)})
    said += [f"nobody works {listed(free, 4, q.w.day)}"] if free else []
    return ["; ".join(said)] if said else []


def _ties(q: Inquiry) -> list[str]:
    said = [f"{listed(others, 3, q.w.key)} as much as {q.w.key(key)}" for key, others in q.a.ties.items()]
    return ["; ".join(said[:5])] if said else []


def _near(q: Inquiry) -> list[str]:
    near = _nearly_critical(q)
    days = {i.key: q.a.timing[i.key].slack or 0 for i in near}
    said = listed(near, 8, lambda i: f"{q.w.named(i)} {q.working_days(days[i.key])}, {q.w.owner(i)}")
    return [said] if near else []


def slack(q: Inquiry) -> Reply:
    """How much longer items may take, and what has next to no slack."""
    shown = q.items or tuple(q.plan.item[key] for key in q.a.critical)
    shown = tuple(item for item in shown if q.items or q.with_them(item))
    data = _data(q) | {"items": items_data(q.a, shown)}
    heading = None if q.items else "Without slack"
    return q.reply(
        f"slack{q.scope()}",
        data,
        (heading, q.item_lines(shown, lambda i: f"{q.w.named(i)}: {_slack(q, i)}")),
        (f"Nearly critical (1-{NEAR} working days)", _near(q) or ["none"]),
        ("Counted against", [f"{forecast(q.w)}."]),
    )


def _slack(q: Inquiry, item: Item) -> str:
    timing = q.a.timing.get(item.key)
    if timing is None:
        return q.w.closing(item)
    who = f"{q.w.owner(item)}, {q.w.state(item)}"
    when = q.w.span(timing.start, timing.finish)
    if item is q.a.go_live:
        return f"go-live itself, {q.w.day(timing.start)} at the earliest"
    if timing.slack is None:
        return f"go-live does not wait for it; {who}, earliest {when}"
    days = q.working_days(timing.slack) if timing.slack else "no slack, each day longer moves go-live"
    latest = q.a.latest_finish(item.key)
    last = f", {q.w.day(latest)} at the latest without moving go-live" if latest and timing.slack else ""
    return f"{days}; {who}, earliest {when}{last}"


# Single points of failure


@dataclass(slots=True)
class _Load:
    person: str
    owns: int = 0
    validates: int = 0
    critical: int = 0


def single_points(q: Inquiry) -> Reply:
    """Who owns and confirms how many open gates, how much of it critical, and who could take over."""
    loads = [load for load in _loads(q) if not q.of_somebody or load.person in q.people]
    data = {
        **forecast_data(q.plan, q.a),
        "people": [
            {
                "person": load.person,
                "owns": load.owns,
                "validates": load.validates,
                "owns_critical": load.critical,
                "backup": _backup(q, load.person),
            }
            for load in loads
        ],
    }
    return q.reply(
        f"who carries the open gates{q.scope()}",
        data,
        (None, _most(q, loads)),
        (
            "Open gates as owner / as validator / as owner on the critical path",
            q.lines(loads, lambda load: _load_line(q, load), lambda load: q.w.person(load.person)),
        ),
        ("At once, which the forecast does not model", _at_once(q)),
    )


def _loads(q: Inquiry) -> list[_Load]:
    """Everybody with an open gate, who owns most of the critical ones first."""
    found: dict[str, _Load] = {}
    critical = set(q.a.critical)
    for gate in q.a.open_gates:
        if gate.owner:
            load = found.setdefault(gate.owner, _Load(gate.owner))
            load.owns += 1
            load.critical += gate.key in critical
        if gate.validator:
            who = _validator(q, gate)
            found.setdefault(who, _Load(who)).validates += 1
    return sorted(found.values(), key=lambda x: (-x.critical, -x.owns - x.validates, q.w.person(x.person)))


def _validator(q: Inquiry, gate: Item) -> str:
    """Who confirms a gate; a role that only one person has is that person."""
    if gate.validator in q.plan.person:
        return gate.validator or ""
    holders = q.holders.get((gate.validator or "").strip().casefold(), ())
    return holders[0] if len(holders) == 1 else gate.validator or ""


def _backup(q: Inquiry, key: str) -> str | None:
    """Who could take over: the named backup, else who stands in."""
    person = q.plan.person.get(key)
    return (person.backup or person.deputy) if person else None


def _most(q: Inquiry, loads: list[_Load]) -> Iterator[str]:
    confirms = max(loads, key=lambda load: load.validates, default=None)
    if confirms is not None and confirms.validates:
        yield f"{_who(q, confirms)} confirms most open gates: {confirms.validates:,}."
    owns = max(loads, key=lambda load: load.critical, default=None)
    if owns is not None and owns.critical:
        all_ = count(len(q.a.critical), "item")
        yield f"{_who(q, owns)} owns most of the critical path: {owns.critical:,} of {all_}."
    if not loads:
        yield "Nobody carries an open gate."
    elif any(_backup(q, load.person) is None for load in loads):
        yield "Name a backup for them in the project file (backup: KEY), and load it again."


def _who(q: Inquiry, load: _Load) -> str:
    backup = _backup(q, load.person)
    person = q.plan.person.get(load.person)
    only = person is not None and not person.backup
    called = f"no backup, {q.w.person(backup)} as deputy" if only else f"backup {q.w.person(backup)}"
    return f"{q.w.person(load.person)} ({called if backup else 'no backup'})"


def _load_line(q: Inquiry, load: _Load) -> str:
    return f"{_who(q, load)}: {load.owns:,} / {load.validates:,} / {load.critical:,}"


def _at_once(q: Inquiry) -> list[str]:
    busy = [(who, most) for who, most in q.a.overloaded if not q.of_somebody or who in q.people]
    said = listed(busy, 4, lambda load: f"{q.w.person(load[0])} {load[1]:,} gates")
    return [said] if busy else []

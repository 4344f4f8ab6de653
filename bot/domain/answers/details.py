"""What is there to say about one item, and what has one person to do?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from bot.domain import decisions, states
from bot.domain.errors import NotFound
from bot.domain.plan import Event, Item, Person, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.schedule import CLOSED
from bot.domain.states import WORDS
from bot.domain.wording import Answer, Words, count, cut, sections

MOST_HISTORY = 8
# Kept for the arithmetic; the status beside it says as much to a person.
BOOKKEEPING = frozenset({"earlier_status", "done_on", "permalink"})


def item(plan: Plan, a: Assessment, key: str, events: Sequence[Event], as_of: datetime) -> Answer:
    """One item: where it stands, whose it is, what it waits for, what waits for it, and what happened."""
    found = plan.item.get(key)
    if found is None:
        raise NotFound(f"{plan.project.name} has no item {key}.")
    w = Words(a)
    resting = [x for x in plan.assumptions if key in x.items and not x.verified]
    return Answer(
        f"{w.named(found)}, as of {w.moment(as_of)}",
        sections(
            (None, [_where(w, found), _who(w, found)]),
            ("When", _when(w, found)),
            ("Done means", [cut(found.description, 300)] if found.description else []),
            ("Waits for", _needs(w, found)),
            ("Holds up", _holds(w, found)),
            ("Blockers", map(w.blocker_line, plan.open_blockers.get(key, ()))),
            ("Rests on", map(w.belief_in_full, resting)),
            ("Decided", (decisions.line(w, d) for d in plan.decisions if d.item == key)),
            ("History", (_event(w, event) for event in _newest(events))),
        ),
    )


def _where(w: Words, found: Item) -> str:
    kind = "a gate" if found.gate else "not a gate"
    area = f" in {cut(found.area, 60)}" if found.area else ""
    if w.a.standing[found.key] in CLOSED:
        return f"{_capital(w.closing(found))}; {kind}{area}."
    proof = f"; evidence: {cut(found.evidence, 200)}" if found.evidence else ""
    return f"{_capital(w.state(found))}; {kind}{area}{proof}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _who(w: Words, found: Item) -> str:
    return f"Owner: {w.owner(found)}. To confirm: {w.person(found.validator)}."


def _when(w: Words, found: Item) -> list[str]:
    timing = w.a.timing.get(found.key)
    if timing is None:
        return []
    days = w.span(timing.start, timing.finish)
    if found is w.a.go_live:
        return [f"{w.due(found)}; earliest {w.day(timing.start)}"]
    if timing.slack is None:
        return [f"{w.due(found)}; earliest {days}; go-live does not wait for it"]
    may, latest = count(timing.slack, "working day"), w.a.latest_finish(found.key)
    slack = f"may take {may} longer before go-live moves" if timing.slack else "each day longer moves go-live"
    last = f" ({w.day(latest)} at the latest)" if latest and timing.slack else ""
    return [f"{w.due(found)}; earliest {days}; {slack}{last}"]


def _needs(w: Words, found: Item) -> Iterator[str]:
    """What it needs that is open, and how many that are closed."""
    needed = [w.plan.item[key] for key in dict.fromkeys(found.depends_on) if key in w.plan.item]
    still = [need for need in needed if w.a.standing[need.key] not in CLOSED]
    for need in still:
        yield f"{w.named(need)}: {w.owner(need)}, {w.state(need)}"
    if len(needed) > len(still):
        yield f"{count(len(needed) - len(still), 'closed item')}"


def _holds(w: Words, found: Item) -> Iterator[str]:
    if found.key in w.a.timing:
        directly = [i.key for i in w.plan.items if found.key in i.depends_on and i.key in w.a.timing]
        gates = w.a.downstream.get(found.key, 0)
        if directly or gates:
            names = f"directly {len(directly):,}: {', '.join(map(w.key, directly[:10]))}" if directly else ""
            yield "; ".join(filter(None, [f"{count(gates, 'open gate')} in all" if gates else "", names]))


def _newest(events: Sequence[Event]) -> list[Event]:
    told = (event for event in events if event.change.field not in BOOKKEEPING)
    return sorted(told, key=lambda event: (event.revision, event.at), reverse=True)[:MOST_HISTORY]


def _event(w: Words, event: Event) -> str:
    """Who changed what, and when."""
    change = event.change
    who = w.user(event.actor) or event.actor.replace(":", " ", 1)
    if not change.field:
        return f"{w.moment(event.at)}, {who}: {'added' if change.before is None else 'removed'}"
    values = [_value(w, change.field, value) for value in (change.before, change.after)]
    _, _, why = event.act.partition(": ") if change.field == "status" else ("", "", "")
    reason = f" ({cut(why, 80)})" if why else ""
    return f"{w.moment(event.at)}, {who}: {change.field.replace('_', ' ')} {' → '.join(values)}{reason}"


def _value(w: Words, field: str, value: Any) -> str:
    if value is None or value == [] or value == "":
        return "none"
    if field in ("owner", "validator"):
        return w.person(str(value))
    if field == "status" and value in set(Status):
        return WORDS[Status(value)]
    if field == "due":
        return w.day(date.fromisoformat(value))
    if isinstance(value, dict):  # a waiver or a confirmation
        until = f", until {w.day(date.fromisoformat(value['until']))}" if value.get("until") else ""
        return f"{cut(str(value.get('why') or value.get('evidence')), 80)}{until}"
    if isinstance(value, list):
        return cut(", ".join(map(str, value)), 80)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else cut(str(value), 80)


def mine(plan: Plan, a: Assessment, person_key: str, as_of: datetime) -> Answer:
    """What one person has to do, to chase, to confirm and to find out."""
    w = Words(a)
    person = plan.person.get(person_key)
    if person is None:
        raise NotFound(f"{plan.project.name} does not name {person_key}.")
    own = a.in_order(i for i in plan.items if i.key in a.timing and i.owner == person_key)
    done = [i for i in own if a.standing[i.key] is Status.DONE]
    now = [i for i in own if a.startable(i)]
    stuck = [i for i in own if i not in done and i not in now]
    to_confirm, besides = _to_confirm(a, person)
    found = sections(
        ("To do now", map(w.line, now)),
        ("To confirm", map(w.line, to_confirm)),
        ("You may confirm, as may whoever is named", map(w.line, besides)),
        ("To chase", (w.blocker_line(b) for b in plan.blockers if b.open and b.owner == person_key)),
        ("To find out", map(w.belief_in_full, _beliefs_of(a, person_key))),
        ("Blocked, or waiting for others first", map(w.line, stuck)),
        ("Done, to be confirmed by others", map(w.line, done)),
    )
    nothing = sections((None, [f"Nothing open is with {w.person(person_key)}."]))
    return Answer(f"{w.project()}: {w.person(person_key)}, as of {w.moment(as_of)}", found or nothing)


def _to_confirm(a: Assessment, person: Person) -> tuple[list[Item], list[Item]]:
    """Done items this person is asked to confirm, and those they may confirm for somebody who is named.

    Asked is who is named, or has the role that is named; the lead where nobody is.
    """
    done = (i for i in a.plan.items if i.key in a.timing and a.standing[i.key] is Status.DONE)
    may = a.in_order(i for i in done if states.may_validate(a.plan, i, person))
    besides = [i for i in may if i.validator in a.plan.person and i.validator != person.key]
    return [i for i in may if i not in besides], besides


def _beliefs_of(a: Assessment, person_key: str) -> Iterable[Any]:
    return (x for x in a.plan.assumptions if x.open and x.owner == person_key)

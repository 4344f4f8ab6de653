"""What is somebody on the hook for: to do, to confirm, to clear and to find out?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.answers import guide
from bot.domain.answers.inquiry import Inquiry
from bot.domain.answers.values import items_data
from bot.domain.contacts import away_until
from bot.domain.plan import Blocker, Item, Status
from bot.domain.wording import Answer, Reply, count, cut, listed

OVERDUE = "overdue"
_PARTS = ("person", "owns", "validates", "blockers", "chases", "assumptions")


def items_of(q: Inquiry) -> Reply:
    """All that is open with one person, or with a party's people."""
    if not q.of_somebody:
        said = f"Say whose: “what does {guide.somebody(q.a)} have?”, “my items”."
        return Reply(Answer(said, ()), {part: None if part == "person" else [] for part in _PARTS})
    owns = [i for i in q.open_items if i.owner in q.people and _wanted(q, i)]
    confirms = [i for i in q.open_items if q.confirms(i) and _wanted(q, i)]
    confirms.sort(key=lambda i: q.a.standing[i.key] is not Status.DONE)
    on_them = [b for b in q.plan.blockers if b.open and q.waits_on_them(b) and q.about(b.item)]
    chases = [b for b in q.plan.blockers if b.open and b.owner in q.people and q.about(b.item)]
    beliefs = [x for x in q.plan.assumptions if x.open and x.owner in q.people and _rests(q, x.items)]
    data: dict[str, Any] = {
        "person": q.meaning.people[0] if q.meaning.people else None,
        "owns": items_data(q.a, owns),
        "validates": items_data(q.a, confirms),
        "blockers": [b.id for b in on_them],
        "chases": [b.id for b in chases],
        "assumptions": [x.id for x in beliefs],
    }
    parts = [
        *_owned(q, owns),
        (f"To confirm {len(confirms):,}", q.item_lines(confirms, lambda i: _confirm(q, i))),
    ]
    if q.asked.topic == "to_validate":
        parts.reverse()
    idle = [] if owns or confirms or on_them or beliefs or chases else ["Nothing open."]
    return q.reply(
        f"{q.who()}, {_number(owns, confirms)}{_limits(q)}",
        data,
        (None, [*_away(q), *idle]),
        *parts,
        ("Blockers that wait for them", q.lines(on_them, lambda b: _waits(q, b), lambda b: b.id)),
        ("To chase", _chased(q, chases)),
        ("To find out", q.lines(beliefs, q.w.belief_in_full, lambda x: x.id)),
    )


def _owned(q: Inquiry, owns: Sequence[Item]) -> list[tuple[str, Iterator[str]]]:
    """What they own; asked about today, what of it can be worked on and what has to wait."""
    window = q.meaning.window
    if window is None or not (window.start == window.end == q.today):
        return [(f"Owns {len(owns):,}", q.item_lines(owns, q.short_line))]
    now = [item for item in owns if q.a.startable(item)]
    done = [item for item in owns if q.a.standing[item.key] is Status.DONE]
    waits = [item for item in owns if item not in now and item not in done]
    return [
        (f"Can be worked on today {len(now):,}", q.item_lines(now, q.short_line)),
        (f"Has to wait {len(waits):,}", q.item_lines(waits, q.short_line)),
        (f"Done, to be confirmed by others {len(done):,}", q.item_lines(done, q.short_line)),
    ]


def _chased(q: Inquiry, chases: Sequence[Blocker]) -> list[str]:
    said = listed(chases, 8, lambda b: f"{b.id} {q.w.key(b.item or 'the project')}")
    return [said] if chases else []


def _wanted(q: Inquiry, item: Item) -> bool:
    """Among the items and the days that were asked about; or late, when that was asked."""
    if q.asked.slots.window == OVERDUE:
        return q.about(item.key) and item.due is not None and item.due < q.today
    return q.about(item.key) and q.within(item.due)


def _rests(q: Inquiry, keys: Sequence[str]) -> bool:
    return not q.items or any(q.about(key) for key in keys)


def _number(owns: Sequence[Item], confirms: Sequence[Item]) -> str:
    return f"{count(len(owns), 'item')} to do, {len(confirms):,} to confirm"


def _limits(q: Inquiry) -> str:
    late = " (overdue)" if q.asked.slots.window == OVERDUE else ""
    return late or (f" ({q.days(q.window)})" if q.window else "")


def _away(q: Inquiry) -> Iterator[str]:
    """That somebody is not there, and who stands in."""
    for key in q.meaning.people:
        person = q.plan.person.get(key)
        until = away_until(person, q.today) if person else None
        if person is not None and until is not None:
            deputy = f"{q.w.person(person.deputy)} stands in" if person.deputy else "nobody stands in"
            yield f"{q.w.person(key)} is away until {q.w.day(until)}; {deputy}."


def _confirm(q: Inquiry, item: Item) -> str:
    if q.a.standing[item.key] is Status.DONE:
        return f"{q.w.named(item)}: done by {q.w.person(item.owner)}, waits for it now, {q.w.due(item)}"
    return q.short_line(item)


def _waits(q: Inquiry, blocker: Blocker) -> str:
    asked = q.parties.asked(blocker)
    named = asked is not None and asked.key in q.people and q.parties.names(blocker, asked)
    whom = "named" if named else f"{cut(blocker.waiting_on or '', 60)}, nobody named: say who"
    on = f" {q.w.key(blocker.item)}" if blocker.item else ""
    return f"{blocker.id}{on}: {cut(blocker.text, 120)}; {whom}; {q.w.age(blocker.raised)}"

"""Whose is an item, and how is it with it?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.domain.answers import details, guide
from bot.domain.answers.by_day import asked_day, item_by, on_time
from bot.domain.answers.inquiry import Inquiry
from bot.domain.answers.values import proof_data
from bot.domain.plan import Item, Status
from bot.domain.readiness import evidence
from bot.domain.schedule import CLOSED
from bot.domain.wording import Answer, Reply, cut, listed, sections

WHICH = "Say which item, by its key or a word of its title: “{}”."


def owner_of(q: Inquiry) -> Reply:
    """Who owns an item, who confirms it, and who could take over."""
    found = _found(q)
    data = {"items": [_data(q, item, feeds) for item, feeds in found]}
    if not found:
        return Reply(Answer(WHICH.format(f"who owns {guide.an_item(q.a)}?"), ()), data)
    nobody = [item for item, _ in found if not item.owner and item.key in q.a.timing]
    mend = [f"/golive own {nobody[0].key} @somebody"] if nobody else []
    lines = q.item_lines([item for item, _ in found], lambda item: _whose(q, item))
    return q.reply(
        f"who has {listed(q.items, 3, q.w.key)}", data, (None, lines), ("Give it to somebody", mend)
    )


def _found(q: Inquiry) -> list[tuple[Item, list[str]]]:
    """The items asked about, each with the open ones that wait for it directly."""
    wanted = {item.key for item in q.items}
    feeds: dict[str, list[str]] = {key: [] for key in wanted}
    for item in q.open_items:
        for key in wanted.intersection(item.depends_on):
            feeds[key].append(item.key)
    return [(item, feeds[item.key]) for item in q.items]


def _whose(q: Inquiry, item: Item) -> str:
    backup = _backup(q, item)
    role = f", to be had by {cut(item.owner_role, 40)}" if item.owner_role and not item.owner else ""
    covers = f" (backup {q.w.person(backup)})" if backup else " (no backup)" if item.owner else ""
    owns = f"{q.w.person(item.owner)}{covers} owns it{role}"
    confirms = f"{q.w.person(item.validator)} confirms it{_vacant(q, item)}"
    when = f", {q.w.due(item)}" if item.key in q.a.timing else ""
    return f"{q.w.named(item)}: {owns}, {confirms}; {q.state(item)}{when}"


def _vacant(q: Inquiry, item: Item) -> str:
    """That whoever is to confirm it is a role, and nobody has it."""
    role = item.validator
    if role is None or role in q.plan.person or q.holders.get(role.strip().casefold()):
        return ""
    mend = f": /golive role {cut(role, 60)} @person" if item.key in q.a.timing else ""
    return f" (nobody here has that role{mend})"


def _backup(q: Inquiry, item: Item) -> str | None:
    owner = q.plan.person.get(item.owner or "")
    return (owner.backup or owner.deputy) if owner else None


def _data(q: Inquiry, item: Item, feeds: Sequence[str]) -> dict[str, Any]:
    """An item with all that hangs on it."""
    return {
        **proof_data(q.a, item),
        "backup": _backup(q, item),
        "blockers": [b.id for b in q.plan.open_blockers.get(item.key, ())],
        "waits_for": [key for key in dict.fromkeys(item.depends_on) if key in q.a.timing],
        "holds": list(feeds) if item.key in q.a.timing else [],
        "downstream_gates": q.a.downstream.get(item.key, 0),
        "on_critical_path": item.key in q.a.timing and q.a.timing[item.key].slack == 0,
    }


def status_of(q: Inquiry) -> Reply:
    """How it is with an item: one in full, several in a line each."""
    found = _found(q)
    data = {"items": [_data(q, item, feeds) for item, feeds in found]}
    if not found:
        return Reply(Answer(WHICH.format(f"how is {guide.an_item(q.a)}?"), ()), data)
    until = _day_ahead(q)
    for row, (item, _) in zip(data["items"], found, strict=True):
        row["on_time"] = on_time(q, item, until)
    if len(found) == 1:
        return Reply(_one(q, found[0][0]), data)
    lines = q.item_lines(
        [item for item, _ in found], lambda item: item_by(q, item, until) if until else _line(q, item)
    )
    return q.reply(f"how it is with {listed(q.items, 3, q.w.key)}", data, (None, lines))


def _one(q: Inquiry, item: Item) -> Answer:
    events = [e for e in q.facts.events if e.change.entity == "item" and e.change.key == item.key]
    until = _day_ahead(q)
    first = item_by(q, item, until) if until else _verdict(q, item)
    said = details.item(q.plan, q.a, item.key, events, q.as_of)
    return Answer(said.title, (*sections((None, [first])), *said.sections))


def _day_ahead(q: Inquiry) -> date | None:
    """The day by which an item was asked about, if that is still to come."""
    until = asked_day(q)
    return until if until is not None and until > q.today else None


def _verdict(q: Inquiry, item: Item) -> str:
    """Yes or no, in the first words; what it waits for and since when is said below."""
    status = q.a.standing[item.key]
    if status in CLOSED:
        return "Yes, validated." if status is Status.VALIDATED else _waived(q, item)
    finish, unknown = q.w.day(q.a.timing[item.key].finish), _unknown(q, item)
    earliest = f"no earlier than {finish}: {unknown}" if unknown else f"{finish} at the earliest"
    if status is Status.DONE:
        shows = "" if evidence(item) else ", without evidence"
        return f"Its owner says so{shows}; not confirmed yet, which can be {finish}."
    if status is Status.BLOCKED:
        return f"No, it is blocked; {earliest}."
    if q.a.startable(item):
        how = "is under way" if status is Status.DOING else "can start now"
        return f"Not yet, it {how}; {earliest}."
    waits = _waits_for(q, item)
    on = f", it waits for {waits}" if waits else ""
    return f"Not yet{on}; {earliest}."


def _waived(q: Inquiry, item: Item) -> str:
    """Let through; and whether it is open again before go-live."""
    until = item.waived.until if item.waived else None
    if until is None:
        return "Waived: go-live does not wait for it."
    if q.a.live or until >= q.a.forecast:
        return f"Waived until {q.w.day(until)}: go-live does not wait for it until then."
    return (
        f"Waived, but only until {q.w.day(until)}: it is open again before go-live, which is forecast for "
        f"{q.w.day(q.a.forecast)}."
    )


def _unknown(q: Inquiry, item: Item) -> str:
    """The blockers under it of which nobody says when they clear."""
    found = q.a.unknown_under(item.key)
    verb = "has" if len(found) == 1 else "have"
    return f"{listed(found, 3, lambda b: b.id)} {verb} no clear date" if found else ""


def _waits_for(q: Inquiry, item: Item) -> str:
    return listed([key for key in dict.fromkeys(item.depends_on) if key in q.a.timing], 3, q.w.key)


def _line(q: Inquiry, item: Item) -> str:
    if item.key not in q.a.timing:
        return f"{q.w.named(item)}: {q.w.closing(item)}"
    timing = q.a.timing[item.key]
    waits, unknown = _waits_for(q, item), _unknown(q, item)
    finish = q.w.day(timing.finish)
    said = [
        q.w.owner(item),
        q.w.state(item),
        f"waits for {waits}" if waits else "",
        q.w.due(item),
        f"finished no earlier than {finish} ({unknown})" if unknown else f"earliest finish {finish}",
        q.w.slack(item),
    ]
    return f"{q.w.named(item)}: {', '.join(filter(None, said))}"

"""A blocker, the ways it may change, and who may change it."""

# The README draws the life of a blocker; keep the drawing like this module.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.domain import permissions, states
from bot.domain.errors import NotFound, Refused
from bot.domain.permissions import About, Asking
from bot.domain.plan import Blocker, Item, Plan, Status

CLOSED = (Status.VALIDATED, Status.WAIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a person says about a blocker in the form; `text` None where it is to stay."""

    text: str | None
    item: str | None = None
    waiting_on: str | None = None
    expected_clear: date | None = None


def next_id(plan: Plan) -> str:
    """The first number never used in this project: a retracted blocker keeps its own."""
    numbers = [int(b.id[1:]) for b in plan.blockers if b.id[:1] == "B" and b.id[1:].isdigit()]
    return f"B{max(numbers, default=0) + 1}"


def opened(plan: Plan, blocker: Blocker, today: date) -> Plan:
    """The plan with this blocker on it, and the item it holds up blocked."""
    return _hold(replace(plan, blockers=(*plan.blockers, blocker)), blocker.item, today)


def cleared(plan: Plan, id: str, today: date) -> Plan:
    """It is over: the item gets its earlier status back when nothing else holds it up."""
    blocker = plan.blocker[id]
    if not blocker.open:
        return plan
    return _changed(plan, replace(blocker, status="cleared", cleared_on=today), today)


def retracted(plan: Plan, id: str, today: date) -> Plan:
    """It never was one: said by mistake, or its message is gone."""
    blocker = plan.blocker[id]
    if blocker.status == "retracted":
        return plan
    return _changed(plan, replace(blocker, status="retracted", cleared_on=None), today)


def edited(plan: Plan, id: str, fields: Mapping[str, Any], today: date) -> Plan:
    """With these fields said otherwise. Naming another item frees the first one."""
    return _changed(plan, replace(plan.blocker[id], **fields), today)


def same(plan: Plan, text: str, item: str | None, by: str) -> Blocker | None:
    """The open blocker this person already reported in these words, on this item."""
    said = _folded(text)
    for blocker in plan.blockers:
        if (
            blocker.open
            and blocker.item == item
            and blocker.raised_by == by
            and _folded(blocker.text) == said
        ):
            return blocker
    return None


def find(plan: Plan, id: str) -> Blocker:
    """The blocker called so, however it is written (`b9`)."""
    found = plan.blocker.get(id.strip().upper())
    if found is None:
        raise NotFound(f"There is no blocker `{id.strip().upper()}` here. `/golive blockers` lists them.")
    return found


def may_change(plan: Plan, blocker: Blocker, by: Asking) -> bool:
    """Who said it, who chases it, who owns the item, and the lead; or whom the project names instead."""
    return permissions.may(plan, "correct", by, About(blocker=blocker, author=blocker.raised_by))


def refuse_others(plan: Plan, blocker: Blocker, by: Asking) -> None:
    if not may_change(plan, blocker, by):
        about = About(blocker=blocker, author=blocker.raised_by)
        who = permissions.who_may(plan, "correct", about)
        raise Refused(
            f"{blocker.id} can be changed by {who}. Tell one of them in the thread what is wrong with it."
        )


def holds_nothing_up(item: Item) -> bool:
    """A blocker on a closed item counts for nothing."""
    return item.status in CLOSED


def _changed(plan: Plan, blocker: Blocker, today: date) -> Plan:
    before = plan.blocker[blocker.id]
    after = replace(plan, blockers=tuple(blocker if b.id == blocker.id else b for b in plan.blockers))
    held, holds = before.item if before.open else None, blocker.item if blocker.open else None
    if holds is not None and holds != held:
        after = _hold(after, holds, today)
    if held is not None and held != holds:
        after = states.unblocked(after, held)
    return after


def _hold(plan: Plan, key: str | None, today: date) -> Plan:
    if key is None or key not in plan.item:
        return plan
    return states.with_item(plan, states.blocked(plan.item[key], today))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())

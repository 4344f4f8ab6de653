"""How is a proposal kept until it is ticked, and what may a person correct in it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from bot.domain.callnotes.values import BLOCKER, DUE, ITEM, KINDS, LONGEST, OWNER, Proposal
from bot.domain.dates import refuse_past
from bot.domain.errors import Invalid, NotFound
from bot.domain.plan import Plan

SOUGHT = (OWNER, DUE)  # what is said of an item that is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the form says: `owner` is a person key, `user` a Slack user who is to join the project."""

    kind: str
    text: str
    item: str | None = None
    owner: str | None = None
    user: str | None = None
    day: date | None = None
    waiting_on: str | None = None


def corrected(was: Proposal, said: Correction, plan: Plan, today: date) -> Proposal:
    """The proposal as the person has it, with nothing unsure about it any more."""
    text = " ".join(said.text.split())
    kind = said.kind
    if kind not in KINDS:
        raise Invalid("Say what it is: an item, a blocker, a decision or an assumption.", field="kind")
    if not text:
        raise Invalid("Say it in a few words.", field="text")
    if len(text) > LONGEST.get(kind, 300):
        raise Invalid(f"Say it in at most {LONGEST.get(kind, 300):,} characters.", field="text")
    if said.item is not None and said.item not in plan.item:
        raise NotFound(f"There is no item `{said.item}` any more. Choose another one.")
    if said.owner is not None and said.owner not in plan.person:
        raise NotFound("That person is not in the project any more. Choose somebody else.")
    if said.day is not None and said.day != was.day:
        refuse_past(said.day, today, field="day")
    if kind == ITEM and said.item is not None:
        kind = OWNER if said.owner or said.user else DUE  # work on an item that is there
    if kind in SOUGHT and said.item is None:
        kind = ITEM
    return replace(
        was,
        kind=kind,
        text=plan.item[said.item].title if kind in SOUGHT and said.item else text,
        item=said.item,
        owner=None if said.user else said.owner,
        user=said.user,
        who=None,
        day=said.day,
        waiting_on=(said.waiting_on or None) if kind == BLOCKER else None,
        doubts=(),
        already=None,
    )


def as_json(proposal: Proposal) -> dict[str, Any]:
    """Plain JSON values, all fields."""
    said = asdict(proposal)
    return {
        **said,
        "day": proposal.day.isoformat() if proposal.day else None,
        "doubts": list(proposal.doubts),
    }


def from_json(data: Mapping[str, Any]) -> Proposal:
    """The proposal that `as_json` wrote."""
    said = dict(data)
    day = said.pop("day")
    return Proposal(**{**said, "doubts": tuple(said["doubts"])}, day=date.fromisoformat(day) if day else None)

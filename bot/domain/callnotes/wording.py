"""How is one thing that the notes of a call propose told in a line?"""

from __future__ import annotations

from datetime import date

from bot.domain.callnotes.values import ASSUMPTION, BLOCKER, DECISION, DUE, ITEM, OWNER, Proposal
from bot.domain.plan import Plan
from bot.domain.wording import cut

NAMES = {
    ITEM: "New item",
    OWNER: "Owner",
    DUE: "Date",
    BLOCKER: "Blocker",
    DECISION: "Decision",
    ASSUMPTION: "Assumption",
}
_WHEN = {ITEM: "due", OWNER: "due", DUE: "due", BLOCKER: "clears", DECISION: "", ASSUMPTION: "known by"}


def head(proposal: Proposal) -> str:
    """What it is, and its words."""
    if proposal.kind in (OWNER, DUE) and proposal.item:
        return f"{NAMES[proposal.kind]} of {proposal.item}: {proposal.text}"
    return f"{NAMES[proposal.kind]}: {proposal.text}"


def detail(proposal: Proposal, plan: Plan) -> str:
    """Whose, by when, about what; and what of it is not sure."""
    parts = [_who(proposal, plan)]
    if proposal.kind in (BLOCKER, DECISION, ASSUMPTION) and proposal.item:
        parts.append(f"on {proposal.item}")
    if proposal.waiting_on:
        parts.append(f"waits on {cut(proposal.waiting_on, 40)}")
    if proposal.day:
        parts.append(f"{_WHEN[proposal.kind]} {day(proposal.day)}".strip())
    said = ", ".join(filter(None, parts))
    if proposal.already:
        said = f"{said}; already so: {proposal.already}" if said else f"already so: {proposal.already}"
    if proposal.doubts:
        doubts = f"unsure: {'; '.join(proposal.doubts)}"
        said = f"{doubts}; {said}" if said else doubts
    return said or "nobody has it, no date" if proposal.kind == ITEM else said


def line(proposal: Proposal, plan: Plan) -> str:
    """All of it, in one line."""
    more = detail(proposal, plan)
    return f"{head(proposal)} ({more})" if more else head(proposal)


def day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b} {on.year}"


def _who(proposal: Proposal, plan: Plan) -> str:
    person = plan.person.get(proposal.owner or "")
    if person is not None:
        return person.name
    if proposal.user:
        return f"<@{proposal.user}>"
    return f"{proposal.who}?" if proposal.who and not proposal.doubts else ""

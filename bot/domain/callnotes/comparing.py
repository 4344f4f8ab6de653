"""Does a project have it already, what the notes of a call propose?"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.callnotes.values import ASSUMPTION, BLOCKER, DECISION, Proposal
from bot.domain.callnotes.which import alike, shared
from bot.domain.plan import Plan


class Stored:
    """What is stored of one plan, to be compared with."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def told(self, proposal: Proposal) -> Proposal:
        """The same, with the name of what says it already."""
        if proposal.already is not None:
            return proposal
        known = {BLOCKER: self._blocker, DECISION: self._decision, ASSUMPTION: self._assumption}
        find = known.get(proposal.kind)
        return replace(proposal, already=find(proposal)) if find else proposal

    def _blocker(self, proposal: Proposal) -> str | None:
        """An open one in nearly the same words, or one on the same item that waits on the same."""
        for blocker in self._plan.blockers:
            if not blocker.open:
                continue
            here = proposal.item in (None, blocker.item)
            if here and alike(blocker.text, proposal.text):
                return blocker.id
            waits = shared(blocker.waiting_on or "", proposal.waiting_on or "")[1]
            same = proposal.item is not None and here
            if waits and here and (same or shared(blocker.text, proposal.text)[0] >= 2):
                return blocker.id
        return None

    def _decision(self, proposal: Proposal) -> str | None:
        return next((d.id for d in self._plan.decisions if alike(d.text, proposal.text)), None)

    def _assumption(self, proposal: Proposal) -> str | None:
        found = (a.id for a in self._plan.assumptions if a.open and alike(a.text, proposal.text))
        return next(found, None)

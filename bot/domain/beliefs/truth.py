"""What rests on an assumption, who may say whether it is true, and what follows once that is known?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.domain import permissions, states
from bot.domain.errors import Invalid, NotFound, Refused
from bot.domain.permissions import About, Asking, Role
from bot.domain.plan import Assumption, Finding, Item, Plan, Status
from bot.domain.readiness import standing
from bot.domain.schedule import CLOSED, arrows, find_cycle
from bot.domain.states import Said

LISTED = "`/golive assumptions` lists them."


def find(plan: Plan, word: str) -> Assumption:
    """The assumption called so, however it is written (`a3`)."""
    id = belief_id(plan, word)
    if id is None:
        shown = word.strip()[:40].replace("`", "'")
        raise NotFound(f"There is no assumption `{shown.upper() or '…'}` here. {LISTED}")
    return next(belief for belief in plan.assumptions if belief.id == id)


def belief_id(plan: Plan, word: str) -> str | None:
    """The id that is meant; None when no assumption is called so."""
    said = word.strip().strip("#:,.").casefold()
    return next((belief.id for belief in plan.assumptions if belief.id.casefold() == said), None)


def next_id(plan: Plan) -> str:
    """The first number that is higher than all."""
    numbers = [int(b.id[1:]) for b in plan.assumptions if b.id[:1] == "A" and b.id[1:].isdecimal()]
    return f"A{max(numbers, default=0) + 1}"


def same(plan: Plan, text: str) -> Assumption | None:
    """The open assumption that says the same."""
    said = " ".join(text.casefold().split())
    return next((b for b in plan.assumptions if b.open and " ".join(b.text.casefold().split()) == said), None)


def with_belief(plan: Plan, belief: Assumption) -> Plan:
    """The plan with this assumption in the place of the one of the same id, or as its last."""
    if any(each.id == belief.id for each in plan.assumptions):
        return replace(
            plan, assumptions=tuple(belief if each.id == belief.id else each for each in plan.assumptions)
        )
    return replace(plan, assumptions=(*plan.assumptions, belief))


# Who, and whether it is true


def finds_out(plan: Plan, belief: Assumption, by: Asking) -> bool:
    """Whose word counts. Where nobody is named whose it could be, any member's."""
    return _may(plan, "verify", belief, by)


def _may(plan: Plan, act: str, belief: Assumption, by: Asking) -> bool:
    roles = _where_nobody_is_named(plan, belief, by)
    return permissions.may(plan, act, by, About(belief=belief, roles=roles))


def _where_nobody_is_named(plan: Plan, belief: Assumption, by: Asking) -> frozenset[Role]:
    """Then any member is as good as whoever should find out."""
    resting = [plan.item[key] for key in belief.items if key in plan.item]
    named = belief.owner or states.lead(plan) or any(item.validator for item in resting)
    return frozenset() if named or by.outside else frozenset({Role.OWNER})


def verified(plan: Plan, id: str, by: Asking, said: Said) -> Plan:
    """It is true; the very same plan when that is known already."""
    belief = find(plan, id)
    _refuse_strangers(plan, belief, by, "verify")
    if belief.verified:
        return plan
    if belief.refuted:
        raise Refused(
            f"{belief.id} was found to be false. If that was wrong, open it first: "
            f"`/golive reopen {belief.id} why`."
        )
    if not said.evidence:
        raise Invalid(
            f"Say what shows that it is true: `/golive verify {belief.id} what you saw, or a link`."
        )
    finding = _finding(True, by.key, said, said.evidence)
    return with_belief(plan, replace(belief, verified=True, finding=finding))


def refuted(plan: Plan, id: str, by: Asking, said: Said) -> Plan:
    """It is false, so what was done or validated on it is taken up again; the very same plan when that is
    known already."""
    belief = find(plan, id)
    _refuse_strangers(plan, belief, by, "refute")
    if belief.refuted:
        return plan
    if not said.why:
        raise Invalid(f"Say what shows that it is false: `/golive refute {belief.id} why`.")
    finding = _finding(False, by.key, said, said.why)
    after = with_belief(plan, replace(belief, verified=False, finding=finding))
    return states.reopened(after, [item.key for item in fallen(plan, belief, said.today)], said.today)


def reopened(plan: Plan, id: str, by: Asking, said: Said) -> Plan:
    """Nobody knows any more. What was taken up again because of it stays so."""
    belief = find(plan, id)
    _refuse_strangers(plan, belief, by, "unsettle")
    if belief.open:
        raise Refused(f"{belief.id} is open: nobody has found out yet. There is nothing to reopen.")
    if not said.why:
        raise Invalid(f"Say why, so that others understand: `/golive reopen {belief.id} why`.")
    return with_belief(plan, replace(belief, verified=False, finding=None))


def fallen(plan: Plan, belief: Assumption, today: date) -> tuple[Item, ...]:
    """What was done on it, and has to be taken up again if it is false."""
    resting = (plan.item[key] for key in belief.items if key in plan.item)
    return tuple(item for item in resting if standing(item, today) in (Status.DONE, Status.VALIDATED))


def proven_now(plan: Plan, belief: Assumption) -> bool:
    """What was to show whether it is true is validated."""
    proof = plan.item.get(belief.proven_by or "")
    return belief.open and proof is not None and proof.status is Status.VALIDATED


def proven_with(plan: Plan, key: str) -> tuple[Assumption, ...]:
    """The open ones that an item shows the truth of."""
    return tuple(belief for belief in plan.assumptions if belief.open and belief.proven_by == key)


def _finding(true: bool, by: str | None, said: Said, evidence: str | None) -> Finding:
    return Finding(true=true, by=by, at=said.at, evidence=evidence, permalink=said.permalink)


def _refuse_strangers(plan: Plan, belief: Assumption, by: Asking, act: str) -> None:
    if not _may(plan, act, belief, by):
        raise Refused(permissions.refusal(plan, act, by, About(belief=belief)))


# What fell


def shaken(before: Plan, after: Plan) -> tuple[Item, ...]:
    """The items, as they were, that were done or validated and have to be done or confirmed again."""
    found = []
    for item in before.items:
        now = after.item.get(item.key)
        if now is None or now is item or now.status is item.status:
            continue
        down = item.status is Status.VALIDATED and now.status not in CLOSED
        if down or (item.status is Status.DONE and now.status not in (*CLOSED, Status.DONE)):
            found.append(item)
    return tuple(found)


# What proves what


def proof_ring(plan: Plan) -> tuple[str, ...] | None:
    """Items that wait for each other once what rests on an assumption waits for what proves it. The plan
    itself has no ring."""
    proven = [belief for belief in plan.assumptions if belief.proven_by and belief.items]
    if not proven:
        return None
    waits: dict[str, Sequence[str]] = dict(arrows(plan))
    for belief in proven:
        for key in belief.items:
            waits[key] = (*waits.get(key, ()), belief.proven_by or "")
    return find_cycle(waits)


def proof_ring_said(ring: Sequence[str], plan: Plan) -> str:
    """The ring item by item, with each step that no arrow shows explained."""
    waits = arrows(plan)
    said = [
        f"{key} rests on {belief.id}, which {need} proves"
        for key, need in zip(ring, (*ring[1:], ring[0]), strict=True)
        if need not in waits.get(key, ())
        for belief in list(_proven_so(plan, key, need))[:1]
    ]
    return f"{' → '.join((*ring, ring[0]))} ({'; '.join(said)})"


def in_ring(ring: Sequence[str], plan: Plan) -> Assumption:
    """An assumption that closes the ring."""
    steps = zip(ring, (*ring[1:], ring[0]), strict=True)
    return next(belief for key, need in steps for belief in _proven_so(plan, key, need))


def _proven_so(plan: Plan, key: str, need: str) -> Iterator[Assumption]:
    return (b for b in plan.assumptions if b.proven_by == need and key in b.items)

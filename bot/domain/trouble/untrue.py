"""What does a plan say that cannot be, or will not be by go-live?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain import states
from bot.domain.plan import Assumption, Item, Status
from bot.domain.readiness import Contradiction, hypercare
from bot.domain.trouble.look import Look, Trouble, people_of
from bot.domain.wording import count, cut

LINKED = 4  # unlinked gates stand out while they are less than one in so many
_DATES = 0.25  # of what hangs on an item, how much hangs on its date being in the right order


def _impossible(look: Look) -> Iterator[Trouble]:
    """Due dates from today on that lie before the earliest day the item can be finished."""
    late = [i for i in look.a.in_order(look.open_items) if look.a.due_impossible(i)]
    late = [i for i in late if i is not look.a.go_live and look.a.before_or_go_live(i.key)]
    if not late:
        return
    first = min(late, key=lambda i: (look.a.timing[i.key].slack or 0, i.due or date.max))
    finish = look.a.timing[first.key].finish
    dates = f"{count(len(late), 'due date')} can no longer be met"
    more = ", then the others" if len(late) > 1 else ""
    yield Trouble(
        kind="due_impossible",
        keys=tuple(item.key for item in late),
        reason=f"{dates}, worst {look.w.named(first)}: {_due(look, first)}, earliest {look.w.day(finish)}",
        act=f"Say the day that can be: `/golive due {first.key} {look.w.short(finish)}`{more}",
        stake=look.most(item.key for item in late),
        facts=tuple(f"{item.key} {item.due}" for item in late),
        people=people_of(*(item.owner for item in late)),
    )


def _due(look: Look, item: Item) -> str:
    return f"due {look.w.day(item.due)}" if item.due else "no due date"


def _contradictory(look: Look) -> Iterator[Trouble]:
    """Statements of the plan that cannot all be meant, where they still matter."""
    for found in look.a.contradictions:
        items = [look.plan.item[key] for key in found.keys]
        in_play = [item for item in items if item.key in look.a.timing]
        if found.kind == "due_before_dependency" and len(in_play) < len(items):
            continue
        if not in_play:
            continue
        reason, act = _contradiction(look, found, items)
        yield Trouble(
            kind=found.kind,
            keys=found.keys,
            reason=reason,
            act=act,
            stake=look.most(item.key for item in in_play) * (_DATES if "due" in found.kind else 1),
            facts=(*found.keys, *(f"{item.due}" for item in items if "due" in found.kind)),
            people=people_of(*(item.owner for item in items)),
        )


def _contradiction(look: Look, found: Contradiction, items: Sequence[Item]) -> tuple[str, str]:
    w, item, last = look.w, items[0], items[-1]
    if found.kind == "open_blocker_not_blocked":
        ids = ", ".join(b.id for b in look.plan.open_blockers.get(item.key, ()))
        who = w.person(item.owner) if item.owner else "the lead"
        return (
            f"{w.named(item)} is {w.state(item).split(',')[0]}, though {ids} is open on it",
            f"Ask {who}: over (`/golive unblock {item.key}`), or does it still hold it up?",
        )
    if found.kind == "done_before_dependency":
        done = look.a.standing[last.key] is Status.DONE
        who = (states.who_confirms(look.plan, last) if done else None) or w.person(last.owner)
        state = "not confirmed yet" if done else w.state(last)
        return (
            f"{w.named(item)} counts as done, but {w.named(last)}, which it needs, is {state}",
            f"Ask {who} to settle {w.key(last)} first, or take it up again: `/golive reopen {item.key} why`",
        )
    if found.kind == "due_before_dependency":
        day = max(last.due or look.a.today, look.a.timing[item.key].finish)
        return (
            f"{w.named(item)} is due {w.day(item.due or day)}, before {w.key(last)}, which it needs, "
            f"on {w.day(last.due or day)}",
            f"Put it behind: `/golive due {item.key} {w.short(day)}` or later",
        )
    return (
        f"{w.named(item)} would be confirmed by {w.person(item.owner)}, who owns it",
        f"Name somebody else: `/golive validator {item.key} @person`",
    )


def _unlinked(look: Look) -> Iterator[Trouble]:
    """A few gates without a way to go-live, where nearly all have one; a plan without arrows is left be."""
    keys, gates = look.a.unlinked, look.a.open_gates
    if not keys or len(keys) * LINKED > len(gates) or look.a.go_live is None:
        return
    what = "it counts all the same" if len(keys) == 1 else "they count all the same"
    live = look.a.go_live
    yield Trouble(
        kind="unlinked",
        keys=keys,
        reason=f"No arrow leads from {look.keys(keys)} to go-live: {what}, but nothing planned waits for it",
        act=f'Say what needs it, or draw the arrow: `/golive add "{live.title}" after {keys[0]}`',
        stake=look.most(keys),
        facts=keys,
        people=people_of(*(look.plan.item[key].owner for key in keys)),
    )


def _waivers(look: Look) -> Iterator[Trouble]:
    """A gate let through until a day before the forecast counts again by then."""
    for key in look.a.waivers_ending:
        item = look.plan.item[key]
        assert item.waived is not None
        assert item.waived.until is not None
        until, who = item.waived.until, states.decider(look.plan) or states.lead(look.plan)
        yield Trouble(
            kind="waiver_ending",
            keys=(key,),
            reason=f"The waiver of {look.w.named(item)} ends {look.w.day(until)}, before go-live on "
            f"{look.w.day(look.a.forecast)}",
            act=f"Finish it, or ask {look.w.person(who) if who else 'the decider'} to decide again: "
            f"`/golive reopen {key} why`, then `/golive waive {key} why until DATE`",
            stake=20,
            facts=(key, until.isoformat()),
            people=people_of(item.owner, who),
        )


def _beliefs(look: Look) -> Iterator[Trouble]:
    """Nobody knows whether it is true, and a validated gate rests on it."""
    for belief in look.plan.assumptions:
        keys = [key for key in belief.items if _is_validated_gate(look, key)]
        if not belief.open or not keys:
            continue
        yield Trouble(
            kind="belief_under_validated",
            keys=(belief.id, *keys),
            reason=f"{belief.id} (“{cut(belief.text, 60)}”) is not verified, and {look.keys(keys)}, already "
            "validated, rests on it",
            act=_verify(look, belief),
            stake=max(look.most(i.key for i in look.feeds.get(key, ())) for key in keys),
            facts=(belief.id, *keys, f"{_overdue(look, belief)}"),
            people=people_of(belief.owner, *(look.plan.item[key].owner for key in keys)),
        )


def _is_validated_gate(look: Look, key: str) -> bool:
    item = look.plan.item.get(key)
    validated = item is not None and look.a.standing[key] is Status.VALIDATED
    return item is not None and validated and item.gate and not hypercare(item)


def _overdue(look: Look, belief: Assumption) -> bool:
    return belief.verify_by is not None and belief.verify_by < look.a.today


def _verify(look: Look, belief: Assumption) -> str:
    who = look.w.person(belief.owner) if belief.owner else "somebody"
    by = f" (by {look.w.day(belief.verify_by)})" if belief.verify_by else ""
    return f"Ask {who} to find out{by}: `/golive verify {belief.id} what shows it`"


RULES = (_waivers, _beliefs, _impossible, _contradictory, _unlinked)

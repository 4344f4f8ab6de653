"""What becomes of a decision or an assumption once the message that said so is edited or deleted?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain import proposing
from bot.domain.beliefs import truth
from bot.domain.plan import Assumption, Decision, Plan
from bot.domain.proposing import Proposal
from bot.tracker.desk import cause
from bot.tracker.offering import OFFERED, Offering, source_of
from bot.tracker.recording import reply_key
from bot.tracker.values import Actor, Done, Post
from storage import Heard, Transaction

SAID = frozenset({proposing.DECISION, proposing.ASSUMPTION})
CHANGED = "captured_changed"
# Acts by which a message speaks; what any other act set was set by hand, and stays.
_SPOKEN = frozenset({"hear", "accept_offer", "message_edited"})

Thing = Decision | Assumption


class Following(Offering):
    """What is recorded from a message by its author's own words goes with that message."""

    def _said_anew(self, tx: Transaction, plan: Plan, post: Post, known: Heard) -> tuple[Plan, str]:
        """The plan after an edit of the message that said so, and by which kind that goes now: the words
        follow, and what says so no more is taken back."""
        thing = _thing_of(tx, plan, known)
        if thing is None or not _is_open(thing):
            return plan, known.kind
        rest = _without(plan, thing)
        wanted = self._proposal(rest, post, self._above(tx, plan, post))
        if wanted is None or not wanted.sure or wanted.kind != known.kind:
            return rest, ""
        fields: dict[str, Any] = {"text": wanted.text, "item": wanted.item}
        if isinstance(thing, Assumption) and self._day_is_new(tx, plan, post, wanted):
            fields |= {"verify_by": wanted.day}
        by_hand = self._set_by_hand(tx, plan, known.kind, thing.id)
        kept = {name: value for name, value in fields.items() if name not in by_hand}
        after = _with(plan, replace(thing, **kept))
        return (plan if after == plan else after), known.kind

    def _unsaid(self, tx: Transaction, plan: Plan, known: Heard) -> Plan:
        """The plan without what a deleted message said."""
        thing = _thing_of(tx, plan, known)
        return _without(plan, thing) if thing is not None and _is_open(thing) else plan

    def _day_is_new(self, tx: Transaction, plan: Plan, post: Post, wanted: Proposal) -> bool:
        """ "By Friday" was said when the message was written, not when a slip of the pen in it was mended."""
        before = self._listened(plan, replace(post, text=post.before or ""), self._above(tx, plan, post))
        return before.due_date != wanted.day

    def _set_by_hand(self, tx: Transaction, plan: Plan, entity: str, key: str) -> frozenset[str]:
        project = plan.project
        events = tx.events(project.workspace, project.key, entity=entity, entity_key=key)
        return frozenset(event.change.field for event in events if event.act not in _SPOKEN)

    def _follow_in_thread(self, tx: Transaction, place: Heard | Post, done: Done, who: Actor) -> Done:
        """The line in the message's thread says what is true now."""
        if done.undo is None:
            return done
        first = reply_key(place.workspace, place.channel, place.ts)
        said: dict[str, Any] = {"project": done.project, "channel": place.channel, "line": first}
        said |= {"lines": list(done.lines), "undo": done.undo, "by": who.user}
        key = cause(CHANGED, place.workspace, place.channel, place.ts, f"{done.undo}")
        tx.emit(place.workspace, place.channel, key, CHANGED, said, at=self.now())
        return done

    def _follow_said(self, tx: Transaction, plan: Plan, post: Post, known: Heard) -> tuple[Done | None, str]:
        """What was recorded of an edited message follows it; and what the message counts as from now on."""
        after, kind = self._said_anew(tx, plan, post, known)
        if after is plan:
            return None, kind
        who = Actor(post.workspace, post.author)
        permalink = source_of(post).permalink
        done = self._commit(tx, who, plan, after, "message_edited", permalink=permalink)
        return self._follow_in_thread(tx, post, done, who), kind

    def _unsay(self, tx: Transaction, plan: Plan, known: Heard, author: str) -> Done | None:
        after = self._unsaid(tx, plan, known)
        if after is plan:
            return None
        who = Actor(known.workspace, author)
        done = self._commit(tx, who, plan, after, "message_deleted")
        return self._follow_in_thread(tx, known, done, who)


def _thing_of(tx: Transaction, plan: Plan, known: Heard) -> Thing | None:
    """What was recorded of a message because its author said so, if it is there still."""
    if known.kind not in SAID and known.kind != OFFERED:
        return None
    for track in tx.tracked(known.workspace, known.channel, known.ts):
        if track.project == plan.project.key and track.entity in SAID and track.by == known.author:
            things = plan.decisions if track.entity == proposing.DECISION else plan.assumptions
            found = next((thing for thing in things if thing.id == track.key), None)
            if found is not None:
                return found
    return None


def _is_open(thing: Thing) -> bool:
    """What somebody found to be true or false is no longer only what was said."""
    return isinstance(thing, Decision) or thing.open


def _without(plan: Plan, thing: Thing) -> Plan:
    if isinstance(thing, Decision):
        return replace(plan, decisions=tuple(d for d in plan.decisions if d.id != thing.id))
    return replace(plan, assumptions=tuple(a for a in plan.assumptions if a.id != thing.id))


def _with(plan: Plan, thing: Thing) -> Plan:
    if isinstance(thing, Assumption):
        return truth.with_belief(plan, thing)
    return replace(plan, decisions=tuple(thing if d.id == thing.id else d for d in plan.decisions))

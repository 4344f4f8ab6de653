"""How does what somebody said get into the project: as what, from which message, how confirmed?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.domain import blockers, decisions, states
from bot.domain.beliefs import truth
from bot.domain.errors import Invalid, NotFound, Refused
from bot.domain.permissions import About as Of
from bot.domain.permissions import Asking
from bot.domain.plan import Assumption, Blocker, Decision, Item, Person, Plan, Status
from bot.domain.proposing import About, Proposal, Source
from bot.domain.wording import cut
from bot.tracker.blocking import Blocking, reported
from bot.tracker.desk import cause, free, slug
from bot.tracker.items import LONGEST_TITLE, Items, with_item_added
from bot.tracker.values import NOBODY, Actor, Colleague, Done
from storage import Message, Track, Transaction
from storage.guard import clean

CAPTURED = "captured"
_TITLE = 120


class Recording(Items, Blocking):
    """What is recorded from a message, whoever wants it: its author, or somebody who reads it."""

    def _record_wish(
        self,
        tx: Transaction,
        who: Actor,
        plan: Plan,
        source: Source,
        wish: Proposal,
        act: str,
        colleagues: Mapping[str, Colleague] = NOBODY,
    ) -> Done:
        """Record it, note which message speaks of it, and confirm it once in the thread. A colleague who is
        named joins the project."""
        _refuse_unknown(plan, wish)
        by = self._permit_wish(tx, plan, who, wish)
        joined = plan
        if wish.person is not None:
            joined, _ = self._person(plan, wish.person, colleagues.get(wish.person))
        known = self._tracked_as(tx, plan, source, wish)
        if known is not None:
            return Done(lines=(f"That message is tracked already: {known}.",), plan=plan)
        by = replace(by, person=joined.by_slack.get(who.user))
        after, about = _RECORDERS[wish.kind](self, by, joined, source, wish)
        after = plan if after is joined else after
        instead = f"That is {about.key} already." if about else "Nothing to change: it is so already."
        done = self._commit(tx, who, plan, after, act, permalink=source.permalink, instead=instead)
        if about is not None and source.is_home(done.plan):
            self._note_track(tx, who, done.plan, source, about)
            if done.undo is not None:
                self._confirm_in_thread(tx, done, source, about, who)
                done = replace(done, in_thread=True)
        return done

    def _permit_wish(self, tx: Transaction, plan: Plan, who: Actor, wish: Proposal) -> Asking:
        """What is recorded from a message is asked for like what is typed."""
        about = self._about_wish(plan, wish)
        by = self._permit(tx, plan, who, _ACTS.get(wish.kind, "track"), about)
        for act, said in (("own", wish.person), ("due", wish.day)):
            if wish.kind == "item" and said and said != who.user:
                self._permit(tx, plan, who, act, about)
        return by

    def _may_record(self, tx: Transaction, plan: Plan, who: Actor, wish: Proposal) -> bool:
        about = self._about_wish(plan, wish)
        return self._may(tx, plan, who, _ACTS.get(wish.kind, "track"), about)

    def _about_wish(self, plan: Plan, wish: Proposal) -> Of:
        if wish.blocker is not None and wish.blocker in plan.blocker:
            return reported(plan.blocker[wish.blocker])
        belief = next((each for each in plan.assumptions if each.id == wish.belief), None)
        if belief is not None:
            return Of(belief=belief)
        return Of(item=plan.item.get(wish.item or ""))

    def is_there(self, plan: Plan, entity: str, key: str) -> bool:
        """Whether what a confirmation speaks of was not taken back meanwhile."""
        return exists(plan, About(entity=entity, key=key))

    def _tracked_as(self, tx: Transaction, plan: Plan, source: Source, wish: Proposal) -> str | None:
        """What the message is tracked as already, for a wish that would make it a second time."""
        entity = _MAKES.get(wish.kind)
        if entity is None or (wish.kind == "item" and wish.item):
            return None
        for track in tx.tracked(source.workspace, source.channel, source.ts):
            if track.entity == entity and track.project == plan.project.key:
                if exists(plan, About(entity=track.entity, key=track.key)):
                    return track.key
                tx.untrack(source.workspace, source.channel, source.ts, entity)
        return None

    def _note_track(self, tx: Transaction, who: Actor, plan: Plan, source: Source, about: About) -> None:
        place = (source.workspace, source.channel, source.ts)
        for old in tx.tracked(*place):
            if old.entity == about.entity:
                tx.untrack(*place, about.entity)
        track = Track(
            workspace=source.workspace,
            channel=source.channel,
            ts=source.ts,
            entity=about.entity,
            key=about.key,
            project=plan.project.key,
            by=who.user,
            at=self.now(),
        )
        tx.track(track)

    def _confirm_in_thread(
        self, tx: Transaction, done: Done, source: Source, about: About, who: Actor
    ) -> None:
        """One quiet line in the thread."""
        payload: dict[str, Any] = {"project": done.project, "channel": source.channel, "by": who.user}
        payload["thread"] = source.thread
        first = reply_key(source.workspace, source.channel, source.ts)
        kind = CAPTURED
        place = (source.workspace, source.channel, source.ts)
        if about.entity == "blocker" and blocker_line(tx, *place, about.key):
            return  # that reply is brought up to date, as after every change of its blocker
        if about.entity == "blocker" and done.plan.blocker[about.key].ts == source.ts:
            kind = "blocker_recorded"
            payload["blocker"] = about.key
        else:
            payload |= {"lines": list(done.lines), "undo": done.undo}
            payload |= {"entity": about.entity, "key": about.key}
        if not tx.emit(source.workspace, source.channel, first, kind, payload, at=self.now()):
            again = cause(CAPTURED, source.workspace, source.channel, source.ts, f"{done.undo}")
            if "blocker" in payload:
                again = cause("reply", source.workspace, source.channel, source.ts, about.key)
            tx.emit(source.workspace, source.channel, again, kind, payload, at=self.now())

    # One recorder for each kind: the plan after it, and what the message speaks of then

    def _as_blocker(
        self, by: Asking, plan: Plan, source: Source, wish: Proposal
    ) -> tuple[Plan, About | None]:
        today, text = self._today(plan), _text(wish, "what holds it up")
        owner = _person(plan, wish.person)
        fields: dict[str, Any] = {
            "text": text,
            "item": wish.item,
            "waiting_on": clean(wish.waiting_on).strip()[:300] or None if wish.waiting_on else None,
            "expected_clear": wish.day,
            "owner": owner.key if owner else None,
        }
        home = source.is_home(plan)
        there = said_in(plan, source.channel, source.ts) if home else None
        if there is not None:
            fields |= {"status": "open", "cleared_on": None}
            after = plan if there.open else blockers.edited(plan, there.id, fields, today)
            return after, About(entity="blocker", key=there.id)
        raised_by = source.author or by.user
        same = blockers.same(plan, text, wish.item, raised_by)
        if same is not None:
            return plan, About(entity="blocker", key=same.id)
        made = Blocker(
            id=blockers.next_id(plan),
            raised=today,
            raised_by=raised_by,
            channel=source.channel if home else None,
            ts=source.ts if home else None,
            permalink=source.permalink,
            **fields,
        )
        return blockers.opened(plan, made, today), About(entity="blocker", key=made.id)

    def _as_item(self, by: Asking, plan: Plan, source: Source, wish: Proposal) -> tuple[Plan, About | None]:
        """A new item; or one that is there, which the message speaks of from now on."""
        if wish.item is not None:
            item = plan.item[wish.item]
            if item.permalink is None and source.permalink is not None:
                plan = states.with_item(plan, replace(item, permalink=source.permalink))
            return plan, About(entity="item", key=item.key)
        text, owner = _text(wish, "what has to be done"), _person(plan, wish.person)
        title = cut(text, _TITLE)[:LONGEST_TITLE]
        taken = {key.casefold() for key in plan.item}
        made = Item(
            key=free(slug(title), taken, "item"),
            title=title,
            owner=owner.key if owner else None,
            due=wish.day,
            description=text if title != text else None,
            permalink=source.permalink,
        )
        return with_item_added(plan, made), About(entity="item", key=made.key)

    def _as_assumption(
        self, by: Asking, plan: Plan, source: Source, wish: Proposal
    ) -> tuple[Plan, About | None]:
        text, owner = _text(wish, "what is taken for true"), _person(plan, wish.person)
        there = truth.same(plan, text)
        if there is not None:
            return plan, About(entity="assumption", key=there.id)
        made = Assumption(
            id=truth.next_id(plan),
            text=text,
            item=wish.item,
            owner=owner.key if owner else None,
            verify_by=wish.day,
            made=self._today(plan),
            permalink=source.permalink,
        )
        return truth.with_belief(plan, made), About(entity="assumption", key=made.id)

    def _as_decision(
        self, by: Asking, plan: Plan, source: Source, wish: Proposal
    ) -> tuple[Plan, About | None]:
        text = _text(wish, "what was decided")
        there = decisions.same(plan, text, wish.item)
        if there is not None:
            return plan, About(entity="decision", key=there.id)
        person = _person(plan, wish.person) or plan.by_slack.get(source.author or by.user)
        home = source.is_home(plan)
        made = Decision(
            id=decisions.next_id(plan),
            text=text,
            item=wish.item,
            by=person.key if person else None,
            on=wish.day or self._today(plan),
            permalink=source.permalink,
            channel=source.channel if home else None,
            ts=source.ts if home else None,
        )
        return decisions.with_decision(plan, made), About(entity="decision", key=made.id)

    def _as_owned(self, by: Asking, plan: Plan, source: Source, wish: Proposal) -> tuple[Plan, About | None]:
        """Somebody takes it: only themselves."""
        me, item = _person(plan, wish.person), _named_item(plan, wish)
        if me is None or me.slack != by.user:
            raise Refused("Only the person who takes it can say so.")
        after = states.with_item(plan, replace(item, owner=me.key, due=wish.day or item.due))
        return (plan if after == plan else after), About(entity="item", key=item.key)

    def _as_dated(self, by: Asking, plan: Plan, source: Source, wish: Proposal) -> tuple[Plan, About | None]:
        """A date moves: of whose it is."""
        if wish.day is None:
            raise Invalid("Say the day.")
        today, me = self._today(plan), by.person
        if wish.blocker is not None:
            blocker = blockers.find(plan, wish.blocker)
            blockers.refuse_others(plan, blocker, by)
            after = blockers.edited(plan, blocker.id, {"expected_clear": wish.day}, today)
            return (plan if after == plan else after), About(entity="blocker", key=blocker.id)
        if wish.belief is not None:
            belief = truth.find(plan, wish.belief)
            _refuse_not_owner(plan, belief.owner, me)
            after = truth.with_belief(plan, replace(belief, verify_by=wish.day))
            return (plan if after == plan else after), About(entity="assumption", key=belief.id)
        item = _named_item(plan, wish)
        _refuse_not_owner(plan, item.owner, me)
        after = states.with_item(plan, replace(item, due=wish.day))
        return (plan if after == plan else after), About(entity="item", key=item.key)

    def _as_unblocked(
        self, by: Asking, plan: Plan, source: Source, wish: Proposal
    ) -> tuple[Plan, About | None]:
        """It is over, as with `/golive unblock`."""
        if wish.blocker is None:
            raise Invalid("Say which blocker is over.")
        blocker = blockers.find(plan, wish.blocker)
        after = blockers.cleared(plan, blocker.id, self._today(plan))
        return after, About(entity="blocker", key=blocker.id)

    def _as_finished(
        self, by: Asking, plan: Plan, source: Source, wish: Proposal
    ) -> tuple[Plan, About | None]:
        item = _named_item(plan, wish)
        said = states.Said(at=self.now(), today=self._today(plan), permalink=source.permalink)
        after = states.act(plan, item.key, "done", by.person, said, outside=by.outside)
        return after, About(entity="item", key=item.key)

    def _as_taken_up(
        self, by: Asking, plan: Plan, source: Source, wish: Proposal
    ) -> tuple[Plan, About | None]:
        """ "On it": of what nobody has, or what is theirs."""
        me, today = _person(plan, wish.person), self._today(plan)
        if me is None or me.slack != by.user:
            raise Refused("Only the person who takes it can say so.")
        if wish.blocker is not None:
            blocker = blockers.find(plan, wish.blocker)
            _refuse_others_work(plan, blocker.owner, me)
            after = blockers.edited(plan, blocker.id, {"owner": me.key}, today)
            return (plan if after == plan else after), About(entity="blocker", key=blocker.id)
        item = _named_item(plan, wish)
        _refuse_others_work(plan, item.owner, me)
        mine = plan if item.owner == me.key else states.with_item(plan, replace(item, owner=me.key))
        if item.status is Status.TODO:
            said = states.Said(at=self.now(), today=today)
            mine = states.act(mine, item.key, "start", me, said, outside=by.outside)
        return mine, About(entity="item", key=item.key)


Recorder = Callable[[Recording, Asking, Plan, Source, Proposal], tuple[Plan, About | None]]
_RECORDERS: dict[str, Recorder] = {
    "blocker": Recording._as_blocker,
    "item": Recording._as_item,
    "assumption": Recording._as_assumption,
    "decision": Recording._as_decision,
    "own": Recording._as_owned,
    "due": Recording._as_dated,
    "unblock": Recording._as_unblocked,
    "done": Recording._as_finished,
    "doing": Recording._as_taken_up,
}
# The act each kind is: nothing is recorded by talk that whoever says it could not type.
_ACTS = {
    "blocker": "block",
    "item": "add",
    "assumption": "assume",
    "decision": "conclude",
    "own": "take",
    "handoff": "own",
    "due": "due",
    "unblock": "unblock",
    "done": "done",
    "doing": "take",
}
# What a kind makes anew: of these a message has one at most.
_MAKES = {"blocker": "blocker", "item": "item", "assumption": "assumption", "decision": "decision"}


def reply_key(workspace: str, channel: str, ts: str) -> str:
    """The outbox key of the one reply to a message; also how that reply is found again to be updated."""
    return cause("reply", workspace, channel, ts)


def blocker_line(tx: Transaction, workspace: str, channel: str, ts: str, id: str) -> Message | None:
    """The line in a message's thread that speaks of this blocker; the first may be of something else."""
    for key in (reply_key(workspace, channel, ts), cause("reply", workspace, channel, ts, id)):
        said = tx.message(workspace, key)
        if said is not None and said.payload.get("blocker") == id:
            return said
    return None


def exists(plan: Plan, about: About) -> bool:
    """Whether what a message speaks of is still there."""
    if about.entity == "item":
        return about.key in plan.item
    if about.entity == "blocker":
        blocker = plan.blocker.get(about.key)
        return blocker is not None and blocker.status != "retracted"
    things = plan.assumptions if about.entity == "assumption" else plan.decisions
    return any(thing.id == about.key for thing in things)


def said_in(plan: Plan, channel: str, ts: str) -> Blocker | None:
    """The blocker a message was the first to report."""
    return next((b for b in plan.blockers if b.channel == channel and b.ts == ts), None)


def _refuse_unknown(plan: Plan, wish: Proposal) -> None:
    """Values that no form or button of ours has, or whose thing is gone meanwhile."""
    if wish.kind not in _RECORDERS:
        raise Invalid("I do not know what that is to be tracked as.")
    if wish.item is not None and wish.item not in plan.item:
        raise NotFound("That item is not on the list any more. Choose another one.")


def _named_item(plan: Plan, wish: Proposal) -> Item:
    if wish.item is None:
        raise Invalid("Say which item that is about.")
    return plan.item[wish.item]


def _person(plan: Plan, user: str | None) -> Person | None:
    return plan.by_slack.get(user) if user else None


def _text(wish: Proposal, what: str) -> str:
    text = clean(wish.text).strip()
    if not text:
        raise Invalid(f"Say {what}.")
    return text


def _refuse_others_work(plan: Plan, owner: str | None, me: Person) -> None:
    if owner is not None and owner != me.key:
        raise Refused(f"{plan.person[owner].name} has that.")


def _refuse_not_owner(plan: Plan, owner: str | None, me: Person | None) -> None:
    if me is None or owner != me.key:
        name = plan.person[owner].name if owner and owner in plan.person else "its owner"
        raise Refused(f"Only {name} can move that date so; anybody can with `/golive due`.")

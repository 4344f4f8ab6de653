"""What becomes of a message in a project's channel: heard, edited, deleted; each at most once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from bot.domain import blockers, policies, proposing, reading, states
from bot.domain.permissions import About as Of
from bot.domain.plan import Blocker, Event, Plan
from bot.domain.proposing import About, Proposal
from bot.domain.reading import Report
from bot.tracker.blocking import names_in
from bot.tracker.desk import LOOK, cause
from bot.tracker.following import SAID, Following
from bot.tracker.offering import ACCEPTED, OFFER, OFFERED, source_of
from bot.tracker.recording import blocker_line, reply_key, said_in
from bot.tracker.values import Actor, Done, Post, Where, WhoIsThat
from storage import Heard, Message, Transaction

REACTION = "construction"
OWNER = "owner"
REPEAT = "repeat"  # a blocker that was reported before
TALK = "talk"  # said to us, and answered
NOTHING = "nothing"  # looked at and left alone: an older delivery of the same message must not revive it
# Recorded because somebody wanted that: an edit of the message is no word against it.
_STAYS = frozenset({ACCEPTED})
# Fields of a blocker a message speaks of, and that follow its edits.
_FOLLOWED = ("text", "item", "waiting_on", "expected_clear", "owner")


class Hearing(Following):
    """The verbs of messages. All are harmless when the same event comes again, or comes late."""

    def has_project(self, workspace: str, channel: str) -> bool:
        """The one cheap question asked of every message."""
        with self.store.reading() as tx:
            return tx.plan_in(workspace, channel) is not None

    def is_news(self, workspace: str, channel: str, ts: str) -> bool:
        """Whether nothing was made of this message yet."""
        with self.store.reading() as tx:
            return tx.heard(workspace, channel, ts) is None

    def reads(self, post: Post) -> bool:
        """Whether a message means something, before anything is done about it and anybody looked up."""
        with self.store.reading() as tx:
            plan = tx.plan_in(post.workspace, post.channel)
            if plan is None:
                return False
            if policies.of(plan.project).hear.talk == policies.OFF:
                return False
            return self._outright(plan, post) is not None or bool(self._proposal_for(tx, plan, post))

    def reads_outright(self, post: Post) -> bool:
        """Whether a message to us is an outright report, as anybody else's would be."""
        with self.store.reading() as tx:
            plan = tx.plan_in(post.workspace, post.channel)
        if plan is None or policies.of(plan.project).hear.talk == policies.OFF:
            return False
        return self._outright(plan, post) is not None

    def reply(self, post: Post, kind: str, payload: dict[str, Any]) -> bool:
        """Answer a message that was said to us; False when it is answered already."""
        with self.store.transaction() as tx:
            plan = tx.plan_in(post.workspace, post.channel)
            if not tx.note_heard(_noted(post, plan, TALK)):
                return False
            key = reply_key(post.workspace, post.channel, post.ts)
            return tx.emit(post.workspace, post.channel, key, kind, payload, at=self.now())

    def heed(self, post: Post) -> None:
        """Note that what was said to us is done, with no word in reply."""
        with self.store.transaction() as tx:
            tx.note_heard(_noted(post, tx.plan_in(post.workspace, post.channel), TALK))

    def undelivered(self, tx: Transaction, message: Message, why: str) -> None:
        """Tell whoever caused a message that Slack would not take, directly and once."""
        user = message.payload.get("by") or message.payload.get("user")
        if not isinstance(user, str) or message.kind in ("direct_reply", OFFER):
            return  # an offer nobody asked for is missed by nobody
        lines = [
            "What I wanted to say in the channel could not be posted.",
            why,
            "Nothing that was recorded is lost.",
        ]
        key = cause("undelivered", message.workspace, message.key)
        payload = {"user": user, "lines": lines}
        tx.emit(message.workspace, user, key, "direct_reply", payload, at=self.now())

    def sent_as(self, workspace: str, key: str) -> str | None:
        """The ts of a message of ours, once Slack has it."""
        with self.store.reading() as tx:
            message = tx.message(workspace, key)
        return message.ts if message is not None and message.state == "sent" else None

    def line_of(self, workspace: str, channel: str, ts: str, blocker: str) -> str | None:
        """The ts of our line about a blocker under the message that reported it, once Slack has it."""
        with self.store.reading() as tx:
            said = blocker_line(tx, workspace, channel, ts, blocker)
        return said.ts if said is not None and said.state == "sent" else None

    def knows(self, who: Actor, where: Where, user: str) -> bool:
        """Whether a Slack user is somebody in the project."""
        return user in self.plan_for(who, where).by_slack

    def plan_for(self, who: Actor, where: Where, act: str = LOOK) -> Plan:
        """The project somebody speaks of, as they know it, if they may do this there."""
        with self.store.reading() as tx:
            return self._shown_to(tx, who, self._plan(tx, who, where, act))

    def hear(self, post: Post) -> Done | None:
        """Record what a message reports; None for small talk and for what was heard before."""
        with self.store.transaction() as tx:
            plan = tx.plan_in(post.workspace, post.channel)
            if plan is None or tx.heard(post.workspace, post.channel, post.ts) is not None:
                return None
            if not self._counts(tx, _author(post)):
                return None
            with self._as_known_to(tx, _author(post), plan):
                return self._take(tx, plan, post)

    def edited(self, post: Post) -> Done | None:
        """Follow an edit: a report may change, become one, or be one no more."""
        with self.store.transaction() as tx:
            plan = tx.plan_in(post.workspace, post.channel)
            if plan is None:
                return None
            known = tx.heard(post.workspace, post.channel, post.ts)
            if known is not None and (
                known.deleted or _is_older(post, known) or known.text_hash == _hash(post.text)
            ):
                return None
            if policies.of(plan.project).hear.talk == policies.OFF or not self._counts(tx, _author(post)):
                return None
            with self._as_known_to(tx, _author(post), plan):
                return self._heard_anew(tx, plan, post, known)

    def _heard_anew(self, tx: Transaction, plan: Plan, post: Post, known: Heard | None) -> Done | None:
        if known is not None and known.kind == OFFERED:
            return self._offer_anew(tx, plan, post, known)
        if known is not None and known.kind == proposing.DUE:
            return self._move_anew(tx, plan, post, known)
        if known is not None and known.kind in SAID:
            done, kind = self._follow_said(tx, plan, post, known)
            _note(tx, replace(_noted(post, plan, kind or NOTHING), item=known.item))
            return done
        if known is None or known.kind in (NOTHING, OWNER, REPEAT):
            # Noted even if it says nothing: the original may come later, and must not undo the edit.
            _note(tx, _noted(post, plan, NOTHING))
            return self._take(tx, plan, post)
        _note(tx, replace(known, edited_ts=post.edited_ts, text_hash=_hash(post.text)))
        blocker = plan.blocker.get(known.blocker or "")
        follows = blocker is not None and known.kind not in _STAYS
        return self._follow_edit(tx, plan, post, blocker) if blocker and follows else None

    def deleted(self, workspace: str, channel: str, ts: str, author: str) -> Done | None:
        """A deleted message reports nothing any more."""
        with self.store.transaction() as tx:
            plan = tx.plan_in(workspace, channel)
            if plan is None:
                return None
            known = tx.heard(workspace, channel, ts)
            if known is None:
                gone = Heard(
                    workspace=workspace,
                    channel=channel,
                    ts=ts,
                    project=plan.project.key,
                    kind=NOTHING,
                    author=author,
                    deleted=True,
                )
                _note(tx, gone)
                return None
            if known.deleted:
                return None
            _note(tx, replace(known, deleted=True))
            for offer in tx.offers_on(workspace, channel, ts):
                tx.answer_offer(offer.id, "void")
            blocker = plan.blocker.get(known.blocker or "")
            if blocker is None or not blocker.open:
                return self._unsay(tx, plan, known, author)
            after = blockers.retracted(plan, blocker.id, self._today(plan))
            return self._commit(tx, Actor(workspace, author), plan, after, "message_deleted")

    def own_as_asked(self, who: Actor, where: Where, ts: str, key: str, user: str) -> Done:
        """The answer to "which item does … own?": the question in the thread becomes the confirmation."""
        with self.together(who, where, "own") as (tx, plan):
            item = self._item(plan, key)
            self._permit(tx, plan, who, "own", Of(item=item))
            after, person = self._person(plan, user, None)
            if item.owner != person.key:
                after = states.with_item(after, replace(item, owner=person.key))
            done = self._commit(
                tx, who, plan, after, "own", instead=f"`{item.key}` belongs to {person.name}."
            )
            channel = where.channel or plan.project.channel or ""
            payload: dict[str, Any] = {
                "channel": channel,
                "ts": ts,
                "project": plan.project.key,
                "item": item.key,
                "by": who.user,
            }
            payload |= {"undo": done.undo}
            tx.emit(
                who.workspace,
                channel,
                cause("owned", channel, ts, item.key),
                "owner_answered",
                payload,
                at=self.now(),
            )
            return done

    def _read(self, plan: Plan, post: Post, about: About | None) -> Report | None:
        """What is said outright, or as clearly; nothing where the project wants nothing heard."""
        if policies.of(plan.project).hear.talk == policies.OFF:
            return None
        return self._outright(plan, post) or self._clearly(plan, post, about)

    def _outright(self, plan: Plan, post: Post) -> Report | None:
        return reading.read(
            post.text,
            now=post.at,
            zone=self._spoken_in(plan, post),
            author=post.author,
            names=names_in(plan, post.people),
        )

    def _clearly(self, plan: Plan, post: Post, about: About | None) -> Report | None:
        """A blocker that talk reports without a doubt."""
        if about is not None and about.entity == "blocker":
            return None  # more words about what is recorded
        heard = self._listened(plan, post, about)
        if heard.intent != proposing.BLOCKER or not proposing.is_clear(heard):
            return None
        names, zone = names_in(plan, post.people), self._spoken_in(plan, post)
        found = reading.details(post.text, now=post.at, zone=zone, author=post.author, names=names)
        waiting_on = heard.waiting_on or found.waiting_on
        return replace(
            found,
            owner=None,
            waiting_on=waiting_on,
            waiting_on_user=found.waiting_on_user if waiting_on == found.waiting_on else None,
            due=heard.due_date,
            due_words=heard.due_words,
            item_words=heard.item,
            about=None,
        )

    def _take(self, tx: Transaction, plan: Plan, post: Post) -> Done | None:
        if policies.of(plan.project).hear.talk == policies.OFF:
            return None
        report, wanted = self._outright(plan, post), None
        if report is None:
            wanted = self._proposal_for(tx, plan, post)
            if wanted is not None and wanted.sure and wanted.kind == proposing.BLOCKER:
                report = self._clearly(plan, post, self._above(tx, plan, post))
        if report is not None and report.kind == "blocker":
            return self._record(tx, plan, post, report)
        if report is not None and report.kind == "owner" and report.owner is not None:
            return self._hand_over(tx, plan, post, report, report.owner)
        return self._take_talk(tx, plan, post, wanted) if wanted is not None else None

    def _take_talk(self, tx: Transaction, plan: Plan, post: Post, wanted: Proposal) -> Done | None:
        """Ordinary talk: recorded where it is clear, offered where it is not; of what is not theirs to say,
        nothing."""
        if not self._may_record(tx, plan, _author(post), wanted):
            return None
        if not wanted.sure:
            if self._offer_it(tx, plan, post, wanted):
                _note(tx, replace(_noted(post, plan, OFFERED), item=wanted.item))
            return None
        _note(tx, replace(_noted(post, plan, wanted.kind), item=wanted.item))
        if wanted.kind == proposing.HANDOFF:
            self._ask_taker(tx, plan, source_of(post), wanted, _author(post))
            return None
        return self._record_wish(tx, _author(post), plan, source_of(post), wanted, "hear")

    def _move_anew(self, tx: Transaction, plan: Plan, post: Post, known: Heard) -> Done | None:
        """The date a message moved is another one since it was edited; a mended typo moves nothing."""
        _note(tx, replace(known, edited_ts=post.edited_ts, text_hash=_hash(post.text)))
        wanted = self._proposal_for(tx, plan, post)
        if wanted is None or (wanted.kind, wanted.item, wanted.sure) != (proposing.DUE, known.item, True):
            return None
        before = replace(post, text=post.before or "")
        if self._listened(plan, before, self._above(tx, plan, post)).due_date == wanted.day:
            return None
        return self._record_wish(tx, _author(post), plan, source_of(post), wanted, "message_edited")

    def _offer_anew(self, tx: Transaction, plan: Plan, post: Post, known: Heard) -> Done | None:
        """What was offered on a message that is edited now: something else, or nothing any more."""
        offers = tx.offers_on(post.workspace, post.channel, post.ts)
        outright = self._read(plan, post, self._above(tx, plan, post))
        wanted = self._proposal_for(tx, plan, post) if outright is None else None
        gone = wanted is None and outright is None
        kind = NOTHING if gone else known.kind  # so that what a later edit reports is heard
        _note(tx, replace(known, kind=kind, edited_ts=post.edited_ts, text_hash=_hash(post.text)))
        for offer in offers:
            if wanted is None or wanted.follows != offer.slot.startswith("follows"):
                tx.answer_offer(offer.id, "void")
            else:
                said = {**offer.said, "proposal": replace(wanted, sure=False).as_json()}
                tx.change_offer(offer.id, wanted.kind, said)
        answered = not offers  # then what they said is recorded, or is not to be
        return None if outright is None or answered else self._take(tx, plan, post)

    def _record(self, tx: Transaction, plan: Plan, post: Post, report: Report) -> Done:
        about = Of(item=self._item_meant(plan, report))
        if not report.explicit and not self._may(tx, plan, _author(post), "block", about):
            return Done(lines=(), plan=plan)
        self._permit(tx, plan, _author(post), "block", about)
        with_people, said = self._understood(plan, report, post.people)
        known = said_in(plan, post.channel, post.ts) or blockers.same(
            plan, said["text"], said["item"], post.author
        )
        if known is not None:
            _note(tx, _noted(post, plan, REPEAT))
            self._reply(tx, plan, post, "blocker_known", {"blocker": known.id})
            return Done(lines=(f"That is {known.id} already, and still open.",), plan=plan)
        blocker = Blocker(
            id=blockers.next_id(plan),
            raised=post.at.astimezone(plan.project.zone).date(),
            raised_by=post.author,
            channel=post.channel,
            ts=post.ts,
            permalink=post.permalink,
            **said,
        )
        after = blockers.opened(with_people, blocker, self._today(plan))
        done = self._commit(tx, _author(post), plan, after, "hear", permalink=post.permalink)
        _note(tx, replace(_noted(post, plan, "blocker"), blocker=blocker.id, item=blocker.item))
        place = {"channel": post.channel, "ts": post.ts, "name": REACTION}
        key = cause("reaction", post.workspace, post.channel, post.ts)
        tx.emit(post.workspace, post.channel, key, "reaction", place, at=self.now())
        self._reply(tx, plan, post, "blocker_recorded", {"blocker": blocker.id})
        return done

    def _colleague(self, plan: Plan, post: Post, user: str) -> tuple[Plan, str | None]:
        """The person key of somebody a message names; None for strangers, who can be nobody's owner."""
        try:
            plan, person = self._person(plan, user, post.people.get(user))
        except WhoIsThat:
            return plan, None
        return plan, person.key

    def _follow_edit(self, tx: Transaction, plan: Plan, post: Post, blocker: Blocker) -> Done | None:
        events = self._history(tx, plan, blocker)
        report = self._read(plan, post, self._above(tx, plan, post))
        today = self._today(plan)
        if report is None or report.kind != "blocker":
            if not blocker.open:
                return None
            after = blockers.retracted(plan, blocker.id, today)
            return self._commit(tx, _author(post), plan, after, "message_edited", permalink=post.permalink)
        with_people, said = self._understood(plan, report, post.people)
        fields = {name: said[name] for name in _FOLLOWED if name not in _set_by_hand(events)}
        if (
            post.before is not None
            and _due_words(self._read(plan, replace(post, text=post.before), None)) == report.due_words
        ):
            # "by Friday" was said when the message was written, not when a slip of the pen in it was mended.
            fields.pop("expected_clear", None)
        if blocker.status == "retracted" and _last_word(events) in ("message_edited", "message_deleted"):
            fields["status"] = "open"
        after = blockers.edited(with_people, blocker.id, fields, today)
        after = plan if after == plan else after
        return self._commit(tx, _author(post), plan, after, "message_edited", permalink=post.permalink)

    def _history(self, tx: Transaction, plan: Plan, blocker: Blocker) -> list[Event]:
        project = plan.project
        return tx.events(project.workspace, project.key, entity="blocker", entity_key=blocker.id)

    def _hand_over(self, tx: Transaction, plan: Plan, post: Post, report: Report, user: str) -> Done:
        """`owner: @x`: of the item it names, or of the blocker whose thread it is said in; else ask."""
        self._permit(tx, plan, _author(post), "own", Of(item=self._item_meant(plan, report)))
        after, owner = self._colleague(plan, post, user)
        if owner is None:
            _note(tx, _noted(post, plan, OWNER))
            self._reply(tx, plan, post, "owner_unknown", {"user": user})
            return Done(lines=(), plan=plan)
        item = self._item_meant(plan, report)
        above = tx.heard(post.workspace, post.channel, post.thread_ts) if post.thread_ts else None
        _note(tx, replace(_noted(post, plan, OWNER), item=item.key if item else None))
        if item is not None:
            due = report.due if report.due and report.due >= self._today(plan) else item.due
            after = states.with_item(after, replace(item, owner=owner, due=due))
        elif above is not None and above.blocker and above.blocker in self._known(plan).blocker:
            after = blockers.edited(after, above.blocker, {"owner": owner}, self._today(plan))
        else:
            # Joining the project is part of the answer, so that whoever picks the item need not be looked up.
            kept = self._commit(tx, _author(post), plan, after, "join", permalink=post.permalink).plan
            self._reply(tx, kept, post, "owner_asked", {"user": user})
            return Done(lines=(), plan=kept)
        done = self._commit(tx, _author(post), plan, after, "own", permalink=post.permalink)
        about = {"item": item.key} if item else {"blocker": above.blocker if above else None}
        self._reply(tx, plan, post, "owner_set", {**about, "undo": done.undo, "by": post.author})
        return done

    def _reply(self, tx: Transaction, plan: Plan, post: Post, kind: str, about: dict[str, Any]) -> None:
        """One answer in the thread of a message, however often it comes; an edit brings it up to date."""
        project = plan.project
        payload = {"project": project.key, "channel": post.channel, "thread": post.thread, **about}
        payload.setdefault("by", post.author)
        key = reply_key(project.workspace, post.channel, post.ts)
        if not tx.emit(project.workspace, post.channel, key, kind, payload, at=self.now()):
            again = cause("reply", project.workspace, post.channel, post.ts, post.edited_ts or "")
            payload |= {"kind": kind, "ts": post.ts}
            tx.emit(project.workspace, post.channel, again, "reply_again", payload, at=self.now())


def _author(post: Post) -> Actor:
    return Actor(post.workspace, post.author)


def _note(tx: Transaction, heard: Heard) -> None:
    if not tx.note_heard(heard):
        tx.change_heard(heard)


def _noted(post: Post, plan: Plan | None, kind: str) -> Heard:
    return Heard(
        workspace=post.workspace,
        channel=post.channel,
        ts=post.ts,
        project=plan.project.key if plan else "",
        kind=kind,
        author=post.author,
        edited_ts=post.edited_ts,
        text_hash=_hash(post.text),
    )


def _is_older(post: Post, known: Heard) -> bool:
    """Events come out of order: an edit older than the one followed already says nothing new."""
    return known.edited_ts is not None and (post.edited_ts is None or post.edited_ts < known.edited_ts)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _due_words(report: Report | None) -> str | None:
    return report.due_words if report else None


def _set_by_hand(events: list[Event]) -> frozenset[str]:
    """What somebody said in the form, or by command, stays when the message is edited afterwards."""
    return frozenset(event.change.field for event in events if event.act in ("edit", "own", "due"))


def _last_word(events: list[Event]) -> str | None:
    """By which act the blocker got the status it has."""
    return next((e.act for e in reversed(events) if e.change.field == "status"), None)

"""What is offered privately to whoever said something, and what becomes of the offer?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain import dates, policies, proposing, reading
from bot.domain.errors import Conflict, NotFound, Refused
from bot.domain.hearing import Heard, hear
from bot.domain.plan import Plan
from bot.domain.proposing import About, Proposal, Source, Utterance
from bot.tracker.blocking import names_in
from bot.tracker.desk import cause, zone_of
from bot.tracker.recording import Recording, exists
from bot.tracker.values import NOBODY, Actor, Colleague, Done, Post, Where
from bot.tracker.wording import titled
from storage import Message, Offer, Transaction

OFFER, ASKED = "talk_offer", "handoff_asked"
TALK_SLOT, HANDOFF_SLOT = "talk", "handoff"
STALE = timedelta(minutes=30)  # what could not be offered by then is not offered any more
KEPT = timedelta(days=7)  # how long an offer can be answered
EVERYTHING = "*"
ANSWERED = {
    "taken": "That is recorded already; the message’s thread shows it.",
    "refused": "You said no to that already. `/golive offers on` brings it back.",
    "open": "That was asked too long ago to be answered now. “Track in golive” in its menu still works.",
}
DECLINED = "You said already that you do not take it."
UNKNOWN = "I do not know that offer any more."
GONE = "What that was about has changed since, so there is nothing to record any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An offer as it can be shown, or opened as a form."""

    id: int
    plan: Plan
    proposal: Proposal
    source: Source
    asked_by: str | None = None  # Slack user: who would hand it on; None for an offer to the speaker


class Offering(Recording):
    """The verbs of offers. Each offer is one row: what is not there, or answered, cannot be taken."""

    # From what was said to an offer

    def _proposal_for(self, tx: Transaction, plan: Plan, post: Post) -> Proposal | None:
        """What would be recorded of ordinary talk, as far as the project wants to hear it."""
        talk = policies.of(plan.project).hear.talk
        if talk == policies.OFF:
            return None
        found = self._proposal(plan, post, self._above(tx, plan, post))
        return None if found is None or (talk == policies.EXPLICIT and not found.sure) else found

    def _proposal(self, plan: Plan, post: Post, about: About | None) -> Proposal | None:
        names = names_in(plan, post.people)
        text = reading.plain(post.text, names)
        heard = self._listened(plan, post, about)
        day = heard.due_date if heard.act != "ignore" else None
        if about is not None and day is None and len(text) <= proposing.SHORT:
            day = proposing.day_said(text, post.at, self._spoken_in(plan, post))
        own = reading.plain("\n".join(reading.own_lines(post.text)), names)
        said = Utterance(
            text=text,
            own=own,
            author=post.author,
            heard=heard,
            today=self._today(plan),
            day=day,
            days=self._days_in(plan, post, own) if heard.intent == proposing.DUE else (),
            about=about,
        )
        return proposing.proposed(self._known(plan), said)

    def _days_in(self, plan: Plan, post: Post, own: str) -> tuple[dates.Dated, ...]:
        return dates.every_day(own, post.at, self._spoken_in(plan, post))

    def _listened(self, plan: Plan, post: Post, about: About | None) -> Heard:
        return hear(
            post.text,
            now=post.at,
            zone=self._spoken_in(plan, post),
            author=post.author,
            names=names_in(plan, post.people),
            items=self._known(plan).items,
            people=self._known(plan).people,
            in_thread_of=_item_of(plan, about),
        )

    def _spoken_in(self, plan: Plan, post: Post) -> ZoneInfo:
        """The zone of whoever wrote it: "by Friday" is said where they are."""
        person, colleague = plan.by_slack.get(post.author), post.people.get(post.author)
        return zone_of((person.tz if person else None) or (colleague.tz if colleague else None), plan)

    def _above(self, tx: Transaction, plan: Plan, post: Post) -> About | None:
        """What the message speaks of that this one answers."""
        if post.thread_ts is None or post.thread_ts == post.ts:
            return None
        for track in tx.tracked(post.workspace, post.channel, post.thread_ts):
            about = About(entity=track.entity, key=track.key)
            if track.project == plan.project.key and exists(self._known(plan), about):
                return about
        known = tx.heard(post.workspace, post.channel, post.thread_ts)
        if known is None or known.project != plan.project.key or known.kind == OFFERED:
            return None  # what was only offered is not recorded, so nothing follows it
        if known.blocker is not None and known.blocker in self._known(plan).blocker:
            return About(entity="blocker", key=known.blocker)
        if known.item is None or known.item not in self._known(plan).item:
            return None
        return About(entity="item", key=known.item)

    def _offer_it(self, tx: Transaction, plan: Plan, post: Post, proposal: Proposal) -> bool:
        """Offer it to who said it, if they are in the project, did not refuse that, and got few offers."""
        if post.author not in plan.by_slack or post.author not in post.people:
            return False  # nobody's business, or of another organisation
        if not self._may_record(tx, plan, Actor(post.workspace, post.author), proposal):
            return False
        hear = policies.of(plan.project).hear
        if tx.refuses(post.workspace, post.channel, post.author, proposal.kind):
            return False
        if tx.is_quiet(post.workspace, plan.project.key, post.author, self.now()):
            return False
        if self._offered_today(tx, plan, post) >= hear.offers_a_day:
            return False
        waits = tx.is_offered_in(post.workspace, post.channel, post.thread, post.author)
        if waits and proposal.kind not in (proposing.UNBLOCK, proposing.DONE):
            return False  # one question after the other; but that it is over is not missed
        slot = f"follows:{proposal.kind}" if proposal.follows else TALK_SLOT
        id = self._note_offer(tx, plan, source_of(post), slot, post.author, proposal)
        if id is None:
            return False
        payload = {"offer": id, "project": plan.project.key, "user": post.author}
        payload["thread"] = post.thread_ts or ""
        key = cause(OFFER, post.workspace, post.channel, post.thread, slot)
        return tx.emit(post.workspace, post.channel, key, OFFER, payload, at=self.now())

    def _offered_today(self, tx: Transaction, plan: Plan, post: Post) -> int:
        """What a colleague asked them to take is that colleague's question, and not counted."""
        since = self._midnight(plan, post)
        return tx.offers_since(post.workspace, post.author, since, besides=HANDOFF_SLOT)

    def _midnight(self, plan: Plan, post: Post) -> datetime:
        """When the day of whoever wrote it began."""
        person = plan.by_slack.get(post.author)
        local = self.now().astimezone(zone_of(person.tz if person else None, plan))
        return datetime.combine(local.date(), time.min, local.tzinfo)

    def _note_offer(
        self, tx: Transaction, plan: Plan, source: Source, slot: str, user: str, proposal: Proposal
    ) -> int | None:
        said = {"proposal": proposal.as_json(), "permalink": source.permalink, "author": source.author}
        said["thread_ts"] = source.thread_ts
        return tx.offer(
            source.workspace,
            plan.project.key,
            channel=source.channel,
            thread=source.thread,
            slot=slot,
            ts=source.ts,
            user=user,
            kind=proposal.kind,
            said=said,
            at=self.now(),
        )

    def _ask_taker(
        self, tx: Transaction, plan: Plan, source: Source, proposal: Proposal, asking: Actor
    ) -> bool:
        """Somebody named is asked, directly, whether they take it: nobody is given work by a sentence. False
        when they are asked already, or want quiet."""
        user = proposal.person or ""
        if tx.is_quiet(source.workspace, plan.project.key, user, self.now()):
            return False
        taken = replace(proposal, kind=proposing.OWN, sure=False)
        slot = f"{HANDOFF_SLOT}:{proposal.item}"
        id = self._note_offer(tx, plan, source, slot, user, taken)
        if id is None:
            return False
        payload = {"offer": id, "project": plan.project.key, "user": user, "by": asking.user}
        key = cause(ASKED, source.workspace, source.channel, source.thread, slot)
        return tx.emit(source.workspace, user, key, ASKED, payload, at=self.now())

    # As it is shown

    def shown_offer(self, message: Message) -> Offered | None:
        """An offer that is about to be said; None when it is late, answered, or no longer makes sense."""
        said = message.payload
        if message.kind == OFFER and self.now() - message.created_at > STALE:
            return None
        with self.store.reading() as tx:
            offer = tx.offered(message.workspace, int(said["offer"]))
            plan = tx.plan(message.workspace, said["project"])
        if offer is None or offer.state != "open" or plan is None:
            return None
        found = _opened(plan, offer)
        return found if makes_sense(plan, found.proposal) else None

    def offer_form(self, who: Actor, id: int) -> Offered:
        """The offer to be corrected before it is taken."""
        with self.store.reading() as tx:
            plan, offer = self._theirs(tx, who, id)
        return _opened(plan, offer)

    # What becomes of it

    def take_offer(self, who: Actor, id: int, choice: str | None = None) -> Done:
        """Yes: recorded as if it had been said outright. `choice`: the item or blocker that is meant."""
        with self.store.transaction() as tx:
            plan, offer = self._theirs(tx, who, id)
            found = _opened(plan, offer)
            proposal = _chosen(found.proposal, choice)
            return self._take_it(tx, who, plan, offer, replace(found, proposal=proposal), NOBODY)

    def take_offer_as(
        self, who: Actor, id: int, wish: Proposal, colleagues: Mapping[str, Colleague] = NOBODY
    ) -> Done:
        """The same after it was corrected."""
        with self.store.transaction() as tx:
            plan, offer = self._theirs(tx, who, id)
            found = _opened(plan, offer)
            return self._take_it(tx, who, plan, offer, replace(found, proposal=wish), colleagues)

    def _take_it(
        self,
        tx: Transaction,
        who: Actor,
        plan: Plan,
        offer: Offer,
        found: Offered,
        colleagues: Mapping[str, Colleague],
    ) -> Done:
        proposal = found.proposal
        if proposal.kind == proposing.HANDOFF and proposal.person:
            joined, _ = self._person(plan, proposal.person, colleagues.get(proposal.person))
            if joined is not plan:
                plan = tx.save(plan, joined, actor=who.user, act="join", at=self.now())
                found = replace(found, plan=plan)
        if not makes_sense(plan, proposal):
            raise Conflict(GONE)
        if not tx.answer_offer(offer.id, "taken"):
            raise NotFound(ANSWERED["taken"])
        if proposal.kind == proposing.HANDOFF:
            return self._handed_on(tx, who, plan, found)
        done = self._record_wish(tx, who, plan, found.source, proposal, "accept_offer", colleagues)
        known = tx.heard(offer.workspace, offer.channel, offer.ts)
        if known is not None and proposal.kind == proposing.BLOCKER and done.undo is not None:
            made = next(
                (b for b in done.plan.blockers if b.ts == offer.ts and b.channel == offer.channel), None
            )
            if made is not None:
                tx.change_heard(replace(known, kind=ACCEPTED, blocker=made.id, item=made.item))
        return done

    def _handed_on(self, tx: Transaction, who: Actor, plan: Plan, found: Offered) -> Done:
        proposal = found.proposal
        taker = plan.by_slack[proposal.person or ""]
        if tx.is_quiet(who.workspace, plan.project.key, taker.slack or "", self.now()):
            alone = f"{taker.name} wants nothing from me now, or the project is muted: ask them yourself."
            return Done(lines=(alone,), plan=plan)
        new = self._ask_taker(tx, plan, found.source, proposal, who)
        asked = f"I ask {taker.name} whether they take {titled(plan, proposal.item or '')}."
        return Done(lines=(asked if new else f"{taker.name} is asked already.",), plan=plan)

    def refuse_offer(self, who: Actor, id: int, *, everything: bool = False) -> tuple[str, ...]:
        """No, and nothing of that kind again in this channel; or nothing at all."""
        with self.store.transaction() as tx:
            offer = tx.offered(who.workspace, id)
            if offer is None or offer.user != who.user:
                raise NotFound(UNKNOWN)
            if not tx.answer_offer(offer.id, "refused") and not everything:
                raise NotFound(_answered(offer))
            if offer.slot.startswith(HANDOFF_SLOT):
                return self._declined(tx, who, offer)
            kind = EVERYTHING if everything else offer.kind
            tx.refuse_offers(offer.workspace, offer.channel, who.user, kind, self.now())
        again = "`/golive offers on` brings that back."
        if everything:
            return (f"I offer you nothing in this channel any more. {again}",)
        return (f"Left alone; I do not offer you such a thing in this channel again. {again}",)

    def _declined(self, tx: Transaction, who: Actor, offer: Offer) -> tuple[str, ...]:
        """Who asked is told, directly."""
        plan, said = tx.plan(offer.workspace, offer.project), offer.said
        asked_by = said.get("author")
        if plan is not None and isinstance(asked_by, str):
            me = plan.by_slack.get(who.user)
            item = Proposal.from_json(said["proposal"]).item or ""
            lines = [f"{me.name if me else 'Somebody'} does not take {titled(plan, item)}."]
            key = cause("handoff_declined", offer.workspace, str(offer.id))
            payload = {"user": asked_by, "lines": lines}
            tx.emit(offer.workspace, asked_by, key, "direct_reply", payload, at=self.now())
        return ("You do not take it; who asked is told.",)

    def offers_wanted(self, who: Actor, where: Where, words: str) -> Done:
        """What somebody does not want to be offered in this channel; `on` and `off` change that."""
        with self.together(who, where, "look") as (tx, plan):
            place = (who.workspace, plan.project.channel or "", who.user)
            word = words.strip().casefold()
            if word in ("on", "again", "yes"):
                was = tx.take_offers_again(*place)
                line = "I offer you what you say in this channel again." if was else "I do so already."
            elif word in ("off", "never", "no"):
                tx.refuse_offers(*place, EVERYTHING, self.now())
                line = "I offer you nothing in this channel any more."
            else:
                line = _refusals(tx.refused(*place), policies.of(plan.project).hear)
            return Done(lines=(line,), plan=plan)

    def _theirs(self, tx: Transaction, who: Actor, id: int) -> tuple[Plan, Offer]:
        """An open offer to this person; to everybody else there is none."""
        offer = tx.offered(who.workspace, id)
        plan = tx.plan(who.workspace, offer.project) if offer else None
        if offer is None or plan is None or offer.user != who.user:
            raise NotFound(UNKNOWN)
        if not self._may_see(tx, who, plan, None):
            raise Refused("You are not part of that project any more.")
        self._enter(tx, who)
        if self.now() - offer.at > KEPT and offer.state in ("open", "void"):
            raise NotFound(ANSWERED["open"])
        if offer.state != "open":
            raise NotFound(_answered(offer))
        return plan, offer


OFFERED = "offered"  # its author was asked what to make of it
ACCEPTED = "accepted"


def _answered(offer: Offer) -> str:
    """Why an offer cannot be answered any more."""
    if offer.slot.startswith(HANDOFF_SLOT) and offer.state == "refused":
        return DECLINED
    return ANSWERED.get(offer.state, GONE)


def source_of(post: Post) -> Source:
    return Source(
        workspace=post.workspace,
        channel=post.channel,
        ts=post.ts,
        thread_ts=post.thread_ts,
        author=post.author,
        permalink=post.permalink,
    )


def makes_sense(plan: Plan, proposal: Proposal) -> bool:
    """Whether what would be recorded is still there to be recorded on."""
    if proposal.item is not None and proposal.item not in plan.item:
        return False
    if proposal.kind == proposing.UNBLOCK:
        ids = (proposal.blocker,) if proposal.blocker else proposal.choices
        return any(id in plan.blocker and plan.blocker[id].open for id in ids)
    if proposal.kind == proposing.HANDOFF:
        return proposal.person in plan.by_slack
    return True


def _opened(plan: Plan, offer: Offer) -> Offered:
    said = offer.said
    source = Source(
        workspace=offer.workspace,
        channel=offer.channel,
        ts=offer.ts,
        thread_ts=said.get("thread_ts"),
        author=said.get("author"),
        permalink=said.get("permalink"),
    )
    asked = said.get("author") if offer.slot.startswith(HANDOFF_SLOT) else None
    proposal = Proposal.from_json(said["proposal"])
    return Offered(id=offer.id, plan=plan, proposal=proposal, source=source, asked_by=asked)


def _chosen(proposal: Proposal, choice: str | None) -> Proposal:
    """With one of the choices that were offered; anything else is no choice."""
    if choice is None:
        if proposal.choices and proposal.item is None and proposal.kind != proposing.BLOCKER:
            raise NotFound("Say which one: press one of the names, or Edit.")
        return proposal
    if choice not in proposal.choices:
        raise NotFound("That was not offered.")
    if proposal.kind == proposing.UNBLOCK:
        return replace(proposal, blocker=choice, choices=())
    return replace(proposal, item=choice, choices=())


def _item_of(plan: Plan, about: About | None) -> str | None:
    if about is None:
        return None
    if about.entity == "item":
        return about.key
    if about.entity == "blocker":
        return plan.blocker[about.key].item
    things = plan.assumptions if about.entity == "assumption" else plan.decisions
    return next((thing.item for thing in things if thing.id == about.key), None)


def _refusals(kinds: list[str], hear: policies.Hear) -> str:
    if hear.talk != policies.OFFERS:
        return "This project does not want anything offered: `/golive settings` shows it."
    if EVERYTHING in kinds:
        return "I offer you nothing in this channel. `/golive offers on` brings it back."
    if kinds:
        return f"I do not offer you here: {', '.join(kinds)}. `/golive offers on` brings it back."
    return f"I offer you what you say, at most {hear.offers_a_day} times a day. `/golive offers off` ends it."

"""What becomes of a message that somebody wants tracked: by shortcut, reaction, mention, or forwarded?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain import blockers, naming, policies, proposing, reading
from bot.domain.errors import BotError, Unavailable
from bot.domain.hearing import SELF
from bot.domain.permissions import Asking
from bot.domain.plan import Plan, Status
from bot.domain.proposing import About, Proposal, Source
from bot.domain.schedule import CLOSED
from bot.tracker.blocking import names_in
from bot.tracker.desk import cause
from bot.tracker.hearing import Hearing
from bot.tracker.offering import OFFERED
from bot.tracker.recording import exists
from bot.tracker.values import NOBODY, Actor, Colleague, Done, Post, Where
from storage import Transaction
from storage.guard import clean

_CLEAR = (proposing.BLOCKER, proposing.ASSUMPTION, proposing.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What a message would be tracked as, to be confirmed or corrected. `clear`: its words say as what."""

    plan: Plan
    source: Source
    proposal: Proposal
    clear: bool

    @property
    def is_home(self) -> bool:
        return self.source.is_home(self.plan)


class Capturing(Hearing):
    """The verbs on messages somebody points at."""

    def capturable(
        self, who: Actor, where: Where, source: Source, text: str, kind: str | None = None
    ) -> Capture:
        """The project somebody means, and what their message would be tracked as in it. Refused when any of
        it says who a patient is: what is recorded is only the beginning of it."""
        text = clean(text)
        with self.store.reading() as tx:
            plan = self._shown_to(tx, who, self._plan(tx, who, where, "track"))
        post = Post(
            workspace=source.workspace,
            channel=source.channel,
            ts=source.ts,
            author=source.author or who.user,
            text=text,
            at=datetime.fromtimestamp(float(source.ts), UTC),
        )
        proposal, clear = self._prefilled(plan, post)
        if kind is not None:
            proposal, clear = replace(proposal, kind=kind), True
        return Capture(plan=plan, source=source, proposal=proposal, clear=clear)

    def _prefilled(self, plan: Plan, post: Post) -> tuple[Proposal, bool]:
        names = names_in(plan, post.people)
        heard = self._listened(plan, post, None)
        kind = heard.intent if heard.intent in _CLEAR else proposing.ITEM
        known = reading.details(
            post.text, now=post.at, zone=self._spoken_in(plan, post), author=post.author, names=names
        )
        text = reading.plain(post.text, names)
        item = plan.item.get(heard.item or "") or naming.mentioned(text, plan.items)
        near = proposing.near_items(plan, text) if item is None else ()
        meant = post.author if heard.owner == SELF else heard.owner
        found = Proposal(
            kind=kind,
            text=text[: proposing.LONGEST],
            item=item.key if item else near[0] if len(near) == 1 else None,
            person=meant if meant in plan.by_slack else None,
            day=heard.due_date or known.due,
            waiting_on=heard.waiting_on or known.waiting_on if kind == proposing.BLOCKER else None,
        )
        return found, heard.intent in _CLEAR

    def project_of(self, who: Actor, channel: str) -> Where:
        """Where something said in a channel belongs: its project, if they may see that; else theirs."""
        with self.store.reading() as tx:
            plan = tx.plan_in(who.workspace, channel)
            seen = plan is not None and self._may_see(tx, who, plan, None)
        return Where(project=plan.project.key if plan and seen else None, direct=True)

    def capture(
        self,
        who: Actor,
        where: Where,
        source: Source,
        wish: Proposal,
        colleagues: Mapping[str, Colleague] = NOBODY,
    ) -> Done:
        """Track a message as what somebody says it is."""
        with self.together(who, where, "track") as (tx, plan):
            return self._record_wish(tx, who, plan, source, wish, "capture", colleagues)

    def confirm_directly(self, who: Actor, done: Done, form: str) -> None:
        """Tell whoever sent a form what became of it, once, where nobody else reads it."""
        payload = {"user": who.user, "lines": list(done.lines), "project": done.project, "undo": done.undo}
        with self.store.transaction() as tx:
            key = cause("form", who.workspace, who.user, form)
            tx.emit(who.workspace, who.user, key, "direct_reply", payload, at=self.now())

    # Reactions

    def meaning_of(self, who: Actor, channel: str, ts: str, emoji: str) -> str | None:
        """What somebody's reaction to a message in a project's channel asks for; None for most of them."""
        name = emoji.split("::")[0]  # a skin tone says nothing more
        with self.store.reading() as tx:
            plan = tx.plan_in(who.workspace, channel)
            if plan is None or who.user not in plan.by_slack or not self._counts(tx, who):
                return None
            names = policies.of(plan.project).hear.emoji
            if name == names.blocker:
                known = any(about.entity == "blocker" for about in self._spoken_of(tx, plan, channel, ts))
                return None if known else proposing.BLOCKER
            meant = {names.done: proposing.DONE, names.doing: proposing.DOING}.get(name)
            return meant if meant and self._spoken_of(tx, plan, channel, ts) else None

    def mark(self, who: Actor, source: Source, meaning: str) -> Done | None:
        """Done, or on it, by a reaction to a tracked message; None when it is not for them to say so."""
        with self.store.transaction() as tx:
            plan = tx.plan_in(source.workspace, source.channel)
            if plan is None:
                return None
            for about in self._spoken_of(tx, plan, source.channel, source.ts):
                wish = _marked(plan, who, about, meaning)
                if wish is None or not self._may_record(tx, plan, who, wish):
                    continue
                try:
                    return self._record_wish(tx, who, plan, source, wish, "react")
                except Unavailable:
                    raise
                except BotError:
                    return None  # it cannot be, and a reaction is no question that wants an answer
        return None

    def _spoken_of(self, tx: Transaction, plan: Plan, channel: str, ts: str) -> list[About]:
        """The things of the project a message speaks of, blockers first."""
        key = plan.project.key
        tracks = tx.tracked(plan.project.workspace, channel, ts)
        found = [About(entity=track.entity, key=track.key) for track in tracks if track.project == key]
        known = tx.heard(plan.project.workspace, channel, ts)
        if known is not None and known.project == key and known.kind != OFFERED:
            found += [About(entity="blocker", key=known.blocker)] if known.blocker else []
            found += [About(entity="item", key=known.item)] if known.item and not known.blocker else []
        there = [about for about in dict.fromkeys(found) if exists(plan, about)]
        return sorted(there, key=lambda about: about.entity != "blocker")


def _marked(plan: Plan, who: Actor, about: About, meaning: str) -> Proposal | None:
    """What a reaction changes, if it is this person's to change."""
    me = plan.by_slack.get(who.user)
    if about.entity == "blocker":
        blocker = plan.blocker[about.key]
        if me is None or not blocker.open:
            return None
        if meaning == proposing.DONE:
            may = blockers.may_change(plan, blocker, Asking(person=me, user=who.user))
            return Proposal(kind=proposing.UNBLOCK, blocker=blocker.id) if may else None
        free = blocker.owner is None
        return Proposal(kind=proposing.DOING, blocker=blocker.id, person=who.user) if free else None
    item = plan.item.get(about.key) if about.entity == "item" else None
    if item is None or me is None or item.status in (*CLOSED, Status.DONE):
        return None
    if meaning == proposing.DONE:
        return Proposal(kind=proposing.DONE, item=item.key) if item.owner == me.key else None
    theirs = item.owner is None or (item.owner == me.key and item.status is Status.TODO)
    return Proposal(kind=proposing.DOING, item=item.key, person=who.user) if theirs else None

"""Who is it that asks, as Slack says, may they do it, and how much of the plan do they read?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any, TypeVar

from bot.domain import permissions
from bot.domain.audience import happened
from bot.domain.audience.veil import Veil
from bot.domain.belonging import Belongs
from bot.domain.errors import BotError, NotFound, Refused
from bot.domain.permissions import PROJECT, About, Asking
from bot.domain.plan import Event, Item, Plan
from bot.domain.readers import Audience
from bot.domain.story import recounting
from bot.tracker.kept import Kept
from bot.tracker.values import Actor, Done, Where
from storage import Store, Transaction

KEPT_VEILS = 32
ASKED_AGAIN = timedelta(days=1)  # of people of other companies Slack does not tell when they change
UNKNOWN = "I do not know who you are in this workspace yet, so I left everything as it is. Please try again."
GONE = "Your account in this workspace is deactivated, so I left everything as it is."
APP = "Apps change nothing here: somebody has to say it themselves."


@dataclass(frozen=True, slots=True)
class Past:
    """Events, and how the plan stood at a moment, where the events do not say all."""

    events: tuple[Event, ...]
    stood: Callable[[datetime], Plan | None] | None


class Gate:
    """What every verb begins with: who asks, whether they may, and what they read."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.now = clock
        self._at_work = threading.local()
        self._veils = Kept[tuple[str, str, str | None], Veil](KEPT_VEILS)

    # ——— who they are

    def known_lately(self, workspace: str, user: str) -> Belongs | None:
        """Who somebody is to the workspace; None when Slack was not asked, or too long ago."""
        with self.store.reading() as tx:
            known = tx.belonging(workspace, user)
        if known is None or known.belongs not in tuple(Belongs):
            return None
        lately = known.belongs == Belongs.HERE or self.now() - known.asked_at < ASKED_AGAIN
        return Belongs(known.belongs) if lately else None

    def belongs(self, workspace: str, user: str) -> Belongs | None:
        """Who somebody is to the workspace; None while nobody knows."""
        with self.store.reading() as tx:
            return self._belongs(tx, workspace, user)

    def met(self, workspace: str, said: Mapping[str, Belongs]) -> None:
        """What Slack says of people now."""
        with self.store.transaction() as tx:
            tx.keep_belonging(workspace, {user: word.value for user, word in said.items()}, self.now())

    def to_meet(self, workspace: str, channel: str) -> list[str]:
        """Who is in a channel, or in its project, and not known yet."""
        with self.store.reading() as tx:
            plan = tx.plan_in(workspace, channel)
            named = list(plan.by_slack) if plan is not None else []
            known = tx.known_users(workspace, named)
            unknown = [*tx.unknown_members(workspace, channel), *(u for u in named if u not in known)]
        return list(dict.fromkeys(unknown))

    def _belongs(self, tx: Transaction, workspace: str, user: str) -> Belongs | None:
        known = tx.belonging(workspace, user)
        return Belongs(known.belongs) if known is not None and known.belongs in tuple(Belongs) else None

    def _enter(self, tx: Transaction, who: Actor) -> bool:
        """Whether they are from outside; refused when they are nobody whose word counts."""
        if who.at_the_console:
            return False
        found = self._belongs(tx, who.workspace, who.user)
        if found is None:
            raise Refused(UNKNOWN)
        if not found.acts:
            raise Refused(refusal(found))
        return found.outside

    def _counts(self, tx: Transaction, who: Actor) -> bool:
        """Whether anything they do counts: nobody is told of a reaction that does not."""
        found = self._belongs(tx, who.workspace, who.user)
        return found is not None and found.acts

    def _reads_outside(self, tx: Transaction, who: Actor) -> bool:
        """Whether what they are told has to be fit for people from outside."""
        if who.at_the_console:
            return False
        found = self._belongs(tx, who.workspace, who.user)
        return found is None or found.outside

    def _asking(self, tx: Transaction, plan: Plan, who: Actor) -> Asking:
        outside = self._enter(tx, who)
        return Asking(person=plan.by_slack.get(who.user), user=who.user, outside=outside)

    # ——— what they may

    def _permit(self, tx: Transaction, plan: Plan, who: Actor, act: str, about: About = PROJECT) -> Asking:
        """Refused, unless they may; nobody asks whoever runs golive."""
        by = self._asking(tx, plan, who)
        if not who.at_the_console:
            with self._veiling(plan, outside=by.outside):
                permissions.refuse(plan, act, by, about)
        return by

    def _may(self, tx: Transaction, plan: Plan, who: Actor, act: str, about: About = PROJECT) -> bool:
        by = self._asking(tx, plan, who)
        return who.at_the_console or permissions.may(plan, act, by, about)

    def _led_to(self, tx: Transaction, plan: Plan, who: Actor, item: Item | None = None) -> frozenset[str]:
        """Of what an answer leads to, what they may."""
        by = self._asking(tx, plan, who)
        return permissions.LED_TO if who.at_the_console else permissions.led_to(plan, by, item)

    # ——— what they read

    def _veil(self, plan: Plan, channel: str | None = None) -> Veil:
        """Between a plan and people from outside, who read in this channel."""
        project = plan.project
        key = (project.workspace, project.key, channel)
        drawn = partial(Veil, plan, (channel,) if channel else ())
        return self._veils.get(key, lambda veil: veil.plan is plan, drawn)

    def _audience(self, tx: Transaction, who: Actor, where: Where) -> Audience:
        """Whose reading somebody gets who does not say whose: the customer's, for people from outside and
        where some of them read along."""
        if self._enter(tx, who):
            return Audience.CUSTOMER
        if where.direct or where.channel is None or who.at_the_console:
            return Audience.TEAM
        return Audience.CUSTOMER if tx.outsiders(who.workspace, where.channel) else Audience.TEAM

    def _for(self, tx: Transaction, who: Actor, where: Where, wanted: Audience | None) -> Audience:
        """The reading somebody wants; those from outside never get another than theirs."""
        if wanted is None:
            return self._audience(tx, who, where)
        return Audience.CUSTOMER if self._enter(tx, who) else wanted

    def _as_read(self, plan: Plan, audience: Audience, where: Where) -> Plan:
        if audience is not Audience.CUSTOMER:
            return plan
        return self._veil(plan, None if where.direct else where.channel).shown

    def _past(self, plan: Plan, shown: Plan, events: Sequence[Event]) -> Past:
        """What happened, as far as the reader of a plan may read it."""
        if shown is plan:
            return Past(tuple(events), None)

        def stood(moment: datetime) -> Plan | None:
            return recounting.plan_at(plan, events, moment)

        return Past(happened.events(self._veil(plan), events), stood)

    def _shown_to(self, tx: Transaction, who: Actor, plan: Plan) -> Plan:
        """The plan as whoever acts on it knows its things."""
        return self._veil(plan).shown if self._enter(tx, who) else plan

    def _fit(self, tx: Transaction, plan: Plan, lane: str, user: str | None = None) -> Plan:
        """The plan as it may be spoken of in a conversation: with one person, or where all read it."""
        veil = self._veil_for(tx, plan, lane, user)
        return veil.shown if veil is not None else plan

    def _veil_for(self, tx: Transaction, plan: Plan, lane: str, user: str | None = None) -> Veil | None:
        """None where only the team reads. Who or what is not known counts as from outside."""
        workspace = plan.project.workspace
        alone = user if user is not None else lane if lane.startswith(("U", "W")) else None
        if alone is not None:
            found = self._belongs(tx, workspace, alone)
            return self._veil(plan) if found is None or found.outside else None
        return None if tx.is_for_the_team(workspace, lane) else self._veil(plan, lane)

    def _admitted(self, who: Actor, plan: Plan, *, outside: bool) -> None:
        """Note for what this thread tells at the end of a verb, to whom it is told."""
        self._at_work.told = (who, plan if outside else None)

    def _unfit_for(self, who: Actor | None) -> Veil | None:
        """What stands between this person and the project that was worked on; None where nothing does."""
        told: tuple[Actor, Plan | None] | None = getattr(self._at_work, "told", None)
        return self._veil(told[1]) if told is not None and told[0] == who and told[1] is not None else None

    @contextmanager
    def _veiling(self, plan: Plan, *, outside: bool) -> Iterator[None]:
        """What goes wrong is said in words that somebody from outside may read."""
        try:
            yield
        except BotError as trouble:
            if outside:
                trouble.args = (self._in_fit_words(self._veil(plan), trouble),)
            raise

    @contextmanager
    def _hearing(self, said: str) -> Iterator[None]:
        """Note what whoever acts said."""
        before = getattr(self._at_work, "said", "")
        self._at_work.said = f"{before}\n{said}"
        try:
            yield
        finally:
            self._at_work.said = before

    def _in_fit_words(self, veil: Veil, trouble: BotError) -> str:
        """What went wrong, as somebody from outside may read it. What is not there for them is called what
        they called it: another word would tell them that it is there."""
        if trouble.fit:  # said so by a verb within this one, which heard more
            return str(trouble)
        said = getattr(self._at_work, "said", "") if isinstance(trouble, NotFound) else ""
        trouble.fit = True
        return veil.scrubber.echoed(str(trouble), said)

    def _told(self, plan: Plan, lines: Iterable[str], *, outside: bool) -> tuple[str, ...]:
        """Lines as their reader may read them."""
        return tuple(self._veil(plan).scrubber.text(line) for line in lines) if outside else tuple(lines)


T = TypeVar("T")
V = TypeVar("V", bound=type["Gate"])


def fit_for_all(tracker: V) -> V:
    """Have what every verb tells, also when it fails, told in words that whoever it is told may read. Done
    here for all of them, so that no new one forgets it."""
    for name in dir(tracker):
        verb = getattr(tracker, name)
        if not name.startswith("_") and callable(verb) and "Actor" in verb.__annotations__.values():
            setattr(tracker, name, _fitted(verb))
    return tracker


def _fitted(verb: Callable[..., T]) -> Callable[..., T]:
    @wraps(verb)
    def told(self: Gate, *given: Any, **named: Any) -> T:
        who = next((each for each in (*given, *named.values()) if isinstance(each, Actor)), None)
        with self._hearing(_typed((*given, *named.values()))):
            try:
                done = verb(self, *given, **named)
            except BotError as trouble:
                if (veil := self._unfit_for(who)) is not None:
                    trouble.args = (self._in_fit_words(veil, trouble),)
                raise
        if not isinstance(done, Done) or (veil := self._unfit_for(who)) is None:
            return done
        return replace(done, lines=tuple(map(veil.scrubber.text, done.lines)))

    return told


def _typed(given: Iterable[Any]) -> str:
    """What a verb is given in words, also as part of a question."""
    found: list[str] = []
    for each in given:
        if isinstance(each, str):
            found.append(each)
        elif isinstance(each, list | tuple):
            found.append(_typed(each))
        elif is_dataclass(each) and not isinstance(each, Plan):
            found.append(_typed(getattr(each, part.name) for part in fields(each)))
    return "\n".join(found)


def refusal(found: Belongs) -> str:
    """Why nothing counts that somebody does who is deactivated, or an app."""
    return APP if found is Belongs.APP else GONE

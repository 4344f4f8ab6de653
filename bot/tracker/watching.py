"""What happened, what looks like trouble, how do all projects stand; and what is no trouble, and why?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from bot.domain import portfolio, signals, templates
from bot.domain.errors import BotError, Conflict, Invalid, NotFound
from bot.domain.permissions import About, Role
from bot.domain.plan import Event, Item, Plan
from bot.domain.portfolio import Row
from bot.domain.readiness import Assessment
from bot.domain.signals import Dismissal, Known, Signal
from bot.domain.story import lookback, recounting
from bot.domain.wording import Reply
from bot.tracker.desk import cause, in_words
from bot.tracker.forming import SENT
from bot.tracker.questions import Questions
from bot.tracker.values import Actor, Where
from storage import Transaction

LONGEST_WHY = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A reply, and of which project."""

    plan: Plan
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The signals of a project now, and those that somebody dismissed and that still hold."""

    plan: Plan
    assessment: Assessment
    as_of: datetime
    found: tuple[Signal, ...]
    dismissed: Mapping[str, Dismissal]

    def reply(self, *, whole: bool = False) -> Reply:
        a = self.assessment
        return signals.reply(self.plan, a, self.found, self.as_of, dismissed=self.dismissed, whole=whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissed:
    """What was put away, or brought back; `fingerprint` to take that back."""

    plan: Plan
    line: str
    fingerprint: str | None = None


class Watching(Questions):
    """The verbs changes, history, signals, dismiss and portfolio."""

    # What happened

    def changes_since(
        self, who: Actor, where: Where, words: str | None, *, topic: str = "", whole: bool = False
    ) -> Told:
        """What changed since a day said in words; in the last week, if none is."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where)
            shown = self._read_there(tx, who, where)
            start = lookback.since(words, self.now(), self._zone(plan, who.user)) if words else None
            past = self._past(plan, shown, self._events_since(tx, plan, start))
        as_of = self.now().astimezone(plan.project.zone)
        reply = recounting.since(
            shown, past.events, start, None, as_of, topic=topic, whole=whole, stood=past.stood
        )
        return Told(plan=shown, reply=reply)

    def changes_of(
        self,
        workspace: str,
        project: str | None,
        words: str | None,
        at: datetime | None,
        *,
        whole: bool = False,
    ) -> Told:
        """The same for the command line, as of any moment."""
        with self.store.reading() as tx:
            plan = self._stored(tx, workspace, project)
            as_of = (at or self.now()).astimezone(plan.project.zone)
            start = lookback.since(words, as_of, plan.project.zone) if words else None
            events = self._events_since(tx, plan, start, as_of)
        return Told(plan=plan, reply=recounting.since(plan, events, start, None, as_of, whole=whole))

    def _events_since(
        self, tx: Transaction, plan: Plan, start: date | None, as_of: datetime | None = None
    ) -> Sequence[Event]:
        project = plan.project
        zone = project.zone
        begin = (
            datetime.combine(start, time.min, zone) if start else (as_of or self.now()) - recounting.LATELY
        )
        return tx.events(project.workspace, project.key, since=begin.astimezone(UTC))

    def history(self, who: Actor, where: Where, word: str, *, whole: bool = False) -> Told:
        """What happened to an item, a blocker, an assumption or a person, also to one that is gone."""
        with self.store.reading() as tx:
            plan = self._plan(tx, who, where)
            shown = self._read_there(tx, who, where)
            return self._happened(tx, plan, word, self.now(), whole=whole, shown=shown)

    def history_of(
        self, workspace: str, project: str | None, word: str, at: datetime | None, *, whole: bool = False
    ) -> Told:
        """The same for the command line."""
        with self.store.reading() as tx:
            plan = self._stored(tx, workspace, project)
            return self._happened(tx, plan, word, at or self.now(), whole=whole)

    def _happened(
        self, tx: Transaction, plan: Plan, word: str, at: datetime, *, whole: bool, shown: Plan | None = None
    ) -> Told:
        if not word.strip():
            raise Invalid("Say of what: `/golive history vpn`, or a blocker: `/golive history B3`.")
        project, shown = plan.project, shown or plan
        events = self._past(plan, shown, tx.events(project.workspace, project.key)).events
        key = self._named_or_gone(shown, word.strip(), events)
        as_of = at.astimezone(project.zone)
        return Told(plan=shown, reply=recounting.history(shown, [key], events, as_of, whole=whole))

    def _named_or_gone(self, plan: Plan, word: str, events: Sequence[Event]) -> str:
        """The key that is meant: of the plan, or of something that is gone; what is nearly so is offered."""
        known = recounting.knows(plan, word)
        if known is not None:
            return known[1]
        things = [e.change for e in events if e.change.field == "" and e.change.entity != "project"]
        gone = {change.key.casefold(): change.key for change in things}
        if word.casefold() in gone:
            return gone[word.casefold()]
        try:
            item: Item = self._item(plan, word)
            return item.key
        except NotFound as unknown:
            if type(unknown) is not NotFound:
                raise  # something is called nearly so, and offered
            raise recounting.nothing_known(plan, word[:60].replace("`", "'")) from None

    # What looks like trouble

    def signals(self, who: Actor, where: Where) -> Watch:
        """What is likely to cost the date, the costliest first."""
        with self.store.reading() as tx:
            return self._watch(tx, self._plan(tx, who, where, "signals"), self.now())

    def signals_of(self, workspace: str, project: str | None, at: datetime | None) -> Watch:
        """The same for the command line."""
        with self.store.reading() as tx:
            return self._watch(tx, self._stored(tx, workspace, project), at or self.now())

    def known_besides(self, tx: Transaction, plan: Plan) -> Known:
        """What the log and the templates say that the plan does not."""
        zone, nearest = plan.project.zone, templates.nearest(plan)
        words = tx.last_words(plan.project.id or 0)
        return Known(
            said={place: at.astimezone(zone).date() for place, (at, _) in words.items() if at is not None},
            touched={place: at.astimezone(zone).date() for place, (_, at) in words.items()},
            lacks=templates.lacks(plan, nearest) if nearest is not None else (),
        )

    def _watch(self, tx: Transaction, plan: Plan, at: datetime) -> Watch:
        as_of = at.astimezone(plan.project.zone)
        a = self._assessment(plan, as_of.date())
        known, put_away = self.known_besides(tx, plan), tx.dismissed(plan.project.id or 0)
        every = signals.signals(plan, a, known)
        holding = {each.fingerprint for each in every}
        return Watch(
            plan=plan,
            assessment=a,
            as_of=as_of,
            found=signals.signals(plan, a, known, put_away) if put_away else every,
            dismissed={mark: said for mark, said in put_away.items() if mark in holding},
        )

    def dismiss(
        self, who: Actor, where: Where, which: str, why: str, *, form: str | None = None
    ) -> Dismissed:
        """Put a signal away, by its number in the list or its fingerprint, until its facts change. What a
        `form` said is confirmed directly, in the same transaction."""
        said, key = in_words(why), cause("form", who.workspace, who.user, form or "")
        with self.store.transaction() as tx:
            plan = self._plan(tx, who, where, "dismiss")
            if form is not None and tx.message(who.workspace, key) is not None:
                raise Conflict(SENT)
            watch = self._watch(tx, plan, self.now())
            signal = _meant(watch, which)
            self._refuse_dismissing(tx, plan, who, signal)
            if not said:
                raise Invalid(
                    "Say why it is no trouble: `/golive dismiss 2 agreed with the vendor on Tuesday`."
                )
            if len(said) > LONGEST_WHY:
                raise Invalid(f"Say why in at most {LONGEST_WHY} characters. Nothing was changed.")
            dismissal = Dismissal(by=who.user, why=said, at=self.now())
            tx.dismiss(plan.project.id or 0, who.workspace, signal.fingerprint, dismissal)
            line = f"Dismissed until its facts change: {signal.reason}."
            if form is not None:
                of = {"user": who.user, "project": plan.project.key, "signal": signal.fingerprint}
                payload = {**of, "lines": [line]}
                tx.emit(who.workspace, who.user, key, "direct_reply", payload, at=self.now())
            return Dismissed(plan=plan, line=line, fingerprint=signal.fingerprint)

    def bring_back(self, who: Actor, where: Where, fingerprint: str) -> Dismissed:
        """What was dismissed is shown again."""
        with self.store.transaction() as tx:
            plan = self._plan(tx, who, where, "dismiss")
            by = tx.dismissed(plan.project.id or 0).get(fingerprint)
            theirs = {Role.CONCERNED} if by is None or by.by == who.user else set()
            self._permit(tx, plan, who, "dismiss", About(roles=theirs))
            was = tx.bring_back(plan.project.id or 0, fingerprint)
            line = "It is shown again." if was else "It is shown already."
            return Dismissed(plan=plan, line=line)

    def signal(self, who: Actor, where: Where, fingerprint: str) -> tuple[Plan, Signal]:
        """One of them, for the form that asks why it is dismissed."""
        with self.store.reading() as tx:
            watch = self._watch(tx, self._plan(tx, who, where, "signals"), self.now())
            signal = _meant(watch, fingerprint)
            self._refuse_dismissing(tx, watch.plan, who, signal)
        return watch.plan, signal

    def _refuse_dismissing(self, tx: Transaction, plan: Plan, who: Actor, signal: Signal) -> None:
        person = plan.by_slack.get(who.user)
        theirs = {Role.CONCERNED} if person is not None and person.key in signal.people else set()
        self._permit(tx, plan, who, "dismiss", About(roles=theirs))

    # All projects

    def portfolio(self, who: Actor) -> tuple[tuple[Row, ...], datetime]:
        """Every project somebody can see, the worst first, and as of when on their clock."""
        with self.store.reading() as tx:
            plans = self._visible_as_read(tx, who)
        now = self.now()
        theirs = next((plan for plan in plans if who.user in plan.by_slack), None)
        zone = self._zone(theirs, who.user) if theirs else UTC
        return self._rows(plans, now), now.astimezone(zone)

    def portfolio_of(self, workspace: str, at: datetime | None = None) -> tuple[Row, ...]:
        """Every project of a workspace, for the command line."""
        with self.store.reading() as tx:
            found = (tx.plan(workspace, project.key) for project in tx.projects(workspace))
            plans = [plan for plan in found if plan is not None]
        return self._rows(plans, at or self.now())

    def _rows(self, plans: Sequence[Plan], at: datetime) -> tuple[Row, ...]:
        # Not kept: a thousand of them would push out the few that are asked for again and again.
        rows = []
        for plan in plans:
            a = Assessment(plan, at.astimezone(plan.project.zone).date())
            try:
                rows.append(portfolio.row(plan, a))
            except BotError as trouble:
                rows.append(portfolio.unreadable(plan, a.today, str(trouble)))
        return portfolio.ranked(rows)


def _meant(watch: Watch, which: str) -> Signal:
    """The signal of that number, or fingerprint."""
    word = which.strip().strip("#.,:")
    by_mark = next((each for each in watch.found if each.fingerprint == word), None)
    if by_mark is not None:
        return by_mark
    if ":" in word:
        raise NotFound("That signal is gone: what it said has changed, or it was dismissed already.")
    if not word.isdecimal() or len(word) > 4 or not 1 <= int(word) <= len(watch.found):
        many = f"from 1 to {len(watch.found)}" if watch.found else "but there are none now"
        raise Invalid(f"Say which by its number in `/golive signals`, {many}.")
    return watch.found[int(word) - 1]

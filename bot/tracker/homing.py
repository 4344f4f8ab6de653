"""What does App Home show to one person, and what do they set for themselves there?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, time, timedelta
from typing import Any

from bot.domain import homepage, myday, portfolio, states
from bot.domain.answers import firstscreen
from bot.domain.errors import BotError, Invalid, NotFound, Refused
from bot.domain.homepage import HomePage, ProjectLine, Wishes
from bot.domain.myday import Mine
from bot.domain.plan import Away, Hours, Person, Plan
from bot.domain.portfolio import Row
from bot.domain.wording import Words
from bot.tracker.acting import Acting
from bot.tracker.values import Actor, Colleague, Done
from bot.tracker.watching import Watching
from storage import Home, Transaction

LONGEST_AWAY = timedelta(days=366)
NO_GATES = "No gates yet, so nothing says what must be true before go-live."
NOT_NAMED = "You are named in no project, so there is nothing to set yet."


class Homing(Acting, Watching):
    """The verbs of App Home. What is pressed there for a plan are the verbs everybody else uses too."""

    def home_opened(self, who: Actor, hash: str | None) -> None:
        """They look at it: it is kept up to date for a while. `hash` names what Slack shows, if known."""
        with self.store.transaction() as tx:
            tx.home_opened(who.workspace, who.user, self.now(), hash)

    def home_turned(self, who: Actor, page: Mapping[str, Any]) -> None:
        """They want to see another page of it."""
        with self.store.transaction() as tx:
            tx.home_turned(who.workspace, who.user, self.now(), page=page)

    def home_told(self, who: Actor, lines: Sequence[str], project: str = "", undo: int | None = None) -> None:
        """What came of a press in it is told there."""
        said = {"lines": list(lines), "project": project, "undo": undo}
        with self.store.transaction() as tx:
            tx.home_turned(who.workspace, who.user, self.now(), told=said)

    def home_page(self, home: Home) -> HomePage:
        """What it shows them now; nothing to people whose word does not count here."""
        who, now = Actor(home.workspace, home.user), self.now()
        with self.store.reading() as tx:
            try:
                plans = self._visible_as_read(tx, who)
            except Refused as shut:
                return HomePage(user=who.user, as_of=now.astimezone(UTC), closed=str(shut))
            outside = self._reads_outside(tx, who)
            promised, asked = tx.answered_by([plan.project.id or 0 for plan in plans], who.user)
            quiet = tx.quiet_of(who.workspace, who.user, now)
        named = [plan for plan in plans if who.user in plan.by_slack]
        mine = []
        for plan in named:
            found, person = plan.project.id or 0, plan.by_slack[who.user]
            a = self._assessment(plan, self._today(plan))
            mine.append(Mine(plan, a, person, promised.get(found, ()), asked.get(found, ())))
        zone = next((self._zone(plan, who.user) for plan in (*named, *plans)), UTC)
        lines = tuple(self._project_line(plan, who) for plan in plans)
        return HomePage(
            user=who.user,
            as_of=now.astimezone(zone),
            projects=tuple(sorted(lines, key=lambda line: (not line.leads, line.name.casefold(), line.key))),
            day=myday.day(mine, now),
            wishes=homepage.wishes(named, who.user, quiet.until if quiet else None, quiet is not None, now),
            led=self._home_rows(plans) if len(plans) > 1 and any(line.leads for line in lines) else (),
            page=home.page,
            told=home.told,
            outside=outside,
        )

    def _project_line(self, plan: Plan, who: Actor) -> ProjectLine:
        a = self._assessment(plan, self._today(plan))
        person = plan.by_slack.get(who.user)
        try:
            said = (
                f"{firstscreen.state(a)}. {firstscreen.verdict(Words(a, 40))}" if a.counts.total else NO_GATES
            )
        except BotError as trouble:
            said = str(trouble)
        leads = person is not None and states.lead(plan) == person.key
        return ProjectLine(key=plan.project.key, name=plan.project.name, verdict=said, leads=leads)

    def _home_rows(self, plans: Sequence[Plan]) -> tuple[Row, ...]:
        rows = []
        for plan in plans:
            today = self._today(plan)
            try:
                rows.append(portfolio.row(plan, self._assessment(plan, today)))
            except BotError as trouble:
                rows.append(portfolio.unreadable(plan, today, str(trouble)))
        return portfolio.ranked(rows)

    # What they set for themselves

    def wishes(self, who: Actor) -> tuple[Wishes, tuple[tuple[str, str], ...]]:
        """How it is set now, and the projects they are named in: (key, name)."""
        with self.store.reading() as tx:
            named = [plan for plan in self._visible_as_read(tx, who) if who.user in plan.by_slack]
            quiet = tx.quiet_of(who.workspace, who.user, self.now())
        found = homepage.wishes(
            named, who.user, quiet.until if quiet else None, quiet is not None, self.now()
        )
        if found is None:
            raise NotFound(NOT_NAMED)
        return found, tuple((plan.project.key, plan.project.name) for plan in named)

    def work_hours(self, who: Actor, start: time | None, end: time | None) -> Done:
        """Their own hours in all their projects; None, None: those of each project."""
        if (start is None) != (end is None):
            raise Invalid("Say both when your day begins and when it ends, or neither.")
        if start is not None and start == end:
            raise Invalid("A working day that ends when it begins leaves no time to be asked anything.")
        hours = Hours(start=start, end=end) if start is not None and end is not None else None
        return self._set_for_myself(who, None, "hours", lambda plan, me: (plan, replace(me, hours=hours)))

    def stands_in(
        self,
        who: Actor,
        project: str | None,
        user: str | None,
        colleague: Colleague | None,
        away: tuple[date, date] | None,
    ) -> Done:
        """Who acts for them while they are away, in one project or in all (None), and when that is next.
        Without a user it stays whoever it is; with "" it is nobody."""
        if away is not None:
            self._refuse_odd_days(away)
        gap = Away(start=away[0], end=away[1]) if away else None

        def change(plan: Plan, me: Person) -> tuple[Plan, Person]:
            deputy = me.deputy if user is None else None
            if user:
                plan, person = self._person(plan, user, colleague)
                deputy = person.key
                if deputy == me.key:
                    raise Refused("You cannot stand in for yourself: name somebody else.")
            kept = tuple(
                each for each in me.away if gap is None or each.end < gap.start or each.start > gap.end
            )
            days = (*kept, gap) if gap else kept
            return plan, replace(me, deputy=deputy, away=tuple(sorted(days, key=lambda g: g.start)))

        return self._set_for_myself(who, project, "deputy", change)

    def _refuse_odd_days(self, away: tuple[date, date]) -> None:
        first, last = away
        if last < first:
            raise Invalid("The last day away is before the first one.", field="until")
        if last - first > LONGEST_AWAY:
            raise Invalid("That is more than a year. Say who has your work instead.", field="until")
        if last < self.now().date() - timedelta(days=1):
            raise Invalid("Those days have passed.", field="until")

    def _set_for_myself(
        self,
        who: Actor,
        project: str | None,
        act: str,
        change: Callable[[Plan, Person], tuple[Plan, Person]],
    ) -> Done:
        """The same change to one's own place in all one's projects, or in one; all of it or nothing."""
        lines: list[str] = []
        with self.store.transaction() as tx:
            named = self._where_named(tx, who, project)
            for plan in named:
                with_me, me = change(plan, plan.by_slack[who.user])
                people = tuple(me if each.key == me.key else each for each in with_me.people)
                done = self._commit(tx, who, plan, replace(with_me, people=people), act, instead="")
                lines += [f"{plan.project.name}: {line}" for line in done.lines if line]
        return Done(lines=tuple(lines) or ("It is so already.",), plan=named[0])

    def _where_named(self, tx: Transaction, who: Actor, project: str | None) -> list[Plan]:
        named = [plan for plan in self._visible(tx, who) if who.user in plan.by_slack]
        if project is not None:
            named = [plan for plan in named if plan.project.key == project]
        if not named:
            raise NotFound(NOT_NAMED)
        for plan in named:
            self._permit(tx, plan, who, "myself")
        return named

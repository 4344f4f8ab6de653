"""What would a project be that somebody is about to start, and what does its target date mean?"""

from __future__ import annotations

from datetime import date

from bot.domain import dates, templates
from bot.domain.errors import Refused
from bot.domain.plan import Plan, Project
from bot.domain.schedule import Calendars
from bot.domain.templates import Template, showing
from bot.domain.wording import count
from bot.tracker.desk import zone_of
from bot.tracker.starting import NOT_FOR_GUESTS, Starting, holidays
from bot.tracker.values import Actor, Colleague, Where
from bot.tracker.wording import day


class Previewing(Starting):
    """The questions that the form of a new project asks."""

    def projects_seen(self, who: Actor) -> tuple[Project, ...]:
        """The projects somebody can see, by name."""
        with self.store.reading() as tx:
            self._enter(tx, who)
            found = [plan.project for plan in self._visible(tx, who)]
        return tuple(sorted(found, key=lambda project: (project.name.casefold(), project.key)))

    def startable(self, who: Actor, where: Where) -> tuple[Template, ...]:
        """The templates there are, for somebody who may start a project here."""
        with self.store.reading() as tx:
            if self._enter(tx, who):
                raise Refused(NOT_FOR_GUESTS)
            here = tx.plan_in(who.workspace, where.channel) if where.channel else None
        if here is not None:
            raise Refused(
                f"{here.project.name} lives in this channel, and a channel has one project. "
                "Start the new one in a channel of its own."
            )
        return tuple(templates.shipped().values())

    def would_be(
        self, who: Actor, template: str | None, target: date, country: str | None, colleague: Colleague
    ) -> tuple[str, ...]:
        """What a target date means: how long it is until then, and for a template whether that is enough."""
        bare = Project(key="new", name="new", policies=holidays(country))
        zone = zone_of(colleague.tz, Plan(project=bare))
        project = Project(key="new", name="new", policies=bare.policies, timezone=zone.key)
        today = self.now().astimezone(zone).date()
        dates.refuse_past(target, today, field="target")
        chosen = templates.find(template) if template else None
        plan, laid = self._begun(project, target.isoformat(), (), {}, chosen)
        if laid is not None:
            return tuple(showing.laid_out(laid))
        calendar = Calendars(plan, today).project
        room = calendar.worked(calendar.position(target)) - calendar.worked(calendar.position(today))
        line = f"{day(target)}: {count(room, 'working day')} from today."
        if not calendar.works(target):
            line += f" Nobody works on that day; the next working day is {day(calendar.next(target))}."
        return (line,)

"""What does a plan look like that starts from a template with a go-live date, and what no longer fits?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.calendar import WorkCalendar
from bot.domain.errors import Invalid
from bot.domain.plan import Assumption, Item, Person, Plan, Project
from bot.domain.readiness import Assessment, assess
from bot.domain.roles import folded
from bot.domain.schedule import Calendars
from bot.domain.templates.values import Step, Template

NO_TARGET = "A template is laid out backwards from go-live: say on which day, for example `target 14 Dec`."


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A plan laid out backwards from its target, and how that went."""

    plan: Plan
    template: Template
    today: date
    moved: tuple[str, ...]  # their day had passed: due on the earliest day they can be done
    late: tuple[str, ...]  # due on their day, which comes before they can be done
    assessment: Assessment

    @property
    def misfits(self) -> int:
        return len(self.moved) + len(self.late)

    @property
    def target_is_free(self) -> bool:
        target = self.plan.project.target_go_live
        return target is not None and not self.assessment.calendar.works(target)

    @property
    def room(self) -> int:
        """Working days there are from today up to the day before the target."""
        target = self.plan.project.target_go_live or self.today
        calendar = self.assessment.calendar
        return calendar.worked(calendar.position(target)) - calendar.worked(calendar.position(self.today))


def lay_out(
    template: Template,
    project: Project,
    today: date,
    people: Sequence[Person] = (),
    roles: Mapping[str, str] | None = None,
) -> Laid:
    """The template's items for a project, which says target and working days; `roles` says who has which.

    A day that has passed already would only be a reproach: such an item is due on the earliest day it can be
    done. One that is still to come stays as it was laid out, and is marked where it can no longer be met.
    """
    target = project.target_go_live
    if target is None:
        raise Invalid(NO_TARGET)
    holders = {folded(role): person for role, person in (roles or {}).items()}
    project = replace(project, go_live_item=template.go_live_item)
    bare = Plan(project=project, people=tuple(people))
    days = _Days(Calendars(bare, today).project, target)
    items = tuple(_item(step, days, holders, bare) for step in template.items)
    plan = replace(bare, items=items)
    timing = assess(plan, today).timing
    moved = tuple(item.key for item in items if item.due is not None and item.due < today)
    dated = (replace(i, due=timing[i.key].finish) if i.key in moved else i for i in items)
    plan = replace(plan, items=tuple(dated))
    plan = replace(plan, assumptions=tuple(_assumptions(template, plan, days, today)))
    found = assess(plan, today)
    late = tuple(item.key for item in plan.items if found.due_impossible(item))
    return Laid(plan=plan, template=template, today=today, moved=moved, late=late, assessment=found)


class _Days:
    """The day of each offset."""

    def __init__(self, calendar: WorkCalendar, target: date) -> None:
        self.calendar = calendar
        self.target = target

    def at(self, offset: int) -> date:
        """So many working days before the target; the target itself is as it was said, even a free day."""
        if offset == 0:
            return self.target
        # Counted from a free day, the first working day after it is one day later already.
        free = offset < 0 and not self.calendar.works(self.target)
        return self.calendar.add(self.target, -offset - (1 if free else 0))


def _item(step: Step, days: _Days, holders: Mapping[str, str], plan: Plan) -> Item:
    owner = holders.get(folded(step.owner_role))
    return Item(
        key=step.key,
        title=step.title,
        area=step.area,
        owner=owner,
        owner_role=step.owner_role,
        validator=_validator(step, owner, holders, plan),
        due=days.at(step.offset),
        remaining_days=step.days,
        depends_on=step.depends_on,
        gate=step.gate,
        description=step.description,
        internal=step.internal,
    )


def _validator(step: Step, owner: str | None, holders: Mapping[str, str], plan: Plan) -> str | None:
    """The role, as long as it leads to whoever has it; else that person, who is never the owner."""
    role = step.validator_role
    person = plan.person.get(holders.get(folded(role), ""))
    if role is None or person is None or person.key == owner or folded(person.role) == folded(role):
        return role
    return person.key


def _assumptions(template: Template, plan: Plan, days: _Days, today: date) -> Iterator[Assumption]:
    """Each is looked into by whoever owns what rests on it."""
    for nth, belief in enumerate(template.assumptions, 1):
        item = plan.item.get(belief.item or "")
        by = days.at(belief.offset) if belief.offset is not None else None
        yield Assumption(
            id=f"A{nth}",
            text=belief.text,
            item=belief.item,
            owner=item.owner if item else None,
            verify_by=max(by, days.calendar.next(today)) if by else None,
            made=today,
        )

"""What is said of templates, and of a project that was laid out from one?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from bot.domain.templates.laying import Laid
from bot.domain.templates.values import Template
from bot.domain.wording import count, listed

_MOST_ROLES = 6
START = "/golive new KEY NAME from {} target DATE"


def listing(templates: Iterable[Template]) -> tuple[str, ...]:
    """One line for each, and how to start."""
    found = list(templates)
    lines = [f"`{template.key}` {template.name}: {size(template)}." for template in found]
    start = START.format(found[0].key if found else "TEMPLATE")
    return (*lines, f"Look at one: `/golive templates {found[0].key}`. Start from it: `{start}`.")


def size(template: Template) -> str:
    """How much work it is, and how long that takes."""
    return f"{count(len(template.items), 'item')}, {count(len(template.gates), 'gate')}, {days(template)}"


def days(template: Template) -> str:
    """How long before go-live it begins, and how long it goes on after it."""
    after = f", {count(template.after, 'working day')} of hypercare" if template.after else ""
    return f"{count(template.length, 'working day')} before go-live{after}"


def shown(template: Template) -> tuple[str, ...]:
    """A template on a screen: areas, length, roles."""
    areas = (f"{area or 'no area'} {len(steps)}" for area, steps in template.areas.items())
    roles = [f"{role} ({len(steps)})" for role, steps in template.roles.items()]
    confirming = [role for role in template.validator_roles if role not in template.roles]
    lines = [
        f"{template.name} (`{template.key}`)",
        *([template.about] if template.about else []),
        f"{size(template)}.",
        f"Areas: {', '.join(areas)}.",
        f"Roles: {', '.join(roles)}." if roles else "It names no roles.",
    ]
    if confirming:
        lines.append(f"Confirming besides: {', '.join(confirming)}.")
    if template.assumptions:
        beliefs = count(len(template.assumptions), "assumption")
        lines.append(f"It rests on {beliefs}, each with the day by which it has to be known.")
    return (*lines, f"Start from it: `{START.format(template.key)}`.")


def laid_out(laid: Laid) -> Iterator[str]:
    """How laying it out went: what was made, what no longer fits, and what that does to the date."""
    template, target = laid.template, laid.plan.project.target_go_live
    if target is None:
        return
    before = f"{count(laid.room, 'working day')} from today" if laid.room else "today"
    items = f"{count(len(template.items), 'item')}, {len(template.gates):,} of them gates"
    yield (
        f"{items}, from `{template.key}`, laid out backwards from {_day(target)}, {before}; it usually "
        f"takes {template.length:,}."
    )
    if laid.target_is_free:
        following = laid.assessment.calendar.next(target)
        yield (
            f"Nobody works here on {_day(target)}. It stands as you said it; what comes before is due by the "
            f"working day before, and the next working day is {_day(following)}."
        )
    yield _fit(laid)


def _fit(laid: Laid) -> str:
    ending = _forecast(laid)
    if not laid.misfits:
        return f"Every date fits. {ending}"
    parts = []
    if laid.moved:
        was = "its day has passed" if len(laid.moved) == 1 else "their days have passed"
        parts.append(f"{len(laid.moved):,} because {was}, now due on the earliest day possible")
    if laid.late:
        parts.append(f"{len(laid.late):,} because what comes before takes longer, marked as it stands")
    are = "date does not fit" if laid.misfits == 1 else "dates do not fit"
    return f"{laid.misfits:,} {are} any more: {'; '.join(parts)}. {ending}"


def _forecast(laid: Laid) -> str:
    forecast, gap = laid.assessment.forecast, laid.assessment.gap or 0
    if gap == 0:
        return f"Forecast {_day(forecast)}, on target."
    side = "after" if gap > 0 else "before"
    return f"Forecast {_day(forecast)}, {count(abs(gap), 'working day')} {side} the target."


def roles_open(laid: Laid) -> Iterator[str]:
    """Which roles wait for somebody."""
    waiting: dict[str, int] = {}
    for item in laid.plan.items:
        if item.owner is None and item.owner_role:
            waiting[item.owner_role] = waiting.get(item.owner_role, 0) + 1
    if not waiting:
        return
    most = sorted(waiting, key=lambda role: -waiting[role])
    named = listed(most, _MOST_ROLES, lambda role: f"{role} ({waiting[role]})")
    number = sum(waiting.values())
    yield (
        f"Nobody has {count(number, 'item')} yet, of {count(len(waiting), 'role')}: {named}. Give them away: "
        f"`/golive role {most[0]} @person`; `/golive roles` lists them all."
    )


def _day(value: date) -> str:
    return f"{value:%a} {value.day} {value:%b %Y}"

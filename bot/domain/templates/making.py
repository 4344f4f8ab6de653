"""Which template does a project make, with its work and its days but nothing of whose they were?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain import roles
from bot.domain.calendar import WorkCalendar
from bot.domain.errors import Refused
from bot.domain.plan import Assumption, Item, Plan, Status
from bot.domain.readiness import arrows
from bot.domain.schedule import CLOSED, Calendars, hypercare
from bot.domain.templates.fields import FURTHEST, LONGEST
from bot.domain.templates.nameless import Nameless
from bot.domain.templates.values import Belief, Step, Template


@dataclass(frozen=True, kw_only=True)
class Made:
    """A template made of a project, and what somebody has to know who passes it on."""

    template: Template
    taken_out: Mapping[str, int]  # what was left behind, and how many of it
    renamed: tuple[tuple[str, str], ...]  # texts that had a name in them: before, after
    doubtful: tuple[tuple[str, str], ...]  # a word that is also in a name, and the text it stands in
    guessed: tuple[str, ...]  # items without a date: theirs follows from what needs them
    unassigned: tuple[str, ...]  # items whose owner has no role, or that nobody had


def make(plan: Plan, key: str, name: str, today: date) -> Made:
    """The project's checklist with roles for people, and working days before go-live for dates."""
    goal = plan.item.get(plan.project.go_live_item or "")
    if goal is None:
        raise Refused(
            "The project does not say which item is going live, and a template needs one: write "
            "`go_live_item` into its file and load it."
        )
    live = _finish(goal) or plan.project.target_go_live
    if live is None:
        raise Refused(
            f"The project says neither when it is to go live nor when it did, so no day can be counted from "
            f"there: `/golive due {goal.key} DATE` first."
        )
    return _Making(plan, goal, live, today).made(key, name)


def _finish(item: Item) -> date | None:
    """When it was done, or else is to be."""
    if item.done_on is not None:
        return item.done_on
    if item.validation is not None and item.validation.at is not None:
        return item.validation.at.date()
    return item.due


class _Making:
    """One project on its way to a template."""

    def __init__(self, plan: Plan, goal: Item, live: date, today: date) -> None:
        self._plan = plan
        self._goal = goal
        self._live = live
        self._calendar: WorkCalendar = Calendars(plan, min(live, today)).project
        self._names = Nameless(plan)
        self._renamed: dict[str, str] = {}
        self._doubtful: dict[tuple[str, str], None] = {}
        self._keys = self._new_keys()
        self._waits = arrows(plan)

    def made(self, key: str, name: str) -> Made:
        offsets, guessed = self._offsets()
        steps = tuple(self._step(item, offsets) for item in self._plan.items)
        beliefs = tuple(self._belief(each) for each in self._plan.assumptions if not each.refuted)
        template = Template(
            key=key, name=name, go_live_item=self._keys[self._goal.key], items=steps, assumptions=beliefs
        )
        return Made(
            template=template,
            taken_out=self._taken_out(),
            renamed=tuple(self._renamed.items()),
            doubtful=tuple(self._doubtful),
            guessed=tuple(self._keys[each] for each in guessed),
            unassigned=tuple(step.key for step in steps if not step.owner_role),
        )

    # Dates

    def _offsets(self) -> tuple[dict[str, int], list[str]]:
        """Working days before go-live; whatever follows on something is due at least a day after it."""
        found = {self._goal.key: 0}
        guessed = []
        needed_by: dict[str, list[str]] = {item.key: [] for item in self._plan.items}
        for key, needs in self._waits.items():
            for need in needs:
                needed_by[need].append(key)
        for item in self._last_first():
            after = [found[key] + 1 for key in needed_by[item.key] if key in found]
            finish = _finish(item)
            if item is self._goal:
                continue
            if finish is None:
                guessed.append(item.key)
                found[item.key] = max(after, default=-1 if hypercare(item) else 1)
            else:
                found[item.key] = max(self._before(finish), *after, -FURTHEST)
        for key, offset in found.items():
            found[key] = min(FURTHEST, offset)
        return found, [item.key for item in self._plan.items if item.key in guessed]

    def _last_first(self) -> Iterator[Item]:
        """Every item before whatever it needs."""
        waiting = dict.fromkeys(self._plan.item, 0)
        for needs in self._waits.values():
            for need in needs:
                waiting[need] += 1
        free = [key for key, count in waiting.items() if not count]
        while free:
            key = free.pop()
            yield self._plan.item[key]
            for need in self._waits[key]:
                waiting[need] -= 1
                if not waiting[need]:
                    free.append(need)

    def _before(self, day: date) -> int:
        calendar, live = self._calendar, self._live
        if day <= live:
            return calendar.worked(calendar.position(live)) - calendar.worked(calendar.position(day))
        return min(-1, -calendar.count(live, day))

    def _days(self, item: Item, offsets: Mapping[str, int]) -> int:
        """What it took, as far as it took that long once all it needs was there."""
        is_open = item.status not in CLOSED | {Status.DONE}
        took = item.actual_days or item.planned_days or (item.remaining_days if is_open else 1)
        room = [offsets[need] - offsets[item.key] for need in self._waits[item.key]]
        return max(1, min(took, LONGEST, *room))

    # Words

    def _step(self, item: Item, offsets: Mapping[str, int]) -> Step:
        validator = self._role(item.validator, item)
        return Step(
            key=self._keys[item.key],
            title=self._text(item.title),
            area=self._label(item.area),
            offset=offsets[item.key],
            days=self._days(item, offsets),
            depends_on=tuple(self._keys[key] for key in item.depends_on if key in self._keys),
            gate=item.gate,
            owner_role=self._role(item.owner, item) or self._label(item.owner_role),
            validator_role=_confirming(validator),
            description=self._text(item.description) if item.description else None,
            internal=item.internal,
        )

    def _role(self, who: str | None, item: Item) -> str | None:
        """A person's role; a role as it stands."""
        if who is None:
            return None
        person = self._plan.person.get(who)
        return self._label(person.role if person else who)

    def _belief(self, assumption: Assumption) -> Belief:
        by = assumption.verify_by
        offset = max(-FURTHEST, min(FURTHEST, self._before(by))) if by else None
        return Belief(
            text=self._text(assumption.text), item=self._keys.get(assumption.item or ""), offset=offset
        )

    def _text(self, text: str) -> str:
        return self._noted(text, self._names.text(text))

    def _label(self, text: str | None) -> str | None:
        said = " ".join((text or "").split())
        return self._noted(said, self._names.label(said)) if said else None

    def _noted(self, before: str, after: str) -> str:
        if after != before:
            self._renamed[before] = after
        for word in self._names.left(after):
            self._doubtful[word, after] = None
        return after

    def _new_keys(self) -> dict[str, str]:
        found: dict[str, str] = {}
        taken: set[str] = set()
        for item in self._plan.items:
            key = wanted = self._names.key(item.key)[:70]
            number = 2
            while key in taken:
                key, number = f"{wanted}-{number}", number + 1
            taken.add(key)
            found[item.key] = key
        return found

    def _taken_out(self) -> dict[str, int]:
        plan = self._plan
        counted = {
            "people": len(plan.people),
            "Slack ids": sum(bool(person.slack) for person in plan.people) + bool(plan.project.channel),
            "blockers": len(plan.blockers),
            "pieces of evidence": sum(bool(i.evidence or i.validation) for i in plan.items),
            "waivers": sum(item.waived is not None for item in plan.items),
            "links": sum(bool(i.permalink) for i in plan.items)
            + sum(bool(a.permalink) for a in plan.assumptions),
            "assumptions that proved false": sum(each.refuted for each in plan.assumptions),
            "statuses": sum(item.status is not Status.TODO for item in plan.items),
        }
        return {what: count for what, count in counted.items() if count}


def _confirming(role: str | None) -> str | None:
    """The role, so that nobody takes it for a person's name."""
    return role if role is None or roles.reads_like_one(role) else f"the {role}"

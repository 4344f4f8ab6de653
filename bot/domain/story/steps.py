"""Which changes are told together: the edits of one field, the act on one thing, what an act drew with it?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from bot.domain.plan import Event, Status
from bot.domain.story.happenings import Step, verb

RUN = 4  # so many edits of one field in a row are one line of a history
_CLAIMED = frozenset({"done", "validated", "waived"})

Place = tuple[str, str]  # entity and key
Things = dict[Place, dict[str, Step]]  # of each thing its steps, by field


def merged(events: Iterable[Event]) -> Things:
    """Each field of each thing from its first value to its last."""
    things: Things = {}
    for event in events:
        steps = things.setdefault((event.change.entity, event.change.key), {})
        steps[event.change.field] = _longer(steps.pop(event.change.field, None), event)
    return things


def _longer(step: Step | None, event: Event) -> Step:
    change = event.change
    passed = (step.passed if step else frozenset()) | {verb(event)}
    return Step(
        event=event,
        before=step.before if step else change.before,
        after=change.after,
        number=step.number + 1 if step else 1,
        passed=passed,
    )


def one_by_one(events: Sequence[Event]) -> Iterator[Things]:
    """Each act on its own; long runs of edits of one field are one."""
    acts = [merged(group) for _, group in groupby(events, key=lambda event: event.revision)]
    for single, group in groupby(acts, key=_single):
        run = list(group)
        if single is None or len(run) < RUN:
            yield from run
            continue
        place, name = single
        first, last = run[0][place][name], run[-1][place][name]
        yield {place: {name: replace(last, before=first.before, number=len(run))}}


def _single(act: Things) -> tuple[Place, str] | None:
    """The one field an act edits, if it edits no more and the field is a plain value."""
    fields = [(place, name) for place, steps in act.items() for name in steps]
    return fields[0] if len(fields) == 1 and fields[0][1] not in ("", "status", "finding") else None


@dataclass
class Folded:
    """What is told along with something else: steps that are hidden, and items an act drew with it."""

    hidden: set[tuple[Place, str]] = field(default_factory=set)
    drawn: dict[int, list[str]] = field(default_factory=dict)  # by revision

    def drew(self, steps: Mapping[str, Step], wanted: Collection[Place]) -> bool:
        """Whether what was done here opened something of these again."""
        done = {
            step.event.revision for name, step in steps.items() if name in ("status", "finding", "verified")
        }
        return any(("item", key) in wanted for revision in done for key in self.drawn.get(revision, ()))


def fold(things: Things) -> Folded:
    """A blocked item is told by its blocker, who joined by what they were given, reopened items by what
    reopened them."""
    found = Folded()
    all_steps = [(place, name, step) for place, steps in things.items() for name, step in steps.items()]
    held = {s.event.revision for (e, _), name, s in all_steps if e == "blocker" and name in ("", "status")}
    acted = {s.event.revision for (entity, _), _, s in all_steps if entity != "person"}
    aimed = {s.event.revision for _, name, s in all_steps if name == "target_go_live"}
    beliefs = {s.event.revision for (entity, _), _, s in all_steps if entity == "assumption"}
    for place, name, step in all_steps:
        revision = step.event.revision
        if place[0] == "item" and name == "status" and _is_drawn(step, beliefs):
            found.hidden.add((place, name))
            found.drawn.setdefault(revision, []).append(place[1])
        if (
            (place[0] == "item" and name == "status" and revision in held and step.after not in _CLAIMED)
            or (place[0] == "person" and name == "" and revision in acted)
            or (name == "due" and revision in aimed)
        ):
            found.hidden.add((place, name))
    return found


def _is_drawn(status: Step, beliefs: Collection[int]) -> bool:
    """An item opened again because of what was done to another, or because a belief fell."""
    if status.before not in _CLAIMED or verb(status.event) == "undo":
        return False
    if verb(status.event) == "reopen":
        return bool(status.after == Status.DONE.value)
    return status.event.revision in beliefs and status.after not in ("validated", "waived")

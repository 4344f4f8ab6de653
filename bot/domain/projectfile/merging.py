"""What becomes of a project when a file is loaded that was written before the latest changes?

What was changed since the file's base stays; what else the file says differently is applied. A file with a
revision is based on that very state. One without is based, field by field, on what the last load that
touched the field left there: a load that changed other things must not make an older change of a person's
look like something the file has seen. What somebody brought in with a file, they may change with a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain import changes
from bot.domain.errors import Refused
from bot.domain.plan import Event, Plan
from bot.domain.projectfile.checks import faults
from bot.domain.projectfile.fields import PARTS
from bot.domain.projectfile.loading import Loaded
from bot.domain.projectfile.problems import quoted

# Fields that only make sense together: when one was changed since, all of them stay as they are.
_TOGETHER = {
    "item": frozenset(
        {
            "status",
            "evidence",
            "done_on",
            "validation",
            "waived",
            "earlier_status",
            "started_on",
            "actual_days",
        }
    ),
    "blocker": frozenset({"status", "cleared_on"}),
    "assumption": frozenset({"verified", "finding"}),
}
_MOST_TOLD = 3
_ABSENT = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Something the file says differently that stays as it is, because `event` is younger than the file."""

    entity: str
    key: str
    field: str  # "": the whole thing is here, or gone
    now: Any
    file: Any
    event: Event
    by: str  # who changed it, by name

    def __str__(self) -> str:
        what = f"{self.entity} {quoted(self.key)}"
        since = f"({self.by}, {self.event.at:%Y-%m-%d})"
        if self.field:
            return f"{what}: {self.field} stays {_shown(self.now)}; the file says {_shown(self.file)} {since}"
        if self.now is None:
            return f"{what} stays away: it was taken out since {since}"
        return f"{what} stays, though it is not in the file: it was added or changed since {since}"


@dataclass(frozen=True, slots=True)
class Merge:
    """The plan after loading, and what was not taken from the file."""

    after: Plan
    kept: tuple[Kept, ...] = ()


def base_of(current: Plan, loaded: Loaded) -> int:
    """The revision whose later events `merge` has to know: the file's own, or 0 where that says nothing."""
    base = loaded.base_revision
    # A revision this project has not reached was counted elsewhere: it says nothing about these events.
    return base if base is not None and base <= current.project.revision else 0


def merge(
    current: Plan | None, loaded: Loaded, since: Sequence[Event], *, overwrite: bool = False, by: str = ""
) -> Merge:
    """The file brought into the project as it stands; `since` are the events after `base_of`.

    Refused when the two together make no plan that holds together. `overwrite` takes the file as it is; `by`
    is the actor who loads it.
    """
    if current is None:
        return Merge(loaded.plan)
    kept: tuple[Kept, ...] = ()
    after = _headed(loaded.plan, current)
    if not overwrite:
        after, kept = _Merging(current, loaded, since, by).merged()
    if not changes.diff(current, after):
        return Merge(current, kept)
    _refuse_faults(after)
    return Merge(after, kept)


def _headed(plan: Plan, current: Plan) -> Plan:
    head = current.project
    project = replace(plan.project, id=head.id, workspace=head.workspace, revision=head.revision)
    return replace(plan, project=project)


class _Merging:
    """One file and one project, compared with what happened since."""

    def __init__(self, current: Plan, loaded: Loaded, since: Sequence[Event], by: str) -> None:
        self._current = current
        self._file = loaded.plan
        self._based = loaded.base_revision is not None and base_of(current, loaded) == loaded.base_revision
        self._past: dict[tuple[str, str], list[Event]] = {}
        for event in sorted(since, key=lambda event: event.revision):
            self._past.setdefault((event.change.entity, event.change.key), []).append(event)
        self._by = by
        self._kept: list[Kept] = []

    def merged(self) -> tuple[Plan, tuple[Kept, ...]]:
        project = self._thing("project", self._current.project, self._file.project)
        parts: dict[str, tuple[Any, ...]] = {}
        for part in PARTS:
            now, file = getattr(self._current, part.place), getattr(self._file, part.place)
            parts[part.place] = tuple(self._things(part.entity, now, file))
        return _headed(Plan(project=project, **parts), self._current), tuple(self._kept)

    def _things(self, entity: str, now: Sequence[Any], file: Sequence[Any]) -> Iterator[Any]:
        """In the order of the file; what is not in it comes last."""
        here = {changes.key_of(thing): thing for thing in now}
        for thing in file:
            key = changes.key_of(thing)
            if key in here:
                yield self._thing(entity, here.pop(key), thing)
            elif removal := self._removal(entity, key):
                self._keep(entity, key, "", None, changes.as_json(thing), removal)
            else:
                yield thing
        for key, thing in here.items():
            if event := self._touched(entity, key, changes.as_json(thing)):
                self._keep(entity, key, "", changes.as_json(thing), None, event)
                yield thing

    def _thing(self, entity: str, now: Any, file: Any) -> Any:
        """The file's thing, but with what was changed since."""
        key = changes.key_of(now)
        if now == file or (entity, key) not in self._past:
            return file
        ours, theirs = changes.as_json(now), changes.as_json(file)
        stays: dict[str, Any] = {}
        for name in ours:
            event = self._changed(entity, key, name, ours, theirs)
            if event is not None:
                stays[name] = getattr(now, name)
                if ours[name] != theirs[name]:
                    self._keep(entity, key, name, ours[name], theirs[name], event)
        return replace(file, **stays)

    def _changed(
        self, entity: str, key: str, name: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]
    ) -> Event | None:
        """The last event that makes this field younger than the file; None when it is as the file knew it."""
        together = _TOGETHER.get(entity, frozenset())
        names = together if name in together else {name}
        events = self._younger([e for e in self._past[entity, key] if e.change.field in names | {""}], theirs)
        if any(event.change.field == "" for event in events):
            return events[-1]
        before = _first(events)
        # Changed and changed back is not changed.
        return events[-1] if any(ours[field] != was for field, was in before.items()) else None

    def _younger(self, events: list[Event], theirs: Mapping[str, Any]) -> list[Event]:
        """Those the file cannot have known, of all that touched a field or the fields that go with it."""
        if self._based:
            # Two files may bring in the same thing: what one says of it is as good as what the other says.
            events = [event for event in events if not (event.act == "load" and event.change.field == "")]
            if all(theirs.get(field, _ABSENT) == was for field, was in _first(events).items()):
                return events  # it still says what was there at its revision, so it knows none of them
        seen = [nth for nth, event in enumerate(events) if self._is_seen(event)]
        return events[seen[-1] + 1 :] if seen else events

    def _is_seen(self, event: Event) -> bool:
        """Whether what this event left there is what the file goes on from."""
        return event.act == "load" and (not self._based or event.actor == self._by)

    def _touched(self, entity: str, key: str, ours: Mapping[str, Any]) -> Event | None:
        """The last event that keeps a thing here that the file does not have."""
        past = self._past.get((entity, key), [])
        if self._based and any(event.change.field == "" for event in past):
            return past[-1]
        found = [self._changed(entity, key, name, ours, {}) for name in ours] if past else []
        return max((e for e in found if e is not None), key=lambda event: event.revision, default=None)

    def _removal(self, entity: str, key: str) -> Event | None:
        """The event that took this thing out after the file's base."""
        comings = [e for e in self._past.get((entity, key), []) if e.change.field == ""]
        last = comings[-1] if comings else None
        if last is None or last.change.after is not None or (last.act == "load" and not self._based):
            return None
        return last

    def _keep(self, entity: str, key: str, name: str, now: Any, file: Any, event: Event) -> None:
        by = self._who(event.actor)
        self._kept.append(Kept(entity=entity, key=key, field=name, now=now, file=file, event=event, by=by))

    def _who(self, actor: str) -> str:
        person = self._current.by_slack.get(actor)
        return person.name if person else actor.removeprefix("file:").removeprefix("cli:")


def _first(events: Sequence[Event]) -> dict[str, Any]:
    """What each field was before these events."""
    before: dict[str, Any] = {}
    for event in events:
        before.setdefault(event.change.field, event.change.before)
    return before


def _refuse_faults(after: Plan) -> None:
    found = [f"{finding.entity} {quoted(finding.key)}: {finding.message}" for finding in faults(after)]
    if found:
        more = f" (and {len(found) - _MOST_TOLD} more)" if len(found) > _MOST_TOLD else ""
        raise Refused(
            "Nothing was loaded: the file and what was changed since do not fit together. "
            f"{'; '.join(found[:_MOST_TOLD])}{more}. "
            "Export the project and make your changes there, or load with --overwrite."
        )


def _shown(value: Any) -> str:
    if value is None or value == []:
        return "empty"
    if isinstance(value, str):
        return quoted(value)
    return json.dumps(value, ensure_ascii=False)

"""What a project is made of: people, items, blockers, assumptions, decisions, and how it came so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Status(StrEnum):
    """Where an item stands. *Done* is the owner's word, *validated* somebody else's confirmation."""

    TODO = "todo"
    DOING = "doing"
    BLOCKED = "blocked"
    DONE = "done"
    VALIDATED = "validated"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Days a person is not there, both ends included, in the project's calendar."""

    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A person's working hours, in that person's own zone."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody named in a project. `key` is the file's `id`; `slack` their Slack user id, if any."""

    key: str
    name: str
    role: str | None = None
    org: str | None = None
    tz: str | None = None  # None: the project's zone
    slack: str | None = None
    away: tuple[Away, ...] = ()
    hours: Hours | None = None
    deputy: str | None = None  # person key: acts for them while they are away
    backup: str | None = None  # person key: could take over


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A gate let through on purpose: who decided, why, and the last day it holds (None: for good)."""

    by: str | None
    why: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """A confirmation by somebody other than the owner, with its evidence."""

    by: str | None  # person key; None when a file brought the state in
    at: datetime | None  # aware, UTC
    evidence: str | None
    permalink: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What came out when an assumption was looked into: by whom, when, and what shows it."""

    true: bool
    by: str | None  # person key; None when a file brought it in
    at: datetime | None  # aware, UTC
    evidence: str | None = None
    permalink: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the checklist. `remaining_days` are working days of work left."""

    key: str
    title: str
    area: str | None = None
    owner: str | None = None  # person key
    validator: str | None = None  # person key, or a role that people of the project have
    status: Status = Status.TODO
    due: date | None = None
    remaining_days: int = 1
    depends_on: tuple[str, ...] = ()
    gate: bool = False
    evidence: str | None = None
    done_on: date | None = None
    waived: Waiver | None = None
    validation: Validation | None = None
    internal: bool = False
    description: str | None = None  # what done means
    earlier_status: Status | None = None  # what blocking or waiving hid, and unblocking gives back
    permalink: str | None = None  # where it was said, for an item that came from Slack
    owner_role: str | None = None  # the role it is meant for; it is to have it as long as nobody does
    planned_days: int | None = None  # working days it was to take when work on it began
    started_on: date | None = None
    actual_days: int | None = None  # working days from the start until its owner said done, both included


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """Something that holds an item (or the project) up, and on whom that waits."""

    id: str  # B1, B2, … within the project
    text: str
    item: str | None = None
    waiting_on: str | None = None
    raised: date
    expected_clear: date | None = None
    owner: str | None = None  # person key: who chases it
    status: str = "open"  # open | cleared | retracted ("not a blocker", or its message was deleted)
    cleared_on: date | None = None
    raised_by: str | None = None  # Slack user id
    channel: str | None = None
    ts: str | None = None  # with `channel`: the message it was heard in; unique
    permalink: str | None = None

    @property
    def open(self) -> bool:
        return self.status == "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A belief something rests on, and who finds out by when whether it is true."""

    id: str  # A1, A2, …
    text: str
    item: str | None = None  # what rests on it first of all
    owner: str | None = None  # person key: who finds out
    verified: bool = False  # found to be true
    verify_by: date | None = None
    made: date | None = None
    permalink: str | None = None
    also_under: tuple[str, ...] = ()  # further items that rest on it
    relied_on_by: str | None = None  # person key: whose work rests on it
    proven_by: str | None = None  # the item whose validation shows whether it is true
    finding: Finding | None = None

    @property
    def items(self) -> tuple[str, ...]:
        """Every item that rests on it."""
        return tuple(dict.fromkeys(key for key in (self.item, *self.also_under) if key))

    @property
    def refuted(self) -> bool:
        """Found to be false."""
        return self.finding is not None and not self.finding.true

    @property
    def open(self) -> bool:
        """Nobody knows yet."""
        return not self.verified and not self.refuted


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided: by whom, when, and where it was said. It is never edited, only taken back."""

    id: str  # D1, D2, …
    text: str
    item: str | None = None  # what it is about
    by: str | None = None  # person key: who decided
    on: date
    permalink: str | None = None
    channel: str | None = None
    ts: str | None = None  # with `channel`: the message it was said in


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The head of a plan. `revision` grows by one with every committed change."""

    key: str
    name: str
    workspace: str = "local"  # Slack team id once known
    channel: str | None = None
    customer: str | None = None
    vendor: str | None = None
    timezone: str = "UTC"
    working_days: tuple[str, ...] = WEEKDAYS[:5]
    holidays: tuple[date, ...] = ()
    target_go_live: date | None = None
    go_live_item: str | None = None
    lead: str | None = None  # person keys
    sponsor: str | None = None
    decider: str | None = None
    policies: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    revision: int = 0
    id: int | None = None  # storage's row id; None until stored

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A whole project as it stands at one revision; order of the tuples is the file's order."""

    project: Project
    people: tuple[Person, ...] = ()
    items: tuple[Item, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @cached_property
    def item(self) -> Mapping[str, Item]:
        return {i.key: i for i in self.items}

    @cached_property
    def person(self) -> Mapping[str, Person]:
        return {p.key: p for p in self.people}

    @cached_property
    def by_slack(self) -> Mapping[str, Person]:
        return {p.slack: p for p in self.people if p.slack}

    @cached_property
    def blocker(self) -> Mapping[str, Blocker]:
        return {b.id: b for b in self.blockers}

    @cached_property
    def open_blockers(self) -> Mapping[str, tuple[Blocker, ...]]:
        """Open blockers by item key."""
        found: dict[str, list[Blocker]] = {}
        for b in self.blockers:
            if b.open and b.item is not None:
                found.setdefault(b.item, []).append(b)
        return {key: tuple(bs) for key, bs in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of one thing going from one value to another.

    `before`/`after` are JSON values. For a thing that appears or goes, `field` is "" and the
    whole thing's JSON object stands on the side where it exists, None on the other.
    """

    entity: str  # project | person | item | blocker | assumption | decision
    key: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change as it was kept: who, when, by what means, and where it was said. Never altered."""

    revision: int
    at: datetime  # aware, UTC
    actor: str  # Slack user id, or "file:NAME", "cli:USER", "golive"
    act: str  # load | own | due | done | validate | waive | block | unblock | add | hear | edit | undo | …
    change: Change
    permalink: str | None = None

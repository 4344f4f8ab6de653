"""What was said to whom by the clock, what did they answer, and would saying it again be news?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.plan import Event

# Kinds of things said
DAILY = "daily"  # a line of somebody's one message a day
RUNG = "rung"  # somebody is asked about a blocker
NEWS = "news"  # somebody is asked what is new
TOLD = "told"  # somebody is told, once, that another's act undid their work
SUMMARY = "summary"  # the week's summary for an audience, in a channel
POLL = "poll"  # a go/no-go poll: a reminder of it, its end, a go that rests on what is open again
ESCALATE = "escalate"  # the lead is asked whether a rung may be asked; acknowledged: they pressed Escalate


class State(StrEnum):
    """What became of something that was to be said."""

    PLANNED = "planned"
    HELD = "held"  # not said: it has to wait
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    SKIPPED = "skipped"  # nobody could be asked, or they were asked already: the next one is
    DROPPED = "dropped"  # no longer true when it was to be sent
    FAILED = "failed"  # Slack refuses it for good


SAID = frozenset({State.PLANNED, State.SENT, State.ACKNOWLEDGED})
# A line that Slack refused for good would be refused again.
OVER = SAID | {State.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A row of the ledger. Rows with the same `person` and `at` were one message.

    `person` is the Slack id of who was written to (of a rung nobody was asked on: the key of who was meant).
    `day` is set when it stood in the message of that day, not in one of its own.
    """

    person: str
    kind: str
    subject: str  # as `subject()` makes it
    fingerprint: str
    at: datetime
    state: State = State.PLANNED
    rung: int = 0
    day: date | None = None
    critical: bool = False  # about the critical path: does not use up the budget
    why: str | None = None  # it was held or skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Somebody (a Slack id) is on it until then: an item or a blocker of one project."""

    subject: str
    by: str
    until: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Nothing is to be said of a project, of a thing, or to a person, until then (None: for good).

    `key` is the project's key, the thing's subject, or the person's Slack id. `person` narrows the first two
    to what is said to one Slack user: a snooze is a thing muted for who pressed it.
    """

    scope: str  # project | item | person
    key: str
    until: datetime | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """An item's owner (`by`) asks somebody (`to`, both Slack ids) to take it; pending while it is here."""

    subject: str
    to: str
    by: str
    at: datetime


def subject(project: str, entity: str, key: str) -> str:
    """How the ledger names a thing: `ward9/item/cabling`, `ward9/blocker/B1`."""
    return f"{project}/{entity}/{key}"


def is_subject(said: str) -> bool:
    """Whether this may be one."""
    return said.count("/") >= 2 and all(parts(said))


def parts(of: str) -> tuple[str, str, str]:
    """Project, entity and key of a subject."""
    project, entity, key = of.split("/", 2)
    return project, entity, key


# Fingerprints: what a line says, as facts with a value each, so that saying less than before is no news

_WORSE = ("gates", "near", "forecast")  # what is at stake: news only when it is more than was said


def fingerprint(facts: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in sorted(facts.items()))


def facts(of: str) -> dict[str, str]:
    return dict(fact.split("=", 1) for fact in of.split(";") if "=" in fact)


def news(now: Mapping[str, str], said: Iterable[str]) -> frozenset[str]:
    """The facts among these that no fingerprint said before, or said as less than it is now."""
    heard: dict[str, set[str]] = {}
    for each in said:
        for name, value in facts(each).items():
            heard.setdefault(name, set()).add(value)
    return frozenset(
        name
        for name, value in now.items()
        if (value > max(heard.get(name, ("",))) if name in _WORSE else value not in heard.get(name, ()))
    )


# What people did themselves


@dataclass(frozen=True, slots=True)
class Deeds:
    """Who did what to the things of a project lately; made once from its events, in whatever order.

    Loading a file changes things, but is nothing that somebody did to each of them.
    """

    acts: Mapping[tuple[str, str], Mapping[str, datetime]] = field(default_factory=dict)
    given: Mapping[str, tuple[str, str | None, datetime]] = field(default_factory=dict)
    changes: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    entrusted: Mapping[str, tuple[str, str | None, datetime]] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[Event]) -> Deeds:
        acts: dict[tuple[str, str], dict[str, datetime]] = {}
        given: dict[str, tuple[str, str | None, datetime]] = {}
        changes: dict[tuple[str, str], datetime] = {}
        entrusted: dict[str, tuple[str, str | None, datetime]] = {}
        of_kind = {"item": given, "assumption": entrusted}
        for event in sorted(events, key=lambda event: event.revision):
            change = event.change
            changes[change.entity, change.key] = event.at
            if event.act != "load":
                acts.setdefault((change.entity, change.key), {})[event.actor] = event.at
            if change.entity in of_kind and change.field in ("owner", ""):
                whole = change.after if isinstance(change.after, Mapping) else {}
                owner = change.after if change.field == "owner" else whole.get("owner")
                of_kind[change.entity][change.key] = (event.actor, owner, event.at)
        return cls(acts, given, changes, entrusted)

    def last(self, entity: str, key: str, *actors: str | None) -> datetime | None:
        """When one of these people last did something to a thing."""
        found = self.acts.get((entity, key), {})
        return max((at for actor in actors if (at := found.get(actor or "")) is not None), default=None)

    def changed(self, entity: str, key: str) -> datetime | None:
        """When a thing last changed, by whatever means."""
        return self.changes.get((entity, key))

    def owner_given(self, key: str) -> tuple[str, str | None, datetime] | None:
        """Who said last whose an item is (person key), and when."""
        return self.given.get(key)

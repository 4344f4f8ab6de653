"""Lives a clinic's project through time with the rules alone: whatever they say is said, and kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.plan import Blocker, Change, Event, Item, Person, Plan, Project
from bot.domain.readiness import Assessment
from bot.domain.reminders import ladder, nudging
from bot.domain.reminders.ladder import Climb, Rung
from bot.domain.reminders.ledger import DAILY, Deeds, Handover, Mute, Promise, Said, State
from bot.domain.reminders.nudging import Daily
from bot.domain.reminders.situation import Situation

ROME = ZoneInfo("Europe/Rome")


def at(words: str, zone: ZoneInfo = ROME) -> datetime:
    """A moment, as the clocks in Rome show it unless said otherwise."""
    return datetime.fromisoformat(words).replace(tzinfo=zone).astimezone(UTC)


def person(key: str, **fields: Any) -> Person:
    given = {"name": f"{key.title()} Moe", "org": "vendor", "tz": "Europe/Rome", "slack": f"U{key.upper()}"}
    return Person(key=key, **{**given, **fields})


MIA = person("mia", role="Network engineer")
LEA = person("lea", role="Implementation lead")
TOM = person("tom", role="Network lead", org="Clinic")
GRO = person("gro", role="Project manager", org="Clinic")
SIV = person("siv", role="Clinical sponsor", org="Clinic")
PEOPLE = (MIA, LEA, TOM, GRO, SIV)


def gate(key: str, *needs: str, **fields: Any) -> Item:
    given: dict[str, Any] = {"owner": "mia", "validator": "tom", "gate": True, **fields}
    return Item(key=key, title=f"The {key}", depends_on=needs, **given)


def blocker(number: int, on: str | None, **fields: Any) -> Blocker:
    given: dict[str, Any] = {"raised": at("2027-03-01 12:00").date(), "waiting_on": "Tom Moe", **fields}
    return Blocker(id=f"B{number}", item=on, text=f"No way into the {on}", **given)


def clinic(
    items: Sequence[Item], blockers: Iterable[Blocker] = (), people: Sequence[Person] = PEOPLE, **fields: Any
) -> Plan:
    """A project that goes live with `opening`, worked on from Monday to Friday."""
    given: dict[str, Any] = {"key": "clinic", "timezone": "Europe/Rome", "go_live_item": "opening", **fields}
    return Plan(
        project=Project(name="The clinic", customer="Clinic", vendor="Nordlys", **given),
        people=tuple(people),
        items=(*items, Item(key="opening", title="The opening", owner="lea")),
        blockers=tuple(blockers),
    )


def tight(*blockers: Blocker, **fields: Any) -> Plan:
    """One gate, so nothing has slack."""
    return clinic([gate("vpn", **fields.pop("vpn", {}))], blockers or (blocker(1, "vpn"),), **fields)


def loose(*blockers: Blocker, **fields: Any) -> Plan:
    """A gate with days of slack beside a long one."""
    items = [gate("vpn", **fields.pop("vpn", {})), gate("build", remaining_days=30, owner="lea")]
    return clinic(items, blockers or (blocker(1, "vpn"),), **fields)


def without(plan: Plan, *keys: str, **changed: Person) -> Plan:
    """The plan without these people, or with others in their place."""
    people = tuple(changed.get(p.key, p) for p in plan.people if p.key not in keys)
    return replace(plan, people=people)


def event(actor: str, moment: datetime, entity: str, key: str, **change: Any) -> Event:
    given = {"field": "text", "before": None, "after": None, **change}
    return Event(
        revision=int(moment.timestamp()),
        at=moment,
        actor=actor,
        act="edit",
        change=Change(entity=entity, key=key, **given),
    )


@dataclass
class Clockwork:
    """A project, what is known besides its plan, and everything that was said of it."""

    plan: Plan
    events: list[Event] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    mutes: list[Mute] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)
    unreachable: dict[str, str] = field(default_factory=dict)
    rows: list[Said] = field(default_factory=list)

    def now(self, moment: datetime) -> Situation:
        today = moment.astimezone(self.plan.project.zone).date()
        return Situation(
            self.plan,
            Assessment(self.plan, today),
            moment,
            Deeds.of(self.events),
            self.promises,
            self.mutes,
            self.handovers,
            self.unreachable,
        )

    def climb(self, moment: datetime) -> Climb:
        """What follows for the ladders; what is due is said, what is skipped is kept."""
        found = ladder.climb(self.now(moment), self.rows)
        self.rows += [_kept(rung, moment) for rung in (*found.skipped, *found.due)]
        return found

    def daily(self, user: str, moment: datetime, rungs: Sequence[Rung] = ()) -> Daily | None:
        found = nudging.daily(user, [self.now(moment)], self.rows, moment, rungs)
        if found is not None:
            self.rows += said_in(found)
        return found

    def climbs(self, since: datetime, until: datetime) -> list[tuple[str, str]]:
        """Who is asked when, from one moment a rung is due to the next: times as Rome shows them."""
        asked, moment = [], since
        while moment < until:
            found = self.climb(moment)
            asked += [(_clock(moment), _who(rung)) for rung in found.due]
            if found.next is None:
                break
            assert found.next > moment
            moment = found.next
        return asked

    def mornings(self, user: str, since: datetime, days: int) -> list[tuple[str, list[str]]]:
        """What one person reads, hour by hour over some days."""
        read = []
        for hour in range(days * 24):
            moment = since + timedelta(hours=hour)
            found = self.daily(user, moment)
            if found is not None:
                read.append((_clock(moment), [line.text for line in found.lines]))
        return read

    def promise(self, subject: str, by: str, until: str, moment: str) -> None:
        self.promises.append(Promise(subject=subject, by=by, until=at(until), at=at(moment)))

    def press_escalate(self) -> None:
        """The lead presses the button of whatever they were asked last."""
        for nth in range(len(self.rows) - 1, -1, -1):
            if self.rows[nth].kind == "escalate":
                self.rows[nth] = replace(self.rows[nth], state=State.ACKNOWLEDGED)
                return


def said_in(found: Daily) -> list[Said]:
    lines = [
        Said(
            person=found.user,
            kind=DAILY,
            subject=line.subject,
            fingerprint=line.fingerprint,
            at=found.at,
            state=State.SENT,
            day=found.day,
        )
        for line in found.lines
    ]
    return lines + [replace(_kept(rung, found.at), day=found.day) for rung in found.rungs]


def _kept(rung: Rung, moment: datetime) -> Said:
    return Said(
        person=rung.user or rung.person or "",
        kind=rung.kind,
        subject=rung.subject,
        fingerprint=rung.fingerprint,
        at=moment,
        state=State.SENT if rung.state is State.PLANNED else rung.state,
        rung=rung.number,
        critical=rung.critical,
        why=rung.why,
    )


def _who(rung: Rung) -> str:
    return f"lea, about {rung.person}" if rung.needs_lead else (rung.user or "")[1:].lower()


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(ROME):%a %d %b %H:%M}"

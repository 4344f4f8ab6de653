"""Whatever happens in some weeks of a project, these promises to its people hold."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.domain import contacts
from bot.domain.plan import Away, Hours, Person, Plan, Status
from bot.domain.reminders import nudging
from bot.domain.reminders.ladder import Rung
from bot.domain.reminders.ledger import DAILY, ESCALATE, RUNG, Mute, Promise, Said, State, facts
from bot.domain.reminders.nudging import Line
from tests.domain.clockwork import PEOPLE, Clockwork, at, blocker, clinic, event, gate

START = at("2027-03-19 06:00")  # a Friday; the weekend after the next, clocks change in Europe
WEEKS = 3
ZONES = (None, "Europe/Rome", "America/Chicago", "Asia/Kolkata", "Pacific/Auckland")


@dataclass(frozen=True)
class Told:
    """What somebody was told, and in which state of things."""

    clock: Clockwork
    moment: datetime
    user: str
    lines: tuple[Line, ...] = ()
    rungs: tuple[Rung, ...] = ()


def crew(r: random.Random) -> tuple[Person, ...]:
    people = []
    for person in PEOPLE:
        first = date(2027, 3, 19) + timedelta(days=r.randrange(20))
        away = (Away(start=first, end=first + timedelta(days=r.randrange(6))),) if r.random() < 0.4 else ()
        fields: dict[str, Any] = {"tz": r.choice(ZONES), "away": away}
        fields["deputy"] = r.choice([None, *(p.key for p in PEOPLE)])
        fields["slack"] = person.slack if r.random() < 0.9 else None
        night = Hours(start=at("2027-03-19 22:00").time(), end=at("2027-03-19 05:00").time())
        fields["hours"] = night if r.random() < 0.1 else None
        people.append(replace(person, **fields))
    return tuple(people)


def project(r: random.Random) -> Plan:
    keys = [f"i{n}" for n in range(6)]
    items = []
    for n, key in enumerate(keys):
        needs = r.sample(keys[:n], min(n, r.randrange(3)))
        fields: dict[str, Any] = {"owner": r.choice([None, *(p.key for p in PEOPLE)])}
        fields["status"] = r.choice([Status.TODO, Status.DOING, Status.DONE])
        fields["due"] = date(2027, 3, 10) + timedelta(days=r.randrange(30))
        items.append(gate(key, *needs, gate=r.random() < 0.8, remaining_days=r.randrange(1, 5), **fields))
    names = (None, "Tom Moe", "Clinic legal", "Lea Moe", "the moon")
    blockers = [
        blocker(n, r.choice([None, *keys]), waiting_on=r.choice(names), owner=r.choice([None, "mia", "gro"]))
        for n in range(4)
    ]
    policies = {"outside": r.choice(["ask", "free"]), "budget": r.choice([1, 1, 2])}
    return clinic(items, blockers, people=crew(r), policies=policies, holidays=(date(2027, 3, 26),))


def happens(clock: Clockwork, r: random.Random, moment: datetime) -> None:
    """People answer, act, promise, change their minds, and leave."""
    user = f"U{r.choice(PEOPLE).key.upper()}"
    thing = r.choice([*(f"clinic/item/i{n}" for n in range(6)), *(f"clinic/blocker/B{n}" for n in range(4))])
    until = moment + timedelta(hours=r.randrange(-5, 60))
    what = r.randrange(12)
    if what == 0:
        clock.promises.append(Promise(subject=thing, by=user, until=until, at=moment))
    elif what == 1:
        clock.mutes.append(Mute(scope="person", key=user, until=until))
    elif what == 2:
        clock.mutes.append(Mute(scope="item", key=thing, until=until, person=r.choice([None, user])))
    elif what == 3:
        clock.press_escalate()
    elif what == 4:
        _, entity, key = thing.split("/")
        clock.events.append(event(user, moment, entity, key))
    elif what == 5 and r.random() < 0.2:
        clock.unreachable[user] = "is deactivated"
    elif what == 6:
        _change_something(clock, r, moment)


def _change_something(clock: Clockwork, r: random.Random, moment: datetime) -> None:
    nth = r.randrange(6)
    fields: dict[str, Any] = r.choice(
        [
            {"status": r.choice(list(Status)[:5])},
            {"due": moment.date() + timedelta(days=r.randrange(-2, 5))},
            {"owner": r.choice(PEOPLE).key},
            {"remaining_days": r.randrange(1, 8)},
        ]
    )
    items = list(clock.plan.items)
    items[nth] = replace(items[nth], **fields)
    clock.plan = replace(clock.plan, items=tuple(items))
    changed = {"field": next(iter(fields)), "after": next(iter(fields.values()))}
    clock.events.append(event("ULEA", moment, "item", items[nth].key, **changed))


def weeks(seed: int) -> Iterator[Told]:
    """Each hour: what is due is put to people as the bot does it, and something may happen."""
    r = random.Random(seed)
    clock = Clockwork(project(r))
    for hour in range(WEEKS * 7 * 24):
        moment = START + timedelta(hours=hour, minutes=r.randrange(3))
        if r.random() < 0.1:
            happens(clock, r, moment)
        if r.random() < 0.05:
            continue  # the bot was down
        if r.random() < 0.02:
            moment -= timedelta(hours=1)  # the machine's clock was set back
        before = replace(clock, rows=list(clock.rows))
        found = clock.climb(moment)
        clock.rows = [row for row in clock.rows if row not in _rows_of(clock, found.due, moment)]
        for user in {rung.user or "" for rung in found.due} | nudging.people(clock.now(moment)):
            yield from _told(clock, before, user, [rung for rung in found.due if rung.user == user], moment)


def _rows_of(clock: Clockwork, rungs: tuple[Rung, ...], moment: datetime) -> list[Said]:
    prints = {(rung.subject, rung.fingerprint) for rung in rungs}
    return [r for r in clock.rows if r.at == moment and (r.subject, r.fingerprint) in prints and r.rung]


def _told(
    clock: Clockwork, before: Clockwork, user: str, rungs: list[Rung], moment: datetime
) -> Iterator[Told]:
    daily = clock.daily(user, moment, rungs)
    if daily is not None:
        yield Told(before, moment, user, daily.lines, daily.rungs)
        return
    s = clock.now(moment)
    alone = [rung for rung in rungs if nudging.fits_budget(rung, [s], clock.rows, moment) is None]
    for rung in alone:
        row = Said(
            person=user,
            kind=rung.kind,
            subject=rung.subject,
            fingerprint=rung.fingerprint,
            at=moment,
            state=State.SENT,
            rung=rung.number,
            critical=rung.critical,
        )
        clock.rows.append(row)
    if alone:
        yield Told(before, moment, user, rungs=tuple(alone))


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_people_are_not_pestered(seed: int) -> None:
    said: list[Told] = []
    for told in weeks(seed):
        s = told.clock.now(told.moment)
        person = told.clock.plan.by_slack[told.user]
        hours = s.hours(person)
        assert hours.works(told.moment), "nobody is written to outside their hours, or while away"
        assert told.user not in told.clock.unreachable
        assert s.muted_person(told.user) is None, "whoever wants quiet has it"
        for rung in told.rungs:
            _check_rung(told, rung)
        said.append(told)
    _check_repetition(said)
    _check_budget(said)


def _check_rung(told: Told, rung: Rung) -> None:
    clock, s = told.clock, told.clock.now(told.moment)
    blocked = clock.plan.blocker[rung.blocker]
    assert blocked.open
    assert blocked.item is None or s.assessment.standing[blocked.item] not in (
        Status.VALIDATED,
        Status.WAIVED,
    )
    granted = {
        row.fingerprint.removesuffix(":ask")
        for row in clock.rows
        if row.kind == ESCALATE and row.state is State.ACKNOWLEDGED and row.subject == rung.subject
    }
    person = clock.plan.by_slack[told.user]
    far = contacts.outside(clock.plan, person) or person is s.sponsor
    if rung.kind == RUNG and far and s.policies.outside == "ask":
        assert rung.fingerprint in granted, "people of other companies are asked when the lead has said so"
    if rung.fingerprint not in granted:
        promised = [p for p in s.promised(rung.subject) if p.at <= told.moment < p.until]
        assert not promised, "a promise stops the climb"


def _check_repetition(said: list[Told]) -> None:
    asked = Counter((t.user, r.subject) for t in said for r in t.rungs if not r.needs_lead)
    assert max(asked.values(), default=1) == 1, "one person is asked about one blocker once"
    steps = Counter((r.subject, r.fingerprint) for t in said for r in t.rungs)
    assert max(steps.values(), default=1) == 1
    lines = Counter((t.user, line.subject, line.fingerprint) for t in said for line in t.lines)
    assert max(lines.values(), default=1) == 1, "nothing is repeated unchanged"
    for told in said:
        for line in told.lines:
            assert facts(line.fingerprint)


def _check_budget(said: list[Told]) -> None:
    """By the date where they are, no more messages than their project allows but for the critical path."""
    days: Counter[tuple[str, date]] = Counter()
    for told in said:
        s = told.clock.now(told.moment)
        if told.lines or not all(rung.critical for rung in told.rungs):
            days[told.user, s.hours(told.clock.plan.by_slack[told.user]).today(told.moment)] += 1
    budget = said[0].clock.now(START).policies.budget if said else 1
    assert max(days.values(), default=0) <= budget


def test_a_row_of_a_daily_message_is_of_the_kind_daily() -> None:
    told = [row for seed in range(3) for t in weeks(seed) for row in t.clock.rows]

    assert {row.kind for row in told if row.day is not None} <= {DAILY, RUNG, ESCALATE}

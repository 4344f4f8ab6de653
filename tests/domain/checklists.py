"""Small projects to ask about: a clinic that opens its patient portal, told in a line an item."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from bot.domain.plan import Assumption, Away, Blocker, Item, Person, Plan, Project, Status

MONDAY = date(2027, 3, 1)


def day(number: int) -> date:
    """The date so many calendar days after the Monday that is asked about."""
    return MONDAY + timedelta(days=number)


def gate(key: str, *needs: str, days: int = 1, **fields: Any) -> Item:
    """A gate with owner, validator and date, so that nothing about it is missing unless said so."""
    given: dict[str, Any] = {"owner": "asa", "validator": "bo", "due": day(200), "gate": True, **fields}
    return Item(key=key, title=f"The {key} is ready", remaining_days=days, depends_on=needs, **given)


def task(key: str, *needs: str, **fields: Any) -> Item:
    return gate(key, *needs, gate=False, **fields)


def blocker(number: int, on: str | None, **fields: Any) -> Blocker:
    given: dict[str, Any] = {"raised": day(-3), "waiting_on": "the clinic's IT", "owner": "bo", **fields}
    return Blocker(id=f"B{number}", item=on, text=f"Something is in the way of {on}", **given)


def belief(number: int, on: str, **fields: Any) -> Assumption:
    return Assumption(id=f"A{number}", item=on, text=f"The {on} needs no licence", **fields)


def away(first: int, last: int) -> Away:
    return Away(start=day(first), end=day(last))


def person(key: str, **fields: Any) -> Person:
    given = {"name": f"{key.title()} Lund", "role": f"{key} role", "slack": f"U{key.upper()}", **fields}
    return Person(key=key, **given)


def project(*items: Item, **fields: Any) -> Plan:
    """A plan that goes live with `opening`; takes `people`, `blockers`, `beliefs`, project fields."""
    people = {p.key: p for p in (person("asa"), person("bo"), *fields.pop("people", ()))}
    blockers, beliefs = tuple(fields.pop("blockers", ())), tuple(fields.pop("beliefs", ()))
    given = {"key": "portal", "name": "Patient portal", "go_live_item": "opening", **fields}
    named = given["go_live_item"]
    if named == "opening" and not any(item.key == named for item in items):
        items = (*items, gate("opening", *(item.key for item in items if item.gate)))
    return Plan(
        project=Project(**given),
        people=tuple(people.values()),
        items=items,
        blockers=blockers,
        assumptions=beliefs,
    )


def random_project(seed: int) -> Plan:
    """Any small project: ties, absences, holidays, unlinked gates, waivers, odd weeks and all blockers."""
    r = random.Random(seed)
    keys = [f"i{n:02}" for n in r.sample(range(40), r.randint(1, 11))]
    items = [_random_item(r, key, keys[:n]) for n, key in enumerate(keys)]
    live = _random_item(r, "live", r.sample(keys, r.randint(0, len(keys))))
    # What waits for go-live is no gate, unless hypercare's.
    area = r.choice(["Hypercare ", "other"])
    later = [gate("later", "live", area=area, gate=area != "other", days=r.randint(1, 3))]
    people = [_random_person(r, key) for key in ("ann", "ben", "cyd")]
    blockers = [_random_blocker(r, number, [*keys, "live"]) for number in range(r.randint(0, 4))]
    return Plan(
        project=Project(
            key="any",
            name="Any",
            working_days=r.choice([("mon", "tue", "wed", "thu", "fri"), ("sat", "sun", "mon"), ("wed",)]),
            holidays=tuple(day(r.randint(-3, 20)) for _ in range(r.randint(0, 3))),
            target_go_live=_some_day(r),
            go_live_item=r.choice(["live", "live", "live", None]),
        ),
        people=tuple(people),
        items=tuple(r.sample([*items, live, *later], len(items) + 2)),
        blockers=tuple(blockers),
    )


def _random_item(r: random.Random, key: str, earlier: list[str]) -> Item:
    return Item(
        key=key,
        title=key,
        area=r.choice([None, "network"]),
        owner=r.choice(["ann", "ben", "cyd", None]),
        validator=r.choice(["ann", "ben", "Tester", None]),
        status=r.choice([*Status, Status.TODO, Status.TODO, Status.DOING]),
        remaining_days=r.randint(0, 4),
        depends_on=tuple(r.choices(earlier, k=r.randint(0, 3))) if earlier else (),
        gate=r.random() < 0.7,
        due=_some_day(r),
    )


def _random_person(r: random.Random, key: str) -> Person:
    starts = [r.randint(-2, 25) for _ in range(r.randint(0, 2))]
    days_off = tuple(away(start, start + r.randint(0, 9)) for start in starts)
    return person(key, away=days_off, role=r.choice(["lead", "tester"]))


def _random_blocker(r: random.Random, number: int, keys: list[str]) -> Blocker:
    status = r.choice(["open", "open", "cleared"])
    return blocker(number, r.choice(keys), status=status, expected_clear=_some_day(r))


def _some_day(r: random.Random) -> date | None:
    return r.choice([None, day(r.randint(-4, 20))])

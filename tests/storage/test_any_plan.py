"""Does any plan, changed in any way, come back as it was stored?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.changes import apply
from bot.domain.plan import (
    Assumption,
    Away,
    Blocker,
    Decision,
    Finding,
    Hours,
    Item,
    Person,
    Plan,
    Project,
    Status,
    Validation,
    Waiver,
)
from storage import Store
from tests.storage.plans import NOW

_numbers = count(1)

words = st.text(st.characters(), max_size=6)
maybe = st.none() | words
days = st.dates(date(2020, 1, 1), date(2035, 1, 1))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
clock = st.times().map(lambda at: at.replace(second=0, microsecond=0))
statuses = st.sampled_from(Status)
keys = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6)


def people(key: str) -> st.SearchStrategy[Person]:
    return st.builds(
        Person,
        key=st.just(key),
        name=words,
        role=maybe,
        slack=maybe,
        away=st.lists(st.builds(Away, start=days, end=days), max_size=2).map(tuple),
        hours=st.none() | st.builds(Hours, start=clock, end=clock),
        deputy=maybe,
    )


def items(key: str, among: list[str]) -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        key=st.just(key),
        title=words,
        owner=maybe,
        status=statuses,
        due=st.none() | days,
        remaining_days=st.integers(0, 900),
        depends_on=st.lists(st.sampled_from(among), unique=True).map(tuple),
        gate=st.booleans(),
        waived=st.none() | st.builds(Waiver, by=maybe, why=words, until=st.none() | days),
        validation=st.none()
        | st.builds(Validation, by=maybe, at=st.none() | moments, evidence=maybe, permalink=maybe),
        description=maybe,
        earlier_status=st.none() | statuses,
        owner_role=maybe,
        planned_days=st.none() | st.integers(0, 900),
        started_on=st.none() | days,
        actual_days=st.none() | st.integers(0, 900),
    )


def blockers(key: str) -> st.SearchStrategy[Blocker]:
    states = st.sampled_from(["open", "cleared", "retracted"])
    return st.builds(
        Blocker, id=st.just(key), text=words, item=maybe, raised=days, status=states, ts=maybe, owner=maybe
    )


def beliefs(key: str) -> st.SearchStrategy[Assumption]:
    return st.builds(
        Assumption,
        id=st.just(key),
        text=words,
        verified=st.booleans(),
        verify_by=st.none() | days,
        also_under=st.lists(words, max_size=3).map(tuple),
        relied_on_by=maybe,
        proven_by=maybe,
        finding=st.none()
        | st.builds(
            Finding, true=st.booleans(), by=maybe, at=st.none() | moments, evidence=maybe, permalink=maybe
        ),
    )


def decisions(key: str) -> st.SearchStrategy[Decision]:
    return st.builds(Decision, id=st.just(key), text=words, item=maybe, by=maybe, on=days, ts=maybe)


heads = st.builds(
    Project,
    key=st.just("p"),
    name=words,
    customer=maybe,
    holidays=st.lists(days, max_size=3).map(tuple),
    target_go_live=st.none() | days,
    policies=st.dictionaries(words, st.none() | words | st.lists(st.integers(0, 9))),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    item_keys = draw(keys)
    return Plan(
        project=draw(heads),
        people=tuple(draw(people(key)) for key in draw(keys)),
        items=tuple(draw(items(key, item_keys)) for key in item_keys),
        blockers=tuple(draw(blockers(key)) for key in draw(keys)),
        assumptions=tuple(draw(beliefs(key)) for key in draw(keys)),
        decisions=tuple(draw(decisions(key)) for key in draw(keys)),
    )


@pytest.fixture
def other(store: Store, database_url: str) -> Iterator[Store]:
    other = Store(database_url)
    yield other
    other.close()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(states=st.lists(plans(), min_size=1, max_size=4))
def test_any_plan_comes_back(store: Store, other: Store, states: list[Plan]) -> None:
    key = f"p{next(_numbers)}"
    saved: Plan | None = None
    how: dict[str, Any] = {"actor": "U1", "act": "edit", "at": NOW}
    for state in states:
        with store.transaction() as tx:
            saved = tx.save(saved, replace(state, project=replace(state.project, key=key)), **how)
        with other.reading() as tx:
            assert tx.plan("local", key) == saved
            changes = [event.change for event in tx.events("local", key)]

    assert saved
    told = apply(Plan(project=replace(saved.project, name="", customer=None)), changes)
    assert told.project == saved.project
    # Events do not tell the order of things.
    for place in ("people", "items", "blockers", "assumptions", "decisions"):
        assert set(getattr(told, place)) == set(getattr(saved, place))

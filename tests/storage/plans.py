"""A small plan that uses everything a plan can hold, and one as large as wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

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

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
BY_FILE: Mapping[str, Any] = {"actor": "file:north.yaml", "act": "load", "at": NOW}


def north() -> Plan:
    anna = Person(
        key="anna",
        name="Anna Berg",
        role="Project lead",
        org="vendor",
        tz="Europe/Oslo",
        slack="U1",
        away=(Away(start=date(2026, 12, 1), end=date(2026, 12, 3)),),
        hours=Hours(start=time(8, 30), end=time(16)),
        deputy="bo",
        backup="bo",
    )
    bo = Person(key="bo", name="Bo Lund", slack="U2")
    network = Item(
        key="network",
        title="Network is open",
        area="Network",
        owner="bo",
        validator="anna",
        status=Status.VALIDATED,
        due=date(2026, 11, 20),
        remaining_days=2,
        gate=True,
        evidence="ping answered",
        done_on=date(2026, 11, 19),
        validation=Validation(by="anna", at=NOW, evidence="screenshot", permalink="https://x/p1"),
        internal=True,
        description="The customer's firewall lets us through.",
        permalink="https://x/p2",
        owner_role="Network engineer",
        planned_days=3,
        started_on=date(2026, 11, 16),
        actual_days=4,
    )
    training = Item(
        key="training",
        title="Staff is trained",
        status=Status.WAIVED,
        earlier_status=Status.DOING,
        waived=Waiver(by="anna", why="a short film does", until=date(2026, 12, 24)),
    )
    interface = Item(key="interface", title="Messages flow", depends_on=("network", "training"), gate=True)
    golive = Item(key="golive", title="Go live", depends_on=("training", "interface"))
    blocker = Blocker(
        id="B1",
        text="certificate is missing",
        item="interface",
        waiting_on="customer IT",
        raised=date(2026, 11, 18),
        expected_clear=date(2026, 11, 30),
        owner="bo",
        raised_by="U2",
        channel="C1",
        ts="1763.0001",
        permalink="https://x/p3",
    )
    belief = Assumption(
        id="A1",
        text="the test server stays",
        item="interface",
        owner="bo",
        verified=True,
        verify_by=date(2026, 12, 2),
        made=date(2026, 11, 2),
        permalink="https://x/p4",
        also_under=("golive",),
        relied_on_by="anna",
        proven_by="network",
        finding=Finding(true=True, by="bo", at=NOW, evidence="their letter", permalink="https://x/p5"),
    )
    decision = Decision(
        id="D1",
        text="we cut over at night",
        item="golive",
        by="anna",
        on=date(2026, 11, 17),
        permalink="https://x/p6",
        channel="C1",
        ts="1763.0002",
    )
    head = Project(
        key="north",
        name="North clinic",
        channel="C1",
        customer="North",
        vendor="Us",
        timezone="Europe/Oslo",
        working_days=("mon", "tue", "thu"),
        holidays=(date(2026, 12, 25),),
        target_go_live=date(2026, 12, 14),
        go_live_item="golive",
        lead="anna",
        sponsor="bo",
        decider="bo",
        policies={"quiet": {"from": "18:00"}, "gates": [1, 2]},
    )
    return Plan(
        project=head,
        people=(anna, bo),
        items=(network, training, interface, golive),
        blockers=(blocker,),
        assumptions=(belief,),
        decisions=(decision,),
    )


def large(count: int) -> Plan:
    items = tuple(
        Item(key=f"item-{n}", title=f"Item {n}", depends_on=(f"item-{n - 1}",) if n else ())
        for n in range(count)
    )
    return Plan(project=Project(key="large", name="Large"), items=items)


def with_item(plan: Plan, key: str, **changed: Any) -> Plan:
    items = (replace(item, **changed) if item.key == key else item for item in plan.items)
    return replace(plan, items=tuple(items))

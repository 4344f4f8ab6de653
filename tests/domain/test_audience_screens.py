"""Whose items come first, and which decisions are wanted: the same facts for each who reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.domain import answers
from bot.domain.plan import Plan, Status
from bot.domain.readers import Audience
from bot.domain.readiness import assess
from bot.domain.wording import Answer
from tests.domain.clockwork import ROME, blocker, clinic, gate

TODAY = date(2027, 3, 1)
NOW = datetime(2027, 3, 1, 9, tzinfo=ROME)


def screen(plan: Plan, audience: Audience) -> Answer:
    return answers.before(plan, assess(plan, TODAY), NOW, audience=audience)


def next_to_do(plan: Plan, audience: Audience) -> list[str]:
    found = next(section for section in screen(plan, audience).sections if section.heading == "Do next")
    return [line.split(":")[0].partition(". ")[2] for line in found.lines]


@pytest.fixture
def plan() -> Plan:
    """The vendor's own gates wait longest; one is the customer's, and one waits on them."""
    items = (
        gate("network", remaining_days=9),
        gate("training", remaining_days=8),
        gate("sockets", owner="gro", validator="lea", remaining_days=1),
        gate("access", status=Status.BLOCKED, remaining_days=1),
    )
    held = (blocker(1, "access", waiting_on="Clinic"),)
    return clinic(items, held, target_go_live=date(2027, 3, 8))


def test_the_customers_items_come_first_for_the_customer_alone(plan: Plan) -> None:
    assert next_to_do(plan, Audience.TEAM)[:2] == ["The network", "The training"]
    assert set(next_to_do(plan, Audience.CUSTOMER)[:2]) == {"The sockets", "The access"}
    assert set(next_to_do(plan, Audience.CUSTOMER)) == set(next_to_do(plan, Audience.TEAM))


def test_executives_read_which_decisions_are_wanted(plan: Plan) -> None:
    said = screen(plan, Audience.EXECUTIVES).text
    assert "Another target than Mon 8 Mar" in said
    lacking = replace(plan, items=(*plan.items, gate("lamps", owner=None)))
    assert "Who takes lamps: nobody has it." in screen(lacking, Audience.EXECUTIVES).text
    without = replace(plan, project=replace(plan.project, target_go_live=None))
    assert "Which day go-live is promised for" in screen(without, Audience.EXECUTIVES).text


@pytest.mark.parametrize("audience", Audience)
def test_no_audience_is_told_another_date(plan: Plan, audience: Audience) -> None:
    if audience is not Audience.ENGINEERS:  # who read no verdict
        assert "Forecast no earlier than Fri 12 Mar" in screen(plan, audience).text
    assert "network" in screen(plan, audience).text

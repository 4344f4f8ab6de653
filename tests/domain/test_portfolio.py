"""How do several projects stand in a line each, which comes first, and what is the biggest risk of each?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.plan import Plan, Status
from bot.domain.portfolio import PAGE, Row, line, portfolio, reply, row, unreadable
from bot.domain.readiness import assess
from tests.domain.checklists import MONDAY, belief, blocker, day, gate, project

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def named(key: str, *items: Any, **fields: Any) -> Plan:
    return project(*items, key=key, name=key.title(), **fields)


def of(plan: Plan) -> Row:
    return row(plan, assess(plan, MONDAY))


def ranked(*plans: Plan) -> list[str]:
    return [each.key for each in portfolio((plan, assess(plan, MONDAY)) for plan in plans)]


def test_the_latest_comes_first_and_what_is_live_comes_last() -> None:
    live = named("live", gate("vpn", status=Status.VALIDATED), gate("opening", status=Status.VALIDATED))
    ready = named("ready", gate("vpn", status=Status.VALIDATED), target_go_live=day(4))
    early = named("early", gate("vpn", days=2), target_go_live=day(11))
    tight = named("tight", gate("vpn", days=2), target_go_live=day(2))
    unsure = named(
        "unsure",
        gate("vpn", days=2, status=Status.BLOCKED),
        target_go_live=day(18),
        blockers=[blocker(1, "vpn")],
    )
    aimless = named("aimless", gate("vpn", days=2))
    late = named("late", gate("vpn", days=4), target_go_live=day(2))
    later = named("later", gate("vpn", days=9), target_go_live=day(2))
    plans = (live, ready, early, tight, unsure, aimless, late, later)
    assert ranked(*plans) == ["later", "late", "aimless", "unsure", "tight", "early", "ready", "live"]


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (
            named("north", gate("vpn", days=4), target_go_live=day(2)),
            "North: 2 d late (Fri 5 Mar, target Wed 3 Mar), 1 of 1 gates open; vpn sets the date (Asa Lund)",
        ),
        (
            named(
                "north",
                gate("vpn", days=4, status=Status.BLOCKED),
                target_go_live=day(30),
                blockers=[blocker(1, "vpn", raised=day(-7))],
            ),
            "North: 18 d early (no earlier than Fri 5 Mar, target Wed 31 Mar), 1 of 1 gates open; "
            "vpn blocked 5 d, waits on the clinic's IT",
        ),
        (
            named("north", gate("vpn", status=Status.VALIDATED), target_go_live=MONDAY),
            "North: READY, on target Mon 1 Mar, 0 of 1 gates open",
        ),
        (
            named("north", gate("vpn"), target_go_live=day(1)),
            "North: on target Tue 2 Mar, 1 of 1 gates open; vpn sets the date",
        ),
        (
            named("north", gate("vpn", owner=None)),
            "North: Tue 2 Mar, no target, 1 of 1 gates open; vpn sets the date, nobody has it",
        ),
        (
            named("north", gate("vpn", status=Status.DONE), target_go_live=day(9)),
            "North: 6 d early (Tue 2 Mar, target Wed 10 Mar), 1 of 1 gates open; "
            "vpn done, Bo Lund to confirm",
        ),
        (
            named("north", gate("vpn"), gate("opening", status=Status.VALIDATED)),
            "North: live, 1 of 1 gates open",
        ),
    ],
)
def test_a_project_is_a_line_with_its_one_biggest_risk(plan: Plan, says: str) -> None:
    assert line(of(plan)) == says


def test_what_is_not_on_the_chain_is_the_risk_when_the_chain_moves() -> None:
    believed = named(
        "north", gate("vpn", days=3), gate("sso"), target_go_live=day(10), beliefs=[belief(1, "sso")]
    )
    assert of(believed).risk == "1 assumption not verified"
    nobody = named("north", gate("vpn", days=3), gate("sso", owner=None), target_go_live=day(10))
    assert of(nobody).risk == "nobody has 1 open gate"


def test_a_line_is_short_enough_for_a_phone_whatever_the_names() -> None:
    long = "Interfaces of everything with everything else, tested " * 5
    held = blocker(1, "vpn", waiting_on=long)
    plan = named("north", replace(gate("vpn"), key="vpn"), blockers=[held], target_go_live=day(9))
    plan = replace(plan, project=replace(plan.project, name=long))
    assert len(line(of(plan))) < 200


def test_a_page_has_twenty_lines_and_says_where_the_others_are() -> None:
    rows = portfolio(
        (plan, assess(plan, MONDAY)) for plan in (named(f"p{n:03}", gate("vpn")) for n in range(45))
    )
    first = reply(rows, NOON).answer.lines
    assert first[0] == "45 projects, 0 late, as of Mon 1 Mar, 12:00"
    assert len(first) == PAGE + 2
    assert first[-1] == "Page 1 of 3: `/golive portfolio 2` shows another."
    assert len(reply(rows, NOON, page=3).answer.lines) == 5 + 2
    assert len(reply(rows, NOON, page=99).answer.lines) == 5 + 2
    whole = reply(rows, NOON, whole=True)
    assert len(whole.answer.lines) == 46
    assert len(reply(rows, NOON).data["projects"]) == 45


def test_the_data_says_the_same_as_the_line() -> None:
    data = of(named("north", gate("vpn", days=4), target_go_live=day(2))).as_json()
    assert data == {
        "project": "north",
        "name": "North",
        "state": "late",
        "ready": False,
        "target": "2027-03-03",
        "forecast": "2027-03-05",
        "forecast_kind": "stated",
        "gap_working_days": 2,
        "gates": {"total": 1, "open": 1, "blocked": 0},
        "risk": "vpn sets the date (Asa Lund)",
    }


def test_nobody_who_sees_no_project_is_told_of_any() -> None:
    assert reply((), NOON).answer.text == "No project that you can see"


def test_a_project_that_cannot_be_computed_says_why_and_stops_no_other() -> None:
    plan = named("north", gate("a", "b"), gate("b", "a"))
    assert "These items wait for each other" in line(
        unreadable(plan, MONDAY, "These items wait for each other")
    )

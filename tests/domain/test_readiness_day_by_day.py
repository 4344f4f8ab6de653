"""Does the quick computation say what living through every day of a project would?"""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.plan import Item, Plan, Status
from bot.domain.readiness import assess
from tests.domain.checklists import day, random_project
from tests.domain.day_by_day import chain, forecast, lived, slack, waiting_for

SEEDS = [range(start, start + 125) for start in range(0, 1000, 125)]


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_every_start_finish_and_the_forecast_are_the_days_that_would_be_lived(seeds: range) -> None:
    for plan, today in _projects(seeds):
        found, expected = assess(plan, today), lived(plan, today)
        times = {key: (t.start, t.finish) for key, t in found.timing.items()}
        assert times == {key: days for key, days in expected.items() if key}, plan
        assert found.forecast == forecast(plan, today), plan


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_slack_is_how_much_longer_an_item_can_really_take(seeds: range) -> None:
    for plan, today in _projects(seeds):
        for key, timing in assess(plan, today).timing.items():
            if key != plan.project.go_live_item:
                assert timing.slack == slack(plan, today, key), (key, plan)


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_the_driving_chain_is_what_each_start_in_turn_waited_for(seeds: range) -> None:
    for plan, today in _projects(seeds):
        assert list(assess(plan, today).chain) == chain(plan, today), plan


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_gates_come_in_work_order_and_what_to_do_next_by_its_rule(seeds: range) -> None:
    for plan, today in _projects(seeds):
        found, goal = assess(plan, today), plan.project.go_live_item
        gates = {i.key: i for i in plan.items if i.gate and i.key in found.timing and i.key != goal}
        gates = {key: gate for key, gate in gates.items() if gate.area != "Hypercare "}
        when = found.timing
        order = sorted(gates, key=lambda k: (when[k].start, when[k].slack, when[k].finish, k))
        assert [i.key for i in found.open_gates] == order, plan
        behind = {key: waiting_for(plan, key, today) & {*gates} for key in gates}
        assert {key: found.downstream[key] for key in gates} == {k: len(v) for k, v in behind.items()}, plan
        blocked = {k for k, gate in gates.items() if gate.status is Status.BLOCKED}
        hidden = {k for k in blocked if any(k in behind[other] for other in blocked)}
        late = {k for k, g in gates.items() if g.status is not Status.DONE and g.due and g.due < today}
        free = {k for k, gate in gates.items() if _can_start(plan, gate)}
        rank = {
            key: (when[key].slack, _state(gate, late), -len(behind[key]), gate.due or date.max, key)
            for key, gate in gates.items()
        }
        able = (blocked | (late - blocked) | free) - hidden
        assert [i.key for i in found.do_next] == sorted(able, key=rank.__getitem__)[:5], plan


def _can_start(plan: Plan, item: Item) -> bool:
    closed = {i.key for i in plan.items if i.status in (Status.VALIDATED, Status.WAIVED)}
    at_work = item.status in (Status.TODO, Status.DOING)
    return (
        at_work
        and {*item.depends_on} <= closed
        and not any(b.open and b.item == item.key for b in plan.blockers)
    )


def _state(item: Item, late: set[str]) -> int:
    if item.status is Status.BLOCKED:
        return 0
    return 1 if item.key in late else 2 if item.status is Status.TODO else 3


def _projects(seeds: range) -> list[tuple[Plan, date]]:
    return [(random_project(seed), day(seed % 9)) for seed in seeds]

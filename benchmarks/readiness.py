"""How long does an answer take to compute, how does that grow, and what would a graph library make of it?

Run it with `python benchmarks/readiness.py`. Figures are the best of several runs; the ratios count.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import networkx as nx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.domain import answers, readiness
from bot.domain.plan import Away, Blocker, Item, Person, Plan, Project, Status
from bot.domain.schedule import CLOSED, Calendars, Schedule, hypercare

TODAY = date(2027, 3, 1)
SIZES = (200, 1_000, 10_000)
PEOPLE = 40
RUNS = 7


def large(size: int) -> Plan:
    """A project of so many items: three arrows each, four in five a gate, a third of the people away once."""
    r = random.Random(size)
    statuses = (Status.TODO, Status.TODO, Status.DOING, Status.BLOCKED, Status.DONE, Status.VALIDATED)
    items = [
        Item(
            key=f"item-{n}",
            title=f"The part number {n} of the whole is ready",
            area=f"area {n % 12}",
            owner=f"p{r.randrange(PEOPLE)}",
            validator=f"p{r.randrange(PEOPLE)}",
            status=r.choice(statuses),
            remaining_days=r.randint(1, 5),
            depends_on=tuple(f"item-{r.randrange(max(0, n - 60), n)}" for _ in range(3 if n else 0)),
            gate=r.random() < 0.8,
            due=TODAY + timedelta(days=r.randint(-20, 200)),
        )
        for n in range(size - 1)
    ]
    items.append(Item(key="go-live", title="Go-live", owner="p0", gate=True, depends_on=(items[-1].key,)))
    return Plan(
        project=Project(
            key="large", name="Large", go_live_item="go-live", target_go_live=TODAY + timedelta(90)
        ),
        people=tuple(_person(number) for number in range(PEOPLE)),
        items=tuple(items),
        blockers=tuple(_blocker(number, r.choice(items).key) for number in range(size // 20)),
    )


def _person(number: int) -> Person:
    gone = Away(start=TODAY + timedelta(number), end=TODAY + timedelta(number + 9))
    return Person(key=f"p{number}", name=f"Person Number {number}", away=(gone,) if number % 3 == 0 else ())


def _blocker(number: int, on: str) -> Blocker:
    clear = TODAY + timedelta(number % 30) if number % 4 else None
    return Blocker(id=f"B{number}", item=on, text="In the way", raised=TODAY, expected_clear=clear)


def whole_answer(plan: Plan) -> None:
    """All of the computation, and the words of the first screen."""
    found = readiness.assess(plan, TODAY)
    answers.before_data(plan, found)
    answers.before(plan, found, datetime(2027, 3, 1, 9, tzinfo=UTC))


def passes(plan: Plan, standing: dict[str, Status]) -> tuple[Any, ...]:
    """The passes over the graph as the product makes them: forecast, slack, chain, gates behind each item."""
    schedule = Schedule(plan, TODAY, standing)
    slack = {item.key: schedule.slack(number) for number, item in enumerate(schedule.items)}
    chain = [key for key, _ in schedule.chain()]
    gates = [i.key for i in schedule.items[: schedule.goal] if i.gate]
    return schedule.forecast, slack, chain, schedule.downstream(gates)


def passes_on_networkx(plan: Plan, standing: dict[str, Status]) -> tuple[Any, ...]:
    """The same passes, written for a DiGraph with its attributes."""
    graph = _graph(plan, standing)
    goal, order = plan.project.go_live_item or "", list(nx.topological_sort(graph))
    for key in order:
        node = graph.nodes[key]
        calendar, begin = node["calendar"], node["floor"]
        if graph.in_degree(key):
            ready = max(graph.nodes[need]["finish"] for need in graph.predecessors(key)) + 1
            begin = max(begin, calendar.at_or_after(ready))
        node["start"], node["finish"] = begin, calendar.nth(calendar.worked(begin) + node["days"] - 1)
    slack: dict[str, int | None] = {}
    reached: dict[str, int] = {}
    behind: dict[str, int] = {}
    bit = 1
    for key in reversed(order):
        node = graph.nodes[key]
        calendar = node["calendar"]
        asked = [
            graph.nodes[fed]["asks"] for fed in graph.successors(key) if graph.nodes[fed]["asks"] is not None
        ]
        slack[key], node["asks"] = None, node["start"] - 1 if key == goal else None
        if key == goal or not asked:
            continue
        latest = min(asked)
        slack[key] = calendar.worked(latest + 1) - calendar.worked(node["finish"] + 1)
        node["asks"] = calendar.nth(calendar.worked(latest + 1) - node["days"]) - 1
        bits = 0
        for fed in graph.successors(key):
            bits |= reached.get(fed, 0)
        behind[key] = bits.bit_count()
        if node["gate"]:
            bits, bit = bits | bit, bit << 1
        reached[key] = bits
    calendar = graph.nodes[goal]["calendar"]
    return calendar.day(graph.nodes[goal]["start"]), slack, _chain(graph, goal), behind


def _graph(plan: Plan, standing: dict[str, Status]) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    calendars = Calendars(plan, TODAY)
    now = calendars.project.position(TODAY)
    still = [item for item in plan.items if standing[item.key] not in CLOSED]
    for item in still:
        calendar, status = calendars.of(item, standing[item.key]), standing[item.key]
        clear = [b.expected_clear for b in plan.open_blockers.get(item.key, ()) if b.expected_clear]
        floors = [now, *(calendar.position_after(day) for day in clear)]
        graph.add_node(
            item.key,
            calendar=calendar,
            days=1 if status is Status.DONE else max(1, item.remaining_days),
            floor=calendar.at_or_after(max(floors)),
            gate=item.gate,
        )
    goal = plan.project.go_live_item or ""
    for item in still:
        graph.add_edges_from((need, item.key) for need in item.depends_on if need in graph)
        if item.gate and item.key != goal and not hypercare(item):
            graph.add_edge(item.key, goal)
    return graph


def _chain(graph: nx.DiGraph[str], goal: str) -> list[str]:
    chain, key = [], goal
    while True:
        node = graph.nodes[key]
        begins, start = node["calendar"].at_or_after, node["start"]
        setting = [n for n in graph.predecessors(key) if begins(graph.nodes[n]["finish"] + 1) == start]
        if start == node["floor"] or not setting:
            return chain[::-1]
        key = min(setting)
        chain.append(key)


def best(work: Callable[[], Any]) -> float:
    """Milliseconds of the fastest of several runs."""
    found = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found) * 1000


def fresh(plan: Plan) -> Plan:
    """The same plan with nothing remembered about it."""
    return Plan(
        **{name: getattr(plan, name) for name in ("project", "people", "items", "blockers", "assumptions")}
    )


def main() -> None:
    plans = {size: large(size) for size in SIZES}
    whole = {size: best(lambda plan=plan: whole_answer(fresh(plan))) for size, plan in plans.items()}  # type: ignore[misc]
    print("The whole answer: everything computed, its data, and the words of the first screen\n")
    print(f"{'items':>8}{'ms':>10}{'ratio to 1,000':>18}")
    for size, ms in whole.items():
        print(f"{size:>8,}{ms:>10.1f}{ms / whole[1_000]:>18.1f}")
    print("\nThe passes over the graph, ours and on a networkx DiGraph; building the graph is part of both\n")
    print(f"{'items':>8}{'ours, ms':>12}{'networkx, ms':>15}{'times faster':>15}")
    for size, plan in plans.items():
        standing = {item.key: readiness.standing(item, TODAY) for item in plan.items}
        if passes(plan, standing) != passes_on_networkx(plan, standing):
            raise SystemExit("The two ways disagree.")
        ours = best(lambda: passes(fresh(plan), standing))  # noqa: B023
        theirs = best(lambda: passes_on_networkx(fresh(plan), standing))  # noqa: B023
        print(f"{size:>8,}{ours:>12.1f}{theirs:>15.1f}{theirs / ours:>15.1f}")


if __name__ == "__main__":
    main()

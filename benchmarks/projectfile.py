"""How long do ten thousand items take to come in from a file, and how much memory, against PyYAML's loaders?

Each row is measured in a process of its own, so that no row's memory is another's.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import yaml

from bot.domain import changes, projectfile
from bot.domain.plan import Assumption, Blocker, Event, Item, Person, Plan, Project

ITEMS = 10_000
BASELINE = "yaml.load, pure Python"


def large() -> Plan:
    """A plan of the size of the largest one expected, with the usual share of everything."""
    first = date(2027, 1, 4)
    items = tuple(
        Item(
            key=f"step-{n}",
            title=f"Step {n}: check it, then check it again",
            area=f"area {n % 12}",
            owner=f"p{n % 40}",
            validator=f"p{(n + 1) % 40}",
            due=first + timedelta(days=n % 90),
            depends_on=tuple(f"step-{m}" for m in (n - 1, n - 7, n - 30) if m >= 0 and m % 5),
            gate=n % 3 == 0,
            description="What done means,\nin two lines." if n % 10 == 0 else None,
        )
        for n in range(ITEMS)
    )
    return Plan(
        project=Project(key="large", name="A large one", go_live_item=items[-1].key, revision=3),
        people=tuple(Person(key=f"p{n}", name=f"Person {n}", slack=f"U{n:06}") for n in range(40)),
        items=items,
        blockers=tuple(
            Blocker(id=f"B{n}", text="Waits", item=f"step-{n * 9}", raised=first) for n in range(ITEMS // 10)
        ),
        assumptions=tuple(Assumption(id=f"A{n}", text="So be it", item=f"step-{n * 99}") for n in range(100)),
    )


def _event(nth: int, key: str) -> Event:
    change = changes.Change(entity="item", key=key, field="owner", before="p0", after="p1")
    return Event(
        revision=4 + nth, at=datetime(2027, 1, 4, tzinfo=UTC), actor="U000001", act="own", change=change
    )


def _merge(plan: Plan, text: str) -> Callable[[], Any]:
    items = tuple(replace(item, owner="p1") if n % 5 == 0 else item for n, item in enumerate(plan.items))
    current = replace(plan, items=items, project=replace(plan.project, revision=9_000))
    since = [_event(nth, item.key) for nth, item in enumerate(items[::5])]
    loaded = projectfile.parse(text)
    return lambda: projectfile.merge(current, loaded, since)


def _broken(text: str) -> str:
    return text.replace("owner: p7\n", "owner: p777\n").replace("gate: true", "gate: maybe")


def _refused(text: str) -> int:
    try:
        projectfile.parse(text)
    except projectfile.FileErrors as refused:
        return len(refused.errors)
    return 0


def prepared(name: str) -> Callable[[], Any]:
    plan = large()
    text = projectfile.write(plan)
    broken = _broken(text)
    return {
        BASELINE: lambda: yaml.load(text, Loader=yaml.SafeLoader),
        "yaml.load, C": lambda: yaml.load(text, Loader=yaml.CSafeLoader),
        "yaml.compose, C": lambda: yaml.compose(text, Loader=yaml.CSafeLoader),
        "golive: read and check": lambda: projectfile.parse(text),
        "golive: name 3,500 mistakes": lambda: _refused(broken),
        "golive: write": lambda: projectfile.write(plan),
        "golive: merge, 2,000 changes since": _merge(plan, text) if "merge" in name else lambda: None,
    }[name]


ROWS = (
    BASELINE,
    "yaml.load, C",
    "yaml.compose, C",
    "golive: read and check",
    "golive: name 3,500 mistakes",
    "golive: write",
    "golive: merge, 2,000 changes since",
)


def measure(name: str) -> dict[str, float]:
    run = prepared(name)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    result = run()
    took = time.perf_counter() - began
    megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    del result
    return {"seconds": took, "megabytes": megabytes}


def main() -> None:
    found: dict[str, dict[str, float]] = {}
    for name in ROWS:
        out = subprocess.run(
            [sys.executable, "-m", __spec__.name, name], capture_output=True, text=True, check=True
        )
        found[name] = json.loads(out.stdout)
    base = found[BASELINE]["seconds"]
    print(f"{ITEMS:,} items, {len(projectfile.write(large())) / 1e6:.1f} MB of YAML")
    print(f"{'':36}{'seconds':>9}{'times faster':>14}{'MB more':>9}")
    for name in ROWS:
        row = found[name]
        print(f"{name:36}{row['seconds']:9.2f}{base / row['seconds']:14.1f}{row['megabytes']:9.0f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()

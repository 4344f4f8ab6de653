"""What does storing cost: a commit for each change against one for many, a small plan against a large one?"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.domain.plan import Item, Plan, Project
from storage import Store

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
WRITERS = 32
SECONDS = 3.0


def plan_of(count: int) -> Plan:
    items = tuple(
        Item(key=f"item-{n}", title=f"Item {n}", depends_on=(f"item-{n - 1}",) if n else ())
        for n in range(count)
    )
    return Plan(project=Project(key=f"p{count}", name="Measured"), items=items)


def changes_a_second(store: Store, one_at_a_time: AbstractContextManager[object]) -> float:
    """Many threads change an item of a plan of 200, each waiting until its change is stored."""
    end = time.perf_counter() + SECONDS
    counted = [0] * WRITERS

    def change(writer: int) -> None:
        while time.perf_counter() < end:
            with one_at_a_time, store.transaction() as tx:
                plan = tx.plan("local", "p200")
                assert plan
                item = replace(plan.items[writer], title=f"{writer}-{counted[writer]}")
                items = (*plan.items[:writer], item, *plan.items[writer + 1 :])
                tx.save(plan, replace(plan, items=items), actor="U1", act="edit", at=NOW)
            counted[writer] += 1

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(change, range(WRITERS)))
    return sum(counted) / SECONDS


def timed(what: Callable[[], object], times: int = 1) -> float:
    """Milliseconds a call takes, the best of three."""
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        for _ in range(times):
            what()
        best = min(best, (time.perf_counter() - begun) / times)
    return best * 1000


def read(store: Store, count: int) -> None:
    with store.reading() as tx:
        assert tx.plan("local", f"p{count}")


def read_anew(url: str, count: int) -> float:
    stores = [Store(url) for _ in range(3)]
    for store in stores:
        with store.reading() as tx:
            tx.workspaces()  # so that connecting is not measured
    waiting = iter(stores)
    took = timed(lambda: read(next(waiting), count))
    for store in stores:
        store.close()
    return took


def load(store: Store, count: int) -> float:
    begun = time.perf_counter()
    with store.transaction() as tx:
        tx.save(None, plan_of(count), actor="file:p.yaml", act="load", at=NOW)
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'golive.db'}"
        store = Store(url)
        loads = {count: load(store, count) for count in (20, 200, 10_000)}
        reads = {count: read_anew(url, count) for count in (200, 10_000)}
        cached = {count: timed(lambda count=count: read(store, count), 200) for count in (200, 10_000)}
        alone = changes_a_second(store, threading.Lock())
        together = changes_a_second(store, nullcontext())
        store.close()

    table = Table("SQLite, durable commits", "measured", "ratio")
    for what, measured, unit, against in (
        (f"{WRITERS} writers, a commit for each change", alone, "/s", alone),
        (f"{WRITERS} writers, commits in groups", together, "/s", alone),
        ("load 200 items", loads[200], " ms", loads[200]),
        ("load 10,000 items", loads[10_000], " ms", loads[200]),
        ("read 200 items", reads[200], " ms", reads[200]),
        ("read 10,000 items", reads[10_000], " ms", reads[200]),
        ("read 200 items, unchanged", cached[200], " ms", reads[200]),
        ("read 10,000 items, unchanged", cached[10_000], " ms", reads[10_000]),
    ):
        table.add_row(what, f"{measured:.4g}{unit}", f"{measured / against:.3g}")
    Console().print(table)


if __name__ == "__main__":
    main()

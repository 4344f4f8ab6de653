"""What does `before` on 200 items cost, from request to blocks, against merely loading the same rows?

Each round opens the database anew, so that no plan is in memory: once to load the rows alone, once to answer.
Target: at most twice the loading. The last line is what people meet: the plan is in memory.
"""

from __future__ import annotations

import statistics
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks._opening import timed
from bot.domain.belonging import Belongs
from bot.domain.plan import Assumption, Blocker, Item, Person, Plan, Project, Status
from bot.tracker import Actor, Question, Tracker, Where
from handlers.answering import dressed
from storage import Store

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
TODAY = date(2027, 3, 1)
ITEMS, ROUNDS = 200, 40
WHO, WHERE = Actor("local", "U0"), Where(channel="C0")


def a_plan() -> Plan:
    """Twenty chains of ten items, all meeting at go-live: some done, some blocked, some nobody's."""
    people = tuple(Person(key=f"p{n}", name=f"Person {n}", slack=f"U{n}") for n in range(10))
    items = tuple(_item(n) for n in range(ITEMS - 1))
    blocked = [i.key for i in items if i.status is Status.BLOCKED]
    blockers = tuple(
        Blocker(id=f"B{n}", item=key, text="it waits", waiting_on="the network team", raised=TODAY)
        for n, key in enumerate(blocked, 1)
    )
    beliefs = tuple(Assumption(id=f"A{n}", text="it fits", item=f"item-{n}") for n in range(1, 30))
    live = Item(key="live", title="Go-live", depends_on=tuple(f"item-{n}" for n in range(9, ITEMS - 1, 10)))
    head = Project(key="p", name="Measured", channel="C0", go_live_item="live", lead="p0")
    head = replace(head, target_go_live=TODAY + timedelta(days=40))
    return Plan(project=head, people=people, items=(*items, live), blockers=blockers, assumptions=beliefs)


def _item(n: int) -> Item:
    status = (Status.TODO, Status.DOING, Status.DONE, Status.VALIDATED, Status.BLOCKED)[n % 5]
    return Item(
        key=f"item-{n}",
        title=f"Item {n} of the checklist",
        owner=None if n % 17 == 0 else f"p{n % 10}",
        validator=f"p{(n + 3) % 10}",
        status=status,
        due=None if n % 23 == 0 else TODAY + timedelta(days=n % 60 - 10),
        remaining_days=1 + n % 4,
        depends_on=(f"item-{n - 1}",) if n % 10 else (),
        gate=n % 7 != 0,
    )


def _load(store: Store) -> None:
    with store.reading() as tx:
        assert tx.plan_in("local", "C0")


def _answer(store: Store) -> None:
    tracker = Tracker(store, lambda: NOW)
    dressed(tracker.answer(WHO, WHERE, Question(about="before")))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'golive.db'}"
        with closing(Store(url)) as store, store.transaction() as tx:
            tx.save(None, a_plan(), actor="bench", act="load", at=NOW)
            tx.keep_belonging(WHO.workspace, {WHO.user: Belongs.HERE.value}, NOW)
        rounds = [(timed(url, _load), timed(url, _answer), timed(url, _answer, _load)) for _ in range(ROUNDS)]
    loading, answering, warm = (statistics.median(column) * 1e3 for column in zip(*rounds, strict=True))
    table = Table("200 items", "median", "against loading", "target")
    table.add_row("loading the rows", f"{loading:.1f} ms", "1.00", "")
    table.add_row("`before`, request to blocks", f"{answering:.1f} ms", f"{answering / loading:.2f}", "≤ 2")
    table.add_row("the same, the plan in memory", f"{warm:.1f} ms", f"{warm / loading:.2f}", "")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()

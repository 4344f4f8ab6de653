"""How much more than loading somebody's projects does it cost to draw their Home?

Two hundred items in twenty projects are theirs. Both start from a process that has read nothing yet: the
projects are loaded and nothing else, or loaded and drawn as far as the JSON that Slack gets. The ratio is of
medians of one run. Drawn again after a change in one of the projects, as it is for who looks at it.
"""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks._opening import timed
from bot.domain.belonging import Belongs
from bot.domain.plan import Blocker, Item, Person, Plan, Project, Status
from bot.domain.reminders.ledger import Promise, subject
from bot.tracker import Tracker
from handlers import home
from storage import Home, Store

PROJECTS, ITEMS, ROUNDS = 20, 10, 15
WORKSPACE, ME = "T1", "U0"
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
STATUSES = (Status.TODO, Status.TODO, Status.DOING, Status.BLOCKED, Status.DONE)


def a_project(number: int) -> Plan:
    """Ten open items of mine, a few done by others for me to confirm, and blockers that I chase."""
    r = random.Random(number)
    people = tuple(
        Person(key=f"p{n}", name=f"Person {n}", slack=f"U{n}", tz="Europe/Paris") for n in range(6)
    )
    mine = [
        Item(
            key=f"item-{n}",
            title=f"Part {n} of the whole is ready and somebody saw it",
            owner="p0",
            validator=f"p{r.randrange(1, 6)}",
            status=r.choice(STATUSES),
            due=NOW.date() + timedelta(r.randint(-5, 30)),
            remaining_days=r.randint(1, 4),
            depends_on=(f"item-{r.randrange(n)}",) if n else (),
            gate=r.random() < 0.8,
        )
        for n in range(ITEMS)
    ]
    others = [
        Item(key=f"other-{n}", title=f"Other {n}", owner="p1", validator="p0", status=Status.DONE, gate=True)
        for n in range(3)
    ]
    live = Item(key="live", title="Go-live", owner="p1", depends_on=("item-9",))
    blockers = tuple(
        Blocker(
            id=f"B{n}", item=f"item-{n}", text="It waits", owner="p0", raised=NOW.date(), waiting_on="them"
        )
        for n in range(1, 3)
    )
    head = Project(
        key=f"project-{number:02}",
        name=f"Project number {number}",
        workspace=WORKSPACE,
        go_live_item="live",
        target_go_live=NOW.date() + timedelta(r.randint(10, 60)),
        lead="p0" if number % 4 == 0 else "p1",
        timezone="Europe/Paris",
    )
    return Plan(project=head, people=people, items=(*mine, *others, live), blockers=blockers)


def fill(store: Store) -> None:
    with store.transaction() as tx:
        tx.keep_belonging(WORKSPACE, {ME: Belongs.HERE.value}, NOW)
    for number in range(PROJECTS):
        with store.transaction() as tx:
            tx.save(None, a_project(number), actor="bench", act="load", at=NOW)
            due = tx.due(WORKSPACE, f"project-{number:02}")
            assert due is not None
            until = NOW + timedelta(days=2)
            tx.promise(due, Promise(subject=subject(due.key, "item", "item-0"), by=ME, until=until, at=NOW))


def load(store: Store) -> None:
    """Every project of mine read, and nothing else."""
    with store.reading() as tx:
        plans = [tx.plan(WORKSPACE, key) for key in tx.seen_by(WORKSPACE, ME)]
        assert len(plans) == PROJECTS


def draw(store: Store) -> Tracker:
    tracker = Tracker(store, lambda: NOW)
    opened = Home(
        workspace=WORKSPACE,
        user=ME,
        opened_at=NOW,
        turn=0,
        page={},
        told=None,
        stamp=None,
        shown=None,
        hash=None,
        published_at=None,
    )
    drawn = home.drawn(tracker, opened)
    assert 20 < len(drawn.view["blocks"]) <= 100
    json.dumps(drawn.view)
    return tracker


def again(store: Store) -> float:
    """Drawn once more after one item of one project changed."""
    draw(store)
    with store.transaction() as tx:
        plan = tx.plan(WORKSPACE, "project-03")
        assert plan is not None
        items = (replace(plan.items[0], title=f"Changed {random.random()}"), *plan.items[1:])
        tx.save(plan, replace(plan, items=items), actor="U1", act="edit", at=NOW)
    begun = time.perf_counter()
    draw(store)
    return time.perf_counter() - begun


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'golive.db'}"
        store = Store(url)
        fill(store)
        draw(store)  # what is imported or compiled on first use is, before anything is measured
        refreshed = statistics.median(again(store) for _ in range(ROUNDS))
        store.close()
        rounds = [(timed(url, load), timed(url, draw)) for _ in range(ROUNDS)]
    loading, drawing = (statistics.median(column) for column in zip(*rounds, strict=True))
    table = Table(
        f"Home, {PROJECTS * ITEMS} items in {PROJECTS} projects", "median", "against loading", "target"
    )
    table.add_row("loading the projects", f"{loading * 1000:.1f} ms", "1.00", "")
    table.add_row("loading and drawing Home", f"{drawing * 1000:.1f} ms", f"{drawing / loading:.2f}", "≤ 2")
    table.add_row(
        "drawing it again after a change", f"{refreshed * 1000:.1f} ms", f"{refreshed / loading:.2f}", ""
    )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()

"""How much more than loading a thousand projects does it cost to say how they all stand, the worst first?

Both start from a process that has read nothing yet; the ratio is of medians of one run.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks._opening import timed
from bot.domain import portfolio
from bot.domain.belonging import Belongs
from bot.domain.plan import Assumption, Blocker, Item, Person, Plan, Project, Status
from bot.tracker import Actor, Tracker
from storage import Store

PROJECTS, ITEMS, ROUNDS = 1_000, 60, 3
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
TODAY = NOW.date()
STATUSES = (Status.TODO, Status.TODO, Status.DOING, Status.BLOCKED, Status.DONE, Status.VALIDATED)
WHO = Actor("local", "U0")


def a_project(number: int) -> Plan:
    """Sixty items that lean on two earlier ones each; one in ten blocked, all seen by the same person."""
    r = random.Random(number)
    people = tuple(
        Person(key=f"p{n}", name=f"Person {n}", slack=f"U{n}", role=f"role {n}") for n in range(10)
    )
    items = tuple(_item(r, n) for n in range(ITEMS - 1))
    live = Item(key="live", title="Go-live", owner="p0", depends_on=(items[-1].key,))
    blockers = tuple(
        Blocker(
            id=f"B{n}",
            item=r.choice(items).key,
            text="It waits",
            waiting_on="the network team",
            raised=TODAY - timedelta(r.randint(0, 9)),
            expected_clear=TODAY + timedelta(r.randint(1, 9)) if n % 3 else None,
        )
        for n in range(1, 7)
    )
    beliefs = tuple(Assumption(id=f"A{n}", text="It fits", item=r.choice(items).key) for n in range(1, 5))
    head = Project(
        key=f"project-{number:04}",
        name=f"Project number {number}",
        go_live_item="live",
        target_go_live=TODAY + timedelta(r.randint(10, 60)),
        lead="p0",
    )
    return Plan(project=head, people=people, items=(*items, live), blockers=blockers, assumptions=beliefs)


def _item(r: random.Random, n: int) -> Item:
    return Item(
        key=f"item-{n}",
        title=f"Part {n} of the whole is ready",
        owner=f"p{r.randrange(10)}",
        validator=f"p{r.randrange(10)}",
        status=r.choice(STATUSES),
        due=date(2027, 3, 1) + timedelta(r.randint(-10, 40)),
        remaining_days=r.randint(1, 4),
        depends_on=tuple({f"item-{r.randrange(n)}" for _ in range(2)}) if n else (),
        gate=r.random() < 0.8,
    )


def load(store: Store) -> None:
    """Every project read, and nothing else."""
    with store.reading() as tx:
        assert len([tx.plan("local", head.key) for head in tx.projects("local")]) == PROJECTS


def on_the_command_line(store: Store) -> None:
    rows = Tracker(store, lambda: NOW).portfolio_of("local")
    assert len(portfolio.reply(rows, NOW, whole=True).answer.lines) == PROJECTS + 1


def in_slack(store: Store) -> None:
    """Only what this person may see, which is all of it, and the first page."""
    rows, as_of = Tracker(store, lambda: NOW).portfolio(WHO)
    assert len(rows) == PROJECTS
    portfolio.reply(rows, as_of)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'golive.db'}"
        store = Store(url)
        with store.transaction() as tx:
            tx.keep_belonging(WHO.workspace, {WHO.user: Belongs.HERE.value}, NOW)
        for number in range(PROJECTS):
            with store.transaction() as tx:
                tx.save(None, a_project(number), actor="bench", act="load", at=NOW)
        store.close()
        rounds = [
            (timed(url, load), timed(url, on_the_command_line), timed(url, in_slack)) for _ in range(ROUNDS)
        ]
    loading, complete, page = (statistics.median(column) for column in zip(*rounds, strict=True))
    table = Table(f"{PROJECTS:,} projects of {ITEMS} items", "median", "against loading", "target")
    table.add_row("loading them", f"{loading:.2f} s", "1.00", "")
    table.add_row("`golive portfolio`, all lines", f"{complete:.2f} s", f"{complete / loading:.2f}", "≤ 3")
    table.add_row("`/golive portfolio`, one page", f"{page:.2f} s", f"{page / loading:.2f}", "≤ 3")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()

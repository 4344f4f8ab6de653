"""What does it cost to know what is due: at once, in time, at rest, at a start, and until it is all said?

Beside APScheduler with a stored job for each reminder where that is an answer to the same question.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from benchmarks._harbor import CHANNEL, TEAM, USER, python, settings, slack
from bot.app import App
from bot.domain.plan import Blocker, Item, Person, Plan, Project
from bot.domain.reminders import ledger
from bot.domain.reminders.ledger import Promise
from bot.integrations.clock import SystemClock
from bot.runners.embedded import Duty, Embedded
from bot.runners.planning import Planning
from bot.settings import Settings
from bot.tracker import Tracker
from sandbox import Limits, Sandbox
from storage import Store

MONDAY = datetime(2027, 3, 1, 7, 0, tzinfo=UTC)
NUDGES = 10_000
SPREAD = 10.0  # seconds
IDLE_SECONDS = 65.0  # more than the minute after which the bot looks whatever happens
ALWAYS_AT_WORK = MappingProxyType({"hours": {"start": "00:00", "end": "23:59"}, "outside": "free"})
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

console = Console(width=110)


@contextmanager
def stored(*plans: Plan) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/golive.db")
        keep(store, plans)
        yield store
        store.close()


def keep(store: Store, plans: tuple[Plan, ...]) -> None:
    with store.transaction() as tx:
        for plan in plans:
            tx.save(None, plan, actor="file:measured", act="load", at=MONDAY - timedelta(days=1))


def plan_of(number: int, items: int, people: int, due: date | None) -> Plan:
    """A project of which every item is due that day, spread over people who are in no other."""
    return Plan(
        project=Project(key=f"p{number}", name=f"Project {number}", workspace=TEAM, lead="p0"),
        people=tuple(
            Person(key=f"p{n}", name=f"Person {n}", slack=f"U{number:03}X{n:05}") for n in range(people)
        ),
        items=tuple(
            Item(key=f"i{n}", title=f"Item {n}", owner=f"p{n % people}", due=due, gate=n % 5 == 0)
            for n in range(items)
        ),
    )


# At once


def ours_at_once(projects: int, items: int, people: int) -> tuple[float, int]:
    """Nudges a second, from waking to all being planned, in the ledger and in the outbox; and messages."""
    with stored(*(plan_of(n, items, people, MONDAY.date()) for n in range(projects))) as store:
        now = MONDAY
        tracker = Tracker(store, lambda: now)
        tracker.plan(TEAM)
        now = MONDAY + timedelta(hours=2)
        begun = time.perf_counter()
        tracker.plan(TEAM)
        took = time.perf_counter() - begun
        with store.reading() as tx:
            nudges = tx.run(text("select count(*) from ledger where state = 'planned'")).scalar_one()
            messages = tx.run(text("select count(*) from outbox")).scalar_one()
    assert nudges == NUDGES, nudges
    return nudges / took, messages


_numbers = count(1)
_all_ran = threading.Event()


def count_one() -> None:
    """A reminder's job; it does nothing but count."""
    if next(_numbers) >= NUDGES:
        _all_ran.set()


def theirs_at_once() -> float:
    """A job for each reminder, in a store of its own, all due when the scheduler starts."""
    with tempfile.TemporaryDirectory() as folder:
        scheduler = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{folder}/jobs.db")},
            job_defaults={"misfire_grace_time": None},
            timezone=UTC,
        )
        scheduler.start(paused=True)
        for number in range(NUDGES):
            scheduler.add_job(count_one, DateTrigger(datetime.now(UTC)), id=str(number))
        begun = time.perf_counter()
        scheduler.resume()
        _all_ran.wait()
        took = time.perf_counter() - begun
        scheduler.shutdown()
    return NUDGES / took


def at_once() -> None:
    base = theirs_at_once()
    table = Table("10,000 reminders due at once", "a second", "ratio", title="Plan and hand over")
    table.add_row("APScheduler, a stored job for each, doing nothing", f"{base:,.0f}", "1.0")
    for shape, said in (
        ((10, 1000, 100), "golive, for 1,000 people in 10 projects"),
        ((1, 10_000, 100), "golive, for 100 people in one project"),
        ((1, 10_000, 10_000), "golive, for 10,000 people in one project"),
    ):
        rate, messages = ours_at_once(*shape)
        table.add_row(f"{said}: {messages:,} messages", f"{rate:,.0f}", f"{rate / base:.1f}")
    console.print(table)


# In time


@dataclass
class Late:
    """Reads what is handed over as soon as that is stored, and how long after its moment that was."""

    store: Store
    due: dict[str, datetime]  # by Slack user
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    late: list[float] = field(default_factory=list)
    last: int = 0

    async def sweep(self) -> datetime | None:
        with self.store.reading() as tx:
            found = tx.run(text(f"select id, channel from outbox where id > {self.last} order by id")).all()
        now = datetime.now(UTC)
        for row in found:
            self.last = row.id
            self.late.append((now - self.due[row.channel]).total_seconds() * 1000)
        if len(self.late) >= len(self.due):
            self.done.set()
        return None


def promised(number: int) -> Plan:
    """A small project with a blocker that somebody promised to see to."""
    person = Person(key="owner", name="Owner", slack=f"U{number:05}")
    return Plan(
        project=Project(
            key=f"p{number}",
            name=f"Project {number}",
            workspace=TEAM,
            working_days=EVERY_DAY,
            policies=ALWAYS_AT_WORK,
        ),
        people=(person,),
        items=(Item(key="gate", title="Gate", gate=True),),
        blockers=(Blocker(id="B1", text="Held up", item="gate", owner="owner", raised=date(2026, 11, 1)),),
    )


async def lateness(number: int = 1_000) -> None:
    with stored(*(promised(n) for n in range(number))) as store:
        begun = datetime.now(UTC) + timedelta(seconds=6)
        apart = timedelta(seconds=SPREAD / number)
        late = Late(store, {f"U{n:05}": begun + apart * n for n in range(number)})
        with store.transaction() as tx:
            for nth, (user, until) in enumerate(late.due.items()):
                due = tx.due(TEAM, f"p{nth}")
                assert due is not None
                of = ledger.subject(due.key, "blocker", "B1")
                tx.promise(due, Promise(subject=of, by=user, until=until, at=datetime.now(UTC)))
        tracker = Tracker(store, SystemClock().now)
        await asyncio.to_thread(tracker.plan, TEAM)
        planning = Planning(SystemClock(), partial(tracker.plan, TEAM))
        planning.begin()
        loop = asyncio.get_running_loop()
        store.on_emit = partial(loop.call_soon_threadsafe, late.wake.set)
        deliver = Duty("deliver", late.sweep, late.wake)
        runner = asyncio.create_task(
            Embedded(SystemClock(), deliver, Duty("plan", planning.sweep, planning.wake)).run()
        )
        await asyncio.wait_for(late.done.wait(), 60)
        runner.cancel()
    late.late.sort()
    p50, p99 = (late.late[int(number * part)] for part in (0.5, 0.99))
    table = Table("1,000 reminders over 10 s, each of a project of its own", "ms", title="Lateness")
    for name, found in (("p50", p50), ("p99", p99), ("latest", late.late[-1])):
        table.add_row(name, f"{found:.1f}")
    console.print(table)


# At rest and at a start


def open_items(count: int) -> tuple[Plan, ...]:
    return tuple(plan_of(n, 1000, 50, date(2040, 1, 2)) for n in range(count // 1000))


async def at_rest() -> None:
    with stored(*open_items(100_000)) as store:
        tracker = Tracker(store, SystemClock().now)
        await asyncio.to_thread(tracker.plan, TEAM)
        planning = Planning(SystemClock(), partial(tracker.plan, TEAM))
        planning.begin()
        runner = asyncio.create_task(
            Embedded(SystemClock(), Duty("plan", planning.sweep, planning.wake)).run()
        )
        await asyncio.sleep(1)
        before, begun = time.process_time(), time.perf_counter()
        await asyncio.sleep(IDLE_SECONDS)
        share = (time.process_time() - before) / (time.perf_counter() - begun)
        runner.cancel()
    console.print(f"CPU at rest with 100,000 open items: {share:.3%}")


async def _start(sandbox: Sandbox, home: Path) -> float:
    body = {"command": "/golive", "text": "", "user": USER, "channel": CHANNEL}
    begun = time.perf_counter()
    process = await python("-m", "bot", "run", **settings(sandbox, home))
    async with httpx.AsyncClient(base_url=sandbox.url, timeout=30) as http, asyncio.timeout(60):
        while True:
            connected = (await http.get("/sandbox/health")).json()["connections"]
            if connected and not (await http.post("/sandbox/commands", json=body)).json().get("error"):
                break
            await asyncio.sleep(0.01)
        took = time.perf_counter() - begun
        process.terminate()
        await process.wait()
        while (await http.get("/sandbox/health")).json()["connections"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return took


async def starts(rounds: int = 5) -> None:
    """From start to the first answered command, without items and with 100,000 that are open."""
    sandbox = await slack()
    with tempfile.TemporaryDirectory() as folder:
        homes = {"none": Path(folder) / "none", "100,000": Path(folder) / "many"}
        for home in homes.values():
            home.mkdir()
        store = Store(f"sqlite:///{homes['100,000']}/golive.db")
        keep(store, open_items(100_000))
        store.close()
        took: dict[str, list[float]] = {name: [] for name in homes}
        for _ in range(rounds + 1):
            for name, home in homes.items():
                took[name].append(await _start(sandbox, home))
    await sandbox.stop()
    table = Table("open items", "first start, s", "best of the later ones, s", title="Start to first answer")
    for name, found in took.items():
        table.add_row(name, f"{found[0]:.2f}", f"{min(found[1:]):.2f}")
    console.print(table)


# Until it is all said


async def drain(channels: int = 30, each: int = 10) -> None:
    """As fast as Slack allows, through the whole bot, with the sandbox watching."""
    sandbox = Sandbox(manifest=_manifest(), limits=Limits())
    names = [f"C{n:05}" for n in range(channels)]
    sandbox.seed(
        team={"id": TEAM, "name": "Harbor"},
        users=[{"id": USER, "name": "ana"}],
        channels=[{"id": name, "name": name.lower(), "members": [USER]} for name in names],
        history=[],
    )
    url = await sandbox.start()
    with stored() as store:
        app = App(_settings(sandbox, url), store, clock=sandbox.clock)
        await app.start()
        await app.settle()
        with store.transaction() as tx:
            for number in range(each):
                for name in names:
                    payload = {"lines": [f"no. {number}"], "channel": name}
                    tx.emit(TEAM, name, f"{name}:{number}", "direct_reply", payload, at=sandbox.clock.now())
        begun = time.perf_counter()
        await app.settle()
        took = time.perf_counter() - begun
        await app.stop()
    calls = [call for call in sandbox.state.calls if call["method"] == "chat.postMessage"]
    await sandbox.stop()
    refused = sum(1 for call in calls if call["error"])
    allowed = float(each - 1)  # the first of each channel at once, 300 of them within a minute
    table = Table("", "said", "s", "allowed, s", "ratio", "refused", title="Drain")
    table.add_row(
        f"{channels} channels, {each} messages each",
        f"{len(calls) - refused}",
        f"{took:.1f}",
        f"{allowed:.1f}",
        f"{took / allowed:.2f}",
        f"{refused}",
    )
    console.print(table)


def _manifest() -> Any:
    import yaml

    from benchmarks._harbor import ROOT

    return yaml.safe_load((ROOT / "manifest.yml").read_text())


def _settings(sandbox: Sandbox, url: str) -> Settings:
    given: dict[str, Any] = {
        "slack_bot_token": sandbox.bot_token,
        "slack_app_token": sandbox.app_token,
        "slack_api_url": f"{url}/api/",
    }
    return Settings(_env_file=None, **given)


PARTS: dict[str, Callable[[], Any]] = {
    "at_once": at_once,
    "lateness": lateness,
    "drain": drain,
    "starts": starts,
    "at_rest": at_rest,
}


def main(wanted: list[str]) -> None:
    for name in wanted or PARTS:
        running = PARTS[name]()
        if asyncio.iscoroutine(running):
            asyncio.run(running)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])

"""How long does a picture of 200 items take, and does anybody's acknowledgement wait for it?

Targets: 1.5 s for the first picture ever (a process started, the library loaded, its fonts looked up), 50 ms
for one drawn before. The acknowledgements of a reading command are measured in turn without and with pictures
being drawn and uploaded all the while, a new process and the loading of the library among them; beside that,
how late a loop wakes up while a picture is drawn in a process of its own, and in a thread of its own process.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from benchmarks._harbor import CHANNEL, USER, python, settings, slack
from benchmarks._load import Body, Measured, measure
from benchmarks.requests import _answers, _command, _free_port
from bot.domain import forecasting, projectfile
from bot.domain.pictures import around, burnup, timeline
from bot.domain.pictures.values import Picture
from bot.domain.plan import Item, Person, Plan, Project, Status
from bot.domain.readiness import assess
from bot.pictures.draughtsman import Draughtsman
from bot.pictures.drawing import drawn

ITEMS = 200
TODAY = date(2030, 1, 7)
ROUNDS, ACKS = 5, 600
AREAS = ("network", "access", "data", "interfaces", "testing", "training", "cutover", "security", "billing")
TICK = 0.001


def plan_of(items: int, *, seed: int = 1) -> Plan:
    """A checklist of that many items, a third of them closed, with a history of how work slipped."""
    chance = Random(seed)
    made = [_item(number, chance) for number in range(items)]
    goal = Item(key="go", title="Go-live", gate=True, depends_on=(made[-1].key,), owner="ana")
    project = Project(
        key="harbor",
        name="Harbor",
        channel=CHANNEL,
        target_go_live=TODAY + timedelta(days=30),
        go_live_item="go",
        lead="ana",
    )
    people = (Person(key="ana", name="Ana Duarte", slack=USER),)
    return Plan(project=project, people=people, items=(*made, goal))


def _item(number: int, chance: Random) -> Item:
    closed = chance.random() < 0.33
    needs = sorted(chance.sample(range(number), min(number, chance.randint(0, 2))))
    return Item(
        key=f"i{number}",
        title=f"Check number {number} of everything that has to be looked at",
        area=chance.choice(AREAS),
        owner="ana",
        gate=chance.random() < 0.8,
        status=Status.VALIDATED if closed else chance.choice((Status.TODO, Status.DOING)),
        remaining_days=chance.randint(1, 4),
        depends_on=tuple(f"i{need}" for need in needs),
        planned_days=chance.randint(1, 4),
        actual_days=chance.randint(1, 6),
    )


def pictures(plan: Plan) -> Iterator[tuple[str, Callable[[], Picture]]]:
    def range_of() -> forecasting.Spread | None:
        return forecasting.spread(plan, assess(plan, TODAY))

    yield "timeline", lambda: timeline.timeline(assess(plan, TODAY), range_of(), None)
    yield "burn-up", lambda: burnup.burnup(assess(plan, TODAY), (), range_of(), None)
    yield "around an item", lambda: around.around(assess(plan, TODAY), plan.item["i100"])


async def timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def drawing(table: Table, folder: Path) -> None:
    """The first picture ever, further ones, and the same again."""
    desk = Draughtsman(lambda: folder)
    first = True
    for name, picture in pictures(plan_of(ITEMS)):
        began = time.perf_counter()
        facts = picture()
        decided = time.perf_counter() - began
        anew = await timed(desk.drawn(facts))
        # The same facts under another name are another picture: what it takes once the library is there.
        again = [await timed(desk.drawn(replace(facts, name=f"{facts.name}-{n}"))) for n in range(ROUNDS)]
        kept = [await timed(desk.drawn(facts)) for _ in range(ROUNDS)]
        table.add_row(
            name,
            f"{decided * 1e3:,.0f} ms",
            f"{anew * 1e3:,.0f} ms{' (first ever)' if first else ''}",
            f"{statistics.median(again) * 1e3:,.0f} ms",
            f"{statistics.median(kept) * 1e3:.1f} ms",
            f"{statistics.median(again) / statistics.median(kept):,.0f}",
        )
        first = False
    await desk.stop()


async def lateness(work: Callable[[], Awaitable[object]] | None, seconds: float = 2.0) -> tuple[float, float]:
    """How much later than wanted a loop wakes up while something goes on: the 99th of 100, and the worst."""
    late: list[float] = []
    task = asyncio.ensure_future(work()) if work else None
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or (task is not None and not task.done()):
        wanted = time.perf_counter() + TICK
        await asyncio.sleep(TICK)
        late.append(time.perf_counter() - wanted)
    if task is not None:
        await task
    late.sort()
    return late[int(len(late) * 0.99)] * 1e3, late[-1] * 1e3


async def loops(table: Table, folder: Path) -> None:
    """A loop of which nothing else is wanted, one beside the process that draws, one beside a thread."""
    facts = next(pictures(plan_of(ITEMS)))[1]()
    desk = Draughtsman(lambda: folder / "beside")
    rows = [
        ("nothing is drawn", None),
        ("drawn in a process, library loaded anew", lambda: desk.drawn(facts)),
        ("drawn in a thread, library loaded anew", lambda: asyncio.to_thread(drawn, facts, "light", "png")),
    ]
    still = 0.0
    for name, work in rows:
        p99, worst = await lateness(work)
        still = still or p99
        table.add_row(name, f"{p99:.1f} ms", f"{worst:.1f} ms", f"{p99 / still:.1f}")
    await desk.stop()


async def acknowledgements(table: Table, folder: Path) -> None:
    """The whole bot over signed HTTP: a reading command's answer, while pictures are drawn and while not."""
    secret, port, workspace = "benchmark-secret", _free_port(), await slack()
    file = folder / "harbor.yaml"
    file.write_text(projectfile.write(plan_of(ITEMS)))
    environment = {
        **settings(workspace, folder),
        **{"SLACK_SIGNING_SECRET": secret, "GOLIVE_MODE": "http", "GOLIVE_HTTP_PORT": str(port)},
    }
    await (await python("-m", "bot", "load", str(file), **environment)).wait()
    bot = await python("-m", "bot", "run", **environment)
    try:
        await _answers(port)
        numbers = iter(range(10**6))
        without, within = [], []
        await _acks(port, secret)
        for _ in range(ROUNDS):
            without.append(await _acks(port, secret))
            within.append(await _acks_beside_pictures(port, secret, numbers))
        _rows(table, without, within)
        table.caption = f"{len(workspace.state.files):,} pictures were drawn and uploaded meanwhile"
    finally:
        bot.terminate()
        await bot.wait()
        await workspace.stop()


def _rows(table: Table, without: list[Measured], within: list[Measured]) -> None:
    ratios = [b.p99_ms / a.p99_ms for a, b in zip(without, within, strict=True)]
    for name, found in (("no picture", without), ("pictures all the while", within)):
        table.add_row(
            name,
            f"{statistics.median(m.p50_ms for m in found):.1f} ms",
            f"{statistics.median(m.p99_ms for m in found):.1f} ms",
            f"{max(m.p99_ms for m in found):.1f} ms",
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
            if found is within
            else "",
            str(sum(m.wrong for m in found)),
        )


def _reading(_: int) -> Body:
    return _command("before")


async def _acks(port: int, secret: str) -> Measured:
    return await measure(port, secret, _reading, count=ACKS, connections=2)


async def _acks_beside_pictures(port: int, secret: str, numbers: Iterator[int]) -> Measured:
    """Every quarter of a second somebody wants a picture that was never drawn."""

    async def wanting() -> None:
        while True:
            about = next(numbers)
            wish = f"plot around i{about % ITEMS}" if about % 3 else "plot timeline"
            await measure(port, secret, lambda _, wish=wish: _command(wish), count=1, connections=1)  # type: ignore[misc]
            await asyncio.sleep(0.25)

    task = asyncio.create_task(wanting())
    await asyncio.sleep(0.5)
    try:
        return await _acks(port, secret)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def main() -> None:
    console = Console(width=130)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = Table("200 items", "what to draw", "drawn anew", "library at hand", "drawn before", "ratio")
        await drawing(table, folder)
        console.print(table)
        table = Table("a loop wakes up late by", "p99", "worst", "p99, ratio")
        await loops(table, folder)
        console.print(table)
        table = Table("acknowledgement", "p50", "p99", "worst p99", "p99 with / without", "not 200")
        await acknowledgements(table, folder)
        console.print(table)


if __name__ == "__main__":
    asyncio.run(main())

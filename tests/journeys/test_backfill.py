"""Is a channel read whole, whatever the weather, and is recorded what was ticked, once?"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.backfill import Found, Line, parse, write
from bot.domain.belonging import Belongs
from bot.domain.errors import Invalid
from bot.integrations.slack import Slack
from bot.tracker import Actor, Tracker, Where
from bot.tracker.crawling import Crawl
from bot.tracker.rereading import READ, WITHHELD, Rereading
from storage import Spool
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, ELI, ROOT, World

BEGIN = datetime(2025, 11, 3, 9, tzinfo=UTC)
RADAR, POSTED = 90, 150  # the numbers of two messages
PAGES = 3
TALK = ("lunch?", "thanks!", "see you at three", "the weather is awful", "great work everybody")
SILENT = "blocker: the radar vendor is silent about the vessel feed"
ROSTER = "still waiting on the port for the pilot roster"


def at(number: int) -> str:
    return f"{(BEGIN + timedelta(minutes=97 * number)).timestamp():.6f}"


def history(messages: int) -> list[dict[str, Any]]:
    """Talk, and what matters strewn among it. Only the older part has threads."""
    said = [
        {"channel": CHANNEL, "user": (ANA, BEN, CHEN)[n % 3], "text": TALK[n % len(TALK)], "ts": at(n)}
        for n in range(messages)
    ]
    for number, user, text in (
        (40, BEN, "blocker: the harbour wifi is down"),
        (RADAR, BEN, SILENT),
        (POSTED, ELI, ROSTER),
        (190, BEN, f"We are {ROSTER}!"),
        (230, ANA, "owner: <@U0CHEN> for training"),
        (240, ANA, "owner: <@U0BEN> for training"),
        (250, ANA, "TODO: order the badge printers"),
        (messages - 1, CHEN, "blocker: cannot admit John Smith, MRN 48151623, born 01/02/1960"),
    ):
        said[number] |= {"user": user, "text": text}
    for number in range(5, 180, 14):
        said.append(answer(number, CHEN, "agreed", number))
    said.append(answer(40, ANA, "sorted now", 1))
    return said


def answer(to: int, user: str, text: str, minutes: int) -> dict[str, Any]:
    moment = datetime.fromtimestamp(float(at(to)), UTC) + timedelta(minutes=minutes, seconds=1)
    return {
        "channel": CHANNEL,
        "user": user,
        "text": text,
        "ts": f"{moment.timestamp():.6f}",
        "thread_ts": at(to),
    }


@dataclass
class Watched:
    """Whoever looks on at a reading; it ends where it is told to."""

    shares: list[float] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def show(self, share: float, read: int) -> None:
        self.shares.append(share)

    def tell(self, line: str) -> None:
        self.lines.append(line)


class Hurried:
    """The clock of the sandbox, which goes on at once to whatever moment somebody waits for."""

    def __init__(self, world: World) -> None:
        self._clock = world.slack.clock
        self.now = self._clock.now

    async def wait(self, until: datetime | None, wake: asyncio.Event) -> None:
        if until is not None:
            self._clock.move(until)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path / "spool.db", fresh=True)
    yield made
    made.close()


@pytest.fixture
def old_world(empty_world: World) -> World:
    """With three pages of it."""
    empty_world.slack.seed(history=history(520))
    return empty_world


def team(world: World) -> str:
    return world.slack.state.team.id


async def read(world: World, spool: Spool, watched: Watched | None = None) -> tuple[Tracker, Found]:
    tracker = Tracker(world.store, world.slack.clock.now)
    plan = tracker.project_to_fill(team(world), "harbor")
    token = world.slack.bot_token
    client = AsyncWebClient(token, str(world.settings.slack_api_url), retry_handlers=[])
    clock = Hurried(world)
    crawl = Crawl(Slack(client, clock), clock, CHANNEL, spool, Rereading(plan, spool), watched or Watched())
    await crawl.run(None, ZoneInfo("UTC"))
    return tracker, tracker.backfilled(plan, spool.told(), CHANNEL)


def link(ts: str, thread: str | None) -> str:
    base = f"https://tamsk.example/archives/{CHANNEL}/p{ts.replace('.', '')}"
    return f"{base}?thread_ts={thread}&cid={CHANNEL}" if thread else base


def lines_of(found: Found) -> tuple[Line, ...]:
    sheet = write("harbor", "all of it", found.findings, lambda user: user, link)
    return parse(sheet.replace("[ ]", "[x]")).lines


def shown(found: Found) -> list[tuple[str, str | None, str]]:
    return [(f.proposal.kind, f.proposal.item, f.proposal.text) for f in found.findings]


EXPECTED = [
    ("blocker", None, ROSTER),
    ("blocker", "feed", SILENT.removeprefix("blocker: ")),
    ("item", None, "Order the badge printers"),
    ("owner", "training", "owner: @Ben Okoro for training"),
]


async def test_a_channel_of_1200_messages_is_read_whole_with_its_threads(
    empty_world: World, spool: Spool
) -> None:
    said = history(1_200)
    empty_world.slack.seed(history=said)
    watched = Watched()
    _, found = await read(empty_world, spool, watched)
    assert shown(found) == EXPECTED
    assert (found.over, found.replaced, spool.number(WITHHELD)) == (1, 1, 1)
    assert spool.number(READ) == len(said)
    assert watched.shares == sorted(watched.shares)
    assert await empty_world.refused() == []


async def test_every_pause_that_slack_asks_for_is_kept_however_often(old_world: World, spool: Spool) -> None:
    await old_world.fault("429", method="conversations.history", times=12, retry_after=30)
    await old_world.fault("429", method="conversations.replies", times=12, retry_after=30)
    watched = Watched()
    _, found = await read(old_world, spool, watched)
    assert shown(found) == EXPECTED
    assert len(await old_world.refused()) == 24
    assert watched.lines.count("Slack asks for a pause of 30 seconds; I go on after it.") == 24


@pytest.mark.parametrize("weather", ["500", "lost_after", "lost_before"])
async def test_passing_trouble_is_waited_out(old_world: World, spool: Spool, weather: str) -> None:
    await old_world.fault(weather, method="conversations.history", times=2)
    await old_world.fault(weather, method="conversations.replies", times=2)
    _, found = await read(old_world, spool)
    assert shown(found) == EXPECTED


async def test_what_was_cut_off_goes_on_where_it_was(old_world: World, tmp_path: Path) -> None:
    file = tmp_path / "cut.db"
    await old_world.fault("500", method="conversations.replies", times=6)
    first = Spool(file, fresh=True)
    with pytest.raises(Exception, match="--resume"):
        await read(old_world, first)
    first.close()
    pages = len([c for c in await old_world.calls("conversations.history") if c["ok"]])
    again = Spool(file, fresh=False)
    _, found = await read(old_world, again)
    again.close()
    assert shown(found) == EXPECTED
    calls = [c for c in await old_world.calls("conversations.history") if c["ok"]]
    assert (pages < PAGES, len(calls)) == (True, PAGES)


async def test_what_is_ticked_is_recorded_with_its_link_and_only_once(old_world: World, spool: Spool) -> None:
    tracker, found = await read(old_world, spool)
    lines = lines_of(found)
    who = Actor(team(old_world), "cli:ana")
    assert len(tracker.apply_backfill(who, "harbor", lines, dry_run=True).recorded) == 4
    done = tracker.apply_backfill(who, "harbor", lines)
    assert (len(done.recorded), done.so_already) == (4, 0)
    roster, radar = done.plan.blockers
    assert (roster.waiting_on, roster.raised_by) == ("port for the pilot roster", ELI)
    assert roster.permalink == link(at(POSTED), None)
    assert (radar.item, radar.ts, done.plan.item["feed"].status) == ("feed", at(RADAR), "blocked")
    assert (done.plan.item["training"].owner, len(done.plan.items)) == ("ben", 5)
    with old_world.store.reading() as tx:
        events = [e for e in tx.events(team(old_world), "harbor") if e.act == "backfill"]
    assert {e.permalink for e in events} == {line.link for line in lines}
    again = tracker.apply_backfill(who, "harbor", lines)
    assert (again.recorded, again.plan.project.revision) == ((), done.plan.project.revision)


async def test_what_was_changed_after_it_was_recorded_is_not_recorded_again(
    old_world: World, spool: Spool
) -> None:
    tracker, found = await read(old_world, spool)
    who, lines = Actor(team(old_world), "cli:ana"), lines_of(found)
    tracker.apply_backfill(who, "harbor", lines)
    ana, here = Actor(team(old_world), ANA), Where(channel=CHANNEL)
    tracker.met(team(old_world), {ANA: Belongs.HERE})
    tracker.unblock(ana, here, "B1")
    tracker.own(ana, here, "training", CHEN)
    assert tracker.apply_backfill(who, "harbor", lines).recorded == ()
    plan = tracker.project_to_fill(team(old_world), "harbor")
    assert tracker.backfilled(plan, spool.told(), CHANNEL).findings == ()


async def test_one_line_that_cannot_be_leaves_nothing_recorded(old_world: World, spool: Spool) -> None:
    tracker, found = await read(old_world, spool)
    lines = lines_of(found)
    bad = replace(lines[0], proposal=replace(lines[0].proposal, item="nowhere"))
    words = "John Smith, MRN 48151623, born 01/02/1960"
    patient = replace(lines[1], proposal=replace(lines[1].proposal, text=words))
    with pytest.raises(Invalid) as told:
        tracker.apply_backfill(Actor(team(old_world), "cli:ana"), "harbor", (*lines, bad, patient))
    assert "`nowhere`" in str(told.value)
    assert "48151623" not in str(told.value)
    assert tracker.project_to_fill(team(old_world), "harbor").blockers == ()


async def test_who_is_ticked_as_an_owner_and_is_new_joins_the_project(old_world: World, spool: Spool) -> None:
    tracker, _ = await read(old_world, spool)
    text = f"[x] owner | item: feed | owner: Eli Stone ({ELI}) | said: 2025-11-20 by Ana ({ANA}) | words: his"
    done = tracker.apply_backfill(Actor(team(old_world), "cli:ana"), "harbor", parse(text).lines)
    assert done.plan.by_slack[ELI].name == "Eli Stone"
    assert done.plan.item["feed"].owner == done.plan.by_slack[ELI].key


async def test_the_lead_is_told_how_and_nobody_else(world: World) -> None:
    told = await world.command(ANA, "backfill")
    assert f"golive backfill {CHANNEL} --project harbor --since 2027-01-30 -o proposals.txt" in told["text"]
    refused = await world.command(BEN, "backfill")
    assert "Ana Duarte" in refused["text"]
    assert "proposals.txt" not in refused["text"]


# On the command line, in a process of its own


class Golive:
    """The command, with the settings of the world."""

    def __init__(self, world: World, database_url: str, home: Path) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        self.home = home
        self.env = {
            **kept,
            "GOLIVE_HOME": str(home),
            "DATABASE_URL": database_url,
            "SLACK_BOT_TOKEN": world.slack.bot_token,
            "SLACK_API_URL": str(world.settings.slack_api_url),
            "PYTHONPATH": str(ROOT),
        }

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "bot", "backfill", *words, "--project", "harbor")
        return await asyncio.create_subprocess_exec(
            *command, env=self.env, cwd=self.home, stdout=pipe, stderr=pipe
        )

    async def run(self, *words: str) -> tuple[str, str]:
        process = await self.start(*words)
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        return out.decode(), err.decode()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_reading_that_is_killed_goes_on_and_loses_nothing(
    old_world: World, database_url: str, tmp_path: Path
) -> None:
    golive = Golive(old_world, database_url, tmp_path)
    await old_world.fault("429", method="conversations.replies", times=1, retry_after=3600)
    cut = await golive.start(CHANNEL, "-o", "cut.txt")
    assert cut.stderr is not None
    while b"pause of 3600 seconds" not in (line := await cut.stderr.readline()):
        assert line, "it ended by itself"
    cut.kill()
    await cut.communicate()
    before = len([c for c in await old_world.calls("conversations.history") if c["ok"]])
    old_world.slack.clock.move(advance=timedelta(hours=1))
    _, told = await golive.run(CHANNEL, "--resume", "-o", "resumed.txt")
    after = len([c for c in await old_world.calls("conversations.history") if c["ok"]])
    assert (before > 1, after) == (True, PAGES)
    assert (
        f"I go on where I was: {before * 200 - 1:,} messages read." in told or "I go on where I was" in told
    )
    old_world.slack.clock.move(advance=timedelta(hours=1))
    await golive.run(CHANNEL, "-o", "whole.txt")
    whole = (tmp_path / "whole.txt").read_text()
    assert (tmp_path / "resumed.txt").read_text() == whole
    assert "2 blockers, 1 new item, 1 owner" in told
    assert not (tmp_path / "cut.txt").exists()
    assert list((tmp_path / "backfill").iterdir()) == []
    permalink = f"{old_world.slack.url}/archives/{CHANNEL}/p{at(RADAR).replace('.', '')}"
    assert permalink in whole

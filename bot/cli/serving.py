"""Run golive: against the real Slack, or against one on this machine."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from bot import samples, settings
from bot.app import App
from bot.cli import files
from bot.cli.terminal import answers, log_to_stderr
from bot.domain import projectfile
from bot.domain.errors import Invalid, Unavailable
from bot.domain.plan import Plan
from bot.integrations.manifest import manifest
from bot.settings import Settings
from sandbox import Sandbox
from storage import Store

log = logging.getLogger("golive")

STOP_SECONDS, PATIENCE_ENDS = 2.5, 2.8  # since it was asked to stop: for a clean end, and for any
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy")


def run() -> None:
    """Connect to Slack and work until Ctrl-C."""
    given = settings.read(to_run=True)
    log_to_stderr(given.golive_log)
    store = Store(given.database)
    try:
        store.claim()
        asyncio.run(_run(given, store))
    finally:
        store.close()


async def _run(given: Settings, store: Store) -> None:
    if "//127.0.0.1" in given.api_url or "//localhost" in given.api_url:
        _no_proxy()
    app = App(given, store)
    async with _stopping() as stop:
        if not await _started(app.start(), stop):
            return
        where = f" at {app.url}/slack/events" if app.url else ""
        log.info("golive works in %s%s; Ctrl-C stops it", app.slack.who.name, where)
        await stop.wait()
        await _in_time(app.stop())


def sandbox(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where the page is; 0 takes a free one.")
    ] = 8080,
    headless: Annotated[bool, typer.Option("--headless", help="For a script: one line when ready.")] = False,
    project: Annotated[Path | None, typer.Option(help="A project file instead of the sample.")] = None,
    at: Annotated[
        str | None, typer.Option(help="What time it is there: 2030-01-07T09:00, the project's.")
    ] = None,
    database: Annotated[str | None, typer.Option(help="Keep golive's data there instead.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over: forget the sandbox's data.")] = False,
) -> None:
    """Start a Slack on this machine, and golive in it."""
    given = settings.read(
        slack_bot_token=None,
        slack_app_token=None,
        slack_signing_secret=None,
        slack_api_url=settings.SLACK,
        database_url=database,
        golive_mode="socket",
    )
    log_to_stderr(given.golive_log if not headless else "WARNING")
    _no_proxy()
    place = _Place.of(given, database)
    if fresh:
        place.clear()
    store = Store(place.database)
    try:
        store.claim()
        asyncio.run(_try(given, store, place, _Try(port, headless, project, at)))
    finally:
        store.close()


@dataclass(frozen=True, slots=True)
class _Try:
    """What was asked for."""

    port: int
    headless: bool
    project: Path | None
    at: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a sandbox keeps its data, apart from all other data."""

    folder: Path
    database: str
    slack: Path
    own: bool

    @classmethod
    def of(cls, given: Settings, database: str | None) -> _Place:
        folder = given.folder / "sandbox"
        folder.mkdir(parents=True, exist_ok=True)
        if database is None:
            return cls(folder, f"sqlite:///{folder / 'golive.db'}", folder / "slack.db", True)
        # What Slack holds and what golive remembers of it belong together.
        mark = hashlib.sha256(database.encode()).hexdigest()[:12]
        return cls(folder, given.database, folder / f"slack-{mark}.db", False)

    def clear(self) -> None:
        if not self.own:
            raise Invalid(
                "--fresh forgets the sandbox's own data only: leave --database out, or empty it yourself."
            )
        for name in ("golive.db", "slack.db"):
            for file in self.folder.glob(f"{name}*"):
                file.unlink()


async def _try(given: Settings, store: Store, place: _Place, asked: _Try) -> None:
    shown = _shown(asked)
    at = files.moment_in(asked.at, shown.plan.project.zone) if asked.at else shown.at
    slack = Sandbox(manifest=manifest(), data=place.slack, at=at, port=asked.port, hints=shown.hints)
    if not asked.at:
        slack.resume()
    _seed(slack, shown)
    async with _stopping() as stop:
        url = await _opened(slack, asked.port)
        try:
            await _bot_in(slack, url, given, store, shown, asked, stop)
        finally:
            await _in_time(slack.stop())


async def _bot_in(
    slack: Sandbox, url: str, given: Settings, store: Store, shown: _Shown, asked: _Try, stop: asyncio.Event
) -> None:
    here = given.model_copy(
        update={
            "slack_bot_token": SecretStr(slack.bot_token),
            "slack_app_token": SecretStr(slack.app_token),
            "slack_api_url": f"{url}/api/",
        }
    )
    app = App(here, store, clock=slack.clock)
    workspace = slack.state.team.id
    await asyncio.to_thread(
        app.tracker.load, shown.text, shown.filename, workspace=workspace, actor=f"file:{shown.filename}"
    )
    if not await _started(app.start(), stop):
        return
    slack.settle = app.settle
    await app.settle()
    if asked.headless:
        typer.echo(f"ready {url}")
    else:
        _welcome(url, shown)
    await stop.wait()
    slack.settle = None
    await _in_time(app.stop())


@dataclass(frozen=True, slots=True)
class _Shown:
    """The project a sandbox starts with, what was said in its channel before, and when it is to be read."""

    text: bytes
    filename: str
    plan: Plan
    history: list[dict[str, Any]]
    at: datetime | None
    hints: list[str]


def _shown(asked: _Try) -> _Shown:
    if asked.project is not None:
        text, named = _with_ids(files.file_bytes(asked.project), asked.project.name)
        return _Shown(text, asked.project.name, named, [], None, [])
    text, named = _with_ids(samples.PROJECT.read_bytes(), samples.PROJECT.name)
    return _Shown(text, samples.PROJECT.name, named, samples.history(), samples.AT, samples.HINTS)


def _with_ids(text: bytes, filename: str) -> tuple[bytes, Plan]:
    """The plan with a Slack id for everybody, and a channel: made up, always the same, where it has none."""
    plan = projectfile.parse(text, filename).plan
    people = tuple(p if p.slack else replace(p, slack=_made_up("U", p.key)) for p in plan.people)
    channel = plan.project.channel or _made_up("C", plan.project.key)
    named = replace(plan, people=people, project=replace(plan.project, channel=channel))
    return (text if named == plan else projectfile.write(named).encode()), named


def _seed(slack: Sandbox, shown: _Shown) -> None:
    project, people = shown.plan.project, shown.plan.people
    users = [
        {"id": p.slack, "name": p.key, "real_name": p.name, "tz": p.tz or project.timezone, "title": p.role}
        for p in people
    ]
    members = [p.slack for p in people]
    channel = {"id": project.channel, "name": project.key, "members": members, "purpose": project.name}
    slack.seed(users=users, channels=[channel], history=shown.history)


def _made_up(kind: str, key: str) -> str:
    return f"{kind}0{hashlib.sha256(key.encode()).hexdigest()[:9].upper()}"


async def _opened(slack: Sandbox, port: int) -> str:
    try:
        return await slack.start()
    except OSError as cause:
        raise Unavailable(
            f"Port {port} of this machine cannot be used ({cause.strerror}): choose another one with --port."
        ) from cause


def _welcome(url: str, shown: _Shown) -> None:
    answers.print(f"[bold]golive is at work in a Slack of your own:[/] [link]{url}[/]")
    answers.print(
        f"It knows {shown.plan.project.name}. Act as anybody there; what you do stays on this machine."
    )
    for hint in shown.hints:
        answers.print(f"  {hint}", markup=False)
    answers.print("Ctrl-C stops it; start again to go on where you left off, or with --fresh to start over.")


def _no_proxy() -> None:
    """What is on this machine is not reached through a proxy; the SDK would, if the environment names one."""
    for name in PROXIES:
        os.environ.pop(name, None)


@asynccontextmanager
async def _stopping() -> AsyncIterator[asyncio.Event]:
    """Set by Ctrl-C or a polite kill; from then on there is little time."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def asked(number: int, frame: FrameType | None) -> None:
        last_resort = threading.Timer(PATIENCE_ENDS, _cut_off)
        last_resort.daemon = True
        last_resort.start()
        with suppress(RuntimeError):  # the loop has ended: asked a second time
            loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, asked)  # the loop's own way waits for the loop, which may be what hangs
    yield stop


def _cut_off() -> None:
    """End now. A thread that waits for a disk or a name server cannot be cancelled, and would be waited for;
    what is cut off goes on at the next start, as after a crash."""
    log.warning("golive did not come to an end by itself, so it was cut off; nothing is lost")
    os._exit(0)


async def _started(starting: Coroutine[Any, Any, None], stop: asyncio.Event) -> bool:
    """Whether it started before it was to stop."""
    task, stopped = asyncio.create_task(starting), asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
        return False
    await task
    return True


async def _in_time(stopping: Coroutine[Any, Any, None]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await stopping

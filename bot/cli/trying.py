"""Try golive in a Slack on this machine: in one workspace, or in several that install it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import typer
from pydantic import SecretStr

from bot import samples, settings
from bot.app import App
from bot.cli import files
from bot.cli.serving import in_time, no_proxy, started, stopping
from bot.cli.terminal import answers, log_to_stderr
from bot.domain import projectfile
from bot.domain.errors import Invalid, Unavailable
from bot.domain.plan import Plan
from bot.integrations.manifest import manifest
from bot.integrations.vault import new_key
from bot.settings import Settings
from sandbox import Sandbox
from sandbox.sharing import share
from storage import Store

MOST = 4
NAMES = ("Sandbox", "Second", "Third", "Fourth")


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
    workspaces: Annotated[
        int, typer.Option(min=1, max=MOST, help="So many of them, which install golive by themselves.")
    ] = 1,
) -> None:
    """Start a Slack on this machine, and golive in it."""
    given = settings.read(
        slack_bot_token=None,
        slack_app_token=None,
        slack_signing_secret=None,
        slack_api_url=settings.SLACK,
        database_url=database,
        golive_mode="socket",
        golive_workspaces="one",
    )
    log_to_stderr(given.golive_log if not headless else "WARNING")
    no_proxy()
    place = _Place.of(given, database)
    if fresh:
        place.clear()
    store = Store(place.database)
    try:
        store.claim()
        asked = _Try(port, headless, project, at, workspaces)
        asyncio.run(
            _try(given, store, place, asked) if workspaces == 1 else _many(given, store, place, asked)
        )
    finally:
        store.close()


@dataclass(frozen=True, slots=True)
class _Try:
    """What was asked for."""

    port: int
    headless: bool
    project: Path | None
    at: str | None
    workspaces: int = 1


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

    @property
    def token_key(self) -> str:
        """What the tokens of several workspaces are locked with, made once."""
        file = self.folder / "token-key"
        if not file.exists():
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
            file.write_text(new_key())
        return file.read_text().strip()

    def clear(self) -> None:
        if not self.own:
            raise Invalid(
                "--fresh forgets the sandbox's own data only: leave --database out, or empty it yourself."
            )
        for name in ("golive.db", "slack.db", "token-key"):
            for file in self.folder.glob(f"{name}*"):
                file.unlink()


async def _try(given: Settings, store: Store, place: _Place, asked: _Try) -> None:
    shown = _shown(asked)
    at = files.moment_in(asked.at, shown.plan.project.zone) if asked.at else shown.at
    slack = Sandbox(manifest=manifest(), data=place.slack, at=at, port=asked.port, hints=shown.hints)
    if not asked.at:
        slack.resume()
    _seed(slack, shown)
    async with stopping() as stop:
        url = await _opened(slack, asked.port)
        try:
            await _bot_in(slack, url, given, store, shown, asked, stop)
        finally:
            await in_time(slack.stop())


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
    if not await started(app.start(), stop):
        return
    slack.settle = app.settle
    await app.settle()
    if asked.headless:
        typer.echo(f"ready {url}")
    else:
        _welcome(url, shown)
    await stop.wait()
    slack.settle = None
    await in_time(app.stop())


# ——— several workspaces


async def _many(given: Settings, store: Store, place: _Place, asked: _Try) -> None:
    shown = _shown(asked)
    at = files.moment_in(asked.at, shown.plan.project.zone) if asked.at else shown.at
    async with AsyncExitStack() as stack:
        homes: list[Sandbox] = []
        for number in range(asked.workspaces):
            homes.append(await _home(number, homes, place, asked, at, shown, stack))
        for other in homes[1:]:
            _share_a_room(homes[0], other)
        stop = await stack.enter_async_context(stopping())
        await _bot_among(homes, given, store, place, shown, asked, stop)


async def _home(
    number: int,
    before: list[Sandbox],
    place: _Place,
    asked: _Try,
    at: datetime | None,
    shown: _Shown,
    stack: AsyncExitStack,
) -> Sandbox:
    port = asked.port + number if asked.port else 0
    slack = Sandbox(
        manifest=manifest(),
        data=Path(f"{place.slack}.{number + 1}") if number else place.slack,
        at=at,
        port=port,
        delivery="http",
        hints=[] if number else shown.hints,
        installed=False,
        team={"id": f"T0{NAMES[number].upper()}", "name": NAMES[number]},
        beside=before[0] if before else None,
    )
    if not asked.at and not before:
        slack.resume()
    _seed(slack, _elsewhere(shown, number))
    await _opened(slack, port)
    stack.push_async_callback(lambda: in_time(slack.stop()))
    return slack


def _elsewhere(shown: _Shown, number: int) -> _Shown:
    """The same project in a further workspace, with people of its own."""
    if not number:
        return shown
    people = tuple(replace(p, slack=_made_up("U", f"{number} {p.key}")) for p in shown.plan.people)
    project = replace(shown.plan.project, channel=_made_up("C", f"{number} {shown.plan.project.key}"))
    plan = replace(shown.plan, people=people, project=project)
    return replace(shown, text=projectfile.write(plan).encode(), plan=plan, history=[], hints=[])


def _share_a_room(first: Sandbox, other: Sandbox) -> None:
    """A channel both are in, as Slack Connect has them."""
    ident = _made_up("C", f"shared with {other.state.team.id}")
    if ident in first.state.channels:
        return
    people = [first.somebody(), other.somebody()]
    first.seed(
        channels=[{"id": ident, "name": f"with-{other.state.team.name.lower()}", "members": people[:1]}]
    )
    channel = first.state.channels[ident]
    share(first.slack, channel, other.slack)
    for member in (people[1], other.state.app.bot_user):
        first.slack.join(channel, member)


async def _bot_among(
    homes: list[Sandbox],
    given: Settings,
    store: Store,
    place: _Place,
    shown: _Shown,
    asked: _Try,
    stop: asyncio.Event,
) -> None:
    first, port = homes[0], _free_port()
    here = given.model_copy(
        update={
            "slack_client_id": first.client_id,
            "slack_client_secret": SecretStr(first.client_secret),
            "slack_signing_secret": SecretStr(first.signing_secret),
            "slack_api_url": f"{first.url}/api/",
            "golive_mode": "http",
            "golive_workspaces": "many",
            "golive_http_port": str(port),
            "golive_url": f"http://127.0.0.1:{port}",
            "golive_token_keys": SecretStr(place.token_key),
        }
    )
    app = App(here, store, clock=first.clock)
    for number, slack in enumerate(homes):
        mine = _elsewhere(shown, number)
        team, actor = slack.state.team.id, f"file:{shown.filename}"
        await asyncio.to_thread(app.tracker.load, mine.text, mine.filename, workspace=team, actor=actor)
    if not await started(app.start(), stop):
        return
    first.deliver_to(f"{app.url}/slack/events", f"{app.url}/slack/install")
    for slack in homes:
        slack.settle = app.settle
        if app.workspaces.state(slack.state.team.id) is None or not slack.has_app:
            await _installed(slack)
    await app.settle()
    if asked.headless:
        typer.echo(" ".join(["ready", *(slack.url for slack in homes)]))
    else:
        _welcome(first.url, shown)
        for slack in homes[1:]:
            answers.print(f"And in {slack.state.team.name}: [link]{slack.url}[/]")
    await stop.wait()
    for slack in homes:
        slack.settle = None
    await in_time(app.stop())


async def _installed(slack: Sandbox) -> None:
    """Do what somebody does who presses “Add to Slack”, and then “Allow”."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as browser:
        page = (await browser.get(slack.install_url)).text
        found = re.search(r'<a href="([^"]+)"', page)
        asked = dict(parse_qsl(urlsplit(unescape(found[1])).query)) if found else {}
        form = {**asked, "team": slack.state.team.id, "answer": "allow"}
        allowed = await browser.post(f"{slack.url}/oauth/v2/authorize", data=form)
        await browser.get(allowed.headers.get("location", slack.install_url))


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


# ——— what is shown


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

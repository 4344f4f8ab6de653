"""Is everything there that golive needs, and if not, what is to be done?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import typer
from slack_sdk.web.async_client import AsyncWebClient

from bot import settings
from bot.cli.terminal import answers
from bot.cli.tokens import client_for
from bot.domain.errors import BotError, Invalid, Refused
from bot.domain.plan import Project
from bot.integrations.clock import SystemClock
from bot.integrations.manifest import scopes
from bot.integrations.slack import SHUT_THERE, Declined, Identity, LockedOut, Slack
from bot.settings import Settings, SettingsError, secret
from bot.workspaces import HELD, KEPT_FOR, REMOVED, WORKING
from storage import Standing, Store

FEW_SECONDS = 10
INVITE = "Say `/invite @golive` there, or correct `channel` in the project file."
CLOSED = "Its organisation opens it to golive again where it manages its apps."
TOLERATED = timedelta(minutes=1)  # signatures older than five minutes are refused; drift only grows


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` says what to do; None when all is well."""

    about: str
    found: str
    mend: str | None = None


def doctor() -> None:
    """Check tokens, scopes, database, clock and channels, and say what to do about each finding."""
    asyncio.run(_examine())


async def _examine() -> None:
    ill = False
    async for finding in _findings():
        mark = "[green]ok[/]  " if finding.mend is None else "[red]mend[/]"
        answers.print(f"{mark} ", end="")
        text = f"{finding.about}: {finding.found}"
        answers.print(f"{text} {finding.mend}" if finding.mend else text, markup=False)
        ill = ill or finding.mend is not None
    if ill:
        raise typer.Exit(1)


async def _findings() -> AsyncIterator[Finding]:
    try:
        given = settings.read()
    except SettingsError as wrong:
        for sentence in wrong.sentences:
            yield Finding("Settings", "", sentence)
        return
    for sentence in given.missing():
        name, missing, rest = sentence.partition(" is missing: ")
        yield Finding(name, "is missing:", rest) if missing else Finding("Settings", "", sentence)
    projects: list[Project] = []
    try:
        store = Store(given.database)
    except BotError as trouble:
        yield Finding("Database", "", str(trouble))
    else:
        with_store = _database(store, given)
        for finding in with_store:
            yield finding
        with store.reading() as tx:
            projects = [project for space in {*tx.workspaces(), "local"} for project in tx.projects(space)]
            standings = tx.standings()
        try:
            async for finding in _slacks(given, store, standings, projects):
                yield finding
        finally:
            store.close()


async def _slacks(
    given: Settings, store: Store, standings: list[Standing], projects: list[Project]
) -> AsyncIterator[Finding]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=FEW_SECONDS)) as session:
        if given.serves_many:
            for standing in standings:
                async for finding in _workspace(given, store, session, standing, projects):
                    yield finding
        elif secret(given.slack_bot_token):
            for standing in standings:
                if standing.state in (HELD, REMOVED):
                    yield Finding(
                        _called(standing), _stands(standing), "Copy a new token into SLACK_BOT_TOKEN."
                    )
            async for finding in _slack(given, session, projects):
                yield finding


async def _workspace(
    given: Settings,
    store: Store,
    session: aiohttp.ClientSession,
    standing: Standing,
    projects: list[Project],
) -> AsyncIterator[Finding]:
    """One of many: how it stands, and whether its token is really good."""
    about = _called(standing)
    again = f"Somebody there installs golive again: {given.public_url}/slack/install?team={standing.id}"
    if standing.state not in (WORKING, HELD):
        yield Finding(about, _stands(standing))
        return
    try:
        slack = Slack(await client_for(given, store, standing.id, session), SystemClock())
        who = await slack.identify()
    except LockedOut as refusal:
        yield Finding(
            about, f"Slack does not accept its token ({refusal.error}); nothing is sent there.", again
        )
        return
    except Invalid as trouble:
        yield Finding(about, "", str(trouble))
        return
    except BotError as trouble:
        yield Finding(about, str(trouble), "Try again.")
        return
    if standing.why == SHUT_THERE:
        yield Finding(about, _stands(standing), CLOSED)
        return
    if standing.state == HELD:
        yield Finding(about, _stands(standing), "Its token is good again: golive goes on within a minute.")
    else:
        yield Finding(about, f"Slack knows me there as {who.bot_user}.")
    yield _scopes(who)
    for project in projects:
        if project.workspace == standing.id:
            yield await _channel(slack, project)


def _called(standing: Standing) -> str:
    return f"Workspace {standing.name} ({standing.id})" if standing.name else f"Workspace {standing.id}"


def _stands(standing: Standing) -> str:
    since = f" since {standing.since:%Y-%m-%d %H:%M} UTC" if standing.since else ""
    if standing.state == HELD:
        return (
            f"Slack does not accept its token ({standing.why}){since}; nothing is sent, and nothing is lost."
        )
    if standing.state == REMOVED and standing.since is not None:
        until = standing.since + KEPT_FOR
        return f"golive was removed there{since} ({standing.why}); its data is kept until {until:%Y-%m-%d}."
    return f"{standing.state}{since}."


def _database(store: Store, given: Settings) -> Iterator[Finding]:
    where = "PostgreSQL" if given.database.startswith("postgresql") else given.database.partition("///")[2]
    try:
        with store.transaction() as tx:
            tx.forget(datetime(1970, 1, 1, tzinfo=UTC))
        yield Finding("Database", f"{where} can be read and written, with the newest tables.")
    except BotError as trouble:
        yield Finding("Database", where, str(trouble))
    try:
        store.claim()
        yield Finding("Bot", "none is running on this database; `golive run` starts one.")
    except Refused:
        yield Finding("Bot", "one is running on this database.")
    except BotError as trouble:
        yield Finding("Bot", "", str(trouble))


async def _slack(
    given: Settings, session: aiohttp.ClientSession, projects: list[Project]
) -> AsyncIterator[Finding]:
    client = AsyncWebClient(secret(given.slack_bot_token), given.api_url, session=session, retry_handlers=[])
    slack = Slack(client, SystemClock())
    try:
        who = await slack.identify()
    except BotError as trouble:
        yield Finding("SLACK_BOT_TOKEN", f"{trouble}", "Copy it again from “OAuth & Permissions”.")
        return
    yield Finding("SLACK_BOT_TOKEN", f"Slack knows me in {who.name} ({who.workspace}).")
    yield _scopes(who)
    yield _clock(who)
    if given.golive_mode == "socket" and secret(given.slack_app_token):
        yield await _socket(slack, given)
    for project in projects:
        yield await _channel(slack, project)


def _scopes(who: Identity) -> Finding:
    lacking = sorted(scopes() - who.scopes)
    if lacking:
        return Finding(
            "Scopes",
            f"I lack {', '.join(lacking)}.",
            "Put manifest.yml into the app's settings (“App Manifest”) and reinstall the app.",
        )
    more = sorted(who.scopes - scopes())
    unused = f" Not needed: {', '.join(more)}." if more else ""
    return Finding("Scopes", f"all {len(scopes())} of manifest.yml are granted.{unused}")


def _clock(who: Identity) -> Finding:
    if who.said_at is None:
        return Finding("Clock", "Slack did not say what time it is.")
    off = abs(datetime.now(UTC) - parsedate_to_datetime(who.said_at))
    if off > TOLERATED:
        minutes = off.total_seconds() / 60
        return Finding(
            "Clock", f"is {minutes:.0f} minutes off from Slack's.", "Turn on time synchronisation (NTP)."
        )
    return Finding("Clock", "agrees with Slack's.")


async def _socket(slack: Slack, given: Settings) -> Finding:
    try:
        await slack.socket_address(secret(given.slack_app_token))
    except BotError as trouble:
        why = trouble.error if isinstance(trouble, Declined) else str(trouble)
        return Finding(
            "SLACK_APP_TOKEN",
            f"cannot open a socket ({why}).",
            "Make a new App-Level Token with connections:write, and turn on Socket Mode.",
        )
    return Finding("SLACK_APP_TOKEN", "opens a socket.")


async def _channel(slack: Slack, project: Project) -> Finding:
    about = f"Project {project.key}"
    if project.channel is None:
        return Finding(about, "has no channel; it can be asked about by those it names.")
    try:
        inside = slack.bot_user in await slack.members(project.channel)
    except Declined as refusal:
        return Finding(about, f"Slack shows me no channel {project.channel} ({refusal.error}).", INVITE)
    except BotError as trouble:
        return Finding(about, str(trouble), "Try again.")
    if not inside:
        return Finding(about, f"I am not in its channel {project.channel}.", INVITE)
    return Finding(about, f"I am in its channel {project.channel}.")

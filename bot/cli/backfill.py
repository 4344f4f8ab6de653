"""What was said before golive came, what of it is to be recorded, and what was ticked?"""

from __future__ import annotations

import asyncio
import codecs
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot import settings
from bot.cli import files, tokens
from bot.cli.terminal import answers, errors
from bot.domain.backfill import Found, is_id, parse, write
from bot.domain.errors import Invalid, NotFound
from bot.domain.plan import Plan
from bot.domain.wording import count
from bot.integrations.clock import SystemClock
from bot.integrations.slack import Slack
from bot.integrations.slackexport import Channel, SlackExport
from bot.integrations.written import written as said_in
from bot.settings import Settings
from bot.tracker import Actor, Tracker
from bot.tracker.backfilling import counted
from bot.tracker.crawling import POSITION, Crawl
from bot.tracker.rereading import READ, WITHHELD, Rereading
from storage import OF_WORKSPACE, Known, Spool

APPLY = "apply"
ELSEWHERE = "https://slack.com/app_redirect"  # leads to a channel of whichever workspace one is signed in to
SINCE = "since"
NOTHING_TO_DO = "Nothing to do: all that is ticked is so already."
MOST_WARNINGS = 20
_ARCHIVES = re.compile(r"https?://[^/\s]+(?=/archives/)")
_MENTIONED = re.compile(
    r"<#([A-Z][A-Z0-9]{1,30})(?:\|[^<>]*)?>|https?://[^/\s]+/archives/([A-Z][A-Z0-9]{1,30})/?"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be read, for which project."""

    plan: Plan
    since: date | None
    resume: bool
    address: str | None  # of the workspace, for links
    folder: Path  # where it is kept how far the reading is


@dataclass(frozen=True, slots=True)
class _Bar:
    """How far the reading is, for whoever watches."""

    progress: Progress
    task: TaskID

    def show(self, share: float, read: int) -> None:
        said = f"{count(read, 'message')} read"
        self.progress.update(self.task, completed=max(0.0, min(share, 1.0)), description=said)

    def tell(self, line: str) -> None:
        self.progress.console.print(line, markup=False)


def backfill(
    source: Annotated[
        str,
        typer.Argument(help="A channel (id or #name), a Slack export (folder or zip), or apply."),
    ],
    file: Annotated[Path | None, typer.Argument(help="With apply: the ticked proposals.")] = None,
    project: Annotated[str | None, typer.Option("--project", "-p", help="The project's key.")] = None,
    since: Annotated[str | None, typer.Option(help="The first day to read: 2026-01-31.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a reading that was cut off.")] = False,
    channel: Annotated[str | None, typer.Option(help="Which channel of an export.")] = None,
    url: Annotated[
        str | None, typer.Option(help="The workspace's address, for links: https://example.slack.com.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the proposals there, not to stdout.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With apply: only show it.")] = False,
    workspace: files.Workspace = None,
) -> None:
    """Read a channel's history, or an export, and propose what to record; `apply` records what is ticked."""
    if project is None:
        raise Invalid("Say for which project: --project KEY. `golive projects` lists them.")
    if not source.strip():
        raise Invalid("Say what to read: a channel (its id or #name), or a Slack export (a folder or zip).")
    given = settings.read()
    with files.store_open() as store:
        tracker, where = Tracker(store, _now), files.workspace_of(store, workspace)
        if source == APPLY:
            _apply(tracker, where, project, file, dry_run=dry_run)
            return
        if file is not None:
            raise Invalid("Only `golive backfill apply FILE` takes a file; -o names the one to write.")
        plan = tracker.project_to_fill(where, project)
        asked = _Asked(plan, _day(since), resume, _address(url), given.folder / "backfill")
        if _is_export(source):
            _from_export(tracker, asked, Path(source), channel, output)
        elif channel is not None:
            raise Invalid("--channel chooses a channel of an export; here the channel is named itself.")
        else:
            asyncio.run(_from_slack(tracker, given, asked, source, output))


# From an export


def _from_export(
    tracker: Tracker, asked: _Asked, place: Path, wanted: str | None, output: Path | None
) -> None:
    if not place.exists():
        raise Invalid(f"There is no {place}.")
    export = SlackExport(place)
    channel = export.channel(wanted, asked.plan.project.channel)
    spool = _spool(asked, f"{place.resolve()}#{channel.name}")
    try:
        reading = Rereading(asked.plan, spool)
        reading.meet(Known(*one) for one in export.people())
        for warning in export.warnings:
            errors.print(f"Warning: {warning}", markup=False)
        with _progress() as bar:
            _read_export(export, channel, asked, spool, reading, bar)
        linked = _links(asked, asked.address, channel.id)
        _written_down(tracker, asked, spool, reading, (channel.id, f"#{channel.name}"), linked, output)
    finally:
        spool.close()


def _read_export(
    export: SlackExport, channel: Channel, asked: _Asked, spool: Spool, reading: Rereading, bar: _Bar
) -> None:
    days = export.days(channel)
    first = f"{asked.since.isoformat()}.json" if asked.since else ""
    done = spool.note(POSITION) or ""
    told = 0
    for number, name in enumerate(days, 1):
        if name < first or name <= done:
            continue
        day = export.day(channel, name)
        if day.wrong and told < MOST_WARNINGS:
            bar.tell(f"Warning: {day.wrong}")
            told += 1
        with spool.step():
            reading.take(entry for raw in day.entries for entry in said_in(raw))
            spool.set_note(POSITION, name)
        bar.show(number / len(days), spool.number(READ))


# From Slack


async def _from_slack(
    tracker: Tracker, given: Settings, asked: _Asked, source: str, output: Path | None
) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        client = await tokens.client_for(given, tracker.store, asked.plan.project.workspace, session)
        clock = SystemClock()
        slack = Slack(client, clock)
        who = await slack.identify()
        if asked.plan.project.workspace not in (who.workspace, files.LOCAL):
            raise Invalid(f"The token is of {who.workspace} ({who.name}), the project of another workspace.")
        channel = await _channel(slack, source)
        spool = _spool(asked, f"{who.workspace}/{channel}")
        try:
            reading = Rereading(asked.plan, spool)
            with _progress() as bar:
                crawl = Crawl(slack, clock, channel, spool, reading, bar)
                await crawl.run(asked.since, asked.plan.project.zone)
            linked = _links(asked, asked.address or who.url.rstrip("/"), channel)
            _written_down(tracker, asked, spool, reading, (channel, channel), linked, output)
        finally:
            spool.close()


async def _channel(slack: Slack, word: str) -> str:
    """The id of a channel that is named by its id, a link to it, or #name."""
    if found := _MENTIONED.match(word):
        return str(found[1] or found[2])
    if is_id(word) and word[0] in "CGD" and len(word) > 6:
        return word
    name = word.removeprefix("#")
    kinds = "public_channel,private_channel"
    async for page in slack.pages("users.conversations", types=kinds, exclude_archived=False):
        for one in page.get("channels") or ():
            if isinstance(one, dict) and one.get("name") == name:
                return str(one["id"])
    raise NotFound(f"I am in no channel called #{name[:80]}: invite me there with `/invite @golive`.")


# What both share


def _spool(asked: _Asked, what: str) -> Spool:
    """What was kept of an earlier reading of the same, or a new one."""
    project = asked.plan.project
    mark = hashlib.sha256(f"{project.workspace}/{project.key}/{what}".encode()).hexdigest()[:16]
    file = asked.folder / f"{project.key[:40]}-{mark}.db"
    spool = Spool(file, fresh=not asked.resume)
    since = asked.since.isoformat() if asked.since else ""
    before = spool.note(SINCE)
    if before not in (None, since):
        spool.close()
        said = f"--since {before}" if before else "no --since"
        raise Invalid(f"What was cut off was asked for with {said}: ask for it so, or leave --resume out.")
    if asked.resume and (read := spool.number(READ)):
        errors.print(f"I go on where I was: {count(read, 'message')} read.", markup=False)
    with spool.step():
        spool.set_note(SINCE, since)
        spool.set_note(OF_WORKSPACE, project.workspace)
    return spool


def _written_down(
    tracker: Tracker,
    asked: _Asked,
    spool: Spool,
    reading: Rereading,
    channel: tuple[str | None, str],
    linked: Callable[[str, str | None], str],
    output: Path | None,
) -> None:
    """The proposals as a sheet, and a summary; only then is what was kept removed."""
    id, name = channel
    found = tracker.backfilled(asked.plan, spool.told(), id)
    key = asked.plan.project.key
    read = count(spool.number(READ), "message")
    about = f"{asked.plan.project.name}: what {name} would have recorded, {read} read"
    files.written(write(key, about, found.findings, reading.called, linked), output)
    for line in _summary(key, found, spool, output):
        errors.print(line, markup=False)
    spool.remove()


def _summary(key: str, found: Found, spool: Spool, output: Path | None) -> Iterator[str]:
    kinds = [finding.proposal.kind for finding in found.findings]
    yield f"{count(spool.number(READ), 'message')} read; proposed: {counted(kinds) or 'nothing'}."
    past = sum(finding.past for finding in found.findings)
    left_out = {
        "cleared later": found.over,
        "changed later": found.replaced,
        "stored already": found.stored,
        "about closed items": found.moot,
        "older than the latest of so many": found.dropped,
    }
    said = ", ".join(f"{number:,} {why}" for why, number in left_out.items() if number)
    if said:
        yield f"Left out: {said}."
    if past:
        yield f"The dates of {past:,} have passed; they are marked."
    if withheld := spool.number(WITHHELD):
        yield f"{count(withheld, 'message')} may say who a patient is; nothing of them was kept."
    if kinds and output is not None:
        yield f"Tick in {output} what is to be recorded, then: golive backfill apply {output} --project {key}"


def _links(asked: _Asked, address: str | None, channel: str | None) -> Callable[[str, str | None], str]:
    """What makes a message's link."""
    address = address or _address_in(asked.plan)

    def linked(ts: str, thread: str | None) -> str:
        if channel is None:
            return ""
        if address is None:
            return f"{ELSEWHERE}?channel={channel}&message_ts={ts}"
        link = f"{address}/archives/{channel}/p{ts.replace('.', '')}"
        return f"{link}?thread_ts={thread}&cid={channel}" if thread else link

    return linked


def _address_in(plan: Plan) -> str | None:
    """The workspace's address, as links that are stored have it."""
    links = [*(each.permalink for each in plan.blockers), *(each.permalink for each in plan.decisions)]
    return next((found.group() for link in links if link and (found := _ARCHIVES.match(link))), None)


def _apply(tracker: Tracker, workspace: str, key: str, file: Path | None, *, dry_run: bool) -> None:
    if file is None:
        raise Invalid("Say which file: golive backfill apply proposals.txt --project KEY.")
    try:
        sheet = parse(_decoded(files.file_bytes(file)))
    except UnicodeDecodeError as cause:
        raise Invalid(f"{file} is no text: `golive backfill … -o FILE` writes one to tick.") from cause
    if sheet.project is not None and sheet.project != key:
        raise Invalid(f"These are proposals for the project {sheet.project}, not {key}.")
    if not sheet.lines:
        raise Invalid(f"Nothing is ticked in {file}: put an x between the brackets of what to record.")
    who = Actor(workspace, f"cli:{files.user()}")
    done = tracker.apply_backfill(who, key, sheet.lines, dry_run=dry_run)
    said = counted(line.proposal.kind for line in done.recorded)
    verb = "Would record" if dry_run else "Recorded"
    answers.print(f"{verb}: {said}." if said else NOTHING_TO_DO, markup=False)
    if said and done.so_already:
        answers.print(f"{count(done.so_already, 'ticked line')} so already, left alone.", markup=False)


def _decoded(said: bytes) -> str:
    """As editors on Windows save it, too."""
    wide = said.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return said.decode("utf-16" if wide else "utf-8-sig")


def _is_export(source: str) -> bool:
    place = Path(source)
    return place.exists() or place.suffix.lower() == ".zip" or (place.name != source and "://" not in source)


def _day(words: str | None) -> date | None:
    if words is None:
        return None
    try:
        return date.fromisoformat(words.strip())
    except ValueError as cause:
        raise Invalid(f"“{words}” is no day: write it like 2026-01-31.") from cause


def _address(url: str | None) -> str | None:
    if url is None:
        return None
    if not re.fullmatch(r"https?://[\w.-]+(?::\d+)?/?", url):
        raise Invalid(f"“{url}” is no workspace's address: write it like https://example.slack.com.")
    return url.rstrip("/")


@contextmanager
def _progress() -> Iterator[_Bar]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        yield _Bar(progress, progress.add_task("Reading", total=1.0))


def _now() -> datetime:
    return datetime.now(UTC)

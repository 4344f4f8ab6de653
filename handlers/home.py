"""App Home: opened, turned to another page, acted on in place; and the small forms that belong to it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.errors import BotError, Unavailable, at_fields
from bot.domain.myday import Kind
from bot.domain.patientdata import PatientData
from bot.domain.reminders import ledger
from bot.integrations.slack import Slack
from bot.publishing import Drawn
from bot.tracker import Actor, Done, Tracker, Where
from handlers import opening
from handlers.inbox import Inbox
from handlers.people import People
from handlers.views import blocks, given, homeforms, told
from handlers.views import home as views
from storage import Home

TABS = (None, "home")  # Slack has not always said which tab it is


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    desk = _Desk(tracker, slack)
    _register_page(app, tracker, inbox, slack, desk)
    _register_wishes(app, tracker, slack, desk)


def _register_page(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack, desk: _Desk) -> None:
    async def opened(event: dict[str, Any], body: dict[str, Any]) -> None:
        if event.get("tab") in TABS:
            who = Actor(slack.workspace, event["user"])
            await asyncio.to_thread(tracker.home_opened, who, given.word(event, "view", "hash"))

    inbox.on("app_home_opened", opened)

    @app.action(re.compile(f"^{views.PAGE}"))
    async def turn(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        await asyncio.to_thread(tracker.home_turned, desk.who(body), views.turned(action))

    @app.action(re.compile(f"^{views.DO}"))
    async def act(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        what, project, kind, key, until = views.pressed(action)
        if what in homeforms.ASKING:
            value = f"{project} {kind.value} {key}"
            drawing = asyncio.to_thread(homeforms.words, what, value, f"{key}, in {project}")
            await opening.opened(slack, given.trigger(body), drawing)
            return
        await desk.answered(desk.who(body), lambda who: _ACTS[what](tracker, who, project, kind, key, until))

    @app.action(views.UNDO)
    async def undo(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        project, revision = told.undo_of(action)
        where = Where(project=project, direct=True)
        await desk.answered(desk.who(body), lambda who: tracker.undo(who, where, revision))


def _register_wishes(app: AsyncApp, tracker: Tracker, slack: Slack, desk: _Desk) -> None:
    def drawn(who: Actor, what: str) -> blocks.Block:
        wishes, projects = tracker.wishes(who)
        if what == "hours":
            return homeforms.hours(wishes.at)
        return homeforms.deputy(projects) if what == "deputy" else homeforms.quiet()

    @app.action(re.compile(f"^{views.SET}"))
    async def set_something(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        who, what = desk.who(body), given.pressed(action)
        if what == "loud":
            lines = await asyncio.to_thread(tracker.loud, who)
            await asyncio.to_thread(tracker.home_told, who, lines)
            return
        await opening.opened(slack, given.trigger(body), asyncio.to_thread(drawn, who, what))

    @app.view(re.compile(f"^{homeforms.FORM}"))
    async def filled_in(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = desk.who(body)
        try:
            lines, project, undone_by = await desk.filled_in(who, view)
        except (Unavailable, PatientData):
            raise
        except BotError as mistake:
            await ack(**told.in_the_modal(view, str(mistake), at_fields(mistake)))
            return
        await ack()
        await asyncio.to_thread(tracker.home_told, who, lines, project, undone_by)


def drawn(tracker: Tracker, home: Home) -> Drawn:
    """What App Home shows now."""
    view, mark = views.home(tracker.home_page(home))
    return Drawn(view, mark)


Result = tuple[tuple[str, ...], str, int | None]  # what to tell, of which project, and what takes it back


class _Desk:
    """Who acts there, and what they are told: in Home itself, which is where they look."""

    def __init__(self, tracker: Tracker, slack: Slack) -> None:
        self._tracker = tracker
        self._slack = slack
        self._people = People(slack, tracker.now)

    def who(self, body: dict[str, Any]) -> Actor:
        return Actor(self._slack.workspace, given.person(body))

    async def answered(self, who: Actor, do: Callable[[Actor], Done]) -> None:
        """Do it, and tell what came of it where it was pressed."""
        try:
            done = await asyncio.to_thread(do, who)
        except (Unavailable, PatientData):
            raise
        except BotError as refusal:
            await asyncio.to_thread(self._tracker.home_told, who, [str(refusal)])
            return
        await asyncio.to_thread(self._tracker.home_told, who, done.lines, done.project, done.undo)

    async def filled_in(self, who: Actor, view: dict[str, Any]) -> Result:
        name = (given.word(view, "callback_id") or "").removeprefix(homeforms.FORM)
        read = {"hours": self._hours, "quiet": self._quiet, "deputy": self._deputy}.get(name)
        if read is not None:
            return await read(who, view)
        act, project, key, said = homeforms.read_words(view)
        where, words = Where(project=project, direct=True), given.as_typed(said)
        return _of(await asyncio.to_thread(_IN_WORDS[act](self._tracker), who, where, key, words))

    async def _hours(self, who: Actor, view: dict[str, Any]) -> Result:
        start, end = homeforms.read_hours(view)
        return _of(await asyncio.to_thread(self._tracker.work_hours, who, start, end))

    async def _quiet(self, who: Actor, view: dict[str, Any]) -> Result:
        lines = await asyncio.to_thread(self._tracker.quiet, who, homeforms.read_quiet(view))
        return lines, "", None

    async def _deputy(self, who: Actor, view: dict[str, Any]) -> Result:
        user, project, away = homeforms.read_deputy(view)
        colleague = await self._people.colleague(user) if user else None
        return _of(await asyncio.to_thread(self._tracker.stands_in, who, project, user, colleague, away))


def _of(done: Done) -> Result:
    return done.lines, done.project, done.undo


def _on_it(t: Tracker, who: Actor, project: str, kind: Kind, key: str, until: date | None) -> Done:
    entity = "item" if kind is Kind.CONFIRM else kind.value
    return t.acknowledge(who, ledger.subject(project, entity, key), until or t.now())


def _where(project: str) -> Where:
    return Where(project=project, direct=True)


_ACTS: dict[str, Callable[[Tracker, Actor, str, Kind, str, date | None], Done]] = {
    "on_it": _on_it,
    "done": lambda t, who, project, kind, key, _: t.done(who, _where(project), key),
    "cleared": lambda t, who, project, kind, key, _: t.unblock(who, _where(project), key),
    "accept": lambda t, who, project, kind, key, _: t.accept(who, ledger.subject(project, "item", key)),
    "decline": lambda t, who, project, kind, key, _: t.decline(who, ledger.subject(project, "item", key)),
}
_IN_WORDS: dict[str, Callable[[Tracker], Callable[[Actor, Where, str, str], Done]]] = {
    "confirm": lambda t: t.validate,
    "not_done": lambda t: t.reopen,
    "is_true": lambda t: t.verify,
    "is_false": lambda t: t.refute,
}

"""The notes of a call: pasted or picked, read, ticked or corrected line by line, and recorded at once."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.errors import BotError, Invalid, Unavailable
from bot.integrations.slack import Slack
from bot.tracker import Actor, Colleague, Origin, Sheet, Tracker, Where, WhichProject
from handlers import opening
from handlers.arriving import Acknowledgement
from handlers.inbox import Inbox
from handlers.people import People
from handlers.readiness import pressed_by
from handlers.views import blocks, given, told
from handlers.views import notes as views

PATIENCE = 2.0  # seconds; Slack waits three for what becomes of a form
LONGEST_WAIT = 30.0  # until the channel has our message; Slack may have asked for a pause
A_LOOK = 0.05
NO_TEXT = "That message has no text that I could read as notes."
OPENED = "Paste the notes into the form."
PASTE = "Notes are pasted into a form, or picked: “Read as call notes” in the menu of any message."


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    people = People(slack, tracker.now)
    _start(app, tracker, slack)
    _tick(app, tracker, slack)
    _correct(app, tracker, slack)
    _record(app, tracker, slack, people)


async def begun(
    tracker: Tracker, slack: Slack, who: Actor, where: Where, words: str, trigger: str | None
) -> blocks.Message:
    """`/golive notes`: the form, or for a text typed with it the sheet at once."""
    if trigger is None:
        return views.opener(PASTE)
    draw = _begun if words.strip() else _form
    await opening.opened(slack, trigger, asyncio.to_thread(draw, tracker, who, where, words))
    return told.sentence(OPENED)


def _begun(
    tracker: Tracker, who: Actor, where: Where, words: str, origin: Origin | None = None
) -> blocks.Block:
    """The sheet of what was read in these words; the form where it is not clear of which project they are."""
    try:
        return _drawn(tracker.read_notes(who, where, words, origin))
    except WhichProject as several:
        if len(words) > views.LONGEST_TYPED:
            raise Invalid("Use this in the project's channel: I cannot tell which one is meant.") from several
        return views.form(where.channel or "", words, several.projects)


def _start(app: AsyncApp, tracker: Tracker, slack: Slack) -> None:
    @app.action(views.OPEN)
    async def open_form(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        who, where = pressed_by(slack, body, None)
        await opening.opened(slack, given.trigger(body), asyncio.to_thread(_form, tracker, who, where))

    @app.message_shortcut("read_call_notes")
    async def read_message(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        who, where = pressed_by(slack, body, None)
        text = _text_of(body)

        async def drawing() -> blocks.Block:
            origin = await _origin(slack, body)
            return await asyncio.to_thread(_begun, tracker, who, where, text, origin)

        await opening.opened(slack, given.trigger(body), drawing())

    @app.view(views.FORM)
    async def read_form(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        pasted = views.read_form(view)
        who = Actor(slack.workspace, given.person(body))
        where = _where(pasted.channel, pasted.project)
        sheet = await asyncio.to_thread(tracker.read_notes, who, where, pasted.text)
        await ack(response_action="update", view=_drawn(sheet))


def _tick(app: AsyncApp, tracker: Tracker, slack: Slack) -> None:
    @app.action(views.TICK)
    async def ticked(ack: AsyncAck) -> None:
        await ack()  # what is ticked comes with the form

    @app.action(re.compile(f"^{views.TURN}"))
    async def turn(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        view, who = _view(body), Actor(slack.workspace, given.person(body))
        page = views.turned(views.page_of(view), action)
        sheet = await asyncio.to_thread(tracker.notes, who, page.sheet)
        await _show(slack, _id(view), _drawn(sheet, page))


def _correct(app: AsyncApp, tracker: Tracker, slack: Slack) -> None:
    @app.action(views.EDIT)
    async def open_line(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        view, who = _view(body), Actor(slack.workspace, given.person(body))
        page, number = views.page_of(view), views.line_of(action)
        drawing = asyncio.to_thread(_correction, tracker, who, page, number, _id(view))
        await opening.opened(slack, given.trigger(body), drawing, by="views.push")

    @app.view(views.CORRECT)
    async def keep_line(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        page, number, parent, said = views.read_correction(view)
        sheet = await asyncio.to_thread(tracker.correct_note, who, page.sheet, number, said)
        await ack()
        await _show(slack, parent, _drawn(sheet, page))

    @app.options(views.ITEM)
    async def items(ack: AsyncAck, body: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        where = Where(project=views.project_of(body.get("view") or {}), direct=True)
        plan = await asyncio.to_thread(tracker.plan_for, who, where)
        await ack(options=views.options(plan, given.word(body, "value") or ""))


def _record(app: AsyncApp, tracker: Tracker, slack: Slack, people: People) -> None:
    under_way: set[str] = set()

    @app.view_closed(views.SHEET)
    async def left(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        page = views.page_of(view)
        if page.sheet not in under_way:  # what is being recorded is, whoever looks on
            who = Actor(slack.workspace, given.person(body))
            await asyncio.to_thread(tracker.leave_notes, who, page.sheet)

    @app.view(views.SHEET)
    async def record(ack: Acknowledgement, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        page = views.page_of(view)
        sheet = await asyncio.to_thread(tracker.notes, who, page.sheet)
        recording = _Recording(tracker, slack, people, who, sheet, page)
        work = asyncio.ensure_future(recording.outcome())
        under_way.add(page.sheet)
        work.add_done_callback(lambda _: under_way.discard(page.sheet))
        await asyncio.wait((work,), timeout=PATIENCE)
        if work.done():
            await ack(response_action="update", view=work.result())
            return
        await ack.ahead(response_action="update", view=views.working())
        await _show(slack, _id(view), await work)


class _Recording:
    """What is ticked on its way into the project: said in the channel first, where it has no link yet."""

    def __init__(
        self, tracker: Tracker, slack: Slack, people: People, who: Actor, sheet: Sheet, page: views.Page
    ) -> None:
        self._tracker, self._slack, self._people = tracker, slack, people
        self._who, self._sheet, self._page = who, sheet, page

    async def outcome(self) -> blocks.Block:
        """What the person sees then: what was recorded, or the sheet as it was with what stood in the way."""
        try:
            lines = await self._record()
        except BotError as refusal:
            return _drawn(self._sheet, self._page, str(refusal))
        return views.recorded(lines)

    async def _record(self) -> Sequence[str]:
        t, who, numbers = self._tracker, self._who, self._page.ticked
        known = await self._colleagues(numbers)
        said = await asyncio.to_thread(t.announce_notes, who, self._sheet.id, numbers, known)
        head = await self._head(*said) if said else None
        unsaid = said is not None and head is None
        recorded = partial(t.record_notes, head=head, unsaid=unsaid, colleagues=known)
        done = await asyncio.to_thread(recorded, who, self._sheet.id, numbers)
        return done.lines

    async def _colleagues(self, numbers: Sequence[int]) -> Mapping[str, Colleague]:
        """Those who are to join the project, looked up."""
        lines = [self._sheet.proposals[n - 1] for n in numbers if 0 < n <= len(self._sheet.proposals)]
        new = dict.fromkeys(line.user for line in lines if line.user)
        return {
            user: await self._people.colleague(user) for user in new if user not in self._sheet.plan.by_slack
        }

    async def _head(self, channel: str, key: str) -> tuple[str, str, str | None] | None:
        """What was said in the channel, once Slack has it; None when it will not take it."""
        until = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < until:
            state, ts = await asyncio.to_thread(self._tracker.became_of, self._who.workspace, key)
            if state == "sent" and ts is not None:
                return channel, ts, await self._slack.permalink(channel, ts)
            if state in ("failed", "dropped"):
                return None
            await asyncio.sleep(A_LOOK)
        raise Unavailable(
            "Slack does not take my messages now, so nothing is recorded yet. Press Record again soon."
        )


def _correction(tracker: Tracker, who: Actor, page: views.Page, number: int, parent: str) -> blocks.Block:
    sheet = tracker.notes(who, page.sheet)
    if number > len(sheet.proposals):
        raise Invalid(given.BUTTON)
    return views.correction(sheet.plan, page, number, sheet.proposals[number - 1], parent)


def _form(tracker: Tracker, who: Actor, where: Where, words: str = "") -> blocks.Block:
    """The form, which asks for the project where the place does not tell it."""
    try:
        tracker.plan_for(who, where, "notes")
    except WhichProject as several:
        return views.form(where.channel or "", projects=several.projects)
    return views.form(where.channel or "")


def _drawn(sheet: Sheet, page: views.Page | None = None, note: str | None = None) -> blocks.Block:
    about = (sheet.day, sheet.dated)
    return views.sheet(sheet.plan, sheet.id, about, sheet.proposals, sheet.edits, page, note)


async def _show(slack: Slack, view_id: str, view: blocks.Block) -> None:
    await opening.turned(slack, {"id": view_id}, view)


async def _origin(slack: Slack, body: Mapping[str, Any]) -> Origin:
    channel, ts = given.word(body, "channel", "id"), given.word(body, "message", "ts")
    if channel is None or ts is None:
        raise Invalid(NO_TEXT)
    thread = given.word(body, "message", "thread_ts") or ts
    return Origin(channel=channel, ts=ts, thread=thread, link=await slack.permalink(channel, ts))


def _text_of(body: Mapping[str, Any]) -> str:
    message = body.get("message")
    text = message.get("text") if isinstance(message, Mapping) else None
    if not isinstance(text, str) or not text.strip():
        raise Invalid(NO_TEXT)
    return text


def _where(channel: str, project: str | None) -> Where:
    direct = not channel or channel.startswith("D")
    return Where(channel=channel or None, project=project, direct=direct, proven=False)


def _view(body: Mapping[str, Any]) -> Mapping[str, Any]:
    view = body.get("view")
    if not isinstance(view, Mapping):
        raise Invalid(given.FORM)
    return view


def _id(view: Mapping[str, Any]) -> str:
    id = given.word(view, "id")
    if id is None:
        raise Invalid(given.FORM)
    return id

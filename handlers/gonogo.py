"""Open a poll of go or no-go, answer it, decide it, and show the record of what was decided."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.domain.commands import Command
from bot.domain.gonogo.voting import Word
from bot.integrations.slack import Slack
from bot.tracker import Actor, Ballot, Colleague, Done, PollIsOpen, Tracker, Where, WhoIsThat, Wish
from handlers import opening
from handlers.arriving import Acknowledgement
from handlers.forms import answered
from handlers.inbox import Inbox
from handlers.people import People
from handlers.readiness import pressed_by
from handlers.views import blocks, given, told
from handlers.views import gonogo as views

Carry = Callable[[Mapping[str, Colleague]], Done]


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    people = People(slack, tracker.now)
    _start(app, tracker, slack)
    _answer(app, tracker, slack, people)
    _decide(app, tracker, slack, people)
    _besides(app, tracker, slack)


async def typed(tracker: Tracker, slack: Slack, who: Actor, where: Where, command: Command) -> Done:
    """`/golive poll …`: open one, or end the one that is open."""
    if command.key == "cancel":
        return await asyncio.to_thread(tracker.cancel_poll, who, where, command.rest)
    try:
        return await asyncio.to_thread(tracker.poll, who, where, command.until)
    except PollIsOpen as there:
        raise _with_link(there, slack) from there


def _with_link(there: PollIsOpen, slack: Slack) -> PollIsOpen:
    if there.ts is None:
        return there
    link = f"{slack.who.url.rstrip('/')}/archives/{there.channel}/p{there.ts.replace('.', '')}"
    return PollIsOpen(f"{there} It is here: {link}", there.channel, there.ts)


def _start(app: AsyncApp, tracker: Tracker, slack: Slack) -> None:
    def drawn(who: Actor, where: Where) -> blocks.Block:
        try:
            found = tracker.poll_preview(who, where)
        except PollIsOpen as there:
            raise _with_link(there, slack) from there
        asked = ", ".join(f"{seat.name} ({seat.role})" for seat in found.seats)
        return views.open_form(found.plan, found.closes_at, asked, found.not_asked, found.decides.name)

    @app.action(views.START)
    async def open_form(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        who, where = pressed_by(slack, body, given.pressed(action).split(" ")[0])
        if given.word(body, "view", "type") == "modal":
            await opening.turned(slack, body["view"], await asyncio.to_thread(drawn, who, where))
            return
        drawing = asyncio.to_thread(drawn, who, where)
        await opening.opened(slack, given.trigger(body), drawing, "poll by Friday 15:00")

    @app.view(views.OPEN_FORM)
    async def start(ack: Acknowledgement, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        await answered(slack, ack, view, _opened(tracker, who, view))


async def _opened(tracker: Tracker, who: Actor, view: Mapping[str, Any]) -> dict[str, Any]:
    """Ask everybody, as the form says; sent twice, they are asked once."""
    project, day, at = views.read_open_form(view)
    where, form = Where(project=project, direct=True), given.word(view, "id") or ""

    def open_poll() -> Done:
        with tracker.together(who, where) as (_, plan):
            return tracker.poll(who, where, views.moment(plan, day, at))

    await asyncio.to_thread(tracker.once, who, where, form, open_poll, asks=True)
    return {}


def _answer(app: AsyncApp, tracker: Tracker, slack: Slack, people: People) -> None:
    @app.action(re.compile(f"^{views.VOTE}"))
    async def press(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        who, press = Actor(slack.workspace, given.person(body)), views.pressed(action)
        if press.word is not Word.GO:
            drawing = asyncio.to_thread(_vote_form, tracker, who, press)
            await opening.opened(slack, given.trigger(body), drawing)
            return
        done = await asyncio.to_thread(tracker.vote, who, _ballot(press), Word.GO)
        await _whisper(respond, done)

    @app.view(re.compile(f"^{views.VOTE_FORM}"))
    async def filled_in(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        press, why, groups = views.read_vote_form(view)
        wishes, base = _wishes(groups), slack.who.url

        def carry(known: Mapping[str, Colleague]) -> Done:
            return tracker.vote(
                who, _ballot(press), press.word, why=why, wishes=wishes, colleagues=known, base=base
            )

        await _carried_out(people, carry)
        await ack()


def _decide(app: AsyncApp, tracker: Tracker, slack: Slack, people: People) -> None:
    @app.action(re.compile(f"^{views.DECIDE}(?:go|conditions|no_go)$"))
    async def open_form(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        who, press = Actor(slack.workspace, given.person(body)), views.pressed(action)
        drawing = asyncio.to_thread(_decide_form, tracker, who, press)
        await opening.opened(slack, given.trigger(body), drawing)

    @app.view(re.compile(f"^{views.DECIDE_FORM}"))
    async def filled_in(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        press, why, until, groups = views.read_decide_form(view)
        wishes, base = _wishes(groups), slack.who.url

        def carry(known: Mapping[str, Colleague]) -> Done:
            return tracker.decide(
                who,
                _ballot(press),
                press.word,
                seen=press.seen,
                why=why,
                until=until,
                wishes=wishes,
                colleagues=known,
                base=base,
            )

        await _carried_out(people, carry)
        await ack()


def _besides(app: AsyncApp, tracker: Tracker, slack: Slack) -> None:
    @app.action(views.MORE)
    async def one_more(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        view = body.get("view") or {}
        await opening.turned(slack, view, views.with_one_more(view))

    @app.action(views.RECORD)
    async def show(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        press = views.pressed(action)
        who, where = pressed_by(slack, body, press.project)
        number, page = await asyncio.to_thread(tracker.decision_page, who, where, press.number)
        message = views.record(number, page, press.project)
        await respond(response_type="ephemeral", replace_original=False, **message)


async def _carried_out(people: People, carry: Carry) -> Done:
    """Do it; who is named and not part of the project yet is looked up first."""
    known: dict[str, Colleague] = {}
    while True:
        try:
            return await asyncio.to_thread(carry, known)
        except WhoIsThat as unknown:
            if unknown.user in known:
                raise
            known[unknown.user] = await people.chosen(unknown.user)


def _vote_form(tracker: Tracker, who: Actor, press: views.Press) -> blocks.Block:
    board, before = tracker.ballot(who, _ballot(press))
    return views.vote_form(board, press, before)


def _decide_form(tracker: Tracker, who: Actor, press: views.Press) -> blocks.Block:
    return views.decide_form(tracker.decision_form(who, _ballot(press)), press)


def _ballot(press: views.Press) -> Ballot:
    return Ballot(project=press.project, number=press.number, seat=press.seat)


def _wishes(groups: Sequence[views.Group]) -> tuple[Wish, ...]:
    return tuple(Wish(text=g.text, owner=g.owner, due=g.due, field=g.field) for g in groups)


async def _whisper(respond: AsyncRespond, done: Done) -> None:
    message = told.done(done.lines, done.project, None)
    await respond(response_type="ephemeral", replace_original=False, **message)

"""What changed, what looks like trouble, how all projects stand; and a signal put away with a reason."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.domain import portfolio
from bot.domain.commands import Command
from bot.domain.errors import BotError, Invalid, Unavailable
from bot.integrations.slack import Slack
from bot.tracker import Actor, Tracker, Where
from handlers import opening
from handlers.inbox import Inbox
from handlers.readiness import pressed_by
from handlers.views import blocks, given, told
from handlers.views import watching as views

VERBS = frozenset({"changes", "history", "signals", "dismiss", "portfolio"})


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    @app.action(views.SIGNALS)
    async def signals(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        who, where = pressed_by(slack, body, given.pressed(action))
        shown = await asyncio.to_thread(_signals, tracker, who, where, "")
        await respond(response_type="ephemeral", replace_original=False, **shown)

    def drawn(who: Actor, where: Where, fingerprint: str) -> blocks.Block:
        return views.form(*tracker.signal(who, where, fingerprint))

    @app.action(re.compile(f"^{views.DISMISS}\\d+$"))
    async def ask_why(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        project, fingerprint = views.of(action)
        who, where = pressed_by(slack, body, project)
        await opening.opened(slack, given.trigger(body), asyncio.to_thread(drawn, who, where, fingerprint))

    @app.view(views.FORM)
    async def dismiss(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        project, fingerprint, why = views.read_form(view)
        where, form = Where(project=project, direct=True), given.word(view, "id")
        if form is None:
            raise Invalid(given.FORM)
        said = given.as_typed(why)
        try:
            await asyncio.to_thread(tracker.dismiss, who, where, fingerprint, said, form=form)
        except Unavailable:
            raise
        except BotError as mistake:
            await ack(**told.in_the_modal(view, str(mistake), {"why": str(mistake)}))
            return
        await ack()

    @app.action(views.BRING_BACK)
    async def bring_back(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        project, fingerprint = views.of(action)
        who, where = pressed_by(slack, body, project)
        done = await asyncio.to_thread(tracker.bring_back, who, where, fingerprint)
        await respond(response_type="ephemeral", replace_original=True, **told.sentence(done.line))


async def shown(tracker: Tracker, who: Actor, where: Where, command: Command) -> blocks.Message:
    """The answer to one of these commands, drawn."""
    show = {
        "changes": _changes,
        "history": _history,
        "signals": _signals,
        "dismiss": _dismissed,
        "portfolio": _portfolio,
    }[command.verb]
    return await asyncio.to_thread(show, tracker, who, where, command.rest)


def _changes(tracker: Tracker, who: Actor, where: Where, words: str) -> blocks.Message:
    since, whole = _all_of(words)
    told_of = tracker.changes_since(who, where, since or None, whole=whole)
    return views.story(told_of.plan, told_of.reply, f"changes {since}".strip(), whole=whole)


def _history(tracker: Tracker, who: Actor, where: Where, words: str) -> blocks.Message:
    word, whole = _all_of(words)
    told_of = tracker.history(who, where, word.strip("`'\"“”"), whole=whole)
    return views.story(told_of.plan, told_of.reply, f"history {word}", whole=whole)


def _signals(tracker: Tracker, who: Actor, where: Where, words: str) -> blocks.Message:
    whole = _all_of(f"x {words}")[1]
    watch = tracker.signals(who, where)
    return views.watch(watch.plan, watch.found, watch.reply(whole=whole), whole=whole)


def _dismissed(tracker: Tracker, who: Actor, where: Where, words: str) -> blocks.Message:
    which, _, why = words.partition(" ")
    if not which:
        raise Invalid("Say which and why: `/golive dismiss 2 agreed with the vendor on Tuesday`.")
    done = tracker.dismiss(who, where, which, why)
    return views.dismissed(done.plan.project.key, done.line, done.fingerprint)


def _portfolio(tracker: Tracker, who: Actor, where: Where, words: str) -> blocks.Message:
    rows, as_of = tracker.portfolio(who)
    last = max(1, -(-len(rows) // portfolio.PAGE))
    word = words.strip().casefold().removeprefix("page ").strip()
    page = min(int(word), last) if word.isdecimal() and 0 < len(word) < 5 else 1
    found = portfolio.reply(rows, as_of, page=max(1, page))
    return views.portfolio(found, len(rows), max(1, page))


def _all_of(words: str) -> tuple[str, bool]:
    """What is said before the word `all`, and whether it is said."""
    rest, _, last = words.strip().rpartition(" ")
    if last.casefold() in ("all", "everything"):
        return rest.strip(), True
    return words.strip(), False

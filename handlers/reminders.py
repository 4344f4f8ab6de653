"""Answer a reminder: on it, done, snooze, not mine, blocked, cleared, escalate, accept or decline."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.domain.errors import BotError, Unavailable, at_fields
from bot.domain.hours import zone_of
from bot.domain.reminders.asking import moment_words
from bot.domain.reminders.ledger import parts
from bot.domain.reminders.parts import Act
from bot.domain.wording import cut
from bot.integrations.slack import Slack
from bot.tracker import Actor, Done, Noted, Pressed, Tracker, Where
from handlers import opening
from handlers.inbox import Inbox
from handlers.people import People
from handlers.views import blocks, given, ledger, told
from handlers.views import reminders as views
from handlers.views.ledger import Row

_ACTIONS = re.compile(f"^(?:{views.MORE}|{views.ACT}(?:{'|'.join(Act)}))$")
CHANNEL = "Channel"
_FORMS = re.compile(f"^{views.FORM}")
# What changes the plan is confirmed with a way back; the rest shows in the message itself.
_CONFIRMED = frozenset(
    {Act.DONE, Act.BLOCKED, Act.CLEARED, Act.CONFIRM, Act.NOT_DONE, Act.ACCEPT, Act.DECLINE, Act.NOT_MINE}
)


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    answers = _Answers(tracker, People(slack, tracker.now))

    @app.action(_ACTIONS)
    async def press(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        who, pressed = Actor(slack.workspace, given.person(body)), views.pressed(action)
        try:
            if not pressed.entry:
                done = await answers.to_offer(who, pressed)
            else:
                about = await asyncio.to_thread(
                    tracker.press, who, pressed.message, pressed.entry, pressed.act
                )
                if views.needs_a_form(pressed):
                    drawing = asyncio.to_thread(views.form, pressed, about.part, about.plan)
                    await opening.opened(slack, given.trigger(body), drawing)
                    return
                done = await answers.carried_out(who, pressed, about, {"day": pressed.chosen})
        finally:
            # Also when it came too late: then the message shows what is true by now.
            if pressed.message:
                await asyncio.to_thread(tracker.draw_again, slack.workspace, pressed.message)
        if pressed.act in _CONFIRMED:
            await respond(
                response_type="ephemeral",
                replace_original=False,
                **told.done(done.lines, done.project, done.undo),
            )

    @app.view(_FORMS)
    async def filled_in(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        pressed, typed = views.read_form(view)
        said = {name: _as_read(name)(words) for name, words in typed.items()}
        try:
            about = await asyncio.to_thread(tracker.press, who, pressed.message, pressed.entry, pressed.act)
            await answers.carried_out(who, pressed, about, said)
        except Unavailable:
            raise
        except BotError as mistake:
            await ack(**told.in_the_modal(view, str(mistake), at_fields(mistake)))
            return
        await ack()
        await asyncio.to_thread(tracker.draw_again, slack.workspace, pressed.message)


def _as_read(field: str) -> Callable[[str], str]:
    """What proves or explains something is kept to the letter; the rest is understood as talk is."""
    return given.as_typed if field in ("evidence", "why") else given.as_in_a_message


class Reminders:
    """What will be said and what was, for whoever leads a project; others see what concerns them."""

    def __init__(self, tracker: Tracker, slack: Slack) -> None:
        self._tracker = tracker
        self._slack = slack

    async def shown(self, who: Actor, where: Where, *, everything: bool) -> blocks.Message:
        found = await asyncio.to_thread(self._tracker.reminders, who, where)
        plan = found.plan
        zone, now = zone_of(plan.by_slack.get(who.user), plan), self._tracker.now()
        ahead = [
            Row(
                at=moment_words(each.at, zone, now),
                name=each.name if each.user else CHANNEL,
                words=_short(each.words, each.why, each.subject),
                state=each.state,
                why=each.why,
            )
            for each in found.ahead
        ]
        past = [
            Row(
                at=moment_words(each.entry.said_at or each.entry.at, zone, now),
                name=each.name if each.entry.person else CHANNEL,
                words=_short(each.entry.words, each.entry.why, each.entry.subject),
                state=each.entry.state,
                why=each.entry.why,
                link=self._link(each),
            )
            for each in found.past
        ]
        note = None if found.whole else "This is what concerns you. The project's lead sees all of it."
        return ledger.ledger(plan.project.name, ahead, past, everything=everything, note=note)

    def _link(self, noted: Noted) -> str | None:
        """Where it can be read. Slack's own links look so; asking for each of them would take a minute."""
        if not noted.conversation or not noted.ts:
            return None
        base = self._slack.who.url.rstrip("/")
        return f"{base}/archives/{noted.conversation}/p{noted.ts.replace('.', '')}"


def _short(words: str, why: str | None, subject: str) -> str:
    """A digest is noted in full, and here its first words will do; a rung that is left out says only why."""
    if words == why:
        return parts(subject)[2]
    return cut(" ".join(words.split()), 160)


class _Answers:
    """One act, one call of the tracker."""

    def __init__(self, tracker: Tracker, people: People) -> None:
        self._tracker = tracker
        self._people = people

    async def to_offer(self, who: Actor, pressed: views.Press) -> Done:
        act = self._tracker.accept if pressed.act is Act.ACCEPT else self._tracker.decline
        return await asyncio.to_thread(act, who, pressed.subject)

    async def carried_out(
        self, who: Actor, pressed: views.Press, about: Pressed, said: dict[str, str]
    ) -> Done:
        if pressed.act is Act.NOT_MINE:
            return await self._handed_over(who, about, said["user"])
        return await asyncio.to_thread(_ACTS[pressed.act], self._tracker, who, about, said)

    async def _handed_over(self, who: Actor, about: Pressed, user: str) -> Done:
        colleague = await self._people.colleague(user)
        if about.part.of_blocker:
            where = _where(about)
            return await asyncio.to_thread(self._tracker.own, who, where, about.key, user, colleague)
        return await asyncio.to_thread(self._tracker.hand_over, who, about.subject, user, colleague)


def _where(about: Pressed) -> Where:
    return Where(project=about.project, direct=True)


def _on_it(t: Tracker, who: Actor, about: Pressed, said: dict[str, str]) -> Done:
    return t.acknowledge(who, about.subject, date.fromisoformat(said["day"]))


def _snooze(t: Tracker, who: Actor, about: Pressed, said: dict[str, str]) -> Done:
    return t.snooze(who, about.subject, t.next_morning(who, about))


def _blocked(t: Tracker, who: Actor, about: Pressed, said: dict[str, str]) -> Done:
    words = " ".join(said["what"].split()).rstrip(" .")
    words += f", waiting on <@{said['user']}>" if said.get("user") else ""
    words += f" by {said['day']}" if said.get("day") else ""
    return t.block(who, _where(about), about.key, words)


def _not_now(t: Tracker, who: Actor, about: Pressed, said: dict[str, str]) -> Done:
    done = t.snooze(who, about.subject, t.next_morning(who, about))
    t.not_now(who, about)
    return done


def _answer(t: Tracker, who: Actor, about: Pressed, said: dict[str, str]) -> Done:
    held = said.get("held", "").strip()
    text = said["news"].strip() + (f" Held up by: {held}" if held else "")
    return t.answer_news(who, about.project, about.key, text)


_ACTS: dict[Act, Callable[[Tracker, Actor, Pressed, dict[str, str]], Done]] = {
    Act.ON_IT: _on_it,
    Act.DONE: lambda t, who, about, _: t.done(who, _where(about), about.key),
    Act.SNOOZE: _snooze,
    Act.BLOCKED: _blocked,
    Act.CONFIRM: lambda t, who, about, said: t.validate(who, _where(about), about.key, said["evidence"]),
    Act.NOT_DONE: lambda t, who, about, said: t.reopen(who, _where(about), about.key, said["why"]),
    Act.CLEARED: lambda t, who, about, _: t.unblock(who, _where(about), about.key),
    Act.ESCALATE: lambda t, who, about, _: t.escalate(who, about.subject, about.entry.fingerprint),
    Act.NOT_NOW: _not_now,
    Act.ACCEPT: lambda t, who, about, _: t.accept(who, about.subject),
    Act.DECLINE: lambda t, who, about, _: t.decline(who, about.subject),
    Act.ANSWER: _answer,
    Act.IS_TRUE: lambda t, who, about, said: t.verify(who, _where(about), about.key, said["evidence"]),
    Act.IS_FALSE: lambda t, who, about, said: t.refute(who, _where(about), about.key, said["why"]),
}

"""`/golive …`: the one place where a line somebody typed becomes a call of the tracker."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.response import BoltResponse

from bot.domain import commands, dates, questions, reading
from bot.domain.commands import ME, NONE, Command, UnknownVerb
from bot.domain.errors import BotError, Missing, NotFound, Unavailable
from bot.domain.pictures import values as sights
from bot.domain.readers import Audience
from bot.integrations.slack import Slack
from bot.tracker import (
    Actor,
    Colleague,
    DidYouMean,
    Done,
    InWords,
    NewItem,
    Question,
    Tracker,
    Understood,
    Where,
    WhichProject,
    WhoIsThat,
    fitted,
)
from handlers import (
    agenda,
    asking,
    board,
    channels,
    gonogo,
    notes,
    pictures,
    rules,
    settings,
    watching,
)
from handlers.answering import Answers
from handlers.arriving import Acknowledgement
from handlers.forms import Forms
from handlers.inbox import Inbox
from handlers.menu import Beginnings
from handlers.people import People
from handlers.readiness import pressed_by
from handlers.reminders import Reminders
from handlers.views import blocks, given, told
from handlers.views.forms import KINDS

SHORT = 200
PATIENCE = 2.0  # seconds; Slack waits three for an answer, and a busy machine takes some of them
INVITE = "I am not in this channel yet: `/invite @golive`, so that I hear what is said and can answer."
FORMS = frozenset({*KINDS, "new"})
_IN_FORMS = {"edit": "It is edited in a form.", "handover": "It is handed over in a form."}
AS_TYPED = "="  # in front of a line: what was offered is not what was meant
_OF_TIME = frozenset({"reminders", "quiet", "mute", "unmute", "settings", "standup"})
READING = {
    "": "standing",
    "item": "item",
    "blockers": "blockers",
    "assumptions": "assumptions",
    "decisions": "decisions",
    "mine": "mine",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody typed, who, and where."""

    who: Actor
    where: Where
    text: str
    ts: str | None = None  # of the message it was said in, in the channel of `where`; None: typed
    files: tuple[str, ...] = ()  # links to what was posted with it
    trigger: str | None = None  # what allows a form to be opened
    said_in: str | None = None  # the conversation, where that is not the one whose project is meant

    @property
    def place(self) -> str | None:
        return self.said_in or self.where.channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A line that only looks."""

    line: Line
    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What there is to tell once a line is carried out, or could not be."""

    lines: Sequence[str] = ()
    project: str = ""
    undo: int | None = None
    offers: Sequence[tuple[str, str]] = ()  # label, and the line to run instead
    shown: blocks.Message | None = None  # it is drawn already
    in_a_form: bool = False  # there is nothing to tell

    def drawn(self) -> blocks.Message:
        if self.shown is not None:
            return self.shown
        if self.offers:
            return told.perhaps("\n".join(self.lines), self.offers)
        return told.done(self.lines, self.project, self.undo)

    def kept(self) -> dict[str, Any]:
        """As a message keeps it until it is sent."""
        offers = [list(offer) for offer in self.offers]
        if self.shown is not None:
            return {"shown": self.shown}
        return {"lines": list(self.lines), "project": self.project, "undo": self.undo, "offers": offers}


Otherwise = Callable[[Line], Awaitable[Outcome | None]]


class Orders:
    """Carries out what is typed after /golive, or said to @golive."""

    def __init__(
        self,
        tracker: Tracker,
        slack: Slack,
        people: People,
        answers: Answers,
        reminders: Reminders,
    ) -> None:
        self._forms = Forms(tracker, slack, people)
        self._beginnings = Beginnings(tracker, slack, people)
        self._tracker = tracker
        self._slack = slack
        self._people = people
        self._answers = answers
        self._reminders = reminders

    def at_once(self, line: Line) -> str | None:
        """The answer to a line that only looks, if it is at hand and nothing has changed since."""
        try:
            question = asked(_parsed(line.text))
        except BotError:
            return None
        return self._answers.at_once(line.who, line.where, question) if question else None

    async def carried_out(self, line: Line) -> str:
        """The private answer, as JSON; what was perhaps meant is offered with buttons. Empty where a form
        was opened instead."""
        try:
            found = await self._outcome(line)
            if isinstance(found, Asking):
                return await self._answers.body(found.line.who, found.line.where, found.question)
            if isinstance(found, Outcome) and found.in_a_form:
                return ""
            shown = asking.drawn(found) if isinstance(found, Understood) else found.drawn()
        except WhichProject as several:
            shown = _offered(line, several).drawn()
        except (UnknownVerb, NotFound) as perhaps:
            if type(perhaps) is NotFound and not await self._is_question(line):
                raise
            shown = (await self._not_understood(line, perhaps)).drawn()
        return json.dumps({"response_type": "ephemeral", **shown})

    async def told(self, line: Line, otherwise: Otherwise) -> dict[str, Any]:
        """The same as a message keeps it: an answer is drawn when it is sent. What is no order may be
        something else."""
        try:
            found = await self._outcome(line, otherwise)
            if isinstance(found, Understood):
                return asking.kept(found)
            if isinstance(found, Asking):
                asked, question = found.line, found.question
                answered = await asyncio.to_thread(self._tracker.answer, asked.who, asked.where, question)
                project = answered.plan.project.key
                about = {"about": question.about, "key": question.key, "elsewhere": answered.elsewhere}
                about |= {"audience": question.audience}
                return {"project": project, **about}
        except WhichProject as several:
            found = _offered(line, several)
        except Unavailable:
            raise
        except (UnknownVerb, NotFound) as perhaps:
            found = await otherwise(line) or await self._not_understood(line, perhaps)
        except BotError as refusal:
            found = Outcome(lines=(str(refusal),))
        return found.kept()

    async def _outcome(self, line: Line, otherwise: Otherwise | None = None) -> Asking | Understood | Outcome:
        """What comes of a line. What it leaves out that has to be said is asked for in a form."""
        try:
            return await self._carried(line, otherwise)
        except Missing as lacking:
            if lacking.verb not in FORMS:
                raise
            return await self._form(line, lacking.verb, lacking.key, str(lacking))

    async def _form(self, line: Line, verb: str, key: str | None, instead: str) -> Outcome:
        """A form opens where somebody typed or pressed; in a conversation it is a press away."""
        if line.trigger is None:
            return Outcome(lines=(instead,), offers=[("Open the form …", line.text)])
        if verb == "new":
            channel = None if line.where.direct else line.where.channel
            await self._beginnings.open(line.who, channel, line.trigger)
        else:
            await self._forms.open(line.who, line.where, verb, key, line.trigger)
        return Outcome(in_a_form=True)

    async def _carried(self, line: Line, otherwise: Otherwise | None) -> Asking | Understood | Outcome:
        try:
            command = _parsed(line.text)
        except UnknownVerb as unknown:
            inner = await self._for_project(line, unknown)
            if inner is not None:
                return await self._outcome(inner, otherwise)
            if unknown.near or not await self._is_question(line):
                raise
            news = await otherwise(line) if otherwise else None
            return news or await self._understood(line, line.text)
        question = asked(command)
        if question is not None:
            return Asking(line=line, question=question)
        if command.until:  # while the project is held for writing nobody should load what reads dates
            await asyncio.to_thread(dates.ready_for, command.until, self._tracker.now())
        if command.verb == "help":
            return Outcome(lines=[told.typed(line) for line in commands.help_lines(command.rest)])
        if command.verb == "ask":
            return await self._asked(line, command, otherwise)
        if command.verb == "templates":
            return Outcome(lines=self._tracker.templates(command.rest))
        if command.verb == "offers":
            done = await asyncio.to_thread(self._tracker.offers_wanted, line.who, line.where, command.rest)
            return Outcome(lines=told.placed(done.lines, done.plan.project, line.place))
        if command.verb in _IN_FORMS:
            return await self._form(line, command.verb, command.words, _IN_FORMS[command.verb])
        if command.verb == "roles":
            return Outcome(lines=await asyncio.to_thread(self._tracker.roles, line.who, line.where))
        if command.verb == "poll":
            done = await gonogo.typed(self._tracker, self._slack, line.who, line.where, command)
            return Outcome(lines=told.placed(done.lines, done.plan.project, line.place))
        if command.verb in _OF_TIME:
            return await self._about_time(line, command)
        if command.verb == "view":
            done = await asyncio.to_thread(board.typed, self._tracker, line.who, line.where, command)
            return Outcome(lines=told.placed(done.lines, done.plan.project, line.place))
        if command.verb == "backfill":
            return Outcome(lines=await asyncio.to_thread(self._tracker.how_to_fill, line.who, line.where))
        shown = await self._screen(line, command)
        if shown is not None:
            return Outcome(shown=shown)
        done = await self._done(line, command, None, await self._link(line, command))
        lines = told.placed(done.lines, done.plan.project, line.place)
        if command.verb == "new":
            lines = (*lines, *await self._met(line))
        return Outcome(lines=lines, project=done.project, undo=done.undo)

    async def _screen(self, line: Line, command: Command) -> blocks.Message | None:
        """What is looked at or filled in rather than told; None where that is not what is asked for."""
        if command.verb == "notes":
            pasted = line.text.removeprefix(AS_TYPED).strip().partition(" ")[2] if command.rest else ""
            return await notes.begun(self._tracker, self._slack, line.who, line.where, pasted, line.trigger)
        if command.verb == "agenda":
            return await agenda.shown(self._tracker, line.who, line.where, command)
        if command.verb == "plot":
            once = line.trigger or line.ts or ""
            sight = sights.read(reading.unescape(command.rest))
            return await pictures.sent(self._tracker, line.who, line.where, sight, once)
        if command.verb in rules.VERBS:
            return await rules.typed(self._tracker, self._slack, line.who, line.where, command)
        if command.verb in watching.VERBS:
            return await watching.shown(self._tracker, line.who, line.where, command)
        return None

    async def _asked(
        self, line: Line, command: Command, otherwise: Otherwise | None
    ) -> Asking | Understood | Outcome:
        """The answer to a question, unless it asks nothing and is something else."""
        words = command.rest
        project, _, rest = words.partition(" ")
        inner = await self._for_project(line, UnknownVerb(project, rest, ())) if rest else None
        if inner is not None:
            whom = f" --audience {command.audience}" if command.audience else ""
            return await self._outcome(replace(inner, text=f"ask {rest.removeprefix('ask ')}{whom}"))
        found = await self._understood(line, words, command.audience)
        if otherwise is not None and isinstance(found, Understood) and found.asked.intent == "out_of_scope":
            return await otherwise(line) or found
        return found

    async def _not_understood(self, line: Line, why: UnknownVerb | NotFound) -> Outcome:
        """What may have been meant instead: something called nearly so, or a question."""
        found = _offered(line, why) if isinstance(why, UnknownVerb | DidYouMean) else Outcome()
        # A line whose names are those of projects, roles or templates is the command it looks like.
        meant = isinstance(why, DidYouMean) and not _parsed(line.text).about_an_item
        asks = not meant and len(line.text) <= SHORT and await self._is_question(line)
        offers = [*found.offers, ("It is a question", f"ask {line.text}")] if asks else found.offers
        return Outcome(lines=(str(why),), offers=offers)

    async def _is_question(self, line: Line) -> bool:
        return await asyncio.to_thread(self._tracker.is_question, line.who, line.where, line.text)

    async def _understood(
        self, line: Line, words: str, audience: Audience | None = None
    ) -> Understood | Outcome:
        say, question = self._tracker.say, InWords(text=words, audience=audience)
        try:
            return await asyncio.to_thread(say, line.who, line.where, question)
        except WhichProject:
            raise
        except NotFound as nothing:
            return Outcome(lines=(str(nothing),))

    async def _met(self, line: Line) -> tuple[str, ...]:
        """Learn who is in the channel of a new project; what to do if I am not."""
        channel = line.where.channel or ""
        return () if await channels.joined(channel, self._tracker, self._slack) else (INVITE,)

    async def _about_time(self, line: Line, command: Command) -> Outcome:
        """What golive says by itself: how it is, and what somebody wants otherwise."""
        who, where = line.who, line.where
        if command.verb == "reminders":
            everything = command.rest.casefold() in ("all", "everything")
            return Outcome(shown=await self._reminders.shown(who, where, everything=everything))
        if command.verb == "settings" and not command.rest:
            return Outcome(shown=await settings.shown(self._tracker, who, where))
        if command.verb == "quiet":
            quiet = self._tracker.quiet
            if command.until == NONE:
                return Outcome(lines=await asyncio.to_thread(self._tracker.loud, who))
            return Outcome(lines=await asyncio.to_thread(quiet, who, command.until))
        done = await asyncio.to_thread(self._of_project, line, command)
        return Outcome(lines=done.lines, project=done.project, undo=done.undo)

    def _of_project(self, line: Line, command: Command) -> Done:
        who, where, t = line.who, line.where, self._tracker
        if command.verb == "settings":
            return t.set_policy(who, where, command.key or "", command.rest)
        plan = t.plan_for(who, where)
        if command.verb == "standup":
            return t.answer_news(who, plan.project.key, None, command.rest)
        if command.key is not None:
            command = fitted(command, plan, as_typed=False)
        key = command.blocker or command.key
        if command.verb == "unmute":
            return t.unmute(who, where, key)
        return t.mute(who, where, key, command.until or command.rest or None)

    async def _for_project(self, line: Line, unknown: UnknownVerb) -> Line | None:
        """The rest of a line that begins with the key of a project, for people who are in several."""
        project = unknown.word.strip(":,").casefold()
        if line.where.project is None and await asyncio.to_thread(self._tracker.sees, line.who, project):
            return replace(line, text=unknown.rest, where=replace(line.where, project=project))
        return None

    async def _link(self, line: Line, command: Command) -> str | None:
        """Where it was said, for what is kept with its evidence."""
        if line.ts is None or command.verb not in _KEPT_WITH_LINK:
            return None
        return await self._slack.permalink(line.place or "", line.ts)

    async def _done(
        self, line: Line, command: Command, known: Mapping[str, Colleague] | None, link: str | None
    ) -> Done:
        """Carry it out; who is named and not known yet is looked up first."""
        known = known or {}
        try:
            return await asyncio.to_thread(self._order, line, command, known, link)
        except WhoIsThat as unknown:
            if unknown.user in known:
                raise
            found = await self._people.colleague(unknown.user)
            return await self._done(line, command, {**known, found.id: found}, link)

    def _order(self, line: Line, command: Command, known: Mapping[str, Colleague], link: str | None) -> Done:
        """One verb, one call."""
        colleague = next(iter(known.values()), None)  # all but `add` and `assume` name one person
        who, where = line.who, line.where
        if command.verb == "new":
            begin = self._tracker.new
            said = {"template": command.template, "country": command.country}
            return begin(who, where, command.key or "", command.rest, command.until, colleague, **said)
        if command.verb == "add":
            return self._tracker.add(who, where, _new_item(who, command), known)
        if command.verb == "assume":
            return self._tracker.assume(who, where, command.rest, known, permalink=link)
        if command.verb == "decide":
            return self._tracker.note_decision(who, where, command.rest, permalink=link)
        with self._tracker.together(who, where) as (_, plan):
            command = fitted(command, self._tracker.known_of(plan), as_typed=line.text.startswith(AS_TYPED))
            if command.verb in _PROVEN:
                shown = " ".join((command.rest, *line.files)).strip()
                return _PROVEN[command.verb](self._tracker)(
                    who, where, command.key or "", shown, permalink=link
                )
            return _VERBS[command.verb](self._tracker, who, where, command, colleague)


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    people, reminders = People(slack, tracker.now), Reminders(tracker, slack)
    orders = Orders(tracker, slack, people, Answers(tracker), reminders)

    @app.command("/golive")
    async def golive(ack: Acknowledgement, command: dict[str, Any], respond: AsyncRespond) -> None:
        user, channel, text = given.typed(command)
        direct = channel.startswith("D") or command.get("channel_name") == "directmessage"
        who, where = Actor(slack.workspace, user), Where(channel=channel, direct=direct)
        line = Line(who, where, text, trigger=given.word(command, "trigger_id"))
        if (found := orders.at_once(line)) is not None:
            ack.response = BoltResponse(status=200, body=found)
            return
        work = asyncio.ensure_future(orders.carried_out(line))
        await asyncio.wait((work,), timeout=PATIENCE)
        if work.done():
            # Set as text: Bolt would turn the same blocks into the same JSON for every request.
            ack.response = BoltResponse(status=200, body=work.result())
            return
        await ack.ahead(response_type="ephemeral", text=told.WORKING)
        found = json.loads(await work or json.dumps({"response_type": "ephemeral", "text": told.OPENED}))
        await respond(replace_original=False, **found)

    @app.action(re.compile(f"^{told.RUN}"))
    async def run(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        who, where = pressed_by(slack, body, None)
        line = Line(who, where, given.pressed(action), trigger=given.word(body, "trigger_id"))
        if found := await orders.carried_out(line):
            await respond(replace_original=True, **json.loads(found))
        if where.direct and (thread := given.word(body, "message", "thread_ts")) is not None:
            await asyncio.to_thread(tracker.spoke_of, who, thread, line.text.partition(" ")[0])


def _parsed(text: str) -> Command:
    """Most lines are short and typed again and again."""
    line = text.removeprefix(AS_TYPED)
    return _parsed_before(line) if len(line) <= SHORT else commands.parse(line)


_parsed_before = lru_cache(maxsize=1024)(commands.parse)


_is_plain_before = lru_cache(maxsize=1024)(questions.is_plain_before)


def asked(command: Command) -> Question | None:
    """The question a command is, if it only looks."""
    if command.verb == "before":
        return Question(about="all" if command.everything else "before", audience=command.audience)
    if command.verb == "ask" and len(command.rest) <= SHORT and _is_plain_before(command.rest):
        return Question(about="before", audience=command.audience)
    if command.verb not in READING:
        return None
    if command.verb == "mine":
        somebody = command.user or command.rest
        return Question(about="mine", key=somebody if somebody and somebody != ME else None)
    return Question(about=READING[command.verb], key=command.words or None)


def _offered(line: Line, perhaps: UnknownVerb | DidYouMean | WhichProject) -> Outcome:
    """What may have been meant, each as the line that says so."""
    if isinstance(perhaps, UnknownVerb):
        offers = [(f"/golive {perhaps.near[0]}", perhaps.instead)] if perhaps.instead else []
    elif isinstance(perhaps, WhichProject):
        offers = [(project, _for(project, line.text)) for project in perhaps.projects]
    else:
        verb, _, rest = line.text.removeprefix(AS_TYPED).strip().partition(" ")
        offers = [(near, f"{verb} {rest.replace(perhaps.word, near, 1)}") for near in perhaps.near]
        if perhaps.or_none:
            offers.append(("None of these", f"{AS_TYPED}{line.text}"))
    return Outcome(lines=(str(perhaps),), offers=offers)


def _for(project: str, text: str) -> str:
    """The same line for this project; a question is told apart from a command."""
    try:
        command = _parsed(text)
    except UnknownVerb:
        return f"{project} ask {text}"
    return f"{project} ask {command.rest}" if command.verb == "ask" else f"{project} {text}".strip()


def _user(who: Actor, command: Command) -> str | None:
    return _slack_user(who, command.user)


def _slack_user(who: Actor, said: str | None) -> str | None:
    return who.user if said == ME else None if said == NONE else said


def _new_item(who: Actor, command: Command) -> NewItem:
    return NewItem(
        title=command.rest,
        key=command.key,
        gate=command.gate,
        owner=_user(who, command),
        validator=_slack_user(who, command.validator),
        due=command.until,
        after=command.after,
    )


def _own(t: Tracker, who: Actor, where: Where, c: Command, colleague: Colleague | None) -> Done:
    if c.user is None:
        return t.own_by_name(who, where, c.key or "", c.rest)
    return t.own(who, where, c.key or "", _user(who, c), colleague)


def _validator(t: Tracker, who: Actor, where: Where, c: Command, colleague: Colleague | None) -> Done:
    if c.user is None:
        return t.validator_by_name(who, where, c.key or "", c.rest)
    return t.validator(who, where, c.key or "", _user(who, c), colleague)


def _due(t: Tracker, who: Actor, where: Where, c: Command, _: Colleague | None) -> Done:
    return t.due(who, where, c.key or "", None if c.until == NONE else c.until)


def _block(t: Tracker, who: Actor, where: Where, c: Command, _: Colleague | None) -> Done:
    return t.block(who, where, c.key, c.rest)


def _unblock(t: Tracker, who: Actor, where: Where, c: Command, _: Colleague | None) -> Done:
    return t.unblock(who, where, c.blocker or c.key or "", c.rest)


def _waive(t: Tracker, who: Actor, where: Where, c: Command, _: Colleague | None) -> Done:
    return t.waive(who, where, c.key or "", c.rest, c.until)


Verb = Callable[[Tracker, Actor, Where, Command, Colleague | None], Done]

_VERBS: dict[str, Verb] = {
    "own": _own,
    "validator": _validator,
    "due": _due,
    "start": lambda t, who, where, c, _: t.start(who, where, c.key or ""),
    "waive": _waive,
    "role": lambda t, who, where, c, colleague: t.role(who, where, c.rest, _user(who, c), colleague),
    "block": _block,
    "unblock": _unblock,
}

# What comes with what shows or explains it, kept with where that was said.
_PROVEN: dict[str, Callable[[Tracker], Callable[..., Done]]] = {
    "done": lambda t: t.done,
    "validate": lambda t: t.validate,
    "reopen": lambda t: t.reopen,
    "verify": lambda t: t.verify,
    "refute": lambda t: t.refute,
}
_KEPT_WITH_LINK = frozenset({*_PROVEN, "assume", "decide"})

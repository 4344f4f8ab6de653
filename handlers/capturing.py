"""Track any message: by the shortcut, a reaction, a mention in its thread, or by forwarding it to golive."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.domain import proposing
from bot.domain.errors import BotError, Unavailable, at_fields
from bot.domain.proposing import Source
from bot.integrations.slack import Slack
from bot.tracker import Actor, Capture, Colleague, Done, Tracker, Where, WhichProject, WhoIsThat
from handlers import opening
from handlers.inbox import Inbox
from handlers.people import People
from handlers.views import blockers as blocker_views
from handlers.views import blocks, given, told
from handlers.views import capturing as views

_TRACK = re.compile(
    r"(?:(?:please|pls|can you|could you)\s+)*(?:track|capture|record|note|log)\s+(?:this|that|it)"
    r"(?:\s+please)?(?:\s+(?:down\s+)?as\s+(?:an?\s+)?(?P<kind>blocker|item|task|assumption|decision))?"
    r"(?:,?\s+(?:please|pls|thanks|thx))*\s*[.!?]*",
    re.IGNORECASE,
)
_KIND = re.compile(r"\W*(?:an?\s+)?(blocker|item|task|assumption|decision)\b\W*", re.IGNORECASE)
ALONE = "Say that in the thread of the message I am to track, or use “Track in golive” in its menu."


def asks(words: str) -> bool:
    """Whether somebody asks us to track the message above."""
    return _TRACK.fullmatch(words.strip()) is not None


class Captures:
    """What somebody points at, on its way into a project."""

    def __init__(self, tracker: Tracker, people: People, slack: Slack) -> None:
        self._tracker = tracker
        self._people = people
        self._slack = slack

    async def mentioned(self, event: Mapping[str, Any], words: str) -> blocks.Message | None:
        """ "@golive track this" in a thread: the message above it. None when the thread says it all."""
        thread = event.get("thread_ts")
        if not isinstance(thread, str) or thread == event["ts"]:
            return told.sentence(ALONE)
        await self._people.colleague(event["user"])
        who, where = Actor(self._slack.workspace, event["user"]), Where(channel=event["channel"])
        found = await self.looked_at(who, where, event["channel"], thread, _kind(words))
        if found is None:
            return told.sentence("I cannot see the message above, so I cannot track it.")
        if not found.clear:
            line = "As what shall I track the message above?"
            return views.as_what(found.plan, found.source, found.proposal.text, line)
        done = await asyncio.to_thread(self._tracker.capture, who, where, found.source, found.proposal)
        return None if done.undo is not None and found.is_home else _told(done)

    async def looked_at(
        self, who: Actor, where: Where, channel: str, ts: str, kind: str | None
    ) -> Capture | None:
        """A message of a channel we are in, and what it would be tracked as."""
        said = await self._slack.message(channel, ts)
        if said is None or said.get("subtype") == "tombstone" or said.get("user") == self._slack.bot_user:
            return None  # gone, or our own words
        link = await self._slack.permalink(channel, ts)
        source = Source(
            workspace=self._slack.workspace,
            channel=channel,
            ts=ts,
            thread_ts=given.word(said, "thread_ts"),
            author=given.word(said, "user"),
            permalink=link,
        )
        text = said.get("text")
        words = text if isinstance(text, str) else ""
        return await asyncio.to_thread(self._tracker.capturable, who, where, source, words, kind)

    async def forwarded(self, event: Mapping[str, Any]) -> dict[str, Any] | None:
        """The reply to a message that somebody shared with us; None when there is none in what they said."""
        shared = _shared(event, self._slack.workspace)
        if shared is None:
            return None
        source, text, private = shared
        try:
            return await self._forwarded(event, source, text, private)
        except Unavailable:
            raise
        except WhichProject as several:
            return {"shown": views.in_which(several.projects, source, "" if private else text)}
        except BotError as refusal:
            return {"lines": [str(refusal)]}

    async def _forwarded(
        self, event: Mapping[str, Any], source: Source, text: str, private: bool
    ) -> dict[str, Any]:
        own = _KIND.fullmatch(event.get("text") or "")
        who = Actor(self._slack.workspace, event["user"])
        where = await asyncio.to_thread(self._tracker.project_of, who, source.channel)
        kind = own[1].casefold().replace("task", "item") if own else None
        found = await asyncio.to_thread(self._tracker.capturable, who, where, source, text, kind)
        if private and not found.is_home:
            found = await asyncio.to_thread(self._tracker.capturable, who, where, source, "", kind)
        if found.is_home and found.clear and found.proposal.text:
            done = await asyncio.to_thread(self._tracker.capture, who, where, source, found.proposal)
            return {"lines": list(done.lines), "project": done.project, "undo": done.undo}
        line = f"As what shall I track that in {found.plan.project.name}?"
        return {"shown": views.as_what(found.plan, source, found.proposal.text, line)}

    async def reacted(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """A reaction of somebody in the project, to a message of its channel."""
        item, user = event.get("item"), event["user"]
        channel, ts = given.word(item, "channel"), given.word(item, "ts")
        if user == self._slack.bot_user or channel is None or ts is None:
            return
        who = Actor(self._slack.workspace, user)
        meaning = await asyncio.to_thread(self._tracker.meaning_of, who, channel, ts, event["reaction"])
        if meaning is None or not await self._people.colleagues([user]):
            return
        if meaning == proposing.BLOCKER:
            found = await self.looked_at(who, Where(channel=channel), channel, ts, proposing.BLOCKER)
            if found is not None and found.proposal.text:
                wish = replace(found.proposal, person=None)
                await asyncio.to_thread(
                    self._tracker.capture, who, Where(channel=channel), found.source, wish
                )
            return
        source = Source(
            workspace=who.workspace,
            channel=channel,
            ts=ts,
            thread_ts=await self._thread_of(channel, ts),
            author=user,
            permalink=await self._slack.permalink(channel, ts),
        )
        await asyncio.to_thread(self._tracker.mark, who, source, meaning)

    async def _thread_of(self, channel: str, ts: str) -> str | None:
        said = await self._slack.message(channel, ts)
        return given.word(said, "thread_ts") if said else None

    async def filled_in(self, who: Actor, filled: views.Filled) -> Done:
        """Track it as the form says; a colleague named there is looked up first."""
        colleagues: dict[str, Colleague] = {}
        while True:
            try:
                return await asyncio.to_thread(self._recorded, who, filled, colleagues)
            except WhoIsThat as unknown:
                if unknown.user in colleagues:
                    raise
                colleagues[unknown.user] = await self._people.colleague(unknown.user)

    def _recorded(self, who: Actor, filled: views.Filled, colleagues: Mapping[str, Colleague]) -> Done:
        if filled.offer is not None:
            mine = filled.wish.kind == proposing.OWN
            wish = replace(filled.wish, person=who.user) if mine else filled.wish
            return self._tracker.take_offer_as(who, filled.offer, wish, colleagues)
        where = Where(project=filled.project, direct=True)
        return self._tracker.capture(who, where, filled.source, filled.wish, colleagues)


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    captures = Captures(tracker, People(slack, tracker.now), slack)
    inbox.on("reaction_added", captures.reacted)
    _register_openings(app, tracker, slack)
    _register_form(app, tracker, slack, captures)


def _register_openings(app: AsyncApp, tracker: Tracker, slack: Slack) -> None:
    @app.message_shortcut("track_message")
    async def pointed_at(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        source, text, private = views.pointed_at(body, slack.workspace)
        who = Actor(slack.workspace, given.person(body))
        where = Where(channel=source.channel, direct=source.channel.startswith("D"))
        try:
            drawing = asyncio.to_thread(_form, tracker, who, where, source, text, private)
            await opening.opened(slack, given.trigger(body), drawing)
        except WhichProject as several:
            shown = views.in_which(several.projects, source, "" if private else text)
            await respond(response_type="ephemeral", replace_original=False, **shown)

    @app.action(re.compile(rf"^{views.START}(?:_\d)?$"))
    async def start(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        project, source, text = views.carried_by(action, slack.workspace)
        who, where = Actor(slack.workspace, given.person(body)), Where(project=project, direct=True)
        drawing = asyncio.to_thread(_form, tracker, who, where, source, text)
        await opening.opened(slack, given.trigger(body), drawing)


def _form(
    tracker: Tracker, who: Actor, where: Where, source: Source, text: str, private: bool = False
) -> blocks.Block:
    found = tracker.capturable(who, where, source, text)
    if private and not found.is_home:
        # What is said in private is nobody's to copy: the form begins empty.
        found = tracker.capturable(who, where, source, "")
    return views.form(found.plan, found.proposal, found.source)


def _register_form(app: AsyncApp, tracker: Tracker, slack: Slack, captures: Captures) -> None:
    @app.options(views.ITEM)
    async def items(ack: AsyncAck, body: dict[str, Any]) -> None:
        where = Where(project=views.project_of_form(body.get("view") or {}), direct=True)
        plan = await asyncio.to_thread(tracker.plan_for, Actor(slack.workspace, given.person(body)), where)
        await ack(options=blocker_views.options(plan, given.word(body, "value") or ""))

    @app.view(views.FORM)
    async def save(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        who = Actor(slack.workspace, given.person(body))
        filled = views.read_form(view, slack.workspace)
        try:
            if filled.source.permalink is None and not filled.source.channel.startswith("D"):
                link = await slack.permalink(filled.source.channel, filled.source.ts)
                filled = replace(filled, source=replace(filled.source, permalink=link))
            done = await captures.filled_in(who, filled)
        except Unavailable:
            raise
        except BotError as mistake:
            await ack(**told.in_the_modal(view, str(mistake), at_fields(mistake)))
            return
        await ack()
        if not filled.source.is_home(done.plan) or done.undo is None:
            form = given.word(view, "id") or given.trigger(body)
            await asyncio.to_thread(tracker.confirm_directly, who, done, form)


def _kind(words: str) -> str | None:
    match = _TRACK.fullmatch(words.strip())
    kind = match["kind"].casefold() if match and match["kind"] else None
    return proposing.ITEM if kind == "task" else kind


def _told(done: Done) -> blocks.Message:
    return told.done(done.lines, done.project, done.undo)


def _shared(event: Mapping[str, Any], workspace: str) -> tuple[Source, str, bool] | None:
    """The message shared within another, as Slack attaches it, its text, and whether it was private."""
    attached = event.get("attachments")
    for each in attached if isinstance(attached, list) else ():
        channel, ts, link = (given.word(each, name) for name in ("channel_id", "ts", "from_url"))
        if channel is None or ts is None or not (each.get("is_share") or each.get("is_msg_unfurl")):
            continue
        private = channel.startswith("D") or bool(each.get("is_private"))
        found = {"channel": channel, "ts": ts, "author": given.word(each, "author_id")}
        found["link"] = None if channel.startswith("D") else link
        text = each.get("text")
        return views.source_of(found, workspace), text if isinstance(text, str) else "", private
    return None

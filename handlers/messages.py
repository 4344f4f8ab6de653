"""What is a message: talk with the bot, a report to record, or nothing for us? Each is acted on once."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

from bot.domain import commands
from bot.domain.errors import BotError, Unavailable
from bot.integrations.slack import Slack
from bot.tracker import Actor, Post, Tracker, Where
from handlers import capturing
from handlers.agent import Agent
from handlers.answering import Answers
from handlers.commands import Line, Orders, Outcome
from handlers.digest import news_told
from handlers.people import People
from handlers.reminders import Reminders

# What somebody wrote; all other subtypes are Slack's own notices, or copies.
MOST_NAMED = 20
MOST_FILES = 5
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)")
_SENTENCES = re.compile(r"[.!;]\s|\n")
WRITTEN = frozenset({None, "file_share", "thread_broadcast"})


class Listening:
    """Every message of the channels the bot is in, however often and in whatever order it comes."""

    def __init__(self, tracker: Tracker, people: People, slack: Slack) -> None:
        self._tracker = tracker
        self._people = people
        self._slack = slack
        self._agent = Agent(tracker, slack)
        self._captures = capturing.Captures(tracker, people, slack)
        self._orders = Orders(tracker, slack, people, Answers(tracker), Reminders(tracker, slack))

    async def message(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """A `message` or `app_mention` event; both come for the same message."""
        subtype = event.get("subtype")
        if event.get("channel_type") == "im" or event["channel"].startswith("D"):
            if subtype in WRITTEN:
                await self._asked_directly(event)
        elif subtype == "message_deleted" or _is_tombstone(event):
            await self._deleted(event)
        elif subtype == "message_changed":
            await self._edited(event)
        elif subtype in WRITTEN:
            await self._written(event)

    async def _written(self, event: dict[str, Any]) -> None:
        if not self._is_a_persons(event):
            return
        to_us = self._is_to_us(event["text"])
        asked = self._asked_to_track_by(event["text"])
        if asked is not None:
            await self._asked_to_track(event, asked)
            return
        post = await self._post(event, event)
        if post is not None:
            await asyncio.to_thread(self._tracker.hear, post)
        elif to_us:
            await self._asked_in_channel(event)

    def _asked_to_track_by(self, text: str) -> str | None:
        """The words that ask us to track the message above, whatever stands before our name."""
        before, *after = re.split(rf"<@{self._slack.bot_user}(?:\|[^>]*)?>", text, maxsplit=1)
        if not after:
            return None
        words = after[0].strip(" ,:\n") or before.strip(" ,:\n")
        return words if capturing.asks(words) else None

    async def _asked_to_track(self, event: dict[str, Any], words: str) -> None:
        """ "@golive track this": the message above, once."""
        channel, thread = event["channel"], event.get("thread_ts")
        if not await asyncio.to_thread(self._tracker.is_news, self._slack.workspace, channel, event["ts"]):
            return
        shown = await self._captures.mentioned(event, words)
        post = self._bare(event, event)
        if shown is None:
            await asyncio.to_thread(self._tracker.heed, post)
            return
        payload = {"thread": thread, "user": event["user"], "shown": shown}
        await asyncio.to_thread(self._tracker.reply, post, "private_reply", payload)

    async def _edited(self, event: dict[str, Any]) -> None:
        now, before = event["message"], event.get("previous_message") or {}
        # An unfurl, a reaction to a link or a new reply count changes a message too, but not what it says.
        if not self._is_a_persons(now) or now.get("text") == before.get("text"):
            return
        if await self._has_project(event):
            post = await self._post(event, now, before=self._words(before.get("text") or ""))
            if post is not None:
                await asyncio.to_thread(self._tracker.edited, post)

    async def _deleted(self, event: dict[str, Any]) -> None:
        before = event.get("previous_message") or {}
        author = before.get("user") or event.get("user") or "somebody"
        where = (self._slack.workspace, event["channel"])
        ts = event.get("deleted_ts") or event["message"]["ts"]
        if author == self._slack.bot_user or before.get("bot_id"):
            await asyncio.to_thread(self._tracker.board_deleted, *where, ts)
        elif await self._has_project(event):
            await asyncio.to_thread(self._tracker.deleted, *where, ts, author)

    async def _asked_in_channel(self, event: dict[str, Any]) -> None:
        """Answered to the one who asked, where they asked, and seen by nobody else."""
        if await self._is_news(event):
            where, thread = Where(channel=event["channel"]), event.get("thread_ts")
            await self._answer(event, where, "private_reply", {"thread": thread})

    async def _asked_directly(self, event: dict[str, Any]) -> None:
        """Answered in a thread where agents are; of the project they look at, if they say none."""
        if not self._is_a_persons(event) or not await self._is_news(event):
            return
        found = await self._agent.place(event, self._words(event["text"]))
        where = Where(channel=found.beside or event["channel"], direct=True, proven=found.beside is None)
        await self._answer(event, where, "direct_reply", {"thread": found.thread})

    async def _is_news(self, event: dict[str, Any]) -> bool:
        known = (self._slack.workspace, event["channel"], event["ts"])
        return await asyncio.to_thread(self._tracker.is_news, *known)

    async def _answer(self, event: dict[str, Any], where: Where, kind: str, place: dict[str, Any]) -> None:
        who = Actor(self._slack.workspace, event["user"])
        # Verbs said twice are harmless, so after a crash before the reply nothing is lost or doubled.
        line = Line(
            who, where, self._words(event["text"]), event["ts"], _files(event), said_in=event["channel"]
        )
        forwarded = await self._captures.forwarded(event) if where.direct else None
        if forwarded is not None:
            payload = {**place, "user": who.user, **forwarded}
            await asyncio.to_thread(self._tracker.reply, self._bare(event, event), kind, payload)
            return
        thread = event.get("thread_ts") if where.direct else None
        in_thread = thread is not None and not await self._is_only_asked(line)
        found = await self._as_news(line, thread) if in_thread else None
        told = found.kept() if found else await self._orders.told(line, self._as_news)
        if place["thread"] is not None and where.direct and told.get("project"):
            await asyncio.to_thread(self._tracker.spoke_of, who, place["thread"], told["project"])
        post = self._bare(event, event)
        payload = {**place, "user": who.user, **told}
        await asyncio.to_thread(self._tracker.reply, post, kind, payload)

    async def _is_only_asked(self, line: Line) -> bool:
        """One sentence that asks: no answer to what we asked, but a question of their own."""
        if _SENTENCES.search(line.text.strip()) or not commands.is_asked(line.text):
            return False
        return await asyncio.to_thread(self._tracker.is_question, line.who, line.where, line.text)

    async def _as_news(self, line: Line, thread: str | None = None) -> Outcome | None:
        """What somebody answers who was asked for news: in the thread of the question, or just so."""
        if not line.where.direct:
            return None
        try:
            done = await news_told(self._tracker, line.who, line.text, thread)
        except Unavailable:
            raise
        except BotError as refusal:
            return Outcome(lines=(str(refusal),))
        return Outcome(lines=done.lines, project=done.project) if done else None

    async def _post(self, event: dict[str, Any], said: dict[str, Any], **more: Any) -> Post | None:
        """The message with the people it names looked up, if it says something at all."""
        post = self._bare(event, said, **more)
        # What is said to us is a report only when it is one outright: the rest is for us to answer.
        reads = self._tracker.reads_outright if self._is_to_us(said["text"]) else self._tracker.reads
        if not await asyncio.to_thread(reads, post):
            # An edit may take a report back; but what is said to us now is answered, not noted.
            return post if more and not self._is_to_us(said["text"]) else None
        named = _MENTION.findall(post.text)[:MOST_NAMED]
        people = await self._people.colleagues([post.author, *named])
        link = await self._slack.permalink(post.channel, post.ts)
        return self._bare(event, said, people=people, permalink=link, **more)

    def _bare(self, event: dict[str, Any], said: dict[str, Any], **more: Any) -> Post:
        edited = (said.get("edited") or {}).get("ts")
        return Post(
            workspace=self._slack.workspace,
            channel=event["channel"],
            ts=said["ts"],
            author=said["user"],
            text=self._words(said["text"]),
            at=_moment(edited or said["ts"]),
            thread_ts=said.get("thread_ts"),
            # Two edits within one second carry the same `edited`; the events themselves can be told apart.
            edited_ts=event.get("event_ts", edited) if edited else None,
            **more,
        )

    async def _has_project(self, event: dict[str, Any]) -> bool:
        return await asyncio.to_thread(self._tracker.has_project, self._slack.workspace, event["channel"])

    def _is_a_persons(self, said: dict[str, Any]) -> bool:
        mine = said.get("user") in (None, self._slack.bot_user, "USLACKBOT")
        return not mine and not said.get("bot_id") and isinstance(said.get("text"), str)

    def _is_to_us(self, text: str) -> bool:
        return text.lstrip().startswith(f"<@{self._slack.bot_user}")

    def _words(self, text: str) -> str:
        """What is said to us, without our name in front."""
        mention, _, rest = text.strip().partition(">")
        return rest.strip(" ,:") if self._is_to_us(text) else f"{mention}{_}{rest}"


def _files(event: dict[str, Any]) -> tuple[str, ...]:
    """Links to the files posted with a message, as far as Slack tells."""
    given = event.get("files")
    files = [file for file in (given if isinstance(given, list) else ()) if isinstance(file, dict)]
    return tuple(link for file in files[:MOST_FILES] if isinstance(link := file.get("permalink"), str))


def _is_tombstone(event: dict[str, Any]) -> bool:
    """A deleted message that has replies stays as a stone, so its deletion comes as a change."""
    return (event.get("message") or {}).get("subtype") == "tombstone"


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)

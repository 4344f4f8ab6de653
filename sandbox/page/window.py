"""What does one person see in the window right now: places to go, messages, a thread, Home, modals?"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from markupsafe import Markup

from sandbox.page import blocks, emoji, mrkdwn
from sandbox.page.blocks import Place
from sandbox.page.mrkdwn import page_address
from sandbox.page.reader import Reader, from_ts, zone
from sandbox.state import Channel, Json, Message, State, View

RECENT = 100  # messages shown before "Show earlier messages"
_HUES = 8  # classes face-0 … face-7 in the style sheet
_TYPED = re.compile(r"[/@:🚧]|\w+:\s")  # how a command, a mention or a report begins
_HAPPENINGS = {
    f"{kind}_{what}"
    for kind in ("channel", "group")
    for what in ("join", "leave", "name", "topic", "purpose", "archive", "unarchive")
}
_TOGETHER = timedelta(minutes=5)  # messages of one author within this share one name and picture


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for."""

    user: str
    channel: str = ""
    thread: str = ""
    home: bool = False
    everything: bool = False

    def address(self) -> str:
        return page_address(self.user, self.channel, self.thread) + ("&tab=home" if self.home else "")


@dataclass
class Reads:
    """Up to where each person has read each channel. What was there before the page began counts as read."""

    since: str
    seen: dict[tuple[str, str], str] = field(default_factory=dict)

    def mark(self, user: str, channel: Channel) -> None:
        if channel.messages:
            self.seen[user, channel.id] = next(reversed(channel.messages))

    def unread(self, user: str, channel: Channel) -> int:
        last = self.seen.get((user, channel.id), self.since)
        later = takewhile(lambda one: one["ts"] > last, reversed(channel.messages.values()))
        return sum(1 for one in later if _is_news(one, user))


@dataclass(frozen=True)
class Entry:
    """A line of the sidebar."""

    label: str
    sign: str
    href: str
    current: bool
    unread: int = 0


@dataclass(frozen=True)
class Hint:
    """Something to try: as whom, in which words, or mere advice when there is nothing to type."""

    lead: str
    text: str = ""
    user: str = ""


@dataclass(frozen=True)
class Row:
    """A message as it is shown."""

    ts: str
    author: str
    initials: str
    hue: int
    is_app: bool
    time: str
    full_time: str
    together: bool
    body: Markup
    attachments: tuple[Mapping[str, Any], ...]
    files: tuple[Mapping[str, Any], ...]
    note: Markup
    edited: bool
    ephemeral: bool
    own: bool
    text: str
    reactions: tuple[Mapping[str, Any], ...]
    replies: int
    last_reply: str
    thread_href: str
    day: str = ""  # set on the first message of a day


class Window:
    """One person's window on the workspace."""

    def __init__(self, state: State, now: datetime, home: str, reads: Reads, asked: Asked) -> None:
        self._state = state
        self._reads = reads
        self.asked = asked
        self.me = state.users[asked.user]
        self.reader = Reader(
            user=asked.user,
            zone=zone(self.me.get("tz")),
            now=now,
            users={one["id"]: name_of(one) for one in state.users.values()},
            channels={one.id: one.name for one in state.channels.values() if self._may_know(one)},
            files={ident: file.info.get("url_private", "") for ident, file in state.files.items()},
            home=home,
        )
        found = state.channels.get(asked.channel)
        self.channel = found if found and asked.user in found.members else None
        if self.channel and not asked.home:
            reads.mark(asked.user, self.channel)

    # ——— the sidebar

    def people(self) -> list[tuple[str, str]]:
        """Everybody one can be, by name."""
        people = (
            one for one in self._state.users.values() if not one.get("is_bot") and not one.get("deleted")
        )
        return sorted(((one["id"], name_of(one)) for one in people), key=lambda pair: pair[1].lower())

    def channels(self) -> list[Entry]:
        mine = [
            one
            for one in self._state.channels_of(self.asked.user)
            if not one.is_direct and not one.is_archived
        ]
        return [
            self._entry(one, one.name, "#" if one.kind == "channel" else "🔒")
            for one in sorted(mine, key=_by_name)
        ]

    def direct(self) -> list[Entry]:
        """Conversations with people; those with the app stand under Apps."""
        mine = [
            one for one in self._state.channels_of(self.asked.user) if one.is_direct and not self.is_app(one)
        ]
        return [self._entry(one, self.title(one), "@") for one in mine]

    def app(self) -> Entry:
        """The app: its Home, or the messages with it."""
        mine = self.app_channel()
        href = page_address(self.asked.user, mine.id if mine else "") + "&tab=home"
        unread = self._reads.unread(self.asked.user, mine) if mine else 0
        current = self.asked.home or bool(mine and self.channel is mine)
        if unread and mine:
            href = page_address(self.asked.user, mine.id)
        return Entry(self._state.app.name, "⚙", href, current, unread)

    def app_channel(self) -> Channel | None:
        return self._state.direct([self.asked.user, self._state.app.bot_user])

    def is_app(self, channel: Channel) -> bool:
        return channel.kind == "im" and self._state.app.bot_user in channel.members

    def title(self, channel: Channel) -> str:
        if not channel.is_direct:
            return channel.name
        others = [self.reader.name(one) for one in channel.members if one != self.asked.user]
        return ", ".join(others) or self.reader.name(self.asked.user)

    def pinned(self) -> list[tuple[str, str]]:
        """What is pinned to the top of the channel: its first words, and where it stands."""
        if not self.channel or self.asked.home:
            return []
        there = [self.channel.messages[ts] for ts in self.channel.pins if ts in self.channel.messages]
        here = (self.asked.user, self.channel.id, "")
        return [(str(one.get("text", "")).split("\n")[0], page_address(*here, one["ts"])) for one in there]

    # ——— messages

    def rows(self) -> list[Row]:
        """The messages of the channel, oldest first: the recent ones unless all were asked for."""
        said = self._said()
        return self._rows(said if self.asked.everything else said[-RECENT:])

    def earlier(self) -> int:
        return 0 if self.asked.everything else max(0, len(self._said()) - RECENT)

    def thread(self) -> list[Row]:
        """The thread that is open beside the channel; empty when none is."""
        if not self.channel or not self.asked.thread:
            return []
        visible = self.channel.visible(self.asked.user)
        return self._rows(
            [one for one in visible if self.asked.thread in (one["ts"], one.get("thread_ts"))], in_thread=True
        )

    def _said(self) -> list[Message]:
        if not self.channel:
            return []
        return [one for one in self.channel.visible(self.asked.user) if _in_channel(one)]

    def _rows(self, said: Iterable[Message], in_thread: bool = False) -> list[Row]:
        rows: list[Row] = []
        before: Message | None = None
        for one in said:
            moment = from_ts(one["ts"])
            earlier = from_ts(before["ts"]) if before else None
            new_day = earlier is None or self.reader.local(earlier).date() != self.reader.local(moment).date()
            together = bool(before and earlier) and not new_day and self._belongs(before or {}, one)
            rows.append(
                self._row(one, moment, together, self.reader.day(moment) if new_day else "", in_thread)
            )
            before = one
        return rows

    def _belongs(self, before: Message, one: Message) -> bool:
        """Said by the same author in one breath."""
        same = self._author(before) == self._author(one) and not _note(before) and not _note(one)
        public = "ephemeral_to" not in before and "ephemeral_to" not in one
        return same and public and from_ts(one["ts"]) - from_ts(before["ts"]) < _TOGETHER

    def _row(self, one: Message, moment: datetime, together: bool, day: str, in_thread: bool) -> Row:
        author, is_app = self._author(one)
        scope = f"{'t' if in_thread else 'm'}-{one['ts']}"
        replies = 0 if in_thread else int(one.get("reply_count", 0))
        return Row(
            ts=one["ts"],
            author=author,
            initials="".join(word[0] for word in author.split()[:2]).upper() or "?",
            hue=zlib.crc32(str(one.get("user") or author).encode()) % _HUES,
            is_app=is_app,
            time=self.reader.clock(moment),
            full_time=self.reader.full(moment),
            together=together,
            body=self._body(one, scope),
            attachments=tuple(
                self._attachment(a, f"{scope}-a{n}") for n, a in enumerate(one.get("attachments", ()))
            ),
            files=tuple(self._file(file) for file in one.get("files", ())),
            note=mrkdwn.render(_note(one), self.reader),
            edited="edited" in one,
            ephemeral="ephemeral_to" in one,
            own=one.get("user") == self.asked.user and not _note(one),
            text=str(one.get("text", "")),
            reactions=tuple(self._reaction(reaction) for reaction in one.get("reactions", ())),
            replies=replies,
            last_reply=self._last_reply(one) if replies else "",
            thread_href=page_address(self.asked.user, self.asked.channel, one.get("thread_ts") or one["ts"]),
            day=day,
        )

    def _author(self, one: Message) -> tuple[str, bool]:
        is_app = "bot_id" in one
        name = one.get("username") or self.reader.name(str(one.get("user", "")))
        return name or self._state.app.name, is_app

    def _body(self, one: Message, scope: str) -> Markup:
        if one.get("blocks"):
            return blocks.render(one["blocks"], self.reader, Place(scope))
        return blocks.fallback(str(one.get("text", "")), self.reader)

    def _attachment(self, attachment: Json, scope: str) -> Mapping[str, Any]:
        """A legacy attachment: its words, its blocks, or its fallback."""
        words = [attachment.get(part) for part in ("pretext", "title", "text")]
        fields = [f"*{one.get('title', '')}*\n{one.get('value', '')}" for one in attachment.get("fields", ())]
        inner = attachment.get("blocks") or ()
        shown = [blocks.fallback(str(word), self.reader) for word in [*words, *fields] if word]
        if not shown and not inner:
            shown = [blocks.fallback(str(attachment.get("fallback", "")), self.reader)]
        return {"body": Markup("").join([*shown, blocks.render(inner, self.reader, Place(scope))])}

    def _file(self, file: Json) -> Mapping[str, Any]:
        image = blocks.Renderer(self.reader, Place(""))
        address = self.reader.files.get(str(file.get("id"))) or str(file.get("url_private", ""))
        picture = image.picture({"image_url": address, "alt_text": file.get("title") or file.get("name", "")})
        return {
            "name": file.get("title") or file.get("name", "file"),
            "link": image.link(address, str(file.get("name", "file"))),
            "picture": picture if str(file.get("mimetype", "")).startswith("image/") else None,
        }

    def _reaction(self, reaction: Json) -> Mapping[str, Any]:
        users = list(reaction.get("users", ()))
        return {
            "name": reaction["name"],
            "picture": emoji.picture(reaction["name"]) or f":{reaction['name']}:",
            "count": reaction.get("count", len(users)),
            "mine": self.asked.user in users,
            "who": ", ".join(self.reader.name(one) for one in users),
        }

    def _last_reply(self, one: Message) -> str:
        last = from_ts(str(one.get("latest_reply") or one["ts"]))
        day = self.reader.day(last)
        return self.reader.clock(last) if day == "Today" else f"{day}, {self.reader.clock(last)}"

    # ——— Home and modals

    def home_view(self) -> Markup | None:
        """The app's Home as published for this person; None when it has not published one."""
        view = self._state.homes.get(self.asked.user)
        return self._view_blocks(view) if view else None

    def home_id(self) -> str:
        return str(self._state.homes.get(self.asked.user, {}).get("id", ""))

    def home_hash(self) -> str:
        return str(self._state.homes.get(self.asked.user, {}).get("hash", "none"))

    def modals(self) -> list[Mapping[str, Any]]:
        """What is open on top of everything, from the first to the one in front."""
        stack = self._state.modals.get(self.asked.user, [])
        return [
            {
                "id": view["id"],
                "hash": view.get("hash", ""),
                "title": _plain(view.get("title")) or self._state.app.name,
                "submit": _plain(view.get("submit")),
                "close": _plain(view.get("close")) or ("Back" if depth else "Cancel"),
                "deep": depth > 0,
                "body": self._view_blocks(view),
            }
            for depth, view in enumerate(stack)
        ]

    def _view_blocks(self, view: View) -> Markup:
        values = view.get("state", {}).get("values", {})
        return blocks.render(view.get("blocks", ()), self.reader, Place(f"v-{view['id']}", values))

    # ——— the small things

    def commands(self) -> list[Json]:
        found: list[Json] = self._state.app.manifest.get("features", {}).get("slash_commands", [])
        return found

    def shortcuts(self, kind: str) -> list[Json]:
        found: list[Json] = self._state.app.manifest.get("features", {}).get("shortcuts", [])
        return [one for one in found if one.get("type") == kind]

    def hint(self, hint: str) -> Hint:
        """A hint as it was given: `/golive before`, `As Sam, who owns it, type: /golive mine`, or advice."""
        lead, said, text = hint.partition(": ") if hint.startswith("As ") else ("", "", hint)
        if said or _TYPED.match(hint):
            named = (user for user, name in self.people() if f"As {name}" in lead)
            return Hint(lead, text, next(named, ""))
        return Hint(hint)

    def clock(self) -> str:
        local = self.reader.local(self.reader.now)
        return f"{local:%a} {local.day} {local:%b %Y}, {local:%H:%M}"

    def _entry(self, channel: Channel, label: str, sign: str) -> Entry:
        current = self.channel is channel and not self.asked.home
        unread = 0 if current else self._reads.unread(self.asked.user, channel)
        return Entry(label, sign, page_address(self.asked.user, channel.id), current, unread)

    def _may_know(self, channel: Channel) -> bool:
        return not channel.is_direct and (channel.kind == "channel" or self.asked.user in channel.members)


def name_of(user: Json) -> str:
    """The name a person goes by."""
    profile = user.get("profile", {})
    return str(
        profile.get("display_name") or user.get("real_name") or profile.get("real_name") or user.get("name")
    )


def _plain(text: Any) -> str:
    return emoji.in_words(str(text.get("text", ""))) if isinstance(text, Mapping) else ""


def _by_name(channel: Channel) -> str:
    return channel.name


def _in_channel(one: Message) -> bool:
    """Replies stand in their thread only, unless they were also sent to the channel."""
    return one.get("thread_ts", one["ts"]) == one["ts"] or one.get("subtype") == "thread_broadcast"


def _is_news(one: Message, user: str) -> bool:
    return (
        one.get("user") != user
        and one.get("ephemeral_to", user) == user
        and not _note(one)
        and _in_channel(one)
    )


def _note(one: Message) -> str:
    """What happened, when it was not somebody saying something."""
    return str(one.get("text", "")) if one.get("subtype") in _HAPPENINGS else ""

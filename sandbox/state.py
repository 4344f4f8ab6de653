"""What is in this Slack right now: people, channels, messages, views, files, and the calls the app made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Message = dict[str, Any]  # Slack's message object; an ephemeral one also has `ephemeral_to`
View = dict[str, Any]  # Slack's view object; `state.values` as it stands
User = dict[str, Any]  # Slack's user object
Kind = Literal["channel", "group", "im", "mpim"]

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(slots=True)
class Team:
    """The workspace."""

    id: str = "T0SANDBOX"
    name: str = "Sandbox"
    domain: str = "sandbox"


@dataclass(slots=True)
class App:
    """The installed app: who it is, and what its manifest allows."""

    id: str = "A0SANDBOXAP"
    bot_user: str = "U0SANDBOXBT"
    bot_id: str = "B0SANDBOXBT"
    name: str = "app"
    manifest: Json = field(default_factory=dict)

    @property
    def scopes(self) -> list[str]:
        scopes = self.manifest.get("oauth_config", {}).get("scopes", {})
        return list(scopes.get("bot", []))

    @property
    def events(self) -> frozenset[str]:
        subscriptions = self.manifest.get("settings", {}).get("event_subscriptions", {})
        return frozenset(subscriptions.get("bot_events", []))

    def command(self, word: str) -> Json | None:
        commands: list[Json] = self.manifest.get("features", {}).get("slash_commands", [])
        return next((one for one in commands if one["command"] == word), None)

    def shortcut(self, callback_id: str) -> Json | None:
        shortcuts: list[Json] = self.manifest.get("features", {}).get("shortcuts", [])
        return next((one for one in shortcuts if one["callback_id"] == callback_id), None)


@dataclass(slots=True)
class Channel:
    """A conversation of any kind; `messages` is all that was said there, oldest first, replies included."""

    id: str
    name: str
    kind: Kind = "channel"
    members: list[str] = field(default_factory=list)
    created: int = 0
    creator: str = ""
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    is_general: bool = False
    is_ext_shared: bool = False
    previous_names: list[str] = field(default_factory=list)
    shared_by: list[str] = field(default_factory=list)  # teams of this Slack it is in, its host first
    pins: list[str] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    agent: Json = field(default_factory=dict)  # of an agent's conversation: prompts, titles, statuses
    last_ts: int = 0  # microseconds; a ts is never given twice, not even when the clock was moved back

    @property
    def is_direct(self) -> bool:
        return self.kind in ("im", "mpim")

    @property
    def is_private(self) -> bool:
        return self.kind != "channel"

    def visible(self, user: str | None) -> list[Message]:
        """What `user` sees here, oldest first; None sees everything, also what was for one person only."""
        said = self.messages.values()
        return [one for one in said if user is None or one.get("ephemeral_to", user) == user]

    def replies(self, thread_ts: str) -> list[Message]:
        """The replies of a thread, oldest first, without its first message and without ephemeral ones."""
        return [
            one
            for one in self.messages.values()
            if one.get("thread_ts") == thread_ts and one["ts"] != thread_ts and "ephemeral_to" not in one
        ]

    def as_record(self) -> Json:
        record = {name: getattr(self, name) for name in self.__slots__ if name != "messages"}
        return record


@dataclass(slots=True)
class File:
    """An uploaded file. `info` is Slack's file object; `complete` once it may be seen; from `ready` on a
    message may show it in a block; `given` when somebody handed it to the app in a form."""

    info: Json
    content: bytes = b""
    complete: bool = False
    ready: float = 0.0
    given: bool = False


@dataclass(slots=True)
class Delivery:
    """An event on its way to the app, kept until the app has acknowledged it."""

    id: str  # its event_id
    body: Json
    attempt: int = 0
    reason: str | None = None
    due: float = 0.0  # sandbox time of the next attempt
    failures: int = 0  # attempts that count towards the three retries


class State:
    """Everything, in plain values. Its methods note each change for the disk and for whoever watches."""

    def __init__(self, app: App) -> None:
        self.team = Team()
        self.app = app
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.modals: dict[str, list[View]] = {}  # per person, from the root to the one on top
        self.homes: dict[str, View] = {}  # per person
        self.glances: dict[str, str | None] = {}  # per person: the channel they look at beside the agent
        self.files: dict[str, File] = {}
        self.calls: list[Json] = []  # {"method", "args", "ok", "error", "at", …}, oldest first
        self.deliveries: dict[str, Delivery] = {}  # by event id, oldest first
        self.counters: dict[str, int] = {}
        self.last_seen = 0.0  # what the clock showed when something was last kept
        self.secrets: dict[str, Any] = {}
        self.beside: list[
            State
        ] = []  # the other workspaces of this Slack, some of whose channels are here too
        self.responses: dict[str, Json] = {}  # response_urls by their last part
        self.version = 0
        self.journal: dict[tuple[str, str], Any] | None = None  # what the disk lacks; None: no disk
        self._watchers: set[_Watcher] = set()

    # ——— questions

    @property
    def bot(self) -> User:
        return self.users[self.app.bot_user]

    def channel_named(self, word: str) -> Channel | None:
        name = word.removeprefix("#")
        return next((one for one in self.channels.values() if not one.is_direct and one.name == name), None)

    def direct(self, people: Iterable[str]) -> Channel | None:
        """The direct conversation of exactly these people."""
        wanted = set(people)
        direct = (one for one in self.channels.values() if one.is_direct)
        return next((one for one in direct if set(one.members) == wanted), None)

    def channels_of(self, user: str) -> list[Channel]:
        return [one for one in self.channels.values() if user in one.members]

    def message(self, channel: str, ts: str) -> Message | None:
        found = self.channels.get(channel)
        return found.messages.get(ts) if found else None

    def view(self, view_id: str) -> tuple[str, View] | None:
        """An open modal or a Home by its id, and whose it is."""
        for user, stack in self.modals.items():
            for view in stack:
                if view["id"] == view_id:
                    return user, view
        for user, view in self.homes.items():
            if view["id"] == view_id:
                return user, view
        return None

    def new_id(self, prefix: str) -> str:
        """An id as Slack makes them, never given before, the same in every run."""
        number = self.counters[prefix] = self.counters.get(prefix, 0) + 1
        self._note("counter", prefix, number)
        digits = ""
        while number:
            number, digit = divmod(number, 36)
            digits = DIGITS[digit] + digits
        return f"{prefix}0{digits:0>9}"

    def new_ts(self, channel: Channel, now: float) -> str:
        """The next message id of a channel: the clock's time, and always later than the one before."""
        channel.last_ts = max(round(now * 1_000_000), channel.last_ts + 1)
        self.put_channel(channel)
        return f"{channel.last_ts // 1_000_000}.{channel.last_ts % 1_000_000:06d}"

    # ——— changes

    def put_team(self, team: Team) -> None:
        self.team = team
        self._note("team", team.id, asdict(team), "team")

    def put_user(self, user: User) -> None:
        self.users[user["id"]] = user
        self._note("user", user["id"], user, "users")

    def put_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        for one in self.all_with(channel):
            one._note("channel", channel.id, channel, "channels", f"channel:{channel.id}")

    def put_message(self, channel: Channel, message: Message) -> None:
        """Store a new or a changed message."""
        ts = message["ts"]
        late = ts not in channel.messages and channel.messages and ts < next(reversed(channel.messages))
        channel.messages[ts] = message
        if late:  # only history that is loaded comes late
            channel.messages = dict(sorted(channel.messages.items()))
        for one in self.all_with(channel):
            one._note("message", f"{channel.id}:{ts}", message, f"channel:{channel.id}")

    def drop_message(self, channel: Channel, ts: str) -> None:
        del channel.messages[ts]
        for one in self.all_with(channel):
            one._note("message", f"{channel.id}:{ts}", None, f"channel:{channel.id}")

    def put_modals(self, user: str, stack: list[View]) -> None:
        """What is open for a person, root first; an empty list: nothing."""
        if stack:
            self.modals[user] = stack
        else:
            self.modals.pop(user, None)
        self._note("modals", user, stack or None, f"views:{user}")

    def put_home(self, user: str, view: View) -> None:
        self.homes[user] = view
        self._note("home", user, view, f"views:{user}")

    def put_glance(self, user: str, channel: str | None) -> None:
        self.glances[user] = channel
        self._note("glance", user, channel)

    def put_file(self, file: File) -> None:
        self.files[file.info["id"]] = file
        self._note("file", file.info["id"], file, "files")

    def drop_file(self, ident: str) -> None:
        del self.files[ident]
        self._note("file", ident, None, "files")

    def put_delivery(self, delivery: Delivery) -> None:
        self.deliveries[delivery.id] = delivery
        self._note("delivery", delivery.id, delivery)

    def drop_delivery(self, event_id: str) -> None:
        if self.deliveries.pop(event_id, None):
            self._note("delivery", event_id, None, "deliveries")

    def put_secret(self, name: str, value: Any) -> None:
        self.secrets[name] = value
        self._note("secret", name, value)

    def put_response(self, ident: str, response: Json | None) -> None:
        """A response_url and what it may still be used for; None: no longer."""
        if response is None:
            self.responses.pop(ident, None)
        else:
            self.responses[ident] = response
        self._note("response", ident, response)

    def forget(self, kind: str, key: str) -> None:
        """Let the disk forget a record whose key is no longer in use."""
        self._note(kind, key, None)

    def log_call(self, call: Json) -> None:
        self.calls.append(call)
        self._note("call", f"{len(self.calls):09d}", call, "calls")

    def keep_time(self, now: float) -> None:
        """Remember what the clock shows, for a Slack that goes on from there."""
        self.last_seen = now
        self._note("clock", "", now)

    def say(self, *topics: str) -> None:
        """Wake whoever watches these topics."""
        self.version += 1
        for watcher in self._watchers:
            watcher.topics.update(topics)
            watcher.woken.set()

    def all_with(self, channel: Channel) -> list[State]:
        """This workspace, and those that share the channel with it."""
        return [self, *(one for one in self.beside if one.channels.get(channel.id) is channel)]

    def _note(self, kind: str, key: str, value: Any, *topics: str) -> None:
        if self.journal is not None:
            self.journal[kind, key] = value
        if topics:
            self.say(*topics)

    # ——— watching

    async def changes(self) -> AsyncIterator[set[str]]:
        """What changes from now on, as topics; changes that come while the reader is busy are joined.

        Topics: channels, channel:C1, views:U1, users, team, files, calls, deliveries, clock.
        """
        with self._watching() as watcher:
            while True:
                await watcher.woken.wait()
                watcher.woken.clear()
                topics, watcher.topics = watcher.topics, set()
                yield topics

    @contextmanager
    def _watching(self) -> Iterator[_Watcher]:
        watcher = _Watcher()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)


class _Watcher:
    def __init__(self) -> None:
        self.topics: set[str] = set()
        self.woken = asyncio.Event()

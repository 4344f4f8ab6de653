"""What happens in a workspace, whoever caused it: posting, editing, reacting, joining, and its events."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sandbox import events, sharing
from sandbox.agents import Agents
from sandbox.clock import Clock
from sandbox.deliveries import Deliveries
from sandbox.faults import Faults
from sandbox.installs import FAREWELL, Install
from sandbox.limits import Pace
from sandbox.state import Channel, Json, Message, State, User
from sandbox.typed import as_sent, rich_text

LONGEST = 40_000  # characters of a message; what is over is cut off


class Slack:
    """The workspace at work: its state, its clock, and the way events take to the app."""

    def __init__(
        self, state: State, clock: Clock, faults: Faults, pace: Pace, save: Callable[[], None]
    ) -> None:
        self.state = state
        self.clock = clock
        self.faults = faults
        self.pace = pace
        self.save = save
        self.deliveries = Deliveries(state, clock, faults, save)
        self.url = ""  # where this Slack listens, once it does
        self.install = Install(self)
        self.beside: list[Slack] = []  # the other workspaces
        self.agents = Agents(self)
        self.busy = 0  # calls and interactions that are being handled
        self.settle: Callable[[], Awaitable[None]] | None = None

    # ——— saying things

    def person_message(self, channel: Channel, user: str, text: str, thread_ts: str | None = None) -> Message:
        """The message object of something a person typed."""
        person = self.state.users[user]
        text = as_sent(text, self.state)[:LONGEST]
        message: Message = {
            "client_msg_id": str(uuid4()),
            "type": "message",
            "text": text,
            "user": user,
            "ts": self.new_ts(channel),
            "team": person["team_id"],
        }
        if text:
            message["blocks"] = [rich_text(text, secrets.token_urlsafe(4)[:5])]
        if person["team_id"] != self.state.team.id:
            message |= {"user_team": person["team_id"], "source_team": person["team_id"]}
        if thread_ts:
            message["thread_ts"] = thread_ts
        if person["is_bot"]:
            del message["client_msg_id"]
            message |= self.signature(person)
        return message

    def app_message(self, channel: Channel, said: Json) -> Message:
        """The message object of something the app posts; `said` holds text, blocks and the like."""
        bot = self.state.bot
        return {
            "user": bot["id"],
            "type": "message",
            "ts": self.new_ts(channel),
            "text": said.pop("text", ""),
            "team": self.state.team.id,
            **self.signature(bot),
            **said,
        }

    def signature(self, bot: User) -> Json:
        """The fields that mark a message as a bot's."""
        bot_id = bot["profile"].get("bot_id") or f"B{bot['id'][1:]}"
        app_id = bot["profile"].get("api_app_id") or f"A{bot['id'][1:]}"
        profile = {
            "id": bot_id,
            "deleted": False,
            "name": bot["real_name"],
            "updated": bot["updated"],
            "app_id": app_id,
            "user_id": bot["id"],
            "icons": dict.fromkeys(("image_36", "image_48", "image_72"), f"{self.url}/page/app.png"),
            "team_id": bot["team_id"],
        }
        return {"bot_id": bot_id, "app_id": app_id, "bot_profile": profile}

    def post(self, channel: Channel, message: Message, *, broadcast: bool = False) -> Message:
        """Put a message into a channel, tell its thread, and tell the app."""
        thread_ts = message.get("thread_ts")
        root = channel.messages.get(thread_ts) if thread_ts else None
        if root is not None and root["ts"] != message["ts"]:
            message["parent_user_id"] = root.get("user", "")
        if broadcast and root is not None:
            message |= {"subtype": "thread_broadcast", "root": _without(root, "blocks")}
        self.state.put_message(channel, message)
        if root is not None:
            self._count_replies(channel, root)
        if message.get("user") == self.state.app.bot_user:
            self.agents.answered(channel, message)
        self._tell_message(channel, message)
        return message

    def keep(self, channel: Channel, message: Message) -> None:
        """Put a message of the past into a channel: no event tells of it."""
        channel.last_ts = max(channel.last_ts, round(float(message["ts"]) * 1_000_000))
        root = channel.messages.get(message.get("thread_ts", ""))
        self.state.put_message(channel, message)
        self.state.put_channel(channel)
        if root is not None:
            self._count_replies(channel, root)

    def whisper(self, channel: Channel, user: str, said: Json) -> Message:
        """An ephemeral message: only `user` sees it, and no event tells of it."""
        message = self.app_message(channel, said) | {"is_ephemeral": True, "ephemeral_to": user}
        self.state.put_message(channel, message)
        return message

    def edit(self, channel: Channel, message: Message, changes: Json, by: str) -> Message:
        """Change what a message says; None takes a field away."""
        before = dict(message)
        edited = {"user": by, "ts": f"{int(self.clock.time())}.000000"}
        now = {key: value for key, value in (message | changes).items() if value is not None}
        if {k: v for k, v in now.items() if k != "edited"} == {
            k: v for k, v in before.items() if k != "edited"
        }:
            return message
        after = now if "ephemeral_to" in message else now | {"edited": edited}
        self.state.put_message(channel, after)
        if "ephemeral_to" not in message:
            self.tell_changed(channel, after, before)
        return after

    def delete(self, channel: Channel, message: Message) -> None:
        """Take a message away; the first one of a thread leaves a gravestone, and that counts as a change."""
        if message["ts"] in channel.pins:
            channel.pins = [one for one in channel.pins if one != message["ts"]]
            self.state.put_channel(channel)
        if message.get("reply_count"):
            self._bury(channel, message)
            return
        self.state.drop_message(channel, message["ts"])
        if "ephemeral_to" in message:
            return
        self._tell_deleted(channel, message)
        root = channel.messages.get(message.get("thread_ts", ""))
        if root is not None:
            self._count_replies(channel, root)

    def _bury(self, channel: Channel, message: Message) -> None:
        kept = (
            "thread_ts",
            "ts",
            "reply_count",
            "reply_users_count",
            "latest_reply",
            "reply_users",
            "is_locked",
        )
        stone: Message = {
            "type": "message",
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": "USLACKBOT",
            "hidden": True,
            **{key: message[key] for key in kept if key in message},
        }
        self.state.put_message(channel, stone)
        self.tell_changed(channel, stone, message)

    def announce(self, channel: Channel, user: str, subtype: str, text: str, **more: Any) -> None:
        """One of Slack's own lines in a channel, such as somebody's joining."""
        message: Message = {
            "type": "message",
            "subtype": subtype,
            "user": user,
            "text": text,
            "ts": self.new_ts(channel),
            **more,
        }
        self.state.put_message(channel, message)
        self._tell_message(channel, message)

    # ——— reactions

    def react(self, channel: Channel, message: Message, user: str, name: str) -> None:
        reactions = [dict(one) for one in message.get("reactions", [])]
        mine = next((one for one in reactions if one["name"] == name), None)
        if mine is None:
            mine = {"name": name, "users": [], "count": 0}
            reactions.append(mine)
        mine["users"] = [*mine["users"], user]
        mine["count"] = len(mine["users"])
        self._put_reactions(channel, message, reactions)
        self._tell_reaction("reaction_added", channel, message, user, name)

    def unreact(self, channel: Channel, message: Message, user: str, name: str) -> None:
        reactions = []
        for one in message.get("reactions", []):
            users = [each for each in one["users"] if each != user or one["name"] != name]
            if users:
                reactions.append({**one, "users": users, "count": len(users)})
        self._put_reactions(channel, message, reactions)
        self._tell_reaction("reaction_removed", channel, message, user, name)

    # ——— pins

    def pin(self, channel: Channel, ts: str, user: str) -> None:
        channel.pins = [ts, *channel.pins]
        self.state.put_channel(channel)
        self._tell_pin("pin_added", channel, ts, user)

    def unpin(self, channel: Channel, ts: str, user: str) -> None:
        channel.pins = [one for one in channel.pins if one != ts]
        self.state.put_channel(channel)
        self._tell_pin("pin_removed", channel, ts, user)

    def _tell_pin(self, kind: str, channel: Channel, ts: str, user: str) -> None:
        item = {"type": "message", "channel": channel.id, "message": channel.messages.get(ts, {"ts": ts})}
        self.emit({"type": kind, "user": user, "channel_id": channel.id, "item": item}, channel)

    # ——— channels and people

    def join(self, channel: Channel, user: str, inviter: str | None = None) -> None:
        if user in channel.members:
            return
        channel.members.append(user)
        sharing.introduce(self, channel)
        self.shared(channel)
        self.state.put_channel(channel)
        if channel.is_direct:
            return
        person = self.state.users[user]
        more = {"inviter": inviter} if inviter else {}
        self.announce(channel, user, "channel_join", f"<@{user}> has joined the channel", **more)
        kind = "C" if channel.kind == "channel" else "G"
        event = {"type": "member_joined_channel", "user": user, "channel": channel.id, "channel_type": kind}
        self.emit({**event, "team": person["team_id"], **more}, channel)

    def leave(self, channel: Channel, user: str) -> None:
        if user not in channel.members:
            return
        self.announce(channel, user, "channel_leave", f"<@{user}> has left the channel")
        channel.members.remove(user)
        self.shared(channel)
        self.state.put_channel(channel)
        kind = "C" if channel.kind == "channel" else "G"
        event = {"type": "member_left_channel", "user": user, "channel": channel.id, "channel_type": kind}
        self.emit({**event, "team": self.state.users[user]["team_id"]}, channel)
        if user == self.state.app.bot_user:
            left = "channel_left" if channel.kind == "channel" else "group_left"
            self.emit({"type": left, "channel": channel.id, "user": user}, None)

    def shared(self, channel: Channel) -> None:
        """A channel with somebody of another organisation in it is a shared one."""
        teams = {self.state.users[one]["team_id"] for one in channel.members if one in self.state.users}
        channel.is_ext_shared = channel.is_ext_shared or bool(teams - {self.state.team.id})

    def direct(self, people: list[str]) -> tuple[Channel, bool]:
        """The direct conversation of these people, opened if need be; and whether it was there already."""
        found = self.state.direct(people)
        if found:
            return found, True
        kind, prefix = ("im", "D") if len(people) <= 2 else ("mpim", "G")
        names = "-".join(str(self.state.users[one]["name"]) for one in people)
        channel = Channel(
            id=self.state.new_id(prefix),
            name="" if kind == "im" else f"mpdm-{names}-1",
            kind="im" if kind == "im" else "mpim",
            members=list(people),
            created=int(self.clock.time()),
            creator=people[0],
        )
        self.shared(channel)
        self.state.put_channel(channel)
        return channel, False

    def conversation(self, channel: Channel, viewer: str | None = None) -> Json:
        """A conversation object as `viewer` (or the app) sees it."""
        viewer = viewer or self.state.app.bot_user
        described: Json = {
            "id": channel.id,
            "created": channel.created,
            "is_archived": channel.is_archived,
            "is_im": channel.kind == "im",
            "is_mpim": channel.kind == "mpim",
            "is_ext_shared": channel.is_ext_shared,
            "is_org_shared": False,
            "context_team_id": self.state.team.id,
            "updated": channel.created * 1000,
        }
        if channel.kind == "im":
            other = next((one for one in channel.members if one != viewer), viewer)
            deleted = self.state.users[other]["deleted"]
            return described | {"user": other, "is_user_deleted": deleted, "is_open": True, "priority": 0}
        value = {"creator": channel.creator, "last_set": channel.created}
        return described | {
            "name": channel.name,
            "name_normalized": channel.name,
            "creator": channel.creator,
            "is_channel": channel.kind == "channel",
            "is_group": channel.kind == "group",
            "is_general": channel.is_general,
            "is_private": channel.is_private,
            "is_member": viewer in channel.members,
            "is_shared": channel.is_ext_shared,
            "is_pending_ext_shared": False,
            "is_read_only": False,
            "pending_shared": [],
            "unlinked": 0,
            "topic": {"value": channel.topic, **value},
            "purpose": {"value": channel.purpose, **value},
            "previous_names": channel.previous_names,
        }

    def permalink(self, channel: Channel, message: Message) -> str:
        link = f"{self.url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
        thread_ts = message.get("thread_ts")
        if thread_ts in (None, message["ts"]):
            return link
        return f"{link}?thread_ts={thread_ts}&cid={channel.id}"

    def described(self, user: User, *, email: bool = True) -> User:
        """A user object as the app may see it."""
        offset = datetime.fromtimestamp(self.clock.time(), UTC).astimezone(ZoneInfo(user["tz"])).utcoffset()
        shown = {**user, "tz_offset": int(offset.total_seconds()) if offset else 0}
        stranger = user["team_id"] != self.state.team.id
        if stranger or not email:
            shown["profile"] = _without(user["profile"], "email")
        return shown

    def change_user(self, user: User) -> None:
        self.state.put_user(user)
        self.emit(
            {"type": "user_change", "user": self.described(user), "cache_ts": int(self.clock.time())}, None
        )

    # ——— telling the app

    def emit(self, inner: Json, channel: Channel | None) -> None:
        """Send an event on its way, if the app wants it."""
        home = sharing.hearing(self, channel)
        if home is not self:
            home.emit(inner, channel)
            return
        gone = not self.install.is_there and inner["type"] not in FAREWELL
        if gone or not events.wanted(self.state, inner, channel):
            return
        now = self.clock.time()
        inner.setdefault("event_ts", f"{now:.6f}")
        body = events.envelope(self.state, inner, channel, now)
        # What is on its way must not change when the message does.
        self.deliveries.submit(body["event_id"], json.loads(json.dumps(body)))

    def new_ts(self, channel: Channel) -> str:
        return self.state.new_ts(channel, self.clock.time())

    async def quiet(self, *, need_connection: bool = True) -> None:
        """Wait until nothing is pending any more.

        Without a way to the app its events may wait for ever; `need_connection` false does not wait for them.
        """
        while True:
            if self._waiting(need_connection):
                await asyncio.sleep(0.005)
                continue
            seen = (self.state.version, len(self.state.calls))
            if self.settle:
                await self.settle()
            else:
                await asyncio.sleep(0.05)  # nobody can say when the app is done: listen for a moment
            now = (self.state.version, len(self.state.calls))
            if seen == now and not self._waiting(need_connection):
                return

    def _waiting(self, need_connection: bool) -> bool:
        transport = self.deliveries.transport
        reachable = transport is not None and transport.ready.is_set()
        return self.busy > 0 or (self.deliveries.pending > 0 and (reachable or need_connection))

    def _tell_message(self, channel: Channel, message: Message) -> None:
        inner = {**message, "channel": channel.id, "event_ts": message["ts"], "channel_type": channel.kind}
        if self.agents.is_agent and channel.kind == "im" and message.get("user") != self.state.app.bot_user:
            inner["app_context"] = self.agents.context(str(message.get("user")))
        self.emit(inner, channel)
        bot = self.state.app.bot_user
        own = message.get("user") == bot
        if channel.kind != "im" and not own and events.mentions(message.get("text", ""), bot):
            mention = _without(inner, "channel_type", "parent_user_id") | {"type": "app_mention"}
            self.emit(mention, channel)

    def tell_changed(self, channel: Channel, after: Message, before: Message) -> None:
        ts = f"{self.clock.time():.6f}"
        inner = {
            "type": "message",
            "subtype": "message_changed",
            "message": after,
            "previous_message": before,
            "channel": channel.id,
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            "channel_type": channel.kind,
        }
        self.emit(inner, channel)

    def _tell_deleted(self, channel: Channel, message: Message) -> None:
        ts = f"{self.clock.time():.6f}"
        inner = {
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": message,
            "channel": channel.id,
            "hidden": True,
            "deleted_ts": message["ts"],
            "ts": ts,
            "event_ts": ts,
            "channel_type": channel.kind,
        }
        self.emit(inner, channel)

    def _tell_reaction(self, kind: str, channel: Channel, message: Message, user: str, name: str) -> None:
        item = {"type": "message", "channel": channel.id, "ts": message["ts"]}
        event = {"type": kind, "user": user, "reaction": name, "item": item}
        if "user" in message:
            event["item_user"] = message["user"]
        self.emit(event, channel)

    def _put_reactions(self, channel: Channel, message: Message, reactions: list[Json]) -> None:
        message = _without(message, "reactions") | ({"reactions": reactions} if reactions else {})
        self.state.put_message(channel, message)

    def _count_replies(self, channel: Channel, root: Message) -> None:
        replies = channel.replies(root["ts"])
        users = list(dict.fromkeys(one.get("user", "") for one in replies))
        counted = _without(root, "reply_count", "reply_users", "reply_users_count", "latest_reply")
        if replies:
            counted |= {
                "thread_ts": root["ts"],
                "reply_count": len(replies),
                "reply_users_count": len(users),
                "latest_reply": replies[-1]["ts"],
                "reply_users": users[:5],
                "is_locked": False,
                "subscribed": False,
            }
        else:
            counted.pop("thread_ts", None)
        self.state.put_message(channel, counted)


def _without(value: Json, *keys: str) -> Json:
    return {key: one for key, one in value.items() if key not in keys}

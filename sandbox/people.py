"""What can people say and ask for here, and when would Slack's own client not let them?"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.errors import Impossible, Refusal
from sandbox.events import VERIFICATION_TOKEN
from sandbox.interactions import Acked, Interactions
from sandbox.methods.files import new_file
from sandbox.methods.reactions import NAME
from sandbox.slack import Slack
from sandbox.state import Channel, File, Json, Message, User
from sandbox.typed import as_command_text

SHORTCUT_KINDS = {"global": "shortcut", "message": "message_action"}


class People:
    """What people say and ask for. What Slack would not let them do is Impossible, with a sentence."""

    def __init__(self, slack: Slack, interactions: Interactions) -> None:
        self._slack = slack
        self._state = slack.state
        self._interactions = interactions

    # ——— messages

    def say(
        self,
        channel: str,
        user: str,
        text: str,
        thread_ts: str | None = None,
        *,
        broadcast: bool = False,
        files: list[Json] | None = None,
        share: Json | None = None,
    ) -> tuple[Channel, Message]:
        """Post a message as a person; `share` is the one that is forwarded with it: {channel, ts}."""
        person = self.person(user)
        place = self.place(channel, person)
        if not isinstance(text, str) or (not text.strip() and not files and not share):
            raise Impossible("A message needs some text, or a file.")
        if thread_ts:
            root = self.message(place, thread_ts, user)
            if "ephemeral_to" in root:
                raise Impossible("Nobody can reply to a message that only one person sees.")
            thread_ts = root.get("thread_ts") or root["ts"]
        message = self._slack.person_message(place, user, text, thread_ts)
        if files:
            message |= {"subtype": "file_share", "upload": True}
            message["files"] = [self._upload(user, place, one).info for one in files]
        if share:
            message["attachments"] = [self._shared(person, share)]
        return place, self._slack.post(place, message, broadcast=broadcast)

    def edit(self, channel: str, user: str, ts: str, text: str) -> Message:
        place, message = self._own(channel, user, ts)
        typed = self._slack.person_message(place, user, text)
        changes = {"text": typed["text"], "blocks": typed.get("blocks")}
        return self._slack.edit(place, message, changes, user)

    def delete(self, channel: str, user: str, ts: str) -> None:
        place, message = self._own(channel, user, ts)
        self._slack.delete(place, message)

    def unfurl(self, channel: str, ts: str, url: str) -> Message:
        """Let Slack show a preview of a link in a message, which the app sees as a change of the message."""
        place = self.place(channel)
        message = self.message(place, ts)
        preview = {"id": 1, "from_url": url, "original_url": url, "fallback": url, "title": url}
        before = dict(message)
        after = {**message, "attachments": [*message.get("attachments", []), preview]}
        self._state.put_message(place, after)
        self._slack.tell_changed(place, after, before)
        return after

    def react(self, channel: str, user: str, ts: str, name: str, *, remove: bool = False) -> None:
        place = self.place(channel, self.person(user))
        message = self.message(place, ts, user)
        name = name.strip(":")
        if not NAME.fullmatch(name):
            raise Impossible(f"“{name}” is no name of an emoji.")
        if "ephemeral_to" in message:
            raise Impossible("Nobody can react to a message that only one person sees.")
        mine = any(one["name"] == name and user in one["users"] for one in message.get("reactions", []))
        if remove and not mine:
            raise Impossible(f"{user} has not reacted with :{name}: there.")
        if not remove and mine:
            raise Impossible(f"{user} has reacted with :{name}: already.")
        (self._slack.unreact if remove else self._slack.react)(place, message, user, name)

    # ——— commands and shortcuts

    async def command(self, command: str, text: str, user: str, channel: str) -> Acked:
        """Type a slash command; returns once the app has acknowledged it, or was too late."""
        person = self.own_person(user, "use slash commands")
        place = self.place(channel, person)
        declared = self._state.app.command(command)
        if declared is None:
            raise Impossible(f"{command} is not a valid command: the manifest does not list it.", 404)
        payload = {
            "token": VERIFICATION_TOKEN,
            "team_id": self._state.team.id,
            "team_domain": self._state.team.domain,
            "channel_id": place.id,
            "channel_name": "directmessage" if place.is_direct else place.name,
            "user_id": user,
            "user_name": person["name"],
            "command": command,
            "text": as_command_text(text, self._state, escape=bool(declared.get("should_escape"))).strip(),
            "api_app_id": self._state.app.id,
            "is_enterprise_install": "false",
            "response_url": self._interactions.response_url("commands", place, user),
            "trigger_id": self._interactions.trigger(user),
        }
        acked = await self._interactions.hand_over("slash_commands", payload)
        if acked.body:
            return self._said_in_ack(acked, place, user)
        return acked

    async def shortcut(
        self, callback_id: str, user: str, channel: str | None = None, ts: str | None = None
    ) -> Acked:
        """Choose a global shortcut, or with `channel` and `ts` one on a message."""
        person = self.own_person(user, "use shortcuts")
        declared = self._state.app.shortcut(callback_id)
        if declared is None:
            raise Impossible(f"There is no shortcut {callback_id}: the manifest does not list it.", 404)
        on_message = declared["type"] == "message"
        if on_message and not (channel and ts):
            raise Impossible("This shortcut is used on a message: say which, with channel and ts.")
        payload = self._interactions.common(SHORTCUT_KINDS[declared["type"]], person)
        payload |= {"callback_id": callback_id, "action_ts": f"{self._slack.clock.time():.6f}"}
        payload["trigger_id"] = self._interactions.trigger(user)
        if on_message:
            place = self.place(str(channel), person)
            message = self.message(place, str(ts), user)
            payload |= {
                "channel": self.channel_of(place),
                "message_ts": message["ts"],
                "message": message,
                "response_url": self._interactions.response_url("app", place, user, message),
            }
        return await self._interactions.hand_over("interactive", payload)

    # ——— looking up, with a sentence for what is not there

    def person(self, user: Any) -> User:
        found = self._state.users.get(str(user))
        if found is None:
            raise Impossible(f"There is no person {user} here.", 404)
        if found["deleted"]:
            raise Impossible(f"{found['real_name']} is deactivated and can do nothing here.", 403)
        return found

    def place(self, channel: Any, person: User | None = None) -> Channel:
        """A channel by id or #name, or by a person's id for the direct conversation with them."""
        word = str(channel)
        found = self._state.channels.get(word) or self._state.channel_named(word)
        if found is None and person and word in self._state.users and word != person["id"]:
            found, _ = self._slack.direct([person["id"], word])
        if found is None:
            raise Impossible(f"There is no channel {channel} here.", 404)
        if person and person["id"] not in found.members:
            raise Impossible(f"{person['real_name']} is not in #{found.name or found.id}.", 403)
        if person and found.is_archived:
            raise Impossible(f"#{found.name} is archived.")
        return found

    def message(self, channel: Channel, ts: Any, user: str | None = None) -> Message:
        found = channel.messages.get(str(ts))
        if found is None or (user and found.get("ephemeral_to", user) != user):
            raise Impossible(f"There is no message {ts} in {channel.id} that they could see.", 404)
        return found

    # ——— parts of the above

    def own_person(self, user: str, to_do: str) -> User:
        person = self.person(user)
        if person["team_id"] != self._state.team.id:
            raise Impossible(f"People of another organisation cannot {to_do}.", 403)
        return person

    def _own(self, channel: str, user: str, ts: str) -> tuple[Channel, Message]:
        place = self.place(channel, self.person(user))
        message = self.message(place, ts, user)
        if message.get("user") != user or "ephemeral_to" in message:
            raise Impossible("People can change and delete only their own messages.", 403)
        return place, message

    def _shared(self, person: User, share: Json) -> Json:
        """A message as Slack attaches it to the one that forwards it."""
        place = self.place(share.get("channel"), person)
        said = self.message(place, share.get("ts"), person["id"])
        author = self._state.users.get(str(said.get("user")), {})
        link, text = self._slack.permalink(place, said), said.get("text", "")
        shown = {
            "id": 1,
            "ts": said["ts"],
            "channel_id": place.id,
            "channel_team": self._state.team.id,
            "is_msg_unfurl": True,
            "is_share": True,
            "author_id": said.get("user"),
            "author_name": author.get("real_name"),
            "from_url": link,
            "original_url": link,
            "text": text,
            "fallback": f"{author.get('real_name')}: {text}",
            "mrkdwn_in": ["text"],
            "footer": "Posted in a direct message" if place.is_direct else f"Posted in #{place.name}",
        }
        return shown | ({"is_private": True} if place.is_private else {})

    def _upload(self, user: str, place: Channel, order: Json) -> File:
        try:
            content = base64.b64decode(str(order.get("content_base64", "")), validate=True)
        except binascii.Error:
            raise Impossible("content_base64 is not base64.") from None
        content = content or str(order.get("content", "")).encode()
        file = new_file(self._slack, str(order.get("name") or "file.txt"), user)
        file.info |= {"size": len(content), "title": str(order.get("title") or file.info["name"])}
        file.info["channels"] = [place.id]
        file.content, file.complete = content, True
        self._state.put_file(file)
        return file

    def _said_in_ack(self, acked: Acked, place: Channel, user: str) -> Acked:
        """A slash command acknowledged with a message: that is shown like an answer to its response_url."""
        body = {"text": acked.body} if isinstance(acked.body, str) else acked.body
        response = {"channel": place.id, "user": user, "ts": None}
        error = None
        try:
            self._interactions.say(response, body)
        except Refusal as refused:
            error = refused.error
        self.log("response_url", body, error)
        return Acked(acked.body, acked.ms, error)

    def channel_of(self, place: Channel) -> Json:
        names = {"im": "directmessage", "group": "privategroup", "mpim": place.name}
        return {"id": place.id, "name": names.get(place.kind, place.name)}

    def log(self, method: str, args: Json, error: str | None) -> None:
        at = round(self._slack.clock.time(), 6)
        self._state.log_call({"method": method, "args": args, "ok": not error, "error": error, "at": at})

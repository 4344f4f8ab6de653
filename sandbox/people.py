"""What can people do here, and when would Slack's own client not let them?"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.errors import Impossible, Refusal
from sandbox.events import VERIFICATION_TOKEN
from sandbox.forms import chosen, complaints, find, initial_state, parts, state_entry
from sandbox.interactions import Acked, Interactions
from sandbox.methods.files import new_file
from sandbox.methods.reactions import NAME
from sandbox.slack import Slack
from sandbox.state import Channel, File, Json, Message, User, View
from sandbox.typed import as_command_text
from sandbox.views import Views

SHORTCUT_KINDS = {"global": "shortcut", "message": "message_action"}


class People:
    """The acts of people. Each raises Impossible, with a sentence, when Slack would not let them."""

    def __init__(self, slack: Slack, interactions: Interactions, views: Views) -> None:
        self._slack = slack
        self._state = slack.state
        self._interactions = interactions
        self._views = views
        self._options: dict[tuple[str, str, str], list[Json]] = {}  # what external selects offered, to whom

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
    ) -> tuple[Channel, Message]:
        """Post a message as a person."""
        person = self.person(user)
        place = self.place(channel, person)
        if not isinstance(text, str) or (not text.strip() and not files):
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
        person = self._own_person(user, "use slash commands")
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
        person = self._own_person(user, "use shortcuts")
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
                "channel": self._channel_of(place),
                "message_ts": message["ts"],
                "message": message,
                "response_url": self._interactions.response_url("app", place, user, message),
            }
        return await self._interactions.hand_over("interactive", payload)

    # ——— pressing and choosing

    async def press(
        self,
        user: str,
        action_id: str,
        *,
        channel: str | None = None,
        ts: str | None = None,
        view_id: str | None = None,
        block_id: str | None = None,
        value: Any = None,
    ) -> Acked:
        """Press or choose something in a message or in a view, if it is really there."""
        person = self.person(user)
        if view_id:
            return await self._press_in_view(person, view_id, action_id, block_id, value)
        if not channel or not ts:
            raise Impossible("Say where to press: channel and ts of a message, or a view_id.")
        place = self.place(channel, person)
        message = self.message(place, ts, user)
        blocks = blocks_of(message)
        block, element = find(blocks, action_id, block_id)
        taken = chosen(element, value, self._state, self._offered(user, ts, element))
        state = self._message_state(blocks, element, block, taken)
        payload = self._interactions.common("block_actions", person)
        ephemeral = "ephemeral_to" in message
        payload |= {
            "container": {
                "type": "message",
                "message_ts": message["ts"],
                "channel_id": place.id,
                "is_ephemeral": ephemeral,
                **({"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}),
            },
            "trigger_id": self._interactions.trigger(user),
            "channel": self._channel_of(place),
            "state": {"values": state},
            "response_url": self._interactions.response_url("actions", place, user, message),
            "actions": [self._action(block, element, taken)],
        }
        if not ephemeral:  # Slack does not hand the content of an ephemeral message back
            payload["message"] = message
        return await self._interactions.hand_over("interactive", payload)

    async def options(self, user: str, action_id: str, query: str = "", **where: str | None) -> list[Json]:
        """Type into an external select and see what the app offers."""
        person = self.person(user)
        payload = self._interactions.common("block_suggestion", person)
        blocks, place = self._where(person, payload, **where)
        block, element = find(blocks, action_id, where.get("block_id"))
        if element["type"] not in ("external_select", "multi_external_select"):
            raise Impossible(f"“{action_id}” is no select whose options come from the app.")
        if len(query) < int(element.get("min_query_length", 3)):
            return []
        payload |= {"action_id": action_id, "block_id": block["block_id"], "value": query}
        acked = await self._interactions.hand_over("interactive", payload)
        if acked.error:
            raise Impossible(f"The app did not say which options there are ({acked.error}).", 504)
        offered = self._read_options(acked.body)
        before = self._options.get((user, place, action_id), [])
        self._options[user, place, action_id] = [*before, *(one for one in offered if one not in before)]
        return offered

    # ——— views

    def home(self, user: str, tab: str = "home") -> None:
        """Open the app's Home (or its messages tab)."""
        self._own_person(user, "open the App Home")
        direct, _ = self._slack.direct([user, self._state.app.bot_user])
        event: Json = {"type": "app_home_opened", "user": user, "channel": direct.id, "tab": tab}
        if tab == "home" and user in self._state.homes:
            event["view"] = self._state.homes[user]
        self._slack.emit(event, None)

    async def submit(self, user: str, view_id: str, values: Json) -> Json:
        """Fill a modal in and submit it; what the form or the app has against it comes back as errors."""
        person = self.person(user)
        view = self._open_view(user, view_id)
        if view["type"] != "modal" or not view["submit"]:
            raise Impossible("There is nothing to submit in this view.")
        filled = self.fill(user, view, values)
        self._views.remember(user, view, filled)
        wrong = complaints(view["blocks"], filled)
        if wrong:
            return {"ack": None, "ms": 0, "sent": False, "response_action": "errors", "errors": wrong}
        payload = self._interactions.common("view_submission", person)
        payload |= {"trigger_id": self._interactions.trigger(user), "view": view, "response_urls": []}
        acked = await self._interactions.hand_over("interactive", payload)
        return self._after_submission(user, view, acked)

    async def close(self, user: str, view_id: str, *, everything: bool = False) -> Acked:
        """Close the view on top with its button, or all with the x."""
        person = self.person(user)
        view = self._open_view(user, view_id)
        stack = list(self._state.modals[user])
        everything = everything or view["clear_on_close"] or len(stack) == 1
        told = [one for one in reversed(stack if everything else [view]) if one["notify_on_close"]]
        self._views.pop(user, everything=everything)
        acked = Acked(None, 0.0)
        for one in told:
            payload = self._interactions.common("view_closed", person)
            payload |= {"view": one, "is_cleared": everything and len(stack) > 1}
            acked = await self._interactions.hand_over("interactive", payload)
        return acked

    def fill(self, user: str, view: View, values: Json) -> Json:
        """`state.values` with these put in: {block_id: value} or {block_id: {action_id: value}}."""
        filled: Json = {key: dict(one) for key, one in view["state"]["values"].items()}
        for block_id, given in values.items():
            inside = [element for block, element in parts(view["blocks"]) if block["block_id"] == block_id]
            if not inside:
                there = sorted({block["block_id"] for block, _ in parts(view["blocks"])})
                raise Impossible(f"There is no block “{block_id}” here. There are {', '.join(there)}.", 404)
            by_action = {element["action_id"]: element for element in inside}
            several = isinstance(given, dict) and set(given) <= set(by_action)
            for action_id, value in (given if several else {inside[0]["action_id"]: given}).items():
                element = by_action[action_id]
                offered = self._offered(user, view["id"], element)
                entry = state_entry(element, chosen(element, value, self._state, offered))
                if entry is not None:
                    filled.setdefault(block_id, {})[action_id] = entry
        return filled

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

    def _own_person(self, user: str, to_do: str) -> User:
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
        response = {"channel": place.id, "user": user, "ts": None, "thread_ts": None}
        error = None
        try:
            self._interactions.say(response, body)
        except Refusal as refused:
            error = refused.error
        self._log("response_url", body, error)
        return Acked(acked.body, acked.ms, error)

    async def _press_in_view(
        self, person: User, view_id: str, action_id: str, block_id: str | None, value: Any
    ) -> Acked:
        user = person["id"]
        view = self._open_view(user, view_id)
        block, element = find(view["blocks"], action_id, block_id)
        taken = chosen(element, value, self._state, self._offered(user, view_id, element))
        entry = state_entry(element, taken)
        if entry is not None:
            values = {key: dict(one) for key, one in view["state"]["values"].items()}
            values.setdefault(block["block_id"], {})[element["action_id"]] = entry
            self._views.remember(user, view, values)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Acked(None, 0.0)  # an input speaks to the app only when the form is submitted
        payload = self._interactions.common("block_actions", person)
        payload |= {
            "container": {"type": "view", "view_id": view_id},
            "trigger_id": self._interactions.trigger(user),
            "view": view,
            "actions": [self._action(block, element, taken)],
        }
        return await self._interactions.hand_over("interactive", payload)

    def _after_submission(self, user: str, view: View, acked: Acked) -> Json:
        body = acked.body if isinstance(acked.body, dict) else {}
        outcome: Json = {"ack": acked.body, "ms": acked.ms, "sent": True}
        if acked.error:
            return outcome | {"error": acked.error}
        error = None
        try:
            outcome |= self._obeyed(user, view, body)
        except Refusal as refused:
            error = refused.error
            outcome |= {"error": error, **refused.answer.get("response_metadata", {})}
        self._log("ack.view_submission", body, error)
        return outcome

    def _obeyed(self, user: str, view: View, body: Json) -> Json:
        """Do what the app answered to a submission."""
        action = body.get("response_action")
        if action == "errors":
            inputs = {one["block_id"] for one in view["blocks"] if one["type"] == "input"}
            errors = body.get("errors")
            if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
                raise Refusal("invalid_arguments", ["errors must name input blocks of the view"])
            return {"response_action": "errors", "errors": errors}
        if action == "update":
            return {"response_action": "update", "view": self._views.update(view["id"], body.get("view"))}
        if action == "push":
            return {"response_action": "push", "view": self._views.push(user, body.get("view"))}
        if action not in (None, "clear"):
            raise Refusal("invalid_arguments", [f"unknown response_action: {action}"])
        self._views.pop(user, everything=action == "clear")
        return {"response_action": action}

    def _open_view(self, user: str, view_id: str) -> View:
        found = self._state.view(str(view_id))
        if found is None or found[0] != user:
            raise Impossible(f"No view {view_id} is open for {user}.", 404)
        stack = self._state.modals.get(user, [])
        if found[1]["type"] == "modal" and stack[-1]["id"] != view_id:
            raise Impossible(f"The view {view_id} lies under another one.")
        return found[1]

    def _where(self, person: User, payload: Json, **where: str | None) -> tuple[list[Json], str]:
        """The blocks an external select is in; and the payload is told where that is."""
        if where.get("view_id"):
            view = self._open_view(person["id"], str(where["view_id"]))
            payload |= {"container": {"type": "view", "view_id": view["id"]}, "view": view}
            return view["blocks"], view["id"]
        place = self.place(where.get("channel"), person)
        message = self.message(place, where.get("ts"), person["id"])
        container = {"type": "message", "message_ts": message["ts"], "channel_id": place.id}
        container["is_ephemeral"] = "ephemeral_to" in message
        payload |= {"container": container, "channel": self._channel_of(place), "message": message}
        return blocks_of(message), message["ts"]

    def _read_options(self, body: Any) -> list[Json]:
        body = body if isinstance(body, dict) else {}
        options = list(body.get("options") or [])
        for group in body.get("option_groups") or []:
            options += group.get("options") or []
        ok = all(isinstance(one, dict) and one.get("value") and one.get("text") for one in options)
        error = None if ok and len(options) <= 100 else "invalid_arguments"
        self._log("ack.block_suggestion", body, error)
        if error:
            raise Impossible("The app answered with options that Slack would not show.", 502)
        return options

    def _offered(self, user: str, place: str, element: Json) -> list[Json] | None:
        """What an external select has offered this person; None for everything else."""
        if element["type"] not in ("external_select", "multi_external_select"):
            return None
        initial = element.get("initial_options") or [element.get("initial_option")]
        offered = self._options.get((user, place, element["action_id"]), [])
        return [one for one in [*initial, *offered] if one]

    def _message_state(self, blocks: list[Json], element: Json, block: Json, taken: Json) -> Json:
        """`state.values` of a message: what each of its elements has now."""
        values = initial_state(blocks)
        entry = state_entry(element, taken)
        if entry is not None:
            values.setdefault(block["block_id"], {})[element["action_id"]] = entry
        return values

    def _action(self, block: Json, element: Json, taken: Json) -> Json:
        kept: Json = {
            key: element[key] for key in ("text", "style", "url", "confirm", "placeholder") if key in element
        }
        return {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            **kept,
            **taken,
            "type": element["type"],
            "action_ts": f"{self._slack.clock.time():.6f}",
        }

    def _channel_of(self, place: Channel) -> Json:
        names = {"im": "directmessage", "group": "privategroup", "mpim": place.name}
        return {"id": place.id, "name": names.get(place.kind, place.name)}

    def _log(self, method: str, args: Json, error: str | None) -> None:
        at = round(self._slack.clock.time(), 6)
        self._state.log_call({"method": method, "args": args, "ok": not error, "error": error, "at": at})


def blocks_of(message: Message) -> list[Json]:
    """The blocks of a message and of its attachments."""
    blocks = list(message.get("blocks") or [])
    for attachment in message.get("attachments") or []:
        blocks += attachment.get("blocks") or []
    return blocks

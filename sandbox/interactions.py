"""What goes to the app when somebody acts, and how long are its trigger and its response_url good for?"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from sandbox.blocks import check_blocks, completed_blocks
from sandbox.errors import NoAnswer, Refusal
from sandbox.events import VERIFICATION_TOKEN
from sandbox.pictures import check_pictures
from sandbox.posts import attachments_of, checked_text
from sandbox.slack import Slack
from sandbox.state import Channel, Json, Message, User

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5
_RESPONSE_FIELDS = {
    "text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts",
    "unfurl_links", "unfurl_media", "mrkdwn", "metadata", "link_names", "parse",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Acked:
    """How the app acknowledged: with what, after how many milliseconds, or why not."""

    body: Any
    ms: float
    error: str | None = None


@dataclass(slots=True)
class Trigger:
    user: str
    expires: float
    used: bool = False


class Interactions:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._triggers: dict[str, Trigger] = {}

    # ——— handing over

    async def hand_over(self, kind: str, payload: Json) -> Acked:
        """Send something that must be acknowledged within three seconds, and is never sent again."""
        transport = self._slack.deliveries.transport
        started = time.perf_counter()
        self._slack.busy += 1
        try:
            if transport is None or not transport.ready.is_set():
                return Acked(None, 0.0, "dispatch_failed")
            self._slack.save()
            body = await transport.send(kind, payload)
            return Acked(body, _since(started))
        except NoAnswer as failed:
            slow = failed.reason in ("timeout", "http_timeout")
            return Acked(None, _since(started), "operation_timeout" if slow else "dispatch_failed")
        finally:
            self._slack.busy -= 1

    def common(self, kind: str, user: User) -> Json:
        """What every interaction payload starts with."""
        team = self._slack.state.team
        return {
            "type": kind,
            "user": {
                "id": user["id"],
                "username": user["name"],
                "name": user["name"],
                "team_id": user["team_id"],
            },
            "api_app_id": self._slack.state.app.id,
            "token": VERIFICATION_TOKEN,
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    # ——— triggers

    def trigger(self, user: str) -> str:
        now = self._slack.clock.time()
        self._triggers = {key: one for key, one in self._triggers.items() if one.expires > now - 600}
        ident = f"{int(now * 1000)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._triggers[ident] = Trigger(user, now + TRIGGER_SECONDS)
        return ident

    def trigger_owner(self, ident: Any) -> str:
        """Whose trigger this is; Slack's refusal when it is too old, was used, or never was one."""
        trigger = self._triggers.get(str(ident))
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self._slack.clock.time() > trigger.expires:
            raise Refusal("expired_trigger_id")
        return trigger.user

    def spend(self, ident: Any) -> None:
        self._triggers[str(ident)].used = True

    # ——— response_urls

    def response_url(self, kind: str, channel: Channel, user: str, message: Message | None = None) -> str:
        """A new response_url; `message` is the one that was acted on."""
        state = self._slack.state
        now = self._slack.clock.time()
        for ident, one in list(state.responses.items()):
            if one["expires"] < now - 3600:
                state.put_response(ident, None)
        ident = f"{state.team.id}/{secrets.randbelow(10**12)}/{secrets.token_urlsafe(18)}"
        state.put_response(
            ident,
            {
                "channel": channel.id,
                "user": user,
                "ts": message["ts"] if message else None,
                "expires": now + RESPONSE_SECONDS,
                "uses": 0,
            },
        )
        return f"{self._slack.url}/{kind}/{ident}"

    def respond(self, ident: str, said: Any) -> None:
        """Do what was posted to a response_url, or refuse it as Slack does."""
        response = self._slack.state.responses.get(ident)
        if response is None:
            raise Refusal("invalid_url")
        if self._slack.clock.time() > response["expires"]:
            raise Refusal("expired_url")
        if response["uses"] >= RESPONSE_USES:
            raise Refusal("used_url")
        self.say(response, said)
        self._slack.state.put_response(ident, {**response, "uses": response["uses"] + 1})

    def say(self, response: Json, said: Any) -> None:
        """Post, replace or delete, in the place a response belongs to."""
        said = self._checked(said)
        channel = self._slack.state.channels.get(response["channel"])
        if channel is None:
            raise Refusal("channel_not_found")
        original = channel.messages.get(response["ts"]) if response["ts"] else None
        if said.pop("delete_original", False):
            if original is None:
                raise Refusal("message_not_found")
            self._slack.delete(channel, original)
        elif said.pop("replace_original", False) and response["ts"]:
            self._replace(channel, original, said)
        else:
            self._add(channel, response, said)

    def _checked(self, given: Any) -> Json:
        if not isinstance(given, dict):
            raise Refusal("invalid_payload")
        said: Json = given
        unknown = set(said) - _RESPONSE_FIELDS
        if unknown:
            raise Refusal("invalid_arguments", [f"unknown argument: {one}" for one in sorted(unknown)])
        said = {key: value for key, value in said.items() if value is not None}
        for flag in ("replace_original", "delete_original"):
            said[flag] = said.get(flag) in (True, "true", "True", 1)
        problems = check_blocks(said["blocks"], "message") if said.get("blocks") else []
        if problems:
            raise Refusal("invalid_blocks", [str(one) for one in problems])
        check_pictures(self._slack, said.get("blocks"))
        attachments_of(said.get("attachments"))
        if not said["delete_original"] and not any(said.get(k) for k in ("text", "blocks", "attachments")):
            raise Refusal("no_text")
        return said

    def _replace(self, channel: Channel, original: Message | None, said: Json) -> None:
        if original is None:
            raise Refusal("message_not_found")
        shown = _shown(said)
        changes = {"blocks": None, "attachments": None, **shown}
        changes.setdefault("text", "")
        self._slack.edit(channel, original, changes, self._slack.state.app.bot_id)

    def _add(self, channel: Channel, response: Json, said: Json) -> None:
        shown = _shown(said)
        if said.get("thread_ts"):  # a response_url answers in a thread only when it is told to
            shown["thread_ts"] = str(said["thread_ts"])
        if said.get("response_type") == "in_channel":
            self._slack.post(channel, self._slack.app_message(channel, shown))
        else:
            self._slack.whisper(channel, response["user"], shown)


def _shown(said: Json) -> Json:
    shown: Json = {key: said[key] for key in ("text", "attachments") if key in said}
    if "text" in shown:
        shown["text"] = checked_text(shown["text"])
    if said.get("blocks"):
        shown["blocks"] = completed_blocks(said["blocks"])
    return shown


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)

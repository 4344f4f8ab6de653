"""What is a Web API call: its name, its arguments, who makes it, and what it takes to be answered?"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.errors import Refusal
from sandbox.slack import Slack
from sandbox.state import Channel, Json, Kind, Message, User

if TYPE_CHECKING:
    from sandbox.interactions import Interactions
    from sandbox.sockets import Sockets
    from sandbox.views import Views

# Arguments that hold JSON, and the refusal when they hold something else.
_JSON = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "view": "invalid_arguments",
    "files": "invalid_arguments",
    "message": "invalid_arguments",
    "prompts": "invalid_arguments",
    "loading_messages": "invalid_arguments",
}
_EVERYWHERE = {"token", "team_id"}
_HISTORY = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


@dataclass(slots=True)
class Call:
    """One call that passed the door: its arguments, and all it may need."""

    slack: Slack
    interactions: Interactions
    views: Views
    sockets: Sockets | None
    args: Json
    warnings: list[str] = field(default_factory=list)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name)
        return default if value is None else value in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int) -> int:
        value = self.args.get(name)
        if value in (None, ""):
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise Refusal("invalid_arguments", [f"must be an integer [json-pointer:/{name}]"]) from None

    def words(self, name: str) -> list[str]:
        """A list, given as one or as words with commas between."""
        value = self.args.get(name) or []
        return [str(one) for one in value] if isinstance(value, list) else str(value).split(",")

    def channel(self, name: str = "channel", *, member: bool = False) -> Channel:
        """The conversation meant, if the app may know of it; with `member`, if it is in it."""
        found = self.slack.state.channels.get(str(self.args.get(name)))
        return self.allowed(found, member=member)

    def allowed(self, channel: Channel | None, *, member: bool) -> Channel:
        inside = channel is not None and self.slack.state.app.bot_user in channel.members
        if channel is None or (channel.is_private and not inside):
            raise Refusal("channel_not_found")
        if member and not inside:
            raise Refusal("not_in_channel")
        return channel

    def message(self, channel: Channel, ts: Any) -> Message:
        found = channel.messages.get(str(ts))
        if found is None or "ephemeral_to" in found:
            raise Refusal("message_not_found")
        return found

    def user(self, name: str = "user") -> User:
        found = self.slack.state.users.get(str(self.args.get(name)))
        if found is None:
            raise Refusal("user_not_found")
        return found

    def reachable(self, user: str) -> None:
        """Refuse to speak with this person in private when Slack would."""
        state = self.slack.state
        person = state.users.get(user)
        if person is None:
            raise Refusal("user_not_found")
        if person["deleted"]:
            raise Refusal("user_disabled")
        if person["is_bot"]:
            raise Refusal("cannot_dm_bot")
        bot = state.app.bot_user
        stranger = person["team_id"] != state.team.id
        if stranger and not any(user in one.members for one in state.channels_of(bot) if not one.is_direct):
            raise Refusal("user_not_visible")

    def has_scope(self, *scopes: str) -> bool:
        return bool(set(scopes) & set(self.slack.state.app.scopes))

    def need(self, *scopes: str) -> None:
        """Refuse the call unless the app has one of these scopes."""
        if scopes and not self.has_scope(*scopes):
            provided = ",".join(self.slack.state.app.scopes)
            raise Refusal("missing_scope", needed=scopes[0], provided=provided)

    def need_for(self, kind: Kind, right: str) -> None:
        """The scope for one kind of conversation, as `channels:history` or `im:read`."""
        self.need(f"{_HISTORY[kind]}:{right}")

    def page(self, everything: Sequence[Any], default: int, most: int) -> tuple[list[Any], Json]:
        """One page of a list, and where the next one starts."""
        start = _read_cursor(self.args.get("cursor"), "next", "0")
        if not start.isdecimal() or int(start) > len(everything):
            raise Refusal("invalid_cursor")
        end = int(start) + self._limit(default, most)
        cursor = _cursor("next", str(end)) if end < len(everything) else ""
        return list(everything[int(start) : end]), {"next_cursor": cursor}

    def page_of_messages(
        self, messages: list[Message], default: int, most: int, *, newest_first: bool
    ) -> tuple[list[Message], Json]:
        """One page of what was said; the next one starts at the same message, whatever is said meanwhile."""
        start = _read_cursor(self.args.get("cursor"), "next_ts", "")
        if start:
            messages = [
                one for one in messages if (one["ts"] <= start if newest_first else one["ts"] >= start)
            ]
        limit = self._limit(default, most)
        cursor = _cursor("next_ts", messages[limit]["ts"]) if limit < len(messages) else ""
        return messages[:limit], {"next_cursor": cursor}

    def _limit(self, default: int, most: int) -> int:
        limit = self.number("limit", default)
        if not 1 <= limit <= most:
            raise Refusal("invalid_limit")
        return limit


Runner = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    run: Runner
    scopes: tuple[str, ...]
    tier: int | None
    needs: tuple[str, ...]
    takes: frozenset[str]
    app_token: bool


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *,
    tier: int | None,
    scopes: Sequence[str] = (),
    needs: str = "",
    takes: str = "",
    app_token: bool = False,
) -> Callable[[Runner], Runner]:
    """Make a function a Web API method: one of `scopes`, the arguments it `needs`, and those it `takes`."""

    def register(run: Runner) -> Runner:
        needed = tuple(needs.split())
        known = frozenset(takes.split()) | set(needed) | _EVERYWHERE
        METHODS[name] = Method(name, run, tuple(scopes), tier, needed, known, app_token)
        return run

    return register


def decoded(args: Json) -> Json:
    """The arguments with what is JSON in them read, where it can be."""
    out: Json = {}
    for name, value in args.items():
        if name in _JSON and isinstance(value, str):
            with contextlib.suppress(ValueError):
                value = json.loads(value)
        out[name] = value
    return out


def check_arguments(method: Method, args: Json) -> None:
    for name, refusal in _JSON.items():
        if isinstance(args.get(name), str):
            raise Refusal(refusal)
    unknown = sorted(set(args) - method.takes)
    if unknown:
        raise Refusal("invalid_arguments", [f"unknown argument: {one}" for one in unknown])
    missing = [one for one in method.needs if args.get(one) in (None, "")]
    if missing:
        raise Refusal("invalid_arguments", [f"missing required field: {one}" for one in missing])


def _cursor(word: str, place: str) -> str:
    return base64.b64encode(f"{word}:{place}".encode()).decode()


def _read_cursor(cursor: Any, wanted: str, first: str) -> str:
    """The place a cursor of this kind points to; the first one when there is no cursor."""
    if not cursor:
        return first
    try:
        word, _, place = base64.b64decode(str(cursor), validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        raise Refusal("invalid_cursor") from None
    if word != wanted or not place:
        raise Refusal("invalid_cursor")
    return place

"""conversations.*: channels and direct messages, what was said in them, and who is there."""

from __future__ import annotations

from typing import Any

from sandbox.calls import Call, method
from sandbox.errors import Refusal
from sandbox.state import Channel, Json, Kind, Message

_TYPES: dict[str, Kind] = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
    "mpim": "mpim",
}
_WINDOW = "cursor limit latest oldest inclusive include_all_metadata"
MOST_PEOPLE = 8


@method("conversations.history", tier=3, needs="channel", takes=_WINDOW)
def history(call: Call) -> Json:
    channel = _readable(call)
    said = [
        one
        for one in reversed(channel.messages.values())
        if "ephemeral_to" not in one
        and (one.get("thread_ts", one["ts"]) == one["ts"] or one.get("subtype") == "thread_broadcast")
    ]
    page, after = call.page_of_messages(_between(call, said), 100, 999, newest_first=True)
    pins = {"pin_count": len(channel.pins)}
    return {**_messages(call, page, after), **pins, "latest": call.args.get("latest")}


@method("conversations.replies", tier=3, needs="channel ts", takes=_WINDOW)
def replies(call: Call) -> Json:
    channel = _readable(call)
    message = channel.messages.get(str(call.args["ts"]))
    if message is None or "ephemeral_to" in message:
        raise Refusal("thread_not_found")
    root = channel.messages.get(str(message.get("thread_ts")), message)
    answers = _between(call, channel.replies(root["ts"]))
    page, after = call.page_of_messages(answers, 1000, 1000, newest_first=False)
    first = [] if call.args.get("cursor") else [root]
    return _messages(call, [*first, *page], after)


@method("conversations.info", tier=3, needs="channel", takes="include_locale include_num_members")
def info(call: Call) -> Json:
    channel = call.channel()
    call.need_for(channel.kind, "read")
    described = call.slack.conversation(channel)
    if call.flag("include_num_members"):
        described["num_members"] = len(channel.members)
    return {"channel": described}


@method("conversations.list", tier=2, takes="cursor limit types exclude_archived")
def list_(call: Call) -> Json:
    found = _of_types(call, list(call.slack.state.channels.values()))
    bot = call.slack.state.app.bot_user
    seen = [one for one in found if not one.is_private or bot in one.members]
    page, after = call.page(seen, 100, 1000)
    return {"channels": [call.slack.conversation(one) for one in page], "response_metadata": after}


@method("conversations.members", tier=4, needs="channel", takes="cursor limit")
def members(call: Call) -> Json:
    channel = call.channel()
    call.need_for(channel.kind, "read")
    page, after = call.page(channel.members, 100, 1000)
    return {"members": page, "response_metadata": after}


@method(
    "conversations.open",
    tier=3,
    scopes=["im:write", "mpim:write"],
    takes="channel users return_im prevent_creation",
)
def open_(call: Call) -> Json:
    state = call.slack.state
    if call.args.get("channel"):
        channel, there = call.channel(), True
    else:
        people = call.words("users")
        if not people:
            raise Refusal("users_list_not_supplied")
        if len(people) > MOST_PEOPLE:
            raise Refusal("too_many_users")
        for one in people:
            call.reachable(one)
        call.need("im:write" if len(people) == 1 else "mpim:write")
        channel, there = call.slack.direct([*people, state.app.bot_user])
    described = call.slack.conversation(channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": described, **({"no_op": True, "already_open": True} if there else {})}


@method("conversations.join", tier=3, scopes=["channels:join"], needs="channel")
def join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "channel":
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    bot = call.slack.state.app.bot_user
    already = bot in channel.members
    call.slack.join(channel, bot)
    return {
        "channel": call.slack.conversation(channel),
        **({"warning": "already_in_channel"} if already else {}),
    }


@method("users.conversations", tier=3, takes="user cursor limit types exclude_archived")
def of_user(call: Call) -> Json:
    state = call.slack.state
    user = call.user()["id"] if call.args.get("user") else state.app.bot_user
    bot = state.app.bot_user
    found = _of_types(call, state.channels_of(user))
    seen = [one for one in found if bot in one.members or (not one.is_private)]
    page, after = call.page(seen, 100, 1000)
    return {"channels": [call.slack.conversation(one) for one in page], "response_metadata": after}


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need_for(channel.kind, "history")
    return call.allowed(channel, member=True)


def _of_types(call: Call, channels: list[Channel]) -> list[Channel]:
    words = call.words("types") or ["public_channel"]
    if any(one not in _TYPES for one in words):
        raise Refusal("invalid_types")
    kinds = [_TYPES[one] for one in words]
    for kind in kinds:
        call.need_for(kind, "read")
    archived = not call.flag("exclude_archived")
    return [one for one in channels if one.kind in kinds and (archived or not one.is_archived)]


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """What was said after `oldest` and before `latest`, with these two themselves if `inclusive`."""
    oldest, latest = _moment(call, "oldest"), _moment(call, "latest")
    inclusive = call.flag("inclusive")

    def inside(ts: float) -> bool:
        if inclusive and ts in (oldest, latest):
            return True
        return (oldest is None or ts > oldest) and (latest is None or ts < latest)

    return [one for one in messages if inside(float(one["ts"]))]


def _moment(call: Call, name: str) -> float | None:
    value: Any = call.args.get(name)
    if value in (None, "", "now"):
        return None
    try:
        moment = float(value)
    except (TypeError, ValueError):
        raise Refusal(f"invalid_ts_{name}") from None
    return None if moment == 0 and name == "oldest" else moment


def _messages(call: Call, page: list[Message], after: Json) -> Json:
    """A page of messages; what an app wrote beside a message is shown only to who asks for it."""
    if not call.flag("include_all_metadata"):
        page = [_without_payload(one) for one in page]
    more = bool(after["next_cursor"])
    return {"messages": page, "has_more": more, **({"response_metadata": after} if more else {})}


def _without_payload(message: Message) -> Message:
    if "metadata" not in message:
        return message
    return {**message, "metadata": {"event_type": message["metadata"]["event_type"]}}

"""chat.*: posting, changing and deleting the app's messages."""

from __future__ import annotations

from sandbox.calls import Call, method
from sandbox.errors import Refusal
from sandbox.pictures import check_pictures
from sandbox.posts import content, full_content
from sandbox.slack import LONGEST
from sandbox.state import Channel, Json, Message

LONGEST_EDIT = 4_000
_SAID = "text blocks attachments metadata markdown_text parse link_names mrkdwn unfurl_links unfurl_media"
_DRESS = "username icon_emoji icon_url as_user"


@method(
    "chat.postMessage",
    tier=None,
    scopes=["chat:write"],
    needs="channel",
    takes=f"{_SAID} {_DRESS} thread_ts reply_broadcast",
)
def post_message(call: Call) -> Json:
    channel = _target(call)
    said = full_content(call.args)
    check_pictures(call.slack, call.args.get("blocks"))
    _dressed(call, said)
    thread = _thread(call, channel)
    call.slack.pace.post(channel.id, call.slack.clock.time())
    message = call.slack.app_message(channel, said) | thread
    broadcast = bool(thread) and call.flag("reply_broadcast")
    message = call.slack.post(channel, message, broadcast=broadcast)
    if len(str(call.args.get("text") or "")) > LONGEST:
        call.warnings.append("message_truncated")
    return {"channel": channel.id, "ts": message["ts"], "message": message}


@method(
    "chat.postEphemeral",
    tier=4,
    scopes=["chat:write"],
    needs="channel user",
    takes=f"{_SAID} {_DRESS} thread_ts",
)
def post_ephemeral(call: Call) -> Json:
    channel = _open(call.channel(member=True))
    said = full_content(call.args)
    check_pictures(call.slack, call.args.get("blocks"))
    said.pop("metadata", None)
    _dressed(call, said)
    user = call.user()
    if user["id"] not in channel.members:
        raise Refusal("user_not_in_channel")
    message = call.slack.whisper(channel, user["id"], said | _thread(call, channel))
    return {"message_ts": message["ts"]}


@method(
    "chat.update", tier=3, scopes=["chat:write"], needs="channel ts", takes=f"{_SAID} as_user reply_broadcast"
)
def update(call: Call) -> Json:
    channel = _open(call.channel())
    message = _own(call, channel, "cant_update_message")
    if len(str(call.args.get("text") or "")) > LONGEST_EDIT:
        raise Refusal("msg_too_long")
    said = content(call.args)
    check_pictures(call.slack, call.args.get("blocks"))
    if not said:
        raise Refusal("no_text")
    changes: Json = {key: one or None for key, one in said.items()}
    after = {**message, **changes}
    if not any(after.get(part) for part in ("text", "blocks", "attachments")):
        raise Refusal("no_text")
    changes["text"] = after.get("text") or ""
    message = call.slack.edit(channel, message, changes, call.slack.state.app.bot_id)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


@method("chat.delete", tier=3, scopes=["chat:write"], needs="channel ts", takes="as_user")
def delete(call: Call) -> Json:
    channel = _open(call.channel())
    message = _own(call, channel, "cant_delete_message")
    call.slack.delete(channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


@method("chat.getPermalink", tier=None, needs="channel message_ts")
def get_permalink(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel, call.args["message_ts"])
    return {"channel": channel.id, "permalink": call.slack.permalink(channel, message)}


def _target(call: Call) -> Channel:
    """Where to post: a channel's id or name, or a person's id for their direct conversation with the app."""
    state = call.slack.state
    word = str(call.args["channel"])
    if word in state.users:
        call.reachable(word)
        channel, _ = call.slack.direct([word, state.app.bot_user])
        return channel
    found = state.channels.get(word) or state.channel_named(word)
    public = found is not None and not found.is_private and call.has_scope("chat:write.public")
    return _open(call.allowed(found, member=not public))


def _open(channel: Channel) -> Channel:
    if channel.is_archived:
        raise Refusal("is_archived")
    return channel


def _thread(call: Call, channel: Channel) -> Json:
    """The thread an answer goes to; a reply to a reply goes to the thread that one is in."""
    thread_ts = call.args.get("thread_ts")
    if not thread_ts:
        return {}
    root = channel.messages.get(str(thread_ts))
    if root is None:
        raise Refusal("thread_not_found")
    return {"thread_ts": root.get("thread_ts") or root["ts"]}


def _own(call: Call, channel: Channel, refusal: str) -> Message:
    message = call.message(channel, call.args["ts"])
    if message.get("bot_id") != call.slack.state.app.bot_id:
        raise Refusal(refusal)
    return message


def _dressed(call: Call, said: Json) -> None:
    """Another name or picture than the app's own makes it a bot_message."""
    worn = {key: call.args[key] for key in ("username", "icon_emoji", "icon_url") if call.args.get(key)}
    if not worn:
        return
    call.need("chat:write.customize")
    said["subtype"] = "bot_message"
    if "username" in worn:
        said["username"] = worn["username"]
    if len(worn) > ("username" in worn):
        said["icons"] = {key.removeprefix("icon_"): one for key, one in worn.items() if key != "username"}

"""pins.* and bookmarks.*: what a channel keeps at its top."""

from __future__ import annotations

from sandbox.calls import Call, method
from sandbox.errors import Refusal
from sandbox.state import Channel, Json

MOST_PINS = 100
MOST_BOOKMARKS = 100


# What Slack's own lines, such as somebody's joining, are.
UNPINNABLE = frozenset({"channel_join", "channel_leave", "group_join", "group_leave", "tombstone"})


@method("pins.add", tier=2, scopes=["pins:write"], needs="channel timestamp")
def add_pin(call: Call) -> Json:
    channel = _pinnable(call)
    message = call.message(channel, call.args["timestamp"])
    if message.get("subtype") in UNPINNABLE:
        raise Refusal("not_pinnable")
    if message["ts"] in channel.pins:
        raise Refusal("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise Refusal("too_many_pins")
    call.slack.pin(channel, message["ts"], call.slack.state.app.bot_user)
    return {}


@method("pins.remove", tier=2, scopes=["pins:write"], needs="channel timestamp")
def remove_pin(call: Call) -> Json:
    channel = _pinnable(call)
    ts = str(call.args["timestamp"])
    if ts not in channel.pins:
        raise Refusal("no_pin")
    call.slack.unpin(channel, ts, call.slack.state.app.bot_user)
    return {}


def _pinnable(call: Call) -> Channel:
    channel = call.channel(member=True)
    if channel.is_archived:
        raise Refusal("is_archived")
    return channel


@method("pins.list", tier=2, scopes=["pins:read"], needs="channel")
def list_pins(call: Call) -> Json:
    channel = call.channel(member=True)
    there = [channel.messages[ts] for ts in channel.pins if ts in channel.messages]
    items = [{"type": "message", "channel": channel.id, "message": one} for one in there]
    return {"items": items}


@method(
    "bookmarks.add",
    tier=2,
    scopes=["bookmarks:write"],
    needs="channel_id title type",
    takes="link emoji entity_id parent_id access_level permission",
)
def add_bookmark(call: Call) -> Json:
    channel = call.channel("channel_id", member=True)
    if call.args["type"] != "link":
        raise Refusal("invalid_bookmark_type")
    if not call.args.get("link"):
        raise Refusal("invalid_link")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise Refusal("too_many_bookmarks")
    bookmark = {
        "id": call.slack.state.new_id("Bk"),
        "channel_id": channel.id,
        "title": str(call.args["title"]),
        "link": str(call.args["link"]),
        "emoji": str(call.args.get("emoji") or ""),
        "type": "link",
        "date_created": int(call.slack.clock.time()),
        "app_id": call.slack.state.app.id,
    }
    channel.bookmarks = [*channel.bookmarks, bookmark]
    call.slack.state.put_channel(channel)
    return {"bookmark": bookmark}


@method(
    "bookmarks.edit",
    tier=2,
    scopes=["bookmarks:write"],
    needs="channel_id bookmark_id",
    takes="title link emoji",
)
def edit_bookmark(call: Call) -> Json:
    channel = call.channel("channel_id", member=True)
    before = _bookmark(call, channel)
    changes = {key: str(call.args[key]) for key in ("title", "link", "emoji") if call.args.get(key)}
    after = {**before, **changes, "date_updated": int(call.slack.clock.time())}
    channel.bookmarks = [after if one["id"] == after["id"] else one for one in channel.bookmarks]
    call.slack.state.put_channel(channel)
    return {"bookmark": after}


@method("bookmarks.remove", tier=2, scopes=["bookmarks:write"], needs="channel_id bookmark_id")
def remove_bookmark(call: Call) -> Json:
    channel = call.channel("channel_id", member=True)
    gone = _bookmark(call, channel)
    channel.bookmarks = [one for one in channel.bookmarks if one["id"] != gone["id"]]
    call.slack.state.put_channel(channel)
    return {}


@method("bookmarks.list", tier=3, scopes=["bookmarks:read"], needs="channel_id")
def list_bookmarks(call: Call) -> Json:
    return {"bookmarks": call.channel("channel_id", member=True).bookmarks}


def _bookmark(call: Call, channel: Channel) -> Json:
    wanted = call.args["bookmark_id"]
    for one in channel.bookmarks:
        if one["id"] == wanted:
            return one
    raise Refusal("bookmark_not_found")

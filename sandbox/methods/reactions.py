"""reactions.*: the app's own reactions to messages."""

from __future__ import annotations

import re

from sandbox.calls import Call, method
from sandbox.errors import Refusal
from sandbox.state import Channel, Json, Message

MOST = 23  # different reactions on one message
NAME = re.compile(r"[a-z0-9_+'\u0080-\uffff-]{1,100}(::skin-tone-[2-6])?")


@method("reactions.add", tier=3, scopes=["reactions:write"], needs="channel timestamp name")
def add(call: Call) -> Json:
    channel, message, name = _meant(call)
    bot = call.slack.state.app.bot_user
    reactions = message.get("reactions", [])
    if any(one["name"] == name and bot in one["users"] for one in reactions):
        raise Refusal("already_reacted")
    if len(reactions) >= MOST and all(one["name"] != name for one in reactions):
        raise Refusal("too_many_emoji")
    call.slack.react(channel, message, bot, name)
    return {}


@method("reactions.remove", tier=2, scopes=["reactions:write"], needs="channel timestamp name")
def remove(call: Call) -> Json:
    channel, message, name = _meant(call)
    bot = call.slack.state.app.bot_user
    if not any(one["name"] == name and bot in one["users"] for one in message.get("reactions", [])):
        raise Refusal("no_reaction")
    call.slack.unreact(channel, message, bot, name)
    return {}


@method("reactions.get", tier=3, scopes=["reactions:read"], needs="channel timestamp", takes="full")
def get(call: Call) -> Json:
    channel = call.channel(member=True)
    message = call.message(channel, call.args["timestamp"])
    return {"type": "message", "channel": channel.id, "message": message}


def _meant(call: Call) -> tuple[Channel, Message, str]:
    channel = call.channel(member=True)
    if channel.is_archived:
        raise Refusal("is_archived")
    name = str(call.args["name"]).strip(":")
    if not NAME.fullmatch(name):
        raise Refusal("invalid_name")
    return channel, call.message(channel, call.args["timestamp"]), name

"""Which events does a change cause, and how does Slack wrap them?"""

from __future__ import annotations

import base64
import json
import secrets

from sandbox.state import DIGITS, Channel, Json, State

VERIFICATION_TOKEN = "sandbox-verification-token"
_MESSAGES = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}
# These are about a channel's name and standing, and reach an app that sees the channel without being in it.
_SEEN_FROM_OUTSIDE = {"channel_rename", "channel_archive", "channel_unarchive", "channel_created"}


def subscription(inner: Json, channel: Channel | None) -> str:
    """What the manifest must list for this event to be sent."""
    if inner["type"] == "message" and channel is not None:
        return _MESSAGES[channel.kind]
    return str(inner["type"])


def wanted(state: State, inner: Json, channel: Channel | None) -> bool:
    """Does the app get this event: subscribed to, and from a conversation it is in?"""
    if subscription(inner, channel) not in state.app.events:
        return False
    if channel is None or state.app.bot_user in channel.members:
        return True
    if inner["type"] in ("member_left_channel", "channel_left"):
        return bool(inner["user"] == state.app.bot_user)
    return inner["type"] in _SEEN_FROM_OUTSIDE and not channel.is_private


def envelope(state: State, inner: Json, channel: Channel | None, now: float) -> Json:
    """The whole event_callback around an inner event, under an id that no other event ever had."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": state.team.id,
        "context_team_id": state.team.id,
        "context_enterprise_id": None,
        "api_app_id": state.app.id,
        "event": inner,
        "type": "event_callback",
        "event_id": "Ev" + "".join(secrets.choice(DIGITS) for _ in range(11)),
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": state.team.id,
                "user_id": state.app.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
        "event_context": _context(state, inner, channel),
    }


def mentions(text: str, user: str) -> bool:
    return f"<@{user}>" in text or f"<@{user}|" in text


def _context(state: State, inner: Json, channel: Channel | None) -> str:
    context = {"et": inner["type"], "tid": state.team.id, "aid": state.app.id}
    if channel:
        context["cid"] = channel.id
    return "4-" + base64.b64encode(json.dumps(context).encode()).decode().rstrip("=")

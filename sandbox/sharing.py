"""How do several workspaces of one Slack share a channel, and in whose name is the app told of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.channels import change_id
from sandbox.state import Channel

if TYPE_CHECKING:
    from sandbox.slack import Slack


def share(slack: Slack, channel: Channel, other: Slack) -> None:
    """Let another workspace of this Slack into a channel: one channel, seen from both. A private one gets a
    new id for that."""
    if channel.id.startswith("G"):
        change_id(slack, channel, slack.state.new_id("C0SHARED"))
    own, theirs = slack.state.team.id, other.state.team.id
    channel.shared_by = list(dict.fromkeys([*(channel.shared_by or [own]), theirs]))
    channel.is_ext_shared = True
    other.state.channels[channel.id] = channel
    introduce(slack, channel)
    slack.state.put_channel(channel)
    for message in channel.messages.values():
        slack.state.put_message(channel, message)
    slack.emit({"type": "channel_shared", "channel": channel.id, "connected_team_id": theirs}, channel)


def introduce(slack: Slack, channel: Channel) -> None:
    """Whoever is in a channel that is shared is known, as a stranger, wherever it is."""
    every = (slack, *slack.beside)
    for one in every:
        if one.state.channels.get(channel.id) is not channel:
            continue
        for member in channel.members:
            known = next((s.state.users[member] for s in every if member in s.state.users), None)
            if known is not None and member not in one.state.users:
                one.state.put_user({**known, "is_stranger": True})


def hearing(slack: Slack, channel: Channel | None) -> Slack:
    """The workspace whose installation an event is sent for. From a channel that several share it comes once
    for all of them, in the name of the first that has the app in it."""
    if channel is None or not channel.shared_by:
        return slack
    every = {one.state.team.id: one for one in (slack, *slack.beside)}
    sharing = [every[team] for team in channel.shared_by if team in every]
    inside = (one for one in sharing if one.install.is_there and one.state.app.bot_user in channel.members)
    return next(inside, slack)

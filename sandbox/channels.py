"""What becomes of a channel as a whole: archived, renamed, or given another id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.state import Channel

if TYPE_CHECKING:
    from sandbox.slack import Slack


def archive(slack: Slack, channel: Channel, user: str, *, archived: bool) -> None:
    if channel.is_archived == archived:
        return
    channel.is_archived = archived
    slack.state.put_channel(channel)
    word = "archive" if archived else "unarchive"
    prefix = "channel" if channel.kind == "channel" else "group"
    slack.emit({"type": f"{prefix}_{word}", "channel": channel.id, "user": user}, channel)


def rename(slack: Slack, channel: Channel, user: str, name: str) -> None:
    old, channel.name = channel.name, name
    channel.previous_names = [old, *channel.previous_names]
    slack.state.put_channel(channel)
    text = f'<@{user}> has renamed the channel from "{old}" to "{name}"'
    slack.announce(channel, user, "channel_name", text, old_name=old, name=name)
    prefix = "channel" if channel.kind == "channel" else "group"
    described = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    described |= {"is_channel": channel.kind == "channel", "is_mpim": False}
    slack.emit({"type": f"{prefix}_rename", "channel": described}, channel)


def change_id(slack: Slack, channel: Channel, new_id: str) -> None:
    """Give a channel a new id, as Slack does when a private one is shared."""
    old_id = channel.id
    for ts in list(channel.messages):
        slack.state.forget("message", f"{old_id}:{ts}")
    every = slack.state.all_with(channel)
    for one in every:
        one.channels.pop(old_id)
        one.forget("channel", old_id)
    channel.id = new_id
    for one in every:
        one.channels[new_id] = channel
    slack.state.put_channel(channel)
    for message in channel.messages.values():
        slack.state.put_message(channel, message)
    event = {"type": "channel_id_changed", "old_channel_id": old_id, "new_channel_id": new_id}
    slack.emit(event, channel)

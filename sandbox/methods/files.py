"""files.*: uploading in three steps, and looking at what was uploaded."""

from __future__ import annotations

import mimetypes
from typing import Any

from sandbox.calls import Call, method
from sandbox.errors import Refusal
from sandbox.pictures import LOOKED_THROUGH
from sandbox.posts import content
from sandbox.slack import Slack
from sandbox.state import Channel, File, Json

MOST_CHANNELS = 100
LONGEST_ALT = 1000


@method(
    "files.getUploadURLExternal",
    tier=4,
    scopes=["files:write"],
    needs="filename length",
    takes="alt_txt snippet_type",
)
def get_upload_url(call: Call) -> Json:
    length = call.number("length", 0)
    if length < 1:
        raise Refusal("file_uploads_empty")
    if len(str(call.args.get("alt_txt") or "")) > LONGEST_ALT:
        raise Refusal("alt_txt_too_large")
    file = new_file(call.slack, str(call.args["filename"]), call.slack.state.app.bot_user)
    file.info |= {"size": length, "alt_txt": call.args.get("alt_txt")}
    call.slack.state.put_file(file)
    return {"upload_url": f"{call.slack.url}/upload/v1/{file.info['id']}", "file_id": file.info["id"]}


@method(
    "files.completeUploadExternal",
    tier=4,
    scopes=["files:write"],
    needs="files",
    takes="channel_id channels initial_comment thread_ts blocks",
)
def complete_upload(call: Call) -> Json:
    if not isinstance(call.args["files"], list) or not call.args["files"]:
        raise Refusal("invalid_arguments", ["must be an array [json-pointer:/files]"])
    files = [_uploaded(call, one) for one in call.args["files"]]
    channels = _channels(call)
    for file in files:
        if not file.complete:
            file.ready = call.slack.clock.time() + LOOKED_THROUGH
        file.complete = True
        call.slack.state.put_file(file)
    for channel in channels:
        _share(call, channel, files)
    return {"files": [one.info for one in files]}


@method("files.info", tier=4, scopes=["files:read"], needs="file", takes="cursor limit count page")
def info(call: Call) -> Json:
    file = _file(call)
    if not _may_see(call, file):
        raise Refusal("file_not_found")
    return {"file": file.info, "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.delete", tier=3, scopes=["files:write"], needs="file")
def delete(call: Call) -> Json:
    file = _file(call)
    if file.info["user"] != call.slack.state.app.bot_user:
        raise Refusal("cant_delete_file")
    call.slack.state.drop_file(file.info["id"])
    return {}


def new_file(slack: Slack, name: str, user: str) -> File:
    """A file object as Slack makes it, of somebody here."""
    ident = slack.state.new_id("F")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    now = int(slack.clock.time())
    private = f"{slack.url}/files-pri/{slack.state.team.id}-{ident}"
    info: Json = {
        "id": ident,
        "created": now,
        "timestamp": now,
        "name": name,
        "title": name,
        "mimetype": kind,
        "filetype": name.rpartition(".")[2].lower() or "binary",
        "pretty_type": (name.rpartition(".")[2] or "File").upper(),
        "user": user,
        "user_team": slack.state.team.id,
        "editable": False,
        "size": 0,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{private}/{name}",
        "url_private_download": f"{private}/download/{name}",
        "permalink": f"{slack.url}/files/{user}/{ident}/{name}",
        "channels": [],
        "has_rich_preview": False,
    }
    return File(info)


def _uploaded(call: Call, order: Any) -> File:
    file = call.slack.state.files.get(str(order.get("id"))) if isinstance(order, dict) else None
    if file is None:
        raise Refusal("file_not_found")
    if len(file.content) != file.info["size"]:
        raise Refusal("file_upload_size_mismatch")
    if order.get("title"):
        file.info["title"] = str(order["title"])
    return file


def _channels(call: Call) -> list[Channel]:
    """Where the files shall be shared: nowhere, or in channels the app is in."""
    state = call.slack.state
    words = call.words("channels") + ([str(call.args["channel_id"])] if call.args.get("channel_id") else [])
    if len(words) > MOST_CHANNELS:
        raise Refusal("too_many_channels")
    channels = [call.allowed(state.channels.get(one), member=True) for one in words]
    if any(one.is_archived for one in channels):
        raise Refusal("is_archived")
    return channels


def _share(call: Call, channel: Channel, files: list[File]) -> None:
    said = content({"text": call.args.get("initial_comment") or "", "blocks": call.args.get("blocks")})
    said |= {"subtype": "file_share", "files": [one.info for one in files], "upload": True}
    if call.args.get("thread_ts"):
        said["thread_ts"] = str(call.args["thread_ts"])
    for file in files:
        file.info["channels"] = [*file.info["channels"], channel.id]
        call.slack.state.put_file(file)
    call.slack.post(channel, call.slack.app_message(channel, said))


def _may_see(call: Call, file: File) -> bool:
    """The app sees its own files, those given to it in a form, and those shared where it is."""
    state = call.slack.state
    channels = (state.channels[one] for one in file.info["channels"] if one in state.channels)
    me = state.app.bot_user
    return file.given or file.info["user"] == me or any(me in channel.members for channel in channels)


def _file(call: Call) -> File:
    file = call.slack.state.files.get(str(call.args["file"]))
    if file is None or not file.complete:
        raise Refusal("file_not_found")
    return file

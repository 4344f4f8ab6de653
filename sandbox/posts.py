"""What may a message say: text, blocks, attachments and metadata as Slack takes them?"""

from __future__ import annotations

import json
from typing import Any

from sandbox.blocks import check_blocks, completed_blocks
from sandbox.errors import Refusal
from sandbox.slack import LONGEST
from sandbox.state import Json

ATTACHMENTS = 100
METADATA = (
    8_000  # characters of JSON; Slack does not say its limit, and a key of ours needs less than a hundred
)
MARKDOWN = 12_000
UNSHOWN = "This content can't be displayed."


def content(args: Json) -> Json:
    """The checked `text`, `blocks`, `attachments` and `metadata` of a post, as the message will hold them."""
    said: Json = {}
    if args.get("markdown_text"):
        return _markdown(args)
    if args.get("text") is not None:
        said["text"] = checked_text(args["text"])
    if args.get("blocks") is not None:
        said["blocks"] = blocks_of(args["blocks"])
    if args.get("attachments") is not None:
        said["attachments"] = attachments_of(args["attachments"])
    if args.get("metadata") is not None:
        said["metadata"] = metadata_of(args["metadata"])
    return said


def full_content(args: Json) -> Json:
    """As `content`, refusing a message that says nothing."""
    said = content(args)
    if not said.get("text") and not said.get("blocks") and not said.get("attachments"):
        raise Refusal("no_text")
    if not said.get("text"):
        said["text"] = UNSHOWN if said.get("blocks") else ""
    return said


def checked_text(text: Any) -> str:
    """The text, cut where Slack cuts it."""
    if not isinstance(text, str):
        raise Refusal("invalid_arguments", ["must be a string [json-pointer:/text]"])
    return text[:LONGEST]


def blocks_of(blocks: Any) -> list[Json]:
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    problems = check_blocks(blocks, "message")
    if problems:
        raise Refusal("invalid_blocks", [str(one) for one in problems])
    return completed_blocks(blocks)


def attachments_of(attachments: Any) -> list[Json]:
    if attachments is None:
        return []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise Refusal("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise Refusal("too_many_attachments")
    out = []
    for index, one in enumerate(attachments, start=1):
        problems = check_blocks(one.get("blocks") or [], "message", f"/attachments/{index - 1}/blocks")
        if problems:
            raise Refusal("invalid_attachments", [str(problem) for problem in problems])
        blocks = {"blocks": completed_blocks(one["blocks"])} if one.get("blocks") else {}
        out.append({"id": index, "fallback": "[no preview available]", **one, **blocks})
    return out


def metadata_of(metadata: Any) -> Json:
    """The checked metadata: its values are words, numbers, booleans, flat objects, or lists of these."""
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise Refusal("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload", {})
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise Refusal("invalid_metadata_format")
    if not all(_plain(one) or _flat(one) or _list(one) for one in payload.values()):
        raise Refusal("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA:
        raise Refusal("metadata_too_large")
    return {"event_type": kind, "event_payload": payload}


def _markdown(args: Json) -> Json:
    """`markdown_text` instead of text and blocks."""
    if args.get("text") or args.get("blocks"):
        raise Refusal("markdown_text_conflict")
    if len(args["markdown_text"]) > MARKDOWN:
        raise Refusal("msg_too_long")
    said = content({**args, "markdown_text": None, "text": args["markdown_text"]})
    return {**said, "blocks": blocks_of([{"type": "markdown", "text": args["markdown_text"]}])}


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _flat(value: Any) -> bool:
    return isinstance(value, dict) and all(_plain(one) for one in value.values())


def _list(value: Any) -> bool:
    return isinstance(value, list) and all(_flat(one) or _plain(one) for one in value)

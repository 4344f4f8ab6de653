"""May these blocks show the files they name?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.errors import Refusal
from sandbox.slack import Slack

LOOKED_THROUGH = 0.3  # seconds after an upload is complete; until then no block may show the file


def check_pictures(slack: Slack, blocks: Any) -> None:
    """Every `slack_file` is an image that is here, whole, and looked through, as Slack wants it."""
    problems = [
        f"invalid slack file [json-pointer:{at}]"
        for at, named in _named(blocks, "/blocks")
        if not _showable(slack, named)
    ]
    if problems:
        raise Refusal("invalid_blocks", problems)


def _named(value: Any, at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each file that is named somewhere in there, and where."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        if key == "slack_file" and isinstance(each, dict):
            yield f"{at}/{key}", each
        else:
            yield from _named(each, f"{at}/{key}")


def _showable(slack: Slack, named: dict[str, Any]) -> bool:
    if ("id" in named) == ("url" in named):
        return False
    files = slack.state.files
    address = named.get("url")
    file = files.get(str(named.get("id"))) or next(
        (
            one
            for one in files.values()
            if address and address in (one.info["url_private"], one.info["permalink"])
        ),
        None,
    )
    if file is None or not file.complete or slack.clock.time() < file.ready:
        return False
    return str(file.info["mimetype"]) in ("image/png", "image/jpeg", "image/gif")

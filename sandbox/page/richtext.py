"""What does a rich_text block look like as HTML, and which words does it hold?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape

from sandbox.page import emoji, mrkdwn
from sandbox.page.reader import Reader

Part = Mapping[str, Any]

_STYLES = {
    "code": Markup("<code>{}</code>"),
    "strike": Markup("<s>{}</s>"),
    "underline": Markup("<u>{}</u>"),
    "italic": Markup("<em>{}</em>"),
    "bold": Markup("<strong>{}</strong>"),
}


def render(block: Part, reader: Reader) -> Markup:
    """A rich_text block, also one in the cell of a table."""
    return Markup("").join(_part(part, reader) for part in block.get("elements", ()))


def words(block: Part) -> str:
    """The bare words, for a field in which they can be edited."""
    if "text" in block:
        return str(block["text"])
    inner = [words(part) for part in block.get("elements", ())]
    return ("\n" if block.get("type") == "rich_text" else "").join(inner)


def _part(part: Part, reader: Reader) -> Markup:
    match part.get("type"):
        case "rich_text_section":
            return Markup('<div class="rich-section">{}</div>').format(_inline(part, reader))
        case "rich_text_quote":
            return Markup("<blockquote>{}</blockquote>").format(_inline(part, reader))
        case "rich_text_preformatted":
            return Markup("<pre>{}</pre>").format(_inline(part, reader))
        case "rich_text_list":
            return _list(part, reader)
        case _:
            return _inline_part(part, reader)


def _list(part: Part, reader: Reader) -> Markup:
    ordered = part.get("style") == "ordered"
    start = Markup(' start="{}"').format(int(part.get("offset") or 0) + 1) if ordered else ""
    depth = min(int(part.get("indent") or 0), 8)
    entries = Markup("").join(Markup("<li>{}</li>").format(_inline(entry, reader)) for entry in _parts(part))
    tag = Markup("ol" if ordered else "ul")
    return Markup('<{}{} class="depth-{}">{}</{}>').format(tag, start, depth, entries, tag)


def _parts(part: Part) -> Sequence[Part]:
    return part.get("elements") or ()


def _inline(part: Part, reader: Reader) -> Markup:
    return Markup("").join(_inline_part(one, reader) for one in _parts(part))


def _inline_part(part: Part, reader: Reader) -> Markup:
    shown = _bare(part, reader)
    style = part.get("style")
    if isinstance(style, Mapping):
        for name, shape in _STYLES.items():
            if style.get(name):
                shown = shape.format(shown)
    return shown


def _bare(part: Part, reader: Reader) -> Markup:
    match part.get("type"):
        case "text":
            return Markup("<br>").join(escape(line) for line in str(part.get("text", "")).split("\n"))
        case "link":
            address = str(part.get("url", ""))
            return mrkdwn.link(address, str(part.get("text") or address), reader)
        case "user":
            return mrkdwn.user_mention(str(part.get("user_id", "")), reader)
        case "channel":
            return mrkdwn.channel_mention(str(part.get("channel_id", "")), reader)
        case "usergroup":
            return Markup('<span class="mention">@{}</span>').format(part.get("usergroup_id", ""))
        case "broadcast":
            return Markup('<span class="mention mention-me">@{}</span>').format(part.get("range", ""))
        case "emoji":
            return _picture(part)
        case "date":
            return _date(part, reader)
        case "color":
            return Markup("<code>{}</code>").format(part.get("value", ""))
        case _:
            return escape(str(part.get("text", "")))


def _picture(part: Part) -> Markup:
    name = str(part.get("name", ""))
    tone = part.get("skin_tone")
    full = f"{name}::skin-tone-{tone}" if tone else name
    return Markup('<span class="emoji" title=":{}:">{}</span>').format(
        name, emoji.picture(full) or f":{name}:"
    )


def _date(part: Part, reader: Reader) -> Markup:
    try:
        moment = datetime.fromtimestamp(int(part["timestamp"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return escape(str(part.get("fallback", "")))
    shown = Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(),
        reader.full(moment),
        reader.moment_in_words(moment, str(part.get("format", "{date_short_pretty}"))),
    )
    return mrkdwn.link(str(part["url"]), shown, reader) if part.get("url") else shown

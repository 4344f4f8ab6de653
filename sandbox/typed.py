"""What does Slack make of the words somebody types: escaped text, links, mentions, and rich text?"""

from __future__ import annotations

import re
from typing import Any

from sandbox.state import Json, State

_CONTROL = r"<(?:[@#][A-Z0-9]+(?:\|[^<>]*)?|![a-z]+[^<>]*|(?:https?://|mailto:|tel:)[^<>\s|]+(?:\|[^<>]*)?)>"
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
_PIECES = re.compile(rf"({_CONTROL})|(https?://[^\s<>|]+[^\s<>|.,;:!?)\]}}'\"])|([<>])")
_MENTION = re.compile(r"(?<![\w<@.])@([a-z0-9][a-z0-9._-]*[a-z0-9_]|[a-z0-9])", re.IGNORECASE)
_CHANNEL = re.compile(r"(?<![\w<&/])#([a-z0-9][a-z0-9_-]*)", re.IGNORECASE)
_BROADCASTS = {"here", "channel", "everyone"}
_INLINE = re.compile(
    r"<@(?P<user>[A-Z0-9]+)(?:\|[^>]*)?>|<#(?P<channel>[A-Z0-9]+)(?:\|[^>]*)?>"
    r"|<!(?P<range>here|channel|everyone)(?:\|[^>]*)?>"
    r"|<(?P<url>(?:https?://|mailto:|tel:)[^>|]+)(?:\|(?P<label>[^>]*))?>"
    r"|:(?P<emoji>[a-z0-9_+'-]+(?:::skin-tone-[2-6])?):"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<bold>[^*\n]+)\*(?![\w*])|(?<![\w_])_(?P<italic>[^_\n]+)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^~\n]+)~(?![\w~])"
)


def as_sent(text: str, state: State) -> str:
    """The text as it arrives: &, < and > escaped, links in brackets, @name and #name turned into ids.

    Text that is already in Slack's form (`&lt;`, `<@U1>`) stays as it is.
    """
    pieces = []
    position = 0
    for match in _PIECES.finditer(text):
        pieces.append(_named(text[position : match.start()], state))
        control, url, bracket = match.groups()
        pieces.append(control or (f"<{url}>" if url else {"<": "&lt;", ">": "&gt;"}[bracket]))
        position = match.end()
    pieces.append(_named(text[position:], state))
    return "".join(pieces)


def as_command_text(text: str, state: State, *, escape: bool) -> str:
    """The text of a slash command: ids and bracketed links with `should_escape`, else names as typed."""
    if not escape:
        return re.sub(r"<([@#])([A-Z0-9]+)(?:\|[^<>]*)?>", lambda m: m[1] + _name(m[1], m[2], state), text)
    return re.sub(
        r"<([@#])([A-Z0-9]+)(?:\|[^<>]*)?>",
        lambda m: f"<{m[1]}{m[2]}|{_name(m[1], m[2], state)}>",
        as_sent(text, state),
    )


def rich_text(text: str, block_id: str) -> Json:
    """The rich_text block that comes with a message a person typed."""
    elements: list[Json] = []
    for part in re.split(r"(```.*?```)", text, flags=re.DOTALL):
        if part.startswith("```") and part.endswith("```") and len(part) >= 6:
            code = [{"type": "text", "text": _plain(part[3:-3])}]
            elements.append({"type": "rich_text_preformatted", "elements": code, "border": 0})
        elif part:
            elements += _paragraphs(part)
    return {"type": "rich_text", "block_id": block_id, "elements": elements}


def _paragraphs(text: str) -> list[Json]:
    """Runs of quoted and of plain lines."""
    out: list[Json] = []
    for quoted, lines in _runs(text.split("\n")):
        kind = "rich_text_quote" if quoted else "rich_text_section"
        elements = _inline("\n".join(lines))
        if elements:
            out.append({"type": kind, "elements": elements})
    return out


def _runs(lines: list[str]) -> list[tuple[bool, list[str]]]:
    runs: list[tuple[bool, list[str]]] = []
    for line in lines:
        quoted = line.startswith("&gt;")
        line = line.removeprefix("&gt;").removeprefix(" ") if quoted else line
        if runs and runs[-1][0] == quoted:
            runs[-1][1].append(line)
        else:
            runs.append((quoted, [line]))
    return runs


def _inline(text: str) -> list[Json]:
    out: list[Json] = []
    position = 0
    for match in _INLINE.finditer(text):
        if match.start() > position:
            out.append({"type": "text", "text": _plain(text[position : match.start()])})
        out.append(_element(match))
        position = match.end()
    if position < len(text):
        out.append({"type": "text", "text": _plain(text[position:])})
    return out


def _element(match: re.Match[str]) -> Json:
    kind = str(match.lastgroup if match.lastgroup != "label" else "url")
    value = match[kind]
    simple: dict[str, Json] = {
        "user": {"type": "user", "user_id": value},
        "channel": {"type": "channel", "channel_id": value},
        "range": {"type": "broadcast", "range": value},
        "emoji": {"type": "emoji", "name": value},
    }
    if kind in simple:
        return simple[kind]
    if kind == "url":
        label: dict[str, Any] = {"text": _plain(match["label"])} if match["label"] else {}
        return {"type": "link", "url": _plain(value), **label}
    return {"type": "text", "text": _plain(value), "style": {kind: True}}


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _named(text: str, state: State) -> str:
    """Plain words: & escaped, and @name or #name linked when there is such a person or channel."""
    text = _ENTITY.sub("&amp;", text)
    if "@" in text:
        text = _MENTION.sub(lambda match: _mention(match, state), text)
    if "#" in text:
        text = _CHANNEL.sub(lambda match: _channel(match, state), text)
    return text


def _mention(match: re.Match[str], state: State) -> str:
    name = match[1].lower()
    if name in _BROADCASTS:
        return f"<!{name}>"
    found = next((one["id"] for one in state.users.values() if one["name"].lower() == name), None)
    return f"<@{found}>" if found else match[0]


def _channel(match: re.Match[str], state: State) -> str:
    found = state.channel_named(match[1].lower())
    return f"<#{found.id}|{found.name}>" if found else match[0]


def _name(sign: str, ident: str, state: State) -> str:
    if sign == "@":
        return str(state.users[ident]["name"]) if ident in state.users else ident
    return state.channels[ident].name if ident in state.channels else ident

"""The few words of Block Kit we use, each within Slack's limits, with nobody's text able to act."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

Block = dict[str, Any]
Message = dict[str, Any]  # `text` and `blocks`

LONGEST_SECTION = 2900  # Slack takes 3000; escaping is counted before
MOST_BLOCKS = 50
LONGEST_MESSAGE = 40_000  # Slack cuts a message there, and a view of 250 kB is refused
LONGEST_TEXT = 3900  # chat.update refuses a text of more than 4000
LONGEST_VALUE = 2000

_CODE = re.compile(r"(`[^`\n]+`)")
_QUOTE = re.compile(r"^>", re.MULTILINE)
_STYLES = {
    "```": (re.compile("```"), "ˋˋˋ"),
    "*": (re.compile(r"(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)"), "∗"),
    "_": (re.compile(r"(?<!\w)_(?=\S)|(?<=\S)_(?!\w)"), "ˍ"),
    "~": (re.compile(r"(?<!\w)~(?=\S)|(?<=\S)~(?!\w)"), "∼"),
}


def escaped(text: str) -> str:
    """User text as mrkdwn takes it: nothing in it acts, and nothing in it is a style."""
    return _escaped(_without_styles(text))


def _escaped(text: str) -> str:
    """The only three characters Slack decodes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _without_styles(text: str) -> str:
    """Slack knows no escape for *bold*, _italic_, ~struck~, fences and quotes: what would make one is written
    with its twin. What stands in `code` makes none, and stays as it is, to be copied."""
    for mark, (makes, twin) in _STYLES.items():
        if text.count(mark) > 1:
            pieces = _CODE.split(text)
            pieces[::2] = [makes.sub(twin, piece) for piece in pieces[::2]]
            text = "".join(pieces)
    return _QUOTE.sub("\u200b>", text) if ">" in text else text


def mrkdwn(text: str) -> Block:
    # Without verbatim Slack turns a bare @channel or #general in somebody's text into a mention.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": cut(text, limit), "emoji": True}


def section(text: str) -> Block:
    """`text` is mrkdwn, escaped by whoever put user text into it."""
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text)]}


def sections(heading: str | None, lines: Iterable[str]) -> list[Block]:
    """Lines of plain text under a bold heading, in as few sections as they fit."""
    head = [f"*{escaped(heading)}*"] if heading else []
    chunks: list[list[str]] = [head]
    said = list(lines)
    # Lines wrap on a phone: where several stand under a heading, a mark shows where each begins.
    mark = "• " if heading and len(said) > 1 and not said[0][:1].isdigit() else ""
    for line in (mark + line for line in said):
        shown = cut_escaped(line, LONGEST_SECTION)
        if sum(len(each) + 1 for each in chunks[-1]) + len(shown) > LONGEST_SECTION:
            chunks.append([])
        chunks[-1].append(shown)
    return [section("\n".join(chunk)) for chunk in chunks if "".join(chunk).strip()]


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(
    label: str, action_id: str, value: str, *, style: str | None = None, spoken: str | None = None
) -> Block:
    found: Block = {"type": "button", "text": plain(label, 75), "action_id": action_id, "value": value}
    if style:
        found["style"] = style
    if spoken:
        found["accessibility_label"] = cut(spoken, 75)
    return found


def option(label: str, value: str) -> Block:
    return {"text": plain(label, 75), "value": value}


def field(block_id: str, label: str, element: Block, *, optional: bool, hint: str | None = None) -> Block:
    found: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    return found | ({"hint": plain(hint, 2000)} if hint else {})


def modal(title: str, submit: str, callback_id: str, private: str, blocks: Sequence[Block]) -> Block:
    return {
        "type": "modal",
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "callback_id": callback_id,
        "private_metadata": private,
        "blocks": list(blocks),
    }


def message(text: str, blocks: Sequence[Block], *, most: int = MOST_BLOCKS) -> Message:
    """What a screen reader reads, and what everybody else sees. `text` is plain, unescaped."""
    return {"text": spoken(text), "blocks": fitting(blocks, most)}


def spoken(text: str) -> str:
    """The whole in words; what does not fit is counted, never dropped in silence."""
    whole = escaped(text)
    if len(whole) <= LONGEST_TEXT:
        return whole
    kept: list[str] = []
    lines = text.split("\n")
    length = 0
    for line in lines:
        shown = cut_escaped(line, LONGEST_SECTION)
        if length + len(shown) > LONGEST_TEXT - 40:
            break
        kept.append(shown)
        length += len(shown) + 1
    return "\n".join([*kept, f"… and {len(lines) - len(kept):,} more lines."])


def fitting(blocks: Sequence[Block], most: int) -> list[Block]:
    """At most so many blocks: the ones that can be pressed stay, and what is left out is counted."""
    fit = _that_fit(blocks)
    if len(blocks) <= most and fit == len(blocks):
        return list(blocks)
    tail = [b for b in blocks[-3:] if b["type"] in ("actions", "context")]
    shown = list(blocks[: min(most - len(tail) - 1, fit, len(blocks) - len(tail))])
    hidden = [b for b in blocks[len(shown) : len(blocks) - len(tail)] if b["type"] == "section"]
    lines = sum(b["text"]["text"].count("\n") + 1 for b in hidden)
    return [*shown, context(f"… and {lines:,} more lines, which do not fit into one message."), *tail]


def _that_fit(blocks: Sequence[Block]) -> int:
    """How many of the first blocks are together no longer than a message may be."""
    length = 0
    for count, block in enumerate(blocks):
        length += len(block["text"]["text"]) if block["type"] == "section" else 0
        if length > LONGEST_MESSAGE:
            return count
    return len(blocks)


def cut(text: str, limit: int) -> str:
    """Never empty: Slack takes no empty text."""
    flat = text.strip() or " "
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def cut_escaped(text: str, limit: int) -> str:
    """Escaped, and cut between characters, never within `&amp;`."""
    whole = escaped(text)
    if len(whole) <= limit:
        return whole
    kept, length = [], 0
    for character in _without_styles(text):
        shown = _escaped(character)
        if length + len(shown) > limit - 1:
            break
        kept.append(shown)
        length += len(shown)
    return "".join(kept) + "…"

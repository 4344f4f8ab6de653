"""What does a text in Slack's own mark-up look like as HTML that cannot do anything but be read?

Everything is escaped unless a rule below made it: markup is built with `Markup.format`, which escapes its
arguments, so no text of a message ever reaches the page as HTML.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from markupsafe import Markup, escape

from sandbox.page import emoji
from sandbox.page.reader import Reader, from_ts

_SAFE_SCHEMES = {"http", "https", "mailto"}
_ENTITIES = re.compile(r"&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}

_FENCE = re.compile(r"```(.+?)```", re.DOTALL)
_QUOTE = re.compile(r"^(?:&gt;|>) ?(?!(?:&gt;|>){2})")
_QUOTE_REST = re.compile(r"^(?:&gt;|>){3} ?")
_ENTRY = re.compile(r"^(\s*)([•◦▪‣⁃-]|\d{1,3}[.)])\s+(?=\S)")
_ATOM = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|<(?P<control>[^<>\n]+)>"
    r"|(?P<url>https?://[^\s<>|`\"]+[^\s<>|`\".,;:!?)\]}'*_~])"
    r"|:(?P<emoji>[a-z0-9_+'-]+(?:::skin-tone-[2-6])?):"
    r"|(?P<shout>(?<!\w)@(?:here|channel|everyone)\b)"
)
_STYLES = {"*": Markup("<strong>{}</strong>"), "_": Markup("<em>{}</em>"), "~": Markup("<s>{}</s>")}


def render(text: str, reader: Reader, *, verbatim: bool = True) -> Markup:
    """The text of a message or a mrkdwn object; if not verbatim, a bare @here is a mention, as in Slack."""
    out: list[Markup] = []
    position = 0
    for fence in _FENCE.finditer(text):
        out.append(_prose(text[position : fence.start()], reader, verbatim))
        out.append(Markup("<pre>{}</pre>").format(decode(_plain_controls(fence[1].strip("\n"), reader))))
        position = fence.end()
    out.append(_prose(text[position:], reader, verbatim))
    return Markup("").join(out)


def plain(text: str) -> Markup:
    """A plain_text object: only :emoji: and line breaks mean anything."""
    return _with_breaks(text)


def decode(text: str) -> str:
    """The text with Slack's three escapes undone (nothing else is an escape, and each only once)."""
    return _ENTITIES.sub(lambda entity: _CHARACTERS[entity[1]], text)


def safe_link(address: str) -> str | None:
    """The address if a click on it can only open a page or a letter; None for javascript:, data: and kin."""
    address = address.strip()
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return None
    return address if scheme in _SAFE_SCHEMES and not re.search(r"[\x00-\x20]", address) else None


def link(address: str, label: Markup | str, reader: Reader) -> Markup:
    """A link a person may follow; one to a message of this workspace stays in the window."""
    safe = safe_link(address)
    if safe is None:
        return Markup('<span class="dead-link" title="This kind of link is not opened">{}</span>').format(
            label
        )
    inside = _inside(safe, reader)
    if inside:
        return Markup('<a href="{}">{}</a>').format(inside, label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(
        safe, label
    )


def user_mention(user: str, reader: Reader) -> Markup:
    mine = " mention-me" if user == reader.user else ""
    return Markup('<span class="mention{}">@{}</span>').format(mine, reader.name(user))


def channel_mention(channel: str, reader: Reader, label: str = "") -> Markup:
    name = "#" + (reader.channels.get(channel) or label or channel)
    if channel not in reader.channels:
        return Markup('<span class="mention">{}</span>').format(name)
    return Markup('<a class="mention" href="{}">{}</a>').format(page_address(reader.user, channel), name)


def page_address(user: str, channel: str, thread: str = "", message: str = "") -> str:
    """Where the page shows a channel (and a thread, and a message in it) to a person."""
    address = f"/?as={quote(user)}&channel={quote(channel)}"
    if thread:
        address += f"&thread={quote(thread)}"
    return address + (f"#m-{quote(message)}" if message else "")


def _inside(address: str, reader: Reader) -> str | None:
    """The page's own address of a permalink (…/archives/C1/p1700000000000100), if it is one of ours."""
    if not reader.home or not address.startswith(reader.home.rstrip("/") + "/"):
        return None
    parts = urlsplit(address)
    found = re.fullmatch(r"/archives/(\w+)(?:/p(\d{7,}))?", parts.path)
    if not found:
        return None
    ts = f"{found[2][:-6]}.{found[2][-6:]}" if found[2] else ""
    thread = parse_qs(parts.query).get("thread_ts", [""])[0]
    return page_address(reader.user, found[1], thread, ts)


def _prose(text: str, reader: Reader, verbatim: bool) -> Markup:
    """Lines outside code blocks: quotes and list entries become blocks of their own, the rest runs on."""
    out: list[Markup] = []
    running: list[Markup] = []
    quoted: list[Markup] = []

    def close(lines: list[Markup], shape: Markup) -> None:
        if lines:
            out.append(shape.format(Markup("<br>").join(lines)))
            lines.clear()

    everything_is_quoted = False
    for line in text.strip("\n").split("\n") if text.strip("\n") else ():
        rest = _QUOTE_REST.match(line)
        everything_is_quoted = everything_is_quoted or bool(rest)
        start = rest or _QUOTE.match(line)
        if everything_is_quoted or start:
            close(running, Markup("{}"))
            quoted.append(_inline(line[start.end() :] if start else line, reader, verbatim))
            continue
        close(quoted, Markup("<blockquote>{}</blockquote>"))
        entry = _ENTRY.match(line)
        if entry:
            close(running, Markup("{}"))
            out.append(_list_entry(line, entry, reader, verbatim))
        else:
            running.append(_inline(line, reader, verbatim))
    close(running, Markup("{}"))
    close(quoted, Markup("<blockquote>{}</blockquote>"))
    return Markup("").join(out)


def _list_entry(line: str, entry: re.Match[str], reader: Reader, verbatim: bool) -> Markup:
    depth = min(len(entry[1].expandtabs(4)) // 2, 4)
    mark = "•" if entry[2] == "-" else entry[2]
    kind = "number" if mark[0].isdigit() else "point"
    words = _inline(line[entry.end() :], reader, verbatim)
    return Markup(
        '<span class="entry depth-{}"><span class="entry-mark {}">{}</span><span>{}</span></span>'
    ).format(depth, kind, mark, words)


@dataclass(frozen=True)
class _Piece:
    """A stretch of a line: a finished atom (link, mention, code, picture), or raw characters."""

    raw: str
    atom: Markup | None = None


def _inline(line: str, reader: Reader, verbatim: bool) -> Markup:
    pieces = list(_pieces(line, reader, verbatim))
    return _styled(pieces, 0, len(pieces), _closers(pieces))


def _pieces(line: str, reader: Reader, verbatim: bool) -> Iterator[_Piece]:
    """The line cut into atoms, style marks (one character each), and plain stretches between them."""
    position = 0
    for match in _ATOM.finditer(line):
        atom = _atom(match, reader, verbatim)
        if atom is None:
            continue
        yield from _marks(line[position : match.start()])
        yield _Piece(match[0], atom)
        position = match.end()
    yield from _marks(line[position:])


def _marks(text: str) -> Iterator[_Piece]:
    yield from (_Piece(part) for part in re.split(r"([*_~])", text) if part)


def _atom(match: re.Match[str], reader: Reader, verbatim: bool) -> Markup | None:
    if match["code"]:
        return Markup("<code>{}</code>").format(decode(_plain_controls(match["code"][1:-1], reader)))
    if match["control"]:
        return _control(match["control"], reader)
    if match["url"]:
        return link(decode(match["url"]), decode(match["url"]), reader)
    if match["emoji"]:
        return _emoji(match["emoji"])
    return None if verbatim else _shout(match["shout"][1:])


def _emoji(name: str) -> Markup | None:
    found = emoji.picture(name)
    return Markup('<span class="emoji" title=":{}:">{}</span>').format(name, found) if found else None


def _shout(word: str) -> Markup:
    return Markup('<span class="mention mention-me">@{}</span>').format(word)


def _control(inside: str, reader: Reader) -> Markup:
    """What stands between < and >: a mention, a channel, a date, a group, or a link."""
    target, _, label = inside.partition("|")
    kind, rest = target[:1], target[1:]
    if kind == "@":
        return user_mention(rest, reader)
    if kind == "#":
        return channel_mention(rest, reader, decode(label))
    if kind == "!":
        return _special(rest, label, reader)
    address = decode(target)
    shown = _labelled(label) if label else escape(address.removeprefix("mailto:"))
    if safe_link(address) is None:
        # Somebody typed < and > without escaping, or meant mischief: it stays the text it is.
        return link(address, escape(decode(f"<{inside}>")), reader)
    return link(address, shown, reader)


def _labelled(label: str) -> Markup:
    return _with_breaks(decode(label))


def _with_breaks(text: str) -> Markup:
    return Markup("<br>").join(_pictures(line) for line in text.split("\n"))


def _pictures(text: str) -> Markup:
    """Escaped text in which only :emoji: has a meaning."""
    out: list[Markup] = []
    position = 0
    for match in re.finditer(r":([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):", text):
        found = _emoji(match[1])
        if found:
            out += [escape(text[position : match.start()]), found]
            position = match.end()
    return Markup("").join([*out, escape(text[position:])])


def _special(rest: str, label: str, reader: Reader) -> Markup:
    """<!here>, <!subteam^S1|@team>, <!date^1700000000^{date} at {time}^https://…|fallback>."""
    name, *parts = rest.split("^")
    if name in {"here", "channel", "everyone"}:
        return _shout(name)
    if name == "subteam" and parts:
        return Markup('<span class="mention">{}</span>').format(decode(label) or "@" + parts[0])
    if name == "date" and len(parts) >= 2 and re.fullmatch(r"-?\d{1,11}", parts[0]):
        moment = from_ts(parts[0])
        words = reader.moment_in_words(moment, decode(parts[1]))
        shown = Markup('<time datetime="{}" title="{}">{}</time>').format(
            moment.isoformat(), reader.full(moment), words
        )
        return link(decode(parts[2]), shown, reader) if len(parts) > 2 else shown
    return escape(decode(label or f"<!{rest}>"))


def _plain_controls(text: str, reader: Reader) -> str:
    """In code, Slack still shows what a link or a mention points at, as words."""

    def words(match: re.Match[str]) -> str:
        target, _, label = match[1].partition("|")
        if target[:1] == "@":
            return "@" + reader.name(target[1:])
        if target[:1] == "#":
            return "#" + reader.channel(target[1:])
        return label or (target if safe_link(decode(target)) else match[0])

    return re.sub(r"<([^<>\n]+)>", words, text)


def _closers(pieces: list[_Piece]) -> dict[str, list[int]]:
    """Where each style mark could close: after something that is not a space, and not inside a word."""
    found: dict[str, list[int]] = {mark: [] for mark in _STYLES}
    for index, piece in enumerate(pieces):
        if piece.atom is None and piece.raw in _STYLES and index:
            before, after = pieces[index - 1], pieces[index + 1] if index + 1 < len(pieces) else None
            if not before.raw[-1].isspace() and not _goes_on(after):
                found[piece.raw].append(index)
    return found


def _opens(pieces: list[_Piece], index: int, end: int) -> bool:
    before = pieces[index - 1] if index else None
    follows = index + 1 < end and not pieces[index + 1].raw[0].isspace()
    return follows and not (before and before.atom is None and before.raw[-1].isalnum())


def _goes_on(piece: _Piece | None) -> bool:
    """A letter or digit right after a mark: snake_case_names and 3*4*5 are no styles."""
    return piece is not None and piece.atom is None and piece.raw[0].isalnum()


def _styled(pieces: list[_Piece], start: int, end: int, closers: dict[str, list[int]]) -> Markup:
    """Pieces with *bold*, _italic_ and ~struck~ applied; each mark pairs with the nearest that can close it.

    Inside a pair there is no other mark of its kind that closes, so the recursion is at most three deep.
    """
    out: list[Markup] = []
    index = start
    while index < end:
        piece = pieces[index]
        if piece.atom is not None:
            out.append(piece.atom)
        elif piece.raw in _STYLES and _opens(pieces, index, end):
            ends = closers[piece.raw]
            at = bisect_right(ends, index + 1)
            if at < len(ends) and ends[at] < end:
                out.append(_STYLES[piece.raw].format(_styled(pieces, index + 1, ends[at], closers)))
                index = ends[at]
            else:
                out.append(escape(piece.raw))
        else:
            out.append(escape(decode(piece.raw)))
        index += 1
    return Markup("").join(out)

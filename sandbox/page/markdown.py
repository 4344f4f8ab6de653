"""What does a markdown block (standard Markdown, not Slack's own mark-up) look like as HTML?"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from sandbox.page import emoji, mrkdwn
from sandbox.page.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token


def render(text: str, reader: Reader) -> Markup:
    """HTML in the text stays text, links go only where a click is harmless, pictures are not fetched."""
    tokens = _parser().parse(text)
    for token in _every(tokens):
        if token.type == "link_open":
            token.attrSet("target", "_blank")
            token.attrSet("rel", "noopener noreferrer nofollow")
        elif token.type == "text":
            token.content = emoji.in_words(token.content)
        elif token.type.startswith("heading_"):
            token.tag = f"h{min(int(token.tag[1]) + 3, 6)}"  # below the headings of the page itself
        elif token.type in {"th_open", "td_open"}:
            token.attrs.pop("style", None)  # the page's policy forbids style attributes
    return Markup(_parser().renderer.render(tokens, _parser().options, {}))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
    # A method of the parser, replaced as its documentation says to.
    setattr(parser, "validateLink", _may_follow)  # noqa: B010
    return parser


def _may_follow(address: str) -> bool:
    return mrkdwn.safe_link(address) is not None


def _every(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _every(token.children or [])

"""What do Block Kit blocks look like as HTML, in a message, in a modal, or on the Home tab?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import ChainableUndefined, Environment, PackageLoader, TemplateError
from markupsafe import Markup

from sandbox.page import charts, emoji, markdown, mrkdwn, richtext
from sandbox.page.reader import Reader

Block = Mapping[str, Any]
Options = list[tuple[str, list[tuple[str, str]]]]  # groups: (label or "", [(value, text), …])

_DEPTH = 4  # containers in cards in containers: nobody means that


@dataclass(frozen=True)
class Place:
    """Where blocks stand: what was entered there already, and what was wrong with it."""

    scope: str  # unique on the page: makes the ids of fields
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # as in Slack's view.state.values
    errors: Mapping[str, str] = field(default_factory=dict)  # by block_id


@cache
def environment() -> Environment:
    """The page's templates: everything is escaped, and what a block leaves out is simply not there."""
    return Environment(
        loader=PackageLoader("sandbox.page"),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(blocks: Sequence[Block], reader: Reader, place: Place) -> Markup:
    """All blocks of one message or view."""
    return Renderer(reader, place).blocks(blocks)


class Renderer:
    """The blocks of one place for one reader; the templates call back into it as `r`."""

    def __init__(self, reader: Reader, place: Place) -> None:
        self._reader = reader
        self._place = place
        self._ids = 0
        self._depth = 0
        self._blocks = environment().get_template("blocks.html").make_module({"r": self})
        self._elements = environment().get_template("elements.html").make_module({"r": self})

    # ——— blocks and elements

    def blocks(self, blocks: Sequence[Block]) -> Markup:
        return Markup("").join(self.block(block) for block in blocks)

    def block(self, block: Block) -> Markup:
        """One block; a kind this page does not know, or a broken one, is shown as what it says."""
        macro = getattr(self._blocks, f"block_{block.get('type')}", None)
        if macro is None or self._depth >= _DEPTH:
            return self._unknown(block)
        self._depth += 1
        try:
            return Markup(macro(block))
        except (AttributeError, KeyError, TypeError, ValueError, TemplateError):
            return self._unknown(block)
        finally:
            self._depth -= 1

    def element(
        self, element: Block, block: Block, *, id: str = "", described: str = "", label: Block | None = None
    ) -> Markup:
        """An element of a block. Outside an input block each change is told to the app at once."""
        macro = getattr(self._elements, f"element_{element.get('type')}", None)
        if macro is None:
            return Markup(self._elements.unknown_element(element))  # type: ignore[attr-defined]
        at_once = block.get("type") != "input" or bool(block.get("dispatch_action"))
        return Markup(macro(element, block, at_once, id or self.next_id(), described, label))

    def _unknown(self, block: Block) -> Markup:
        return Markup(self._blocks.unknown(block))  # type: ignore[attr-defined]

    # ——— words

    def text(self, text: Block | str | None) -> Markup:
        """A text object: mrkdwn or plain_text. A bare string is plain."""
        if not text:
            return Markup("")
        if isinstance(text, str):
            return mrkdwn.plain(text)
        said = str(text.get("text", ""))
        if text.get("type") == "mrkdwn":
            return mrkdwn.render(said, self._reader, verbatim=bool(text.get("verbatim")))
        return mrkdwn.plain(said)

    def words(self, text: Block | str | None) -> str:
        """A text object where no markup is possible (an <option>, a placeholder)."""
        said = text if isinstance(text, str) else str(text.get("text", "")) if text else ""
        return emoji.in_words(said)

    def rich_text(self, block: Block) -> Markup:
        return richtext.render(block, self._reader)

    def markdown(self, text: str) -> Markup:
        return markdown.render(text, self._reader)

    def link(self, address: str, label: Markup | str) -> Markup:
        return mrkdwn.link(address, label, self._reader)

    def safe_link(self, address: Any) -> str | None:
        return mrkdwn.safe_link(address) if isinstance(address, str) else None

    def cell(self, cell: Block | None) -> Markup:
        """A cell of a table."""
        if not cell:
            return Markup("")
        if cell.get("type") == "rich_text":
            return self.rich_text(cell)
        shown = cell.get("text", cell.get("value", cell.get("number", "")))
        return mrkdwn.plain(str(shown))

    def chart(self, chart: Block) -> Markup:
        return charts.render(chart)

    def picture(self, image: Block, small: bool = False) -> Markup:
        """An image; only the workspace's own are loaded: looking at a message must not call anybody else."""
        file = image.get("slack_file") or {}
        address = file.get("url") or self._reader.files.get(file.get("id", "")) or image.get("image_url", "")
        description = str(image.get("alt_text", ""))
        home = self._reader.home.rstrip("/") + "/"
        if len(home) > 1 and address.startswith(home):
            place = "/" + address.removeprefix(home)
            if small:
                return Markup('<img class="small" src="{}" alt="{}">').format(place, description)
            whole = '<a href="{}" target="_blank" rel="noopener"><img class="large" src="{}" alt="{}"></a>'
            return Markup(whole).format(place, place, description)
        return Markup('<span class="no-image{}"><span aria-hidden="true">🖼</span> {}</span>').format(
            " small" if small else "", self.link(address, description or "Image") if address else description
        )

    def as_json(self, block: Block) -> str:
        return json.dumps(block, indent=2, ensure_ascii=False, default=str)

    # ——— fields

    def next_id(self) -> str:
        self._ids += 1
        return f"{self._place.scope}-{self._ids}"

    def label(self, element: Block) -> str:
        """A name for a field that has no label of its own, for those who hear the page."""
        return self.words(element.get("placeholder")) or str(element.get("type", "")).replace("_", " ")

    def error(self, block: Block) -> str:
        return self._place.errors.get(str(block.get("block_id")), "")

    def confirm(self, element: Block) -> str:
        """What must be agreed to before the action is sent, for the script."""
        asked = element["confirm"]
        return json.dumps(
            {part: self.words(asked.get(part)) for part in ("title", "text", "confirm", "deny")}
            | {"style": asked.get("style", "primary")}
        )

    def options(self, element: Block) -> Options:
        groups = element.get("option_groups")
        if groups:
            return [(self.words(group.get("label")), self._pairs(group.get("options"))) for group in groups]
        return [("", self._pairs(element.get("options")))]

    def people(self) -> Options:
        return [("", sorted(self._reader.users.items(), key=lambda pair: pair[1].lower()))]

    def channels(self) -> Options:
        named = [(channel, f"#{name}") for channel, name in self._reader.channels.items()]
        return [("", sorted(named, key=lambda pair: pair[1].lower()))]

    def chosen(self, element: Block, block: Block) -> list[str]:
        """The values chosen so far: by the person, else those the app set out with."""
        return [value for value, _ in self.chosen_options(element, block)]

    def chosen_options(self, element: Block, block: Block) -> list[tuple[str, str]]:
        entered = self._entered(element, block)
        found: list[tuple[str, str]] = []
        for key, value in (entered if entered is not None else element).items():
            if not key.startswith("selected_" if entered is not None else "initial_") or not value:
                continue
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, Mapping):
                    found.append((str(one.get("value", "")), self.words(one.get("text"))))
                else:
                    found.append((str(one), str(one)))
        return found

    def files(self, element: Block, block: Block) -> list[tuple[str, str]]:
        """The files attached so far, by id and name."""
        entered = self._entered(element, block) or {}
        return [(str(one.get("id", "")), str(one.get("name", ""))) for one in entered.get("files") or ()]

    def chosen_words(self, groups: Options, chosen: Sequence[str]) -> str:
        return ", ".join(text for _, options in groups for value, text in options if value in chosen)

    def typed(self, element: Block, block: Block) -> str:
        """What stands in a field one types in: entered so far, else the initial value."""
        entered = self._entered(element, block)
        source, lead = (element, "initial_") if entered is None else (entered, "selected_")
        value = source.get("value" if entered is not None else "initial_value")
        for kind in ("date", "time", "date_time"):
            value = value or source.get(lead + kind)
        if element.get("type") == "datetimepicker" and value:
            moment = self._reader.local(datetime.fromtimestamp(int(value), UTC))
            return f"{moment:%Y-%m-%dT%H:%M}"
        value = value or source.get("rich_text_value")
        return richtext.words(value) if isinstance(value, Mapping) else str(value or "")

    def _entered(self, element: Block, block: Block) -> Mapping[str, Any] | None:
        values = self._place.values.get(str(block.get("block_id")), {})
        return values.get(str(element.get("action_id")))

    def _pairs(self, options: Sequence[Block] | None) -> list[tuple[str, str]]:
        return [(str(one.get("value", "")), self.words(one.get("text"))) for one in options or ()]


def fallback(text: str, reader: Reader) -> Markup:
    """A message without blocks."""
    return Markup('<div class="text">{}</div>').format(mrkdwn.render(text, reader))

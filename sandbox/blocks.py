"""Is this Block Kit something Slack would take, on this surface?"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any, Literal

from sandbox.kit import BLOCKS, COLUMN, ELEMENTS, MARKDOWN, OFFER, plain
from sandbox.shapes import Findings, Problem, Rule, anything, boolean, items, listed, shape, string, typed
from sandbox.state import Json

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
TABLES = 10_000  # characters over all tables of a message
CHARTS = 2  # in a message
VIEW_BYTES = 250_000

_OF_MODALS = {
    "actions", "alert", "card", "context", "divider", "header", "image", "input", "rich_text", "section",
    "video",
}  # fmt: skip
_OF_HOMES = (_OF_MODALS - {"alert"}) | {"carousel", "container", "data_table", "data_visualization", "table"}
_OF_MESSAGES = set(BLOCKS) - {"alert"}
SURFACES: dict[Surface, set[str]] = {"message": _OF_MESSAGES, "modal": _OF_MODALS, "home": _OF_HOMES}
_RULES: dict[Surface, Rule] = {
    surface: items(typed(BLOCKS, sorted(kinds)), 0, MOST_BLOCKS[surface])
    for surface, kinds in SURFACES.items()
}


# ——— whole payloads


def check_blocks(blocks: Any, surface: Surface, at: str = "/blocks") -> list[Problem]:
    """Everything that is wrong with these blocks; nothing when Slack would take them."""
    found = Findings()
    _RULES[surface](found, blocks, at)
    there = [(f"{at}/{index}", one) for index, one in enumerate(listed(blocks)) if isinstance(one, dict)]
    _nested(found, there)
    _unique_ids(found, there)
    _sums(found, there, at, surface)
    _columns(found, there)
    return found.problems


def check_offer(body: Any) -> list[Problem]:
    """Everything that is wrong with what an app offers somebody who types into a select."""
    found = Findings()
    OFFER(found, body, "")
    if isinstance(body, dict) and (body.get("options") is None) == (body.get("option_groups") is None):
        found.add("must provide exactly one of options, option_groups", "", "exclusive_fields")
    return found.problems


def check_view(view: Any, at: str = "/view") -> list[Problem]:
    """Everything that is wrong with a modal or a Home."""
    found = Findings()
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in ("modal", "home"):
        typed({"modal": anything, "home": anything})(found, view, at)
        return found.problems
    _VIEWS[kind](found, view, at)
    blocks = view.get("blocks", [])
    problems = found.problems + check_blocks(blocks, kind, f"{at}/blocks")
    kinds = [one.get("type") for one in listed(blocks) if isinstance(one, dict)]
    if kind == "modal" and "input" in kinds and not view.get("submit"):
        problems.append(
            Problem("submit is required when an input block is within blocks", at, "missing_field")
        )
    return problems


def too_large(view: Json) -> bool:
    return len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode()) > VIEW_BYTES


_COMMON_VIEW: dict[str, Rule] = {
    "private_metadata": string(0, 3000),
    "callback_id": string(0, 255),
    "external_id": string(0, 255),
}
_VIEWS: dict[str, Rule] = {
    "modal": shape(
        {"type": anything, "title": plain(24), "blocks": anything},
        {
            **_COMMON_VIEW,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": shape({"type": anything, "blocks": anything}, _COMMON_VIEW),
}


def elements_of(block: Json) -> Iterator[tuple[str, Json]]:
    """The parts of a block a person can act on, with the way to each."""
    kind = block.get("type")
    if kind in ("actions", "context_actions", "carousel"):
        for index, one in enumerate(listed(block.get("elements"))):
            if isinstance(one, dict) and one.get("type") == "card":
                for path, button in elements_of(one):
                    yield f"/elements/{index}{path}", button
            elif isinstance(one, dict):
                yield f"/elements/{index}", one
    elif kind == "card":
        for index, one in enumerate(listed(block.get("actions"))):
            if isinstance(one, dict):
                yield f"/actions/{index}", one
    for key in ("accessory", "element"):
        one = block.get(key)
        if isinstance(one, dict) and one.get("type") != "image":
            yield f"/{key}", one


def all_blocks(blocks: list[Json]) -> Iterator[Json]:
    """The blocks, and those inside containers."""
    for block in blocks:
        yield block
        yield from all_blocks(block.get("child_blocks") or [])


def completed_blocks(blocks: list[Json]) -> list[Json]:
    """The blocks as Slack hands them back: each with an id, each default spelt out."""
    return [{"type": one["type"], "block_id": _some_id(), **completed(one)} for one in blocks]


def completed(value: Any) -> Any:
    """Any part of Block Kit with its defaults spelt out, and an id for each element."""
    if isinstance(value, list):
        return [completed(one) for one in value]
    if not isinstance(value, dict):
        return value
    out = {key: completed(one) for key, one in value.items() if one is not None}
    kind = out.get("type")
    if kind == "plain_text":
        out.setdefault("emoji", True)
    elif kind == "mrkdwn":
        out.setdefault("verbatim", False)
    if kind == "input":
        out.setdefault("optional", False)
        out.setdefault("dispatch_action", False)
    if kind in ELEMENTS and kind != "image":
        out.setdefault("action_id", _some_id())
    return out


def _some_id() -> str:
    return secrets.token_urlsafe(4)[:5]


def _nested(found: Findings, there: list[tuple[str, Json]]) -> None:
    """What is inside containers, and must be blocks as well, though no container again."""
    inner = typed(BLOCKS, sorted(_OF_MESSAGES - {"container", "input", "plan"}))
    for at, block in there:
        children = block.get("child_blocks")
        for index, one in enumerate(listed(children)):
            inner(found, one, f"{at}/child_blocks/{index}")


def _unique_ids(found: Findings, there: list[tuple[str, Json]]) -> None:
    seen: set[Any] = set()
    for at, block in there:
        block_id = block.get("block_id")
        if block_id is not None and str(block_id) in seen:
            found.add(f"`block_id` {block_id} already exists", f"{at}/block_id", "duplicate_block_id")
        seen.add(str(block_id))
        acts: set[str] = set()
        for path, element in elements_of(block):
            action_id = element.get("action_id")
            if action_id is not None and str(action_id) in acts:
                message = f"`action_id` {action_id} already exists for block"
                found.add(message, f"{at}{path}/action_id", "duplicate_action_id")
            acts.add(str(action_id))


def _sums(found: Findings, there: list[tuple[str, Json]], at: str, surface: Surface) -> None:
    """Limits that hold for all blocks of a payload together."""
    written = sum(len(str(one.get("text", ""))) for _, one in there if one.get("type") == "markdown")
    if written > MARKDOWN:
        found.add(f"markdown blocks must be less than {MARKDOWN + 1} characters in all", at, "too_long")
    tabled = sum(
        _cell_text(one.get("rows")) for _, one in there if one.get("type") in ("table", "data_table")
    )
    if tabled > TABLES:
        found.add(f"tables must be less than {TABLES + 1} characters in all", at, "too_long")
    if surface == "message" and sum(one.get("type") == "data_visualization" for _, one in there) > CHARTS:
        found.add(f"no more than {CHARTS} data_visualization blocks allowed", at, "too_many_items")
    focused = sum(bool(part.get("focus_on_load")) for _, one in there for _, part in elements_of(one))
    if focused > 1:
        found.add("only one element can be set to focus_on_load", at, "duplicate_focus")


def _cell_text(value: Any) -> int:
    """The characters in the cells of a table, of whatever kind."""
    if isinstance(value, list):
        return sum(_cell_text(one) for one in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text", value.get("value", "")) if value.get("type") != "rich_text" else ""
    return len(str(own)) + _cell_text(value.get("elements"))


def _columns(found: Findings, there: list[tuple[str, Json]]) -> None:
    for at, block in there:
        settings = block.get("column_settings")
        for index, one in enumerate(listed(settings)):
            if one is not None:
                COLUMN(found, one, f"{at}/column_settings/{index}")

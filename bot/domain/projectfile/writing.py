"""How is a plan written down, so that people like to read it and loading it gives the same plan?

Written here and not by PyYAML's emitter: its C one spells 🚧 as an escape and doubles blank lines, its pure
one takes eight seconds for ten thousand items.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.changes import as_json
from bot.domain.plan import WEEKDAYS, Plan
from bot.domain.projectfile.fields import PARTS, PROJECT, said

# Without quotes only what no reader of YAML, old or new, takes for anything but this text.
_BARE = re.compile(r"\w(?:[\w .,;!?%/()+'&“”–—…→-]*[\w.!?%)+”])?")
_SURELY_TEXT = re.compile(r"[^\W\d]|.* [^\W\d_]{2}")  # begins with a letter, or has a word further on
_NO_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})
# What survives as a block of lines; a text that begins or ends with spaces, or has odd characters, does not.
_BLOCK = re.compile("[^\\s\ufeff](?:[^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*\\S)?\n?")
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write(plan: Plan) -> str:
    """The project file; nothing in it depends on anything but the plan."""
    project = said(as_json(plan.project) | {"revision": plan.project.revision or None}, PROJECT)
    parts = (
        (part.place, (said(as_json(thing), part.fields) for thing in getattr(plan, part.place)))
        for part in PARTS
    )
    return document("project", project, parts)


def document(
    head: str, about: Mapping[str, Any], parts: Iterable[tuple[str, Iterable[Mapping[str, Any]]]]
) -> str:
    """A file: what it is about under the key `head`, then lists of things, each by its key."""
    lines = [f"{head}:", *_mapping(about, "  ")]
    for place, things in parts:
        written: list[str] = []
        for thing in things:
            first, *rest = _mapping(thing, "  ")
            written += [f"- {first[2:]}", *rest]
        lines += [f"{place}:", *written] if written else [f"{place}: []"]
    return "\n".join(lines) + "\n"


def _mapping(mapping: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        name = f"{indent}{_scalar(key)}:"
        if isinstance(value, Mapping) and value:
            yield name
            yield from _mapping(value, indent + "  ")
        elif isinstance(value, list) and value and not _short(value):
            yield name
            yield from _list(value, indent)
        elif isinstance(value, str) and "\n" in value and _BLOCK.fullmatch(value):
            yield from _block(name, value, indent + "  ")
        else:
            yield f"{name} {_scalar(value) if isinstance(value, str) else _inline(value)}"


def _list(values: list[Any], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping) and value:
            first, *rest = _mapping(value, indent + "  ")
            yield f"{indent}- {first[len(indent) + 2 :]}"
            yield from rest
        else:
            yield f"{indent}- {_scalar(value) if isinstance(value, str) else _inline(value)}"


def _block(name: str, text: str, indent: str) -> Iterator[str]:
    yield f"{name} |" if text.endswith("\n") else f"{name} |-"
    for line in text.removesuffix("\n").split("\n"):
        yield indent + line if line else ""


def _short(values: list[Any]) -> bool:
    """Whether a list reads best on its key's line: a week does, what an item depends on does not."""
    return all(value in WEEKDAYS for value in values)


def _inline(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_inline(key)}: {_inline(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, str):
        return _quoted(value) if "," in value else _scalar(value)  # a comma would end it here
    return json.dumps(value)


def _scalar(text: str) -> str:
    bare = _BARE.fullmatch(text) and _SURELY_TEXT.match(text) and text.lower() not in _NO_TEXT
    return text if bare else _quoted(text)


def _quoted(text: str) -> str:
    if not _ODD.search(text):
        return "'" + text.replace("'", "''") + "'"
    # Of JSON's escapes YAML knows all but pairs of surrogates, so only odd characters are escaped.
    return _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", json.dumps(text, ensure_ascii=False))

"""What does Slack hand back of what we showed: which button, which choice, which form, and from whom?

Whoever reads a payload reads it with these words: one that lacks something, or holds what we never wrote,
is answered with a sentence. So is one from a message of an older version.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.errors import Invalid

BUTTON = "I do not know that button any more; ask again with `/golive`."
FORM = "I do not know that form any more; open it again from where it was."
LONGEST = 4000  # more than anything we put into a button or a form
LARGEST = 2**31  # revisions are smaller

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # what turns round how the text after it is read
_FILE = re.compile(r"F[A-Z0-9]{2,30}", re.ASCII)


def word(thing: object, *path: str) -> str | None:
    """The text that stands there, if there is one that can be stored."""
    thing = _at(thing, path)
    if not isinstance(thing, str) or not 0 < len(thing) <= LONGEST:
        return None
    return None if _UNSTORABLE.search(thing) else thing


def choice(thing: object, *path: str) -> str | None:
    """The same where leaving it empty is a choice too, which nothing else may pass for."""
    return None if _at(thing, path) in (None, "") else _known(word(thing, *path), FORM)


def pressed(action: Mapping[str, Any]) -> str:
    """The value of a button."""
    return _known(word(action, "value"), BUTTON)


def chosen(action: Mapping[str, Any]) -> str:
    """The value of the option that was chosen."""
    return _known(word(action, "selected_option", "value"), BUTTON)


def message(body: Mapping[str, Any]) -> str:
    """The ts of the message something was pressed in."""
    return _known(word(body, "container", "message_ts") or word(body, "message", "ts"), BUTTON)


def trigger(body: Mapping[str, Any]) -> str:
    """What allows a form to be opened."""
    return _known(word(body, "trigger_id"), BUTTON)


def person(body: Mapping[str, Any]) -> str:
    """The Slack user who pressed or sent something."""
    return _known(word(body, "user", "id"), "Slack does not say who did that, so I left everything as it is.")


def typed(command: Mapping[str, Any]) -> tuple[str, str, str]:
    """Who typed a command, in which channel, and what."""
    missing = "Slack does not say who typed that, or where. Please type it again in a channel."
    text = command.get("text")
    user, channel = word(command, "user_id"), word(command, "channel_id")
    said = _UNSTORABLE.sub("", text) if isinstance(text, str) else ""
    return _known(user, missing), _known(channel, missing), said


def words(thing: object) -> tuple[str, ...]:
    """The texts of a list that stands there."""
    if not isinstance(thing, list) or not all(isinstance(one, str) for one in thing):
        raise Invalid(FORM)
    return tuple(thing)


def readable(text: str) -> str:
    """The text without what no database takes, and what would turn the words of others around; empty when
    there is nothing in it to see."""
    found = _TURNING.sub("", _UNSTORABLE.sub("", text)).strip()
    return found if any(unicodedata.category(sign)[0] not in "CZ" for sign in found) else ""


def as_in_a_message(text: str) -> str:
    """What was typed into a form, where Slack encodes nothing, as it writes the same in a message, where
    `<200 ms` is no markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_typed(text: str) -> str:
    """The same for what is kept to the letter: a pair of `*` in it is two signs, and sets nothing in bold."""
    return as_in_a_message(text).replace("*", "&#42;").replace("_", "&#95;").replace("`", "&#96;")


def is_file(text: str) -> bool:
    """Whether this may be the id of a file."""
    return _FILE.fullmatch(text) is not None


def number(text: object, unknown: str) -> int:
    """A whole number no larger than any of ours."""
    told = str(text)
    if isinstance(text, bool) or not (told.isascii() and told.isdigit() and len(told) <= 10):
        raise Invalid(unknown)
    found = int(told)
    if found >= LARGEST:
        raise Invalid(unknown)
    return found


def day(text: str | None, unknown: str) -> date | None:
    """A day as Slack's fields give it."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(unknown) from None


def private(view: Mapping[str, Any], *names: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What a form carries along: all of it, and the texts of these names, which it must have."""
    try:
        found = json.loads(view["private_metadata"])
    except (ValueError, TypeError, LookupError, RecursionError):
        raise Invalid(FORM) from None
    if not isinstance(found, dict):
        raise Invalid(FORM)
    return found, tuple(_known(word(found, name), FORM) for name in names)


def fields(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What was filled in, by field: the one element of each."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    if not isinstance(values, dict):
        raise Invalid(FORM)
    found = {}
    for field, inner in values.items():
        element: object = next(iter(inner.values()), {}) if isinstance(inner, dict) else None
        if not isinstance(element, dict):
            raise Invalid(FORM)
        found[field] = element
    return found


def _at(thing: object, path: Sequence[str]) -> object:
    for name in path:
        thing = thing.get(name) if isinstance(thing, Mapping) else None
    return thing


def _known(found: str | None, unknown: str) -> str:
    if found is None:
        raise Invalid(unknown)
    return found

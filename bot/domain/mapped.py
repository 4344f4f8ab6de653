"""What does a mapping somebody wrote say, and what in it makes no sense?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import time as clock
from difflib import get_close_matches
from typing import Any

Problems = list[tuple[tuple[str, ...], str]]  # where, and what is wrong with it

_TIME = re.compile(r"(\d\d?):(\d\d)", re.ASCII)
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Reader:
    """One mapping as it is read; what is wrong is noted, and counts as not said."""

    def __init__(self) -> None:
        self.wrong: Problems = []

    def say(self, where: tuple[str, ...], said: str) -> None:
        self.wrong.append((where, said))

    def mapping(
        self, given: Any, where: tuple[str, ...], readers: Mapping[str, Callable[[Any, tuple[str, ...]], Any]]
    ) -> dict[str, Any]:
        if not isinstance(given, Mapping):
            self.say(where, f"has to be a mapping with {listed(readers)}, not {shown(given)}")
            return {}
        found = {}
        for key, value in given.items():
            reader = readers.get(key)
            if reader is None:
                near = get_close_matches(str(key), readers, 1, 0.5)
                guess = f"did you mean “{near[0]}”?" if near else f"there are {listed(readers)}"
                self.say((*where, str(key)), f"is unknown; {guess}")
            elif value is not None and (read := reader(value, (*where, key))) is not None:
                found[key] = read
        return found

    def group(self, kind: type[Any], **readers: Callable[[Any, tuple[str, ...]], Any]) -> Any:
        def read(value: Any, where: tuple[str, ...]) -> Any:
            return kind(**self.mapping(value, where, readers))

        return read

    def time(self, value: Any, where: tuple[str, ...]) -> clock | None:
        match = _TIME.fullmatch(value) if isinstance(value, str) else None
        try:
            if match:
                return clock(int(match[1]), int(match[2]))
        except ValueError:
            pass
        self.say(where, f"has to be a time of day like 09:00, not {shown(value)}")
        return None

    def flag(self, value: Any, where: tuple[str, ...]) -> bool | None:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.casefold() in _WORDS:
            return _WORDS[value.casefold()]
        self.say(where, f"has to be true or false, not {shown(value)}")
        return None

    def word(self, value: Any, where: tuple[str, ...]) -> str | None:
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.say(where, f"has to be a word, not {shown(value)}")
        return None


def listed(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *most, last = list(words)
    return f"{', '.join(most)} and {last}" if most else last


def shown(value: Any) -> str:
    """A value in quotes, as much of it as tells which."""
    text = " ".join(str(value).split())
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"

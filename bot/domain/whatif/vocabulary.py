"""Which words do suppositions use, in the languages that are read?"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

# Everything that is found in a text becomes one letter of these, followed by blanks, so that places stay.
DAYS, AMOUNT, GOLIVE, ITEM, BLOCKER, PERSON, BLANK = "\ue000\ue001\ue002\ue003\ue004\ue005\ue006"
_MARKS = {"<days>": DAYS, "<amount>": AMOUNT, "<golive>": GOLIVE}


@cache
def _sections() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    text = resources.files(__package__).joinpath("words.txt").read_text(encoding="utf-8")
    heading = ""
    for line in text.splitlines():
        if line.startswith("["):
            heading = line.strip("[] ")
        elif line.startswith("  "):
            found.setdefault(heading, []).append(line.strip())
    return {name: tuple(lines) for name, lines in found.items()}


@cache
def any_of(heading: str) -> str:
    """All that stands under a heading, as one pattern."""
    pattern = "|".join(_sections()[heading])
    for name, mark in _MARKS.items():
        pattern = pattern.replace(name, mark)
    return f"(?:{pattern})"


@cache
def words(heading: str) -> frozenset[str]:
    """The plain words under a heading."""
    return frozenset(" ".join(_sections()[heading]).split())


@cache
def whole(heading: str) -> re.Pattern[str]:
    """The words under a heading wherever they stand by themselves."""
    return re.compile(rf"(?<![\w-]){any_of(heading)}(?!\w)")

"""How is a file of turns of phrase written: entries under headings, and parts that stand for their words?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import resources

_PART = re.compile(r"\{([a-z_]+)\}")


def entries(package: str, language: str) -> Iterator[tuple[str, str]]:
    """Each entry of a package's file with the heading it stands under.

    A line that begins with six spaces goes on with the one before it; one that begins with # is a comment.
    """
    heading, entry = "", ""
    text = resources.files(package).joinpath(f"{language}.cues").read_text(encoding="utf-8")
    for line in [*text.splitlines(), "[end]"]:
        if line.startswith("      "):
            entry += line.strip()
            continue
        if entry:
            yield heading, entry
            entry = ""
        if line.startswith("["):
            heading = line.strip("[] ")
        elif line.strip() and not line.startswith("#"):
            entry = line.strip()


def spelt_out(words: str, parts: Mapping[str, str]) -> str:
    """The words with every {part} in its place, and with the parts of those."""
    return _PART.sub(lambda m: spelt_out(parts[m[1]], parts), words)

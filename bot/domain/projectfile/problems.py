"""What is wrong with a project file, on which line, and what to write instead?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.errors import BotError

# Beyond this many, nobody reads on, and a hostile file must not fill the memory with complaints.
MOST_PROBLEMS = 20_000


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend: the line it stands on (from 1), and a sentence."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class FileErrors(BotError):
    """Nothing of the file was loaded; `errors` has everything that is wrong with it, in order of lines."""

    def __init__(self, filename: str, errors: Iterable[Problem]) -> None:
        self.filename = filename
        self.errors = tuple(sorted(set(errors)))
        count = len(self.errors)
        wrong = "One thing is wrong with it:" if count == 1 else f"{count} things are wrong with it:"
        lines = "\n".join(f"  {problem}" for problem in self.errors)
        super().__init__(f"{filename} was not loaded. {wrong}\n{lines}")


class Collected:
    """The problems found so far."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, line: int, message: str) -> None:
        if len(self.found) < MOST_PROBLEMS:
            self.found.append(Problem(line, message))


class Guesses:
    """What somebody may have meant by a word that is not known; asked often, it stops guessing."""

    def __init__(self) -> None:
        self._left = 500  # each guess looks at every word there is: thousands of them would take minutes

    def offer(self, word: str, known: Iterable[str]) -> str:
        """“; did you mean …?”, or nothing when no known word is near."""
        near = self._near(word, list(known))
        return f"; did you mean {quoted(near)}?" if near else ""

    def _near(self, word: str, known: list[str]) -> str | None:
        if self._left <= 0 or not known or len(word) > 200:
            return None
        self._left -= 1
        from rapidfuzz import fuzz, process  # a C library needed only when something is wrong

        found = process.extractOne(word, known, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60)
        return str(found[0]) if found else None


def quoted(text: str, most: int = 60) -> str:
    """The text in quotation marks, on one line and not too long."""
    flat = " ".join(text.split())
    return f"“{flat[: most - 1]}…”" if len(flat) > most else f"“{flat}”"


def listed(words: Iterable[str], last: str = "or") -> str:
    """a, b or c."""
    *most, final = list(words)
    return f"{', '.join(most)} {last} {final}" if most else final

"""What stands around a place in a text, and does it excuse what is there?"""

from __future__ import annotations

from bot.domain.patientdata import cues, names


def around(text: str, start: int, end: int, before: int = 70, after: int = 70) -> str:
    """The words around a place, of the same paragraph."""
    gap = text.rfind("\n\n", 0, start)
    left = max(gap + 2 if gap >= 0 else 0, start - before)
    right = text.find("\n\n", end)
    return text[left : min(right if right >= 0 else len(text), end + after)]


def beneath(text: str, start: int, end: int) -> str:
    """The words around a place, of the same line: where a test patient would be called so."""
    left = max(text.rfind("\n", 0, start) + 1, start - 60, 0)
    right = text.find("\n", end)
    return text[left : min(right if right >= 0 else len(text), end + 40)]


def excused(text: str, start: int, end: int, *, named: bool) -> bool:
    """Whether it is of a test patient, or, where nobody is named, an example."""
    near = beneath(text, start, end)
    if names.of_a_test(near, named=named):
        return True
    return not named and cues.EXAMPLE.search(near) is not None

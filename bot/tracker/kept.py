"""What was worked out and may be asked for again, each as long as it holds?"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """One result for each of the last keys: a plan of many revisions has room for its newest only."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K, holds: Callable[[V], bool], work_out: Callable[[], V]) -> V:
        """What is kept, if it holds; else what is worked out now. Threads may work it out twice, and never
        get what does not hold."""
        found = self._found.get(key)
        if found is None or not holds(found):
            self._found.pop(key, None)  # to the end: what is asked for stays
            found = self._found[key] = work_out()
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return found

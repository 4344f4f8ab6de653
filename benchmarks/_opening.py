"""How long does something take on a store that was only just opened, and remembers nothing?"""

from __future__ import annotations

import time
from collections.abc import Callable

from storage import Store


def timed(
    url: str, what: Callable[[Store], object], before: Callable[[Store], object] | None = None
) -> float:
    """Seconds, of `what` alone; what it needs to be there is done `before`."""
    store = Store(url)
    try:
        with store.reading() as tx:
            tx.workspaces()  # the connection is open before the clock starts
        if before is not None:
            before(store)
        begun = time.perf_counter()
        what(store)
        return time.perf_counter() - begun
    finally:
        store.close()

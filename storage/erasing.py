"""How is a workspace forgotten, with nobody else kept waiting?"""

from __future__ import annotations

from datetime import datetime

from storage.store import Store


def erase(store: Store, workspace: str, at: datetime) -> None:
    """Remove all that is a workspace's, in slices; what is cut off goes on when it is asked for again."""
    with store.transaction() as tx:
        tx.begin_to_forget(workspace, at)
    more = True
    while more:
        with store.transaction() as tx:
            more = tx.erase(workspace)

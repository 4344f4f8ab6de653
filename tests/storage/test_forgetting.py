"""Is a workspace forgotten that golive was taken out of long ago, and no other?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage import Store, erase_removed, erasing

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=31)


def arrives(store: Store, workspace: str) -> None:
    with store.transaction() as tx:
        tx.arrives(workspace, name=workspace, url=None, enterprise=None, at=LONG_AGO)


def test_one_that_comes_back_while_another_is_forgotten_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for workspace in ("T1", "T2"):
        arrives(store, workspace)
        with store.transaction() as tx:
            assert tx.leaves(workspace, "app_uninstalled", LONG_AGO)
    erase_all = erasing._erase_all

    def meanwhile(store: Store, workspace: str) -> None:
        erase_all(store, workspace)
        arrives(store, "T2")

    monkeypatch.setattr(erasing, "_erase_all", meanwhile)
    assert erase_removed(store, NOW - timedelta(days=30), NOW)
    with store.reading() as tx:
        assert [(one.id, one.state) for one in tx.standings()] == [("T2", "working")]

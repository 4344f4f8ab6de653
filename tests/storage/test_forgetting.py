"""Is a workspace forgotten that golive was taken out of long ago, and no other?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.cli import forgetting
from storage import Store, erase, erase_removed, erasing

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=31)


def arrives(store: Store, workspace: str) -> bool:
    with store.transaction() as tx:
        return tx.arrives(workspace, name=workspace, url=None, enterprise=None, at=LONG_AGO)


def test_nobody_arrives_where_all_is_just_removed_and_whoever_does_so_after_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert arrives(store, "T1")
    with store.transaction() as tx:
        tx.begin_to_forget("T1", NOW)
    assert not arrives(store, "T1")

    def meanwhile(store: Store, workspace: str, at: datetime) -> None:
        erase(store, workspace, at)
        assert arrives(store, "T1")

    monkeypatch.setattr(forgetting, "erase", meanwhile)
    left, is_back = forgetting._forgotten(store, "T1")
    assert is_back
    assert left["workspaces"] == 1


def test_what_is_written_there_while_it_is_removed_goes_too(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrives(store, "T1")

    def meanwhile(store: Store, workspace: str, at: datetime) -> None:
        erase(store, workspace, at)
        with store.transaction() as tx:
            tx.add_member("T1", "C1", "U1")

    monkeypatch.setattr(forgetting, "erase", meanwhile)
    left, is_back = forgetting._forgotten(store, "T1")
    assert not is_back
    assert set(left.values()) == {0}


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

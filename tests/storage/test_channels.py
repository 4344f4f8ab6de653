"""Is it known who is in a channel, and what was heard there?"""

from __future__ import annotations

from dataclasses import replace

from storage import Heard, Store

HEARD = Heard(
    workspace="T1",
    channel="C1",
    ts="1763.0001",
    project="north",
    kind="blocker",
    author="U1",
    blocker="B1",
    text_hash="abc",
)


def test_members_come_and_go(store: Store) -> None:
    with store.transaction() as tx:
        tx.set_members("T1", "C1", ["U1", "U2", "U1"])
        tx.add_member("T1", "C1", "U3")
        tx.add_member("T1", "C1", "U3")
        tx.remove_member("T1", "C1", "U2")
        tx.remove_member("T1", "C1", "U9")
        tx.add_member("T2", "C1", "U8")

    with store.reading() as tx:
        assert tx.members("T1", "C1") == {"U1", "U3"}
        assert tx.members("T2", "C1") == {"U8"}
        assert tx.members("T1", "C9") == frozenset()


def test_the_members_of_a_channel_are_replaced_as_a_whole(store: Store) -> None:
    with store.transaction() as tx:
        tx.set_members("T1", "C1", ["U1", "U2"])
        tx.set_members("T1", "C2", ["U2"])
        tx.set_members("T1", "C1", ["U3"])
        tx.set_members("T1", "C2", [])
        assert tx.members("T1", "C1") == {"U3"}
        assert tx.members("T1", "C2") == frozenset()


def test_a_message_is_heard_once(store: Store) -> None:
    with store.transaction() as tx:
        assert tx.heard("T1", "C1", "1763.0001") is None
        assert tx.note_heard(HEARD)
    with store.transaction() as tx:
        assert not tx.note_heard(replace(HEARD, kind="owner", blocker=None))
        assert tx.note_heard(replace(HEARD, workspace="T2"))
    with store.reading() as tx:
        assert tx.heard("T1", "C1", "1763.0001") == HEARD


def test_an_edit_changes_what_was_heard(store: Store) -> None:
    edited = replace(HEARD, edited_ts="1763.0009", deleted=True, text_hash="def")
    with store.transaction() as tx:
        tx.note_heard(HEARD)
        tx.note_heard(replace(HEARD, ts="1763.0002"))
        tx.change_heard(edited)
    with store.reading() as tx:
        assert tx.heard("T1", "C1", "1763.0001") == edited
        assert tx.heard("T1", "C1", "1763.0002") == replace(HEARD, ts="1763.0002")

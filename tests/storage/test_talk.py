"""Are offers made once, refusals remembered, and tracked messages found again?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from storage import Store, Track
from storage.talk import EVERYTHING
from tests.storage.plans import BY_FILE, NOW, north

PLACE: dict[str, Any] = {"channel": "C1", "thread": "1.0", "slot": "talk", "ts": "1.1", "user": "U1"}


def offered(store: Store, **other: Any) -> int | None:
    with store.transaction() as tx:
        said = {"proposal": {"kind": "blocker"}}
        return tx.offer("local", "north", **{**PLACE, **other}, kind="blocker", said=said, at=NOW)


def test_a_thread_is_offered_a_thing_once(store: Store) -> None:
    first = offered(store)
    assert first is not None
    assert offered(store, user="U2", ts="1.2") is None
    assert offered(store, slot="follows:done") is not None
    assert offered(store, thread="2.0") is not None


def test_an_offer_is_answered_once_and_forgets_what_it_said(store: Store) -> None:
    id = offered(store)
    assert id is not None
    with store.transaction() as tx:
        assert tx.answer_offer(id, "taken")
        assert not tx.answer_offer(id, "refused")
    with store.reading() as tx:
        offer = tx.offered("local", id)
        assert offer is not None
        assert (offer.state, dict(offer.said)) == ("taken", {})
        assert tx.offered("elsewhere", id) is None
        assert tx.offers_on("local", "C1", "1.1") == []


def test_what_nobody_answers_is_forgotten_but_counted(store: Store) -> None:
    id = offered(store)
    assert id is not None
    with store.transaction() as tx:
        assert tx.offers_since("local", "U1", NOW - timedelta(hours=1), besides="handoff") == 1
        tx.forget_offers(NOW + timedelta(days=8))
        assert tx.offered("local", id).state == "void"  # type: ignore[union-attr]
        assert tx.offers_since("local", "U1", NOW, besides="handoff") == 1
        assert tx.offers_since("local", "U1", NOW + timedelta(seconds=1), besides="handoff") == 0


def test_a_refusal_holds_for_its_kind_person_and_channel(store: Store) -> None:
    with store.transaction() as tx:
        tx.refuse_offers("local", "C1", "U1", "blocker", NOW)
        tx.refuse_offers("local", "C1", "U1", "blocker", NOW)
        tx.refuse_offers("local", "C2", "U1", EVERYTHING, NOW)
        assert tx.refuses("local", "C1", "U1", "blocker")
        assert not tx.refuses("local", "C1", "U1", "own")
        assert not tx.refuses("local", "C1", "U2", "blocker")
        assert tx.refuses("local", "C2", "U1", "own")
        assert tx.take_offers_again("local", "C1", "U1")
        assert not tx.take_offers_again("local", "C1", "U1")
        assert tx.refused("local", "C1", "U1") == []


def test_a_message_speaks_of_one_thing_of_a_kind(store: Store) -> None:
    with store.transaction() as tx:
        tx.save(None, north(), **BY_FILE)
        track = Track(
            workspace="local",
            channel="C1",
            ts="1.1",
            entity="item",
            key="network",
            project="north",
            by="U1",
            at=NOW,
        )
        assert tx.track(track)
        assert not tx.track(track)
        tx.talk_moved("local", "C1", "C9")
        assert [each.key for each in tx.tracked("local", "C9", "1.1")] == ["network"]
        tx.untrack("local", "C9", "1.1", "item")
        assert tx.tracked("local", "C9", "1.1") == []

"""A blocker and the ways it may change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain import blockers
from bot.domain.errors import NotFound, Refused
from bot.domain.permissions import Asking
from bot.domain.plan import Blocker, Item, Person, Plan, Project, Status

TODAY = date(2030, 3, 5)
PEOPLE = tuple(
    Person(key=key, name=key.title(), slack=f"U{key.upper()}", role=role)
    for key, role in (("ann", "Project lead"), ("bo", None), ("cat", None), ("dee", None))
)
LINK = Item(key="link", title="Link", owner="bo")
FEED = Item(key="feed", title="Feed")


def plan(*held: Blocker) -> Plan:
    empty = Plan(project=Project(key="north", name="North"), people=PEOPLE, items=(LINK, FEED))
    for blocker in held:
        empty = blockers.opened(empty, blocker, TODAY)
    return empty


def b(id: str = "B1", **more: object) -> Blocker:
    return replace(Blocker(id=id, text="No key", item="link", raised=TODAY, raised_by="UCAT"), **more)  # type: ignore[arg-type]


def test_numbers_are_never_used_twice() -> None:
    taken_back = blockers.retracted(plan(b("B1"), b("B12")), "B12", TODAY)
    assert blockers.next_id(plan()) == "B1"
    assert blockers.next_id(taken_back) == "B13"


def test_an_item_is_free_only_when_its_last_blocker_is_gone() -> None:
    held = plan(b("B1"), b("B2", text="No cable"))
    one_left = blockers.cleared(held, "B1", TODAY)
    assert one_left.item["link"].status is Status.BLOCKED
    free = blockers.retracted(one_left, "B2", TODAY)
    assert free.item["link"].status is Status.TODO
    assert (free.blocker["B1"].status, free.blocker["B1"].cleared_on) == ("cleared", TODAY)
    assert (free.blocker["B2"].status, free.blocker["B2"].cleared_on) == ("retracted", None)


def test_naming_another_item_frees_the_first_and_blocks_the_second() -> None:
    after = blockers.edited(plan(b()), "B1", {"item": "feed"}, TODAY)
    assert (after.item["link"].status, after.item["feed"].status) == (Status.TODO, Status.BLOCKED)


def test_a_blocker_that_comes_back_blocks_again() -> None:
    gone = blockers.retracted(plan(b()), "B1", TODAY)
    assert blockers.edited(gone, "B1", {"status": "open"}, TODAY).item["link"].status is Status.BLOCKED


def test_clearing_twice_changes_nothing() -> None:
    cleared = blockers.cleared(plan(b()), "B1", TODAY)
    assert blockers.cleared(cleared, "B1", TODAY) is cleared


def test_the_same_words_by_the_same_person_are_the_same_blocker() -> None:
    held = plan(b())
    assert blockers.same(held, " no  KEY", "link", "UCAT") == held.blocker["B1"]
    assert blockers.same(held, "No key", "link", "UBO") is None
    assert blockers.same(held, "No key", "feed", "UCAT") is None
    assert blockers.same(blockers.cleared(held, "B1", TODAY), "No key", "link", "UCAT") is None


def test_who_said_it_who_chases_it_the_items_owner_and_the_lead_may_change_it() -> None:
    held = plan(b(owner="dee"))
    blocker = held.blocker["B1"]
    for user in ("UCAT", "UDEE", "UBO", "UANN"):
        blockers.refuse_others(held, blocker, Asking(person=held.by_slack[user], user=user))
    stranger = replace(blocker, raised_by="UX", owner=None)
    for user in ("UCAT", "UDEE", "UNKNOWN"):
        with pytest.raises(Refused, match="lead"):
            blockers.refuse_others(held, stranger, Asking(person=held.by_slack.get(user), user=user))


def test_a_number_is_found_however_it_is_written() -> None:
    assert blockers.find(plan(b()), " b1 ").id == "B1"
    with pytest.raises(NotFound, match="B7"):
        blockers.find(plan(), "b7")

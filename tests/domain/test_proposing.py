"""What would be recorded of what somebody said: surely, only if they want it, or not at all?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.dates import every_day
from bot.domain.finishing import says_done
from bot.domain.hearing import SELF, Heard
from bot.domain.plan import Assumption, Blocker, Item, Person, Plan, Project, Status
from bot.domain.proposing import About, Proposal, Utterance, day_said, proposed

TODAY = date(2027, 3, 1)
FRIDAY = date(2027, 3, 5)
ANA = Person(key="ana", name="Ana Duarte", role="Project lead", slack="U1")
BEN = Person(key="ben", name="Ben Okoro", slack="U2")
STUCK = Blocker(id="B1", text="no data", item="feed", raised=TODAY, waiting_on="radar vendor", raised_by="U2")
PLAN = Plan(
    project=Project(key="harbor", name="Harbor"),
    people=(ANA, BEN),
    items=(
        Item(key="feed", title="Vessel feed connected", owner="ben", status=Status.DOING),
        Item(key="training", title="Pilots trained"),
        Item(key="berths", title="Berth list agreed", status=Status.VALIDATED),
        Item(key="map-north", title="Mapping of the north pier"),
        Item(key="map-south", title="Mapping of the south pier"),
    ),
    blockers=(STUCK,),
    assumptions=(Assumption(id="A1", text="it rains", item="feed", owner="ben"),),
)


def said(
    text: str = "words", by: str = "U2", about: About | None = None, day: date | None = None, **heard: Any
) -> Proposal | None:
    fields = {"explicit": True, "act": "record", **heard}
    utterance = Utterance(
        text=text, own=text, author=by, heard=Heard(**fields), today=TODAY, day=day, about=about
    )
    return proposed(PLAN, utterance)


def test_a_clear_report_on_a_certain_item_is_sure() -> None:
    found = said(intent="own", owner=SELF, item="training", due_date=FRIDAY)
    assert found is not None
    assert (found.kind, found.item, found.person, found.day, found.sure) == (
        *("own", "training", "U2"),
        *(FRIDAY, True),
    )


@pytest.mark.parametrize("heard", [{"act": "offer"}, {"explicit": False}])
def test_what_is_implied_is_never_sure(heard: dict[str, Any]) -> None:
    for intent in ("blocker", "own", "decision", "assumption"):
        found = said(intent=intent, item="training", **heard)
        assert found is not None
        assert not found.sure


def test_nobody_takes_what_somebody_else_has_without_being_asked_twice() -> None:
    found = said(intent="own", by="U1", owner="U1", item="feed")
    assert found is not None
    assert not found.sure


def test_what_is_closed_is_nobodys_to_take() -> None:
    assert said(intent="own", item="berths") is None


def test_only_the_speaker_can_take_something() -> None:
    assert said(intent="own", owner="U1", item="training") is None


def test_an_item_that_is_not_certain_is_a_choice() -> None:
    found = said("I'll take the mapping", intent="own")
    assert found is not None
    assert (found.item, found.choices, found.sure) == (None, ("map-north", "map-south"), False)


def test_work_nobody_has_a_name_for_may_become_an_item() -> None:
    assert said("I'll have a look", intent="own") is None
    found = said("I'll book the ferry by Friday", intent="own", due_date=FRIDAY)
    assert found is not None
    assert (found.kind, found.sure) == ("item", False)


def test_a_date_is_moved_only_by_its_owner() -> None:
    assert said(intent="due", by="U1", item="feed", due_date=FRIDAY) is None
    found = said(intent="due", item="feed", due_date=FRIDAY)
    assert found is not None
    assert found.sure
    assert said(intent="due", item="feed", due_date=date(2027, 2, 1)) is None


def test_one_blocker_on_a_certain_item_is_cleared_and_several_are_a_choice() -> None:
    found = said(intent="unblock", item="feed", by="U1")
    assert found is not None
    assert (found.blocker, found.sure) == ("B1", True)
    assert said(intent="unblock", item="training", by="U1") is None
    assert said("the printer works", intent="unblock") is None
    loose = said("they send data again", intent="unblock")
    assert loose is not None
    assert (loose.blocker, loose.sure) == ("B1", False)


def test_what_is_blocked_already_is_no_news() -> None:
    assert said(intent="blocker", act="offer", item="feed", waiting_on="the radar vendor") is None
    assert said(intent="blocker", act="offer", item="feed", waiting_on="customs") is not None


def test_work_is_handed_on_only_by_who_has_it_or_leads() -> None:
    assert said(intent="handoff", owner="U1", item="training", by="U2") is not None
    assert said(intent="handoff", owner="U1", item="feed", by="U2") is not None
    assert said(intent="handoff", owner="U2", item="feed", by="U1") is None
    assert said(intent="handoff", owner="U9", item="training") is None


def test_done_is_offered_to_the_owner_alone() -> None:
    found = said("the feed is done", intent="status", act="ignore", item="feed")
    assert found is not None
    assert (found.kind, found.item, found.sure) == ("done", "feed", False)
    assert said("the feed is done", by="U1", intent="status", act="ignore", item="feed") is None


@pytest.mark.parametrize(
    "text",
    [
        *("not done yet", "is it done?", "once that is done", "almost done", "80% done"),
        *("basically done", "done, just needs the certificate", "finished except for the labels"),
        "done on our side but we still have to test it",
    ],
)
def test_what_is_not_done_is_not_said_to_be(text: str) -> None:
    assert not says_done(text)


def test_a_thread_under_a_tracked_item_follows_it() -> None:
    feed = About(entity="item", key="feed")
    done = said("done", about=feed, intent="none", act="ignore")
    moved = said("friday then", about=feed, day=FRIDAY, intent="none", act="ignore")
    assert done is not None
    assert moved is not None
    assert (done.kind, done.item, done.follows) == ("done", "feed", True)
    assert (moved.kind, moved.day, moved.follows) == ("due", FRIDAY, True)
    assert said("done", by="U1", about=feed, intent="none", act="ignore") is None


def test_a_thread_under_a_blocker_follows_it() -> None:
    stuck = About(entity="blocker", key="B1")
    over = said("works now", by="U1", about=stuck, intent="none", act="ignore")
    moved = said("they say friday", about=stuck, day=FRIDAY, intent="none", act="ignore")
    assert over is not None
    assert moved is not None
    assert (over.kind, over.blocker, over.sure) == ("unblock", "B1", False)
    assert (moved.kind, moved.blocker, moved.day) == ("due", "B1", FRIDAY)
    mine = said("I'm on it", by="U1", about=stuck, intent="own", owner=SELF)
    assert mine is not None
    assert (mine.kind, mine.blocker, mine.person) == ("doing", "B1", "U1")
    assert said("still broken", about=stuck, intent="blocker") is None
    assert said("does it work now?", about=stuck, intent="none", act="ignore") is None


def test_a_sigh_about_nothing_on_the_list_is_no_blocker_to_offer() -> None:
    sigh = {"intent": "blocker", "explicit": False, "act": "offer"}
    assert said("we go round in circles", **sigh) is None
    assert said("we go round in circles", **sigh, waiting_on="legal") is not None
    assert said("the pier mapping goes round in circles", **sigh) is not None
    assert said("Notes from standup: Ben on the pier mapping", **sigh) is None  # `/golive notes` is for that


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("that got sorted at the last customer by matching it", {"intent": "unblock", "item": "feed"}),
        ("my side is up and running", {"intent": "unblock", "item": "feed"}),
        ("they fixed the list but it fails", {"intent": "none", "act": "ignore"}),
        ("reboot done, same", {"intent": "status", "act": "ignore"}),
        (":it:" * 40 + " reboot done", {"intent": "status", "act": "ignore"}),
        ("me, done already last week", {"intent": "none", "act": "ignore"}),
        ("it's up to you", {"intent": "none", "act": "ignore"}),
        ("I'll be in a meeting with them tomorrow", {"intent": "due", "item": "feed", "due_date": FRIDAY}),
        ("they want a call Friday", {"intent": "due", "item": "feed", "due_date": FRIDAY}),
    ],
)
def test_talk_under_a_tracked_message_changes_nothing(text: str, heard: dict[str, Any]) -> None:
    for about in (About(entity="blocker", key="B1"), About(entity="item", key="feed")):
        assert said(text, about=about, day=heard.get("due_date"), **heard) is None


def test_what_only_its_thread_says_it_is_about_is_not_changed_without_a_question() -> None:
    under = About(entity="item", key="feed")
    for text, sure in (("it got unblocked", False), ("the vessel feed got unblocked", True)):
        found = said(text, by="U1", about=under, intent="unblock", item="feed")
        assert found is not None
        assert (found.kind, found.blocker, found.sure) == ("unblock", "B1", sure)


@pytest.mark.parametrize(
    "text",
    [
        "done",
        "it's done",
        "ok, all done!",
        ":tada: done",
        "the vessel feed is done",
        "✅",
        ":it:" * 45 + " done",
    ],
)
def test_under_a_tracked_item_done_is_done(text: str) -> None:
    found = said(text, about=About(entity="item", key="feed"), intent="none", act="ignore")
    assert found is not None
    assert found.kind == "done"


def test_under_a_blocker_of_no_item_the_end_of_another_item_ends_nothing() -> None:
    loose = Blocker(id="B2", text="label rolls in the wrong size", raised=TODAY, raised_by="U2")
    plan = replace(PLAN, blockers=(STUCK, loose))
    under = About(entity="blocker", key="B2")

    def found(text: str) -> Proposal | None:
        heard = Heard(intent="status", explicit=False, act="ignore", item=None)
        return proposed(
            plan, Utterance(text=text, own=text, author="U2", heard=heard, today=TODAY, about=under)
        )

    other, over = found("training is done"), found("label rolls are done, feed is next")
    assert other is None or other.kind != "unblock"
    assert over is not None
    assert (over.kind, over.blocker) == ("unblock", "B2")


def test_a_thread_under_an_assumption_moves_its_day() -> None:
    found = said("by friday", about=About(entity="assumption", key="A1"), day=FRIDAY, intent="none")
    assert found is not None
    assert (found.kind, found.belief, found.day) == ("due", "A1", FRIDAY)


def test_a_proposal_survives_being_kept() -> None:
    whole = Proposal(kind="due", text="x", item="feed", day=FRIDAY, choices=("a", "b"), follows=True)
    assert Proposal.from_json(whole.as_json()) == whole


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("friday then", date(2027, 3, 5)),
        ("make it 10 March", date(2027, 3, 10)),
        ("since Friday", None),
        ("we could meet them on Friday at the harbour office", None),
        ("Friday?", None),
    ],
)
def test_a_short_answer_names_a_day(text: str, day: date | None) -> None:
    assert day_said(text, datetime(2027, 3, 1, 9, tzinfo=UTC), ZoneInfo("Europe/London")) == day


@pytest.mark.parametrize(
    "text",
    [
        "done: token export. next: the checksum script. blocked: no",
        "stand-up: the mapping yesterday, today the feed. Blockers: nope",
        "shipped two bits / blockers none",
        "Otto is away until the 20th, back for the test week so no harm",
        "rates go up in January. not for us now",
        "10:30 list:\n- sample files\n- rejects\n- peak season freeze",
        "\n".join(f"the feed waits for part {n}" for n in range(12)),
    ],
)
def test_what_holds_nothing_up_is_no_blocker(text: str) -> None:
    assert said(text, intent="blocker", item="training", waiting_on="somebody") is None


@pytest.mark.parametrize(
    "text",
    [
        "blocked: no VPN access yet",
        "blockers: none of the labels scan",
        "Y: mapping\nT: nothing, blocked by the radar vendor",
        "stuck on the radar vendor, and that is our problem now",
    ],
)
def test_what_sounds_like_it_and_is_held_up_is_a_blocker(text: str) -> None:
    found = said(text, intent="blocker", item="training")
    assert found is not None
    assert found.kind == "blocker"


def test_a_piece_of_the_work_is_not_the_work() -> None:
    draft = said("I'll own the list for the feed, by Friday", intent="own", item="feed", due_date=FRIDAY)
    asked = said(
        "@ben can you get the forms for the training?", "U1", intent="handoff", item="training", owner="U2"
    )
    whole = said("I'll do the Berth list", intent="own", item="training", due_date=FRIDAY)
    assert draft is None
    assert asked is None
    assert whole is None
    assert (
        said("@ben can you take the training?", "U1", intent="handoff", item="training", owner="U2")
        is not None
    )


def test_an_earlier_day_said_in_passing_is_asked_about() -> None:
    plan = replace(PLAN, items=(replace(PLAN.items[0], due=date(2027, 3, 9)),))

    def moved(day: date) -> Proposal | None:
        heard = Heard(intent="own", explicit=True, act="record", item="feed", due_date=day)
        text = "I'll do the feed by then"
        return proposed(plan, Utterance(text=text, own=text, author="U2", heard=heard, today=TODAY))

    earlier, later = moved(FRIDAY), moved(date(2027, 3, 12))
    assert earlier is not None
    assert later is not None
    assert (earlier.kind, earlier.sure, later.kind, later.sure) == ("due", False, "due", True)


def test_not_by_then_but_later_offers_the_later_day() -> None:
    plan = replace(PLAN, items=(replace(PLAN.items[0], due=FRIDAY),))
    text = (
        "the feed won't be there by 5 March, tests are on 8 March, so let's say 9 March because of month end"
    )
    heard = Heard(intent="due", explicit=True, act="record", item="feed", due_date=FRIDAY)
    days = every_day(text, datetime(2027, 3, 1, 9, tzinfo=UTC), ZoneInfo("UTC"))
    found = proposed(plan, Utterance(text=text, own=text, author="U2", heard=heard, today=TODAY, days=days))
    assert found is not None
    assert (found.kind, found.day, found.sure) == ("due", date(2027, 3, 9), False)


@pytest.mark.parametrize(
    "text", ["the feed works end to end, closing it", "that item is finished from my side"]
)
def test_its_owner_ends_their_part_of_it(text: str) -> None:
    found = said(text, intent="unblock", item="feed", act="ignore")
    assert found is not None
    assert found.kind == "done"

"""What does a project's daily summary say, how much of it, and on which days is there none?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.digest import Digest, DigestFacts, News, digest
from bot.domain.plan import Blocker, Change, Event, Item, Person, Plan, Project, Status
from bot.domain.readiness import Assessment

TUESDAY = date(2027, 3, 2)
MONDAY = date(2027, 3, 1)
NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)

PEOPLE = (
    Person(key="ana", name="Ana Duarte", slack="U0ANA"),
    Person(key="ben", name="Ben Okoro", slack="U0BEN"),
)


def plan_of(*items: Item, blockers: tuple[Blocker, ...] = (), **head: Any) -> Plan:
    project = Project(key="p", name="Harbor", lead="ana", revision=9, go_live_item="live", **head)
    live = Item(key="live", title="Go-live", owner="ana")
    return Plan(project=project, people=PEOPLE, items=(*items, live), blockers=blockers)


def item(key: str, **more: Any) -> Item:
    return Item(key=key, title=key.capitalize(), **{"owner": "ben", "gate": True, **more})


def blocker(id: str, key: str | None, **more: Any) -> Blocker:
    return Blocker(
        id=id, item=key, **{"text": "Held up", "raised": MONDAY, "waiting_on": "the vendor", **more}
    )


def event(entity: str, key: str, field: str, before: Any, after: Any, *, revision: int = 8) -> Event:
    change = Change(entity=entity, key=key, field=field, before=before, after=after)
    return Event(revision=revision, at=NOW, actor="U0BEN", act="said", change=change)


def said(
    plan: Plan, *events: Event, before: DigestFacts | None = None, today: date = TUESDAY, **more: Any
) -> Digest | None:
    news = more.pop("news", ())
    return digest(plan, Assessment(plan, today), before, events, news, NOW, **more)


def lines(*given: Any, **more: Any) -> str:
    found = said(*given, **more)
    assert found is not None
    return "\n".join(found.lines)


YESTERDAY = DigestFacts(day=MONDAY, revision=5, forecast=date(2027, 3, 3))


def test_nothing_that_is_worth_a_post_is_no_post() -> None:
    quiet = plan_of(item("feed", due=date(2027, 3, 30)))
    assert said(quiet) is None
    assert said(quiet, before=YESTERDAY) is None


def test_a_project_that_wants_it_is_told_that_there_is_nothing() -> None:
    quiet = plan_of(item("feed", due=date(2027, 3, 30)))
    found = said(quiet, before=YESTERDAY, quiet_line=True)
    assert found is not None
    assert len(found.lines) == 1
    assert found.lines[0].startswith("Nothing new since Mon 1 Mar.")


def test_what_nobody_has_is_no_reason_for_a_post_but_is_in_it() -> None:
    unowned = item("training", owner=None)
    assert said(plan_of(unowned)) is None
    assert "Nobody has: Training" in lines(plan_of(unowned, item("feed", due=TUESDAY)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("item", "feed", "status", "doing", "validated"), "Feed: validated (Ben Okoro)"),
        (
            ("item", "feed", "due", "2027-03-30", "2027-04-02"),
            "Feed: due Fri 2 Apr, was Tue 30 Mar (Ben Okoro)",
        ),
        (("item", "feed", "owner", "ana", "ben"), "Feed: Ben Okoro has it, before Ana Duarte"),
        (("item", "feed", "", None, {"key": "feed"}), "Feed is new on the list (Ben Okoro)"),
        (("item", "gone", "", {"key": "gone"}, None), "gone is no longer on the list (Ben Okoro)"),
        (("project", "p", "target_go_live", None, "2027-04-01"), "the target is Thu 1 Apr, was no date"),
    ],
)
def test_what_moved_is_told_with_who_moved_it(change: tuple[Any, ...], words: str) -> None:
    after = item("feed", due=date(2027, 3, 30), status=Status(change[4]) if change[2] == "status" else "todo")
    assert f"Moved since Mon 1 Mar: {words}" in lines(plan_of(after), event(*change), before=YESTERDAY)


def test_what_went_back_to_what_it_was_did_not_move() -> None:
    plan = plan_of(item("feed", due=date(2027, 3, 30)))
    there = event("item", "feed", "due", "2027-03-30", "2027-04-02", revision=6)
    back = event("item", "feed", "due", "2027-04-02", "2027-03-30", revision=7)
    assert said(plan, there, back, before=YESTERDAY) is None


def test_several_changes_of_one_thing_are_one_line_from_the_first_to_the_last() -> None:
    plan = plan_of(item("feed", status=Status.VALIDATED))
    done = event("item", "feed", "status", "doing", "done", revision=6)
    validated = event("item", "feed", "status", "done", "validated", revision=7)
    assert lines(plan, done, validated, before=YESTERDAY).count("Feed") == 1


def test_a_blocker_is_told_when_it_comes_while_it_stands_and_when_it_goes() -> None:
    held = item("feed", status=Status.BLOCKED)
    standing = blocker("B1", "feed", owner="ana")
    come = event("blocker", "B1", "", None, {"id": "B1"})
    text = lines(plan_of(held, blockers=(standing,)), come, before=YESTERDAY)
    assert "B1 on Feed is new: Held up" in text
    assert "Blocked: Feed waits on the vendor, 1 d, Ana Duarte chases it (B1)" in text

    over = replace(standing, status="cleared", cleared_on=TUESDAY)
    went = event("blocker", "B1", "status", "open", "cleared")
    text = lines(plan_of(item("feed"), blockers=(over,)), went, before=YESTERDAY)
    assert "B1 on Feed is over after 1 d (Ben Okoro)" in text
    assert "Blocked:" not in text
    text = lines(plan_of(item("feed"), blockers=(over,)), come, replace(went, revision=6), before=YESTERDAY)
    assert text.count("B1 on Feed") == 1, "what came up and went is told once"
    assert "B1 on Feed came up and is over" in text


def test_how_long_a_blocker_stood_ends_with_the_day_it_was_cleared() -> None:
    over = replace(blocker("B1", "feed"), status="cleared", cleared_on=MONDAY)
    went = event("blocker", "B1", "status", "open", "cleared")
    text = lines(plan_of(item("feed"), blockers=(over,)), went, before=YESTERDAY)
    assert "B1 on Feed is over on the same day" in text


def test_a_blocker_that_is_late_to_clear_or_that_nobody_chases_says_so() -> None:
    late = blocker("B1", "feed", expected_clear=MONDAY)
    text = lines(plan_of(item("feed", status=Status.BLOCKED), blockers=(late,)))
    assert "should have cleared Mon 1 Mar, nobody chases it (B1)" in text


def test_due_today_and_on_the_next_working_day_are_told_apart() -> None:
    friday = date(2027, 3, 5)
    plan = plan_of(
        item("feed", due=friday), item("training", due=date(2027, 3, 8)), item("far", due=date(2027, 3, 9))
    )
    text = lines(plan, today=friday)
    assert "Due: today: Feed (Ben Okoro)" in text
    assert "Due: Mon 8 Mar: Training (Ben Okoro)" in text
    assert "Far" not in text


def test_what_its_owner_calls_done_is_not_due() -> None:
    assert said(plan_of(item("feed", due=TUESDAY, status=Status.DONE))) is None


def test_a_forecast_that_moved_is_news_and_told_against_the_last_digest() -> None:
    plan = plan_of(item("feed", due=date(2027, 3, 30), remaining_days=3))
    text = lines(plan, before=replace(YESTERDAY, forecast=date(2027, 3, 3)))
    assert "2 working days later than on Mon 1 Mar" in text
    earlier = lines(plan, before=replace(YESTERDAY, forecast=date(2027, 3, 9)))
    assert "2 working days earlier than on Mon 1 Mar" in earlier


def test_what_people_say_is_carried() -> None:
    news = (News(person="ben", text="The feed is up\nand running"),)
    assert "People say: Ben Okoro: The feed is up and running" in lines(plan_of(item("feed")), news=news)


def test_whose_owner_cannot_be_reached_is_nobodys() -> None:
    plan = plan_of(item("feed"), item("other", owner="ana", due=TUESDAY))
    text = lines(plan, unreachable={"ben": "is deactivated"})
    assert "Nobody has: Feed (Ben Okoro: is deactivated)" in text


def test_the_first_digest_does_not_tell_what_the_file_brought() -> None:
    plan = plan_of(item("feed", due=TUESDAY))
    loaded = replace(event("item", "feed", "", None, {"key": "feed"}), act="load")
    assert "new on the list" not in lines(plan, loaded)


def test_a_great_deal_is_twelve_lines_and_all_of_it_is_in_the_thread() -> None:
    items = [item(f"item{n}", due=TUESDAY, status=Status.BLOCKED, owner=None) for n in range(40)]
    blockers = tuple(blocker(f"B{n}", f"item{n}") for n in range(40))
    events = [event("item", f"item{n}", "owner", "ben", None) for n in range(40)]
    found = said(plan_of(*items, blockers=blockers), *events, before=YESTERDAY)
    assert found is not None
    assert 1 + len(found.lines) <= 12
    assert "in the thread" in found.lines[-1]
    assert sum("waits on the vendor" in line for line in found.thread) == 40
    assert sum("has it, before" in line for line in found.thread) == 40


def test_the_facts_of_a_digest_come_back_from_where_they_are_kept() -> None:
    facts = DigestFacts(day=TUESDAY, revision=9, forecast=None)
    assert DigestFacts.from_json(facts.as_json()) == facts
    assert DigestFacts.from_json(YESTERDAY.as_json()) == YESTERDAY

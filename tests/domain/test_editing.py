"""When two people change one item, what stays, what counts, and what has to be asked?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import editing
from bot.domain.plan import Change, Event, Item, Person, Plan, Project

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
FEED = Item(key="feed", title="Feed", owner="ben", due=date(2027, 3, 3), depends_on=("berths", "pier"))
PLAN = Plan(
    project=Project(key="p", name="P"),
    people=(Person(key="dana", name="Dana", slack="U0DANA"),),
    items=(FEED,),
)


def event(field: str, before: object, after: object, *, actor: str = "U0DANA", ago: int = 2) -> Event:
    change = Change(entity="item", key="feed", field=field, before=before, after=after)
    return Event(revision=2, at=NOW - timedelta(minutes=ago), actor=actor, act="x", change=change)


def test_what_was_only_changed_in_the_form_is_taken() -> None:
    found = editing.merged(FEED, FEED, {"title": "Vessel feed", "owner": "ben"})
    assert (found.item.title, found.clashes) == ("Vessel feed", ())


def test_what_was_only_changed_by_others_stays() -> None:
    now = Item(**{**vars_of(FEED), "due": date(2027, 3, 9)})
    found = editing.merged(FEED, now, {"due": FEED.due, "title": "Vessel feed"})
    assert (found.item.due, found.item.title, found.clashes) == (date(2027, 3, 9), "Vessel feed", ())


def test_the_same_change_by_two_is_none() -> None:
    now = Item(**{**vars_of(FEED), "due": date(2027, 3, 9)})
    assert editing.merged(FEED, now, {"due": date(2027, 3, 9)}).clashes == ()


def test_different_changes_of_one_field_are_both_told() -> None:
    now = Item(**{**vars_of(FEED), "due": date(2027, 3, 9)})
    since = [event("due", "2027-03-03", "2027-03-09")]
    (clash,) = editing.merged(FEED, now, {"due": date(2027, 3, 10)}, since).clashes
    assert (clash.now, clash.wanted, clash.event) == (date(2027, 3, 9), date(2027, 3, 10), since[0])


def test_what_is_needed_has_no_order() -> None:
    assert editing.merged(FEED, FEED, {"depends_on": ("pier", "berths")}).item == FEED


def test_an_item_is_known_as_it_was_seen() -> None:
    now = Item(**{**vars_of(FEED), "due": date(2027, 3, 10), "title": "New"})
    since = [
        event("due", "2027-03-03", "2027-03-09"),
        event("title", "Feed", "New"),
        event("due", "2027-03-09", "2027-03-10"),
    ]
    assert editing.as_of(now, since) == FEED
    assert editing.as_of(FEED, []) == FEED


def test_who_closed_it_is_told_unless_it_was_you_or_it_is_open_again() -> None:
    closed = event("status", "done", "validated")
    assert editing.closed_by([closed], "U0ME") == closed
    assert editing.closed_by([closed], "U0DANA") is None
    assert editing.closed_by([closed, event("status", "validated", "doing")], "U0ME") is None
    said = editing.closing_said(PLAN, closed, NOW)
    assert said == "Dana closed this, as validated, two minutes ago."


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "just now"),
        (1, "one minute ago"),
        (59, "59 minutes ago"),
        (60, "one hour ago"),
        (60 * 30, "one day ago"),
        (60 * 24 * 11, "11 days ago"),
    ],
)
def test_how_long_ago_is_said_as_people_say_it(minutes: int, said: str) -> None:
    assert editing.ago(NOW - timedelta(minutes=minutes), NOW) == said


def vars_of(item: Item) -> dict[str, object]:
    return {name: getattr(item, name) for name in ("key", "title", "owner", "due", "depends_on")}

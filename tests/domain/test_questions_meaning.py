"""What do the words of a question mean in a plan: which items, which people, which days?"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.plan import Assumption, Blocker, Item, Person, Plan, Project
from bot.domain.questions import Asked, Slots
from bot.domain.questions.meaning import Meaning, Unclear, resolve

ZONE = ZoneInfo("America/New_York")
MONDAY = datetime(2027, 11, 22, 9, tzinfo=ZONE)

PROJECT = Project(
    key="bergen",
    name="Bergen radiology",
    customer="Bergen Imaging",
    vendor="Fjord Systems",
    timezone=ZONE.key,
    lead="nils",
    sponsor="hege",
)
PEOPLE = (
    Person(key="nils", name="Nils Dahl", role="Implementation lead", org="vendor", slack="U0NILS"),
    Person(key="ravi", name="Ravi Menon", role="Integration engineer", org="vendor"),
    Person(key="hege", name="Dr. Hege Lund", role="Head radiologist, sponsor", org="Bergen Imaging"),
    Person(key="odd", name="Odd Berge", role="Network lead", org="Bergen Imaging"),
    Person(key="mia", name="Mia Stone", role="Insurer EDI contact", org="Northern Mutual"),
)
ITEMS = (
    Item(key="sso-login", title="Single sign-on works in test", owner="ravi"),
    Item(key="sso-groups", title="Groups mapped to roles", owner="ravi"),
    Item(key="vpn", title="Tunnelled link to the data centre", owner="odd"),
    Item(key="vpn-spare", title="Second link tried", owner="odd"),
    Item(key="edi-cert", title="Claims certified", owner="ravi", validator="mia"),
    Item(key="host-certs", title="Certificates installed, who watches their expiry", owner="odd"),
    Item(key="uat", title="Users accept it", owner="hege"),
    Item(key="dpa", title="Data processing agreement signed", owner="nils"),
    Item(key="downtime", title="Procedure for an outage written", owner="hege"),
    Item(key="open", title="First patient", depends_on=("uat",)),
)
BLOCKERS = (
    Blocker(
        id="B1",
        item="vpn",
        text="No route",
        waiting_on="Bergen network team (Odd Berge)",
        raised=date(2027, 11, 1),
    ),
    Blocker(id="B2", item="dpa", text="Redlines", waiting_on="Bergen legal", raised=date(2027, 11, 2)),
)
PLAN = Plan(
    project=PROJECT,
    people=PEOPLE,
    items=ITEMS,
    blockers=BLOCKERS,
    assumptions=(Assumption(id="A1", text="One feed is enough", item="edi-cert"),),
)


def meant(intent: str = "status_of", *, asker: str | None = None, **slots: str) -> Meaning:
    return resolve(Asked(intent, Slots(**slots)), PLAN, MONDAY, asker=asker)


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("vpn", ("vpn",)),
        ("the VPN", ("vpn",)),
        ("SSO", ("sso-login", "sso-groups")),
        ("insurer cert", ("edi-cert",)),
        ("cert renewal", ("host-certs",)),
        ("UAT", ("uat",)),
        ("user acceptance", ("uat",)),
        ("downtime procedures", ("downtime",)),
        ("data processing agreement", ("dpa",)),
        ("the contract", ("dpa",)),
        ("host certificate", ("host-certs",)),
        ("groups mapping", ("sso-groups",)),
        ("downtme", ("downtime",)),
        ("first patient", ("open",)),
        ("B2", ("dpa",)),
        ("A1", ("edi-cert",)),
    ],
)
def test_an_item_is_meant_by_its_key_its_title_a_nickname_or_those_who_have_it(
    words: str, keys: tuple[str, ...]
) -> None:
    assert meant(item=words).items == keys


@pytest.mark.parametrize("words", ["printing", "the 835", "lunch", "!!!", "claims archive of 1998"])
def test_words_that_no_item_has_are_unclear(words: str) -> None:
    found = meant(item=words)
    assert found.items == ()
    assert [(each.slot, each.words) for each in found.unclear] == [("item", words)]


@pytest.mark.parametrize(
    ("words", "people", "party"),
    [
        ("Ravi", ("ravi",), None),
        ("ravi menon", ("ravi",), None),
        ("Ravvi", ("ravi",), None),
        ("Dr. Lund", ("hege",), None),
        ("<@U0NILS>", ("nils",), None),
        ("the integration engineer", ("ravi",), None),
        ("the project lead", ("nils",), None),
        ("sponsor", ("hege",), None),
        ("the insurer", ("mia",), None),
        ("Northern Mutual", ("mia",), None),
        ("network guys", ("odd",), None),
        ("customer", ("hege", "odd"), "Bergen Imaging"),
        ("Bergen Imaging", ("hege", "odd"), "Bergen Imaging"),
        ("vendor", ("nils", "ravi"), "Fjord Systems"),
        ("legal", (), "Bergen legal"),
    ],
)
def test_whoever_is_meant_is_found_by_name_role_team_or_organisation(
    words: str, people: tuple[str, ...], party: str | None
) -> None:
    found = meant("items_of", owner=words)
    assert (found.people, found.party) == (people, party)
    assert not found.unclear


def test_me_is_whoever_asks_and_unclear_for_a_stranger() -> None:
    assert meant("items_of", owner="me", asker="odd").people == ("odd",)
    assert meant("items_of", owner="me").unclear == (Unclear("owner", "me"),)


def test_nobody_is_guessed_for_a_name_that_the_project_does_not_have() -> None:
    found = meant("items_of", owner="Wolfgang")
    assert (found.people, found.party) == ((), None)
    assert found.unclear[0].words == "Wolfgang"


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("this week", "2027-11-22", "2027-11-26"),
        ("next week", "2027-11-29", "2027-12-03"),
        ("today", "2027-11-22", "2027-11-22"),
        ("by Friday", "2027-11-22", "2027-11-26"),
        ("before Thanksgiving", "2027-11-22", "2027-11-24"),
        ("before Christmas", "2027-11-22", "2027-12-24"),
        ("by month end", "2027-11-22", "2027-11-30"),
        ("Dec 14", "2027-12-14", "2027-12-14"),
        ("23-27 Nov", "2027-11-23", "2027-11-27"),
        ("26 and 27 Nov", "2027-11-26", "2027-11-27"),
        ("30 Nov to 4 Dec", "2027-11-30", "2027-12-04"),
        ("next 3 days", "2027-11-22", "2027-11-25"),
        ("december", "2027-12-01", "2027-12-31"),
        ("after Dec 1", "2027-12-02", None),
        ("esta semana", "2027-11-22", "2027-11-26"),
        ("d'ici vendredi", "2027-11-22", "2027-11-26"),
        ("nächste Woche", "2027-11-29", "2027-12-03"),
    ],
)
def test_what_is_to_come_is_asked_from_today_on(words: str, first: str, last: str | None) -> None:
    window = meant("due_window", window=words).as_json()["window"]
    assert window == {"from": first, "to": last}


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("since Friday", "2027-11-19", None),
        ("since Monday", "2027-11-15", None),
        ("since Nov 12", "2027-11-12", None),
        ("yesterday", "2027-11-21", "2027-11-21"),
        ("last week", "2027-11-15", "2027-11-21"),
        ("this week", "2027-11-22", "2027-11-22"),
        ("past week", "2027-11-15", "2027-11-22"),
        ("last 2 weeks", "2027-11-08", "2027-11-22"),
        ("desde el viernes", "2027-11-19", None),
        ("depuis vendredi", "2027-11-19", None),
        ("seit Freitag", "2027-11-19", None),
    ],
)
def test_what_has_been_is_asked_up_to_today(words: str, first: str, last: str | None) -> None:
    window = meant("changes", window=words).as_json()["window"]
    assert window == {"from": first, "to": last}


def test_a_week_ends_with_the_projects_last_working_day() -> None:
    gulf = Project(
        key="gulf", name="Gulf", timezone=ZONE.key, working_days=("sun", "mon", "tue", "wed", "thu")
    )
    found = resolve(Asked("due_window", Slots(window="this week")), Plan(project=gulf), MONDAY)
    assert found.window is not None
    assert found.window.end == date(2027, 11, 28)


def test_a_length_of_time_and_overdue_are_no_days() -> None:
    for words in ("a week", "3 more days", "overdue"):
        assert meant("whatif", window=words) == Meaning("bergen")


def test_a_meeting_nobody_told_of_is_unclear() -> None:
    assert meant("changes", window="since last steerco").unclear == (Unclear("window", "since last steerco"),)


def test_today_is_the_projects_today() -> None:
    late_in_utc = datetime(2027, 11, 23, 2, tzinfo=ZoneInfo("UTC"))
    found = resolve(Asked("due_window", Slots(window="today")), PLAN, late_in_utc)
    assert found.window is not None
    assert found.window.start == date(2027, 11, 22)


def test_the_data_names_the_best_and_all_of_them() -> None:
    data = meant("waiting_on", owner="customer", item="SSO").as_json()
    assert data["item"] == "sso-login"
    assert data["items"] == ["sso-login", "sso-groups"]
    assert data["owner"] == "Bergen Imaging"
    assert data["owners"] == ["Bergen Imaging", "hege", "odd"]


def test_a_plan_without_anything_in_it_knows_nothing() -> None:
    empty = Plan(project=Project(key="none", name="None"))
    found = resolve(Asked("status_of", Slots(owner="Tom", item="vpn", window="soon")), empty, MONDAY)
    assert (found.items, found.people, found.window) == ((), (), None)
    assert {each.slot for each in found.unclear} == {"owner", "item", "window"}


def test_overdue_today_narrows_nothing_and_overdue_this_week_looks_back() -> None:
    assert meant("overdue", window="today") == Meaning("bergen")
    thursday = datetime(2027, 11, 25, 9, tzinfo=ZONE)
    found = resolve(Asked("overdue", Slots(window="this week")), PLAN, thursday)
    assert found.window is not None
    assert (found.window.start, found.window.end) == (date(2027, 11, 22), date(2027, 11, 25))

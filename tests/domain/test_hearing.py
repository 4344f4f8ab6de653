"""What does golive make of ordinary talk? Own words, none of them learnt from."""

from __future__ import annotations

import random
import string
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import hearing as benchmark
from benchmarks.training.learning import Example, Pace, learn
from bot.domain.hearing import INTENTS, STORED, Heard, hear, model
from bot.domain.plan import Item, Person

ZONE = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
ITEMS = (
    Item(key="harbor-vpn", title="VPN to the harbor"),
    Item(key="crane-map", title="Mapping of crane codes"),
)
PEOPLE = (
    Person(key="ines", name="Ines Duarte", slack="U0INES"),
    Person(key="tom", name="Tom Oyelaran", slack="U0TOM"),
)


def heard(text: str, **more: object) -> Heard:
    return hear(text, now=MONDAY, zone=ZONE, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Still waiting on the port authority for the gate list",
        "we're blocked on the customs certificate",
        "I can't start the crane test until somebody opens the port",
        "We still haven't received the contract from procurement",
        "we are stuck without credentials for the yard system",
        "seguimos esperando la firma del contrato",
        "on attend toujours le certificat du client",
        "wir warten noch auf die Freigabe der Firewall",
        ":construction: no rights on the archive bucket",
        "blocker: the vendor's licence ran out",
        "Currently waiting on GLRP.",
        "Still waiting on readings from CHG00412907 before we close this",
    ],
)
def test_a_clear_report_of_a_blocker_is_recorded(text: str) -> None:
    assert (heard(text).intent, heard(text).act) == ("blocker", "record"), heard(text)


@pytest.mark.parametrize(
    "text",
    [
        "no blockers from me today",
        "that's not a blocker for us",
        "> we're blocked on the customs certificate",
        "```we are blocked on the certificate```",
        "the ad blocker hides the login button",
        "this call does blocking I/O, use a thread",
        "are we blocked on anything?",
        "if we get stuck on the certificate I'd tell you",
        "we would be blocked without the certificate",
        "fix(queue): wait for the lock before reading",
        "we were blocked on the certificate last year, lesson learned",
        "you would be blocked by the firewall if you did that",
        "Renovate: this branch is blocked by a schedule",
        "~we're blocked on the certificate~",
        "waiting for my pizza",
        "Adds a blocking queue for gates that have to wait until the crane is ready",
        "readings are pending review until a pilot signs them, that's by design",
        "👋 Hey <@U0TOM>, this issue is already assigned to <@U0INES>.",
        "in the last project the licence expired on the first day, lessons learned",
        "I'll grab a coffee",
        "thanks a lot!",
        "🎉🎉🎉",
        "",
    ],
)
def test_what_is_no_report_is_left_alone(text: str) -> None:
    assert heard(text).act == "ignore", heard(text)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("the VPN is up again, thanks everybody", "unblock"),
        ("certificate was approved and installed this morning", "unblock"),
        ("I'll take the crane mapping", "own"),
        ("je m'occupe du certificat", "own"),
        ("<@U0TOM> can you send the berth list by Thursday?", "handoff"),
        ("over to you <@U0TOM>", "handoff"),
        ("the deadline for the berth list is 4 December", "due"),
        ("we agreed to keep the old gate system until spring", "decision"),
        ("we assume that the terminal brings its own scanners, the plan rests on it", "assumption"),
        ("mapping is half done, tests pass", "status"),
        ("pushed the fix, waiting for CI", "status"),
        ("does anyone know who runs the gate system?", "question"),
    ],
)
def test_talk_means_one_thing_to_a_project(text: str, intent: str) -> None:
    assert heard(text).intent == intent, heard(text)


def test_of_several_things_the_weightiest_is_meant() -> None:
    said = "I pushed the fix. We're still blocked on the customs certificate. I'll look at the logs tomorrow."
    assert heard(said).intent == "blocker"
    assert heard("thanks! can you review the berth list, <@U0TOM>? I'll do the rest").intent == "handoff"


def test_whom_it_waits_on_ends_where_the_reason_begins() -> None:
    assert heard("Still waiting on Harbor IT for the firewall rule").waiting_on == "Harbor IT"
    assert heard("blocked on the customs certificate, so no tests today").waiting_on == "customs certificate"
    assert (
        heard("we can't load anything until <@U0TOM> signs the form").waiting_on == "<@U0TOM> signs the form"
    )


def test_an_owner_is_the_author_or_whoever_is_asked() -> None:
    assert heard("I'll take the crane mapping").owner == "self"
    assert heard("I'll take the crane mapping", author="U0INES").owner == "U0INES"
    assert heard("<@U0TOM> could you please review the berth list").owner == "U0TOM"
    assert heard("Ines, could you please review the berth list?", people=PEOPLE).owner == "U0INES"
    assert heard("the yard team is blocked on the certificate").owner is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("<@U0TOM> can you send the berth list by Thursday?", date(2026, 11, 26)),
        ("gate rehearsal moved from 12/7 to 12/14", date(2026, 12, 14)),
        ("new date for the gate rehearsal: Dec 9", date(2026, 12, 9)),
        ("I can have the report done in an hour", date(2026, 11, 23)),
        ("I'll add the berth list to the agenda for Monday's meeting", date(2026, 11, 30)),
        ("I'll do the crane mapping tomorrow in the afternoon", date(2026, 11, 24)),
        ("I can do the crane mapping Thursday after working hours", date(2026, 11, 26)),
        ("the gate test was planned for Friday 12/4 but will be postponed until next week", None),
        ("I can't look before Monday, so you have until Sunday night", date(2026, 11, 29)),
        ("the delivery of the scanners is due next week", None),
        ("waiting on the certificate, asked for it on Friday", None),
    ],
)
def test_a_day_is_told_only_where_something_will_be_by_then(text: str, day: date | None) -> None:
    assert heard(text).due_date == day, heard(text)


def test_the_item_is_the_one_named_or_the_one_of_the_thread() -> None:
    assert heard("harbor-vpn is still blocked on the firewall team", items=ITEMS).item == "harbor-vpn"
    assert (
        heard("still waiting on the firewall team", items=ITEMS, in_thread_of="crane-map").item == "crane-map"
    )
    assert heard("still waiting on the firewall team", items=ITEMS).item is None


def test_what_names_an_item_is_offered_where_it_would_be_left_alone() -> None:
    said = "I'd like to take harbor-vpn over"
    assert heard(said).act == "ignore"
    assert heard(said, items=ITEMS).act != "ignore"


def test_it_says_why() -> None:
    reasons = heard("still stuck without the customs certificate").because
    assert "stuck without" in " ".join(reasons)


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read(text: str) -> None:
    found = heard(text)
    assert found.intent in INTENTS
    assert found.act in ("record", "offer", "ignore")


@pytest.mark.parametrize(
    "text",
    [
        "a" * 40_000,
        "so " * 13_000,
        ": " * 20_000,
        "waiting for " * 3_300,
        "<@U1" * 10_000,
        "`" * 40_000,
        '" a' * 13_000,
        "1/2/" * 10_000,
        "אנחנו מחכים לאישור " * 2_000,
        "".join(random.Random(3).choices(string.printable, k=40_000)),
    ],
)
def test_however_long_a_message_is_it_is_read(text: str) -> None:
    assert heard(text).intent in INTENTS


def test_what_ships_keeps_what_it_promises_on_messages_nothing_was_learnt_from() -> None:
    messages, talk = benchmark.cases("messages.test.jsonl"), benchmark.cases("talk.test.jsonl")
    recorded = [c for c in messages if c.heard.act == "record" and c.heard.intent == "blocker"]
    assert sum(c.row["intent"] == "blocker" for c in recorded) >= 0.95 * len(recorded)
    assert sum(c.heard.act != "ignore" for c in talk) <= len(talk) / 100
    told, made = [c.row["intent"] for c in messages], [c.heard.intent for c in messages]
    assert benchmark.macro_f1(told, made) >= 0.7


def test_learning_twice_gives_the_same_weights() -> None:
    some = [
        Example({"w:wait": 1.0, "w:now": 1.0}, "blocker"),
        Example({"w:up": 1.0, "w:now": 1.0}, "unblock"),
        Example({"w:now": 1.0}, "none"),
    ] * 4
    once, again = (learn(some, INTENTS, Pace(rounds=5)) for _ in range(2))
    assert once == again
    made = model.unpacked(model.packed(once.classes, once.bias, once.weights))
    likely = made.likely({"w:wait": 1.0, "w:now": 1.0, "w:never seen": 1.0})
    assert max(likely, key=lambda intent: likely[intent]) == "blocker"
    assert sum(likely.values()) == pytest.approx(1.0)


def test_all_that_is_stored_comes_before_what_is_not() -> None:
    assert INTENTS[: len(STORED)] == STORED


@pytest.mark.parametrize(
    "text",
    [
        "yesterday: mapping, today: mapping, stuck on: nothing",
        "nothing stops me today",
        "blocked by nothing today",
    ],
)
def test_who_is_held_up_by_nothing_reports_no_blocker(text: str) -> None:
    assert heard(text).act == "ignore"


@pytest.mark.parametrize(
    "text", ["blocked: nobody from the network team answers", "We are blocked, nothing works"]
)
def test_who_is_held_up_because_nobody_answers_reports_a_blocker(text: str) -> None:
    assert (heard(text).intent, heard(text).act) == ("blocker", "record")


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("Still waiting on the Lakeside service desk for the badge readers", "Lakeside service desk"),
        ("waiting on legal for the signature", "legal"),
        ("waiting for the vendor for two weeks now", "vendor"),
        ("we are waiting on approval for the change", "approval for the change"),
    ],
)
def test_a_blocker_waits_on_a_party_and_not_on_what_it_owes(text: str, party: str) -> None:
    assert heard(text).waiting_on == party


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("blocked: legal is sitting on the DPA, nothing moves without it", "legal"),
        ("We are stuck, Ruth still owes us the unit conversions", "Ruth"),
        ("UAT can't start, the refresh hasn't been done by the hosting vendor.", "hosting vendor"),
    ],
)
def test_whose_turn_it_is_is_told_also_where_it_is_said_by_the_way(text: str, party: str) -> None:
    assert heard(text).waiting_on == party

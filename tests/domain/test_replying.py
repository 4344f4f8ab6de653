"""Do answers stay right and short on other projects: one with holidays and people away, one with a partner,
one without anything, one that is live, one of 10,000 items?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain import answers
from bot.domain.answers import Facts
from bot.domain.plan import Item, Plan, Project, Status
from bot.domain.projectfile import parse
from bot.domain.questions import Asked, Slots
from bot.domain.questions.meaning import Meaning, Unclear, Window
from bot.domain.readiness import assess
from tests.domain.checklists import MONDAY, belief, blocker, day, gate, person, project, random_project, task

FILE = Path(__file__).parent.parent / "fixtures" / "login.yaml"
NINE = datetime(2027, 3, 1, 9, tzinfo=ZoneInfo("Europe/Zurich"))
ALL = [
    *(("before_golive", topic) for topic in ("", "startable", "after")),
    *(("readiness", topic) for topic in ("", "earliest", "recover", "contradictions", "signals", "waived")),
    *(("critical_path", topic) for topic in ("", "slack", "single_points")),
    *(("unowned", topic) for topic in ("", "undated", "no_validator")),
    *(("unverified", topic) for topic in ("", "no_evidence")),
    *(("assumptions", topic) for topic in ("", "overdue", "undated", "unowned")),
    *(("items_of", topic) for topic in ("", "to_validate", "away")),
    ("owner_of", "stand_in"),
    *(("changes", topic) for topic in ("", "dates")),
    *(
        (intent, "")
        for intent in ("blockers", "waiting_on", "owner_of", "status_of", "overdue", "due_window")
    ),
    *((intent, "") for intent in ("whatif", "history_of", "help", "out_of_scope")),
]


def ask(plan: Plan, intent: str, topic: str = "", **meaning: Any) -> answers.Reply:
    slots = Slots(window=meaning.pop("said", None))
    asked, meant = Asked(intent, slots, topic), Meaning(plan.project.key, **meaning)
    return answers.reply(asked, meant, plan, assess(plan, MONDAY), NINE, Facts())


def login(**changed: Any) -> Plan:
    plan = parse(FILE.read_text(), FILE.name).plan
    return replace(plan, **changed)


def keys(rows: list[dict[str, Any]]) -> list[str]:
    return [row["key"] for row in rows]


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


# Holidays, people away, roles


def test_a_day_before_the_target_can_be_held_when_the_forecast_is_earlier() -> None:
    reply = ask(login(), "readiness", window=Window(date(2027, 3, 12), date(2027, 3, 12), "on the 12th"))
    # Cy is back on the 4th, the 5th is a holiday: 4 and 8, then the pilot on 9 and 10.
    assert (reply.data["forecast"], reply.data["gap_working_days"]) == ("2027-03-11", -2)
    assert reply.data["on_time"] is True
    assert "Yes, Fri 12 Mar can be held: go-live can be no earlier than Thu 11 Mar" in reply.answer.text
    assert "B1 on claims (Asa Lund chases Tern identity team)" in reply.answer.text


def test_without_a_day_the_target_is_what_has_to_be_held() -> None:
    assert ask(login(), "readiness").data["on_time"] is True
    assert ask(project(gate("wifi")), "readiness").data["on_time"] is None


def test_an_item_asked_about_is_measured_by_the_day_asked_or_by_its_due_date() -> None:
    by_the_8th = ask(
        login(), "readiness", items=("pilot",), window=Window(None, date(2027, 3, 8), "by the 8th")
    )
    assert by_the_8th.data["on_time"] is False
    assert "(pilot): no, 2 working days after Mon 8 Mar; Di Rossi" in by_the_8th.answer.text
    by_its_due = ask(login(), "readiness", items=("pilot", "metadata"))
    assert [item["on_time"] for item in by_its_due.data["items"]] == [True, True]


def test_nothing_is_to_be_won_back_while_the_forecast_holds_the_target() -> None:
    reply = ask(login(), "readiness", "recover")
    assert (reply.data["recover_working_days"], keys(reply.data["impossible"])) == (0, ["test-login"])
    assert reply.data["impossible_besides"] == ["watch"]
    assert "Nothing is to be won back for Mon 15 Mar" in reply.answer.text


def test_work_that_can_go_on_says_when_its_owner_is_away() -> None:
    reply = ask(login(), "before_golive", "startable")
    assert reply.data["startable"] == ["mfa", "notice"]
    assert (
        "(mfa): Cy Keller, under way, due Tue 9 Mar, gate, Cy Keller is away until Wed 3 Mar"
        in reply.answer.text
    )


def test_a_role_confirms_what_names_it_and_counts_as_its_only_holder() -> None:
    assert keys(ask(login(), "items_of", people=("el",)).data["validates"]) == [
        "mfa",
        "pilot",
        "launch",
        "watch",
    ]
    loads = {
        p["person"]: p["validates"] for p in ask(login(), "critical_path", "single_points").data["people"]
    }
    assert loads["el"] == 2
    assert "Auditor" not in loads


def test_who_is_away_is_said_with_who_stands_in() -> None:
    reply = ask(login(), "items_of", people=("cy",))
    assert "Cy Keller is away until Wed 3 Mar; Bo Marti stands in." in reply.answer.text
    assert (keys(reply.data["owns"]), reply.data["assumptions"]) == (["mfa"], ["A1"])


def test_late_items_of_somebody_are_those_past_their_date() -> None:
    reply = ask(login(), "items_of", people=("asa",), said="overdue")
    assert keys(reply.data["owns"]) == ["claims", "groups"]
    assert keys(ask(login(), "overdue", people=("asa",)).data["overdue"]) == ["claims"]
    assert keys(ask(login(), "overdue", people=("cy",)).data["done_unvalidated"]) == ["groups"]


# Narrowed


def test_blockers_of_an_item_are_those_on_it_and_on_what_it_waits_for() -> None:
    assert ids(ask(login(), "blockers", items=("pilot",)).data["blockers"]) == ["B1"]
    assert ids(ask(login(), "blockers", items=("mfa",)).data["blockers"]) == []
    go_live = ask(login(), "blockers", items=("launch",))
    assert ids(go_live.data["blockers"]) == ["B1", "B2", "B3", "B4"]


def test_an_item_without_blockers_says_what_it_waits_for_instead() -> None:
    plan = project(gate("wifi"), gate("door", "wifi"))
    text = ask(plan, "blockers", items=("door",)).answer.text
    assert "No blocker is open there. It waits for 1 open item: The wifi is ready (wifi), Asa Lund" in text


def test_blockers_of_some_days_are_those_raised_then() -> None:
    since = Window(date(2027, 2, 25), None, "since Thursday")
    assert ids(ask(login(), "blockers", window=since).data["blockers"]) == ["B2", "B3"]


def test_blockers_of_somebody_wait_on_them_or_hold_their_items_or_are_theirs_to_chase() -> None:
    assert ids(ask(login(), "blockers", people=("bo",)).data["blockers"]) == ["B1", "B4"]
    assert ids(ask(login(), "blockers", people=("di",)).data["blockers"]) == ["B2"]


def test_a_blocker_on_a_closed_item_is_told_apart() -> None:
    text = ask(login(), "blockers").answer.text
    assert "On closed items, holding nothing up: B4 on Metadata exchanged (metadata)" in text
    assert "B3 on the whole project: No room for the cutover night; nobody says on whom" in text


def test_a_blocker_that_only_names_items_follows_them() -> None:
    reply = ask(login(), "waiting_on")
    assert {row["organisation"]: row["blockers"] for row in reply.data["by_organisation"]} == {
        "Tern": ["B1", "B4"],
        "our own items": ["B2"],
    }
    assert reply.data["waiting_on"][-1] == {"party": None, "blockers": ["B3"], "items": []}
    behind = {row["id"]: row["behind"] for row in ask(login(), "blockers").data["blockers"]}
    assert behind == {"B1": [], "B2": ["test-login"], "B3": [], "B4": []}


def test_assumptions_of_an_item_rest_under_it_first_or_also() -> None:
    assert ids(ask(login(), "assumptions", items=("pilot",)).data["assumptions"]) == ["A1"]
    assert ids(ask(login(), "assumptions", "overdue").data["assumptions"]) == ["A2"]
    assert ids(ask(login(), "assumptions", "unowned").data["assumptions"]) == ["A3"]
    deeper = ask(login(), "assumptions", items=("launch",))
    assert (deeper.data["assumptions"], deeper.data["on_what_it_waits_for"]) == ([], ["A1", "A3"])


def test_gates_before_an_item_are_it_and_what_it_waits_for_in_order() -> None:
    one = ask(login(), "before_golive", items=("test-login",))
    assert keys(one.data["gates_in_order"]) == ["claims", "test-login"]
    some = ask(login(), "before_golive", items=("groups", "claims"))
    assert keys(some.data["gates_in_order"]) == ["claims", "groups"]
    theirs = ask(login(), "before_golive", people=("cy",))
    assert keys(theirs.data["gates_in_order"]) == ["mfa", "groups"]


def test_what_is_due_is_of_somebody_and_of_the_days_asked_about() -> None:
    march = Window(date(2027, 3, 1), date(2027, 3, 31), "March")
    assert keys(ask(login(), "due_window", window=march, people=("di",)).data["items"]) == ["watch", "pilot"]
    assert keys(ask(login(), "due_window").data["items"]) == ["test-login", "watch"]


def test_what_waits_for_somebodys_confirmation_is_apart_from_what_they_have_done() -> None:
    reply = ask(login(), "unverified", people=("asa",))
    assert reply.data["done_unvalidated"] == []
    assert "Done by them, for others to confirm: Groups cleaned up (groups)" in reply.answer.text
    assert ask(login(), "unverified", people=("cy",)).data["done_unvalidated"] == ["groups"]


def test_validated_without_evidence_is_shown_as_lacking_it() -> None:
    reply = ask(login(), "unverified", "no_evidence")
    assert reply.data["validated_without_evidence"] == ["metadata"]
    assert "Validated, without evidence: Metadata exchanged (metadata)" in reply.answer.text
    assert "No validator named: help-page" in reply.answer.text


# Owners and states


def test_an_owner_is_told_with_who_confirms_and_who_could_take_over() -> None:
    reply = ask(login(), "owner_of", items=("claims", "notice"))
    rows = [(i["owner"], i["validator"], i["backup"]) for i in reply.data["items"]]
    assert rows == [("asa", "bo", "di"), (None, "asa", None)]
    assert "(claims): Asa Lund (backup Di Rossi) owns it, Bo Marti confirms it" in reply.answer.text
    assert "(notice): nobody owns it, Asa Lund confirms it" in reply.answer.text
    assert "/golive own notice @somebody" in reply.answer.text


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("metadata", "Yes, validated."),
        ("claims", "No, it is blocked; no earlier than Tue 2 Mar: B1 has no clear date."),
        ("test-login", "Not yet, it waits for claims; no earlier than Wed 3 Mar: B1 has no clear date."),
        ("mfa", "Not yet, it is under way; Mon 8 Mar at the earliest."),
        ("groups", "Its owner says so, without evidence; not confirmed yet, which can be Thu 4 Mar."),
    ],
)
def test_how_an_item_is_begins_with_yes_or_no(key: str, words: str) -> None:
    reply = ask(login(), "status_of", items=(key,))
    assert reply.answer.lines[1] == words


def test_an_item_says_what_it_waits_for_and_what_it_holds() -> None:
    (row,) = ask(login(), "status_of", items=("test-login",)).data["items"]
    assert (row["waits_for"], row["holds"], row["downstream_gates"]) == (["claims"], ["pilot"], 1)
    (held,) = ask(login(), "status_of", items=("claims",)).data["items"]
    assert (held["blockers"], held["on_critical_path"]) == (["B1"], False)


# A partner, its lawyers and ours


def partner() -> Plan:
    people = [
        person("jo", name="Jo Marsh", org="Borealis", role="API lead"),
        person("kit", name="Kit Ngo", org="Borealis", role="Project manager"),
        person("lu", name="Lu Ferrer", org="vendor", role="Project lead"),
    ]
    items = [
        gate("contract", owner="lu", validator="kit", status=Status.BLOCKED, due=day(-7)),
        gate("sandbox-keys", owner="jo", validator="lu", due=day(2)),
        gate("webhook", "sandbox-keys", owner="lu", validator="jo", due=day(4)),
        gate("live-keys", "contract", "webhook", owner="jo", validator="lu", due=day(4)),
        task("brochure", owner="lu", validator="kit", due=None),
    ]
    blockers = [
        blocker(1, "contract", waiting_on="Borealis' lawyers", raised=day(-20)),
        blocker(2, "live-keys", waiting_on="contract and webhook", expected_clear=day(1)),
        blocker(3, "webhook", waiting_on="jo marsh", expected_clear=day(2)),
    ]
    given = {"customer": "Borealis", "vendor": "Skiff Software", "lead": "lu", "target_go_live": day(7)}
    return project(
        *items, people=people, blockers=blockers, beliefs=[belief(1, "webhook", owner="jo")], **given
    )


def test_a_partys_answer_has_its_blockers_its_items_and_what_it_confirms() -> None:
    reply = ask(partner(), "waiting_on", party="Borealis")
    assert ids(reply.data["blockers"]) == ["B3", "B1"]
    assert keys(reply.data["owns"]) == ["sandbox-keys", "live-keys"]
    assert keys(reply.data["validates"]) == ["contract", "webhook", "brochure"]
    assert reply.data["earliest"] == day(4).isoformat()


def test_a_team_that_no_person_stands_for_has_what_waits_on_it_by_name() -> None:
    reply = ask(partner(), "waiting_on", party="lawyers")
    assert ids(reply.data["blockers"]) == ["B1"]
    assert reply.data["owns"] == reply.data["validates"] == []


def test_the_own_side_goes_by_the_vendors_name() -> None:
    by_name = ask(partner(), "waiting_on", party="Skiff Software").data
    assert keys(by_name["owns"]) == ["contract", "webhook", "brochure"]
    assert ask(partner(), "waiting_on", party="vendor").data["owns"] == by_name["owns"]


def test_nobody_waits_on_who_has_nothing() -> None:
    reply = ask(partner(), "waiting_on", people=("kit",), items=("sandbox-keys",))
    assert "Nothing open waits on Kit Ngo." in reply.answer.text


# What is not clear


@pytest.mark.parametrize("intent", ["owner_of", "status_of", "history_of"])
def test_an_item_that_is_not_clear_is_asked_back_and_never_guessed(intent: str) -> None:
    unclear = (Unclear("item", "the tunnel", ("claims", "mfa")),)
    reply = ask(login(), intent, unclear=unclear)
    assert reply.answer.lines == (
        "No item here is called “the tunnel”. Did you mean Claims agreed for every application (claims) or "
        "Second factor enrolled for all staff (mfa)?",
    )
    assert reply.data["items"] == []


def test_a_list_comes_all_the_same_after_what_is_not_clear() -> None:
    reply = ask(login(), "overdue", unclear=(Unclear("owner", "Bob", ()),))
    assert reply.answer.lines[1].startswith("Nobody here is called “Bob”.")
    assert reply.answer.lines[2] == "Without it:"
    assert keys(reply.data["overdue"]) == ["claims"]


def test_days_that_are_not_clear_are_asked_back() -> None:
    reply = ask(login(), "blockers", unclear=(Unclear("window", "since last steerco"),))
    assert reply.answer.lines[1] == (
        "I cannot tell which days “since last steerco” are. Say a date, such as “since 4 Nov”."
    )


def test_a_question_about_nobody_asks_whose() -> None:
    assert "Say whose" in ask(login(), "items_of").answer.text
    assert "Nobody here is called" in ask(login(), "items_of", unclear=(Unclear("owner", "Bob"),)).answer.text


# As one object


def test_the_object_says_what_was_asked_understood_and_answered() -> None:
    plan = login()
    other = Asked("overdue")
    asked = Asked("items_of", Slots(owner="Cy"), other=other)
    meaning = Meaning("login", people=("cy",))
    reply = answers.reply(asked, meaning, plan, assess(plan, MONDAY), NINE)
    said = answers.as_asked("What does Cy have?", asked, meaning, reply, plan, NINE)
    assert list(said) == (
        ["question", "intent", "topic", "project", "as_of", "slots", "resolved", "text", "data", "other"]
    )
    assert (said["intent"], said["slots"]["owner"], said["resolved"]["owner"]) == ("items_of", "Cy", "cy")
    assert said["as_of"] == "2027-03-01T09:00:00+01:00"
    assert said["text"] == reply.answer.text
    assert said["other"] == {"intent": "overdue", "topic": ""}
    assert json.loads(json.dumps(said)) == said


# Any project at all


def nothing() -> Plan:
    return Plan(project=Project(key="empty", name="Nothing yet"))


def live() -> Plan:
    return login(items=tuple(replace(i, status=Status.VALIDATED) for i in login().items))


@pytest.mark.parametrize(("intent", "topic"), ALL)
def test_every_question_has_an_answer_on_any_project(intent: str, topic: str) -> None:
    odd = [nothing(), live(), replace(login(), project=replace(login().project, target_go_live=None))]
    odd += [replace(login(), project=replace(login().project, go_live_item=None))]
    odd += [random_project(seed) for seed in range(40)]
    for plan in odd:
        for narrowed in ({}, {"items": tuple(i.key for i in plan.items[:2])}, {"people": ("ann", "asa")}):
            reply = ask(plan, intent, topic, **narrowed)
            assert all(line.strip() for line in reply.answer.lines)
            assert json.loads(json.dumps(reply.data)) == reply.data
            assert "None" not in reply.answer.text


@pytest.mark.parametrize("seed", range(60))
def test_lists_are_what_a_look_at_every_item_finds(seed: int) -> None:
    plan = random_project(seed)
    a = assess(plan, MONDAY)
    opened = [i for i in plan.items if i.key in a.timing]
    late = {i.key for i in opened if i.due and i.due < MONDAY}
    done = {i.key for i in opened if a.standing[i.key] is Status.DONE}
    overdue = ask(plan, "overdue").data
    assert set(keys(overdue["overdue"])) == late - done
    assert set(keys(overdue["done_unvalidated"])) == late & done
    gaps = ask(plan, "unowned").data
    assert set(gaps["unowned"]) == {i.key for i in opened if not i.owner}
    assert set(gaps["undated"]) == {i.key for i in opened if i.due is None}
    assert set(ask(plan, "unverified").data["done_unvalidated"]) == done
    theirs = ask(plan, "items_of", people=("ann",)).data
    assert set(keys(theirs["owns"])) == {i.key for i in opened if i.owner == "ann"}
    week = Window(MONDAY, day(4), "this week")
    due = {i.key for i in opened if i.due and MONDAY <= i.due <= day(4)}
    assert set(keys(ask(plan, "due_window", window=week).data["items"])) == due
    near = {r["key"] for r in ask(plan, "critical_path", "slack").data["near_critical"]}
    assert near == {key for key, timing in a.timing.items() if timing.slack in (1, 2)}


def large(size: int) -> Plan:
    statuses = (Status.TODO, Status.DOING, Status.DONE, Status.BLOCKED, Status.VALIDATED)
    items = [
        Item(
            key=f"part-{n}",
            title=f"Part {n} of the whole is in place",
            owner=None if n % 9 == 0 else "asa",
            validator="bo",
            status=statuses[n % 5],
            due=None if n % 7 == 0 else day(n % 40 - 20),
            depends_on=(f"part-{n - 1}",) if n % 3 else (),
            gate=True,
        )
        for n in range(size)
    ]
    beliefs = [belief(n, f"part-{n}") for n in range(1, size, 20)]
    return project(*items, blockers=[blocker(n, f"part-{n}") for n in range(3, size, 10)], beliefs=beliefs)


def test_an_answer_about_ten_thousand_items_can_still_be_read() -> None:
    plan = large(10_000)
    a = assess(plan, MONDAY)
    for intent, topic in ALL:
        people = ("asa",) if intent in ("items_of", "blockers") else ()
        asked, meaning = Asked(intent, topic=topic), Meaning("portal", people=people)
        text = answers.reply(asked, meaning, plan, a, NINE).answer.text
        assert len(text.splitlines()) <= 90, (intent, topic)
        assert len(text) <= 16_000, (intent, topic)


# The days that were named


def test_today_says_no_more_than_now() -> None:
    today = Window(MONDAY, MONDAY, "today")
    assert keys(ask(login(), "overdue", window=today).data["overdue"]) == ["claims"]
    assert ids(ask(login(), "blockers", window=today).data["blockers"]) == ["B1", "B2", "B3", "B4"]
    assert len(ask(login(), "items_of", people=("di",), window=today).data["owns"]) == 3


def test_new_blockers_of_these_days_are_those_raised_on_them() -> None:
    plan, week = login(), Window(date(2027, 2, 26), date(2027, 3, 5), "this week")
    asked, meaning = Asked("blockers"), Meaning("login", window=week)
    facts = Facts(question="any new blockers this week?")
    reply = answers.reply(asked, meaning, plan, assess(plan, MONDAY), NINE, facts)
    assert ids(reply.data["blockers"]) == ["B3"]


def test_what_is_overdue_since_a_day_was_due_from_then_on() -> None:
    since = Window(date(2027, 2, 26), None, "since Friday")
    reply = ask(login(), "overdue", window=since)
    assert (keys(reply.data["overdue"]), reply.data["done_unvalidated"]) == (["claims"], [])
    ahead = Window(MONDAY, date(2027, 3, 5), "this week")
    assert keys(ask(login(), "overdue", window=ahead).data["overdue"]) == ["claims"]


def test_what_is_to_be_won_back_is_counted_to_the_day_that_was_asked_about() -> None:
    on_the_8th = Window(date(2027, 3, 8), date(2027, 3, 8), "8 Mar")
    reply = ask(login(), "readiness", "recover", window=on_the_8th)
    assert reply.data["recover_working_days"] == 3
    assert "For Mon 8 Mar, 3 working days are to be won back" in reply.answer.text
    assert keys(reply.data["impossible"]) == ["test-login"]


def test_assumptions_since_a_day_are_those_made_since() -> None:
    since = Window(date(2027, 2, 1), None, "since February")
    assert ids(ask(login(), "assumptions", window=since).data["assumptions"]) == ["A3"]
    week = Window(MONDAY, date(2027, 3, 5), "this week")
    assert ids(ask(login(), "assumptions", window=week).data["assumptions"]) == ["A1"]


def test_how_an_item_is_by_a_day_says_whether_that_can_be_held() -> None:
    by_the_8th = Window(MONDAY, date(2027, 3, 8), "by 8 Mar")
    reply = ask(login(), "status_of", items=("pilot",), window=by_the_8th)
    assert reply.data["items"][0]["on_time"] is False
    assert "(pilot): no, 2 working days after Mon 8 Mar; Di Rossi" in reply.answer.lines[1]


def test_what_waits_on_a_party_is_no_earlier_than_while_a_clear_date_is_unknown() -> None:
    reply = ask(login(), "waiting_on", party="Tern")
    assert reply.data["unknown_clear_dates"] == ["B1", "B4"]
    assert "All of it can be finished: no earlier than Fri 12 Mar (B1, B4 unknown)" in reply.answer.text


def test_a_long_list_names_the_keys_of_the_rest_and_is_given_in_full_for_more() -> None:
    plan = project(*(gate(f"part-{n}", owner=None) for n in range(60)))
    asked, meaning, a = Asked("unowned"), Meaning("portal"), assess(plan, MONDAY)
    short = answers.reply(asked, meaning, plan, a, NINE).answer.text
    assert "and 36 more: part-24, part-25" in short
    whole = answers.reply(asked, meaning, plan, a, NINE, whole=True).answer
    assert all(any(f"(part-{n}):" in line for line in whole.lines) for n in range(60))

"""Twenty-five questions about a hospital's rollout, three weeks before its date: is every answer right?

Each is checked as data and in the words a person reads.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain import answers
from bot.domain.plan import Plan
from bot.domain.projectfile import parse
from bot.domain.questions import Asked
from bot.domain.questions.meaning import Meaning, Window
from bot.domain.readiness import Assessment, assess

FILE = Path(__file__).parent.parent / "fixtures" / "mercy.yaml"
NINE = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("America/Chicago"))
ORDER = """
risk-q oru-map baa mrn-match location-map elig-map wf-ed super-users consent-rules downtime contact-sheet
golive-criteria scopes code-sets wf-lab train-reg support-rota sso-test prod-keys train-clin vpn firewall
prod-certs siu-map sso-roles break-glass provider-file mllp elig-enrol fhir-prod-reach unit-hl7 monitor
err-queue elig-cert edge-hl7 e2e parallel rehearsal freeze runbook uat go-no-go
"""
THIS_WEEK = "elig-map firewall code-sets consent-rules mllp super-users mrn-match location-map wf-ed"
COST = "item age_working_days age_calendar_days expected_clear slack_working_days downstream_gates owner"
PATH = ["vpn", "firewall", "mllp", "unit-hl7", "edge-hl7", "e2e", "uat", "go-no-go"]


@cache
def mercy() -> tuple[Plan, Assessment]:
    plan = parse(FILE.read_text(), FILE.name).plan
    return plan, assess(plan, NINE.date())


def ask(intent: str, topic: str = "", question: str = "", **meaning: Any) -> answers.Reply:
    plan, a = mercy()
    facts = answers.Facts(question=question)
    return answers.reply(Asked(intent, topic=topic), Meaning("mercy", **meaning), plan, a, NINE, facts)


def suppose(question: str, **meaning: Any) -> answers.Reply:
    return ask("whatif", question=question, **meaning)


def moved(reply: answers.Reply) -> dict[str, str]:
    """What moves, and when it can be finished then."""
    return {row["key"]: row["earliest_finish"] for row in reply.data["moved"]}


def days(first: str, last: str) -> Window:
    return Window(date.fromisoformat(first), date.fromisoformat(last), "")


def keys(items: list[dict[str, Any]]) -> list[str]:
    return [item["key"] for item in items]


def lines_about(reply: answers.Reply, *names: str) -> list[str]:
    """For each key, the first line that speaks of it."""
    return [next(line for line in reply.answer.lines if f"({name})" in line) for name in names]


def said(reply: answers.Reply, *words: str) -> bool:
    missing = [each for each in words if each not in reply.answer.text]
    assert not missing, f"{missing} not in:\n{reply.answer.text}"
    return True


def test_01_what_must_happen_before_go_live_is_told_in_the_order_it_can_happen() -> None:
    reply = ask("before_golive")
    gates = reply.data["gates_in_order"]
    assert keys(gates) == ORDER.split()
    slack = [2, 7, 8, 8, 9, 12, 12, 14, 14, 14, 16, 18, 18, 7, 13, 14, 16, 6, 8, 13, 0, 0, 10, 0, 6, 14, 5, 0]
    assert [g["slack_working_days"] for g in gates[:28]] == slack
    assert [g["slack_working_days"] for g in gates[28:]] == [4, 5, 0, 7, 9, 4, 0, 0, 3, 4, 5, 4, 0, 0]
    named = {gate["key"]: gate for gate in gates}
    assert (named["train-clin"]["earliest_start"], named["train-clin"]["earliest_finish"]) == (
        "2026-11-25",
        "2026-11-30",
    )
    assert len(reply.answer.lines) <= 12
    assert said(reply, "42 of 49 gates open (7 blocked, 7 done but unconfirmed)", "break-glass")
    plan, a = mercy()
    whole = answers.before(plan, a, NINE, whole=True).text
    assert "42. Go or no-go, asked role by role (go-no-go)" in whole
    assert (
        "1. Security questionnaire of the hospital accepted (risk-q): Omar Saleh, done, Tom Adeyemi" in whole
    )


def test_02_we_are_not_ready_and_will_not_make_the_14th() -> None:
    reply = ask("readiness", window=days("2026-12-14", "2026-12-14"))
    data = reply.data
    assert (data["ready"], data["on_time"], data["asked_date"]) == (False, False, "2026-12-14")
    assert (data["forecast"], data["forecast_kind"], data["gap_working_days"]) == (
        "2026-12-21",
        "no_earlier_than",
        5,
    )
    assert data["gates"] == {"total": 49, "open": 42, "blocked": 7, "done_unvalidated": 7}
    assert data["unknown_clear_dates"] == ["B2", "B4", "B8"]
    assert said(reply, "NOT ready", "No, not Mon 14 Dec", "Mon 21 Dec", "5 working days later")
    assert said(reply, "B2 on baa", "B4 on mllp", "B8 on monitor", "Omar Saleh", "Kim Doan")
    assert "%" not in reply.answer.text


def test_03_the_critical_path_is_named_step_by_step_with_what_ties() -> None:
    reply = ask("critical_path")
    assert reply.data["driving_chain"] == PATH
    assert reply.data["critical"] == ["vpn", "firewall", "siu-map", *PATH[2:]]
    assert said(
        reply,
        "vpn > firewall > mllp > unit-hl7 > edge-hl7 > e2e > uat > go-no-go > smoke",
        "vpn > firewall > siu-map > mllp > unit-hl7 > edge-hl7 > e2e > uat > go-no-go > smoke",
        "waits on Mercy network team (Tom Adeyemi)",
        "siu-map as much as mllp",
    )


def test_04_the_earliest_go_live_is_the_21st_of_december() -> None:
    reply = ask("readiness", "earliest")
    assert (reply.data["forecast"], reply.data["working_days_from_today"]) == ("2026-12-21", 20)
    assert said(
        reply,
        "(go-no-go) can be finished Fri 18 Dec",
        "go-live the working day after: Mon 21 Dec",
        "20 working days after today",
        "5 working days later than the target Mon 14 Dec",
    )


def test_05_six_items_are_overdue_and_six_more_only_lack_their_confirmation() -> None:
    reply = ask("overdue")
    late = ["baa", "provider-file", "elig-enrol", "vpn", "sso-test", "siu-map"]
    done = ["contact-sheet", "golive-criteria", "oru-map", "scopes", "risk-q", "wf-lab"]
    assert keys(reply.data["overdue"]) == late
    assert keys(reply.data["done_unvalidated"]) == done
    assert reply.data["due_today"] == ["elig-map"]
    assert said(
        reply,
        "6 items overdue",
        "Business associate agreement signed (baa): Omar Saleh, blocked, waits on Mercy legal, 9 d, "
        "was due Fri 13 Nov, 6 working days ago",
        "Past due, done, and not validated:",
        "(contact-sheet): Dana Fleming, done, Grace Holm to confirm, was due Tue 20 Oct",
        "Due today, not overdue: Coverage questions and answers mapped",
    )
    assert said(reply, *(f"({key})" for key in (*late, *done)))


def test_06_four_items_and_one_assumption_have_no_owner() -> None:
    reply = ask("unowned")
    assert keys(reply.data["items"]) == ["vpn-failover", "location-map", "helpdesk", "comms"]
    assert set(reply.data["unowned"]) == {"vpn-failover", "location-map", "helpdesk", "comms"}
    assert (reply.data["unowned_gates"], reply.data["unowned_assumptions"]) == (["location-map"], ["A6"])
    assert said(reply, "4 open items nobody owns", "A6 on mrn-match", "/golive own vpn-failover @somebody")
    assert "gate" in lines_about(reply, "location-map")[0]
    assert "gate" not in lines_about(reply, "helpdesk")[0]


def test_07_three_items_and_one_assumption_have_no_date() -> None:
    reply = ask("unowned", "undated")
    assert keys(reply.data["items"]) == ["break-glass", "support-rota", "helpdesk"]
    assert set(reply.data["undated"]) == {"break-glass", "support-rota", "helpdesk"}
    assert reply.data["undated_assumptions"] == ["A2"]
    assert said(reply, "3 open items without a due date", "Lena Brandt", "Kim Doan", "A2 on fhir-prod-reach")


def test_08_seven_items_are_done_and_each_names_who_has_to_validate_it() -> None:
    reply = ask("unverified")
    expected = {
        "contact-sheet": ("grace", "2026-10-21", None),
        "golive-criteria": ("dr_hale", "2026-11-10", None),
        "risk-q": ("tom", "2026-11-19", None),
        "scopes": ("tom", "2026-11-17", "list of scopes, second version"),
        "oru-map": ("ruth", "2026-11-18", None),
        "wf-lab": ("dr_hale", "2026-11-20", None),
        "elig-map": ("sam", "2026-11-20", "twenty answers read"),
    }
    found = {i["key"]: (i["validator"], i["done_on"], i["evidence"]) for i in reply.data["items"]}
    assert list(found.items()) == list(expected.items())
    assert all(item["gate"] for item in reply.data["items"])
    assert reply.data["validators"]["dr_hale"] == ["golive-criteria", "wf-lab"]
    assert said(
        reply,
        "(contact-sheet): Grace Holm to confirm, done 21 Oct, 23 d ago by Dana Fleming, no evidence, gate",
        "(scopes): Tom Adeyemi to confirm, done 17 Nov, 4 d ago by Priya Raman, evidence: list of scopes",
    )


def test_09_five_done_items_have_no_evidence_and_none_lacks_a_validator() -> None:
    reply = ask("unverified", "no_evidence")
    bare = ["contact-sheet", "golive-criteria", "risk-q", "oru-map", "wf-lab"]
    assert keys(reply.data["items"]) == bare
    assert set(reply.data["without_evidence"]) == set(bare)
    assert reply.data["without_validator"] == []
    assert said(reply, "5 done items without evidence", "No validator named: none")


def test_10_blockers_come_by_what_they_cost_with_their_age() -> None:
    reply = ask("blockers")
    rows = {
        "B5": ("siu-map", 7, 11, "2026-11-27", 0, 9, "marco"),
        "B1": ("vpn", 5, 7, "2026-11-25", 0, 16, "marco"),
        "B4": ("mllp", 1, 3, None, 0, 11, "marco"),
        "B7": ("elig-enrol", 4, 6, "2026-12-01", 4, 3, "grace"),
        "B6": ("provider-file", 10, 14, "2026-11-30", 5, 3, "grace"),
        "B3": ("sso-test", 3, 5, "2026-11-24", 6, 5, "lena"),
        "B8": ("monitor", 1, 3, None, 7, 3, "kim"),
        "B2": ("baa", 9, 13, None, 8, 5, "omar"),
    }
    found = {b["id"]: tuple(b[name] for name in COST.split()) for b in reply.data["blockers"]}
    assert list(found.items()) == list(rows.items())
    behind = {b["id"]: b["behind"] for b in reply.data["blockers"] if b["behind"]}
    assert behind == {"B4": ["vpn", "firewall"]}
    assert reply.data["oldest"] == "B6"
    assert said(
        reply,
        "8 open blockers",
        "B5 on Appointment messages mapped and signed (siu-map): The vendor owes us its message "
        "specification; waits on Scheduling vendor since 12 Nov, 7 working days (11 calendar), clears Fri 27 "
        "Nov, slack 0, 9 open gates behind it, Marco Conti chases it",
        "no clear date",
        "merely follows vpn, firewall",
        "Oldest: B6, 10 working days (14 calendar)",
    )


def test_11_everybody_who_is_waited_on_is_named_and_counted_by_organisation() -> None:
    reply = ask("waiting_on")
    parties = {row["party"]: (row["blockers"], row["items"]) for row in reply.data["waiting_on"]}
    assert parties == {
        "Mercy network team (Tom Adeyemi)": (["B1"], ["vpn"]),
        "Mercy legal": (["B2"], ["baa"]),
        "Mercy identity team": (["B3"], ["sso-test"]),
        "vpn and firewall items": (["B4"], ["mllp"]),
        "Scheduling vendor": (["B5"], ["siu-map"]),
        "Mercy medical staff office": (["B6"], ["provider-file"]),
        "Bayline Mutual (Ivy Marsh)": (["B7"], ["elig-enrol"]),
        "Mercy service desk": (["B8"], ["monitor"]),
    }
    orgs = {row["organisation"]: row["count"] for row in reply.data["by_organisation"]}
    assert orgs == {"Mercy": 5, "Bayline Mutual": 1, "Scheduling vendor": 1, "our own items": 1}
    assert said(reply, *(f"{party}: " for party in parties), "Mercy 5", "our own items 1")


def test_12_the_payer_is_waited_on_for_one_blocker_and_two_items() -> None:
    for meant in ({"party": "Bayline Mutual"}, {"people": ("ivy",)}):
        reply = ask("waiting_on", **meant)
        assert [b["id"] for b in reply.data["blockers"]] == ["B7"]
        assert keys(reply.data["owns"]) == ["elig-enrol"]
        assert keys(reply.data["validates"]) == ["elig-cert"]
        assert reply.data["earliest"] == "2026-12-08"
        assert said(reply, "B7 on", "clears Tue 1 Dec", "(elig-enrol)", "(elig-cert)", "finished: Tue 8 Dec")


def test_13_five_of_six_assumptions_are_not_verified() -> None:
    reply = ask("assumptions")
    assert (reply.data["unverified"], reply.data["total"]) == (5, 6)
    rows = [
        (x["id"], x["item"], x["item_status"], x["owner"], x["verify_by"]) for x in reply.data["assumptions"]
    ]
    assert rows == [
        ("A1", "adt-map", "validated", "ruth", "2026-11-25"),
        ("A2", "fhir-prod-reach", "todo", "tom", None),
        ("A3", "elig-cert", "todo", "ivy", "2026-11-30"),
        ("A5", "train-reg", "todo", "sam", "2026-12-01"),
        ("A6", "mrn-match", "doing", None, "2026-11-20"),
    ]
    assert [x["id"] for x in reply.data["assumptions"] if x["overdue"]] == ["A6"]
    assert all(x["gate"] for x in reply.data["assumptions"])
    assert said(reply, "5 of 6 assumptions not verified", "nobody to verify by Fri 20 Nov, OVERDUE")
    assert said(reply, "a false one reopens: A1 (adt-map)", "Tom Adeyemi to verify by no date")


def test_14_nine_items_are_due_this_week() -> None:
    reply = ask("due_window", window=days("2026-11-23", "2026-11-27"))
    due = THIS_WEEK.split()
    assert keys(reply.data["items"]) == due
    assert (reply.data["from"], reply.data["to"]) == ("2026-11-23", "2026-11-27")
    assert said(reply, "9 items due", "Mon 23 Nov: Coverage questions", "Tue 24 Nov: Ports opened")
    assert said(reply, *(f"({key})" for key in due), "Sam Whitaker", "nobody")


def test_15_tom_has_two_items_six_confirmations_two_blockers_and_an_assumption() -> None:
    reply = ask("items_of", people=("tom",))
    assert keys(reply.data["owns"]) == ["firewall", "prod-certs"]
    confirms = ["risk-q", "scopes", "sso-test", "break-glass", "vpn", "vpn-failover"]
    assert keys(reply.data["validates"]) == confirms
    assert reply.data["blockers"] == ["B1", "B3"]
    assert reply.data["assumptions"] == ["A2"]
    assert said(
        reply, "Owns 2:", "To confirm 6:", "B1 vpn", "; named;", "B3 sso-test", "nobody named: say who"
    )
    assert said(reply, *(f"({key})" for key in ("firewall", "prod-certs", *confirms)), "A2 on")


def test_16_single_sign_on_has_six_days_of_slack_and_one_item_is_nearly_critical() -> None:
    reply = ask("critical_path", "slack", items=("sso-test", "sso-roles"))
    assert [(i["key"], i["slack_working_days"]) for i in reply.data["items"]] == [
        ("sso-test", 6),
        ("sso-roles", 6),
    ]
    assert reply.data["near_critical"] == [{"key": "risk-q", "slack_working_days": 2}]
    assert said(reply, "(sso-test): 6 working days", "(sso-roles): 6 working days", "(risk-q) 2 working days")


def test_17_when_the_vpn_slips_three_days_go_live_slips_three_days() -> None:
    reply = suppose("What if the VPN slips 3 more working days?", items=("vpn",))
    assert (reply.data["forecast"], reply.data["change_working_days"]) == ("2026-12-24", 3)
    assert reply.data["before"]["forecast"] == "2026-12-21"
    assert said(reply, "Thu 24 Dec", "3 working days later than Mon 21 Dec", "B1 on vpn clears Mon 30 Nov")


def test_18_a_baa_signed_on_the_4th_of_december_costs_two_days() -> None:
    reply = suppose("If the BAA is signed only on 4 Dec, what moves?", items=("baa",))
    assert (reply.data["forecast"], reply.data["change_working_days"]) == ("2026-12-23", 2)
    finishes = moved(reply)
    assert (finishes["baa"], finishes["fhir-prod-reach"]) == ("2026-12-08", "2026-12-11")
    assert said(reply, "Wed 23 Dec", "baa: finishes Tue 8 Dec", "slack 0, was 8", "prod-keys", "Fri 11 Dec")


def test_19_dropping_eligibility_wins_nothing() -> None:
    dropped = ("elig-cert", "elig-enrol", "elig-map")
    reply = suppose("If eligibility is dropped from go-live, does the date improve?", items=dropped)
    assert (reply.data["forecast"], reply.data["change_working_days"]) == ("2026-12-21", 0)
    assert said(reply, "stays no earlier than Mon 21 Dec", "elig-cert: closed then; it had 4 working days")


def test_20_a_week_without_lena_eats_slack_but_not_the_date() -> None:
    reply = suppose("If Lena is away 30 Nov to 4 Dec, what breaks?", people=("lena",))
    assert (reply.data["forecast"], reply.data["change_working_days"]) == ("2026-12-21", 0)
    about = {row["key"]: (row["earliest_finish"], row["slack_working_days"]) for row in reply.data["about"]}
    assert about["sso-test"][0] == "2026-11-27"
    assert about["sso-roles"] == ("2026-12-08", 1)
    assert reply.data["driving_chain"] == PATH
    assert said(reply, "sso-roles: finishes Tue 8 Dec", "slack 1, was 6, before e2e", "Lena Brandt")


def test_21_single_points_of_failure_are_counted_as_owners_and_as_validators() -> None:
    reply = ask("critical_path", "single_points")
    rows = {p["person"]: (p["owns"], p["validates"], p["owns_critical"]) for p in reply.data["people"]}
    assert rows == {
        "marco": (7, 2, 3),
        "priya": (7, 2, 2),
        "dr_hale": (2, 7, 1),
        "dana": (5, 2, 1),
        "grace": (3, 4, 1),
        "tom": (2, 5, 1),
        "ruth": (2, 12, 0),
        "kim": (5, 3, 0),
        "sam": (1, 3, 0),
        "omar": (3, 1, 0),
        "lena": (3, 0, 0),
        "ivy": (1, 1, 0),
    }
    assert next(iter(rows)) == "marco"
    assert all(p["backup"] is None for p in reply.data["people"])
    assert said(
        reply,
        "Ruth Castillo (no backup) confirms most open gates: 12",
        "Marco Conti (no backup) owns most of the critical path: 3",
        "Marco Conti (no backup): 7 / 2 / 3",
        "Dr. Judith Hale (no backup): 2 / 7 / 1",
    )


def test_22_fourteen_due_dates_are_impossible_and_five_days_are_to_be_won_back() -> None:
    reply = ask("readiness", "recover")
    found = {i["key"]: (i["due"][5:], i["earliest_finish"][5:]) for i in reply.data["impossible"]}
    assert found == {
        "code-sets": ("11-24", "11-26"),
        "firewall": ("11-24", "12-01"),
        "mllp": ("11-25", "12-02"),
        "unit-hl7": ("11-30", "12-07"),
        "elig-cert": ("12-03", "12-08"),
        "edge-hl7": ("12-02", "12-09"),
        "rehearsal": ("12-08", "12-10"),
        "freeze": ("12-09", "12-10"),
        "runbook": ("12-10", "12-11"),
        "parallel": ("12-09", "12-14"),
        "e2e": ("12-04", "12-14"),
        "uat": ("12-09", "12-17"),
        "go-no-go": ("12-11", "12-18"),
        "smoke": ("12-14", "12-21"),
    }
    finishes = [i["earliest_finish"] for i in reply.data["impossible"]]
    assert finishes == sorted(finishes)
    assert reply.data["recover_working_days"] == 5
    assert said(reply, "14 due dates", "5 working days are to be won back", *(f"({key})" for key in found))
    assert said(reply, "(smoke): due Mon 14 Dec, earliest Mon 21 Dec")


def test_23_what_contradicts_itself_is_told_kind_by_kind() -> None:
    reply = ask("readiness", "contradictions")
    assert reply.data["contradictions"] == [
        {"kind": "open_blocker_not_blocked", "keys": ["monitor"]},
        {"kind": "done_before_dependency", "keys": ["wf-lab", "oru-map"]},
        {"kind": "due_before_dependency", "keys": ["vpn", "risk-q"]},
    ]
    assert reply.data["unlinked_gates"] == ["break-glass"]
    assert reply.data["validated_on_belief"] == ["A1"]
    assert said(
        reply,
        "(monitor) has an open blocker (B8), but is not marked blocked (to do)",
        "(wf-lab) is done, but Orders and results mapped, units and corrections included (oru-map)",
        "(vpn) is due 19 Nov, before Security questionnaire of the hospital accepted (risk-q)",
        "(break-glass)",
        "A1 under validated adt-map",
        "Nobody confirms their own work",
    )


def test_24_two_holidays_for_everybody_cost_two_days() -> None:
    reply = suppose("Forecast if 26 and 27 Nov are holidays for everyone?")
    assert (reply.data["forecast"], reply.data["change_working_days"]) == ("2026-12-23", 2)
    assert said(reply, "Wed 23 Dec", "2 working days later", "nobody works: Thu 26 Nov, Fri 27 Nov")


def test_25_six_items_can_be_worked_on_today() -> None:
    reply = ask("before_golive", "startable")
    able = ["consent-rules", "mrn-match", "location-map", "wf-ed", "downtime", "super-users"]
    assert reply.data["startable"] == able
    assert said(reply, "6 items can be worked on today", *(f"({key})" for key in able), "nobody")


def test_26_no_answer_gives_a_chance_and_each_says_as_of_when() -> None:
    plain = ("before_golive", "readiness", "critical_path", "overdue", "unowned", "unverified", "blockers")
    for intent in (*plain, "waiting_on", "assumptions", "due_window"):
        text = ask(intent).answer.text
        assert "as of Mon 23 Nov, 09:00" in text.splitlines()[0]
        assert "%" not in text
    assert ask("readiness").data["range"] is None
    assert "A range needs 20 items" in ask("readiness", "earliest").answer.text

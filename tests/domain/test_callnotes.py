"""What is read out of the notes of a call, and what is left alone?"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

import pytest

from benchmarks.callnotes import FOUND, WRONG, cases, measured, the_plan
from bot.domain import callnotes
from bot.domain.callnotes import CallNotes, Correction, Proposal
from bot.domain.errors import BotError
from bot.domain.plan import Plan

plan_of_lakeview = cache(the_plan)
WEDNESDAY = date(2027, 3, 10)


def read(text: str, plan: Plan | None = None) -> CallNotes:
    plan = plan or plan_of_lakeview()
    now = datetime(2027, 3, 10, 10, tzinfo=plan.project.zone)
    return callnotes.read(text, plan, now=now, asker="nora")


def only(text: str) -> Proposal:
    [found] = read(text).proposals
    return found


def test_of_varied_notes_nine_in_ten_things_are_found_and_hardly_any_wrongly() -> None:
    found = [measured(case, plan_of_lakeview()) for case in cases()]
    right, missed = sum(each.right for each in found), sum(len(each.missed) for each in found)
    wrong = sum(len(each.wrong) for each in found)
    assert len(found) >= 15
    assert right / (right + missed) >= FOUND
    assert wrong / (right + wrong) <= WRONG


def test_notes_that_nothing_was_fitted_to_are_read_nearly_as_well() -> None:
    found = [measured(case, plan_of_lakeview()) for case in cases() if not case.get("learnt", True)]
    assert sum(each.right for each in found) >= 4 * sum(len(each.missed) for each in found)


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ("AI: Tom - firewall rules", "tom"),
        ("AI: TR - firewall rules", "tom"),
        ("AI: @Tom Reyes firewall rules", "tom"),
        ("AI: <@U0TOM> firewall rules", "tom"),
        ("AI: Firewall rules (Tom Reyes)", "tom"),
        ("AI: Firewall rules -> Tom", "tom"),
        ("AI: Firewall rules, owner: Tom", "tom"),
        ("AI: Integration engineer - firewall rules", "tom"),
        ("AI: [Tom] firewall rules", "tom"),
        ("- [ ] Tom: firewall rules", "tom"),
        ("I will do the firewall rules", "nora"),
    ],
)
def test_an_owner_is_known_however_they_are_called(line: str, owner: str) -> None:
    found = only(line)
    assert (found.kind, found.item, found.owner) == ("owner", "firewall", owner)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("by Friday", date(2027, 3, 12)),
        ("tomorrow", date(2027, 3, 11)),
        ("by 4 April", date(2027, 4, 4)),
        ("due 2027-03-20", date(2027, 3, 20)),
        ("- Mon", date(2027, 3, 15)),
        ("(next Wednesday)", date(2027, 3, 17)),
        ("EOW", date(2027, 3, 12)),
        ("bis 19. März", date(2027, 3, 19)),
        ("antes del viernes", date(2027, 3, 12)),
        ("avant vendredi", date(2027, 3, 12)),
    ],
)
def test_a_day_is_counted_from_the_call(words: str, day: date) -> None:
    found = only(f"AI: Tom - send the packet capture {words}")
    assert (found.day, found.text) == (day, "Send the packet capture")


@pytest.mark.parametrize(
    "head",
    [
        "Lakeview sync 2 March 2027",
        "Date: 02.03.2027",
        "2027-03-02 Lakeview / Brightwell",
        "Minutes, Tue 2 Mar",
        "lakeview 3/2",
    ],
)
def test_the_day_in_the_head_of_the_notes_wins_over_today(head: str) -> None:
    found = read(f"{head}\nTom to send the capture by next Wednesday")
    assert (found.day, found.dated) == (date(2027, 3, 2), True)
    assert found.proposals[0].day == WEDNESDAY


@pytest.mark.parametrize(
    "head", ["Go-live on 12 April 2027", "Next call: 17 March 2027", "Target 1 March 2027"]
)
def test_a_day_in_the_head_that_is_no_day_of_the_call_is_not_taken_for_it(head: str) -> None:
    assert read(f"{head}\nTom to send the capture").dated is False


def test_a_day_that_has_passed_is_left_out_and_said_to_be_unsure() -> None:
    found = only("Call of 1 March 2027\nTom to send the capture by Friday")
    assert found.day is None
    assert not found.sure
    assert "Fri 5 Mar has passed" in found.doubts[0]


@pytest.mark.parametrize(
    "line",
    [
        "Thanks all, great call!",
        "- VPN is fine since Monday",
        "- Can Tom do the firewall rules?",
        "- no blockers",
        "Decisions: none",
        "- [x] Tom to send the certs",
        "Attendees\n- Tom to the left of Leo",
        "Agenda\n- decide on the cutover",
        "- the tunnel is no longer blocked",
        "- Tom out next week",
        "> Tom to send the certs\nthat was last week\nand it is done",
    ],
)
def test_talk_is_left_alone(line: str) -> None:
    assert read(line).proposals == ()


def test_work_on_an_item_is_told_from_work_about_it() -> None:
    assert only("AI: Tom - finish the VPN tunnel").item == "vpn"
    assert only("AI: Tom - send the VPN certs").item is None
    assert only("AI: Tom - review the cutover plan").item is None


def test_a_name_that_nobody_has_is_proposed_with_a_doubt() -> None:
    found = only("Marcus to send the licence keys by Friday")
    assert (found.owner, found.who, found.sure) == (None, "Marcus", False)


def test_a_team_is_spoken_for_by_somebody_and_that_is_a_guess() -> None:
    found = only("AI: Lakeview Clinic - nominate two super users")
    assert (found.owner, found.sure) == ("leo", False)
    assert found.doubts == ("Leo Marsh for “Lakeview Clinic”",)


def test_of_two_owners_the_first_is_taken_with_a_doubt() -> None:
    found = only("AI: Priya/Sam - draw the network map")
    assert (found.owner, found.doubts) == ("priya", ("one owner of “Priya/Sam”",))


@pytest.mark.parametrize(
    ("line", "id"),
    [
        ("Blocker: waiting on the carrier for the circuit", "B1"),
        ("Decision: We cut over on a Saturday night", "D1"),
        ("Assumption: old appointment numbers stay unique", "A1"),
        ("AI: Priya - VPN tunnel by Friday", "vpn"),
    ],
)
def test_what_is_stored_already_is_said_to_be(line: str, id: str) -> None:
    found = only(line)
    assert (found.already, found.sure) == (id, False)


def test_the_same_said_twice_is_proposed_once() -> None:
    assert (
        len(read("Tom to send the capture by Friday\nActions\n- Tom to send the capture by Friday").proposals)
        == 1
    )


@pytest.mark.parametrize("separator", ["|", "\t"])
def test_a_table_is_read_by_the_heads_of_its_columns(separator: str) -> None:
    rows = [("Due", "Task", "Owner"), ("19 March", "Send the capture", "Tom"), ("", "Load test", "TBD")]
    table = "\n".join(separator.join(row) for row in rows)
    first, *rest = read(table).proposals
    assert (first.text, first.owner, first.day) == ("Send the capture", "tom", date(2027, 3, 19))
    assert rest == []


def test_notes_are_read_as_slack_writes_them() -> None:
    found = only(
        "*Actions*\n• <@U0PRIYA> to open ports &lt; 1024 in <https://x.example|the console> by Monday"
    )
    assert (found.owner, found.text) == ("priya", "Open ports < 1024 in the console (https://x.example)")


def test_notes_without_end_are_read_as_far_as_a_person_would_go() -> None:
    found = read("\n".join(f"- Tom to write page {n}" for n in range(3_000)))
    assert len(found.proposals) == 200


@pytest.mark.parametrize(
    "text", ["", "\n\n", "|||", "- ", "AI:", "\u202e\u0000", "Tom to", "by Friday", "((((", "* " * 500]
)
def test_odd_notes_propose_nothing_and_break_nothing(text: str) -> None:
    assert read(text).proposals == ()


# Corrections


def correct(was: Proposal, **said: Any) -> Proposal:
    words = {"kind": was.kind, "text": was.text, **said}
    return callnotes.corrected(was, Correction(**words), plan_of_lakeview(), WEDNESDAY)


def test_a_corrected_line_has_no_doubts_any_more() -> None:
    found = correct(only("Marcus to send the licence keys"), owner="leo")
    assert (found.owner, found.who, found.sure) == ("leo", None, True)


def test_a_line_can_be_made_one_of_an_item_that_is_there_and_the_reverse() -> None:
    new = correct(only("Tom to send the VPN certs"), item="vpn", owner="tom")
    assert (new.kind, new.item, new.text) == ("owner", "vpn", "Site-to-site VPN tunnel up")
    back = correct(new, kind="item", item=None, text="Send the certs")
    assert (back.kind, back.item, back.text) == ("item", None, "Send the certs")


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "riddle"},
        {"text": " "},
        {"text": "x" * 301},
        {"item": "gone"},
        {"owner": "ghost"},
        {"day": date(2027, 1, 1)},
    ],
)
def test_a_correction_that_cannot_be_is_refused_in_words(said: dict[str, Any]) -> None:
    with pytest.raises(BotError):
        correct(only("Tom to send the certs"), **said)


def test_a_proposal_is_kept_and_found_again_as_it_was() -> None:
    for case in cases():
        for each in read(case["text"]).proposals:
            assert callnotes.from_json(callnotes.as_json(each)) == each

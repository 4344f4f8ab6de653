"""What is read out of the notes of a call, and what is left alone?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from benchmarks.callnotes import FOUND, WRONG, cases, measured, the_plan
from bot.domain import callnotes
from bot.domain.callnotes import CallNotes, Correction, Proposal
from bot.domain.errors import BotError
from bot.domain.plan import Plan

WEDNESDAY = date(2027, 3, 10)


def read(text: str, plan: Plan | None = None) -> CallNotes:
    plan = plan or the_plan()
    now = datetime(2027, 3, 10, 10, tzinfo=plan.project.zone)
    return callnotes.read(text, plan, now=now, asker="nora")


def only(text: str) -> Proposal:
    [found] = read(text).proposals
    return found


def test_of_varied_notes_nine_in_ten_things_are_found_and_hardly_any_wrongly() -> None:
    found = [measured(case) for case in cases()]
    right, missed = sum(each.right for each in found), sum(len(each.missed) for each in found)
    wrong = sum(len(each.wrong) for each in found)
    assert len(found) >= 15
    assert right / (right + missed) >= FOUND
    assert wrong / (right + wrong) <= WRONG


def test_notes_that_nothing_was_fitted_to_are_read_nearly_as_well() -> None:
    found = [measured(case) for case in cases() if not case.get("learnt", True)]
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
    return callnotes.corrected(was, Correction(**words), the_plan(), WEDNESDAY)


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


def of_kestrel(text: str) -> list[tuple[str, str, str | None]]:
    plan = the_plan("kestrel")
    now = datetime(2027, 3, 10, 10, tzinfo=plan.project.zone)
    found = callnotes.read(text, plan, now=now, asker="asa").proposals
    return [(each.kind, each.text, each.owner) for each in found]


def test_what_is_said_aloud_is_the_speakers_and_never_ticked_beforehand() -> None:
    text = (
        "Bob O'Neill  0:21\nOkay. I'll be right back.\nI'll replace the ribbon unit.\n0:30 Ana: I'm on mute."
    )
    plan = the_plan("kestrel")
    [found] = callnotes.read(text, plan, now=datetime(2027, 3, 10, 10, tzinfo=plan.project.zone)).proposals
    assert (found.text, found.owner, found.sure) == ("Replace the ribbon unit", "bob", False)


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("Ana R.", "ruiz"),
        ("A. Costa", "costa"),
        ("Costa, Ana", "costa"),
        ("bob.oneill@kestrel.example", "bob"),
        ("Herr Weber", "jonas"),
        ("NÚÑEZ", "jose"),
        ("MLC", "mei"),
        ("Ana", None),
    ],
)
def test_a_name_written_short_is_known_while_only_one_has_it(name: str, owner: str | None) -> None:
    assert of_kestrel(f"Actions\n- Order the straps ({name})")[0][2] == owner


def test_a_name_before_what_is_done_is_the_owner_in_a_list_of_actions() -> None:
    said = (
        "Aufgaben\n- Frau Costa prüft die Rechnungen\n- Karim enverra les codes\n- José enviará los ficheros"
    )
    assert [owner for _, _, owner in of_kestrel(said)] == ["costa", "karim", "jose"]


def test_who_is_away_has_no_work_by_that() -> None:
    assert of_kestrel("AOB\n- Bob is on holiday 29 March - 2 April") == []


def test_a_heading_in_capitals_or_with_a_number_ends_the_one_before() -> None:
    said = "DECISIONS MADE\nNo Sundays\n\nACTIONS ARISING\nWEBER - Measure dock 7\n\nAOB\nCake on Friday"
    assert of_kestrel(said) == [("decision", "No Sundays", None), ("item", "Measure dock 7", "jonas")]
    said = (
        "3. Decisions\n- No Sundays\n4. Tasks\n4.1 Measure dock 7 - Jonas Weber\n5. Any other business\nCake"
    )
    assert of_kestrel(said) == [("decision", "No Sundays", None), ("item", "Measure dock 7", "jonas")]


def test_what_follows_a_list_after_a_gap_is_not_in_it() -> None:
    assert len(of_kestrel("Actions\n- Order the straps\n\nWell done everybody, see you on Monday")) == 1


def test_a_label_counts_also_below_a_heading_that_says_nothing() -> None:
    said = "Attendees\nBob, Karim\nDecision: No Sundays"
    assert of_kestrel(said) == [("decision", "No Sundays", None)]


def test_who_what_and_when_below_each_other_are_one_thing() -> None:
    said = "What: Buy batteries\nWho: Bob\nWhen: 22 March\n\nTopic: Kestrel weekly\nDate: 9 March 2027"
    assert of_kestrel(said) == [("item", "Buy batteries", "bob")]


def test_a_line_that_was_broken_in_two_is_one() -> None:
    said = "Actions\n- Bob to replace the ribbon unit in the\n  printer of dock 5\n- Order the straps"
    assert [text for _, text, _ in of_kestrel(said)] == [
        "Replace the ribbon unit in the printer of dock 5",
        "Order the straps",
    ]


def test_what_is_struck_out_is_left_alone() -> None:
    assert of_kestrel("Actions\n- [ ] ~~**Åsa**: hotel rooms~~\n- ~order the straps~") == []


def test_what_only_points_back_is_not_ticked_beforehand() -> None:
    plan = the_plan("kestrel")
    now = datetime(2027, 3, 10, 10, tzinfo=plan.project.zone)
    [found] = callnotes.read("Jonas will enrol the remaining ones by Friday", plan, now=now).proposals
    assert found.doubts == ("what is meant",)


def test_work_on_what_only_looks_alike_is_not_taken_for_stored_already() -> None:
    text = "Actions\n- Ana Costa to have the gate labels printed"
    assert [(kind, owner) for kind, _, owner in of_kestrel(text)] == [("item", "costa")]
    plan = the_plan("kestrel")
    now = datetime(2027, 3, 10, 10, tzinfo=plan.project.zone)
    [found] = callnotes.read(
        "Actions\n- Bob to get the gate label printers installed", plan, now=now
    ).proposals
    assert found.already is None


def test_a_blocker_waits_on_whom_it_names_and_not_on_what_they_owe() -> None:
    plan = the_plan("kestrel")
    now = datetime(2027, 3, 10, 10, tzinfo=plan.project.zone)
    [found] = callnotes.read("Blockers\n- Waiting on Telia for the second line", plan, now=now).proposals
    assert found.waiting_on == "Telia"


@pytest.mark.parametrize(
    ("line", "text", "owner"),
    [
        ("Order the straps (Ana R.) https://tickets.example/12", None, "ruiz"),
        ("Ana R.: rota for the weekend", "Rota for the weekend", "ruiz"),
        ("Parking permits - owner tbd", "Parking permits", None),
        ("Marcus to paint the gate", "Paint the gate", None),
    ],
)
def test_of_a_line_only_the_work_is_its_title(line: str, text: str | None, owner: str | None) -> None:
    [(_, said, whose)] = of_kestrel(f"Actions\n- {line}")
    assert (whose, said) == (owner, text or said)


def test_two_that_differ_in_their_number_are_not_the_same() -> None:
    plan = the_plan("kestrel")
    now = datetime(2027, 3, 10, 10, tzinfo=plan.project.zone)
    [found] = callnotes.read("Decided: We start with dock 5 only", plan, now=now).proposals
    assert found.already is None

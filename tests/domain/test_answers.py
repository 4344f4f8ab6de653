"""What does an answer say? Read as the engineer who has 20 seconds and a phone."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain import answers
from bot.domain.answers import Answer
from bot.domain.errors import NotFound
from bot.domain.plan import Assumption, Change, Event, Item, Plan, Status, Validation, Waiver
from bot.domain.questions import Asked, Slots
from bot.domain.questions.meaning import Meaning
from bot.domain.readiness import assess
from tests.domain.checklists import (
    MONDAY,
    away,
    belief,
    blocker,
    day,
    gate,
    person,
    project,
    random_project,
    task,
)

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
STUCK = {"status": Status.BLOCKED}


def before(plan: Plan, *, whole: bool = False) -> Answer:
    return answers.before(plan, assess(plan, MONDAY), NINE, whole=whole)


def line(answer: Answer, start: str) -> str:
    """The one line of an answer that starts so."""
    (found,) = (text for text in answer.lines if text.startswith(start))
    return found.removeprefix(start)


# The verdict


def test_the_verdict_counts_gates_and_says_by_when_and_as_of_when() -> None:
    items = (
        gate("wifi", **STUCK),
        gate("door", status=Status.DONE, days=9),
        gate("sign", status=Status.VALIDATED),
    )
    first, verdict = before(project(*items, target_go_live=day(-3))).lines[:2]
    assert first == "Patient portal: NOT ready, as of Mon 1 Mar, 09:00"
    assert verdict == (
        "2 of 3 gates open (1 blocked, 1 done but unconfirmed). "
        "Forecast Tue 2 Mar, 2 working days after Fri 26 Feb."
    )


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (None, "Forecast Tue 2 Mar; no target date is set."),
        (day(1), "Forecast Tue 2 Mar, on target."),
        (day(2), "Forecast Tue 2 Mar, 1 working day before Wed 3 Mar."),
        (date(2028, 1, 3), "Forecast Tue 2 Mar, 219 working days before Mon 3 Jan 2028."),
    ],
)
def test_the_forecast_is_set_against_the_target(target: date | None, words: str) -> None:
    assert before(project(gate("wifi"), target_go_live=target)).lines[1].endswith(words)


def test_a_date_that_rests_on_an_unknown_one_is_no_earlier_than() -> None:
    said = before(project(gate("wifi", **STUCK), blockers=[blocker(1, "wifi")]))
    assert "Forecast no earlier than Tue 2 Mar" in said.lines[1]
    assert "Unknown: when 1 blocker clears" in line(said, "Not certain: ")


def test_a_project_with_every_gate_closed_is_ready() -> None:
    said = before(project(gate("wifi", status=Status.VALIDATED, evidence="seen"), target_go_live=MONDAY))
    assert said.lines == (
        "Patient portal: READY, as of Mon 1 Mar, 09:00",
        "The only gate is closed. Forecast Mon 1 Mar, on target.",
        "Sets the date: nothing, go-live can start then",
    )


def test_a_project_without_gates_is_not_called_ready() -> None:
    said = before(project(task("wifi"), gate("opening")))
    assert said.title.startswith("Patient portal: no gates yet")
    assert said.lines[1].startswith("No item is a gate yet")


def test_a_project_that_went_live_says_so_and_forecasts_nothing() -> None:
    live = gate("opening", status=Status.VALIDATED, evidence="first patient", validation=None)
    said = before(project(gate("wifi"), live))
    assert said.title.startswith("Patient portal: live, with 1 gate still open")
    assert "The opening is ready: validated, evidence: first patient." in said.text
    assert "Forecast" not in said.text


# What sets the date


def test_the_chain_starts_with_what_holds_it_and_names_what_ties() -> None:
    items = gate("wifi", **STUCK), gate("test", "wifi"), gate("desk", "wifi"), gate("poll", "test", "desk")
    said = before(project(*items, blockers=[blocker(1, "wifi", expected_clear=day(2), raised=day(-7))]))
    assert line(said, "Sets the date: ") == (
        "wifi (blocked, the clinic's IT, 5 d, stale) > desk > poll; ties: test"
    )
    assert "Assumes wifi clears Wed 3 Mar (Bo Lund, 22 Feb, stale)" in line(said, "Not certain: ")


def test_a_chain_says_who_is_away_or_has_to_confirm_or_that_it_can_start() -> None:
    gone = project(gate("wifi", owner="cy"), people=[person("cy", away=(away(0, 3),))])
    assert line(before(gone), "Sets the date: ") == "wifi (Cy Lund is back Fri 5 Mar)"
    assert line(before(project(gate("wifi", status=Status.DONE))), "Sets the date: ") == (
        "wifi (done, Bo Lund to confirm)"
    )
    assert line(before(project(gate("wifi"))), "Sets the date: ") == "wifi (can start now)"
    assert line(before(project(gate("wifi", **STUCK))), "Sets the date: ") == (
        "wifi (blocked, by what is not recorded)"
    )


def test_a_long_chain_keeps_its_ends() -> None:
    items = [gate(f"s{n:02}", *([f"s{n - 1:02}"] if n else [])) for n in range(12)]
    assert line(before(project(*items)), "Sets the date: ") == (
        "s00 (can start now) > s01 > s02 > s03 > 5 more > s09 > s10 > s11"
    )


def test_go_live_may_be_held_by_itself() -> None:
    held = project(gate("opening"), task("wifi"), blockers=[blocker(1, "opening", expected_clear=day(1))])
    assert line(before(held), "Sets the date: ") == "go-live itself, blocked, the clinic's IT, 1 d"
    gone = project(gate("opening", owner="cy"), people=[person("cy", away=(away(0, 3),))])
    assert line(before(gone), "Sets the date: ") == "go-live itself: Cy Lund is away until then"


# What to do, and what is missing


def test_each_thing_to_do_next_has_its_owner_what_it_waits_for_and_its_slack() -> None:
    items = (
        gate("wifi", **STUCK),
        gate("door", due=day(-3)),
        gate("test", "wifi", days=3, due=day(-3)),
        gate("sign", owner=None),
    )
    said = before(project(*items, blockers=[blocker(1, "wifi", expected_clear=day(2))]))
    assert said.lines[said.lines.index("Do next:") + 1 :][:4] == (
        "1. The wifi is ready: Asa Lund, waits on the clinic's IT, 1 d, slack 0",
        "2. The test is ready: Asa Lund, late since Fri 26 Feb, waits for wifi, slack 0",
        "3. The door is ready: Asa Lund, late since Fri 26 Feb, slack 6",
        "4. The sign is ready: nobody, can start now, slack 6",
    )


def test_gates_nobody_has_are_named_and_counted() -> None:
    items = gate("wifi", owner=None, due=None), gate("door", owner=None), gate("sign", validator=None)
    assert line(before(project(*items)), "Nobody has it: ") == (
        "2 no owner (door, wifi), 1 no date (wifi), 1 no validator (sign)"
    )


def test_what_is_done_but_unconfirmed_says_who_must_act_and_how_old_it_is() -> None:
    done = {"status": Status.DONE}
    items = gate("wifi", done_on=day(-7), **done), gate("door", evidence="a photo", **done)
    closed = gate("sign", status=Status.VALIDATED)
    assert line(before(project(*items, closed)), "Unproven: ") == (
        "2 done, 1 without evidence, oldest 5 d; ask Bo Lund; 1 validated without evidence (sign)"
    )


def test_beliefs_say_which_are_overdue_and_which_would_reopen_a_gate() -> None:
    beliefs = belief(1, "wifi"), belief(2, "door", verify_by=day(3)), belief(3, "wifi", verify_by=day(-1))
    plan = project(gate("wifi"), gate("door", status=Status.VALIDATED, evidence="x"), beliefs=beliefs)
    assert line(before(plan), "On belief: ") == (
        "3 unverified, A3 on wifi (overdue), A2 under validated door, A1 on wifi"
    )


def test_loose_ends_are_told_on_the_first_screen() -> None:
    waived = gate("sign", status=Status.WAIVED, waived=Waiver(by="bo", why="later", until=MONDAY))
    items = gate("wifi", owner="bo"), gate("door", "wifi"), waived, task("opening")
    assert line(before(project(*items)), "Not certain: ") == (
        "2 unlinked gates (wifi, door). 1 contradiction. 1 waiver ending before then (sign)"
    )
    assert line(before(project(gate("wifi", **STUCK))), "Not certain: ") == (
        "1 gate blocked by nothing recorded (wifi)"
    )
    assert "No go-live item is named" in before(project(gate("wifi"), go_live_item=None)).text


# However large


def test_the_first_screen_fits_whatever_the_project() -> None:
    for seed in range(60):
        _fits(_loud(random_project(seed), random.Random(seed)))
    _fits(_loud(project(*(_any_gate(n) for n in range(3000)), beliefs=_beliefs(3000)), random.Random(1)))


def _any_gate(number: int) -> Item:
    status = [Status.TODO, Status.BLOCKED, Status.DONE, Status.VALIDATED, Status.DOING][number % 5]
    needs = [f"gate-with-a-long-key-{number - 7}"] if number > 6 else []
    missing = {"owner": None, "due": None, "validator": None} if number % 3 == 0 else {}
    return gate(f"gate-with-a-long-key-{number}", *needs, status=status, done_on=day(-400), **missing)


def _beliefs(number: int) -> list[Assumption]:
    return [belief(n, f"gate-with-a-long-key-{n}", verify_by=day(-n)) for n in range(number)]


def _loud(plan: Plan, r: random.Random) -> Plan:
    """The same with long names everywhere, in several lines."""
    long = "Überlange \n Bezeichnung & <@U1> des Vorhabens, (mit allem), was dazugehört: " * 4
    return replace(
        plan,
        project=replace(plan.project, name=long),
        people=tuple(replace(p, name=r.choice([long, p.name, "X" * 90])) for p in plan.people),
        items=tuple(replace(i, title=r.choice([long, "Y" * 200, ""])) for i in plan.items),
        blockers=tuple(replace(b, waiting_on=r.choice([long, None])) for b in plan.blockers),
    )


def _fits(plan: Plan) -> None:
    said = before(plan)
    assert len(said.lines) <= 12
    assert len(said.text) <= 950, said.text
    assert not any("\n" in text for text in said.lines)
    json.dumps(answers.before_data(plan, assess(plan, MONDAY)))


# All there is to say


def test_show_more_lists_every_open_gate_by_area_and_the_rest_after_it() -> None:
    proof = Validation(by="bo", at=NINE, evidence="signed sheet")
    items = (
        gate("wifi", area="network", days=2, due=day(0)),
        gate("door", area="building", owner=None, due=None),
        gate("test", "wifi", area="network"),
        gate("sign", status=Status.VALIDATED, validation=proof),
        gate("logo", status=Status.WAIVED, waived=Waiver(by="bo", why="no printer", until=day(9))),
        task("flyer", due=None),
        task("retro", "opening", area="other"),
        task("watch", "opening", area="hypercare"),
    )
    live = gate("opening", "wifi", "test", "sign", "logo")
    assert before(project(*items, live), whole=True).lines[3:] == (
        "Gates, network:",
        "1. The wifi is ready (wifi): Asa Lund, not started, due Mon 1 Mar, which cannot be met, "
        "earliest Mon 1 Mar to Tue 2 Mar, slack 0",
        "3. The test is ready (test): Asa Lund, not started, due Fri 17 Sep, earliest Wed 3 Mar, slack 0",
        "Gates, building: 2. The door is ready (door): nobody, not started, no due date, "
        "earliest Mon 1 Mar, slack 2",
        "Planned before go-live, but no gates: The flyer is ready (flyer): Asa Lund, not started, "
        "no due date, earliest Mon 1 Mar",
        "Closed gates:",
        "The sign is ready (sign): validated by Bo Lund, evidence: signed sheet",
        "The logo is ready (logo): waived by Bo Lund until Wed 10 Mar: no printer",
        "Gates no arrow links to go-live; they count all the same: The door is ready (door)",
        "Who carries most:",
        "Bo Lund: owns 0, 0 of them critical; confirms 3",
        "Asa Lund: owns 2, 2 of them critical; confirms 0",
        "After go-live: 2 open items, not listed here",
    )


def test_show_more_tells_contradictions_and_beliefs_in_sentences() -> None:
    items = gate("wifi", due=day(9)), gate("door", "wifi", owner="bo", due=day(2), status=Status.DONE)
    plan = project(*items, blockers=[blocker(1, "wifi")], beliefs=[belief(1, "wifi", owner="asa")])
    said = before(plan, whole=True).lines
    assert said[said.index("Contradictions:") + 1 :][:5] == (
        "wifi has an open blocker (B1), but is not marked blocked (to do)",
        "door is done, but wifi, which it needs, is not (to do)",
        "door is due 3 Mar, before wifi, which it needs, on 10 Mar",
        "door would be confirmed by its own owner, Bo Lund",
        "Resting on belief: A1 on wifi: The wifi needs no licence; Asa Lund to verify by no date",
    )


# The other answers


def test_where_a_project_stands_fits_in_six_lines() -> None:
    plan = project(gate("wifi", due=day(-1), **STUCK), blockers=[blocker(1, "wifi", raised=day(-7))])
    said = answers.standing(plan, assess(plan, MONDAY), NINE)
    assert said.lines[2:] == (
        "Sets the date: wifi (blocked, the clinic's IT, 5 d, stale)",
        "First: The wifi is ready (wifi): Asa Lund, waits on the clinic's IT, 5 d",
        "Blockers: 1 open, the oldest B1, waits on the clinic's IT, 5 d",
        "Late: 1 open gate past the due date",
    )


def test_gates_come_in_the_order_they_can_happen() -> None:
    plan = project(gate("wifi", days=2), gate("test", "wifi"))
    said = answers.gates_in_order(plan, assess(plan, MONDAY), NINE)
    assert said.title == "Patient portal: 2 open gates in order, as of Mon 1 Mar, 09:00"
    assert [text[:11] for text in said.lines[1:]] == ["1. The wifi", "2. The test"]
    ready = project(gate("wifi", status=Status.WAIVED))
    assert answers.gates_in_order(ready, assess(ready, MONDAY), NINE).lines[1] == "No gate is open."


def test_blockers_come_by_what_they_cost_and_then_by_age() -> None:
    held = [
        blocker(1, None, waiting_on=None, owner=None),
        blocker(2, "door", expected_clear=day(-1)),
        blocker(3, "wifi", expected_clear=day(8)),
        blocker(4, "wifi", raised=day(-7)),
        blocker(5, "sign"),
    ]
    items = gate("wifi", days=3), gate("door"), gate("test", "wifi"), gate("sign", status=Status.WAIVED)
    plan = project(*items, blockers=held)
    said = answers.blockers(plan, assess(plan, MONDAY), NINE).lines
    assert said[1].startswith(
        "B4 wifi: Something is in the way of wifi; waits on the clinic's IT, 5 d, no clear date, slack 0, "
        "1 gate behind it, Bo Lund chases it"
    )
    assert [text[:3] for text in said[1:5]] == ["B4 ", "B3 ", "B2 ", "B1:"]
    assert "should have cleared Sun 28 Feb" in said[3]
    assert "waits, nobody says on whom, 1 d, no clear date, nobody chases it" in said[4]
    assert said[5].startswith("On closed items, holding nothing up: B5 sign")


def test_waiting_on_gathers_what_each_party_holds_up() -> None:
    held = [
        blocker(1, "wifi"),
        blocker(2, "door", waiting_on="The  clinic's it"),
        blocker(3, "door", waiting_on=None),
    ]
    plan = project(gate("wifi", days=2), gate("door"), gate("sign", status=Status.DONE), blockers=held)
    assert answers.waiting_on(plan, assess(plan, MONDAY), NINE).lines[1:] == (
        "the clinic's IT: wifi (B1, 1 d), door (B2, 1 d)",
        "Nobody says on whom: door (B3, 1 d)",
        "To confirm what is done: Bo Lund: sign",
    )


def test_my_list_says_what_to_do_confirm_chase_and_find_out() -> None:
    items = (
        gate("wifi", owner="bo", validator=None),
        gate("test", "wifi", owner="bo"),
        gate("sign", status=Status.DONE),
        gate("logo", status=Status.DONE, owner="bo", validator="BO ROLE"),
        gate("shut", owner="bo", status=Status.VALIDATED),
    )
    plan = project(*items, blockers=[blocker(1, "test")], beliefs=[belief(1, "wifi", owner="bo")])
    said = answers.mine(plan, assess(plan, MONDAY), "bo", NINE)
    assert {section.heading: [text.split(":")[0] for text in section.lines] for section in said.sections} == {
        "To do now": ["The wifi is ready (wifi)"],
        "To confirm": ["The sign is ready (sign)"],  # never what they own
        "To chase": ["B1 test"],
        "To find out": ["A1 on wifi"],
        "Blocked, or waiting for others first": ["The test is ready (test)"],
        "Done, to be confirmed by others": ["The logo is ready (logo)"],
    }


def test_somebody_with_nothing_to_do_is_told_so() -> None:
    plan = project(gate("opening"), people=[person("cy")])
    assert answers.mine(plan, assess(plan, MONDAY), "cy", NINE).lines[1] == "Nothing open is with Cy Lund."
    with pytest.raises(NotFound, match="does not name dee"):
        answers.mine(plan, assess(plan, MONDAY), "dee", NINE)


def test_an_item_says_what_it_waits_for_what_it_holds_up_and_what_happened() -> None:
    items = gate("door"), gate("sign", status=Status.VALIDATED), gate("wifi", "door", "sign", area="network")
    plan = project(*items, gate("test", "wifi"), blockers=[blocker(1, "wifi", expected_clear=day(4))])
    plan = replace(plan, items=tuple(replace(i, description="Two rooms reached") for i in plan.items))
    events = [
        Event(
            revision=1, at=NINE, actor="file:a.yaml", act="load", change=_change("", None, {"key": "wifi"})
        ),
        Event(revision=2, at=NINE, actor="UASA", act="own", change=_change("owner", None, "bo")),
        Event(revision=3, at=NINE, actor="U9", act="edit", change=_change("gate", False, True)),
        Event(
            revision=4, at=NINE, actor="UASA", act="edit", change=_change("depends_on", [], ["door", "sign"])
        ),
        Event(
            revision=5, at=NINE, actor="UASA", act="waive", change=_change("waived", {"why": "rain"}, None)
        ),
    ]
    assert answers.item(plan, assess(plan, MONDAY), "wifi", events, NINE).lines == (
        "The wifi is ready (wifi), as of Mon 1 Mar, 09:00",
        "Not started, waits on the clinic's IT, 1 d; a gate in network.",
        "Owner: Asa Lund. To confirm: Bo Lund.",
        "When: due Fri 17 Sep; earliest Mon 8 Mar; each day longer moves go-live",
        "Done means: Two rooms reached",
        "Waits for:",
        "The door is ready (door): Asa Lund, not started",
        "1 closed item",
        "Holds up: 1 open gate in all; directly 2: test, opening",
        "Blockers: B1 wifi: Something is in the way of wifi; waits on the clinic's IT, 1 d, "
        "clears Fri 5 Mar, slack 0, 1 gate behind it, Bo Lund chases it",
        "History:",
        "Mon 1 Mar, 09:00, Asa Lund: waived rain → none",
        "Mon 1 Mar, 09:00, Asa Lund: depends on none → door, sign",
        "Mon 1 Mar, 09:00, U9: gate no → yes",
        "Mon 1 Mar, 09:00, Asa Lund: owner none → Bo Lund",
        "Mon 1 Mar, 09:00, file a.yaml: added",
    )


def _change(field: str, was: object, becomes: object) -> Change:
    return Change(entity="item", key="wifi", field=field, before=was, after=becomes)


def test_the_history_of_an_item_is_told_in_words() -> None:
    confirmed = {"by": "bo", "at": "2027-03-01T09:00:00+00:00", "evidence": "saw it", "permalink": None}
    waived = {"by": "asa", "why": "rain", "until": "2027-03-12"}
    plan = project(gate("wifi"))
    events = [
        Event(revision=at, at=NINE, actor="UASA", act=act, change=change)
        for at, (act, change) in enumerate(
            [
                ("due", _change("due", None, "2027-03-05")),
                ("done", _change("done_on", None, "2027-03-01")),
                ("validate", _change("validation", None, confirmed)),
                ("validate", _change("status", "done", "validated")),
                ("waive", _change("waived", None, waived)),
                ("reopen: drops every night", _change("status", "validated", "doing")),
                ("reopen: drops every night", _change("earlier_status", "todo", None)),
            ]
        )
    ]
    said = answers.item(plan, assess(plan, MONDAY), "wifi", events, NINE).lines
    history = [line.removeprefix("Mon 1 Mar, 09:00, ") for line in said[said.index("History:") + 1 :]]
    assert history == [
        "Asa Lund: status validated → being worked on (drops every night)",
        "Asa Lund: waived none → rain, until Fri 12 Mar",
        "Asa Lund: status done, not confirmed → validated",
        "Asa Lund: validation none → saw it",
        "Asa Lund: due none → Fri 5 Mar",
    ]


def test_an_item_says_how_it_stands_to_go_live() -> None:
    items = (
        gate("door", days=3),
        gate("wifi"),
        task("flyer"),
        gate("sign", status=Status.VALIDATED, evidence="x"),
    )
    plan = project(*items)

    def said(key: str) -> str:
        return answers.item(plan, assess(plan, MONDAY), key, [], NINE).text

    assert "may take 2 working days longer before go-live moves" in said("wifi")
    assert "go-live does not wait for it" in said("flyer")
    assert "When: due Fri 17 Sep; earliest Thu 4 Mar" in said("opening")
    assert "Validated, evidence: x; a gate." in said("sign")
    with pytest.raises(NotFound, match="no item ghost"):
        said("ghost")


# As data


def test_a_question_on_the_command_line_is_answered_with_words_and_data() -> None:
    plan = project(gate("wifi"), timezone="America/Chicago", target_go_live=day(1))
    at = datetime(2027, 3, 1, 9, tzinfo=ZoneInfo("America/Chicago"))
    asked, a = Asked("before_golive", Slots(project="PORTAL")), assess(plan, MONDAY)
    meaning = Meaning("portal")
    reply = answers.reply(asked, meaning, plan, a, at)
    found = answers.as_asked("What is left for PORTAL?", asked, meaning, reply, plan, at)
    assert json.loads(json.dumps(found)) == {
        "question": "What is left for PORTAL?",
        "intent": "before_golive",
        "topic": "",
        "project": "portal",
        "as_of": "2027-03-01T09:00:00-06:00",
        "slots": {"project": "PORTAL", "owner": None, "item": None, "window": None},
        "resolved": {
            "project": "portal",
            "owner": None,
            "owners": [],
            "item": None,
            "items": [],
            "window": None,
        },
        "other": None,
        "text": answers.before(plan, a, at).text,
        "data": {
            "ready": False,
            "target": "2027-03-02",
            "forecast": "2027-03-02",
            "forecast_kind": "stated",
            "gap_working_days": 0,
            "gates": {"total": 1, "open": 1, "blocked": 0, "done_unvalidated": 0},
            "driving_chain": ["wifi"],
            "critical": ["wifi"],
            "gates_in_order": [
                {
                    "key": "wifi",
                    "title": "The wifi is ready",
                    "status": "todo",
                    "owner": "asa",
                    "validator": "bo",
                    "due": "2027-09-17",
                    "earliest_start": "2027-03-01",
                    "earliest_finish": "2027-03-01",
                    "slack_working_days": 0,
                    "due_impossible": False,
                }
            ],
            "do_next": ["wifi"],
            "unowned": [],
            "undated": [],
            "done_unvalidated": [],
            "unlinked_gates": [],
            "assumptions": [],
            "unknown_clear_dates": [],
            "contradictions": [],
        },
    }


def test_a_question_that_is_not_understood_says_what_is() -> None:
    plan = project(gate("wifi"))
    reply = answers.reply(Asked("out_of_scope"), Meaning("portal"), plan, assess(plan, MONDAY), NINE)
    assert reply.data == {}
    assert "For example: “how does wifi stand?”" in reply.answer.text

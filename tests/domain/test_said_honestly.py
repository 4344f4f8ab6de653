"""Does an answer say what its date rests on: days off, waivers, blockers without a date, guessed words?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.domain import answers
from bot.domain.plan import Assumption, Item, Plan, Status, Waiver
from bot.domain.portfolio import line, row
from bot.domain.questions import Asked, Slots
from bot.domain.questions.meaning import Meaning, resolve
from bot.domain.readiness import assess
from tests.domain.checklists import MONDAY, away, blocker, day, gate, person, project, task

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)


def ask(plan: Plan, intent: str, topic: str = "", asker: str | None = None, **slots: str) -> answers.Reply:
    asked = Asked(intent, Slots(**slots), topic)
    meant = resolve(asked, plan, NINE, asker=asker)
    return answers.reply(asked, meant, plan, assess(plan, MONDAY), NINE)


def told(plan: Plan, intent: str, topic: str = "", **slots: str) -> str:
    return ask(plan, intent, topic, **slots).answer.text


def waived(key: str, until: int | None = None, **fields: Any) -> Item:
    waiver = Waiver(by="bo", why="later", until=None if until is None else day(until))
    return gate(key, status=Status.WAIVED, waived=waiver, **fields)


# Days off


def test_what_sets_the_date_names_who_is_away_and_when_nobody_works() -> None:
    plan = project(
        gate("posters", days=2),
        gate("stands", "posters", owner="kim"),
        people=(person("kim", away=(away(2, 3),)),),
        holidays=(day(4),),
    )
    said = told(plan, "critical_path")
    assert "Days off that set it too: Kim Lund away 3-4 Mar (stands); nobody works Fri 5 Mar" in said
    assert "stands (Kim Lund away 3-4 Mar)" in told(plan, "before_golive")


def test_days_off_that_put_nothing_off_are_not_named() -> None:
    plan = project(gate("posters", days=2), people=(person("kim", away=(away(0, 3),)),), holidays=(day(20),))
    said = told(plan, "critical_path")
    assert "away" not in said
    assert "nobody works" not in said


def test_how_late_an_item_may_be_is_told_as_a_day() -> None:
    plan = project(gate("posters", days=2), gate("stands", days=7))
    assert "Tue 9 Mar at the latest without moving go-live" in told(
        plan, "critical_path", "slack", item="posters"
    )


# Waivers


def test_the_verdict_says_how_many_gates_are_let_through_and_until_when() -> None:
    plan = project(gate("posters"), waived("stands", 9), waived("lights", 4))
    assert "1 of 3 gates open, 2 waived the first until Fri 5 Mar." in told(plan, "before_golive")
    assert ", 2 waived" in line(row(plan, assess(plan, MONDAY)))
    assert "waived until" in told(project(waived("stands", 9)), "readiness")
    assert "1 waived." in told(project(waived("stands")), "readiness")


def test_an_item_let_through_until_before_go_live_is_open_again_by_then() -> None:
    plan = project(gate("posters", days=9), waived("stands", 4), waived("lights", 40), waived("ramps"))
    assert "only until Fri 5 Mar: it is open again before go-live" in told(plan, "status_of", item="stands")
    assert "does not wait for it until then" in told(plan, "status_of", item="lights")
    assert "Waived: go-live does not wait for it." in told(plan, "status_of", item="ramps")


def test_go_live_is_nothing_to_do_now_while_a_gate_is_open() -> None:
    loose = project(gate("posters"), gate("opening", owner="bo"))
    mine = answers.mine(loose, assess(loose, MONDAY), "bo", NINE)
    assert not any(s.heading == "To do now" for s in mine.sections)
    closed = project(gate("posters", status=Status.VALIDATED), gate("opening", owner="bo"))
    assert any(
        s.heading == "To do now" for s in answers.mine(closed, assess(closed, MONDAY), "bo", NINE).sections
    )


# What nobody knows


def test_a_finish_behind_a_blocker_without_a_date_is_no_earlier_than() -> None:
    plan = project(
        gate("permit", status=Status.BLOCKED), gate("stands", "permit"), blockers=[blocker(1, "permit")]
    )
    assert "no earlier than Tue 2 Mar: B1 has no clear date." in told(plan, "status_of", item="stands")
    dated = replace(plan, blockers=(blocker(1, "permit", expected_clear=day(1)),))
    assert "no earlier" not in told(dated, "status_of", item="stands").split("\n")[1]


def test_a_role_that_nobody_has_confirms_nothing_yet() -> None:
    plan = project(gate("permit", validator="Town council"))
    assert "(nobody here has that role: /golive role Town council @person)" in told(
        plan, "owner_of", item="permit"
    )
    held = project(gate("permit", validator="Town council"), people=(person("kim", role="town council"),))
    assert "nobody here has that role" not in told(held, "owner_of", item="permit")


def test_a_project_without_gates_has_no_date_to_be_early() -> None:
    plan = project(go_live_item=None, target_go_live=day(30))
    assert line(row(plan, assess(plan, MONDAY))) == "Patient portal: no gates yet, target Wed 31 Mar"


def test_a_deputy_is_not_called_a_backup() -> None:
    plan = project(gate("permit", owner="kim"), people=(person("kim", deputy="bo"),))
    assert "Kim Lund (no backup, Bo Lund as deputy)" in told(plan, "critical_path", "single_points")


# Words that had to be guessed


def test_words_that_are_no_part_of_a_name_are_said_with_what_they_were_taken_for() -> None:
    plan = project(gate("permit", owner="kim"), people=(person("kim", role="Town planner", org="Brill"),))
    assert "“planner” is taken as Kim Lund (Town planner, Brill)." in told(plan, "items_of", owner="planner")
    assert "is taken as" not in told(plan, "items_of", owner="Kim")
    assert "is taken as" not in told(plan, "status_of", item="permit")
    meant = Meaning("portal", items=("permit",))
    asked = Asked("status_of", Slots(item="the licence"))
    said = answers.reply(asked, meant, plan, assess(plan, MONDAY), NINE).answer.text
    assert "“the licence” is taken as The permit is ready (permit)." in said


def test_an_assumption_is_found_by_its_own_words() -> None:
    beliefs = (
        Assumption(id="A1", item="stands", text="Every stall has a power socket", owner="bo"),
        Assumption(id="A2", item="stands", text="Rain keeps away"),
    )
    plan = project(gate("stands"), beliefs=beliefs)
    found = ask(plan, "assumptions", item="the power sockets")
    assert [row["id"] for row in found.data["assumptions"]] == ["A1"]
    assert "No item here" not in found.answer.text
    assert "A2" not in found.answer.text


def test_examples_are_of_the_plan_that_was_asked() -> None:
    plan = project(gate("permit", owner="kim"), people=(person("kim"),))
    assert "what does Kim Lund have?" in told(plan, "items_of")
    assert "who owns permit?" in told(plan, "owner_of")
    assert "how is permit?" in told(plan, "status_of")
    assert "what happened to permit?" in told(plan, "history_of")


def test_an_item_that_holds_up_only_go_live_is_not_said_to_hold_up_no_gate() -> None:
    said = told(project(gate("permit"), task("notes")), "status_of", item="permit")
    assert "Holds up: directly 1: opening" in said

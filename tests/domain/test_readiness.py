"""Is a project ready to go live, and what do we not know? One sentence a rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.errors import Invalid
from bot.domain.plan import Item, Status, Validation, Waiver
from bot.domain.readiness import (
    Contradiction,
    arrows,
    assess,
    closed,
    contradictions,
    find_cycle,
    standing,
)
from tests.domain.checklists import MONDAY, away, belief, blocker, day, gate, person, project, task

FRIDAY, SATURDAY = day(4), day(5)


def keys(items: tuple[Item, ...]) -> list[str]:
    return [item.key for item in items]


# Closed


def test_only_validated_and_waived_items_are_closed() -> None:
    assert [status.value for status in Status if closed(gate("x", status=status), MONDAY)] == [
        "validated",
        "waived",
    ]


def test_a_waiver_holds_through_its_last_day_and_then_shows_what_it_hid() -> None:
    waived = gate("x", status=Status.WAIVED, waived=Waiver(by="bo", why="late", until=day(1)))
    assert closed(waived, day(1))
    assert standing(waived, day(2)) is Status.TODO
    assert standing(replace(waived, earlier_status=Status.DONE), day(2)) is Status.DONE
    assert standing(replace(waived, earlier_status=Status.WAIVED), day(2)) is Status.TODO


def test_a_waiver_that_runs_out_before_go_live_is_named_while_it_still_holds() -> None:
    waived = gate("x", status=Status.WAIVED, waived=Waiver(by="bo", why="late", until=day(1)))
    kept = gate("y", status=Status.WAIVED, waived=Waiver(by="bo", why="no need"))
    found = assess(project(waived, kept, gate("slow", days=9)), MONDAY)
    assert (found.counts.open, found.waivers_ending) == (1, ("x",))


def test_a_gate_is_ready_even_without_evidence_but_shown_as_lacking_it() -> None:
    proven = Validation(by="bo", at=None, evidence="signed")
    done = {"status": Status.VALIDATED}
    found = assess(
        project(gate("a", **done), gate("b", evidence="x", **done), gate("c", validation=proven, **done)),
        MONDAY,
    )
    assert found.ready
    assert found.validated_without_evidence == ("a",)


# When


def test_work_can_start_on_the_day_asked_about() -> None:
    found = assess(project(gate("a", days=2)), MONDAY)
    assert (found.timing["a"].start, found.timing["a"].finish, found.forecast) == (MONDAY, day(1), day(2))


def test_asked_on_a_saturday_work_starts_on_monday() -> None:
    assert assess(project(gate("a")), SATURDAY).timing["a"].start == day(7)


def test_asked_on_a_holiday_work_starts_on_the_day_after() -> None:
    assert assess(project(gate("a"), holidays=(MONDAY,)), MONDAY).timing["a"].start == day(1)


def test_a_project_that_works_on_weekends_counts_only_those() -> None:
    found = assess(project(gate("a", days=3), working_days=("sat", "sun")), MONDAY)
    assert (found.timing["a"].start, found.timing["a"].finish) == (SATURDAY, day(12))


def test_an_open_item_with_nothing_left_to_do_still_takes_a_day() -> None:
    assert assess(project(gate("a", days=0)), MONDAY).forecast == day(1)


def test_confirming_takes_a_day_of_the_validator_whatever_is_left_to_do() -> None:
    plan = project(gate("a", days=5, status=Status.DONE), people=[person("bo", away=(away(0, 1),))])
    assert assess(plan, MONDAY).timing["a"].finish == day(2)


def test_a_role_can_confirm_as_long_as_one_of_those_who_have_it_is_there() -> None:
    nurses = [
        person(key, role="Nurse", away=(away(*days),)) for key, days in {"cy": (0, 3), "di": (2, 9)}.items()
    ]
    plan = project(gate("a", status=Status.DONE, validator="nurse"), people=nurses)
    assert assess(plan, MONDAY).timing["a"].start == MONDAY
    assert assess(plan, day(2)).timing["a"].start == FRIDAY


def test_an_owner_who_is_away_works_on_when_back() -> None:
    found = assess(project(gate("a", days=3), people=[person("asa", away=(away(1, 6),))]), MONDAY)
    assert (found.timing["a"].start, found.timing["a"].finish) == (MONDAY, day(8))


def test_a_blocked_item_starts_on_the_working_day_after_its_latest_blocker_clears() -> None:
    held = [blocker(1, "a", expected_clear=day(1)), blocker(2, "a", expected_clear=FRIDAY)]
    assert assess(project(gate("a"), blockers=held), MONDAY).timing["a"].start == day(7)


def test_a_blocker_that_clears_on_a_weekend_or_today_frees_the_next_working_day() -> None:
    assert assess(project(gate("a"), blockers=[blocker(1, "a", expected_clear=SATURDAY)]), MONDAY).timing[
        "a"
    ].start == day(7)
    assert assess(project(gate("a"), blockers=[blocker(1, "a", expected_clear=MONDAY)]), MONDAY).timing[
        "a"
    ].start == day(1)


def test_a_blocker_holds_a_done_item_but_not_a_closed_one() -> None:
    held = [blocker(1, "a", expected_clear=FRIDAY), blocker(2, "b", expected_clear=FRIDAY)]
    found = assess(
        project(gate("a", status=Status.DONE), gate("b", status=Status.VALIDATED), blockers=held), MONDAY
    )
    assert found.timing["a"].start == day(7)
    assert "b" not in found.timing


def test_a_closed_item_passes_no_wait_on() -> None:
    found = assess(
        project(task("a", days=9), gate("b", "a", status=Status.VALIDATED), gate("c", "b")), MONDAY
    )
    assert found.timing["c"].start == MONDAY
    assert found.timing["a"].slack is None


# Go-live


def test_every_open_gate_holds_go_live_even_when_nobody_linked_it() -> None:
    found = assess(project(gate("lonely", days=5), gate("opening")), MONDAY)
    assert (found.forecast, found.unlinked, found.chain) == (day(7), ("lonely",), ("lonely",))


def test_a_gate_is_linked_through_whatever_items_lie_between() -> None:
    items = gate("a"), task("b", "a"), gate("c", "b", status=Status.VALIDATED), gate("opening", "c")
    assert assess(project(*items), MONDAY).unlinked == ()


def test_hypercare_and_go_live_itself_are_not_before_go_live() -> None:
    later = gate("watch", "opening", area=" Hypercare ", days=9)
    found = assess(project(gate("a"), gate("opening", "a"), later), MONDAY)
    assert (found.counts.total, keys(found.open_gates), found.forecast) == (1, ["a"], day(1))
    assert found.timing["watch"].start == day(2)
    assert found.after_go_live == {"watch"}


def test_what_only_hypercare_needs_may_take_for_ever() -> None:
    items = task("a", area="training"), gate("watch", "opening", "a", area="hypercare"), gate("opening")
    assert assess(project(*items), MONDAY).timing["a"].slack is None


def test_a_project_without_a_go_live_item_goes_live_after_its_last_gate() -> None:
    found = assess(project(gate("a", days=4), task("b", days=9), go_live_item=None), MONDAY)
    assert (found.forecast, found.chain, found.unlinked) == (FRIDAY, ("a",), ())


def test_a_named_go_live_item_that_does_not_exist_is_like_none() -> None:
    assert assess(project(gate("a", days=4), go_live_item="ghost"), MONDAY).forecast == FRIDAY


def test_once_go_live_is_validated_open_gates_are_still_gates() -> None:
    found = assess(project(gate("a"), gate("opening", status=Status.VALIDATED)), MONDAY)
    assert found.live
    assert (found.ready, found.counts.open) == (False, 1)


def test_go_live_that_is_done_but_unconfirmed_is_not_live() -> None:
    assert not assess(project(gate("opening", status=Status.DONE)), MONDAY).live


def test_go_live_waits_for_its_own_blocker_and_its_owner() -> None:
    held = project(gate("a"), blockers=[blocker(1, "opening", expected_clear=FRIDAY)])
    assert (assess(held, MONDAY).forecast, assess(held, MONDAY).chain) == (day(7), ())
    gone = project(gate("a"), gate("opening", "a", owner="bo"), people=[person("bo", away=(away(0, 9),))])
    assert (assess(gone, MONDAY).forecast, assess(gone, MONDAY).chain) == (day(10), ())


def test_with_nothing_open_go_live_can_be_at_once() -> None:
    found = assess(project(gate("a", status=Status.WAIVED)), SATURDAY)
    assert (found.ready, found.forecast, found.chain, found.do_next) == (True, day(7), (), ())


@pytest.mark.parametrize(
    ("target", "gap"),
    [
        (None, None),
        (day(1), 0),
        (MONDAY, 1),
        (day(-3), 2),
        (day(-7), 6),
        (day(2), -1),
        (SATURDAY, -4),
        (day(7), -4),
    ],
)
def test_the_gap_is_counted_in_working_days_either_way(target: object, gap: int | None) -> None:
    assert assess(project(gate("a"), target_go_live=target), MONDAY).gap == gap


# Slack and the driving chain


def test_slack_is_counted_in_the_days_of_the_one_who_does_the_work() -> None:
    items = gate("long", days=7), gate("short", owner="cy")
    plan = project(*items, people=[person("cy", away=(away(1, 3),))])
    assert assess(plan, MONDAY).timing["short"].slack == 3  # Friday, Monday and Tuesday


def test_items_without_slack_are_critical_gate_or_not() -> None:
    found = assess(project(task("a", days=2), gate("b", "a"), gate("c")), MONDAY)
    assert found.critical == ("a", "b")


def test_the_chain_goes_back_to_the_first_thing_somebody_can_act_on() -> None:
    items = gate("a", days=2), gate("b", "a"), gate("c", "b"), gate("d")
    assert assess(project(*items), MONDAY).chain == ("a", "b", "c")


def test_the_chain_stops_where_a_blocker_sets_the_start_even_if_a_dependency_does_too() -> None:
    items = gate("a", days=2), gate("b", "a")
    found = assess(project(*items, blockers=[blocker(1, "b", expected_clear=day(1))]), MONDAY)
    assert found.chain == ("b",)
    assert found.held_by("b") is not None


def test_of_two_that_finish_together_the_first_by_key_is_on_the_chain_and_the_other_is_named() -> None:
    found = assess(project(gate("z", days=2), gate("y", days=2), gate("x")), MONDAY)
    assert (found.chain, found.ties) == (("y",), {"y": ("z",)})


# Do next


def test_first_comes_what_has_least_slack_then_what_is_blocked_late_or_not_started() -> None:
    items = (
        gate("doing", status=Status.DOING),
        gate("free"),
        gate("late", due=day(-1)),
        gate("stuck", status=Status.BLOCKED),
        gate("tight", days=2),
        gate("waiting", "free", days=1),
    )
    found = assess(project(*items[:4]), MONDAY)
    assert keys(found.do_next) == ["stuck", "late", "free", "doing"]
    assert keys(assess(project(*items), MONDAY).do_next) == ["free", "tight", "stuck", "late", "doing"]


def test_of_equals_the_one_that_holds_up_most_gates_comes_first_then_the_one_due_first() -> None:
    items = (
        gate("a"),
        gate("b", due=day(50)),
        gate("c"),
        gate("d", "c"),
        gate("e", "a", days=1),
        gate("f", "e"),
    )
    found = assess(project(*items, gate("g", "d"), gate("h", "c", "d"), gate("p", due=None)), MONDAY)
    assert keys(found.do_next) == ["c", "a", "b", "p"]


def test_a_blocked_gate_behind_another_blocked_gate_is_that_one() -> None:
    stuck = {"status": Status.BLOCKED}
    items = gate("first", **stuck), task("between", "first"), gate("second", "between", **stuck)
    assert keys(assess(project(*items), MONDAY).do_next) == ["first"]


def test_a_blocked_task_does_not_stand_for_the_gate_behind_it() -> None:
    items = task("first", status=Status.BLOCKED), gate("second", "first", status=Status.BLOCKED)
    assert keys(assess(project(*items), MONDAY).do_next) == ["second"]


def test_what_waits_for_something_open_is_next_only_once_it_is_late() -> None:
    items = gate("a"), gate("b", "a"), gate("c", "a", due=day(-1))
    assert keys(assess(project(*items), MONDAY).do_next) == ["c", "a"]


def test_a_todo_gate_with_a_blocker_cannot_be_started() -> None:
    found = assess(project(gate("a"), gate("b"), blockers=[blocker(1, "a")]), MONDAY)
    assert keys(found.do_next) == ["b"]


def test_at_most_five_things_are_next() -> None:
    assert len(assess(project(*(gate(f"g{n}") for n in range(9))), MONDAY).do_next) == 5


# What is missing, believed or contradictory


def test_gates_without_owner_date_validator_or_confirmation_are_listed_in_work_order() -> None:
    items = (
        gate("b", owner=None, due=None),
        gate("a", "b", owner=None, validator=None),
        gate("c", status=Status.DONE),
    )
    found = assess(project(*items, task("t", owner=None)), MONDAY)
    assert (found.unowned, found.undated, found.without_validator) == (("b", "a"), ("b",), ("a",))
    assert found.done_unvalidated == ("c",)


def test_beliefs_under_gates_come_by_date_and_the_worst_first() -> None:
    beliefs = (
        belief(1, "a"),
        belief(2, "a", verify_by=day(9)),
        belief(3, "b", verify_by=day(9)),
        belief(4, "a", verify_by=day(-1)),
        belief(5, "t", verify_by=day(1)),
        belief(6, "a", verified=True),
    )
    plan = project(gate("a"), gate("b", status=Status.VALIDATED), task("t"), beliefs=beliefs)
    assert assess(plan, MONDAY).assumptions == ("A4", "A2", "A3", "A1")
    assert [x.id for x in assess(plan, MONDAY).resting] == ["A4", "A3", "A2", "A1"]


def test_a_clear_date_is_unknown_when_none_is_given_or_it_has_passed() -> None:
    held = [
        blocker(1, "a"),
        blocker(2, "a", expected_clear=day(-1)),
        blocker(3, "a", expected_clear=MONDAY),
        blocker(4, "opening"),
        blocker(5, "idle"),
        blocker(6, "shut"),
        blocker(7, None),
        blocker(8, "a", status="cleared"),
        blocker(9, "watch"),
    ]
    items = (
        gate("a"),
        task("idle"),
        gate("shut", status=Status.VALIDATED),
        gate("watch", "opening", area="hypercare"),
    )
    found = assess(project(*items, gate("opening"), blockers=held), MONDAY)
    assert found.unknown_clear == ("B1", "B2", "B4")


def test_contradictions_are_told_by_kind() -> None:
    items = (
        gate("a", due=day(9)),
        gate("b", "a", due=day(8), status=Status.DONE, owner="bo"),
        gate("c", status=Status.BLOCKED),
    )
    plan = project(*items, blockers=[blocker(1, "a"), blocker(2, "b"), blocker(3, "c")])
    assert contradictions(plan, MONDAY) == (
        Contradiction("open_blocker_not_blocked", ("a",)),
        Contradiction("done_before_dependency", ("b", "a")),
        Contradiction("due_before_dependency", ("b", "a")),
        Contradiction("owner_is_validator", ("b",)),
    )


def test_a_due_date_is_impossible_only_while_it_lies_ahead() -> None:
    gates = [gate("a", days=3, due=day(number)) for number in (-1, 0, 1, 2)]
    assert [assess(project(a), MONDAY).due_impossible(a) for a in gates] == [False, True, True, False]


def test_old_word_on_the_driving_chain_is_stale_until_somebody_says_it_again() -> None:
    plan = project(gate("a"), blockers=[blocker(1, "a", raised=day(-6))])
    assert assess(plan, MONDAY).stale("a")
    assert not assess(plan, MONDAY, {"B1": day(-3)}).stale("a")
    assert not assess(project(gate("a"), blockers=[blocker(1, "a", raised=day(-5))]), day(-2)).stale("a")


def test_somebody_with_a_critical_gate_and_others_at_once_is_overloaded() -> None:
    items = gate("a", days=3), gate("b"), gate("c"), gate("d", owner="bo"), gate("e", owner="bo")
    assert assess(project(*items), MONDAY).overloaded == (("asa", 3),)


# Rings


def test_a_ring_is_named_item_by_item() -> None:
    assert find_cycle({"a": ["b"], "b": ["c", "d"], "c": [], "d": ["b"]}) == ("b", "d")
    assert find_cycle({"a": ["a"]}) == ("a",)
    assert find_cycle({"a": ["b", "ghost"], "b": []}) is None


def test_a_gate_that_waits_for_go_live_is_in_a_ring_unless_it_is_hypercare() -> None:
    late = gate("late", "opening")
    assert set(find_cycle(arrows(project(late, gate("opening")))) or ()) == {"late", "opening"}
    assert find_cycle(arrows(project(replace(late, area="hypercare"), gate("opening")))) is None


def test_a_ring_of_ten_thousand_is_found_without_running_out_of_stack() -> None:
    ring = {str(n): [str((n + 1) % 10_000)] for n in range(10_000)}
    assert len(find_cycle(ring) or ()) == 10_000


def test_a_plan_with_a_ring_is_refused_with_its_names() -> None:
    with pytest.raises(Invalid, match="a > b > a"):
        assess(project(gate("a", "b"), gate("b", "a")), MONDAY)


def test_work_for_thousands_of_years_is_refused_with_a_sentence() -> None:
    with pytest.raises(Invalid, match="year 9999"):
        assess(project(gate("a", days=10**8)), MONDAY)


def test_the_public_holidays_of_the_projects_country_move_the_forecast() -> None:
    thanksgiving_week = date(2027, 11, 22)
    worked, celebrated = (
        project(gate("audit", days=4), policies=policies)
        for policies in ({}, {"holidays": {"country": "US"}})
    )
    assert assess(worked, thanksgiving_week).forecast == date(2027, 11, 26)
    assert assess(celebrated, thanksgiving_week).forecast == date(2027, 11, 29)

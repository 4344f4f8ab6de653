"""By when a project goes live, going by its own slips."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.forecasting import Spread, fixed_part, history, lengths, spread, why_not
from bot.domain.plan import Item, Plan, Status
from bot.domain.readiness import assess
from tests.domain.checklists import away, blocker, day, gate, person, project


def past(*slips: tuple[int, int], times: int = 1) -> list[Item]:
    """Items that are closed, with the days they were to take and took."""
    known = [slip for slip in slips for _ in range(times)]
    return [
        gate(f"past{n:02}", status=Status.VALIDATED, planned_days=planned, actual_days=took)
        for n, (planned, took) in enumerate(known)
    ]


def ranged(plan: Plan, today: date | None = None) -> Spread:
    today = today or day(0)
    found = spread(plan, assess(plan, today))
    assert found is not None
    return found


def test_a_project_that_never_slipped_goes_live_as_planned() -> None:
    plan = project(*past((2, 2), (5, 5), times=10), gate("dig", days=4), gate("lay", "dig", days=3))
    found = ranged(plan)
    assert found.p50 == found.p80 == assess(plan, day(0)).forecast
    assert (found.from_items, found.resamples, found.stated) == (20, 2_000, True)


def test_a_project_whose_items_all_took_twice_as_long_takes_twice_as_long() -> None:
    plan = project(*past((1, 2), (3, 6), times=10), gate("dig", days=4), gate("lay", "dig", days=3))
    twice = project(gate("dig", days=8), gate("lay", "dig", days=6))
    assert ranged(plan).p50 == ranged(plan).p80 == assess(twice, day(0)).forecast


def test_the_later_date_leaves_room_for_the_slips_that_were_seen() -> None:
    plan = project(
        *past((2, 2), (2, 2), (2, 3), (4, 9), times=6), gate("dig", days=4), gate("lay", "dig", days=6)
    )
    found = ranged(plan)
    assert assess(plan, day(0)).forecast <= found.p50 < found.p80


def test_what_every_item_takes_on_top_is_not_multiplied_with_its_length() -> None:
    waited = [(planned, planned + 1) for planned in (1, 2, 3, 5, 8) for _ in range(4)]
    assert fixed_part(waited) == pytest.approx(1)
    assert lengths(10, waited) == pytest.approx([11] * 20)
    alike = [(2, 3)] * 20
    assert fixed_part(alike) == 0
    assert lengths(4, alike) == [6] * 20


def test_fewer_than_twenty_known_items_give_no_range_and_the_reason() -> None:
    plan = project(*past((2, 3), times=19), gate("dig"))
    a = assess(plan, day(0))
    assert spread(plan, a) is None
    assert why_not(plan, a) == (
        "A range needs 20 items of which it is known how long they were to take and took; here are 19."
    )
    enough = project(*past((2, 3), times=20), gate("dig"))
    assert why_not(enough, assess(enough, day(0))) is None


def test_only_items_with_both_numbers_count() -> None:
    half = [gate("a", planned_days=3), gate("b", actual_days=4), gate("c", planned_days=0, actual_days=0)]
    assert history(project(*half)) == ((1, 1),)


def test_a_project_that_is_live_has_nothing_to_forecast() -> None:
    plan = project(*past((2, 3), times=30), gate("opening", status=Status.VALIDATED))
    a = assess(plan, day(0))
    assert spread(plan, a) is None
    assert why_not(plan, a) == "It is live already."


def test_the_same_plan_gives_the_same_range_and_a_rename_does_not_change_it() -> None:
    plan = project(*past((2, 2), (3, 7), times=12), gate("dig", days=4), gate("lay", "dig", days=5))
    renamed = replace(plan, project=replace(plan.project, name="Another name", revision=99))
    assert ranged(plan) == ranged(plan) == ranged(renamed)


def test_what_is_done_waits_a_day_for_its_validator_however_work_slipped() -> None:
    plan = project(*past((1, 5), times=20), gate("dig", days=4, status=Status.DONE))
    assert ranged(plan).p80 == assess(plan, day(0)).forecast == day(1)


def test_clear_dates_absences_and_holidays_hold_in_every_resample() -> None:
    slipped = past((1, 1), (2, 3), (4, 7), times=8)
    cyd = person("cyd", away=(away(14, 25),))
    plan = project(
        *slipped,
        gate("dig", days=2, owner="cyd"),
        gate("lay", "dig", days=3),
        people=(cyd,),
        blockers=(blocker(1, "dig", expected_clear=day(11)),),
        holidays=(day(28), day(29)),
    )
    found = ranged(plan)
    # The blocker clears, Cyd is away, then come two holidays: work begins on day 30 and takes five days.
    assert found.p50 >= day(37)
    assert found.stated
    assert all(plan_day not in (day(28), day(29)) for plan_day in (found.p50, found.p80))


def test_a_blocker_nobody_knows_the_end_of_makes_the_range_no_earlier_than() -> None:
    plan = project(*past((2, 3), times=20), gate("dig"), blockers=(blocker(1, "dig"),))
    assert not ranged(plan).stated


def test_a_large_project_is_resampled_less_often_and_says_so() -> None:
    chain = [gate(f"g{n}", *([f"g{n - 1}"] if n else []), days=2) for n in range(1_200)]
    plan = project(*past((2, 2), (2, 3), times=10), *chain)
    found = spread(plan, assess(plan, day(0)), resamples=2_000)
    assert found is not None
    assert 100 <= found.resamples < 2_000
    few = spread(plan, assess(plan, day(0)), resamples=50)
    assert few is not None
    assert few.resamples == 50


def test_slips_beyond_the_calendar_end_with_it() -> None:
    plan = project(*past((1, 400), times=20), gate("dig", days=9_000))
    assert ranged(plan).p80.year == 9999


def test_as_data_a_range_is_two_dates_and_what_they_come_from() -> None:
    plan = project(*past((2, 2), times=20), gate("dig"))
    found = ranged(plan)
    assert found.as_json() == {"p50": day(1).isoformat(), "p80": day(1).isoformat(), "from_items": 20}

"""Is a what-if what the plan would say, had somebody edited it by hand and lived through every day?"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from bot.domain import whatif
from bot.domain.plan import Away, Blocker, Plan, Status
from bot.domain.readiness import assess
from bot.domain.schedule import Calendars
from bot.domain.whatif import Kind, Scenario, Supposition
from bot.domain.whatif.playing import play
from tests.domain.checklists import day, random_project
from tests.domain.day_by_day import forecast, lived

SEEDS = [range(start, start + 50) for start in range(0, 300, 50)]
DAY = timedelta(days=1)


@cache
def _projects(seeds: range) -> list[tuple[int, Plan, date, list[str]]]:
    """With the open items that are not go-live."""
    found = []
    for seed in seeds:
        plan, today = random_project(seed), day(seed % 9)
        keys = [key for key in assess(plan, today).timing if key != plan.project.go_live_item]
        if keys:
            found.append((seed, plan, today, keys))
    return found


def _supposed(plan: Plan, today: date, supposition: Supposition) -> Plan:
    before = repr(plan)
    after = whatif.apply(plan, Scenario("", (supposition,)), today)
    assert repr(plan) == before, "the plan that is asked about was changed"
    return after


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_work_that_slips_moves_go_live_as_far_as_living_through_it_does(seeds: range) -> None:
    for seed, plan, today, keys in _projects(seeds):
        key, days = random.Random(seed).choice(keys), seed % 6 + 1
        if assess(plan, today).held_by(key) is None:
            slipped = _supposed(plan, today, Supposition(kind=Kind.SLIPS, words="", items=(key,), days=days))
            times = lived(plan, today, (key, days))
            assert assess(slipped, today).timing[key].finish == times[key][1], (key, plan)
            assert assess(slipped, today).forecast == forecast(plan, today, (key, days)), (key, plan)


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_a_blocker_that_clears_another_day_is_the_plan_with_that_day_in_it(seeds: range) -> None:
    for seed, plan, today, _ in _projects(seeds):
        clear = today + (seed % 15) * DAY
        for blocker in (b for b in plan.blockers if b.open):
            asked = Supposition(kind=Kind.CLEARS, words="", blockers=(blocker.id,), start=clear)
            edited = tuple(
                replace(b, expected_clear=clear) if b.id == blocker.id else b for b in plan.blockers
            )
            by_hand = replace(plan, blockers=edited)
            assert _times(_supposed(plan, today, asked), today) == lived_times(by_hand, today), plan


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_what_starts_later_finishes_as_if_it_had_been_held_until_then(seeds: range) -> None:
    for seed, plan, today, keys in _projects(seeds):
        key = random.Random(seed).choice(keys)
        start = assess(plan, today).timing[key].start + (seed % 7) * DAY
        after = _supposed(plan, today, Supposition(kind=Kind.STARTS, words="", items=(key,), start=start))
        hold = Blocker(id="X", text="", item=key, raised=today, expected_clear=start - DAY)
        by_hand = replace(plan, blockers=(*plan.blockers, hold))
        assert _times(after, today) == lived_times(by_hand, today), (key, start, plan)


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_what_is_supposed_to_be_finished_on_a_day_is_and_what_waits_for_it_starts_after(seeds: range) -> None:
    for seed, plan, today, keys in _projects(seeds):
        key = random.Random(seed).choice([k for k in keys if k != "later"] or keys)
        if key == "later":
            continue  # it waits for go-live, and nothing brings that forward
        end = today + (seed % 25) * DAY
        played = play(
            plan, Scenario("", (Supposition(kind=Kind.FINISHES, words="", items=(key,), start=end),)), today
        )
        now, was = assess(played.plan, today).timing[key], assess(plan, today).timing[key]
        assert now.finish >= end, (key, end, plan)
        nobody = range((now.finish - end).days)
        assert not any(_works_on(plan, today, key, end + n * DAY) for n in nobody), (key, end, plan)
        assert [p.item for p in played.pulled] == ([key] if now.finish < was.finish else []), (key, end, plan)


def _works_on(plan: Plan, today: date, key: str, on: date) -> bool:
    item = plan.item[key]
    return Calendars(plan, today).of(item, item.status).works(on)


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_absences_holidays_and_what_is_dropped_are_as_if_the_plan_said_so(seeds: range) -> None:
    for seed, plan, today, keys in _projects(seeds):
        r = random.Random(seed)
        first = today + r.randrange(8) * DAY
        last = first + r.randrange(9) * DAY
        person = r.choice(plan.people)
        away = Supposition(kind=Kind.AWAY, words="", people=(person.key,), start=first, end=last)
        gone = replace(person, away=(*person.away, Away(start=first, end=last)))
        by_hand = replace(plan, people=tuple(gone if p is person else p for p in plan.people))
        assert _times(_supposed(plan, today, away), today) == lived_times(by_hand, today), plan
        free = (first, last)
        holiday = Supposition(kind=Kind.HOLIDAY, words="", dates=free)
        off = replace(plan.project, holidays=(*plan.project.holidays, *free))
        by_hand = replace(plan, project=off)
        assert _times(_supposed(plan, today, holiday), today) == lived_times(by_hand, today), plan
        less = set(r.sample(keys, r.randint(1, len(keys))))
        dropped = Supposition(kind=Kind.DROPPED, words="", items=tuple(less))
        left = tuple(replace(i, status=Status.WAIVED) if i.key in less else i for i in plan.items)
        by_hand = replace(plan, items=left)
        assert _times(_supposed(plan, today, dropped), today) == lived_times(by_hand, today), plan


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_what_is_reported_as_moved_is_every_open_item_with_another_day(seeds: range) -> None:
    for seed, plan, today, keys in _projects(seeds):
        key = random.Random(seed).choice(keys)
        scenario = Scenario("it slips", (Supposition(kind=Kind.SLIPS, words="", items=(key,), days=3),))
        a = assess(plan, today)
        data = whatif.compare(
            plan, a, scenario, datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
        ).data
        b = assess(whatif.apply(plan, scenario, today), today)
        expected = {
            k for k, t in b.timing.items() if (t.start, t.finish) != (a.timing[k].start, a.timing[k].finish)
        }
        assert {moved["key"] for moved in data["moved"]} == expected, plan
        assert date.fromisoformat(data["forecast"]) == b.forecast
        assert a.calendar.add(a.forecast, data["change_working_days"]) == b.forecast, plan
        assert data["driving_chain"] == list(b.chain)


def _times(plan: Plan, today: date) -> dict[str, tuple[date, date]]:
    a = assess(plan, today)
    return {**{k: (t.start, t.finish) for k, t in a.timing.items()}, "": (a.forecast, a.forecast)}


def lived_times(plan: Plan, today: date) -> dict[str, tuple[date, date]]:
    went_live = forecast(plan, today)
    return {**{k: d for k, d in lived(plan, today).items() if k}, "": (went_live, went_live)}

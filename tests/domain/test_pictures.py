"""What is drawn of a plan, and do the words beside it say the same?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain import tables
from bot.domain.changes import as_json
from bot.domain.forecasting import spread, why_not
from bot.domain.pictures import around, burnup, timeline, values
from bot.domain.pictures.values import Burnup, Mark, Moment, Picture, Sight, Timeline
from bot.domain.plan import Change, Event, Item, Plan, Status, Validation, Waiver
from bot.domain.readiness import assess
from bot.domain.wording import Words
from tests.domain.checklists import MONDAY, blocker, day, gate, project, random_project, task


def drawn(plan: Plan, today: date = MONDAY) -> tuple[Timeline, Picture]:
    a = assess(plan, today)
    picture = timeline.timeline(a, spread(plan, a), why_not(plan, a))
    assert isinstance(picture.figure, Timeline)
    return picture.figure, picture


def titles(figure: Timeline, heading: str) -> list[str]:
    return [bar.title for part in figure.parts if part.heading == heading for bar in part.bars]


def chain_of(length: int, **fields: Any) -> Plan:
    return project(*(gate(f"g{n}", *([f"g{n - 1}"] if n else [])) for n in range(length)), **fields)


# ——— the timeline


def test_the_driving_chain_stands_first_and_ends_with_go_live() -> None:
    figure, picture = drawn(project(gate("vpn", days=3), gate("feed", "vpn"), gate("badge")))
    assert titles(figure, "Sets the date") == [
        "The vpn is ready",
        "The feed is ready",
        "The opening is ready",
    ]
    assert titles(figure, "Besides") == ["The badge is ready"]
    assert picture.alt.index("The vpn is ready") < picture.alt.index("The badge is ready")


def test_a_long_chain_is_drawn_from_both_ends() -> None:
    figure, picture = drawn(chain_of(20))
    shown = titles(figure, "Sets the date")
    assert len(shown) == 9
    assert shown[:1] == ["The g0 is ready"]
    assert shown[-2:] == ["The g19 is ready", "The opening is ready"]
    assert "13 more of the chain" in picture.alt


def test_what_sets_the_date_just_as_much_is_named_under_the_chain() -> None:
    figure, picture = drawn(project(gate("vpn", days=3), gate("feed", days=3), gate("badge")))
    assert titles(figure, "Sets the date")[0] == "The feed is ready"
    assert "Ties: The vpn is ready." in picture.alt


def test_two_hundred_items_become_a_dozen_bars_and_every_item_is_counted() -> None:
    items = [gate(f"g{n}", area=f"area {n % 12}") for n in range(200)]
    figure, picture = drawn(project(gate("slow", days=9), *items))
    bars = [bar for part in figure.parts for bar in part.bars]
    assert len(bars) <= 14
    counted = sum(int(bar.note.split()[0]) for bar in bars if bar.mark is Mark.SEVERAL)
    (more,) = [part.more for part in figure.parts if part.more]
    assert counted + int(more.split()[1]) == 200
    assert more[1:] in picture.alt


def test_the_days_are_said_in_the_words_of_the_answer() -> None:
    figure, _ = drawn(chain_of(3, target_go_live=day(1), blockers=[blocker(1, "g0")]))
    assert {line.moment: line.words for line in figure.lines} == {
        Moment.TODAY: "today, Mon 1 Mar",
        Moment.TARGET: "target Tue 2 Mar",
        Moment.FORECAST: "forecast no earlier than Thu 4 Mar",
    }


def test_without_a_target_there_is_no_line_for_one() -> None:
    figure, _ = drawn(chain_of(2))
    assert [line.moment for line in figure.lines] == [Moment.TODAY, Moment.FORECAST]


def test_with_history_enough_the_range_is_marked_else_it_is_said_what_is_missing() -> None:
    figure, _ = drawn(chain_of(3))
    assert "A range needs 20 items" in figure.foot
    slips = [replace(task(f"t{n}"), planned_days=2, actual_days=2 + n % 3) for n in range(20)]
    figure, picture = drawn(project(gate("vpn"), *slips))
    assert {Moment.P50, Moment.P80} <= {line.moment for line in figure.lines}
    assert "(P50)" in picture.alt


def test_waiting_for_a_blocker_is_drawn_as_such() -> None:
    figure, _ = drawn(chain_of(2, blockers=[blocker(1, "g0", expected_clear=day(3))]))
    first = figure.parts[0].bars[0]
    assert first.waits == MONDAY
    assert first.start == day(4)


def test_once_live_only_what_comes_after_is_drawn() -> None:
    done = gate("opening", status=Status.VALIDATED)
    watch = gate("watch", "opening", area="Hypercare")
    figure, picture = drawn(project(gate("vpn", status=Status.VALIDATED), done, watch))
    assert titles(figure, "After go-live") == ["The watch is ready"]
    assert "after go-live" in picture.title
    figure, picture = drawn(project(gate("vpn", status=Status.VALIDATED), done))
    assert "Nothing is left to do." in picture.alt


def test_hypercare_is_counted_and_not_drawn_before_go_live() -> None:
    watch = gate("watch", "opening", area="Hypercare")
    _, picture = drawn(project(gate("vpn"), gate("opening", "vpn"), watch))
    assert "The watch is ready" not in picture.alt
    assert "After go-live: 1 item, not drawn." in picture.alt


# ——— the burn-up


def event(at: datetime, key: str, field: str, before: Any, after: Any, revision: int = 2) -> Event:
    change = Change(entity="item", key=key, field=field, before=before, after=after)
    return Event(revision=revision, at=at, actor="U1", act="validate", change=change)


def arrived(plan: Plan, at: datetime, **was: Status) -> list[Event]:
    """Everything came at that moment, some of it in another state than it has now."""
    items = [replace(item, status=was.get(item.key, item.status)) for item in plan.items]
    return [event(at, item.key, "", None, as_json(item), 1) for item in items]


def noon(number: int) -> datetime:
    return datetime.combine(day(number), datetime.min.time(), UTC) + timedelta(hours=12)


def counts(plan: Plan, events: list[Event], today: date) -> list[tuple[date, int, int, int]]:
    found = burnup.history(assess(plan, today), events)
    return [(point.day, point.total, point.closed, point.done) for point in found]


def test_every_day_on_which_a_gate_closed_is_a_step() -> None:
    plan = project(gate("vpn", status=Status.VALIDATED), gate("feed", status=Status.DONE), gate("badge"))
    events = arrived(plan, noon(0), vpn=Status.TODO, feed=Status.TODO)
    events += [
        event(noon(2), "vpn", "status", "todo", "done"),
        event(noon(3), "vpn", "status", "done", "validated"),
    ]
    events += [event(noon(3), "feed", "status", "todo", "done")]
    assert counts(plan, events, day(7)) == [
        (day(0), 3, 0, 0),
        (day(2), 3, 0, 1),
        (day(3), 3, 1, 1),
        (day(7), 3, 1, 1),
    ]


def test_a_gate_that_was_opened_again_or_came_later_is_seen() -> None:
    plan = project(gate("vpn", status=Status.DOING), gate("late"))
    events = [each for each in arrived(plan, noon(0), vpn=Status.VALIDATED) if each.change.key != "late"]
    events.append(event(noon(1), "late", "", None, as_json(plan.item["late"])))
    events.append(event(noon(2), "vpn", "status", "validated", "doing"))
    assert [each[1:3] for each in counts(plan, events, day(2))] == [(1, 1), (2, 1), (2, 0)]


def test_a_waiver_closes_a_gate_only_until_it_ends() -> None:
    plan = project(gate("vpn", status=Status.WAIVED, waived=Waiver(by=None, why="later", until=day(3))))
    assert [each[2] for each in counts(plan, arrived(plan, noon(0)), day(8))] == [1, 0, 0]


def test_of_days_before_the_project_came_a_waiver_says_nothing() -> None:
    waived = gate("vpn", status=Status.WAIVED, waived=Waiver(by=None, why="later", until=day(-4)))
    plan = project(waived, gate("feed", status=Status.VALIDATED, done_on=day(-8)))
    assert counts(plan, arrived(plan, noon(0)), day(0)) == [(day(-8), 2, 1, 0), (day(0), 2, 1, 0)]


@pytest.mark.parametrize("today", [day(-30), day(-8), day(0), day(2), day(9)])
def test_asked_as_of_any_day_it_ends_with_the_count_of_the_verdict(today: date) -> None:
    plan = project(gate("vpn", status=Status.VALIDATED), gate("feed", status=Status.DONE), gate("badge"))
    events = [*arrived(plan, noon(0), vpn=Status.DONE), event(noon(3), "vpn", "status", "done", "validated")]
    assert counts(plan, events, today)[-1] == (today, 3, 1, 1)


def test_go_live_itself_and_hypercare_do_not_count() -> None:
    watch = gate("watch", "opening", area="hypercare")
    plan = project(gate("vpn"), gate("opening", "vpn"), watch)
    assert counts(plan, arrived(plan, noon(0)), day(0)) == [(day(0), 1, 0, 0)]


def test_gates_that_came_closed_count_from_the_day_the_file_says() -> None:
    plan = project(gate("vpn", status=Status.VALIDATED, done_on=day(-7)), gate("feed"))
    assert counts(plan, arrived(plan, noon(0)), day(0)) == [(day(-7), 2, 1, 0), (day(0), 2, 1, 0)]
    picture = burnup.burnup(assess(plan, day(0)), arrived(plan, noon(0)), None, None)
    assert "Before Mon 1 Mar: by when they were done, as the file says." in picture.alt


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (day(-1), "The target has passed, and 2 gates are open."),
        (day(0), "Today is the target, and 2 gates are open."),
        (day(3), "To the target: 2 gates in 3 working days."),
    ],
)
def test_what_the_target_asks_for_is_said(target: date, said: str) -> None:
    plan = project(gate("vpn"), gate("feed"), target_go_live=target)
    assert said in burnup.burnup(assess(plan, MONDAY), [], None, None).facts


def test_a_project_without_a_past_has_one_point() -> None:
    picture = burnup.burnup(assess(project(gate("vpn")), MONDAY), [], None, None)
    assert isinstance(picture.figure, Burnup)
    assert len(picture.figure.points) == 1
    assert "Nothing is known of earlier days." in picture.alt


def test_a_project_without_gates_can_be_drawn_too() -> None:
    plan = project(task("vpn"), go_live_item=None)
    assert "No item is a gate yet" in burnup.burnup(assess(plan, MONDAY), [], None, None).alt


# ——— around an item


def test_what_it_needs_is_above_and_what_waits_below() -> None:
    plan = project(gate("key"), gate("vpn", "key"), gate("feed", "vpn"), gate("e2e", "feed"))
    figure = around.around(assess(plan, MONDAY), plan.item["vpn"]).figure
    assert isinstance(figure, values.Around)
    assert {box.key: box.row for box in figure.boxes} == {
        "key": -1,
        "vpn": 0,
        "feed": 1,
        "e2e": 2,
        "opening": 3,
    }
    assert [(arrow.first, arrow.then) for arrow in figure.arrows] == [
        ("key", "vpn"),
        ("vpn", "feed"),
        ("feed", "e2e"),
        ("e2e", "opening"),
    ]  # that go-live waits for each of them is said by the way through the others


def test_what_is_closed_is_no_longer_drawn_and_only_counted() -> None:
    plan = project(gate("key", status=Status.VALIDATED), gate("vpn", "key"))
    picture = around.around(assess(plan, MONDAY), plan.item["vpn"])
    assert "1 thing it needs is closed already." in picture.alt
    assert "The key is ready" not in picture.alt


def test_in_words_each_item_is_told_with_the_key_its_arrows_name_it_by() -> None:
    plan = project(gate("key"), gate("vpn", "key", owner=None), gate("feed", "vpn"))
    alt = around.around(assess(plan, MONDAY), plan.item["vpn"]).alt
    assert "It needs: The key is ready (key, not started)." in alt
    assert "key before vpn, driving;" in alt
    assert "As of Mon 1 Mar. Nobody: not started" in alt


def test_a_waiver_that_ends_says_when() -> None:
    waiver = Waiver(by=None, why="later", until=day(3))
    plan = project(gate("vpn", status=Status.WAIVED, waived=waiver), gate("feed"))
    assert "waived until Thu 4 Mar" in around.around(assess(plan, MONDAY), plan.item["vpn"]).alt


def test_three_of_each_row_are_drawn_and_the_others_counted() -> None:
    needs = [gate(f"n{n}") for n in range(12)]
    plan = project(*needs, gate("vpn", *(need.key for need in needs)))
    picture = around.around(assess(plan, MONDAY), plan.item["vpn"])
    assert isinstance(picture.figure, values.Around)
    assert picture.figure.more == ((-1, 9),)
    assert "and 9 more" in picture.alt


def test_a_closed_item_says_that_nothing_waits_for_it() -> None:
    plan = project(gate("vpn", status=Status.VALIDATED), gate("feed", "vpn"))
    picture = around.around(assess(plan, MONDAY), plan.item["vpn"])
    assert "nothing waits for it any more" in picture.alt


# ——— words


@pytest.mark.parametrize("seed", range(60))
def test_any_plan_can_be_drawn_and_its_words_fit_into_slack(seed: int) -> None:
    plan = random_project(seed)
    a = assess(plan, MONDAY)
    found = [timeline.timeline(a, None, None), burnup.burnup(a, arrived(plan, noon(-9)), None, None)]
    found += [around.around(a, item) for item in plan.items]
    for picture in found:
        assert 0 < len(picture.alt) <= 2000
        assert picture.alt.isprintable()


def test_words_that_do_not_fit_are_counted() -> None:
    assert values.fitted(["a fact." for _ in range(1_000)]).endswith("more facts, which do not fit here.")


def test_the_same_facts_are_the_same_picture_all_day_and_another_one_tomorrow() -> None:
    plan = chain_of(3)
    assert drawn(plan) == drawn(plan)
    assert drawn(plan) != drawn(plan, day(1))


@pytest.mark.parametrize(
    ("words", "sight"),
    [
        ("", Sight("timeline")),
        ("Timeline", Sight("timeline")),
        ("gantt", Sight("timeline")),
        ("burn-up", Sight("burnup")),
        ("burndown", Sight("burnup")),
        ("around vpn", Sight("around", "vpn")),
        ("around `vpn`", Sight("around", "vpn")),
        ("vpn", Sight("around", "vpn")),
        ("prod certs", Sight("around", "prod certs")),
        ("around", Sight("around")),
        ("the timeline, please", Sight("timeline")),
        ("the burn up chart", Sight("burnup")),
        ("graph around vpn", Sight("around", "vpn")),
        ("the dependency graph of the vpn", Sight("around", "vpn")),
        ("dependencies of vpn", Sight("around", "vpn")),
        ("around graph db", Sight("around", "graph db")),
        ("graph graph", Sight("around", "graph")),
        ("the night watch", Sight("around", "the night watch")),
        ("timeline for lakeside", Sight("timeline", "lakeside")),
        ("burnup as svg", Sight("burnup", "as svg")),
    ],
)
def test_which_picture_is_meant(words: str, sight: Sight) -> None:
    assert values.read(words) == sight


# ——— tables and charts


def test_the_table_of_gates_is_within_what_slack_takes() -> None:
    plan = project(*(gate(f"g{n}") for n in range(300)))
    plan = replace(plan, items=tuple(replace(item, title="A long title " * 9) for item in plan.items))
    table = tables.gates(assess(plan, MONDAY))
    assert table is not None
    assert len(table.rows) <= 100
    assert sum(len(str(cell)) for row in table.rows for cell in row) <= 9_000
    assert table.more == 300 - len(table.rows)


def test_two_gates_need_no_table() -> None:
    assert tables.gates(assess(project(gate("vpn"), gate("feed")), MONDAY)) is None


def test_a_chart_has_a_point_for_each_of_its_days_and_says_them() -> None:
    plan = project(gate("vpn", status=Status.VALIDATED, validation=_seen()), gate("feed"))
    events = [*arrived(plan, noon(0), vpn=Status.TODO), event(noon(3), "vpn", "status", "done", "validated")]
    a = assess(plan, day(4))
    chart = tables.burnup(Words(a), burnup.history(a, events))
    assert chart is not None
    assert chart.days == ("1 Mar", "2 Mar", "3 Mar", "4 Mar", "5 Mar")
    assert chart.courses == (("Closed", (0, 0, 0, 1, 1)), ("All gates", (2, 2, 2, 2, 2)))
    assert chart.words == "Closed gates: 0 of 2 on 1 Mar, 1 of 2 on 5 Mar."


def test_there_is_no_chart_where_nothing_moved() -> None:
    plan = project(gate("vpn"))
    a = assess(plan, day(9))
    assert tables.burnup(Words(a), burnup.history(a, arrived(plan, noon(0)))) is None


def test_years_are_charted_by_the_week_and_not_longer_than_a_dozen() -> None:
    plan = project(gate("vpn", status=Status.VALIDATED), gate("feed"))
    events = [
        *arrived(plan, noon(-900), vpn=Status.TODO),
        event(noon(-8), "vpn", "status", "todo", "validated"),
    ]
    a = assess(plan, MONDAY)
    chart = tables.burnup(Words(a), burnup.history(a, events))
    assert chart is not None
    assert len(chart.days) == len(set(chart.days)) == 12


def _seen() -> Validation:
    return Validation(by="bo", at=None, evidence="seen")


def test_only_the_closing_of_a_gate_is_news_for_the_chart() -> None:
    moved = event(noon(1), "vpn", "status", "todo", "doing", 5)
    closed = event(noon(1), "vpn", "status", "done", "validated", 6)
    assert not tables.closed_lately([moved], 4)
    assert tables.closed_lately([moved, closed], 5)
    assert not tables.closed_lately([moved, closed], 6)


def test_an_item_of_any_name_has_a_bar() -> None:
    odd = Item(key="k", title="  \n", gate=True)
    figure, _ = drawn(project(odd))
    assert figure.parts[0].bars[0].title

"""What one person reads in the morning, what is never repeated, and what is left unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.plan import Away, Plan, Status, Waiver
from bot.domain.reminders import ledger, nudging
from bot.domain.reminders.ledger import Handover, Mute, Said, State
from bot.domain.reminders.nudging import Daily
from tests.domain.clockwork import (
    LEA,
    MIA,
    PEOPLE,
    Clockwork,
    at,
    blocker,
    clinic,
    event,
    gate,
    loose,
    person,
    said_in,
    tight,
    without,
)

# Monday 1 March 2027
MONDAY = at("2027-03-01 09:00")
VPN = "clinic/item/vpn"


def due(words: str | None = "2027-03-01", **fields: Any) -> Plan:
    """A gate of mia's with a date, and another one that leaves it a lot of slack."""
    vpn = gate("vpn", due=date.fromisoformat(words) if words else None, **fields)
    return clinic([vpn, gate("build", remaining_days=30, owner="lea")])


def texts(found: Daily | None) -> list[str]:
    return [line.text for line in found.lines] if found else []


def kinds(found: Daily | None) -> list[str]:
    return [line.kind for line in found.lines] if found else []


def away(first: str, last: str) -> tuple[Away, ...]:
    return (Away(start=date.fromisoformat(first), end=date.fromisoformat(last)),)


# What is said


def test_an_owner_is_told_on_the_morning_of_the_day_and_once_when_it_has_passed() -> None:
    clock = Clockwork(due("2027-03-02"))

    assert clock.mornings("UMIA", at("2027-03-01 00:00"), 14) == [
        ("Tue 02 Mar 09:00", ["The vpn (vpn): due today"]),
        ("Wed 03 Mar 09:00", ["The vpn (vpn): overdue since Tue 2 Mar"]),
    ]


def test_what_is_due_on_a_day_nobody_works_is_due_on_the_last_one_before() -> None:
    assert texts(Clockwork(due("2027-03-07")).daily("UMIA", at("2027-03-05 09:00"))) == [
        "The vpn (vpn): due Sun 7 Mar"
    ]
    assert Clockwork(due("2027-03-08")).daily("UMIA", at("2027-03-05 09:00")) is None


def test_today_is_the_date_where_the_owner_is() -> None:
    # 09:00 on Tuesday in Auckland is Monday 21:00 in Rome.
    clock = Clockwork(without(due("2027-03-02"), mia=replace(MIA, tz="Pacific/Auckland")))

    found = clock.daily("UMIA", at("2027-03-01 21:00"))

    assert texts(found) == ["The vpn (vpn): due today"]
    assert found is not None
    assert found.day == date(2027, 3, 2)


def test_somebody_without_a_zone_has_the_projects_morning() -> None:
    clock = Clockwork(without(due(), mia=replace(MIA, tz=None)))

    assert clock.daily("UMIA", at("2027-03-01 08:59")) is None
    assert clock.daily("UMIA", MONDAY) is not None


def test_the_message_comes_in_working_hours_and_says_why_it_does_not_yet() -> None:
    clock = Clockwork(due("2027-02-26"))
    for moment, why in (
        ("2027-02-27 10:00", "weekend"),
        ("2027-03-01 08:59", "night"),
        ("2027-03-01 17:00", "night"),
    ):
        found = nudging.agenda("UMIA", [clock.now(at(moment))], (), at(moment))
        assert found is not None
        assert found.why == why
        assert clock.daily("UMIA", at(moment)) is None


def test_when_the_morning_was_missed_what_piled_up_comes_as_one_message() -> None:
    items = [gate(f"i{n}", due=date(2027, 2, 20 + n)) for n in range(5)]
    found = Clockwork(clinic(items)).daily("UMIA", at("2027-03-01 14:30"))

    assert found is not None
    assert len(found.lines) == 5


def test_what_waits_for_it_and_what_it_waits_for_is_said() -> None:
    items = [
        gate("line", remaining_days=3, owner="lea"),
        gate("vpn", "line", due=date(2027, 2, 26)),
        gate("feed", "vpn", owner="lea"),
        gate("desk", "feed", owner="lea"),
    ]
    plan = clinic(items, [blocker(1, "vpn")])

    assert texts(Clockwork(plan).daily("UMIA", MONDAY)) == [
        "The vpn (vpn): overdue since Fri 26 Feb, blocked by B1, two gates wait on this, "
        "no slack: go-live moves with it, now to Tue 9 Mar"
    ]
    assert texts(Clockwork(replace(plan, blockers=())).daily("UMIA", MONDAY)) == [
        "The vpn (vpn): overdue since Fri 26 Feb, waits for line, two gates wait on this, "
        "no slack: go-live moves with it, now to Tue 9 Mar"
    ]


def test_the_most_pressing_comes_first() -> None:
    items = [
        gate("late", due=date(2027, 2, 26)),
        gate("today", due=date(2027, 3, 1)),
        gate("tight", due=date(2027, 2, 26), remaining_days=30),
        gate("said", status=Status.DONE, owner="lea", validator="mia"),
    ]
    found = Clockwork(clinic(items)).daily("UMIA", MONDAY)

    assert found is not None
    assert [line.key for line in found.lines] == ["tight", "late", "today", "said"]


# Nothing is repeated


def test_what_is_overdue_and_moves_go_live_is_repeated_only_with_what_it_costs_by_then() -> None:
    clock = Clockwork(clinic([gate("vpn", due=date(2027, 2, 26))]))

    said = clock.mornings("UMIA", at("2027-03-01 00:00"), 3)

    assert [lines for _, lines in said] == [
        [f"The vpn (vpn): overdue since Fri 26 Feb, no slack: go-live moves with it, now to {day}"]
        for day in ("Tue 2 Mar", "Wed 3 Mar", "Thu 4 Mar")
    ]


def test_when_more_gates_wait_than_was_said_it_is_said_again_and_when_fewer_do_it_is_not() -> None:
    late = gate("vpn", due=date(2027, 2, 26))
    build = gate("build", remaining_days=30, owner="lea")
    behind = [gate(key, "vpn", owner="lea") for key in ("feed", "desk", "door")]
    clock = Clockwork(clinic([late, build, *behind[:2]]))
    assert "two gates wait on this" in texts(clock.daily("UMIA", MONDAY))[0]

    clock.plan = clinic([late, build, *behind[:1]])
    assert clock.daily("UMIA", at("2027-03-02 09:00")) is None
    clock.plan = clinic([late, build, *behind[:2]])
    assert clock.daily("UMIA", at("2027-03-03 09:00")) is None
    clock.plan = clinic([late, build, *behind])
    assert "three gates wait on this" in texts(clock.daily("UMIA", at("2027-03-04 09:00")))[0]


def test_slack_that_runs_out_is_said_day_by_day_at_its_end_only() -> None:
    clock = Clockwork(
        clinic([gate("vpn", due=date(2027, 2, 26)), gate("build", remaining_days=1, owner="lea")])
    )
    clock.plan = clinic(
        [gate("vpn", due=date(2027, 2, 26)), gate("build", owner="lea", remaining_days=5)],
    )

    said: list[str] = []
    for day in range(1, 6):
        plan = clock.plan
        left = tuple(replace(i, remaining_days=6 - day) if i.key == "build" else i for i in plan.items)
        clock.plan = replace(plan, items=left)
        said += texts(clock.daily("UMIA", at(f"2027-03-0{day} 09:00")))

    assert said == [
        "The vpn (vpn): overdue since Fri 26 Feb",
        "The vpn (vpn): overdue since Fri 26 Feb, 2 working days of slack left",
        "The vpn (vpn): overdue since Fri 26 Feb, 1 working day of slack left",
        "The vpn (vpn): overdue since Fri 26 Feb, no slack: go-live moves with it, now to Mon 8 Mar",
    ]


def test_a_new_date_that_passes_is_news() -> None:
    clock = Clockwork(due("2027-02-26"))
    clock.daily("UMIA", MONDAY)
    clock.plan = due("2027-03-02")

    assert clock.mornings("UMIA", at("2027-03-02 00:00"), 2) == [
        ("Tue 02 Mar 09:00", ["The vpn (vpn): due today"]),
        ("Wed 03 Mar 09:00", ["The vpn (vpn): overdue since Tue 2 Mar"]),
    ]


def test_a_message_that_was_dropped_said_nothing_and_one_that_failed_is_not_tried_again() -> None:
    for state, again in (
        (State.DROPPED, True),
        (State.HELD, True),
        (State.FAILED, False),
        (State.PLANNED, False),
    ):
        clock = Clockwork(due("2027-02-26"))
        clock.daily("UMIA", MONDAY)
        clock.rows = [replace(row, state=state) for row in clock.rows]
        assert (clock.daily("UMIA", at("2027-03-02 09:00")) is not None) is again


def test_the_same_day_has_no_second_message_whatever_the_clock_does() -> None:
    clock = Clockwork(due("2027-02-26"))
    clock.daily("UMIA", at("2027-03-01 10:30"))
    clock.plan = due("2027-02-25")

    assert clock.daily("UMIA", at("2027-03-01 15:00")) is None
    assert clock.daily("UMIA", at("2027-03-01 09:30")) is None
    assert clock.daily("UMIA", at("2027-03-02 09:00")) is not None


# When it stops


@pytest.mark.parametrize("status", [Status.DONE, Status.VALIDATED, Status.WAIVED])
def test_when_it_is_done_or_closed_the_owner_is_left_alone(status: Status) -> None:
    assert Clockwork(due("2027-02-26", status=status)).daily("UMIA", MONDAY) is None


def test_a_waiver_that_has_run_out_brings_the_reminders_back() -> None:
    waiver = Waiver(by="siv", why="later", until=date(2027, 2, 28))
    plan = due("2027-02-26", status=Status.WAIVED, waived=waiver)

    assert kinds(Clockwork(plan).daily("UMIA", MONDAY)) == ["overdue"]


def test_a_promise_stops_the_reminders_until_it_has_passed_and_then_is_named() -> None:
    clock = Clockwork(due("2027-02-26"))
    clock.daily("UMIA", MONDAY)
    clock.promise(VPN, "UMIA", "2027-03-03 15:00", "2027-03-01 09:30")

    assert clock.mornings("UMIA", at("2027-03-02 00:00"), 14) == [
        ("Thu 04 Mar 09:00", ["The vpn (vpn): promised by Wed 3 Mar, 15:00, overdue since Fri 26 Feb"])
    ]


def test_what_was_promised_until_a_moment_already_past_is_not_promised() -> None:
    clock = Clockwork(due("2027-02-26"))
    clock.promise(VPN, "UMIA", "2027-02-01 15:00", "2027-02-28 09:30")

    assert kinds(clock.daily("UMIA", MONDAY)) == ["overdue"]


def test_the_promise_of_somebody_else_leaves_it_with_its_owner() -> None:
    clock = Clockwork(due("2027-02-26"))
    clock.promise(VPN, "ULEA", "2027-03-20 15:00", "2027-02-28 09:30")

    assert kinds(clock.daily("UMIA", MONDAY)) == ["overdue"]


def test_a_snooze_is_for_who_pressed_it_and_ends() -> None:
    snooze = Mute(scope="item", key=VPN, until=at("2027-03-03 09:00"), person="UMIA")
    clock = Clockwork(due("2027-02-26"), mutes=[snooze])

    found = nudging.agenda("UMIA", [clock.now(MONDAY)], (), MONDAY)

    assert found is not None
    assert [(line.why, line.until) for line in found.held] == [("muted", at("2027-03-03 09:00"))]
    assert clock.mornings("UMIA", MONDAY, 7) == [
        ("Wed 03 Mar 09:00", ["The vpn (vpn): overdue since Fri 26 Feb"])
    ]


@pytest.mark.parametrize(
    "mute",
    [
        Mute(scope="person", key="UMIA", until=at("2027-03-08 09:00")),
        Mute(scope="project", key="clinic", until=at("2027-03-08 09:00")),
        Mute(scope="project", key="clinic", until=None, person="UMIA"),
        Mute(scope="item", key=VPN, until=None),
    ],
)
def test_who_or_what_is_muted_hears_nothing(mute: Mute) -> None:
    assert Clockwork(due("2027-02-26"), mutes=[mute]).daily("UMIA", MONDAY) is None


def test_the_mute_of_another_person_or_thing_mutes_nothing() -> None:
    mutes = [
        Mute(scope="person", key="ULEA"),
        Mute(scope="item", key=VPN, person="ULEA"),
        Mute(scope="item", key="other/item/vpn"),
        Mute(scope="project", key="clinic", until=MONDAY),
    ]

    assert Clockwork(due("2027-02-26"), mutes=mutes).daily("UMIA", MONDAY) is not None


def test_a_project_may_have_no_reminders() -> None:
    plan = due("2027-02-26")
    off = replace(plan, project=replace(plan.project, policies={"reminders": {"off": True}}))

    assert Clockwork(off).daily("UMIA", MONDAY) is None


# Newly theirs, handed over, to confirm


def given(actor: str, moment: str) -> Any:
    return event(actor, at(moment), "item", "vpn", field="owner", before="lea", after="mia")


def test_what_somebody_was_given_is_told_once() -> None:
    clock = Clockwork(due(None), events=[given("ULEA", "2027-02-27 20:00")])

    assert clock.mornings("UMIA", MONDAY, 7) == [
        ("Mon 01 Mar 09:00", ["The vpn (vpn): yours since Sat 27 Feb, from Lea Moe"])
    ]


def test_what_somebody_took_themselves_is_not_told() -> None:
    assert Clockwork(due(None), events=[given("UMIA", "2027-02-27 20:00")]).daily("UMIA", MONDAY) is None


def test_what_a_file_brought_in_is_newly_theirs_too() -> None:
    loaded = event(
        "file:clinic.yaml",
        at("2027-02-27 20:00"),
        "item",
        "vpn",
        field="",
        after={"owner": "mia", "key": "vpn"},
    )

    assert kinds(Clockwork(due(None), events=[loaded]).daily("UMIA", MONDAY)) == ["yours"]


def test_what_changes_hands_after_the_morning_is_told_the_next_morning() -> None:
    clock = Clockwork(due(None), events=[given("ULEA", "2027-03-01 13:00")])

    assert clock.mornings("UMIA", at("2027-03-01 13:00"), 3) == [
        ("Tue 02 Mar 09:00", ["The vpn (vpn): yours since Mon 1 Mar, from Lea Moe"])
    ]


def test_what_came_with_a_date_that_has_passed_is_one_line_and_is_not_told_twice() -> None:
    clock = Clockwork(due("2027-02-26"), events=[given("ULEA", "2027-02-27 20:00")])

    assert texts(clock.daily("UMIA", MONDAY)) == ["The vpn (vpn): overdue since Fri 26 Feb"]
    assert clock.mornings("UMIA", at("2027-03-02 00:00"), 5) == []


def test_what_is_handed_over_stays_with_its_owner_until_it_is_accepted_and_both_know() -> None:
    offer = Handover(subject=VPN, to="ULEA", by="UMIA", at=at("2027-02-27 12:00"))
    clock = Clockwork(due("2027-02-26"), handovers=[offer])

    assert texts(clock.daily("UMIA", MONDAY)) == [
        "The vpn (vpn): overdue since Fri 26 Feb, Lea Moe was asked to take it"
    ]
    assert texts(clock.daily("ULEA", MONDAY)) == ["The vpn (vpn): Mia Moe asks you to take it"]
    assert clock.daily("ULEA", at("2027-03-02 09:00")) is None


def test_whoever_confirms_is_told_what_waits_for_them() -> None:
    plan = due("2027-02-20", status=Status.DONE, done_on=date(2027, 2, 25), evidence="a photo")

    assert texts(Clockwork(plan).daily("UTOM", MONDAY)) == [
        "The vpn (vpn): done since Thu 25 Feb, waits for your confirmation"
    ]
    bare = due(None, status=Status.DONE)
    assert texts(Clockwork(bare).daily("UTOM", MONDAY)) == [
        "The vpn (vpn): done, without evidence, waits for your confirmation"
    ]


@pytest.mark.parametrize(
    ("validator", "owner", "asked"),
    [
        ("tom", "mia", ["UTOM"]),
        ("Tester", "mia", ["UKAI"]),  # any of them may, and one is asked
        ("tester", "ola", ["UKAI"]),
        ("ola", "ola", ["UKAI"]),
        (None, "mia", ["ULEA"]),
        (None, "lea", []),
        ("nobody has this role", "mia", ["ULEA"]),
    ],
)
def test_who_is_to_confirm(validator: str | None, owner: str, asked: list[str]) -> None:
    people = (*PEOPLE, person("kai", role="Tester"), person("ola", role="tester"))
    vpn = gate("vpn", status=Status.DONE, validator=validator, owner=owner)
    clock = Clockwork(clinic([vpn], people=people))

    assert [
        p.slack for p in sorted(people, key=lambda p: p.key) if clock.daily(p.slack or "", MONDAY)
    ] == asked


# Who just acted


def test_nobody_is_told_of_what_they_did_themselves_just_now() -> None:
    moved = event("UMIA", at("2027-03-01 08:30"), "item", "vpn", field="due", after="2027-03-01")
    clock = Clockwork(due("2027-03-01"), events=[moved])

    found = nudging.agenda("UMIA", [clock.now(MONDAY)], (), MONDAY)

    assert found is not None
    assert [(line.kind, line.why) for line in found.held] == [("due", "just acted")]
    assert clock.daily("UMIA", MONDAY) is None
    assert kinds(clock.daily("UMIA", at("2027-03-02 09:00"))) == ["overdue"]


def test_what_they_did_days_ago_or_another_did_now_keeps_nothing_back() -> None:
    for actor, when in (("UMIA", "2027-02-26 16:00"), ("ULEA", "2027-03-01 08:30")):
        moved = event(actor, at(when), "item", "vpn", field="due", after="2027-03-01")
        assert Clockwork(due(), events=[moved]).daily("UMIA", MONDAY) is not None


def test_loading_a_file_is_no_act_on_each_thing_in_it() -> None:
    loaded = replace(
        event("UMIA", at("2027-03-01 08:30"), "item", "vpn", field="", after={"owner": "mia"}), act="load"
    )

    assert kinds(Clockwork(due("2027-02-26"), events=[loaded]).daily("UMIA", MONDAY)) == ["overdue"]


# Away, and gone


def test_while_somebody_is_away_their_deputy_reads_it_and_they_do_not() -> None:
    mia = replace(MIA, away=away("2027-03-01", "2027-03-05"), deputy="lea")
    clock = Clockwork(without(due("2027-02-26"), mia=mia))

    assert clock.daily("UMIA", MONDAY) is None
    assert texts(clock.daily("ULEA", MONDAY)) == [
        "The vpn (vpn): overdue since Fri 26 Feb, for Mia Moe, who is away"
    ]
    assert kinds(clock.daily("UMIA", at("2027-03-08 09:00"))) == ["overdue"]


def test_while_both_are_away_it_waits_for_the_first_who_is_back() -> None:
    mia = replace(MIA, away=away("2027-03-01", "2027-03-05"), deputy="ola")
    ola = replace(person("ola"), away=away("2027-03-01", "2027-03-02"))
    plan = replace(due("2027-02-26"), people=(*PEOPLE, ola))
    clock = Clockwork(without(plan, mia=mia))

    assert clock.daily("UOLA", MONDAY) is None
    found = nudging.agenda("UOLA", [clock.now(MONDAY)], (), MONDAY)
    assert found is not None
    assert found.why == "away"
    assert clock.daily("UOLA", at("2027-03-03 09:00")) is not None


@pytest.mark.parametrize("slack", ["UMIA", None])
def test_the_lead_is_told_once_that_nobody_has_what_belongs_to_somebody_who_is_gone(
    slack: str | None,
) -> None:
    plan = without(due("2027-03-20"), mia=replace(MIA, slack=slack))
    clock = Clockwork(plan, unreachable={"UMIA": "is deactivated"})
    why = "is deactivated" if slack else "is not in Slack, as far as I know"

    said = clock.mornings("ULEA", MONDAY, 5)

    assert said == [("Mon 01 Mar 09:00", [f"Mia Moe (mia): {why}: nobody has vpn"])]
    assert clock.daily("UMIA", MONDAY) is None


def test_when_more_is_with_somebody_who_is_gone_the_lead_is_told_again() -> None:
    clock = Clockwork(due("2027-03-20"), unreachable={"UMIA": "is deactivated"})
    clock.daily("ULEA", MONDAY)
    clock.plan = replace(clock.plan, blockers=(blocker(1, "build", owner="mia"),))

    assert texts(clock.daily("ULEA", at("2027-03-02 09:00"))) == [
        "Mia Moe (mia): is deactivated: nobody has vpn, B1"
    ]


def test_while_the_lead_is_away_their_deputy_is_told_what_nobody_has() -> None:
    lea = replace(LEA, away=away("2027-03-01", "2027-03-05"), deputy="gro")
    clock = Clockwork(without(due("2027-03-20"), lea=lea), unreachable={"UMIA": "is deactivated"})

    assert "UGRO" in nudging.people(clock.now(MONDAY))
    assert "nobody" in kinds(clock.daily("UGRO", MONDAY))


def test_somebody_in_no_project_has_no_morning() -> None:
    clock = Clockwork(due())

    assert nudging.agenda("UNOBODY", [clock.now(MONDAY)], (), MONDAY) is None
    assert nudging.agenda("UMIA", [], (), MONDAY) is None


# Several projects, and the budget


def elsewhere(plan: Plan, **project: Any) -> Plan:
    return replace(plan, project=replace(plan.project, key="lab", name="The lab", **project))


def both(one: Plan, other: Plan, moment: datetime, said: Sequence[Said] = ()) -> Daily | None:
    return nudging.daily("UMIA", [Clockwork(one).now(moment), Clockwork(other).now(moment)], said, moment)


def test_two_projects_of_one_person_are_one_message() -> None:
    found = both(due("2027-02-26"), elsewhere(due("2027-02-26")), MONDAY)

    assert found is not None
    assert [(line.project, line.key) for line in found.lines] == [("clinic", "vpn"), ("lab", "vpn")]
    assert (
        both(due("2027-02-26"), elsewhere(due("2027-02-26")), at("2027-03-02 09:00"), said_in(found)) is None
    )


def test_where_one_project_begins_later_its_news_come_in_the_same_message() -> None:
    late = elsewhere(due("2027-02-26"), policies={"hours": "11:00-19:00"})

    assert both(due("2027-02-26"), late, MONDAY) is None
    found = both(due("2027-02-26"), late, at("2027-03-01 11:00"))
    assert found is not None
    assert len(found.lines) == 2


def test_a_holiday_of_one_project_keeps_nothing_of_the_other_back() -> None:
    found = both(due("2027-02-26"), elsewhere(due("2027-02-26"), holidays=(date(2027, 3, 1),)), MONDAY)

    assert found is not None
    assert [line.project for line in found.lines] == ["clinic"]


def test_an_escalation_that_is_due_comes_with_the_message() -> None:
    plan = loose(vpn={"due": date(2027, 2, 26)})
    clock = Clockwork(plan)
    rungs = clock.now(MONDAY), clock.climb(MONDAY).due
    clock.rows.clear()

    found = clock.daily("UMIA", MONDAY, rungs[1])

    assert found is not None
    assert (len(found.lines), [rung.blocker for rung in found.rungs]) == (1, ["B1"])
    assert all(row.day == date(2027, 3, 1) for row in clock.rows)


def test_when_the_budget_is_used_up_an_escalation_waits_for_the_next_morning() -> None:
    clock = Clockwork(loose(vpn={"due": date(2027, 2, 26)}))
    clock.daily("UMIA", MONDAY)
    noon = at("2027-03-01 12:00")
    rung = clock.climb(noon).due[0]
    rows = clock.rows[:1]

    assert nudging.fits_budget(rung, [clock.now(noon)], rows, noon) == "budget"
    morning = at("2027-03-02 09:00")
    assert nudging.fits_budget(rung, [clock.now(morning)], rows, morning) is None


def test_an_escalation_of_the_critical_path_needs_no_budget_and_uses_none() -> None:
    clock = Clockwork(tight(vpn={"due": date(2027, 2, 26)}))
    found = clock.climb(MONDAY).due[0]

    assert found.critical
    assert clock.daily("UMIA", MONDAY) is not None
    assert nudging.fits_budget(found, [clock.now(MONDAY)], clock.rows, MONDAY) is None


def test_a_larger_budget_allows_as_many_messages_and_none_allows_no_message() -> None:
    plan = loose(vpn={"due": date(2027, 2, 26)}, policies={"budget": 2})
    clock = Clockwork(plan)
    rung = clock.climb(at("2027-03-01 08:00")).held[0]
    clock.daily("UMIA", MONDAY)
    noon = at("2027-03-01 12:00")
    assert nudging.fits_budget(rung, [clock.now(noon)], clock.rows, noon) is None

    clock.climb(noon)
    assert nudging.fits_budget(rung, [clock.now(noon)], clock.rows, noon) == "budget"
    quiet = Clockwork(loose(vpn={"due": date(2027, 2, 26)}, policies={"budget": 0}))
    assert quiet.daily("UMIA", MONDAY) is None


def test_several_escalations_at_once_are_one_message() -> None:
    plan = loose(blocker(1, "vpn"), blocker(2, "vpn"), policies={"budget": 2})
    clock = Clockwork(plan)
    rungs = clock.climb(MONDAY).due

    assert len(rungs) == 2
    later = MONDAY + timedelta(hours=1)
    assert nudging.fits_budget(rungs[0], [clock.now(later)], clock.rows, later) is None


# What is planned and sent later


def test_lines_that_are_no_longer_true_when_the_message_is_sent_are_left_out() -> None:
    clock = Clockwork(clinic([gate("vpn", due=date(2027, 2, 26)), gate("desk", due=date(2027, 2, 26))]))
    planned = clock.daily("UMIA", MONDAY)
    assert planned is not None
    later = MONDAY + timedelta(minutes=10)
    done = tuple(replace(i, status=Status.DONE) if i.key == "desk" else i for i in clock.plan.items)
    clock.plan = replace(clock.plan, items=done)

    still = nudging.sayable("UMIA", clock.now(later))

    assert [line.subject in still for line in planned.lines] == [line.key == "vpn" for line in planned.lines]
    assert nudging.sayable("UMIA", clock.now(at("2027-03-01 20:00"))) == {}


# When to look again


def test_a_project_is_looked_at_again_on_the_next_morning_that_matters() -> None:
    clock = Clockwork(due("2027-03-10"))
    clock.plan = without(clock.plan, "lea")
    assert nudging.next_moment(clock.now(at("2027-03-01 08:00"))) == at("2027-03-10 09:00")

    clock.plan = due("2027-03-07")  # a Sunday
    clock.plan = without(clock.plan, "lea")
    assert nudging.next_moment(clock.now(at("2027-03-01 08:00"))) == at("2027-03-05 09:00")
    assert nudging.next_moment(clock.now(at("2027-03-05 09:00"))) == at("2027-03-08 09:00")


def test_a_promise_that_passes_and_a_rung_that_is_due_are_looked_for() -> None:
    clock = Clockwork(without(due(None), "lea"))
    clock.promise(VPN, "UMIA", "2027-03-09 15:00", "2027-03-01 08:00")
    assert nudging.next_moment(clock.now(MONDAY)) == at("2027-03-09 09:00")

    climbing = Clockwork(without(tight(), "lea"))
    found = climbing.climb(MONDAY)
    assert nudging.next_moment(climbing.now(MONDAY), found) == at("2027-03-01 13:00")


def test_what_waits_because_the_budget_is_used_up_is_looked_for_the_next_morning() -> None:
    s = Clockwork(due(None)).now(at("2027-03-05 12:00"))

    assert nudging.next_moment(s, waiting=["UMIA"]) == at("2027-03-08 09:00")


def test_a_project_with_nothing_to_say_is_never_looked_at() -> None:
    assert nudging.next_moment(Clockwork(due(None)).now(MONDAY)) is None
    assert (
        nudging.next_moment(Clockwork(without(due(), mia=replace(MIA, slack=None))).now(MONDAY)) is not None
    )
    plan = due()
    off = replace(plan, project=replace(plan.project, policies={"reminders": {"off": True}}))
    assert nudging.next_moment(Clockwork(off).now(MONDAY)) is None


def test_waking_only_at_those_moments_says_what_looking_every_hour_says() -> None:
    def plan() -> Plan:
        items = [
            gate("a", due=date(2027, 3, 2)),
            gate("b", due=date(2027, 3, 7), owner="lea"),
            gate("c", "a", due=date(2027, 3, 12), owner="tom"),
            gate("d", status=Status.DONE, validator="gro"),
            gate("e", remaining_days=20, due=date(2027, 4, 20)),
        ]
        return clinic(items, [blocker(1, "c")])

    hourly, woken = Clockwork(plan()), Clockwork(plan())
    for hour in range(21 * 24):
        _look(hourly, MONDAY + timedelta(hours=hour))
    moment: datetime | None = MONDAY
    while moment is not None and moment < MONDAY + timedelta(days=21):
        moment = _look(woken, moment)

    assert {_without_time(row) for row in woken.rows} == {_without_time(row) for row in hourly.rows}


def _look(clock: Clockwork, moment: datetime) -> datetime | None:
    climb = clock.climb(moment)
    for each in PEOPLE:
        clock.daily(each.slack or "", moment)
    return nudging.next_moment(clock.now(moment), climb)


def _without_time(row: Said) -> tuple[str, str, str, str]:
    return row.person, row.kind, row.subject, row.fingerprint


def test_nothing_is_computed_of_a_project_in_which_nothing_is_due() -> None:
    clock = Clockwork(due("2027-05-01"))
    s = clock.now(MONDAY)

    assert nudging.daily("UMIA", [s], (), MONDAY) is None
    assert nudging.next_moment(s) == at("2027-04-30 09:00")
    assert "timing" not in vars(s.assessment)


def test_fingerprints_come_back_as_the_facts_they_were_made_of() -> None:
    facts = {"overdue": "2027-02-26", "gates": "00002", "near": "3"}

    assert ledger.facts(ledger.fingerprint(facts)) == facts
    assert ledger.news(facts, ["overdue=2027-02-26;near=3;gates=00003"]) == frozenset()
    assert ledger.news(facts, ["overdue=2027-02-25", "near=2"]) == {"overdue", "gates", "near"}

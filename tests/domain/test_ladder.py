"""How a blocker climbs: whom it is put to, after how long, and when it stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

import pytest

from bot.domain.causes import cases
from bot.domain.plan import Away, Person, Plan, Status
from bot.domain.reminders import ladder
from bot.domain.reminders.ledger import Mute, State
from tests.domain.clockwork import (
    MIA,
    PEOPLE,
    TOM,
    Clockwork,
    at,
    blocker,
    clinic,
    event,
    gate,
    loose,
    person,
    tight,
    without,
)

T = TypeVar("T")

# Monday 1 March 2027
MONDAY = at("2027-03-01 09:00")
MONTH = at("2027-04-01 09:00")
B1 = "clinic/blocker/B1"
FREE: dict[str, Any] = {"policies": {"outside": "free"}}


def away(key: str, first: str, last: str, **fields: Any) -> Person:
    here = next(p for p in PEOPLE if p.key == key)
    return replace(
        here, away=(Away(start=date.fromisoformat(first), end=date.fromisoformat(last)),), **fields
    )


def only(found: tuple[T, ...]) -> T:
    assert len(found) == 1, found
    return found[0]


# How it climbs


def test_a_blocker_without_slack_climbs_after_four_hours_and_one_and_two_working_days() -> None:
    assert Clockwork(tight(**FREE)).climbs(MONDAY, MONTH) == [
        ("Mon 01 Mar 09:00", "mia"),
        ("Mon 01 Mar 13:00", "tom"),
        ("Tue 02 Mar 13:00", "lea"),
        ("Thu 04 Mar 13:00", "siv"),
    ]


def test_a_blocker_on_another_gate_climbs_after_one_two_and_four_working_days() -> None:
    assert Clockwork(loose(**FREE)).climbs(MONDAY, MONTH) == [
        ("Mon 01 Mar 09:00", "mia"),
        ("Tue 02 Mar 09:00", "tom"),
        ("Thu 04 Mar 09:00", "lea"),
        ("Wed 10 Mar 09:00", "siv"),
    ]


def test_a_blocker_on_what_is_no_gate_and_has_slack_is_only_for_the_digest() -> None:
    plan = clinic(
        [gate("poster", gate=False), gate("build", remaining_days=9)], [blocker(1, "poster")], **FREE
    )

    assert Clockwork(plan).climbs(MONDAY, MONTH) == []


def test_a_blocker_on_the_project_as_a_whole_climbs_like_a_gates() -> None:
    plan = loose(blocker(1, None, owner="mia"), **FREE)

    assert Clockwork(plan).climbs(MONDAY, at("2027-03-03 09:00")) == [
        ("Mon 01 Mar 09:00", "mia"),
        ("Tue 02 Mar 09:00", "tom"),
    ]


def test_a_blocker_on_go_live_itself_is_critical() -> None:
    plan = clinic([gate("vpn")], [blocker(1, "opening")], **FREE)

    assert [case.critical for case in cases(plan, Clockwork(plan).now(MONDAY).assessment)] == [True]


def test_the_project_may_have_waits_of_its_own() -> None:
    plan = tight(policies={"outside": "free", "ladder": {"critical": ["1h", "2h", "30m"]}})

    assert [when for when, _ in Clockwork(plan).climbs(MONDAY, MONTH)] == [
        "Mon 01 Mar 09:00",
        "Mon 01 Mar 10:00",
        "Mon 01 Mar 12:00",
        "Mon 01 Mar 12:30",
    ]


def test_the_first_rung_speaks_at_once() -> None:
    found = Clockwork(tight()).climb(at("2027-03-03 11:17"))

    rung = only(found.due)
    assert (rung.number, rung.person, rung.user, rung.critical) == (1, "mia", "UMIA", True)
    assert found.next == at("2027-03-03 15:17")


def test_the_first_rung_waits_for_the_working_hours_of_whoever_is_asked() -> None:
    kolkata = replace(MIA, tz="Asia/Kolkata")
    found = Clockwork(without(tight(), mia=kolkata)).climb(at("2027-03-03 15:00"))

    assert found.due == ()
    held = only(found.held)
    assert (held.user, held.why) == ("UMIA", "night")
    assert held.at == found.next == at("2027-03-04 04:30")  # 09:00 there


def test_who_chases_it_is_named_before_who_owns_the_item() -> None:
    plan = tight(blocker(1, "vpn", owner="lea"))

    assert only(Clockwork(plan).climb(MONDAY).due).user == "ULEA"


# Time


@pytest.mark.parametrize(
    ("raised", "climbs"),
    [
        ("2027-03-05 16:30", "Mon 08 Mar 12:30"),  # over a weekend
        ("2027-03-26 16:30", "Mon 29 Mar 12:30"),  # on which clocks go forward
        ("2027-10-29 16:30", "Mon 01 Nov 12:30"),  # and back
        ("2027-04-02 16:30", "Wed 07 Apr 12:30"),  # and a holiday, and a day away
    ],
)
def test_four_working_hours_from_friday_half_past_four_end_when_they_are_over(
    raised: str, climbs: str
) -> None:
    plan = tight(holidays=(date(2027, 4, 5),), **FREE)
    mia = away("mia", "2027-04-06", "2027-04-06")
    clock = Clockwork(without(plan, mia=mia))

    assert clock.climbs(at(raised), at("2027-12-01 09:00"))[:2][1] == (climbs, "tom")


def test_the_wait_is_counted_in_the_hours_of_whoever_was_asked_last() -> None:
    kolkata = replace(MIA, tz="Asia/Kolkata")
    clock = Clockwork(without(tight(**FREE), mia=kolkata))

    # Asked at 11:30 in Kolkata, her four hours are over at 15:30: 11:00 in Rome.
    assert clock.climbs(at("2027-03-03 07:00"), at("2027-03-03 18:00")) == [
        ("Wed 03 Mar 07:00", "mia"),
        ("Wed 03 Mar 11:00", "tom"),
    ]


def test_a_clock_that_is_set_back_asks_nobody_again() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)

    back = clock.climb(MONDAY - timedelta(hours=1))

    assert back.due == back.held == ()
    assert back.next == at("2027-03-01 13:00")


def test_after_a_weekend_down_only_the_next_rung_is_due() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(at("2027-03-01 09:00"))

    assert only(clock.climb(at("2027-03-15 10:00")).due).user == "UTOM"
    assert clock.climb(at("2027-03-15 10:00")).due == ()


# Nobody there


def test_somebody_away_is_stood_in_for_by_their_deputy() -> None:
    mia = away("mia", "2027-03-01", "2027-03-05", deputy="ola")
    clock = Clockwork(without(tight(people=(*PEOPLE, person("ola")), **FREE), mia=mia))

    rung = only(clock.climb(MONDAY).due)

    assert (rung.person, rung.user, rung.stands_in) == ("mia", "UOLA", True)


@pytest.mark.parametrize("deputy", [None, "ola", "mia", "nobody"])
def test_a_rung_where_nobody_can_be_reached_is_skipped_and_says_why(deputy: str | None) -> None:
    mia = away("mia", "2027-03-01", "2027-03-05", deputy=deputy)
    ola = replace(person("ola"), away=(Away(start=date(2027, 3, 1), end=date(2027, 3, 2)),), deputy="mia")
    clock = Clockwork(without(tight(people=(*PEOPLE, ola), **FREE), mia=mia))

    found = clock.climb(MONDAY)

    skipped = only(found.skipped)
    assert (skipped.number, skipped.person, skipped.user) == (1, "mia", None)
    assert (skipped.why or "").startswith("Mia Moe is away until Fri 5 Mar, and ")
    rung = only(found.due)
    assert (rung.number, rung.user) == (2, "UTOM")
    assert skipped.why in rung.asked
    assert clock.climb(MONDAY).skipped == ()  # it is in the ledger


def test_a_deputys_deputy_acts_while_both_are_away() -> None:
    mia = away("mia", "2027-03-01", "2027-03-05", deputy="ola")
    ola = replace(person("ola"), away=(Away(start=date(2027, 3, 1), end=date(2027, 3, 2)),), deputy="lea")
    clock = Clockwork(without(tight(people=(*PEOPLE, ola), **FREE), mia=mia))

    assert only(clock.climb(MONDAY).due).user == "ULEA"


def test_whoever_is_back_is_not_asked_again_for_what_their_deputy_was_asked() -> None:
    mia = away("mia", "2027-03-01", "2027-03-01", deputy="ola")
    clock = Clockwork(without(tight(people=(*PEOPLE, person("ola")), **FREE), mia=mia))

    asked = clock.climbs(MONDAY, MONTH)

    assert [who for _, who in asked] == ["ola", "tom", "lea", "siv"]


@pytest.mark.parametrize(
    ("clock", "why"),
    [
        (Clockwork(tight(**FREE), unreachable={"UMIA": "is deactivated"}), "Mia Moe is deactivated"),
        (
            Clockwork(tight(**FREE), unreachable={"UMIA": "is a guest I cannot write to"}),
            "Mia Moe is a guest I cannot write to",
        ),
        (
            Clockwork(without(tight(**FREE), mia=replace(MIA, slack=None))),
            "Mia Moe is not in Slack, as far as I know",
        ),
        (Clockwork(tight(vpn={"owner": None}, **FREE)), "nobody is named for it"),
    ],
)
def test_somebody_who_cannot_be_written_to_is_skipped(clock: Clockwork, why: str) -> None:
    found = clock.climb(MONDAY)

    assert only(found.skipped).why == why
    assert only(found.due).user == "UTOM"


def test_when_nobody_at_all_can_be_reached_it_is_tried_again_the_next_morning() -> None:
    gone = {p.slack or "": "is deactivated" for p in PEOPLE}
    clock = Clockwork(tight(), unreachable=gone)

    found = clock.climb(at("2027-03-05 11:00"))

    assert found.due == ()
    assert [rung.number for rung in found.skipped] == [1, 2, 3, 4]
    assert found.next == at("2027-03-08 09:00")
    clock.unreachable.pop("ULEA")
    assert only(clock.climb(at("2027-03-08 09:00")).due).user == "ULEA"


def test_a_message_that_slack_refuses_for_good_is_not_tried_again() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)
    clock.rows = [replace(row, state=State.FAILED) for row in clock.rows]

    found = clock.climb(MONDAY + timedelta(minutes=1))

    assert only(found.due).user == "UTOM"
    assert only(found.due).asked == ("Mia Moe could not be written to",)


# One person is asked once


def test_one_person_on_several_rungs_is_asked_once() -> None:
    plan = tight(vpn={"owner": "lea"}, **FREE)
    plan = replace(plan, blockers=(blocker(1, "vpn", waiting_on="Lea Moe"),))

    assert Clockwork(plan).climbs(MONDAY, MONTH) == [("Mon 01 Mar 09:00", "lea"), ("Mon 01 Mar 13:00", "siv")]


def test_when_the_one_it_waits_on_was_asked_already_their_lead_is() -> None:
    clock = Clockwork(tight(vpn={"owner": "tom"}, **FREE))

    assert [who for _, who in clock.climbs(MONDAY, MONTH)] == ["tom", "gro", "lea", "siv"]


def test_nobody_is_asked_twice_whoever_they_stand_in_for() -> None:
    lea = away("lea", "2027-03-01", "2027-03-31", deputy="mia")
    clock = Clockwork(without(tight(**FREE), lea=lea))

    assert [who for _, who in clock.climbs(MONDAY, MONTH)] == ["mia", "tom", "siv"]


# On whom it waits


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("Tom Moe", "tom"),
        ("the clinic's network team (Tom Moe)", "tom"),
        ("<@UTOM> and his people", "tom"),
        ("tom", "tom"),
        ("Network lead", "tom"),
        ("a signature by Tom", "tom"),
        ("Clinic legal", "gro"),
        ("the Clinic network people", "tom"),
        ("Clinic", "gro"),
        (None, "lea"),
        ("the scheduling vendor", "lea"),
        ("a delivery", "lea"),
    ],
)
def test_the_words_tell_on_whom_it_waits_or_on_whose_people(words: str | None, who: str) -> None:
    plan = tight(blocker(1, "vpn", waiting_on=words), **FREE)
    asked = Clockwork(plan).climbs(MONDAY, MONTH)

    assert asked[1][1] == who


def test_the_lead_of_people_who_cannot_be_reached_is_asked_for_them() -> None:
    clock = Clockwork(tight(**FREE), unreachable={"UTOM": "is deactivated"})

    assert [who for _, who in clock.climbs(MONDAY, MONTH)] == ["mia", "gro", "lea", "siv"]


# The lead decides about the sponsor and about other companies


def test_people_of_other_companies_and_the_sponsor_are_asked_once_the_lead_says_so() -> None:
    clock = Clockwork(tight())
    assert clock.climbs(MONDAY, at("2027-03-01 14:00")) == [
        ("Mon 01 Mar 09:00", "mia"),
        ("Mon 01 Mar 13:00", "lea, about tom"),
    ]

    clock.press_escalate()

    # Having let tom be asked is not having been asked to see to it.
    assert clock.climbs(at("2027-03-01 14:00"), MONTH) == [
        ("Mon 01 Mar 14:00", "tom"),
        ("Tue 02 Mar 14:00", "lea"),
        ("Thu 04 Mar 14:00", "lea, about siv"),
    ]


def test_without_an_answer_of_the_lead_the_sponsor_is_not_asked_either() -> None:
    asked = Clockwork(tight()).climbs(MONDAY, MONTH)

    assert [who for _, who in asked] == ["mia", "lea, about tom", "lea, about siv"]


def test_whom_the_lead_lets_ask_is_asked_in_their_own_hours() -> None:
    tom = replace(TOM, tz="America/Chicago")
    clock = Clockwork(without(tight(), tom=tom))
    clock.climbs(MONDAY, at("2027-03-01 13:01"))
    clock.press_escalate()

    found = clock.climb(at("2027-03-01 13:30"))

    assert found.due == ()
    assert only(found.held).at == at("2027-03-01 16:00")  # 09:00 in Chicago


def test_somebody_of_another_company_who_is_named_is_asked_through_the_lead_too() -> None:
    clock = Clockwork(tight(blocker(1, "vpn", owner="gro")))

    rung = only(clock.climb(MONDAY).due)

    assert (rung.needs_lead, rung.user, rung.person) == (True, "ULEA", "gro")
    assert rung.decision.startswith("Decide whether Gro Moe (Clinic) is to be asked: press Escalate")


def test_without_a_lead_nobody_of_another_company_is_asked() -> None:
    clock = Clockwork(without(tight(blocker(1, "vpn")), "lea"))

    assert clock.climbs(MONDAY, MONTH) == [("Mon 01 Mar 09:00", "mia")]
    assert {row.why for row in clock.rows if row.rung == 4} == {
        "Siv Moe is asked only when the lead says so, who cannot be asked"
    }


def test_the_company_of_the_project_is_inside_however_it_is_written() -> None:
    tom = replace(TOM, org="nordlys")
    clock = Clockwork(without(tight(), tom=tom))

    assert [who for _, who in clock.climbs(MONDAY, MONTH)] == ["mia", "tom", "lea", "lea, about siv"]


# What stops it


@pytest.mark.parametrize("by", ["UMIA", "UGRO"])
def test_an_acknowledgement_stops_the_climb_until_the_promised_moment_whoever_gave_it(by: str) -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)
    clock.promise(B1, by, "2027-03-04 12:00", "2027-03-01 10:00")

    # One of the four hours had passed; three are left from the promised moment on.
    assert clock.climbs(at("2027-03-01 10:00"), MONTH)[:2] == [
        ("Thu 04 Mar 15:00", "tom"),
        ("Fri 05 Mar 15:00", "lea"),
    ]


def test_a_promise_before_anybody_was_asked_stops_the_first_rung_too() -> None:
    clock = Clockwork(tight(**FREE))
    clock.promise(B1, "UTOM", "2027-03-03 12:00", "2027-03-01 08:00")

    assert clock.climbs(MONDAY, at("2027-03-03 15:00")) == [("Wed 03 Mar 12:00", "mia")]


def test_an_acknowledgement_until_a_moment_that_has_passed_stops_nothing() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)
    clock.promise(B1, "UMIA", "2027-02-01 12:00", "2027-03-01 10:00")

    assert clock.climbs(MONDAY, MONTH)[0] == ("Mon 01 Mar 13:00", "tom")


def test_the_promise_of_somebody_who_is_gone_counts_for_nothing() -> None:
    clock = Clockwork(tight(**FREE), unreachable={"UGRO": "is deactivated"})
    clock.climb(MONDAY)
    clock.promise(B1, "UGRO", "2027-03-20 12:00", "2027-03-01 10:00")

    assert clock.climbs(MONDAY, MONTH)[0] == ("Mon 01 Mar 13:00", "tom")


def test_two_promises_in_a_row_stop_it_for_both() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)
    clock.promise(B1, "UMIA", "2027-03-02 12:00", "2027-03-01 10:00")
    clock.promise(B1, "UMIA", "2027-03-03 12:00", "2027-03-02 11:00")

    assert clock.climbs(at("2027-03-02 11:00"), MONTH)[0] == ("Wed 03 Mar 15:00", "tom")


def test_the_lead_may_escalate_what_somebody_promised() -> None:
    clock = Clockwork(tight())
    clock.climbs(MONDAY, at("2027-03-01 13:01"))
    clock.promise(B1, "UMIA", "2027-03-04 12:00", "2027-03-01 12:00")
    assert clock.climb(at("2027-03-01 14:00")).due == ()

    clock.press_escalate()

    assert only(clock.climb(at("2027-03-01 14:00")).due).user == "UTOM"


@pytest.mark.parametrize("status", ["cleared", "retracted"])
def test_a_blocker_that_is_over_climbs_no_further_and_is_not_said_late(status: str) -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)
    clock.plan = replace(clock.plan, blockers=(replace(blocker(1, "vpn"), status=status),))

    assert clock.climb(at("2027-03-02 13:00")) == ladder.Climb()
    assert ladder.again(clock.now(MONDAY), clock.rows, clock.rows[0]) is None


def test_a_blocker_on_a_closed_item_counts_for_nothing() -> None:
    clock = Clockwork(tight(vpn={"status": Status.VALIDATED}))

    assert clock.climb(MONDAY) == ladder.Climb()


def test_a_project_without_reminders_escalates_nothing() -> None:
    assert Clockwork(tight(policies={"reminders": {"off": True}})).climb(MONDAY) == ladder.Climb()


# Who just acted


def test_whoever_reported_it_is_not_told_of_it_but_has_their_time() -> None:
    clock = Clockwork(
        tight(**FREE), events=[event("UMIA", at("2027-03-01 09:30"), "blocker", "B1", field="")]
    )

    found = clock.climb(at("2027-03-01 09:31"))

    assert (found.due, only(found.skipped).why) == ((), "just acted")
    assert clock.climbs(at("2027-03-01 09:32"), at("2027-03-02 09:00")) == [("Mon 01 Mar 13:30", "tom")]


def test_whoever_reported_it_in_a_file_or_a_message_is_known_without_its_event() -> None:
    ts = f"{at('2027-03-01 09:30').timestamp():.6f}"
    heard = Clockwork(tight(blocker(1, "vpn", raised_by="UMIA", ts=ts, channel="C1"), **FREE))
    loaded = Clockwork(tight(blocker(1, "vpn", raised_by="UMIA", raised=date(2027, 3, 1)), **FREE))

    assert heard.climbs(at("2027-03-01 10:00"), MONTH)[0] == ("Mon 01 Mar 13:30", "tom")
    assert loaded.climbs(at("2027-03-01 10:00"), MONTH)[0] == ("Mon 01 Mar 13:00", "tom")


def test_an_act_of_whoever_was_asked_begins_the_wait_anew() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)
    clock.events.append(event("UMIA", at("2027-03-01 12:00"), "blocker", "B1"))

    assert clock.climbs(MONDAY, MONTH)[0] == ("Mon 01 Mar 16:00", "tom")


def test_an_act_of_somebody_else_begins_nothing_anew() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)
    clock.events.append(event("UGRO", at("2027-03-01 12:00"), "blocker", "B1"))

    assert clock.climbs(MONDAY, MONTH)[0] == ("Mon 01 Mar 13:00", "tom")


def test_whoever_comes_next_and_just_acted_on_it_is_left_alone_for_a_while() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)
    clock.events.append(event("UTOM", at("2027-03-01 12:55"), "blocker", "B1"))

    held = only(clock.climb(at("2027-03-01 13:00")).held)

    assert (held.user, held.why) == ("UTOM", "just acted")
    assert held.at > at("2027-03-01 16:00")


# Mutes


def test_what_is_muted_for_all_is_held_until_the_mute_ends() -> None:
    for scope, key in (("project", "clinic"), ("item", B1), ("item", "clinic/item/vpn")):
        clock = Clockwork(tight(), mutes=[Mute(scope=scope, key=key, until=at("2027-03-10 12:00"))])
        found = clock.climb(MONDAY)

        assert (found.due, only(found.held).why) == ((), "muted")
        assert found.next == at("2027-03-10 12:00")
        assert only(clock.climb(at("2027-03-10 12:00")).due).user == "UMIA"


def test_whoever_wants_quiet_for_long_is_passed_over_and_for_short_is_waited_for() -> None:
    clock = Clockwork(tight(**FREE), mutes=[Mute(scope="person", key="UMIA", until=at("2027-03-08 09:00"))])
    found = clock.climb(MONDAY)
    assert only(found.skipped).why == "Mia Moe wants quiet"
    assert only(found.due).user == "UTOM"

    clock = Clockwork(tight(**FREE), mutes=[Mute(scope="person", key="UMIA", until=at("2027-03-01 11:00"))])
    found = clock.climb(MONDAY)
    assert only(found.held).why == "muted"
    assert clock.climbs(MONDAY, at("2027-03-01 12:00")) == [("Mon 01 Mar 11:00", "mia")]


def test_a_mute_that_has_ended_holds_nothing() -> None:
    clock = Clockwork(tight(), mutes=[Mute(scope="project", key="clinic", until=MONDAY)])

    assert only(clock.climb(MONDAY).due).user == "UMIA"


# What changes on the way


def test_when_the_slack_is_used_up_the_climb_gets_quicker_and_asks_nobody_again() -> None:
    clock = Clockwork(loose(**FREE))
    clock.climbs(MONDAY, at("2027-03-02 10:00"))  # mia, tom
    clock.plan = replace(clock.plan, items=tuple(i for i in clock.plan.items if i.key != "build"))

    # Of the one working day that tom has now, 30 minutes are left.
    assert clock.climbs(at("2027-03-03 08:30"), MONTH) == [
        ("Wed 03 Mar 09:00", "lea"),
        ("Fri 05 Mar 09:00", "siv"),
    ]


def test_when_there_is_more_slack_the_climb_gets_slower() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)
    clock.plan = replace(clock.plan, items=(*clock.plan.items, gate("build", remaining_days=30)))

    assert clock.climbs(at("2027-03-01 12:00"), at("2027-03-03 09:00")) == [("Tue 02 Mar 09:00", "tom")]


def test_somebody_newly_named_is_asked_at_once_and_has_their_time() -> None:
    clock = Clockwork(tight(people=(*PEOPLE, person("ola")), **FREE))
    clock.climbs(MONDAY, at("2027-03-02 14:00"))  # mia, tom, lea
    clock.plan = replace(clock.plan, blockers=(blocker(1, "vpn", owner="ola"),))

    assert clock.climbs(at("2027-03-03 10:00"), MONTH) == [
        ("Wed 03 Mar 10:00", "ola"),
        ("Fri 05 Mar 10:00", "siv"),
    ]


def test_who_takes_it_themselves_is_not_asked_whether_they_have_it() -> None:
    clock = Clockwork(tight(people=(*PEOPLE, person("ola")), **FREE))
    clock.climb(MONDAY)
    clock.plan = replace(clock.plan, blockers=(blocker(1, "vpn", owner="ola"),))
    clock.events.append(event("UOLA", at("2027-03-01 10:00"), "blocker", "B1", field="owner", after="ola"))

    assert clock.climbs(at("2027-03-01 10:01"), at("2027-03-01 17:00")) == [("Mon 01 Mar 13:00", "tom")]


# First causes


def chained(*blockers: int) -> Plan:
    items = [gate("line"), gate("vpn", "line"), gate("feed", "vpn"), gate("desk")]
    keys = {1: "line", 2: "vpn", 3: "feed", 4: "desk"}
    return clinic(items, [blocker(n, keys[n]) for n in blockers], **FREE)


def test_blockers_that_share_one_first_cause_climb_as_that_cause() -> None:
    clock = Clockwork(chained(1, 2, 3))

    found = clock.climb(MONDAY)

    assert only(found.due).blocker == "B1"
    assert "B2 (vpn), B3 (feed) wait behind it" in only(found.due).stake


def test_a_cause_some_items_away_counts() -> None:
    assert [rung.blocker for rung in Clockwork(chained(1, 3)).climb(MONDAY).due] == ["B1"]


def test_blockers_with_causes_of_their_own_climb_side_by_side() -> None:
    assert [rung.blocker for rung in Clockwork(chained(3, 4)).climb(MONDAY).due] == ["B3", "B4"]


def test_when_the_cause_is_cleared_what_waited_behind_it_climbs() -> None:
    clock = Clockwork(chained(1, 3))
    clock.climb(MONDAY)
    clock.plan = replace(clock.plan, blockers=clock.plan.blockers[1:])

    assert only(clock.climb(at("2027-03-01 10:00")).due).blocker == "B3"


def test_a_cause_matters_as_much_as_what_waits_behind_it() -> None:
    errand = gate("errand", gate=False)
    slow = gate("slow", remaining_days=30)
    plan = clinic([errand, gate("vpn", "errand"), slow], [blocker(1, "errand"), blocker(2, "vpn")], **FREE)

    case = only(cases(plan, Clockwork(plan).now(MONDAY).assessment))

    assert (case.blocker.id, case.weight) == ("B1", "gate")


def test_go_live_itself_is_not_behind_every_blocked_gate() -> None:
    plan = clinic([gate("vpn")], [blocker(1, "vpn"), blocker(2, "opening")], **FREE)

    assert len(cases(plan, Clockwork(plan).now(MONDAY).assessment)) == 2


def test_many_blockers_behind_each_other_are_sorted_out_quickly() -> None:
    keys = [f"i{n}" for n in range(3000)]
    items = [gate(key, *keys[max(0, n - 2) : n]) for n, key in enumerate(keys)]
    plan = clinic(items, [blocker(n, key) for n, key in enumerate(keys)], **FREE)

    assert len(cases(plan, Clockwork(plan).now(MONDAY).assessment)) == 1


# What is said


def test_it_says_what_is_wrong_what_is_at_stake_who_was_asked_when_and_what_to_decide() -> None:
    plan = clinic(
        [gate("vpn", remaining_days=2), gate("feed", "vpn"), gate("desk", "feed")],
        [blocker(1, "vpn", expected_clear=date(2027, 2, 26))],
        target_go_live=date(2027, 3, 5),
        **FREE,
    )
    clock = Clockwork(plan)
    clock.climbs(MONDAY, at("2027-03-02 13:00"))

    lea = only(clock.climb(at("2027-03-02 13:00")).due)

    assert lea.headline == "B1 on The vpn (vpn): No way into the vpn"
    assert lea.reason == (
        "open since Mon 1 Mar (1 working day), waits on Tom Moe, should have cleared Fri 26 Feb"
    )
    assert lea.stake == (
        "it has no slack: each day moves go-live, now forecast for Mon 8 Mar; two gates wait on this"
    )
    assert lea.asked == (
        "Mia Moe was asked Mon 1 Mar, 09:00",
        "Tom Moe was asked Mon 1 Mar, 13:00",
    )
    assert lea.decision == "Decide who clears this and by when, or whether Siv Moe has to decide."
    siv = only(clock.climb(at("2027-03-04 13:00")).due)
    assert siv.decision == (
        "Decide: put somebody on it who can clear it, "
        "or accept go-live on Wed 10 Mar or later instead of Fri 5 Mar."
    )


def test_times_are_those_of_whoever_reads_them() -> None:
    clock = Clockwork(without(tight(**FREE), tom=replace(TOM, tz="Asia/Kolkata")))
    clock.climb(MONDAY)

    rung = only(clock.climb(at("2027-03-02 04:30")).due)

    assert rung.asked == ("Mia Moe was asked Mon 1 Mar, 13:30",)


def test_who_could_not_be_asked_is_said_too() -> None:
    clock = Clockwork(tight(blocker(1, "vpn", waiting_on="the moon"), **FREE))
    clock.climb(MONDAY)

    assert only(clock.climb(at("2027-03-01 13:00")).due).asked == (
        "Mia Moe was asked Mon 1 Mar, 09:00",
        "“the moon” is nobody in the project",
    )


def test_a_rung_that_is_sent_late_is_sent_in_the_words_of_then() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)
    clock.plan = replace(clock.plan, blockers=(replace(blocker(1, "vpn"), text="The key is lost"),))

    rung = ladder.again(clock.now(MONDAY + timedelta(hours=1)), clock.rows, clock.rows[0])

    assert rung is not None
    assert rung.headline.endswith("The key is lost")
    assert rung.asked == ()


@pytest.mark.parametrize("change", ["promised", "night", "muted", "another", "deactivated", "off"])
def test_a_rung_that_is_no_longer_true_when_it_is_to_be_sent_is_not_sent(change: str) -> None:
    clock = Clockwork(tight(people=(*PEOPLE, person("ola")), **FREE))
    clock.climb(MONDAY)
    moment = MONDAY + timedelta(minutes=5)
    if change == "promised":
        clock.promise(B1, "UTOM", "2027-03-02 12:00", "2027-03-01 09:01")
    elif change == "night":
        moment = at("2027-03-01 20:00")
    elif change == "muted":
        clock.mutes.append(Mute(scope="person", key="UMIA", until=None))
    elif change == "another":
        clock.plan = replace(clock.plan, blockers=(blocker(1, "vpn", owner="ola"),))
    elif change == "deactivated":
        clock.unreachable["UMIA"] = "is deactivated"
    else:
        off = {"reminders": {"off": True}}
        clock.plan = replace(clock.plan, project=replace(clock.plan.project, policies=off))

    assert ladder.again(clock.now(moment), clock.rows, clock.rows[0]) is None


def test_what_was_dropped_is_planned_again_when_it_can_be_said() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(MONDAY)
    clock.rows = [replace(row, state=State.DROPPED) for row in clock.rows]

    assert only(clock.climb(at("2027-03-02 09:00")).due).user == "UMIA"


def test_the_next_rung_can_be_seen_before_it_is_due() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climb(at("2027-03-05 16:30"))

    ahead = only(clock.climb(at("2027-03-05 16:31")).ahead)

    assert (ahead.user, ahead.number, ahead.at) == ("UTOM", 2, at("2027-03-08 12:30"))


def test_after_the_last_rung_nothing_is_looked_for_any_more() -> None:
    clock = Clockwork(tight(**FREE))
    clock.climbs(MONDAY, MONTH)

    assert clock.climb(MONTH) == ladder.Climb()

"""What looks like trouble in a plan, what does not, what mends it, and in which order is it said?"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain import templates
from bot.domain.plan import Finding, Item, Plan, Status, Waiver
from bot.domain.readiness import assess
from bot.domain.signals import Dismissal, Known, Signal, reply, signals
from tests.domain.checklists import MONDAY, away, belief, blocker, day, gate, person, project, task

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def seen(plan: Plan, known: Known | None = None, today: date = MONDAY, **more: Any) -> tuple[Signal, ...]:
    return signals(plan, assess(plan, today), known, **more)


def kinds(plan: Plan, known: Known | None = None, today: date = MONDAY) -> list[str]:
    return [signal.kind for signal in seen(plan, known, today)]


def one(plan: Plan, kind: str, known: Known | None = None, today: date = MONDAY) -> Signal:
    found = [signal for signal in seen(plan, known, today) if signal.kind == kind]
    assert len(found) == 1, found
    return found[0]


def spread(number: int, **fields: Any) -> list[Item]:
    """So many gates side by side, each with somebody of its own, so that nothing else is wrong."""
    return [gate(f"part-{n}", owner=f"p{n}", validator=f"v{n}", **fields) for n in range(number)]


def staff(number: int) -> list[Any]:
    return [person(f"{letter}{n}", backup="asa") for n in range(number) for letter in "pv"]


# A healthy project is left alone


@pytest.mark.parametrize("size", [1, 3, 5, 10])
def test_a_healthy_small_project_has_no_signal(size: int) -> None:
    items = [gate(f"part-{n}", *([f"part-{n - 1}"] if n else ()), days=2) for n in range(size)]
    bare = templates.shipped()["ehr-fhir-hl7"]
    plan = project(*items)
    known = Known(lacks=templates.lacks(plan, bare))
    assert known.lacks
    assert kinds(plan, known) == []


def test_a_healthy_project_that_is_not_small_has_none_either() -> None:
    assert kinds(project(*spread(20, days=2), people=staff(20))) == []


def test_a_live_project_is_not_watched_any_more() -> None:
    plan = project(
        gate("vpn", owner="asa", validator="asa", status=Status.BLOCKED),
        gate("opening", status=Status.VALIDATED),
        blockers=[blocker(1, "vpn", raised=day(-30))],
    )
    assert kinds(plan) == []


# What is known too little of


def test_the_last_word_on_what_sets_the_date_is_stale_after_three_working_days() -> None:
    def plan(raised: date) -> Plan:
        held = blocker(1, "vpn", raised=raised, expected_clear=day(9), waiting_on="Bo Lund")
        return project(gate("vpn", status=Status.BLOCKED), blockers=[held])

    assert "stale" not in kinds(plan(day(-5)))  # Wednesday: three working days
    found = one(plan(day(-6)), "stale")
    assert found.keys == ("vpn",)
    assert "the last word on it is of Tue 23 Feb, 4 working days ago" in found.reason
    assert found.act == "Ask Bo Lund whether Wed 10 Mar holds: `/golive due B1 DATE`"


def test_a_word_of_somebody_makes_it_fresh_again_but_a_file_does_not() -> None:
    held = blocker(1, "vpn", raised=day(-12), expected_clear=day(9))
    plan = project(gate("vpn", status=Status.BLOCKED), blockers=[held])
    assert "stale" in kinds(plan, Known(touched={("blocker", "B1"): MONDAY}))
    assert "stale" not in kinds(plan, Known(said={("blocker", "B1"): day(-3)}))
    assert "stale" not in kinds(plan, Known(said={("item", "vpn"): day(-3)}))


def test_what_waits_behind_the_first_of_the_chain_is_not_called_stale() -> None:
    held = blocker(1, "vpn", raised=MONDAY, expected_clear=day(9), waiting_on="Bo Lund")
    plan = project(gate("vpn", status=Status.BLOCKED), gate("sso", "vpn"), blockers=[held])
    assert kinds(plan, Known(said={("item", "sso"): day(-30)})) == []


def test_a_done_item_nobody_looks_at_is_stale_and_its_validator_is_asked() -> None:
    plan = project(gate("vpn", status=Status.DONE, done_on=day(-7)))
    assert one(plan, "stale").act == "Ask Bo Lund to look: `/golive validate vpn what you saw`"


def test_a_critical_item_in_somebodys_hands_is_silent_after_five_working_days() -> None:
    plan = project(gate("vpn", status=Status.TODO))

    def known(day_: date) -> Known:
        return Known(touched={("item", "vpn"): day_, ("item", "opening"): day_})

    assert kinds(plan, known(day(-7))) == []  # last Monday: five working days
    found = one(plan, "silent", known(day(-10)))
    assert "Nothing was heard of The vpn is ready (vpn) since Fri 19 Feb, 6 working days ago" in found.reason
    assert "Ask Asa Lund how it stands" in found.act


def test_what_cannot_be_worked_on_yet_or_has_slack_may_be_silent() -> None:
    plan = project(gate("vpn", days=5), gate("sso", "vpn"), gate("app"))
    long_ago = Known(touched={("item", key): day(-40) for key in ("vpn", "sso", "app", "opening")})
    assert [signal.keys for signal in seen(plan, long_ago)] == [("vpn",)]


def test_without_a_log_nothing_is_called_silent() -> None:
    assert kinds(project(gate("vpn"))) == []


def test_waiting_on_a_party_in_which_nobody_is_named_is_told() -> None:
    held = blocker(1, "vpn", waiting_on="Kestrel Hosting", raised=day(-3), expected_clear=day(4))
    plan = project(gate("vpn", status=Status.BLOCKED), blockers=[held])
    found = one(plan, "no_contact")
    assert "(vpn) waits on Kestrel Hosting (B1), and nobody there is named" in found.reason
    assert "Ask Bo Lund who it is there" in found.act
    known_there = replace(plan, people=(*plan.people, person("kim", org="Kestrel Hosting")))
    assert "no_contact" not in kinds(known_there)


@pytest.mark.parametrize("waiting_on", ["Bo Lund", "vpn and sso items", None])
def test_waiting_on_somebody_who_is_named_or_on_our_own_items_is_not(waiting_on: str | None) -> None:
    held = blocker(1, "vpn", waiting_on=waiting_on, raised=MONDAY, expected_clear=day(4))
    plan = project(gate("vpn", status=Status.BLOCKED), gate("sso"), blockers=[held])
    assert "no_contact" not in kinds(plan)


def test_a_stranger_is_waited_on_a_while_before_it_is_told_unless_there_is_no_slack() -> None:
    def plan(raised: date, days: int) -> Plan:
        held = blocker(1, "vpn", waiting_on="Kestrel Hosting", raised=raised, expected_clear=day(1))
        return project(gate("vpn", status=Status.BLOCKED), gate("sso", days=days), blockers=[held])

    assert "no_contact" not in kinds(plan(MONDAY, 20))
    assert "no_contact" in kinds(plan(day(-7), 20))
    assert "no_contact" in kinds(plan(MONDAY, 1))


def test_an_item_of_another_organisation_that_nobody_has_there_is_told() -> None:
    people = [person("asa", org="vendor"), person("bo", org="Clinic"), *staff(12)]
    given = gate("list", owner=None, validator="bo")
    taken = gate("load", "list", owner="asa", validator="bo")
    found = one(project(given, taken, *spread(12), people=people), "no_contact")
    assert "is Clinic's to give and Asa Lund waits for it (load), but nobody there has it" in found.reason
    assert found.act == "Ask Bo Lund who does it: `/golive own list @person`"


# What cannot be as it is said


def test_due_dates_that_cannot_be_met_are_one_signal_with_the_worst_named() -> None:
    plan = project(gate("vpn", days=4, due=day(1)), gate("sso", "vpn", due=day(2)), gate("app", due=day(9)))
    found = one(plan, "due_impossible")
    assert found.keys == ("vpn", "sso")
    assert "2 due dates can no longer be met, worst The vpn is ready (vpn): due Tue 2 Mar" in found.reason
    assert found.act == "Say the day that can be: `/golive due vpn 4 Mar`, then the others"


def test_the_date_of_go_live_itself_is_the_verdicts_to_say() -> None:
    plan = project(gate("vpn", days=9, due=day(30)), gate("opening", "vpn", due=day(2)))
    assert "due_impossible" not in kinds(plan)


def test_contradictions_are_told_with_the_act_that_settles_them() -> None:
    plan = project(
        gate("a", owner="asa", validator="asa"),
        gate("b", status=Status.TODO),
        gate("c", "d", status=Status.DONE),
        gate("d", due=day(50)),
        gate("e", "d", due=day(49)),
        blockers=[blocker(1, "b", waiting_on="Bo Lund")],
    )
    acts = {signal.kind: signal.act for signal in seen(plan)}
    assert acts["owner_is_validator"] == "Name somebody else: `/golive validator a @person`"
    assert "`/golive unblock b`" in acts["open_blocker_not_blocked"]
    assert "`/golive reopen c why`" in acts["done_before_dependency"]
    assert acts["due_before_dependency"] == "Put it behind: `/golive due e 20 Apr` or later"


def test_a_contradiction_among_closed_items_matters_no_more() -> None:
    plan = project(gate("a", owner="asa", validator="asa", status=Status.VALIDATED), gate("b"))
    assert kinds(plan) == []


def test_a_few_unlinked_gates_stand_out_but_a_list_without_arrows_does_not() -> None:
    many = [gate(f"l{n}") for n in range(3)]
    plan = project(*many, gate("stray"), gate("opening", *(item.key for item in many)))
    assert one(plan, "unlinked").keys == ("stray",)
    few = project(*many[:2], gate("stray"), gate("opening", "l0", "l1"))
    assert kinds(few) == []
    assert kinds(project(gate("a"), gate("b"), gate("c"), gate("d"), gate("opening"))) == []


def test_a_waiver_that_ends_before_go_live_is_told_and_one_that_lasts_is_not() -> None:
    def plan(until: date | None) -> Plan:
        waiver = Waiver(by="bo", why="later", until=until)
        return project(gate("vpn", status=Status.WAIVED, waived=waiver), gate("sso", days=5))

    assert "ends Thu 4 Mar, before go-live on Mon 8 Mar" in one(plan(day(3)), "waiver_ending").reason
    assert kinds(plan(day(7))) == []
    assert kinds(plan(None)) == []


def test_an_open_assumption_under_a_validated_gate_is_told_until_somebody_finds_out() -> None:
    def plan(**fields: Any) -> Plan:
        belief_ = belief(1, "map", owner="bo", **fields)
        return project(gate("map", status=Status.VALIDATED), gate("feed", "map"), beliefs=[belief_])

    found = one(plan(), "belief_under_validated")
    assert "A1 (“The map needs no licence”) is not verified, and map, already validated, rests on it" in (
        found.reason
    )
    assert found.act == "Ask Bo Lund to find out: `/golive verify A1 what shows it`"
    assert kinds(plan(verified=True)) == []
    assert kinds(plan(finding=Finding(true=False, by="bo", at=NOON))) == []
    assert kinds(project(gate("map"), beliefs=[belief(1, "map", owner="bo")])) == []


# What hangs on too few people


def test_two_critical_items_of_one_person_without_a_backup_are_told() -> None:
    def plan(number: int, **fields: Any) -> Plan:
        cy = person("cy", **fields)
        chain = [
            gate(f"c{n}", *([f"c{n - 1}"] if n else ()), days=9, owner="cy" if n < number else f"p{n}")
            for n in range(3)
        ]
        return project(*chain, *spread(12), people=[cy, *staff(12)])

    assert kinds(plan(1)) == []
    found = one(plan(2), "no_backup")
    assert "Cy Lund has 2 items without slack (c0, c1), and nobody is named who could take over" in (
        found.reason
    )
    assert kinds(plan(2, backup="bo")) == []
    assert kinds(plan(2, deputy="bo")) == []


def test_four_gates_at_once_are_too_many_and_three_are_not() -> None:
    def plan(number: int) -> Plan:
        theirs = [gate(f"c{n}", owner="cy", validator=f"v{n}", days=3) for n in range(number)]
        return project(*theirs, *spread(12), people=[person("cy", backup="bo"), *staff(12)])

    assert kinds(plan(3)) == []
    assert "Cy Lund would have to do 4 gates at once" in one(plan(4), "overloaded").reason


def test_one_person_who_confirms_a_quarter_and_at_least_six_gates_is_told() -> None:
    def plan(theirs: int, others: int) -> Plan:
        confirmed = [gate(f"c{n}", owner=f"p{n}", validator="cy") for n in range(theirs)]
        people = [person("cy", backup="bo"), *staff(max(theirs, others))]
        return project(*confirmed, *spread(others), people=people)

    assert kinds(plan(5, 15)) == []
    assert kinds(plan(6, 19)) == []
    assert "Cy Lund is to confirm 6 of 24 open gates" in one(plan(6, 18), "overloaded").reason


def test_a_role_that_nobody_has_is_told_with_what_depends_on_it() -> None:
    plan = project(gate("vpn", validator="Network lead"), gate("sso", validator="bo role"), task("x"))
    found = one(plan, "vacant_role")
    assert found.reason == "Nobody has the role “Network lead”, on which vpn depends"
    assert found.act == "Name somebody: `/golive role Network lead @person`"
    roles = [gate(f"g{n}", owner=None, owner_role=f"Role {n}") for n in range(4)]
    assert "4 roles are nobody's" in one(project(*roles), "vacant_role").reason


def test_an_area_that_the_nearest_template_has_is_missed_in_a_plan_of_some_size() -> None:
    template = templates.shipped()["ehr-fhir-hl7"]
    plan = project(*spread(12), people=staff(12))
    found = seen(plan, Known(lacks=templates.lacks(plan, template)))
    assert {signal.kind for signal in found} == {"missing"}
    rollback = next(signal for signal in found if "rollback plan" in signal.reason)
    assert rollback.reason == "There is no rollback plan: without it there is no way back on the day"
    assert rollback.act.startswith('Put it on the list: `/golive add "')
    small = project(*spread(5), people=staff(5))
    assert kinds(small, Known(lacks=templates.lacks(small, template))) == []


# Order, number, and what is put away


def test_what_hangs_more_on_comes_first_and_one_kind_does_not_fill_the_screen() -> None:
    roles = [gate(f"g{n}", validator=f"Role {n}") for n in range(3)]
    late = gate("vpn", days=5, due=day(1))
    found = seen(project(*roles, late))
    assert [signal.kind for signal in found][:2] == ["due_impossible", "vacant_role"]
    weights = [signal.weight for signal in found if signal.kind == "vacant_role"]
    assert weights[0] > weights[1] > weights[2]


def test_at_most_five_are_shown_and_the_rest_is_counted() -> None:
    items = [gate(f"g{n}", owner="asa", validator="asa") for n in range(8)]
    plan = project(*items)
    a = assess(plan, MONDAY)
    found = signals(plan, a)
    text = reply(plan, a, found, NOON).answer.text
    assert text.startswith("Patient portal: 8 signals")
    assert "5. " in text
    assert "6. " not in text
    assert text.endswith("And 3 more: `/golive signals all`.")
    assert "8. " in reply(plan, a, found, NOON, whole=True).answer.text
    assert [each["number"] for each in reply(plan, a, found, NOON).data["signals"]] == list(range(1, 9))


def test_a_dismissed_signal_is_not_told_until_its_facts_change() -> None:
    def plan(due: date) -> Plan:
        return project(gate("vpn", days=9, due=due))

    mark = one(plan(day(2)), "due_impossible").fingerprint
    assert seen(plan(day(2)), dismissed={mark}) == ()
    assert seen(plan(day(2)), today=day(1), dismissed={mark}) == ()  # another day changes nothing
    assert len(seen(plan(day(3)), dismissed={mark})) == 1


def test_what_was_dismissed_is_named_with_who_did_it_and_why() -> None:
    plan = project(gate("vpn", owner="asa", validator="asa"))
    a = assess(plan, MONDAY)
    put_away = {"owner_is_validator:1": Dismissal(by="UBO", why="only one of us knows it", at=NOON)}
    assert "1 signal dismissed" in reply(plan, a, (), NOON, dismissed=put_away).answer.text
    whole = reply(plan, a, (), NOON, dismissed=put_away, whole=True).answer.text
    assert "Dismissed by Bo Lund (Mon 1 Mar): only one of us knows it" in whole


def test_every_signal_has_a_reason_and_an_act_whatever_the_plan() -> None:
    for seed in range(300):
        plan = anything(seed)
        r = random.Random(seed)
        days = {("item", item.key): MONDAY - timedelta(r.randrange(30)) for item in plan.items}
        found = seen(plan, Known(said=days, touched=days, lacks=templates.lacks(plan, _any_template(r))))
        assert len({signal.fingerprint for signal in found}) == len(found)
        for signal in found:
            assert signal.reason
            assert signal.act
            assert "None" not in f"{signal.reason} {signal.act}"
            assert signal.weight > 0


def _any_template(r: random.Random) -> Any:
    return r.choice(list(templates.shipped().values()))


def anything(seed: int) -> Plan:
    """A plan in which all kinds of trouble occur, in all combinations."""
    r = random.Random(seed)
    names = ["asa", "bo", "cy", None, "Some role"]
    items = []
    for n in range(r.randint(0, 24)):
        status = r.choice(list(Status))
        waiver = Waiver(by=r.choice(names[:3]), why="so", until=r.choice([None, day(r.randrange(9))]))
        items.append(
            gate(
                f"i{n}",
                *{f"i{r.randrange(n)}" for _ in range(r.randint(0, 2)) if n},
                owner=r.choice(names[:4]),
                validator=r.choice(names),
                status=status,
                due=r.choice([None, day(r.randint(-9, 30))]),
                days=r.randint(1, 5),
                gate=r.random() < 0.8,
                waived=waiver if status is Status.WAIVED else None,
                done_on=r.choice([None, day(-r.randrange(20))]),
                owner_role=r.choice([None, "Some role", "asa role"]),
            )
        )
    keys = [item.key for item in items]
    held = [
        blocker(
            n,
            r.choice(keys) if keys and r.random() < 0.9 else None,
            raised=day(-r.randrange(20)),
            waiting_on=r.choice([None, "Kestrel", "Bo Lund", "i0 item"]),
            expected_clear=r.choice([None, day(r.randint(-5, 9))]),
        )
        for n in range(r.randint(0, 5))
    ]
    beliefs = [belief(n, r.choice(keys), owner=r.choice(names[:4])) for n in range(3) if keys]
    cy = person("cy", org="Clinic", away=(away(2, 4),))
    return project(*items, people=[cy], blockers=held, beliefs=beliefs)

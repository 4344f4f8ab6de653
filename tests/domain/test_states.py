"""Who may move an item where, and what that reopens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain import blockers, states
from bot.domain.errors import Invalid, Refused
from bot.domain.plan import Away, Blocker, Item, Person, Plan, Project, Status, Waiver
from bot.domain.states import Said

TODAY = date(2030, 3, 5)
AT = datetime(2030, 3, 5, 9, 0, tzinfo=UTC)
ANN = Person(key="ann", name="Ann Ode", role="Go-live lead")
BO = Person(key="bo", name="Bo Lund", role="Network engineer")
CAT = Person(key="cat", name="Cat Roy", role="Network engineer")
DEE = Person(key="dee", name="Dee Fox", role="Executive sponsor")
EVA = Person(key="eva", name="Eva Lim", role="Analyst")


def plan(*items: Item, held: tuple[Blocker, ...] = ()) -> Plan:
    return Plan(
        project=Project(key="north", name="North"),
        people=(ANN, BO, CAT, DEE, EVA),
        items=items,
        blockers=held,
    )


def link(**changes: object) -> Item:
    return replace(Item(key="link", title="Link", owner="bo", validator="eva"), **changes)  # type: ignore[arg-type]


def said(**words: object) -> Said:
    return replace(Said(at=AT, today=TODAY), **words)  # type: ignore[arg-type]


def moved(item: Item, act: str, by: Person | None, **words: object) -> Item:
    return states.act(plan(item), item.key, act, by, said(**words)).item[item.key]


def test_the_documented_table_is_the_one_in_the_code() -> None:
    assert states.markdown() in Path("docs/states.md").read_text(encoding="utf-8")


def test_an_owner_starts_and_finishes_their_item() -> None:
    assert moved(link(), "start", BO).status is Status.DOING
    done = moved(link(status=Status.DOING), "done", BO, evidence="ticket 7")
    assert (done.status, done.done_on, done.evidence) == (Status.DONE, TODAY, "ticket 7")


@pytest.mark.parametrize("who", [ANN, CAT, EVA, None])
@pytest.mark.parametrize("act", ["start", "done"])
def test_nobody_but_the_owner_says_that_work_began_or_is_done(act: str, who: Person | None) -> None:
    with pytest.raises(Refused, match="Bo Lund"):
        moved(link(), act, who)


def test_an_item_without_an_owner_is_taken_first() -> None:
    with pytest.raises(Refused, match="/golive own link"):
        moved(link(owner=None), "done", BO)


def test_the_named_validator_confirms_with_evidence() -> None:
    item = moved(link(status=Status.DONE), "validate", EVA, evidence="saw both ends")
    assert item.status is Status.VALIDATED
    assert item.validation is not None
    assert (item.validation.by, item.validation.at, item.validation.evidence) == ("eva", AT, "saw both ends")


def test_evidence_the_owner_gave_stays_beside_the_validators() -> None:
    item = moved(link(status=Status.DONE, evidence="ticket 7"), "validate", EVA, evidence="saw it")
    assert item.evidence == "ticket 7"
    assert item.validation is not None
    assert item.validation.evidence == "saw it"


def test_confirming_without_evidence_asks_for_it() -> None:
    with pytest.raises(Invalid, match="what shows"):
        moved(link(status=Status.DONE), "validate", EVA)


def test_an_owner_never_confirms_their_own_item() -> None:
    for validator in ("bo", "Network engineer", None):
        with pytest.raises(Refused, match="somebody else"):
            moved(link(status=Status.DONE, validator=validator), "validate", BO, evidence="x")


@pytest.mark.parametrize(
    ("validator", "may"),
    [("cat", CAT), ("network engineer", CAT), ("bo", CAT), (None, ANN)],
    ids=["by name", "by a named role", "same role as the one named", "the lead where nobody is named"],
)
def test_a_role_may_confirm_in_place_of_a_person(validator: str | None, may: Person) -> None:
    item = link(status=Status.DONE, validator=validator)
    assert moved(item, "validate", may, evidence="x").status is Status.VALIDATED
    with pytest.raises(Refused):
        moved(item, "validate", EVA, evidence="x")


def test_only_what_its_owner_calls_done_can_be_confirmed() -> None:
    for status in (Status.TODO, Status.DOING, Status.BLOCKED):
        with pytest.raises(Refused, match="/golive done link"):
            moved(link(status=status), "validate", EVA, evidence="x")


def test_the_lead_and_the_decider_waive_and_nobody_else() -> None:
    for who in (ANN, DEE):
        item = moved(link(status=Status.DOING), "waive", who, why="phones suffice", until=date(2030, 4, 1))
        assert item.waived == Waiver(by=who.key, why="phones suffice", until=date(2030, 4, 1))
        assert (item.status, item.earlier_status) == (Status.WAIVED, Status.DOING)
    for other in (BO, EVA, None):
        with pytest.raises(Refused, match="Dee Fox"):
            moved(link(), "waive", other, why="phones suffice")


def test_a_waiver_says_why_and_ends_in_the_future() -> None:
    with pytest.raises(Invalid, match="why"):
        moved(link(), "waive", ANN)
    with pytest.raises(Invalid, match="has passed"):
        moved(link(), "waive", ANN, why="x", until=date(2030, 3, 4))


def test_an_item_whose_waiver_ran_out_goes_on_where_it_was() -> None:
    ran_out = link(
        status=Status.WAIVED,
        earlier_status=Status.DOING,
        waived=Waiver(by="ann", why="x", until=date(2030, 3, 4)),
    )
    assert moved(ran_out, "done", BO).status is Status.DONE
    assert moved(ran_out, "done", BO).waived is None


def test_reopening_takes_confirmed_work_that_rests_on_it_back_to_done() -> None:
    first = link(status=Status.VALIDATED)
    middle = Item(key="mid", title="Mid", depends_on=("link",), status=Status.DOING)
    last = Item(key="last", title="Last", depends_on=("mid",), status=Status.VALIDATED)
    beside = Item(key="beside", title="Beside", status=Status.VALIDATED)
    after = states.act(plan(first, middle, last, beside), "link", "reopen", EVA, said(why="drops at night"))
    assert {i.key: i.status.value for i in after.items} == {
        "link": "doing",
        "mid": "doing",
        "last": "done",
        "beside": "validated",
    }
    assert after.item["link"].validation is None


@pytest.mark.parametrize("who", [BO, EVA, ANN])
@pytest.mark.parametrize("status", [Status.DONE, Status.VALIDATED, Status.WAIVED])
def test_owner_validator_and_lead_may_reopen(who: Person, status: Status) -> None:
    assert moved(link(status=status), "reopen", who, why="x").status is Status.DOING


def test_others_may_not_reopen_and_nobody_without_saying_why() -> None:
    with pytest.raises(Refused):
        moved(link(status=Status.DONE), "reopen", CAT, why="x")
    with pytest.raises(Invalid):
        moved(link(status=Status.DONE), "reopen", BO)


def test_what_is_still_held_up_is_blocked_when_reopened() -> None:
    held = Blocker(id="B1", text="no key", item="link", raised=TODAY)
    after = states.act(plan(link(status=Status.DONE), held=(held,)), "link", "reopen", BO, said(why="x"))
    assert (after.item["link"].status, after.item["link"].earlier_status) == (Status.BLOCKED, Status.DOING)


@pytest.mark.parametrize(
    ("status", "act", "who", "words"),
    [
        (Status.DOING, "start", BO, {}),
        (Status.DONE, "done", BO, {}),
        (Status.VALIDATED, "validate", EVA, {"evidence": "again"}),
    ],
)
def test_saying_it_twice_changes_nothing(
    status: Status, act: str, who: Person, words: dict[str, str]
) -> None:
    before = plan(link(status=status))
    assert states.act(before, "link", act, who, said(**words)) is before


def test_blocking_keeps_the_earlier_status_and_clearing_gives_it_back() -> None:
    before = plan(link(status=Status.DOING))
    held = blockers.opened(before, Blocker(id="B1", text="no key", item="link", raised=TODAY), TODAY)
    assert held.item["link"].status is Status.BLOCKED
    assert blockers.cleared(held, "B1", TODAY).item["link"] == before.item["link"]


@pytest.mark.parametrize("status", [Status.DONE, Status.VALIDATED, Status.WAIVED])
def test_a_blocker_leaves_what_is_done_or_closed_as_it_stands(status: Status) -> None:
    held = blockers.opened(
        plan(link(status=status)), Blocker(id="B1", text="x", item="link", raised=TODAY), TODAY
    )
    assert held.item["link"].status is status


def test_lead_sponsor_and_decider_are_found_by_role_unless_they_are_named() -> None:
    by_role = plan()
    assert (states.lead(by_role), states.sponsor(by_role), states.decider(by_role)) == ("ann", "dee", "dee")
    named = replace(by_role, project=replace(by_role.project, lead="bo", decider="eva"))
    assert (states.lead(named), states.decider(named)) == ("bo", "eva")
    two = replace(by_role, people=(*by_role.people, Person(key="gus", name="Gus", role="Sponsor")))
    assert states.sponsor(two) is None


def test_starting_keeps_when_and_how_long_it_was_to_take() -> None:
    begun = moved(link(remaining_days=4), "start", BO)
    assert (begun.started_on, begun.planned_days, begun.actual_days) == (TODAY, 4, None)
    known = moved(link(remaining_days=4, planned_days=6), "start", BO)
    assert known.planned_days == 6


def test_done_keeps_how_many_of_the_owners_working_days_it_took_both_ends_included() -> None:
    # Tuesday 5 March; the work began on the Monday of the week before, and Bo was off on two days of it.
    off = replace(BO, away=(Away(start=date(2030, 2, 27), end=date(2030, 3, 2)),))
    under_way = link(status=Status.DOING, started_on=date(2030, 2, 25), planned_days=3)
    before = replace(plan(under_way), people=(ANN, off, CAT, DEE, EVA))
    done = states.act(before, "link", "done", BO, said()).item["link"]
    assert (done.planned_days, done.actual_days) == (3, 4)


def test_done_on_the_day_of_the_start_took_a_day_even_on_a_free_one() -> None:
    sunday = date(2030, 3, 3)
    under_way = link(status=Status.DOING, started_on=sunday, planned_days=1)
    assert moved(under_way, "done", BO, today=sunday).actual_days == 1


def test_how_long_it_took_is_not_known_where_nobody_said_that_it_began() -> None:
    assert moved(link(), "done", BO).actual_days is None


def test_reopening_forgets_how_long_it_took_but_not_what_was_planned() -> None:
    done = link(status=Status.DONE, started_on=date(2030, 3, 1), planned_days=2, actual_days=3)
    again = moved(done, "reopen", BO, why="it fell over")
    assert (again.started_on, again.planned_days, again.actual_days) == (date(2030, 3, 1), 2, None)

"""What must hold for differences between two states of a plan."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from types import MappingProxyType

import pytest

from bot.domain import changes
from bot.domain.errors import Conflict, Invalid, NotFound
from bot.domain.plan import (
    Assumption,
    Away,
    Blocker,
    Change,
    Decision,
    Hours,
    Item,
    Person,
    Plan,
    Project,
    Status,
    Validation,
    Waiver,
)

ANNA = Person(
    key="anna",
    name="Anna Ek",
    slack="U0T1",
    away=(Away(start=date(2027, 3, 8), end=date(2027, 3, 12)),),
    hours=Hours(start=time(9), end=time(16, 30)),
    deputy="bo",
)
BO = Person(key="bo", name="Bo Lund", role="Tester")
WIRE = Item(key="wire", title="Wire laid", owner="bo", validator="anna", gate=True)
LIGHT = Item(
    key="light",
    title="Light on",
    status=Status.VALIDATED,
    depends_on=("wire",),
    done_on=date(2027, 3, 1),
    validation=Validation(by="anna", at=datetime(2027, 3, 2, 8, 15, tzinfo=UTC), evidence="photo"),
)
PAINT = Item(
    key="paint",
    title="Paint dry",
    status=Status.WAIVED,
    waived=Waiver(by="anna", why="shown later", until=date(2027, 4, 1)),
    earlier_status=Status.DOING,
)
STUCK = Blocker(id="B1", item="wire", text="No ladder", raised=date(2027, 2, 26), cleared_on=None)
BELIEF = Assumption(id="A1", text="The cellar is dry", item="wire", made=date(2027, 2, 1))
CHOICE = Decision(id="D1", text="We paint it red", item="paint", by="bo", on=date(2027, 3, 3))
PLAN = Plan(
    project=Project(
        key="shed",
        name="The shed",
        id=7,
        workspace="T1",
        revision=4,
        holidays=(date(2027, 3, 26),),
        target_go_live=date(2027, 4, 2),
        policies=MappingProxyType({"quiet": ["sat"], "limits": {"days": 3}}),
    ),
    people=(ANNA, BO),
    items=(WIRE, LIGHT, PAINT),
    blockers=(STUCK,),
    assumptions=(BELIEF,),
    decisions=(CHOICE,),
)


def changed(plan: Plan, key: str, **fields: object) -> Plan:
    items = tuple(replace(item, **fields) if item.key == key else item for item in plan.items)
    return replace(plan, items=items)


@pytest.mark.parametrize(
    ("entity", "thing"),
    [
        ("person", ANNA),
        ("item", LIGHT),
        ("item", PAINT),
        ("blocker", STUCK),
        ("assumption", BELIEF),
        ("decision", CHOICE),
    ],
)
def test_every_thing_survives_being_written_as_json(entity: str, thing: changes.Thing) -> None:
    written = json.loads(json.dumps(changes.as_json(thing)))

    assert changes.from_json(entity, written) == thing


def test_a_project_as_json_leaves_out_what_only_storage_knows() -> None:
    written = json.loads(json.dumps(changes.as_json(PLAN.project)))

    assert not {"id", "workspace", "revision"} & written.keys()
    assert changes.from_json("project", written) == replace(
        PLAN.project, id=None, workspace="local", revision=0
    )


def test_a_field_of_a_later_version_is_passed_over() -> None:
    assert changes.from_json("item", changes.as_json(WIRE) | {"colour": "blue"}) == WIRE


def test_two_equal_plans_do_not_differ() -> None:
    assert changes.diff(PLAN, changed(PLAN, "wire", title="Wire laid")) == ()


def test_a_changed_field_is_one_change_with_both_values() -> None:
    after = changed(PLAN, "wire", due=date(2027, 3, 9))

    assert changes.diff(PLAN, after) == (
        Change(entity="item", key="wire", field="due", before=None, after="2027-03-09"),
    )


def test_a_thing_that_appears_or_goes_is_one_change_with_all_of_it() -> None:
    after = replace(PLAN, items=PLAN.items[:2], blockers=())

    gone, unblocked = changes.diff(PLAN, after)

    assert (gone.entity, gone.key, gone.field, gone.after) == ("item", "paint", "", None)
    assert gone.before == changes.as_json(PAINT)
    assert (unblocked.entity, unblocked.key, unblocked.after) == ("blocker", "B1", None)


def test_a_new_plan_is_its_project_and_everything_in_it() -> None:
    found = changes.diff(None, PLAN)

    assert [(each.entity, each.key) for each in found] == [
        ("project", "shed"),
        ("person", "anna"),
        ("person", "bo"),
        ("item", "wire"),
        ("item", "light"),
        ("item", "paint"),
        ("blocker", "B1"),
        ("assumption", "A1"),
        ("decision", "D1"),
    ]
    assert all(each.field == "" and each.before is None for each in found)


def test_the_order_of_things_is_no_difference() -> None:
    assert changes.diff(PLAN, replace(PLAN, items=PLAN.items[::-1])) == ()


def test_applying_the_difference_gives_the_plan_after() -> None:
    after = replace(
        changed(changed(PLAN, "wire", owner=None, status=Status.DOING), "light", depends_on=()),
        people=(ANNA,),
        blockers=(STUCK, replace(STUCK, id="B2", text="No lamp")),
        project=replace(PLAN.project, name="The big shed", target_go_live=None),
    )

    assert changes.apply(PLAN, changes.diff(PLAN, after)) == after


def test_taking_changes_back_gives_the_plan_before() -> None:
    after = replace(changed(PLAN, "wire", owner=None, remaining_days=5), assumptions=())

    back = changes.apply(after, changes.invert(changes.diff(PLAN, after)))

    assert changes.diff(PLAN, back) == ()


def test_a_thing_added_changed_and_removed_leaves_nothing() -> None:
    lamp = changes.as_json(Item(key="lamp", title="Lamp hung"))
    story = (
        Change(entity="item", key="lamp", field="", before=None, after=lamp),
        Change(entity="item", key="lamp", field="due", before=None, after="2027-03-05"),
        Change(entity="item", key="lamp", field="", before=lamp, after=None),
    )

    assert changes.apply(PLAN, story) == PLAN


def test_a_change_of_something_that_is_gone_is_refused() -> None:
    with pytest.raises(NotFound, match="no item “lamp” any more"):
        changes.apply(PLAN, [Change(entity="item", key="lamp", field="due", before=None, after="2027-03-05")])


def test_adding_what_is_there_already_is_refused() -> None:
    with pytest.raises(Conflict, match="already a person “bo”"):
        changes.apply(
            PLAN, [Change(entity="person", key="bo", field="", before=None, after=changes.as_json(BO))]
        )


def test_a_whole_project_cannot_be_taken_back() -> None:
    with pytest.raises(Invalid):
        changes.apply(PLAN, changes.invert(changes.diff(None, PLAN))[-1:])

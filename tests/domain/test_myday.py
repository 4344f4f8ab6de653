"""What is there for one person to do, to confirm and to promise, and what does the channel read?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import boardwords, myday
from bot.domain.myday import Day, Kind, Mine
from bot.domain.plan import Assumption, Blocker, Item, Person, Plan, Project, Status
from bot.domain.readiness import Assessment
from bot.domain.reminders.ledger import Handover, Promise, subject

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)  # a Monday
TODAY = NOW.date()
ME, OTHER = Person(key="me", name="Mia Lund", slack="U0ME"), Person(key="ola", name="Ola Berg", slack="U0OLA")


def plan(*items: Item, key: str = "port", **more: object) -> Plan:
    live = Item(key="live", title="Go-live")
    project = Project(
        key=key, name=f"The {key}", go_live_item="live", target_go_live=date(2027, 3, 31), lead="ola"
    )
    return replace(Plan(project=project, people=(ME, OTHER), items=(*items, live)), **more)  # type: ignore[arg-type]


def item(key: str, **more: object) -> Item:
    return replace(Item(key=key, title=f"The {key}", owner="me", gate=True), **more)  # type: ignore[arg-type]


def my(plan: Plan, **more: object) -> Mine:
    return replace(Mine(plan, Assessment(plan, TODAY), ME), **more)  # type: ignore[arg-type]


def my_day(*plans: Plan) -> Day:
    return myday.day([my(plan) for plan in plans], NOW)


def promised(key: str, until: datetime, by: str = "U0ME") -> Promise:
    return Promise(subject=subject("port", "item", key), by=by, until=until, at=NOW - timedelta(hours=1))


def test_what_can_be_worked_on_comes_before_what_is_blocked_and_what_has_to_wait() -> None:
    waits = item("waits", depends_on=("free",))
    blocked = item("blocked", status=Status.BLOCKED)
    stuck = Blocker(id="B1", text="No power", item="blocked", waiting_on="the grid", raised=TODAY)
    found = my_day(plan(waits, blocked, item("free"), blockers=(stuck,))).to_do
    assert [task.key for task in found] == ["free", "blocked", "waits"]
    assert "waits for free" in found[-1].line
    assert "waits on the grid" in found[1].line


def test_what_is_late_says_so_and_comes_first_of_its_slack() -> None:
    late = item("late", due=TODAY - timedelta(days=5))
    found = my_day(plan(item("free"), late)).to_do
    assert [task.key for task in found] == ["late", "free"]
    assert "late since Wed 24 Feb" in found[0].line


def test_what_others_own_or_what_is_closed_is_not_mine() -> None:
    closed = item("closed", status=Status.VALIDATED)
    found = my_day(plan(item("theirs", owner="ola"), closed, item("nobodys", owner=None)))
    assert found.to_do == ()
    assert found.unconfirmed == 0


def test_what_is_done_waits_for_who_confirms_it() -> None:
    done = item("berths", owner="ola", validator="me", status=Status.DONE, evidence="signed list")
    own = item("mine", validator="ola", status=Status.DONE)
    found = my_day(plan(done, own))
    assert [(task.kind, task.key, task.evidence) for task in found.to_confirm] == [
        (Kind.CONFIRM, "berths", "signed list")
    ]
    assert found.unconfirmed == 1
    assert found.to_do == ()


def test_what_i_promised_stands_apart_until_its_moment() -> None:
    of = plan(item("free"), item("kept"))
    promises = [promised("kept", NOW + timedelta(days=1)), promised("free", NOW - timedelta(minutes=1))]
    found = myday.day([my(of, promises=promises)], NOW)
    assert [task.key for task in found.promised] == ["kept"]
    assert found.promised[0].promised == "Tue 2 Mar, 09:00"
    assert [task.key for task in found.to_do] == ["free"]


def test_somebody_elses_promise_is_not_mine() -> None:
    found = myday.day(
        [my(plan(item("free")), promises=[promised("free", NOW + timedelta(days=1), "U0OLA")])], NOW
    )
    assert [task.key for task in found.to_do] == ["free"]


def test_blockers_i_chase_and_beliefs_with_a_date_are_mine_to_do() -> None:
    blocker = Blocker(id="B4", text="No crane", item="free", owner="me", raised=TODAY, expected_clear=TODAY)
    due = Assumption(id="A1", text="It fits", owner="me", verify_by=TODAY)
    undated = Assumption(id="A2", text="It floats", owner="me")
    found = my_day(plan(item("free"), blockers=(blocker,), assumptions=(due, undated))).to_do
    assert {(task.kind, task.key) for task in found} == {
        (Kind.ITEM, "free"),
        (Kind.BLOCKER, "B4"),
        (Kind.BELIEF, "A1"),
    }


def test_what_i_am_asked_to_take_is_offered() -> None:
    offer = Handover(subject=subject("port", "item", "theirs"), to="U0ME", by="U0OLA", at=NOW)
    found = myday.day([my(plan(item("theirs", owner="ola")), handovers=[offer])], NOW)
    assert [(task.key, task.line.split(" · ")[0]) for task in found.offered] == [
        ("theirs", "Ola Berg asks you to take it")
    ]


def test_several_projects_are_one_list() -> None:
    pressing = item("pressing", due=TODAY)
    found = my_day(plan(item("later", due=TODAY + timedelta(days=9))), plan(pressing, key="isle")).to_do
    assert [(task.project, task.key) for task in found] == [("isle", "pressing"), ("port", "later")]


def test_the_days_offered_are_days_i_work() -> None:
    [task] = my_day(plan(item("free"))).to_do
    assert [day.strftime("%a") for day in task.days] == ["Mon", "Tue", "Wed", "Thu", "Fri"]


# ——— the channel's own view


def test_the_view_says_verdict_blockers_and_who_is_asked() -> None:
    done = item("berths", owner="ola", validator="me", status=Status.DONE)
    blocker = Blocker(id="B1", text="No power", item="cable", waiting_on="the grid", raised=TODAY)
    cable = item("cable", status=Status.BLOCKED)
    of = plan(cable, done, item("crane"), item("nobodys", owner=None), blockers=(blocker,))
    said = boardwords.board(of, Assessment(of, TODAY))
    assert said.title == "The port: NOT ready"
    assert "Blockers: B1 cable: No power; waits on the grid, since 1 Mar, no clear date" in said.lines
    assert any(line.startswith("Mia Lund: The cable (cable)") and "also crane" in line for line in said.lines)
    assert "Nobody: The nobodys (nobodys), can start now" in said.lines
    assert "Mia Lund: to confirm berths" in said.lines


@pytest.mark.parametrize("many", [0, 5, 400])
def test_however_much_there_is_the_view_fits_into_an_edit(many: int) -> None:
    items = [
        item(
            f"crane-{n}", title="x" * 200, owner=None, validator=f"Somebody with role {n}", status=Status.DONE
        )
        for n in range(many)
    ]
    blockers = [
        Blocker(id=f"B{n}", text="y" * 900, item=f"crane-{n}", waiting_on="z" * 400, raised=TODAY)
        for n in range(many)
    ]
    of = plan(*items, blockers=tuple(blockers))
    assert len(boardwords.board(of, Assessment(of, TODAY)).text) < 3_000

"""Does a plan come back as it was stored, and does everything that changed leave its trace?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.domain.changes import apply
from bot.domain.errors import Conflict, Invalid
from bot.domain.plan import Item, Person, Plan, Project, Status, Validation, Waiver
from storage import Store
from tests.storage.plans import BY_FILE, NOW, large, north, with_item


@pytest.fixture
def other(store: Store, database_url: str) -> Iterator[Store]:
    """The same database, seen from another process: nothing of what `store` remembers."""
    other = Store(database_url)
    yield other
    other.close()


def loaded(store: Store, plan: Plan | None = None) -> Plan:
    with store.transaction() as tx:
        return tx.save(None, plan or north(), **BY_FILE)


def seen(store: Store, key: str = "north", workspace: str = "local") -> Plan | None:
    with store.reading() as tx:
        return tx.plan(workspace, key)


def edit(store: Store, before: Plan, after: Plan, *, actor: str = "U1") -> Plan:
    with store.transaction() as tx:
        return tx.save(before, after, actor=actor, act="edit", at=NOW)


def test_a_plan_comes_back_whole(store: Store, other: Store) -> None:
    saved = loaded(store)

    assert seen(other) == saved
    assert replace(saved, project=replace(saved.project, id=None, revision=0)) == north()
    assert saved.project.revision == 1


def test_a_project_is_found_by_its_channel(store: Store) -> None:
    saved = loaded(store)

    with store.reading() as tx:
        assert tx.plan_in("local", "C1") == saved
        assert tx.plan_in("local", "C2") is None
        assert tx.plan_in("T1", "C1") is None
        assert tx.projects("local") == [saved.project]
        assert tx.workspaces() == ["local"]


def test_times_come_back_aware_and_in_utc(store: Store, other: Store) -> None:
    at = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("America/Chicago"))
    saved = loaded(store)
    valid = Validation(by="anna", at=at, evidence="seen")
    edit(store, saved, with_item(saved, "network", validation=valid))

    plan = seen(other)
    assert plan
    stored = plan.item["network"].validation
    assert stored
    assert stored.at == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert stored.at.utcoffset() == timedelta(0)
    with other.reading() as tx:
        assert {event.at.utcoffset() for event in tx.events("local", "north")} == {timedelta(0)}


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="timezone"), store.transaction() as tx:
        tx.save(None, north(), actor="U1", act="load", at=datetime(2026, 11, 23))  # noqa: DTZ001
    assert seen(store) is None


def test_items_keep_the_order_of_the_file(store: Store, other: Store) -> None:
    saved = loaded(store)
    new = Item(key="new", title="In the middle")
    shuffled = (saved.items[3], new, saved.items[0], saved.items[2], saved.items[1])
    people = (Person(key="zoe", name="Zoe"), *reversed(saved.people))
    edit(store, saved, replace(saved, items=shuffled, people=people))

    plan = seen(other)
    assert plan
    assert [item.key for item in plan.items] == ["golive", "new", "network", "interface", "training"]
    assert [person.key for person in plan.people] == ["zoe", "bo", "anna"]
    assert plan.item["interface"].depends_on == ("network", "training")


def test_what_is_added_comes_last(store: Store, other: Store) -> None:
    saved = loaded(store, replace(north(), items=tuple(replace(i, depends_on=()) for i in north().items)))
    saved = edit(store, saved, replace(saved, items=saved.items[1:2] + saved.items[3:]))
    saved = edit(store, saved, replace(saved, items=(*saved.items, Item(key="z", title="Z"))))
    saved = edit(store, saved, replace(saved, items=(*saved.items, Item(key="a", title="A"))))

    plan = seen(other)
    assert plan == saved
    assert [item.key for item in plan.items] == ["training", "golive", "z", "a"]


def test_of_the_many_things_a_project_came_with_it_is_only_told_that_they_came(store: Store) -> None:
    saved = loaded(store, large(200))
    moved = with_item(saved, saved.items[0].key, due=date(2026, 12, 4))
    edit(store, saved, moved)
    of = saved.project

    with store.reading() as tx:
        lately = tx.events_lately(of.id or 0, NOW - timedelta(days=1), 1_000)
        in_full = tx.events("local", of.key, newest_first=True)
        newest = tx.events_lately(of.id or 0, NOW - timedelta(days=1), 5)
    told = [(e.revision, e.actor, e.change.entity, e.change.key, e.change.field) for e in lately]
    assert told == [(e.revision, e.actor, e.change.entity, e.change.key, e.change.field) for e in in_full]
    assert lately[0].change == in_full[0].change
    assert all(event.change.after is not None for event in lately)
    assert len(newest) == 5


def test_every_change_is_an_event(store: Store, other: Store) -> None:
    saved = loaded(store)
    with store.transaction() as tx:
        moved = with_item(saved, "interface", status=Status.DOING, due=date(2026, 12, 4))
        tx.save(saved, moved, actor="U1", act="due", at=NOW, permalink="https://x/p9")

    with other.reading() as tx:
        events = tx.events("local", "north", after_revision=1)
        first = tx.events("local", "north", limit=1)
        about = tx.events("local", "north", entity="item", entity_key="interface", newest_first=True)
    assert [(e.change.field, e.change.before, e.change.after) for e in events] == [
        ("status", "todo", "doing"),
        ("due", None, "2026-12-04"),
    ]
    assert {(e.actor, e.act, e.at, e.permalink, e.revision) for e in events} == {
        ("U1", "due", NOW, "https://x/p9", 2)
    }
    assert first[0].change.entity == "project"
    assert [event.change.field for event in about] == ["due", "status", ""]


def test_the_events_tell_the_whole_plan_again(store: Store, other: Store) -> None:
    saved = loaded(store)
    saved = edit(store, saved, with_item(saved, "interface", status=Status.DONE, evidence="log"))
    saved = edit(store, saved, replace(saved, blockers=(), project=replace(saved.project, name="Renamed")))

    with other.reading() as tx:
        changes = [event.change for event in tx.events("local", "north")]
    told = apply(Plan(project=Project(key="north", name="")), changes)
    assert replace(told, project=saved.project) == saved
    assert told.project.name == "Renamed"


def test_saving_what_has_not_changed_writes_nothing(store: Store) -> None:
    saved = loaded(store)

    assert edit(store, saved, replace(saved)) is saved
    with store.reading() as tx:
        assert tx.plan("local", "north") == saved
        assert tx.events("local", "north", after_revision=1) == []


def test_things_go_with_what_hangs_on_them(store: Store, other: Store) -> None:
    saved = loaded(store)
    rest = [item for item in saved.items if item.key != "network"]
    rest = [replace(i, depends_on=tuple(k for k in i.depends_on if k != "network")) for i in rest]
    saved = edit(store, saved, replace(saved, items=tuple(rest), assumptions=(), people=saved.people[:1]))
    again = replace(saved, items=(*saved.items, Item(key="network", title="New one")))
    saved = edit(store, saved, again)

    plan = seen(other)
    assert plan == saved
    assert plan.item["network"].validation is None


def test_a_waiver_and_a_validation_come_and_go(store: Store, other: Store) -> None:
    saved = loaded(store)
    saved = edit(store, saved, with_item(saved, "network", validation=None, status=Status.DOING))
    saved = edit(store, saved, with_item(saved, "training", waived=Waiver(by="bo", why="other reason")))
    assert seen(other) == saved
    saved = edit(store, saved, with_item(saved, "training", waived=None, status=Status.DOING))
    assert seen(other) == saved


def test_only_the_touched_rows_are_written(store: Store, other: Store) -> None:
    saved = loaded(store)
    with other.transaction() as tx:  # something `store` does not know of, in a row it does not touch
        tx.run(text("update items set title = 'behind your back' where key = 'training'"))
    edit(store, saved, with_item(saved, "interface", title="Messages really flow"))

    plan = seen(other)
    assert plan
    assert plan.item["training"].title == "behind your back"
    assert plan.item["interface"].title == "Messages really flow"


def test_a_change_made_elsewhere_is_seen_at_once(store: Store, other: Store) -> None:
    saved = loaded(store)
    assert seen(other) == saved
    saved = edit(store, saved, with_item(saved, "interface", title="Changed"))

    assert seen(other) == saved


def test_an_unchanged_plan_is_not_read_again(store: Store) -> None:
    saved = loaded(store)

    assert seen(store) is saved
    with store.transaction() as tx:
        assert tx.plan("local", "north") is saved


def test_who_comes_second_is_told_who_was_first(store: Store, other: Store) -> None:
    saved = loaded(store)
    edit(other, saved, with_item(saved, "interface", due=date(2026, 12, 4)), actor="U1")
    edit(other, seen(other) or saved, with_item(seen(other) or saved, "network", title="Open"), actor="U2")

    with pytest.raises(Conflict) as told:
        edit(store, saved, with_item(saved, "interface", due=date(2026, 12, 5)), actor="U2")
    assert "Anna Berg changed “Messages flow” (due) at 16:00 on 23 Nov" in str(told.value)
    plan = seen(store)
    assert plan
    assert plan.item["interface"].due == date(2026, 12, 4)
    assert plan.project.revision == 3


def test_a_channel_belongs_to_one_project(store: Store) -> None:
    loaded(store)
    second = Plan(project=Project(key="south", name="South", channel="C1"))
    with pytest.raises(Conflict, match="North clinic"):
        loaded(store, second)
    south = loaded(store, replace(second, project=replace(second.project, channel="C2")))
    with pytest.raises(Conflict, match="North clinic"):
        edit(store, south, replace(south, project=replace(south.project, channel="C1")))
    loaded(store, replace(second, project=replace(second.project, workspace="T2")))


def test_a_project_is_made_once(store: Store) -> None:
    loaded(store)
    with pytest.raises(Conflict, match="north"):
        loaded(store, replace(north(), project=replace(north().project, channel=None)))


def test_a_project_keeps_its_key(store: Store) -> None:
    saved = loaded(store)
    with pytest.raises(Invalid, match="key"):
        edit(store, saved, replace(saved, project=replace(saved.project, key="other")))


def test_a_new_project_keeps_the_revision_it_was_exported_with(store: Store) -> None:
    saved = loaded(store, replace(north(), project=replace(north().project, revision=41)))

    assert saved.project.revision == 41
    assert edit(store, saved, with_item(saved, "network", title="x")).project.revision == 42
    with store.reading() as tx:
        assert tx.revision_of_last_load("local", "north") == 41
        assert tx.revision_of_last_load("local", "nowhere") is None


def test_what_was_loaded_before_slack_was_known_becomes_the_workspaces(store: Store, other: Store) -> None:
    saved = loaded(store)
    seen(store)
    with store.transaction() as tx:
        tx.adopt("T1")
        tx.adopt("T1")

    plan = seen(store, workspace="T1")
    assert plan == seen(other, workspace="T1")
    assert plan == replace(saved, project=replace(saved.project, workspace="T1"))
    assert seen(store) is None
    with store.reading() as tx:
        assert "T1" in tx.workspaces()
        for table in ("people", "items", "dependencies", "validations", "waivers", "blockers", "events"):
            assert tx.run(text(f"select distinct workspace from {table}")).scalars().all() == ["T1"]


def test_what_the_workspace_already_has_is_not_overrun(store: Store) -> None:
    loaded(store)
    mine = loaded(store, replace(north(), project=replace(north().project, workspace="T1", name="Mine")))
    with store.transaction() as tx:
        tx.adopt("T1")

    assert seen(store, workspace="T1") == mine
    assert seen(store) is not None


def test_text_is_cleaned_before_it_is_stored(store: Store, other: Store) -> None:
    saved = loaded(store)
    saved = edit(store, saved, with_item(saved, "interface", title="Mess\x00ages\x07\r\nflow \ud83d"))

    assert saved.item["interface"].title == "Messages\nflow "
    assert seen(other) == saved
    with other.reading() as tx:
        assert tx.events("local", "north", newest_first=True)[0].change.after == "Messages\nflow "
    assert edit(store, saved, with_item(saved, "interface", title="Messages\nflow \x01")) is saved


def test_an_arrow_to_nowhere_cannot_be_stored(store: Store) -> None:
    saved = loaded(store)
    with pytest.raises(IntegrityError):
        edit(store, saved, with_item(saved, "interface", depends_on=("nowhere",)))
    with pytest.raises(IntegrityError):
        edit(store, saved, replace(saved, items=saved.items[1:]))
    assert seen(store) == saved


def test_ten_thousand_items_are_kept_in_order(store: Store, other: Store) -> None:
    saved = loaded(store, large(10_000))
    assert seen(other, "large") == saved

    moved = replace(saved, items=(*saved.items[5000:], *saved.items[:5000], Item(key="x", title="X")))
    saved = edit(store, saved, moved)
    assert seen(other, "large") == saved

"""What must hold when a file is loaded that was written before the latest changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import changes, projectfile
from bot.domain.errors import Refused
from bot.domain.plan import Event, Item, Plan, Status
from tests.domain.anyplan import SMALL, plans


class History:
    """A project in storage's place: every change is kept as events with growing revisions."""

    def __init__(self, text: str = SMALL) -> None:
        self.plan: Plan | None = None
        self.events: list[Event] = []
        self.load(text)

    def load(self, text: str, by: str = "cli:eva", *, overwrite: bool = False) -> list[str]:
        """Load as the tracker does; what stayed, in words."""
        loaded = projectfile.parse(text)
        base = projectfile.base_of(self.plan, loaded) if self.plan else 0
        since = [event for event in self.events if event.revision > base]
        merged = projectfile.merge(self.plan, loaded, since, overwrite=overwrite, by=by)
        self._save(merged.after, by, "load")
        return [str(kept) for kept in merged.kept]

    def say(self, after: Plan, actor: str = "U0T1") -> None:
        self._save(after, actor, "edit")

    def change(self, key: str, **fields: object) -> None:
        assert self.plan
        self.say(
            replace(
                self.plan, items=tuple(replace(i, **fields) if i.key == key else i for i in self.plan.items)
            )
        )

    def export(self) -> str:
        assert self.plan
        return projectfile.write(self.plan)

    def item(self, key: str) -> Item:
        assert self.plan
        return self.plan.item[key]

    def _save(self, after: Plan, actor: str, act: str) -> None:
        found = changes.diff(self.plan, after)
        if not found:
            return
        revision = self.plan.project.revision + 1 if self.plan else max(1, after.project.revision)
        at = datetime(2027, 3, 1, 9, revision % 60, tzinfo=UTC)
        self.events += [
            Event(revision=revision, at=at, actor=actor, act=act, change=change) for change in found
        ]
        self.plan = replace(after, project=replace(after.project, revision=revision))


def test_loading_a_file_twice_changes_nothing() -> None:
    project = History()

    assert project.load(SMALL) == []
    assert project.plan
    assert project.plan.project.revision == 1


def test_what_was_changed_since_an_export_stays_and_is_listed() -> None:
    project = History()
    exported = project.export()
    project.change("wire", owner="anna")

    kept = project.load(exported.replace("title: Light on", "title: Light really on"))

    assert kept == ["item “wire”: owner stays “anna”; the file says “bo” (Anna Ek, 2027-03-01)"]
    assert project.item("wire").owner == "anna"
    assert project.item("light").title == "Light really on"


def test_to_insist_takes_the_file_as_it_is() -> None:
    project = History()
    exported = project.export()
    project.change("wire", owner="anna")

    assert project.load(exported, overwrite=True) == []
    assert project.item("wire").owner == "bo"


def test_an_edited_export_without_changes_since_is_taken_whole() -> None:
    project = History()
    project.change("wire", owner="anna")

    assert project.load(project.export().replace("owner: anna", "owner: null")) == []
    assert project.item("wire").owner is None


def test_the_first_file_loaded_again_never_takes_back_what_people_said() -> None:
    project = History()
    project.change("wire", owner="anna")
    changed_file = SMALL.replace("Light on", "Light really on")

    for _ in range(3):  # the first of these is a load as well, and must not count as having seen the owner
        kept = project.load(changed_file)
        assert len(kept) == 1
        assert project.item("wire").owner == "anna"
    assert project.item("light").title == "Light really on"


def test_a_file_written_by_hand_may_be_edited_again_and_again() -> None:
    project = History()
    for day in ("2027-03-09", "2027-03-10", "2027-03-11"):
        assert project.load(SMALL.replace("2027-03-05", day)) == []
        assert str(project.item("wire").due) == day


def test_an_export_may_be_edited_again_and_again() -> None:
    project = History()
    exported = project.export()
    for day in ("2027-03-09", "2027-03-10", "2027-03-11"):
        assert project.load(exported.replace("2027-03-05", day)) == []
        assert str(project.item("wire").due) == day


def test_an_old_copy_does_not_take_back_what_another_file_brought() -> None:
    project = History()
    old = project.export()
    project.load(old.replace("2027-03-05", "2027-03-09"))

    (kept,) = project.load(old)

    assert kept.startswith("item “wire”: due stays “2027-03-09”; the file says “2027-03-05” (eva")


def test_what_somebody_else_loaded_stays_where_the_files_disagree() -> None:
    project = History()
    old = project.export()
    project.load(old.replace("2027-03-05", "2027-03-09"), "cli:ivo")

    (kept,) = project.load(old.replace("2027-03-05", "2027-03-10"), "cli:eva")

    assert "due stays “2027-03-09”; the file says “2027-03-10” (ivo" in kept


def test_changed_and_changed_back_is_not_changed() -> None:
    project = History()
    exported = project.export()
    project.change("wire", owner="anna")
    project.change("wire", owner="bo")

    assert project.load(exported.replace("owner: bo", "owner: null")) == []
    assert project.item("wire").owner is None


def test_a_status_stays_together_with_what_proves_it() -> None:
    project = History()
    exported = project.export()
    project.change("wire", status=Status.DONE, done_on=date(2027, 3, 1), evidence="photo")

    kept = project.load(exported.replace("evidence: null", "evidence: a letter", 1))

    assert len(kept) == 3
    assert (project.item("wire").status, project.item("wire").evidence) == (Status.DONE, "photo")


def test_what_was_added_since_stays_and_what_the_file_dropped_goes() -> None:
    project = History()
    exported = project.export()
    assert project.plan
    project.say(replace(project.plan, items=(*project.plan.items, Item(key="lamp", title="Lamp hung"))))

    without = exported[: exported.index("assumptions:")] + "assumptions: []\n"
    kept = project.load(without)

    assert kept == [
        "item “lamp” stays, though it is not in the file: it was added or changed since (Anna Ek, 2027-03-01)"
    ]
    assert "lamp" in project.plan.item
    assert project.plan.assumptions == ()


def test_what_the_file_dropped_stays_when_somebody_changed_it_since() -> None:
    project = History()
    exported = project.export()
    assert project.plan
    project.say(replace(project.plan, assumptions=(replace(project.plan.assumptions[0], verified=True),)))

    (kept,) = project.load(exported[: exported.index("assumptions:")])

    assert kept.startswith("assumption “A1” stays")


def test_what_was_taken_out_since_does_not_come_back_with_an_old_file() -> None:
    for text in (SMALL, None):
        project = History()
        exported = text or project.export()
        assert project.plan
        project.say(replace(project.plan, blockers=()))

        for _ in range(2):
            (kept,) = project.load(exported)
            assert kept == "blocker “B1” stays away: it was taken out since (Anna Ek, 2027-03-01)"
            assert project.plan.blockers == ()


def test_what_a_file_dropped_comes_back_when_the_file_has_it_again() -> None:
    project = History()
    project.load(SMALL[: SMALL.index("assumptions:")])
    assert project.plan
    assert project.plan.assumptions == ()

    assert project.load(SMALL) == []
    assert project.plan.assumptions


def test_a_merge_that_does_not_fit_together_is_refused_and_says_why() -> None:
    project = History()
    exported = project.export()
    assert project.plan
    lamp = Item(key="lamp", title="Lamp hung", depends_on=("light",))
    project.say(replace(project.plan, items=(*project.plan.items, lamp)))
    without = exported.replace("  - light\n", "  - wire\n")
    start, end = without.index("- key: light"), without.index("- key: open")

    with pytest.raises(Refused, match="item “lamp”: depends_on names “light”, which is not among items"):
        project.load(without[:start] + without[end:])


def test_a_ring_made_by_the_file_and_a_change_together_is_refused() -> None:
    project = History()
    project.change("light", depends_on=())
    exported = project.export()
    project.change("light", depends_on=("wire",))

    with pytest.raises(Refused, match="wire → light → wire"):
        project.load(exported.replace("depends_on: []", "depends_on: [light]", 1))


def test_an_export_loaded_into_another_house_goes_on_from_its_own_revision() -> None:
    first = History()
    for nth in range(8):
        first.change("wire", remaining_days=nth + 2)
    second = History(first.export())

    second.change("wire", owner="anna")

    assert len(second.load(first.export())) == 1
    assert second.item("wire").owner == "anna"


def test_a_revision_counted_elsewhere_is_not_believed() -> None:
    project = History()
    exported = project.export().replace("revision: 1", "revision: 900")
    project.change("wire", owner="anna")

    for _ in range(2):
        assert len(project.load(exported)) == 1
        assert project.item("wire").owner == "anna"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(plans(), st.booleans())
def test_loading_any_export_again_changes_nothing(plan: Plan, by_hand: bool) -> None:
    written = projectfile.write(plan)
    written = "".join(
        line for line in written.splitlines(True) if not (by_hand and line.startswith("  revision:"))
    )
    project = History(written)

    assert project.load(written) == []
    assert project.plan
    assert project.plan.project.revision == max(1, 0 if by_hand else plan.project.revision)

"""Is a project that starts without Slack kept as it was said, on either database, or not at all?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain import templates
from bot.domain.errors import BotError, Refused
from bot.domain.plan import Status
from bot.tracker import Actor, Beginning, Tracker, Where
from storage import Store

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
NORTH = Beginning(key="north", name="North Clinic", template=templates.find("ehr"), target="4 Jun 2027")


@pytest.fixture
def tracker(store: Store) -> Tracker:
    return Tracker(store, lambda: NOW)


def begin(tracker: Tracker, beginning: Beginning, *, dry_run: bool = False) -> tuple[str, ...]:
    return tracker.begin(beginning, workspace="T1", actor="cli:test", dry_run=dry_run).lines


def keys(store: Store) -> list[str]:
    with store.reading() as tx:
        return [project.key for project in tx.projects("T1")]


def test_it_is_kept_with_its_roles_its_people_and_its_days(tracker: Tracker, store: Store) -> None:
    roles = (
        "network engineer=Tom Okafor <U0TOM1>",
        "Customer network team=U0CHEN2",
        "Data analyst=tom okafor",
    )
    begin(tracker, replace(NORTH, roles=roles, channel="C0NORTH", zone="America/Chicago", country="us-il"))
    with store.reading() as tx:
        plan = tx.plan("T1", "north")
    assert plan is not None
    assert [(p.key, p.name, p.role, p.slack) for p in plan.people] == [
        ("tom_okafor", "Tom Okafor", "Network engineer", "U0TOM1"),
        ("u0chen2", "U0CHEN2", "Customer network team", "U0CHEN2"),
    ]
    assert plan.item["tunnel"].owner == plan.item["codes"].owner == "tom_okafor"
    assert (plan.item["baa"].owner, plan.item["baa"].owner_role) == (None, "Privacy officer")
    assert plan.item["tunnel"].status is Status.TODO
    assert (plan.project.channel, plan.project.timezone) == ("C0NORTH", "America/Chicago")
    assert plan.project.policies == {"holidays": {"country": "US", "subdivision": "IL"}}
    assert plan.project.target_go_live == date(2027, 6, 4)
    assert len(plan.assumptions) == 5


def test_only_shown_it_is_not_kept(tracker: Tracker, store: Store) -> None:
    assert "Every date fits" in begin(tracker, NORTH, dry_run=True)[1]
    assert keys(store) == []


def test_an_empty_project_needs_neither_template_nor_date(tracker: Tracker, store: Store) -> None:
    assert begin(tracker, Beginning(key="pond", name="Pond")) == ()
    assert keys(store) == ["pond"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"target": None}, "say on which day, with `--target 2027-03-01`. Nothing was started."),
        ({"target": "2020-01-01"}, "is in the past"),
        ({"target": "whenever"}, "no date"),
        ({"key": "North Clinic"}, "is no key"),
        ({"key": ""}, "is no key"),
        ({"name": "  \n "}, "Give it a name"),
        ({"name": "x" * 121}, "Give it a name"),
        ({"channel": "#north"}, "is no channel id"),
        ({"zone": "America/Chicgo"}, "is no time zone; did you mean “America/Chicago”?"),
        ({"country": "Norway"}, "is no country"),
        ({"country": "QQ"}, "is no country code"),
        ({"roles": ("Network engineer",)}, "does not say who"),
        ({"roles": ("=Tom",)}, "does not say who"),
        ({"roles": ("Netwrok engineer=Tom",)}, "Did you mean “Network engineer”?"),
        ({"roles": ("Network engineer=Tom", "network  engineer=Ann")}, "is given twice"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_kept(
    tracker: Tracker, store: Store, said: dict[str, object], sentence: str
) -> None:
    with pytest.raises(BotError) as refusal:
        begin(tracker, replace(NORTH, **said))  # type: ignore[arg-type]
    assert sentence in str(refusal.value)
    assert keys(store) == []


def test_a_key_or_a_channel_that_is_taken_is_refused_with_whose_it_is(tracker: Tracker, store: Store) -> None:
    begin(tracker, replace(NORTH, channel="C0NORTH"))
    with pytest.raises(Refused, match="There is a project north already: North Clinic"):
        begin(tracker, NORTH)
    with pytest.raises(Refused, match=r"North Clinic \(north\) lives in C0NORTH"):
        begin(tracker, replace(NORTH, key="south", channel="C0NORTH"))
    assert keys(store) == ["north"]


def test_a_project_with_a_template_does_not_start_in_a_direct_message(tracker: Tracker, store: Store) -> None:
    with pytest.raises(Refused, match="A project lives in a channel"):
        tracker.new(
            Actor("T1", "U1"), Where(channel="D1", direct=True), "north", "North", "4 Jun", template="ehr"
        )
    assert keys(store) == []


def test_a_project_makes_a_template_that_another_one_starts_from(tracker: Tracker, store: Store) -> None:
    begin(tracker, replace(NORTH, roles=("Network engineer=Tom Okafor",)))
    made = tracker.template_from("T1", "north", "again", "Once again")
    assert [(s.key, s.offset, s.owner_role) for s in made.template.items] == [
        (s.key, s.offset, s.owner_role) for s in templates.find("ehr").items
    ]
    read = templates.parse(templates.write(made.template))
    assert read.warnings == ()
    begin(tracker, replace(NORTH, key="south", template=read.template))
    assert keys(store) == ["north", "south"]

"""What must hold for the project golive brings along to be tried with."""

from __future__ import annotations

from datetime import datetime

from bot import samples
from bot.domain import projectfile
from bot.domain.plan import Status
from bot.domain.readiness import assess
from bot.domain.states import decider, lead, sponsor

LOADED = projectfile.parse(samples.PROJECT.read_bytes(), samples.PROJECT.name, today=samples.AT.date())
PLAN = LOADED.plan


def test_the_sample_shows_a_bit_of_everything() -> None:
    found = assess(PLAN, samples.AT.date())

    assert 35 <= len(PLAN.items) <= 45
    assert {item.status for item in PLAN.items} == set(Status)
    assert (lead(PLAN), sponsor(PLAN), decider(PLAN)) == ("nora", "dr_osei", "teresa")
    assert found.chain[0] == "device-net"
    assert found.gap == 4
    assert [item.key for item in PLAN.items if item.gate and item.owner is None] == ["override"]
    assert len(LOADED.warnings) == 2


def test_what_the_sample_is_tried_with_is_in_it() -> None:
    item = PLAN.item["admin-map"]

    assert (item.status, item.validator) == (Status.DONE, "lars")
    assert PLAN.project.zone == samples.AT.tzinfo
    assert PLAN.project.channel == samples.CHANNEL


def test_what_was_said_before_was_said_by_people_of_the_project_in_order() -> None:
    said = samples.history()

    assert {line["user"] for line in said} <= set(PLAN.by_slack)
    moments = [datetime.fromisoformat(line["at"]) for line in said]
    assert moments == sorted(moments)
    assert moments[-1] < samples.AT

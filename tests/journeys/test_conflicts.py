"""What happens when several people, or the same one several times, want to change the same thing."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.errors import Refused
from bot.tracker import Actor, Tracker, Where
from tests.journeys.test_commands import plan, press, private
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, HARBOR, World


async def test_an_undo_of_what_somebody_changed_since_is_refused_by_name(world: World) -> None:
    await world.command(ANA, "due training 10 March")
    confirmation = await private(world, ANA)
    await world.command(BEN, "due training 12 March")
    await press(world, ANA, "Undo", confirmation)
    told = (await private(world, ANA))["text"]
    assert "changed since, by Ben Okoro, 09:00" in told
    assert str((await plan(world)).item["training"].due) == "2027-03-12"


async def test_only_who_did_it_or_the_lead_takes_it_back(world: World) -> None:
    await world.command(BEN, "due training 10 March")
    assert world.app is not None
    revision = (await plan(world)).project.revision
    workspace = world.slack.state.team.id
    with pytest.raises(Refused, match="lead"):
        await asyncio.to_thread(world.app.tracker.undo, Actor(workspace, CHEN), Where(CHANNEL), revision)
    assert (await plan(world)).item["training"].due is not None
    await asyncio.to_thread(world.app.tracker.undo, Actor(workspace, ANA), Where(CHANNEL), revision)
    assert (await plan(world)).item["training"].due is None


async def test_an_undo_can_itself_be_undone(world: World) -> None:
    await world.command(ANA, "due training 10 March")
    await press(world, ANA, "Undo", await private(world, ANA))
    await press(world, ANA, "Undo", await private(world, ANA))
    assert str((await plan(world)).item["training"].due) == "2027-03-10"


async def test_what_was_redone_since_is_not_called_taken_back(world: World) -> None:
    await world.command(ANA, "due training 10 March")
    first = await private(world, ANA)
    await world.command(BEN, "due training 12 March")
    theirs = await private(world, BEN)
    await press(world, BEN, "Undo", theirs)
    await press(world, BEN, "Undo", await private(world, BEN))
    await press(world, ANA, "Undo", first)
    assert "changed since, by Ben Okoro" in (await private(world, ANA))["text"]


async def test_undoing_what_others_built_on_leaves_everything(world: World) -> None:
    await world.command(ANA, "add radio: Radios tested gate")
    confirmation = await private(world, ANA)
    await world.command(BEN, "add masts: Masts raised after radio")
    await press(world, ANA, "Undo", confirmation)
    assert "built on it" in (await private(world, ANA))["text"]
    assert {"radio", "masts"} <= set((await plan(world)).item)


async def test_twenty_people_at_once_lose_nothing(world: World) -> None:
    async def block(number: int) -> None:
        user = (ANA, BEN, CHEN, DITA)[number % 4]
        await world._post(
            "commands",
            command="/golive",
            user=user,
            channel=CHANNEL,
            text=f"block feed trouble number {number}",
        )

    await asyncio.gather(*(block(number) for number in range(20)))
    await world.settle()
    found = (await plan(world)).blockers
    assert {b.text for b in found} == {f"trouble number {number}" for number in range(20)}
    assert len({b.id for b in found}) == 20
    with world.store.reading() as tx:
        revisions = [e.revision for e in tx.events(world.slack.state.team.id, "harbor") if e.act == "block"]
    assert sorted(set(revisions)) == list(range(min(revisions), min(revisions) + 20))


async def test_every_change_is_an_event_with_who_when_and_from_what_to_what(world: World) -> None:
    await world.command(ANA, "due training 10 March")
    with world.store.reading() as tx:
        event = tx.events(world.slack.state.team.id, "harbor", newest_first=True, limit=1)[0]
    assert (event.actor, event.act, event.change.key, event.change.field) == (ANA, "due", "training", "due")
    assert (event.change.before, event.change.after) == (None, "2027-03-10")
    assert event.at.tzinfo is not None


async def test_loading_the_file_again_keeps_what_was_said_in_slack(world: World) -> None:
    await world.command(ANA, f"own training <@{DITA}>")
    tracker = Tracker(world.store, world.slack.clock.now)
    report = await asyncio.to_thread(
        tracker.load, HARBOR.read_text(), HARBOR.name, workspace=world.slack.state.team.id, actor="cli:test"
    )
    assert report.changes == ()
    assert (await plan(world)).item["training"].owner == "dita"


async def test_what_is_exported_loads_as_the_same_project(world: World) -> None:
    await world.command(BEN, "block feed radar vendor is silent")
    await world.command(BEN, "done feed it runs")
    tracker = Tracker(world.store, world.slack.clock.now)
    workspace = world.slack.state.team.id
    text = await asyncio.to_thread(tracker.export, workspace, "harbor")
    report = await asyncio.to_thread(
        tracker.load, text, "harbor.yaml", workspace=workspace, actor="cli:test", dry_run=True
    )
    assert report.changes == ()

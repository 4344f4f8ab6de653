"""Is everything heard once, though a channel's id changes while people talk?"""

from __future__ import annotations

import pytest

from tests.journeys.world import ANA, BEN, CHANNEL, HARBOR, World

NEW = "C0SHARED"


async def shared(world: World, *, told: bool) -> None:
    """The channel's id changes; golive learns of it at once, or only after what is said next."""
    if not told:
        world.slack.faults.add({"method": "channel_id_changed", "kind": "out_of_order"})
    await world._post(f"channels/{CHANNEL}/change_id", id=NEW)
    if told:
        await world.settle()


async def blockers(world: World) -> list[str]:
    with world.store.reading() as tx:
        plan = tx.plan(world.slack.state.team.id, "harbor")
        assert plan is not None
        return [f"{each.text} · {each.status}" for each in plan.blockers]


async def test_what_is_said_under_the_new_id_before_golive_knows_it_is_heard_once(world: World) -> None:
    await shared(world, told=False)
    await world.say(BEN, "blocker: the crane is stuck on feed", channel=NEW)
    assert await blockers(world) == ["the crane is stuck on feed · open"]
    assert len([one for one in await world.from_bot(channel=NEW) if "stuck" in one["text"]]) == 1
    assert await world.refused() == []


async def test_so_is_what_is_answered_in_an_older_thread_and_what_is_asked(world: World) -> None:
    thread = await world.say(ANA, "Any news of the port?")
    await world.pass_time("3d")
    await shared(world, told=False)
    await world._post("messages", user=BEN, channel=NEW, text="blocker: the lock is shut", thread_ts=thread)
    me = world.slack.state.app.bot_user
    await world.say(ANA, f"<@{me}> blockers", channel=NEW)
    assert await blockers(world) == ["the lock is shut · open"]
    assert len([m for m in await world.from_bot(channel=NEW, user=ANA) if "ephemeral_to" in m]) == 1


async def test_an_edit_in_the_gap_is_followed(world: World) -> None:
    ts = await world.say(BEN, "blocker: the crane is stuck")
    await shared(world, told=False)
    await world.edit(BEN, ts, "blocker: the winch is stuck", channel=NEW)
    assert await blockers(world) == ["the winch is stuck · open"]


async def test_what_was_heard_under_the_old_id_is_not_heard_again(world: World) -> None:
    await world.say(BEN, "blocker: the crane is stuck on feed")
    said = len(await world.from_bot())
    await shared(world, told=True)
    assert await blockers(world) == ["the crane is stuck on feed · open"]
    assert len(await world.from_bot(channel=NEW)) == said


async def test_the_summaries_posted_there_go_along(world: World) -> None:
    await world.command(ANA, f"summary customer <#{CHANNEL}> friday 9:00")
    await shared(world, told=True)
    assert NEW in (await world.command(ANA, "summary", channel=NEW))["text"]


async def test_a_project_begun_under_the_new_id_meanwhile_stays(world: World) -> None:
    assert world.app is not None
    tracker, team = world.app.tracker, world.slack.state.team.id
    text = HARBOR.read_text().replace(CHANNEL, NEW).replace("key: harbor", "key: quay")
    tracker.load(text, HARBOR.name, workspace=team, actor="cli:test")
    tracker.channel_is_now(team, CHANNEL, NEW)
    with world.store.reading() as tx:
        assert {each.key: each.channel for each in tx.projects(team)} == {"harbor": CHANNEL, "quay": NEW}


async def test_where_slack_does_not_let_it_be_read_all_else_goes_on(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.fault("refuse", method="conversations.history", error="not_in_channel")
    await shared(world, told=True)
    await world.say(BEN, "blocker: the crane is stuck on feed", channel=NEW)
    assert len(await blockers(world)) == 1
    assert "cannot be read back" in caplog.text

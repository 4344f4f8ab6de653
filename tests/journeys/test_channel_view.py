"""Does a project's channel always show how it stands, in one message that people may do with as they like?"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.plan import Item
from sandbox.state import Json
from tests.journeys.world import ANA, BEN, CHANNEL, DITA, World


async def view(world: World) -> Json | None:
    """The one message that is the view; None when there is none."""
    found = [m for m in await world.from_bot() if "Kept up to date" in str(m.get("blocks"))]
    assert len(found) <= 1, "one view, not several"
    return found[0] if found else None


def pins(world: World) -> list[str]:
    return world.slack.state.channels[CHANNEL].pins


async def test_the_lead_has_a_view_made_and_it_is_pinned(world: World) -> None:
    world.hush()
    answer = await world.command(ANA, "view on")
    assert "goes to its channel now" in answer["text"]
    shown = await view(world)
    assert shown is not None
    assert "Harbor booking go-live: NOT ready" in shown["text"]
    assert pins(world) == [shown["ts"]]
    assert len(shown["text"]) <= 4000
    assert await world.refused() == []


async def test_nobody_but_the_lead_makes_one(world: World) -> None:
    answer = await world.command(BEN, "view on")
    assert "Only" in answer["text"]
    assert "lead" in answer["text"]
    assert await view(world) is None


async def test_it_is_edited_in_place_when_its_words_change_and_only_then(world: World) -> None:
    world.hush()
    await world.command(ANA, "view on")
    first = await view(world)
    await world.say(BEN, "blocker: crane 2 is out, waiting on the crane firm")
    await world.pass_time("10s")
    shown = await view(world)
    assert first is not None
    assert shown is not None
    assert shown["ts"] == first["ts"]
    assert "crane 2 is out" in shown["text"]
    edits = len([c for c in await world.calls("chat.update") if c["args"]["ts"] == shown["ts"]])
    await world.command(ANA, "quiet until friday")  # changes no word of it
    await world.pass_time("10s")
    assert len([c for c in await world.calls("chat.update") if c["args"]["ts"] == shown["ts"]]) == edits
    assert await world.refused() == []


async def test_many_changes_in_a_row_are_few_edits(world: World) -> None:
    world.hush()
    await world.command(ANA, "view on")
    await world.pass_time("10s")
    for number in range(8):
        await world._post("messages", user=BEN, channel=CHANNEL, text=f"blocker: crane {number} is out")
    await world.settle()
    await world.pass_time("30s")
    shown = await view(world)
    assert shown is not None
    assert "and 3 more" in shown["text"]
    edits = [c for c in await world.calls("chat.update") if c["args"]["ts"] == shown["ts"]]
    assert len(edits) <= 3


async def test_unpinned_by_people_it_stays_so_and_is_still_edited(world: World) -> None:
    world.hush()
    await world.command(ANA, "view on")
    shown = await view(world)
    assert shown is not None
    await world._post(f"channels/{CHANNEL}/unpin", user=DITA, ts=shown["ts"])
    await world.say(BEN, "blocker: crane 2 is out")
    await world.pass_time("10s")
    after = await view(world)
    assert after is not None
    assert "crane 2 is out" in after["text"]
    assert pins(world) == []


async def test_deleted_by_people_it_is_gone_until_somebody_wants_it_again(world: World) -> None:
    world.hush()
    await world.command(ANA, "view on")
    first = await view(world)
    assert first is not None
    world.slack.slack.delete(world.slack.state.channels[CHANNEL], first)
    await world.settle()
    assert "was deleted" in (await world.command(ANA, "view"))["text"]
    await world.say(BEN, "blocker: crane 2 is out")
    await world.pass_time("1d")
    assert await view(world) is None
    assert [m for m in await world.direct(ANA) if "view" in m["text"]] == []
    assert "was deleted" in (await world.command(ANA, "view"))["text"]
    await world.command(ANA, "view on")
    again = await view(world)
    assert again is not None
    assert pins(world) == [again["ts"]]


async def test_deleted_with_what_was_said_below_it_it_is_gone_too(world: World) -> None:
    world.hush()
    await world.command(ANA, "view on")
    first = await view(world)
    assert first is not None
    await world.say(BEN, "thanks", thread=first["ts"])
    channel = world.slack.state.channels[CHANNEL]
    world.slack.slack.delete(channel, channel.messages[first["ts"]])
    await world.settle()
    assert "was deleted" in (await world.command(ANA, "view"))["text"]


async def test_made_anew_it_takes_the_place_of_the_one_before(world: World) -> None:
    world.hush()
    await world.command(ANA, "view on")
    first = await view(world)
    await world.pass_time("5s")
    await world.command(ANA, "view on")
    again = await view(world)
    assert first is not None
    assert again is not None
    assert again["ts"] > first["ts"]
    assert pins(world) == [again["ts"]]


async def test_taken_away_it_is_gone(world: World) -> None:
    world.hush()
    await world.command(ANA, "view on")
    await world.command(ANA, "view off")
    assert await view(world) is None
    await world.say(BEN, "blocker: crane 2 is out")
    await world.pass_time("10s")
    assert await view(world) is None
    assert await world.refused() == []


async def test_a_channel_with_too_many_pins_keeps_its_view_and_the_lead_is_told(world: World) -> None:
    world.hush()
    channel = world.slack.state.channels[CHANNEL]
    channel.pins = [f"{n}.000001" for n in range(100)]
    await world.command(ANA, "view on")
    assert await view(world) is not None
    [told] = [m for m in await world.direct(ANA) if "pinned" in m["text"]]
    assert "unpin one" in told["text"]


async def test_an_archived_channel_is_told_to_the_lead_in_a_sentence_and_once(world: World) -> None:
    world.hush()
    await world.command(ANA, "view on")
    await world._post(f"channels/{CHANNEL}/archive", user=ANA)
    await world.command(ANA, "harbor block feed the gate is shut", channel="C0LOUNGE")
    await world.pass_time("10s")
    await world.command(ANA, "harbor block feed the other gate too", channel="C0LOUNGE")
    await world.pass_time("1h")
    [told] = [m for m in await world.direct(ANA) if "can no longer be kept up to date" in m["text"]]
    assert "open it again" in told["text"]


async def test_where_golive_is_not_it_says_so_to_the_lead(world: World) -> None:
    world.hush()
    await world._post(f"channels/{CHANNEL}/leave", user=world.slack.state.app.bot_user)
    await world.command(ANA, "view on")
    [told] = [m for m in await world.direct(ANA) if "could not be posted" in m["text"]]
    assert "invite me" in told["text"]
    assert "has no view" in (await world.command(ANA, "view"))["text"]


async def test_it_follows_its_channel_to_another_id(world: World) -> None:
    world.hush()
    await world.command(ANA, "view on")
    first = await view(world)
    await world._post(f"channels/{CHANNEL}/change_id", id="C0NEWHARBOR")
    await world.settle()
    await world.say(BEN, "blocker: crane 2 is out", channel="C0NEWHARBOR")
    await world.pass_time("10s")
    found = [m for m in await world.from_bot(channel="C0NEWHARBOR") if "Kept up to date" in str(m)]
    assert first is not None
    assert [m["ts"] for m in found] == [first["ts"]]
    assert "crane 2 is out" in found[0]["text"]


async def test_where_somebody_from_outside_reads_nothing_internal_stands(world: World) -> None:
    world.hush()
    with world.store.transaction() as tx:
        plan = tx.plan(world.slack.state.team.id, "harbor")
        assert plan is not None
        secret = Item(key="price", title="Price of the second phase", owner="ben", internal=True, gate=True)
        after = replace(plan, items=(*plan.items, secret))
        tx.save(plan, after, actor=ANA, act="edit", at=world.slack.clock.now())
    await world.command(ANA, "view on")
    shown = await view(world)
    assert shown is not None
    assert "Price" in shown["text"]
    await world._post(f"users/{DITA}", is_restricted=True)
    await world.settle()
    await world.pass_time("10s")
    shown = await view(world)
    assert shown is not None
    assert "Price" not in str(shown)

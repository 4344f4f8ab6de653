"""Is everybody told what they have to know, in their own morning, once, and no longer than it is true?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from bot.tracker import Tracker
from tests.journeys.world import ANA, BEN, CHEN, DITA, HARBOR, World

# Monday 2027-03-01 09:00 UTC is 09:00 in Lisbon and London, 10:00 in Prague and 17:00 in Singapore.
# Ben's feed is due on Wednesday; Dita is to confirm the berths.


def when(message: dict[str, Any]) -> str:
    return f"{datetime.fromtimestamp(float(message['ts']), UTC):%a %H:%M}"


async def told(world: World, user: str, about: str = "") -> list[str]:
    """When golive wrote to somebody about something."""
    return [when(message) for message in await world.direct(user) if about in message["text"]]


def states(world: World, subject: str) -> list[tuple[str, str | None]]:
    """What became of what was to be said of a thing, oldest first."""
    with world.store.reading() as tx:
        due = tx.due(world.slack.state.team.id, "harbor")
        assert due is not None
        found = [entry for entry in tx.entries(due.id) if entry.subject == f"harbor/{subject}"]
    return [(entry.state, entry.why) for entry in reversed(found)]


async def post(world: World, path: str, **body: Any) -> None:
    answer = await world.http.post(f"/sandbox/{path}", json=body)
    assert answer.is_success, answer.text


# Owners


async def test_an_owner_is_told_in_the_morning_of_the_day_it_is_due(world: World) -> None:
    await world.pass_time("2d")
    assert await told(world, BEN) == ["Wed 09:00"]
    assert await told(world, BEN, "Vessel feed connected") == ["Wed 09:00"]


async def test_who_confirms_is_told_too_each_in_their_own_morning(world: World) -> None:
    await world.command(BEN, "done feed it runs")
    await world.pass_time("1d")
    assert await told(world, CHEN, "Vessel feed connected") == ["Tue 01:00"]  # 09:00 in Singapore


async def test_what_is_done_before_the_morning_is_not_reminded_of(world: World) -> None:
    await world.command(BEN, "done feed it runs")
    await world.pass_time("2d")
    assert await told(world, BEN) == []


async def test_nothing_is_repeated_unchanged_and_what_got_worse_is_said(world: World) -> None:
    await world.command(ANA, "due training 2027-04-30")  # so that the feed sets the date of go-live
    await world.pass_time("9d")
    said = [message["text"] for message in await world.direct(BEN)]
    assert len(said) == len(set(said)) > 1
    assert "overdue" in said[1]


async def test_who_gets_an_item_from_somebody_else_is_told_the_next_morning(world: World) -> None:
    await world.pass_time("3h")
    await world.command(ANA, "own training <@U0BEN>")
    await world.pass_time("1d")
    assert await told(world, BEN, "Pilots trained") == ["Tue 09:00"]


async def test_nobody_is_told_of_what_they_did_themselves(world: World) -> None:
    await world.command(BEN, "own training me")
    await world.pass_time("1d")
    assert await told(world, BEN) == []


async def test_weekends_and_holidays_are_silent(empty_world: World) -> None:
    plan = yaml.safe_load(HARBOR.read_text())
    plan["project"]["holidays"] = ["2027-03-08"]
    plan["items"][1]["due"] = "2027-03-07"
    world = await loaded(empty_world, plan)
    await world.pass_time("4d")  # Friday: the last working day before it
    assert await told(world, BEN, "Vessel feed") == ["Fri 09:00"]
    await world.pass_time("5d")
    found = [when(m) for user in (ANA, BEN, CHEN, DITA) for m in await world.direct(user)]
    assert not [at for at in found if at.startswith(("Sat", "Sun"))]
    assert (await told(world, BEN, "overdue"))[0] == "Tue 09:00"  # not on the free Monday


async def test_while_somebody_is_away_their_deputy_is_told(empty_world: World) -> None:
    plan = yaml.safe_load(HARBOR.read_text())
    plan["people"][1] |= {"deputy": "ana", "away": [{"from": "2027-03-01", "to": "2027-03-05"}]}
    world = await loaded(empty_world, plan)
    await world.pass_time("3d")
    assert await told(world, BEN) == []
    assert "Ben Okoro" in next(m["text"] for m in await world.direct(ANA) if "Vessel feed" in m["text"])


async def test_a_person_of_several_projects_gets_one_message_with_all_of_them(empty_world: World) -> None:
    plan = yaml.safe_load(HARBOR.read_text())
    plan["project"] |= {"key": "quay", "name": "Quay", "channel": "C0LOUNGE"}
    world = await loaded(empty_world, plan)
    await world.pass_time("2d")
    said = await world.direct(BEN)
    assert [when(message) for message in said] == ["Wed 09:00"]
    assert said[0]["text"].count("Vessel feed connected") == 2
    assert said[0]["text"].count(" · Quay") == 1
    assert "And these" not in str(said[0]["blocks"])


# Nobody has it


async def test_the_lead_is_told_what_nobody_has_once_its_owner_is_gone(world: World) -> None:
    await post(world, f"users/{BEN}", deleted=True)
    await world.settle()
    await world.pass_time("3d")
    [said] = [message for message in await world.direct(ANA) if "Ben Okoro" in message["text"]]
    assert when(said) == "Mon 09:00"  # and not once a message of theirs came back
    assert "is deactivated: nobody has feed" in said["text"]
    assert states(world, "item/feed") == []


async def test_who_comes_back_has_their_work_again(world: World) -> None:
    for gone in (True, False):
        await post(world, f"users/{BEN}", deleted=gone)
        await world.settle()
    await world.pass_time("2d")
    assert await told(world, BEN) == ["Wed 09:00"]


# Blockers


async def test_a_blocker_without_slack_is_put_to_who_is_named_at_once(world: World) -> None:
    await world.command(ANA, "due training 2027-03-02")
    await world.command(DITA, "own training <@U0BEN>")
    await world.command(DITA, "block training No room is free")
    assert await told(world, BEN, "No room is free") == ["Mon 09:00"]


async def test_what_is_over_climbs_no_further(world: World) -> None:
    await world.command(DITA, "own training <@U0BEN>")
    await world.command(DITA, "block training No room is free")
    before = len(await world.direct(ANA))
    await world.command(BEN, "unblock training")
    await world.pass_time("4d")
    assert [m for m in (await world.direct(ANA))[before:] if "No room" in m["text"]] == []


async def test_a_blocker_climbs_in_the_working_hours_of_who_was_asked(world: World) -> None:
    await world.command(DITA, "own training <@U0BEN>")
    await world.command(DITA, "block training No room is free")
    assert await told(world, BEN, "No room") == ["Mon 09:00"]
    await world.pass_time("1d")
    assert await told(world, ANA, "No room") == [
        "Mon 13:00"
    ]  # four of Ben's hours later: nobody is waited on


# Restarts


async def test_a_restart_says_nothing_again(world: World) -> None:
    await world.pass_time("2d")
    before = len(await world.calls("chat.postMessage"))
    await world.stop()
    await world.start()
    assert len(await world.calls("chat.postMessage")) == before


async def test_what_was_due_while_golive_was_down_is_said_once_it_is_back(world: World) -> None:
    await world.stop()
    await world.slack.move(world.slack.clock.now() + timedelta(days=2, hours=1))
    await world.start()
    assert await told(world, BEN) == ["Wed 10:00"]


async def test_a_message_that_could_not_go_out_in_time_waits_for_the_next_working_morning(
    world: World,
) -> None:
    await world.pass_time("47h")  # Wednesday, 08:00
    await world.fault("lost_before", times=100_000)
    await world.pass_time("90m")
    world.slack.clock.move(advance=timedelta(hours=9))
    await world.settle()
    await world.http.delete("/sandbox/faults")
    await world.pass_time("6h")  # past midnight
    assert await told(world, BEN) == []
    await world.pass_time("12h")
    assert [at[:3] for at in await told(world, BEN)] == ["Thu"]


async def loaded(world: World, plan: dict[str, Any]) -> World:
    """The same workspace with this project too, and golive at work."""
    Tracker(world.store, world.slack.clock.now).load(
        yaml.safe_dump(plan, sort_keys=False),
        "changed.yaml",
        workspace=world.slack.state.team.id,
        actor="cli:test",
    )
    await world.start()
    return world


async def test_it_is_noticed_that_somebody_left_who_was_written_to_before(world: World) -> None:
    await world.pass_time("2d")
    assert await told(world, BEN) == ["Wed 09:00"]
    world.slack.state.users[BEN]["deleted"] = True  # and the news of it never comes
    await world.pass_time("1d")
    [said] = [message for message in await world.direct(ANA) if "is deactivated" in message["text"]]
    assert when(said) == "Thu 09:00"

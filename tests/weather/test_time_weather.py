"""Does what the clock has said arrive once and in order in every weather, and only while it is true?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sandbox.errors import Refusal
from storage import Store
from tests.journeys.world import World
from tests.weather import counting
from tests.weather.counting import report
from tests.weather.fleet import Fleet, moment, working_day
from tests.weather.here import counted, fleet_at, shown, until

POST = "chat.postMessage"
MONDAY, TUESDAY = working_day(0), working_day(1)
FLEET = Fleet(days=5)
OF_PIER_1 = "project_id = (SELECT id FROM projects WHERE key = 'pier1')"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def dawn(store: Store) -> AsyncIterator[World]:
    """The bot is at work, and it is Monday, ten to nine."""
    async with fleet_at(FLEET, store, moment(MONDAY, 8, 50)) as world:
        await world.start()
        yield world


@pytest.fixture(scope="module")
def monday() -> list[frozenset[str]]:
    """What is said on a Monday in fine weather, once that is known."""
    return []


async def on_a_fine_monday(known: list[frozenset[str]], folder: Path) -> frozenset[str]:
    if not known:
        store = Store(f"sqlite:///{folder / 'fine.db'}")
        async with fleet_at(FLEET, store, moment(MONDAY, 8, 50)) as world:
            await world.start()
            await until(world, moment(MONDAY, 11))
            known.append(counting.read(world.slack).keys)
        store.close()
    return known[0]


@pytest.mark.parametrize(
    "weather",
    [
        {"kind": "lost_before", "times": 4},
        {"kind": "lost_after", "times": 4},
        {"kind": "500", "times": 4},
        {"kind": "500_after", "times": 4},
        {"kind": "429", "retry_after": 1, "times": 3},
        {"kind": "429", "retry_after": 30, "times": 3},
        {"kind": "429", "retry_after": 300, "times": 3},
    ],
    ids=lambda weather: "-".join(str(weather[key]) for key in ("kind", "retry_after") if key in weather),
)
async def test_in_every_weather_all_of_the_morning_is_said_once(
    dawn: World, monday: list[frozenset[str]], weather: dict[str, Any], tmp_path: Path
) -> None:
    expected = await on_a_fine_monday(monday, tmp_path)
    await dawn.fault(method=POST, **weather)
    await until(dawn, moment(MONDAY, 11))
    found = counted(dawn, expected)
    report(f"{weather}: {found}")
    assert found.clean, found


async def test_with_the_socket_gone_for_an_hour_reminders_go_out_and_what_is_said_is_heard_after(
    dawn: World, monday: list[frozenset[str]], tmp_path: Path
) -> None:
    expected = await on_a_fine_monday(monday, tmp_path)
    await dawn.fault("socket_close", retry_after=3600)
    _, said = dawn.slack.people.say(FLEET.channel(0), FLEET.user(1), "blocker: the pilot boat is late")
    await until(dawn, moment(MONDAY, 9, 40))
    assert expected <= counting.read(dawn.slack).keys
    assert len(shown(dawn, FLEET.channel(0))) == 1
    await until(dawn, moment(MONDAY, 11))
    async with asyncio.timeout(120):  # by the machine's time: that is how long its end stays away
        while not (await dawn.http.get("/sandbox/health")).json()["connections"]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await dawn.settle()
    assert counted(dawn, expected).clean
    answers = [m for m in await dawn.from_bot(channel=FLEET.channel(0)) if m.get("thread_ts") == said["ts"]]
    assert len(answers) == 1


async def test_a_clock_put_back_an_hour_says_nothing_twice_and_forgets_nothing(
    dawn: World, monday: list[frozenset[str]], tmp_path: Path
) -> None:
    expected = await on_a_fine_monday(monday, tmp_path)
    await until(dawn, moment(MONDAY, 9, 10))
    await dawn.pass_time("-1h")
    await until(dawn, moment(MONDAY, 11))
    assert counted(dawn, expected).clean
    await until(dawn, moment(TUESDAY, 11))
    found = counted(dawn)
    assert found.clean, found
    assert len(shown(dawn, FLEET.channel(0))) == 2


# What waited


async def test_what_waited_and_is_no_longer_true_is_not_said(dawn: World) -> None:
    await dawn.fault("429", method=POST, retry_after=3600)
    await until(dawn, moment(MONDAY, 9, 1))
    # Person 0 has the first crane of pier 0; it is done before anybody could be told that it is due.
    await dawn.command(FLEET.user(0), "done d0-0 it turns", channel=FLEET.channel(0))
    await until(dawn, moment(MONDAY, 11))
    told = "\n".join(shown(dawn, FLEET.user(0)))
    assert told
    assert "Crane 0.0 of pier 0" not in told
    assert "Crane 0.0 of pier 0 (Person 0)" not in "\n".join(shown(dawn, FLEET.channel(0)))
    found = counted(dawn)
    assert found.clean, found


async def test_what_waited_together_is_one_message(store: Store) -> None:
    async with fleet_at(Fleet(days=5, blockers=0), store, moment(MONDAY, 8, 50)) as world:
        await world.start()
        await world.fault("429", method=POST, retry_after=5 * 3600)
        await until(world, moment(MONDAY, 9, 30))
        for number in range(3):  # each is put to the person named at once, who cannot be told yet
            channel = FLEET.channel(number)
            await world.say(FLEET.user(1), f"blocker: no power on d{number + 1}-0", channel=channel)
        await until(world, moment(MONDAY, 15))
        for user in FLEET.users:
            assert len(shown(world, user)) <= 1
        found = counted(world)
        assert found.clean, found


# One that is broken, among others


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE projects SET timezone = 'Nowhere/Such' WHERE key = 'pier1'",
        "UPDATE projects SET policies = '[1, 2' WHERE key = 'pier1'",
        f"UPDATE items SET due = 'soon' WHERE {OF_PIER_1}",
        f"DELETE FROM items WHERE {OF_PIER_1}",
    ],
    ids=["zone", "json", "date", "items gone"],
)
async def test_a_broken_project_stops_no_other(store: Store, damage: str) -> None:
    async with fleet_at(FLEET, store, moment(MONDAY, 8, 50)) as world:
        with store.transaction() as tx:
            tx.run(text(damage))
            tx.run(text("UPDATE projects SET revision = revision + 1"))  # so that it is read again
        await world.start()
        await until(world, moment(MONDAY, 11))
        assert [len(shown(world, channel)) for channel in FLEET.channels] == [1, 0, 1]
        assert all(len(shown(world, user)) == 1 for user in FLEET.users)
        assert "pier 1" not in "\n".join(line for user in FLEET.users for line in shown(world, user))
        assert not counted(world).doubled


@pytest.mark.parametrize("refusal", ["channel_not_found", "is_archived", "invalid_blocks"])
async def test_a_channel_that_refuses_stops_no_other_and_its_lead_is_told_once(
    dawn: World, refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, lead = FLEET.channel(1), FLEET.user(1)
    if refusal == "is_archived":
        await dawn._post(f"channels/{broken}/archive")
    else:
        refuse(dawn, broken, refusal, monkeypatch)
    await until(dawn, moment(MONDAY, 11))
    assert [len(shown(dawn, channel)) for channel in FLEET.channels] == [1, 0, 1]
    told = [line for line in shown(dawn, lead) if "could not write" in line]
    assert len(told) == 1
    assert "Pier 1" in told[0]
    with dawn.store.reading() as tx:
        states = tx.run(text("SELECT state FROM outbox WHERE channel = :broken"), {"broken": broken})
        assert set(states.scalars()) == {"failed"}
    others = [line for user in FLEET.users if user != lead for line in shown(dawn, user)]
    assert not [line for line in others if "could not write" in line]
    monkeypatch.undo()
    if refusal == "is_archived":
        await dawn._post(f"channels/{broken}/unarchive")
    await until(dawn, moment(TUESDAY, 11))
    assert len(shown(dawn, broken)) == 1, "the lane goes on"
    found = counted(dawn)
    assert found.clean, found


def refuse(world: World, channel: str, error: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack refuses every message to one channel."""
    post = world.slack.slack.pace.post

    def refused(to: str, now: float) -> None:
        if to == channel:
            raise Refusal(error)
        post(to, now)

    monkeypatch.setattr(world.slack.slack.pace, "post", refused)

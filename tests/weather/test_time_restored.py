"""Is anything said twice when the database is put back to yesterday's copy?"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from sandbox import Sandbox
from storage import Store
from tests.journeys.world import World
from tests.weather import counting
from tests.weather.counting import Log, report
from tests.weather.fleet import Fleet, moment, working_day
from tests.weather.here import fleet_at, shown, until

FLEET = Fleet(days=8)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (working_day(number) for number in range(4))

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def copied(world: World, at: datetime, file: str, copy: Path) -> None:
    """Work until then, and keep a copy of the database as it is then."""
    await world.start()
    await until(world, at)
    await world.stop()
    world.store.close()
    shutil.copy(file.removeprefix("sqlite:///"), copy)
    world.store = Store(file)
    await world.start()


async def restored(world: World, copy: Path) -> None:
    """The bot has lived on; now it goes on with the copy instead."""
    await world.stop()
    world.store.close()
    world.store = Store(f"sqlite:///{copy}")
    await world.start()


def read(slack: Sandbox) -> Log:
    log = counting.read(slack)
    report(f"{log.messages.total()} messages, {log.things.total()} things said; doubled {len(log.doubled)}")
    return log


async def test_on_the_same_day_nothing_is_said_again(database_url: str, tmp_path: Path) -> None:
    backup = tmp_path / "copy.db"
    async with fleet_at(FLEET, Store(database_url), moment(MONDAY, 8, 50)) as world:
        await copied(world, moment(MONDAY, 17), database_url, backup)
        await until(world, moment(TUESDAY, 11))
        before = read(world.slack)
        await restored(world, backup)
        await until(world, moment(TUESDAY, 11, 30))
        after = read(world.slack)
        assert after.messages == before.messages
        assert after.things == before.things
        await until(world, moment(WEDNESDAY, 11))
        assert not read(world.slack).doubled
        assert len(shown(world, FLEET.channel(0))) == 3
        world.store.close()


async def test_on_another_day_what_was_said_meanwhile_is_not_said_again(
    database_url: str, tmp_path: Path
) -> None:
    backup = tmp_path / "copy.db"
    async with fleet_at(FLEET, Store(database_url), moment(MONDAY, 8, 50)) as world:
        await copied(world, moment(MONDAY, 17), database_url, backup)
        # Nobody's crane of Monday was finished: on Tuesday they were told that it is overdue.
        await until(world, moment(TUESDAY, 17))
        before = read(world.slack)
        world.slack.clock.move(now=moment(WEDNESDAY, 9, 30))
        await restored(world, backup)
        await until(world, moment(THURSDAY, 11))
        after = read(world.slack)
        assert not after.doubled
        assert before.keys < after.keys
        world.store.close()

"""What is forgotten by itself, and is nobody kept waiting for it?"""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from tests.journeys.world import CHEN, World


def known(world: World) -> int:
    with world.store.reading() as tx:
        return int(tx.run(text("select count(*) from inbox where state = 'handled'")).scalar_one())


async def test_handled_events_are_known_for_two_days_and_then_forgotten(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.say(CHEN, "lunch at the pier, anybody?")
    await world.pass_time("1d")
    assert known(world) >= 1
    await world.pass_time("2d")
    assert known(world) == 0
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []

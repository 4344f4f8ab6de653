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
    for where in ("pier", "mole"):
        await world.say(CHEN, f"lunch at the {where}, anybody?")
    await world.pass_time("1d")
    assert known(world) >= 2
    await world.pass_time("2d")
    assert known(world) == 1, "the last one stays: its number is not given twice"
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_what_is_said_after_days_of_silence_is_heard(world: World) -> None:
    await world.say(CHEN, "lunch at the pier, anybody?")
    await world.pass_time("5d")
    await world.say(CHEN, "blocker: no answer from the radar vendor on feed")
    assert [m for m in await world.from_bot() if "radar vendor" in m["text"]]

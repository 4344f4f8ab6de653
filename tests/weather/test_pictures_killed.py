"""Is a picture shown twice, or never, when the bot is killed between any two steps of showing it?

`make weather` is the long version: every step there is, on both databases.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from bot.domain.pictures.values import AROUND, Sight
from bot.tracker import Actor, Tracker, Where
from storage import Store
from tests.weather.counting import report
from tests.weather.fleet import FIRST, TEAM, Fleet, moment
from tests.weather.lives import Lives, lives

LONG = os.environ.get("GOLIVE_WEATHER") == "long"
FLEET = Fleet(projects=1, people=2, days=10, daily=6, blockers=0)
USER = FLEET.user(0)
BOTH = ["sqlite", "postgresql"]
EVENING = moment(FIRST, 20)  # nothing is said by itself any more
# What a picture has more than other messages; the rest is for the long version.
ITS_OWN = ("uploads", "files.", "upload", "chat.")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every life keeps what it has drawn."""
    return tmp_path_factory.mktemp("home")


def wanted(life: Lives, number: int) -> str:
    """Somebody asks for a picture of what is around another item, while no bot is there to draw it."""
    item = f"d{number // FLEET.daily}-{number % FLEET.daily}"
    store = Store(life.database)
    try:
        tracker = Tracker(store, lambda: EVENING)
        where = Where(project=FLEET.key(0), direct=True)
        tracker.send_picture(Actor(TEAM, USER), where, Sight(AROUND, item), f"press {number}")
    finally:
        store.close()
    return f"Crane {item.removeprefix('d').replace('-', '.')} of pier 0"


def shown(life: Lives, title: str) -> list[dict[str, Any]]:
    """The pictures around this item that can be seen anywhere."""
    return [
        block
        for channel in life.slack.state.channels.values()
        for message in channel.messages.values()
        for block in message.get("blocks", ())
        if block["type"] == "image" and f"around {title}." in block["alt_text"]
    ]


@pytest.mark.parametrize("database_url", BOTH if LONG else BOTH[:1], indirect=True)
async def test_killed_before_any_step_of_showing_a_picture(
    database_url: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLIVE_HOME", str(home))
    async with lives(FLEET, database_url) as life:
        life.now(EVENING)
        assert await life.to_the_end() is not None  # what else there was to say
        title = wanted(life, 0)
        steps = await life.to_the_end()
        assert steps is not None
        assert len(shown(life, title)) == 1
        every = [(step, nth) for step, times in steps.items() for nth in range(1, times + 1)]
        deaths = every if LONG else [each for each in every if any(own in each[0] for own in ITS_OWN)]
        died = 0
        for number, death in enumerate(deaths, 1):
            title = wanted(life, number)
            died += await life.to_the_end(fatal=death) is None
            assert await life.to_the_end() is not None
            assert len(shown(life, title)) == 1, death
        whole = [file for file in life.slack.state.files.values() if file.complete]
    report(f"killed before {died} of {len(deaths)} steps: {len(whole)} files for {len(deaths) + 1} pictures")
    assert died == len(deaths)
    assert len(whole) == len(deaths) + 1

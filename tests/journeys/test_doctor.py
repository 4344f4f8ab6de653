"""Does `golive doctor` find what is wrong, and say what to do about it?"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from bot.settings import secret
from tests.journeys.world import CHANNEL, World
from tests.shell import Shell


async def doctor(home: Path, **settings: str) -> tuple[int, str]:
    """The command, with these settings and no others."""
    answer = await asyncio.to_thread(Shell(home).golive, "doctor", COLUMNS="300", **settings)
    return answer.returncode, answer.stdout + answer.stderr


def tokens(world: World) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": secret(world.settings.slack_bot_token),
        "SLACK_APP_TOKEN": secret(world.settings.slack_app_token),
        "SLACK_API_URL": world.settings.slack_api_url,
    }


def mended(told: str) -> list[str]:
    """What it says must be mended."""
    return [line for line in told.splitlines() if line.startswith("mend")]


async def test_without_tokens_it_says_how_to_get_them_and_checks_the_rest(tmp_path: Path) -> None:
    code, told = await doctor(tmp_path)
    assert code == 1
    assert len(mended(told)) == 2
    assert "SLACK_BOT_TOKEN" in told
    assert "SLACK_APP_TOKEN" in told
    assert "ok   Database" in told


@pytest.fixture
async def well(empty_world: World, database_url: str) -> dict[str, str]:
    """A workspace that knows today's date, with golive's database loaded for it."""
    await empty_world._post("clock", now=time.time())
    empty_world.store.close()
    return {**tokens(empty_world), "DATABASE_URL": database_url}


async def test_when_all_is_well_it_says_so(well: dict[str, str], tmp_path: Path) -> None:
    code, told = await doctor(tmp_path, **well)
    assert mended(told) == []
    assert code == 0
    assert f"I am in its channel {CHANNEL}" in told


async def test_a_token_that_is_no_good_is_named_and_not_shown(well: dict[str, str], tmp_path: Path) -> None:
    code, told = await doctor(tmp_path, **{**well, "SLACK_BOT_TOKEN": "xoxb-stolen"})
    assert code == 1
    assert "SLACK_BOT_TOKEN" in mended(told)[0]
    assert "xoxb-stolen" not in told


async def test_scopes_that_are_not_granted_are_named(
    empty_world: World, well: dict[str, str], tmp_path: Path
) -> None:
    scopes: dict[str, Any] = empty_world.slack.state.app.manifest["oauth_config"]["scopes"]
    scopes["bot"].remove("reactions:write")
    code, told = await doctor(tmp_path, **well)
    assert code == 1
    assert "reactions:write" in mended(told)[0]
    assert "reinstall" in mended(told)[0]


async def test_a_channel_it_is_not_in_is_named_with_the_way_in(
    empty_world: World, well: dict[str, str], tmp_path: Path
) -> None:
    await empty_world._post(f"channels/{CHANNEL}/leave", user=empty_world.slack.state.app.bot_user)
    code, told = await doctor(tmp_path, **well)
    assert code == 1
    assert "/invite @golive" in mended(told)[0]


async def test_a_bot_that_runs_is_seen(world: World, database_url: str, tmp_path: Path) -> None:
    world.store.claim()
    _, told = await doctor(tmp_path, DATABASE_URL=database_url)
    assert "one is running on this database" in told


async def test_a_database_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    code, told = await doctor(tmp_path, DATABASE_URL="postgresql://me:hunter2@127.0.0.1:9/golive")
    assert code == 1
    assert "mend Database" in told
    assert "hunter2" not in told


async def test_settings_that_are_wrong_are_named(tmp_path: Path) -> None:
    code, told = await doctor(tmp_path, GOLIVE_MODE="telepathy")
    assert code == 1
    assert "GOLIVE_MODE" in told

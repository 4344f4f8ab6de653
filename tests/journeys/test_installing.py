"""Is golive installed by whoever may, and told in words when that comes to nothing?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.integrations.slack import Slack
from bot.tracker import Tracker
from handlers import channels
from storage import Store
from tests.journeys.company import CHANNEL, PORT_CITY, Company, company, environment
from tests.journeys.world import ANA, BEN, ROOT, World


@pytest.fixture
async def town(store: Store, manifest: dict[str, Any]) -> AsyncIterator[Company]:
    async with company(store, manifest) as made:
        await made.start()
        yield made


async def texts(world: World) -> str:
    return "\n".join(message["text"] for message in await world.from_bot())


def stored_tokens(store: Store) -> list[str]:
    with store.reading() as tx:
        found = [
            *tx.run(text("select bot_token from slack_bots")).scalars(),
            *tx.run(text("select bot_token from slack_installations")).scalars(),
            *tx.run(text("select bot_refresh_token from slack_installations")).scalars(),
        ]
    return [token for token in found if token]


async def test_two_workspaces_install_it_and_each_has_its_own(town: Company) -> None:
    for world in town.both:
        page = await town.install(world)
        assert page.status_code == 200
        assert f"golive is in {world.slack.state.team.name}" in page.text
        town.load(world)
    await town.port.say(BEN, "blocker: the crane is stuck on feed")
    assert "stuck" in (await town.port.command(ANA, "blockers"))["text"]
    assert "stuck" not in (await town.river.command(ANA, "blockers"))["text"]
    assert "stuck" in await texts(town.port)
    assert "stuck" not in await texts(town.river)
    assert await town.port.refused() == await town.river.refused() == []


async def test_tokens_are_locked_in_the_database(town: Company) -> None:
    await town.install(town.port)
    stored = stored_tokens(town.store)
    assert len(stored) == 2
    assert all("xox" not in token for token in stored)


async def test_installing_again_keeps_one_installation_and_all_there_was(town: Company) -> None:
    await town.install(town.port)
    town.load(town.port)
    await town.install(town.port)
    assert len(stored_tokens(town.store)) == 2
    assert "Harbor" in (await town.port.command(ANA, "before"))["text"]


async def test_a_project_loaded_before_is_read_as_soon_as_golive_is_installed_and_nobody_is_warned(
    town: Company, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="golive")
    town.load(town.river)
    await town.stop()
    await town.start()
    assert f"Somebody there has to install golive: {town.settings.golive_url}" in caplog.text
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]
    town.load(town.port)
    await town.port.settle()
    for world in town.both:
        await town.install(world)
        with town.store.reading() as tx:
            assert ANA in tx.members(world.slack.state.team.id, CHANNEL)


async def test_a_workspace_that_answers_slowly_keeps_no_other_from_being_read(
    town: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for world in town.both:
        await town.install(world)
    await town.stop()
    reading, others = channels.sync_all, asyncio.Event()

    async def read(tracker: Tracker, slack: Slack) -> set[str]:
        if slack.workspace == PORT_CITY:
            await others.wait()
        others.set()
        return await reading(tracker, slack)

    monkeypatch.setattr(channels, "sync_all", read)
    await town.start()
    assert others.is_set()


async def test_an_installation_comes_back_after_a_restart(town: Company) -> None:
    await town.install(town.port)
    town.load(town.port)
    await town.stop()
    await town.start()
    assert "Harbor" in (await town.port.command(ANA, "before"))["text"]


async def test_who_does_not_allow_it_reads_that_nothing_was_changed(town: Company) -> None:
    browser = town.browser()
    back = await town.answer(town.port, await town.begin(browser), "deny")
    page = await browser.get(back)
    assert page.status_code == 200
    assert "You chose not to allow it" in page.text
    assert town.state(town.port) is None
    again = await browser.get(back.replace("error=access_denied", "code=1.2"))
    assert again.status_code >= 400  # denied is denied: its state opens nothing any more


async def said_of(town: Company, how: str) -> httpx.Response:
    """Come back from Slack in some way that is not right."""
    browser = town.browser()
    asked = await town.begin(browser)
    back = await town.answer(town.port, asked)
    if how == "forged":
        return await browser.get(back.replace(asked["state"], "made-up"))
    if how == "of another browser":
        return await town.browser().get(back)
    if how == "expired":
        town.port.slack.clock.move(advance=timedelta(minutes=11))
    if how == "used":
        cookies = dict(browser.cookies)
        await browser.get(back)
        browser.cookies.update(cookies)
    if how == "without a state":
        return await browser.get(back.partition("&state")[0])
    if how == "without a code":
        return await browser.get(f"/slack/oauth_redirect?state={asked['state']}")
    if how == "with a code of somebody's":
        return await browser.get(f"/slack/oauth_redirect?code=1.abc&state={asked['state']}")
    return await browser.get(back)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("forged", "was not made by golive"),
        ("of another browser", "has to end in the browser it was begun in"),
        ("expired", "More than ten minutes passed"),
        ("used", "works only once"),
        ("without a state", "was not made by golive"),
        ("without a code", "Slack sent no code along"),
        ("with a code of somebody's", "too old, was used before, or is not for golive"),
    ],
)
async def test_what_is_wrong_with_coming_back_is_said_in_words_and_changes_nothing(
    town: Company, caplog: pytest.LogCaptureFixture, how: str, sentence: str
) -> None:
    known = town.state(town.port)
    page = await said_of(town, how)
    assert page.status_code >= 400
    assert sentence in page.text
    assert f"{town.settings.public_url}/slack/install" in page.text  # the way to begin again
    if how != "used":
        assert town.state(town.port) == known
    assert [line for line in caplog.messages if "came to nothing" in line]


async def test_a_page_that_is_opened_twice_can_be_gone_on_with_in_either_tab(town: Company) -> None:
    browser = town.browser()
    first, second = [await town.answer(world, await town.begin(browser)) for world in town.both]
    assert (await browser.get(first)).status_code == 200
    assert (await browser.get(second)).status_code == 200
    assert town.state(town.port) == town.state(town.river) == "working"


async def test_a_word_of_slacks_is_shown_and_nothing_else_that_was_put_into_the_address(
    town: Company,
) -> None:
    page = await town.browser().get("/slack/oauth_redirect", params={"error": "org_login_required"})
    assert "org_login_required" in page.text
    page = await town.browser().get("/slack/oauth_redirect", params={"error": "<b>Call 555</b>"})
    assert "Call 555" not in page.text
    assert "script" not in page.headers["content-security-policy"]


@pytest.mark.parametrize("weather", ["lost_before", "500", "lost_after"])
async def test_when_slack_does_not_answer_it_says_so_and_a_second_try_works(
    town: Company, weather: str
) -> None:
    town.port.slack.faults.add({"kind": weather, "method": "oauth.v2.access"})
    page = await town.install(town.port)
    assert page.status_code >= 400
    assert "egin again" in page.text
    assert town.state(town.port) is None
    assert (await town.install(town.port)).status_code == 200
    assert town.state(town.port) == "working"


async def test_two_who_come_back_at_once_with_one_state_are_let_in_once(town: Company) -> None:
    browser = town.browser()
    back = await town.answer(town.port, await town.begin(browser))
    pages = await asyncio.gather(*(browser.get(back) for _ in range(5)))
    assert sorted(page.status_code for page in pages)[0] == 200
    assert sum(page.status_code == 200 for page in pages) == 1


async def test_whoever_only_opens_the_page_leaves_nothing_in_the_database(town: Company) -> None:
    browser = town.browser()
    for _ in range(3):
        await town.begin(browser)
    with town.store.reading() as tx:
        assert tx.run(text("select count(*) from slack_oauth_states")).scalar_one() == 0


async def test_a_link_to_the_page_cannot_have_slack_asked_for_more(town: Company) -> None:
    page = await town.browser().get("/slack/install", params={"team": "T1&user_scope=admin"})
    assert "user_scope=admin" not in page.text
    page = await town.browser().get("/slack/install", params={"team": PORT_CITY})
    assert f"team={PORT_CITY}" in page.text


async def test_the_code_and_the_tokens_are_in_no_log(town: Company, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await said_of(town, "with a code of somebody's")
    await town.install(town.port)
    ours = [r.getMessage() for r in caplog.records if r.name.startswith(("golive", "slack"))]
    assert not [line for line in ours if "1.abc" in line or "xox" in line]


async def test_a_workspace_without_golive_is_told_so_when_somebody_types_its_command(town: Company) -> None:
    await town.install(town.port)
    payload = {"command": "/golive", "text": "before", "team_id": "T0NOWHERE", "user_id": ANA}
    payload |= {"channel_id": "C1", "response_url": "", "trigger_id": "1.1"}
    assert town.port.slack.signed is not None
    answer = await town.port.slack.signed.send("slash_commands", payload)
    assert "golive is not installed in this workspace" in answer["text"]


async def test_an_event_of_a_workspace_without_golive_is_taken_and_left_alone(town: Company) -> None:
    await town.install(town.port)
    assert town.port.slack.signed is not None
    event = {"type": "message", "channel": "C1", "user": ANA, "ts": "1.000001", "text": "blocker: x"}
    body = {"type": "event_callback", "team_id": "T0NOWHERE", "event_id": "Ev1", "event": event}
    assert await town.port.slack.signed.send("events_api", body) is None
    with town.store.reading() as tx:
        assert tx.unhandled(10) == []


async def test_a_project_loaded_before_the_installation_waits_for_it(town: Company) -> None:
    town.load(town.port)
    await town.stop()
    await town.start()
    assert town.state(town.port) == "held"
    await town.install(town.port)
    assert town.state(town.port) == "working"
    assert "Harbor" in (await town.port.command(ANA, "before"))["text"]
    assert town.port.slack.state.team.id == PORT_CITY


# ——— killed in the middle


@pytest.mark.parametrize("moment", ["oauth.v2.access", "auth.test"])
async def test_killed_in_the_middle_of_an_installation_a_second_try_ends_well(
    store: Store, manifest: dict[str, Any], database_url: str, tmp_path: Path, moment: str
) -> None:
    async with company(store, manifest) as town:
        town.port.slack.deliver_to(f"{town.settings.public_url}/slack/events")
        process = await running(town, tmp_path, database_url)
        try:
            town.port.slack.faults.add({"kind": "slow", "method": moment, "seconds": 30})
            browser = httpx.AsyncClient(
                base_url=town.settings.public_url, timeout=180, trust_env=False, verify=False
            )
            town.browsers.append(browser)
            back = await town.answer(town.port, await town.begin(browser))
            coming = asyncio.create_task(browser.get(back))
            await called(town.port, moment)
        finally:
            process.kill()
            await process.wait()
        with pytest.raises(httpx.HTTPError):
            await coming
        assert town.state(town.port) is None
        town.port.slack.faults.clear()
        process = await running(town, tmp_path, database_url)
        try:
            again = await browser.get(back)
            assert again.status_code >= 400
            assert "works only once" in again.text
            back = await town.answer(town.port, await town.begin(browser))
            assert (await browser.get(back)).status_code == 200
            assert town.state(town.port) == "working"
            assert len(stored_tokens(store)) == 2
        finally:
            process.kill()
            await process.wait()


async def running(town: Company, home: Path, database_url: str) -> asyncio.subprocess.Process:
    """`golive run` in a process of its own, once it listens."""
    env = environment(town, home, database_url, GOLIVE_LOG="ERROR")
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", cwd=ROOT, env=env)
    async with httpx.AsyncClient(trust_env=False, verify=False) as http, asyncio.timeout(120):
        while True:
            with contextlib.suppress(httpx.HTTPError):
                await http.get(f"{town.settings.public_url}/healthz")
                return process
            await asyncio.sleep(0.05)  # its own start has no event to wait for


async def called(world: World, method: str) -> None:
    """Another process calls; Slack's log is the only sign."""
    async with asyncio.timeout(120):
        while not any(call["method"] == method for call in world.slack.state.calls):  # noqa: ASYNC110
            await asyncio.sleep(0.02)

"""Does somebody see on the page what is pinned and what an agent suggests, and can they press it?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from copy import deepcopy

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from sandbox import Limits, Sandbox
from tests.browser.conftest import CHANNELS, PEOPLE, START
from tests.browser.ward import MANIFEST

pytestmark = pytest.mark.asyncio(loop_scope="session")
PROMPTS = [
    {"title": "Beds", "message": "How many beds are free?"},
    {"title": "Shift", "message": "Who is on?"},
]


@pytest_asyncio.fixture(loop_scope="session")
async def agent() -> AsyncIterator[Sandbox]:
    manifest = deepcopy(MANIFEST)
    manifest["features"]["agent_view"] = {"agent_description": "Knows the ward", "suggested_prompts": PROMPTS}
    made = Sandbox(manifest=manifest, at=START, limits=Limits(channel_seconds=0))
    made.seed({"id": "T1", "name": "St. Anne"}, PEOPLE, CHANNELS, [])
    await made.start()
    yield made
    await made.stop()


async def test_what_is_pinned_stands_at_the_top_and_leads_to_its_message(page: Page, agent: Sandbox) -> None:
    channel = agent.state.channels["C1"]
    said = agent.slack.post(channel, agent.slack.app_message(channel, {"text": "Ward 7: NOT ready\nmore"}))
    await page.goto(f"{agent.url}/?as=U1&channel=C1")
    await page.wait_for_selector("body[data-live=yes]")
    await expect(page.locator(".pins")).to_have_count(0)
    agent.slack.pin(channel, said["ts"], "U2")
    pinned = page.get_by_role("list", name="Pinned").get_by_role("link")
    await expect(pinned).to_have_text("Ward 7: NOT ready")
    await pinned.click()
    await expect(page.locator(f"[id='m-{said['ts']}']")).to_be_in_viewport()
    agent.slack.unpin(channel, said["ts"], "U2")
    await expect(page.locator(".pins")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
async def test_a_suggested_question_is_asked_with_a_press(page: Page, agent: Sandbox, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    direct, _ = agent.slack.direct(["U1", agent.state.app.bot_user])
    await page.goto(f"{agent.url}/?as=U1&channel={direct.id}")
    await page.wait_for_selector("body[data-live=yes]")
    await page.get_by_role("group", name="Suggested questions").get_by_role("button", name="Beds").click()
    await expect(page.locator("main .message").last).to_contain_text("How many beds are free?")
    asked = list(direct.messages)[-1]
    agent.slack.agents.status(direct, asked, "is counting …")
    agent.slack.agents.title(direct, asked, "Free beds")
    await expect(page.locator("main .working").last).to_contain_text("is counting …")
    said = agent.slack.app_message(direct, {"text": "Four"}) | {"thread_ts": asked}
    agent.slack.post(direct, said)
    await expect(page.locator("main .working")).to_have_count(0)
    await expect(page.locator("main .replies").last).to_contain_text("Free beds")
    await page.locator("main .replies a").last.click()
    await expect(page.get_by_role("heading", name="Free beds")).to_be_visible()
    await expect(page.locator("aside .message").last).to_contain_text("Four")


async def test_the_agent_hears_which_channel_one_came_from(page: Page, agent: Sandbox) -> None:
    direct, _ = agent.slack.direct(["U1", agent.state.app.bot_user])
    await page.goto(f"{agent.url}/?as=U1&channel=C2")
    await page.wait_for_selector("body[data-live=yes]")
    await page.goto(f"{agent.url}/?as=U1&channel={direct.id}")
    await page.wait_for_selector("body[data-live=yes]")
    await page.get_by_role("button", name="Shift").click()
    await expect(page.locator("main .message").last).to_contain_text("Who is on?")
    assert agent.slack.agents.context("U1")["entities"][0]["value"] == "C2"

"""The forms in a real browser, with the real bot behind them and no mouse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import yaml
from playwright.async_api import Browser, Page, expect

from bot.tracker import Tracker
from sandbox import Sandbox
from storage import Store
from tests.journeys.world import ANA, BEN, CHANNEL, DITA, HARBOR, MONDAY, ROOT, World, seeded, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """golive at work in a project, on SQLite."""
    store = Store(f"sqlite:///{tmp_path / 'golive.db'}")
    manifest: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
    slack = Sandbox(manifest=manifest, data=None, at=MONDAY, port=0)
    seeded(slack)
    url = await slack.start()
    workspace = slack.state.team.id
    Tracker(store, slack.clock.now).load(
        HARBOR.read_text(), HARBOR.name, workspace=workspace, actor="cli:test"
    )
    async with httpx.AsyncClient(base_url=url, timeout=180, trust_env=False, verify=False) as http:
        made = World(slack=slack, store=store, settings=settings_for(slack, url), http=http)
        await made.start()
        yield made
        await made.stop()
        await slack.stop()
        store.close()


async def at(browser: Browser, world: World, user: str, width: int) -> Page:
    context = await browser.new_context(viewport={"width": width, "height": 800}, locale="en-GB")
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto(f"{world.http.base_url}/?as={user}&channel={CHANNEL}")
    await expect(page.locator("body")).to_have_attribute("data-live", "yes")
    return page


async def type_line(page: Page, line: str) -> None:
    await page.locator("#composer-text").focus()
    await page.keyboard.type(line)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog[open]")).to_be_visible()


async def tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        if await page.evaluate("(to) => document.activeElement.matches(to)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with Tab")


@pytest.mark.parametrize("width", [1280, 390])
async def test_an_item_is_added_by_keyboard_alone(browser: Browser, world: World, width: int) -> None:
    page = await at(browser, world, ANA, width)
    await type_line(page, "/golive add")
    await page.keyboard.type("Crane tested")
    await tab_to(page, "[data-block=owner] input")
    await expect(page.locator("[data-block=owner] [role=option]")).to_have_count(4)
    await page.keyboard.type("okoro")
    await expect(page.locator("[data-block=owner] [role=option]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await tab_to(page, "[data-block=depends_on] input")
    await page.keyboard.type("berth")
    await expect(page.locator("[data-block=depends_on] [role=option]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await tab_to(page, "dialog[open] button[type=submit]")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await world.settle()
    with world.store.reading() as tx:
        plan = tx.plan(world.slack.state.team.id, "harbor")
    assert plan is not None
    assert (plan.item["crane-tested"].owner, plan.item["crane-tested"].depends_on) == ("ben", ("berths",))


@pytest.mark.parametrize("width", [1280, 390])
async def test_a_mistake_is_read_at_its_field_and_nothing_typed_is_lost(
    browser: Browser, world: World, width: int
) -> None:
    page = await at(browser, world, BEN, width)
    await type_line(page, "/golive edit feed")
    await page.locator("dialog [data-action=title]").fill("Vessel feed, both quays")
    await page.locator("dialog [data-action=due]").fill("2027-01-04")
    await page.locator("dialog button[type=submit]").press("Enter")
    error = page.locator("dialog [data-input=due] .error")
    await expect(error).to_contain_text("in the past")
    await expect(error).to_be_in_viewport()
    await expect(page.locator("dialog [data-action=title]")).to_have_value("Vessel feed, both quays")


async def test_a_file_is_attached_and_taken_off_again(browser: Browser, world: World, tmp_path: Path) -> None:
    page = await at(browser, world, DITA, 390)
    await type_line(page, "/golive validate berths")
    for name in ("wrong.txt", "list.txt"):
        (tmp_path / name).write_text(name)
        await page.locator("dialog .attach input").set_input_files(tmp_path / name)
        await expect(page.locator("dialog .attach .chip", has_text=name)).to_be_visible()
    await page.get_by_role("button", name="Remove wrong.txt").press("Enter")
    await page.locator("dialog button[type=submit]").press("Enter")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await world.settle()
    with world.store.reading() as tx:
        plan = tx.plan(world.slack.state.team.id, "harbor")
    assert plan is not None
    proof = plan.item["berths"].validation
    assert proof is not None
    assert "list.txt" in (proof.evidence or "")
    assert "wrong.txt" not in (proof.evidence or "")


@pytest.mark.parametrize("width", [1280, 390])
async def test_no_form_is_wider_than_its_window(browser: Browser, world: World, width: int) -> None:
    page = await at(browser, world, ANA, width)
    for line in ("add", "edit feed", "handover feed", "block", "waive training", "reopen berths"):
        await type_line(page, f"/golive {line}")
        body = page.locator("dialog[open] .modal-body")
        assert await body.evaluate("(it) => it.scrollWidth <= it.clientWidth"), line
        assert await body.locator("[data-input]").count() <= 8
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog[open]")).to_have_count(0)

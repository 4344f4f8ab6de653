"""Can somebody add golive to a workspace, go from one to another, and take it out again, in a browser?"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import yaml
from playwright.async_api import Page, expect

from storage import Store
from tests.journeys.company import Company, company
from tests.journeys.world import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('town') / 'golive.db'}")
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    async with company(store, manifest) as made:
        await made.start()
        yield made
    store.close()


async def test_golive_is_added_by_pressing_and_removed_by_pressing(town: Company, page: Page) -> None:
    await page.goto(town.port.slack.url)
    await expect(page.get_by_text("golive is not in this workspace")).to_be_visible()
    await page.get_by_role("link", name="Add golive").click()
    await page.get_by_role("link", name="Add to Slack").click()
    await expect(page.get_by_role("heading", name="golive asks to be let into a workspace")).to_be_visible()
    await page.get_by_role("button", name="Allow").click()
    await expect(page.get_by_role("heading", name="golive is in Port City")).to_be_visible()
    assert town.state(town.port) == "working"
    await page.goto(town.port.slack.url)
    await page.get_by_role("button", name="Remove golive").click()
    await expect(page.get_by_text("golive is not in this workspace")).to_be_visible()
    await town.port.settle()
    assert town.state(town.port) == "removed"


async def test_denied_the_page_says_that_nothing_was_changed(town: Company, page: Page) -> None:
    await page.goto(f"{town.settings.public_url}/slack/install?team=T0RIVER")
    await page.get_by_role("link", name="Add to Slack").click()
    await expect(page.get_by_label("Workspace")).to_have_value("T0RIVER")
    await page.get_by_role("button", name="Deny").click()
    await expect(page.get_by_text("You chose not to allow it")).to_be_visible()
    await expect(page.get_by_role("link", name="Begin again")).to_be_visible()


async def test_a_switch_leads_from_one_workspace_to_the_other(town: Company, page: Page) -> None:
    await page.goto(town.port.slack.url)
    places = page.get_by_role("navigation", name="Workspaces")
    await expect(places.get_by_role("link", name="Port City")).to_have_attribute("aria-current", "page")
    await places.get_by_role("link", name="River Town").click()
    await expect(page.locator(".brand-name")).to_have_text("River Town")
    assert page.url.startswith(town.river.slack.url)

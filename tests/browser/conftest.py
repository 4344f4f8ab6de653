"""A real browser, a sandbox with three people in it, and a small app connected to it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from sandbox import Limits, Sandbox
from tests.browser.ward import MANIFEST, Ward

CHROMIUM = Path("/usr/bin/chromium")
INSTALLED = CHROMIUM.exists()
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # a Monday, 9:00 in Chicago

PEOPLE: list[dict[str, Any]] = [
    {"id": "U1", "name": "dana", "real_name": "Dana Ruiz", "tz": "America/Chicago"},
    {"id": "U2", "name": "sam", "real_name": "Sam Okafor", "tz": "Europe/London"},
    {"id": "U3", "name": "eve", "real_name": "Eve <img src=x onerror=window.hit=1>", "tz": "Asia/Tokyo"},
]
CHANNELS: list[dict[str, Any]] = [
    {"id": "C1", "name": "ward-7", "members": ["U1", "U2", "U3"], "topic": "The cut-over of ward 7"},
    {"id": "C2", "name": "random", "members": ["U1", "U2"]},
]
HISTORY: list[dict[str, Any]] = [
    {"channel": "C1", "user": "U2", "text": "Good morning", "at": "2026-11-22T16:00:00+00:00"},
    {"channel": "C1", "user": "U2", "text": "The VPN is not up yet", "at": "2026-11-23T14:30:00+00:00"},
]
HINTS = ["/ward status", "As Sam Okafor, who knows: blocker: no badge for @dana", "Then move the clock."]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests; each test gets a context of its own."""
    if not INSTALLED:
        assert "CI" not in os.environ, f"{CHROMIUM} is not installed, and here nothing may go untried"
        pytest.skip(f"{CHROMIUM} is not installed: the page was not tried in a browser")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    fast = Limits(channel_seconds=0)
    made = Sandbox(manifest=MANIFEST, at=START, limits=fast, hints=HINTS)
    made.seed({"id": "T1", "name": "St. Anne"}, PEOPLE, CHANNELS, HISTORY)
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def ward(sandbox: Sandbox) -> AsyncIterator[Ward]:
    """The app, connected."""
    made = Ward(sandbox)
    await made.connect()
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    made.set_default_timeout(5_000)
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> Page:
    """A page that fails its test when a script breaks, or when the page's policy had to stop something."""
    made = await context.new_page()
    made.on("pageerror", _fail)
    made.on("console", lambda said: _fail(said.text) if "Security Policy" in said.text else None)
    return made


def _fail(what: object) -> None:
    pytest.fail(f"the page broke: {what}")

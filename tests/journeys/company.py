"""Two workspaces of one Slack, golive installed in them by the people there, and what they can do."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from pydantic import SecretStr

from bot.app import App
from bot.integrations.vault import new_key
from bot.settings import Settings, secret
from bot.tracker import Tracker
from sandbox import Sandbox
from storage import Standing, Store
from tests.journeys.world import CHANNEL, HARBOR, MONDAY, ROOT, World, seeded

PORT_CITY, RIVER_TOWN = "T0PORT", "T0RIVER"


@dataclass
class Company:
    """golive as an app that workspaces install, and the two that can."""

    store: Store
    settings: Settings
    port: World
    river: World
    app: App | None = None
    browsers: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def both(self) -> tuple[World, World]:
        return self.port, self.river

    async def start(self) -> None:
        self.app = App(self.settings, self.store, clock=self.port.slack.clock)
        await self.app.start()
        assert self.app.url is not None
        self.settings = self.settings.model_copy(
            update={"golive_http_port": str(urlsplit(self.app.url).port), "golive_url": self.app.url}
        )
        self.port.slack.deliver_to(f"{self.app.url}/slack/events", f"{self.app.url}/slack/install")
        for world in self.both:
            world.app = self.app
            world.slack.settle = self.app.settle

    async def stop(self) -> None:
        for world in self.both:
            world.slack.settle = world.app = None
        if self.app is not None:
            await self.app.stop()
            self.app = None

    # ——— installing, as a person with a browser

    def browser(self) -> httpx.AsyncClient:
        assert self.app is not None
        browser = httpx.AsyncClient(base_url=self.app.url or "", timeout=180, trust_env=False, verify=False)
        self.browsers.append(browser)
        return browser

    async def begin(self, browser: httpx.AsyncClient) -> dict[str, str]:
        """Press “Add to Slack”; what Slack is asked for."""
        page = await browser.get("/slack/install")
        assert page.status_code == 200, page.text
        address = page.text.partition('<a href="')[2].partition('"')[0].replace("&amp;", "&")
        return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}

    async def answer(self, world: World, asked: dict[str, str], word: str = "allow") -> str:
        """Press Allow or Deny on Slack's page; where that leads."""
        form = {**asked, "team": world.slack.state.team.id, "answer": word}
        sent = await world.http.post("/oauth/v2/authorize", data=form)
        assert sent.status_code == 302, sent.text
        return str(sent.headers["location"])

    async def install(self, world: World) -> httpx.Response:
        """The whole way, from the first page to the last."""
        browser = self.browser()
        back = await self.answer(world, await self.begin(browser))
        page = await browser.get(back)
        await world.settle()
        return page

    # ——— what there is to see

    def standing(self, world: World) -> Standing | None:
        with self.store.reading() as tx:
            return tx.standing(world.slack.state.team.id)

    def state(self, world: World) -> str | None:
        standing = self.standing(world)
        return standing.state if standing else None

    def load(self, world: World, text: str | None = None) -> None:
        tracker = Tracker(self.store, world.slack.clock.now)
        team = world.slack.state.team.id
        tracker.load(text or HARBOR.read_text(), HARBOR.name, workspace=team, actor="cli:test")


@asynccontextmanager
async def company(store: Store, manifest: dict[str, Any], **more: Any) -> AsyncIterator[Company]:
    """Nothing is installed yet, and golive is not started."""
    async with AsyncExitStack() as stack:
        worlds: list[World] = []
        first: Sandbox | None = None
        for team, name in ((PORT_CITY, "Port City"), (RIVER_TOWN, "River Town")):
            slack = Sandbox(
                manifest=manifest,
                at=MONDAY,
                delivery="http",
                installed=False,
                team={"id": team, "name": name},
                beside=first,
            )
            first = first or slack
            seeded(slack)
            url = await slack.start()
            stack.push_async_callback(slack.stop)
            http = httpx.AsyncClient(base_url=url, timeout=180, trust_env=False, verify=False)
            await stack.enter_async_context(http)
            worlds.append(World(slack=slack, store=store, settings=Settings(_env_file=None), http=http))
        assert first is not None
        settings = Settings(
            _env_file=None,
            slack_client_id=first.client_id,
            slack_client_secret=SecretStr(first.client_secret),
            slack_signing_secret=SecretStr(first.signing_secret),
            slack_api_url=f"{first.url}/api/",
            golive_mode="http",
            golive_workspaces="many",
            golive_http_port=str(free_port()),
            golive_token_keys=SecretStr(new_key()),
            **more,
        )
        settings.golive_url = f"http://127.0.0.1:{settings.golive_http_port}"
        made = Company(store, settings, *worlds)
        try:
            yield made
        finally:
            await made.stop()
            for browser in made.browsers:
                await browser.aclose()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def environment(town: Company, home: Path, database_url: str, **more: str) -> dict[str, str]:
    given = town.settings
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "300",
        "GOLIVE_HOME": str(home),
        "DATABASE_URL": database_url,
        "GOLIVE_MODE": "http",
        "GOLIVE_WORKSPACES": "many",
        "GOLIVE_URL": given.public_url,
        "GOLIVE_HTTP_PORT": given.golive_http_port,
        "GOLIVE_TOKEN_KEYS": secret(given.golive_token_keys),
        "SLACK_CLIENT_ID": str(given.slack_client_id),
        "SLACK_CLIENT_SECRET": secret(given.slack_client_secret),
        "SLACK_SIGNING_SECRET": secret(given.slack_signing_secret),
        "SLACK_API_URL": given.api_url,
        **more,
    }


__all__ = ["CHANNEL", "PORT_CITY", "RIVER_TOWN", "Company", "company", "environment"]

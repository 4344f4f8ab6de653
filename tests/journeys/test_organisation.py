"""Does one installation serve every workspace of an organisation, and keep them apart?"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import App
from bot.integrations.vault import new_key
from bot.settings import Settings
from bot.tracker import Tracker
from storage import Store
from tests.journeys.company import free_port
from tests.journeys.world import ANA, CHANNEL, HARBOR

ORG, EAST, WEST = "E0ORG", "T0EAST", "T0WEST"
TOKEN, BOT, SECRET = "xoxb-org", "U0GOLIVE", "signing"


class Organisation:
    """As much of Slack as an organisation's installation needs, and what golive asked it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.revoked = False
        self.closed: set[str] = set()
        self.app: App | None = None
        self.settings = Settings(_env_file=None)
        self.http = httpx.AsyncClient(timeout=180, trust_env=False, verify=False)
        self.events = 0

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        raw = await request.text()
        args: dict[str, Any] = dict(request.query)
        if request.content_type == "application/json":
            args |= json.loads(raw or "{}")
        self.calls.append((method, args))
        if self.revoked:
            return web.json_response({"ok": False, "error": "account_inactive"})
        if args.get("team_id") in self.closed and method != "auth.test":
            return web.json_response({"ok": False, "error": "team_access_not_granted"})
        return web.json_response({"ok": True, **self._said(method)})

    def _said(self, method: str) -> dict[str, Any]:
        if method == "oauth.v2.access":
            return {
                "app_id": "A1",
                "authed_user": {"id": ANA},
                "scope": "chat:write",
                "token_type": "bot",
                "access_token": TOKEN,
                "bot_user_id": BOT,
                "team": None,
                "enterprise": {"id": ORG, "name": "Coastline"},
                "is_enterprise_install": True,
            }
        if method == "auth.test":
            return {
                "team_id": ORG,
                "team": "Coastline",
                "user_id": BOT,
                "bot_id": "B1",
                "url": "https://c.x/",
            }
        if method == "chat.postMessage":
            return {"ts": f"{time.time():.6f}", "channel": CHANNEL}
        found = {"members": [ANA, BOT], "messages": [], "channel": {"id": "D1"}, "user": {"id": ANA}}
        return {**found, "permalink": "https://c.x/archives/C/p1"}

    async def start(self) -> None:
        self.app = App(self.settings, self.store)
        await self.app.start()

    async def stop(self) -> None:
        if self.app is not None:
            await self.app.stop()
            self.app = None

    async def install(self) -> httpx.Response:
        page = await self.http.get(f"{self.settings.public_url}/slack/install")
        state = page.text.partition("state=")[2].partition("&")[0]
        asked = {"code": "1", "state": state}
        return await self.http.get(f"{self.settings.public_url}/slack/oauth_redirect", params=asked)

    async def command(self, team: str, text: str) -> str:
        form = {"command": "/golive", "text": text, "team_id": team, "enterprise_id": ORG, "user_id": ANA}
        form |= {"channel_id": CHANNEL, "is_enterprise_install": "true", "trigger_id": "1"}
        answer = await self.send(urlencode(form), "application/x-www-form-urlencoded")
        return str(answer.json().get("text")) if answer.content else ""

    async def event(self, event: dict[str, Any], team: str | None, ago: int = 0, **outer: Any) -> None:
        self.events += 1
        one = {"enterprise_id": ORG, "team_id": None, "is_enterprise_install": True, "is_bot": True}
        body: dict[str, Any] = {"type": "event_callback", "event_id": f"Ev{self.events}", "event": event}
        body |= {"enterprise_id": ORG, "event_time": int(time.time()) - ago, "authorizations": [one], **outer}
        answer = await self.send(json.dumps(body | ({"team_id": team} if team else {})), "application/json")
        assert answer.status_code == 200
        assert self.app is not None
        await self.app.settle()

    async def send(self, body: str, kind: str) -> httpx.Response:
        at = str(int(time.time()))
        proof = hmac.new(SECRET.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"content-type": kind, "x-slack-request-timestamp": at, "x-slack-signature": f"v0={proof}"}
        url = f"{self.settings.public_url}/slack/events"
        return await self.http.post(url, content=body.encode(), headers=headers)

    def states(self) -> dict[str, str]:
        with self.store.reading() as tx:
            return {one.id: one.state for one in tx.standings()}


@pytest.fixture
async def coast(store: Store) -> AsyncIterator[Organisation]:
    made = Organisation(store)
    slack = web.Application()
    slack.router.add_route("*", "/api/{method}", made.answer)
    runner = web.AppRunner(slack)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = free_port()
    made.settings = Settings(
        _env_file=None,
        slack_client_id="1.2",
        slack_client_secret=SecretStr("s"),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=f"http://127.0.0.1:{runner.addresses[0][1]}/api/",
        golive_mode="http",
        golive_workspaces="many",
        golive_http_port=str(port),
        golive_url=f"http://127.0.0.1:{port}",
        golive_token_keys=SecretStr(new_key()),
    )
    await made.start()
    page = await made.install()
    assert page.status_code == 200
    assert "golive is in Coastline" in page.text
    for team in (EAST, WEST):
        await made.command(team, "before")
    yield made
    await made.stop()
    await made.http.aclose()
    await runner.cleanup()


def load(org: Organisation, team: str, name: str) -> None:
    text = HARBOR.read_text().replace("Harbor booking go-live", name)
    Tracker(org.store, org.app.clock.now).load(text, "h.yaml", workspace=team, actor="cli:test")  # type: ignore[union-attr]


async def test_each_workspace_of_it_is_known_from_its_first_act_on_and_has_its_own(
    coast: Organisation,
) -> None:
    assert coast.states() == {EAST: "working", WEST: "working"}
    load(coast, EAST, "Eastern pier")
    assert "Eastern pier" in await coast.command(EAST, "before")
    assert "Eastern pier" not in await coast.command(WEST, "before")


async def test_what_is_said_there_says_which_workspace_is_meant(coast: Organisation) -> None:
    load(coast, EAST, "Eastern pier")
    message = {"type": "message", "channel": CHANNEL, "user": ANA, "text": "blocker: no crane on feed"}
    message |= {"ts": f"{time.time():.6f}", "channel_type": "channel"}
    await coast.event({**message, "team": EAST}, EAST)
    posts = [args for method, args in coast.calls if method == "chat.postMessage"]
    assert posts
    assert {args["team_id"] for args in posts} == {EAST}


async def test_it_outlives_a_restart(coast: Organisation) -> None:
    load(coast, EAST, "Eastern pier")
    await coast.stop()
    await coast.start()
    assert "Eastern pier" in await coast.command(EAST, "before")


async def test_one_workspace_that_is_taken_out_stops_alone(coast: Organisation) -> None:
    coast.closed.add(WEST)
    await coast.event({"type": "team_access_revoked", "team_ids": [WEST]}, None)
    assert coast.states() == {EAST: "working", WEST: "removed"}
    assert "not installed" in await coast.command(WEST, "before")
    coast.closed.clear()
    await coast.event({"type": "team_access_granted", "team_ids": [WEST]}, None)
    assert coast.states() == {EAST: "working", WEST: "working"}


async def test_removed_by_the_organisation_it_stops_in_all_of_them_and_comes_back_in_all(
    coast: Organisation,
) -> None:
    load(coast, EAST, "Eastern pier")
    coast.revoked = True
    await coast.event({"type": "app_uninstalled"}, None)
    assert coast.states() == {EAST: "removed", WEST: "removed"}
    coast.revoked = False
    await coast.install()
    assert coast.states() == {EAST: "working", WEST: "working"}
    assert "Eastern pier" in await coast.command(EAST, "before")


async def test_old_news_that_the_organisation_removed_it_takes_no_token_away(coast: Organisation) -> None:
    load(coast, EAST, "Eastern pier")
    await coast.event({"type": "app_uninstalled"}, None, ago=3600)
    await coast.stop()
    await coast.start()
    assert coast.states() == {EAST: "working", WEST: "working"}
    assert "Eastern pier" in await coast.command(EAST, "before")


async def test_an_organisation_closes_none_but_its_own_workspaces(coast: Organisation) -> None:
    assert coast.app is not None
    with coast.store.transaction() as tx:
        tx.arrives("T0ELSE", name="Else", url=None, enterprise="E0ELSE", at=coast.app.clock.now())
    await coast.app.workspaces._read()
    await coast.event({"type": "team_access_revoked", "team_ids": ["T0ELSE", WEST]}, None)
    assert coast.states()["T0ELSE"] == "working"


async def test_a_token_of_the_organisation_that_is_refused_holds_all_of_its_workspaces(
    coast: Organisation,
) -> None:
    load(coast, EAST, "Eastern pier")
    coast.revoked = True
    with coast.store.transaction() as tx:
        now = coast.app.clock.now()  # type: ignore[union-attr]
        tx.emit(EAST, CHANNEL, "k", "direct_reply", {"lines": ["x"], "channel": CHANNEL}, at=now)
    await coast.app.settle()  # type: ignore[union-attr]
    assert coast.states() == {EAST: "held", WEST: "held"}


async def test_what_is_said_in_a_channel_of_two_of_its_workspaces_is_heard_where_the_project_is(
    coast: Organisation,
) -> None:
    load(coast, EAST, "Eastern pier")
    await coast.stop()
    await coast.start()  # and learns who is in the project's channel
    message = {"type": "message", "channel": CHANNEL, "user": ANA, "text": "blocker: no crane on feed"}
    message |= {"ts": f"{time.time():.6f}", "channel_type": "channel"}
    await coast.event({**message, "team": WEST}, WEST)
    posts = [args for method, args in coast.calls if method == "chat.postMessage"]
    assert {args["team_id"] for args in posts} == {EAST}


async def test_a_channel_of_two_of_its_workspaces_that_gets_another_id_does_so_for_both(
    coast: Organisation,
) -> None:
    load(coast, EAST, "Eastern pier")
    await coast.stop()
    await coast.start()  # and learns who is in the project's channel
    renumbered = {"type": "channel_id_changed", "old_channel_id": CHANNEL, "new_channel_id": "C0NEW"}
    await coast.event(renumbered, WEST)
    with coast.store.reading() as tx:
        assert [each.channel for each in tx.projects(EAST)] == ["C0NEW"]


async def test_a_channel_shared_with_another_organisation_makes_no_workspace_of_its_people_one_of_ours(
    coast: Organisation,
) -> None:
    load(coast, EAST, "Eastern pier")
    await coast.stop()
    await coast.start()  # and learns who is in the project's channel
    message = {"type": "message", "channel": CHANNEL, "user": "U0ELSE", "text": "blocker: no crane on feed"}
    message |= {"ts": f"{time.time():.6f}", "channel_type": "channel", "team": "T0ELSE"}
    await coast.event(message, "T0ELSE", enterprise_id="E0ELSE")
    press: dict[str, Any] = {
        "type": "block_actions",
        "team": None,
        "user": {"id": "U0ELSE", "team_id": "T0ELSE"},
    }
    press |= {"channel": {"id": CHANNEL}, "enterprise": {"id": ORG}, "is_enterprise_install": True}
    press |= {"actions": [{"action_id": "nothing"}], "trigger_id": "1"}
    assert coast.app is not None
    assert await coast.app.workspaces.homes_of(press) == (EAST,)
    assert coast.states() == {EAST: "working", WEST: "working"}
    with coast.store.reading() as tx:
        plan = tx.plan(EAST, "harbor")
    assert plan is not None
    assert [each.text for each in plan.blockers] == ["no crane on feed"]


async def test_one_workspace_that_is_closed_to_it_is_held_alone_until_it_is_open_again(
    coast: Organisation,
) -> None:
    coast.closed.add(WEST)
    assert coast.app is not None
    now = coast.app.clock.now()
    for team in (WEST, EAST):
        with coast.store.transaction() as tx:
            tx.emit(team, CHANNEL, "k", "direct_reply", {"lines": ["x"], "channel": CHANNEL}, at=now)
    await coast.app.settle()
    assert coast.states() == {EAST: "working", WEST: "held"}
    assert "opens it to golive again" in coast.app.workspaces.mend(WEST)
    await coast.event({"type": "team_access_revoked", "team_ids": [WEST]}, None)
    assert coast.states() == {EAST: "working", WEST: "removed"}
    coast.closed.clear()
    await coast.event({"type": "team_access_granted", "team_ids": [WEST]}, None)
    await coast.app.settle()
    said = [args["team_id"] for method, args in coast.calls if method == "chat.postMessage"]
    assert sorted(said) == [EAST, WEST]

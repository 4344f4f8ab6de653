"""Is the sandbox as strict as Slack about who lets an app in, with which token, and for how long?"""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from sandbox.sharing import share
from tests.sandbox.harbor import MANIFEST, SCOPES, USERS

BACK = "http://127.0.0.1:1/back"


class Pair:
    """Two workspaces of one Slack."""

    def __init__(self, one: Sandbox, two: Sandbox, http: httpx.AsyncClient) -> None:
        self.one, self.two, self.http = one, two, http

    async def allowed(self, home: Sandbox, **changes: str) -> httpx.Response:
        form = {"client_id": home.client_id, "redirect_uri": BACK, "scope": "chat:write", "state": "s"}
        form |= {"team": home.state.team.id, "answer": "allow", **changes}
        return await self.http.post(f"{self.one.url}/oauth/v2/authorize", data=form)

    async def code(self, home: Sandbox) -> str:
        back = (await self.allowed(home)).headers["location"]
        assert parse_qs(urlsplit(back).query)["state"] == ["s"]
        return parse_qs(urlsplit(back).query)["code"][0]

    async def access(self, **args: str) -> dict[str, Any]:
        said = {"redirect_uri": BACK, **args}
        who = (args.pop("client_id", self.one.client_id), args.pop("client_secret", self.one.client_secret))
        answer = await self.http.post(f"{self.one.url}/api/oauth.v2.access", data=said, auth=who)
        return dict(answer.json())

    async def test(self, token: str) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token}"}
        return dict((await self.http.post(f"{self.two.url}/api/auth.test", headers=headers)).json())


def two(manifest: dict[str, Any], data: Path | None = None) -> tuple[Sandbox, Sandbox]:
    manifest = copy.deepcopy(manifest)
    one = Sandbox(
        manifest=manifest, delivery="http", installed=False, team={"id": "T1", "name": "One"}, data=data
    )
    other = Path(f"{data}.2") if data else None
    further = Sandbox(
        manifest=manifest,
        delivery="http",
        installed=False,
        team={"id": "T2", "name": "Two"},
        beside=one,
        data=other,
    )
    for slack in (one, further):
        slack.seed(users=[user for user in USERS if "team_id" not in user])
    return one, further


@pytest.fixture(params=[False, True], ids=["for good", "that runs out"])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    settings = {**MANIFEST["settings"], "token_rotation_enabled": request.param}
    one, further = two({**MANIFEST, "settings": settings})
    await one.start()
    await further.start()
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        yield Pair(one, further, http)
    await further.stop()
    await one.stop()


async def test_a_code_is_for_one_workspace_and_one_use(pair: Pair) -> None:
    code = await pair.code(pair.two)
    answer = await pair.access(code=code)
    assert answer["ok"]
    assert answer["team"]["id"] == "T2"
    assert (await pair.access(code=code))["error"] == "code_already_used"
    known = await pair.test(answer["access_token"])
    assert (known["team_id"], known["user_id"]) == ("T2", answer["bot_user_id"])
    assert not pair.one.has_app


async def test_the_web_api_answers_each_token_for_its_own_workspace(pair: Pair) -> None:
    tokens = [
        (await pair.access(code=await pair.code(home)))["access_token"] for home in (pair.one, pair.two)
    ]
    for url in (pair.one.url, pair.two.url):
        for token, team in zip(tokens, ("T1", "T2"), strict=True):
            client = AsyncWebClient(token, base_url=f"{url}/api/", retry_handlers=[])
            assert (await client.auth_test())["team_id"] == team


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "1.2"}, "invalid_code"),
        ({"client_id": "1.1"}, "invalid_client_id"),
        ({"client_secret": "guess"}, "bad_client_secret"),
        ({"redirect_uri": "http://elsewhere"}, "bad_redirect_uri"),
        ({"grant_type": "password"}, "invalid_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "xoxe-1-x"}, "invalid_refresh_token"),
    ],
)
async def test_what_is_not_right_gets_no_token(pair: Pair, changes: dict[str, str], error: str) -> None:
    code = await pair.code(pair.one)
    assert (await pair.access(**{"code": code, **changes}))["error"] == error
    assert not pair.one.has_app


async def test_a_code_is_good_for_ten_minutes(pair: Pair) -> None:
    code = await pair.code(pair.one)
    pair.one.clock.move(advance=601)
    assert (await pair.access(code=code))["error"] == "invalid_code"


@pytest.mark.parametrize(
    "changes",
    [{"client_id": "1.1"}, {"redirect_uri": "javascript:alert(1)"}, {"scope": "admin"}, {"team": "T9"}],
)
async def test_the_page_lets_nothing_in_that_is_wrong(pair: Pair, changes: dict[str, str]) -> None:
    assert (await pair.allowed(pair.one, **changes)).status_code == 400


async def test_who_denies_is_sent_back_with_that_word(pair: Pair) -> None:
    back = (await pair.allowed(pair.one, answer="deny")).headers["location"]
    assert parse_qs(urlsplit(back).query) == {"error": ["access_denied"], "state": ["s"]}


async def test_tokens_that_run_out_are_renewed_once_by_their_refresh_token() -> None:
    manifest = {**MANIFEST, "settings": {**MANIFEST["settings"], "token_rotation_enabled": True}}
    one, further = two(manifest)
    await one.start()
    await further.start()
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        pair = Pair(one, further, http)
        first = await pair.access(code=await pair.code(one))
        assert first["expires_in"] == 12 * 3600
        assert first["access_token"].startswith("xoxe.xoxb-")
        refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = await pair.access(**refresh)
        assert second["access_token"] != first["access_token"]
        assert (await pair.access(**refresh))["error"] == "invalid_refresh_token"
        assert (await pair.test(first["access_token"]))["error"] == "token_revoked"
        one.clock.move(advance=12 * 3600 + 1)
        assert (await pair.test(second["access_token"]))["error"] == "token_expired"
    await further.stop()
    await one.stop()


async def test_an_app_that_is_removed_is_told_and_hears_no_more(pair: Pair) -> None:
    token = (await pair.access(code=await pair.code(pair.one)))["access_token"]
    manifest = pair.one.state.app.manifest["settings"]["event_subscriptions"]
    manifest["bot_events"] = [*manifest["bot_events"], "app_uninstalled", "tokens_revoked"]
    client = AsyncWebClient(token, base_url=f"{pair.one.url}/api/", retry_handlers=[])
    assert (await client.auth_revoke())["revoked"]
    assert (await pair.test(token))["error"] == "account_inactive"
    pair.one.seed(channels=[{"id": "C1", "name": "quay", "members": ["U0ANN"]}])
    pair.one.people.say("C1", "U0ANN", "anybody?")
    told = [one.body["event"]["type"] for one in pair.one.state.deliveries.values()]
    assert told == ["tokens_revoked", "app_uninstalled"]


async def test_what_is_said_in_a_shared_channel_is_there_in_both_and_told_once(pair: Pair) -> None:
    for home in (pair.one, pair.two):
        await pair.access(code=await pair.code(home))
    pair.one.seed(channels=[{"id": "C9", "name": "both", "members": ["U0ANN"]}])
    pair.two.seed(users=[{"id": "U0ZOE", "name": "zoe", "real_name": "Zoe"}])
    channel = pair.one.state.channels["C9"]
    share(pair.one.slack, channel, pair.two.slack)
    for member in ("U0ZOE", pair.two.state.app.bot_user):
        pair.two.slack.join(channel, member)
    for home in (pair.one, pair.two):
        home.state.deliveries.clear()
    pair.two.people.say("C9", "U0ZOE", "hello over there")
    assert [m["text"] for m in pair.one.state.channels["C9"].messages.values()][-1] == "hello over there"
    bodies = [d.body for home in (pair.one, pair.two) for d in home.state.deliveries.values()]
    [body] = [body for body in bodies if body["event"]["type"] == "message"]
    assert body["is_ext_shared_channel"]
    assert (body["team_id"], body["event"]["team"]) == ("T1", "T2")
    assert pair.one.state.users["U0ZOE"]["is_stranger"]


async def test_both_outlive_their_process_with_the_channel_they_share(tmp_path: Path) -> None:
    one, further = two(MANIFEST, tmp_path / "slack.db")
    one.seed(channels=[{"id": "C9", "name": "both", "members": ["U0ANN"]}])
    share(one.slack, one.state.channels["C9"], further.slack)
    one.people.say("C9", "U0ANN", "still here")
    one.install.begin()
    for slack in (one, further):
        slack.save()
        await slack.stop()
    again, further = two(MANIFEST, tmp_path / "slack.db")
    assert again.has_app
    assert not further.has_app
    assert further.state.channels["C9"] is again.state.channels["C9"]
    assert any(m["text"] == "still here" for m in further.state.channels["C9"].messages.values())
    assert set(SCOPES) == set(again.state.app.scopes)
    await further.stop()
    await again.stop()

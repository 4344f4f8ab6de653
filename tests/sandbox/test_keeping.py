"""What this Slack knows outlives it, and only this machine may talk to it."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox import Sandbox
from tests.sandbox.harbor import CHANNELS, MANIFEST, TEAM, USERS, Harbor, running

# Started as a program of its own, so that it can be killed without warning.
PROGRAM = """
import asyncio, json, sys
from pathlib import Path
from sandbox import Sandbox
from tests.sandbox.harbor import CHANNELS, MANIFEST, TEAM, USERS

async def main():
    slack = Sandbox(manifest=MANIFEST, data=Path(sys.argv[1]))
    slack.seed(team=TEAM, users=USERS, channels=CHANNELS)
    print(await slack.start(), slack.bot_token, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_killed_slack_still_has_what_it_answered_for(tmp_path: Path) -> None:
    data = tmp_path / "slack.db"
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(data), stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout
    url, token = (await program.stdout.readline()).decode().split()
    async with httpx.AsyncClient(base_url=url, trust_env=False, verify=False) as http:
        said = {"channel": "C0QUAY", "user": "U0ANN", "text": "before the storm"}
        ts = (await http.post("/sandbox/messages", json=said)).json()["ts"]
        bearer = {"authorization": f"Bearer {token}"}
        posted = {"channel": "C0QUAY", "text": "noted", "thread_ts": ts}
        assert (await http.post("/api/chat.postMessage", json=posted, headers=bearer)).json()["ok"]
        program.send_signal(signal.SIGKILL)
        await program.wait()
    async with running(data=data) as harbor:
        assert harbor.slack.bot_token == token
        assert await harbor.said() == ["before the storm", "noted"]
        assert [one["method"] for one in harbor.slack.state.calls] == ["chat.postMessage"]
        kept = [one.body["event"]["text"] for one in harbor.slack.state.deliveries.values()]
        assert sorted(kept) == ["before the storm", "noted"]


async def test_views_files_pins_and_people_are_kept_too(tmp_path: Path) -> None:
    data = tmp_path / "slack.db"
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    async with running(data=data) as harbor:
        await harbor.client.views_publish(user_id="U0ANN", view=home)
        uploaded = await harbor.client.files_upload_v2(channel="C0QUAY", filename="a.txt", content="abc")
        posted = await harbor.client.chat_postMessage(channel="U0BEN", text="pin")
        await harbor.client.pins_add(channel=posted["channel"], timestamp=posted["ts"])
        await harbor.client.chat_delete(channel="C0QUAY", ts=(await said_last(harbor))["ts"])
        before = await whole(harbor)
    async with running(data=data) as harbor:
        assert await whole(harbor) == before
        assert harbor.slack.state.files[uploaded["files"][0]["id"]].content == b"abc"
        assert harbor.slack.state.channels[posted["channel"]].pins == [posted["ts"]]
        assert harbor.slack.state.new_id("D") != posted["channel"]


async def test_the_clock_goes_on_from_where_it_was_when_asked_to(tmp_path: Path) -> None:
    data = tmp_path / "slack.db"
    async with running(data=data) as harbor:
        began = harbor.slack.clock.now()
        await harbor.post("clock", advance="3d")
    async with running(data=data) as harbor:
        assert harbor.slack.clock.now() - began < timedelta(days=1)
        harbor.slack.resume()
        assert timedelta(days=3) <= harbor.slack.clock.now() - began < timedelta(days=3, minutes=1)
        await harbor.slack.move(began + timedelta(days=9))
        harbor.slack.resume()
        assert harbor.slack.clock.now() - began >= timedelta(days=9)


async def said_last(harbor: Harbor) -> dict[str, Any]:
    return (await harbor.get("channels/C0QUAY/messages"))[-1]


async def whole(harbor: Harbor) -> list[Any]:
    """All there is to see, but for addresses, which change with the port."""
    seen = [await harbor.get(path) for path in ("channels", "users", "views", "channels/C0QUAY/messages")]
    return json.loads(json.dumps(seen).replace(harbor.slack.url, ""))


async def test_seeding_again_changes_nothing(tmp_path: Path) -> None:
    history = [
        {"channel": "C0QUAY", "user": "U0ANN", "text": "root", "ts": "1700000000.000100"},
        {"channel": "C0QUAY", "user": "U0BEN", "text": "reply", "at": "2026-11-20T09:00:00-06:00",
         "thread_ts": "1700000000.000100"},
    ]  # fmt: skip
    async with running(data=tmp_path / "slack.db") as harbor:
        for _ in range(2):
            harbor.slack.seed(team=TEAM, users=USERS, channels=CHANNELS, history=history)
        assert await harbor.said() == ["root", "reply"]
        assert harbor.slack.state.deliveries == {}
        root, reply = await harbor.get("channels/C0QUAY/messages")
        assert (root["reply_count"], reply["ts"]) == (1, "1795186800.000000")


async def test_it_starts_and_stops() -> None:
    slack = Sandbox(manifest=MANIFEST)
    slack.seed(team=TEAM, users=USERS, channels=CHANNELS)
    await slack.start()
    assert slack.url
    await slack.stop()
    assert not slack.connected


async def test_the_state_tells_who_watches_it(harbor: Harbor) -> None:
    changes = harbor.slack.state.changes()
    waiting = asyncio.ensure_future(anext(changes))
    await asyncio.sleep(0)
    await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="x")
    assert "channel:C0QUAY" in await asyncio.wait_for(waiting, 1)
    await changes.aclose()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", "127.0.0.1.evil.example"])
async def test_another_hosts_name_opens_nothing(harbor: Harbor, host: str) -> None:
    for path in ("/", "/sandbox/health", "/api/auth.test"):
        assert (await harbor.http.get(path, headers={"host": host})).status_code == 403


async def test_another_sites_page_cannot_act(harbor: Harbor) -> None:
    said = {"channel": "C0QUAY", "user": "U0ANN", "text": "x"}
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        answer = await harbor.http.post("/sandbox/messages", json=said, headers=headers)
        assert answer.status_code == 403
    port = harbor.slack.url.rpartition(":")[2]
    own = {"origin": f"http://localhost:{port}", "host": f"localhost:{port}"}
    assert (await harbor.http.post("/sandbox/messages", json=said, headers=own)).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "example.com"])
def test_it_listens_on_this_machine_only(host: str) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        Sandbox(manifest=MANIFEST, host=host)


@pytest.mark.parametrize("body", ["", "[]", "{", '"text"'])
async def test_a_body_that_is_no_object_is_refused_with_a_sentence(harbor: Harbor, body: str) -> None:
    answer = await harbor.http.post("/sandbox/messages", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")

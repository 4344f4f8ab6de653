"""The app hears what happens where it is, and hears it again when it did not acknowledge it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web

from tests.sandbox.harbor import MANIFEST, Ears, Harbor, running


async def test_a_message_arrives_in_slacks_whole_envelope(harbor: Harbor, ears: Ears) -> None:
    said = await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="see <b> & @ben")
    await harbor.idle()
    [body] = ears.bodies
    assert body["type"] == "event_callback"
    assert body["team_id"] == "T0HARBOR"
    assert body["api_app_id"] == harbor.slack.state.app.id
    assert body["event_id"].startswith("Ev")
    assert body["authorizations"][0]["user_id"] == harbor.slack.state.app.bot_user
    assert body["is_ext_shared_channel"] is False
    event = body["event"]
    assert event["text"] == "see &lt;b&gt; &amp; <@U0BEN>"
    assert event["blocks"][0]["elements"][0]["elements"] == [
        {"type": "text", "text": "see <b> & "},
        {"type": "user", "user_id": "U0BEN"},
    ]
    assert (event["channel"], event["channel_type"], event["ts"]) == ("C0QUAY", "channel", said["ts"])
    assert event["client_msg_id"]


async def test_a_mention_arrives_twice_but_in_a_direct_message_once(harbor: Harbor, ears: Ears) -> None:
    bot = harbor.slack.state.app.bot_user
    await harbor.post("messages", channel="C0QUAY", user="U0ANN", text=f"<@{bot}> hello")
    await harbor.post("messages", channel=bot, user="U0ANN", text="@ferry hello")
    await harbor.idle()
    assert sorted(ears.kinds()) == ["app_mention", "message", "message"]
    assert len({one["event_id"] for one in ears.bodies}) == 3
    assert {one["channel_type"] for one in ears.events if one["type"] == "message"} == {"channel", "im"}


async def test_nothing_is_heard_from_where_the_app_is_not(harbor: Harbor, ears: Ears) -> None:
    await harbor.post("messages", channel="C0DOCK", user="U0ANN", text="alone")
    await harbor.post("messages", channel="G0VIPS", user="U0BEN", text="alone")
    await harbor.idle()
    assert ears.events == []


async def test_only_what_the_manifest_subscribes_to_is_sent(listening: Any) -> None:
    settings = {**MANIFEST["settings"], "event_subscriptions": {"bot_events": ["app_mention"]}}
    async with running(manifest={**MANIFEST, "settings": settings}) as harbor:
        ears = await listening(harbor)
        await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="@ferry hello")
        await harbor.idle()
        assert ears.kinds() == ["app_mention"]


async def test_edits_deletions_and_reactions_are_told(harbor: Harbor, ears: Ears) -> None:
    ts = (await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="one"))["ts"]
    await harbor.post("messages/edit", channel="C0QUAY", user="U0ANN", ts=ts, text="two")
    await harbor.post("reactions", channel="C0QUAY", user="U0BEN", ts=ts, name="eyes")
    await harbor.post("reactions", channel="C0QUAY", user="U0BEN", ts=ts, name="eyes", remove=True)
    await harbor.post("messages/delete", channel="C0QUAY", user="U0ANN", ts=ts)
    await harbor.idle()
    assert ears.kinds() == [
        "message",
        "message_changed",
        "reaction_added",
        "reaction_removed",
        "message_deleted",
    ]
    _, changed, added, _, deleted = ears.events
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("one", "two")
    assert changed["message"]["edited"]["user"] == "U0ANN"
    assert (added["item"]["ts"], added["item_user"], added["user"]) == (ts, "U0ANN", "U0BEN")
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "two")


async def test_deleting_the_root_of_a_thread_leaves_a_tombstone(harbor: Harbor, ears: Ears) -> None:
    ts = (await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="root"))["ts"]
    await harbor.client.chat_postMessage(channel="C0QUAY", text="reply", thread_ts=ts)
    await harbor.post("messages/delete", channel="C0QUAY", user="U0ANN", ts=ts)
    await harbor.idle()
    assert ears.kinds()[-1] == "message_changed"
    assert ears.events[-1]["message"]["subtype"] == "tombstone"
    assert ears.events[-1]["previous_message"]["text"] == "root"


async def test_the_apps_own_and_other_bots_messages_carry_their_bot_id(harbor: Harbor, ears: Ears) -> None:
    await harbor.client.chat_postMessage(channel="C0QUAY", text="mine")
    await harbor.post("channels/C0QUAY/join", user="U0BOT")
    await harbor.post("messages", channel="C0QUAY", user="U0BOT", text="theirs")
    await harbor.idle()
    spoken = {one["text"]: one for one in ears.events if one["type"] == "message"}
    assert spoken["mine"]["bot_id"] == harbor.slack.state.app.bot_id
    assert spoken["theirs"]["bot_id"] not in (None, harbor.slack.state.app.bot_id)
    assert "subtype" not in spoken["theirs"]


async def test_joining_leaving_renaming_and_archiving_are_told(harbor: Harbor, ears: Ears) -> None:
    await harbor.post("channels/C0QUAY/join", user="U0FAR", inviter="U0ANN")
    await harbor.post("messages", channel="C0QUAY", user="U0FAR", text="hello from outside")
    await harbor.post("channels/C0QUAY/leave", user="U0FAR")
    await harbor.post("channels/C0QUAY/rename", user="U0ANN", name="pier")
    await harbor.post("channels/C0QUAY/change_id", id="C0PIER")
    await harbor.post("channels/C0PIER/archive", user="U0ANN")
    await harbor.idle()
    named = [one for one in ears.kinds() if not one.startswith("channel_join")]
    assert named == [
        "member_joined_channel", "message", "channel_leave", "member_left_channel", "channel_name",
        "channel_rename", "channel_id_changed", "channel_archive",
    ]  # fmt: skip
    outside = next(body for body in ears.bodies if body["event"].get("text") == "hello from outside")
    assert outside["is_ext_shared_channel"] is True
    assert outside["event"]["user_team"] == "T0OTHER"
    assert await harbor.said("C0PIER") == await harbor.said("pier")


async def test_people_change_and_come(harbor: Harbor, ears: Ears) -> None:
    await harbor.post("users", name="dot", id="U0DOT")
    await harbor.post("users/U0DOT", deleted=True)
    await harbor.idle()
    assert ears.kinds() == ["team_join", "user_change"]
    assert ears.events[1]["user"]["deleted"] is True
    assert "deactivated" in await harbor.refused("home", user="U0DOT")


async def test_an_event_that_is_not_acknowledged_comes_again(harbor: Harbor) -> None:
    """The retries come at once, after a minute and after five more, by the sandbox's clock."""
    harbor.slack.sockets.ack_seconds = 0.1
    async with frames(harbor) as socket:
        await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="hear me")
        first, second = await envelope(socket), await envelope(socket)
        assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
        assert second["retry_reason"] == "timeout"
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert first["envelope_id"] != second["envelope_id"]
        for attempt, advance in ((2, "1m"), (3, "5m")):
            await until(lambda: not harbor.slack.pending()["events"])
            await harbor.post("clock", advance=advance)
            assert (await envelope(socket))["retry_attempt"] == attempt
        await until(lambda: harbor.slack.pending()["dropped"])
        assert harbor.slack.state.deliveries == {}


async def test_what_a_closed_socket_did_not_acknowledge_comes_over_the_next(harbor: Harbor) -> None:
    async with frames(harbor) as socket:
        await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="lost?")
        lost = await envelope(socket)
    async with frames(harbor) as socket:
        again = await envelope(socket)
        assert again["payload"]["event_id"] == lost["payload"]["event_id"]
        await socket.send_json({"envelope_id": again["envelope_id"]})
        await until(lambda: not harbor.slack.state.deliveries)


async def test_connections_take_turns_and_ten_are_the_most(harbor: Harbor) -> None:
    async with frames(harbor) as one, frames(harbor) as two:
        for text in ("a", "b"):
            await harbor.post("messages", channel="C0QUAY", user="U0ANN", text=text)
        texts = [(await envelope(each))["payload"]["event"]["text"] for each in (one, two)]
        assert sorted(texts) == ["a", "b"]
    await until(lambda: not harbor.slack.sockets.connections)
    harbor.slack.state.deliveries.clear()
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(await link(harbor)) for _ in range(11)]
        assert (await sockets[9].receive_json())["num_connections"] == 10
        assert (await sockets[10].receive_json())["reason"] == "too_many_websockets"
        for each in sockets:
            await each.close()


async def test_a_link_opens_once(harbor: Harbor) -> None:
    address = await link(harbor)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(address) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(address)


async def test_an_undelivered_event_is_delivered_once_the_app_comes(harbor: Harbor, listening: Any) -> None:
    await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="anybody there?")
    ears = await listening(harbor)
    await harbor.idle()
    assert [one["text"] for one in ears.events] == ["anybody there?"]


async def test_over_http_every_request_is_signed_and_retried() -> None:
    async with receiver([503, 200]) as (url, requests), running(delivery="http", request_url=url) as harbor:
        await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="signed")
        await until(lambda: len(requests) == 2)
        await until(lambda: not harbor.slack.state.deliveries)
        for headers, body in requests:
            base = b"v0:" + headers["x-slack-request-timestamp"].encode() + b":" + body
            digest = hmac.new(harbor.slack.signing_secret.encode(), base, hashlib.sha256).hexdigest()
            assert headers["x-slack-signature"] == f"v0={digest}"
            assert json.loads(body)["event"]["text"] == "signed"
        assert "x-slack-retry-num" not in requests[0][0]
        assert requests[1][0]["x-slack-retry-num"] == "1"
        assert requests[1][0]["x-slack-retry-reason"] == "http_error"


async def test_over_http_an_app_can_wish_for_no_retry() -> None:
    refusing = receiver([500], {"x-slack-no-retry": "1"})
    async with refusing as (url, requests), running(delivery="http", request_url=url) as harbor:
        await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="once")
        await until(lambda: not harbor.slack.state.deliveries)
        assert len(requests) == 1


async def test_over_http_commands_and_presses_are_forms() -> None:
    friendly = receiver([200], text="all right")
    async with friendly as (url, requests), running(delivery="http", request_url=url) as harbor:
        acked = await harbor.post("commands", command="/ferry", text="now", user="U0ANN", channel="C0QUAY")
        assert acked["ack"] == {"text": "all right"}
        form = parse_qs(requests[0][1].decode())
        assert (form["command"], form["text"], form["user_id"]) == (["/ferry"], ["now"], ["U0ANN"])
        await harbor.post("shortcuts", callback_id="book", user="U0ANN")
        payload = json.loads(parse_qs(requests[1][1].decode())["payload"][0])
        assert (payload["type"], payload["callback_id"]) == ("shortcut", "book")


# ——— a bare socket, and a bare receiver of requests


async def link(harbor: Harbor) -> str:
    headers = {"authorization": f"Bearer {harbor.slack.app_token}"}
    opened = await harbor.http.post("/api/apps.connections.open", headers=headers)
    return str(opened.json()["url"])


@asynccontextmanager
async def frames(harbor: Harbor) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with aiohttp.ClientSession() as session, session.ws_connect(await link(harbor)) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


async def envelope(socket: aiohttp.ClientWebSocketResponse) -> Any:
    return await socket.receive_json(timeout=60)


async def until(true: Any) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@asynccontextmanager
async def receiver(
    statuses: list[int], headers: dict[str, str] | None = None, text: str = ""
) -> AsyncIterator[tuple[str, list[tuple[Any, bytes]]]]:
    """An app over HTTP that answers with these statuses, the last one from then on."""
    requests: list[tuple[Any, bytes]] = []

    async def answer(request: web.Request) -> web.Response:
        requests.append((request.headers, await request.read()))
        status = statuses[min(len(requests), len(statuses)) - 1]
        return web.Response(status=status, headers=headers, text=text)

    app = web.Application()
    app.router.add_post("/slack/events", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}/slack/events", requests
    finally:
        await runner.cleanup()

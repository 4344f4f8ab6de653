"""Is no event lost and none handled twice, over the socket or over HTTP, and is everybody else kept out?"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import text as sql

from bot.app import App
from bot.domain.errors import Unavailable
from storage import Kept, Store
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, World

BLOCKER = "blocker: the radar vendor does not answer about feed"


def kept(world: World) -> list[Kept]:
    with world.store.reading() as tx:
        return tx.unhandled(100)


async def answers(world: World) -> list[str]:
    return [message["text"] for message in await world.from_bot()]


async def test_an_event_that_comes_twice_is_handled_once(world: World) -> None:
    await world.fault("twice", method="message", times=5)
    await world.say(BEN, BLOCKER)
    assert len(await answers(world)) == 1
    assert len(await world.calls("reactions.add")) == 1


async def test_a_mention_comes_as_two_events_and_is_answered_once(world: World) -> None:
    await world.say(BEN, f"<@{world.slack.state.app.bot_user}> what must happen before go-live?")
    private = [m for m in await world.from_bot(user=BEN) if "Harbor" in m["text"]]
    assert len(private) == 1


async def test_what_arrived_and_was_not_handled_is_handled_at_the_next_start(world: World) -> None:
    await world.stop()
    ts = (await world._post("messages", user=BEN, channel=CHANNEL, text=BLOCKER))["ts"]
    with world.store.transaction() as tx:  # it reached us just before a kill
        tx.keep("Ev0KILLED", CHANNEL, message(world, ts), world.slack.clock.now())
    await world.start()
    await world.settle()
    assert len(await answers(world)) == 1
    assert kept(world) == []


async def test_what_was_said_is_not_kept_once_it_is_handled(world: World, store: Store) -> None:
    await world.say(CHEN, "lunch at the pier, anybody?")
    with store.reading() as tx:
        bodies = tx.run(sql("select body from inbox")).scalars().all()
    assert bodies
    assert not any("pier" in str(body) for body in bodies)


async def test_small_talk_and_other_bots_are_left_alone(world: World) -> None:
    await world.say(CHEN, "lunch at the pier, anybody?")
    bot = await world._post("users", id="U0RADARBOT", name="radar", is_bot=True)
    await world._post(f"channels/{CHANNEL}/join", user=bot["id"])
    await world.say("U0RADARBOT", BLOCKER)
    assert await answers(world) == []


async def test_a_handler_that_fails_is_tried_again_before_the_next_event_of_its_channel(world: World) -> None:
    order: list[str] = []

    async def stubborn(event: dict[str, Any], body: dict[str, Any]) -> None:
        order.append(event["text"])
        if order == ["first"]:
            raise RuntimeError("a passing trouble")

    assert world.app is not None
    world.app.inbox.on("message", stubborn)
    await asyncio.gather(world.say(CHEN, "first"), world.say(CHEN, "second"))
    await world.settle()
    assert order == ["first", "first", "second"]


async def test_an_event_nobody_can_handle_is_set_aside_and_its_author_is_told(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(event: dict[str, Any], body: dict[str, Any]) -> None:
        if event["text"] == "poison":
            raise RuntimeError("secret internals")

    assert world.app is not None
    world.app.inbox.on("message", broken)
    await world.say(CHEN, "poison")
    for _ in range(6):
        await world.pass_time("1m")
    await world.settle()
    assert kept(world) == []
    told = [m["text"] for m in await world.from_bot(user=CHEN)]
    assert len(told) == 1
    assert "reference" in told[0]
    assert "secret internals" not in told[0]
    reference = told[0].rsplit(" ", 1)[-1]
    assert reference in caplog.text


async def test_an_event_that_cannot_be_stored_is_not_acknowledged(world: World) -> None:
    world.store.close()
    await world._post("messages", user=BEN, channel=CHANNEL, text=BLOCKER)
    assert (await world.http.get("/sandbox/health")).json()["events"] >= 1


# ——— over HTTP


def message(world: World, ts: str, text: str = BLOCKER, user: str = BEN) -> dict[str, Any]:
    event = {"type": "message", "user": user, "text": text, "ts": ts, "channel": CHANNEL, "event_ts": ts}
    return {
        "type": "event_callback",
        "team_id": world.slack.state.team.id,
        "api_app_id": "A0",
        "event_id": f"Ev{ts.replace('.', '')}",
        "event_time": int(float(ts)),
        "event": {**event, "channel_type": "channel"},
        "authorizations": [],
    }


class Door:
    """Slack's side of signed HTTP."""

    def __init__(self, world: World, url: str, http: httpx.AsyncClient) -> None:
        self.world, self.url, self.http = world, url, http

    async def send(self, body: bytes, kind: str = "application/json", **headers: str) -> httpx.Response:
        now = str(int(self.world.slack.clock.time()))
        key = self.world.slack.signing_secret.encode()
        signature = "v0=" + hmac.new(key, f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
        given = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature, "Content-Type": kind}
        return await self.http.post(f"{self.url}/slack/events", content=body, headers={**given, **headers})

    async def event(self, body: dict[str, Any], **headers: str) -> httpx.Response:
        return await self.send(json.dumps(body).encode(), **headers)


@pytest.fixture
async def door(empty_world: World) -> AsyncIterator[Door]:
    """golive listening for signed requests."""
    empty_world.settings = empty_world.settings.model_copy(
        update={"golive_mode": "http", "golive_http_port": "0"}
    )
    empty_world.hush()  # the sandbox tells over the socket what is posted, and there is none
    await empty_world.start()
    assert empty_world.app is not None
    assert empty_world.app.url is not None
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        yield Door(empty_world, empty_world.app.url, http)


async def test_a_signed_event_is_kept_before_it_is_answered_and_handled_once(door: Door) -> None:
    body = message(door.world, f"{door.world.slack.clock.time():.6f}")
    assert [(await door.event(body)).status_code for _ in range(3)] == [200, 200, 200]
    await door.world.app.settle()  # type: ignore[union-attr]
    assert len(await door.world.calls("reactions.add")) == 1


async def test_a_signed_command_is_answered(door: Door) -> None:
    form = {"command": "/golive", "text": "before", "user_id": ANA, "channel_id": CHANNEL, "team_id": "T1"}
    answer = await door.send(
        urlencode(form | {"response_url": door.world.slack.url + "/none", "trigger_id": "1.2.3"}).encode(),
        kind="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200
    assert "Harbor booking go-live" in answer.json()["text"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": "v0=00"},
        {"X-Slack-Signature": "v0=\xfcber"},
        {"X-Slack-Request-Timestamp": "not a number"},
        {"X-Slack-Request-Timestamp": "1"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Signature": ""},
    ],
    ids=["wrong", "no ascii", "no number", "old", "huge", "empty"],
)
async def test_a_request_that_is_not_slacks_is_refused_and_not_logged(
    door: Door, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = message(door.world, "1803891000.000100", text="blocker: a secret of ours")
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = await door.event(body, **raw)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert "a secret of ours" not in caplog.text
    assert kept(door.world) == []


async def test_a_request_without_any_signature_is_refused(door: Door) -> None:
    answer = await door.http.post(f"{door.url}/slack/events", json={"type": "event_callback"})
    assert answer.status_code == 401


async def test_a_body_larger_than_slack_sends_is_refused(door: Door) -> None:
    assert (await door.send(b"x" * 3_000_000)).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"null",
        b"",
        b"[" * 100_000,
        b'{"type": "block_actions", "actions": []}',
    ],
    ids=["torn", "list", "text", "bytes", "null", "empty", "deep", "no actions"],
)
async def test_a_signed_body_that_makes_no_sense_is_refused_and_breaks_nothing(
    door: Door, body: bytes
) -> None:
    answer = await door.send(body)
    assert 400 <= answer.status_code < 500
    assert (await door.event(message(door.world, "1803891000.000100"))).status_code == 200


@pytest.mark.parametrize(
    "event", [b'"a word"', b'{"type":' * 900 + b"1" + b"}" * 900], ids=["no event", "deep event"]
)
async def test_an_event_that_is_none_is_left_alone(door: Door, event: bytes) -> None:
    answer = await door.send(b'{"type": "event_callback", "event_id": "Ev1", "event": ' + event + b"}")
    assert answer.status_code < 500
    assert kept(door.world) == []


@pytest.mark.parametrize(
    "event",
    [
        {"type": "channel_archive", "channel": CHANNEL, "user": BEN},
        {"type": "nobody_knows_this"},
        {"type": "message", "subtype": "message_changed", "channel": CHANNEL, "message": {"bot_id": "B1"}},
        {"type": "message"},
    ],
)
async def test_an_event_nobody_waits_for_is_answered_all_the_same(door: Door, event: dict[str, Any]) -> None:
    body = message(door.world, "1803891000.000100") | {"event": event}
    assert (await door.event(body)).status_code == 200


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel": CHANNEL},
        {"type": "message", "channel": CHANNEL, "ts": "soon", "user": BEN, "text": BLOCKER},
        {"type": "message", "channel": CHANNEL, "ts": "1803891000.000200", "user": [BEN], "text": BLOCKER},
        {"type": "message", "channel": CHANNEL, "subtype": "message_changed"},
        {"type": "message", "channel": CHANNEL, "subtype": "message_changed", "message": "text"},
        {"type": "message", "channel": CHANNEL, "subtype": "message_deleted"},
        {"type": "app_mention", "user": BEN},
        {"type": "app_home_opened", "tab": "home"},
        {"type": "member_joined_channel", "user": BEN},
        {"type": "channel_id_changed", "channel": CHANNEL},
        {"type": [], "channel": CHANNEL},
    ],
    ids=lambda event: "-".join(map(str, event)),
)
async def test_an_event_with_parts_missing_holds_up_none_that_follows(
    door: Door, event: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    whole = message(door.world, f"{door.world.slack.clock.time():.6f}")
    torn = whole | {"event": event, "event_id": "Ev0TORN"}
    assert [(await door.event(body)).status_code for body in (torn, whole)] == [200, 200]
    await door.world.app.settle()  # type: ignore[union-attr]
    assert len(await door.world.calls("reactions.add")) == 1
    assert "could not be handled" not in caplog.text


async def test_slack_asking_whether_the_address_is_ours_gets_its_challenge_back(door: Door) -> None:
    answer = await door.event({"type": "url_verification", "challenge": "who is there", "token": "x"})
    assert answer.status_code == 200
    assert "who is there" in answer.text


async def test_the_notice_of_too_many_events_is_taken(door: Door) -> None:
    body = {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1, "api_app_id": "A0"}
    assert (await door.event(body)).status_code == 200


async def test_a_command_that_is_not_ours_is_acknowledged(door: Door) -> None:
    form = {"command": "/other", "text": "x", "user_id": ANA, "channel_id": CHANNEL, "team_id": "T1"}
    answer = await door.send(urlencode(form).encode(), kind="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.text) == (200, "")


async def test_a_button_nobody_knows_is_acknowledged(door: Door) -> None:
    body = {
        "type": "block_actions",
        "user": {"id": BEN},
        "team": {"id": "T1"},
        "actions": [{"action_id": "of_an_older_version", "block_id": "b", "type": "button", "value": "v"}],
    }
    form = urlencode({"payload": json.dumps(body)}).encode()
    answer = await door.send(form, kind="application/x-www-form-urlencoded")
    assert answer.status_code == 200


@pytest.mark.parametrize("action", ["not_a_blocker", "edit_blocker", "undo", "post_answer", "owner_item"])
@pytest.mark.parametrize("value", [None, "", "harbor B77", "nowhere 1", "harbor feed more"])
async def test_a_button_that_is_refused_at_once_is_acknowledged_all_the_same(
    door: Door, action: str, value: str | None
) -> None:
    pressed = {"action_id": action, "block_id": "b", "type": "button", "value": value}
    body = {
        "type": "block_actions",
        "user": {"id": BEN},
        "team": {"id": "T1"},
        "channel": {"id": CHANNEL, "name": "harbor"},
        "container": {"type": "message", "message_ts": "1803891000.000100", "channel_id": CHANNEL},
        "actions": [{name: part for name, part in pressed.items() if part is not None}],
    }
    form = urlencode({"payload": json.dumps(body)}).encode()
    answer = await door.send(form, kind="application/x-www-form-urlencoded")
    assert answer.status_code == 200  # what nobody answers in three seconds is 408


async def test_the_health_page_says_how_things_are_and_when_the_database_is_gone(door: Door) -> None:
    well = await door.http.get(f"{door.url}/healthz")
    assert (well.status_code, well.json()["database"]) == (200, "ok")
    door.world.store.close()
    ill = await door.http.get(f"{door.url}/healthz")
    assert ill.status_code == 503


async def test_an_event_that_cannot_be_stored_is_refused_so_that_it_comes_again(door: Door) -> None:
    door.world.store.close()
    assert (await door.event(message(door.world, "1803891000.000100"))).status_code >= 500


async def test_a_port_that_is_taken_is_told_in_a_sentence(door: Door) -> None:
    port = door.url.rpartition(":")[2]
    settings = door.world.settings.model_copy(update={"golive_http_port": port})
    app = App(settings, door.world.store, clock=door.world.slack.clock)
    with pytest.raises(Unavailable, match="GOLIVE_HTTP_PORT"):
        await app.start()

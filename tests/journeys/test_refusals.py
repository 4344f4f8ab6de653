"""What must hold for somebody who presses what they may not, and for what nobody could have pressed."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

import handlers
from bot.domain.errors import Refused
from handlers.views.reminders import FORM as REMINDER
from handlers.views.reminders import MORE
from handlers.views.settings import CHANGE
from handlers.views.settings import FORM as SETTINGS
from tests.journeys.world import BEN, CHANNEL, World

HUGE = "9" * 30


def pressed(action_id: str, **more: Any) -> dict[str, Any]:
    """A press of Ben's as Slack sends it, with what is said of the button."""
    return {
        "type": "block_actions",
        "user": {"id": BEN},
        "team": {"id": "T1"},
        "channel": {"id": CHANNEL, "name": "harbor"},
        "trigger_id": "1.2.3",
        "container": {"type": "message", "message_ts": "1803891000.000100", "channel_id": CHANNEL},
        "actions": [{"action_id": action_id, "block_id": "b", "type": "button", **more}],
    }


def sent(private: Any, *, values: Any = None, seen: Any = 1, form: str = "blocker_form") -> dict[str, Any]:
    """The form of a blocker as it comes back; a dict is what it carries along, whole but for this."""
    whole = {"project": "harbor", "blocker": "B1", "channel": CHANNEL, "seen": seen}
    carried = json.dumps(whole | private) if isinstance(private, dict) else private
    return {
        "type": "view_submission",
        "user": {"id": BEN},
        "team": {"id": "T1"},
        "view": {
            "callback_id": form,
            "type": "modal",
            "private_metadata": carried,
            "state": {"values": {} if values is None else values},
        },
    }


FORGED_PRESSES = [
    *(pressed(id) for id in ("undo", "edit_blocker", "not_a_blocker", "post_answer", "ask_before", "run_0")),
    *(pressed(id) for id in (CHANGE, MORE)),
    *(pressed(id, value=7) for id in ("undo", "edit_blocker", "post_answer", "ask_before", "run_0")),
    *(pressed("undo", value=f"harbor {word}") for word in ("one", "", "-1", "1.5", "²", HUGE, "5000000000")),
    pressed("undo", value="harbor\x00 1"),
    pressed("edit_blocker", value="harbor \ud800"),
    pressed("ask_nonsense", value="harbor before"),
    pressed("post_answer", value="harbor nonsense"),
    pressed("post_answer", value="harbor mine"),
    pressed("owner_item", block_id="owner:U0DITA"),
    pressed("owner_item", block_id="owner:U0DITA", selected_option=None),
    pressed("owner_item", block_id="owner:U0DITA", selected_option={"value": ["feed"]}),
    pressed("owner_item", selected_option={"value": "feed"}),
    {**pressed("owner_item", block_id="owner:U0DITA", selected_option={"value": "feed"}), "container": {}},
    {**pressed("edit_blocker", value="harbor B1"), "trigger_id": None},
    *(pressed(f"nudge_{act}") for act in ("accept", "decline", "done", "on_it")),
    *(pressed("nudge_decline", value=said) for said in ("harbor", "harbor/item", "harbor//feed", "/" * 9)),
    pressed("nudge_done", value="harbor/item/feed"),
]
FORGED_FORMS = [
    sent("no JSON"),
    sent("[1]"),
    sent("[" * 3000),
    sent(None),
    sent({"project": None}),
    sent({"blocker": ["B1"]}),
    sent({"blocker": "B99"}),
    sent({"project": "nowhere"}),
    sent({}, seen="one"),
    sent({}, seen=10**30),
    sent({}, seen=None),
    sent({}, values=[1]),
    sent({}, values={"text": "words"}),
    sent(None, form=SETTINGS),
    sent({}, form=SETTINGS),
    sent({"message": 7}, form=f"{REMINDER}not_mine"),
    sent({}, values={"item": {"blocker_item": {"selected_option": {"value": 7}}}}),
    sent({}, values={"expected_clear": {"expected_clear": {"selected_date": "2027-13-45"}}}),
]


async def acted(world: World, body: dict[str, Any]) -> BoltResponse:
    """What Slack is answered to this payload, once everything is done."""
    assert world.app is not None
    request = AsyncBoltRequest(body=json.dumps(body), mode="socket_mode")
    answer = await world.app.door.answered(lambda: request)
    await world.settle()
    return answer.response


async def whispers(world: World) -> list[str]:
    """What only Ben was told, in order."""
    return [m["text"] for m in await world.messages(user=BEN) if m.get("ephemeral_to") == BEN]


async def revision(world: World) -> int:
    with world.store.reading() as tx:
        found = tx.plan(world.slack.state.team.id, "harbor")
    assert found is not None
    return found.project.revision


async def _authorized() -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_user_id="U9", bot_id="B9"
    )


async def test_a_press_that_is_refused_at_once_was_acknowledged_all_the_same() -> None:
    app = AsyncApp(authorize=_authorized, request_verification_enabled=False)
    told = []

    @app.use
    async def prepared(context: AsyncBoltContext, next) -> None:  # type: ignore[no-untyped-def]
        handlers.in_time(context)
        await next()

    @app.action("press")
    async def refusing(ack) -> None:  # type: ignore[no-untyped-def]
        await ack()
        raise Refused("That is for its owner to say.")

    @app.error
    async def in_words(error: Exception) -> None:
        told.append(str(error))

    body = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "team": {"id": "T1"},
        "actions": [{"action_id": "press"}],
    }
    answer = await app.async_dispatch(AsyncBoltRequest(body=json.dumps(body), mode="socket_mode"))

    assert isinstance(answer, BoltResponse)
    assert answer.status == 200
    assert told == ["That is for its owner to say."]


async def test_a_press_or_a_form_nobody_could_have_made_gets_a_sentence(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.say(BEN, "blocker: no antenna on feed")
    before = await revision(world)
    for body in [*FORGED_PRESSES, *FORGED_FORMS]:
        heard = len(await whispers(world))
        answer = await acted(world, body)
        told = [*([answer.body] if answer.body else []), *(await whispers(world))[heard:]]
        assert answer.status == 200, body
        assert len(told) == 1, (body, told)
        assert re.search("any more|There is no|No project", told[0]), (body, told)
    assert await revision(world) == before
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("missing", ["user_id", "channel_id"])
async def test_a_command_that_does_not_say_who_or_where_is_asked_for_again(
    world: World, missing: str, caplog: pytest.LogCaptureFixture
) -> None:
    command = {"command": "/golive", "text": "before", "user_id": BEN, "channel_id": CHANNEL}
    answer = await acted(world, {name: value for name, value in command.items() if name != missing})
    assert "type it again" in json.loads(answer.body)["text"]
    assert caplog.records == [r for r in caplog.records if r.levelno < logging.ERROR]


async def test_a_command_without_text_says_where_the_project_stands(world: World) -> None:
    answer = await acted(world, {"command": "/golive", "text": None, "user_id": BEN, "channel_id": CHANNEL})
    assert "Harbor booking go-live" in json.loads(answer.body)["text"]


async def test_an_answer_about_an_item_that_is_none_is_not_put_into_the_channel(world: World) -> None:
    await acted(world, pressed("post_answer", value="harbor item nonsense"))
    assert "There is no item `nonsense`" in (await whispers(world))[-1]
    assert [m for m in await world.from_bot() if not m.get("ephemeral_to")] == []

"""What must hold for somebody who presses what they may not."""

from __future__ import annotations

import json

from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

import handlers
from bot.domain.errors import Refused


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

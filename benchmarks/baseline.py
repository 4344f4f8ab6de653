"""What does a bare AsyncApp cost that does nothing? Every request benchmark is measured against it."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Constant"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Always the same"}}],
}


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None,
        team_id="T0BENCH",
        bot_token=os.environ.get("SLACK_BOT_TOKEN", "xoxb-b"),
        bot_id="B0BENCH",
        bot_user_id="U0BENCHBOT",
    )


def application(signing_secret: str) -> Starlette:
    client = AsyncWebClient(base_url=os.environ.get("SLACK_API_URL", AsyncWebClient.BASE_URL))
    app = AsyncApp(signing_secret=signing_secret, authorize=_authorize, client=client)

    @app.command("/golive")
    async def nothing(ack: Any) -> None:
        await ack()

    @app.action(re.compile("^form_open_"))
    async def constant(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=VIEW)

    @app.event("message")
    async def heard() -> None:
        return None

    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])


if __name__ == "__main__":
    port, secret = int(sys.argv[1]), sys.argv[2]
    uvicorn.run(application(secret), host="127.0.0.1", port=port, log_level="warning", access_log=False)

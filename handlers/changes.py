"""Take back what was just changed."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.integrations.slack import Slack
from bot.tracker import Tracker
from handlers.inbox import Inbox
from handlers.readiness import pressed_by
from handlers.views import told


def register(app: AsyncApp, tracker: Tracker, inbox: Inbox, slack: Slack) -> None:
    @app.action(told.UNDO)
    async def undo(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        project, revision = told.undo_of(action)
        who, where = pressed_by(slack, body, project)
        done = await asyncio.to_thread(tracker.undo, who, where, revision)
        # The confirmation makes room for its opposite, so that nobody presses the same Undo twice.
        message = told.done(("Taken back.", *done.lines), done.project, done.undo)
        await respond(replace_original=True, **message)

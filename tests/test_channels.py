"""Is nobody forgotten who comes to a channel while Slack is asked who is there?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from bot.integrations.slack import Slack
from bot.tracker import Tracker
from handlers import channels
from storage import Store

TEAM, CHANNEL = "T1", "C1"


class SlowSlack:
    """Somebody comes and somebody goes before its answer is here."""

    workspace, bot_user = TEAM, "UBOT"

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker

    async def members(self, channel: str) -> frozenset[str]:
        self.tracker.joined(TEAM, channel, "UNEW")
        self.tracker.left(TEAM, channel, "UOLD")
        return frozenset({"UBOT", "UOLD", "UANA"})

    async def ask(self, method: str, user: str) -> dict[str, Any]:
        return {"user": {"id": user, "team_id": TEAM}}


async def test_who_comes_or_goes_while_slack_is_asked_did_so(store: Store) -> None:
    tracker = Tracker(store, lambda: datetime(2027, 3, 1, tzinfo=UTC))
    tracker.members_are(TEAM, CHANNEL, ["UOLD", "UGONE"], before=frozenset())
    assert await channels.joined(CHANNEL, tracker, cast(Slack, SlowSlack(tracker)))
    assert tracker.members(TEAM, CHANNEL) == {"UBOT", "UANA", "UNEW"}

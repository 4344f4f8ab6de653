"""How does golive work in the one workspace whose bot token is in the environment?"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import Refused
from bot.integrations.clock import Clock, sleep
from bot.integrations.slack import Declined, Identity, LockedOut, Slack, SlackTrouble
from bot.workspaces.standing import Body, Workspaces
from storage import Standing, Store

log = logging.getLogger("golive.workspaces")

LONGEST_WAIT = timedelta(minutes=1)


class One(Workspaces):
    """Whatever comes in is of this workspace: the app's socket or signing secret let it in."""

    def __init__(self, store: Store, clock: Clock, client: AsyncWebClient) -> None:
        super().__init__(store, clock)
        self._client = client
        self.slack = Slack(client, clock, tokens=self)

    async def start(self) -> None:
        who = await self._introduced()
        if not await self.arrived(who):
            raise Refused(
                f"Workspace {who.workspace} is being forgotten. `golive forget {who.workspace}` ends that; "
                "then start golive again."
            )

    async def _introduced(self) -> Identity:
        """Who we are; asked until Slack can be reached."""
        pause = timedelta(seconds=1)
        while True:
            try:
                return await self.slack.identify()
            except (LockedOut, Declined) as refusal:
                raise Refused(
                    f"Slack does not accept SLACK_BOT_TOKEN ({refusal.error}): copy it again from the app's "
                    "settings page."
                ) from refusal
            except SlackTrouble as trouble:
                log.warning("%s (%s)", trouble, self._client.base_url)
            await sleep(self.clock, self.clock.now() + pause)
            pause = min(pause * 2, LONGEST_WAIT)

    def slack_in(self, workspace: str) -> Slack | None:
        return self.slack if self.slack.of(workspace) is not None else None

    async def homes_of(self, body: Body) -> tuple[str, ...]:
        await self.fresh()
        here, view = self.slack.workspace, body.get("view")
        opened_in = view.get("app_installed_team_id") if isinstance(view, Mapping) else None
        if isinstance(opened_in, str) and opened_in.startswith("T") and opened_in != here:
            return ()  # a form of another installation, however it came here
        return (here,) if self.serves(here) else ()

    def home_of(self, body: Body) -> str:
        return self.slack.workspace

    async def current(self) -> str:
        return self._client.token or ""

    async def refused(self, token: str, error: str, workspace: str | None) -> bool:
        if self.slack.known:
            await self.shut_out(self.slack.workspace, error)
        return False

    async def _is_news(self, standing: Standing, at: datetime) -> bool:
        """Slack itself is asked: there is one token here, and nothing says for which app of the workspace the
        news was."""
        return await self._is_shut_out(standing.id)

    def mend(self, workspace: str) -> str:
        return "Copy SLACK_BOT_TOKEN again from the app's settings page, and start golive again."

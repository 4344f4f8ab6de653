"""What happens when golive is removed from a workspace, or an organisation changes where it may be?"""

from __future__ import annotations

from typing import Any

from bot.workspaces import Workspaces
from bot.workspaces.routing import moment_of, organisation_of, teams_in
from handlers.inbox import Inbox

Event = dict[str, Any]


def register(inbox: Inbox, workspaces: Workspaces) -> None:
    async def uninstalled(event: Event, body: Event) -> None:
        await workspaces.ended(body, "app_uninstalled")

    async def revoked(event: Event, body: Event) -> None:
        # The bot's token goes with the app; a person's may go alone.
        if _users(event, "bot"):
            await workspaces.ended(body, "tokens_revoked")
        for user in _users(event, "oauth"):
            await workspaces.user_left(workspaces.home_of(body), user)

    async def granted(event: Event, body: Event) -> None:
        for team in teams_in(event):
            await workspaces.join(organisation_of(body) or "", team)

    async def withdrawn(event: Event, body: Event) -> None:
        for team in teams_in(event):
            await workspaces.withdrawn(organisation_of(body) or "", team, moment_of(body))

    inbox.on("app_uninstalled", uninstalled)
    inbox.on("tokens_revoked", revoked)
    inbox.on("team_access_granted", granted)
    inbox.on("team_access_revoked", withdrawn)


def _users(event: Event, kind: str) -> list[str]:
    tokens = event.get("tokens")
    found = tokens.get(kind) if isinstance(tokens, dict) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

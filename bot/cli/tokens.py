"""With which token does a verb of the command line speak to a workspace?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import aiohttp
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import Invalid
from bot.integrations.installations import Installations
from bot.integrations.vault import Vault
from bot.settings import Settings, secret
from storage import Store


@contextmanager
def installations(given: Settings, store: Store) -> Iterator[Installations]:
    """Where golive is installed; Invalid while the settings say too little to know."""
    if not given.slack_client_id or not given.token_keys:
        raise Invalid("SLACK_CLIENT_ID and GOLIVE_TOKEN_KEYS are needed to open the stored tokens.")
    found = Installations(given.slack_client_id, store.beside(), Vault(given.token_keys), _now)
    try:
        yield found
    finally:
        found.dispose()


async def client_for(
    given: Settings, store: Store, workspace: str, session: aiohttp.ClientSession
) -> AsyncWebClient:
    """Slack as golive speaks to this workspace: with the token of the environment, or the installed one."""
    if not given.serves_many:
        if not secret(given.slack_bot_token):
            raise Invalid(given.missing()[0])
        return _client(given, secret(given.slack_bot_token), session)
    with store.reading() as tx:
        standing = tx.standing(workspace)
    with installations(given, store) as installed:
        by_place = {(one.team_id or one.enterprise_id): one for one in await installed.all()}
    found: Installation | None = by_place.get(workspace)
    if found is None and standing is not None and standing.enterprise is not None:
        found = by_place.get(standing.enterprise)
    if found is None or not found.bot_token:
        raise Invalid(f"golive is not installed in {workspace}: somebody there begins at /slack/install.")
    return _client(given, found.bot_token, session, workspace if found.team_id is None else None)


def _client(
    given: Settings, token: str, session: aiohttp.ClientSession, workspace: str | None = None
) -> AsyncWebClient:
    return AsyncWebClient(token, given.api_url, session=session, team_id=workspace, retry_handlers=[])


def _now() -> datetime:
    return datetime.now(UTC)

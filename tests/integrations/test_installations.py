"""Is one installation kept of each workspace, whoever made it and wherever the workspace belongs by now?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import text

from bot.integrations.installations import Installations
from bot.integrations.vault import Vault, new_key
from storage import Store


def made(token: str, **more: Any) -> Installation:
    given = {"app_id": "A1", "team_id": "T1", "user_id": "U1", "bot_id": "B1", "bot_user_id": "UB"}
    return Installation(**given | {"bot_token": token} | more)


async def test_of_a_workspace_the_newest_is_kept_whoever_made_it_and_wherever_it_belongs(
    store: Store,
) -> None:
    kept = Installations("1.2", store.beside(), Vault([new_key()]), lambda: datetime.now(UTC))
    await kept.async_save(made("xoxb-1"))
    await kept.async_save(made("xoxb-2", user_id="U2"))
    await kept.async_save(made("xoxb-3", user_id="U2", enterprise_id="E1"))
    await kept.async_save(made("xoxb-other", team_id="T2"))
    found = await kept.all()
    assert [one.bot_token for one in found] == ["xoxb-3", "xoxb-other"]
    await kept.async_delete_all(enterprise_id="E1", team_id="T1")
    with store.reading() as tx:
        for table in ("slack_bots", "slack_installations"):
            assert tx.run(text(f"select team_id from {table}")).scalars().all() == ["T2"]
    kept.dispose()

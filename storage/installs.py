"""In which tables does slack_sdk keep installations? It asks and writes them by itself; the tokens in them
are encrypted before they get here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, Index, Table
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field

from storage.models import Row


def _naive(*, nullable: bool = True) -> Column[Any]:
    return Column(DateTime, nullable=nullable)  # UTC without saying so, as that library has it


class SlackBots(Row, table=True):
    __tablename__ = "slack_bots"
    __table_args__ = (Index("slack_bots_idx", "client_id", "enterprise_id", "team_id", "installed_at"),)

    id: int | None = Field(default=None, primary_key=True)
    client_id: str
    app_id: str
    enterprise_id: str | None
    enterprise_name: str | None
    team_id: str | None
    team_name: str | None
    bot_token: str | None
    bot_id: str | None
    bot_user_id: str | None
    bot_scopes: str | None
    bot_refresh_token: str | None
    bot_token_expires_at: Any = Field(sa_column=_naive())
    is_enterprise_install: bool
    installed_at: Any = Field(sa_column=_naive(nullable=False))


class SlackInstallations(Row, table=True):
    __tablename__ = "slack_installations"
    __table_args__ = (
        Index("slack_installations_idx", "client_id", "enterprise_id", "team_id", "user_id", "installed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    client_id: str
    app_id: str
    enterprise_id: str | None
    enterprise_name: str | None
    enterprise_url: str | None
    team_id: str | None
    team_name: str | None
    bot_token: str | None
    bot_id: str | None
    bot_user_id: str | None
    bot_scopes: str | None
    bot_refresh_token: str | None
    bot_token_expires_at: Any = Field(sa_column=_naive())
    user_id: str
    user_token: str | None
    user_scopes: str | None
    user_refresh_token: str | None
    user_token_expires_at: Any = Field(sa_column=_naive())
    incoming_webhook_url: str | None
    incoming_webhook_channel: str | None
    incoming_webhook_channel_id: str | None
    incoming_webhook_configuration_url: str | None
    is_enterprise_install: bool
    token_type: str | None
    installed_at: Any = Field(sa_column=_naive(nullable=False))


class SlackOauthStates(Row, table=True):
    """States of installations that were used, until some time after they would have run out."""

    __tablename__ = "slack_oauth_states"
    __table_args__ = (Unique("state"),)

    id: int | None = Field(default=None, primary_key=True)
    state: str
    expire_at: Any = Field(sa_column=_naive(nullable=False))
    used_at: Any = Field(sa_column=_naive())


_tables = Row.metadata.tables
bots: Table = _tables["slack_bots"]
installations: Table = _tables["slack_installations"]
oauth_states: Table = _tables["slack_oauth_states"]
TOKENS = {
    bots: ("bot_token", "bot_refresh_token"),
    installations: ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token"),
}

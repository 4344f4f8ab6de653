"""Where golive is installed, how it stands there, and the installations with their encrypted tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATES = "state in ('working', 'held', 'removed', 'leaving')"


def upgrade() -> None:
    _standing()
    _bots()
    _installations()
    _states()


def _standing() -> None:
    with op.batch_alter_table("workspaces") as workspaces:
        for name in ("name", "url", "enterprise", "why"):
            workspaces.add_column(sa.Column(name, sa.String(), nullable=True))
        workspaces.add_column(sa.Column("state", sa.String(), nullable=False, server_default="working"))
        workspaces.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
        workspaces.add_column(sa.Column("last_project", sa.Integer(), nullable=False, server_default="0"))
        workspaces.create_check_constraint(op.f("ck_workspaces_state"), _STATES)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _perhaps(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=True) for name in names]


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(), nullable=nullable)


def _bots() -> None:
    op.create_table(
        "slack_bots",
        sa.Column("id", sa.Integer(), nullable=False),
        *_words("client_id", "app_id"),
        *_perhaps("enterprise_id", "enterprise_name", "team_id", "team_name"),
        *_perhaps("bot_token", "bot_id", "bot_user_id", "bot_scopes", "bot_refresh_token"),
        _moment("bot_token_expires_at"),
        sa.Column("is_enterprise_install", sa.Boolean(), nullable=False),
        _moment("installed_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_bots")),
    )
    of = ["client_id", "enterprise_id", "team_id", "installed_at"]
    op.create_index(op.f("slack_bots_idx"), "slack_bots", of)


def _installations() -> None:
    op.create_table(
        "slack_installations",
        sa.Column("id", sa.Integer(), nullable=False),
        *_words("client_id", "app_id"),
        *_perhaps("enterprise_id", "enterprise_name", "enterprise_url", "team_id", "team_name"),
        *_perhaps("bot_token", "bot_id", "bot_user_id", "bot_scopes", "bot_refresh_token"),
        _moment("bot_token_expires_at"),
        *_words("user_id"),
        *_perhaps("user_token", "user_scopes", "user_refresh_token"),
        _moment("user_token_expires_at"),
        *_perhaps("incoming_webhook_url", "incoming_webhook_channel", "incoming_webhook_channel_id"),
        *_perhaps("incoming_webhook_configuration_url"),
        sa.Column("is_enterprise_install", sa.Boolean(), nullable=False),
        *_perhaps("token_type"),
        _moment("installed_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_installations")),
    )
    of = ["client_id", "enterprise_id", "team_id", "user_id", "installed_at"]
    op.create_index(op.f("slack_installations_idx"), "slack_installations", of)


def _states() -> None:
    op.create_table(
        "slack_oauth_states",
        sa.Column("id", sa.Integer(), nullable=False),
        *_words("state"),
        _moment("expire_at", nullable=False),
        _moment("used_at"),
        sa.UniqueConstraint("state", name=op.f("uq_slack_oauth_states_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_oauth_states")),
    )

"""What is decided in talk, which messages are tracked, what was offered to whom, and what they refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _decisions()
    _tracked()
    _offers()
    _refusals()


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _perhaps(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=True) for name in names]


def _at() -> sa.Column[object]:
    return sa.Column("at", sa.DateTime(timezone=True), nullable=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("project_id", sa.Integer(), nullable=False),
        *_words("workspace", "id"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_words("text"),
        *_perhaps("item", "by"),
        sa.Column("on", sa.Date(), nullable=False),
        *_perhaps("permalink", "channel", "ts"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_decisions_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "id", name=op.f("pk_decisions")),
    )


def _tracked() -> None:
    op.create_table(
        "tracked",
        *_words("workspace", "channel", "ts", "entity", "key", "project", "by"),
        _at(),
        sa.PrimaryKeyConstraint("workspace", "channel", "ts", "entity", name=op.f("pk_tracked")),
    )


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        *_words("workspace", "project", "channel", "thread", "slot", "ts", "user", "kind", "state"),
        sa.Column("said", sa.JSON(none_as_null=True), nullable=True),
        _at(),
        sa.CheckConstraint("state in ('open', 'taken', 'refused', 'void')", name=op.f("ck_offers_state")),
        sa.UniqueConstraint(
            "workspace", "channel", "thread", "slot", name=op.f("uq_offers_workspace_channel_thread_slot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_workspace_user_at"), "offers", ["workspace", "user", "at"])
    op.create_index(op.f("ix_offers_workspace_channel_ts"), "offers", ["workspace", "channel", "ts"])


def _refusals() -> None:
    op.create_table(
        "refusals",
        *_words("workspace", "channel", "user", "kind"),
        _at(),
        sa.PrimaryKeyConstraint("workspace", "channel", "user", "kind", name=op.f("pk_refusals")),
    )

"""Who has Home open and what it shows, each channel's own view, and what a workspace's Slack can do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _homes()
    _boards()
    _abilities()
    _glances()


def _words(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _homes() -> None:
    op.create_table(
        "homes",
        *_words("workspace", "user"),
        _moment("opened_at"),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("page", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=True),
        *_words("stamp", "shown", "hash", nullable=True),
        _moment("published_at", nullable=True),
        sa.PrimaryKeyConstraint("workspace", "user", name=op.f("pk_homes")),
    )
    op.create_index(op.f("ix_homes_opened_at"), "homes", ["opened_at"])


def _boards() -> None:
    op.create_table(
        "boards",
        sa.Column("project_id", sa.Integer(), nullable=False),
        *_words("workspace"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_words("state", "by", "message"),
        *_words("stamp", "shown", nullable=True),
        _moment("at"),
        sa.CheckConstraint("state in ('on', 'off', 'gone')", name=op.f("ck_boards_state")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_boards")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_boards_project_id"), ondelete="CASCADE"
        ),
    )


def _abilities() -> None:
    op.create_table(
        "abilities",
        *_words("workspace", "name"),
        sa.Column("has", sa.Boolean(), nullable=False),
        *_words("why", nullable=True),
        _moment("at"),
        sa.PrimaryKeyConstraint("workspace", "name", name=op.f("pk_abilities")),
    )


def _glances() -> None:
    op.create_table(
        "glances",
        *_words("workspace", "user", "thread"),
        *_words("channel", nullable=True),
        _moment("at"),
        sa.PrimaryKeyConstraint("workspace", "user", "thread", name=op.f("pk_glances")),
    )
    op.create_index(op.f("ix_glances_at"), "glances", ["at"])

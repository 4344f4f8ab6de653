"""Who a Slack user is to the workspace, and what of a plan is not for people from outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MARKED = ("people", "blockers", "assumptions", "decisions")  # items have always had the mark


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("belongs", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "user", name=op.f("pk_users")),
    )
    for table in _MARKED:
        mark: sa.Column[bool] = sa.Column("internal", sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column(table, mark)

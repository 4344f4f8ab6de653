"""What a plan needs to answer for itself: days taken, what rests on a belief, votes, dismissals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _items()
    _assumptions()
    _polls()
    _votes()
    _dismissals()


def _items() -> None:
    op.add_column("items", sa.Column("owner_role", sa.String(), nullable=True))
    op.add_column("items", sa.Column("planned_days", sa.Integer(), nullable=True))
    op.add_column("items", sa.Column("started_on", sa.Date(), nullable=True))
    op.add_column("items", sa.Column("actual_days", sa.Integer(), nullable=True))


def _assumptions() -> None:
    json = sa.JSON(none_as_null=True)
    op.add_column("assumptions", sa.Column("also_under", json, nullable=False, server_default="[]"))
    op.add_column("assumptions", sa.Column("relied_on_by", sa.String(), nullable=True))
    op.add_column("assumptions", sa.Column("proven_by", sa.String(), nullable=True))
    op.add_column("assumptions", sa.Column("finding", json, nullable=True))


def _of_project(table: str) -> tuple[sa.Column[int], sa.Column[str], sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_project_id")
    return (
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=name, ondelete="CASCADE"),
    )


def _polls() -> None:
    op.create_table(
        "polls",
        *_of_project("polls"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("record", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("state in ('open', 'decided', 'cancelled')", name=op.f("ck_polls_state")),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_polls")),
    )


def _votes() -> None:
    op.create_table(
        "votes",
        *_of_project("votes"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("vote", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("conditions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("vote in ('go', 'conditions', 'no-go')", name=op.f("ck_votes_vote")),
        sa.ForeignKeyConstraint(
            ["project_id", "number"],
            ["polls.project_id", "polls.number"],
            name=op.f("fk_votes_project_id_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", "number", "role", name=op.f("pk_votes")),
    )


def _dismissals() -> None:
    op.create_table(
        "dismissals",
        *_of_project("dismissals"),
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "signal", name=op.f("pk_dismissals")),
    )

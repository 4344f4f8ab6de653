"""What time needs: when to look at a project again, what was said to whom, and what people answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_AT_ONCE = "1970-01-01 00:00:00.000000"


def upgrade() -> None:
    _when_to_look()
    _ledger()
    _promises()
    _mutes()
    _handovers()
    _news()
    _digests()
    _unreachable()


def _when_to_look() -> None:
    op.add_column("projects", sa.Column("next_due", sa.DateTime(timezone=True), nullable=True))
    op.add_column("projects", sa.Column("stirred", sa.Integer(), nullable=False, server_default="0"))
    op.execute(f"UPDATE projects SET next_due = '{_AT_ONCE}'")
    op.create_index(op.f("ix_projects_next_due"), "projects", ["next_due"], unique=False)
    op.add_column("outbox", sa.Column("conversation", sa.String(), nullable=True))
    op.create_index(op.f("ix_events_project_id_at"), "events", ["project_id", "at"], unique=False)
    op.create_index(op.f("ix_people_workspace_slack"), "people", ["workspace", "slack"], unique=False)


def _project_id(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_project_id")
    return sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=name, ondelete="CASCADE")


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('planned', 'held', 'skipped', 'sent', 'acknowledged', 'dropped', 'failed')",
            name=op.f("ck_ledger_state"),
        ),
        _project_id("ledger"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("workspace", "key", name=op.f("uq_ledger_workspace_key")),
    )
    op.create_index(op.f("ix_ledger_project_id_at"), "ledger", ["project_id", "at"], unique=False)
    op.create_index(
        op.f("ix_ledger_workspace_person_at"), "ledger", ["workspace", "person", "at"], unique=False
    )
    op.create_index(op.f("ix_ledger_workspace_message"), "ledger", ["workspace", "message"], unique=False)
    op.create_index(
        "ix_ledger_planned",
        "ledger",
        ["workspace", "person"],
        unique=False,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )


def _promises() -> None:
    op.create_table(
        "promises",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _project_id("promises"),
        sa.PrimaryKeyConstraint("project_id", "subject", "by", name=op.f("pk_promises")),
    )


def _mutes() -> None:
    op.create_table(
        "mutes",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scope in ('project', 'item', 'person')", name=op.f("ck_mutes_scope")),
        sa.PrimaryKeyConstraint("workspace", "scope", "project", "key", "person", name=op.f("pk_mutes")),
    )


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _project_id("handovers"),
        sa.PrimaryKeyConstraint("project_id", "subject", name=op.f("pk_handovers")),
    )


def _news() -> None:
    op.create_table(
        "news",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        _project_id("news"),
        sa.PrimaryKeyConstraint("project_id", "day", "person", name=op.f("pk_news")),
    )


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        _project_id("digests"),
        sa.PrimaryKeyConstraint("project_id", "day", name=op.f("pk_digests")),
    )


def _unreachable() -> None:
    op.create_table(
        "unreachable",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "user", name=op.f("pk_unreachable")),
    )

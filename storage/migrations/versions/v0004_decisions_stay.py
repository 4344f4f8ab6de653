"""A decision, and the answers it rests on, cannot be altered once it is made; not even by a mistake of ours.

A later step that copies one of these tables (as Alembic's batch mode does on SQLite) has to make these
triggers again.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_FROZEN = (
    "project_id, number, state, opened_by, opened_at, closes_at, asked, revision, decision, decided_by, "
    "decided_at, why, record"
)
_SENTENCE = "a go/no-go decision is never altered"
_DECIDED = (
    "(SELECT state FROM polls WHERE polls.project_id = {row}.project_id AND polls.number = {row}.number) "
    "= 'decided'"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
    else:
        _on_sqlite()


def _on_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
    op.execute(
        f"CREATE TRIGGER polls_stay_decided BEFORE UPDATE OF {_FROZEN} ON polls "
        f"WHEN OLD.state = 'decided' {refuse}"
    )
    for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        op.execute(
            f"CREATE TRIGGER votes_stay_decided_{act.lower()} BEFORE {act} ON votes "
            f"WHEN {_DECIDED.format(row=row)} {refuse}"
        )


def _on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION decisions_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{_SENTENCE}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER polls_stay_decided BEFORE UPDATE OF {_FROZEN} ON polls FOR EACH ROW "
        "WHEN (OLD.state = 'decided') EXECUTE FUNCTION decisions_stay()"
    )
    # PostgreSQL's WHEN takes no question to another table, so a function of its own asks it.
    op.execute(
        "CREATE FUNCTION votes_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' AND {_DECIDED.format(row='OLD')} THEN RAISE EXCEPTION '{_SENTENCE}'; END IF; "
        f"IF TG_OP = 'INSERT' AND {_DECIDED.format(row='NEW')} THEN RAISE EXCEPTION '{_SENTENCE}'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER votes_stay_decided BEFORE INSERT OR UPDATE OR DELETE ON votes "
        "FOR EACH ROW EXECUTE FUNCTION votes_stay()"
    )

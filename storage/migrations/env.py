"""How does Alembic reach the tables? Through the connection that storage.schema opened and commits."""

from __future__ import annotations

from alembic import context

from storage.models import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,  # SQLite changes a table by making a new one
)
context.run_migrations()

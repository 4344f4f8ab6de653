"""What can be run inside a transaction, and until when?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table, UpdateBase
from sqlalchemy.dialects import postgresql, sqlite


class Work:
    """A transaction's hold on its connection. The parts of a Transaction build on it."""

    def __init__(self, connection: Connection, *, writes: bool) -> None:
        self._connection: Connection | None = connection
        self._on_server = connection.dialect.name == "postgresql"
        self._writes = writes

    def run(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """The statement's result; with rows, it is run once for each of them."""
        if self._connection is None:
            # The connection already works for somebody else: writing now would land in their transaction.
            raise RuntimeError("this transaction has ended; open another one with `with store.transaction()`")
        if isinstance(statement, UpdateBase) and not self._writes:
            raise RuntimeError("a reading cannot write; use `with store.transaction()`")
        return self._connection.execute(statement, rows)

    def insert_new(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that passes over what is already there. Ask it what it stored with RETURNING:
        psycopg's rowcount says -1 either way."""
        insert = postgresql.insert if self._on_server else sqlite.insert
        return insert(table).on_conflict_do_nothing()

    def end(self) -> None:
        self._connection = None

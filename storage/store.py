"""Where does everything the bot knows live, and who may read and write it?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from bot.domain.errors import Unavailable
from storage import claim, databases, schema
from storage.plans import PlanCache
from storage.transaction import Transaction
from storage.writer import Writer


class Store:
    """All the bot remembers, in an SQLite file or a PostgreSQL database. Threads share it."""

    def __init__(self, url: str) -> None:
        self._database = databases.named(url)
        databases.prepare(self._database)
        schema.bring_up_to_date(self._database)
        self._file = self._database.file_identity() if self._database.file else None
        self._claim: claim.Claim | None = None
        self._closed = False
        self._plans = PlanCache()
        self._readers = databases.reading(self._database)
        self._writer = Writer(databases.writing(self._database), self._plans, self._refuse_writing)
        self._watched = databases.watching(self._database)
        self._here = threading.local()
        # Called, in the thread that wrote, once something to send is stored.
        self.on_emit: Callable[[], None] | None = None
        # The same once something is stored that may change what is due.
        self.on_stir: Callable[[], None] | None = None

    def claim(self) -> None:
        """Make this process the bot of this database; Refused when another one is. It lasts until `close`,
        or the end of the process."""
        if self._claim is None:
            self._claim = claim.claim(self._database)

    def close(self) -> None:
        """Finish what is being written, then let go of the database."""
        if self._closed:
            return
        self._closed = True
        self._writer.close()
        self._readers.dispose()
        if self._watched is not None:
            self._watched.close()
        if self._claim is not None:
            self._claim.release()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Read and write. Leaving the `with` returns once everything is stored for good; leaving it with an
        exception stores nothing of it."""
        with self._alone(), databases.telling(self._database), self._writer.transaction() as tx:
            yield tx
        if tx.emitted and self.on_emit:
            self.on_emit()
        if tx.stirred and self.on_stir:
            self.on_stir()

    def version(self) -> int | None:
        """A number that changes whenever anybody stores anything: the cheapest question there is. None where
        it would cost as much as reading."""
        if self._watched is None:
            return None
        self._refuse_gone()
        return databases.version(self._watched)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read: everything as it was stored at one moment."""
        with databases.telling(self._database):
            self._refuse_nested("read through it: a reading does not see its changes")
            self._refuse_gone()
            with self._readers.begin() as connection:
                tx = Transaction(connection, self._plans, writes=False)
                try:
                    yield tx
                finally:
                    tx.end()

    def beside(self) -> Engine:
        """Connections of their own to the same database, for a library that brings its own statements; the
        caller disposes of them."""
        return databases.writing(self._database)

    def tidy(self) -> None:
        """Leave nothing of what was removed in the file beside an SQLite file, as far as nobody reads it."""
        if self._database.file is not None:
            databases.tidy(self._database)

    @property
    def name(self) -> str:
        """What people may see of the database: never its password."""
        return self._database.name

    def backups(self) -> list[Path]:
        """The copies golive itself made of an SQLite file; what others copied only they know."""
        file = self._database.file
        return sorted(file.parent.glob(f"{file.name}.*.backup")) if file else []

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._refuse_nested("one verb is one transaction: pass `tx` on instead of opening another")
        self._here.writing = True
        try:
            yield
        finally:
            self._here.writing = False

    def _refuse_nested(self, instead: str) -> None:
        if getattr(self._here, "writing", False):
            raise RuntimeError(f"this thread is inside a transaction already; {instead}")

    def _refuse_writing(self) -> None:
        self._refuse_gone()
        if self._claim is not None:
            self._claim.check()

    def _refuse_gone(self) -> None:
        if self._closed:
            raise Unavailable("golive is stopping; nothing was changed. Try again once it is back.")
        if self._file is None:
            return
        # SQLite would go on, without a word, in a file that has been deleted or replaced.
        try:
            there = self._database.file_identity() == self._file
        except OSError:
            there = False
        if not there:
            raise Unavailable(
                f"The database {self._database.name} is gone or was replaced; nothing was changed. "
                "Put it back, or start golive again to go on with what is there now."
            )

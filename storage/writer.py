"""How do many writers share one commit?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, NestedTransaction
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.domain.errors import Unavailable
from storage.databases import in_transaction
from storage.plans import PlanCache
from storage.transaction import Transaction

_MOST = 64  # transactions in one commit
_LONGEST = 0.05  # seconds a commit is put off for others to join
_PATIENCE = 10.0  # seconds to wait for one's turn
_LOOK_AFTER = 0.1  # seconds after which somebody who waits makes sure that a commit will come


class _Group:
    """Transactions that were made one after another, each in its own savepoint, and are stored together."""

    def __init__(self, connection: Connection, plans: PlanCache) -> None:
        self.connection = connection
        self.plans = PlanCache(behind=plans)
        self.members = 0
        self.error: Exception | None = None
        self.done = threading.Event()
        self._opened = time.monotonic()

    @property
    def full(self) -> bool:
        return self.members >= _MOST or time.monotonic() - self._opened > _LONGEST

    def close(self) -> None:
        """Store what was made, or leave the error everybody in the group gets."""
        try:
            if self.members and self.error is None:
                self.connection.commit()
                self.plans.pour()
        except Exception as error:
            self.error = error
        finally:
            self._give_back()
            self.done.set()

    def _give_back(self) -> None:
        try:
            self.connection.close()  # rolls back what was not committed
        except DBAPIError as error:
            self.connection.invalidate(error)
            self.connection.close()


class Writer:
    """Lets one transaction write at a time. When others wait, it leaves the commit to the next one; nobody
    is told "stored" before the commit everybody shares."""

    def __init__(self, engine: Engine, plans: PlanCache, check: Callable[[], None]) -> None:
        self._engine = engine
        self._plans = plans
        self._check = check  # raises when nothing may be written now
        self._turn = threading.Lock()
        self._group: _Group | None = None  # only touched by whose turn it is
        self._waiting = 0
        self._counting = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self._await_turn()
        try:
            group = self._group = self._group or self._opened()
            with self._savepoint(group) as tx:
                yield tx
            group.members += 1
        finally:
            self._pass_turn()
        self._await_commit(group)

    def close(self) -> None:
        """Wait for whoever writes, and let nobody write after."""
        self._await_turn()
        try:
            self._engine.dispose()
        finally:
            self._pass_turn()

    def _await_turn(self) -> None:
        with self._counting:
            self._waiting += 1
        try:
            mine = self._turn.acquire(timeout=_PATIENCE)
        finally:
            with self._counting:
                self._waiting -= 1
        if not mine:
            raise Unavailable("The database is too busy; nothing was changed. Try again in a moment.")

    def _opened(self) -> _Group:
        self._check()
        connection = self._engine.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return _Group(connection, self._plans)

    @contextmanager
    def _savepoint(self, group: _Group) -> Iterator[Transaction]:
        """What one transaction does, undone alone when it fails."""
        savepoint = group.connection.begin_nested()
        tx = Transaction(group.connection, PlanCache(behind=group.plans), writes=True)
        try:
            yield tx
            savepoint.commit()
        except BaseException as error:
            self._undo(group, savepoint)
            if group.error and isinstance(error, SQLAlchemyError):
                raise group.error from error
            raise
        finally:
            tx.end()
        tx.plans_found.pour()

    def _undo(self, group: _Group, savepoint: NestedTransaction) -> None:
        with suppress(SQLAlchemyError):
            savepoint.rollback()
        if not in_transaction(group.connection):
            # The database gave everything up, not only this part (the disk is full, the connection lost).
            # A commit would succeed, with nothing in it.
            group.error = Unavailable(
                "The database broke off; nothing of this was changed. Try again in a moment."
            )

    def _pass_turn(self) -> None:
        try:
            group = self._group
            if group and (group.error or group.full or not self._waiting):
                self._group = None
                group.close()
        finally:
            self._turn.release()

    def _await_commit(self, group: _Group) -> None:
        # Whoever was to commit may have been interrupted while waiting for the turn: so look, now and then.
        while not group.done.wait(_LOOK_AFTER):
            if self._turn.acquire(blocking=False):
                self._pass_turn()
        if group.error is not None:
            raise group.error

"""How does this Slack outlive its process?"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandbox.state import Channel, Delivery, File, Json, State, Team

SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, content BLOB,
    UNIQUE (kind, key)
)
"""
# A record that is written again keeps its number, and so its place among the others.
WRITE = """
INSERT INTO records (kind, key, value, content) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, content = excluded.content
"""


class Disk:
    """One SQLite file. What is noted in the state's journal is written by `save`, all of it or nothing."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        # What a killed process wrote is safe with the operating system. Only a power cut could take the last
        # moments away, and a play workspace need not pay a disk flush for each message to survive that.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(SCHEMA)

    def load(self, state: State) -> None:
        """Put everything that was saved back into a fresh state, which from now on keeps a journal."""
        for kind, restore in _RESTORE.items():
            order = "key" if kind == "message" else "number"
            question = f"SELECT key, value, content FROM records WHERE kind = ? ORDER BY {order}"
            for key, value, content in self._connection.execute(question, (kind,)):
                restore(state, key, json.loads(value), content)
        state.journal = {}

    def save(self, state: State) -> None:
        """Write what changed since the last time, in one transaction."""
        if not state.journal:
            return
        journal, state.journal = state.journal, {}
        gone = [key for key, value in journal.items() if value is None]
        there = [(*key, *_encoded(value)) for key, value in journal.items() if value is not None]
        cursor = self._connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany("DELETE FROM records WHERE kind = ? AND key = ?", gone)
        cursor.executemany(WRITE, there)
        cursor.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def _encoded(value: Any) -> tuple[str, bytes | None]:
    content = None
    if isinstance(value, Channel):
        value = value.as_record()
    elif isinstance(value, File):
        content = value.content
        value = {"info": value.info, "complete": value.complete, "given": value.given}
    elif isinstance(value, Delivery):
        value = asdict(value)
    return json.dumps(value, separators=(",", ":")), content


def _restore_message(state: State, key: str, value: Json, content: bytes | None) -> None:
    channel, _, ts = key.partition(":")
    state.channels[channel].messages[ts] = value


def _restore_file(state: State, key: str, value: Json, content: bytes | None) -> None:
    complete, given = value["complete"], value.get("given", False)
    state.files[key] = File(info=value["info"], content=content or b"", complete=complete, given=given)


def _restore_channel(state: State, key: str, value: Json, content: bytes | None) -> None:
    state.channels[key] = Channel(**value)


def _restore_delivery(state: State, key: str, value: Json, content: bytes | None) -> None:
    state.deliveries[key] = Delivery(**value)


def _restore_team(state: State, key: str, value: Json, content: bytes | None) -> None:
    state.team = Team(**value)


def _restore_clock(state: State, key: str, value: float, content: bytes | None) -> None:
    state.last_seen = value


def _into(table: str) -> Callable[[State, str, Any, bytes | None], None]:
    def restore(state: State, key: str, value: Any, content: bytes | None) -> None:
        getattr(state, table)[key] = value

    return restore


def _restore_call(state: State, key: str, value: Json, content: bytes | None) -> None:
    state.calls.append(value)


# In this order: channels before their messages.
_RESTORE: dict[str, Callable[[State, str, Any, bytes | None], None]] = {
    "call": _restore_call,
    "channel": _restore_channel,
    "clock": _restore_clock,
    "counter": _into("counters"),
    "delivery": _restore_delivery,
    "file": _restore_file,
    "glance": _into("glances"),
    "home": _into("homes"),
    "message": _restore_message,
    "modals": _into("modals"),
    "response": _into("responses"),
    "secret": _into("secrets"),
    "team": _restore_team,
    "user": _into("users"),
}

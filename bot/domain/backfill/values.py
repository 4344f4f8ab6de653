"""What is read of a channel's history, and what may come of it?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.callnotes import Proposal

BLOCKER, OVER, OWNER, DUE = "blocker", "over", "owner", "due"
DECISION, ASSUMPTION, ITEM, UNBLOCK = "decision", "assumption", "item", "unblock"
KINDS = (BLOCKER, UNBLOCK, ITEM, OWNER, DUE, DECISION, ASSUMPTION)  # what can be proposed, in its order
LONGEST_WORDS = 280
MOST_LINKS = 20

_TS = re.compile(r"\d{1,11}\.\d{1,6}")
_ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")


def is_ts(word: object) -> bool:
    """Whether it can be the id of a message."""
    return isinstance(word, str) and _TS.fullmatch(word) is not None


def is_id(word: object) -> bool:
    """Whether it can be the id of a person or a channel."""
    return isinstance(word, str) and _ID.fullmatch(word) is not None


def moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a person wrote, as the history has it now."""

    ts: str
    user: str
    text: str
    thread_ts: str | None = None
    answered: bool = False  # there are replies
    ticked: bool = False  # somebody marked it as done, with an emoji

    @property
    def at(self) -> datetime:
        return moment(self.ts)

    @property
    def thread(self) -> str | None:
        """The message it answers."""
        return self.thread_ts if self.thread_ts != self.ts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What the first message of a thread is about."""

    item: str | None = None
    blocker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing a message says, read as of its own moment."""

    ts: str
    thread: str | None
    by: str  # Slack user
    kind: str
    text: str = ""
    item: str | None = None
    person: str | None = None  # Slack user
    key: str | None = None  # a person of the project, where the words name one
    day: date | None = None
    waiting_on: str | None = None
    guessed: bool = False  # which item is meant is a guess
    over: bool = False  # a blocker that somebody marked as done

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "day": self.day and self.day.isoformat()}

    @staticmethod
    def from_json(said: Mapping[str, Any]) -> Told:
        day = said.get("day")
        return Told(**{**said, "day": date.fromisoformat(day) if day else None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to record: when it was said first and by whom, and in which messages."""

    proposal: Proposal
    on: date
    by: str
    messages: tuple[tuple[str, str | None], ...]  # ts, and that of the thread it is in
    blocker: str | None = None  # the stored one that is over
    past: bool = False  # its date has gone by


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a history would have recorded, and how much of it needs no recording."""

    findings: tuple[Finding, ...]
    over: int = 0  # blockers that were cleared later
    replaced: int = 0  # owners and dates that were changed later
    stored: int = 0
    moot: int = 0  # about what is closed meanwhile
    dropped: int = 0  # more than can be looked through

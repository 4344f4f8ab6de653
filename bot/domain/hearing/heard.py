"""What does a message of ordinary talk mean to a project, and what should be made of it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# When several fit, the first of them is meant.
INTENTS = (
    "blocker",
    "unblock",
    "handoff",
    "own",
    "due",
    "decision",
    "assumption",
    "status",
    "question",
    "none",
)
STORED = INTENTS[:7]
SELF = "self"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What golive makes of one message. `because` says why, in the words that decided it."""

    intent: str = "none"
    explicit: bool = False  # a clear report, not merely implied
    owner: str | None = None  # Slack user id, or "self" for the author
    waiting_on: str | None = None
    due_words: str | None = None
    due_date: date | None = None
    item: str | None = None  # item key
    act: str = "ignore"  # record | offer | ignore
    because: tuple[str, ...] = ()
    sure: float = 0.0

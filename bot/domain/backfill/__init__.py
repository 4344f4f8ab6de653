"""What would have been recorded, had golive been in a channel from its first day? Nothing is stored here."""

from bot.domain.backfill.gathering import Gathering
from bot.domain.backfill.listening import Listener
from bot.domain.backfill.sheet import Line, Sheet, parse, place_of, write
from bot.domain.backfill.values import (
    KINDS,
    Finding,
    Found,
    Message,
    Thread,
    Told,
    is_id,
    is_ts,
    moment,
)

__all__ = [
    "KINDS",
    "Finding",
    "Found",
    "Gathering",
    "Line",
    "Listener",
    "Message",
    "Sheet",
    "Thread",
    "Told",
    "is_id",
    "is_ts",
    "moment",
    "parse",
    "place_of",
    "write",
]

"""What does the plan answer: where it stands, what is left, and every question asked in words?"""

from __future__ import annotations

from bot.domain.answers.overview import (
    asked,
    before,
    before_data,
    blockers,
    contradiction,
    gates_in_order,
    standing,
    waiting_on,
)
from bot.domain.details import item, mine
from bot.domain.wording import Answer, Reply, Section

__all__ = [
    "Answer",
    "Reply",
    "Section",
    "asked",
    "before",
    "before_data",
    "blockers",
    "contradiction",
    "gates_in_order",
    "item",
    "mine",
    "standing",
    "waiting_on",
]

"""What does the plan answer: where it stands, what is left, and every question asked in words?"""

from __future__ import annotations

from bot.domain.answers.details import item, mine
from bot.domain.answers.inquiry import Facts
from bot.domain.answers.overview import (
    before,
    blockers,
    contradiction,
    gates_in_order,
    standing,
    waiting_on,
)
from bot.domain.answers.replying import as_asked, reply
from bot.domain.answers.values import before_data
from bot.domain.wording import Answer, Reply, Section

__all__ = [
    "Answer",
    "Facts",
    "Reply",
    "Section",
    "as_asked",
    "before",
    "before_data",
    "blockers",
    "contradiction",
    "gates_in_order",
    "item",
    "mine",
    "reply",
    "standing",
    "waiting_on",
]

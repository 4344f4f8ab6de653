"""Which project, people, items and days of a plan does a question mean?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.naming import find
from bot.domain.plan import Plan
from bot.domain.questions.asked import Asked


@dataclass(frozen=True, slots=True)
class Window:
    """Days asked about, both ends included; no end where the words set none."""

    start: date | None
    end: date | None
    words: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that name nothing of this plan for certain, and what they may have meant."""

    slot: str
    words: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """`people` and `items` are keys, the best first. `party` is an organisation, or one that is no person."""

    project: str
    people: tuple[str, ...] = ()
    party: str | None = None
    items: tuple[str, ...] = ()
    window: Window | None = None
    unclear: tuple[Unclear, ...] = ()

    def as_json(self) -> dict[str, Any]:
        owners = [self.party] if self.party else list(self.people)
        window = self.window
        days = {"from": window.start, "to": window.end} if window else None
        return {
            "project": self.project,
            "owner": owners[0] if owners else None,
            "owners": owners,
            "item": self.items[0] if self.items else None,
            "items": list(self.items),
            "window": {k: d.isoformat() if d else None for k, d in days.items()} if days else None,
        }


def resolve(asked: Asked, plan: Plan, as_of: datetime, *, asker: str | None = None) -> Meaning:
    """What the asker's words mean in this plan; `asker` is the person key that "my" and "me" stand for."""
    item = find(asked.slots.item, plan.items).exact if asked.slots.item else None
    return Meaning(plan.project.key, items=(item.key,) if item else ())

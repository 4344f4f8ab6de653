"""Which project, people, items and days of a plan does a question mean?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.plan import Plan
from bot.domain.questions.asked import Asked
from bot.domain.questions.days import days
from bot.domain.questions.itemwords import Meant, items_meant
from bot.domain.questions.whom import Whom, whom
from bot.domain.questions.windows import is_length


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
        owners = [*([self.party] if self.party else []), *self.people]
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


# Asked about these, bare days are days gone by.
_LOOKS_BACK = frozenset({"changes", "history_of", "overdue"})


def resolve(asked: Asked, plan: Plan, as_of: datetime, *, asker: str | None = None) -> Meaning:
    """What the asker's words mean in this plan; `asker` is the person key that "my" and "me" stand for."""
    slots = asked.slots
    unclear: list[Unclear] = []
    people = whom(slots.owner, plan, asker) if slots.owner else Whom()
    items = items_meant(slots.item, plan) if slots.item else Meant()
    if slots.owner and not people:
        # "Who is chasing the firewall?": what it waits for, where no person is called so.
        instead = items_meant(slots.owner, plan) if not slots.item else Meant()
        if instead.keys:
            items = instead
        else:
            unclear.append(Unclear("owner", slots.owner, people.near))
    if slots.item and not items.keys:
        unclear.append(Unclear("item", slots.item, items.near))
    window = _window(asked, plan, as_of)
    if slots.window and window is None and slots.window != "overdue" and not is_length(slots.window):
        unclear.append(Unclear("window", slots.window))
    today = as_of.astimezone(plan.project.zone).date()
    if asked.intent == "overdue" and window and window.start == window.end == today:
        window = None  # "overdue today" asks how it stands today; nothing that is due today is overdue
    return Meaning(plan.project.key, people.people, people.party, items.keys, window, tuple(unclear))


def _window(asked: Asked, plan: Plan, as_of: datetime) -> Window | None:
    words = asked.slots.window
    if not words or words == "overdue":
        return None
    found = days(words, plan.project, as_of, looks_back=asked.intent in _LOOKS_BACK)
    return Window(found.start, found.end, words) if found else None

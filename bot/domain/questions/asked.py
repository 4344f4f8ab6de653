"""What is a question taken to ask: its intent, the asker's words for whom and what and when, and why?"""

from __future__ import annotations

from dataclasses import dataclass, field

INTENTS = (
    "before_golive",
    "readiness",
    "blockers",
    "owner_of",
    "items_of",
    "overdue",
    "due_window",
    "waiting_on",
    "assumptions",
    "changes",
    "critical_path",
    "whatif",
    "unowned",
    "unverified",
    "history_of",
    "status_of",
    "help",
    "out_of_scope",
)
# An owner that means whoever asks, in the languages that are read.
ASKER = frozenset(
    ["i", "me", "my", "mine", "myself", "mi", "mis", "yo", "moi", "mon", "ma", "mes", "je", "ich", "mir"]
) | {"mein", "meine", "meinen", "mich"}


@dataclass(frozen=True, slots=True)
class Slots:
    """The asker's own words. Only "overdue" as a window may stand for another word, such as "late"."""

    project: str | None = None
    owner: str | None = None
    item: str | None = None
    window: str | None = None

    def as_json(self) -> dict[str, str | None]:
        return {"project": self.project, "owner": self.owner, "item": self.item, "window": self.window}


@dataclass(frozen=True, slots=True)
class Known:
    """What the asker may well speak of: names and keys. They only sharpen what is understood."""

    projects: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """`other` is the second sense, when careful readers could differ; `because` says why, in plain words."""

    intent: str
    slots: Slots = field(default_factory=Slots)
    topic: str = ""  # a finer sense within the intent; "" is the plain one
    other: Asked | None = None
    because: tuple[str, ...] = ()
    language: str = "en"

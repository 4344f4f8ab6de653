"""What may the notes of a call hold that is worth recording?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

ITEM, OWNER, DUE, BLOCKER, DECISION, ASSUMPTION = "item", "owner", "due", "blocker", "decision", "assumption"
KINDS = (ITEM, OWNER, DUE, BLOCKER, DECISION, ASSUMPTION)
LONGEST = {ITEM: 300, BLOCKER: 1000, DECISION: 1000, ASSUMPTION: 1000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One thing to record. `owner` is a person key, `user` a Slack user the project does not know yet.

    `item` is the item it is about; None for a new one, or for none. `doubts` say in words what is not sure;
    `already` names what is stored and says the same.
    """

    kind: str
    text: str
    line: int
    said: str
    item: str | None = None
    owner: str | None = None
    user: str | None = None
    who: str | None = None  # the words for a person that name nobody for certain
    day: date | None = None
    waiting_on: str | None = None
    doubts: tuple[str, ...] = ()
    already: str | None = None

    @property
    def sure(self) -> bool:
        """Fit to be ticked beforehand."""
        return not self.doubts and self.already is None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNotes:
    """What was found in notes, in their order, and the day of the call that "by Friday" counts from."""

    day: date
    dated: bool  # the notes say the day themselves
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of notes. `section` is what its heading announces, `label` what it says of itself."""

    number: int
    text: str
    section: str = ""
    label: str = ""
    box: bool | None = None  # an empty box, or a ticked one
    bullet: bool = False
    holder: str | None = None  # the person or the party whose heading it stands under
    speaker: str | None = None  # whose words these are, in what was said aloud
    struck: bool = False
    cells: tuple[tuple[str, str], ...] = ()  # of a table: what the column is for, and what stands there

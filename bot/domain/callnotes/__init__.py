"""What do the notes of a call hold that a project should know? Nothing is stored here."""

from bot.domain.callnotes.correcting import Correction, as_json, corrected, from_json
from bot.domain.callnotes.extracting import read
from bot.domain.callnotes.values import KINDS, LONGEST, CallNotes, Proposal
from bot.domain.callnotes.wording import NAMES, day, detail, head, line

__all__ = [
    "KINDS",
    "LONGEST",
    "NAMES",
    "CallNotes",
    "Correction",
    "Proposal",
    "as_json",
    "corrected",
    "day",
    "detail",
    "from_json",
    "head",
    "line",
    "read",
]

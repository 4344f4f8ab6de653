"""All the bot can be asked to do, whoever asks: by command, button, form, message, or on the command line."""

from __future__ import annotations

from bot.tracker.acting import Acting
from bot.tracker.asking import Asking, InWords, Understood
from bot.tracker.backfilling import Applied, Backfilling
from bot.tracker.capturing import Capture, Capturing
from bot.tracker.convening import Convening
from bot.tracker.deciding import Deciding
from bot.tracker.digesting import DigestPost
from bot.tracker.fitting import fitted
from bot.tracker.foreseeing import Expected, Foreseeing, Ledger, Noted
from bot.tracker.items import NewItem
from bot.tracker.noting import Noting, Origin, Sheet
from bot.tracker.offering import Offered
from bot.tracker.polling import Ballot, PollIsOpen, Preview, Wish
from bot.tracker.pressing import Pressed
from bot.tracker.questions import Answered, Question
from bot.tracker.recording import reply_key
from bot.tracker.starting import Beginning, Begun
from bot.tracker.telling import Nudge, Telling, Trouble
from bot.tracker.undoing import Undoing
from bot.tracker.values import (
    Actor,
    Colleague,
    DidYouMean,
    Done,
    LoadReport,
    Post,
    Where,
    WhichProject,
    WhoIsThat,
)

__all__ = [
    "Actor",
    "Answered",
    "Applied",
    "Ballot",
    "Beginning",
    "Begun",
    "Capture",
    "Colleague",
    "DidYouMean",
    "DigestPost",
    "Done",
    "Expected",
    "InWords",
    "Ledger",
    "LoadReport",
    "NewItem",
    "Noted",
    "Nudge",
    "Offered",
    "Origin",
    "PollIsOpen",
    "Post",
    "Pressed",
    "Preview",
    "Question",
    "Sheet",
    "Tracker",
    "Trouble",
    "Understood",
    "Where",
    "WhichProject",
    "WhoIsThat",
    "Wish",
    "fitted",
    "reply_key",
]


class Tracker(
    Asking, Foreseeing, Telling, Acting, Capturing, Deciding, Noting, Convening, Backfilling, Undoing
):
    """The one front. Every verb is one transaction; none of them calls Slack."""

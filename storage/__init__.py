"""What the bot remembers."""

from storage.abilities import Ability
from storage.boards import Board
from storage.channels import Heard
from storage.drafts import Draft
from storage.erasing import erase, erase_removed, erase_rest, holders, spools_of
from storage.homes import Home
from storage.ledger import Entry
from storage.looking import Around
from storage.polls import Watched
from storage.queues import Kept, Message
from storage.spool import OF_WORKSPACE, Known, Spool
from storage.store import Store
from storage.talk import Offer, Track
from storage.timing import Answer, Due
from storage.transaction import Transaction
from storage.uploads import Upload
from storage.workspaces import Standing

__all__ = [
    "OF_WORKSPACE",
    "Ability",
    "Answer",
    "Around",
    "Board",
    "Draft",
    "Due",
    "Entry",
    "Heard",
    "Home",
    "Kept",
    "Known",
    "Message",
    "Offer",
    "Spool",
    "Standing",
    "Store",
    "Track",
    "Transaction",
    "Upload",
    "Watched",
    "erase",
    "erase_removed",
    "erase_rest",
    "holders",
    "spools_of",
]

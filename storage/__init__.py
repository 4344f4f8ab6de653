"""What the bot remembers."""

from storage.channels import Heard
from storage.drafts import Draft
from storage.ledger import Entry
from storage.looking import Around
from storage.polls import Watched
from storage.queues import Kept, Message
from storage.spool import Known, Spool
from storage.store import Store
from storage.talk import Offer, Track
from storage.timing import Answer, Due
from storage.transaction import Transaction

__all__ = [
    "Answer",
    "Around",
    "Draft",
    "Due",
    "Entry",
    "Heard",
    "Kept",
    "Known",
    "Message",
    "Offer",
    "Spool",
    "Store",
    "Track",
    "Transaction",
    "Watched",
]

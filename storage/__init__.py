"""What the bot remembers."""

from storage.channels import Heard
from storage.ledger import Entry
from storage.queues import Kept, Message
from storage.store import Store
from storage.timing import Asked, Due
from storage.transaction import Transaction

__all__ = ["Asked", "Due", "Entry", "Heard", "Kept", "Message", "Store", "Transaction"]

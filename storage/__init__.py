"""What the bot remembers."""

from storage.channels import Heard
from storage.queues import Kept, Message
from storage.store import Store
from storage.transaction import Transaction

__all__ = ["Heard", "Kept", "Message", "Store", "Transaction"]

"""What can be asked and ordered within one transaction?"""

from __future__ import annotations

from storage.channels import Channels
from storage.plans import Plans
from storage.queues import Queues


class Transaction(Plans, Queues, Channels):
    """Everything the bot reads and writes. No verb stores anything by itself: the `with` does, once."""

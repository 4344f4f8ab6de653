"""What can be asked and ordered within one transaction?"""

from __future__ import annotations

from storage.channels import Channels
from storage.plans import Plans
from storage.timing import Timing


class Transaction(Plans, Timing, Channels):
    """Everything the bot reads and writes. No verb stores anything by itself: the `with` does, once."""

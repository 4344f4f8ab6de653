"""What can be asked and ordered within one transaction?"""

from __future__ import annotations

from storage.channels import Channels
from storage.dismissals import Dismissals
from storage.drafts import Drafts
from storage.looking import Looking
from storage.plans import Plans
from storage.polls import Polls
from storage.talk import Talk
from storage.withheld import Withholding


class Transaction(Plans, Looking, Channels, Polls, Dismissals, Talk, Drafts, Withholding):
    """Everything the bot reads and writes. No verb stores anything by itself: the `with` does, once."""

"""What can be asked and ordered within one transaction?"""

from __future__ import annotations

from storage.abilities import Abilities
from storage.boards import Boards
from storage.channels import Channels
from storage.dismissals import Dismissals
from storage.drafts import Drafts
from storage.homes import Homes
from storage.looking import Looking
from storage.plans import Plans
from storage.polls import Polls
from storage.talk import Talk
from storage.uploads import Uploads
from storage.users import Users
from storage.withheld import Withholding
from storage.workspaces import Workspaces


class Transaction(
    Plans,
    Looking,
    Channels,
    Polls,
    Dismissals,
    Talk,
    Drafts,
    Withholding,
    Workspaces,
    Uploads,
    Homes,
    Boards,
    Abilities,
    Users,
):
    """Everything the bot reads and writes. No verb stores anything by itself: the `with` does, once."""

"""Where golive works: in one workspace whose token it is given, or in every one that installs it."""

from __future__ import annotations

from bot.workspaces.many import Credentials, Many
from bot.workspaces.one import One
from bot.workspaces.standing import HELD, KEPT_FOR, REMOVED, SEEN_FOR, WORKING, Workspaces

__all__ = ["HELD", "KEPT_FOR", "REMOVED", "SEEN_FOR", "WORKING", "Credentials", "Many", "One", "Workspaces"]

"""Where golive works: in one workspace whose token it is given, or in every one that installs it."""

from __future__ import annotations

from bot.workspaces.many import Credentials, Many
from bot.workspaces.one import One
from bot.workspaces.standing import KEPT_FOR, Workspaces

__all__ = ["KEPT_FOR", "Credentials", "Many", "One", "Workspaces"]

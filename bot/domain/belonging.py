"""Who is a Slack user to the workspace: one of its own, a guest, somebody from outside, gone, or an app?"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Belongs(StrEnum):
    """What Slack says of a user. `outside` are those who read as customers do."""

    HERE = "here"
    GUEST = "guest"
    ELSEWHERE = "elsewhere"  # of another company's Slack, in a channel that is shared with it
    GONE = "gone"
    APP = "app"

    @property
    def outside(self) -> bool:
        return self in (Belongs.GUEST, Belongs.ELSEWHERE)

    @property
    def acts(self) -> bool:
        """Whether anything they press or type counts."""
        return self not in (Belongs.GONE, Belongs.APP)


def as_said(user: Mapping[str, Any], workspace: str) -> Belongs:
    """What a user object of Slack's says, seen from this workspace."""
    if user.get("deleted"):
        return Belongs.GONE
    if user.get("is_bot") or user.get("id") == "USLACKBOT":
        return Belongs.APP
    if is_of_elsewhere(user, workspace):
        return Belongs.ELSEWHERE
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Belongs.GUEST
    return Belongs.HERE


def is_of_elsewhere(user: Mapping[str, Any], workspace: str) -> bool:
    """Somebody of another company; in an organisation, its other workspaces are none."""
    team, organisation = user.get("team_id"), user.get("enterprise_user")
    spaces = organisation.get("teams") if isinstance(organisation, Mapping) else None
    here = team is None or team == workspace or workspace in (spaces if isinstance(spaces, list) else ())
    return bool(user.get("is_stranger")) or not here

"""users.*: who is in the workspace."""

from __future__ import annotations

from sandbox.calls import Call, method
from sandbox.errors import Refusal
from sandbox.state import Json


@method("users.info", tier=4, scopes=["users:read"], needs="user", takes="include_locale")
def info(call: Call) -> Json:
    user = call.slack.described(call.user(), email=call.has_scope("users:read.email"))
    if call.flag("include_locale") and user["team_id"] == call.slack.state.team.id:
        user["locale"] = "en-US"
    return {"user": user}


@method("users.list", tier=2, scopes=["users:read"], takes="cursor limit include_locale")
def list_(call: Call) -> Json:
    """Everybody of this workspace, also those who left; people of other organisations are not listed."""
    own = [one for one in call.slack.state.users.values() if one["team_id"] == call.slack.state.team.id]
    page, after = call.page(own, 1000, 1000)
    email = call.has_scope("users:read.email")
    described = [call.slack.described(one, email=email) for one in page]
    return {"members": described, "cache_ts": int(call.slack.clock.time()), "response_metadata": after}


@method("users.lookupByEmail", tier=3, scopes=["users:read.email"], needs="email")
def lookup_by_email(call: Call) -> Json:
    email = str(call.args["email"]).lower()
    for user in call.slack.state.users.values():
        own = user["team_id"] == call.slack.state.team.id and not user["deleted"]
        if own and str(user["profile"].get("email", "")).lower() == email:
            return {"user": call.slack.described(user)}
    raise Refusal("users_not_found")

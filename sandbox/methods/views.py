"""views.*: modals and the App Home."""

from __future__ import annotations

from sandbox.calls import Call, method
from sandbox.errors import Refusal
from sandbox.state import Json


@method("views.open", tier=4, needs="trigger_id view")
def open_(call: Call) -> Json:
    user = call.interactions.trigger_owner(call.args["trigger_id"])
    view = call.views.open(user, call.args["view"])
    call.interactions.spend(call.args["trigger_id"])
    return {"view": view}


@method("views.push", tier=4, needs="trigger_id view")
def push(call: Call) -> Json:
    user = call.interactions.trigger_owner(call.args["trigger_id"])
    view = call.views.push(user, call.args["view"])
    call.interactions.spend(call.args["trigger_id"])
    return {"view": view}


@method("views.update", tier=4, needs="view", takes="view_id external_id hash")
def update(call: Call) -> Json:
    view_id = call.args.get("view_id")
    if not view_id:
        found = call.views.by_external_id(str(call.args.get("external_id") or ""))
        if found is None:
            raise Refusal("not_found")
        view_id = found["id"]
    return {"view": call.views.update(str(view_id), call.args["view"], call.args.get("hash"))}


@method("views.publish", tier=4, needs="user_id view", takes="hash")
def publish(call: Call) -> Json:
    app_home = call.slack.state.app.manifest.get("features", {}).get("app_home", {})
    if not app_home.get("home_tab_enabled"):
        raise Refusal("not_enabled")
    user = call.user("user_id")
    return {"view": call.views.publish(user["id"], call.args["view"], call.args.get("hash"))}

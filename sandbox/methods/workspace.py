"""auth.test, apps.connections.open, team.info, bots.info, blocks.validate: about the app and where it is."""

from __future__ import annotations

from sandbox.blocks import check_blocks, check_view, too_large
from sandbox.calls import Call, method
from sandbox.errors import Refusal
from sandbox.posts import full_content
from sandbox.shapes import Problem
from sandbox.state import Json


@method("api.test", tier=4, takes="error foo")
def api_test(call: Call) -> Json:
    if call.args.get("error"):
        raise Refusal(str(call.args["error"]))
    return {"args": call.args}


@method("auth.test", tier=None)
def auth_test(call: Call) -> Json:
    state = call.slack.state
    return {
        "url": f"{call.slack.url}/",
        "team": state.team.name,
        "user": state.bot["name"],
        "team_id": state.team.id,
        "user_id": state.bot["id"],
        "bot_id": state.app.bot_id,
        "is_enterprise_install": False,
    }


@method("auth.revoke", tier=3, takes="test")
def auth_revoke(call: Call) -> Json:
    """The token's last call. It is the only one the app has here, so the app is gone with it."""
    if call.flag("test"):
        return {"revoked": False}
    call.slack.install.end()
    return {"revoked": True}


@method("apps.uninstall", tier=1, needs="client_id client_secret")
def apps_uninstall(call: Call) -> Json:
    secrets = call.slack.state.secrets
    if call.args["client_id"] != secrets["client_id"]:
        raise Refusal("invalid_client_id")
    if call.args["client_secret"] != secrets["client_secret"]:
        raise Refusal("bad_client_secret")
    call.slack.install.end()
    return {}


@method("apps.connections.open", tier=3, app_token=True)
def connections_open(call: Call) -> Json:
    if call.sockets is None:
        raise Refusal("forbidden_team")
    link = call.slack.url.replace("http", "ws", 1)
    return {"url": f"{link}/link?ticket={call.sockets.ticket()}&app_id={call.slack.state.app.id}"}


@method("team.info", tier=3, scopes=["team:read"], takes="team domain")
def team_info(call: Call) -> Json:
    team = call.slack.state.team
    url = f"{call.slack.url}/"
    described = {"id": team.id, "name": team.name, "domain": team.domain, "url": url, "email_domain": ""}
    return {"team": described | {"icon": {"image_default": True}}}


@method("bots.info", tier=3, scopes=["users:read"], takes="bot")
def bots_info(call: Call) -> Json:
    wanted = call.args.get("bot") or call.slack.state.app.bot_id
    for user in call.slack.state.users.values():
        profile = call.slack.signature(user)["bot_profile"] if user["is_bot"] else None
        if profile and profile["id"] == wanted:
            keys = ("id", "deleted", "name", "updated", "app_id", "user_id", "icons")
            return {"bot": {key: profile[key] for key in keys}}
    raise Refusal("bot_not_found")


@method("blocks.validate", tier=None, takes="blocks message view")
def blocks_validate(call: Call) -> Json:
    given = [one for one in ("blocks", "message", "view") if call.args.get(one) is not None]
    if len(given) != 1:
        raise Refusal("invalid_arguments", ["provide exactly one of blocks, message, view"])
    kind, value = given[0], call.args[given[0]]
    if kind == "view":
        problems = check_view(value, "")
        if not problems and too_large(value):
            raise Refusal("view_too_large")
    elif kind == "message":
        value = value if isinstance(value, dict) else {}
        problems = check_blocks(value.get("blocks") or [], "message")
        if not problems:
            full_content(value)
    else:
        problems = check_blocks(value, "message")
    if problems:
        raise Refusal(f"invalid_{kind}", errors=[_as_json(one) for one in problems])
    return {}


def _as_json(problem: Problem) -> Json:
    return {
        "pointer": problem.pointer,
        "code": problem.code,
        "message": problem.message,
        "constraint": problem.constraint,
    }

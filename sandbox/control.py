"""What can a script or the page ask of this Slack? The control API, under /sandbox/."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import channels
from sandbox.errors import Impossible
from sandbox.interactions import Acked
from sandbox.seeds import known_zone
from sandbox.sharing import share
from sandbox.slack import Slack
from sandbox.state import Json
from sandbox.when import moment, span

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox

IDLE_SECONDS = 30.0  # how long /sandbox/idle waits unless told otherwise, in real time
Handler = Callable[[Request], Awaitable[Response]]


class Control:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._slack = sandbox.slack
        self._state = sandbox.state
        self._people = sandbox.people
        self._screens = sandbox.screens
        self._seeds = sandbox.seeds

    def routes(self) -> list[BaseRoute]:
        table: list[tuple[str, str, Handler]] = [
            ("POST", "messages", self.say),
            ("POST", "messages/edit", self.edit),
            ("POST", "messages/delete", self.delete),
            ("POST", "messages/unfurl", self.unfurl),
            ("POST", "commands", self.command),
            ("POST", "reactions", self.react),
            ("POST", "actions", self.press),
            ("GET", "options", self.options),
            ("POST", "options", self.options),
            ("POST", "files", self.attach),
            ("POST", "shortcuts", self.shortcut),
            ("POST", "home", self.home),
            ("POST", "context", self.look_at),
            ("POST", "assistant", self.start_thread),
            ("POST", "views/submit", self.submit),
            ("POST", "views/close", self.close),
            ("GET", "views", self.views),
            ("GET", "clock", self.time),
            ("POST", "clock", self.move),
            ("GET", "faults", self.faults),
            ("POST", "faults", self.order),
            ("DELETE", "faults", self.clear),
            ("GET", "limits", self.limits),
            ("POST", "limits", self.limit),
            ("GET", "users", self.users),
            ("POST", "users", self.add_user),
            ("POST", "users/{user}", self.change_user),
            ("GET", "channels", self.channels),
            ("POST", "channels", self.add_channel),
            ("POST", "channels/{channel}/{verb}", self.change_channel),
            ("GET", "channels/{channel}/messages", self.messages),
            ("GET", "workspaces", self.workspaces),
            ("POST", "uninstall", self.uninstall),
            ("POST", "revoke", self.revoke),
            ("GET", "calls", self.calls),
            ("GET", "idle", self.idle),
            ("POST", "idle", self.idle),
            ("GET", "health", self.health),
        ]
        return [Route(f"/sandbox/{path}", _sentenced(run), methods=[verb]) for verb, path, run in table]

    # ——— what people do

    async def say(self, request: Request) -> Response:
        ask = await _asked(request, "channel", "user")
        channel, message = self._people.say(
            ask["channel"],
            ask["user"],
            ask.get("text") or "",
            ask.get("thread_ts"),
            broadcast=bool(ask.get("reply_broadcast")),
            files=ask.get("files"),
            share=ask.get("share"),
        )
        return JSONResponse({"ok": True, "channel": channel.id, "ts": message["ts"], "message": message})

    async def edit(self, request: Request) -> Response:
        ask = await _asked(request, "channel", "user", "ts", "text")
        message = self._people.edit(ask["channel"], ask["user"], ask["ts"], ask["text"])
        return JSONResponse({"ok": True, "ts": message["ts"], "message": message})

    async def delete(self, request: Request) -> Response:
        ask = await _asked(request, "channel", "user", "ts")
        self._people.delete(ask["channel"], ask["user"], ask["ts"])
        return JSONResponse({"ok": True})

    async def unfurl(self, request: Request) -> Response:
        ask = await _asked(request, "channel", "ts", "url")
        message = self._people.unfurl(ask["channel"], ask["ts"], ask["url"])
        return JSONResponse({"ok": True, "message": message})

    async def command(self, request: Request) -> Response:
        ask = await _asked(request, "command", "user", "channel")
        text = str(ask.get("text") or "")
        acked = await self._people.command(ask["command"], text, ask["user"], ask["channel"])
        return _acked(acked)

    async def react(self, request: Request) -> Response:
        ask = await _asked(request, "channel", "user", "ts", "name")
        remove = bool(ask.get("remove"))
        self._people.react(ask["channel"], ask["user"], ask["ts"], ask["name"], remove=remove)
        return JSONResponse({"ok": True})

    async def press(self, request: Request) -> Response:
        ask = await _asked(request, "user", "action_id")
        keys = ("channel", "ts", "view_id", "block_id", "value")
        where = {key: ask.get(key) for key in keys}
        return _acked(await self._screens.press(ask["user"], ask["action_id"], **where))

    async def options(self, request: Request) -> Response:
        given = dict(request.query_params) if request.method == "GET" else None
        ask = given or await _asked(request, "user", "action_id")
        where = {key: ask.get(key) for key in ("channel", "ts", "view_id", "block_id")}
        query = str(ask.get("value") or "")
        return JSONResponse(await self._screens.options(ask["user"], ask["action_id"], query, **where))

    async def attach(self, request: Request) -> Response:
        ask = await _asked(request, "user", "name")
        return JSONResponse(self._people.attach(ask["user"], ask).info)

    async def shortcut(self, request: Request) -> Response:
        ask = await _asked(request, "callback_id", "user")
        return _acked(
            await self._people.shortcut(ask["callback_id"], ask["user"], ask.get("channel"), ask.get("ts"))
        )

    async def home(self, request: Request) -> Response:
        ask = await _asked(request, "user")
        self._screens.home(ask["user"], ask.get("tab") or "home")
        return JSONResponse({"ok": True})

    async def look_at(self, request: Request) -> Response:
        """Look at a channel (or none) beside the conversation with the agent."""
        ask = await _asked(request, "user")
        person = self._people.person(ask["user"])
        channel = self._people.place(ask["channel"], person) if ask.get("channel") else None
        self._slack.agents.looks_at(person["id"], channel)
        return JSONResponse({"ok": True})

    async def start_thread(self, request: Request) -> Response:
        """Open the assistant as it was before agents, beside a channel or none."""
        ask = await _asked(request, "user")
        person = self._people.person(ask["user"])
        channel = self._people.place(ask["channel"], person) if ask.get("channel") else None
        return JSONResponse({"ok": True, "thread_ts": self._slack.agents.start_thread(person["id"], channel)})

    async def submit(self, request: Request) -> Response:
        ask = await _asked(request, "user", "view_id")
        values = ask.get("values") or {}
        if not isinstance(values, dict):
            raise Impossible("values is an object: {block_id: value} or {block_id: {action_id: value}}.")
        return JSONResponse(await self._screens.submit(ask["user"], ask["view_id"], values))

    async def close(self, request: Request) -> Response:
        ask = await _asked(request, "user", "view_id")
        return _acked(await self._screens.close(ask["user"], ask["view_id"], everything=bool(ask.get("all"))))

    # ——— what there is

    async def users(self, request: Request) -> Response:
        return JSONResponse([self._slack.described(one) for one in self._state.users.values()])

    async def channels(self, request: Request) -> Response:
        user = request.query_params.get("user")
        found = list(self._state.channels.values())
        if user:
            found = self._state.channels_of(self._people.person(user)["id"])
        return JSONResponse(
            [{**self._slack.conversation(one, user), "members": one.members} for one in found]
        )

    async def messages(self, request: Request) -> Response:
        user = request.query_params.get("user")
        person = self._people.person(user) if user else None
        channel = self._people.place(request.path_params["channel"])
        if person and person["id"] not in channel.members and channel.is_private:
            raise Impossible(f"{person['real_name']} is not in {channel.id}.", 403)
        return JSONResponse(channel.visible(user))

    async def views(self, request: Request) -> Response:
        user = request.query_params.get("user")
        people = [self._people.person(user)["id"]] if user else list(self._state.users)
        found: list[Json] = []
        for one in people:
            home = self._state.homes.get(one)
            every = [*([home] if home else []), *self._state.modals.get(one, [])]
            found += [{**view, "user": one} for view in every]
        return JSONResponse(found)

    async def calls(self, request: Request) -> Response:
        after = _number(request.query_params.get("after"), "after", 0)
        method = request.query_params.get("method")
        wanted = [one for one in self._state.calls[int(after) :] if method in (None, one["method"])]
        lines = "".join(json.dumps(one) + "\n" for one in wanted)
        return Response(lines, media_type="application/x-ndjson")

    async def health(self, request: Request) -> Response:
        return JSONResponse({"ok": True, "now": self._now(), **self._sandbox.pending()})

    # ——— the workspaces of this Slack, and the app in them

    async def workspaces(self, request: Request) -> Response:
        return JSONResponse(
            [
                {
                    "id": one.state.team.id,
                    "name": one.state.team.name,
                    "url": one.url,
                    "app": one.install.is_there,
                }
                for one in self._sandbox.workspaces
            ]
        )

    async def uninstall(self, request: Request) -> Response:
        """Somebody removes the app: its token is dead, and it is told so."""
        if not self._sandbox.install.is_there:
            raise Impossible("The app is not in this workspace.", 409)
        self._sandbox.install.end()
        return JSONResponse({"ok": True})

    async def revoke(self, request: Request) -> Response:
        """The app's token is taken back without a word, as `error`: token_revoked, account_inactive, …"""
        ask = await _asked(request)
        if not self._sandbox.install.is_there:
            raise Impossible("The app is not in this workspace.", 409)
        self._sandbox.install.revoke(str(ask.get("error") or "token_revoked"))
        return JSONResponse({"ok": True})

    # ——— time and weather

    async def time(self, request: Request) -> Response:
        return JSONResponse({"now": self._now(), "ts": self._slack.clock.time()})

    async def move(self, request: Request) -> Response:
        ask = await _asked(request)
        if ("now" in ask) == ("advance" in ask):
            raise Impossible("Say either now (an ISO time, or seconds since 1970) or advance (3600, 1h, 3d).")
        target = moment(ask["now"]) if "now" in ask else self._slack.clock.now() + span(ask["advance"])
        await self._sandbox.move(target)
        return JSONResponse({"now": self._now(), "ts": self._slack.clock.time()})

    async def idle(self, request: Request) -> Response:
        timeout = _number(request.query_params.get("timeout"), "timeout", IDLE_SECONDS)
        try:
            await asyncio.wait_for(self._slack.quiet(), timeout)
        except TimeoutError:
            pending = self._sandbox.pending()
            sentence = f"After {timeout:g} seconds this was still pending: {json.dumps(pending)}."
            return JSONResponse({"idle": False, "error": sentence, **pending}, 408)
        return JSONResponse({"idle": True, "now": self._now()})

    async def faults(self, request: Request) -> Response:
        return JSONResponse([asdict(one) for one in self._slack.faults])

    async def order(self, request: Request) -> Response:
        fault = self._slack.faults.add(await _asked(request, "kind"))
        ordered = asdict(fault)
        await self._sandbox.strike(fault)
        return JSONResponse({"ok": True, "fault": ordered})

    async def clear(self, request: Request) -> Response:
        self._slack.faults.clear()
        return JSONResponse({"ok": True})

    async def limits(self, request: Request) -> Response:
        return JSONResponse(asdict(self._slack.pace.limits))

    async def limit(self, request: Request) -> Response:
        ask = await _asked(request)
        limits = self._slack.pace.limits
        given = [ask[name] for name in ("channel_seconds", "workspace_per_minute") if name in ask]
        tiers = ask.get("tiers") or {}
        if not all(one is None or isinstance(one, int | float) for one in [*given, *tiers.values()]):
            raise Impossible("Limits are numbers, or null for none.")
        limits.channel_seconds = ask.get("channel_seconds", limits.channel_seconds)
        limits.workspace_per_minute = ask.get("workspace_per_minute", limits.workspace_per_minute)
        limits.tiers |= {int(tier): per_minute for tier, per_minute in tiers.items() if str(tier).isdecimal()}
        return JSONResponse(asdict(limits))

    # ——— people and channels

    async def add_user(self, request: Request) -> Response:
        ask = await _asked(request, "name")
        if ask.get("id") in self._state.users:
            raise Impossible(f"{ask['id']} is here already.", 409)
        user = self._seeds.add_user(ask)
        self._slack.emit({"type": "team_join", "user": self._slack.described(user)}, None)
        return JSONResponse(self._slack.described(user))

    async def change_user(self, request: Request) -> Response:
        before = self._state.users.get(request.path_params["user"])
        if before is None:
            raise Impossible(f"There is no person {request.path_params['user']} here.", 404)
        ask = await _asked(request)
        known_zone(ask.get("tz"))
        profile = {**before["profile"], **(ask.pop("profile", None) or {})}
        after = {**before, **ask, "id": before["id"], "profile": profile}
        self._slack.change_user(after | {"updated": int(self._slack.clock.time())})
        return JSONResponse(self._slack.described(after))

    async def add_channel(self, request: Request) -> Response:
        ask = await _asked(request, "name")
        if ask.get("id") in self._state.channels or self._state.channel_named(ask["name"]):
            raise Impossible(f"#{ask['name']} is there already.", 409)
        channel = self._seeds.add_channel(ask)
        return JSONResponse({**self._slack.conversation(channel), "members": channel.members})

    async def change_channel(self, request: Request) -> Response:
        """join, leave, archive, unarchive, rename, change_id, share."""
        channel = self._people.place(request.path_params["channel"])
        verb = request.path_params["verb"]
        ask = await _asked(request)
        user = str(ask.get("user") or channel.creator or self._state.app.bot_user)
        if user not in self._state.users:
            raise Impossible(f"There is no person {user} here.", 404)
        if verb == "join":
            self._slack.join(channel, user, ask.get("inviter"))
        elif verb == "leave":
            self._slack.leave(channel, user)
        elif verb in ("archive", "unarchive"):
            channels.archive(self._slack, channel, user, archived=verb == "archive")
        elif verb == "rename":
            channels.rename(self._slack, channel, user, _word(ask, "name"))
        elif verb in ("pin", "unpin"):
            self._people.pin(channel.id, user, _word(ask, "ts"), remove=verb == "unpin")
        elif verb == "change_id":
            channels.change_id(self._slack, channel, _word(ask, "id"))
        elif verb == "share":
            share(self._slack, channel, self._other(_word(ask, "team")))
        else:
            raise Impossible(f"A channel cannot be asked to “{verb}”.", 404)
        return JSONResponse({**self._slack.conversation(channel), "members": channel.members})

    def _other(self, team: str) -> Slack:
        """Another workspace of this Slack."""
        other = self._sandbox.workspace(team)
        if other is None or other is self._sandbox:
            raise Impossible(f"There is no other workspace {team} here.", 404)
        return other.slack

    def _now(self) -> str:
        return self._slack.clock.now().isoformat()


def _sentenced(run: Handler) -> Handler:
    """What people cannot do is answered with a sentence."""

    async def handle(request: Request) -> Response:
        try:
            response = await run(request)
        except Impossible as wrong:
            response = JSONResponse({"error": str(wrong)}, wrong.status)
        request.app.state.sandbox.save()
        return response

    return handle


def _acked(acked: Acked) -> Response:
    answer = {"ack": acked.body, "ms": acked.ms}
    return JSONResponse(answer | ({"error": acked.error} if acked.error else {}))


async def _asked(request: Request, *needed: str) -> Json:
    """The body as an object that has at least these."""
    body = await request.body()
    try:
        ask = json.loads(body or b"{}")
    except ValueError:
        raise Impossible("The body is not JSON.") from None
    if not isinstance(ask, dict):
        raise Impossible("The body must be a JSON object.")
    missing = [one for one in needed if ask.get(one) in (None, "")]
    if missing:
        raise Impossible(f"Missing: {', '.join(missing)}.")
    return ask


def _word(ask: Json, name: str) -> str:
    if not ask.get(name):
        raise Impossible(f"Missing: {name}.")
    return str(ask[name])


def _number(value: str | None, name: str, default: float) -> float:
    try:
        return default if value is None else float(value)
    except ValueError:
        raise Impossible(f"{name} is a number.") from None

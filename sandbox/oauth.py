"""How does somebody let an app into a workspace: the page that asks, the code, and the token for it?"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.errors import Refusal
from sandbox.faults import CALL_KINDS
from sandbox.state import Json
from sandbox.webapi import struck, through

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox

CODE_SECONDS = 600.0
PATH = "/oauth/v2/authorize"


@dataclass(slots=True)
class _Grant:
    """What somebody allowed, until the app has come for it."""

    home: Sandbox
    user: str
    redirect_uri: str
    expires: float
    used: bool = False


class OAuth:
    """One for all workspaces of this Slack: each of them may let the app in."""

    def __init__(self, first: Sandbox) -> None:
        self._first = first
        self._grants: dict[str, _Grant] = {}

    def routes(self) -> list[BaseRoute]:
        return [
            Route(PATH, self.ask, methods=["GET"]),
            Route(PATH, self.answer, methods=["POST"]),
            Route("/api/oauth.v2.access", self.access, methods=["GET", "POST"]),
        ]

    # ——— the page

    async def ask(self, request: Request) -> Response:
        """What the app may do, whom one is, and Allow or Deny."""
        asked = request.query_params
        wrong = self._wrong(asked.get("client_id"), asked.get("redirect_uri"), asked.get("scope"))
        if wrong:
            return HTMLResponse(f"<h1>{escape(wrong)}</h1>", 400)
        state = self._first.state
        homes = "".join(
            f'<option value="{escape(one.state.team.id)}"{_chosen(one.state.team.id, asked.get("team"))}>'
            f"{escape(one.state.team.name)}</option>"
            for one in self._first.workspaces
        )
        scopes = "".join(f"<li>{escape(one)}</li>" for one in str(asked.get("scope")).split(","))
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">'
            for name in ("client_id", "redirect_uri", "state", "scope")
        )
        name = escape(state.app.name)
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            f"<title>{name} asks to be let in</title><main><h1>{name} asks to be let into a workspace</h1>"
            f'<form method="post" action="{PATH}">{hidden}<p><label>Workspace <select name="team">{homes}'
            f"</select></label></p><p>It may:</p><ul>{scopes}</ul>"
            '<p><button name="answer" value="allow">Allow</button> '
            '<button name="answer" value="deny">Deny</button></p></form></main></html>'
        )
        # No form-action: browsers hold the redirect that follows against it, and that leads to the app.
        return HTMLResponse(page, headers={"content-security-policy": "default-src 'none'"})

    async def answer(self, request: Request) -> Response:
        """Send whoever pressed back to the app."""
        form = {key: str(value) for key, value in (await request.form()).items()}
        wrong = self._wrong(form.get("client_id"), form.get("redirect_uri"), form.get("scope"))
        home = self._first.workspace(form.get("team", ""))
        if wrong or home is None:
            return HTMLResponse(f"<h1>{escape(wrong or 'There is no such workspace.')}</h1>", 400)
        back: dict[str, str] = {"state": form["state"]} if form.get("state") else {}
        if form.get("answer") != "allow":
            return _sent_back(form["redirect_uri"], {"error": "access_denied", **back})
        code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        user = form.get("user") or home.somebody()
        until = self._first.clock.time() + CODE_SECONDS
        self._grants[code] = _Grant(home, user, form["redirect_uri"], until)
        return _sent_back(form["redirect_uri"], {"code": code, **back})

    def _wrong(self, client_id: str | None, redirect_uri: str | None, scope: str | None) -> str | None:
        if client_id != self._first.client_id:
            return "There is no app with this client_id."
        if urlsplit(redirect_uri or "").scheme not in ("http", "https"):
            return "redirect_uri did not match any configured URIs."
        more = sorted(set((scope or "").split(",")) - set(self._first.state.app.scopes))
        return f"Invalid permissions requested: {', '.join(more)}." if more else None

    # ——— the token

    async def access(self, request: Request) -> Response:
        """oauth.v2.access: a code, or a refresh token, for a token."""
        args: Json = dict(request.query_params)
        if request.method == "POST":
            args |= {key: str(value) for key, value in (await request.form()).items()}
        args |= _basic(request)
        fault = self._first.faults.take(CALL_KINDS, "oauth.v2.access")
        if (error := struck(fault)) is not None:
            self._log(self._first, args, error)
            status = 429 if fault and fault.kind == "429" else 500
            body = JSONResponse({"ok": False, "error": error}, status, {"retry-after": "1"})
            return await through(fault, body)
        home = self._first
        answer: Json = {}
        try:
            home, answer = self._given(args)
        except Refusal as refused:
            self._log(home, args, refused.error)
            return await through(fault, JSONResponse(refused.answer))
        self._log(home, args, None)
        for one in self._first.workspaces:
            one.save()
        return await through(fault, JSONResponse({"ok": True, **answer}))

    def _given(self, args: Json) -> tuple[Sandbox, Json]:
        if args.get("client_id") != self._first.client_id:
            raise Refusal("invalid_client_id")
        if not secrets.compare_digest(str(args.get("client_secret")), self._first.client_secret):
            raise Refusal("bad_client_secret")
        kind = args.get("grant_type") or "authorization_code"
        if kind == "refresh_token":
            return self._refreshed(str(args.get("refresh_token")))
        if kind != "authorization_code":
            raise Refusal("invalid_grant_type")
        grant = self._grants.get(str(args.get("code")))
        if grant is None or self._first.clock.time() > grant.expires:
            raise Refusal("invalid_code")
        if grant.used:
            raise Refusal("code_already_used")
        if args.get("redirect_uri") != grant.redirect_uri:
            raise Refusal("bad_redirect_uri")
        grant.used = True
        grant.home.install.begin()
        return grant.home, grant.home.install.answer(grant.user)

    def _refreshed(self, token: str) -> tuple[Sandbox, Json]:
        for home in self._first.workspaces:
            if token and (answer := home.install.refreshed(token)) is not None:
                return home, answer
        raise Refusal("invalid_refresh_token")

    def _log(self, home: Sandbox, args: Json, error: str | None) -> None:
        hidden = ("client_secret", "code", "refresh_token")
        shown = {key: value for key, value in args.items() if key not in hidden}
        at = round(self._first.clock.time(), 6)
        call = {"method": "oauth.v2.access", "args": shown, "ok": error is None, "error": error, "at": at}
        home.state.log_call(call)


def _chosen(team: str, wanted: str | None) -> str:
    return " selected" if team == wanted else ""


def _sent_back(address: str, said: dict[str, str]) -> Response:
    joint = "&" if urlsplit(address).query else "?"
    return RedirectResponse(f"{address}{joint}{urlencode(said)}", 302)


def _basic(request: Request) -> dict[str, str]:
    """The client's id and secret, as the SDK sends them."""
    kind, _, said = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        ident, _, secret = base64.b64decode(said, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        return {}
    return {"client_id": ident, "client_secret": secret}

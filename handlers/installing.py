"""How is golive installed in a workspace, and what does somebody read when that comes to nothing?"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import OAuthStateUtils
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.domain.errors import BotError
from bot.integrations.installations import STATES_LAST, Fate, Installations, States
from bot.integrations.slack import TROUBLE
from bot.workspaces import Credentials
from handlers.views import installing as views

log = logging.getLogger("golive.installing")
quiet = logging.getLogger("golive.oauth")  # Bolt's own: its warnings hold the code
quiet.setLevel(logging.ERROR)

INSTALL, CALLBACK = "/slack/install", "/slack/oauth_redirect"
COOKIE = "golive-install"
_TEAM = re.compile(r"[TE][A-Z0-9]{1,30}")
_FORGED = {Fate.UNKNOWN: "forged", Fate.EXPIRED: "expired", Fate.USED: "used", Fate.FRESH: "forged"}
_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",  # the address of the last page holds the code and the state
    "cache-control": "no-store",
}


class Place(Protocol):
    """Where golive works, which learns of each installation."""

    installs: Installations
    app: Credentials

    async def is_leaving(self, installation: Installation) -> bool: ...

    async def installed(self, installation: Installation) -> str | None: ...


class _Refused(Exception):
    """The installation comes to nothing; `reason` is one of those the page knows."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Cookie(OAuthStateUtils):
    """Ties an installation to the browser it was begun in, each by itself: the page may be open twice."""

    def __init__(self, *, secure: bool) -> None:
        super().__init__(cookie_name=COOKIE, expiration_seconds=int(STATES_LAST.total_seconds()))
        # Only a sandbox on this machine is spoken to without TLS, and there browsers keep no secure cookie.
        self._flags = f"{'Secure; ' if secure else ''}HttpOnly; SameSite=Lax; Path=/slack"

    def build_set_cookie_for_new_state(self, state: str) -> str:
        return f"{_cookie_of(state)}={state}; {self._flags}; Max-Age={self.expiration_seconds}"

    def build_set_cookie_for_deletion(self, state: str | None = None) -> str:
        return f"{_cookie_of(state)}=deleted; {self._flags}; Expires=Thu, 01 Jan 1970 00:00:00 GMT"

    def is_valid_browser(self, state: str | None, request_headers: Mapping[str, str | Sequence[str]]) -> bool:
        its = OAuthStateUtils(cookie_name=_cookie_of(state))
        return its.is_valid_browser(state, dict(request_headers))


def _cookie_of(state: str | None) -> str:
    # Of what came with a request only a digest may stand in a header.
    return f"{COOKIE}-{hashlib.sha256((state or '').encode()).hexdigest()[:12]}"


class _Flow(AsyncOAuthFlow):
    """Bolt's own, which leaves what is not an answer of Slack's to nobody, and keeps what cannot speak."""

    def __init__(self, place: Place, **given: Any) -> None:
        super().__init__(**given)
        self._place = place

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        """Slack's page. Bolt would take over whatever stands in `team`, also what asks for more."""
        team = _given(request, "team")
        known = team if team is not None and _TEAM.fullmatch(team) else None
        return self.settings.authorize_url_generator.generate(state=state, team=known)

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        return views.html(views.invitation(url))

    async def run_installation(self, code: str) -> Installation | None:
        try:
            installation = await super().run_installation(code)
        except SlackApiError:
            return None
        except (*TROUBLE, TimeoutError, KeyError, UnboundLocalError) as cause:
            raise _Refused("unreachable") from cause
        if installation is not None and not installation.bot_token:
            raise _Refused("no_bot")
        return installation

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        name = None
        try:
            if not await self._place.is_leaving(installation):
                await self._place.installs.async_save(installation)
                name = await self._place.installed(installation)
        except BotError as trouble:
            raise BoltError(str(trouble)) from trouble
        if name is None:
            raise _Refused("leaving")
        request.context["name"] = name


class Installing:
    """The two pages of an installation, and Bolt's flow behind them."""

    def __init__(
        self,
        place: Place,
        states: States,
        client: AsyncWebClient,
        *,
        url: str,
        authorize_url: str,
        scopes: Sequence[str],
    ) -> None:
        self._states = states
        self._begin = f"{url}{INSTALL}"
        self._cookie = _Cookie(secure=url.startswith("https:"))
        settings = AsyncOAuthSettings(
            client_id=place.app.client_id,
            client_secret=place.app.client_secret,
            scopes=scopes,
            user_scopes=[],
            redirect_uri=f"{url}{CALLBACK}",
            authorization_url=authorize_url,
            callback_options=AsyncCallbackOptions(self._succeeded, self._failed),
            installation_store=place.installs,
            state_store=states,
            state_cookie_name=COOKIE,
        )
        settings.state_utils = self._cookie
        self.flow = _Flow(place, client=client, logger=quiet, settings=settings)

    @property
    def routes(self) -> list[BaseRoute]:
        return [
            Route(INSTALL, self._invite, methods=["GET"]),
            Route(CALLBACK, self._come_back, methods=["GET"]),
        ]

    async def _invite(self, request: Request) -> Response:
        try:
            answer = await self.flow.handle_installation(to_async_bolt_request(request, b""))
        except BotError as trouble:
            log.warning("An installation could not be begun: %s", trouble)
            page = views.failure("storage_error", self._begin)
            return _response(BoltResponse(status=503, body=views.html(page), headers={**_HEADERS}))
        answer.headers |= {name: [value] for name, value in _HEADERS.items()}
        return _response(answer)

    async def _come_back(self, request: Request) -> Response:
        asked = to_async_bolt_request(request, b"")
        try:
            answer = await self.flow.handle_callback(asked)
        except _Refused as refusal:
            answer = self._told(asked, refusal.reason, 502)
        except BotError as trouble:
            log.warning("An installation could not be finished: %s", trouble)
            answer = self._told(asked, "storage_error", 503)
        return _response(answer)

    async def _succeeded(self, args: AsyncSuccessArgs) -> BoltResponse:
        name = str(args.request.context.get("name") or "your workspace")
        return self._page(args.request, views.done(name, args.installation.team_id), 200)

    async def _failed(self, args: AsyncFailureArgs) -> BoltResponse:
        reason = args.reason
        if reason in ("invalid_state", "invalid_browser"):
            fate = await self._states.fate(_given(args.request, "state"))
            # Who comes with a good state in another browser was sent here by somebody else.
            strange = reason == "invalid_browser" and fate is Fate.FRESH
            reason = reason if strange else _FORGED[fate]
        return self._told(args.request, reason, args.suggested_status_code)

    def _told(self, request: AsyncBoltRequest, reason: str, status: int) -> BoltResponse:
        page = views.failure(reason, self._begin)
        log.warning("An installation came to nothing: %s", page.title)
        return self._page(request, page, status)

    def _page(self, request: AsyncBoltRequest, page: views.Page, status: int) -> BoltResponse:
        over = self._cookie.build_set_cookie_for_deletion(_given(request, "state"))
        headers: dict[str, Any] = {**_HEADERS, "set-cookie": over}
        return BoltResponse(status=status, body=views.html(page), headers=headers)


def _response(answer: BoltResponse) -> Response:
    """As it stands: Bolt's own adapter makes every cookie a secure one, and drops what it may not cross."""
    headers = {name: values[0] for name, values in answer.headers.items()}
    return Response(answer.body, answer.status, headers)


def _given(request: AsyncBoltRequest, name: str) -> str | None:
    found = request.query.get(name)
    return found[0] if found else None

"""Is the app installed in this workspace, with which token, and how does that begin, go on and end?"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sandbox.errors import Refusal
from sandbox.state import Json

if TYPE_CHECKING:
    from sandbox.slack import Slack

LASTS = 12 * 3600  # seconds a token is good for, when the manifest wants tokens that run out
FAREWELL = frozenset({"app_uninstalled", "tokens_revoked"})  # events an app still gets that is gone


class Install:
    """The app's installation in one workspace. It is there from the start, unless that is not wanted."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._state = slack.state

    @property
    def is_there(self) -> bool:
        return bool(self._state.secrets.get("bot_token"))

    @property
    def rotates(self) -> bool:
        return bool(self._state.app.manifest.get("settings", {}).get("token_rotation_enabled"))

    def begin(self) -> None:
        """Install the app, or give it a new token; one that does not run out stays as it is."""
        if self.is_there and not self.rotates:
            return
        self._renew()
        bot = {**self._state.bot, "deleted": False}
        self._state.put_user(bot)

    def answer(self, user: str) -> Json:
        """What oauth.v2.access says of it."""
        state = self._state
        return {
            "app_id": state.app.id,
            "authed_user": {"id": user},
            "scope": ",".join(state.app.scopes),
            "token_type": "bot",
            "access_token": state.secrets["bot_token"],
            "bot_user_id": state.app.bot_user,
            "team": {"id": state.team.id, "name": state.team.name},
            "enterprise": None,
            "is_enterprise_install": False,
            **self._until(),
        }

    def refreshed(self, token: str) -> Json | None:
        """The answer to a refresh token, which is good once; None when it is none of this workspace."""
        if token != self._state.secrets.get("refresh_token"):
            return None
        self._renew()
        return self.answer("") | {"authed_user": {}}

    def refusal(self, token: str) -> str | None:
        """Why a token of this workspace is not taken; None when it is, or is not of this workspace."""
        dead: dict[str, str] = self._state.secrets.get("dead_tokens") or {}
        if token in dead:
            return dead[token]
        until = self._state.secrets.get("token_until")
        if token == self._state.secrets.get("bot_token") and until and self._slack.clock.time() >= until:
            return "token_expired"
        return None

    def knows(self, token: str) -> bool:
        known = token == self._state.secrets.get("bot_token")
        return bool(token) and (known or token in (self._state.secrets.get("dead_tokens") or {}))

    def revoke(self, error: str = "token_revoked") -> None:
        """The token is good no more, and the app is not told."""
        token = self._state.secrets.get("bot_token")
        if not token:
            raise Refusal("invalid_auth")
        self._bury(token, error)
        for name in ("bot_token", "refresh_token", "token_until"):
            self._state.put_secret(name, "")

    def end(self) -> None:
        """Somebody removes the app: its tokens are gone, and it is told so."""
        bot = self._state.app.bot_user
        self.revoke("account_inactive")
        self._state.put_user({**self._state.bot, "deleted": True})
        self._slack.emit({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}}, None)
        self._slack.emit({"type": "app_uninstalled"}, None)

    def _renew(self) -> None:
        old = self._state.secrets.get("bot_token")
        made = secrets.token_hex(12)
        if not self.rotates:
            self._state.put_secret("bot_token", f"xoxb-sandbox-{made}")
            return
        if old:
            self._bury(old, "token_revoked")
        self._state.put_secret("bot_token", f"xoxe.xoxb-1-{made}")
        self._state.put_secret("refresh_token", f"xoxe-1-{secrets.token_hex(12)}")
        self._state.put_secret("token_until", self._slack.clock.time() + LASTS)

    def _bury(self, token: str, error: str) -> None:
        dead = self._state.secrets.get("dead_tokens") or {}
        self._state.put_secret("dead_tokens", {**dead, token: error})

    def _until(self) -> Json:
        until = self._state.secrets.get("token_until")
        if not until:
            return {}
        left = round(until - self._slack.clock.time())
        return {"expires_in": left, "refresh_token": self._state.secrets["refresh_token"]}

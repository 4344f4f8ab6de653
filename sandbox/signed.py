"""How does Slack speak to a request URL: signed HTTP, and an answer within three seconds?"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sandbox.errors import NoAnswer
from sandbox.state import Json

if TYPE_CHECKING:
    import httpx

SENT = {"events_api": "application/json"}  # everything else is a form


class Signed:
    """The app's request URL."""

    def __init__(self, url: str, secret: str, now: Callable[[], float], ack_seconds: float) -> None:
        self.url = url
        self.ack_seconds = ack_seconds
        self.ready = asyncio.Event()
        self.ready.set()
        self._secret = secret
        self._now = now
        self._client: httpx.AsyncClient | None = None

    async def send(self, kind: str, payload: Json, *, attempt: int = 0, reason: str | None = None) -> Any:
        import httpx  # only who asks for HTTP delivery pays for its import

        if self._client is None:
            limits = httpx.Limits(max_connections=None)  # Slack does not queue for a free connection
            self._client = httpx.AsyncClient(
                timeout=self.ack_seconds, max_redirects=2, trust_env=False, limits=limits
            )
        body = self._body(kind, payload).encode()
        headers = self._headers(kind, body, attempt, reason)
        try:
            answer = await self._client.post(self.url, content=body, headers=headers, follow_redirects=True)
        except httpx.TimeoutException:
            raise NoAnswer("http_timeout") from None
        except httpx.TooManyRedirects:
            raise NoAnswer("too_many_redirects") from None
        except httpx.TransportError:
            raise NoAnswer("connection_failed") from None
        if not answer.is_success:
            raise NoAnswer("http_error", retry=answer.headers.get("x-slack-no-retry") != "1")
        return _read(answer)

    async def stop(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _body(self, kind: str, payload: Json) -> str:
        if kind == "events_api":
            return json.dumps(payload)
        if kind == "slash_commands":
            return urlencode(payload)
        return urlencode({"payload": json.dumps(payload)})

    def _headers(self, kind: str, body: bytes, attempt: int, reason: str | None) -> dict[str, str]:
        timestamp = str(int(self._now()))
        signature = hmac.new(self._secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
        headers = {
            "content-type": SENT.get(kind, "application/x-www-form-urlencoded"),
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": f"v0={signature.hexdigest()}",
        }
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason or "unknown_error"}
        return headers


def _read(answer: httpx.Response) -> Any:
    """What was said in the answer: None, an object, or words."""
    if not answer.content.strip():
        return None
    if answer.headers.get("content-type", "").startswith("application/json"):
        try:
            return answer.json()
        except ValueError:
            return answer.text
    return {"text": answer.text}

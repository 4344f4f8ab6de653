"""What can be asked of one Slack workspace, and what became of the asking?"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import aiohttp
from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.errors import BotError, Unavailable
from bot.integrations.clock import Clock, sleep

log = logging.getLogger("golive.slack")

# Slack's words for "some aspect of the operation may have succeeded before the error".
UNCLEAR = frozenset({"fatal_error", "internal_error"})
# Slack's words for "not now": nothing was stored, and asking again later may do.
LATER = frozenset({"service_unavailable", "request_timeout", "team_added_to_org", "accesslimited"})
TOO_FAST = frozenset({"ratelimited", "rate_limited"})
# The token is no good: no call of this workspace will succeed until somebody mends it.
LOCKED_OUT = frozenset(
    {"not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "org_login_required"}
)
# The token of an organisation is good, but for this one of its workspaces.
SHUT_THERE = "team_access_not_granted"
# What the SDK lets through: its own errors, the network's, and what it trips over in an odd body.
TROUBLE = (SlackApiError, aiohttp.ClientError, OSError, AttributeError, ValueError)
NOT_TAKEN = frozenset({"invalid_blocks", "invalid_blocks_format"})  # the same in plainer blocks may be
ONLY_TO_A_URL = frozenset({"response_type", "replace_original", "delete_original"})
TIMEOUT_SECONDS = 30
Answer = dict[str, Any]
FEW_TRIES = 4
# Slack takes messages to people who have left, if it is not asked for the conversation with them anew.
ASKED_AGAIN = timedelta(hours=8)
A_PAGE = 200

_ADVICE = {
    "not_in_channel": "I am not in that channel: invite me there with `/invite @golive`, then try again.",
    "channel_not_found": "I cannot see that channel: invite me there with `/invite @golive`, then try again.",
    "is_archived": "That channel is archived: unarchive it, or use another one.",
    "missing_scope": "I lack a permission for that: reinstall me from manifest.yml (see `golive doctor`).",
    "user_not_found": "I cannot find that person in this workspace.",
    "expired_trigger_id": "That took too long for Slack: please press again.",
    "trigger_expired": "That took too long for Slack: please press again.",
    "exchanged_trigger_id": "Slack opens one form for one press: please press again.",
    "trigger_exchanged": "Slack opens one form for one press: please press again.",
    "hash_conflict": "That has changed since you pressed; nothing was done. Press again in what it is now.",
}


class SlackTrouble(Unavailable):
    """A call did not simply succeed; the kinds below say what is known about it."""


class NotSent(SlackTrouble):
    """The call never reached Slack, or Slack says to come back later: nothing was stored."""


class Unclear(SlackTrouble):
    """The call may or may not have been carried out; after a time-out it may even still be under way."""

    def __init__(self, sentence: str, *, timed_out: bool = False) -> None:
        super().__init__(sentence)
        self.timed_out = timed_out


class TooFast(SlackTrouble):
    """Slack asks for a pause; nothing was stored."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class LockedOut(SlackTrouble):
    """The token is not accepted."""

    def __init__(self, sentence: str, error: str = "not_authed") -> None:
        super().__init__(sentence)
        self.error = error


class Declined(BotError):
    """Slack refused for good; asking the same again would be refused the same way."""

    def __init__(self, method: str, error: str) -> None:
        super().__init__(_ADVICE.get(error, f"Slack refused that ({error})."))
        self.method = method
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who we are to Slack: the answer of auth.test."""

    workspace: str
    name: str
    url: str
    bot_user: str
    bot_id: str | None
    scopes: frozenset[str]
    said_at: str | None  # Slack's Date header


class Tokens(Protocol):
    """What knows the token of a workspace: it may be renewed from time to time, and it may be revoked."""

    async def current(self) -> str:
        """The token to call with now; LockedOut when there is none."""
        ...

    async def refused(self, token: str, error: str, workspace: str | None) -> bool:
        """Slack does not take it in this workspace; True when there is another one by now."""
        ...


class Slack:
    """One workspace through its Web API. No call here is ever repeated behind the caller's back."""

    def __init__(
        self,
        client: AsyncWebClient,
        clock: Clock,
        *,
        tokens: Tokens | None = None,
        who: Identity | None = None,
    ) -> None:
        """`tokens` where the client's own token is not for good; `who` where that is known already."""
        if client.retry_handlers:
            raise ValueError("a client that repeats calls by itself posts twice: give retry_handlers=[]")
        self._client = client
        self._clock = clock
        self._tokens = tokens
        self._who = who
        self._dms: dict[str, tuple[str, datetime]] = {}

    @property
    def client(self) -> AsyncWebClient:
        return self._client

    def of(self, workspace: str) -> Slack | None:
        """That workspace's, for whoever works beside what people do there; None while nothing may be said."""
        return self if self._who is not None and workspace == self._who.workspace else None

    @property
    def who(self) -> Identity:
        if self._who is None:
            raise Unavailable("I have not reached Slack yet; I will try again soon.")
        return self._who

    @property
    def known(self) -> bool:
        """Whether Slack has ever said who we are."""
        return self._who is not None

    @property
    def workspace(self) -> str:
        return self.who.workspace

    @property
    def bot_user(self) -> str:
        return self.who.bot_user

    async def call(self, method: str, **args: Any) -> Answer:
        """Call once; whatever is not a plain success is one of the errors above."""
        return (await self._answer(method, args, form=False))[0]

    async def ask(self, method: str, **args: Any) -> Answer:
        """Ask something that changes nothing: pauses Slack asks for and passing trouble are waited out."""
        for attempt in range(FEW_TRIES):
            try:
                return await self.read(method, args)
            except TooFast as slow:
                if attempt + 1 == FEW_TRIES:
                    raise
                await self._pause(slow.retry_after)
            except (NotSent, Unclear):
                if attempt + 1 == FEW_TRIES:
                    raise
                await self._pause(2**attempt / 2)
        raise AssertionError("unreachable")

    async def identify(self) -> Identity:
        """auth.test, once; raises LockedOut when the token is no good."""
        data, headers = await self._answer("auth.test", {}, form=True)
        self._who = Identity(
            # The token of a whole organisation does not say which of its workspaces it is used for.
            workspace=self._who.workspace if self._who else data["team_id"],
            name=data.get("team", ""),
            url=data.get("url", ""),
            bot_user=data["user_id"],
            bot_id=data.get("bot_id"),
            scopes=frozenset(s.strip() for s in _header(headers, "x-oauth-scopes").split(",") if s.strip()),
            said_at=_header(headers, "date") or None,
        )
        return self._who

    async def socket_address(self, app_token: str) -> str:
        """Where to connect to for Socket Mode."""
        try:
            return str((await self.client.apps_connections_open(app_token=app_token))["url"])
        except TROUBLE as cause:
            raise understood("apps.connections.open", cause) from cause

    async def members(self, channel: str) -> frozenset[str]:
        """Everybody in a channel, page by page."""
        found: set[str] = set()
        async for page in self.pages("conversations.members", channel=channel):
            found.update(page.get("members") or ())
        return frozenset(found)

    async def permalink(self, channel: str, ts: str) -> str | None:
        """Where a message can be read; None when Slack will not say."""
        try:
            found = await self.ask("chat.getPermalink", channel=channel, message_ts=ts)
        except (SlackTrouble, Declined):
            return None
        return str(found["permalink"])

    async def message(self, channel: str, ts: str) -> Answer | None:
        """A message as it stands, also one within a thread; None when we cannot see it."""
        only: Answer = {"oldest": ts, "latest": ts, "inclusive": True}
        try:
            async for page in self.pages("conversations.replies", channel=channel, ts=ts, **only):
                for one in page.get("messages") or ():
                    if isinstance(one, dict) and one.get("ts") == ts:
                        return one
        except Declined:
            pass
        return None

    async def conversation(self, lane: str) -> str:
        """The channel a lane stands for: a person's id stands for their direct messages."""
        if not lane.startswith(("U", "W")):
            return lane
        channel, since = self._dms.get(lane, ("", self._clock.now()))
        if not channel or not timedelta(0) <= self._clock.now() - since < ASKED_AGAIN:
            channel = str((await self.call("conversations.open", users=lane))["channel"]["id"])
            self._dms[lane] = (channel, self._clock.now())
        return channel

    async def keys_posted(
        self, channel: str, *, since: datetime, thread: str | None = None
    ) -> dict[str, str]:
        """The keys our own messages carry in their metadata, and those of the single things they say, with
        the message's ts, in one channel or thread."""
        method = "conversations.replies" if thread else "conversations.history"
        args: Answer = {"channel": channel, "include_all_metadata": True}
        args |= {"ts": thread} if thread else {"oldest": f"{since.timestamp():.6f}"}
        found: dict[str, str] = {}
        async for page in self.pages(method, patient=False, **args):
            for message in page.get("messages") or ():
                metadata = message.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                if metadata.get("event_type") == "golive" and payload.get("key"):
                    for key in (str(payload["key"]), *str(payload.get("says", "")).split()):
                        found.setdefault(key, message["ts"])
        return found

    async def pages(self, method: str, *, patient: bool = True, **args: Any) -> AsyncIterator[Answer]:
        """All that a method lists. A page may hold nothing, and still not be the last."""
        cursor: str | None = None
        while True:
            asked = {**args, "limit": A_PAGE, "cursor": cursor}
            page = await self.ask(method, **asked) if patient else await self.read(method, asked)
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def _pause(self, seconds: float) -> None:
        await sleep(self._clock, self._clock.now() + timedelta(seconds=seconds))

    async def read(self, method: str, args: Answer) -> Answer:
        """Ask once something that changes nothing."""
        return (await self._answer(method, args, form=True))[0]

    async def _answer(self, method: str, args: Answer, *, form: bool) -> tuple[Answer, Any]:
        given: Answer = {k: v for k, v in args.items() if v is not None}
        if self._tokens is not None:
            self._client.token = await self._tokens.current()
        token = self._client.token or ""
        try:
            # Slack's reading methods take forms only; the writing ones take JSON, which keeps blocks whole.
            how: dict[str, Any] = {"http_verb": "GET", "params": given} if form else {"json": given}
            answer = await self._client.api_call(method, **how)
            if not isinstance(answer.data, dict):
                raise Unclear(f"Slack answered {method} with something that is no answer; I will look again.")
            return answer.data, answer.headers
        except (
            SlackApiError,
            aiohttp.ClientError,
            TimeoutError,
            OSError,
            AttributeError,
            ValueError,
        ) as cause:
            raise await self._as_known(understood(method, cause), token) from cause

    async def _as_known(self, trouble: SlackTrouble | Declined, token: str) -> SlackTrouble | Declined:
        """A token that is refused is told to whoever looks after it; there may be a newer one."""
        if not isinstance(trouble, LockedOut) or self._tokens is None:
            return trouble
        workspace = self._who.workspace if self._who is not None else None
        newer = await self._tokens.refused(token, trouble.error, workspace)
        return NotSent("There is a newer token by now; I will try again soon.") if newer else trouble


_present: ContextVar[Slack] = ContextVar("the workspace something is done in")


@contextmanager
def within(slack: Slack) -> Iterator[None]:
    """What is done inside, also by tasks and threads it starts, is done in this workspace."""
    before = _present.set(slack)
    try:
        yield
    finally:
        _present.reset(before)


class Here(Slack):
    """Slack as handlers that serve many workspaces have it: the one whose request they are answering.
    Outside of a request there is none, so that nothing can end up in another one by chance."""

    def __init__(self, of: Callable[[str], Slack | None]) -> None:
        self._of = of

    def of(self, workspace: str) -> Slack | None:
        return self._of(workspace)

    @property
    def client(self) -> AsyncWebClient:
        return self._now().client

    @property
    def who(self) -> Identity:
        return self._now().who

    async def identify(self) -> Identity:
        return await self._now().identify()

    async def conversation(self, lane: str) -> str:
        return await self._now().conversation(lane)

    async def _pause(self, seconds: float) -> None:
        await self._now()._pause(seconds)

    async def _answer(self, method: str, args: Answer, *, form: bool) -> tuple[Answer, Any]:
        return await self._now()._answer(method, args, form=form)

    @staticmethod
    def _now() -> Slack:
        slack = _present.get(None)
        if slack is None:
            raise RuntimeError("nobody said which workspace this is done in: use `within`, or `of`")
        return slack


Instead = Callable[[Answer], Awaitable[str | None]]


class RespondOnce(AsyncRespond):
    """Bolt's `respond`, less its habit of sending again what broke off: these answers cannot be read back.
    Where Slack left no way to answer, or takes nothing there any more, the same is said `instead`; what that
    returns is the word it was refused with."""

    def __init__(
        self, response_url: str | None, session: aiohttp.ClientSession, instead: Instead | None = None
    ) -> None:
        super().__init__(response_url=response_url)
        self._session = session
        self._instead = instead

    async def __call__(self, text: str | dict[str, Any] = "", **rest: Any) -> WebhookResponse:  # type: ignore[override]
        message = text if isinstance(text, dict) else {"text": text, **rest}
        message = {k: v for k, v in message.items() if v is not None}
        if not isinstance(self.response_url, str):
            if self._instead is None:
                raise Unavailable("Slack left no way to answer here.")
            return await self._said_instead(message)
        client = AsyncWebhookClient(self.response_url, session=self._session, retry_handlers=[])
        try:
            answer = await client.send_dict(message)
        except TROUBLE as cause:
            raise Unclear("Slack did not answer; what I said may not have arrived.") from cause
        if answer.status_code == 200:
            return answer
        log.warning("An answer was not taken: %s %s", answer.status_code, answer.body[:100])
        # Used up, too old, too often: it is certain that nobody saw it. After a 500 it is not.
        over = 400 <= answer.status_code < 500 and not any(word in str(answer.body) for word in NOT_TAKEN)
        return await self._said_instead(message) if over else answer

    async def _said_instead(self, message: Answer) -> WebhookResponse:
        refused = None
        if self._instead is not None and not message.get("delete_original"):
            said = {name: part for name, part in message.items() if name not in ONLY_TO_A_URL}
            refused = await self._instead(said)
        status = 400 if refused else 200
        return WebhookResponse(
            url=self.response_url or "", status_code=status, body=refused or "", headers={}
        )


def understood(method: str, cause: Exception) -> SlackTrouble | Declined:
    """What an exception of the SDK says about whether the call was carried out."""
    if isinstance(cause, aiohttp.ClientConnectorError):
        return NotSent("I cannot reach Slack; I will try again soon.")
    if not isinstance(cause, SlackApiError):
        late = isinstance(cause, TimeoutError)
        return Unclear("Slack did not answer; I will look whether it heard me.", timed_out=late)
    status, headers, error = _parts(cause)
    if status == 429 or error in TOO_FAST:
        return TooFast(
            "Slack asks for a pause; I will go on after it.", _seconds(_header(headers, "retry-after"))
        )
    if error in LOCKED_OUT or error == SHUT_THERE:
        return LockedOut(f"Slack does not accept my token ({error}): run `golive doctor`.", error)
    if status >= 500 or error in UNCLEAR or error is None:
        return Unclear(f"Slack answered {method} with {error or status}; I will look whether it heard me.")
    if error in LATER:
        return NotSent(f"Slack is not available ({error}); I will try again soon.")
    return Declined(method, error)


def _parts(cause: SlackApiError) -> tuple[int, Any, str | None]:
    response: Any = cause.response
    data = getattr(response, "data", None)
    # The SDK hands over aiohttp's own response when the body was no JSON.
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    return (
        int(status),
        getattr(response, "headers", {}),
        data.get("error") if isinstance(data, dict) else None,
    )


def _header(headers: Any, name: str) -> str:
    for key, value in dict(headers or {}).items():
        if key.lower() == name:
            return str(value[0] if isinstance(value, list) else value)
    return ""


def _seconds(words: str) -> float:
    try:
        return max(1.0, float(words))
    except ValueError:
        return 30.0

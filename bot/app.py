"""How do the parts become one bot that starts, works and stops?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncCallableAuthorize
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.delivery import Call, Delivery
from bot.domain import commands, hearing
from bot.domain.errors import BotError, Refused, Unavailable
from bot.gallery import Gallery
from bot.integrations import logs
from bot.integrations.clock import Clock, SystemClock, sleep
from bot.integrations.installations import Installations, States
from bot.integrations.manifest import scopes
from bot.integrations.slack import (
    TIMEOUT_SECONDS,
    Declined,
    LockedOut,
    RespondOnce,
    Slack,
    SlackTrouble,
)
from bot.integrations.vault import Vault
from bot.pictures import album
from bot.pictures.album import Album
from bot.pictures.draughtsman import Draughtsman
from bot.publishing import Publishing
from bot.runners.embedded import Duty, Embedded
from bot.runners.planning import Planning
from bot.settings import Settings, secret
from bot.tracker import Tracker
from bot.workspaces import KEPT_FOR, Credentials, Many, One, Workspaces
from handlers import channels, home, http, installing, keepable, leaving
from handlers.arriving import Door
from handlers.inbox import Inbox
from handlers.socket import Socket
from storage import Message, Store, erase_removed

Next = Callable[[], Awaitable[None]]

log = logging.getLogger("golive.app")
quiet = logging.getLogger("golive.bolt")  # Bolt and the SDK: their debug lines hold bodies and tokens
quiet.setLevel(logging.WARNING)  # said outright, as they write those lines when no level is set

THREADS = 16
PING_SECONDS = 5
FIRST_SYNC = 5.0  # how long the first start waits to know who is in which channel
EVENTS_ARE_KNOWN_FOR = timedelta(days=2)  # Slack sends again for a day at most
OFFERS_STAND_FOR = timedelta(days=7)
UPLOADS_ARE_KNOWN_FOR = timedelta(days=30)
HOUSEKEEPING = timedelta(hours=6)
PLAN_AGAIN = timedelta(minutes=1)  # where it went wrong
SYNCED_AT_ONCE = 20  # workspaces; all of them share a hundred connections
LOOK_INTO = timedelta(minutes=1)  # new channels: a sweep after every message is too often
# Seconds to finish in, together less than three.
LISTENERS_END, SOCKET_CLOSES, INBOX_ENDS, SENDING_ENDS = 0.7, 0.3, 0.5, 0.7


class App:
    """golive, connected to Slack (the real one, or one on this machine): to one workspace, or to many."""

    def __init__(self, settings: Settings, store: Store, *, clock: Clock | None = None) -> None:
        """To be made where an event loop runs: its sessions belong to it."""
        logs.guard()
        self.settings = settings
        self.store = store
        self.clock = clock or SystemClock()
        self.tracker = Tracker(store, self.clock.now)
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        self._installing: installing.Installing | None = None
        self.workspaces = self._many() if settings.serves_many else self._one()
        self.slack = self.workspaces.slack
        self.inbox = Inbox(store, self.clock, self.workspaces, partial(handlers.tell, self.slack))
        self._busy = _InFlight()
        self.bolt = self._bolt()
        self.door = Door(self.bolt, self.workspaces, self._session)
        handlers.register(self.bolt, self.tracker, self.inbox, self.slack)
        leaving.register(self.inbox, self.workspaces)
        self.workspaces.came_back.append(self._came_back)
        per_minute = settings.posts_per_minute
        self._draughtsman = Draughtsman(lambda: settings.folder)
        self.delivery = Delivery(
            store,
            self.clock,
            self.workspaces.of,
            self._rendered,
            posts_per_minute=per_minute,
            refused=self.tracker.refused,
            gallery=Gallery(store, self.clock, self._draughtsman),
        )
        self.planning = Planning(self.clock, self._plan)
        self.publishing = Publishing(store, self.clock, self.workspaces.of, partial(home.drawn, self.tracker))
        self._runner = Embedded(
            self.clock,
            Duty("deliver", self._sweep, self.delivery.wake),
            Duty("plan", self.planning.sweep, self.planning.wake),
            Duty("publish", self.publishing.sweep, self.publishing.wake),
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._syncs: set[asyncio.Task[None]] = set()
        self._syncing_now = asyncio.Semaphore(SYNCED_AT_ONCE)
        self._looked: datetime | None = None  # for new channels
        self._looked_into: set[tuple[str, str]] = set()
        self._cleaned: datetime | None = None
        self._socket: Socket | None = None
        self._server: http.Server | None = None

    async def start(self) -> None:
        """Return once a command would be answered."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(THREADS, "golive"))
        try:
            await self.workspaces.start()
            if isinstance(self.workspaces, One):
                await asyncio.to_thread(self.tracker.adopt, self.slack.workspace)
            self.store.on_emit = partial(_ring, loop, self.delivery.wake)
            self.store.on_stir = partial(_ring, loop, self.planning.wake, self.publishing.wake)
            self.inbox.start()
            self._tasks.append(asyncio.create_task(self._runner.run()))
            self._tasks.append(asyncio.create_task(_warmed()))
            await self._open()
            await self._first_sync()
            self.planning.begin()
        except BaseException:
            await self.stop()
            raise

    def _client(self, token: str | None, workspace: str | None = None) -> AsyncWebClient:
        return AsyncWebClient(
            token=token,
            team_id=workspace,
            base_url=self.settings.api_url,
            timeout=TIMEOUT_SECONDS,
            session=self._session,
            retry_handlers=[],  # the SDK's own would post twice
            logger=quiet,
        )

    def _one(self) -> Workspaces:
        return One(self.store, self.clock, self._client(secret(self.settings.slack_bot_token)))

    def _many(self) -> Workspaces:
        given = self.settings
        engine = self.store.beside()
        client_id = str(given.slack_client_id)
        installs = Installations(client_id, engine, Vault(given.token_keys), self.clock.now)
        app = Credentials(
            client_id=client_id,
            client_secret=secret(given.slack_client_secret),
            install_url=f"{given.public_url}{installing.INSTALL}",
        )
        many = Many(self.store, self.clock, self._client, installs, app)
        self._installing = installing.Installing(
            many,
            States(engine, self.clock.now, app.client_secret),
            self._client(None),
            url=given.public_url,
            authorize_url=given.authorize_url,
            scopes=sorted(scopes()),
        )
        return many

    def _bolt(self) -> AsyncApp:
        async def authorize() -> AuthorizeResult:
            who = self.slack.who
            return AuthorizeResult(
                enterprise_id=None,
                team_id=who.workspace,
                bot_user_id=who.bot_user,
                bot_id=who.bot_id,
                bot_token=self.slack.client.token,
            )

        flow = self._installing.flow if self._installing is not None else None
        quiet.setLevel(
            logging.ERROR
        )  # it would warn that it found a token in the environment and left it there
        bolt = AsyncApp(
            name="golive",
            logger=quiet,
            client=self._client(None),
            authorize=AsyncCallableAuthorize(logger=quiet, func=authorize),  # type: ignore[arg-type]
            oauth_flow=flow,
            signing_secret="unused",
            request_verification_enabled=False,  # done at the door, before anything is parsed
            ignoring_self_events_enabled=False,  # our deleted message is news; the inbox chooses
        )
        quiet.setLevel(logging.WARNING)
        bolt.use(_BeforeAll(self._prepare, self.inbox.keep))
        runner = bolt.listener_runner
        runner.listener_start_handler = _Started(self._busy)
        runner.listener_completion_handler = _Ended(self._busy)
        return bolt

    def _prepare(self, req: AsyncBoltRequest) -> None:
        handlers.in_time(req.context)
        req.context["respond"] = RespondOnce(
            req.context.response_url, self._session, handlers.beside(self.slack, req.context)
        )
        keepable.refuse(req.body)

    async def _open(self) -> None:
        """Begin to listen: over a socket we open, or for requests that Slack signs."""
        if self.settings.golive_mode == "http":
            signing_secret = secret(self.settings.slack_signing_secret)
            besides = self._installing.routes if self._installing is not None else []
            app = http.application(self.door, signing_secret, self.clock, self.health, besides)
            self._server = http.Server(app, self.settings.golive_http_host, self.settings.http_port)
            await self._server.start()
            return
        self._socket = Socket(
            self.door,
            secret(self.settings.slack_app_token),
            logger=quiet,
            web_client=self._client(None),
            ping_interval=PING_SECONDS,
        )
        self._socket.client.wss_uri = await self._socket_address()
        await self._socket.connect_async()  # type: ignore[no-untyped-call]

    async def _socket_address(self) -> str:
        while True:
            try:
                return await Slack(self._client(None), self.clock).socket_address(
                    secret(self.settings.slack_app_token)
                )
            except (LockedOut, Declined) as refusal:
                raise Refused(_mend("SLACK_APP_TOKEN", refusal)) from refusal
            except SlackTrouble as trouble:
                log.warning("%s (%s)", trouble, self.settings.api_url)
            await sleep(self.clock, self.clock.now() + timedelta(seconds=1))

    async def _first_sync(self) -> None:
        """Who may see which project; with many channels the rest is learnt while we work."""
        for workspace in self.workspaces.at_work():
            self._syncing(workspace)
        if self._syncs:
            await asyncio.wait(self._syncs, timeout=FIRST_SYNC)

    def _syncing(self, workspace: str) -> None:
        sync = asyncio.create_task(self._sync(workspace))
        self._syncs.add(sync)
        sync.add_done_callback(self._syncs.discard)

    async def _sync(self, workspace: str) -> None:
        """Who is in each project's channel; a few workspaces at a time, so that calls of other kinds get
        through, and not one after the other, as one that is slow would have all of them wait."""
        async with self._syncing_now:
            if (slack := self.workspaces.of(workspace)) is not None:
                missed = await channels.sync_all(self.tracker, slack)
                self._looked_into -= {(workspace, channel) for channel in missed}

    async def _look_into_new_channels(self) -> None:
        """Who is in the channel of a project that came from the command line while we work."""
        now = self.clock.now()
        looked = self._looked is not None and timedelta(0) <= now - self._looked < LOOK_INTO
        if looked or not self.planning.begun:
            return
        self._looked = now
        unseen = await asyncio.to_thread(self._unseen, self.workspaces.at_work())
        for workspace in {workspace for workspace, _ in unseen - self._looked_into}:
            self._syncing(workspace)
        self._looked_into |= unseen

    def _unseen(self, workspaces: list[str]) -> set[tuple[str, str]]:
        return {(one, channel) for one in workspaces for channel in self.tracker.unseen_channels(one)}

    def _came_back(self, workspace: str) -> None:
        """What waited for it goes on; what changed meanwhile is learnt."""
        self.inbox.look_again(workspace)
        self.delivery.released(workspace)
        if self.planning.begun:
            self._syncing(workspace)

    @property
    def url(self) -> str | None:
        """Where Slack's requests are expected, over HTTP."""
        return self._server.url if self._server else None

    def _rendered(self, message: Message) -> Call | None:
        return handlers.render(message, self.tracker)

    def _plan(self) -> datetime | None:
        again = [
            self._planned(due, workspace)
            for workspace in self.workspaces.at_work()
            for due in (self.tracker.plan, self.tracker.refresh_boards)
        ]
        return min((moment for moment in again if moment is not None), default=None)

    def _planned(self, due: Callable[[str], datetime | None], workspace: str) -> datetime | None:
        """One workspace's; where several are served, the trouble of one is not that of the others."""
        try:
            return due(workspace)
        except Exception as trouble:
            if not self.settings.serves_many or isinstance(trouble, Unavailable):
                raise
            log.exception("What is due in %s cannot be worked out now", self.workspaces.called(workspace))
            return self.clock.now() + PLAN_AGAIN

    async def _sweep(self) -> datetime | None:
        now = self.clock.now()
        await self.workspaces.fresh()
        later = [await self.workspaces.look_after_held()]
        if self._cleaned is None or not timedelta(0) <= now - self._cleaned < HOUSEKEEPING:
            self._cleaned = now
            await asyncio.to_thread(self._forget, now)
        await self._look_into_new_channels()
        later.append(await self.delivery.sweep())
        return min((moment for moment in later if moment is not None), default=None)

    def _forget(self, now: datetime) -> None:
        self._forget_events(now)
        # What was drawn does not say whose it is; it is drawn anew when it is wanted.
        if erase_removed(self.store, now - KEPT_FOR, now):
            Album(self.settings.folder / album.FOLDER).clear()

    def _forget_events(self, now: datetime) -> None:
        more = True
        while more:
            with self.store.transaction() as tx:
                more = tx.forget(now - EVENTS_ARE_KNOWN_FOR)
        with self.store.transaction() as tx:
            tx.forget_offers(now - OFFERS_STAND_FOR)
            tx.forget_glances(now - EVENTS_ARE_KNOWN_FOR)
            tx.drop_uploads_of(now - UPLOADS_ARE_KNOWN_FOR)

    async def settle(self) -> None:
        """Return once all that came in is handled, and all that could be said now has been."""
        while True:
            await self._busy.none()
            await asyncio.gather(*self._syncs, return_exceptions=True)
            await self.inbox.idle()
            await self.planning.idle()
            await self.delivery.idle()
            await self.publishing.idle()
            # A moment that nobody waits for yet would be passed over by whoever moves the clock to the next.
            await self._runner.at_rest()
            if self._is_quiet:
                return

    @property
    def _is_quiet(self) -> bool:
        woken = any(duty.wake.is_set() for duty in (self.planning, self.delivery, self.publishing))
        at_work = self._busy.count > 0 or self._syncs or self.delivery.is_speaking
        return self.inbox.is_idle and not at_work and not woken

    async def health(self) -> dict[str, Any]:
        """What a monitor wants to know."""
        sent = self.delivery.last_sent
        try:
            waiting = await asyncio.to_thread(self._waiting)
        except BotError as trouble:
            return {"database": str(trouble), "last_delivery": sent and sent.isoformat(), "backlog": None}
        backlog = {"events": self.inbox.backlog, "channels_to_post_in": waiting}
        return {"database": "ok", "last_delivery": sent and sent.isoformat(), "backlog": backlog}

    def _waiting(self) -> int:
        with self.store.reading() as tx:
            return len(tx.lanes(self.clock.now()))

    async def stop(self) -> None:
        """Stop listening, finish what is under way, close; what is cut off goes on at the next start."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LISTENERS_END):
                await self._busy.none()
        if self._server is not None:
            await self._server.stop()
        if self._socket is not None:
            await _hang_up(self._socket)
        self.tracker.end()
        for task in (*self._tasks, *self._syncs):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._syncs, return_exceptions=True)
        await self.inbox.stop(INBOX_ENDS)
        await self.publishing.stop()
        await self.delivery.stop(SENDING_ENDS)
        await self._draughtsman.stop()
        self.store.on_emit = self.store.on_stir = None
        if isinstance(self.workspaces, Many):
            self.workspaces.installs.dispose()
        await self._session.close()


class _InFlight:
    """How many listeners are at work."""

    def __init__(self) -> None:
        self.count = 0
        self._none = asyncio.Event()
        self._none.set()

    def one_more(self) -> None:
        self.count += 1
        self._none.clear()

    def one_less(self) -> None:
        self.count -= 1
        if self.count == 0:
            self._none.set()

    async def none(self) -> None:
        await self._none.wait()


class _BeforeAll(AsyncMiddleware):
    """What happens to every request before a listener sees it. A class, because Bolt draws up forty
    arguments for each call of a middleware that is a function."""

    def __init__(
        self,
        prepare: Callable[[AsyncBoltRequest], None],
        keep: Callable[[AsyncBoltRequest, Next], Awaitable[BoltResponse | None]],
    ) -> None:
        self._prepare = prepare
        self._keep = keep

    async def async_process(  # type: ignore[override]
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next
    ) -> BoltResponse | None:
        self._prepare(req)
        return await self._keep(req, next)


class _Started(AsyncListenerStartHandler):
    def __init__(self, busy: _InFlight) -> None:
        self._busy = busy

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        self._busy.one_more()


class _Ended(AsyncListenerCompletionHandler):
    def __init__(self, busy: _InFlight) -> None:
        self._busy = busy

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        self._busy.one_less()


async def _warmed() -> None:
    """The patterns by which people are read are made once: before somebody waits for it, not while."""
    await asyncio.to_thread(commands.is_asked, "what is due?")
    await asyncio.to_thread(hearing.ready)


async def _hang_up(socket: Socket) -> None:
    """Close the socket politely, or, when nobody answers, all the same."""
    try:
        async with asyncio.timeout(SOCKET_CLOSES):
            await socket.close_async()  # type: ignore[no-untyped-call]
    except TimeoutError:
        await socket.client.aiohttp_client_session.close()
        await socket.close_async()  # type: ignore[no-untyped-call]


def _ring(loop: asyncio.AbstractEventLoop, *wakes: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop ended while a thread still wrote: the next start sends it
        for wake in wakes:
            loop.call_soon_threadsafe(wake.set)


def _mend(variable: str, refusal: Declined | LockedOut) -> str:
    why = refusal.error
    return f"Slack does not accept {variable} ({why}): copy it again from the app's settings page."

"""golive in a process of its own, in a Slack of our own: what is it sent, what does it answer and keep?"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, create_engine, text
from starlette.websockets import WebSocketDisconnect

from benchmarks._fuzzing.mutations import HTTP, JSON, SOCKET, Case
from benchmarks._fuzzing.payloads import COMMAND, EVENT, PRESS, Payload
from benchmarks._harbor import PROJECT, ROOT, python, settings, slack
from sandbox import Sandbox
from sandbox.signed import Signed
from sandbox.sockets import Connection

ACK_SECONDS = 3.0
PATIENCE = 30.0  # how long an answer is waited for that comes too late
ELSEWHERE = {"id": "C0LOUNGE", "name": "lounge", "members": ["U0ANA", "U0BEN", "U0CHEN", "U0DITA"]}
STRANGERS = [
    {"id": "U0AGENT", "name": "agent", "real_name": "Port agent", "team_id": "T0AGENCY", "is_stranger": True},
    {"id": "U0LEFT", "name": "left", "real_name": "Somebody Left", "deleted": True},
]


@dataclass(frozen=True)
class Answer:
    """What came back: a status (a frame's acknowledgement counts as 200), and after how long."""

    status: int | None  # None: nothing came
    seconds: float
    body: Any = None


class _Line:
    """A connection of the socket, and when it is over."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        gone = connection.gone

        def ended() -> None:
            gone()
            if not self.over.done():
                self.over.set_result(None)

        connection.gone = ended  # type: ignore[method-assign]


class Subject:
    """One golive, reached in one way."""

    def __init__(self, over: str, sandbox: Sandbox, database: str, log: Path, port: int) -> None:
        self.over = over
        self.sandbox = sandbox
        self.database = database
        self.log = log
        self._port = port
        self._engine: Engine = create_engine(database)
        self._process: asyncio.subprocess.Process | None = None
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._frames: dict[str, asyncio.Future[Any]] = {}
        self._lines: dict[int, _Line] = {}
        self._recorded: list[Payload] = []

    # ——— its life

    async def start(self, home: Path) -> None:
        environment = settings(self.sandbox, home) | {
            "DATABASE_URL": self.database,
            "GOLIVE_LOG": "WARNING",
            "GOLIVE_MODE": self.over,
            "GOLIVE_HTTP_PORT": str(self._port),
            "SLACK_SIGNING_SECRET": self.sandbox.signing_secret,
        }
        loading = await python("-m", "bot", "load", str(PROJECT), **environment)
        if await loading.wait():
            raise SystemExit("the project could not be loaded")
        with self.log.open("wb") as log:
            env = {"PATH": os.environ["PATH"], **environment}
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=ROOT, env=env, stderr=log
            )
        async with asyncio.timeout(60):
            await (self._answers() if self.over == HTTP else self._connects())

    async def stop(self) -> None:
        for _, writer in self._idle:
            writer.close()
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            await self._process.wait()
        self._engine.dispose()

    async def _answers(self) -> None:
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                self._idle.append((reader, writer))
                return
            await asyncio.sleep(0.05)

    async def _connects(self) -> None:
        assert self.sandbox.sockets is not None
        await self.sandbox.sockets.ready.wait()
        self.sandbox.sockets._heard = self._heard  # type: ignore[method-assign]

    @property
    def memory(self) -> float:
        """What it holds, in MB."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024

    @property
    def lives(self) -> bool:
        return self._process is not None and self._process.returncode is None

    # ——— what is sent

    async def send(self, case: Case) -> Answer:
        return await (self._request(case) if case.over == HTTP else self._frame(case))

    async def _request(self, case: Case) -> Answer:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                status, body = await self._exchanged(self._written(case))
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            return Answer(None, time.perf_counter() - started)
        return Answer(status, time.perf_counter() - started, body)

    async def _exchanged(self, raw: bytes) -> tuple[int, bytes]:
        connection = (
            self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        )
        reader, writer = connection
        try:
            writer.write(raw)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.I)
            body = await reader.readexactly(int(length[1])) if length else b""
        except BaseException:
            writer.close()
            raise
        if b"connection: close" in head.lower():
            writer.close()
        else:
            self._idle.append(connection)
        return int(head.split(b" ", 2)[1]), body

    def _written(self, case: Case) -> bytes:
        head = [
            "POST /slack/events HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            f"Content-Length: {len(case.body)}",
        ]
        head += [f"Content-Type: {case.kind}"] if case.kind else []
        head += [f"{name}: {value}" for name, value in (*self._signature(case), *case.headers)]
        return "\r\n".join([*head, "", ""]).encode("latin-1", "replace") + case.body

    def _signature(self, case: Case) -> tuple[tuple[str, str], ...]:
        if case.signed == "not at all":
            return ()
        shift = {"long ago": -3600, "tomorrow": 86400}.get(case.signed, 0)
        now = str(int(time.time()) + shift)
        key = "another secret" if case.signed == "wrongly" else self.sandbox.signing_secret
        made = hmac.new(key.encode(), f"v0:{now}:".encode() + case.body, hashlib.sha256).hexdigest()
        if case.signed == "oddly":
            now, made = ("soon", made) if case.number % 2 else (now, "é" + made)
        return (("X-Slack-Request-Timestamp", now), ("X-Slack-Signature", f"v0={made}"))

    async def _frame(self, case: Case) -> Answer:
        """Send a frame, and once more when the connection ended before it was acknowledged, as Slack does."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if case.envelope:
            self._frames[case.envelope] = future
        sent = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                line = await self._put(case.body.decode())
                sent = time.perf_counter()
                while case.envelope and not future.done():
                    await asyncio.wait([future, line.over], return_when=asyncio.FIRST_COMPLETED)
                    if not future.done():
                        line = await self._put(case.body.decode())
                        sent = time.perf_counter()
        except TimeoutError:
            return Answer(None, time.perf_counter() - sent)
        finally:
            self._frames.pop(case.envelope, None)
        return Answer(200, time.perf_counter() - sent, future.result() if future.done() else None)

    async def _put(self, frame: str) -> _Line:
        """Send a frame on the newest connection, as soon as there is one."""
        sockets = self.sandbox.sockets
        assert sockets is not None
        while True:
            await sockets.ready.wait()
            line = self._line(sockets.connections[-1])
            try:
                await line.connection.websocket.send_text(frame)
                return line
            except (RuntimeError, WebSocketDisconnect):
                sockets._forget(line.connection)

    def _line(self, connection: Connection) -> _Line:
        if id(connection) not in self._lines:
            self._lines[id(connection)] = _Line(connection)
        return self._lines[id(connection)]

    def _heard(self, connection: Any, words: str) -> None:
        """An acknowledgement, of the sandbox's own envelopes or of ours."""
        frame = json.loads(words)
        id = str(frame["envelope_id"])
        future = self._frames.get(id) or connection.waiting.get(id)
        if future is not None and not future.done():
            future.set_result(frame.get("payload"))

    async def disconnect(self, *, politely: bool) -> None:
        """Slack ends the connection, with a word or without."""
        sockets = self.sandbox.sockets
        assert sockets is not None
        if politely:
            reasons = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")
            frame = sockets._goodbye(reasons[int(time.time()) % len(reasons)])
            await self._put(json.dumps(frame))
        else:
            await sockets.cut()

    # ——— what is to be seen

    def rows(self, question: str, **values: Any) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(text(question), values).all()

    def count(self, question: str, **values: Any) -> int:
        return int(self.rows(question, **values)[0][0])

    async def handles_all(self, seconds: float) -> bool:
        """Wait until what was taken in has been handled."""
        ends = time.perf_counter() + seconds
        while self.count("select count(*) from inbox where state = 'waiting'"):
            if time.perf_counter() > ends:
                return False
            await asyncio.sleep(0.1)
        return True

    # ——— an hour of ordinary work, to have real payloads of everything

    async def recorded(self) -> list[Payload]:
        """What Slack sends while people use what golive shows them."""
        transport = self.sandbox.slack.deliveries.transport
        assert transport is not None
        send = transport.send

        async def noted(kind: str, payload: Any, **more: Any) -> Any:
            name = payload.get("event", {}).get("type") or payload.get("type") or payload.get("command")
            self._recorded.append(Payload(f"recorded {name}", kind, json.loads(json.dumps(payload))))
            return await send(kind, payload, **more)

        transport.send = noted  # type: ignore[method-assign]
        try:
            async with httpx.AsyncClient(base_url=self.sandbox.url, timeout=30, trust_env=False) as http:
                await _Hour(http).of_work()
        finally:
            transport.send = send  # type: ignore[method-assign]
        return self._recorded


class _Hour:
    """People at work: they type, press whatever there is to press, and send every form."""

    SAID = (
        "blocker: feed has no data, waiting on <@U0CHEN> by Friday",
        "blocker: no pilot is free",
        "owner: <@U0DITA>",
        "hello everybody",
    )
    TYPED = (
        "before", "mine", "blockers", "reminders", "settings", "signals", "portfolio", "changes monday",
        "due feed 2027-03-10", "what blocks feed?", "who owns training?", "item fed", "befor",
        "poll 2027-03-12", "notes", "agenda", "decide we sail on Monday", "decisions",
        "assume the tide is right",
    )  # fmt: skip

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._pressed: set[tuple[str, str]] = set()

    async def of_work(self) -> None:
        for words in self.SAID:
            await self._post("messages", user="U0BEN", channel="C0HARBOR", text=words)
        for words in self.TYPED:
            await self._post("commands", command="/golive", user="U0ANA", channel="C0HARBOR", text=words)
            await self._send_forms("U0ANA")
        await self._track_everything()
        await self._post("home", user="U0ANA")
        await self._post("idle", params={"timeout": 10})
        for user in ("U0ANA", "U0BEN"):
            found = await self._http.get("/sandbox/channels", params={"user": user})
            for channel in found.json():
                await self._press_everything(user, channel["id"])

    async def _track_everything(self) -> None:
        """By the menu of a message, and by reactions."""
        said = (await self._http.get("/sandbox/channels/C0HARBOR/messages", params={"user": "U0ANA"})).json()
        for message in [m for m in said if m.get("user") == "U0BEN"][:3]:
            place = {"user": "U0ANA", "channel": "C0HARBOR", "ts": message["ts"]}
            await self._post("shortcuts", callback_id="track_message", **place)
            await self._send_forms("U0ANA")
            for name in ("construction", "eyes", "white_check_mark"):
                await self._post("reactions", name=name, **place)

    async def _press_everything(self, user: str, channel: str) -> None:
        messages = (
            await self._http.get(f"/sandbox/channels/{channel}/messages", params={"user": user})
        ).json()
        for message in messages:
            for block in message.get("blocks") or ():
                for element in (*block.get("elements", ()), block.get("accessory") or {}):
                    action = element.get("action_id")
                    if action and (action, element["type"]) not in self._pressed:
                        self._pressed.add((action, element["type"]))
                        chosen = [o["value"] for o in element.get("options", ())[:1]]
                        await self._press(user, channel, message["ts"], action, *chosen)

    async def _press(self, user: str, channel: str, ts: str, action: str, value: str | None = None) -> None:
        more = {"value": value} if value else {}
        await self._post("actions", user=user, channel=channel, ts=ts, action_id=action, **more)
        await self._send_forms(user)

    async def _send_forms(self, user: str) -> None:
        for view in (await self._http.get("/sandbox/views", params={"user": user})).json():
            if view["type"] == "modal":
                await self._post("views/submit", user=user, view_id=view["id"], values=_filled(view))
                await self._post("views/close", user=user, view_id=view["id"], all=True)

    async def _post(self, path: str, params: Any = None, **body: Any) -> None:
        """Do it, if it can be done."""
        await self._http.post(f"/sandbox/{path}", json=body, params=params)


def _filled(view: Any) -> dict[str, Any]:
    """Something in every field that is empty."""
    made: dict[str, Any] = {}
    for block in view["blocks"]:
        element = block.get("element") or {}
        begun = any(name.startswith("initial") for name in element)
        if block["type"] == "input" and not begun:
            kind = element["type"]
            options = element.get("options") or [{"value": ""}]
            made[block["block_id"]] = {
                "plain_text_input": "all is well",
                "datepicker": "2027-03-11",
                "timepicker": "16:00",
                "users_select": "U0DITA",
            }.get(kind, options[0]["value"])
    return {name: value for name, value in made.items() if value}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(over: str, home: Path, database: str | None = None) -> AsyncIterator[Subject]:
    """A golive at work, and the Slack it is in."""
    sandbox, port = await slack(), _free_port()
    sandbox.seed(users=STRANGERS, channels=[ELSEWHERE])
    if over == HTTP:
        sandbox.sockets = None
        await sandbox.slack.deliveries.stop()
        url = f"http://127.0.0.1:{port}/slack/events"
        sandbox.signed = Signed(url, sandbox.signing_secret, time.time, ACK_SECONDS)
        sandbox.slack.deliveries.start(sandbox.signed)
    home.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240
    subject = Subject(over, sandbox, database or f"sqlite:///{home / 'golive.db'}", home / "golive.log", port)
    try:
        await subject.start(home)
        yield subject
    finally:
        await subject.stop()
        await sandbox.stop()


__all__ = ["COMMAND", "EVENT", "HTTP", "JSON", "PRESS", "SOCKET", "Answer", "Subject", "running"]

"""How many signed requests a second does a server on this machine answer?"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass

Body = tuple[str, bytes]  # content type, body


@dataclass(frozen=True)
class Measured:
    per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int


def _request(port: int, secret: str, body: Body) -> bytes:
    content_type, raw = body
    now = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{now}:".encode() + raw, hashlib.sha256).hexdigest()
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(raw)}\r\nX-Slack-Request-Timestamp: {now}\r\n"
        f"X-Slack-Signature: v0={digest}\r\n\r\n"
    )
    return head.encode() + raw


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    if length:
        await reader.readexactly(length)
    return head


async def measure(
    port: int, secret: str, body: Callable[[int], Body], *, count: int, connections: int = 24
) -> Measured:
    """Send `count` requests over keep-alive connections; each is timed from first byte out to last in."""
    numbers = iter(range(count))
    times: list[float] = []
    wrong = 0

    async def client() -> None:
        nonlocal wrong
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for n in numbers:
            raw = _request(port, secret, body(n))
            started = time.perf_counter()
            writer.write(raw)
            head = await _answer(reader)
            times.append(time.perf_counter() - started)
            wrong += b" 200 " not in head.split(b"\r\n")[0]
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    took = time.perf_counter() - started
    times.sort()
    return Measured(count / took, times[len(times) // 2] * 1e3, times[int(len(times) * 0.99)] * 1e3, wrong)

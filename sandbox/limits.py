"""May this call be made now, or is the app too fast?"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from sandbox.errors import RateLimited

# Two calls one second apart do not arrive exactly one second apart.
JITTER = 0.05


@dataclass(slots=True)
class Limits:
    """How fast an app may be. Every number can be set; None switches that limit off."""

    channel_seconds: float | None = 1.0  # between two posts into one channel
    workspace_per_minute: int | None = 300  # posts into the workspace
    tiers: dict[int, int | None] = field(default_factory=lambda: {1: 1, 2: 20, 3: 50, 4: 100})  # a minute


class Pace:
    """What was called when, by this Slack's clock."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._posted: dict[str, float] = {}
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._closed: dict[str, float] = {}  # methods that were answered 429: until when

    def close(self, method: str, now: float, seconds: int) -> None:
        """Answer 429 to this method for so long: who does not wait for Retry-After is told again."""
        self._closed[method] = now + seconds

    def check(self, method: str, tier: int | None, now: float) -> None:
        """Count one call of a method; RateLimited when it comes too early."""
        until = self._closed.get(method, 0.0)
        if now < until - JITTER:
            raise RateLimited(math.ceil(until - now))
        self._closed.pop(method, None)
        per_minute = self.limits.tiers.get(tier) if tier is not None else None
        if per_minute is not None:
            self._count(method, per_minute, now)

    def post(self, channel: str, now: float) -> None:
        """Count one message into a channel; RateLimited when it comes too early."""
        last = self._posted.get(channel)
        gap = self.limits.channel_seconds
        if gap is not None and last is not None and 0 <= now - last < gap - JITTER:
            raise RateLimited(max(1, math.ceil(gap - (now - last))))
        if self.limits.workspace_per_minute is not None:
            self._count("posts", self.limits.workspace_per_minute, now)
        self._posted[channel] = now

    def _count(self, name: str, per_minute: int, now: float) -> None:
        calls = self._calls[name]
        if calls and calls[-1] > now:  # the clock was moved back
            calls.clear()
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) >= per_minute:
            raise RateLimited(max(1, math.ceil(calls[0] + 60 - now)))
        calls.append(now)

"""How fast may one workspace be spoken to?"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

POST = "chat.postMessage"
POSTING = frozenset({POST, "chat.postEphemeral"})
PER_MINUTE = {  # Slack's tiers; it lets a little more through, and does not say how much
    "reactions.add": 50,
    "reactions.remove": 20,
    "chat.update": 50,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "conversations.open": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
    "pins.add": 20,
    "views.publish": 100,
}
MINUTE = timedelta(minutes=1)
ALLOWANCE = timedelta(seconds=60.5)  # Slack's minute, and what the way there may shorten
BEGUN_BEFORE = timedelta(seconds=5)  # who asks now may have begun to look before the last call was answered
BETWEEN_POSTS = timedelta(seconds=1)  # in one channel, from one answer to the next call


class Hold(Exception):
    """This lane must be silent until then; `pacing` when only for Slack's ordinary speed limit."""

    def __init__(self, until: datetime, *, pacing: bool = False) -> None:
        super().__init__(until)
        self.until = until
        self.pacing = pacing


@dataclass(slots=True)
class _Workspace:
    """How fast one workspace has been spoken to, and what it asked us to wait for."""

    said: dict[str, deque[datetime]] = field(default_factory=dict)
    last_post: dict[str, datetime] = field(default_factory=dict)
    held: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)


class Pace:
    """Slack's speed limits: a post a second per channel, so many calls a minute per method and workspace."""

    def __init__(self, posts_per_minute: int) -> None:
        self._limits = {**PER_MINUTE, POST: posts_per_minute}
        self._spaces: dict[str, _Workspace] = {}

    def take(self, workspace: str, channel: str, method: str, now: datetime) -> datetime:
        """Use one slot for this call, or raise Hold until there is one."""
        space = self._spaces.setdefault(workspace, _Workspace())
        self.asked_to_wait(workspace, method, now)
        last = space.last_post.get(channel) if method in POSTING else None
        # A clock that was put back must not silence a channel until it catches up.
        if last is not None and timedelta(0) <= now - last < BETWEEN_POSTS:
            raise Hold(last + BETWEEN_POSTS, pacing=True)
        free = self.free_at(workspace, method, now)
        if free > now:
            raise Hold(free, pacing=True)
        if method in self._limits:
            self._window(space, method).append(now)
        if method in POSTING:
            self._posted(space, channel, now)
        return now

    def asked_to_wait(self, workspace: str, method: str, now: datetime) -> None:
        """Raise Hold while the pause lasts that Slack asked for."""
        until = self._held_until(self._spaces.setdefault(workspace, _Workspace()), method, now)
        if until is not None:
            raise Hold(until)

    def answered(self, workspace: str, channel: str, method: str, taken: datetime, now: datetime) -> None:
        """Count from the answer, the second between posts and the minute of all, so that no delay on the way
        can shorten it."""
        window = self._window(self._spaces[workspace], method)
        if method in self._limits and taken in window:
            window.remove(taken)
            window.append(now)
        if method in POSTING:
            self._posted(self._spaces[workspace], channel, now)

    def slow_down(self, workspace: str, method: str, now: datetime, seconds: float) -> datetime:
        """Slack asked for a pause: it holds for this method in all lanes of the workspace."""
        space = self._spaces.setdefault(workspace, _Workspace())
        pause = timedelta(seconds=seconds)
        space.held[method] = (now, pause)
        return now + pause

    def free_at(self, workspace: str, method: str, now: datetime, *, promised: int = 0) -> datetime:
        """When the minute's allowance of a method has room for one more, besides those already promised."""
        limit = self._limits.get(method)
        if limit is None:
            return now
        window = self._window(self._spaces.setdefault(workspace, _Workspace()), method)
        while window and not -BEGUN_BEFORE <= now - window[0] < ALLOWANCE:
            window.popleft()
        over = len(window) + promised - limit
        return now if over < 0 or not window else window[min(over, len(window) - 1)] + ALLOWANCE

    @staticmethod
    def _posted(space: _Workspace, channel: str, now: datetime) -> None:
        """The newest last. What was posted more than a second ago, or by another clock, holds nobody up."""
        space.last_post.pop(channel, None)
        space.last_post[channel] = now
        while (
            not timedelta(0) <= now - space.last_post[oldest := next(iter(space.last_post))] < BETWEEN_POSTS
        ):
            del space.last_post[oldest]

    @staticmethod
    def _window(space: _Workspace, method: str) -> deque[datetime]:
        return space.said.setdefault(method, deque())

    @staticmethod
    def _held_until(space: _Workspace, method: str, now: datetime) -> datetime | None:
        since, pause = space.held.get(method, (now, timedelta(0)))
        if timedelta(0) <= now - since < pause:
            return since + pause
        space.held.pop(method, None)
        return None

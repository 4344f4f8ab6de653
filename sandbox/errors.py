"""What can this Slack say no to, and how: to the app in Slack's error words, to a person in a sentence?"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A Web API call that Slack answers with `ok: false`. `error` is Slack's own word."""

    def __init__(self, error: str, messages: list[str] | None = None, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.answer: dict[str, Any] = {"ok": False, "error": error, **more}
        if messages:
            self.answer["errors"] = messages
            self.answer["response_metadata"] = {"messages": [f"[ERROR] {one}" for one in messages]}


class RateLimited(Refusal):
    """Too fast: HTTP 429, and `retry_after` seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class Impossible(Exception):
    """Something a person tried that cannot be done here; the text is the sentence they are told."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class NoAnswer(Exception):
    """The app did not acknowledge what it was sent; the text is the reason in Slack's words."""

    def __init__(self, reason: str, *, retry: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry  # False: the app said it wants no further attempt


class Gone(NoAnswer):
    """The connection closed before the app acknowledged: the same thing is sent again over the next one."""

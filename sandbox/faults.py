"""Which bad weather was ordered, and does it strike now?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.errors import Impossible

CALL_KINDS = ("429", "500", "500_after", "slow", "lost_before", "lost_after", "refuse")
SOCKET_KINDS = ("socket_close", "socket_warning", "socket_refresh")
EVENT_KINDS = ("twice", "out_of_order")
KINDS = CALL_KINDS + SOCKET_KINDS + EVENT_KINDS

# The words people use for these, without regard to case, and with spaces and hyphens read as underscores.
ALIASES = {
    "ratelimited": "429",
    "rate_limited": "429",
    "error": "500",
    "internal_error": "500",
    "timeout": "slow",
    "connection_lost_before": "lost_before",
    "connection_lost_before_the_message_was_stored": "lost_before",
    "lost_before_stored": "lost_before",
    "connection_lost_after": "lost_after",
    "connection_lost_after_it_was_stored": "lost_after",
    "connection_lost_after_the_message_was_stored": "lost_after",
    "lost_after_stored": "lost_after",
    "socket_closed": "socket_close",
    "close_socket": "socket_close",
    "refresh_requested": "socket_refresh",
    "warning": "socket_warning",
    "events_twice": "twice",
    "duplicate": "twice",
    "events_out_of_order": "out_of_order",
    "reorder": "out_of_order",
    "refused": "refuse",
}


@dataclass(slots=True)
class Fault:
    """So many more times of one kind. `method` is a Web API method, an event type, or "*" for any."""

    kind: str
    method: str = "*"
    times: int = 1
    retry_after: int = 1
    seconds: float = 2.0  # how slow is slow, in real time
    error: str = "invalid_blocks"  # what a refusal says
    having: str = ""  # strikes only what has a block of this type


class Faults:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, order: dict[str, Any]) -> Fault:
        """What was asked for, checked; it strikes the next calls or events it fits."""
        word = str(order.get("kind", "")).strip().lower().replace(" ", "_").replace("-", "_")
        kind = ALIASES.get(word, word)
        if kind not in KINDS:
            raise Impossible(f"There is no fault “{word}”. The kinds are {', '.join(KINDS)}.")
        try:
            fault = Fault(
                kind=kind,
                method=str(order.get("method") or "*"),
                times=int(order.get("times", 1)),
                retry_after=int(order.get("retry_after", 1)),
                seconds=float(order.get("seconds", 2.0)),
                error=str(order.get("error") or "invalid_blocks"),
                having=str(order.get("having") or ""),
            )
        except (TypeError, ValueError) as wrong:
            raise Impossible("times, retry_after and seconds are numbers.") from wrong
        if fault.times < 1:
            raise Impossible("times is at least 1.")
        self._waiting.append(fault)
        return fault

    def take(self, kinds: Iterable[str], *names: str, args: Any = None) -> Fault | None:
        """The oldest fault of these kinds that fits a name and what is said; it is used up by one."""
        wanted = set(kinds)
        for fault in self._waiting:
            if fault.kind in wanted and fault.method in ("*", *names) and _fits(fault, args):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        self._waiting.clear()

    def __iter__(self) -> Any:
        return iter(self._waiting)


def _fits(fault: Fault, args: Any) -> bool:
    blocks = args.get("blocks") if isinstance(args, dict) else None
    types = [one.get("type") for one in blocks if isinstance(one, dict)] if isinstance(blocks, list) else []
    return not fault.having or fault.having in types

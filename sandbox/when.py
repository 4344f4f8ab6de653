"""Which moment, and how long a time, do these words mean?"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.errors import Impossible

_SPANS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def moment(value: Any) -> datetime:
    """An ISO time (without an offset: UTC) or seconds since 1970."""
    try:
        if isinstance(value, int | float) or re.fullmatch(r"\d+(\.\d+)?", str(value)):
            return datetime.fromtimestamp(float(value), UTC)
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError):
        raise Impossible(f"“{value}” is no time; write it like 2026-11-23T09:00:00-06:00.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def span(value: Any) -> timedelta:
    """Seconds, or words such as 90s, 1h, 3d, 1h30m, -1h."""
    words = str(value).strip().lower()
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", words):
        return timedelta(seconds=float(words))
    if not re.fullmatch(r"[+-]?(\d+(\.\d+)?\s*[smhdw]\s*)+", words):
        raise Impossible(f"“{value}” is no span of time; write it like 3600, 90s, 1h or 3d.")
    found = re.findall(r"(\d+(?:\.\d+)?)\s*([smhdw])", words)
    seconds = sum(float(number) * _SPANS[unit] for number, unit in found)
    return timedelta(seconds=-seconds if words.startswith("-") else seconds)

"""Who is looking at the page, what do ids mean to them, and how is a moment shown to them?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FORMS = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Reader:
    """One person in front of the page: their zone and clock, and the names of people and channels."""

    user: str
    zone: ZoneInfo
    now: datetime
    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)  # file id -> where it is served
    home: str = ""  # where the page itself is served: links to it stay in this window

    def name(self, user: str) -> str:
        return self.users.get(user, user)

    def channel(self, channel: str) -> str:
        return self.channels.get(channel, channel)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def clock(self, moment: datetime) -> str:
        """14:05, as the person's own wall clock shows it."""
        return f"{self.local(moment):%H:%M}"

    def day(self, moment: datetime) -> str:
        """Today, Yesterday, Tomorrow or the date in words, by the person's own calendar."""
        near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
        away = (self.local(moment).date() - self.local(self.now).date()).days
        return near.get(away) or long_date(self.local(moment), with_year=self._other_year(moment))

    def full(self, moment: datetime) -> str:
        """Everything about a moment, for a tooltip."""
        local = self.local(moment)
        return f"{long_date(local)} at {local:%H:%M:%S} ({self.zone.key})"

    def moment_in_words(self, moment: datetime, pattern: str) -> str:
        """What `<!date^…^pattern|…>` shows: the pattern with Slack's {date…} and {time…} words filled in."""
        return _FORMS.sub(lambda form: self._form(form[1], moment) or form[0], pattern)

    def _form(self, form: str, moment: datetime) -> str | None:
        local = self.local(moment)
        if form.endswith("_pretty") and self.day(moment) in {"Yesterday", "Today", "Tomorrow"}:
            return self.day(moment).lower()
        match form.removesuffix("_pretty"):
            case "date":
                return f"{local:%B} {ordinal(local.day)}, {local.year}"
            case "date_num":
                return f"{local:%Y-%m-%d}"
            case "date_slash":
                return f"{local:%m/%d/%Y}"
            case "date_short":
                return f"{local:%b} {local.day}, {local.year}"
            case "date_long":
                return f"{local:%A, %B} {ordinal(local.day)}, {local.year}"
            case "time":
                return f"{local:%H:%M}"
            case "time_secs":
                return f"{local:%H:%M:%S}"
            case "ago":
                return ago(self.now - moment)
            case _:
                return None

    def _other_year(self, moment: datetime) -> bool:
        return self.local(moment).year != self.local(self.now).year


def zone(name: str | None) -> ZoneInfo:
    """The zone of a person's profile; UTC when the profile names none that exists."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def from_ts(ts: str) -> datetime:
    """The moment in a Slack timestamp; the beginning of time for a malformed one."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def long_date(day: datetime, with_year: bool = True) -> str:
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if with_year else "")


def ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def ago(passed: timedelta) -> str:
    """3 minutes ago, in 2 days: the largest unit that fits."""
    seconds = abs(passed.total_seconds())
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            count = int(seconds // size)
            words = f"{count} {unit}{'s' if count != 1 else ''}"
            return f"{words} ago" if passed > timedelta(0) else f"in {words}"
    return "just now"

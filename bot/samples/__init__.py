"""Which project does golive bring along to be tried with, and what was said in its channel before?"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

_HERE = Path(__file__).parent

PROJECT = _HERE / "lakeside.yaml"
CHANNEL = "C0LAKESIDE"
# The moment the sample is written for; a sandbox that shows it begins then.
AT = datetime(2027, 3, 1, 9, 0, tzinfo=ZoneInfo("America/Denver"))
# What somebody who sees it for the first time may try.
HINTS = [
    "As Nora Lindahl, who leads the project, type: /golive before",
    "As Pat Donnelly, whose network everything waits for: /golive mine",
    "As anybody, post: blocker: scanners do not read the insulin labels, waiting on @Elise by Friday",
    "As Lars Holm, confirm what Ravi claims: /golive validate admin-map read the waste messages",
    "Then move the clock on for a day or three: watch the digest, who is written to, press what they get.",
    "As Nora Lindahl: /golive reminders shows what comes to whom, and why not.",
]


def history() -> list[dict[str, Any]]:
    """What was said in the sample's channel before AT, oldest first: channel, user, text, at."""
    said = yaml.safe_load((_HERE / "lakeside-history.yaml").read_text(encoding="utf-8"))
    return [
        {"channel": CHANNEL, "user": each["user"], "text": each["text"], "at": _at(each).isoformat()}
        for each in said
    ]


def _at(said: dict[str, Any]) -> datetime:
    day = AT.date() + timedelta(days=said["day"])
    return datetime.combine(day, time.fromisoformat(said["time"]), tzinfo=AT.tzinfo)

"""Which days narrow an answer, when a question names some?"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.domain.questions import Asked
from bot.domain.questions.meaning import Window

# These are about the days that were named, whatever they are.
_AS_SAID = frozenset({"due_window", "changes", "history_of"})
# Days do not narrow these: "what sets the date now?", "who owns it today?".
_NEVER = frozenset({"critical_path", "owner_of", "status_of", "whatif", "help", "out_of_scope"})
_RAISED = frozenset({"blockers", "waiting_on"})
# "Any new blockers this week?", in the languages that are read; without such a word the days are only "now".
_NEW = re.compile(
    r"\b(?:new|raised|reported|opened|appeared|came|since|nuev\w+|desde|nouve\w+|depuis|neu\w*|seit)\b", re.I
)


def narrowing(asked: Asked, window: Window | None, today: date, question: str) -> Window | None:
    """The days as they narrow an answer to this question; None when they do not."""
    if window is None or asked.intent in _AS_SAID:
        return window
    if asked.intent in _NEVER or asked.topic in ("startable", "contradictions", "signals", "undated"):
        return None
    if asked.intent == "readiness":
        return window
    if asked.intent in _RAISED:
        return _raised(window, today, question)
    if window.start == window.end == today:  # "today" says no more than "now"
        return None
    if asked.intent == "overdue":
        return _overdue(window, today)
    # What is due before go-live by a day is so whenever it was due.
    return replace(window, start=None) if asked.intent == "before_golive" and window.end else window


def _raised(window: Window, today: date, question: str) -> Window | None:
    """When what is blocked was raised, if that was asked: "since", "new", or days gone by."""
    past = window.end is not None and window.end < today
    since = window.end is None and window.start is not None and window.start <= today
    return window if past or since or _NEW.search(question) else None


def _overdue(window: Window, today: date) -> Window | None:
    """When what is overdue was due; days ahead only say by when somebody looks."""
    if window.end is not None and window.end < today:
        return window
    began = window.start is not None and window.start < today
    return replace(window, end=None) if began else None

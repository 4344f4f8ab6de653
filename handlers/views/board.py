"""What does the channel's own view look like, and what can be pressed under it?"""

from __future__ import annotations

from datetime import datetime

from bot.domain.answers import Answer
from bot.domain.plan import Project
from handlers.views import blocks as b
from handlers.views import readiness

_LEADS_ON = ("before", "blockers", "waiting", "mine")


def shown(answer: Answer, project: Project, changed: datetime) -> b.Message:
    """The view with when its words changed last; what is pressed under it only who presses sees."""
    said = f"Kept up to date; changed last {changed:%a} {changed.day} {changed:%b, %H:%M}. "
    note = b.context(b.escaped(f"{said}What you press here, only you see."))
    return b.message(
        answer.text,
        [*readiness.body(answer), note, b.actions(*readiness.leading_on(project, _LEADS_ON))],
    )

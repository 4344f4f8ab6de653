"""What does a week's summary look like in its channel?"""

from __future__ import annotations

import re
from typing import Any

from bot.domain.plan import Project
from bot.domain.summary import Summed
from handlers.views import blocks as b
from handlers.views.readiness import ASK

_CHANNEL = re.compile(r"&lt;#([CG][A-Z0-9]{2,})&gt;")


def naming_channels(message: b.Message) -> b.Message:
    """The message, in which the channels that golive names lead there: nobody else's words are in it."""
    found: b.Message = _leading(message)
    return found


def _leading(part: Any) -> Any:
    if isinstance(part, str):
        return _CHANNEL.sub(r"<#\1>", part)
    if isinstance(part, dict):
        return {key: _leading(value) for key, value in part.items()}
    return [_leading(each) for each in part] if isinstance(part, list) else part


def posted(found: Summed, project: Project) -> b.Message:
    """The summary, and what leads on for whoever presses it; in one line when nothing changed."""
    lines = [line for section in found.sections for line in section.lines]
    if found.quiet:
        return b.message("\n".join((found.title, *lines)), b.sections(found.title, lines))
    blocks = b.sections(found.title, ())
    text = [found.title]
    for section in found.sections:
        blocks += b.sections(section.heading, section.lines)
        text += [*([f"{section.heading}:"] if section.heading else []), *section.lines]
    blocks.append(b.actions(b.button("Before go-live", f"{ASK}before", f"{project.key} before")))
    return b.message("\n".join(text), blocks)

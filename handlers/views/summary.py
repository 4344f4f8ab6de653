"""What does a week's summary look like in its channel?"""

from __future__ import annotations

from bot.domain.plan import Project
from bot.domain.summary import Summed
from handlers.views import blocks as b
from handlers.views.readiness import ASK


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

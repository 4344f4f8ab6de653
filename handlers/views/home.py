"""What App Home shows: how my projects stand, and what is mine to do in them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.answers import Answer
from bot.domain.plan import Plan
from handlers.views import blocks as b
from handlers.views.readiness import ASK

MOST_BLOCKS = 100
EMPTY = (
    "You are not part of a project yet. In the channel of a go-live, say `/golive new KEY NAME`, "
    "or ask `/golive before` where a project lives."
)


def home(projects: Sequence[tuple[Plan, Answer, Answer | None]]) -> b.Block:
    """One part for every project: its verdict, then my items."""
    blocks: list[b.Block] = []
    for plan, standing, mine in projects:
        if blocks:
            blocks.append({"type": "divider"})
        blocks += [{"type": "header", "text": b.plain(plan.project.name, 150)}, *_verdict(standing)]
        if mine is not None:
            for section in mine.sections:
                blocks += b.sections(section.heading or mine.title, section.lines)
        blocks.append(b.actions(b.button("Before go-live", f"{ASK}before", f"{plan.project.key} standing")))
    return {"type": "home", "blocks": b.fitting(blocks or [b.section(EMPTY)], MOST_BLOCKS)}


def _verdict(standing: Answer) -> list[b.Block]:
    first = next((section for section in standing.sections if section.lines), None)
    return b.sections(None, first.lines[:1]) if first else []

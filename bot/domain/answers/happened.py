"""What changed lately, and what happened to one item?"""

from __future__ import annotations

from bot.domain.answers import guide
from bot.domain.answers.inquiry import Inquiry
from bot.domain.story import recounting
from bot.domain.wording import Answer, Reply


def changes(q: Inquiry) -> Reply:
    """What changed on the days asked about, to everything or to the items asked about."""
    window = q.window
    return recounting.since(
        q.plan,
        q.facts.events,
        window.start if window else None,
        window.end if window else None,
        q.as_of,
        topic=q.asked.topic,
        keys=q.meaning.items,
        whole=q.whole,
    )


def history_of(q: Inquiry) -> Reply:
    """What happened to the items asked about, the newest first."""
    keys = q.meaning.items
    if not keys:
        said = (
            f"Say to which item, by its key or a word of its title: “what happened to {guide.an_item(q.a)}?”."
        )
        return Reply(Answer(said, ()), {"items": [], "events": []})
    window = q.window
    return recounting.history(
        q.plan,
        keys,
        q.facts.events,
        q.as_of,
        start=window.start if window else None,
        end=window.end if window else None,
        whole=q.whole,
    )

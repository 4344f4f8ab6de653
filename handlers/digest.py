"""The standup: what somebody says in a direct message when they were asked for news."""

from __future__ import annotations

import asyncio

from bot.domain.errors import Invalid
from bot.domain.reminders import ledger
from bot.tracker import Actor, Done, Tracker


async def news_told(tracker: Tracker, who: Actor, text: str, thread: str | None) -> Done | None:
    """Take a direct message as the answer to the question it answers; None when there is none."""
    open_ones = await asyncio.to_thread(tracker.asked_news, who, thread)
    if not open_ones:
        return None
    if len(open_ones) > 1:
        raise Invalid("I asked for news of several projects. Press Answer under the one you mean.")
    project, _, day = ledger.parts(open_ones[0].subject)
    done = await asyncio.to_thread(tracker.answer_news, who, project, day, text)
    if open_ones[0].message:
        await asyncio.to_thread(tracker.draw_again, who.workspace, open_ones[0].message)
    return done

"""Can an item be there on the day that was asked about?"""

from __future__ import annotations

from datetime import date

from bot.domain.answers.inquiry import Inquiry
from bot.domain.plan import Item


def asked_day(q: Inquiry) -> date | None:
    """The day that was asked about: the last of several."""
    window = q.meaning.window
    return (window.end or window.start) if window else None


def on_time(q: Inquiry, item: Item, until: date | None) -> bool | None:
    """Whether it can be closed by then; None without a day."""
    timing = q.a.timing.get(item.key)
    return True if timing is None else None if until is None else timing.finish <= until


def item_by(q: Inquiry, item: Item, until: date | None) -> str:
    """The same in words, with whose it is and what it waits for."""
    timing = q.a.timing.get(item.key)
    if timing is None:
        return f"{q.w.named(item)}: yes, {q.w.closing(item)}"
    said = f"{q.w.owner(item)}, {q.w.state(item)}, earliest finish {q.w.day(timing.finish)}"
    if until is None:
        return f"{q.w.named(item)}: not yet; {said}, no due date"
    if timing.finish <= until:
        return f"{q.w.named(item)}: not yet, but {q.w.day(until)} can be held; {said}"
    late = q.working_days(max(1, q.a.calendar.count(until, timing.finish)))
    return f"{q.w.named(item)}: no, {late} after {q.w.day(until)}; {said}"

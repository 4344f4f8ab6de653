"""What is not on the way to go-live: what comes after it, and what was let through?"""

from __future__ import annotations

from bot.domain.answers.inquiry import Inquiry
from bot.domain.answers.values import before_data, iso, item_data, verdict_data
from bot.domain.plan import Item, Status
from bot.domain.readiness import hypercare
from bot.domain.wording import Reply, count


def after(q: Inquiry) -> Reply:
    """What hangs behind go-live: hypercare, and whatever waits for it."""
    found = [i for i in q.open_items if hypercare(i) or i.key in q.a.after_go_live]
    found = list(q.a.in_order(i for i in found if q.with_them(i) and q.within(i.due)))
    data = before_data(q.plan, q.a) | {"after_golive": [i.key for i in found]}
    live = q.w.day(q.a.forecast)
    start = "go-live is over" if q.a.live else f"go-live is forecast for {_kind(q)}{live}"
    return q.reply(
        f"{count(len(found), 'open item')} after go-live{q.scope()}",
        data,
        (None, [f"As it stands, {start}."]),
        (None, q.item_lines(found, q.w.line) if found else ["Nothing is planned for after go-live."]),
        ("To mend it", [] if found else [f'/golive add "First week watched" after {_goal(q)}']),
    )


def _kind(q: Inquiry) -> str:
    return "no earlier than " if q.a.unknown_clear else ""


def _goal(q: Inquiry) -> str:
    return q.a.go_live.key if q.a.go_live else "KEY"


def waived(q: Inquiry) -> Reply:
    """What was let through, by whom, why, and until when; and what counts again already."""
    found = [i for i in q.plan.items if i.waived and i.status is Status.WAIVED and q.about(i.key)]
    now = sorted((i for i in found if i.key not in q.a.timing), key=lambda i: _until(i) or "9999")
    over = [i for i in found if i.key in q.a.timing]
    data = {
        **verdict_data(q.plan, q.a),
        "waived": [item_data(q.a, i) | {"until": _until(i), "by": i.waived and i.waived.by} for i in now],
        "waivers_over": [i.key for i in over],
    }
    return q.reply(
        f"{count(len(now), 'item')} waived{q.scope(days=False)}",
        data,
        (None, q.item_lines(now, lambda i: _line(q, i)) if now else ["Nothing is let through."]),
        ("Waived once, open again", q.item_lines(over, q.short_line)),
    )


def _until(item: Item) -> str | None:
    return iso(item.waived.until) if item.waived else None


def _line(q: Inquiry, item: Item) -> str:
    until = item.waived.until if item.waived else None
    said = q.w.closed(item)
    if until is None:
        return f"{said}; without an end"
    if item.gate and not q.a.live and until < q.a.forecast:
        return f"{said}; open again before go-live, forecast for {q.w.day(q.a.forecast)}"
    return said

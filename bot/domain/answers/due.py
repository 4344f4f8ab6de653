"""What is overdue, and what is due on which days?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.answers.inquiry import Inquiry
from bot.domain.answers.values import iso, items_data
from bot.domain.plan import Item, Status
from bot.domain.questions.meaning import Window
from bot.domain.wording import Reply, count, listed

# "What is coming up?" without days.
DAYS_AHEAD = 7


def by_due(items: Iterable[Item]) -> list[Item]:
    """The first due first, within a day in the plan's order."""
    return sorted(items, key=lambda item: item.due or date.max)


def overdue(q: Inquiry) -> Reply:
    """Open items past their due date; what its owner calls done is told apart."""
    past = [i for i in q.narrowed(q.open_items) if i.due and i.due < q.today and q.within(i.due)]
    late = by_due(i for i in past if q.a.late(i))
    unconfirmed = by_due(i for i in past if not q.a.late(i))
    today = [i for i in q.narrowed(q.open_items) if i.due == q.today]
    data = {
        "overdue": items_data(q.a, late),
        "done_unvalidated": items_data(q.a, unconfirmed),
        "due_today": [item.key for item in today],
    }
    return q.reply(
        f"{count(len(late), 'item')} overdue{q.scope()}",
        data,
        (None, q.item_lines(late, lambda item: _late(q, item)) if late else ["Nothing is overdue."]),
        ("Past due, done, and not validated", q.item_lines(unconfirmed, lambda i: _unconfirmed(q, i))),
        ("Due today, not overdue", [listed(today, 5, q.w.named)] if today else []),
    )


def _late(q: Inquiry, item: Item) -> str:
    due = item.due or q.today
    days = max(1, q.a.age(due))
    finish = q.w.day(q.a.timing[item.key].finish)
    late = f"was due {q.w.day(due)}, {q.working_days(days)} ago"
    return f"{q.w.named(item)}: {q.w.owner(item)}, {q.w.state(item)}, {late}, earliest {finish}"


def _unconfirmed(q: Inquiry, item: Item) -> str:
    due = q.w.day(item.due) if item.due else ""
    return f"{q.w.named(item)}: {q.w.owner(item)}, {q.w.state(item)}, was due {due}"


def due_window(q: Inquiry) -> Reply:
    """What is due on the days asked about, or within a week."""
    window = q.window or Window(q.today, q.today + timedelta(days=DAYS_AHEAD - 1), "the next 7 days")
    q = replace(q, meaning=replace(q.meaning, window=window))
    found = by_due(i for i in q.narrowed(q.open_items) if i.due and q.within(i.due))
    data = {"from": iso(window.start), "to": iso(window.end), "items": items_data(q.a, found)}
    undated = [i for i in q.narrowed(q.open_items) if i.due is None]
    return q.reply(
        f"{count(len(found), 'item')} due{q.scope()}",
        data,
        (None, q.item_lines(found, lambda item: _due(q, item)) if found else ["Nothing open is due then."]),
        ("Without a due date, so never in such a list", [listed(undated, 5, q.w.key)] if undated else []),
    )


def _due(q: Inquiry, item: Item) -> str:
    due = q.w.day(item.due) if item.due else ""
    finish = q.a.timing[item.key].finish
    done = q.a.standing[item.key] is Status.DONE
    impossible = item.due is not None and item.due < finish and not done
    cannot = f", earliest {q.w.day(finish)}" if impossible else ""
    return f"{due}: {q.w.named(item)}, {q.w.owner(item)}, {q.w.state(item)}{cannot}"

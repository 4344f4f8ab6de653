"""Which assumptions does nobody know to be true yet, and what would fall with them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.answers.inquiry import Inquiry
from bot.domain.answers.values import belief_data, belief_overdue
from bot.domain.plan import Assumption
from bot.domain.wording import Reply, count, cut, listed


def assumptions(q: Inquiry) -> Reply:
    """The unverified ones, all or some, in the plan's order."""
    asked = [x for x in q.plan.assumptions if _asked_about(q, x)]
    topic = q.asked.topic
    shown = [x for x in asked if x.open and _of_topic(q, x, topic)]
    refuted = [x for x in asked if x.refuted]
    unverified = sum(x.open for x in asked)
    deeper = _deeper(q, shown)
    data = {
        "assumptions": [belief_data(q.a, x) for x in shown],
        "total": len(asked),
        "unverified": unverified,
        "refuted": [x.id for x in refuted],
        "on_what_it_waits_for": [x.id for x in deeper],
    }
    return q.reply(
        _title(q, shown, len(asked)),
        data,
        (None, q.lines(shown, lambda x: line(q, x), lambda x: x.id) if shown else [_nothing(q, asked)]),
        ("Under a validated item, which a false one reopens", _reopening(q, shown)),
        ("Under what it waits for", q.lines(deeper, lambda x: line(q, x), lambda x: x.id)),
        ("Found false", q.lines(refuted, q.w.belief_in_full, lambda x: x.id)),
        ("To mend it", _to_mend(q, shown)),
    )


def _asked_about(q: Inquiry, belief: Assumption) -> bool:
    if q.quoted:
        return belief in q.quoted
    on = not q.items or any(q.about(key) for key in belief.items)
    since = q.window is not None and q.window.end is None and (q.window.start or q.today) <= q.today
    return on and q.theirs(belief) and q.within(belief.made if since else belief.verify_by)


def _of_topic(q: Inquiry, belief: Assumption, topic: str) -> bool:
    if topic == "overdue":
        return belief_overdue(q.a, belief)
    if topic == "undated":
        return belief.verify_by is None
    return topic != "unowned" or not belief.owner


def _title(q: Inquiry, shown: Sequence[Assumption], total: int) -> str:
    kind = {
        "overdue": "overdue to verify",
        "undated": "unverified without a day to verify them by",
        "unowned": "unverified and looked into by nobody",
    }.get(q.asked.topic, "not verified")
    return f"{len(shown):,} of {count(total, 'assumption')} {kind}{q.scope()}"


def _nothing(q: Inquiry, asked: Sequence[Assumption]) -> str:
    if asked and q.asked.topic:
        return "There is none of that kind."
    return "All of them are verified." if asked else "No assumption is recorded there."


def line(q: Inquiry, belief: Assumption) -> str:
    """What is believed, under what, who finds out, and by when."""
    under = [_under(q, key) for key in belief.items]
    where = f"under {'; '.join(under[:3])}" if under else "under no item"
    overdue = ", OVERDUE" if belief_overdue(q.a, belief) else ""
    return f"{belief.id}: {cut(belief.text, 160)}; {where}; {q.w.finder(belief)}{overdue}"


def _under(q: Inquiry, key: str) -> str:
    item = q.plan.item.get(key)
    if item is None:
        return key
    return f"{q.w.named(item)}, {'gate, ' if item.gate else ''}{q.a.standing[key].value}"


def _reopening(q: Inquiry, shown: Sequence[Assumption]) -> list[str]:
    risky = [x for x in shown if q.a.under_validated(x)]
    return (
        [listed(risky, 5, lambda x: f"{x.id} ({listed(q.a.under_validated(x), 3, q.w.key)})")]
        if risky
        else []
    )


def _deeper(q: Inquiry, shown: Sequence[Assumption]) -> list[Assumption]:
    """Unverified ones under items that those asked about wait for."""
    if not q.items:
        return []
    here = {x.id for x in shown}
    beneath = (x for x in q.plan.assumptions if x.open and x.id not in here and q.theirs(x))
    return [x for x in beneath if not q.below.isdisjoint(x.items)]


def _to_mend(q: Inquiry, shown: Sequence[Assumption]) -> Iterator[str]:
    unowned = next((x.id for x in shown if not x.owner), None)
    said = [f"/golive own {unowned} @somebody"] if unowned else []
    said += [f"/golive verify {shown[0].id} WHAT SHOWS IT"] if shown else []
    if said:
        yield ", or ".join(said)

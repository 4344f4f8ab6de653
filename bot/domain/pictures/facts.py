"""What do all pictures of a plan say: its marks, its marked days, and how an item is noted?"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.answers import firstscreen
from bot.domain.forecasting import Spread
from bot.domain.pictures.values import Line, Mark, Moment
from bot.domain.plan import Item, Status
from bot.domain.readiness import Assessment
from bot.domain.wording import Words, cut

LONGEST_TITLE = 80
_MARKS = {
    Status.TODO: Mark.TODO,
    Status.DOING: Mark.DOING,
    Status.BLOCKED: Mark.BLOCKED,
    Status.DONE: Mark.DONE,
    Status.VALIDATED: Mark.CLOSED,
    Status.WAIVED: Mark.CLOSED,
}


def words(a: Assessment) -> Words:
    return Words(a, 24)


def mark(a: Assessment, item: Item) -> Mark:
    return _MARKS[a.standing[item.key]]


def title(item: Item) -> str:
    return cut(item.title, LONGEST_TITLE) or item.key


def lead(w: Words) -> str:
    """The verdict, and as of which day: no hour, so that the same facts are the same picture all day."""
    return f"As of {w.day(w.a.today)}. {firstscreen.verdict(w)}"


def note(w: Words, item: Item) -> str:
    """Where an item stands, in as few words as can be."""
    a = w.a
    status, blocker = a.standing[item.key], w.blocker(item)
    if status is Status.BLOCKED and blocker is not None:
        on = f", {cut(blocker.waiting_on, 20)}" if blocker.waiting_on else ""
        return f"blocked {w.age(blocker.raised)}{on}"
    said = {
        Status.TODO: "not started",
        Status.DOING: "under way",
        Status.BLOCKED: "blocked",
        Status.DONE: "done, to confirm",
        Status.VALIDATED: "validated",
        Status.WAIVED: _waived(w, item),
    }[status]
    if blocker is not None:
        said += f", blocked {w.age(blocker.raised)}"
    return f"{said}, late" if a.late(item) else said


def _waived(w: Words, item: Item) -> str:
    until = item.waived.until if item.waived else None
    return f"waived until {w.day(until)}" if until else "waived"


def lines(w: Words, spread: Spread | None) -> Iterator[Line]:
    """Today, the target, the forecast, and its range where there is one."""
    a, target = w.a, w.plan.project.target_go_live
    yield Line(Moment.TODAY, a.today, f"today, {w.day(a.today)}")
    if target is not None:
        yield Line(Moment.TARGET, target, f"target {w.day(target)}")
    if a.live:
        return
    unsure = "no earlier than " if a.unknown_clear else ""
    yield Line(Moment.FORECAST, a.forecast, f"forecast {unsure}{w.day(a.forecast)}")
    if spread is not None:
        yield Line(Moment.P50, spread.p50, f"P50 {w.day(spread.p50)}")
        yield Line(Moment.P80, spread.p80, f"P80 {w.day(spread.p80)}")


def range_said(w: Words, spread: Spread | None, why_not: str | None) -> str:
    """The two dates of the range and what they stand on, or why there is none."""
    if spread is None:
        return why_not or ""
    unsure = "" if spread.stated else ", or later: something that holds it up has no clear date"
    return (
        f"Half of the time by {w.day(spread.p50)} (P50), four times in five by {w.day(spread.p80)} (P80), "
        f"from {spread.from_items:,} past items{unsure}."
    )

"""Which answers are clearer as a table or a chart than as lines, and what stands in them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.pictures.values import Point
from bot.domain.plan import Event, Status
from bot.domain.readiness import Assessment
from bot.domain.wording import Words, cut

MOST_ROWS = 100
MOST_CHARACTERS = 9_000  # Slack takes 10,000 over all tables of a message
MOST_POINTS = 12
DAILY_UP_TO = timedelta(days=14)
TABLE, CHART = "data_table", "data_visualization"  # Slack's names for them
_CLOSING = frozenset({Status.VALIDATED.value, Status.WAIVED.value})

Cell = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under their headings; `more` rows did not fit."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One or more courses over the same few days. `words` say the same."""

    title: str
    days: tuple[str, ...]
    courses: tuple[tuple[str, tuple[int, ...]], ...]
    words: str


def gates(a: Assessment) -> Table | None:
    """The open gates in work order; None where a line or two say it as well."""
    if len(a.open_gates) < 3:
        return None
    w = Words(a, 30)
    rows: list[tuple[Cell, ...]] = []
    length = 0
    for number, gate in enumerate(a.open_gates[:MOST_ROWS], 1):
        timing = a.timing[gate.key]
        slack: Cell = timing.slack if timing.slack is not None else "none waits"
        row = (number, w.named(gate), w.owner(gate), cut(w.state(gate), 60), w.short(timing.finish), slack)
        length += sum(len(str(cell)) for cell in row)
        if length > MOST_CHARACTERS:
            break
        rows.append(row)
    return Table(
        caption="Open gates in work order",
        columns=("No.", "Gate", "Owner", "State", "Earliest", "Slack"),
        rows=tuple(rows),
        more=len(a.open_gates) - len(rows),
    )


def closed_lately(events: Sequence[Event], after_revision: int) -> bool:
    """Did a gate close, or open again, since then?"""
    return any(
        event.revision > after_revision
        and event.change.field == "status"
        and not _CLOSING.isdisjoint({event.change.before, event.change.after})
        for event in events
    )


def burnup(w: Words, points: Sequence[Point]) -> Chart | None:
    """Closed gates against all of them, a few days back; None where there is nothing to see."""
    days = _days([point.day for point in points], w.a.today)
    if len(days) < 3:
        return None
    at = [next(point for point in reversed(points) if point.day <= day) for day in days]
    if len({(point.closed, point.total) for point in at}) < 2:
        return None
    names = tuple(w.short(day) for day in days)
    first, last = at[0], at[-1]
    return Chart(
        title="Closed gates",
        days=names,
        courses=(
            ("Closed", tuple(point.closed for point in at)),
            ("All gates", tuple(point.total for point in at)),
        ),
        words=(
            f"Closed gates: {first.closed:,} of {first.total:,} on {names[0]}, "
            f"{last.closed:,} of {last.total:,} on {names[-1]}."
        ),
    )


def _days(known: Sequence[date], today: date) -> list[date]:
    """Today and the days before it, one apart for the first two weeks, seven apart for longer."""
    step = timedelta(days=1 if today - known[0] <= DAILY_UP_TO else 7)
    days = [today]
    while len(days) < MOST_POINTS and days[-1] - step >= known[0]:
        days.append(days[-1] - step)
    return list(reversed(days))

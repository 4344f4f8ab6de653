"""How do several projects stand, the worst first, and what is the one biggest risk of each?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.plan import Item, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.wording import Answer, Reply, Words, count, cut, sections

PAGE = 20
NONE = "none seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One project in a line. `gap` is in working days after the target; None without a target."""

    key: str
    name: str
    state: str  # late | open | unsure | on_time | ready | live
    open_gates: int
    gates: int
    blocked: int
    target: date | None
    forecast: date | None
    certain: bool
    gap: int | None
    waived: int
    risk: str
    year: int  # of the day asked about: other years are named

    def as_json(self) -> dict[str, Any]:
        return {
            "project": self.key,
            "name": self.name,
            "state": self.state,
            "ready": self.state in ("ready", "live"),
            "target": self.target.isoformat() if self.target else None,
            "forecast": self.forecast.isoformat() if self.forecast else None,
            "forecast_kind": "stated" if self.certain else "no_earlier_than",
            "gap_working_days": self.gap,
            "gates": {"total": self.gates, "open": self.open_gates, "blocked": self.blocked},
            "risk": self.risk,
        }


_WORST_FIRST = ("late", "open", "unsure", "on_time", "ready", "live")


def row(plan: Plan, a: Assessment) -> Row:
    counts = a.counts
    return Row(
        key=plan.project.key,
        name=plan.project.name,
        state=_state(a),
        open_gates=counts.open,
        gates=counts.total,
        blocked=counts.blocked,
        target=plan.project.target_go_live,
        forecast=None if a.live else a.forecast,
        certain=not a.unknown_clear,
        gap=None if a.live else a.gap,
        waived=len(a.waived),
        risk=risk(a),
        year=a.today.year,
    )


def unreadable(plan: Plan, today: date, why: str) -> Row:
    """A project that cannot be computed is the first to look at."""
    project = plan.project
    return Row(
        key=project.key,
        name=project.name,
        state="late",
        open_gates=0,
        gates=0,
        blocked=0,
        target=project.target_go_live,
        forecast=None,
        certain=False,
        gap=None,
        waived=0,
        risk=cut(why, 120),
        year=today.year,
    )


def _state(a: Assessment) -> str:
    if a.live:
        return "live"
    if a.gap is not None and a.gap > 0:
        return "late"
    if a.counts.total and a.ready:
        return "ready"
    if a.gap is None or not a.counts.total:
        return "open"  # no target or no gates: nobody can say whether it is in time
    return "unsure" if a.unknown_clear else "on_time"


def ranked(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The latest first, then what nobody can date, then what has least room."""

    def rank(each: Row) -> tuple[int, int, int, str]:
        return _WORST_FIRST.index(each.state), -(each.gap or 0), -each.open_gates, each.key

    return tuple(sorted(rows, key=rank))


def portfolio(projects: Iterable[tuple[Plan, Assessment]]) -> tuple[Row, ...]:
    """A line for every project, the worst first."""
    return ranked(row(plan, a) for plan, a in projects)


# The one biggest risk


def risk(a: Assessment) -> str:
    """What costs most, in a few words: what sets the date, if it waits for somebody; else what is unknown,
    what nobody has, what is not proven."""
    if a.live:
        return NONE
    w = Words(a, 30)
    if not a.counts.total:
        return "no gates yet"
    if a.chain:
        item = a.plan.item[a.chain[0]]
        said = _chain(w, item)
        if said:
            return said
    return _rest(w)


def _chain(w: Words, item: Item) -> str:
    """What holds up the first item of the driving chain."""
    a, status, blocker = w.a, w.a.standing[item.key], w.blocker(item)
    if blocker is not None:
        waits = f"waits on {cut(blocker.waiting_on, 30)}" if blocker.waiting_on else "nobody says on whom"
        return f"{w.key(item)} blocked {w.age(blocker.raised)}, {waits}"
    if status is Status.BLOCKED:
        return f"{w.key(item)} blocked, by what is not recorded"
    if item.owner is None:
        return f"{w.key(item)} sets the date, nobody has it"
    if status is Status.DONE:
        return f"{w.key(item)} done, {w.person(item.validator)} to confirm"
    if a.late(item) and item.due:
        return f"{w.key(item)} late since {w.day(item.due)} ({w.person(item.owner)})"
    if a.gap is not None and a.gap > 0:
        return f"{w.key(item)} sets the date ({w.person(item.owner)})"
    return ""


def _rest(w: Words) -> str:
    a = w.a
    if a.unknown_clear:
        return f"{count(len(a.unknown_clear), 'blocker')} without a clear date"
    if a.unowned:
        return f"nobody has {count(len(a.unowned), 'open gate')}"
    if a.plan.project.target_go_live is None:
        return "no target date"
    if a.waivers_ending:
        return f"{count(len(a.waivers_ending), 'waiver')} ending before go-live"
    if a.done_unvalidated:
        return f"{count(len(a.done_unvalidated), 'gate')} done, not confirmed"
    if a.assumptions:
        return f"{count(len(a.assumptions), 'assumption')} not verified"
    return f"{w.key(a.chain[0])} sets the date" if a.chain else NONE


# Words


def reply(rows: Sequence[Row], as_of: datetime, *, page: int = 1, whole: bool = False) -> Reply:
    """The lines of one page, or all of them, under how many projects are late."""
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(1, page), pages)
    shown = rows if whole else rows[(page - 1) * PAGE : page * PAGE]
    late = sum(each.state == "late" for each in rows)
    title = f"{count(len(rows), 'project')}, {late:,} late, as of {as_of:%a} {as_of.day} {as_of:%b, %H:%M}"
    if not rows:
        title = "No project that you can see"
    place = f"Page {page} of {pages}: `/golive portfolio {page % pages + 1}` shows another."
    answer = Answer(
        title,
        sections((None, [line(each) for each in shown]), (None, [place] if pages > 1 and not whole else [])),
    )
    return Reply(answer, {"as_of": as_of.isoformat(), "projects": [each.as_json() for each in rows]})


def line(each: Row) -> str:
    """Short enough for a phone."""
    gates = f"{each.open_gates:,} of {each.gates:,} gates open" if each.gates else ""
    risky = "" if each.risk in (NONE, "no gates yet") else f"; {each.risk}"
    waived = f", {each.waived:,} waived" if each.waived else ""
    return f"{cut(each.name, 40)}: {_when(each)}{gates and ', ' + gates}{waived}{risky}"


def _when(each: Row) -> str:
    if each.forecast is None:
        return "live" if each.state == "live" else "no forecast"
    if not each.gates:  # a date that nothing stands behind is no forecast
        until = f", target {_day(each.target, each.year)}" if each.target else ""
        return f"no gates yet{until}"
    said = f"{'' if each.certain else 'no earlier than '}{_day(each.forecast, each.year)}"
    if each.target is None or each.gap is None:
        return f"{said}, no target"
    ready = "READY, " if each.state == "ready" else ""
    if not each.gap:
        return f"{ready}on target {said}"
    side = f"{abs(each.gap):,} d {'late' if each.gap > 0 else 'early'}"
    return f"{ready}{side} ({said}, target {_day(each.target, each.year)})"


def _day(day: date, year: int) -> str:
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if day.year != year else "")

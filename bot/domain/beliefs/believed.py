"""What is taken for true in a project, what rests on it, who finds out by when, and what came out?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from bot.domain.beliefs.truth import proven_now
from bot.domain.plan import Assumption, Plan
from bot.domain.readiness import Assessment
from bot.domain.wording import Answer, Words, count, listed, sections

MOST_SETTLED = 10


def listing(plan: Plan, a: Assessment, as_of: datetime) -> Answer:
    """All of them: the open ones by when they have to be known, then what came out of the others."""
    w = Words(a)
    open_ = sorted((b for b in plan.assumptions if b.open), key=lambda b: (b.verify_by or date.max, b.id))
    late = [b for b in open_ if b.verify_by is not None and b.verify_by < a.today]
    false = [b for b in plan.assumptions if b.refuted]
    true = [b for b in plan.assumptions if b.verified]
    title = f"{w.project()}: {count(len(open_), 'unverified assumption')}"
    told = [f"{len(late):,} overdue" if late else "", f"{len(false):,} false" if false else ""]
    return Answer(
        f"{', '.join(filter(None, [title, *told]))}, as of {w.moment(as_of)}",
        sections(
            (
                None,
                [] if plan.assumptions else ["Nothing is recorded. `/golive assume TEXT under KEY` does."],
            ),
            ("Overdue", (_line(w, b) for b in late)),
            ("Nobody knows yet", (_line(w, b) for b in open_ if b not in late)),
            ("Lacking", _lacking(open_)),
            ("Found to be false", map(w.belief_in_full, false)),
            ("Found to be true", map(w.belief_in_full, true[-MOST_SETTLED:])),
        ),
    )


def _line(w: Words, belief: Assumption) -> str:
    proven = "; what shows it is validated by now" if proven_now(w.plan, belief) else ""
    relied = f"; {w.person(belief.relied_on_by)} relies on it" if belief.relied_on_by else ""
    return f"{w.belief_in_full(belief)}{relied}{proven}"


def _lacking(open_: list[Assumption]) -> Iterator[str]:
    """What cannot be found out as it stands."""
    for what, found in (
        ("Nobody finds out", [b.id for b in open_ if b.owner is None]),
        ("No date", [b.id for b in open_ if b.verify_by is None]),
        ("Nothing rests on it", [b.id for b in open_ if not b.items]),
    ):
        if found:
            yield f"{what}: {listed(found, 8, str)}"

"""Which decisions does a project want from those who lead it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.answers.firstscreen import act
from bot.domain.plan import Status
from bot.domain.wording import Words, count, listed

MOST = 4
MOST_NAMES = 3


def decisions(w: Words) -> tuple[str, ...]:
    """What somebody above the work can settle, the costliest first."""
    return tuple(_decisions(w))[:MOST]


def _decisions(w: Words) -> Iterator[str]:
    a = w.a
    if a.live:
        return
    target = w.plan.project.target_go_live
    if target is None:
        yield f"Which day go-live is promised for; the forecast is {w.day(a.forecast)}."
    elif a.gap is not None and a.gap > 0:
        days = count(a.gap, "working day")
        yield f"Another target than {w.day(target)}, or how {days} are won back on what sets the date."
    yield from _pressed(w)
    if a.unowned:
        yield f"Who takes {_some(w, a.unowned)}: nobody has {'it' if len(a.unowned) == 1 else 'them'}."
    if a.without_validator:
        yield f"Who confirms {_some(w, a.without_validator)}."
    if a.waivers_ending:
        ends = "ends" if len(a.waivers_ending) == 1 else "end"
        some = _some(w, a.waivers_ending)
        yield f"Whether {some} may be let through longer: the waiver {ends} before then."


def _pressed(w: Words) -> Iterator[str]:
    """Whom to press: what sets the date waits on somebody."""
    first = next((key for key in w.a.chain if not w.a.is_aside(key)), None)
    item = w.plan.item.get(first or "")
    if item is not None and w.a.standing[item.key] is Status.BLOCKED and w.blocker(item) is not None:
        yield f"Who gets {w.key(item)} moving, which sets the date: it {act(w, item)}."


def _some(w: Words, keys: Sequence[str]) -> str:
    return listed(keys, MOST_NAMES, w.key)

"""What does the channel's own view say: the verdict, what sets the date, what blocks, and who is asked?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.domain.answers.firstscreen import act, chain, state, verdict
from bot.domain.answers.overview import cost
from bot.domain.plan import Blocker, Item, Plan
from bot.domain.readiness import Assessment
from bot.domain.schedule import CLOSED
from bot.domain.wording import Answer, Words, cut, listed, sections

MOST_BLOCKERS = 5
MOST_ASKED = 4  # who have to confirm; of those who have to do something there are five
WIDTH = 32  # a phone in one hand


def board(plan: Plan, a: Assessment) -> Answer:
    """The words that stand until they are no longer true; nothing in them changes by the hour."""
    w = Words(a, WIDTH)
    return Answer(
        f"{w.project()}: {state(a)}",
        sections(
            (None, [verdict(w)]),
            ("Sets the date", [] if a.live else [chain(w, 1)]),
            ("Blockers", _blockers(w)),
            ("Asked now", _asked(w)),
        ),
    )


def _blockers(w: Words) -> Iterator[str]:
    """Those that cost most, and how many more there are."""
    a = w.a
    holding = [b for b in w.plan.blockers if b.open and a.standing.get(b.item or "") not in CLOSED]
    holding.sort(key=lambda b: cost(a, b))
    for blocker in holding[:MOST_BLOCKERS]:
        yield _blocker(w, blocker)
    if len(holding) > MOST_BLOCKERS:
        yield f"and {len(holding) - MOST_BLOCKERS:,} more"


def _blocker(w: Words, blocker: Blocker) -> str:
    on = f" {w.key(blocker.item)}" if blocker.item else ""
    waits = (
        f"waits on {cut(blocker.waiting_on, 60)}" if blocker.waiting_on else "nobody says on whom it waits"
    )
    since = f"since {w.short(blocker.raised)}"
    return (
        f"{blocker.id}{on}: {cut(blocker.text, 100)}; {waits}, {since}, {_clear(w, blocker.expected_clear)}"
    )


def _clear(w: Words, clear: date | None) -> str:
    if clear is None:
        return "no clear date"
    return f"should have cleared {w.day(clear)}" if clear < w.a.today else f"clears {w.day(clear)}"


def _asked(w: Words) -> Iterator[str]:
    """Who has to do what next, and who has to confirm what is done."""
    a = w.a
    by_owner: dict[str, list[Item]] = {}
    for item in a.do_next:
        by_owner.setdefault(w.owner(item), []).append(item)
    for owner, (first, *rest) in by_owner.items():
        also = f"; also {listed(rest, 3, w.key)}" if rest else ""
        yield f"{owner[:1].upper()}{owner[1:]}: {w.named(first)}, {act(w, first)}{also}"
    confirming: dict[str, list[str]] = {}
    for key in a.done_unvalidated:
        confirming.setdefault(w.person(a.plan.item[key].validator), []).append(w.key(key))
    for who, keys in list(confirming.items())[:MOST_ASKED]:
        yield f"{who[:1].upper()}{who[1:]}: to confirm {listed(keys, 3, str)}"
    if len(confirming) > MOST_ASKED:
        yield f"and {len(confirming) - MOST_ASKED:,} more people to confirm what is done"

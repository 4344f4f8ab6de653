"""What does the channel's own view say: the verdict, what sets the date, what blocks, and who is asked?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.domain.answers.firstscreen import act, chain, state, verdict
from bot.domain.answers.overview import cost
from bot.domain.plan import Blocker, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.schedule import CLOSED
from bot.domain.wording import Answer, Words, count, cut, sections

MOST_BLOCKERS = 5
MOST_ASKED = 6
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
    a, found = w.a, 0
    for item in a.do_next:
        found += 1
        yield f"{w.owner(item)}: {w.named(item)}, {act(w, item)}"
    done = [a.plan.item[key] for key in a.done_unvalidated if a.standing[key] is Status.DONE]
    for item in done[: max(0, MOST_ASKED - found)]:
        yield f"{w.person(item.validator)}: to confirm {w.named(item)}"
    if len(done) > MOST_ASKED - found:
        yield f"{count(len(done) - max(0, MOST_ASKED - found), 'more gate')} to confirm"

"""Where does a project stand, and what must happen before go-live, line by line?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from bot.domain.answers.firstscreen import act, chain, first_screen, title, verdict
from bot.domain.plan import Blocker, Item, Plan, Status
from bot.domain.readiness import Assessment, Contradiction, hypercare
from bot.domain.schedule import CLOSED
from bot.domain.states import WORDS
from bot.domain.wording import Answer, Words, count, cut, listed, sections

MOST_CARRYING = 5


def before(plan: Plan, a: Assessment, as_of: datetime, *, whole: bool = False) -> Answer:
    """What must happen before go-live: the first screen, or all there is to say."""
    if not whole:
        return first_screen(a, as_of)
    w = Words(a)
    unlinked = (plan.item[key] for key in a.unlinked)
    return Answer(
        title(w, as_of),
        sections(
            (None, [verdict(w)]),
            ("Sets the date", [] if a.live else [chain(w)]),
            *_by_area(w),
            ("Planned before go-live, but no gates", map(w.line, _other_work(a))),
            ("Closed gates", (w.closed(i) for i in a.all_gates if a.standing[i.key] in CLOSED)),
            ("Gates no arrow links to go-live; they count all the same", map(w.named, unlinked)),
            ("Contradictions", (contradiction(w, found) for found in a.contradictions)),
            ("Resting on belief", map(w.belief_in_full, a.resting)),
            ("Who carries most", _carrying(w)),
            ("After go-live", _after(a)),
        ),
    )


def standing(plan: Plan, a: Assessment, as_of: datetime) -> Answer:
    """Where the project stands, in a few lines."""
    w = Words(a, 40)
    first = a.do_next[:1]
    late = sum(a.late(gate) for gate in a.open_gates)
    open_blockers = [b for b in plan.blockers if b.open]
    oldest = min(open_blockers, key=lambda b: (b.raised, b.id), default=None)
    return Answer(
        title(w, as_of),
        sections(
            (None, [verdict(w)]),
            ("Sets the date", [] if a.live else [chain(w)]),
            ("First", (f"{w.named(i)}: {w.owner(i)}, {act(w, i)}" for i in first)),
            (
                "Blockers",
                [f"{len(open_blockers):,} open, the oldest {oldest.id}, {w.waits(oldest)}"] if oldest else [],
            ),
            ("Late", [f"{count(late, 'open gate')} past the due date"] if late else []),
        ),
    )


def gates_in_order(plan: Plan, a: Assessment, as_of: datetime) -> Answer:
    """Every open gate, in the order they can happen."""
    w = Words(a)
    lines = [f"{number}. {w.line(gate)}" for number, gate in enumerate(a.open_gates, 1)]
    return Answer(
        f"{w.project()}: {count(len(lines), 'open gate')} in order, as of {w.moment(as_of)}",
        sections((None, lines or ["No gate is open."])),
    )


def blockers(plan: Plan, a: Assessment, as_of: datetime) -> Answer:
    """Every open blocker, the one that costs most first."""
    w = Words(a)
    found = sorted((b for b in plan.blockers if b.open), key=lambda b: cost(a, b))
    idle = [b for b in found if a.standing.get(b.item or "") in CLOSED]
    holding = [b for b in found if b not in idle]
    return Answer(
        f"{w.project()}: {count(len(found), 'open blocker')}, as of {w.moment(as_of)}",
        sections(
            (None, [w.blocker_line(b) for b in holding] or ["Nothing is blocked."]),
            ("On closed items, holding nothing up", map(w.blocker_line, idle)),
        ),
    )


def waiting_on(plan: Plan, a: Assessment, as_of: datetime) -> Answer:
    """Who has to act: others on whom open blockers wait, and who has to confirm what is done."""
    w = Words(a)
    parties = _grouped(
        (
            " ".join((b.waiting_on or "").split()),
            f"{w.key(b.item or 'the project')} ({b.id}, {w.age(b.raised)})",
        )
        for b in sorted((b for b in plan.blockers if b.open), key=lambda b: cost(a, b))
    )
    unsaid = parties.pop("", [])
    confirming = _grouped((w.person(gate.validator), w.key(gate)) for gate in _done(a))
    nobody = [f"Nobody says on whom: {', '.join(unsaid)}"] if unsaid else []
    told = [f"{cut(party, 80)}: {', '.join(what)}" for party, what in parties.items()]
    return Answer(
        f"{w.project()}: who is waited for, as of {w.moment(as_of)}",
        sections(
            (None, [*told, *nobody] or ["No blocker is open."]),
            ("To confirm what is done", (f"{who}: {', '.join(what)}" for who, what in confirming.items())),
        ),
    )


def contradiction(w: Words, found: Contradiction, name: Callable[[Item], str] | None = None) -> str:
    """One contradiction as a sentence."""
    item, *needs = (w.plan.item[key] for key in found.keys)
    name = name or w.key
    key, stands = name(item), WORDS[w.a.standing[item.key]]
    if found.kind == "open_blocker_not_blocked":
        ids = listed(w.plan.open_blockers[item.key], 2, lambda b: b.id)
        return f"{key} has an open blocker ({ids}), but is not marked blocked ({stands})"
    if found.kind == "owner_is_validator":
        return f"{key} would be confirmed by its own owner, {w.person(item.owner)}"
    need = needs[0]
    if found.kind == "done_before_dependency":
        claim = "validated" if w.a.standing[item.key] is Status.VALIDATED else "done"
        return f"{key} is {claim}, but {name(need)}, which it needs, is not ({WORDS[w.a.standing[need.key]]})"
    dates = [w.short(i.due) for i in (item, need) if i.due]
    return f"{key} is due {dates[0]}, before {name(need)}, which it needs, on {dates[1]}"


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """What belongs to each, whatever its capitals; in order of appearance."""
    spelt: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for name, what in pairs:
        found.setdefault(spelt.setdefault(name.casefold(), name), []).append(what)
    return found


def cost(a: Assessment, blocker: Blocker) -> tuple[bool, int, bool, Any, str]:
    """Least slack first, then go-live itself, then the oldest."""
    timing = a.timing.get(blocker.item or "")
    known = timing is not None and timing.slack is not None
    slack = timing.slack if timing is not None and timing.slack is not None else 0
    return not (known or a.before_or_go_live(blocker.item)), slack, not known, blocker.raised, blocker.id


def _done(a: Assessment) -> list[Item]:
    return [a.plan.item[key] for key in a.done_unvalidated]


def _by_area(w: Words) -> Iterator[tuple[str, list[str]]]:
    """The open gates in work order, under their areas, numbered through."""
    areas: dict[str, list[str]] = {}
    for number, gate in enumerate(w.a.open_gates, 1):
        areas.setdefault(gate.area or "no area", []).append(f"{number}. {w.line(gate)}")
    for area, lines in areas.items():
        yield f"Gates, {cut(area, 60)}", lines


def _other_work(a: Assessment) -> Sequence[Item]:
    """Open items that are neither gates nor part of what comes after go-live."""
    if a.live:
        return ()
    others = (i for i in a.plan.items if i.key in a.timing and not i.gate and i is not a.go_live)
    return a.in_order(i for i in others if not hypercare(i) and i.key not in a.after_go_live)


def _carrying(w: Words) -> Iterator[str]:
    """Who owns, and who must confirm, most of the open gates: single points of failure."""
    a, critical = w.a, set(w.a.critical)
    loads: dict[str, list[int]] = {}
    for gate in a.open_gates:
        if gate.owner:
            load = loads.setdefault(gate.owner, [0, 0, 0])
            load[0] += 1
            load[2] += gate.key in critical
        if gate.validator:
            loads.setdefault(gate.validator, [0, 0, 0])[1] += 1
    at_once = dict(a.overloaded)
    most = sorted(loads.items(), key=lambda load: (-load[1][0] - load[1][1], load[0]))
    for who, (owns, confirms, tight) in most[:MOST_CARRYING]:
        together = f"; up to {at_once[who]} at once, which is not modelled" if who in at_once else ""
        yield f"{w.person(who)}: owns {owns:,}, {tight:,} of them critical; confirms {confirms:,}{together}"


def _after(a: Assessment) -> list[str]:
    """One line: hypercare is not before go-live."""
    later = [i for i in a.plan.items if i.key in a.timing and (hypercare(i) or i.key in a.after_go_live)]
    return [f"{count(len(later), 'open item')}, not listed here"] if later else []

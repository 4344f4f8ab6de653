"""What must happen before go-live, on the one screen that is read in 20 seconds?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.plan import Item, Status
from bot.domain.readiness import Assessment
from bot.domain.wording import Answer, Words, count, listed, sections

MOST_LINES = 12
MOST_CHARACTERS = 950
MOST_IN_CHAIN = 8
# How wide names may be, how long lists, and how many things to do next: the first that fits is taken. Names
# that can be read are worth more than a fourth and fifth thing to do, which are one press away.
_FITS = (
    *((36, 3, 5), (28, 3, 5), (24, 2, 5), (20, 2, 5), (24, 2, 4), (20, 2, 4), (24, 2, 3), (20, 2, 3)),
    *((22, 1, 3), (20, 1, 3), (17, 1, 3), (14, 1, 3), (11, 0, 3), (8, 0, 2)),
)


def first_screen(a: Assessment, as_of: datetime) -> Answer:
    """At most 12 lines and about 900 characters, however large the project and however long its names."""
    for width, names, most in _FITS:
        screen = _Screen(Words(a, width), names, most).answer(as_of)
        if len(screen.lines) <= MOST_LINES and len(screen.text) <= MOST_CHARACTERS:
            break
    return screen


def title(w: Words, as_of: datetime) -> str:
    a = w.a
    if a.live:
        verdict = f"live, with {count(a.counts.open, 'gate')} still open" if a.counts.open else "live"
    elif not a.counts.total:
        verdict = "no gates yet"
    else:
        verdict = "READY" if a.ready else "NOT ready"
    return f"{w.project()}: {verdict}, as of {w.moment(as_of)}"


def verdict(w: Words) -> str:
    """How many gates are open, and when go-live can be."""
    a, gates = w.a, w.a.counts
    if not gates.total:
        said = "No item is a gate yet, so nothing says what must be true before go-live."
    elif not gates.open:
        said = f"All {gates.total:,} gates are closed." if gates.total > 1 else "The only gate is closed."
    else:
        kinds = [(gates.blocked, "blocked"), (gates.done_unvalidated, "done but unconfirmed")]
        detail = ", ".join(f"{number:,} {kind}" for number, kind in kinds if number)
        said = f"{gates.open:,} of {count(gates.total, 'gate')} open{f' ({detail})' if detail else ''}."
    if gates.total and a.waived:
        said = f"{said[:-1]}{let_through(w)}."
    if a.go_live is not None and a.live:
        return f"{said} {w.title(a.go_live)}: {w.closing(a.go_live)}."
    return f"{said} {forecast(w)}."


def let_through(w: Words) -> str:
    """How many of the gates are closed only by a waiver, and until when."""
    waived = w.a.waived
    ends = [i.waived.until for i in waived if i.waived and i.waived.until]
    if not ends:
        return f", {len(waived):,} waived"
    first = "" if ends[0] == ends[-1] and len(ends) == len(waived) else "the first "
    return f", {len(waived):,} waived {first}until {w.day(ends[0])}"


def forecast(w: Words) -> str:
    a, target = w.a, w.plan.project.target_go_live
    said = f"Forecast {'no earlier than ' if a.unknown_clear else ''}{w.day(a.forecast)}"
    if target is None or a.gap is None:
        return f"{said}; no target date is set"
    if not a.gap:
        return f"{said}, on target"
    side = "after" if a.gap > 0 else "before"
    return f"{said}, {count(abs(a.gap), 'working day')} {side} {w.day(target)}"


def chain(w: Words, names: int = 3) -> str:
    """The driving chain in one line, from the first thing somebody can act on."""
    a = w.a
    if not a.chain:
        return _unchained(w)
    first = f"{w.key(a.chain[0])} ({_held(w, w.plan.item[a.chain[0]])})"
    rest = a.chain[1:]
    most = MOST_IN_CHAIN - 1
    if len(rest) <= most:
        shown = [first, *(_link(w, key) for key in rest)]
    else:
        ends = [_link(w, key) for key in (*rest[: most // 2], *rest[-(most // 2) :])]
        ends.insert(most // 2, f"{len(rest) - most + 1:,} more")
        shown = [first, *ends]
    ties = [other for others in a.ties.values() for other in others]
    tied = f"; ties: {listed(ties, names, w.key) if names else len(ties)}" if ties else ""
    return f"{' > '.join(shown)}{tied}"


def _link(w: Words, key: str) -> str:
    said = [off(w, key), "stale" if w.a.stale(key) else ""]
    detail = ", ".join(filter(None, said))
    return w.key(key) + (f" ({detail})" if detail else "")


def off(w: Words, key: str) -> str:
    """Whose days away an item of the driving chain has to wait for."""
    gaps = w.a.kept_from(key)
    who = w.a.doer(w.plan.item[key])
    return (
        f"{w.person(who)} away {', '.join(w.brief(gap.start, gap.end) for gap in gaps[:2])}" if gaps else ""
    )


def _unchained(w: Words) -> str:
    """Nothing but go-live's own state sets the date."""
    live = w.a.go_live
    blocker = w.a.held_by(live.key) if live else None
    if live and blocker:
        return f"go-live itself, {w.waits(blocker, 'blocked,')}{', stale' if w.a.stale(live.key) else ''}"
    if live and w.a.calendar.next(w.a.today) < w.a.forecast:
        return f"go-live itself: {w.person(w.a.doer(live))} is away until then"
    return "nothing, go-live can start then"


def _held(w: Words, item: Item) -> str:
    """What the first item of the chain waits for."""
    a, status = w.a, w.a.standing[item.key]
    stale = ", stale" if a.stale(item.key) else ""
    blocker = w.blocker(item)
    if blocker is not None and (status is not Status.DONE or blocker is a.held_by(item.key)):
        return f"{w.waits(blocker, 'blocked,')}{stale}"
    if a.timing[item.key].start > a.calendar.next(a.today):
        return f"{w.person(a.doer(item))} is back {w.day(a.timing[item.key].start)}{stale}"
    said = "can start now" if status is Status.TODO else w.state(item)
    return said + stale


class _Screen:
    """The lines of the first screen, at one width."""

    def __init__(self, words: Words, names: int, most: int):
        self.w, self.a, self.plan = words, words.a, words.plan
        self.names, self.most = names, most
        self.roomy = words.width > 20

    def answer(self, as_of: datetime) -> Answer:
        return Answer(
            title(self.w, as_of),
            sections(
                (None, [verdict(self.w)]),
                ("Sets the date", [] if self.a.live else [chain(self.w, self.names)]),
                ("Do next", self._do_next()),
                ("Nobody has it", _line(self._nobody(), ", ")),
                ("Unproven", _line(self._claimed(), "; ")),
                ("On belief", _line(self._beliefs(), "; ")),
                ("Not certain", _line(self._uncertain(), ". ")),
            ),
        )

    def _keys(self, keys: Sequence[str]) -> str:
        return f" ({listed(keys, self.names, self.w.key)})" if self.names else ""

    def _do_next(self) -> Iterator[str]:
        for number, item in enumerate(self.a.do_next[: self.most], 1):
            said = f"{self.w.owner(item)}, {act(self.w, item)}, {self.w.slack(item)}"
            yield f"{number}. {self.w.title(item)}: {said}"

    def _nobody(self) -> Iterator[str]:
        lacking = {"owner": self.a.unowned, "date": self.a.undated, "validator": self.a.without_validator}
        for what, keys in lacking.items():
            if keys:
                yield f"{len(keys):,} no {what}{self._keys(keys)}"

    def _claimed(self) -> Iterator[str]:
        done = [self.plan.item[key] for key in self.a.done_unvalidated]
        if done:
            bare = sum(not item.evidence for item in done)
            days = [item.done_on for item in done if item.done_on]
            detail = [f"{bare:,} without evidence"] if bare else []
            detail += [f"oldest {self.w.age(min(days))}"] if days else []
            work = Counter(item.validator for item in done).most_common()
            ask = listed(work, max(1, self.names), lambda load: self.w.person(load[0]))
            yield f"{', '.join([f'{len(done):,} done', *detail])}; ask {ask}"
        bare_keys = self.a.validated_without_evidence
        if bare_keys:
            yield f"{len(bare_keys):,} validated without evidence{self._keys(bare_keys)}"

    def _beliefs(self) -> Iterator[str]:
        resting = self.a.resting
        told = [self.w.belief(assumption) for assumption in resting[: self.names]]
        if resting:
            yield f"{len(resting):,} unverified{', ' if told else ''}{', '.join(told)}"

    def _uncertain(self) -> Iterator[str]:
        yield from assumed(self.w)
        unknown = len(self.a.unknown_clear)
        if unknown:
            yield f"Unknown: when {count(unknown, 'blocker')} clear{'s' if unknown == 1 else ''}"
        yield from self._flagged(self.a.unexplained, "gate", " blocked by nothing recorded")
        if self.a.go_live is None:
            yield "No go-live item is named"
        yield from self._flagged(self.a.unlinked, "unlinked gate")
        if self.a.contradictions:
            yield count(len(self.a.contradictions), "contradiction")
        yield from self._flagged(self.a.waivers_ending, "waiver", " ending before then")
        if self.a.overloaded and self.roomy:
            who, most = self.a.overloaded[0]
            yield f"Not modelled: {self.w.person(who)} has {most:,} gates at once"

    def _flagged(self, keys: Sequence[str], thing: str, what: str = "") -> Iterator[str]:
        if keys:
            yield f"{count(len(keys), thing)}{what}{self._keys(keys)}"


def _line(parts: Iterator[str], joint: str) -> list[str]:
    """The parts as one line, if there are any."""
    line = joint.join(parts)
    return [line] if line else []


def assumed(w: Words) -> Iterator[str]:
    """On whose word the driving chain starts when it does."""
    first = w.a.chain[0] if w.a.chain else w.plan.project.go_live_item or ""
    blocker = w.a.held_by(first)
    if blocker is not None and blocker.expected_clear is not None:
        said = w.a.said(blocker)
        who = w.user(blocker.raised_by) or (w.person(blocker.owner) if blocker.owner else "")
        by = ", ".join(filter(None, [who, w.short(said), "stale" if w.a.old(said) else ""]))
        yield f"Assumes {w.key(first)} clears {w.day(blocker.expected_clear)} ({by})"


def act(w: Words, item: Item) -> str:
    """What the next act on a gate waits for."""
    a = w.a
    blocker = w.blocker(item)
    if a.standing[item.key] is Status.BLOCKED:
        return w.waits(blocker) if blocker else w.state(item)
    late = f"late since {w.day(item.due)}" if item.due and a.late(item) else ""
    if a.startable(item):
        return late or ("under way" if a.standing[item.key] is Status.DOING else "can start now")
    waiting = next((key for key in item.depends_on if key in a.timing), None)
    return f"{late}, waits for {w.key(waiting)}" if waiting else f"{late}, {w.state(item)}"

"""What does the plan look like as a timeline, short enough to be read on a phone?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.domain.forecasting import Spread
from bot.domain.pictures import facts
from bot.domain.pictures.values import Bar, Mark, Part, Picture, Timeline, told
from bot.domain.plan import Item, Status
from bot.domain.readiness import Assessment, hypercare
from bot.domain.wording import Words, count, cut, listed

MOST_BARS = 13  # taller than that, Slack makes a picture too small to read
MOST_DRIVING = 8
LEAST_BESIDES = 3
CHAIN, BESIDES, LATER = "Sets the date", "Besides", "After go-live"


def timeline(a: Assessment, spread: Spread | None, why_not: str | None) -> Picture:
    """The driving chain item by item, then the rest: each item where there is room, else each area."""
    w = facts.words(a)
    parts = tuple(_parts(w))
    later = _later(a)
    foot = [facts.range_said(w, spread, why_not if not a.live else None)]
    if later and not a.live:
        foot.append(f"After go-live: {count(len(later), 'item')}, not drawn.")
    figure = Timeline(
        title=f"{w.project()}: {'after go-live' if a.live else 'the way to go-live'}",
        lead=facts.lead(w),
        parts=parts,
        lines=tuple(facts.lines(w, spread)),
        foot=" ".join(filter(None, foot)),
    )
    return told(f"{a.plan.project.key}-timeline", figure, _facts(w, figure))


def _parts(w: Words) -> Iterator[Part]:
    a = w.a
    if a.live:
        bars, more = _besides(w, _later(a), MOST_BARS)
        yield Part(heading=LATER, bars=bars, more=more)
        return
    chain = [a.plan.item[key] for key in a.chain]
    driving = [*_driving(w, chain), _goal(w)]
    yield Part(heading=CHAIN, bars=tuple(driving), more=_ties(w))
    besides = _before(a, {item.key for item in chain})
    if besides:
        bars, more = _besides(w, besides, max(LEAST_BESIDES, MOST_BARS - len(driving)))
        yield Part(heading=BESIDES, bars=bars, more=more)


def _ties(w: Words) -> str:
    """What sets the date just as much, and is not on the chain that is drawn."""
    ties = [other for others in w.a.ties.values() for other in others]
    return f"ties: {listed(ties, 3, lambda key: w.title(w.plan.item[key]))}" if ties else ""


def _before(a: Assessment, drawn: set[str]) -> list[Item]:
    """Open items before go-live, in work order, but for those drawn already."""
    left = (i for i in a.plan.items if i.key in a.timing and i.key not in drawn and i is not a.go_live)
    return list(a.in_order(i for i in left if not hypercare(i) and i.key not in a.after_go_live))


def _later(a: Assessment) -> list[Item]:
    """Open items that come after go-live; once it is live, whatever is open."""
    left = (i for i in a.plan.items if i.key in a.timing and i is not a.go_live)
    return list(a.in_order(i for i in left if a.live or hypercare(i) or i.key in a.after_go_live))


def _driving(w: Words, chain: Sequence[Item]) -> list[Bar]:
    bars = [_bar(w, item, driving=True) for item in chain]
    if len(bars) <= MOST_DRIVING:
        return bars
    head, tail = MOST_DRIVING // 2, MOST_DRIVING - MOST_DRIVING // 2 - 1
    hidden = chain[head : len(chain) - tail]
    folded = _several(w, f"{len(hidden):,} more of the chain", hidden, driving=True)
    return [*bars[:head], folded, *bars[-tail:]]


def _besides(w: Words, items: Sequence[Item], room: int) -> tuple[tuple[Bar, ...], str]:
    """Each item while there is room; then the areas with least slack first, and the rest in words."""
    if len(items) <= room:
        return tuple(_bar(w, item) for item in items), ""
    areas: dict[str, list[Item]] = {}
    for item in items:
        areas.setdefault(" ".join((item.area or "no area").split()), []).append(item)
    order = sorted(areas, key=lambda area: (_slack(w.a, areas[area]), -len(areas[area]), area))
    bars = [
        _bar(w, areas[area][0]) if len(areas[area]) == 1 else _several(w, cut(area, 40), areas[area])
        for area in order[:room]
    ]
    hidden = [item for area in order[room:] for item in areas[area]]
    if not hidden:
        return tuple(bars), ""
    last = max(w.a.timing[item.key].finish for item in hidden)
    left = len(order) - room
    return tuple(bars), f"and {count(len(hidden), 'more item')} in {count(left, 'area')}, to {w.day(last)}"


def _slack(a: Assessment, items: Iterable[Item]) -> int:
    found = (a.timing[item.key].slack for item in items)
    return min((slack for slack in found if slack is not None), default=1 << 30)


def _bar(w: Words, item: Item, *, driving: bool = False) -> Bar:
    timing = w.a.timing[item.key]
    held = w.a.held_by(item.key)
    return Bar(
        title=facts.title(item),
        note=facts.note(w, item),
        start=timing.start,
        finish=timing.finish,
        mark=facts.mark(w.a, item),
        driving=driving,
        waits=w.a.today if held is not None and timing.start > w.a.today else None,
    )


def _several(w: Words, title: str, items: Sequence[Item], *, driving: bool = False) -> Bar:
    timings = [w.a.timing[item.key] for item in items]
    standing = [w.a.standing[item.key] for item in items]
    kinds = [
        (standing.count(Status.BLOCKED), "blocked"),
        (sum(w.a.late(item) for item in items), "late"),
        (standing.count(Status.DONE), "to confirm"),
    ]
    told = ", ".join(f"{number:,} {kind}" for number, kind in kinds if number)
    return Bar(
        title=title,
        note=f"{count(len(items), 'item')}{f', {told}' if told else ''}",
        start=min(timing.start for timing in timings),
        finish=max(timing.finish for timing in timings),
        mark=Mark.SEVERAL,
        driving=driving,
    )


def _goal(w: Words) -> Bar:
    live = w.a.go_live
    name = facts.title(live) if live is not None else "Go-live"
    unsure = "no earlier than " if w.a.unknown_clear else ""
    day = w.a.forecast
    return Bar(
        title=name,
        note=f"{unsure}{w.day(day)}",
        start=day,
        finish=day,
        mark=Mark.GOAL,
        driving=True,
    )


def _facts(w: Words, figure: Timeline) -> list[str]:
    """The picture in words: verdict and days first, then every bar."""
    said = [f"Timeline. {figure.title}.", figure.lead]
    days = [line.words for line in figure.lines]
    said.append(f"Marked: {', '.join(days)}.")
    for part in figure.parts:
        if not part.bars:
            said.append("Nothing is left to do.")
            continue
        bars = [f"{_told(w, bar)};" for bar in part.bars]
        said += [f"{part.heading}: {bars[0]}", *bars[1:]]
        if part.more:
            said.append(f"{part.more[:1].upper()}{part.more[1:]}.")
    return [*said, *filter(None, [figure.foot])]


def _told(w: Words, bar: Bar) -> str:
    span = "" if bar.mark is Mark.GOAL else f", {w.span(bar.start, bar.finish)}"
    return f"{bar.title} ({bar.note}{span})"

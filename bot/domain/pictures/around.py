"""What is left around one item: what does it need, and what waits for it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from bot.domain.pictures import facts
from bot.domain.pictures.values import Around, Arrow, Box, Mark, Picture, told
from bot.domain.plan import Item
from bot.domain.readiness import Assessment, arrows
from bot.domain.wording import Words, count

MOST_IN_ROW = 3
MOST_ROWS = 3  # on either side
REACH = 2  # arrows from the item


def around(a: Assessment, item: Item) -> Picture:
    """The item in the middle, what it needs above, what waits for it below; both a few arrows far."""
    w = facts.words(a)
    needs = _open_needs(a)
    feeds = _turned(needs)
    up, down = _levels(item.key, needs), _levels(item.key, feeds)
    rows = _rows_of(up, down, a.plan.project.go_live_item)
    shown = _shown(a, rows, item)
    driving = _driving(a)
    more = _more(rows, shown)
    beyond = (
        len(_reached(item.key, needs)) - sum(row < 0 for row in rows.values()),
        len(_reached(item.key, feeds)) - sum(row > 0 for row in rows.values()),
    )
    figure = Around(
        title=f"{w.project()}: around {facts.title(item)}",
        lead=_lead(w, item),
        boxes=tuple(_box(w, a.plan.item[key], row, driving) for key, row in shown.items()),
        arrows=tuple(_arrows(needs, shown, driving)),
        more=more,
        above=f"{count(beyond[0], 'more item')} behind these" if beyond[0] else "",
        below=f"{count(beyond[1], 'more item')} after these" if beyond[1] else "",
        foot=_closed_needs(a, item),
    )
    return told(f"{a.plan.project.key}-around-{item.key}", figure, _facts(w, figure, item))


def _open_needs(a: Assessment) -> dict[str, tuple[str, ...]]:
    """What each open item waits for that is still open. Closed items pass no wait on."""
    found = arrows(a.plan)
    return {
        key: tuple(n for n in dict.fromkeys(found[key]) if n in a.timing) for key in found if key in a.timing
    }


def _turned(needs: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, given in needs.items():
        for need in given:
            found.setdefault(need, []).append(key)
    return {key: tuple(keys) for key, keys in found.items()}


def _near(start: str, nexts: Mapping[str, Sequence[str]]) -> set[str]:
    """What can be reached in a few arrows."""
    near, edge = {start}, [start]
    for _ in range(REACH):
        edge = [key for at in edge for key in nexts.get(at, ()) if key not in near]
        near.update(edge)
    return near - {start}


def _levels(start: str, nexts: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many arrows away each near thing is, on the longest way through near things."""
    near = _near(start, nexts)
    level = dict.fromkeys(near, 0)
    edge = {start}
    # There are no rings, so after as many rounds as there are things nothing moves any more.
    depth = 0
    while edge and depth <= len(near):
        depth += 1
        edge = {key for at in edge for key in nexts.get(at, ()) if key in near}
        for key in edge:
            level[key] = depth
    return level


def _rows_of(up: Mapping[str, int], down: Mapping[str, int], goal: str | None) -> dict[str, int]:
    """The row of each near thing, as far as rows are drawn; go-live, if it waits, is always the last."""
    rows = {key: -level for key, level in up.items() if level <= MOST_ROWS}
    rows |= {key: level for key, level in down.items() if level <= MOST_ROWS and key != goal}
    if goal is not None and goal in down:
        rows[goal] = max([0, *rows.values()]) + 1
    return rows


def _reached(start: str, nexts: Mapping[str, Sequence[str]]) -> set[str]:
    found, stack = set[str](), [start]
    while stack:
        for key in nexts.get(stack.pop(), ()):
            if key not in found:
                found.add(key)
                stack.append(key)
    return found


def _shown(a: Assessment, rows: Mapping[str, int], item: Item) -> dict[str, int]:
    """The few of each row that matter most: on the driving chain, then with least slack, then by key."""
    chain = {*a.chain, a.plan.project.go_live_item}

    def rank(key: str) -> tuple[bool, int, str]:
        slack = a.timing[key].slack
        return key not in chain, 1 << 30 if slack is None else slack, key

    found: dict[str, int] = {item.key: 0}
    for row in sorted(set(rows.values())):
        there = sorted((key for key, at in rows.items() if at == row), key=rank)
        found |= dict.fromkeys(there[:MOST_IN_ROW], row)
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _more(rows: Mapping[str, int], shown: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    hidden: dict[int, int] = {}
    for key, row in rows.items():
        if key not in shown:
            hidden[row] = hidden.get(row, 0) + 1
    return tuple(sorted(hidden.items()))


def _driving(a: Assessment) -> dict[str, str]:
    """The arrows of the driving chain: each item, and what comes after it."""
    chain = [*a.chain, *([a.go_live.key] if a.go_live is not None and not a.live else [])]
    return dict(pairwise(chain))


def _box(w: Words, item: Item, row: int, driving: Mapping[str, str]) -> Box:
    on_chain = item.key in driving or item.key in driving.values()
    goal = item is w.a.go_live and item.key in w.a.timing
    note = (
        f"{'no earlier than ' if w.a.unknown_clear else ''}{w.day(w.a.forecast)}"
        if goal
        else facts.note(w, item)
    )
    return Box(
        key=item.key,
        title=facts.title(item),
        note=note,
        mark=Mark.GOAL if goal else facts.mark(w.a, item),
        row=row,
        driving=on_chain,
    )


def _arrows(
    needs: Mapping[str, Sequence[str]], shown: Mapping[str, int], driving: Mapping[str, str]
) -> Iterable[Arrow]:
    """The arrows between what is shown, but for those that a way through others says already."""
    for then in shown:
        direct = [first for first in needs.get(then, ()) if first in shown]
        through = {key for first in direct for key in _reached(first, needs)}
        for first in direct:
            if first not in through or driving.get(first) == then:
                yield Arrow(first, then, driving.get(first) == then)


def _lead(w: Words, item: Item) -> str:
    a = w.a
    if item.key not in a.timing:
        return f"As of {w.day(a.today)}. It is {facts.note(w, item)}: nothing waits for it any more."
    timing = a.timing[item.key]
    slack = f", {w.slack(item)}" if w.slack(item) else ""
    when = f"earliest {w.span(timing.start, timing.finish)}{slack}"
    owner = w.owner(item)
    return f"As of {w.day(a.today)}. {owner[:1].upper()}{owner[1:]}: {facts.note(w, item)}, {when}."


def _closed_needs(a: Assessment, item: Item) -> str:
    closed = [key for key in dict.fromkeys(item.depends_on) if key in a.plan.item and key not in a.timing]
    return (
        f"{count(len(closed), 'thing')} it needs {'is' if len(closed) == 1 else 'are'} closed already."
        if closed
        else ""
    )


def _facts(w: Words, figure: Around, item: Item) -> list[str]:
    # With its key: the arrows, told by keys, could not be followed else.
    named = {box.key: f"{box.title} ({box.key}, {box.note})" for box in figure.boxes}
    said = [f"What is left around {facts.title(item)}. {figure.lead}"]
    said.append(_row_said("It needs", figure, named, (row for row in _rows(figure) if row < 0)))
    said.append(_row_said("For it waits", figure, named, (row for row in _rows(figure) if row > 0)))
    said += [
        f"{arrow.first} before {arrow.then}{', driving' if arrow.driving else ''};" for arrow in figure.arrows
    ]
    said += [f"{text[:1].upper()}{text[1:]}." for text in (figure.above, figure.below) if text]
    return [*said, *filter(None, [figure.foot])]


def _rows(figure: Around) -> list[int]:
    return sorted({box.row for box in figure.boxes} | {row for row, _ in figure.more}, key=abs)


def _row_said(head: str, figure: Around, named: Mapping[str, str], rows: Iterable[int]) -> str:
    more, parts = dict(figure.more), []
    for number, row in enumerate(rows):
        names = [named[box.key] for box in figure.boxes if box.row == row]
        rest = f" and {more[row]:,} more" if row in more else ""
        parts.append(f"{'further away ' if number else ''}{', '.join(names)}{rest}")
    return f"{head}: {'; '.join(parts)}." if parts else f"{head}: nothing that is open."

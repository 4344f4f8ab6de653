"""What App Home looks like: my day, my projects, when I am left alone; a page at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain import portfolio
from bot.domain.errors import Invalid
from bot.domain.homepage import HomePage, ProjectLine, Wishes
from bot.domain.myday import Kind, Task
from bot.domain.portfolio import Row
from handlers.views import blocks as b
from handlers.views import given
from handlers.views.readiness import ASK

PLACE = "home "  # in front of what a block is about
DO = "home_do_"  # action ids: home_do_done, home_do_on_it, …
PAGE = "home_page_"  # home_page_items, …
SET = "home_set_"  # home_set_hours, …
UNDO = "home_undo"
MOST_BLOCKS = 100
# How many of each stand on the first page, and how many on a page of their own.
FIRST = {"items": 6, "confirm": 4, "promised": 5, "offered": 3, "projects": 8, "portfolio": 5}
A_PAGE = 15
LONGEST_VERDICT = 300
BEGIN = (
    "You are not part of a project yet. So you begin:",
    "Invite me to the channel of your go-live: `/invite @golive`.",
    "Start its project there: `/golive new KEY NAME`. `/golive templates` shows checklists to start from.",
    "Is there one already? Ask somebody in its channel to give you something to do, or join the channel: "
    "then it shows here.",
)
ASK_IN = (
    "You are not part of a project yet.",
    "Ask whoever brought you here to give you something to do, or to invite you to the project's channel: "
    "then it shows here.",
)
_LABELS = {
    "on_it": "On it until …",
    "done": "Done",
    "cleared": "Cleared",
    "confirm": "Validate …",
    "not_done": "Not done …",
    "is_true": "It's true …",
    "is_false": "It's false …",
    "accept": "Accept",
    "decline": "Decline",
}
_ACTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.ITEM: ("on_it", "done"),
    Kind.BLOCKER: ("on_it", "cleared"),
    Kind.BELIEF: ("is_true", "is_false", "on_it"),
    Kind.CONFIRM: ("confirm", "not_done", "on_it"),
    Kind.OFFERED: ("accept", "decline"),
}
_TITLES = {
    "items": "Do next",
    "confirm": "Validate next",
    "promised": "You are on it",
    "offered": "You are asked to take",
    "projects": "My projects",
    "portfolio": "Portfolio",
}


def home(page: HomePage) -> tuple[b.Block, str]:
    """The view, and what tells it from another: as of when it is does not make it another."""
    show = page.page.get("show")
    listed = isinstance(show, str) and show in _LISTS
    whole = _whole_list(page, str(show), page.page.get("number")) if listed else _first_page(page)
    blocks = b.fitting([*_told(page), *whole], MOST_BLOCKS - 1)
    mark = hashlib.sha256(json.dumps(blocks, sort_keys=True).encode()).hexdigest()[:32]
    now = page.as_of
    zone = "" if page.projects else f" {now:%Z}"  # of whoever is in no project we know none
    said = f"As of {now:%a} {now.day} {now:%b, %H:%M}{zone}. It changes by itself while you look at it."
    return {"type": "home", "blocks": [*blocks, b.context(said)]}, mark


def _first_page(page: HomePage) -> list[b.Block]:
    if page.closed:
        return [b.section(b.escaped(page.closed))]
    if not page.projects:
        return b.sections("Welcome", ASK_IN if page.outside else BEGIN)
    now = page.as_of
    blocks: list[b.Block] = [_header(f"My day, {now:%A} {now.day} {now:%B}")]
    for name in ("offered", "items", "confirm", "promised"):
        blocks += _part(name, _LISTS[name](page), page)
    if not (page.day.to_do or page.day.to_confirm or page.day.promised or page.day.offered):
        blocks.append(b.section("Nothing waits for you."))
    if page.day.unconfirmed:
        many = page.day.unconfirmed
        blocks.append(
            b.context(f"{many:,} of your items {'is' if many == 1 else 'are'} done and not confirmed yet.")
        )
    blocks += [{"type": "divider"}, *_part("projects", page.projects, page)]
    if page.led:
        blocks += [*_portfolio(page.led, FIRST["portfolio"]), *_more("portfolio", page.led)]
    return [*blocks, *_wishes(page.wishes)]


def _part(name: str, found: Sequence[Any], page: HomePage) -> list[b.Block]:
    """A list as far as it stands on the first page."""
    if not found:
        return []
    shown = found[: FIRST[name]]
    return [_heading(name, len(found)), *_shown(name, shown, page), *_more(name, found)]


def _more(name: str, found: Sequence[Any]) -> list[b.Block]:
    if len(found) <= FIRST[name]:
        return []
    return [b.actions(b.button(f"Show all {len(found):,}", f"{PAGE}{name}", f"{name} 1"))]


def _whole_list(page: HomePage, name: str, number: object) -> list[b.Block]:
    """A page of one list, with the way to the others and back."""
    found = _LISTS[name](page)
    pages = max(1, -(-len(found) // A_PAGE))
    number = min(max(1, number if isinstance(number, int) else 1), pages)
    shown = found[(number - 1) * A_PAGE : number * A_PAGE]
    turns = [
        b.button("◂ Earlier", f"{PAGE}earlier", f"{name} {number - 1}") if number > 1 else None,
        b.button("Later ▸", f"{PAGE}later", f"{name} {number + 1}") if number < pages else None,
        b.button("Back to my day", f"{PAGE}day", "day 1"),
    ]
    place = [b.context(f"Page {number} of {pages}.")] if pages > 1 else []
    listed = _portfolio(shown, A_PAGE) if name == "portfolio" else _shown(name, shown, page)
    head = [] if name == "portfolio" else [_heading(name, len(found))]
    return [*head, *(listed or [b.section("Nothing is left here.")]), *place, b.actions(*filter(None, turns))]


def _shown(name: str, shown: Sequence[Any], page: HomePage) -> list[b.Block]:
    if name == "projects":
        return [_project(each) for each in shown]
    several = len(page.projects) > 1
    if name == "promised":
        return [_promised(task, several=several) for task in shown]
    return [block for task in shown for block in _task(task, several=several)]


_LISTS: Mapping[str, Callable[[HomePage], Sequence[Any]]] = {
    "items": lambda page: page.day.to_do,
    "confirm": lambda page: page.day.to_confirm,
    "promised": lambda page: page.day.promised,
    "offered": lambda page: page.day.offered,
    "projects": lambda page: page.projects,
    "portfolio": lambda page: page.led,
}


# ——— one thing


def _task(task: Task, *, several: bool) -> list[b.Block]:
    elements = [_days(task) if act == "on_it" else _button(task, act) for act in _ACTS[task.kind]]
    place = f"{PLACE}{_value(task)}"
    return [b.section(_text(task, several=several)), {**b.actions(*elements), "block_id": place}]


def _promised(task: Task, *, several: bool) -> b.Block:
    act = {Kind.BLOCKER: "cleared", Kind.CONFIRM: "confirm", Kind.BELIEF: "is_true"}.get(task.kind, "done")
    return {**b.section(_text(task, several=several)), "accessory": _button(task, act)}


def _text(task: Task, *, several: bool) -> str:
    line = f"{task.project_name} · {task.line}" if several else task.line
    lines = [f"*{b.cut_escaped(task.title, 200)}* ({b.cut_escaped(task.key, 60)})", b.cut_escaped(line, 400)]
    if task.promised:
        lines.append(f"You are on it until {b.escaped(task.promised)}.")
    if task.evidence:
        lines.append(f"Evidence: {b.cut_escaped(task.evidence, 300)}")
    return "\n".join(filter(None, lines))


def _button(task: Task, act: str) -> b.Block:
    spoken = f"{_LABELS[act].rstrip(' …')}: {task.title}"
    return b.button(_LABELS[act], f"{DO}{act}", _value(task), spoken=spoken)


def _days(task: Task) -> b.Block:
    """Until when one is on it; of what, the block says, as an option has no room for two keys."""
    options = [b.option(f"{day:%a} {day.day} {day:%b}", day.isoformat()) for day in task.days]
    return {
        "type": "static_select",
        "action_id": f"{DO}on_it",
        "placeholder": b.plain(_LABELS["on_it"], 150),
        "options": options,
    }


def _value(task: Task) -> str:
    return f"{task.project} {task.kind.value} {task.key}"


def pressed(action: Mapping[str, Any]) -> tuple[str, str, Kind, str, date | None]:
    """What was pressed: the act, the project, the kind of thing, its key, and until when."""
    act, until = (given.word(action, "action_id") or "").removeprefix(DO), None
    if act == "on_it":
        until = given.day(given.chosen(action), given.BUTTON)
        value = (given.word(action, "block_id") or "").removeprefix(PLACE)
    else:
        value = given.pressed(action)
    project, kind, key = [*value.split(" ", 2), "", ""][:3]
    if act not in _LABELS or kind not in set(Kind) or act not in _ACTS[Kind(kind)] or not (project and key):
        raise Invalid(given.BUTTON)
    return act, project, Kind(kind), key, until


def turned(action: Mapping[str, Any]) -> dict[str, Any]:
    """The page that was asked for."""
    name, _, number = given.pressed(action).partition(" ")
    if name == "day":
        return {}
    if name not in _LISTS:
        raise Invalid(given.BUTTON)
    return {"show": name, "number": given.number(number, given.BUTTON)}


# ——— the rest


def _told(page: HomePage) -> list[b.Block]:
    """What came of the last press."""
    told = page.told
    if not told or not told.get("lines"):
        return []
    found = b.sections(None, [str(line) for line in told["lines"]])
    if told.get("undo") is not None and told.get("project"):
        undo = b.button("Undo", UNDO, f"{told['project']} {told['undo']}", spoken="Take this change back")
        found.append(b.actions(undo))
    return [*found, {"type": "divider"}]


def _project(line: ProjectLine) -> b.Block:
    text = f"*{b.cut_escaped(line.name, 120)}*\n{b.cut_escaped(line.verdict, LONGEST_VERDICT)}"
    spoken = f"What must happen before go-live of {line.name}"
    button = b.button("Before go-live", f"{ASK}before", f"{line.key} standing", spoken=spoken)
    return {**b.section(text), "accessory": button}


def _portfolio(rows: Sequence[Row], most: int) -> list[b.Block]:
    late = sum(row.state == "late" for row in rows)
    title = f"Portfolio, the worst first{f' ({late:,} late)' if late else ''}"
    return b.sections(title, [portfolio.line(row) for row in rows[:most]])


def _wishes(wishes: Wishes | None) -> list[b.Block]:
    if wishes is None:
        return []
    lines = [f"You work {wishes.hours}; outside of that I keep quiet."]
    lines += [wishes.quiet] if wishes.quiet else []
    lines += [f"{line[:1].upper()}{line[1:]}." for line in wishes.stand_in]
    buttons = [
        b.button("Working hours …", f"{SET}hours", "hours"),
        b.button("Speak again", f"{SET}loud", "loud")
        if wishes.is_quiet
        else b.button("Quiet until …", f"{SET}quiet", "quiet"),
        b.button("Deputy …", f"{SET}deputy", "deputy", spoken="Who acts for you while you are away"),
    ]
    return [{"type": "divider"}, *b.sections("Quiet hours and deputy", lines), b.actions(*buttons)]


def _heading(name: str, many: int) -> b.Block:
    return b.section(f"*{_TITLES[name]}* ({many:,})")


def _header(text: str) -> b.Block:
    return {"type": "header", "text": b.plain(text, 150)}

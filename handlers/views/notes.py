"""What do call notes look like on their way into a project: a form, a sheet to tick, a correction?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain import callnotes
from bot.domain.callnotes import LONGEST, Correction, Proposal
from bot.domain.errors import Invalid
from bot.domain.plan import Item, Person, Plan
from handlers.views import blocks as b
from handlers.views import given, told

FORM, SHEET, CORRECT = "notes_form", "notes_sheet", "notes_correct"
OPEN, TICK, EDIT, TURN, ITEM = "notes_open", "notes_tick", "notes_edit", "notes_turn_", "notes_item"
A_PAGE = 20
MOST_STORED = 8  # of what is stored already, named below the sheet
LONGEST_TYPED = 3000  # Slack's own limit for one field
MOST_OPTIONS = 100
LONGEST_KEY = 150
TOO_LONG = (
    f"A form takes {LONGEST_TYPED:,} characters. Post longer notes as a message, and choose “Read as call "
    "notes” in its menu."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the sheet somebody looks at, and what is ticked on all of them."""

    sheet: str
    page: int
    ticked: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What the form to paste notes into says."""

    channel: str
    project: str | None
    text: str


# The form


def form(channel: str, text: str = "", projects: Sequence[str] = ()) -> b.Block:
    """Where notes are pasted; with a choice of project where the channel does not tell which."""
    element: b.Block = {
        "type": "plain_text_input",
        "action_id": "text",
        "multiline": True,
        "max_length": LONGEST_TYPED,
        "placeholder": b.plain("Tom to send the certs by Friday\nDecided: one tenant for both sites", 150),
    }
    if text.strip():
        element["initial_value"] = text[:LONGEST_TYPED]
    hint = (
        "Nothing is recorded yet: you tick what is right first. Longer notes: post them, then use its menu."
    )
    fields = [b.field("text", "Notes of the call", element, optional=False, hint=hint)]
    if projects:
        options = [b.option(key, key) for key in projects[:MOST_OPTIONS]]
        choose = {"type": "static_select", "action_id": "project", "options": options}
        fields.insert(0, b.field("project", "Project", choose, optional=False))
    return b.modal("Call notes", "Read", FORM, json.dumps({"channel": channel}), fields)


def read_form(view: Mapping[str, Any]) -> Pasted:
    private, _ = given.private(view)
    values = given.fields(view)
    project = given.choice(values.get("project"), "selected_option", "value")
    text = given.choice(values.get("text"), "value") or ""
    return Pasted(channel=given.word(private, "channel") or "", project=project, text=text)


# The sheet


def sheet(
    plan: Plan,
    id: str,
    about: tuple[date, bool],
    proposals: Sequence[Proposal],
    edits: int,
    page: Page | None = None,
    note: str | None = None,
) -> b.Block:
    """The lines that can be ticked, a page of them; `note` says what stands in the way of recording."""
    page = page or Page(sheet=id, page=1, ticked=sure(proposals))
    new = [(n, each) for n, each in enumerate(proposals, 1) if not each.already]
    pages = max(1, -(-len(new) // A_PAGE))
    at = min(max(1, page.page), pages)
    blocks = [_said(note)] if note else []
    blocks += _heading(plan, about, new)
    for number, proposal in new[(at - 1) * A_PAGE : at * A_PAGE]:
        blocks += _row(plan, number, proposal, number in page.ticked, edits)
    blocks += _turning(at, pages)
    if at == pages:
        blocks += _stored([each for each in proposals if each.already])
    if not new:
        return _closing_with(blocks)
    private = {"sheet": id, "page": at, "ticked": list(page.ticked)}
    shown = b.modal("Call notes", "Record", SHEET, json.dumps(private), blocks)
    return shown | {"notify_on_close": True}


def sure(proposals: Iterable[Proposal]) -> tuple[int, ...]:
    """The lines ticked beforehand: those without a doubt."""
    return tuple(n for n, each in enumerate(proposals, 1) if each.sure)


def page_of(view: Mapping[str, Any]) -> Page:
    """Which page somebody looks at, with what they have ticked on it by now."""
    private, (id,) = given.private(view, "sheet")
    kept = private.get("ticked")
    ticked = {given.number(n, given.FORM) for n in kept} if isinstance(kept, list) else set()
    for block, element in given.fields(view).items():
        if block.startswith("line:") and isinstance(element.get("selected_options"), list):
            number = given.number(block.split(":")[1], given.FORM)
            ticked = ticked | {number} if element["selected_options"] else ticked - {number}
    return Page(sheet=id, page=given.number(private.get("page"), given.FORM), ticked=tuple(sorted(ticked)))


def turned(page: Page, action: Mapping[str, Any]) -> Page:
    return Page(sheet=page.sheet, page=given.number(given.pressed(action), given.BUTTON), ticked=page.ticked)


def line_of(action: Mapping[str, Any]) -> int:
    return given.number(given.pressed(action), given.BUTTON)


def _heading(plan: Plan, about: tuple[date, bool], new: Sequence[tuple[int, Proposal]]) -> list[b.Block]:
    day, dated = about
    things = {0: "nothing new", 1: "1 thing"}.get(len(new), f"{len(new)} things")
    title = f"{plan.project.name}: {things} in the notes of the call of {callnotes.day(day)}"
    how = "as the notes say" if dated else "today, as the notes name no day"
    tail = f"“By Friday” counts from that day ({how}). Tick what is right: nothing else is recorded."
    above = [b.section(f"*{b.cut_escaped(title, 500)}*")]
    return [*above, b.context(b.cut_escaped(tail, 1000))] if new else above


def _row(plan: Plan, number: int, proposal: Proposal, ticked: bool, edits: int) -> list[b.Block]:
    head = callnotes.head(proposal)
    option = b.option(head, str(number)) | {
        "description": b.plain(callnotes.detail(proposal, plan) or "-", 75)
    }
    boxes: b.Block = {"type": "checkboxes", "action_id": TICK, "options": [option]}
    if ticked:
        boxes["initial_options"] = [option]
    edit = b.button("Edit", EDIT, str(number), spoken=f"Correct line {number}")
    # Slack keeps what is ticked under a block's id, so a line that was corrected needs another one.
    row = {**b.actions(boxes, edit), "block_id": f"line:{number}:{edits}"}
    more = [text for text in (head, callnotes.detail(proposal, plan)) if len(text) > 75]
    return [row, b.context(b.cut_escaped("\n".join(more), 1900))] if more else [row]


def _turning(page: int, pages: int) -> list[b.Block]:
    if pages == 1:
        return []
    to = [("‹ Previous", page - 1), (f"Next ({page + 1} of {pages}) ›", page + 1)]
    return [b.actions(*(b.button(label, f"{TURN}{n}", str(n)) for label, n in to if 1 <= n <= pages))]


def _stored(known: Sequence[Proposal]) -> list[b.Block]:
    if not known:
        return []
    lines = [f"{each.already}: {callnotes.head(each)}" for each in known[:MOST_STORED]]
    if len(known) > MOST_STORED:
        lines.append(f"and {len(known) - MOST_STORED} more")
    return [b.context(b.cut_escaped("Stored already:\n" + "\n".join(lines), 1900))]


def _said(note: str) -> b.Block:
    return b.section(f"⚠️ {b.cut_escaped(note, 1000)}")


# A correction


def correction(plan: Plan, page: Page, number: int, proposal: Proposal, parent: str) -> b.Block:
    """The form to correct one line. It carries along what is ticked and the view that shows it."""
    private = {
        "sheet": page.sheet,
        "page": page.page,
        "ticked": list(page.ticked),
        "line": number,
        "parent": parent,
        "project": plan.project.key,
    }
    fields = [
        b.field("kind", "It is", _kinds(proposal), optional=False),
        b.field("text", "In words", _words(proposal), optional=False),
        *_items(plan, proposal),
        *_people(plan, proposal),
        b.field("day", "By when", _day(proposal), optional=True),
        b.field("waiting_on", "A blocker waits on", _waiting(proposal), optional=True),
    ]
    if proposal.doubts:
        fields.insert(0, b.context(b.cut_escaped(f"Not sure: {'; '.join(proposal.doubts)}.", 1000)))
    fields.insert(0, b.context(b.cut_escaped(f"In the notes: “{proposal.said}”", 1000)))
    return b.modal(f"Line {number}", "Keep", CORRECT, json.dumps(private), fields)


def read_correction(view: Mapping[str, Any]) -> tuple[Page, int, str, Correction]:
    """The page it belongs to with the line ticked, the line, the view to draw again, and what it says."""
    private, (id, parent) = given.private(view, "sheet", "parent")
    number = given.number(private.get("line"), given.FORM)
    kept = private.get("ticked")
    ticked = {given.number(n, given.FORM) for n in kept} if isinstance(kept, list) else set()
    values = given.fields(view)

    def said(field: str, *inner: str) -> str | None:
        return given.choice(values.get(field), *inner)

    found = Correction(
        kind=said("kind", "selected_option", "value") or "",
        text=said("text", "value") or "",
        item=said("item", "selected_option", "value"),
        owner=said("owner", "selected_option", "value"),
        user=said("user", "selected_user"),
        day=given.day(said("day", "selected_date"), given.FORM),
        waiting_on=said("waiting_on", "value"),
    )
    page = Page(
        sheet=id,
        page=given.number(private.get("page"), given.FORM),
        ticked=tuple(sorted(ticked | {number})),
    )
    return page, number, parent, found


def project_of(view: Mapping[str, Any]) -> str:
    _, (project,) = given.private(view, "project")
    return project


def options(plan: Plan, typed: str) -> list[b.Block]:
    """The items whose key or title hold what was typed."""
    wanted = typed.casefold().strip()
    found = [i for i in _choosable(plan) if wanted in i.key.casefold() or wanted in i.title.casefold()]
    return [_item_option(item) for item in found[:MOST_OPTIONS]]


def _kinds(proposal: Proposal) -> b.Block:
    names = {
        "item": "Work to be done",
        "blocker": "Blocker",
        "decision": "Decision",
        "assumption": "Assumption",
    }
    found = [b.option(name, kind) for kind, name in names.items()]
    kind = proposal.kind if proposal.kind in names else "item"
    initial = next(each for each in found if each["value"] == kind)
    return {"type": "static_select", "action_id": "kind", "options": found, "initial_option": initial}


def _words(proposal: Proposal) -> b.Block:
    longest = max(LONGEST.values())
    return {
        "type": "plain_text_input",
        "action_id": "text",
        "multiline": True,
        "max_length": longest,
        "initial_value": proposal.text[:longest],
    }


def _items(plan: Plan, proposal: Proposal) -> list[b.Block]:
    items = _choosable(plan)
    if not items:
        return []
    placeholder = b.plain("A new one, or none", 150)
    element: b.Block = {"action_id": ITEM, "placeholder": placeholder}
    if len(items) > MOST_OPTIONS:
        element |= {"type": "external_select", "min_query_length": 1}
    else:
        element |= {"type": "static_select", "options": [_item_option(item) for item in items]}
    item = plan.item.get(proposal.item or "")
    if item is not None and len(item.key) <= LONGEST_KEY:
        element["initial_option"] = _item_option(item)
    return [b.field("item", "Item it is, or is about", element, optional=True)]


def _people(plan: Plan, proposal: Proposal) -> list[b.Block]:
    people = [person for person in plan.people if len(person.key) <= LONGEST_KEY][:MOST_OPTIONS]
    fields = []
    if people:
        element: b.Block = {"type": "static_select", "action_id": "owner"}
        element |= {"options": [_person_option(person) for person in people]}
        owner = plan.person.get(proposal.owner or "")
        if owner in people and owner is not None:
            element["initial_option"] = _person_option(owner)
        fields.append(b.field("owner", "Who has it", element, optional=True))
    user: b.Block = {"type": "users_select", "action_id": "user"}
    if proposal.user:
        user["initial_user"] = proposal.user
    return [*fields, b.field("user", "Or somebody new to the project", user, optional=True)]


def _day(proposal: Proposal) -> b.Block:
    element: b.Block = {"type": "datepicker", "action_id": "day"}
    return element | ({"initial_date": proposal.day.isoformat()} if proposal.day else {})


def _waiting(proposal: Proposal) -> b.Block:
    element: b.Block = {"type": "plain_text_input", "action_id": "waiting_on", "max_length": 300}
    said = (proposal.waiting_on or "").strip()[:300]
    return element | ({"initial_value": said} if said else {})


def _choosable(plan: Plan) -> list[Item]:
    return [item for item in plan.items if len(item.key) <= LONGEST_KEY]


def _item_option(item: Item) -> b.Block:
    return b.option(f"{item.key}: {item.title}", item.key)


def _person_option(person: Person) -> b.Block:
    return b.option(person.name, person.key)


# What became of it


def working() -> b.Block:
    return _closing("Recording …", ["I post where it can be read in the channel first, for the link."])


def recorded(lines: Sequence[str]) -> b.Block:
    return _closing("Recorded", lines)


def _closing(title: str, lines: Sequence[str]) -> b.Block:
    return _closing_with(b.sections(title, lines))


def _closing_with(blocks: Sequence[b.Block]) -> b.Block:
    return {
        "type": "modal",
        "title": b.plain("Call notes", 24),
        "close": b.plain("Close", 24),
        "blocks": b.fitting(blocks, b.MOST_BLOCKS),
    }


def opener(text: str) -> b.Message:
    """A button that opens the form, where a form cannot be opened by itself."""
    return b.message(text, [*b.sections(None, [text]), b.actions(b.button("Paste notes …", OPEN, "notes"))])


def head(plan: Plan, user: str, day: str) -> b.Message:
    """Said in the channel before anything is recorded, so that what is can point to it."""
    return told.sentence(f"{_name(plan, user)} reads the notes of the call of {_day_of(day)} into golive.")


def confirmation(plan: Plan, said: Mapping[str, Any]) -> b.Message:
    """The one thing that is said of it: how much was recorded, and the way back."""
    who, day = _name(plan, said["user"]), _day_of(said["day"])
    line = f"Recorded by {who} from the notes of the call of {day}: {said['counts']}."
    shown = told.done([line], plan.project.key, said["undo"])
    if said.get("link") and not said.get("thread"):
        link = str(said["link"])
        if link.startswith(("https://", "http://")) and not any(mark in link for mark in "<>| "):
            shown["blocks"].insert(1, b.context(f"<{link}|The notes>"))
    return shown


def _name(plan: Plan, user: str) -> str:
    person = plan.by_slack.get(user)
    return person.name if person else "Somebody"


def _day_of(day: str) -> str:
    try:
        return callnotes.day(date.fromisoformat(day))
    except ValueError:
        raise Invalid(given.FORM) from None

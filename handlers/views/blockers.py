"""What is said in the thread of a blocker, and the form that corrects one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain import naming
from bot.domain.blockers import Form
from bot.domain.errors import Invalid
from bot.domain.plan import Blocker, Item, Plan
from handlers.views import blocks as b
from handlers.views import given

EDIT = "edit_blocker"
NOT_ONE = "not_a_blocker"
FORM = "blocker_form"
ITEM = "blocker_item"  # the field's action id: what it offers is asked for when there are many items
CHOOSE_ITEM = "owner_item"
MOST_OPTIONS = 100
LONGEST_FIELD = 3000
LONGEST_KEY = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it came back, and what it was opened for. `owner` is a Slack user."""

    project: str
    blocker: str
    seen: int
    channel: str
    owner: str | None
    form: Form


def recorded(plan: Plan, blocker: Blocker) -> b.Message:
    """What was understood of a message, or what has become of it since."""
    lines = _lines(plan, blocker)
    blocks = b.sections(None, lines)
    if blocker.open:
        value = f"{plan.project.key} {blocker.id}"
        blocks.append(
            b.actions(
                b.button("Edit", EDIT, value, spoken=f"Edit {blocker.id}"),
                b.button("Not a blocker", NOT_ONE, value, spoken=f"{blocker.id} is not a blocker"),
            )
        )
    return b.message("\n".join(lines), blocks)


def gone(id: str) -> b.Message:
    text = f"{id} was taken back."
    return b.message(text, b.sections(None, [text]))


def known(plan: Plan, blocker: Blocker) -> b.Message:
    text = f"That is {blocker.id} already, and still open{_on(plan, blocker)}."
    return b.message(text, b.sections(None, [text]))


def pressed(action: Mapping[str, Any]) -> tuple[str, str]:
    """The project and the blocker of a press."""
    project, _, id = given.pressed(action).rpartition(" ")
    return project, id


def form(plan: Plan, blocker: Blocker, channel: str) -> b.Block:
    """The form to correct a blocker, filled with what is known."""
    private = {
        "project": plan.project.key,
        "blocker": blocker.id,
        "seen": plan.project.revision,
        "channel": channel,
    }
    fields = [
        _text_field(blocker),
        *_item_field(plan, blocker),
        b.field("owner", "Who chases it", _owner_field(plan, blocker), optional=True),
        b.field("waiting_on", "Waiting on", _waiting_field(blocker), optional=True),
        b.field("expected_clear", "Expected to clear", _date_field(blocker), optional=True),
    ]
    return b.modal(f"Blocker {blocker.id}", "Save", FORM, json.dumps(private), fields)


def read_form(view: Mapping[str, Any]) -> Filled:
    """What the form says; the fields are those `form` made."""
    private, (project, blocker) = given.private(view, "project", "blocker")
    values = given.fields(view)

    def said(field: str, *inner: str) -> str | None:
        return given.choice(values.get(field), *inner)

    return Filled(
        project=project,
        blocker=blocker,
        seen=given.number(private.get("seen"), given.FORM),
        channel=given.word(private, "channel") or "",
        owner=said("owner", "selected_user"),
        form=Form(
            text=given.readable(said("text", "value") or "") if "text" in values else None,
            item=said("item", "selected_option", "value"),
            waiting_on=said("waiting_on", "value"),
            expected_clear=given.day(said("expected_clear", "selected_date"), given.FORM),
        ),
    )


def project_of_form(view: Mapping[str, Any]) -> tuple[str, str]:
    """The project and channel a form was opened in."""
    private, (project,) = given.private(view, "project")
    return project, given.word(private, "channel") or ""


def options(plan: Plan, typed: str) -> list[b.Block]:
    """The items whose key or title hold what was typed."""
    wanted = typed.casefold().strip()
    found = [i for i in _choosable(plan) if wanted in i.key.casefold() or wanted in i.title.casefold()]
    found.sort(key=lambda i: not i.key.casefold().startswith(wanted))
    return [_option(item) for item in found[:MOST_OPTIONS]]


def owner_asked(plan: Plan, user: str) -> b.Message:
    """The question which item somebody is to own."""
    ask = f"Which item does <@{user}> own? Choose it here, or say `/golive own KEY @person`."
    choose = _select(plan, CHOOSE_ITEM)
    blocks = [b.section(ask)]
    if choose is not None:
        blocks.append({"type": "actions", "block_id": f"owner:{user}", "elements": [choose]})
    return {"text": ask, "blocks": blocks}


def owner_of_choice(action: Mapping[str, Any]) -> str:
    """The Slack user a choice of item is about."""
    found = re.fullmatch(r"owner:([UW][A-Z0-9]{1,30})", given.word(action, "block_id") or "")
    if found is None:
        raise Invalid(given.BUTTON)
    return found[1]


def owner_set(plan: Plan, item: Item | None, blocker: Blocker | None) -> b.Message:
    """The confirmation that something has an owner."""
    if item is not None:
        text = f"{_name(plan, item.owner)} now owns `{item.key}` {item.title}."
    else:
        assert blocker is not None
        text = f"{_name(plan, blocker.owner)} now chases {blocker.id}{_on(plan, blocker)}."
    return b.message(text, b.sections(None, [text]))


def owner_unknown(user: str) -> b.Message:
    text = (
        f"I cannot make <@{user}> an owner: not a person of this workspace, or no longer active. "
        "Name somebody who is."
    )
    return {"text": text, "blocks": [b.section(text)]}


def _lines(plan: Plan, blocker: Blocker) -> list[str]:
    said = b.cut(" ".join(blocker.text.split()), 300)
    if blocker.status == "retracted":
        return [f"{blocker.id} is taken back: “{said}” is not a blocker any more.", *_freed(plan, blocker)]
    if blocker.status == "cleared":
        return [f"{blocker.id} is cleared{_on(plan, blocker)}: “{said}”.", *_freed(plan, blocker)]
    return [f"🚧 {blocker.id}{_on(plan, blocker)}: “{said}”", _waits(plan, blocker), *_unsaid(plan, blocker)]


def _waits(plan: Plan, blocker: Blocker) -> str:
    parts = [f"Waiting on {blocker.waiting_on}." if blocker.waiting_on else "On whom it waits is not said."]
    clear = blocker.expected_clear
    year = f" {clear.year}" if clear and clear.year != blocker.raised.year else ""
    parts.append(
        f"Expected to clear {clear:%a} {clear.day} {clear:%b}{year}." if clear else "No date is said."
    )
    parts.append(f"{_name(plan, blocker.owner)} chases it." if blocker.owner else "Nobody chases it yet.")
    return " ".join(parts)


def _unsaid(plan: Plan, blocker: Blocker) -> list[str]:
    if blocker.item is not None:
        return []
    near = [f"`{item.key}`" for item in naming.nearly(blocker.text, plan.items).near]
    if near:
        asked = f"Did you mean {' or '.join(near)}? Press Edit to choose it."
        return [f"Which item it holds up is not clear to me. {asked}"]
    return ["Which item it holds up is not clear to me: press Edit to choose it."]


def _freed(plan: Plan, blocker: Blocker) -> list[str]:
    item = plan.item.get(blocker.item or "")
    if item is None:
        return []
    still = [other.id for other in plan.open_blockers.get(item.key, ())]
    if still:
        return [f"`{item.key}` is still held up by {', '.join(still)}."]
    return [f"Nothing else holds `{item.key}` up."]


def _on(plan: Plan, blocker: Blocker) -> str:
    item = plan.item.get(blocker.item or "")
    return f" on `{item.key}` {item.title}" if item else ""


def _name(plan: Plan, key: str | None) -> str:
    person = plan.person.get(key or "")
    return person.name if person else key or "Nobody"


def _text_field(blocker: Blocker) -> b.Block:
    if len(blocker.text) > LONGEST_FIELD:
        said = b.cut_escaped(blocker.text, 500)
        return b.section(f"{said}\n_The text is too long for a form: edit the message itself._")
    element = {
        "type": "plain_text_input",
        "action_id": "text",
        "multiline": True,
        "max_length": LONGEST_FIELD,
        "initial_value": blocker.text,
    }
    return b.field("text", "What holds it up", element, optional=False)


def _item_field(plan: Plan, blocker: Blocker) -> list[b.Block]:
    element = item_choice(plan, ITEM, blocker.item)
    return [] if element is None else [b.field("item", "Item it holds up", element, optional=True)]


def item_choice(plan: Plan, action_id: str, key: str | None) -> b.Block | None:
    """A field to choose an item in, with this one chosen; None while there are none."""
    element, item = _select(plan, action_id), plan.item.get(key or "")
    if element is not None and item is not None and len(item.key) <= LONGEST_KEY:
        element["initial_option"] = _option(item)
    return element


def _select(plan: Plan, action_id: str) -> b.Block | None:
    """A choice of items: all of them while Slack takes as many, else offered as one types."""
    items = _choosable(plan)
    if not items:
        return None
    placeholder = b.plain("Choose an item", 150)
    if len(items) > MOST_OPTIONS:
        external = {"type": "external_select", "action_id": action_id, "min_query_length": 1}
        return {**external, "placeholder": placeholder}
    found = {"type": "static_select", "action_id": action_id, "placeholder": placeholder}
    return {**found, "options": [_option(item) for item in items]}


def _choosable(plan: Plan) -> list[Item]:
    return [item for item in plan.items if len(item.key) <= LONGEST_KEY]


def _option(item: Item) -> b.Block:
    return b.option(f"{item.key}: {item.title}", item.key)


def _owner_field(plan: Plan, blocker: Blocker) -> b.Block:
    element: b.Block = {
        "type": "users_select",
        "action_id": "owner",
        "placeholder": b.plain("Choose a person", 150),
    }
    person = plan.person.get(blocker.owner or "")
    return element | ({"initial_user": person.slack} if person and person.slack else {})


def _waiting_field(blocker: Blocker) -> b.Block:
    element: b.Block = {"type": "plain_text_input", "action_id": "waiting_on", "max_length": 300}
    said = (blocker.waiting_on or "").strip()[:300]
    return element | ({"initial_value": said} if said else {})


def _date_field(blocker: Blocker) -> b.Block:
    element: b.Block = {"type": "datepicker", "action_id": "expected_clear"}
    clear = blocker.expected_clear
    return element | ({"initial_date": clear.isoformat()} if clear else {})

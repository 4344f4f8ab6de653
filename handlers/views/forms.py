"""The forms about items: what does each ask, how does it look when somebody was faster, what came back?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.domain import editing
from bot.domain.editing import Clash
from bot.domain.errors import Invalid
from bot.domain.plan import Item, Plan
from bot.domain.suggesting import PERSON, ROLE, Candidate
from handlers.views import blocks as b
from handlers.views import fields as f
from handlers.views import given

OPEN = "form_open_"  # action ids: form_open_edit, …
FORM = "form_of_"  # callback ids: form_of_edit, …
CHOOSE = "form_choose"  # which item a form is about, where it has to be known before the form is drawn
ASK, GIVE = "ask", "give"
GATE = "gate"
EVIDENCE = "What did you see that shows it?"
LONGEST_TITLE, LONGEST_TEXT, LONGEST_LINK, MOST_DAYS = 300, 3_000, 1_000, 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a form was opened for. It travels with the form, and is believed in nothing."""

    verb: str
    project: str
    key: str | None = None
    seen: int = 0
    channel: str | None = None
    left_out: tuple[str, ...] = ()  # fields that cannot hold what is there, and so must not change it

    def private(self) -> str:
        carried = {"project": self.project, "key": self.key, "seen": self.seen, "channel": self.channel}
        return json.dumps({**carried, "left_out": self.left_out})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One form: its words, and its fields for a plan and an item."""

    title: str
    submit: str
    acts: tuple[str, ...]  # whoever may do one of these may use it
    fields: Callable[[Plan | None, Item | None], Sequence[f.Field]]
    needs_item: bool = True
    item_first: bool = False  # its fields cannot be drawn before the item is known
    typed: str  # what does the same, typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it came back."""

    about: About
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str | None:
        chosen: str | None = self.values.get("item")
        return self.about.key or chosen


# ——— which form asks what

_ITEM = f.Lookup(
    id="item", label="Which item?", optional=False, action=f.ITEM, placeholder="A key or a title …"
)


def _of_item(plan: Plan | None, item: Item | None) -> list[f.Field]:
    return [
        f.Words(id="title", label=editing.LABELS["title"], most=LONGEST_TITLE, optional=False),
        _person("owner", editing.LABELS["owner"]),
        _person("validator", editing.LABELS["validator"], "Never who has it."),
        f.Day(id="due", label=editing.LABELS["due"]),
        f.Number(
            id="remaining_days",
            label=editing.LABELS["remaining_days"],
            least=1,
            most=MOST_DAYS,
            optional=False,
        ),
        f.Lookups(id="depends_on", label=editing.LABELS["depends_on"], action=f.ITEMS),
        f.Ticks(id=GATE, label=editing.LABELS["gate"], choices=(("Go-live has to wait for it", GATE),)),
        f.Words(id="description", label=editing.LABELS["description"], most=LONGEST_TEXT, lines=True),
    ]


def _person(id: str, label: str, hint: str | None = None, *, optional: bool = True) -> f.Lookup:
    return f.Lookup(
        id=id, label=label, hint=hint, optional=optional, action=f.PERSON, placeholder="Somebody’s name …"
    )


def _hand_over(plan: Plan | None, item: Item | None) -> list[f.Field]:
    how = f.OneOf(
        id="how",
        label="How?",
        optional=False,
        open=True,
        choices=(("Ask them first", ASK), ("It is agreed: theirs from now on", GIVE)),
        details={ASK: "It stays where it is until they say so."},
    )
    key = item.key if item is not None else "KEY"
    someone = f"Somebody who is neither in the project nor in its channel: /golive own {key} @person"
    return [_person("to", "To whom?", someone, optional=False), how]


def _block(plan: Plan | None, item: Item | None) -> list[f.Field]:
    return [
        f.Words(id="text", label="What holds it up?", lines=True, optional=False),
        f.Words(id="waiting_on", label="On whom does it wait?", most=300),
        f.Day(id="expected_clear", label="When should it be over?"),
        _person("owner", "Who chases it?"),
    ]


def _proof(plan: Plan | None, item: Item | None) -> list[f.Field]:
    return [
        f.Words(id="evidence", label=EVIDENCE, lines=True, hint="It is kept with your name."),
        f.Files(
            id="files",
            label="A file",
            hint="It stays in Slack: its link and its hash are kept, so that it can be told from any other.",
        ),
        f.Words(
            id="link", label="A link", most=LONGEST_LINK, hint="To a file or a message here, or to a ticket."
        ),
    ]


def _why(label: str) -> Callable[[Plan | None, Item | None], Sequence[f.Field]]:
    return lambda plan, item: [f.Words(id="why", label=label, lines=True, optional=False)]


def _waive(plan: Plan | None, item: Item | None) -> list[f.Field]:
    return [
        f.Words(id="why", label="Why can go-live do without it?", lines=True, optional=False),
        f.Day(id="until", label="Until when?", hint="Leave it empty for good."),
    ]


KINDS: Mapping[str, Kind] = {
    "add": Kind(
        title="Add an item",
        submit="Add",
        acts=("add",),
        fields=_of_item,
        needs_item=False,
        typed="add Firewall rules approved gate owner @person due friday",
    ),
    "edit": Kind(
        title="Edit",
        submit="Save",
        acts=("add", "own", "validator", "due"),
        fields=_of_item,
        item_first=True,
        typed="due {key} friday",
    ),
    "handover": Kind(
        title="Hand over",
        submit="Hand over",
        acts=("own", "hand_over"),
        fields=_hand_over,
        typed="own {key} @person",
    ),
    "block": Kind(
        title="Block",
        submit="Block",
        acts=("block",),
        fields=_block,
        needs_item=False,
        typed="block {key} what holds it up",
    ),
    "done": Kind(title="Done", submit="Done", acts=("done",), fields=_proof, typed="done {key} what you saw"),
    "validate": Kind(
        title="Validate",
        submit="Validate",
        acts=("validate",),
        fields=_proof,
        typed="validate {key} what you saw",
    ),
    "waive": Kind(title="Waive", submit="Waive", acts=("waive",), fields=_waive, typed="waive {key} why"),
    "reopen": Kind(
        title="Open again",
        submit="Open again",
        acts=("reopen",),
        fields=_why("Why?"),
        typed="reopen {key} why",
    ),
}


def fields_of(about: About, plan: Plan | None = None, item: Item | None = None) -> list[f.Field]:
    """What a form asks: first of all which item, where that is not known yet."""
    kind = KINDS[about.verb]
    found = [each for each in kind.fields(plan, item) if each.id not in about.left_out]
    if about.key is not None or about.verb == "add":
        return found
    if kind.item_first:
        return [f.Lookup(**{**vars(_ITEM), "at_once": True, "action": CHOOSE})]
    if not kind.needs_item:
        hint = "Leave it empty when it holds the whole project up."
        return [f.Lookup(**{**vars(_ITEM), "optional": True, "hint": hint}), *found]
    return [_ITEM, *found]


# ——— drawing one


def form(
    about: About,
    plan: Plan,
    item: Item | None,
    values: Mapping[str, Any] | None = None,
    note: Sequence[str] = (),
) -> b.Block:
    """The form, with what is known of the item in it, or with what somebody had typed already."""
    kind = KINDS[about.verb]
    begun = values if values is not None else beginning(about.verb, plan, item)
    shown = _as_drawn(plan, begun)
    told = [b.section("\n".join(b.cut_escaped(line, 900) for line in note))] if note else []
    head = [b.context(b.escaped(f"{item.key}: {item.title}"))] if item is not None else []
    blocks = [*told, *head, *f.drawn(fields_of(about, plan, item), shown)]
    blocks.append(b.context(b.escaped(f"In {b.cut(plan.project.name, 100)}.{_left_out(about)}")))
    submit = "Go on" if chooses(about) else kind.submit
    return b.modal(kind.title, submit, f"{FORM}{about.verb}", about.private(), blocks)


def does_not_fit(plan: Plan, item: Item) -> tuple[str, ...]:
    """The fields of an item that a form cannot hold whole."""
    people = (_known_as(plan, key) or "" for key in (item.owner, item.validator))
    owner, validator = (len(said) > f.LONGEST_VALUE for said in people)
    needs = len(item.depends_on) > f.MOST_CHOSEN or any(len(k) > f.LONGEST_VALUE for k in item.depends_on)
    too_much = {
        "title": len(item.title) > LONGEST_TITLE,
        "description": len(item.description or "") > LONGEST_TEXT,
        "owner": owner,
        "validator": validator,
        "depends_on": needs,
        "remaining_days": item.remaining_days > MOST_DAYS,
    }
    return tuple(name for name, is_so in too_much.items() if is_so)


def _left_out(about: About) -> str:
    names = [editing.LABELS[name] for name in about.left_out if name in editing.LABELS]
    return f" Too long for a form, and left as it is: {', '.join(names)}." if names else ""


def chooses(about: About) -> bool:
    """Whether it only asks which item, so that the form of that one can be drawn."""
    return about.key is None and KINDS[about.verb].item_first


def beginning(verb: str, plan: Plan, item: Item | None) -> dict[str, Any]:
    """What a form begins with."""
    if verb == "add":
        return {"remaining_days": 1, GATE: (GATE,)}
    if verb == "handover":
        return {"how": ASK if item is None or item.owner is not None else GIVE}
    if verb != "edit" or item is None:
        return {}
    return {
        "title": item.title,
        "description": item.description,
        "owner": _known_as(plan, item.owner),
        "validator": _known_as(plan, item.validator),
        "due": item.due,
        "remaining_days": max(1, item.remaining_days),
        "depends_on": tuple(key for key in item.depends_on if key in plan.item),
        GATE: (GATE,) if item.gate else (),
    }


def _known_as(plan: Plan, key: str | None) -> str | None:
    """As the value of a choice."""
    if key is None:
        return None
    person = plan.person.get(key)
    if person is None:
        return f"{ROLE}{key}"
    return person.slack or f"{PERSON}{key}"


def _as_drawn(plan: Plan, values: Mapping[str, Any]) -> dict[str, Any]:
    """Where something is chosen, its name stands beside the value."""
    found = dict(values)
    for name in ("owner", "validator", "to"):
        if found.get(name):
            found[name] = (_called(plan, found[name]), found[name])
    if found.get("item"):
        found["item"] = _option_of(plan, found["item"])
    if "depends_on" in found:
        found["depends_on"] = tuple(_option_of(plan, key) for key in found["depends_on"])
    return found


def _called(plan: Plan, value: str) -> str:
    key = value.removeprefix(PERSON).removeprefix(ROLE)
    person = plan.by_slack.get(value) or plan.person.get(key)
    return person.name if person else key


def _option_of(plan: Plan, key: str) -> f.Choice:
    item = plan.item.get(key)
    return (f"{key}: {item.title}" if item else key, key)


def overtaken(sentence: str, plan: Plan, clashes: Sequence[Clash], now: datetime) -> list[str]:
    """What somebody else did meanwhile, in lines: of each field what it is now, and what they have."""
    lines = [f"⚠️ {sentence}"]
    for clash in clashes:
        who = f"{editing.doer(plan, clash.event)} made it" if clash.event else "It is now"
        when = f", {editing.ago(clash.event.at, now)}" if clash.event else ""
        label = editing.LABELS.get(clash.field, clash.field)
        theirs, mine = _said(plan, clash.field, clash.now), _said(plan, clash.field, clash.wanted)
        lines.append(f"{label}: {who} {theirs}{when}. You have {mine}.")
    lines.append("Nothing of yours is saved yet. Change what you want, and send it again: then yours counts.")
    return lines


def _said(plan: Plan, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "“yes”" if value else "“no”"
    if isinstance(value, date):
        return f"{value:%a} {value.day} {value:%b %Y}"
    if name in ("owner", "validator") and value:
        return _called(plan, value)
    if isinstance(value, tuple):
        return ", ".join(value) or "nothing"
    return f"“{b.cut(str(value), 200)}”" if value not in (None, "") else "nothing"


# ——— reading one


def read(view: Mapping[str, Any]) -> Filled:
    """What a form says; its fields are those that `form` drew."""
    about = about_of(view)
    return Filled(about=about, values=f.read(fields_of(about), view))


def about_of(view: Mapping[str, Any]) -> About:
    """What a form says that it is about."""
    verb = (given.word(view, "callback_id") or "").removeprefix(FORM)
    if verb not in KINDS:
        raise Invalid(given.FORM)
    private, (project,) = given.private(view, "project")
    key = private.get("key")
    if key is not None and given.word(private, "key") is None:
        raise Invalid(given.FORM)
    return About(
        verb=verb,
        project=project,
        key=key,
        seen=given.number(private.get("seen"), given.FORM),
        channel=given.word(private, "channel"),
        left_out=given.words(private.get("left_out", [])),
    )


def project_of(view: Mapping[str, Any]) -> str:
    """The project a form says it is for."""
    _, (project,) = given.private(view, "project")
    return project


def item_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a form as the fields of an item."""
    said = {name: values[name] for name in editing.FIELDS if name in values}
    return said | ({GATE: GATE in said[GATE]} if GATE in said else {})


# ——— what is offered while somebody types


def item_options(items: Sequence[Item], plan: Plan) -> list[b.Block]:
    found = [item for item in items if len(item.key) <= f.LONGEST_VALUE]
    return [b.option(f"{item.key}: {item.title}", item.key, _standing(item, plan)) for item in found]


def _standing(item: Item, plan: Plan) -> str:
    owner = plan.person.get(item.owner or "")
    due = f", due {item.due.day} {item.due:%b}" if item.due else ""
    return f"{item.status.value}, {owner.name if owner else 'nobody'}{due}"


def person_options(people: Sequence[Candidate]) -> list[b.Block]:
    return [b.option(one.name, one.user, one.detail or None) for one in people if one.user]


# ——— what stands beside


def buttons(project: str, item: Item, may: frozenset[str]) -> list[b.Block]:
    """What somebody who may do these acts can do about an item, where it is shown."""
    closed = item.status.value in ("validated", "waived")
    acts = ["edit", "handover", "block"]
    acts += ["validate"] if item.status.value == "done" else [] if closed else ["done"]
    acts += ["reopen"] if closed else []
    acts = [verb for verb in acts if not may.isdisjoint(KINDS[verb].acts)]
    return [b.actions(*(opener(verb, project, item.key) for verb in acts))] if acts else []


def opener(verb: str, project: str, key: str | None = None, label: str | None = None) -> b.Block:
    """A button that opens a form."""
    name = label or _LABELS[verb]
    spoken = f"{name.rstrip(' …')} {key}" if key else None
    return b.button(f"{name} …", f"{OPEN}{verb}", f"{project} {key or ''}".strip(), spoken=spoken)


def opened_by(action: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """The form, the project and the item of a press."""
    verb = (given.word(action, "action_id") or "").removeprefix(OPEN)
    project, _, key = given.pressed(action).partition(" ")
    if not project:
        raise Invalid(given.BUTTON)
    return verb, project, key or None


_LABELS = {
    "add": "Add an item",
    "edit": "Edit",
    "handover": "Hand over",
    "block": "Block",
    "done": "Done",
    "validate": "Validate",
    "waive": "Waive",
    "reopen": "Open again",
}
LOADING = {
    "type": "modal",
    "title": b.plain("golive", 24),
    "close": b.plain("Close", 24),
    "blocks": [b.section("…")],
}


def sentence(text: str) -> b.Block:
    """A form's place taken by a sentence."""
    return {**LOADING, "blocks": b.sections(None, text.split("\n"))}

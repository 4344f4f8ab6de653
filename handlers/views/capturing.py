"""The form that says as what a message is tracked, filled with what was understood of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain import proposing
from bot.domain.errors import Invalid
from bot.domain.plan import Plan
from bot.domain.proposing import Proposal, Source
from bot.domain.wording import cut
from handlers.views import blocks as b
from handlers.views import given
from handlers.views.blockers import item_choice

SHORTCUT = "track_message"
FORM, START, ITEM = "capture_form", "capture_start", "capture_item"
LONGEST_TEXT = 1_000
MOST_PROJECTS = 10
_TS = re.compile(r"\d{1,12}\.\d{1,9}", re.ASCII)
_PRIVATE = ("directmessage", "privategroup")  # how Slack calls what not everybody can read
_ID = re.compile(r"[A-Z0-9]{1,40}", re.ASCII)
_LINK = re.compile(r"https?://[^\s<>|]{1,500}")
KINDS = {
    proposing.BLOCKER: "Blocker: it holds something up",
    proposing.ITEM: "Item: something to do",
    proposing.ASSUMPTION: "Assumption: taken for true",
    proposing.DECISION: "Decision",
}
_FIXED = {  # what an offer is about is not changed in its form, only corrected
    proposing.OWN: ("Take an item", ("item", "day")),
    proposing.DUE: ("Move a date", ("item", "day")),
    proposing.HANDOFF: ("Hand an item over", ("item", "person", "day")),
    proposing.UNBLOCK: ("A blocker is over", ("blocker",)),
}
_SEEN = "What you write here is seen by everybody in the project."


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it came back: what is wished, from which message, in which project, or on which offer."""

    project: str
    source: Source
    wish: Proposal
    offer: int | None = None


def form(
    plan: Plan, proposal: Proposal, source: Source, *, offer: int | None = None, note: str = ""
) -> b.Block:
    """The form; with `offer` it corrects what was offered."""
    private = {"project": plan.project.key, "offer": offer, "kind": proposal.kind, **_carried(source)}
    private |= {"blocker": proposal.blocker, "belief": proposal.belief}
    title, wanted = _FIXED.get(proposal.kind, ("Track in golive", ()))
    fields = _fixed(plan, proposal, wanted) if wanted else _free(plan, proposal)
    told = b.context(b.escaped(f"In {cut(plan.project.name, 80)}. {note or _SEEN}"))
    return b.modal(title, "Track" if not wanted else "Save", FORM, json.dumps(private), [*fields, told])


def read_form(view: Mapping[str, Any], workspace: str) -> Filled:
    """What the form says; the fields are those `form` made."""
    private, (project, kind) = given.private(view, "project", "kind")
    values = given.fields(view)

    def said(field: str, *inner: str) -> str | None:
        return given.choice(values.get(field), *inner)

    chosen = said("kind", "selected_option", "value") or kind
    if chosen not in KINDS and (chosen not in _FIXED or chosen != kind):
        raise Invalid(given.FORM)
    wish = Proposal(
        kind=chosen,
        text=given.readable(said("text", "value") or ""),
        item=said("item", "selected_option", "value"),
        person=said("person", "selected_user"),
        day=given.day(said("day", "selected_date"), given.FORM),
        waiting_on=said("waiting_on", "value") if chosen == proposing.BLOCKER else None,
        blocker=said("blocker", "selected_option", "value") or given.word(private, "blocker"),
        belief=given.word(private, "belief"),
    )
    offer = private.get("offer")
    number = None if offer is None else given.number(offer, given.FORM)
    if chosen in KINDS:
        wish = replace(wish, blocker=None, belief=None)
    return Filled(project=project, source=source_of(private, workspace), wish=wish, offer=number)


def project_of_form(view: Mapping[str, Any]) -> str:
    return given.private(view, "project")[1][0]


def as_what(plan: Plan, source: Source, text: str, line: str) -> b.Message:
    """The question as what a message is to be tracked; the form answers it."""
    value = _carrying(plan.project.key, source, text)
    button = b.button("Track it …", START, value, spoken="Say as what it is to be tracked")
    return b.message(line, [*b.sections(None, [line]), b.actions(button)])


def in_which(projects: Sequence[str], source: Source, text: str) -> b.Message:
    """The question in which project it is to be tracked; each opens its form."""
    line = "In which project shall I track that?"
    buttons = [
        b.button(key, f"{START}_{nth}", _carrying(key, source, text), spoken=f"Track it in {key}")
        for nth, key in enumerate(projects[:MOST_PROJECTS])
    ]
    if len(projects) > MOST_PROJECTS:
        line += " For another one, use “Track in golive” on a message in its channel."
    return b.message(line, [*b.sections(None, [line]), b.actions(*buttons)])


def _carrying(project: str, source: Source, text: str) -> str:
    """What a button hands to the form, cut to what a button can carry."""
    carried = {"project": project, **_carried(source), "text": text}
    value = json.dumps(carried)
    while len(value) > b.LONGEST_VALUE and carried["text"]:
        carried["text"] = str(carried["text"])[: len(str(carried["text"])) * 3 // 4]
        value = json.dumps(carried)
    return value


def carried_by(action: Mapping[str, Any], workspace: str) -> tuple[str, Source, str]:
    """The project, the message, and what it said, of a press on that button."""
    try:
        found = json.loads(given.pressed(action))
    except ValueError:
        raise Invalid(given.BUTTON) from None
    project = given.word(found, "project")
    if project is None:
        raise Invalid(given.BUTTON)
    return project, source_of(found, workspace), given.word(found, "text") or ""


def pointed_at(body: Mapping[str, Any], workspace: str) -> tuple[Source, str, bool]:
    """The message a shortcut was used on, what it says, and whether not everybody can read it."""
    message = body.get("message")
    channel = given.word(body, "channel", "id") or ""
    found = {
        "channel": channel,
        "ts": given.word(message, "ts") or given.word(body, "message_ts"),
        "thread_ts": given.word(message, "thread_ts"),
        "author": given.word(message, "user"),
    }
    text = message.get("text") if isinstance(message, Mapping) else None
    name = given.word(body, "channel", "name") or ""
    private = channel.startswith("D") or name in _PRIVATE or name.startswith("mpdm-")
    said = text[: given.LONGEST] if isinstance(text, str) else ""
    return source_of(found, workspace), said, private


def _carried(source: Source) -> dict[str, Any]:
    return {
        "channel": source.channel,
        "ts": source.ts,
        "thread_ts": source.thread_ts,
        "author": source.author,
        "link": source.permalink,
    }


def source_of(found: Any, workspace: str) -> Source:
    """A message as we wrote it down, or Slack says it; nothing else."""
    channel, ts = given.word(found, "channel") or "", given.word(found, "ts") or ""
    thread, author = given.word(found, "thread_ts"), given.word(found, "author")
    link = given.word(found, "link")
    well = _ID.fullmatch(channel) and _TS.fullmatch(ts) and (thread is None or _TS.fullmatch(thread))
    if not well or (author is not None and not _ID.fullmatch(author)):
        raise Invalid(given.FORM)
    if link is not None and not _LINK.fullmatch(link):
        link = None
    return Source(
        workspace=workspace, channel=channel, ts=ts, thread_ts=thread, author=author, permalink=link
    )


def _free(plan: Plan, proposal: Proposal) -> list[b.Block]:
    options = [b.option(words, kind) for kind, words in KINDS.items()]
    kind: b.Block = {"type": "static_select", "action_id": "kind", "options": options}
    kind["initial_option"] = next((o for o in options if o["value"] == proposal.kind), options[0])
    text: b.Block = {"type": "plain_text_input", "action_id": "text", "multiline": True}
    text["max_length"] = LONGEST_TEXT
    if said := proposal.text.strip()[:LONGEST_TEXT]:
        text["initial_value"] = said
    waiting: b.Block = {"type": "plain_text_input", "action_id": "waiting_on", "max_length": 300}
    if waits := (proposal.waiting_on or "").strip()[:300]:
        waiting["initial_value"] = waits
    return [
        b.field("kind", "Track it as", kind, optional=False),
        b.field("text", "In these words", text, optional=False),
        *_item(
            plan,
            proposal,
            "On which item",
            optional=True,
            hint="Tracked as an item: this one; none: a new one.",
        ),
        _person(proposal, "Whose", optional=True, hint="Who chases it, does it, finds out, or decided."),
        _day(proposal, "By when", optional=True, hint="Of a decision: when it was made."),
        b.field("waiting_on", "A blocker: waiting on", waiting, optional=True),
    ]


def _fixed(plan: Plan, proposal: Proposal, wanted: tuple[str, ...]) -> list[b.Block]:
    found: list[b.Block] = []
    of_item = proposal.blocker is None and proposal.belief is None
    if "item" in wanted and of_item:
        found += _item(plan, proposal, "Which item", optional=False)
    if "person" in wanted:
        found.append(_person(proposal, "Who is asked", optional=False))
    if "day" in wanted:
        found.append(_day(proposal, "By when", optional=proposal.kind != proposing.DUE))
    if "blocker" in wanted:
        found.append(b.field("blocker", "Which blocker", _blockers(plan, proposal), optional=False))
    return found


def _item(
    plan: Plan, proposal: Proposal, label: str, *, optional: bool, hint: str | None = None
) -> list[b.Block]:
    element = item_choice(plan, ITEM, proposal.item)
    return [] if element is None else [b.field("item", label, element, optional=optional, hint=hint)]


def _blockers(plan: Plan, proposal: Proposal) -> b.Block:
    open_ = [each for each in plan.blockers if each.open and len(each.id) <= 75][:100]
    options = [b.option(f"{each.id}: {each.text}", each.id) for each in open_]
    element: b.Block = {"type": "static_select", "action_id": "blocker", "options": options}
    chosen = next((option for option in options if option["value"] == proposal.blocker), None)
    return element | ({"initial_option": chosen} if chosen else {})


def _person(proposal: Proposal, label: str, *, optional: bool, hint: str | None = None) -> b.Block:
    element: b.Block = {"type": "users_select", "action_id": "person"}
    if proposal.person:
        element["initial_user"] = proposal.person
    return b.field("person", label, element, optional=optional, hint=hint)


def _day(proposal: Proposal, label: str, *, optional: bool, hint: str | None = None) -> b.Block:
    element: b.Block = {"type": "datepicker", "action_id": "day"}
    if proposal.day:
        element["initial_date"] = proposal.day.isoformat()
    return b.field("day", label, element, optional=optional, hint=hint)

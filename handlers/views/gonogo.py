"""What a go/no-go poll looks like in its thread, and the forms to open it, to answer it and to decide."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from bot.domain import states
from bot.domain.errors import EveryMistake, Invalid
from bot.domain.gonogo import pollwords
from bot.domain.gonogo.pollwords import Board, Notice
from bot.domain.gonogo.voting import WORDS, Condition, Vote, Word
from bot.domain.hours import instant, zone_of
from bot.domain.plan import Plan
from bot.domain.wording import Section
from handlers.views import blocks as b
from handlers.views import fields as f
from handlers.views import given

START = "gonogo_start"  # under the answer to what must happen before go-live
VOTE = "gonogo_vote_"  # action ids: gonogo_vote_go, …
DECIDE = "gonogo_decide_"
RECORD = "gonogo_record"
MORE = "gonogo_more"  # one more condition, in a form
OPEN_FORM = "gonogo_open_form"
VOTE_FORM = "gonogo_vote_form_"  # callback ids
DECIDE_FORM = "gonogo_decide_form_"
MOST_CONDITIONS = 10
LONGEST_TITLE = 60
_FORMATTING = ("*", "_", "~", "```")
SHOWN = 2_700  # characters of a record in one section, before escaping

_STYLES = {Word.GO: "primary", Word.NO_GO: "danger"}
_LABELS = {
    pollwords.VOTE: WORDS,
    pollwords.DECIDE: {
        Word.GO: "Decide: Go",
        Word.CONDITIONS: "Decide: Go with conditions",
        Word.NO_GO: "Decide: No-go",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A press, or a form: a poll's project and number, the seat of a vote, and the word."""

    project: str
    number: int
    seat: int = 0
    word: Word = Word.GO
    seen: str = ""  # of a decision: what its form was opened on


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The fields of one condition, all filled in."""

    field: str
    text: str
    owner: str
    due: date


# ——— messages


def notice(found: Notice, project: str, number: int) -> b.Message:
    """One message of a poll; only who it is for is called by name."""
    mention = f"<@{found.to}> " if found.to else ""
    title = b.cut_escaped(found.title, 1000)
    blocks = [b.section(f"{mention}{title}" if found.to else f"*{title}*")]
    for section in found.sections:
        blocks += said(section.heading, section.lines)
    buttons = _buttons(found, project, number)
    if buttons:
        blocks.append(b.actions(*buttons))
    text = b.spoken("\n".join((found.title, *_lines(found.sections))))
    return {"text": f"{mention}{text}", "blocks": b.fitting(blocks, b.MOST_BLOCKS)}


def said(heading: str | None, lines: Sequence[str]) -> list[b.Block]:
    """As anywhere else; but words that Slack would take for formatting are shown as they were typed, so that
    nobody's reason can look like a line of ours."""
    if not any(mark in line for line in lines for mark in _FORMATTING):
        return b.sections(heading, lines)
    found = [b.section(f"*{b.escaped(heading)}*")] if heading else []
    chunks: list[list[str]] = [[]]
    for line in lines:
        shown = b.cut(line, b.LONGEST_SECTION)
        if sum(len(each) + 1 for each in chunks[-1]) + len(shown) > b.LONGEST_SECTION:
            chunks.append([])
        chunks[-1].append(shown)
    plain = ({"type": "plain_text", "text": "\n".join(chunk), "emoji": False} for chunk in chunks)
    return [*found, *({"type": "section", "text": text} for text in plain)]


def _lines(sections: Sequence[Section]) -> list[str]:
    found: list[str] = []
    for heading, lines in ((section.heading, section.lines) for section in sections):
        if heading and len(lines) == 1:
            found.append(f"{heading}: {lines[0]}")
        else:
            found += [f"{heading}:", *lines] if heading else lines
    return found


def _buttons(found: Notice, project: str, number: int) -> list[b.Block]:
    if found.offers == pollwords.RECORD:
        return [b.button("Record", RECORD, f"{project} {number}", spoken="Show the record of this decision")]
    if not found.offers:
        return []
    begins, labels = (VOTE if found.offers == pollwords.VOTE else DECIDE), _LABELS[found.offers]
    value = f"{project} {number} {found.seat}"
    return [b.button(labels[word], f"{begins}{_id(word)}", value, style=_STYLES.get(word)) for word in Word]


def _id(word: Word) -> str:
    return word.value.replace("-", "_")


def pressed(action: Mapping[str, Any]) -> Press:
    """What was pressed under a message of a poll."""
    project, number, seat = [*given.pressed(action).split(" "), "", ""][:3]
    id = given.word(action, "action_id") or ""
    word = Word.GO
    for begins in (VOTE, DECIDE):
        if id.startswith(begins):
            word = _word(id.removeprefix(begins), given.BUTTON)
    return Press(
        project=project,
        number=given.number(number, given.BUTTON),
        seat=given.number(seat or "0", given.BUTTON),
        word=word,
    )


def _word(text: str, unknown: str) -> Word:
    try:
        return Word(text.replace("_", "-"))
    except ValueError:
        raise Invalid(unknown) from None


def record(number: int, page: str, project: str) -> b.Message:
    """The page of a decision as far as it fits, and how to have all of it."""
    lines, shown, length = page.split("\n"), [], 0
    for line in lines:
        length += len(b.escaped(line)) + 1
        if length > SHOWN:
            break
        shown.append(b.escaped(line))
    how = f"golive decision {project} {number} -o decision-{number}.md"
    cut = f"… {len(lines) - len(shown):,} more lines. " if len(shown) < len(lines) else ""
    tail = f"{cut}The whole page, where golive runs: `{b.escaped(how)}`"
    text = "\n".join(shown)
    # Backticks in somebody's words are escaped in Markdown, so three in a row end nothing before its time.
    return {"text": f"{text}\n{tail}", "blocks": [b.section(f"```\n{text}\n```"), b.context(tail)]}


# ——— opening


def open_form(plan: Plan, closes: datetime, asked: str, notes: Sequence[str], decides: str) -> b.Block:
    """Who would be asked, and until when."""
    lead = plan.person.get(states.lead(plan) or "")
    zone = zone_of(lead, plan)
    local = closes.astimezone(zone)
    lines = [f"Asked: {asked}." if asked else "Nobody besides is asked.", f"{decides} decides.", *notes]
    begun = {"day": local.date(), "time": local.time()}
    blocks = [*b.sections(None, lines), *f.drawn(_when(zone.key), begun)]
    private = json.dumps({"project": plan.project.key, "zone": zone.key})
    return b.modal("Start go/no-go", "Ask everybody", OPEN_FORM, private, blocks)


def _when(zone: str) -> list[f.Field]:
    return [
        f.Day(id="day", label="Answers until", optional=False),
        f.Clock(id="time", label=f"Time ({zone})", optional=False, hint="Silence counts as no-go after it."),
    ]


def read_open_form(view: Mapping[str, Any]) -> tuple[str, date, time]:
    """The project, and the day and time on the lead's clock."""
    _, (project, zone) = given.private(view, "project", "zone")
    values = f.read(_when(zone), view)
    return project, values["day"], values["time"]


def moment(plan: Plan, day: date, at: time) -> datetime:
    lead = plan.person.get(states.lead(plan) or "")
    return instant(day, at, zone_of(lead, plan))


# ——— answering


def vote_form(board: Board, press: Press, vote: Vote | None) -> b.Block:
    """The conditions of a go, or the reason of a no-go; filled with what was answered before."""
    private = json.dumps({"project": press.project, "number": press.number, "seat": press.seat})
    role = board.poll.seats[press.seat].role
    about = b.context(b.cut_escaped(f"{board.name} of {board.plan.project.name}, for {role}", 300))
    if press.word is Word.NO_GO:
        before = vote.why if vote is not None and vote.word is Word.NO_GO else None
        fields = [
            _reason("Why not?", "What has to change before it can be a go?", optional=False, said=before)
        ]
        return b.modal("No-go", "Answer no-go", f"{VOTE_FORM}{_id(press.word)}", private, [about, *fields])
    groups = _groups(vote.conditions if vote is not None else (), optional=False)
    hint = b.context("Each becomes a gate with this owner and date once the poll is decided, not before.")
    title, id = "Go with conditions", f"{VOTE_FORM}{_id(press.word)}"
    return b.modal(title, "Answer", id, private, [about, *groups, hint])


def read_vote_form(view: Mapping[str, Any]) -> tuple[Press, str, list[Group]]:
    """What is answered, the reason, and the conditions."""
    press, values = _read_press(view, VOTE_FORM), given.fields(view)
    if press.word is Word.NO_GO:
        return press, _text(values, "why"), []
    return press, "", _read_groups(values)


# ——— deciding


def decide_form(board: Board, press: Press) -> b.Block:
    """What the decision does, the reason, how long open gates are let through, and conditions besides."""
    private = {"project": press.project, "number": press.number, "seen": board.seen}
    needs_why = press.word is Word.NO_GO or bool(board.poll.against or board.a.counts.open)
    blocks = [
        *said(None, pollwords.effect(board, press.word)),
        _reason("Why?", "It stays in the record.", optional=not needs_why),
    ]
    if press.word is Word.GO and board.a.counts.open:
        day = board.plan.project.target_go_live
        picker: b.Block = {"type": "datepicker", "action_id": "until"}
        if day is not None and day >= board.a.today:
            picker["initial_date"] = day.isoformat()
        blocks.append(b.field("until", "Open gates are let through until", picker, optional=False))
    if press.word is Word.CONDITIONS:
        blocks += _groups((), optional=True)
    title = {Word.GO: "Go", Word.CONDITIONS: "Go with conditions", Word.NO_GO: "No-go"}[press.word]
    id = f"{DECIDE_FORM}{_id(press.word)}"
    return b.modal(title, "Decide", id, json.dumps(private), blocks[:100])


def read_decide_form(view: Mapping[str, Any]) -> tuple[Press, str, date | None, list[Group]]:
    """What is decided, why, until when open gates are let through, and conditions besides."""
    press, values = _read_press(view, DECIDE_FORM), given.fields(view)
    until = given.day(given.choice(values.get("until"), "selected_date"), given.FORM)
    groups = _read_groups(values) if press.word is Word.CONDITIONS else []
    return press, _text(values, "why"), until, groups


def _read_press(view: Mapping[str, Any], begins: str) -> Press:
    private, (project,) = given.private(view, "project")
    word = _word((given.word(view, "callback_id") or "").removeprefix(begins), given.FORM)
    return Press(
        project=project,
        number=given.number(private.get("number"), given.FORM),
        seat=given.number(private.get("seat", 0), given.FORM),
        word=word,
        seen=given.word(private, "seen") or "",
    )


# ——— the fields of conditions


def with_one_more(view: Mapping[str, Any]) -> b.Block:
    """The form with fields for one more condition. What was filled in stays, as its fields keep their ids."""
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Invalid(given.FORM)
    at = next((n for n, block in enumerate(blocks) if block.get("block_id") == MORE), None)
    if at is None:
        raise Invalid(given.FORM)
    number = sum(str(block.get("block_id", "")).endswith("_text") for block in blocks) + 1
    rest = [*_group(number, None, optional=True), *([_more()] if number < MOST_CONDITIONS else [])]
    kept = ("type", "title", "submit", "close", "callback_id", "private_metadata")
    return {name: view[name] for name in kept if name in view} | {
        "blocks": [*blocks[:at], *rest, *blocks[at + 1 :]]
    }


def _groups(conditions: Sequence[Condition], *, optional: bool) -> list[b.Block]:
    shown: list[Condition | None] = [*conditions[:MOST_CONDITIONS]] or [None]
    found: list[b.Block] = []
    for number, condition in enumerate(shown, 1):
        found += _group(number, condition, optional=optional or number > 1)
    return [*found, *([_more()] if len(shown) < MOST_CONDITIONS else [])]


def _group(number: int, condition: Condition | None, *, optional: bool) -> list[b.Block]:
    text: b.Block = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": 1000}
    owner: b.Block = {
        "type": "users_select",
        "action_id": "owner",
        "placeholder": b.plain("Choose a person", 150),
    }
    due: b.Block = {"type": "datepicker", "action_id": "due"}
    if condition is not None:
        text["initial_value"] = condition.text[:1000]
        owner["initial_user"] = condition.owner
        due["initial_date"] = condition.due.isoformat()
    return [
        b.field(f"c{number}_text", f"Condition {number}", text, optional=optional),
        b.field(f"c{number}_owner", "Who has it", owner, optional=optional),
        b.field(f"c{number}_due", "Until when", due, optional=optional),
    ]


def _more() -> b.Block:
    return {"type": "actions", "block_id": MORE, "elements": [b.button("One more condition", MORE, "more")]}


def _read_groups(values: Mapping[str, dict[str, Any]]) -> list[Group]:
    """The conditions that are filled in; one that is half filled in is refused at its field."""
    found, every = [], EveryMistake()
    for number in range(1, MOST_CONDITIONS + 1):
        field = f"c{number}"
        text = _text(values, f"{field}_text")
        owner = given.choice(values.get(f"{field}_owner"), "selected_user") or ""
        due = given.day(given.choice(values.get(f"{field}_due"), "selected_date"), given.FORM)
        if not (text or owner or due):
            continue
        for name, said in (("text", text), ("owner", owner), ("due", due)):
            with every.part():
                if not said:
                    raise Invalid("A condition has its words, an owner and a date.", field=f"{field}_{name}")
        if due is not None:
            found.append(Group(field=field, text=text, owner=owner, due=due))
    every.told()
    return found


def _reason(label: str, hint: str, *, optional: bool, said: str | None = None) -> b.Block:
    element: b.Block = {"type": "plain_text_input", "action_id": "why", "multiline": True, "max_length": 2000}
    if said:
        element["initial_value"] = said[:2000]
    return b.field("why", label, element, optional=optional, hint=hint)


def _text(values: Mapping[str, dict[str, Any]], field: str) -> str:
    return given.readable(given.choice(values.get(field), "value") or "")

"""What a reminder looks like, with a button for every answer, and the forms behind some of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.plan import Plan
from bot.domain.reminders import ledger
from bot.domain.reminders.parts import Act, Offer, Part
from handlers.views import blocks as b
from handlers.views import given

ACT = "nudge_"  # action ids: nudge_done, …
MORE = "nudge_more"  # the menu of a thing that has no room for buttons
FORM = "nudge_form_"  # callback ids of the forms: nudge_form_not_mine, …
OTHER_DAY = "other"
WITH_BUTTONS = 8
WITH_A_MENU = 20
_LABELS = {
    Act.ON_IT: "On it until …",
    Act.DONE: "Done",
    Act.SNOOZE: "Snooze",
    Act.NOT_MINE: "Not mine",
    Act.BLOCKED: "It's blocked",
    Act.CONFIRM: "Confirm",
    Act.NOT_DONE: "Not done",
    Act.CLEARED: "Cleared",
    Act.ESCALATE: "Escalate",
    Act.NOT_NOW: "Not now",
    Act.ACCEPT: "Accept",
    Act.DECLINE: "Decline",
    Act.ANSWER: "Answer",
    Act.IS_TRUE: "It's true",
    Act.IS_FALSE: "It's false",
}
_TO_AN_OFFER = frozenset({Act.ACCEPT, Act.DECLINE})  # what is pressed under what no entry stands for
_STYLES = {Act.DONE: "primary", Act.CLEARED: "primary", Act.ACCEPT: "primary", Act.ESCALATE: "danger"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What was pressed where: the message's key, the ledger's key of the thing, and what was chosen."""

    act: Act
    message: str
    entry: str
    chosen: str = ""  # the day of "On it until …"
    subject: str = ""  # of a press that belongs to no entry


# ——— the message


SETTLED = "What stood here waits for you no more. `/golive mine` shows what does."


def nudge(message: str, parts: Sequence[Part], drawn: str) -> b.Message:
    """All there is to say to one person. `message` is its key; `drawn` differs each time it is drawn."""
    if not parts:  # drawn again after what it asked left their list: Slack takes no empty message
        return b.message(SETTLED, b.sections(None, [SETTLED]))
    blocks: list[b.Block] = []
    for number, part in enumerate(parts[: WITH_BUTTONS + WITH_A_MENU]):
        place = f"{message}:{part.key}:{drawn}"
        blocks += _with_buttons(part, place) if number < WITH_BUTTONS else _with_a_menu(part, place)
    rest = parts[WITH_BUTTONS + WITH_A_MENU :]
    if rest:
        blocks += b.sections("And these", [_line(part) for part in rest])
        blocks.append(b.context("`/golive mine` shows all that waits for you."))
    return b.message("\n".join(_spoken(parts)), blocks)


def _with_buttons(part: Part, place: str) -> list[b.Block]:
    shown = [b.section(_text(part))]
    if part.acts:
        elements = [_days(part) if act is Act.ON_IT else _button(part, act) for act in part.acts]
        shown.append({"type": "actions", "block_id": place, "elements": elements})
    return shown


def _with_a_menu(part: Part, place: str) -> list[b.Block]:
    section = b.section(_text(part))
    if not part.acts:
        return [section]
    menu = {
        "type": "overflow",
        "action_id": MORE,
        "options": [b.option(_LABELS[act], act.value) for act in part.acts],
    }
    return [{**section, "block_id": place, "accessory": menu}]


def _button(part: Part, act: Act) -> b.Block:
    spoken = f"{_LABELS[act]}: {part.title}"
    return b.button(_label(part, act), f"{ACT}{act}", part.subject, style=_STYLES.get(act), spoken=spoken)


def _label(part: Part, act: Act) -> str:
    return "Change the answer" if act is Act.ANSWER and part.notes else _LABELS[act]


def _days(part: Part) -> b.Block:
    """Today, tomorrow, the next days, or any other one."""
    options = [b.option(_day(day), day.isoformat()) for day in part.days]
    return {
        "type": "static_select",
        "action_id": f"{ACT}{Act.ON_IT}",
        "placeholder": b.plain(_LABELS[Act.ON_IT], 150),
        "options": [*options, b.option("Another day …", OTHER_DAY)],
    }


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _text(part: Part) -> str:
    """The thing in bold, what is to be known of it, and what has become of it."""
    title = f"*{b.cut_escaped(part.title, 300)}*{b.cut_escaped(_of_project(part), 130)}"
    lines = [b.cut_escaped(line, 400) for line in part.lines]
    notes = [f"✓ {b.cut_escaped(note, 400)}" for note in part.notes]
    return "\n".join((title, *lines, *notes))


def _of_project(part: Part) -> str:
    return f" · {part.project}" if part.project else ""


def _line(part: Part) -> str:
    return b.cut(" ".join((f"• {part.title}{_of_project(part)}:", *part.notes, *part.lines)), 160)


def _spoken(parts: Sequence[Part]) -> list[str]:
    return [line for p in parts for line in (f"{p.title}{_of_project(p)}", *p.lines, *p.notes)]


def pressed(action: Mapping[str, Any]) -> Press:
    """What a press means; the ids are those made above."""
    message, entry = [*(given.word(action, "block_id") or "").split(":"), ""][:2]
    option, id = given.word(action, "selected_option", "value") or "", given.word(action, "action_id") or ""
    if id == MORE:
        return Press(act=_act(option, given.BUTTON), message=message, entry=entry)
    chosen = option if option != OTHER_DAY else ""
    given.day(chosen, given.BUTTON)
    act, subject = _act(id.removeprefix(ACT), given.BUTTON), given.word(action, "value") or ""
    if not entry and (act not in _TO_AN_OFFER or not ledger.is_subject(subject)):
        raise Invalid(given.BUTTON)
    return Press(act=act, message=message, entry=entry, chosen=chosen, subject=subject)


def _act(word: str, unknown: str) -> Act:
    try:
        return Act(word)
    except ValueError:
        raise Invalid(unknown) from None


# ——— forms


def form(press: Press, part: Part, plan: Plan) -> b.Block:
    """The form that an act needs."""
    private = json.dumps({"message": press.message, "entry": press.entry})
    title, submit, fields = _FORMS[press.act](part, plan)
    about = b.context(b.cut_escaped(part.title, 300))
    return b.modal(title, submit, f"{FORM}{press.act}", private, [about, *fields])


def read_form(view: Mapping[str, Any]) -> tuple[Press, dict[str, str]]:
    """What a form is about and what it says, by field."""
    _, (message, entry) = given.private(view, "message", "entry")
    said = {}
    for name, field in given.fields(view).items():
        kinds = ("value", "selected_user", "selected_date")
        said[name] = next((found for kind in kinds if (found := given.choice(field, kind))), "")
    given.day(said.get("day"), given.FORM)
    act = _act((given.word(view, "callback_id") or "").removeprefix(FORM), given.FORM)
    return Press(act=act, message=message, entry=entry), said


Form = tuple[str, str, list[b.Block]]


def _day_form(part: Part, plan: Plan) -> Form:
    picker: b.Block = {"type": "datepicker", "action_id": "day"}
    if part.days:
        picker["initial_date"] = part.days[-1].isoformat()
    return "On it until …", "Promise", [b.field("day", "Until when are you on it?", picker, optional=False)]


def _hand_over_form(part: Part, plan: Plan) -> Form:
    label = "Who has to clear it?" if part.of_blocker else "Whose is it?"
    hint = (
        "They chase it from now on, and are asked next."
        if part.of_blocker
        else "They are asked whether they take it. Until they do, it stays with you."
    )
    return "Not mine", "Hand over", [b.field("user", label, _people(), optional=False, hint=hint)]


def _blocked_form(part: Part, plan: Plan) -> Form:
    return (
        "It's blocked",
        "Report",
        [
            b.field("what", "What holds it up?", _text_input("what", lines=True), optional=False),
            b.field("user", "On whom does that wait?", _people(), optional=True),
            b.field(
                "day",
                "When should it clear?",
                {"type": "datepicker", "action_id": "day"},
                optional=True,
            ),
        ],
    )


def _confirm_form(part: Part, plan: Plan) -> Form:
    hint = "What did you see? A log, a screen, a test run: whatever shows that it is so."
    field = b.field(
        "evidence",
        "What shows that it is done?",
        _text_input("evidence", lines=True),
        optional=False,
        hint=hint,
    )
    return "Confirm", "Confirm", [field]


def _not_done_form(part: Part, plan: Plan) -> Form:
    field = b.field("why", "What is missing?", _text_input("why", lines=True), optional=False)
    return "Not done", "Open again", [field]


def _true_form(part: Part, plan: Plan) -> Form:
    hint = "What did you find? A letter, a test, a link: whatever shows that it is so."
    words = _text_input("evidence", lines=True)
    return "It's true", "Verify", [b.field("evidence", "What shows it?", words, optional=False, hint=hint)]


def _false_form(part: Part, plan: Plan) -> Form:
    hint = "What was done on it is opened again, and those whose work that is are told."
    words = _text_input("why", lines=True)
    return "It's false", "Refute", [b.field("why", "What shows it?", words, optional=False, hint=hint)]


def _news_form(part: Part, plan: Plan) -> Form:
    news = b.field(
        "news", "What is new, and what comes next?", _text_input("news", lines=True), optional=False
    )
    held = b.field("held", "What holds you up?", _text_input("held", lines=True), optional=True)
    return "News", "Send", [news, held]


_FORMS: dict[Act, Callable[[Part, Plan], Form]] = {
    Act.ON_IT: _day_form,
    Act.NOT_MINE: _hand_over_form,
    Act.BLOCKED: _blocked_form,
    Act.CONFIRM: _confirm_form,
    Act.NOT_DONE: _not_done_form,
    Act.ANSWER: _news_form,
    Act.IS_TRUE: _true_form,
    Act.IS_FALSE: _false_form,
}


def needs_a_form(press: Press) -> bool:
    return press.act in _FORMS and not press.chosen


def _people() -> b.Block:
    return {"type": "users_select", "action_id": "user", "placeholder": b.plain("Choose a person", 150)}


def _text_input(action_id: str, *, lines: bool) -> b.Block:
    return {"type": "plain_text_input", "action_id": action_id, "multiline": lines, "max_length": 2000}


# ——— handovers


def offered(message: str, offer: Offer, *, drawn: str) -> b.Message:
    """Somebody is asked to take an item, or told what became of that."""
    said = [_offer_words(offer), *([f"✓ {offer.note}"] if offer.note else [])]
    blocks = b.sections(None, said)
    if offer.open:
        accept = b.button(
            "Accept", f"{ACT}{Act.ACCEPT}", offer.subject, style="primary", spoken="Take it over"
        )
        decline = b.button("Decline", f"{ACT}{Act.DECLINE}", offer.subject, spoken="Leave it where it is")
        blocks.append({"type": "actions", "block_id": f"{message}::{drawn}", "elements": [accept, decline]})
    return b.message("\n".join(said), blocks)


def _offer_words(offer: Offer) -> str:
    name = f"{offer.item.title} ({offer.item.key})" if offer.item else "an item"
    project = offer.plan.project.name
    if offer.about == "asked":
        due = f", due {_day(offer.item.due)}" if offer.item and offer.item.due else ""
        return f"{offer.by} asks you to take {name}{due}, of {project}. Until you do, it stays where it is."
    if offer.about == "accepted":
        return f"{offer.by} took {name}, of {project}."
    return f"{offer.by} did not take {name}, of {project}. It stays with you."

"""What does the answer to a question in words look like, and the form that asks what if?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.answers import Answer
from bot.domain.errors import Invalid
from bot.domain.permissions import LED_TO
from bot.domain.pictures.values import TIMELINE, Sight
from bot.domain.plan import Project
from bot.domain.questions import Asked
from bot.domain.senses import sense
from handlers.views import blocks as b
from handlers.views import given, pictures, readiness

SAY = "say_"  # action ids: say_or (the other sense), say_all (nothing left out)
OTHER, ALL = f"{SAY}or", f"{SAY}all"
INTERNALLY = f"{SAY}internally"  # as the team reads it
POST = "post_words"
FORM = "suppose_form"
FIELD = "what_if"
LONGEST = 1000  # characters of a question
LONGEST_IF = 300
_SENSES = ("1", "2")
# Which of the answers that a button gives lead on from here. An answer about one thing leads to all of them.
_LEADS_ON: Mapping[str, tuple[str, ...]] = {
    "before_golive": ("gates", "waiting", "mine", "all"),
    "readiness": ("before", "waiting"),
    "blockers": ("waiting", "before"),
    "owner_of": ("mine", "before"),
    "items_of": ("mine", "before"),
    "overdue": ("mine", "waiting"),
    "due_window": ("mine", "before"),
    "waiting_on": ("blockers", "before"),
    "assumptions": ("assumptions", "before"),
    "changes": ("before",),
    "critical_path": ("gates", "waiting"),
    "whatif": ("before",),
    "unowned": ("before",),
    "unverified": ("mine", "before"),
    "history_of": ("before",),
    "status_of": ("before",),
    "help": ("before", "blockers", "mine"),
    "out_of_scope": ("before",),
}
_SUPPOSING = frozenset({"before_golive", "readiness", "critical_path", "whatif", "status_of", "help"})
_PICTURED = frozenset({"before_golive", "readiness", "critical_path"})
_NOT_POSTED = frozenset({"help", "out_of_scope"})
_CUT = re.compile(r"(?:… )?and [\d,]+ more\b", re.IGNORECASE)


def answered(
    answer: Answer,
    project: Project,
    asked: Asked,
    words: str,
    *,
    second: bool,
    whole: bool,
    personal: bool,
    elsewhere: bool = False,
    alongside: bool = False,
    may: frozenset[str] = LED_TO,
) -> b.Message:
    """A private answer. `second`: it is given in the other sense that the words have; `may`: of what it
    leads to, what its reader may do."""
    value = _value(project, words, second)
    found: list[b.Block] = []
    if value and asked.other is not None:
        found.append(
            b.button(
                f"Or: {sense(asked.other.intent, asked.other.topic)}", OTHER, _other(project, words, second)
            )
        )
    cut = not whole and asked.intent != "before_golive" and _is_cut(answer)
    if value and cut:
        found.append(b.button("Show everything", ALL, value))
    found += _buttons(project, asked.intent, personal=personal)
    if value and project.channel and not personal and asked.intent not in _NOT_POSTED and "post" in may:
        spoken = "Post this answer to the project's channel"
        found.append(b.button("Post to channel", POST, value, spoken=spoken))
    if value and alongside:
        spoken = "The same with what is internal, for you alone"
        found.append(b.button("With internal items", INTERNALLY, value, spoken=spoken))
    blocks = [*readiness.body(answer), b.actions(*found)]
    return readiness.noted(answer, blocks, project, elsewhere=elsewhere, alongside=alongside)


def of_no_project(answer: Answer) -> b.Message:
    return b.message(answer.text, readiness.body(answer))


def posted(answer: Answer, project: Project, asked: Asked, words: str, by: str) -> b.Message:
    """The same answer for everybody in the channel, with what was asked; `by` is who posted it."""
    said = b.cut_escaped(words, 300)
    about = b.context(f"<@{by}> asked: “{said}”. What you press here, only you see.")
    buttons = _buttons(project, asked.intent, personal=False)
    return b.message(answer.text, [*readiness.body(answer), about, b.actions(*buttons)])


def question(action: Mapping[str, Any]) -> tuple[str, str, bool, bool]:
    """The project and the words of a press, whether in their second sense, and whether in full."""
    project, sense_of, words = [*given.pressed(action).split(" ", 2), "", ""][:3]
    if sense_of not in _SENSES or not 0 < len(words) <= LONGEST:
        raise Invalid(given.BUTTON)
    return project, words, sense_of == "2", given.word(action, "action_id") == ALL


def suppose_form(project: Project, example: str) -> b.Block:
    """What is to be supposed?"""
    element = {
        "type": "plain_text_input",
        "action_id": FIELD,
        "max_length": LONGEST_IF,
        "placeholder": b.plain(example, 150),
    }
    hint = (
        "A slip, a clear date, somebody away, an item dropped, a holiday, another target; several with “and”."
    )
    blocks = [
        b.field(FIELD, "What if …", element, optional=False, hint=hint),
        b.context("Nothing is stored: the plan stays as it is, and only you see the answer."),
    ]
    return b.modal("What if", "Work it out", FORM, json.dumps({"project": project.key}), blocks)


def supposed(view: Mapping[str, Any]) -> tuple[str, str]:
    """The project, and what is supposed."""
    _, (project,) = given.private(view, "project")
    words = given.word(given.fields(view).get(FIELD), "value")
    if words is None or not words.strip():
        raise Invalid("Say what is to be supposed, for example: vpn slips 3 days.", field=FIELD)
    return project, words.strip()


def _buttons(project: Project, intent: str, *, personal: bool) -> list[b.Block]:
    leads = _LEADS_ON[intent]
    found = readiness.leading_on(project, (to for to in leads if not (personal and to == "mine")))
    if intent in _SUPPOSING:
        found.append(readiness.what_if(project))
    if intent in _PICTURED:
        found.append(pictures.button(project, Sight(TIMELINE)))
    return found


def _value(project: Project, words: str, second: bool) -> str | None:
    """None where it is too long to be carried by a button."""
    value = f"{project.key} {_SENSES[second]} {words}"
    return value if len(value) <= b.LONGEST_VALUE and len(words) <= LONGEST else None


def _other(project: Project, words: str, second: bool) -> str:
    return f"{project.key} {_SENSES[not second]} {words}"


def _is_cut(answer: Answer) -> bool:
    """Does it say of a list how much more there is?"""
    lines: Iterable[str] = (line for section in answer.sections for line in section.lines)
    return any(_CUT.match(line) for line in lines)

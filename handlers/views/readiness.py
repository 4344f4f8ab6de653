"""What an answer looks like: the verdict, its sections, and the buttons that lead on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.answers import Answer
from bot.domain.errors import Invalid
from bot.domain.plan import Project
from handlers.views import blocks as b
from handlers.views import given
from handlers.views.gonogo import START

ASK = "ask_"  # action ids: ask_gates, ask_waiting, …
POST = "post_answer"
SUPPOSE = "suppose"  # what if; its form is with the questions in words
SIGNALS = "signals"  # its own answer has a button for each signal

_LEADS_ON = {
    "standing": ("before", "blockers", "mine"),
    "before": ("gates", "waiting", "mine", "all"),
    "all": ("waiting", "mine"),
    "gates": ("before", "waiting"),
    "waiting": ("before", "blockers"),
    "blockers": ("before", "waiting"),
    "assumptions": ("before", "mine"),
    "decisions": ("before", "assumptions"),
    "mine": ("before",),
    "item": ("before",),
}
_LABELS = {
    "before": "Before go-live",
    "all": "Show everything",
    "gates": "All gates in order",
    "waiting": "Waiting on whom",
    "blockers": "Blockers",
    "assumptions": "Assumptions",
    "decisions": "Decisions",
    "mine": "My items",
}
_WORRYING = frozenset({"standing", "before", "all"})
_PERSONAL = "mine"  # nobody else's business, so not to be posted


def answered(
    answer: Answer, project: Project, about: str, key: str | None = None, *, elsewhere: bool = False
) -> b.Message:
    """A private answer. `elsewhere`: it is asked in a channel without a project of its own."""
    blocks = [*body(answer), b.actions(*_leads_on(project, about, key, posted=False))]
    text = answer.text
    if elsewhere:
        note = not_of_here(project)
        blocks.insert(0, b.context(b.escaped(note)))
        text = f"{note}\n{text}"
    return b.message(text, blocks)


def not_of_here(project: Project) -> str:
    return f"This channel has no project of its own (start one with `/golive new`). This is {project.name}."


def leading_on(project: Project, abouts: Iterable[str]) -> list[b.Block]:
    """Buttons for these answers of a project."""
    return [b.button(_LABELS[to], f"{ASK}{to}", f"{project.key} {to}") for to in abouts]


def posted(answer: Answer, project: Project, about: str, key: str | None, by: str) -> b.Message:
    """The same answer for everybody in the channel; `by` is the Slack user who posted it."""
    asked = b.context(f"Posted by <@{by}> with `/golive`. What you press here, only you see.")
    blocks = [*body(answer), asked, b.actions(*_leads_on(project, about, key, posted=True))]
    return b.message(answer.text, blocks)


def question(action: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """The project, what is asked, and the item asked about, of a press."""
    project, about, key = [*given.pressed(action).split(" ", 2), "", ""][:3]
    pressed = given.word(action, "action_id") or ""
    asked = pressed.removeprefix(ASK) if pressed.startswith(ASK) else about
    if asked not in _LEADS_ON or (pressed == POST and asked == _PERSONAL):
        raise Invalid(given.BUTTON)
    return project, asked, key or None


def body(answer: Answer) -> list[b.Block]:
    first, *rest = answer.sections or (None,)
    found = b.sections(answer.title, first.lines if first and first.heading is None else ())
    for section in answer.sections if first and first.heading is not None else rest:
        if section is not None:
            found += b.sections(section.heading, section.lines)
    return found


def _leads_on(project: Project, about: str, key: str | None, *, posted: bool) -> list[b.Block]:
    value = f"{project.key} {about} {key or ''}".strip()
    found = [b.button(_LABELS[to], f"{ASK}{to}", value) for to in _LEADS_ON[about]]
    if about in _WORRYING:
        spoken = "What looks like trouble in this project"
        found.append(b.button("Signals", SIGNALS, project.key, spoken=spoken))
        found.append(what_if(project))
    if not posted and about == "before" and project.channel:
        found.append(b.button("Start go/no-go", START, project.key))
    if not posted and about != _PERSONAL and project.channel:
        found.append(
            b.button("Post to channel", POST, value, spoken="Post this answer to the project's channel")
        )
    return found


def what_if(project: Project) -> b.Block:
    return b.button("What if …", SUPPOSE, project.key, spoken="Suppose something, and see the forecast")


def opened(answer: Answer) -> b.Block:
    """The same answer as a modal, for places without a conversation."""
    return {
        "type": "modal",
        "title": b.plain(answer.title, 24),
        "close": b.plain("Close", 24),
        "blocks": b.fitting(body(answer), 100),
    }

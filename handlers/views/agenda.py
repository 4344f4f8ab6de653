"""What does the agenda of the next call look like?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.plan import Plan
from bot.domain.wording import Reply
from handlers.views import blocks as b
from handlers.views import given

POST = "agenda_post"
LONGEST_WORDS = 300


def shown(plan: Plan, reply: Reply, words: str) -> b.Message:
    """Only for who asked, with a button that shows it to the channel."""
    blocks = _lines(reply)
    value = f"{plan.project.key} {words}".strip()
    if plan.project.channel and len(words) <= LONGEST_WORDS:
        blocks.append(b.actions(b.button("Post to channel", POST, value, spoken="Post this agenda")))
    return b.message(reply.answer.text, blocks)


def posted(plan: Plan, reply: Reply, by: str) -> b.Message:
    """The same for everybody, with who posted it."""
    person = plan.by_slack.get(by)
    tail = f"Posted by {person.name}" if person else f"Posted by <@{by}>"
    shown = tail if person is None else b.escaped(tail)
    return b.message(reply.answer.text, [*_lines(reply), b.context(shown)])


def pressed(action: Mapping[str, Any]) -> tuple[str, str]:
    """The project of a press, and with whom the call is."""
    project, _, words = given.pressed(action).partition(" ")
    return project, words


def _lines(reply: Reply) -> list[b.Block]:
    blocks = b.sections(reply.answer.title, ())
    for part in reply.answer.sections:
        blocks += b.sections(None, [f"{n}. {line}" for n, line in enumerate(part.lines, 1)])
    return blocks

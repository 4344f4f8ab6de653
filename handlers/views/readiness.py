"""What an answer looks like: the verdict, its sections, and the buttons that lead on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.answers import Answer
from bot.domain.errors import Invalid
from bot.domain.permissions import LED_TO
from bot.domain.pictures.values import AROUND, BURNUP, TIMELINE, Sight
from bot.domain.plan import Project
from bot.domain.readers import Audience
from bot.domain.tables import Table
from handlers.views import blocks as b
from handlers.views import given, pictures
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
INTERNALLY = "internally_"  # action ids: internally_before, …
ALONGSIDE = "People from outside are in this channel, so this is what they may read. Only you see it."
_WORRYING = frozenset({"standing", "before", "all"})
_PICTURED = {
    "standing": Sight(BURNUP),
    **dict.fromkeys(("before", "all", "gates"), Sight(TIMELINE)),
}
_OF = (ASK, INTERNALLY)
_PERSONAL = "mine"  # nobody else's business, so not to be posted


def answered(
    answer: Answer,
    project: Project,
    about: str,
    key: str | None = None,
    *,
    elsewhere: bool = False,
    alongside: bool = False,
    audience: Audience | None = None,
    table: Table | None = None,
    may: frozenset[str] = LED_TO,
) -> b.Message:
    """A private answer. `elsewhere`: it is asked in a channel without a project of its own; `alongside`:
    people from outside read there, so it is put as they may read it; `may`: of what it leads to, what its
    reader may do."""
    shown = tabled(answer, table) if table is not None else body(answer)
    found = _leads_on(project, about, key, posted=False, audience=audience, may=may)
    if alongside:
        found.append(everything(project, about, key))
    return noted(answer, [*shown, b.actions(*found)], project, elsewhere=elsewhere, alongside=alongside)


def noted(
    answer: Answer, blocks: list[b.Block], project: Project, *, elsewhere: bool, alongside: bool
) -> b.Message:
    """An answer after what has to be known of it first."""
    notes = [*([not_of_here(project)] if elsewhere else []), *([ALONGSIDE] if alongside else [])]
    before = [b.context(b.escaped(note)) for note in notes]
    return b.message("\n".join((*notes, answer.text)), [*before, *blocks])


def everything(project: Project, about: str, key: str | None) -> b.Block:
    """The same as the team reads it, to whoever presses and may read it."""
    value = f"{project.key} {about} {key or ''}".strip()
    spoken = "The same with what is internal, for you alone"
    return b.button("With internal items", f"{INTERNALLY}{about}", value, spoken=spoken)


def not_of_here(project: Project) -> str:
    return f"This channel has no project of its own (start one with `/golive new`). This is {project.name}."


def leading_on(project: Project, abouts: Iterable[str]) -> list[b.Block]:
    """Buttons for these answers of a project."""
    return [b.button(_LABELS[to], f"{ASK}{to}", f"{project.key} {to}") for to in abouts]


def posted(
    answer: Answer,
    project: Project,
    about: str,
    key: str | None,
    by: str,
    *,
    table: Table | None = None,
    may: frozenset[str] = LED_TO,
) -> b.Message:
    """The same answer for everybody in the channel; `by` is the Slack user who posted it, `may` what all of
    them may do."""
    asked = b.context(f"Posted by <@{by}> with `/golive`. What you press here, only you see.")
    shown = tabled(answer, table) if table is not None else body(answer)
    blocks = [*shown, asked, b.actions(*_leads_on(project, about, key, posted=True, may=may))]
    return b.message(answer.text, blocks)


def question(action: Mapping[str, Any]) -> tuple[str, str, str | None]:
    """The project, what is asked, and the item asked about, of a press."""
    project, about, key = [*given.pressed(action).split(" ", 2), "", ""][:3]
    about = about.partition(":")[0]
    pressed = given.word(action, "action_id") or ""
    asked = pressed.removeprefix(ASK).removeprefix(INTERNALLY) if pressed.startswith(_OF) else about
    if asked not in _LEADS_ON or (pressed == POST and asked == _PERSONAL):
        raise Invalid(given.BUTTON)
    return project, asked, key or None


def tabled(answer: Answer, table: Table) -> list[b.Block]:
    """The answer as its title and a table; the text of the message still says every line."""
    more = f"and {table.more:,} more, which do not fit here: `/golive before all` lists them"
    return [
        *b.sections(answer.title, ()),
        b.data_table(table.caption, table.columns, table.rows),
        *([b.context(more)] if table.more else []),
    ]


def for_whom(action: Mapping[str, Any]) -> Audience | None:
    """Whose reading a press wants: that of the answer it stands under, or the team's own."""
    pressed = given.word(action, "action_id") or ""
    if pressed.startswith(INTERNALLY):
        return Audience.TEAM
    said = [*given.pressed(action).split(" ", 2), ""][1].partition(":")[2]
    return Audience(said) if pressed == POST and said in tuple(Audience) else None


def body(answer: Answer) -> list[b.Block]:
    first, *rest = answer.sections or (None,)
    found = b.sections(answer.title, first.lines if first and first.heading is None else ())
    for section in answer.sections if first and first.heading is not None else rest:
        if section is not None:
            found += b.sections(section.heading, section.lines)
    return found


def _leads_on(
    project: Project,
    about: str,
    key: str | None,
    *,
    posted: bool,
    audience: Audience | None = None,
    may: frozenset[str] = LED_TO,
) -> list[b.Block]:
    value = f"{project.key} {about} {key or ''}".strip()
    told = f"{about}:{audience}" if audience else about
    found = [b.button(_LABELS[to], f"{ASK}{to}", value) for to in _LEADS_ON[about]]
    if about in _WORRYING:
        if "signals" in may:
            spoken = "What looks like trouble in this project"
            found.append(b.button("Signals", SIGNALS, project.key, spoken=spoken))
        found.append(what_if(project))
    if about in _PICTURED:
        found.append(pictures.button(project, _PICTURED[about]))
    elif about == "item" and key:
        found.append(pictures.button(project, Sight(AROUND, key)))
    if not posted and about == "before" and project.channel and "poll" in may:
        found.append(b.button("Start go/no-go", START, project.key))
    if not posted and about != _PERSONAL and project.channel and "post" in may:
        found.append(
            b.button(
                "Post to channel",
                POST,
                f"{project.key} {told} {key or ''}".strip(),
                spoken="Post this answer to the project's channel",
            )
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

"""What can be asked, with examples from the project itself, and what is said when something else was?"""

from __future__ import annotations

from bot.domain.plan import Item, Person, Plan, Status
from bot.domain.readiness import Assessment
from bot.domain.wording import Words

BEYOND = (
    "That is nothing I can tell from a project. I know what is left, by when, who has it and what holds it."
)
_EVERYWHERE = (
    "What must happen before go-live? Are we ready? What can be started today?",
    "What is blocked, and on whom does it wait? What is overdue? What is due this week?",
)
_AT_LAST = (
    "What has no owner? What is done but not confirmed? Which assumptions are open?",
    "What sets the date? What changed since Friday? What worries you?",
)
LANGUAGES = "Slips of the keyboard do no harm; the plain forms in Spanish, French and German are read too."


def beyond(a: Assessment | None = None) -> tuple[str, ...]:
    """One line, and one example."""
    item = _telling(a) if a else None
    example = f"how does {item.key} stand?" if item else "what must happen before go-live?"
    return BEYOND, f"For example: “{example}”, or “help” for more."


def welcome() -> tuple[str, ...]:
    """To somebody who says thank you."""
    return "You are welcome.", "Ask again whenever you like, or “help” for what I can tell."


def help_lines(a: Assessment | None = None) -> tuple[str, ...]:
    """What can be asked; with an item and a person of the project, where one is known."""
    item = _telling(a) if a else None
    if a is None or item is None:
        return (*_EVERYWHERE, *_AT_LAST, LANGUAGES)
    person = _somebody(a.plan, item)
    target = a.plan.project.target_go_live
    hit = f" Can we still make {Words(a).short(target)}?" if target and target >= a.today else ""
    about = [f"Who has {item.key}? How does it stand: how is {item.key}? What happened to {item.key}?"]
    suppose = f"What if {item.key} slips 3 days?"
    if person is not None:
        name = person.name.split()[0] if " " in person.name else person.name
        about.append(f"What does {person.name} have? What do I have to confirm?")
        suppose += f" What if {name} is away next week?"
    return (_EVERYWHERE[0] + hit, _EVERYWHERE[1], *about, *_AT_LAST, suppose, LANGUAGES)


def supposable(a: Assessment) -> str:
    """Something that can be supposed of this project."""
    item = _telling(a)
    person = _somebody(a.plan, item) if item else None
    away = f", and {person.name} is away next week" if person else ""
    return f"{item.key} slips 3 days{away}" if item else "training slips 3 days"


def an_item(a: Assessment) -> str:
    """The key of an item to ask about, for an example."""
    found = _telling(a) or next(iter(a.plan.items), None)
    return found.key if found else "KEY"


def somebody(a: Assessment) -> str:
    """Whom to ask about, for an example."""
    item = _telling(a)
    person = (_somebody(a.plan, item) if item else None) or next(iter(a.plan.people), None)
    return person.name if person else "NAME"


def _telling(a: Assessment) -> Item | None:
    """An item worth asking about: one that somebody has, and that the date hangs on if there is one."""
    items = {item.key: item for item in a.plan.items}
    keys = [*a.chain, *(item.key for item in a.do_next), *a.timing]
    owned = (items[key] for key in keys if key in items and items[key].owner and len(key) <= 20)
    return next((item for item in owned if a.standing[item.key] is not Status.DONE), None)


def _somebody(plan: Plan, item: Item) -> Person | None:
    return plan.person.get(item.owner or "")

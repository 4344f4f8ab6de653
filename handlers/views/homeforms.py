"""The small forms of App Home: what shows that it is so, when am I left alone, who acts for me?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.plan import Hours
from handlers.views import blocks as b
from handlers.views import given

FORM = "home_form_"  # callback ids: home_form_confirm, home_form_hours, …
LONGEST = 2000
EVERYWHERE = "*"
NOBODY = "nobody"
_WORDS = {
    "confirm": ("Validate", "Validate", "evidence", "What did you see that shows it is done?"),
    "not_done": ("Not done", "Open again", "why", "What is missing?"),
    "is_true": ("It's true", "Verify", "evidence", "What shows it?"),
    "is_false": ("It's false", "Refute", "why", "What shows it?"),
}
_HINTS = {
    "confirm": "A log, a screen, a test run: whatever shows that it is so. It is kept with your name.",
    "is_false": "What was done on it is opened again, and those whose work that is are told.",
}
ASKING = frozenset(_WORDS)  # acts that need words


def words(act: str, value: str, about: str) -> b.Block:
    """The form that asks for the words an act needs; `value` says of what, as the button did."""
    title, submit, name, label = _WORDS[act]
    element = {"type": "plain_text_input", "action_id": name, "multiline": True, "max_length": LONGEST}
    field = b.field(name, label, element, optional=False, hint=_HINTS.get(act))
    about_it = b.context(b.cut_escaped(about, 300))
    return b.modal(title, submit, f"{FORM}{act}", json.dumps({"of": value}), [about_it, field])


def read_words(view: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """The act, the project, the key, and what was said."""
    act = (given.word(view, "callback_id") or "").removeprefix(FORM)
    _, (value,) = given.private(view, "of")
    project, _, key = [*value.split(" ", 2), "", ""][:3]
    if act not in _WORDS or not (project and key):
        raise Invalid(given.FORM)
    said = given.word(given.fields(view).get(_WORDS[act][2]), "value")
    if said is None or not said.strip():
        raise Invalid("Say it in a few words.", field=_WORDS[act][2])
    return act, project, key, said.strip()


def hours(now: Hours | None) -> b.Block:
    start: b.Block = {"type": "timepicker", "action_id": "start"}
    end: b.Block = {"type": "timepicker", "action_id": "end"}
    if now is not None:
        start["initial_time"], end["initial_time"] = f"{now.start:%H:%M}", f"{now.end:%H:%M}"
    fields = [
        b.field("start", "My day begins", start, optional=True),
        b.field("end", "It ends", end, optional=True, hint="Leave both empty to work as each project does."),
        b.context("Where you are, on working days, in all your projects. Outside of it nobody is reminded."),
    ]
    return b.modal("Working hours", "Save", f"{FORM}hours", json.dumps({"of": "hours"}), fields)


def read_hours(view: Mapping[str, Any]) -> tuple[time | None, time | None]:
    said = given.fields(view)
    return _time(said.get("start"), "start"), _time(said.get("end"), "end")


def _time(element: Any, field: str) -> time | None:
    said = given.choice(element, "selected_time")
    try:
        return time.fromisoformat(said) if said else None
    except ValueError:
        raise Invalid("That is no time of day: say it like 08:30.", field=field) from None


def quiet() -> b.Block:
    until = b.field("until", "Until when?", {"type": "datepicker", "action_id": "until"}, optional=True)
    fields = [
        {**until, "hint": b.plain("Leave it empty to be quiet until you say otherwise.", 2000)},
        b.context("I tell you nothing by myself until then. What waits for you meanwhile goes to others."),
    ]
    return b.modal("Quiet", "Be quiet", f"{FORM}quiet", json.dumps({"of": "quiet"}), fields)


def read_quiet(view: Mapping[str, Any]) -> str | None:
    said = given.choice(given.fields(view).get("until"), "selected_date")
    return said if given.day(said, given.FORM) else None


def deputy(projects: Sequence[tuple[str, str]]) -> b.Block:
    """Who acts for me: in all my projects or in one, and when I am away next."""
    person = {"type": "users_select", "action_id": "user", "placeholder": b.plain("As it is", 150)}
    nobody = {"type": "checkboxes", "action_id": NOBODY, "options": [b.option("Nobody acts for me", NOBODY)]}
    options = [b.option("All my projects", EVERYWHERE), *(b.option(name, key) for key, name in projects[:99])]
    where = {
        "type": "static_select",
        "action_id": "project",
        "options": options,
        "initial_option": options[0],
    }
    fields = [
        b.field("user", "Who acts for you while you are away?", person, optional=True),
        b.field(NOBODY, "Or", nobody, optional=True),
        b.field("project", "In which project?", where, optional=False),
        b.field("from", "First day away", {"type": "datepicker", "action_id": "from"}, optional=True),
        b.field(
            "until",
            "Last day away",
            {"type": "datepicker", "action_id": "until"},
            optional=True,
            hint="Both days count. They are added to those the projects know already.",
        ),
    ]
    return b.modal("Deputy", "Save", f"{FORM}deputy", json.dumps({"of": "deputy"}), fields)


def read_deputy(view: Mapping[str, Any]) -> tuple[str | None, str | None, tuple[date, date] | None]:
    """The Slack user ("": nobody, None: whoever it is), the project (None: all of them), and days away."""
    said = given.fields(view)
    user = given.choice(said.get("user"), "selected_user")
    if (said.get(NOBODY) or {}).get("selected_options"):
        if user is not None:
            raise Invalid("Choose somebody, or nobody.", field=NOBODY)
        user = ""
    project = given.choice(said.get("project"), "selected_option", "value")
    days = [
        given.day(given.choice(said.get(name), "selected_date"), given.FORM) for name in ("from", "until")
    ]
    first, last = days
    if (first is None) != (last is None):
        missing = "until" if last is None else "from"
        raise Invalid("Say both the first and the last day away, or neither.", field=missing)
    if project is None:
        raise Invalid(given.FORM)
    away = (first, last) if first is not None and last is not None else None
    return user, None if project == EVERYWHERE else project, away

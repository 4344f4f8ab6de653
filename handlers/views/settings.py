"""What a project's settings look like, and the form that changes one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.plan import Plan
from bot.domain.policies import SETTINGS, Policies
from handlers.views import blocks as b
from handlers.views import digesttime, given

CHANGE = "change_setting"
FORM = "setting_form"
AT = "value"


def settings(plan: Plan, policies: Policies) -> b.Message:
    """Each setting with its value and what it means; what differs from the usual stands out."""
    values, usual = flat(policies), flat(Policies())
    lines = []
    for name, meaning in SETTINGS.items():
        other = f" (usually {usual[name]})" if values[name] != usual[name] else ""
        lines.append(f"`{name}` {values[name]}{other}: {meaning}")
    tail = "The lead changes one with `/golive settings NAME VALUE`, for example `settings digest.at 08:30`."
    change = b.button("Change one …", CHANGE, plan.project.key, spoken="Change a setting")
    blocks = [
        *b.sections(f"Settings of {plan.project.name}", lines),
        b.context(tail),
        b.actions(digesttime.button(plan.project), change),
    ]
    return b.message("\n".join((f"Settings of {plan.project.name}:", *lines, tail)), blocks)


def flat(policies: Policies) -> Mapping[str, str]:
    """By name, the value as it is typed; who may what and the summaries have screens of their own."""
    found = _flattened("", policies.as_mapping())
    return {name: _words(value, ", " if name.startswith("gonogo.") else " ") for name, value in found}


def _flattened(group: str, mapping: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in mapping.items():
        name = f"{group}.{key}" if group else key
        if isinstance(value, Mapping):
            yield from _flattened(name, value)
        elif name in SETTINGS:
            yield name, value


def form(plan: Plan, policies: Policies) -> b.Block:
    values = flat(policies)
    options = [b.option(f"{name}: {values[name]}", name) for name in SETTINGS]
    choose = {
        "type": "static_select",
        "action_id": "name",
        "placeholder": b.plain("Choose a setting", 150),
        "options": options,
    }
    value = {"type": "plain_text_input", "action_id": "value", "max_length": 200}
    hint = "Times like 08:30; waits like 4h 1d 2d; yes or no; none takes it away."
    fields = [
        b.field("name", "Setting", choose, optional=False),
        b.field("value", "New value", value, optional=False, hint=hint),
    ]
    return b.modal("Settings", "Save", FORM, json.dumps({"project": plan.project.key}), fields)


def read_form(view: Mapping[str, Any]) -> tuple[str, str, str]:
    """The project, the setting's name, and its new value."""
    _, (project,) = given.private(view, "project")
    values = given.fields(view)
    name = given.choice(values.get("name"), "selected_option", "value")
    if name is None:
        raise Invalid(given.FORM)
    return project, name, given.choice(values.get("value"), "value") or ""


def _words(value: Any, between: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return between.join(value)
    return "none" if value is None else str(value)

"""The small menu behind the shortcut: what can be done, in which project, and the form of a new one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.plan import Project
from bot.domain.templates import Template, showing
from handlers.views import blocks as b
from handlers.views import digesttime, forms, given, readiness
from handlers.views import fields as f
from handlers.views.gonogo import START

PROJECT = "menu_project"
NEW = "menu_new"
NEW_FORM = "new_project_form"
TEMPLATE, TARGET = "new_template", "new_target"  # what the target means is shown as they are chosen
EMPTY = "-"
MOST_PROJECTS = 100


def menu(projects: Sequence[Project], chosen: Project | None) -> b.Block:
    """What can be done; where somebody is in several projects, in which of them."""
    blocks: list[b.Block] = []
    if len(projects) > 1:
        blocks.append(_choice(projects, chosen))
    if chosen is not None:
        verbs = ("add", "edit", "handover", "block", "done", "validate")
        blocks += [
            b.section(f"*{b.cut_escaped(chosen.name, 200)}*"),
            b.actions(*(forms.opener(verb, chosen.key) for verb in verbs)),
            b.actions(
                *readiness.leading_on(chosen, ("before", "mine")),
                b.button("Start go/no-go …", START, chosen.key),
                digesttime.button(chosen),
            ),
        ]
    begin = "Plan a project …" if projects else "Plan your first project …"
    blocks.append(b.actions(b.button(begin, NEW, "new")))
    return {**forms.LOADING, "blocks": blocks}


def _choice(projects: Sequence[Project], chosen: Project | None) -> b.Block:
    options = {one.key: b.option(one.name, one.key) for one in projects[:MOST_PROJECTS]}
    element: b.Block = {
        "type": "static_select",
        "action_id": PROJECT,
        "placeholder": b.plain("Choose a project", 150),
        "options": list(options.values()),
    }
    if chosen is not None and chosen.key in options:
        element["initial_option"] = options[chosen.key]
    return {"type": "actions", "block_id": PROJECT, "elements": [element]}


# ——— a new project


def new_fields(templates: Sequence[Template], *, channel: bool) -> list[f.Field]:
    """What the form of a new project asks."""
    choices = [(template.name, template.key) for template in templates][:99]
    details = {template.key: showing.size(template) for template in templates}
    asked: list[f.Field] = [
        f.Words(
            id="name",
            label="What is it called?",
            most=120,
            optional=False,
            placeholder="North Clinic go-live",
        ),
        f.OneOf(
            id="template",
            label="Which checklist does it start from?",
            optional=False,
            choices=[*choices, ("None: only go-live itself", EMPTY)],
            details=details,
            action=TEMPLATE,
            at_once=True,
        ),
        f.Day(id="target", label="Target date of go-live", action=TARGET, at_once=True),
        f.Words(
            id="country",
            label="Whose public holidays are free?",
            most=9,
            placeholder="US, or US-IL",
            hint="The code of the country, and of the part of it if need be.",
        ),
    ]
    return [f.Channel(id="channel", label="In which channel?", optional=False), *asked] if channel else asked


def new_form(
    templates: Sequence[Template],
    channel: str | None,
    values: Mapping[str, Any] | None = None,
    meaning: Sequence[str] = (),
) -> b.Block:
    """The form, and what the target date means where one is chosen."""
    fields = f.drawn(new_fields(templates, channel=channel is None), values or {})
    said = b.sections(None, meaning) if meaning else [b.context("Choose a date, and I say what it means.")]
    private = json.dumps({"channel": channel})
    return b.modal("Plan a project", "Start", NEW_FORM, private, [*fields, *said])


def channel_of(view: Mapping[str, Any]) -> str | None:
    """The channel a form of a new project says it was opened in."""
    private, _ = given.private(view)
    return given.word(private, "channel")


def read_new(view: Mapping[str, Any], templates: Sequence[Template]) -> dict[str, Any]:
    """What a new project is to be; `template` None for an empty one."""
    channel = channel_of(view)
    found = f.read(new_fields(templates, channel=channel is None), view)
    found["template"] = None if found["template"] == EMPTY else found["template"]
    if found["template"] is not None and found["target"] is None:
        raise Invalid("A checklist is laid out backwards from go-live: choose its date.", field="target")
    return {"channel": channel, **found}


def chosen_so_far(view: Mapping[str, Any]) -> tuple[str | None, date | None, str | None]:
    """The template, the target and the country, as far as they are chosen."""
    values = given.fields(view)
    template = given.choice(values.get("template"), "selected_option", "value")
    target = given.day(given.choice(values.get("target"), "selected_date"), given.FORM)
    country = given.choice(values.get("country"), "value")
    return None if template in (None, EMPTY) else template, target, country

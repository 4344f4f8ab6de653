"""What the table of who may do what looks like, and the form that changes one line of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.domain import permissions
from bot.domain.errors import Invalid
from bot.domain.permissions import ACTS, GIVEN, Role
from bot.domain.plan import Plan
from handlers.views import blocks as b
from handlers.views import given

CHANGE = "change_permission"
FORM = "permission_form"
AT = "roles"
_WORDS = {
    Role.AUTHOR: "who did or reported it",
    Role.ASKED: "who is asked",
    Role.CONCERNED: "whose work it is about",
}


def permissions_of(plan: Plan) -> b.Message:
    """Every act, who may here, and who usually may where that is another."""
    head, lines = f"Who may do what in {plan.project.name}", [_line(plan, act) for act in ACTS]
    tail = (
        "The lead changes a line with `/golive permissions ACT ROLES`, for example `permissions add lead "
        f"member`; `default` brings the usual back. Roles: {', '.join(GIVEN)}. Customers are guests and "
        "people from other companies: they read nothing internal, whatever they may do."
    )
    change = b.button("Change one …", CHANGE, plan.project.key, spoken="Change who may do something")
    blocks = [*b.sections(head, lines), b.context(tail), b.actions(change)]
    return b.message("\n".join((f"{head}:", *lines, tail)), blocks)


def _line(plan: Plan, act: str) -> str:
    rule, here = ACTS[act], permissions.allowed(plan.project, act)
    usual = "" if here == rule.who else f" (usually {_listed(rule.who)})"
    same = "; the same in every project" if rule.fixed or not rule.of_project else ""
    return f"`{act}` {_listed(here)}{usual}: {rule.said('')}{same}"


def form(plan: Plan) -> b.Block:
    """An act and its roles; those of it that the project says now stand beside it."""
    changeable = [act for act in ACTS if permissions.wrong(act, [Role.LEAD]) is None]
    may = partial(permissions.allowed, plan.project)
    options = [b.option(f"{act}: {_listed(may(act))}", act) for act in changeable]
    choose = {
        "type": "static_select",
        "action_id": "act",
        "placeholder": b.plain("Choose what", 150),
        "options": options,
    }
    roles = {"type": "checkboxes", "action_id": "roles", "options": [b.option(role, role) for role in GIVEN]}
    hint = "None of them: as usual. The lead always may change the settings and this table."
    fields = [
        b.field("act", "What", choose, optional=False),
        b.field("roles", "Who may", roles, optional=True, hint=hint),
    ]
    return b.modal("Who may do what", "Save", FORM, json.dumps({"project": plan.project.key}), fields)


def read_form(view: Mapping[str, Any]) -> tuple[str, str, str]:
    """The project, the setting that says who may do the act, and the roles in words."""
    _, (project,) = given.private(view, "project")
    values = given.fields(view)
    act = given.choice(values.get("act"), "selected_option", "value")
    chosen = values.get("roles", {}).get("selected_options") or []
    if act is None or not isinstance(chosen, list):
        raise Invalid(given.FORM)
    roles = [given.word(each, "value") for each in chosen]
    if any(role is None for role in roles):
        raise Invalid(given.FORM)
    return project, f"may.{act}", " ".join(role for role in roles if role) or "default"


def _listed(roles: tuple[Role, ...]) -> str:
    return ", ".join(_WORDS.get(role, role.value) for role in roles)

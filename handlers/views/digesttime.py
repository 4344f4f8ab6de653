"""The form that says when golive speaks by itself: digest, working hours, news, reminders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.plan import Plan, Project
from bot.domain.policies import Policies
from handlers.views import blocks as b
from handlers.views import fields as f
from handlers.views import given

CHANGE = "change_digest"
FORM = "digest_form"
# What is ticked, the setting it is kept in, and whether ticking it says no there.
_TICKS = (
    ("A digest in the project's channel on working days", "digest.off", True),
    ("Also on a day without news, in a line", "digest.quiet_line", False),
    ("Ask people for their news", "standup.off", True),
    ("Remind people, and let blockers climb", "reminders.off", True),
)
_CLOCKS = ("digest.at", "hours.start", "hours.end", "standup.at")


def button(project: Project) -> b.Block:
    spoken = "When golive speaks by itself: digest, hours, news and reminders"
    return b.button("Digest and hours …", CHANGE, project.key, spoken=spoken)


def fields(zone: str) -> list[f.Field]:
    return [
        f.Ticks(
            id="ticks", label="What golive does by itself", choices=[(told, name) for told, name, _ in _TICKS]
        ),
        f.Clock(id="digest.at", label=f"Digest at ({zone})", optional=False),
        f.Clock(id="hours.start", label="People's working hours begin", optional=False),
        f.Clock(id="hours.end", label="They end", optional=False, hint="Where a person says no others."),
        f.Clock(id="standup.at", label="News are asked for at", hint="Empty: when people's day begins."),
    ]


def form(
    plan: Plan, policies: Policies, values: Mapping[str, Any] | None = None, note: Sequence[str] = ()
) -> b.Block:
    """The form, as the project is set now, or as somebody had filled it in."""
    project = plan.project
    private = json.dumps({"project": project.key, "seen": project.revision, "zone": project.timezone})
    begun = values if values is not None else _now(policies)
    told = [b.section("\n".join(b.cut_escaped(line, 900) for line in note))] if note else []
    blocks = [*told, *f.drawn(fields(project.timezone), begun)]
    blocks.append(
        b.context(b.escaped(f"In {b.cut(project.name, 100)}. `/golive settings` shows all there is."))
    )
    return b.modal("Digest and hours", "Save", FORM, private, blocks)


def _now(policies: Policies) -> dict[str, Any]:
    said = policies.as_mapping()
    ticked = []
    for _, name, turned in _TICKS:
        group, _, inner = name.partition(".")
        if bool(said[group][inner]) is not turned:
            ticked.append(name)
    times = {"digest.at": policies.digest.at, "standup.at": policies.standup.at}
    return {
        "ticks": tuple(ticked),
        **times,
        "hours.start": policies.hours.start,
        "hours.end": policies.hours.end,
    }


def read(view: Mapping[str, Any]) -> tuple[str, int, dict[str, Any]]:
    """The project, the revision the form was filled from, and what was filled in."""
    private, (project, zone) = given.private(view, "project", "zone")
    values = f.read(fields(zone), view)
    if values["hours.start"] == values["hours.end"]:
        raise Invalid("That is when they begin: say when people stop working.", field="hours.end")
    return project, given.number(private.get("seen"), given.FORM), values


def settings(values: Mapping[str, Any]) -> dict[str, str]:
    """Each setting as it is typed."""
    found = {}
    for _, name, turned in _TICKS:
        found[name] = "yes" if (name in values["ticks"]) is not turned else "no"
    for name in _CLOCKS:
        found[name] = f"{values[name]:%H:%M}" if values[name] is not None else "none"
    return found

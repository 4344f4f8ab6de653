"""How does JSON Schema describe what a project decides about itself?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain import permissions, policies
from bot.domain.permissions import ACTS, GIVEN
from bot.domain.plan import WEEKDAYS
from bot.domain.readers import OFFERED

_CLOCK: dict[str, Any] = {"type": ["string", "null"], "pattern": r"^\d{1,2}:\d{2}$"}
_FLAG: dict[str, Any] = {"type": ["boolean", "null"]}
_SOME_WORD: dict[str, Any] = {"type": ["string", "null"]}
_WAITS: dict[str, Any] = {
    "type": ["array", "null"],
    "items": {"type": "string"},
    "minItems": policies.RUNGS - 1,
    "maxItems": policies.RUNGS - 1,
}
_SHAPES: Mapping[str, dict[str, Any]] = {
    "start": _CLOCK,
    "end": _CLOCK,
    "at": _CLOCK,
    "quiet_line": _FLAG,
    "off": _FLAG,
    "critical": _WAITS,
    "gate": _WAITS,
    "budget": {"type": ["integer", "null"], "minimum": 0, "maximum": policies.MOST_MESSAGES},
    "outside": {"enum": [policies.ASK, policies.FREE, None]},
    "talk": {"enum": [*policies.TALK, False, None]},
    "offers_a_day": {"type": ["integer", "null"], "minimum": 0, "maximum": policies.MOST_MESSAGES},
    "blocker": _SOME_WORD,
    "done": _SOME_WORD,
    "doing": _SOME_WORD,
    "roles": {
        "type": ["array", "null"],
        "items": {"type": "string", "pattern": r"\S"},
        "minItems": 1,
        "maxItems": policies.MOST_ROLES,
    },
    "country": _SOME_WORD,
    "subdivision": _SOME_WORD,
}
_SHORT: Mapping[str, dict[str, Any]] = {  # hours: 08:00-16:00, holidays: US, hear: off
    "hours": {"type": "string", "pattern": r"^\d{1,2}:\d{2} *- *\d{1,2}:\d{2}$"},
    "holidays": {"type": "string", "pattern": r"\S"},
    "hear": {"enum": [*policies.TALK, False]},
}


def schema() -> dict[str, Any]:
    """How JSON Schema describes them."""
    properties: dict[str, Any] = {}
    for name, means in policies.SETTINGS.items():
        *groups, key = name.split(".")
        within = properties
        for group in groups:
            empty = {"type": ["object", "null"], "properties": {}, "additionalProperties": False}
            within = within.setdefault(group, empty)["properties"]
        within[key] = {"description": means, **_SHAPES[key]}
    properties["may"] = _who_may()
    properties["summaries"] = _posted_weekly()
    for group, short in _SHORT.items():
        properties[group] = {"anyOf": [properties[group], short]}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _posted_weekly() -> dict[str, Any]:
    one = {
        "audience": {"enum": [each.value for each in OFFERED]},
        "channel": {"type": "string", "pattern": f"^{policies.CHANNEL.pattern}$"},
        "day": {"enum": list(WEEKDAYS)},
        "at": {"type": "string", "pattern": _CLOCK["pattern"]},
    }
    each = {"type": "object", "properties": one, "required": list(one), "additionalProperties": False}
    listed = {"type": ["array", "null"], "items": each, "maxItems": policies.MOST_SUMMARIES}
    return {"description": "what is posted every week, for whom and where", **listed}


def _who_may() -> dict[str, Any]:
    acts = {}
    for act, rule in ACTS.items():
        roles = [role.value for role in GIVEN if permissions.wrong(act, [role]) is None]
        if roles:
            listed = {"type": ["array", "string", "null"], "items": {"enum": roles}, "minItems": 1}
            acts[act] = {"description": f"who can {rule.said('')}", **listed}
    return {
        "description": "who may do what, where it is not as usual",
        "type": ["object", "null"],
        "properties": acts,
        "additionalProperties": False,
    }

"""How is a template written down?"""

from __future__ import annotations

from typing import Any

from bot.domain.projectfile.fields import Fields, said
from bot.domain.projectfile.writing import document
from bot.domain.templates.fields import BELIEF, STEP, TEMPLATE
from bot.domain.templates.values import Belief, Step, Template


def write(template: Template) -> str:
    """The template file; reading it gives the same template."""
    about = said(_plain(template, TEMPLATE), TEMPLATE)
    steps = (said(_plain(step, STEP), STEP) for step in template.items)
    beliefs = (said(_plain(belief, BELIEF), BELIEF) for belief in template.assumptions)
    return document("template", about, (("items", steps), ("assumptions", beliefs)))


def _plain(thing: Template | Step | Belief, fields: Fields) -> dict[str, Any]:
    found = {name: getattr(thing, name) for name in fields}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}

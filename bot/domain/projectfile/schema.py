"""How does JSON Schema describe a project file, for editors that check while somebody types?"""

from __future__ import annotations

from typing import Any

from bot.domain.projectfile.fields import PARTS, PROJECT, object_schema


def schema() -> dict[str, Any]:
    """The published schema; what one line of a file says of another (people, cycles) is beyond it."""
    parts = {
        part.place: {
            "description": part.means,
            "type": ["array", "null"],
            "items": object_schema(part.fields),
        }
        for part in PARTS
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A golive project file",
        "type": "object",
        "properties": {"project": object_schema(PROJECT), **parts},
        "required": ["project"],
        "additionalProperties": False,
    }

"""What does the app's manifest ask Slack for?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.domain.errors import NotFound

PACKAGE = Path(__file__).parents[1]
PLACES = (PACKAGE.parent / "manifest.yml", PACKAGE / "manifest.yml")  # a checkout, and an installed package


def manifest() -> dict[str, Any]:
    for place in PLACES:
        if place.is_file():
            found: dict[str, Any] = yaml.safe_load(place.read_text(encoding="utf-8"))
            return found
    raise NotFound(f"manifest.yml is missing: it belongs at {PLACES[0]}.")


def scopes() -> frozenset[str]:
    return frozenset(manifest()["oauth_config"]["scopes"]["bot"])

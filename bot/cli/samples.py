"""What does the sandbox show to somebody who brings no project of their own?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "samples"
PROJECT = FOLDER / "lakeside.yaml"
HISTORY = FOLDER / "lakeside-history.yaml"


def history() -> tuple[datetime | None, list[dict[str, Any]]]:
    """The moment the sample is to be read at, and what was said in its channel before."""
    return None, []

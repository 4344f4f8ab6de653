"""What may be stored of a text somebody wrote?"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from bot.domain import patientdata
from bot.domain.patientdata import WITHHELD, PatientData

LIMIT = 40_000  # characters: the longest message Slack takes, so nothing that came from there is cut
CUT = "… [cut: longer than 40,000 characters]"

# Control characters but tab and line feed; halves of surrogate pairs, which no database takes as text.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|\u0085")


def clean(text: str) -> str:
    """The text as it may be stored: without control characters, and no longer than LIMIT. PatientData when
    it says who a patient is.

    Every text passes here, or below, on its way in, whichever table it goes to.
    """
    finding = patientdata.found(text)
    if finding is not None:
        raise PatientData(finding)
    return _tidy(text)


def clean_json(value: Any) -> Any:
    """The same JSON value with every text in it cleaned, names of fields too."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(name)): clean_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(inner) for inner in value]
    return _counted(value)


def veiled(text: str) -> str:
    """The same for what golive says itself, or was told by a machine: nobody is there to say it otherwise,
    so a text that says who a patient is gives way to one that says so."""
    return WITHHELD if patientdata.found(text) is not None else _tidy(text)


class Veiled(dict[str, Any]):
    """A JSON object that was looked through already: it is stored as it is."""


def veiled_object(value: Mapping[str, Any]) -> Veiled:
    """The object with every such text in it withheld. Looking through one takes longer than storing it, so
    it is done before others have to wait for that."""
    return value if isinstance(value, Veiled) else Veiled(veiled_json(value))


def veiled_json(value: Any) -> Any:
    """The same JSON value with every such text in it withheld."""
    if isinstance(value, str):
        return veiled(value)
    if isinstance(value, Mapping):
        return {_veiled_name(str(name)): veiled_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [veiled_json(inner) for inner in value]
    return _counted(value)


def _counted(value: Any) -> Any:
    """Python reads and writes NaN and Infinity as JSON; PostgreSQL, and JSON, know no such numbers."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


# The same few names stand in every event there is.
_NAMES: set[str] = set()
_MOST_NAMES = 5_000


def _veiled_name(name: str) -> str:
    if name in _NAMES:
        return name
    found = veiled(name)
    if found == name and len(_NAMES) < _MOST_NAMES:
        _NAMES.add(name)
    return found


def _tidy(text: str) -> str:
    if _UNWANTED.search(text):
        text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    if len(text) > LIMIT:
        text = text[: LIMIT - len(CUT)] + CUT
    return text

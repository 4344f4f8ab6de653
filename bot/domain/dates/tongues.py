"""How are dates written elsewhere: in other languages, and with the month first?"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.dates.forms import Today

# Zones of the Americas where people write the day first.
_DAY_FIRST = re.compile(
    r"America/(?:Argentina/|(?:Sao_Paulo|Bahia|Fortaleza|Recife|Belem|Manaus|Cuiaba|Porto_Velho|"
    r"Bogota|Lima|Caracas|Santiago|Mexico_City|Monterrey|Cancun|Merida|Tijuana|Hermosillo|Chihuahua|"
    r"Mazatlan|La_Paz|"
    r"Montevideo|Asuncion|Guayaquil|Havana|Buenos_Aires|Costa_Rica|Guatemala|El_Salvador|Tegucigalpa|"
    r"Managua|"
    r"Santo_Domingo|Jamaica|Barbados|Martinique|Guadeloupe|Cayenne|Paramaribo|Guyana)$)"
)


def month_first(zone: ZoneInfo) -> bool:
    """Whether people there write 12/4 for the fourth of December."""
    key = zone.key or ""
    return key.startswith(("America/", "US/", "Pacific/Honolulu")) and not _DAY_FIRST.match(key)


@cache
def _tongues() -> Any:
    import dateparser  # a second and 40 MB with its languages, and most people never need it

    dateparser.parse("no date 1", settings={"REQUIRE_PARTS": ["day", "month"]})
    return dateparser


def in_another_tongue(words: str, today: Today) -> date | None:
    """A written-out date in a language that has no form here."""
    if len(words) > 40 or not re.search(r"\d", words) or not re.search(r"[^\W\d_]{3}", words):
        return None
    found = _tongues().parse(
        words,
        settings={
            "REQUIRE_PARTS": ["day", "month"],
            "PREFER_DATES_FROM": "future",
            "RELATIVE_BASE": datetime.combine(today.day, datetime.min.time()),
            "DATE_ORDER": "MDY" if today.month_first else "DMY",
        },
    )
    return found.date() if found else None

"""Which day is meant when somebody says since when?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import Invalid
from bot.domain.story.lookback import since

WEDNESDAY = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("since Friday", date(2027, 3, 5)),
        ("friday", date(2027, 3, 5)),
        ("last Monday", date(2027, 3, 8)),
        ("Wednesday", date(2027, 3, 3)),  # said on a Wednesday, the one a week ago
        ("yesterday", date(2027, 3, 9)),
        ("today", date(2027, 3, 10)),
        ("last week", date(2027, 3, 1)),
        ("this week", date(2027, 3, 8)),
        ("3 days ago", date(2027, 3, 7)),
        ("the last two weeks", date(2027, 2, 24)),
        ("a month ago", date(2027, 2, 8)),
        ("2027-03-02", date(2027, 3, 2)),
        ("2 Mar", date(2027, 3, 2)),
        ("24 Dec", date(2026, 12, 24)),
        ("since the 4th", date(2027, 3, 4)),
    ],
)
def test_it_is_the_last_such_day(words: str, meant: date) -> None:
    assert since(words, WEDNESDAY, ZoneInfo("UTC")) == meant


def test_it_is_a_day_of_whoever_says_it() -> None:
    late = datetime(2027, 3, 10, 23, 30, tzinfo=UTC)
    assert since("today", late, ZoneInfo("Asia/Tokyo")) == date(2027, 3, 11)


@pytest.mark.parametrize("words", ["2027-04-01", "sometime", "the last steering call"])
def test_a_day_to_come_or_none_at_all_is_refused(words: str) -> None:
    with pytest.raises(Invalid):
        since(words, WEDNESDAY, ZoneInfo("UTC"))

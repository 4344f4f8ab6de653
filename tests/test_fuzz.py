"""Whatever comes in, over HTTP or the socket: is it answered, nothing stored twice, and does golive go on?"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import fuzz
from benchmarks._fuzzing.mutations import HTTP, SOCKET, case
from benchmarks._fuzzing.payloads import every
from benchmarks._fuzzing.subject import PATIENCE

CASES = 2_000


@pytest.mark.parametrize("over", [HTTP, SOCKET])
async def test_nothing_that_comes_in_breaks_golive(over: str, database_url: str, tmp_path: Path) -> None:
    """Half of the cases come in this way; `make fuzz` sends a hundred thousand."""
    # How soon an answer comes is for the benchmark to say, on a machine that does nothing else.
    report = await fuzz.trial(over, tmp_path, 0, CASES, lambda: None, database=database_url, late=PATIENCE)
    assert report.broken == []
    assert report.sent > CASES / 3
    assert len(report.kinds) > 200


def test_a_case_is_the_same_whenever_it_is_asked_for() -> None:
    seeds = every("U0GOLIVE")
    assert [case(seeds, number) for number in range(200)] == [case(seeds, number) for number in range(200)]

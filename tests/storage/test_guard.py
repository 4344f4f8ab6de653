"""What may be stored of a text somebody wrote?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.guard import LIMIT, clean, clean_json, veiled_json


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("plain words, ünïcødé, 日本語 🚧", "plain words, ünïcødé, 日本語 🚧"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("windows\r\nand old mac\rlines", "windows\nand old mac\nlines"),
        ("bell\x07, nul\x00, escape\x1b[31m, delete\x7f, c1\x9b", "bell, nul, escape[31m, delete, c1"),
        ("half a pair \ud83d", "half a pair "),
        ("<!channel> is only text", "<!channel> is only text"),
        ("", ""),
    ],
)
def test_only_control_characters_go(written: str, stored: str) -> None:
    assert clean(written) == stored


def test_the_longest_message_slack_takes_is_stored_whole() -> None:
    assert clean("x" * 40_000) == "x" * 40_000


def test_a_longer_text_says_that_it_was_cut() -> None:
    assert len(clean("x" * 40_001)) == LIMIT
    assert clean("x" * 40_001).endswith("cut: longer than 40,000 characters]")


@given(st.text(st.characters(), max_size=60))
def test_a_stored_text_is_clean_and_can_be_written_down(text: str) -> None:
    stored = clean(text)
    assert clean(stored) == stored
    stored.encode("utf-8")


def test_every_text_inside_a_value_is_cleaned() -> None:
    value = {"te\x00xt": ["a\x07", {"deep": "b\x00"}], "number": 3, "none": None, "pair": ("c\x01",)}
    assert clean_json(value) == {
        "text": ["a", {"deep": "b"}],
        "number": 3,
        "none": None,
        "pair": ["c"],
    }


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_json_does_not_know_is_none(number: float) -> None:
    assert clean_json({"n": [number, 1.5, 2]}) == {"n": [None, 1.5, 2]}
    assert veiled_json({"n": [number, 1.5, 2]}) == {"n": [None, 1.5, 2]}

"""Are tokens kept so that only who has a key can read them?"""

from __future__ import annotations

import pytest

from bot.domain.errors import Refused
from bot.integrations.vault import Vault, is_key, new_key

TOKEN = "xoxb-1-hunter2"


def test_what_is_locked_can_be_opened_and_not_be_read() -> None:
    vault = Vault([new_key()])
    locked = vault.lock(TOKEN)
    assert TOKEN not in locked
    assert vault.open(locked) == TOKEN
    assert vault.lock(TOKEN) != locked


def test_any_of_the_keys_opens_and_the_newest_locks() -> None:
    old, new = new_key(), new_key()
    locked = Vault([old]).lock(TOKEN)
    both = Vault([new, old])
    assert both.open(locked) == TOKEN
    assert Vault([new]).open(both.lock(TOKEN)) == TOKEN


def test_locked_anew_the_old_key_is_not_needed_and_twice_changes_nothing() -> None:
    old, new = new_key(), new_key()
    both = Vault([new, old])
    renewed = both.renewed(Vault([old]).lock(TOKEN))
    assert renewed is not None
    assert Vault([new]).open(renewed) == TOKEN
    assert both.renewed(renewed) is None


def test_without_the_key_it_says_which_setting_is_wrong_and_nothing_of_the_token() -> None:
    locked = Vault([new_key()]).lock(TOKEN)
    for act in ("open", "renewed"):
        with pytest.raises(Refused, match="GOLIVE_TOKEN_KEYS") as refused:
            getattr(Vault([new_key()]), act)(locked)
        assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["", "abc", "x" * 43, "é" * 44, "*" * 44, pytest.param(new_key()[:-4], id="a key cut short")]
)
def test_what_is_no_key_is_told_from_one(text: str) -> None:
    assert is_key(new_key())
    assert not is_key(text)

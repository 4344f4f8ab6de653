"""Does golive understand its environment, and say all that is wrong with it at once?"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import settings
from bot.settings import SettingsError

VARIABLES = [name.upper() for name in settings.Settings.model_fields]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def _sentences(**given: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        settings.read(to_run=True, **given)
    return refused.value.sentences


def test_all_that_is_missing_and_all_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxp-somebody")
    monkeypatch.setenv("DATABASE_URL", "mysql://db")
    monkeypatch.setenv("GOLIVE_HTTP_PORT", "eighty")
    told = "\n".join(_sentences())
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DATABASE_URL", "GOLIVE_HTTP_PORT"):
        assert told.count(name) == 1, told


def test_a_wrong_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "hunter2-secret")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1-secret")
    assert "hunter2" not in "\n".join(_sentences())
    assert "hunter2" not in repr(settings.read(slack_bot_token="xoxb-hunter2", slack_app_token="xapp-1"))


def test_the_token_of_an_app_with_token_rotation_is_taken() -> None:
    given = settings.read(to_run=True, slack_bot_token="xoxe.xoxb-1-hunter2", slack_app_token="xapp-1")
    assert settings.secret(given.slack_bot_token) == "xoxe.xoxb-1-hunter2"


def test_over_http_the_signing_secret_is_needed_and_the_app_token_is_not() -> None:
    told = "\n".join(_sentences(golive_mode="http", slack_bot_token="xoxb-1"))
    assert "SLACK_SIGNING_SECRET" in told
    assert "SLACK_APP_TOKEN" not in told


def test_a_blank_value_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "  ")
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    assert [s.split()[0] for s in _sentences()] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]


def test_the_env_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file\nSLACK_APP_TOKEN='xapp-file'\n")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-environment")
    read = settings.read(to_run=True)
    assert settings.secret(read.slack_bot_token) == "xoxb-file"
    assert settings.secret(read.slack_app_token) == "xapp-environment"


def test_the_data_is_one_file_and_golive_home_moves_it(tmp_path: Path) -> None:
    read = settings.read(golive_home=str(tmp_path / "kept" / "here"))
    assert read.database == f"sqlite:///{tmp_path}/kept/here/golive.db"
    assert (tmp_path / "kept" / "here").is_dir()


def test_a_data_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="GOLIVE_HOME"):
        _ = settings.read(golive_home=str(tmp_path / "file" / "folder")).folder


def test_the_old_spelling_of_a_postgresql_address_is_understood() -> None:
    assert settings.read(database_url="postgres://me@db/x").database == "postgresql://me@db/x"

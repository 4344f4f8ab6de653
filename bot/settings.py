"""What does the environment say, and what is missing or wrong in it?"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.errors import BotError
from bot.integrations.vault import is_key

SLACK = "https://slack.com/api/"
AUTHORIZE = "https://slack.com/oauth/v2/authorize"
MODES = ("socket", "http")
EXTENTS = ("one", "many")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
BOT_TOKENS = ("xoxb-", "xoxe.xoxb-")  # the second of an app with token rotation
DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


class SettingsError(BotError):
    """Everything that is missing or wrong, one sentence each."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Settings(BaseSettings):
    """The environment and `.env`, read once, and taken as they are: `wrong` judges them, all at once.

    The fields are called like the variables, so that no other variable (HOME, PORT) can stand for one.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        str_strip_whitespace=True,
    )

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_api_url: str = SLACK
    database_url: str | None = None
    golive_home: str | None = None
    golive_mode: str = "socket"
    golive_workspaces: str = "one"
    golive_url: str | None = None
    golive_token_keys: SecretStr | None = None
    golive_http_host: str = "127.0.0.1"
    golive_http_port: str = "3000"
    golive_log: str = "INFO"
    golive_posts_per_minute: str = "300"

    @property
    def api_url(self) -> str:
        return self.slack_api_url.rstrip("/") + "/"

    @property
    def serves_many(self) -> bool:
        """Whether it is installed by workspaces, instead of being given the token of one."""
        return self.golive_workspaces == "many"

    @property
    def token_keys(self) -> list[str]:
        """What stored tokens are locked with, the newest key first."""
        return secret(self.golive_token_keys).replace(",", " ").split()

    @property
    def public_url(self) -> str:
        """Where people and Slack reach golive."""
        return (self.golive_url or "").rstrip("/")

    @property
    def authorize_url(self) -> str:
        """Where Slack asks somebody to allow golive; beside the Web API, for a Slack on this machine too."""
        if self.api_url == SLACK:
            return AUTHORIZE
        return f"{self.api_url.removesuffix('/').removesuffix('/api')}/oauth/v2/authorize"

    @property
    def http_port(self) -> int:
        return int(self.golive_http_port)

    @property
    def posts_per_minute(self) -> int:
        return int(self.golive_posts_per_minute)

    @property
    def folder(self) -> Path:
        """The folder golive keeps its data in, made when first asked for."""
        home = self.golive_home
        folder = Path(home).expanduser() if home else user_data_path("golive", appauthor=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            sentence = (
                f"The data folder {folder} cannot be made ({cause.strerror}): set GOLIVE_HOME to another one."
            )
            raise SettingsError([sentence]) from cause
        return folder

    @property
    def database(self) -> str:
        """The address of the database, by default one file in the data folder."""
        if self.database_url is None:
            return f"sqlite:///{self.folder / 'golive.db'}"
        # Hosting services still write it the old way, which SQLAlchemy no longer knows.
        old = "postgres://"
        given = self.database_url
        return "postgresql://" + given[len(old) :] if given.startswith(old) else given

    def wrong(self) -> list[str]:
        """What cannot be right, one sentence each. No sentence repeats a secret."""
        found = [
            _prefix("SLACK_BOT_TOKEN", self.slack_bot_token, BOT_TOKENS, "the Bot User OAuth Token"),
            _prefix("SLACK_APP_TOKEN", self.slack_app_token, ("xapp-",), "an App-Level Token"),
            _web_address(self.slack_api_url),
            _database(self.database_url),
            _one_of("GOLIVE_MODE", self.golive_mode, MODES),
            _one_of("GOLIVE_WORKSPACES", self.golive_workspaces, EXTENTS),
            _public(self.golive_url),
            _keys(self.token_keys),
            _one_of("GOLIVE_LOG", self.golive_log.upper(), LEVELS),
            _number("GOLIVE_HTTP_PORT", self.golive_http_port, 0, 65535),
            _number("GOLIVE_POSTS_PER_MINUTE", self.golive_posts_per_minute, 1, 100_000),
        ]
        return [sentence for sentence in found if sentence]

    def missing(self) -> list[str]:
        """What talking to Slack needs and does not find, one sentence each."""
        return self._missing_for_many() if self.serves_many else self._missing_for_one()

    def _missing_for_many(self) -> list[str]:
        found = []
        if self.golive_mode != "http":
            found.append(
                "GOLIVE_MODE must be http: with GOLIVE_WORKSPACES=many Slack reaches golive by HTTP."
            )
        if secret(self.slack_bot_token):
            found.append("SLACK_BOT_TOKEN is of one workspace: leave it out with GOLIVE_WORKSPACES=many.")
        wanted = {
            "SLACK_CLIENT_ID": (self.slack_client_id, "copy it from “Basic Information” into .env."),
            "SLACK_CLIENT_SECRET": (
                secret(self.slack_client_secret),
                "copy it from “Basic Information” into .env.",
            ),
            "SLACK_SIGNING_SECRET": (
                secret(self.slack_signing_secret),
                "with GOLIVE_MODE=http it proves that a request is Slack's.",
            ),
            "GOLIVE_URL": (
                self.golive_url,
                "write where Slack reaches golive, like https://golive.example.com.",
            ),
            "GOLIVE_TOKEN_KEYS": (self.token_keys, "make a key to lock tokens with: `golive keys new`."),
        }
        return found + [f"{name} is missing: {how}" for name, (value, how) in wanted.items() if not value]

    def _missing_for_one(self) -> list[str]:
        found = []
        over_http = self.golive_mode == "http"
        if not secret(self.slack_bot_token):
            found.append("SLACK_BOT_TOKEN is missing: copy the Bot User OAuth Token (xoxb-…) into .env.")
        if not over_http and not secret(self.slack_app_token):
            found.append(
                "SLACK_APP_TOKEN is missing: copy an App-Level Token (xapp-…, connections:write) into .env."
            )
        if over_http and not secret(self.slack_signing_secret):
            found.append(
                "SLACK_SIGNING_SECRET is missing: with GOLIVE_MODE=http it proves that a request is Slack's."
            )
        return found


def read(*, to_run: bool = False, **given: Any) -> Settings:
    """The settings; SettingsError has all that is wrong, and with `to_run` all that is missing too."""
    try:
        settings = Settings(**given)
    except (OSError, UnicodeDecodeError) as cause:
        raise SettingsError([f"The file .env cannot be read: {cause}."]) from cause
    sentences = settings.wrong() + (settings.missing() if to_run else [])
    if sentences:
        raise SettingsError(sentences)
    return settings


def secret(value: SecretStr | None) -> str:
    """A secret's own text, for the one place that needs it."""
    return value.get_secret_value().strip() if value is not None else ""


def _prefix(name: str, value: SecretStr | None, prefixes: tuple[str, ...], what: str) -> str | None:
    if not secret(value) or secret(value).startswith(prefixes):
        return None
    return f"{name} does not start with {' or '.join(prefixes)}: it must be {what}."


def _web_address(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        fine = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        fine = False
    return None if fine else f"SLACK_API_URL is not a web address: write it like {SLACK}, or leave it out."


def _database(url: str | None) -> str | None:
    if url is None or url.startswith((*DATABASES, "postgres://")):
        return None
    return f"DATABASE_URL must start with {' or '.join(DATABASES[:2])}, or be left out."


def _public(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        plain = parts.hostname in LOOPBACK
        whole = bool(parts.hostname) and (parts.port is None or parts.port > 0) and not parts.query
        fine = whole and (parts.scheme == "https" or (parts.scheme == "http" and plain))
    except ValueError:
        fine = False
    return None if fine else "GOLIVE_URL must be an https address, like https://golive.example.com."


def _keys(keys: list[str]) -> str | None:
    wrong = [number for number, key in enumerate(keys, 1) if not is_key(key)]
    if not wrong:
        return None
    which = " and ".join(str(number) for number in wrong)
    return f"GOLIVE_TOKEN_KEYS: key {which} is none. `golive keys new` makes one; the newest comes first."


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str | None:
    return None if value in allowed else f"{name} must be one of {', '.join(allowed)}."


def _number(name: str, value: str, low: int, high: int) -> str | None:
    fine = value.isascii() and value.isdigit() and low <= int(value) <= high
    return None if fine else f"{name} must be a whole number from {low} to {high}."

"""Does the manifest ask Slack for exactly what golive listens to and calls?"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.app import App
from bot.cli.manifest import manifest
from bot.settings import Settings
from storage import Store

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "tests" / "fixtures" / "manifest-schema" / "manifest.schema.2.0.0.json"

# Which scope each method needs; a method that is called and not listed here fails the test.
SCOPES: dict[str, set[str]] = {
    "apps.connections.open": set(),  # the app-level token's
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "users.conversations": {"channels:read", "groups:read"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
EVENT_SCOPES = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "channel_id_changed": {"channels:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "reaction_added": {"reactions:read"},
}
METHOD = re.compile(
    r"""["']((?:chat|conversations|users|views|reactions|auth|files|pins|bookmarks)\.[A-Za-z.]+)["']"""
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """golive as it listens, connected to nothing."""
    store = Store(f"sqlite:///{tmp_path / 'golive.db'}")

    async def made() -> App:
        app = App(Settings(_env_file=None, slack_bot_token="xoxb-1"), store)
        await app.stop()
        return app

    yield asyncio.run(made())
    store.close()


def called() -> set[str]:
    """Every Web API method named in the code."""
    files = [file for folder in ("bot", "handlers") for file in (ROOT / folder).rglob("*.py")]
    named = {name for file in files for name in METHOD.findall(file.read_text(encoding="utf-8"))}
    return {name for name in named if not name.endswith((".yaml", ".json"))} | {"apps.connections.open"}


def test_it_fits_the_published_schema() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    errors = [e.message for e in jsonschema.Draft7Validator(schema).iter_errors(manifest())]
    assert errors == []


def test_every_event_it_subscribes_to_is_listened_to_and_the_reverse(app: App) -> None:
    events: list[str] = manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert {event.split(".")[0] for event in events} == app.inbox.heard


def test_every_slash_command_has_a_listener_and_the_reverse(app: App) -> None:
    source = "\n".join(f.read_text(encoding="utf-8") for f in (ROOT / "handlers").rglob("*.py"))
    listened = set(re.findall(r"""app\.command\(["']([^"']+)["']""", source))
    assert {one["command"] for one in manifest()["features"]["slash_commands"]} == listened


def test_every_shortcut_has_a_listener_and_the_reverse() -> None:
    source = "\n".join(f.read_text(encoding="utf-8") for f in (ROOT / "handlers").rglob("*.py"))
    listened = set(re.findall(r"""app\.(?:global_|message_)?shortcut\(["']([^"']+)["']""", source))
    assert {one["callback_id"] for one in manifest()["features"].get("shortcuts", [])} == listened


def test_it_asks_for_the_scopes_that_are_used_and_for_no_others() -> None:
    unknown = called() - set(SCOPES)
    assert not unknown, f"say which scopes {unknown} need"
    needed = {scope for method in called() for scope in SCOPES[method]}
    needed |= {
        s for e in manifest()["settings"]["event_subscriptions"]["bot_events"] for s in EVENT_SCOPES[e]
    }
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed | {"commands"}


def test_names_arrive_as_ids_so_that_nobody_is_taken_for_somebody_else() -> None:
    commands: list[dict[str, Any]] = manifest()["features"]["slash_commands"]
    assert all(command["should_escape"] for command in commands)


def test_the_file_reads_the_same_as_plain_yaml() -> None:
    assert yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8")) == manifest()

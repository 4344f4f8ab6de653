"""Does every way in ask who may? A listener that names no act lets nobody from outside in, and fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import handlers
from bot.domain import commands
from bot.domain.permissions import ACTS
from handlers import doors

Found = list[tuple[str, str]]


class Listening:
    """Stands where Bolt's app and the inbox stand while everything is registered, and notes what listens."""

    def __init__(self) -> None:
        self.doors: Found = []
        self.events: set[str] = set()
        self.entrances: list[object] = []

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        def listen(named: Any, *more: Any) -> Callable[[Any], Any]:
            pattern = named.pattern if isinstance(named, re.Pattern) else named
            self.doors.append((kind, str(pattern)))
            return lambda listener: listener

        return listen

    def use(self, entrance: object) -> None:
        self.entrances.append(entrance)

    def error(self, listener: object) -> None: ...

    def on(self, kind: str, listener: object) -> None:
        self.events.add(kind)

    def on_kept_out(self, listener: object) -> None: ...


class Anything:
    """What a listener is given to work with, and does not use before somebody comes."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *given, **named: Anything()


@pytest.fixture(scope="module")
def listening() -> Listening:
    found = Listening()
    handlers.register(found, Anything(), found, Anything())  # type: ignore[arg-type]
    return found


def doors_of(listening: Listening) -> Iterator[tuple[str, str]]:
    catch_all = handlers.ANYTHING.pattern
    return ((kind, name) for kind, name in listening.doors if name != catch_all and kind != "command")


def test_every_button_form_list_and_shortcut_names_the_acts_it_leads_to(listening: Listening) -> None:
    unnamed = sorted(set(doors_of(listening)) - set(doors.DOORS))
    assert not unnamed, f"say in handlers/doors.py which acts these lead to: {unnamed}"


def test_no_door_is_named_that_is_not_there(listening: Listening) -> None:
    assert sorted(set(doors.DOORS) - set(doors_of(listening))) == []


def test_every_event_that_somebody_causes_names_the_acts_it_leads_to(listening: Listening) -> None:
    assert listening.events == set(doors.EVENTS) | doors.NEWS
    assert not set(doors.EVENTS) & doors.NEWS


def test_every_command_names_the_acts_it_leads_to() -> None:
    assert {kind for kind, _ in doors.DOORS} <= {"action", "view", "view_closed", "options", *SHORTCUTS}
    assert set(commands.VERBS) == set(doors.VERBS)


SHORTCUTS = ("message_shortcut", "global_shortcut")


def test_every_act_that_is_named_is_in_the_one_table_and_leads_somewhere() -> None:
    named = {act for acts in (*doors.DOORS.values(), *doors.EVENTS.values()) for act in acts}
    named |= {act for verb in commands.VERBS for act in doors.acts_of_verb(verb)}
    assert named == set(ACTS)


def test_who_acts_is_found_out_before_any_listener_is_asked(listening: Listening) -> None:
    assert [type(each).__name__ for each in listening.entrances] == ["Entrance"]
    assert handlers.SUBJECTS[0].__name__ == "handlers.meeting"


@pytest.mark.parametrize(
    ("body", "acts"),
    [
        ({"command": "/golive", "text": "waive vpn later"}, {"waive"}),
        ({"command": "/golive", "text": "what is late?"}, {"look"}),
        ({"command": "/golive", "text": "settings digest.at 08:30"}, {"rules", "settings", "permissions"}),
        ({"type": "block_actions", "actions": [{"action_id": "undo", "value": "x 1"}]}, {"undo"}),
        ({"type": "block_actions", "actions": [{"action_id": "run_0", "value": "done vpn"}]}, {"done"}),
        ({"type": "block_actions", "actions": [{"action_id": "never_sent"}]}, set()),
        ({"type": "view_submission", "view": {"callback_id": "setting_form"}}, {"settings", "permissions"}),
        ({"type": "message_action", "callback_id": "track_message"}, {"track"}),
        ({"type": "shortcut", "callback_id": "never_registered"}, set()),
        ({"type": "block_suggestion", "action_id": ["odd"]}, set()),
    ],
)
def test_what_comes_in_is_told_apart_by_what_it_leads_to(body: dict[str, Any], acts: set[str]) -> None:
    assert set(doors.acts_of(body)) == acts

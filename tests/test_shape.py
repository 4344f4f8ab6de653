"""What came in: is it ours, for nobody here, or torn?"""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks._fuzzing import events, payloads
from handlers.shape import Payload, is_whole, payload_of

FOR_NOBODY = {
    *("interactive_message", "dialog_submission", "dialog_suggestion", "dialog_cancellation"),
    *("workflow_step_edit", "a type of tomorrow"),
}


@pytest.mark.parametrize("each", payloads.every("U0GOLIVE"), ids=lambda each: each.name)
def test_everything_slack_sends_is_whole(each: payloads.Payload) -> None:
    expected = Payload.NOT_OURS if each.name in FOR_NOBODY else Payload.OURS
    assert payload_of(each.body) is expected


@pytest.mark.parametrize("kind", [None, [], ["message"], {"id": "message"}, 7])
def test_an_event_of_no_kind_is_for_nobody(kind: Any) -> None:
    assert payload_of({"type": "event_callback", "event": {"type": kind}}) is Payload.NOT_OURS


@pytest.mark.parametrize("name", list(events.MESSAGES))
def test_every_kind_of_message_is_whole(name: str) -> None:
    assert is_whole(events.MESSAGES[name])


@pytest.mark.parametrize("name", ["+1", "white_check_mark", "wave::skin-tone-3", "-1"])
def test_a_reaction_may_be_any_emoji_to_a_message_and_to_nothing_else(name: str) -> None:
    whole = {**events.OTHERS["reaction_added"], "reaction": name}
    assert is_whole(whole)
    assert not is_whole({**whole, "item": {"type": "file", "file": "F1"}})
    assert not is_whole({**whole, "item": None})


@pytest.mark.parametrize(
    "wrong",
    [
        {"ts": 1803900000.0001},
        {"ts": "soon"},
        {"user": "U" * 65},
        {"user": ["U0BEN"]},
        {"user": "U0 BEN"},
        {"channel": ""},
        {"channel": {"id": "C1"}},
        {"thread_ts": "…"},
        {"event_ts": [1]},
        {"subtype": ["x"]},
        {"edited": {"ts": []}},
        {"message": "text"},
        {"previous_message": {"text": ["x"]}},
    ],
    ids=str,
)
def test_a_message_that_lacks_what_every_message_has_is_left_alone(wrong: dict[str, Any]) -> None:
    assert not is_whole({**events.MESSAGES["message"], **wrong})


def test_what_goes_down_without_end_is_torn() -> None:
    blocks: list[Any] = []
    for _ in range(300):
        blocks = [{"elements": blocks}]
    body = events.called_back(events.written("blocker: the buoy is adrift"))
    body["event"]["blocks"] = blocks
    assert payload_of(body) is Payload.TORN


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": None},
        {"type": ["event_callback"]},
        {"type": "event_callback"},
        {"type": "event_callback", "event": "message"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{"action_id": 7}]},
        {"type": "block_actions", "actions": [{"action_id": "undo"}], "view": "V1"},
        {"type": "view_submission", "view": {"callback_id": "f"}},
        {"type": "view_submission", "view": {"type": "modal", "callback_id": None}},
        {"type": "shortcut"},
        {"command": ["/golive"]},
        {"ssl_check": "2"},
    ],
    ids=str,
)
def test_what_no_listener_could_be_found_for_is_torn(body: dict[str, Any]) -> None:
    assert payload_of(body) is Payload.TORN

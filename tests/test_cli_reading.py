"""What does `golive read` say of a file of messages? Each test runs the real command."""

from __future__ import annotations

import json
from typing import Any

from tests.shell import HARBOR, Shell

FIELDS = {"id", "intent", "explicit", "owner", "waiting_on", "due_date", "item", "act"}


def told(shell: Shell, *lines: object, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """What is printed for a file with these lines: objects, or text as it stands."""
    file = shell.home / "messages.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    answer = shell.golive("read", str(file), "--at", "2026-11-23T09:00", *options)
    assert "Traceback" not in answer.stderr
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.returncode == (1 if any("error" in one for one in found) else 0)
    return found


def test_each_message_is_read_on_a_line_of_its_own_without_a_database(shell: Shell) -> None:
    found = told(
        shell,
        {"id": "a", "text": "we're blocked on the customs certificate"},
        {"id": "b", "text": "<@U0TOM> can you send the berth list by Thursday?", "user": "U0INES"},
        {"id": "c", "text": "I'll prepare the berth list", "user": "U0INES"},
        {"id": "d", "text": "good morning"},
    )
    assert all(set(one) == FIELDS for one in found)
    assert [one["intent"] for one in found] == ["blocker", "handoff", "own", "none"]
    assert (found[0]["act"], found[0]["waiting_on"]) == ("record", "customs certificate")
    assert (found[1]["owner"], found[1]["due_date"]) == ("<@U0TOM>", "2026-11-26")
    assert found[2]["owner"] == "self"
    assert not list(shell.home.rglob("*.db"))


def test_a_message_may_say_when_it_was_said(shell: Shell) -> None:
    line = {"id": 1, "text": "the deadline for the berth list is Friday", "at": "2026-12-01T10:00:00-05:00"}
    assert told(shell, line)[0]["due_date"] == "2026-12-04"


def test_a_bad_line_does_not_stop_the_others(shell: Shell) -> None:
    found = told(
        shell,
        "no json",
        {"id": "x"},
        {"id": "y", "text": "blocker: no rights", "at": "soon"},
        {"id": "z", "text": ""},
    )
    assert ["error" in one for one in found] == [True, True, True, False]
    assert found[3]["act"] == "ignore"


def test_what_says_who_a_patient_is_is_left_alone_and_not_repeated(shell: Shell) -> None:
    line = {"id": 1, "text": "blocker: waiting on Jane Roe, DOB 3/12/1958, MRN 00482913 by Friday"}
    (found,) = told(shell, line, options=("--explain",))
    assert (found["intent"], found["act"], found["waiting_on"]) == ("none", "ignore", None)
    assert "who a patient is" in " ".join(found["because"])
    assert "Roe" not in json.dumps(found)


def test_it_says_why_when_asked(shell: Shell) -> None:
    found = told(
        shell, {"id": 1, "text": "still stuck without the customs certificate"}, options=("--explain",)
    )
    assert any("stuck without" in reason for reason in found[0]["because"])


def test_in_a_project_it_says_which_item_is_meant(shell: Shell) -> None:
    assert shell.golive("load", str(HARBOR)).returncode == 0
    line = {"id": 1, "text": "feed is blocked on the customs certificate"}
    assert told(shell, line, options=("--project", "harbor"))[0]["item"] == "feed"
    missing = shell.golive("read", "-", "--project", "nowhere")
    assert missing.returncode == 1
    assert "nowhere" in missing.stderr

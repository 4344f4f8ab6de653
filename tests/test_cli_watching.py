"""What does the command line say of what changed, of trouble, and of all projects?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shell import HARBOR, Answer, Shell

Run = Callable[..., Answer]


@pytest.fixture
def golive(shell: Shell) -> Run:
    """The command, with the harbour's project loaded."""
    shell.golive("load", str(HARBOR))
    return shell.golive


def test_what_changed_is_told_and_is_data_too(golive: Run, tmp_path: Path) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(HARBOR.read_text().replace("2027-03-03", "2027-03-05"))
    golive("load", str(changed))
    assert "moved the date of Vessel feed connected (feed) from" in golive("changes").stdout
    data = json.loads(golive("changes", "--since", "yesterday", "--json").stdout)
    acts = [(event["act"], event["entity"], event["key"]) for event in data["events"]]
    assert ("load", "item", "feed") in acts
    assert data["forecast_then"] is None  # the project is younger than that


def test_the_history_of_one_thing_is_told(golive: Run) -> None:
    said = golive("history", "berths").stdout
    assert "brought berths in with the project file, done, not confirmed (Signed list of" in said
    assert "is or was called `zebra`" in golive("history", "zebra").stderr


def test_signals_are_told_with_what_mends_them(golive: Run) -> None:
    said = golive("signals", "--at", "2027-03-03T09:00").stdout
    assert "1 due date can no longer be met, worst Vessel feed connected (feed)" in said
    assert "→ Say the day that can be: `/golive due feed 5 Mar`." in said
    data = json.loads(golive("signals", "--at", "2027-03-03T09:00", "--json").stdout)
    assert "due_impossible" in [signal["kind"] for signal in data["signals"]]


def test_all_projects_are_listed_and_are_data_too(golive: Run, tmp_path: Path) -> None:
    for n in range(2):
        other = tmp_path / f"pier-{n}.yaml"
        text = HARBOR.read_text().replace("key: harbor", f"key: pier-{n}").replace("Harbor", f"Pier {n}")
        other.write_text(text.replace("C0HARBOR", f"C0PIER{n}"))
        golive("load", str(other))
    said = golive("portfolio", "--at", "2027-03-20T09:00").stdout
    assert said.startswith("3 projects, 3 late")
    assert said.count("gates open") == 3
    data = json.loads(golive("portfolio", "--json").stdout)
    assert len(data["projects"]) == 3
    assert {"project", "forecast", "target", "risk"} <= set(data["projects"][0])


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("changes", "--since", "2031-01-01"), "is still to come"),
        (("changes", "--since", "whenever"), "date"),
        (("signals", "--project", "nowhere"), "There is no project"),
        (("portfolio", "--at", "teatime"), "2030-01-07T09:00"),
    ],
)
def test_what_is_wrong_is_one_sentence(golive: Run, words: tuple[str, ...], hint: str) -> None:
    answer = golive(*words)
    assert answer.returncode == 1
    assert hint in answer.stderr
    assert "Traceback" not in answer.stderr

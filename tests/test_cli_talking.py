"""What does the command line make of the notes of a call, and of the next one?"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.shell import ROOT, Answer, Shell

LAKEVIEW = ROOT / "tests" / "fixtures" / "callnotes" / "lakeview.yaml"
NOTES = """Sync 9 March 2027
Decisions
- Fax is out of scope
Actions
- Tom to send the certs by Friday
- Marcus to order labels
"""
Run = Callable[..., Answer]


@pytest.fixture
def golive(shell: Shell) -> Run:
    """The command, with Lakeview's project loaded and notes beside it."""
    (shell.home / "notes.txt").write_text(NOTES)
    shell.golive("load", str(LAKEVIEW))
    return shell.golive


READ = ("notes", "notes.txt", "--project", "lakeview", "--at", "2027-03-10")


def test_notes_are_only_shown_until_lines_are_named(golive: Run) -> None:
    said = golive(*READ).stdout
    assert "the notes of the call of Tue 9 Mar 2027 (as they say)" in said
    assert "  2  New item: Send the certs (Tom Reyes, due Fri 12 Mar 2027)" in said
    assert "--take 1,2" in said
    assert [p["kind"] for p in json.loads(golive(*READ, "--json").stdout)["proposals"]] == [
        "decision",
        "item",
        "item",
    ]
    assert "Fax" not in golive("export", "lakeview").stdout


def test_the_lines_that_are_named_are_recorded_and_no_others(golive: Run) -> None:
    said = golive(*READ, "--take", "1,2")
    assert "D2 recorded" in said.stdout
    kept = golive("export", "lakeview").stdout
    assert "Fax is out of scope" in kept
    assert "Send the certs" in kept
    assert "labels" not in kept
    again = golive(*READ, "--take", "1")
    assert (again.returncode, "stored already, as D2" in again.stderr) == (1, True)


@pytest.mark.parametrize("take", ["all", "", "0", "99", "1;2"])
def test_numbers_that_are_none_are_refused(golive: Run, take: str) -> None:
    done = golive(*READ, "--take", take)
    assert (done.returncode, bool(done.stderr)) == (1, True)
    assert "Fax" not in golive("export", "lakeview").stdout


def test_the_agenda_is_told_in_ten_lines_at_most_and_as_data(golive: Run) -> None:
    told = golive("agenda", "--project", "lakeview", "--at", "2027-03-10T10:00").stdout
    assert told.startswith("Lakeview go-live: agenda with Lakeview Clinic")
    assert len(told.splitlines()) <= 10
    data = json.loads(golive("agenda", "carrier", "-p", "lakeview", "--json").stdout)
    assert (data["with"], data["waits"]) == ("carrier", ["B1"])
    assert "There are carrier" in golive("agenda", "martians").stderr

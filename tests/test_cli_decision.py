"""Can a decision be read without Slack, as the page it is kept as?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.belonging import Belongs
from bot.domain.gonogo import voting
from bot.domain.gonogo.voting import Word
from bot.tracker import Actor, Ballot, Tracker, Where
from storage import Store
from tests.shell import HARBOR, Shell

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """One project with one decision, no-go, and a poll that is still open."""
    url = f"sqlite:///{tmp_path / 'golive.db'}"
    store = Store(url)
    tracker = Tracker(store, lambda: NOW)
    tracker.load(HARBOR.read_text(), HARBOR.name, workspace="T1", actor="cli:test")
    ana, dita, where = Actor("T1", "U0ANA"), Actor("T1", "U0DITA"), Where(project="harbor", direct=True)
    tracker.met("T1", {"U0ANA": Belongs.HERE, "U0DITA": Belongs.HERE})
    tracker.poll(ana, where)
    ballot = Ballot(project="harbor", number=1)
    board = tracker.decision_form(dita, ballot)
    seen = voting.seen(board.poll, board.a)
    tracker.decide(dita, ballot, Word.NO_GO, seen=seen, why="The cranes are not insured")
    tracker.poll(ana, where)
    store.close()
    return url


def test_the_last_decision_is_printed(database: str, shell: Shell) -> None:
    done = shell.golive("decision", "harbor", DATABASE_URL=database)
    assert done.returncode == 0
    assert done.stdout.startswith("# Go/no-go 1: Harbor booking go-live\n\n**No-go**, decided by Dita Kova")
    assert "> The cranes are not insured" in done.stdout
    assert done.stderr == ""


def test_it_is_written_into_a_file(database: str, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "decision.md"
    done = shell.golive("decision", "harbor", "1", "-o", str(file), DATABASE_URL=database)
    assert (done.returncode, done.stdout) == (0, "")
    assert file.read_text().startswith("# Go/no-go 1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("harbor", "2"), "was not decided"),
        (("harbor", "7"), "was not decided"),
        (("lake",), "There is no project"),
        (("harbor", "-o", "nowhere/at/all.md"), "cannot be written"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    database: str, shell: Shell, words: tuple[str, ...], said: str
) -> None:
    done = shell.golive("decision", *words, DATABASE_URL=database)
    assert done.returncode == 1
    assert said in done.stderr

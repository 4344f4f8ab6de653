"""Can a decision be read without Slack, as the page it is kept as?"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.belonging import Belongs
from bot.domain.gonogo import voting
from bot.domain.gonogo.voting import Word
from bot.tracker import Actor, Ballot, Tracker, Where
from storage import Store

ROOT = Path(__file__).parents[1]
HARBOR = ROOT / "tests" / "fixtures" / "harbor.yaml"
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


def golive(database: str, *words: str, home: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": database, "PYTHONPATH": str(ROOT), "GOLIVE_HOME": str(home)}
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(
        command, cwd=home, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_last_decision_is_printed(database: str, tmp_path: Path) -> None:
    done = golive(database, "decision", "harbor", home=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("# Go/no-go 1: Harbor booking go-live\n\n**No-go**, decided by Dita Kova")
    assert "> The cranes are not insured" in done.stdout
    assert done.stderr == ""


def test_it_is_written_into_a_file(database: str, tmp_path: Path) -> None:
    file = tmp_path / "decision.md"
    done = golive(database, "decision", "harbor", "1", "-o", str(file), home=tmp_path)
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
    database: str, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = golive(database, "decision", *words, home=tmp_path)
    assert done.returncode == 1
    assert said in done.stderr

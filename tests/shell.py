"""How is the command line tried? Each command in a process of its own, forked from one that has imported
golive already: to start Python and import everything takes longer than nearly all that is asked."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from multiprocessing.process import BaseProcess
from pathlib import Path

from bot.cli import VERBS, main

ROOT = Path(__file__).parents[1]
HARBOR = ROOT / "tests" / "fixtures" / "harbor.yaml"
PATIENCE = 120  # seconds
Answer = subprocess.CompletedProcess[str]

_forked = multiprocessing.get_context("forkserver")
_forked.set_forkserver_preload([f"bot.cli.{place.partition(':')[0]}" for place in VERBS.values()])


class Shell:
    """A terminal with a home of its own and no other settings."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "GOLIVE_", "DATABASE_"))}
        self.env = {**kept, "GOLIVE_HOME": str(home / "data"), "PYTHONPATH": str(ROOT), "COLUMNS": "200"}

    def golive(self, *words: str, **env: str) -> Answer:
        """What a command wrote that nobody types anything to, and how it ended."""
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            given = (words, self.home, {**self.env, **env}, out, err)
            process = _forked.Process(target=_golive, args=given)
            process.start()
            code = _ended(process)
            return subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())

    def start(self, *words: str, **env: str) -> subprocess.Popen[str]:
        """The same as a user's terminal does it, and not waited for."""
        command = [sys.executable, "-m", "bot", *words]
        return subprocess.Popen(
            command,
            cwd=self.home,
            env={**self.env, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def a_sentence(answer: Answer, code: int = 1) -> str:
    """What a command says that refuses: nothing else, and nothing on its standard output."""
    assert answer.returncode == code, answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""
    return answer.stderr.strip()


def _golive(words: tuple[str, ...], home: Path, env: dict[str, str], out: Path, err: Path) -> None:
    os.chdir(home)
    os.environ.clear()
    os.environ.update(env)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = ["golive", *words]
    main()


def _ended(process: BaseProcess) -> int:
    process.join(PATIENCE)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise TimeoutError(f"golive was not done after {PATIENCE} seconds")
    return process.exitcode
